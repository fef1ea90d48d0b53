//! A client of the process that owns a directory, over its socket file: words go out as a request, a
//! reply comes back.
//!
//! It knows the protocol and nothing of commands: what a reply means is its user's business.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::resp::{DecodeError, Decoder, Reply, write_request};

/// How much is read at once.
const BLOCK: usize = 64 * 1024;

/// Why no reply came.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The connection was lost, or the server has closed it.
    #[error("the server has closed the connection: {0}")]
    Lost(#[from] io::Error),
    /// What came is no reply.
    #[error("the server does not answer as Redis does: {0}")]
    Garbled(#[from] DecodeError),
}

/// A connection to a server.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
    /// What came in behind the last reply.
    input: Vec<u8>,
    output: Vec<u8>,
    block: Vec<u8>,
}

impl Client {
    /// Connects through a socket file.
    pub fn unix(path: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        Ok(Self { stream, input: Vec::new(), output: Vec::new(), block: vec![0; BLOCK] })
    }

    /// Sends a command and waits for its reply.
    pub fn call(&mut self, words: &[&[u8]]) -> Result<Reply, ClientError> {
        self.output.clear();
        write_request(&mut self.output, words);
        self.stream.write_all(&self.output)?;
        self.reply()
    }

    /// Waits for the next reply, which may be a message to somebody who listens.
    pub fn reply(&mut self) -> Result<Reply, ClientError> {
        loop {
            let mut decoder = Decoder::new(&self.input);
            match decoder.reply() {
                Ok(reply) => {
                    let used = decoder.offset();
                    self.input.drain(..used);
                    return Ok(reply);
                }
                Err(DecodeError::Incomplete) => self.read()?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn read(&mut self) -> io::Result<()> {
        let count = loop {
            match self.stream.read(&mut self.block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.input.extend_from_slice(self.block.get(..count).unwrap_or_default());
        Ok(())
    }
}
