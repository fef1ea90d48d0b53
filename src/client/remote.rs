//! A client of any Redis, Valkey or cluster: what `--connect` gives.

use std::time::Duration;

use super::address::Address;
use super::cluster::{Cluster, Redirect};
use super::error::{ConnectError, Gone};
use super::info::ServerInfo;
use super::talk::{Heard, Talk};

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
    /// signal came or a part of a long reply: call it again, or give the wait up by
    /// [`Remote::reopen`].
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

    /// What the server says it is.
    pub fn info(&mut self) -> Result<ServerInfo, Gone> {
        let info = self.call(&["INFO"])?;
        let databases = self.call(&["CONFIG", "GET", "databases"])?;
        Ok(ServerInfo::read(&info, &databases))
    }
}
