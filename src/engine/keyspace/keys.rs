//! One database as a command sees it: every read and every change of data goes through here. Knows no
//! command.

use super::super::data::{Bytes, Value};
use super::super::key_events::Cause;
use super::super::watches::{Change, WatchEnd};
use super::super::{Effects, KeyEvent};
use super::{Database, Entry, Keyspace, NEVER};

/// One database as a command sees it: no dead keys, every change noticed.
pub struct Keys<'e> {
    pub(super) space: &'e mut Keyspace,
    pub(super) db: usize,
}

impl Keys<'_> {
    /// The number of the database.
    pub fn db(&self) -> usize {
        self.db
    }

    /// Goes to another database; `db` is below [`super::DATABASES`].
    pub fn select(&mut self, db: usize) {
        self.db = db;
    }

    /// The time, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.space.now_ms
    }

    /// Whether a log is being replayed.
    pub fn is_loading(&self) -> bool {
        self.space.loading
    }

    /// Everything, for commands about the server or about two databases.
    pub fn space(&mut self) -> &mut Keyspace {
        self.space
    }

    /// The log's side of the running command.
    pub fn effects(&mut self) -> &mut Effects {
        &mut self.space.effects
    }

    fn database(&self) -> Option<&Database> {
        self.space.databases.get(self.db)
    }

    pub(super) fn database_mut(&mut self) -> Option<&mut Database> {
        self.space.databases.get_mut(self.db)
    }

    /// The position of `key` in the dictionary; if its time has come it is removed instead. Nearly
    /// every command begins with this, and needs no other look-up.
    #[inline]
    fn living(&mut self, key: &[u8]) -> Option<usize> {
        let database = self.database()?;
        let (index, _, entry) = database.entries.get_full(key)?;
        if entry.is_dead(self.space.now_ms) && !self.space.loading {
            if !self.space.is_expiry_paused() {
                self.space.expire(self.db, key);
            }
            return None;
        }
        if database.field_times {
            return self.space.living_fields(self.db, key, index);
        }
        Some(index)
    }

    /// The value of `key`, counted as a read.
    pub fn read(&mut self, key: &[u8]) -> Option<&Value> {
        let Some(index) = self.living(key) else {
            self.missed(key);
            return None;
        };
        let (seconds, unseen) = (self.space.now_seconds, self.space.unseen);
        let touches = !(unseen | self.space.no_touch);
        self.space.stats.hits += u64::from(!unseen);
        let (_, entry) = self.database_mut()?.entries.get_index_mut(index)?;
        if touches {
            entry.accessed = seconds;
        }
        Some(&entry.value)
    }

    /// The entry of `key`, sought as by [`Keys::read`]; but being looked at is not being used, so it
    /// counts as no access (`TTL`, `TYPE` and their like).
    pub fn look(&mut self, key: &[u8]) -> Option<&Entry> {
        let Some(index) = self.living(key) else {
            self.missed(key);
            return None;
        };
        self.space.stats.hits += u64::from(!self.space.unseen);
        self.database()?.entries.get_index(index).map(|(_, entry)| entry)
    }

    /// Somebody wanted to read a key that is not there.
    fn missed(&mut self, key: &[u8]) {
        if !self.space.unseen {
            self.space.stats.misses += 1;
            self.space.note(self.db, key, KeyEvent::MISSED);
        }
    }

    /// The entry of `key`; counts neither as a read nor as an access: writes look so first.
    pub fn peek(&mut self, key: &[u8]) -> Option<&Entry> {
        let index = self.living(key)?;
        self.database()?.entries.get_index(index).map(|(_, entry)| entry)
    }

    /// Whether `key` exists; counts neither as a read nor as an access.
    pub fn contains(&mut self, key: &[u8]) -> bool {
        self.peek(key).is_some()
    }

    /// The value of `key`, to be changed in place. Say [`Keys::changed`] afterwards, and
    /// [`Keys::remove_if_empty`] where elements were taken away.
    pub fn write(&mut self, key: &[u8]) -> Option<&mut Value> {
        let index = self.living(key)?;
        self.space.record(self.db, key);
        self.at(index)
    }

    /// The value of `key`, to be changed in place as by [`Keys::write`]; made first if there is no
    /// such key. Something must then be put into it: no key is ever empty.
    pub fn write_or_insert(
        &mut self,
        key: &[u8],
        make: impl FnOnce() -> Value,
    ) -> Option<&mut Value> {
        let found = self.living(key);
        self.space.record(self.db, key);
        let index = if let Some(index) = found {
            index
        } else {
            let entries = &mut self.database_mut()?.entries;
            let place = entries.find_or_insert_with(key, || Entry::new(make())).0;
            self.space.note(self.db, key, KeyEvent::NEW);
            place
        };
        self.at(index)
    }

    /// The value at a position, accessed now.
    fn at(&mut self, index: usize) -> Option<&mut Value> {
        let (seconds, no_touch) = (self.space.now_seconds, self.space.no_touch);
        let (_, entry) = self.database_mut()?.entries.get_index_mut(index)?;
        if !no_touch {
            entry.accessed = seconds;
        }
        Some(&mut entry.value)
    }

    /// Gives `key` a value; an expire time it had is gone.
    pub fn insert(&mut self, key: &[u8], value: Value) {
        self.insert_entry(key, Entry::new(value));
    }

    /// Gives `key` a value and an expire time.
    pub fn insert_entry(&mut self, key: &[u8], mut entry: Entry) {
        self.space.record(self.db, key);
        let now = self.space.now_ms;
        entry.accessed = self.space.now_seconds;
        let expires = entry.expire_at().is_some();
        let no_touch = self.space.no_touch;
        let field_times = entry.value.first_field_time().is_some();
        let Some(database) = self.database_mut() else { return };
        database.field_times |= field_times;
        let (mut was_dead, mut is_new) = (false, false);
        if let Some(slot) = database.entries.get_mut(key) {
            if no_touch {
                entry.accessed = slot.accessed;
            }
            database.expires -= usize::from(slot.expire_at().is_some());
            was_dead = slot.is_dead(now);
            *slot = entry;
        } else {
            database.entries.insert(key, entry);
            is_new = true;
        }
        database.expires += usize::from(expires);
        if was_dead && !self.space.loading {
            self.space.effects.expired(self.db, key);
            self.space.stats.expired += 1;
            self.space.note(self.db, key, KeyEvent::EXPIRED);
            self.space.note_changed(key, Cause::Time);
        }
        if is_new || was_dead {
            self.space.note(self.db, key, KeyEvent::NEW);
        }
    }

    /// As [`Keys::insert_entry`], for commands that put a key in the place of another: it counts as new
    /// even where one of its name was there.
    pub fn insert_anew(&mut self, key: &[u8], entry: Entry) {
        let is_there = self.contains(key);
        self.insert_entry(key, entry);
        if is_there {
            self.space.note(self.db, key, KeyEvent::NEW);
        }
    }

    /// Removes `key` and gives what it held.
    pub fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        self.living(key)?;
        self.space.record(self.db, key);
        self.space.detach(self.db, key)
    }

    /// Removes `key` if its collection holds nothing any more: no key is ever empty. To be said behind
    /// [`Keys::changed`].
    pub fn remove_if_empty(&mut self, key: &[u8]) -> bool {
        let empty = self
            .database()
            .and_then(|database| database.entries.get(key))
            .is_some_and(|entry| entry.value.is_empty_collection());
        if empty {
            self.space.detach(self.db, key);
            self.space.note(self.db, key, KeyEvent::DEL);
        }
        empty
    }

    /// When `key` expires, in milliseconds since 1970; `None` if never or if there is no key.
    pub fn expire_at(&mut self, key: &[u8]) -> Option<i64> {
        self.peek(key)?.expire_at()
    }

    /// Sets or clears the expire time of `key`; says whether the key exists.
    pub fn set_expire_at(&mut self, key: &[u8], at: Option<i64>) -> bool {
        let Some(index) = self.living(key) else { return false };
        self.space.record(self.db, key);
        let Some(database) = self.database_mut() else { return false };
        let Some((_, entry)) = database.entries.get_index_mut(index) else { return false };
        let had = entry.expire_at().is_some();
        entry.expire_at = at.unwrap_or(NEVER);
        match (had, at.is_some()) {
            (false, true) => database.expires += 1,
            (true, false) => database.expires -= 1,
            (false, false) | (true, true) => {}
        }
        true
    }

    /// Notes when `key` was last used, in seconds since 1970.
    pub fn set_accessed(&mut self, key: &[u8], seconds: i64) {
        if let Some(entry) = self.entry_mut(key) {
            entry.accessed = u32::try_from(seconds.rem_euclid(1 << 32)).unwrap_or(0);
        }
    }

    /// Notes how often `key` was used.
    pub fn set_frequency(&mut self, key: &[u8], frequency: u8) {
        if let Some(entry) = self.entry_mut(key) {
            entry.frequency = Some(frequency);
        }
    }

    fn entry_mut(&mut self, key: &[u8]) -> Option<&mut Entry> {
        self.database_mut()?.entries.get_mut(key)
    }

    /// `key` was changed in `changes` places by what `event` names: the log, `WATCH`, the save points
    /// and whoever listens to keyspace events must know.
    ///
    /// A write command that never calls this did nothing and propagates nothing.
    #[inline]
    pub fn changed(&mut self, key: &[u8], changes: usize, event: KeyEvent) {
        self.space.dirty += changes as u64;
        if self.space.is_observed() {
            self.tell_changed(key, event);
        }
    }

    #[cold]
    fn tell_changed(&mut self, key: &[u8], event: KeyEvent) {
        self.space.watches.touch(self.db, key, Change::Lived);
        self.space.waits.signal(self.db, key);
        self.space.note_changed(key, Cause::Client);
        self.space.note(self.db, key, event);
    }

    /// Something more happened to `key` than [`Keys::changed`] has said.
    pub fn happened(&mut self, key: &[u8], event: KeyEvent) {
        self.space.note(self.db, key, event);
    }

    /// Something changed that is no key of this database (`FLUSHALL`, `SWAPDB`).
    pub fn changed_otherwise(&mut self, changes: usize) {
        self.space.dirty += changes as u64;
    }

    /// How many keys, dead ones that nobody has touched yet included, as `DBSIZE` counts.
    pub fn len(&self) -> usize {
        self.database().map_or(0, Database::len)
    }

    /// Whether the database holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All living keys, in the dictionary's order.
    pub fn iter(&self) -> impl Iterator<Item = (&Bytes, &Entry)> {
        let (now, loading) = (self.space.now_ms, self.space.loading);
        self.database()
            .into_iter()
            .flat_map(Database::iter)
            .filter(move |(_, entry)| loading || !entry.is_gone(now))
    }

    /// The key at place `index` of the dictionary, dead or alive, for `RANDOMKEY`.
    pub fn key_at(&self, index: usize) -> Option<&Bytes> {
        self.database()?.entries.get_index(index).map(|(key, _)| key)
    }

    /// A step of `SCAN`: the keys seen, dead ones included, and the next cursor (0 at the end).
    pub fn scan(&self, cursor: u64, count: usize) -> (u64, Vec<Bytes>) {
        let Some(database) = self.database() else { return (0, Vec::new()) };
        let (next, seen) = database.entries.scan(cursor, count);
        (next, seen.map(|(key, _)| key.clone()).collect())
    }

    /// Begins to watch `key` and gives its version now.
    pub(in crate::engine) fn watch(&mut self, key: &[u8]) -> u64 {
        self.space.watches.watch(self.db, key)
    }

    /// Ends one watch of `key`.
    pub(in crate::engine) fn unwatch(&mut self, key: &[u8]) -> WatchEnd {
        self.space.watches.unwatch(self.db, key)
    }

    /// Whether `key` is there but its time has come; changes nothing.
    pub(in crate::engine) fn is_dead(&self, key: &[u8]) -> bool {
        let now = self.space.now_ms;
        self.database().and_then(|d| d.entries.get(key)).is_some_and(|entry| entry.is_dead(now))
    }
}
