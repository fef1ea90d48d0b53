//! Snapshots in Redis's RDB format: version 10 written, or 12 where fields of hashes have expire times; 9 to 12
//! read, and Valkey's 80.
//!
//! [`save`] and [`load`] are a `dump.rdb`; a base file of the log is read and written through the
//! same code. How a value is written the engine knows, because `DUMP` writes it too. What a file says about itself is never trusted: lengths are judged against the
//! bytes that are there.

mod codes;
mod reader;
mod writer;

#[cfg(test)]
mod tests;

use std::path::Path;

use super::portion::{self, Format};
use super::source::Source;
use super::storage::{self, FileError, Mode, Storage};
use super::{LoadError, Notice};
use crate::engine::codec::Input;
use crate::engine::data::Limits;
use crate::engine::{Entry, Keyspace, Now};
pub(super) use reader::Receiver;
use reader::{Fault, Stop};
pub use writer::Snapshot;

/// What every snapshot begins with.
pub(super) const MAGIC: &[u8] = b"REDIS";

/// Replaces the snapshot at `path` by one of `keyspace`.
///
/// Whoever reads `path`, at any moment and after a crash, finds the old snapshot or the new one.
pub fn save(
    storage: &dyn Storage,
    path: &Path,
    keyspace: &Keyspace,
    now: Now,
) -> Result<(), FileError> {
    storage::replace(storage, path, |file| {
        portion::write_all(file, keyspace, Format::Snapshot, now).map(|_| ())
    })
}

/// A snapshot that was loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// How many keys it held; dead ones that were left out are not counted.
    pub keys: u64,
    /// How many dead ones were left out.
    pub expired: u64,
    /// What a person should know.
    pub notices: Vec<Notice>,
}

/// Loads the snapshot at `path`, if there is one: every key goes to `entry`, with its database.
///
/// Keys whose time has come at `now` are left out. `progress` is given bytes read and bytes in
/// all, every megabyte or so.
pub fn load(
    storage: &dyn Storage,
    path: &Path,
    limits: &Limits,
    now: Now,
    mut entry: impl FnMut(usize, &[u8], Entry),
    mut progress: impl FnMut(u64, u64),
) -> Result<Option<Loaded>, LoadError> {
    let Some(total) = storage.len(path).map_err(FileError::at("read", path))? else {
        return Ok(None);
    };
    let file = storage.open(path, Mode::Read).map_err(FileError::at("open", path))?;
    let mut source = Source::new(file);
    let loaded = read(
        &mut source,
        path,
        Receiver {
            limits: *limits,
            drop_dead: Some(now),
            entry: &mut |db, key, value| {
                entry(db, key, value);
                Ok(())
            },
            progress: &mut |done| progress(done, total),
        },
    )?;
    Ok(Some(loaded))
}

/// Reads the snapshot that `source` begins with and leaves it behind the checksum.
pub(super) fn read(
    source: &mut Source,
    path: &Path,
    mut receiver: Receiver<'_>,
) -> Result<Loaded, LoadError> {
    let mut key = Vec::new();
    let result = reader::read(&mut Input::new(source), &mut receiver, &mut key);
    let at = |what| LoadError::Snapshot { path: path.to_owned(), offset: source.offset(), what };
    match result {
        Ok(contents) => {
            let libraries = contents.function_libraries;
            let skipped = Notice::FunctionsSkipped { libraries, file: path.to_owned() };
            let notices = if libraries > 0 { vec![skipped] } else { Vec::new() };
            Ok(Loaded { keys: contents.keys, expired: contents.expired, notices })
        }
        Err(Fault::Supply(Stop::Io(error))) => Err(FileError::at("read", path)(error).into()),
        Err(Fault::Supply(Stop::Foreign(what))) => {
            Err(LoadError::Foreign { path: path.to_owned(), what })
        }
        Err(Fault::Damage(what)) => Err(at(what.to_owned())),
        Err(Fault::Supply(Stop::Refused(what))) => Err(at(what)),
        Err(Fault::UnknownType(kind)) => {
            let key = format!("\"{}\"", key.escape_ascii());
            Err(LoadError::UnknownType { path: path.to_owned(), key, kind })
        }
    }
}
