//! A file that is written beside the commands: portions go in, and how it ended comes out. On a thread of
//! its own, or on the spot where everything must happen alike every time.
//!
//! Knows files and portions; where the keys come from, and what a failure means, others know.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use super::aof::{Switch, Switched};
use super::portion::{Format, Portion, Sink};
use super::storage::{Aside, FileError, Storage, sync_folder};
use crate::engine::Rubbish;

/// How many portions may wait for the thread: memory is bounded by them where the disk is slow.
const WAITING: usize = 16;

/// What is to be written.
#[derive(Debug)]
pub struct Job {
    /// The file that is replaced.
    pub path: PathBuf,
    /// What it is written as.
    pub format: Format,
    /// What is done once it is in place: a base takes the place of the log's older files.
    pub switch: Option<Switch>,
}

/// A file that was written, and is in place.
#[derive(Debug)]
pub struct Written {
    /// Its length.
    pub len: u64,
    /// What became of the log's files.
    pub switched: Option<Switched>,
}

impl Written {
    /// Whether a power loss leaves it in force.
    pub fn survives(self) -> Result<(), FileError> {
        self.switched.map_or(Ok(()), Switched::survives)
    }
}

/// A file that is being written beside whoever makes its portions.
///
/// Dropped before its end it leaves what was written so far under another name, as a process does that is
/// killed.
#[derive(Debug)]
pub struct Beside {
    here: Option<Work>,
    thread: Option<Thread>,
    ended: Option<Result<Written, FileError>>,
}

#[derive(Debug)]
struct Thread {
    orders: SyncSender<Order>,
    fate: Arc<AtomicU8>,
    handle: JoinHandle<Option<Result<Written, FileError>>>,
}

/// What the thread is told.
enum Order {
    Write(Portion),
    Drop(#[expect(dead_code, reason = "only dropped")] Rubbish),
    End,
}

/// What becomes of the file if nothing more is wanted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    GoesOn = 0,
    Removed = 1,
    Left = 2,
}

impl Beside {
    /// Begins to write. What goes wrong is told by [`Beside::ended`].
    pub fn start(storage: Arc<dyn Storage>, job: Job, on_a_thread: bool) -> Self {
        let mut beside = Self { here: None, thread: None, ended: None };
        if on_a_thread {
            let (orders, taken) = sync_channel(WAITING);
            let fate = Arc::new(AtomicU8::new(Fate::GoesOn as u8));
            let (shared, its_storage) = (Arc::clone(&fate), Arc::clone(&storage));
            let parts = (job.path.clone(), job.format, job.switch.clone());
            let run = move || {
                let (path, format, switch) = parts;
                work(its_storage, Job { path, format, switch }, &taken, &shared)
            };
            // A system that gives no thread is served all the same.
            if let Ok(handle) = thread::Builder::new().name("save".to_owned()).spawn(run) {
                beside.thread = Some(Thread { orders, fate, handle });
                return beside;
            }
        }
        match Work::begin(storage, job) {
            Ok(work) => beside.here = Some(work),
            Err(error) => beside.ended = Some(Err(error)),
        }
        beside
    }

    /// Takes the next portion, or gives it back if too many wait already.
    pub fn offer(&mut self, portion: Portion) -> Option<Portion> {
        if let Some(thread) = &self.thread {
            return match thread.orders.try_send(Order::Write(portion)) {
                Err(TrySendError::Full(Order::Write(portion))) => Some(portion),
                // A thread that has ended says why.
                Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => None,
            };
        }
        if let Some(mut work) = self.here.take() {
            match work.write(portion) {
                Ok(()) => self.here = Some(work),
                Err(error) => self.ended = Some(Err(work.failed(error))),
            }
        }
        None
    }

    /// Takes the next portion, however long the thread takes to have room for it.
    pub fn push(&mut self, portion: Portion) {
        match &self.thread {
            // A thread that has ended says why.
            Some(thread) => drop(thread.orders.send(Order::Write(portion))),
            None => drop(self.offer(portion)),
        }
    }

    /// There are no more portions: waits for the end.
    pub fn finish(&mut self) -> Option<Result<Written, FileError>> {
        match &self.thread {
            Some(thread) => drop(thread.orders.send(Order::End)),
            None => drop(self.end()),
        }
        self.wait()
    }

