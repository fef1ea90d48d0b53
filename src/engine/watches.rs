//! Which keys are under `WATCH`, and what has become of them.
//!
//! Each watched key has a version, which every change makes another. Knows no client: a session
//! keeps the version that it saw.

use super::data::Dict;

/// The watched keys of all databases.
#[derive(Debug)]
pub(super) struct Watches {
    databases: Vec<Dict<Watched>>,
    /// How many keys are watched.
    watched: usize,
    /// The last version given; the next is one more, so none is given twice.
    version: u64,
}

/// A key that somebody watches.
#[derive(Debug, Default)]
struct Watched {
    version: u64,
    /// The version before, and the one after, a key whose time had come was removed.
    buried: (u64, u64),
    watchers: usize,
}

/// How a key changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It has another value, or none any more.
    Lived,
    /// It goes because its time had come.
    Buried,
}

/// What has become of a watched key.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WatchEnd {
    /// Its version now.
    pub(super) version: u64,
    /// Nothing but the removal of a dead key happened since this version.
    pub(super) only_buried_since: Option<u64>,
}

impl Watches {
    pub(super) fn new(databases: usize) -> Self {
        let mut all = Vec::new();
        all.resize_with(databases, Dict::default);
        Self { databases: all, watched: 0, version: 0 }
    }

    /// How many keys are watched.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.watched
    }

    /// `key` changes, if anybody watches it.
    pub(super) fn touch(&mut self, db: usize, key: &[u8], change: Change) {
        if let Some(state) = self.databases.get_mut(db).and_then(|watched| watched.get_mut(key)) {
            self.version += 1;
            state.touch(self.version, change);
        }
    }

    /// Every watched key of `db` for which `change` has something to tell changes.
    pub(super) fn touch_all(&mut self, db: usize, change: impl Fn(&[u8]) -> Option<Change>) {
        let Some(watched) = self.databases.get_mut(db) else { return };
        for (key, state) in watched.iter_mut() {
            if let Some(change) = change(key) {
                self.version += 1;
                state.touch(self.version, change);
            }
        }
    }

    /// Begins to watch `key` and gives its version now.
    pub(super) fn watch(&mut self, db: usize, key: &[u8]) -> u64 {
        let Some(watched) = self.databases.get_mut(db) else { return 0 };
        let state = watched.get_or_insert_with(key, Watched::default);
        self.watched += usize::from(state.watchers == 0);
        state.watchers += 1;
        state.version
    }

    /// Ends one watch of `key`.
    pub(super) fn unwatch(&mut self, db: usize, key: &[u8]) -> WatchEnd {
        let Some(watched) = self.databases.get_mut(db) else { return WatchEnd::default() };
        let Some(state) = watched.get_mut(key) else { return WatchEnd::default() };
        state.watchers = state.watchers.saturating_sub(1);
        let version = state.version;
        let (before, after) = state.buried;
        if state.watchers == 0 {
            watched.remove(key);
            self.watched -= 1;
        }
        WatchEnd { version, only_buried_since: (after == version).then_some(before) }
    }
}

impl Watched {
    fn touch(&mut self, version: u64, change: Change) {
        if change == Change::Buried {
            self.buried = (self.version, version);
        }
        self.version = version;
    }
}
