//! A disk in memory that fails when told to and forgets what was not synced.
//!
//! What a process wrote survives its end ([`MemoryDisk::kill`]). A power loss takes what no
//! sync made safe: contents need [`Handle::sync`], names need [`Storage::sync_dir`].

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{DirLock, Handle, LockError, Mode, Storage};

/// What a failing operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails with this error number, once: 28 is a full disk, 5 a broken one.
    Error(i32),
    /// A write stores only so many bytes and says so; the next call fails with a full disk.
    Short(usize),
    /// The machine stops: this operation and all later ones fail and change nothing.
    Crash,
}

/// What a power loss leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survives {
    /// Only what was synced, names and contents.
    Synced,
    /// All names as they were, but of the contents only what was synced.
    Names,
    /// All names, and of each file up to so many bytes that were written but not synced.
    Torn(usize),
}

/// Files in memory; clones show the same disk.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Clone, Default)]
struct Contents {
    bytes: Vec<u8>,
    synced: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<Contents>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    dirs: BTreeSet<PathBuf>,
    durable_dirs: BTreeSet<PathBuf>,
    locked: BTreeSet<PathBuf>,
    /// Handles of an earlier life of the machine are dead.
    life: u64,
    operations: u64,
    fault: Option<(u64, Fault)>,
    capacity: Option<usize>,
}

impl MemoryDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many operations that change something were begun.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// After `count` more operations that change something, the next one fails.
    pub fn fail_after(&self, count: u64, fault: Fault) {
        let mut state = self.state();
        state.fault = Some((state.operations + count, fault));
    }

    /// The disk works again.
    pub fn mend(&self) {
        let mut state = self.state();
        state.fault = None;
        state.capacity = None;
    }

    /// The disk takes `free` more bytes, then it is full.
    pub fn fill(&self, free: usize) {
        let mut state = self.state();
        let used: usize = state.files.iter().map(|file| file.bytes.len()).sum();
        state.capacity = Some(used + free);
    }

    /// The process is gone, the machine stays: everything written is there.
    pub fn kill(&self) {
        let mut state = self.state();
        state.life += 1;
        state.locked.clear();
        state.fault = None;
    }

    /// The power is cut and comes back.
    pub fn power_loss(&self, survives: Survives) {
        self.kill();
        let mut state = self.state();
        let state = &mut *state;
        if survives == Survives::Synced {
            state.names = state.durable_names.clone();
            state.dirs = state.durable_dirs.clone();
            let dirs = &state.dirs;
            state.names.retain(|path, _| path.parent().is_none_or(|dir| is_root(dir, dirs)));
        }
        for file in &mut state.files {
            let torn = match survives {
                Survives::Synced | Survives::Names => 0,
                Survives::Torn(bytes) => bytes,
            };
            let kept = file.synced.len().saturating_add(torn).min(file.bytes.len());
            if file.bytes.starts_with(&file.synced) {
                file.bytes.truncate(kept);
            } else {
                file.bytes = file.synced.clone();
            }
            file.synced = file.bytes.clone();
        }
        state.durable_names = state.names.clone();
        state.durable_dirs = state.dirs.clone();
    }

    /// Puts a file in place, synced: for tests that damage one.
    pub fn put(&self, path: &Path, bytes: &[u8]) {
        let mut state = self.state();
        let state = &mut *state;
        for dir in path.ancestors().skip(1) {
            state.dirs.insert(dir.to_owned());
            state.durable_dirs.insert(dir.to_owned());
        }
        let place = state.files.len();
        state.files.push(Contents { bytes: bytes.to_vec(), synced: bytes.to_vec() });
        state.names.insert(path.to_owned(), place);
        state.durable_names.insert(path.to_owned(), place);
    }

    /// Every file and what it holds.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state();
        let contents = |place: &usize| state.files.get(*place).map(|file| file.bytes.clone());
        state
            .names
            .iter()
            .filter_map(|(path, place)| Some((path.clone(), contents(place)?)))
            .collect()
    }
}

fn is_root(dir: &Path, dirs: &BTreeSet<PathBuf>) -> bool {
    dir.parent().is_none() || dirs.contains(dir)
}

