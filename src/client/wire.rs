//! One open connection: requests go out, replies come in, each as the bytes that the server sent.
//!
//! Knows where a reply ends and nothing of what it means. A wait that ends early loses nothing: what
//! has come of a reply stays, and the next read goes on.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::Duration;

use super::address::{Credentials, Target};
use super::error::{ConnectError, Gone, Why, reason};
use super::stream::{PATIENCE, Stream};
use crate::escape::{LineEnds, sanitize};
use crate::resp::{Extent, write_request};

/// How much is read at once.
const BLOCK: usize = 64 * 1024;

/// A connection to a server.
#[derive(Debug)]
pub(super) struct Wire {
    server: String,
    stream: Stream,
    /// What came in behind the last reply.
    input: Vec<u8>,
    extent: Extent,
    block: Vec<u8>,
}

/// What a server must be told before anything else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Greeting<'a> {
    pub(super) credentials: &'a Credentials,
    pub(super) db: i64,
    pub(super) resp3: bool,
}

impl Wire {
    /// Opens a connection and sees to it that a Redis server stands there and lets one in.
    pub(super) fn open(target: &Target, greeting: Greeting<'_>) -> Result<Self, ConnectError> {
        let wrong = |why| ConnectError::new(target, why);
        let stream = Stream::open(target).map_err(wrong)?;
        let mut wire = Self {
            server: target.to_string(),
            stream,
            input: Vec::new(),
            extent: Extent::default(),
            block: vec![0; BLOCK],
        };
        wire.greet(greeting).map_err(wrong)?;
        Ok(wire)
    }

    fn greet(&mut self, greeting: Greeting<'_>) -> Result<(), Why> {
        if let Some(password) = &greeting.credentials.password {
            let mut words = vec!["AUTH"];
            words.extend(greeting.credentials.user.as_deref());
            words.push(password);
            if let Some(words) = self.first_reply(&words)? {
                return Err(match words.split_whitespace().next() {
                    Some("DENIED") => Why::Refused(words),
                    Some(_) | None => Why::WrongPassword(words),
                });
            }
        }
        if let Some(words) = self.first_reply(&["PING"])? {
            match words.split_whitespace().next() {
                Some("NOAUTH") => return Err(Why::NoPassword),
                // It is there: it only has no time, or does not let this user ask.
                Some("LOADING" | "BUSY" | "MASTERDOWN" | "NOPERM" | "MISCONF") => {}
                Some(_) | None => return Err(Why::Refused(words)),
            }
        }
        if greeting.resp3
            && let Some(words) = self.first_reply(&["HELLO", "3"])?
        {
            return Err(Why::Refused(words));
        }
        if greeting.db != 0
            && let Some(words) = self.first_reply(&["SELECT", &greeting.db.to_string()])?
        {
            return Err(Why::Database(greeting.db, words));
        }
        Ok(())
    }

    /// Asks while the server is still to prove that it answers; gives the words of an error.
    fn first_reply(&mut self, words: &[&str]) -> Result<Option<String>, Why> {
        let reply = self.ask(words).map_err(|gone| match gone {
            Asked::Slow => Why::TimedOut,
            Asked::Gone(Gone::Garbled { .. }) => Why::Foreign,
            Asked::Gone(
                Gone::Closed { .. }
                | Gone::Broken { .. }
                | Gone::Silent { .. }
                | Gone::Forgotten { .. }
                | Gone::Unreachable(_)
                | Gone::NoNode { .. },
            ) => Why::Closed,
        })?;
        Ok(error_words(&reply))
    }

    /// Asks, and waits some seconds for the reply.
    pub(super) fn ask<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<Vec<u8>, Asked> {
        let mut request = Vec::new();
        write_request(&mut request, words);
        self.send(&request)?;
        // A whole reply comes at once, or nearly. Who sends it letter by letter has less time for each.
        let mut patience = PATIENCE;
        loop {
            if let Some(reply) = self.next()? {
                return Ok(reply);
            }
            if patience < Duration::from_millis(1) || !self.read(Some(patience))? {
                return Err(Asked::Slow);
            }
            // A long reply comes in many pieces, each of which may be as late as the first.
            if self.input.len() < BLOCK {
                patience /= 2;
            }
        }
    }

    /// Sends a request.
    pub(super) fn send(&mut self, request: &[u8]) -> Result<(), Gone> {
        let sent = self.stream.write_all(request).and_then(|()| self.stream.flush());
        sent.map_err(|error| self.lost(&error))
    }

    /// The next reply, if all of it has come.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, Gone> {
        let server = &self.server;
        self.extent
            .take(&mut self.input)
            .map_err(|source| Gone::Garbled { server: server.clone(), source })
    }

    /// Waits for bytes, and says whether some came. A signal ends the wait too.
    pub(super) fn read(&mut self, timeout: Option<Duration>) -> Result<bool, Gone> {
        self.stream.set_read_timeout(timeout).map_err(|error| self.lost(&error))?;
        self.read_once()
    }

    fn read_once(&mut self) -> Result<bool, Gone> {
        match self.stream.read(&mut self.block) {
            Ok(0) => Err(Gone::Closed { server: self.server.clone() }),
            Ok(count) => {
                self.input.extend_from_slice(self.block.get(..count).unwrap_or_default());
                Ok(true)
            }
            Err(error) => {
                let comes_later = matches!(
                    error.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                );
                if comes_later { Ok(false) } else { Err(self.lost(&error)) }
            }
        }
    }

    /// How much of the next reply has come.
    pub(super) fn arrived(&self) -> usize {
        self.input.len()
    }

    /// Whether the server has closed the connection meanwhile.
    pub(super) fn is_closed(&mut self) -> bool {
        if self.stream.set_nonblocking(true).is_err() {
            return true;
        }
        let read = self.read_once();
        self.stream.set_nonblocking(false).is_err() || read.is_err()
    }

    fn lost(&self, error: &std::io::Error) -> Gone {
        let server = self.server.clone();
        let is_closed = matches!(
            error.kind(),
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
        );
        if is_closed {
            Gone::Closed { server }
        } else {
            Gone::Broken { server, reason: reason(error) }
        }
    }
}

/// Why a question has no answer.
#[derive(Debug)]
pub(super) enum Asked {
    /// It does not come in time.
    Slow,
    Gone(Gone),
}

impl From<Gone> for Asked {
    fn from(gone: Gone) -> Self {
        Self::Gone(gone)
    }
}

/// The words of an error reply, safe to print.
pub(super) fn error_words(reply: &[u8]) -> Option<String> {
    let words = reply.strip_prefix(b"-")?.strip_suffix(b"\r\n")?;
    let words = sanitize(words, LineEnds::Escape);
    Some(String::from_utf8_lossy(&words).into_owned())
}