    /// Drops something that takes its time.
    pub fn discard(&mut self, rubbish: Rubbish) {
        if let Some(thread) = &self.thread {
            // Where there is no room it is dropped here.
            let _ = thread.orders.try_send(Order::Drop(rubbish));
        }
    }

    /// There are no more portions; says whether that could be told already.
    pub fn end(&mut self) -> bool {
        if let Some(thread) = &self.thread {
            return !matches!(thread.orders.try_send(Order::End), Err(TrySendError::Full(_)));
        }
        if let Some(work) = self.here.take() {
            self.ended = Some(work.end());
        }
        true
    }

    /// How it has ended, if it has; told once.
    pub fn ended(&mut self) -> Option<Result<Written, FileError>> {
        if self.thread.as_ref().is_some_and(|thread| thread.handle.is_finished()) {
            return self.wait();
        }
        self.ended.take()
    }

    fn wait(&mut self) -> Option<Result<Written, FileError>> {
        let Some(thread) = self.thread.take() else { return self.ended.take() };
        drop(thread.orders);
        thread.handle.join().unwrap_or_else(|_| {
            let error = io::Error::other("the thread that writes has ended");
            Some(Err(FileError { doing: "write", path: PathBuf::from("a file"), source: error }))
        })
    }

    /// Nothing more is wanted, and what was written so far is removed. How it ended, if it was quicker.
    pub fn abort(mut self) -> Option<Result<Written, FileError>> {
        if let Some(work) = self.here.take() {
            work.remove();
        }
        self.give_up(Fate::Removed)
    }

    fn give_up(&mut self, fate: Fate) -> Option<Result<Written, FileError>> {
        if let Some(thread) = &self.thread {
            thread.fate.store(fate as u8, Ordering::Relaxed);
        }
        self.wait()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Whoever comes next must not meet a thread that still renames files.
        self.give_up(Fate::Left);
    }
}

/// What the thread does. Nothing comes back if nobody wanted the file any more.
fn work(
    storage: Arc<dyn Storage>,
    job: Job,
    orders: &Receiver<Order>,
    fate: &AtomicU8,
) -> Option<Result<Written, FileError>> {
    let mut work = match Work::begin(storage, job) {
        Ok(work) => work,
        Err(error) => return Some(Err(error)),
    };
    loop {
        let order = orders.recv();
        let fate = fate.load(Ordering::Relaxed);
        if fate == Fate::Removed as u8 {
            work.remove();
            return None;
        }
        if fate == Fate::Left as u8 {
            return None;
        }
        match order {
            Ok(Order::Write(portion)) => {
                if let Err(error) = work.write(portion) {
                    return Some(Err(work.failed(error)));
                }
            }
            Ok(Order::Drop(_)) => {}
            Ok(Order::End) => return Some(work.end()),
            Err(_) => return None,
        }
    }
}

/// A file with what it takes to write it.
#[derive(Debug)]
struct Work {
    storage: Arc<dyn Storage>,
    aside: Aside,
    sink: Sink,
    job: Job,
}

impl Work {
    fn begin(storage: Arc<dyn Storage>, job: Job) -> Result<Self, FileError> {
        let aside = Aside::create(storage.as_ref(), &job.path)?;
        Ok(Self { sink: Sink::new(job.format), storage, aside, job })
    }

    fn write(&mut self, portion: Portion) -> io::Result<()> {
        self.sink.write(self.aside.file(), portion)
    }

    fn failed(self, error: io::Error) -> FileError {
        self.aside.failed(self.storage.as_ref(), error)
    }

    fn remove(self) {
        self.aside.remove(self.storage.as_ref());
    }

    fn end(mut self) -> Result<Written, FileError> {
        let len = match self.sink.finish(self.aside.file()) {
            Ok(len) => len,
            Err(error) => return Err(self.failed(error)),
        };
        let storage = self.storage.as_ref();
        self.aside.put(storage)?;
        sync_folder(storage, &self.job.path)?;
        let switched = self.job.switch.map(|switch| switch.put(storage)).transpose()?;
        Ok(Written { len, switched })
    }
}