impl State {
    /// Counts an operation that changes something and fails it if it is its turn.
    fn step(&mut self) -> io::Result<()> {
        let turn = self.operations;
        self.operations += 1;
        match self.fault {
            Some((at, Fault::Crash)) if turn >= at => Err(io::Error::other("the machine stopped")),
            Some((at, Fault::Error(number))) if turn == at => {
                Err(io::Error::from_raw_os_error(number))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn place(&self, path: &Path) -> io::Result<usize> {
        self.names.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// How many of `wanted` bytes the disk takes now.
    fn room(&mut self, wanted: usize) -> io::Result<usize> {
        let turn = self.operations - 1;
        let full = || io::Error::from_raw_os_error(28);
        if let Some((at, Fault::Short(bytes))) = self.fault {
            if turn == at {
                return Ok(bytes.min(wanted));
            }
            if turn > at {
                self.fault = None;
                return Err(full());
            }
        }
        let Some(capacity) = self.capacity else { return Ok(wanted) };
        let used: usize = self.files.iter().map(|file| file.bytes.len()).sum();
        match capacity.saturating_sub(used).min(wanted) {
            0 if wanted > 0 => Err(full()),
            room => Ok(room),
        }
    }
}

impl Storage for MemoryDisk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.state();
        if state.dirs.contains(dir) {
            return Ok(());
        }
        state.step()?;
        for dir in dir.ancestors() {
            state.dirs.insert(dir.to_owned());
            state.durable_dirs.insert(dir.to_owned());
        }
        Ok(())
    }

    fn open(&self, path: &Path, mode: Mode) -> io::Result<Box<dyn Handle>> {
        let mut state = self.state();
        let found = state.names.get(path).copied();
        let place = match (mode, found) {
            (Mode::Read, None) => return Err(io::ErrorKind::NotFound.into()),
            (Mode::Read | Mode::Append, Some(place)) => place,
            (Mode::Append, None) | (Mode::Create, _) => {
                state.step()?;
                if path.parent().is_none_or(|dir| !is_root(dir, &state.dirs)) {
                    return Err(io::ErrorKind::NotFound.into());
                }
                if let Some(file) = found.and_then(|place| state.files.get_mut(place)) {
                    file.bytes.clear();
                }
                found.unwrap_or_else(|| {
                    state.files.push(Contents::default());
                    state.files.len() - 1
                })
            }
        };
        state.names.insert(path.to_owned(), place);
        let life = state.life;
        Ok(Box::new(MemoryFile { disk: self.clone(), place, life, position: 0 }))
    }

    fn len(&self, path: &Path) -> io::Result<Option<u64>> {
        let state = self.state();
        let file = state.names.get(path).and_then(|place| state.files.get(*place));
        Ok(file.map(|file| file.bytes.len() as u64))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        let place = state.place(from)?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), place);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        state.place(path)?;
        state.names.remove(path);
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        let inside = state.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(inside
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        let state = &mut *state;
        let inside = |path: &Path| path.parent() == Some(dir);
        state.durable_names.retain(|path, _| !inside(path));
        for (path, place) in state.names.iter().filter(|(path, _)| inside(path)) {
            // A file that was renamed has one name: when the new one is safe, the old one is gone.
            state.durable_names.retain(|_, other| other != place);
            state.durable_names.insert(path.clone(), *place);
        }
        for path in state.dirs.iter().filter(|path| inside(path)) {
            state.durable_dirs.insert(path.clone());
        }
        Ok(())
    }

    fn lock(&self, dir: &Path) -> Result<DirLock, LockError> {
        let mut state = self.state();
        if !state.locked.insert(dir.to_owned()) {
            return Err(LockError::Held { dir: dir.to_owned(), pid: Some(std::process::id()) });
        }
        let life = state.life;
        drop(state);
        Ok(DirLock::new(MemoryLock { disk: self.clone(), dir: dir.to_owned(), life }))
    }
}

struct MemoryLock {
    disk: MemoryDisk,
    dir: PathBuf,
    life: u64,
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if state.life == self.life {
            state.locked.remove(&self.dir);
        }
    }
}

