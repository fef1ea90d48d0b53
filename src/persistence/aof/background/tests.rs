//! A log on a disk whose syncs last until the test ends them. Nothing here waits for a time: only
//! for a sync that was let go.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use super::super::{Fsync, Log, LogError, Settings};
use crate::engine::{Keyspace, Now};
use crate::persistence::storage::{
    DirLock, Fault, Handle, LockError, MemoryDisk, Mode, Storage, Survives, SyncTask,
};
use std::io;

const START: i64 = 1_700_000_000_000;
const SET_A: &[u8] = b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n";
const SET_B: &[u8] = b"*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\n2\r\n";

/// A disk in memory whose syncs elsewhere end when the test says how.
#[derive(Debug)]
struct SlowDisk {
    disk: MemoryDisk,
    ends: Mutex<Option<Receiver<io::Result<()>>>>,
    folder: &'static Path,
}

#[derive(Debug)]
struct SlowFile {
    file: Box<dyn Handle>,
    again: Box<dyn Storage>,
    path: std::path::PathBuf,
    ends: Option<Arc<Mutex<Receiver<io::Result<()>>>>>,
}

impl Storage for SlowDisk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.disk.create_dir(dir)
    }
    fn open(&self, path: &Path, mode: Mode) -> io::Result<Box<dyn Handle>> {
        let file = self.disk.open(path, mode)?;
        // The first incremental file is the one whose syncs are slow.
        let is_slow = mode == Mode::Append && path.starts_with(self.folder);
        let ends = if is_slow { self.ends.lock().unwrap().take() } else { None };
        Ok(Box::new(SlowFile {
            file,
            again: Box::new(self.disk.clone()),
            path: path.to_owned(),
            ends: ends.map(|ends| Arc::new(Mutex::new(ends))),
        }))
    }
    fn len(&self, path: &Path) -> io::Result<Option<u64>> {
        self.disk.len(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.disk.list(dir)
    }
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.disk.sync_dir(dir)
    }
    fn lock(&self, dir: &Path) -> Result<DirLock, LockError> {
        self.disk.lock(dir)
    }
}

impl Handle for SlowFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.file.truncate(len)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.file.sync()
    }
    fn sync_elsewhere(&self) -> Option<SyncTask> {
        let ends = Arc::clone(self.ends.as_ref()?);
        let mut file = self.again.open(&self.path, Mode::Append).ok()?;
        Some(Box::new(move || {
            ends.lock().unwrap().recv().map_err(io::Error::other)??;
            file.sync()
        }))
    }
}

/// A log with two units, of which the first is being synced.
struct Rig {
    disk: MemoryDisk,
    log: Log,
    ends: Sender<io::Result<()>>,
}

fn at(ms: i64) -> Now {
    Now::from_ms(START + ms)
}

impl Rig {
    fn new(fsync: Fsync) -> Self {
        let disk = MemoryDisk::new();
        disk.create_dir(Path::new("/data")).unwrap();
        disk.sync_dir(Path::new("/")).unwrap();
        let (ends, waits) = channel();
        let storage = Arc::new(SlowDisk {
            disk: disk.clone(),
            ends: Mutex::new(Some(waits)),
            folder: Path::new("/data/appendonlydir"),
        });
        let settings = Settings { fsync, ..Settings::new("/data") };
        let keyspace = Keyspace::default();
        let mut log = Log::start_anew(storage, settings, &keyspace, at(0)).unwrap();
        log.sync_in_background();
        Self { disk, log, ends }
    }

    /// The first unit is written and its sync runs; the second is written beside it.
    fn while_syncing() -> Self {
        let mut rig = Self::new(Fsync::EverySecond);
        rig.log.append(SET_A, at(10)).unwrap();
        rig.log.tick(at(1000)).unwrap();
        assert!(rig.log.is_syncing());
        rig.log.append(SET_B, at(1010)).unwrap();
        rig
    }

    fn written(&self) -> Vec<u8> {
        self.disk.read(&Path::new("/data/appendonlydir").join(self.log.current())).unwrap()
    }

    /// Lets the sync end so, and waits until its thread has gone.
    fn end_sync(&self, how: io::Result<()>) {
        self.ends.send(how).unwrap();
        while !self.log.background.running.as_ref().unwrap().thread.is_finished() {
            std::thread::yield_now();
        }
    }
}

