//! The sync of a log once a second on a thread of its own, so that nobody waits for the disk.
//!
//! Knows how to hand a sync over and how it ended; what that means for the log, the log decides.
//! One sync runs at a time. Where a file cannot be synced by a second grip ([`Handle::syncer`]),
//! as the disk of tests cannot, nothing is handed over and no thread is ever started.

use std::io;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;

use crate::engine::Now;
use crate::persistence::storage::{Handle, Syncer};

/// A sync that runs for longer delays the ones behind it, as `aof_delayed_fsync` counts.
const LONG: i64 = 2_000_000;

/// Syncs beside whoever writes.
#[derive(Debug, Default)]
pub(super) struct Aside {
    worker: Option<Worker>,
    running: Option<Running>,
    delayed: u64,
}

/// The thread; it ends when this is dropped and its last sync is done.
#[derive(Debug)]
struct Worker {
    work: Sender<Syncer>,
    done: Receiver<io::Result<()>>,
}

/// A sync that was handed over.
#[derive(Debug)]
struct Running {
    /// How much of the file it covers.
    len: u64,
    /// A rewrite has replaced the file meanwhile: how the sync ends is nobody's concern.
    is_forgotten: bool,
    /// Since when it is waited for, or when a delay was last counted.
    since: Now,
}

impl Aside {
    /// Whether a sync runs.
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// How often more was written while a sync had run for two seconds.
    pub(super) fn delayed(&self) -> u64 {
        self.delayed
    }

    /// Begins a sync of the first `len` bytes of `file`, unless one runs; says whether that was
    /// possible. If not, it is for the caller to sync.
    pub(super) fn begin(&mut self, file: &dyn Handle, len: u64, now: Now) -> bool {
        if self.running.is_some() {
            return true;
        }
        let Ok(Some(mut syncer)) = file.syncer() else { return false };
        // A thread that is gone gives the work back, and another one is tried.
        for _ in 0..2 {
            let Some(worker) = self.worker.take().or_else(Worker::start) else { return false };
            match worker.work.send(syncer) {
                Ok(()) => {
                    self.worker = Some(worker);
                    self.running = Some(Running { len, is_forgotten: false, since: now });
                    return true;
                }
                Err(back) => syncer = back.0,
            }
        }
        false
    }

    /// How a sync ended, if it has: how much is safe now, or why nobody knows.
    pub(super) fn ended(&mut self) -> Option<io::Result<u64>> {
        self.running.as_ref()?;
        let result = match self.worker.as_ref().map(|worker| worker.done.try_recv()) {
            Some(Ok(result)) => result,
            Some(Err(TryRecvError::Empty)) => return None,
            Some(Err(TryRecvError::Disconnected)) | None => Err(gone()),
        };
        self.settle(result)
    }

    /// Waits for the sync that runs, if one does, and says how it ended.
    pub(super) fn wait(&mut self) -> Option<io::Result<u64>> {
        self.running.as_ref()?;
        let result = self.worker.as_ref().map(|worker| worker.done.recv());
        self.settle(result.and_then(Result::ok).unwrap_or_else(|| Err(gone())))
    }

    fn settle(&mut self, result: io::Result<()>) -> Option<io::Result<u64>> {
        let running = self.running.take()?;
        (!running.is_forgotten).then(|| result.map(|()| running.len))
    }

    /// Another file is written to from now on.
    pub(super) fn forget(&mut self) {
        if let Some(running) = &mut self.running {
            running.is_forgotten = true;
        }
    }

    /// More was written: counts a delay if the running sync has taken too long.
    pub(super) fn count_delay(&mut self, now: Now) {
        if let Some(running) = &mut self.running
            && now.unix_micros - running.since.unix_micros >= LONG
        {
            running.since = now;
            self.delayed += 1;
        }
    }
}