#[derive(Debug)]
struct MemoryFile {
    disk: MemoryDisk,
    place: usize,
    life: u64,
    position: usize,
}

impl MemoryFile {
    /// Runs `change` on the contents, as an operation that can fail.
    fn change<T>(&self, change: impl FnOnce(&mut State, usize) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.disk.state();
        if state.life != self.life {
            return Err(io::Error::other("this file was opened before the machine stopped"));
        }
        state.step()?;
        change(&mut state, self.place)
    }
}

impl Handle for MemoryFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let state = self.disk.state();
        let bytes = state.files.get(self.place).map(|file| file.bytes.as_slice());
        let rest = bytes.and_then(|bytes| bytes.get(self.position..)).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..read), rest.get(..read)) {
            to.copy_from_slice(from);
        }
        self.position += read;
        Ok(read)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.change(|state, place| {
            let room = state.room(bytes.len())?;
            if let Some(file) = state.files.get_mut(place) {
                file.bytes.extend_from_slice(bytes.get(..room).unwrap_or_default());
            }
            Ok(room)
        })
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(io::Error::other)?;
        self.change(|state, place| {
            if let Some(file) = state.files.get_mut(place) {
                file.bytes.resize(len, 0);
            }
            Ok(())
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.change(|state, place| {
            if let Some(file) = state.files.get_mut(place) {
                file.synced.clone_from(&file.bytes);
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk_with_log() -> (MemoryDisk, Box<dyn Handle>) {
        let disk = MemoryDisk::new();
        disk.create_dir(Path::new("/d")).unwrap();
        disk.sync_dir(Path::new("/")).unwrap();
        let mut file = disk.open(Path::new("/d/log"), Mode::Append).unwrap();
        file.write_all(b"safe").unwrap();
        (disk, file)
    }

    #[test]
    fn a_power_loss_takes_what_was_not_synced() {
        let log = Path::new("/d/log");
        let read = |survives, synced: bool, dir_synced: bool| {
            let (disk, mut file) = disk_with_log();
            if synced {
                file.sync().unwrap();
            }
            if dir_synced {
                disk.sync_dir(Path::new("/d")).unwrap();
            }
            file.write_all(b"more").unwrap();
            disk.power_loss(survives);
            assert!(file.write(b"x").is_err());
            disk.read(log).ok()
        };
        assert_eq!(read(Survives::Synced, true, false), None);
        assert_eq!(read(Survives::Synced, false, true), Some(b"".to_vec()));
        assert_eq!(read(Survives::Synced, true, true), Some(b"safe".to_vec()));
        assert_eq!(read(Survives::Names, true, false), Some(b"safe".to_vec()));
        assert_eq!(read(Survives::Torn(2), true, false), Some(b"safemo".to_vec()));
    }

    #[test]
    fn a_kill_takes_nothing_written_and_frees_the_lock() {
        let (disk, _file) = disk_with_log();
        let lock = disk.lock(Path::new("/d")).unwrap();
        assert!(disk.lock(Path::new("/d")).is_err());
        disk.kill();
        let _second = disk.lock(Path::new("/d")).unwrap();
        drop(lock);
        assert!(disk.lock(Path::new("/d")).is_err(), "a lock of an earlier life freed a new one");
        assert_eq!(disk.read(Path::new("/d/log")).unwrap(), b"safe");
    }

    #[test]
    fn writes_fail_when_told_to() {
        let (disk, mut file) = disk_with_log();
        disk.fill(2);
        assert_eq!(file.write(b"abc").unwrap(), 2);
        assert_eq!(file.write(b"c").unwrap_err().raw_os_error(), Some(28));
        disk.mend();
        disk.fail_after(1, Fault::Short(1));
        assert_eq!(file.write(b"c").unwrap(), 1);
        assert_eq!(file.write(b"de").unwrap(), 1);
        assert_eq!(file.write(b"e").unwrap_err().raw_os_error(), Some(28));
        assert_eq!(file.write(b"e").unwrap(), 1);
        disk.fail_after(0, Fault::Error(5));
        assert_eq!(file.sync().unwrap_err().raw_os_error(), Some(5));
        file.sync().unwrap();
    }
}
