//! A directory belongs to one process at a time.

use std::any::Any;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::reason;

/// The file that is locked. It stays when the lock goes: removing it would let two processes
/// lock two files of the same name.
pub const LOCK_FILE: &str = ".kvtutor.lock";

/// The socket through which a process that owns a directory serves others of the same home.
pub const SOCKET_FILE: &str = ".kvtutor.sock";

/// Ownership of a directory, until dropped or until the process ends, however it ends.
pub struct DirLock {
    _held: Box<dyn Any + Send>,
}

impl fmt::Debug for DirLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirLock")
    }
}

impl DirLock {
    /// A lock that lasts as long as `held` does.
    pub(super) fn new(held: impl Any + Send) -> Self {
        Self { _held: Box::new(held) }
    }
}

/// Why a directory could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process owns it.
    #[error("{} is in use by {}; stop that one first, or use another directory",
        dir.display(), owner(*pid))]
    Held {
        /// The directory.
        dir: PathBuf,
        /// The process, if it could be told.
        pid: Option<u32>,
    },
    /// The lock file could not be made or read.
    #[error("cannot lock {0}: {1}; kvtutor must be able to write {0}/{LOCK_FILE}: mend that, or \
        use another directory", dir.display(), reason(source))]
    Io {
        /// The directory.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
}

fn owner(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}

/// Locks a real directory, which must exist.
pub(super) fn on_disk(dir: &Path) -> Result<DirLock, LockError> {
    let path = dir.join(LOCK_FILE);
    let io = |source| LockError::Io { dir: dir.to_owned(), source };
    let mut file = loop {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Held { dir: dir.to_owned(), pid: read_pid(&mut file) });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        // Its directory may have been removed between the two calls: then nobody else would meet
        // this lock.
        if is_at(&file, &path).map_err(io)? {
            break file;
        }
    };
    // The number is only for the message of whoever comes second: a full disk does no harm.
    let _ = write_pid(&mut file);
    Ok(DirLock::new(file))
}

/// Whether a file is the one that its path leads to now.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let held = file.metadata()?;
    match path.metadata() {
        Ok(found) => Ok((found.dev(), found.ino()) == (held.dev(), held.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_owner_is_told_the_process_of_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let first = on_disk(dir.path()).unwrap();
        let told = on_disk(dir.path()).unwrap_err().to_string();
        assert_eq!(
            told,
            format!(
                "{} is in use by process {}; stop that one first, or use another directory",
                dir.path().display(),
                std::process::id()
            )
        );
        drop(first);
        on_disk(dir.path()).unwrap();
    }
}
