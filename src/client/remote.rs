//! A client of any Redis, Valkey or cluster: what `--connect` gives.

use std::time::Duration;

use super::address::Address;
use super::cluster::{Cluster, Redirect};
use super::error::{ConnectError, Gone};
use super::info::ServerInfo;
use super::slots::slot_of;
use super::talk::{Heard, Talk};
use crate::resp::{Decoder, Reply};

/// One connection, which is one client of the server; in a cluster, one to each node that is needed.
///
/// Replies are the bytes that the server sent: an error is a reply (`-ERR …`), and only a lost connection
/// is a failure. The next call opens it again, in the database and the protocol that were chosen last;
/// what else the server held for the old one is gone.
#[derive(Debug)]
pub struct Remote {
    address: Address,
    link: Link,
}

#[derive(Debug)]
enum Link {
    One(Box<Talk>),
    Cluster(Box<Cluster>),
}

/// A key of a command in a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySlot {
    /// The key.
    pub key: Vec<u8>,
    /// Its slot.
    pub slot: u16,
    /// Who has it, as in `127.0.0.1:7001`; unknown outside a cluster.
    pub server: Option<String>,
}

impl Remote {
    /// Connects. A server that does not answer is given up after some seconds.
    pub fn open(address: &Address) -> Result<Self, ConnectError> {
        let link = if address.is_cluster() {
            Link::Cluster(Box::new(Cluster::open(address)?))
        } else {
            Link::One(Box::new(Self::talk(address)?))
        };
        Ok(Self { address: address.clone(), link })
    }

    fn talk(address: &Address) -> Result<Talk, ConnectError> {
        let (target, credentials) = (address.first().clone(), address.credentials().clone());
        let mut talk = Talk::new(target, credentials, address.db(), address.resp3());
        talk.open()?;
        Ok(talk)
    }

    /// Connects anew: another client, where the last one was.
    pub fn reopen(&mut self) -> Result<(), ConnectError> {
        match &mut self.link {
            Link::One(talk) => talk.open(),
            Link::Cluster(cluster) => {
                **cluster = Cluster::open(&self.address)?;
                Ok(())
            }
        }
    }

    /// Gives up what is waited for: the connection is closed, and the next command opens another.
    pub fn abandon(&mut self) {
        match &mut self.link {
            Link::One(talk) => talk.close(),
            Link::Cluster(cluster) => cluster.close(),
        }
    }

    /// Runs a command, and waits for its reply however long it takes.
    pub fn call<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<Vec<u8>, Gone> {
        match &mut self.link {
            Link::One(talk) => talk.call(words),
            Link::Cluster(cluster) => cluster.call(words),
        }
    }

    /// Sends a command; [`Remote::poll`] brings the reply.
    pub fn start<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<(), Gone> {
        match &mut self.link {
            Link::One(talk) => talk.start(words),
            Link::Cluster(cluster) => cluster.start(words),
        }
    }

    /// The next reply or push, if one comes within the time. It may come back early with nothing, as when a
    /// signal came or a part of a long reply: call it again, or [`Remote::abandon`] the wait.
    pub fn poll(&mut self, timeout: Duration) -> Result<Option<Heard>, Gone> {
        match &mut self.link {
            Link::One(talk) => talk.poll(Some(timeout)),
            Link::Cluster(cluster) => cluster.poll(Some(timeout)),
        }
    }

    /// Where it leads.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Who is asked, as the prompt of redis-cli shows it; in a cluster, the node that was asked last.
    pub fn prompt(&self) -> String {
        match &self.link {
            Link::One(_) => self.address.prompt(),
            Link::Cluster(cluster) => cluster.current().prompt(),
        }
    }

    /// The database that commands go to.
    pub fn db(&self) -> i64 {
        match &self.link {
            Link::One(talk) => talk.db(),
            Link::Cluster(_) => 0,
        }
    }

    /// Whether a MULTI is open.
    pub fn in_transaction(&self) -> bool {
        match &self.link {
            Link::One(talk) => talk.in_transaction(),
            Link::Cluster(cluster) => cluster.in_transaction(),
        }
    }

