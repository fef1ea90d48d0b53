//! Loads a log: its base, then its incremental files, unit by unit, into whatever takes them.
//!
//! Reads only. What must change on the disk before the log can go on (a torn tail cut off, an
//! old file taken in) is noted in [`Loaded`] and done by [`super::Log::start`].

use std::path::{Path, PathBuf};

use super::entry::{NotAUnit, Unit};
use super::manifest::{LogFile, Manifest};
use super::reader::{Stop, read_units};
use super::settings::{Kind, Settings};
use super::tail::{self, Tail};
use crate::engine::{self, Entry};
use crate::persistence::notice::Notice;
use crate::persistence::source::Source;
use crate::persistence::storage::{FileError, Mode, Storage};
use crate::persistence::{LoadError, rdb};

/// Something to load.
#[derive(Debug)]
pub enum Item<'a> {
    /// Commands to run, all of them or none.
    Unit(Unit<'a>),
    /// A key of a snapshot.
    Entry {
        /// Its database.
        db: usize,
        /// Its name.
        key: &'a [u8],
        /// Its value and expire time.
        entry: Entry,
    },
}

/// How far a load is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub done: u64,
    /// Bytes to read.
    pub total: u64,
}

/// A log that was loaded; [`super::Log::start`] goes on with it.
#[derive(Debug)]
pub struct Loaded {
    /// What a person should know.
    pub notices: Vec<Notice>,
    /// How many units were loaded.
    pub units: u64,
    /// How many keys a base in the snapshot's format held.
    pub keys: u64,
    pub(super) manifest: Manifest,
    /// The single file of an earlier version still has to be moved into the log's directory.
    pub(super) upgrade: bool,
    /// The file whose tail is dropped, and the length that stays.
    pub(super) cut: Option<(PathBuf, u64)>,
}

/// Loads the log in the directory that `settings` names.
///
/// Every unit and every key goes to `apply`; a text that it returns is why the record before
/// which loading then stops is no good, and becomes [`LoadError::Log`]. With no manifest there is
/// nothing to load, as in Redis. `progress` is called every megabyte or so.
pub fn load(
    storage: &dyn Storage,
    settings: &Settings,
    mut apply: impl FnMut(Item<'_>) -> Result<(), String>,
    progress: impl FnMut(Progress),
) -> Result<Loaded, LoadError> {
    let mut loaded = find(storage, settings)?;
    let mut files = Vec::new();
    for file in loaded.manifest.live() {
        files.push(measure(storage, settings, file, loaded.upgrade)?);
    }
    let total = files.iter().map(|(_, len)| len).sum();
    let mut loading = Loading { storage, settings, apply: &mut apply, progress, done: 0, total };
    let last = files.len().saturating_sub(1);
    for (place, (path, len)) in files.iter().enumerate() {
        loading.file(path, place == last, &mut loaded)?;
        loading.done += len;
    }
    Ok(loaded)
}

/// The first command of a unit that the table has not, as the file writes it.
fn unknown_command(unit: Unit<'_>) -> Option<String> {
    let name = unit.records().find(|words| engine::find(words).is_err())?.first()?;
    Some(name.escape_ascii().to_string())
}

/// Finds out which files there are to load.
fn find(storage: &dyn Storage, settings: &Settings) -> Result<Loaded, LoadError> {
    let mut loaded = Loaded {
        notices: Vec::new(),
        units: 0,
        keys: 0,
        manifest: Manifest::default(),
        upgrade: false,
        cut: None,
    };
    if let Some(manifest) = read_manifest(storage, settings)? {
        let old = settings.old_log();
        // A crash while an old file was taken in: the manifest is there, the file not yet moved.
        loaded.upgrade = manifest.incremental.is_empty()
            && manifest.base.as_ref().is_some_and(|base| base.name == settings.filename)
            && !exists(storage, &settings.log_file(&settings.filename))?
            && exists(storage, &old)?;
        refuse_unnamed(storage, settings, &manifest)?;
        loaded.manifest = manifest;
        return Ok(loaded);
    }
    refuse_unnamed(storage, settings, &Manifest::default())?;
    let old = settings.old_log();
    if exists(storage, &old)? {
        loaded.manifest.base = Some(LogFile { name: settings.filename.clone(), seq: 1 });
        loaded.upgrade = true;
        loaded.notices.push(Notice::Upgraded { from: old });
        return Ok(loaded);
    }
    let snapshot = settings.dir.join(&settings.snapshot);
    // It is not read here, so it does not matter if it is no file at all.
    if storage.exists(&snapshot).unwrap_or(false) {
        loaded.notices.push(Notice::SnapshotNotLoaded { file: snapshot });
    }
    Ok(loaded)
}

/// The manifest, or `None` if there is none.
pub(super) fn read_manifest(
    storage: &dyn Storage,
    settings: &Settings,
) -> Result<Option<Manifest>, LoadError> {
    let path = settings.manifest();
    if !exists(storage, &path)? {
        return Ok(None);
    }
    let text = storage.read(&path).map_err(FileError::at("read", &path))?;
    match Manifest::parse(&text) {
        Ok(manifest) => Ok(Some(manifest)),
        Err(error) => Err(LoadError::Manifest { path, error }),
    }
}

/// Refuses a directory that holds data which no manifest names: to go on would bury it.
///
/// Without a manifest that is any file of the log with something in it. With one it is an
/// incremental file that is no leftover of a rewrite (those are older than the files in use, or
/// empty), and a base file where the manifest names none: damage to one letter of the manifest
/// can hide a line.
pub(super) fn refuse_unnamed(
    storage: &dyn Storage,
    settings: &Settings,
    manifest: &Manifest,
) -> Result<(), LoadError> {
    let dir = settings.log_dir();
    let oldest = manifest.incremental.first().map_or(0, |file| file.seq);
    for file in storage.list(&dir).map_err(FileError::at("list", &dir))? {
        if manifest.live().chain(&manifest.history).any(|named| named.name == file) {
            continue;
        }
        let Some((seq, kind)) = settings.log_file_kind(&file) else { continue };
        let path = settings.log_file(&file);
        let len = storage.len(&path).map_err(FileError::at("read", &path))?.unwrap_or(0);
        let holds_data = len > 0
            && match kind {
                Kind::Incremental => seq >= oldest,
                Kind::Base => {
                    manifest.base.is_none() && !is_empty_snapshot(storage, settings, &path)?
                }
            };
        if holds_data {
            return Err(LoadError::Unnamed { manifest: settings.manifest(), file });
        }
    }
    Ok(())
}

/// Whether a base file holds no key, as the first one of every log: a crash before the first
/// manifest leaves one, and nothing is lost with it.
fn is_empty_snapshot(
    storage: &dyn Storage,
    settings: &Settings,
    path: &Path,
) -> Result<bool, FileError> {
    let file = storage.open(path, Mode::Read).map_err(FileError::at("open", path))?;
    let receiver = rdb::Receiver {
        limits: settings.limits,
        drop_dead: None,
        entry: &mut |_, _, _| Err("it holds a key".to_owned()),
        progress: &mut |_| {},
    };
    Ok(rdb::read(&mut Source::new(file), path, receiver).is_ok())
}

fn exists(storage: &dyn Storage, path: &Path) -> Result<bool, FileError> {
    storage.exists(path).map_err(FileError::at("read", path))
}

fn measure(
    storage: &dyn Storage,
    settings: &Settings,
    file: &LogFile,
    upgrade: bool,
) -> Result<(PathBuf, u64), LoadError> {
    let path = if upgrade { settings.old_log() } else { settings.log_file(&file.name) };
    match storage.len(&path).map_err(FileError::at("read", &path))? {
        Some(len) => Ok((path, len)),
        None => Err(LoadError::Missing { path }),
    }
}

/// What loading one file needs to know.
struct Loading<'l, A, P> {
    storage: &'l dyn Storage,
    settings: &'l Settings,
    apply: &'l mut A,
    progress: P,
    done: u64,
    total: u64,
}

