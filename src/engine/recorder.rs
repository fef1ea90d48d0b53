//! Values as they were before a command, for `:undo` and `:changed`.
//!
//! Costs nothing while nobody asks for it: the keyspace then holds no recorder.

use super::Entry;
use super::data::{Bytes, Dict};

/// What keys held before the first change since the recorder was made.
#[derive(Default)]
pub struct Recorder {
    before: Vec<Dict<Option<Entry>>>,
}

impl Recorder {
    /// Notes what `key` holds; only the first call for a key counts.
    pub(super) fn before(&mut self, db: usize, key: &[u8], entry: Option<&Entry>) {
        if self.before.len() <= db {
            self.before.resize_with(db + 1, Dict::default);
        }
        if let Some(keys) = self.before.get_mut(db)
            && keys.get(key).is_none()
        {
            keys.insert(key, entry.cloned());
        }
    }

    /// The keys that may have changed: database, key, and what it held.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Bytes, Option<&Entry>)> {
        self.before
            .iter()
            .enumerate()
            .flat_map(|(db, keys)| keys.iter().map(move |(key, entry)| (db, key, entry.as_ref())))
    }
}
