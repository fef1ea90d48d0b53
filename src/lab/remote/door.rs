//! The door that a URL is: links over the network, or through a socket file.

use std::time::Duration;

use super::link::{self, Door, Link, To};
use crate::client::{Address, Heard, Remote};
use crate::resp::{Decoder, Reply};

/// How long one look for replies may take; it is looked again until all are there.
const LOOK: Duration = Duration::from_secs(60);

impl Door for Address {
    fn open(&self, to: To<'_>) -> Result<Box<dyn Link>, String> {
        let address = match to {
            To::Everything => self.clone(),
            To::AnyNode => self.single().with_db(0),
            To::Node(host, port) => self.node(host, port),
        };
        let remote = Remote::open(&address).map_err(|error| error.to_string())?;
        Ok(Box::new(remote))
    }

    fn shown(&self) -> String {
        self.prompt()
    }

    fn place(&self) -> Option<(String, u16)> {
        Address::place(self).map(|(host, port)| (host.to_owned(), port))
    }

    fn db(&self) -> u32 {
        u32::try_from(Address::db(self)).unwrap_or(0)
    }

    fn is_cluster(&self) -> bool {
        Address::is_cluster(self)
    }
}

impl Link for Remote {
    fn call(&mut self, words: &[&[u8]]) -> Result<Reply, String> {
        let reply = Remote::call(self, words).map_err(|gone| gone.to_string())?;
        decoded(&reply)
    }

    fn start(&mut self, words: &[&[u8]]) -> Result<(), String> {
        Remote::start(self, words).map_err(|gone| gone.to_string())
    }

    fn hear(&mut self, patience: Duration) -> Result<Option<link::Heard>, String> {
        Ok(match self.poll(patience).map_err(|gone| gone.to_string())? {
            Some(Heard::Reply(reply)) => Some(link::Heard::Reply(decoded(&reply)?)),
            Some(Heard::Push(push)) => Some(link::Heard::Message(decoded(&push)?)),
            None => None,
        })
    }

    fn redirect(&self) -> Option<(u16, String)> {
        Remote::redirect(self).map(|there| (there.slot, there.server.clone()))
    }

    fn server_name(&mut self) -> Option<String> {
        self.info().ok()?.shown()
    }

    fn calls(&mut self, commands: &[Vec<Vec<u8>>]) -> Result<Vec<Reply>, String> {
        for words in commands {
            Remote::start(self, words).map_err(|gone| gone.to_string())?;
        }
        let mut replies = Vec::new();
        while replies.len() < commands.len() {
            match self.poll(LOOK).map_err(|gone| gone.to_string())? {
                Some(Heard::Reply(reply)) => replies.push(decoded(&reply)?),
                Some(Heard::Push(_)) | None => {}
            }
        }
        Ok(replies)
    }
}

fn decoded(reply: &[u8]) -> Result<Reply, String> {
    Decoder::new(reply)
        .reply()
        .map_err(|error| format!("the server's reply is unreadable: {error}"))
}
