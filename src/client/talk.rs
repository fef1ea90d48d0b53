//! One client of one server: what was asked, what is still owed, and what the server holds for it.
//!
//! Tells replies from what a server sends unasked (messages, lines of MONITOR, RESP3 pushes), and opens
//! a lost connection again as it was. Knows of commands only those that change how the two talk.

use std::collections::VecDeque;
use std::time::Duration;

use super::address::{Credentials, Target};
use super::error::{ConnectError, Gone};
use super::wire::{Greeting, Wire};
use crate::resp::{Decoder, Reply, write_request};

/// Something a server said, as the bytes that it sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The reply to the oldest command that had none yet.
    Reply(Vec<u8>),
    /// Nobody asked for it: a message, a line of MONITOR, a push of RESP3.
    Push(Vec<u8>),
}

/// A client of a server.
#[derive(Debug)]
pub(super) struct Talk {
    target: Target,
    credentials: Credentials,
    wire: Option<Wire>,
    /// The database that the next commands go to.
    db: i64,
    resp3: bool,
    owed: VecDeque<Owed>,
    held: Held,
    /// What was heard while something else was waited for.
    heard: VecDeque<Heard>,
}

/// A command without its reply.
#[derive(Debug)]
struct Owed {
    command: Special,
    /// A subscription is confirmed channel by channel.
    replies: usize,
}

/// What the server holds for this connection, and would not for a new one.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Default)]
struct Held {
    transaction: bool,
    /// The database that a queued SELECT chooses.
    queued_db: Option<i64>,
    watches: bool,
    channels: bool,
    monitor: bool,
}

/// The commands that change how client and server talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Special {
    None,
    Select(i64),
    /// The version, if one was named.
    Hello(Option<u8>),
    Reset,
    Multi,
    Exec,
    Discard,
    Watch,
    Unwatch,
    Subscribe,
    Unsubscribe,
    Monitor,
}

