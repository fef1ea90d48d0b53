//! Where an instance's data stand at one moment: in memory, in the operating system's cache, on the
//! disk. What a kill and a power failure do follows from that.

use super::disk;
use crate::engine::{Database, Keyspace, Now};
use crate::persistence::aof::{Fsync, Item, Log, Settings, load};
use crate::persistence::rdb;
use crate::persistence::storage::Storage;
use crate::resp::Decoder;

/// How many commands of each place are named.
const NAMED: usize = 8;

/// Where the data stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layers {
    /// How many keys there are in memory.
    pub keys: usize,
    /// The append-only file; none: it is off.
    pub log: Option<LogLayers>,
    /// How many keys the snapshot holds; none: there is no snapshot.
    pub snapshot: Option<u64>,
}

/// Where the records of the append-only file stand. `SELECT` is not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLayers {
    /// When it is synced.
    pub policy: Fsync,
    /// How many keys its base holds.
    pub base: u64,
    /// Commands on the disk.
    pub synced: Commands,
    /// Commands that were written and not yet synced.
    pub cached: Commands,
    /// Commands that could not be written, and wait in memory.
    pub waiting: Commands,
}

/// Some commands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commands {
    /// How many.
    pub count: usize,
    /// The last of them, oldest first.
    pub last: Vec<String>,
}

impl Commands {
    fn of(all: &[String]) -> Self {
        let named = all.iter().skip(all.len().saturating_sub(NAMED));
        Self { count: all.len(), last: named.cloned().collect() }
    }
}

/// Looks where the data stand. What cannot be read counts as not there.
pub(super) fn look(
    storage: &dyn Storage,
    settings: &Settings,
    keyspace: &Keyspace,
    log: Option<&Log>,
    now: Now,
) -> Layers {
    let keys = keyspace.databases().iter().map(Database::len).sum();
    let entry = |_: usize, _: &[u8], _| {};
    let path = settings.dir.join(&settings.snapshot);
    let snapshot = rdb::load(storage, &path, &settings.limits, now, entry, |_, _| {});
    let snapshot = snapshot.ok().flatten().map(|loaded| loaded.keys);
    let log = log.map(|log| look_at_log(storage, settings, log));
    Layers { keys, log, snapshot }
}

fn look_at_log(storage: &dyn Storage, settings: &Settings, log: &Log) -> LogLayers {
    let mut lines = Lines::default();
    let mut base = 0;
    let read = load(
        storage,
        settings,
        |item: Item<'_>| {
            match item {
                Item::Unit(unit) => unit.records().for_each(|words| lines.add(words)),
                Item::Entry { .. } => base += 1,
            }
            Ok(())
        },
        |_| {},
    );
    if read.is_err() {
        lines.all.clear();
    }
    let bytes = storage.read(&settings.log_dir().join(log.current())).unwrap_or_default();
    let synced = usize::try_from(log.synced_len()).unwrap_or(usize::MAX);
    let cached = count(bytes.get(synced..).unwrap_or_default());
    let border = lines.all.len().saturating_sub(cached);
    let (synced, cached) = lines.all.split_at_checked(border).unwrap_or_default();
    let (synced, cached) = (Commands::of(synced), Commands::of(cached));
    let mut waiting = Lines { db: lines.db, ..Lines::default() };
    each(log.pending(), |words| waiting.add(words));
    let waiting = Commands::of(&waiting.all);
    LogLayers { policy: log.fsync(), base, synced, cached, waiting }
}

/// Records as lines, with the database they go to.
#[derive(Debug, Default)]
struct Lines {
    db: Vec<u8>,
    all: Vec<String>,
}

impl Lines {
    fn add(&mut self, words: &[&[u8]]) {
        match words {
            [name, db] if name.eq_ignore_ascii_case(b"SELECT") => (*db).clone_into(&mut self.db),
            [name] if is_frame(name) => {}
            _ => {
                let line = disk::line(words);
                self.all.push(match self.db.as_slice() {
                    b"" | b"0" => line,
                    db => format!("{line} (db {})", String::from_utf8_lossy(db)),
                });
            }
        }
    }
}

fn is_frame(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"MULTI") || name.eq_ignore_ascii_case(b"EXEC")
}

/// Hands over every record of whole units.
fn each(bytes: &[u8], mut take: impl FnMut(&[&[u8]])) {
    let mut decoder = Decoder::new(bytes);
    let mut words = Vec::new();
    while decoder.request(&mut words).is_ok() && !words.is_empty() {
        take(&words);
    }
}

/// How many records are in these bytes, `SELECT` included.
pub(super) fn records(bytes: &[u8]) -> usize {
    let mut count = 0;
    each(bytes, |words| count += usize::from(!words.first().is_some_and(|name| is_frame(name))));
    count
}

/// How many records are in these bytes, as [`Lines`] counts them.
fn count(bytes: &[u8]) -> usize {
    let mut lines = Lines::default();
    each(bytes, |words| lines.add(words));
    lines.all.len()
}
