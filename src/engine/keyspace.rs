//! The databases of one engine: keys, values, expire times, and who watches what.
//!
//! Every read and every change of data goes through [`Keys`], so this is where dead keys vanish,
//! where `WATCH` learns of a change and where `:undo` gets the value before. Knows no command.

mod field_times;
mod frozen;
mod keys;

pub use frozen::{Picked, Rubbish, Took};
pub use keys::Keys;

use super::data::{Bytes, Dict, Value};
use super::key_events::{Cause, Happened};
use super::waits::Waits;
use super::watches::{Change, Watches};
use super::{Effects, KeyEvent, Recorder, Told};

/// How many databases there are; Redis's default, which the course teaches.
pub const DATABASES: usize = 16;

/// How often a new key counts as used. Nothing is evicted here, so nothing is counted either.
pub const NEW_KEY_FREQUENCY: u8 = 5;

/// No expire time.
const NEVER: i64 = i64::MIN;

/// A key's value and what is known of it besides.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The value.
    pub value: Value,
    expire_at: i64,
    /// Seconds since 1970 at the last access, for `OBJECT IDLETIME`; wraps after 136 years. Of an entry
    /// that is on its way into a keyspace: how many seconds ago that was.
    pub accessed: u32,
    /// How often it was used where it came from, if `RESTORE` has said so, for `OBJECT FREQ`.
    pub frequency: Option<u8>,
}

impl Entry {
    /// An entry that never expires.
    pub fn new(value: Value) -> Self {
        Self { value, expire_at: NEVER, accessed: 0, frequency: None }
    }

    /// When it expires, in milliseconds since 1970.
    pub fn expire_at(&self) -> Option<i64> {
        (self.expire_at != NEVER).then_some(self.expire_at)
    }

    /// The same entry with another expire time.
    pub fn with_expire_at(mut self, at: Option<i64>) -> Self {
        self.expire_at = at.unwrap_or(NEVER);
        self
    }

    fn is_dead(&self, now_ms: i64) -> bool {
        self.expire_at != NEVER && self.expire_at <= now_ms
    }

    /// Whether it is dead, or a hash that would be empty without its dead fields.
    fn is_gone(&self, now_ms: i64) -> bool {
        self.is_dead(now_ms) || self.value.last_field_time().is_some_and(|at| at <= now_ms)
    }
}

/// One database.
#[derive(Default)]
pub struct Database {
    entries: Dict<Entry>,
    /// How many entries have an expire time.
    expires: usize,
    /// Whether a hash here may have fields with expire times; while there is none, no hash is asked.
    field_times: bool,
    /// Where the sweep for dead keys goes on.
    sweep: usize,
}

impl Database {
    /// All keys, dead ones included, in the dictionary's order.
    pub fn iter(&self) -> impl Iterator<Item = (&Bytes, &Entry)> {
        self.entries.iter()
    }
    /// How many keys, dead ones included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }
    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.len() == 0
    }
    /// How many keys have an expire time.
    pub fn expires(&self) -> usize {
        self.expires
    }
    /// The entry of `key`, dead or alive; changes nothing.
    pub fn entry(&self, key: &[u8]) -> Option<&Entry> {
        self.entries.get(key)
    }
}

/// What snapshots tell of how keys are used: what `maxmemory-policy` goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UseTold {
    /// Nothing.
    #[default]
    Nothing,
    /// For how long a key was not used.
    Idle,
    /// How often it is used.
    Frequency,
}

/// Counters for `INFO`.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeyspaceStats {
    /// Reads that found their key.
    pub hits: u64,
    /// Reads that did not.
    pub misses: u64,
    /// Keys that went because their time had come.
    pub expired: u64,
    /// Fields of hashes that went because their time had come.
    pub expired_fields: u64,
}

/// All databases of an engine.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Keyspace {
    databases: Vec<Database>,
    watches: Watches,
    /// Who waits for which key.
    pub(super) waits: Waits,
    now_ms: i64,
    /// The same in seconds, as access times keep it.
    now_seconds: u32,
    /// While a log is replayed nothing expires: the log says when a key goes.
    pub(super) loading: bool,
    /// While the client that nobody sees asks, reads count as no access.
    pub(super) unseen: bool,
    /// While a client asks that said `CLIENT NO-TOUCH`: nothing it does counts as an access.
    pub(super) no_touch: bool,
    /// `DEBUG SET-ACTIVE-EXPIRE`.
    pub active_expire: bool,
    /// Changes since the last snapshot.
    pub dirty: u64,
    /// Counters for `INFO`.
    pub stats: KeyspaceStats,
    /// What the log has to know.
    pub effects: Effects,
    /// What snapshots tell of how keys are used.
    pub use_told: UseTold,
    /// Until when `CLIENT PAUSE` lets no key go, in milliseconds since 1970; a dead one is not seen.
    pub(super) paused_until_ms: i64,
    /// Which events are noted, to be told after the command.
    pub(super) told: Told,
    /// Whether somebody keeps copies of keys, and is to be told when they change.
    pub(super) tracked: bool,
    happened: Vec<Happened>,
    /// What `:undo` and `:changed` want to know, while they do.
    pub recorder: Option<Recorder>,
    /// The databases as they were when a snapshot of them was begun, until it has them.
    frozen: Option<Box<frozen::Frozen>>,
}