impl Talk {
    /// A client that is not connected yet.
    pub(super) fn new(target: Target, credentials: Credentials, db: i64, resp3: bool) -> Self {
        Self {
            target,
            credentials,
            wire: None,
            db,
            resp3,
            owed: VecDeque::new(),
            held: Held::default(),
            heard: VecDeque::new(),
        }
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    pub(super) fn db(&self) -> i64 {
        self.db
    }

    pub(super) fn resp3(&self) -> bool {
        self.resp3
    }

    pub(super) fn in_transaction(&self) -> bool {
        self.held.transaction
    }

    pub(super) fn is_connected(&self) -> bool {
        self.wire.is_some()
    }

    /// Whether the server holds something for this very connection.
    pub(super) fn is_bound(&self) -> bool {
        self.held.name().is_some()
    }

    /// Whether it can be asked something in between.
    pub(super) fn is_quiet(&self) -> bool {
        self.owed.is_empty() && self.held.name().is_none()
    }

    /// Connects, anew if it was connected.
    pub(super) fn open(&mut self) -> Result<(), ConnectError> {
        self.close();
        let greeting = Greeting { credentials: &self.credentials, db: self.db, resp3: self.resp3 };
        self.wire = Some(Wire::open(&self.target, greeting)?);
        Ok(())
    }

    /// Gives the connection up, and with it what is owed; the next command opens another.
    pub(super) fn close(&mut self) {
        self.wire = None;
        self.owed.clear();
        self.held = Held::default();
    }

    /// Sends a command.
    pub(super) fn start<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<(), Gone> {
        if self.owed.is_empty() && self.wire.as_mut().is_some_and(Wire::is_closed) {
            let held = self.held.name();
            self.close();
            // Another connection would take what follows for something else: the rest of a
            // transaction would be run at once.
            if let Some(held) = held {
                return Err(Gone::Forgotten { server: self.target.to_string(), held });
            }
        }
        if self.wire.is_none() {
            self.open()?;
        }
        if let Some(refusal) = refusal(words) {
            self.heard.push_back(Heard::Reply(refusal.to_vec()));
            return Ok(());
        }
        let (command, replies) = Special::of(words);
        let mut request = Vec::new();
        write_request(&mut request, words);
        let sent = self.wire.as_mut().map_or(Ok(()), |wire| wire.send(&request));
        if let Err(gone) = sent {
            self.close();
            return Err(gone);
        }
        self.owed.push_back(Owed { command, replies });
        Ok(())
    }

    /// What comes next, if anything comes within the time; without a time, what comes whenever it comes.
    pub(super) fn poll(&mut self, timeout: Option<Duration>) -> Result<Option<Heard>, Gone> {
        if let Some(heard) = self.heard.pop_front() {
            return Ok(Some(heard));
        }
        self.listen(timeout)
    }

    fn listen(&mut self, timeout: Option<Duration>) -> Result<Option<Heard>, Gone> {
        let Some(wire) = self.wire.as_mut() else {
            return Err(Gone::Closed { server: self.target.to_string() });
        };
        let came = loop {
            match wire.next() {
                Ok(None) => {}
                other => break other,
            }
            match wire.read(timeout) {
                Ok(came) if timeout.is_some() => {
                    break if came { wire.next() } else { Ok(None) };
                }
                Ok(_) => {}
                Err(gone) => break Err(gone),
            }
        };
        match came {
            Ok(bytes) => Ok(bytes.map(|bytes| self.sort(bytes))),
            Err(gone) => {
                self.close();
                Err(gone)
            }
        }
    }

    /// Runs a command and waits for its reply, however long that takes. What is heard in between is
    /// kept for [`Talk::poll`].
    pub(super) fn call<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<Vec<u8>, Gone> {
        self.call_within(words, None)
    }

    /// The same for a question that is not the learner's: nothing may come for only so long.
    pub(super) fn call_within<T: AsRef<[u8]>>(
        &mut self,
        words: &[T],
        patience: Option<Duration>,
    ) -> Result<Vec<u8>, Gone> {
        if let Some(refusal) = refusal(words) {
            return Ok(refusal.to_vec());
        }
        self.start(words)?;
        loop {
            // What was asked before is answered first.
            let last = self.owed.len() == 1;
            let arrived = self.arrived();
            match self.listen(patience)? {
                Some(Heard::Reply(reply)) if last => return Ok(reply),
                Some(heard) => self.heard.push_back(heard),
                None if patience.is_some() && self.arrived() == arrived => {
                    self.close();
                    return Err(Gone::Silent { server: self.target.to_string() });
                }
                None => {}
            }
        }
    }

    /// How much of the next reply has come.
    fn arrived(&self) -> usize {
        self.wire.as_ref().map_or(0, Wire::arrived)
    }

    /// Tells a reply from what nobody asked for.
    fn sort(&mut self, bytes: Vec<u8>) -> Heard {
        let Some(owed) = self.owed.front_mut() else { return Heard::Push(bytes) };
        let marker = bytes.first().copied().unwrap_or_default();
        let confirms = matches!(owed.command, Special::Subscribe | Special::Unsubscribe);
        let listed = marker == b'>' || (marker == b'*' && (self.held.channels || confirms));
        if listed {
            let kind = kind(&bytes);
            let confirmation = kind.ends_with(b"subscribe");
            if confirms && confirmation {
                owed.replies -= 1;
                if owed.replies == 0 {
                    let command = owed.command;
                    self.owed.pop_front();
                    self.note(command, &bytes);
                }
                return Heard::Reply(bytes);
            }
            if marker == b'>' || confirmation || kind.ends_with(b"message") {
                return Heard::Push(bytes);
            }
        }
        let line = bytes.get(1..).unwrap_or_default();
        if self.held.monitor && marker == b'+' && line.first().is_some_and(u8::is_ascii_digit) {
            return Heard::Push(bytes);
        }
        let command = owed.command;
        self.owed.pop_front();
        self.note(command, &bytes);
        Heard::Reply(bytes)
    }

    /// What a reply changes between the two.
    fn note(&mut self, command: Special, reply: &[u8]) {
        let failed = reply.starts_with(b"-");
        match command {
            // Whatever became of it, the transaction is over, and nothing is watched; but a
            // transaction that never was goes on.
            Special::Exec => {
                if !failed || reply.starts_with(b"-EXECABORT") {
                    self.held.transaction = false;
                    self.held.watches = false;
                    let db = self.held.queued_db.take();
                    if reply.starts_with(b"*") && !reply.starts_with(b"*-1") {
                        self.db = db.unwrap_or(self.db);
                    }
                }
            }
            _ if failed => {}
            _ if reply == b"+QUEUED\r\n" => {
                if let Special::Select(db) = command {
                    self.held.queued_db = Some(db);
                }
            }
            Special::None => {}
            Special::Select(db) => self.db = db,
            Special::Hello(version) => {
                self.resp3 = version.map_or(self.resp3, |version| version == 3);
            }
            Special::Reset => {
                self.held = Held::default();
                self.db = 0;
                self.resp3 = false;
            }
            Special::Multi => self.held.transaction = true,
            Special::Discard => {
                self.held.transaction = false;
                self.held.queued_db = None;
                self.held.watches = false;
            }
            Special::Watch => self.held.watches = true,
            Special::Unwatch => self.held.watches = false,
            Special::Subscribe => self.held.channels = true,
            Special::Unsubscribe => self.held.channels = !reply.ends_with(b":0\r\n"),
            Special::Monitor => self.held.monitor = true,
        }
    }
}

impl Held {
    /// What a new connection would lack.
    fn name(&self) -> Option<&'static str> {
        if self.transaction {
            Some("a transaction")
        } else if self.watches {
            Some("watched keys")
        } else if self.channels {
            Some("subscriptions")
        } else if self.monitor {
            Some("MONITOR")
        } else {
            None
        }
    }
}