impl<A, P> Loading<'_, A, P>
where
    A: FnMut(Item<'_>) -> Result<(), String>,
    P: FnMut(Progress),
{
    fn file(&mut self, path: &Path, is_last: bool, loaded: &mut Loaded) -> Result<(), LoadError> {
        let file = self.storage.open(path, Mode::Read).map_err(FileError::at("open", path))?;
        let mut source = Source::new(file);
        let (done, total) = (self.done, self.total);
        let start = source.need(rdb::MAGIC.len()).map_err(FileError::at("read", path))?;
        // A base that says it is a snapshot is read as one, even if it is cut to nothing.
        if start == Some(rdb::MAGIC) || path.extension().is_some_and(|ending| ending == "rdb") {
            let snapshot = self.snapshot(&mut source, path)?;
            loaded.keys += snapshot.keys;
            loaded.notices.extend(snapshot.notices);
        }
        let mut unknown = None;
        let stop = read_units(
            &mut source,
            |unit| {
                loaded.units += 1;
                (self.apply)(Item::Unit(unit)).inspect_err(|_| unknown = unknown_command(unit))
            },
            |read| (self.progress)(Progress { done: done + read, total }),
        )
        .map_err(FileError::at("read", path))?;
        let offset = source.offset();
        let damage = |offset, what| Err(LoadError::Log { path: path.to_owned(), offset, what });
        let tail = match stop {
            Stop::End => return Ok(()),
            Stop::Refused(what) => {
                if let Some(name) = unknown {
                    return Err(LoadError::UnknownCommand { path: path.to_owned(), offset, name });
                }
                return Err(LoadError::Command { path: path.to_owned(), offset, what });
            }
            Stop::NotAUnit(NotAUnit::Incomplete) => tail::judge(source.available()),
            Stop::NotAUnit(
                error @ (NotAUnit::Malformed(_)
                | NotAUnit::Empty
                | NotAUnit::NestedMulti
                | NotAUnit::StrayExec),
            ) => return damage(offset, error.to_string()),
        };
        if let Tail::Damage { at, what } = tail {
            return damage(offset + at as u64, what.to_owned());
        }
        if !is_last {
            return damage(offset, "the file ends too early, and the log goes on after it".into());
        }
        if !self.settings.drop_torn_tail {
            let what = "the file ends too early, and aof-load-truncated is no".to_owned();
            return damage(offset, what);
        }
        let (file, dropped) = (path.to_owned(), source.available().len() as u64);
        loaded.cut = Some((file.clone(), offset));
        loaded.notices.push(if tail == Tail::CutTransaction {
            Notice::CutTransaction { file, offset, dropped }
        } else {
            Notice::TornTail { file, offset, dropped }
        });
        Ok(())
    }

    /// Loads the snapshot that a base file is, or begins with.
    fn snapshot(&mut self, source: &mut Source, path: &Path) -> Result<rdb::Loaded, LoadError> {
        let (done, total) = (self.done, self.total);
        let receiver = rdb::Receiver {
            limits: self.settings.limits,
            // The log that follows may speak of keys whose time has come since.
            drop_dead: None,
            entry: &mut |db, key, entry| (self.apply)(Item::Entry { db, key, entry }),
            progress: &mut |read| (self.progress)(Progress { done: done + read, total }),
        };
        rdb::read(source, path, receiver)
    }
}
