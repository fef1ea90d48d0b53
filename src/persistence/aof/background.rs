//! The sync that runs on a thread of its own while the log is written on. Knows an open file and a
//! time, no log.

use std::io;
use std::thread::{Builder, JoinHandle};

use crate::engine::Now;
use crate::persistence::storage::Handle;

/// For how long a sync may run before a write beside it counts as delayed, in microseconds.
const PATIENCE: i64 = 2_000_000;

/// At most one sync that runs elsewhere.
///
/// Each has a new thread: one is needed once a second, so nothing waits for work in between, and a
/// log that goes leaves none behind but the one whose disk does not answer.
#[derive(Debug, Default)]
pub(super) struct Background {
    /// Whether there is somebody whom a sync would keep waiting.
    pub(super) is_wanted: bool,
    running: Option<Running>,
    delayed: u64,
}

#[derive(Debug)]
struct Running {
    thread: JoinHandle<io::Result<()>>,
    /// How long the file was when it began.
    len: u64,
    /// When it began, or was last counted as delayed.
    since: Now,
}

impl Background {
    /// Starts a sync of a file that is `len` bytes long; false if there is no thread for it.
    pub(super) fn start(&mut self, file: &dyn Handle, len: u64, now: Now) -> bool {
        if !self.is_wanted || self.running.is_some() {
            return false;
        }
        let Some(task) = file.sync_elsewhere() else { return false };
        let thread = Builder::new().name("aof-sync".to_owned()).spawn(task);
        self.running = thread.ok().map(|thread| Running { thread, len, since: now });
        self.running.is_some()
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Something is written while a sync may run.
    pub(super) fn written_at(&mut self, now: Now) {
        if let Some(running) = &mut self.running
            && now.unix_micros - running.since.unix_micros >= PATIENCE
        {
            running.since = now;
            self.delayed += 1;
        }
    }

    /// How often [`Background::written_at`] found that a sync takes too long.
    pub(super) fn delayed(&self) -> u64 {
        self.delayed
    }

    /// How the sync ended, if it has: the length that is safe.
    pub(super) fn ended(&mut self) -> Option<io::Result<u64>> {
        let has_ended = self.running.as_ref()?.thread.is_finished();
        if has_ended { self.wait() } else { None }
    }

    /// Waits until the sync has ended.
    pub(super) fn wait(&mut self) -> Option<io::Result<u64>> {
        let Running { thread, len, .. } = self.running.take()?;
        let done = thread.join().unwrap_or_else(|_| Err(io::Error::other("the sync was given up")));
        Some(done.map(|()| len))
    }

    /// Nobody wants to know any more how the sync ends.
    pub(super) fn forget(&mut self) {
        self.running = None;
    }
}

#[cfg(test)]
mod tests;