impl Special {
    /// What a command is, and how many replies it gets.
    fn of<T: AsRef<[u8]>>(words: &[T]) -> (Self, usize) {
        let word = |index: usize| words.get(index).map(AsRef::as_ref).unwrap_or_default();
        let number = |index| std::str::from_utf8(word(index)).ok()?.parse::<i64>().ok();
        let command = match word(0).to_ascii_uppercase().as_slice() {
            b"SELECT" => number(1).map_or(Self::None, Self::Select),
            b"HELLO" => Self::Hello(number(1).and_then(|number| u8::try_from(number).ok())),
            b"RESET" => Self::Reset,
            b"MULTI" => Self::Multi,
            b"EXEC" => Self::Exec,
            b"DISCARD" => Self::Discard,
            b"WATCH" => Self::Watch,
            b"UNWATCH" => Self::Unwatch,
            b"SUBSCRIBE" | b"PSUBSCRIBE" | b"SSUBSCRIBE" => Self::Subscribe,
            b"UNSUBSCRIBE" | b"PUNSUBSCRIBE" | b"SUNSUBSCRIBE" => Self::Unsubscribe,
            b"MONITOR" => Self::Monitor,
            _ => Self::None,
        };
        let replies = if matches!(command, Self::Subscribe | Self::Unsubscribe) {
            words.len().saturating_sub(1).max(1)
        } else {
            1
        };
        (command, replies)
    }
}

/// What is said instead of sending a command after which the server is silent: one would wait for ever.
fn refusal<T: AsRef<[u8]>>(words: &[T]) -> Option<&'static [u8]> {
    let [client, reply, mode] = words else { return None };
    let is = |word: &T, name: &str| word.as_ref().eq_ignore_ascii_case(name.as_bytes());
    let silences =
        is(client, "client") && is(reply, "reply") && (is(mode, "off") || is(mode, "skip"));
    silences.then_some(b"-ERR this prompt waits for every reply, so it does not turn them off\r\n")
}

/// The first element of a list, such as `message`.
fn kind(bytes: &[u8]) -> Vec<u8> {
    match Decoder::new(bytes).reply() {
        Ok(Reply::Array(items) | Reply::Push(items)) => match items.into_iter().next() {
            Some(Reply::Bulk(kind) | Reply::Simple(kind)) => kind,
            Some(_) | None => Vec::new(),
        },
        Ok(_) | Err(_) => Vec::new(),
    }
}