#[test]
fn writes_go_on_beside_a_sync_and_survive_a_kill_at_once() {
    let mut rig = Rig::while_syncing();
    assert_eq!(rig.log.synced_len(), 0, "nobody knows yet that it is safe");
    assert_eq!(rig.log.refusal(), None);
    assert_eq!(rig.written(), [SET_A, SET_B].concat());
    // No second sync begins before the first has ended.
    rig.log.tick(at(2500)).unwrap();
    rig.end_sync(Ok(()));
    rig.log.tick(at(2600)).unwrap();
    assert_eq!(rig.log.synced_len(), SET_A.len() as u64);
    assert!(rig.log.is_syncing(), "what was written meanwhile is synced next");
    rig.end_sync(Ok(()));
    rig.log.tick(at(2700)).unwrap();
    assert!(!rig.log.is_syncing());
    assert_eq!(rig.log.synced_len(), rig.log.written_len());
    assert_eq!(rig.log.delayed_syncs(), 0);
    rig.disk.power_loss(Survives::Synced);
    assert_eq!(rig.written(), [SET_A, SET_B].concat());
}

#[test]
fn a_power_loss_during_a_sync_takes_what_was_not_known_to_be_safe() {
    let rig = Rig::while_syncing();
    rig.disk.power_loss(Survives::Synced);
    assert_eq!(rig.written(), b"");
    // The thread finds a file of an earlier life and ends.
    rig.end_sync(Ok(()));
}

#[test]
fn a_power_loss_that_is_played_waits_for_the_sync_that_began_before_it() {
    let rig = Rig::while_syncing();
    rig.ends.send(Ok(())).unwrap();
    let path = Path::new("/data/appendonlydir").join(rig.log.current());
    rig.log.power_loss().unwrap();
    assert_eq!(rig.disk.read(&path).unwrap(), SET_A);
}

#[test]
fn a_failed_sync_refuses_writes_until_a_rewrite_and_loses_nothing() {
    for notices_by_append in [true, false] {
        let mut rig = Rig::while_syncing();
        rig.end_sync(Err(io::Error::from_raw_os_error(5)));
        let noticed = if notices_by_append {
            rig.log.append(SET_A, at(1100))
        } else {
            rig.log.tick(at(1100))
        };
        let path = Path::new("/data/appendonlydir").join(rig.log.current());
        let wanted = format!("cannot sync {}: Input/output error", path.display());
        assert_eq!(noticed.unwrap_err().to_string(), wanted);
        let refusal = "MISCONF Errors writing to the AOF file: Input/output error";
        assert_eq!(rig.log.refusal().as_deref(), Some(refusal));
        assert!(rig.log.needs_rewrite());
        // What a command did whose client was refused waits in memory, as after any failure.
        assert_eq!(rig.log.pending(), if notices_by_append { SET_A } else { b"" });
        assert!(matches!(rig.log.append(SET_B, at(1200)), Err(LogError::Broken(_))));
        rig.log.rewrite(&Keyspace::default(), at(1300)).unwrap();
        assert_eq!(rig.log.refusal(), None);
        assert_eq!(rig.log.pending(), b"");
    }
}

#[test]
fn a_sync_that_must_be_waited_for_takes_in_the_one_that_runs() {
    let mut rig = Rig::while_syncing();
    rig.ends.send(Ok(())).unwrap();
    rig.log.sync(at(1100)).unwrap();
    assert!(!rig.log.is_syncing());
    assert_eq!(rig.log.synced_len(), rig.log.written_len());
    let mut rig = Rig::while_syncing();
    rig.ends.send(Err(io::Error::from_raw_os_error(28))).unwrap();
    rig.log.sync(at(1100)).unwrap_err();
    assert!(rig.log.needs_rewrite(), "a later sync that works cannot make up for it");
}

#[test]
fn a_rewrite_waits_for_no_sync_of_the_old_file() {
    let mut rig = Rig::while_syncing();
    rig.log.rewrite(&Keyspace::default(), at(1100)).unwrap();
    assert!(!rig.log.is_syncing());
    // That it fails means nothing for the new files.
    rig.ends.send(Err(io::Error::from_raw_os_error(5))).unwrap();
    rig.log.append(SET_A, at(1200)).unwrap();
    assert_eq!(rig.log.refusal(), None);
    assert_eq!(rig.written(), SET_A);
}

#[test]
fn a_sync_of_two_seconds_delays_nothing_but_is_counted() {
    let mut rig = Rig::while_syncing();
    let counts = [(2999, 0), (3000, 1), (3001, 1), (4999, 1), (5000, 2)];
    for (ms, delayed) in counts {
        rig.log.append(SET_B, at(ms)).unwrap();
        assert_eq!(rig.log.delayed_syncs(), delayed, "{ms}");
    }
    assert_eq!(rig.written(), [SET_A, &SET_B.repeat(1 + counts.len())].concat());
    rig.end_sync(Ok(()));
}

#[test]
fn always_is_synced_before_the_append_returns() {
    let mut rig = Rig::new(Fsync::Always);
    rig.log.append(SET_A, at(10)).unwrap();
    assert!(!rig.log.is_syncing());
    rig.disk.fail_after(1, Fault::Error(5));
    rig.log.append(SET_B, at(20)).unwrap_err();
    assert!(rig.log.needs_rewrite());
    rig.disk.power_loss(Survives::Synced);
    assert_eq!(rig.written(), SET_A);
}