impl Worker {
    /// Starts the thread; `None` if the system gives none.
    fn start() -> Option<Self> {
        let (work, jobs) = channel::<Syncer>();
        let (tell, done) = channel();
        let run = move || {
            for mut sync in jobs {
                if tell.send(sync()).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("fsync".to_owned()).spawn(run).ok()?;
        Some(Self { work, done })
    }
}

/// What is said of a thread that has ended without an answer.
fn gone() -> io::Error {
    io::Error::other("the thread that syncs has ended")
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::engine::Keyspace;
    use crate::persistence::aof::{Fsync, Log, Settings};
    use crate::persistence::storage::{DirLock, LockError, MemoryDisk, Mode, Storage};

    const SET: &[u8] = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
    const MISCONF: &str = "MISCONF Errors writing to the AOF file: Input/output error";

    /// A disk whose syncs beside the writer end when the test says how.
    #[derive(Debug)]
    struct Gated {
        disk: MemoryDisk,
        gate: Arc<Mutex<Receiver<io::Result<()>>>>,
    }

    #[derive(Debug)]
    struct GatedFile {
        file: Box<dyn Handle>,
        gate: Arc<Mutex<Receiver<io::Result<()>>>>,
    }

    impl Storage for Gated {
        fn create_dir(&self, dir: &Path) -> io::Result<()> {
            self.disk.create_dir(dir)
        }
        fn open(&self, path: &Path, mode: Mode) -> io::Result<Box<dyn Handle>> {
            let file = self.disk.open(path, mode)?;
            Ok(Box::new(GatedFile { file, gate: Arc::clone(&self.gate) }))
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

    impl Handle for GatedFile {
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
        fn syncer(&self) -> io::Result<Option<Syncer>> {
            let gate = Arc::clone(&self.gate);
            Ok(Some(Box::new(move || gate.lock().unwrap().recv().unwrap())))
        }
    }

    fn at(seconds: i64) -> Now {
        Now { unix_micros: seconds * 1_000_000 }
    }

    fn log() -> (Log, Sender<io::Result<()>>) {
        let (open, gate) = channel();
        let disk = Gated { disk: MemoryDisk::new(), gate: Arc::new(Mutex::new(gate)) };
        let settings =
            Settings { fsync: Fsync::EverySecond, syncs_aside: true, ..Settings::new("/data") };
        let log = Log::start_anew(Arc::new(disk), settings, &Keyspace::default(), at(0)).unwrap();
        (log, open)
    }

    fn size() -> u64 {
        SET.len() as u64
    }

    #[test]
    fn nobody_waits_for_a_sync_that_runs_and_only_what_it_covers_is_safe() {
        let (mut log, open) = log();
        log.append(SET, at(1)).unwrap();
        // The gate is shut: whoever waited for the sync would wait for ever.
        for seconds in 2..=6 {
            log.append(SET, at(seconds)).unwrap();
            log.tick(at(seconds)).unwrap();
        }
        assert_eq!((log.written_len(), log.synced_len()), (6 * size(), 0));
        // Two seconds after it began, and two seconds after that.
        assert_eq!((log.is_syncing(), log.delayed_syncs()), (true, 2));
        open.send(Ok(())).unwrap();
        open.send(Ok(())).unwrap();
        while log.synced_len() < log.written_len() {
            log.tick(at(8)).unwrap();
            std::thread::yield_now();
        }
        assert_eq!((log.synced_len(), log.is_syncing()), (6 * size(), false));
    }

    #[test]
    fn a_sync_that_failed_refuses_writes_until_a_rewrite() {
        let (mut log, open) = log();
        log.append(SET, at(1)).unwrap();
        assert_eq!(log.refusal(), None);
        open.send(Err(io::Error::from_raw_os_error(5))).unwrap();
        let told = loop {
            if let Err(error) = log.tick(at(1)) {
                break error.to_string();
            }
            std::thread::yield_now();
        };
        assert_eq!(
            told,
            "cannot sync /data/appendonlydir/appendonly.aof.1.incr.aof: Input/output error"
        );
        assert_eq!(log.refusal().as_deref(), Some(MISCONF));
        assert!(log.append(SET, at(2)).is_err());
        assert!(log.should_rewrite(100, 1 << 20, at(2)));
        log.rewrite(&Keyspace::default(), at(2)).unwrap();
        assert_eq!((log.refusal(), log.pending().len()), (None, 0));
    }

    #[test]
    fn whoever_needs_it_safe_waits_and_learns_of_a_failure() {
        let (mut log, open) = log();
        log.append(SET, at(1)).unwrap();
        log.append(SET, at(1)).unwrap();
        open.send(Ok(())).unwrap();
        log.sync(at(1)).unwrap();
        assert_eq!(log.synced_len(), 2 * size());
        log.append(SET, at(2)).unwrap();
        open.send(Err(io::Error::from_raw_os_error(5))).unwrap();
        assert!(log.sync(at(2)).is_err());
        assert_eq!(log.refusal().as_deref(), Some(MISCONF));
    }

    #[test]
    fn how_the_sync_of_a_replaced_file_ends_is_nobodys_concern() {
        let (mut log, open) = log();
        log.append(SET, at(1)).unwrap();
        log.rewrite(&Keyspace::default(), at(2)).unwrap();
        log.append(SET, at(2)).unwrap();
        open.send(Err(io::Error::from_raw_os_error(5))).unwrap();
        log.sync(at(2)).unwrap();
        assert_eq!((log.synced_len(), log.refusal()), (size(), None));
    }
}
