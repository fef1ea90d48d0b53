//! The snapshot of an instance: `dump.rdb` in its directory.

use crate::engine::{Engine, Keyspace, Now};
use crate::persistence::LoadError;
use crate::persistence::aof::Settings;
use crate::persistence::rdb;
use crate::persistence::storage::{FileError, Storage};

/// Writes the snapshot in place of the old one.
pub(super) fn save(
    storage: &dyn Storage,
    settings: &Settings,
    keyspace: &Keyspace,
    now: Now,
) -> Result<(), FileError> {
    rdb::save(storage, &settings.dir.join(&settings.snapshot), keyspace, now)
}

/// Loads the snapshot if there is one.
pub(super) fn load(
    storage: &dyn Storage,
    settings: &Settings,
    engine: &mut Engine,
    now: Now,
    progress: impl FnMut(u64, u64),
) -> Result<rdb::Loaded, LoadError> {
    let path = settings.dir.join(&settings.snapshot);
    let limits = engine.server.config.limits;
    let keyspace = &mut engine.keyspace;
    let entry = |db, key: &[u8], entry| keyspace.restore(db, key, entry);
    let loaded = rdb::load(storage, &path, &limits, now, entry, progress)?;
    Ok(loaded.unwrap_or_default())
}
