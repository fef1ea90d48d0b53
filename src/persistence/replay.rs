//! Puts what is loaded into an engine.

use super::aof::Item;
use crate::engine::{Engine, NoHost, Now, Peer, Session};

/// The log's own client: runs its commands, in its databases.
#[derive(Debug)]
pub struct Replay {
    session: Session,
    now: Now,
    reply: Vec<u8>,
}

impl Replay {
    /// A client that has selected database 0.
    pub fn new(now: Now) -> Self {
        Self { session: Session::new(0, Peer::default(), true, now), now, reply: Vec::new() }
    }

    /// Applies one item; the error says why it cannot be one of a log.
    ///
    /// A command that fails was never logged: what fails now was damaged.
    pub fn apply(&mut self, engine: &mut Engine, item: Item<'_>) -> Result<(), String> {
        match item {
            Item::Entry { db, key, entry } => engine.keyspace.restore(db, key, entry),
            Item::Unit(unit) => {
                for words in unit.records() {
                    self.reply.clear();
                    let (session, reply) = (&mut self.session, &mut self.reply);
                    engine.replay(session, words, self.now, &mut NoHost, reply);
                    if let Some((b'-', text)) = reply.split_first() {
                        let text = String::from_utf8_lossy(text.trim_ascii_end()).into_owned();
                        let name = words.first().map(|name| name.escape_ascii().to_string());
                        return Err(format!("{} fails: {text}", name.unwrap_or_default()));
                    }
                }
            }
        }
        Ok(())
    }
}
