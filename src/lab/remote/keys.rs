//! What a server elsewhere holds, as checks and completion look at it, and how one's own is emptied.

use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

use super::link::{ask, texts};
use super::space::{Space, Way};
use super::{Remote, copy, databases, prefix, send_words};
use crate::engine::data::Value;
use crate::engine::{Flag, find};
use crate::resp::Reply;
use crate::server::Recipe;

/// How many keys are asked for at once.
const BATCH: usize = 200;

/// Some keys, and the cursor of those behind them.
type Page = (Option<Vec<u8>>, Vec<Vec<u8>>);

impl Remote {
    /// Empties the databases that are one's own, or takes away the keys that are.
    pub fn flush(&mut self) -> Result<(), String> {
        self.is_doubtful = false;
        self.sent(&[b"FLUSHALL"], false);
        match &self.space {
            Space::Whole { .. } => {
                ask(self.observer(None)?, &[b"FLUSHALL"])?;
            }
            Space::Databases(claims) => {
                let own: Vec<u32> = claims.own().map(|(_, real)| real).collect();
                for real in own {
                    databases::empty(self.observer(Some(real))?)?;
                }
            }
            Space::Prefix { .. } => {
                let dbs: BTreeSet<u32> = self.everything()?.into_iter().map(|(db, _)| db).collect();
                for db in dbs {
                    self.flush_db(db)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn flush_db(&mut self, db: u32) -> Result<(), String> {
        let keys = self.keys(db)?;
        for batch in keys.chunks(BATCH) {
            let keys: Vec<Vec<u8>> = batch.iter().map(|key| self.space.key(db, key)).collect();
            let mut words: Vec<&[u8]> = vec![b"UNLINK"];
            words.extend(keys.iter().map(Vec::as_slice));
            let real = self.space.real(db);
            ask(self.observer(real)?, &words)?;
        }
        Ok(())
    }

    /// Runs a command that only reads, for a check.
    pub fn observe(&mut self, db: u32, words: &[&[u8]]) -> Result<Reply, String> {
        let found =
            find(words).map_err(|error| String::from_utf8_lossy(&error.wire()).into_owned())?;
        if found.command.has(Flag::Write) {
            return Err(format!("{} may change data", found.command.name));
        }
        if self.space.is_nowhere(db) {
            // No database was claimed for that number, so nothing was ever stored in it.
            return Ok(self.mirror.reply_of_nothing(words));
        }
        let real = self.space.real(db);
        let (way, prefix) = (self.space.way(db, words), self.space.prefix(db));
        let reply = match way {
            Way::Same
            | Way::Select(_)
            | Way::Flush
            | Way::Unknown
            | Way::OutOfRange
            | Way::Nowhere(_) => self.observer(real)?.call(words),
            Way::Words(words) => send_words(self.observer(real)?, &words),
            // What changes something was refused above.
            Way::Whole(whole) => self.whole(db, &whole).map(|reply| reply.unwrap_or(Reply::Null)),
        };
        let reply = reply.inspect_err(|_| self.observer = None)?;
        Ok(match prefix {
            Some(prefix) => prefix::strip(&prefix, reply),
            None => reply,
        })
    }

    /// Whether Python's package is connected to what is one's own.
    pub fn has_python_client(&mut self) -> bool {
        let Ok(list) = self.observe(0, &[b"CLIENT", b"LIST"]) else { return false };
        let list = texts(list).concat();
        String::from_utf8_lossy(&list).lines().any(|client| {
            let field = |name: &str| client.split(' ').find_map(|part| part.strip_prefix(name));
            let db = field("db=").and_then(|db| db.parse().ok());
            field("lib-name=").is_some_and(|name| name.starts_with("redis-py"))
                && db.is_some_and(|db| self.space.holds(db))
        })
    }

    /// Looks at copies of the keys in a database until `see` has seen enough.
    pub fn visit(
        &mut self,
        db: u32,
        see: &mut dyn FnMut(&[u8], &Value) -> ControlFlow<()>,
    ) -> Result<(), String> {
        if self.space.is_nowhere(db) {
            return Ok(());
        }
        let mut cursor = Some(b"0".to_vec());
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        while let Some(from) = cursor {
            let (next, mut keys) = self.some_keys(db, &from)?;
            cursor = next;
            // A scan may name a key twice.
            keys.retain(|key| seen.insert(key.clone()));
            for batch in keys.chunks(BATCH) {
                self.look(db, batch, false)?;
                if self.mirror.visit(db, see).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// A copy of one key's value.
    pub fn value(&mut self, db: u32, key: &[u8]) -> Option<&Value> {
        if self.space.is_nowhere(db) {
            return None;
        }
        self.look(db, &[key.to_vec()], false).ok()?;
        self.mirror.value(db, key)
    }

    pub(super) fn recipes(&mut self, db: u32, keys: &[Vec<u8>]) -> Result<Vec<Recipe>, String> {
        let real = self.space.real(db);
        let names: Vec<Vec<u8>> = keys.iter().map(|key| self.space.key(db, key)).collect();
        let recipes = copy::recipes(self.observer(real)?, &names);
        let mut recipes = recipes.inspect_err(|_| self.observer = None)?;
        if self.space.prefix(db).is_some() {
            for (key, recipe) in keys.iter().zip(&mut recipes) {
                for word in recipe.iter_mut().filter_map(|words| words.get_mut(1)) {
                    word.clone_from(key);
                }
            }
        }
        Ok(recipes)
    }

    /// Every key of a database, as they are typed.
    pub(super) fn keys(&mut self, db: u32) -> Result<Vec<Vec<u8>>, String> {
        let mut all = Vec::new();
        let mut cursor = Some(b"0".to_vec());
        while let Some(from) = cursor {
            let (next, keys) = self.some_keys(db, &from)?;
            all.extend(keys);
            cursor = next;
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    /// Some keys of a database as they are typed, and the cursor of those behind them.
    pub(super) fn some_keys(&mut self, db: u32, cursor: &[u8]) -> Result<Page, String> {
        let (real, prefix, slot) = (self.space.real(db), self.space.prefix(db), self.space.slot());
        let link = self.observer(real)?;
        if let (Some(slot), Some(prefix)) = (slot, &prefix) {
            // Everything of a learner lies in one slot of a cluster, and next to nothing else.
            let slot = slot.to_string();
            let all: [&[u8]; 4] = [b"CLUSTER", b"GETKEYSINSLOT", slot.as_bytes(), b"1000000"];
            return Ok((None, own(texts(ask(link, &all)?), prefix)));
        }
        let pattern = prefix.as_ref().map(|prefix| prefix::pattern(prefix));
        let mut words: Vec<&[u8]> = vec![b"SCAN", cursor, b"COUNT", b"500"];
        if let Some(pattern) = &pattern {
            words.extend([b"MATCH".as_slice(), pattern]);
        }
        let mut found = texts(ask(link, &words)?).into_iter();
        let next = found.next().filter(|cursor| cursor != b"0");
        let keys: Vec<Vec<u8>> = found.collect();
        Ok(match prefix {
            Some(prefix) => (next, own(keys, &prefix)),
            None => (next, keys),
        })
    }

    /// Copies keys into the mirror; `again` sets them beside what was copied before.
    pub(super) fn look(&mut self, db: u32, keys: &[Vec<u8>], again: bool) -> Result<(), String> {
        let recipes = self.recipes(db, keys)?;
        if again {
            self.mirror.begin();
        } else {
            self.mirror.clear();
        }
        for (key, recipe) in keys.iter().zip(&recipes) {
            self.mirror.put(db, key, recipe);
        }
        if again {
            self.note(db, keys, &recipes);
        }
        Ok(())
    }
}

/// The keys that begin with the prefix, without it.
fn own(keys: Vec<Vec<u8>>, prefix: &[u8]) -> Vec<Vec<u8>> {
    keys.into_iter().filter_map(|key| Some(key.strip_prefix(prefix)?.to_vec())).collect()
}
