//! Copies of keys that another server holds: as values that checks can judge, and as what changed
//! between two looks. Knows no connection; whoever fetches the keys gives the commands that make them.

use std::ops::ControlFlow;

use super::change::{self, Change};
use crate::engine::data::Value;
use crate::engine::{Database, Engine, NoHost, Now, Recorder, SessionId};
use crate::resp::{Decoder, Reply};

/// Time stands still here, so that no copy dies: whether the original lives, its server says.
const STILL: Now = Now { unix_micros: 0 };

/// The commands that make a key again, the expiry time last; none for a key that is not there.
pub type Recipe = Vec<Vec<Vec<u8>>>;

/// A store of copies.
pub struct Mirror {
    engine: Engine,
    session: SessionId,
}

impl Default for Mirror {
    fn default() -> Self {
        let mut engine = Engine::new(0);
        let session = engine.connect_unseen(STILL);
        Self { engine, session }
    }
}

impl Mirror {
    /// Replaces what is held of a key; of a database beyond those that the engine has, nothing is held.
    pub fn put(&mut self, db: u32, key: &[u8], recipe: &Recipe) {
        if self.database(db).is_none() {
            return;
        }
        self.run(&[b"SELECT", db.to_string().as_bytes()]);
        self.run(&[b"DEL", key]);
        for words in recipe {
            let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
            self.run(&words);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.run(&[b"FLUSHALL"]);
    }

    /// The copy of a key.
    pub fn value(&self, db: u32, key: &[u8]) -> Option<&Value> {
        self.database(db)?.entry(key).map(|entry| &entry.value)
    }

    /// Looks at the copies in one database until `see` has seen enough.
    pub fn visit(
        &self,
        db: u32,
        see: &mut dyn FnMut(&[u8], &Value) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for (key, entry) in self.database(db).into_iter().flat_map(Database::iter) {
            see(key, &entry.value)?;
        }
        ControlFlow::Continue(())
    }

    /// What is put from now on is set beside what is held now.
    pub fn begin(&mut self) {
        self.engine.keyspace.recorder = Some(Recorder::default());
    }

    /// What is different from when [`Mirror::begin`] was called.
    pub fn changes(&mut self) -> Vec<Change> {
        let recorder = self.engine.keyspace.recorder.take().unwrap_or_default();
        change::changes(&self.engine, &recorder)
    }

    /// What an empty store answers to a command that only reads.
    pub fn reply_of_nothing(&mut self, words: &[&[u8]]) -> Reply {
        self.clear();
        let mut reply = Vec::new();
        self.engine.execute(self.session, words, STILL, &mut NoHost, &mut reply);
        Decoder::new(&reply).reply().unwrap_or(Reply::Null)
    }

    fn database(&self, db: u32) -> Option<&Database> {
        self.engine.keyspace.databases().get(usize::try_from(db).ok()?)
    }

    fn run(&mut self, words: &[&[u8]]) {
        // The commands were made from a server's own replies: what a mirror cannot hold it leaves out.
        let mut reply = Vec::new();
        self.engine.execute(self.session, words, STILL, &mut NoHost, &mut reply);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(lines: &[&str]) -> Recipe {
        let words = |line: &&str| line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
        lines.iter().map(words).collect()
    }

    #[test]
    fn what_is_put_is_held_and_what_changed_is_told() {
        let mut mirror = Mirror::default();
        mirror.put(1, b"a", &recipe(&["SET a 1", "PEXPIREAT a 5000"]));
        mirror.put(1, b"h", &recipe(&["HSET h f v"]));
        assert!(mirror.value(1, b"a").is_some());
        assert!(mirror.value(0, b"a").is_none());
        mirror.begin();
        mirror.put(1, b"a", &recipe(&["SET a 2"]));
        mirror.put(1, b"h", &recipe(&["HSET h f v"]));
        mirror.put(1, b"gone", &recipe(&[]));
        let told: Vec<String> = mirror
            .changes()
            .iter()
            .map(|change| {
                let text = |seen: &Option<super::super::Seen>| {
                    seen.as_ref().map_or_else(String::new, |seen| seen.text.clone())
                };
                let key = String::from_utf8_lossy(&change.key).into_owned();
                format!("{} {key}: {} > {}", change.db, text(&change.before), text(&change.after))
            })
            .collect();
        assert_eq!(told, ["1 a: \"1\" > \"2\""]);
        mirror.clear();
        assert!(mirror.value(1, b"h").is_none());
    }
}
