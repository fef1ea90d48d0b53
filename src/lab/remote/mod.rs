//! A server elsewhere, as the console reaches it with `--connect`: clients of it, what checks look at,
//! and the databases or keys that a lesson keeps to there.
//!
//! It knows words and replies, no network: [`Door`] and [`Link`] stand for that, and no console.

mod clients;
mod copy;
mod databases;
mod door;
mod guard;
mod keys;
mod link;
mod prefix;
mod script;
mod space;
mod survey;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

pub use link::{Connect, Door, Heard, Keep, Link, To};
pub use survey::{Survey, many};

use crate::engine::SessionId;
use crate::resp::Reply;
use crate::server::{Change, Mirror};
use link::ask;
use space::Space;
use watch::Watch;

/// What came of a command.
#[derive(Debug, Default)]
pub struct Called {
    /// The reply; none where the command was not sent, and a notice says why.
    pub reply: Option<Reply>,
    /// The node of a cluster that it went to, if the one before it went to another: the slot, and who
    /// has it.
    pub redirect: Option<(u16, String)>,
    /// The keys that it changed.
    pub changes: Vec<Change>,
    /// What is to be said besides.
    pub notices: Vec<String>,
}

/// A client of the server.
struct Client {
    link: Box<dyn Link>,
    /// The database as it is typed.
    db: u32,
    /// Between `MULTI` and `EXEC`: the keys of what is queued.
    queued: Option<Vec<Vec<u8>>>,
}

/// A connection of the console's own, that reads for checks.
struct Observer {
    link: Box<dyn Link>,
    /// The real database that it is in, where that is known.
    at: Option<u32>,
}

/// A server elsewhere.
pub struct Remote {
    connect: Connect,
    space: Space,
    observer: Option<Observer>,
    clients: BTreeMap<SessionId, Client>,
    last: SessionId,
    mirror: Mirror,
    /// Why nobody could be reached the last time.
    failure: Option<String>,
    /// The databases of which it was said where they really are.
    told: BTreeSet<u32>,
    /// What is to be said.
    notices: Vec<String>,
    /// Something of what is in one's own databases may be somebody else's.
    is_doubtful: bool,
    /// What is heard of others, from when it was first asked for.
    watch: Option<Watch>,
    /// Nobody answered when others were listened to.
    is_deaf: bool,
    /// What the server says it is.
    name: Option<String>,
}

impl Remote {
    /// Connects, and finds what is one's own there; nothing is written yet.
    pub fn open(connect: Connect) -> Result<Self, String> {
        let mut link = connect.open()?;
        let space = Space::find(&connect, link.as_mut())?;
        let mut remote = Self {
            connect,
            space,
            observer: None,
            clients: BTreeMap::new(),
            last: 0,
            mirror: Mirror::default(),
            failure: None,
            told: BTreeSet::new(),
            notices: Vec::new(),
            is_doubtful: false,
            watch: None,
            is_deaf: false,
            name: link.server_name(),
        };
        remote.is_doubtful = remote.is_changed()?;
        Ok(remote)
    }

    /// What the prompt shows.
    pub fn shown(&self) -> String {
        self.connect.door.shown()
    }

    /// What the server says it is, such as `Valkey 9.1.2`.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether it is a cluster.
    pub fn is_cluster(&self) -> bool {
        self.connect.door.is_cluster()
    }

    /// Where a line of the lab can be typed.
    pub fn advice(&self) -> &'static str {
        self.connect.door.advice()
    }

    /// The host and the port, for a line of Python.
    pub fn place(&self) -> Option<(String, u16)> {
        self.connect.door.place()
    }

    /// The database that a new client begins in, as it is typed.
    pub fn first_db(&self) -> u32 {
        if self.space.is_whole() { self.connect.door.db() } else { 0 }
    }

    /// The real database behind one that is typed, where there is such a thing.
    pub fn real_db(&self, db: u32) -> Option<u32> {
        self.space.real(db)
    }

    /// What every key in a database really begins with.
    pub fn prefix(&self, db: u32) -> Option<Vec<u8>> {
        self.space.prefix(db)
    }

    /// Why nobody could be reached the last time.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// What is to be said since this was last asked.
    pub fn take_notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }

    /// Says once of a database where on the server it really is, if that is not where its number says.
    fn tell_where(&mut self, db: u32) {
        let text = match (&self.space, self.space.real(db)) {
            (Space::Databases(_), Some(real)) if real != db => format!(
                "others use this server too: your database {db} is its database {real}. In Python it \
                 is db={real}"
            ),
            (Space::Prefix { .. }, _) => {
                let prefix = self.space.prefix(db).unwrap_or_default();
                let prefix = String::from_utf8_lossy(&prefix).into_owned();
                format!(
                    "your keys are kept apart from others' on this server: in your database {db} their \
                     names really begin with {prefix}, and that is not shown. In Python you have to \
                     write it"
                )
            }
            (Space::Whole { .. } | Space::Databases(_), _) => return,
        };
        if self.told.insert(db) {
            self.notices.push(text);
        }
    }

    /// The console's own connection, in that real database.
    fn observer(&mut self, db: Option<u32>) -> Result<&mut dyn Link, String> {
        if self.observer.is_none() {
            let link = self.space.open(&self.connect)?;
            let at = match self.connect.keep {
                Keep::Whole => self.connect.door.db(),
                Keep::Own { .. } => 0,
            };
            self.observer = Some(Observer { link, at: Some(at) });
        }
        let Some(observer) = &mut self.observer else { return Err("no connection".to_owned()) };
        if db.is_some() && observer.at != db && !self.connect.door.is_cluster() {
            let wanted = db.unwrap_or(0);
            let selected = ask(observer.link.as_mut(), &[b"SELECT", wanted.to_string().as_bytes()]);
            if let Err(reason) = selected {
                self.observer = None;
                return Err(reason);
            }
            observer.at = db;
        }
        match &mut self.observer {
            Some(observer) => Ok(observer.link.as_mut()),
            None => Err("no connection".to_owned()),
        }
    }
}

/// Sends words that are one's own.
fn send_words(link: &mut dyn Link, words: &[Vec<u8>]) -> Result<Reply, String> {
    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    link.call(&words)
}