impl Default for Keyspace {
    fn default() -> Self {
        let mut databases = Vec::new();
        databases.resize_with(DATABASES, Database::default);
        Self {
            databases,
            watches: Watches::new(DATABASES),
            waits: Waits::new(DATABASES),
            now_ms: 0,
            now_seconds: 0,
            loading: false,
            unseen: false,
            no_touch: false,
            active_expire: true,
            dirty: 0,
            stats: KeyspaceStats::default(),
            effects: Effects::default(),
            use_told: UseTold::default(),
            paused_until_ms: NEVER,
            told: Told::default(),
            tracked: false,
            happened: Vec::new(),
            recorder: None,
            frozen: None,
        }
    }
}

impl Keyspace {
    /// The databases, in order of their numbers.
    pub fn databases(&self) -> &[Database] {
        &self.databases
    }

    /// A view of one database; `db` is below [`DATABASES`].
    pub fn select(&mut self, db: usize) -> Keys<'_> {
        Keys { space: self, db }
    }

    /// The time that decides which keys are dead, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Every key, as one that is taken from what [`Keyspace::freeze`] keeps.
    pub fn picked(&self) -> impl Iterator<Item = Picked<'_>> {
        self.databases.iter().enumerate().flat_map(move |(db, database)| {
            let sizes = (database.len(), database.expires());
            database.iter().map(move |(key, entry)| {
                let idle = frozen::idle_seconds(self.now_seconds, entry);
                Picked { db, sizes, key, entry, idle, use_told: self.use_told, from: 0 }
            })
        })
    }

    fn is_expiry_paused(&self) -> bool {
        self.now_ms < self.paused_until_ms
    }

    /// Sets the time, once for each command.
    pub fn set_now_ms(&mut self, now_ms: i64) {
        self.now_ms = now_ms;
        self.now_seconds = seconds(now_ms);
    }

    /// Puts an entry in place without any bookkeeping: for loading a snapshot. Its access time is how
    /// many seconds ago that was.
    pub fn restore(&mut self, db: usize, key: &[u8], mut entry: Entry) {
        entry.accessed = self.now_seconds.wrapping_sub(entry.accessed);
        if let Some(database) = self.databases.get_mut(db) {
            database.expires += usize::from(entry.expire_at().is_some());
            database.field_times |= entry.value.first_field_time().is_some();
            if let Some(old) = database.entries.insert(key, entry) {
                database.expires -= usize::from(old.expire_at().is_some());
            }
        }
    }

    /// Removes up to `limit` dead keys of each database, looking at a bounded number of entries.
    pub fn sweep(&mut self, limit: usize) {
        if self.loading || !self.active_expire || self.is_expiry_paused() {
            return;
        }
        for db in 0..self.databases.len() {
            let mut looked = 0;
            while looked < limit {
                let Some(database) = self.databases.get_mut(db) else { break };
                if database.expires == 0 && !database.field_times {
                    break;
                }
                looked += 1;
                let Some((key, entry)) = database.entries.get_index(database.sweep) else {
                    database.sweep = 0;
                    database.look_for_field_times();
                    if database.entries.len() <= looked {
                        break;
                    }
                    continue;
                };
                if entry.is_dead(self.now_ms) {
                    let key = key.clone();
                    self.expire(db, &key);
                } else if entry.value.first_field_time().is_some_and(|at| at <= self.now_ms) {
                    let key = key.clone();
                    self.expire_fields(db, &key, limit);
                } else {
                    database.sweep += 1;
                }
            }
        }
    }

    /// Exchanges two databases. Watched keys that exist in either count as changed.
    pub fn swap(&mut self, first: usize, second: usize) {
        if first == second {
            return;
        }
        self.record_all(first);
        self.record_all(second);
        // A key of one of them is, or was, missing in the other.
        self.record_missing(first, second);
        self.record_missing(second, first);
        self.databases.swap(first, second);
        if let Some(frozen) = &mut self.frozen {
            frozen.swap(first, second);
        }
        for db in [first, second] {
            self.touch_existing(db, &[first, second]);
            self.waits.signal_all(db);
        }
    }

    /// Empties a database and says how many keys it held.
    pub fn flush(&mut self, db: usize) -> usize {
        self.record_all(db);
        self.touch_existing(db, &[db]);
        let Some(database) = self.databases.get_mut(db) else { return 0 };
        let emptied = std::mem::take(database);
        let held = emptied.len();
        if let Some(frozen) = &mut self.frozen {
            frozen.keep(db, emptied.entries);
        }
        held
    }

    /// Every watched key of `db` that exists in one of `sources` changes.
    fn touch_existing(&mut self, db: usize, sources: &[usize]) {
        let (databases, now) = (&self.databases, self.now_ms);
        self.watches.touch_all(db, |key| {
            let entries =
                sources.iter().filter_map(|source| databases.get(*source)?.entries.get(key));
            let all_dead = entries.map(|entry| entry.is_dead(now)).reduce(|all, dead| all && dead);
            all_dead.map(|dead| if dead { Change::Buried } else { Change::Lived })
        });
    }

    /// Whether anybody wants to know of changes: mostly nobody does, and then a change costs one look.
    #[inline]
    fn is_observed(&self) -> bool {
        let observers = self.watches.len() | self.waits.len() | usize::from(self.tracked);
        observers != 0 || !self.told.is_nothing()
    }

    /// Notes what happened to a key, if anybody is told of it.
    #[inline]
    fn note(&mut self, db: usize, key: &[u8], event: KeyEvent) {
        if !self.told.is_nothing() {
            self.note_told(db, key, event);
        }
    }

    #[cold]
    fn note_told(&mut self, db: usize, key: &[u8], event: KeyEvent) {
        if self.told.has(event) && !self.loading {
            self.happened.push(Happened::Event(db, Bytes::from(key), event));
        }
    }

    /// Notes that a key has another value, or none, if anybody keeps a copy.
    #[inline]
    fn note_changed(&mut self, key: &[u8], cause: Cause) {
        if self.tracked {
            self.happened.push(Happened::Changed(Bytes::from(key), cause));
        }
    }

    /// Notes that whole databases were emptied.
    pub(super) fn note_flushed(&mut self) {
        if self.tracked {
            self.happened.push(Happened::Flushed);
        }
    }

    /// Whether something happened that nobody was told yet.
    #[inline]
    pub(super) fn has_happened(&self) -> bool {
        !self.happened.is_empty()
    }

    /// What happened since this was last asked.
    pub(super) fn take_happened(&mut self) -> Vec<Happened> {
        std::mem::take(&mut self.happened)
    }

    #[inline]
    fn record(&mut self, db: usize, key: &[u8]) {
        if self.recorder.is_some() || self.frozen.is_some() {
            self.before_change(db, key);
        }
    }

    fn record_all(&mut self, db: usize) {
        if let (Some(recorder), Some(database)) = (&mut self.recorder, self.databases.get(db)) {
            for (key, entry) in database.entries.iter() {
                recorder.before(db, key, Some(entry));
            }
        }
    }

    /// Notes for each key of `other` that `db` has none of that name.
    fn record_missing(&mut self, db: usize, other: usize) {
        if let (Some(recorder), Some(database)) = (&mut self.recorder, self.databases.get(other)) {
            for (key, _) in database.entries.iter() {
                // Only the first note of a key counts, and those it has are noted.
                recorder.before(db, key, None);
            }
        }
    }

    fn expire(&mut self, db: usize, key: &[u8]) {
        self.record(db, key);
        if self.detach(db, key).is_some() {
            self.effects.expired(db, key);
            self.watches.touch(db, key, Change::Buried);
            self.note(db, key, KeyEvent::EXPIRED);
            self.note_changed(key, Cause::Time);
            self.stats.expired += 1;
        }
    }

    fn detach(&mut self, db: usize, key: &[u8]) -> Option<Entry> {
        let database = self.databases.get_mut(db)?;
        if let Some(frozen) = &mut self.frozen {
            let place = database.entries.index_of(key)?;
            frozen.before_removal(db, place, &database.entries);
        }
        let (_, entry) = database.entries.remove(key)?;
        database.expires -= usize::from(entry.expire_at().is_some());
        Some(entry)
    }
}

/// Milliseconds as the seconds that access times keep, modulo 2^32.
fn seconds(now_ms: i64) -> u32 {
    u32::try_from((now_ms / 1000).rem_euclid(1 << 32)).unwrap_or(0)
}
