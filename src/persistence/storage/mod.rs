//! The small trait that files are behind, so that a test can be the disk.
//!
//! [`Disk`] is the real one, [`MemoryDisk`] the one that tests fill up, break and cut the power
//! of. Knows paths and bytes only: no log, no snapshot.

mod disk;
mod lock;
mod memory;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub use disk::Disk;
pub use lock::{DirLock, LOCK_FILE, LockError, SOCKET_FILE};
pub use memory::{Fault, MemoryDisk, Survives};

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To be read from its start; it must exist.
    Read,
    /// To be written at its end; made if it does not exist.
    Append,
    /// To be written anew: what it held is gone.
    Create,
}

/// A place where files are.
pub trait Storage: fmt::Debug + Send + Sync {
    /// Makes a directory and its parents, all of which then survive a power loss; succeeds if it
    /// exists.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;
    /// Opens a file.
    fn open(&self, path: &Path, mode: Mode) -> io::Result<Box<dyn Handle>>;
    /// The length of a file, or `None` if nothing has that name; an error if it is no file.
    fn len(&self, path: &Path) -> io::Result<Option<u64>>;
    /// Gives a file another name; a file that had that name is gone. Atomic.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// The names of the files in a directory, sorted; none if there is no such directory.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Makes the names in a directory (created, renamed, removed) survive a power loss.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Owns a directory until the lock is dropped; see [`DirLock`].
    fn lock(&self, dir: &Path) -> Result<DirLock, LockError>;

    /// Whether paths mean files of this machine, beside which a socket can stand.
    fn is_on_machine(&self) -> bool {
        false
    }

    /// Whether there is a file at `path`.
    fn exists(&self, path: &Path) -> io::Result<bool> {
        Ok(self.len(path)?.is_some())
    }

    /// All that a file holds.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = self.open(path, Mode::Read)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Syncs a file through a second grip on it; see [`Handle::syncer`].
pub type Syncer = Box<dyn FnMut() -> io::Result<()> + Send>;

/// An open file.
pub trait Handle: fmt::Debug + Send {
    /// Reads on from where the last read ended; 0 at the end of the file.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;
    /// Writes at the end of the file and says how many bytes that were: it may be a part.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;
    /// Cuts the file to `len` bytes.
    fn truncate(&mut self, len: u64) -> io::Result<()>;
    /// Makes the contents survive a power loss.
    fn sync(&mut self) -> io::Result<()>;

    /// What does the same as [`Handle::sync`] on another thread, while this one writes on; `None`
    /// where a sync is always to be waited for, as in tests that must run alike every time.
    fn syncer(&self) -> io::Result<Option<Syncer>> {
        Ok(None)
    }

    /// Reads what is left.
    fn read_to_end(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut block = vec![0; 64 * 1024];
        loop {
            let read = self.read(&mut block)?;
            if read == 0 {
                return Ok(());
            }
            bytes.extend_from_slice(block.get(..read).unwrap_or_default());
        }
    }

    /// Writes all of `bytes`, in as many calls as it takes.
    fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = self.write(bytes)?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }
}

/// A file operation that failed, and on what.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {}: {}", path.display(), reason(source))]
pub struct FileError {
    /// What was tried, such as `write`.
    pub doing: &'static str,
    /// The file or directory.
    pub path: PathBuf,
    /// Why it failed.
    pub source: io::Error,
}

impl FileError {
    /// Names what was tried on `path`; for `map_err`.
    pub fn at(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { doing, path, source }
    }
}

/// The system's words for an error, as C's `strerror` gives them: Redis puts them into replies.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(end) if error.raw_os_error().is_some() => text.get(..end).unwrap_or(&text).to_owned(),
        Some(_) | None => text,
    }
}

/// Replaces a file as a whole: written aside, synced, renamed, and the folder synced.
///
/// Whoever reads `path` at any moment, after a crash too, finds the old contents or the new.
pub fn replace(
    storage: &dyn Storage,
    path: &Path,
    write: impl FnOnce(&mut dyn Handle) -> io::Result<()>,
) -> Result<(), FileError> {
    replace_unsynced(storage, path, write)?;
    sync_folder(storage, path)
}

/// Makes the name of a file survive a power loss.
pub fn sync_folder(storage: &dyn Storage, path: &Path) -> Result<(), FileError> {
    // A bare name is a file of the folder one stands in.
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    storage.sync_dir(dir).map_err(FileError::at("sync", dir))
}

/// As [`replace`], but the folder is left for the caller to sync. On an error the old file is
/// still in place, which [`replace`] cannot promise.
pub fn replace_unsynced(
    storage: &dyn Storage,
    path: &Path,
    write: impl FnOnce(&mut dyn Handle) -> io::Result<()>,
) -> Result<(), FileError> {
    let mut aside = Aside::create(storage, path)?;
    match write(aside.file()) {
        Ok(()) => aside.put(storage),
        Err(error) => Err(aside.failed(storage, error)),
    }
}

/// A file that is being written aside, to replace another.
#[derive(Debug)]
pub struct Aside {
    file: Box<dyn Handle>,
    /// Its name until it is put in place.
    from: PathBuf,
    to: PathBuf,
}

impl Aside {
    /// Begins what is to replace the file at `path`.
    pub fn create(storage: &dyn Storage, path: &Path) -> Result<Self, FileError> {
        let mut name = std::ffi::OsString::from("temp-");
        name.push(path.file_name().unwrap_or_default());
        let from = path.parent().unwrap_or(Path::new("")).join(name);
        let file = storage.open(&from, Mode::Create).map_err(FileError::at("create", &from))?;
        Ok(Self { file, from, to: path.to_owned() })
    }

    /// What is written to.
    pub fn file(&mut self) -> &mut dyn Handle {
        self.file.as_mut()
    }

    /// Syncs it and puts it in place. The folder is not synced.
    pub fn put(mut self, storage: &dyn Storage) -> Result<(), FileError> {
        if let Err(error) = self.file.sync() {
            return Err(self.failed(storage, error));
        }
        drop(self.file);
        storage.rename(&self.from, &self.to).map_err(FileError::at("rename", &self.from))
    }

    /// It could not be written, for this reason.
    pub fn failed(self, storage: &dyn Storage, error: io::Error) -> FileError {
        let from = self.from.clone();
        self.remove(storage);
        FileError::at("write", &from)(error)
    }

    /// Removes it. Best effort: what is left behind is overwritten the next time.
    pub fn remove(self, storage: &dyn Storage) {
        drop(self.file);
        let _ = storage.remove(&self.from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_as_strerror_says_it() {
        assert_eq!(reason(&io::Error::from_raw_os_error(28)), "No space left on device");
        assert_eq!(reason(&io::Error::other("a (os error 3)")), "a (os error 3)");
    }

    #[test]
    fn replacing_is_all_or_nothing_at_every_step() {
        let path = Path::new("/d/file");
        for step in 0.. {
            let disk = MemoryDisk::new();
            disk.create_dir(Path::new("/d")).unwrap();
            replace(&disk, path, |file| file.write_all(b"old")).unwrap();
            disk.sync_dir(Path::new("/")).unwrap();
            disk.fail_after(step, Fault::Crash);
            let result = replace(&disk, path, |file| file.write_all(b"new"));
            disk.power_loss(Survives::Synced);
            let found = disk.read(path).unwrap();
            if result.is_ok() {
                assert_eq!(found, b"new");
                assert_eq!(step, 5);
                break;
            }
            assert!(found == b"old" || found == b"new", "{step}: {found:?}");
        }
    }
}
