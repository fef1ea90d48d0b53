//! The snapshot of an instance: `dump.rdb` in its directory.

use crate::engine::{Engine, Keyspace, Now};
use crate::persistence::aof::Settings;
use crate::persistence::storage::{FileError, Storage};
use crate::persistence::{LoadError, Notice};

/// Writes the snapshot in place of the old one.
pub(super) fn save(
    _storage: &dyn Storage,
    _settings: &Settings,
    _keyspace: &Keyspace,
    _now: Now,
) -> Result<(), FileError> {
    Ok(())
}

/// Loads the snapshot if there is one.
pub(super) fn load(
    _storage: &dyn Storage,
    _settings: &Settings,
    _engine: &mut Engine,
    _now: Now,
) -> Result<Vec<Notice>, LoadError> {
    Ok(Vec::new())
}