    /// Where the last command went, if it did not go where the one before it went.
    pub fn redirect(&self) -> Option<&Redirect> {
        match &self.link {
            Link::One(_) => None,
            Link::Cluster(cluster) => cluster.redirect(),
        }
    }

    /// The keys of a command, as the server finds them, with their slots: where a cluster says
    /// `CROSSSLOT`, they tell why. Keys with the same `{tag}` share a slot.
    pub fn slots<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<Vec<KeySlot>, Gone> {
        let mut question: Vec<&[u8]> = vec![b"COMMAND", b"GETKEYS"];
        question.extend(words.iter().map(AsRef::as_ref));
        let reply = match &mut self.link {
            Link::One(talk) => talk.call(&question)?,
            Link::Cluster(cluster) => cluster.ask_anybody(&question)?,
        };
        let keys = match Decoder::new(&reply).reply() {
            Ok(Reply::Array(keys)) => keys,
            Ok(_) | Err(_) => Vec::new(),
        };
        let slots = keys.into_iter().filter_map(|key| {
            let Reply::Bulk(key) = key else { return None };
            let slot = slot_of(&key);
            let server = match &self.link {
                Link::One(_) => None,
                Link::Cluster(cluster) => cluster.map().server(slot).map(ToString::to_string),
            };
            Some(KeySlot { key, slot, server })
        });
        Ok(slots.collect())
    }

    /// What the server says it is.
    pub fn info(&mut self) -> Result<ServerInfo, Gone> {
        let info = self.call(&["INFO"])?;
        let databases = self.call(&["CONFIG", "GET", "databases"])?;
        Ok(ServerInfo::read(&info, &databases))
    }

    /// All keys that fit a pattern, of the chosen database or the whole cluster, some at a time and
    /// none held up. A key that comes or goes meanwhile may be missed; one may come twice.
    pub fn scan_all<'a>(&'a mut self, pattern: &[u8]) -> Scan<'a> {
        Scan { remote: self, pattern: pattern.to_vec(), cursor: Some(b"0".to_vec()) }
    }
}

/// See [`Remote::scan_all`].
#[derive(Debug)]
pub struct Scan<'a> {
    remote: &'a mut Remote,
    pattern: Vec<u8>,
    /// Where to go on, until all was seen.
    cursor: Option<Vec<u8>>,
}

/// Why a scan does not go on.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The connection is lost.
    #[error(transparent)]
    Gone(#[from] Gone),
    /// The server refuses it; its words.
    #[error("{0}")]
    Refused(String),
}

impl Iterator for Scan<'_> {
    type Item = Result<Vec<Vec<u8>>, ScanError>;

    fn next(&mut self) -> Option<Self::Item> {
        /// Enough for few round trips, too few to hold a server up.
        const COUNT: &[u8] = b"500";
        let cursor = self.cursor.take()?;
        let words: [&[u8]; 6] = [b"SCAN", &cursor, b"MATCH", &self.pattern, b"COUNT", COUNT];
        let reply = match self.remote.call(&words) {
            Ok(reply) => reply,
            Err(gone) => return Some(Err(gone.into())),
        };
        let parts = match Decoder::new(&reply).reply() {
            Ok(Reply::Array(parts)) => parts,
            Ok(Reply::Error(words)) => {
                let words = String::from_utf8_lossy(&words).into_owned();
                return Some(Err(ScanError::Refused(words)));
            }
            Ok(_) | Err(_) => Vec::new(),
        };
        let mut parts = parts.into_iter();
        if let Some(Reply::Bulk(next)) =
            parts.next().filter(|next| *next != Reply::Bulk(b"0".to_vec()))
        {
            self.cursor = Some(next);
        }
        let keys = match parts.next() {
            Some(Reply::Array(keys)) => keys,
            Some(_) | None => Vec::new(),
        };
        let keys = keys.into_iter();
        let keys = keys.filter_map(|key| if let Reply::Bulk(key) = key { Some(key) } else { None });
        Some(Ok(keys.collect()))
    }
}
