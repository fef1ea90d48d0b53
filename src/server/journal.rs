//! The private log of a container, outside its volume: what brings the container back as it was when
//! kvtutor itself has ended, whatever its settings say. Knows files, no container.

use std::path::{Path, PathBuf};

use crate::persistence::aof::{self, Fsync, Settings};
use crate::persistence::storage::Storage;

/// Its files. It survives the death of kvtutor without being synced; where the instance has a log it
/// is synced as often as that.
pub(super) fn settings(dir: &Path) -> Settings {
    Settings { fsync: Fsync::No, filename: "journal.aof".to_owned(), ..Settings::new(dir) }
}

/// Whether there is one, readable or not.
pub(super) fn is_there(storage: &dyn Storage, dir: &Path) -> bool {
    !matches!(storage.len(&settings(dir).manifest()), Ok(None))
}

/// The folder with its files, if it cannot be read: to start it anew would replace them.
pub fn unreadable(storage: &dyn Storage, dir: &Path) -> Option<PathBuf> {
    let settings = settings(dir);
    let read = aof::load(storage, &settings, |_| Ok(()), |_| {});
    read.is_err().then(|| settings.log_dir())
}
