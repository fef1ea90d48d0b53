//! Fields of hashes that go at a time of their own: what is dead is taken away before anybody sees it. Knows
//! no command.

use super::super::KeyEvent;
use super::super::key_events::Cause;
use super::super::watches::Change;
use super::{Database, Keys, Keyspace};

impl Database {
    /// How many hashes have fields with expire times.
    pub fn hashes_with_times(&self) -> usize {
        if !self.field_times {
            return 0;
        }
        self.entries.iter().filter(|(_, entry)| entry.value.first_field_time().is_some()).count()
    }

    /// Notices that there is no such hash any more. A walk over all keys, once in a round of the sweep, which
    /// costs as much.
    pub(super) fn look_for_field_times(&mut self) {
        self.field_times = self.hashes_with_times() > 0;
    }
}

impl Keyspace {
    /// Whether anywhere a hash has fields with expire times.
    pub fn has_field_times(&self) -> bool {
        self.databases.iter().any(|database| database.hashes_with_times() > 0)
    }

    /// The position of a living key, without its dead fields; with the last field the key is gone. `CLIENT
    /// PAUSE` does not hold this up: a field that nobody may see must not count either.
    #[cold]
    pub(super) fn living_fields(&mut self, db: usize, key: &[u8], index: usize) -> Option<usize> {
        let (_, entry) = self.databases.get(db)?.entries.get_index(index)?;
        let dead = entry.value.first_field_time().is_some_and(|at| at <= self.now_ms);
        if dead && !self.loading && !self.expire_fields(db, key, usize::MAX) {
            return None;
        }
        Some(index)
    }

    /// Takes up to `most` dead fields from a hash; says whether there are fields left.
    pub(super) fn expire_fields(&mut self, db: usize, key: &[u8], most: usize) -> bool {
        self.record(db, key);
        let now = self.now_ms;
        let entry = self.databases.get_mut(db).and_then(|database| database.entries.get_mut(key));
        let Some(entry) = entry else { return false };
        let dead = entry.value.take_dead_fields(now, most);
        let is_empty = entry.value.is_empty_collection();
        self.effects.expired_fields(db, key, &dead);
        self.stats.expired_fields += dead.len() as u64;
        self.watches.touch(db, key, Change::Lived);
        self.note(db, key, KeyEvent::hash("hexpired"));
        self.note_changed(key, Cause::Time);
        if is_empty {
            self.detach(db, key);
            self.note(db, key, KeyEvent::DEL);
        }
        !is_empty
    }
}

impl Keys<'_> {
    /// A field of a hash in this database was given an expire time.
    pub fn note_field_times(&mut self) {
        if let Some(database) = self.database_mut() {
            database.field_times = true;
        }
    }
}
