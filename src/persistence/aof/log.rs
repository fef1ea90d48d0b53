//! The log that is being written: appends, syncs, and what happens when the disk fails.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::Manifest;
use super::aside::Aside;
use super::settings::{Fsync, Settings};
use crate::engine::Now;
use crate::persistence::storage::{FileError, Handle, Storage, reason};

/// A second, in the clock's microseconds.
const SECOND: i64 = 1_000_000;

/// An open append-only log.
///
/// # What is promised
///
/// The file always ends with a whole unit, as far as the disk allows. Bytes that could not be
/// written wait in memory ([`Log::pending`]) and are tried again by [`Log::tick`]; until then
/// [`Log::refusal`] says why writes must be refused, so nothing that was acknowledged is lost
/// while the process lives. After a failed sync nobody can know what is on the disk: nothing more
/// is written until [`Log::rewrite`](Log::rewrite) has put everything into new files.
///
/// # Syncing
///
/// `always` syncs before [`Log::append`] returns: every reply of the turn waits for it anyway. With
/// `everysec` nobody waits: where the disk allows, the sync runs on a thread of its own, and how it
/// ended is seen at the next append or tick. Should it take long, more is written all the same.
/// Redis holds writes back for up to two seconds then, in its own memory, where a kill takes them;
/// here what was acknowledged survives the end of the process at any moment, for the price of a
/// write that the system may make wait.
///
/// Time is handed in; a log never sleeps.
#[derive(Debug)]
pub struct Log {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) settings: Settings,
    pub(super) manifest: Manifest,
    pub(super) open: OpenFile,
    pub(super) pending: Vec<u8>,
    pub(super) health: Health,
    pub(super) aside: Aside,
    pub(super) last_sync: Now,
    /// The length of all files but the one written to.
    pub(super) other_size: u64,
    /// The length of all files after the last rewrite, or when the log was opened.
    pub(super) size_after_rewrite: u64,
    pub(super) rewrites: u64,
    /// When the last rewrite failed, if it did, and how many have failed since one succeeded.
    pub(super) rewrite_failed: Option<Now>,
    pub(super) failed_rewrites: u64,
}

/// The incremental file that is written to.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) file: Box<dyn Handle>,
    pub(super) path: PathBuf,
    /// Where the last whole unit ends.
    pub(super) len: u64,
    /// How much of it survives a power loss.
    pub(super) synced_len: u64,
}

/// Whether the log can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Health {
    Well,
    /// A write failed; what was not written is pending.
    WriteFailed {
        reason: String,
        at: Now,
    },
    /// A sync failed, or a torn write could not be taken back: only new files help.
    Broken {
        reason: String,
    },
}

/// Why the log could not be written.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A file operation failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// An earlier failure stands in the way.
    #[error("the append-only file cannot be written: {0}")]
    Broken(String),
}

impl Log {
    /// Appends whole units, as the engine's effects give them.
    ///
    /// With `appendfsync always` they are synced when this returns. On an error they are kept in
    /// memory and tried again, but the client whose command they record must be told
    /// [`Log::refusal`] instead of its reply.
    pub fn append(&mut self, units: &[u8], now: Now) -> Result<(), LogError> {
        if units.is_empty() {
            return Ok(());
        }
        // A sync that failed breaks the log, and the units wait for the rewrite.
        let ended = self.look_at_sync();
        self.aside.count_delay(now);
        if let Err(error) = ended {
            self.pending.extend_from_slice(units);
            return Err(error);
        }
        if self.health == Health::Well && self.pending.is_empty() {
            if let Err(error) = self.write(units, now) {
                self.pending.extend_from_slice(units);
                return Err(error);
            }
        } else {
            self.pending.extend_from_slice(units);
            self.retry(now)?;
        }
        self.sync_if_due(now)
    }

    /// To be called now and then, and when the clock moved: syncs once a second under `everysec`,
    /// and tries a failed write again.
    pub fn tick(&mut self, now: Now) -> Result<(), LogError> {
        self.look_at_sync()?;
        if let Health::WriteFailed { at, .. } = &self.health
            && now.unix_micros - at.unix_micros >= SECOND
        {
            self.retry(now)?;
        }
        if self.settings.fsync == Fsync::EverySecond { self.sync_if_due(now) } else { Ok(()) }
    }

    /// Writes what is pending.
    pub fn retry(&mut self, now: Now) -> Result<(), LogError> {
        if let Health::Broken { reason } = &self.health {
            return Err(LogError::Broken(reason.clone()));
        }
        let pending = std::mem::take(&mut self.pending);
        let result = self.write(&pending, now);
        if result.is_err() {
            self.pending = pending;
            return result;
        }
        self.health = Health::Well;
        self.sync_if_due(now)
    }

    /// Writes what is pending and makes all of it survive a power loss.
    pub fn sync(&mut self, now: Now) -> Result<(), LogError> {
        if !self.pending.is_empty() {
            self.retry(now)?;
        }
        self.sync_written(now)
    }

    /// Notes how the sync beside the writer ended, if it has.
    fn look_at_sync(&mut self) -> Result<(), LogError> {
        let ended = self.aside.ended();
        self.note_sync(ended)
    }

    fn note_sync(&mut self, ended: Option<io::Result<u64>>) -> Result<(), LogError> {
        match ended {
            None => Ok(()),
            Some(Ok(len)) => {
                self.open.synced_len = self.open.synced_len.max(len);
                Ok(())
            }
            Some(Err(error)) => {
                self.health = Health::Broken { reason: reason(&error) };
                Err(FileError::at("sync", &self.open.path)(error).into())
            }
        }
    }

    fn sync_written(&mut self, now: Now) -> Result<(), LogError> {
        // A failure is told once only: to whoever asks first.
        let ended = self.aside.wait();
        self.note_sync(ended)?;
        if let Health::Broken { reason } = &self.health {
            return Err(LogError::Broken(reason.clone()));
        }
        self.last_sync = now;
        if self.open.synced_len == self.open.len {
            return Ok(());
        }
        if let Err(error) = self.open.file.sync() {
            self.health = Health::Broken { reason: reason(&error) };
            return Err(FileError::at("sync", &self.open.path)(error).into());
        }
        self.open.synced_len = self.open.len;
        Ok(())
    }

    /// Writes and syncs everything: the end of a server that stops in order, or
    /// `CONFIG SET appendonly no`.
    pub fn close(mut self, now: Now) -> Result<(), LogError> {
        self.sync(now)
    }

    /// The files no longer agree with the data, for a reason that only the caller knows: nothing
    /// more is written until a rewrite has succeeded.
    pub fn distrust(&mut self, reason: &str) {
        self.health = Health::Broken { reason: reason.to_owned() };
    }

    /// Waits for the sync that runs beside the writer, if one does. A failure is found in
    /// [`Log::refusal`].
    pub fn settle(&mut self) {
        let ended = self.aside.wait();
        // One that failed has made nothing safe, and the log is broken from now on.
        let _ = self.note_sync(ended);
    }

    /// What a power loss does: the file keeps only what was synced. A sync that had begun counts.
    pub fn power_loss(mut self) -> Result<(), LogError> {
        self.settle();
        let path = self.open.path;
        self.open.file.truncate(self.open.synced_len).map_err(FileError::at("cut", &path))?;
        Ok(())
    }

    fn sync_if_due(&mut self, now: Now) -> Result<(), LogError> {
        let due = match self.settings.fsync {
            Fsync::Always => true,
            Fsync::EverySecond => now.unix_micros - self.last_sync.unix_micros >= SECOND,
            Fsync::No => false,
        };
        let well = !matches!(self.health, Health::Broken { .. });
        if due && well && self.open.synced_len != self.open.len {
            let aside = self.settings.fsync == Fsync::EverySecond && self.settings.syncs_aside;
            if aside && self.aside.is_running() {
                return Ok(());
            }
            if aside && self.aside.begin(self.open.file.as_ref(), self.open.len, now) {
                self.last_sync = now;
                return Ok(());
            }
            self.sync_written(now)
        } else {
            Ok(())
        }
    }

    /// Writes all of `units` or nothing.
    fn write(&mut self, units: &[u8], now: Now) -> Result<(), LogError> {
        let open = &mut self.open;
        let Err(error) = open.file.write_all(units) else {
            open.len += units.len() as u64;
            return Ok(());
        };
        let reason = reason(&error);
        self.health = match open.file.truncate(open.len) {
            Ok(()) => Health::WriteFailed { reason, at: now },
            Err(_) => Health::Broken { reason },
        };
        Err(FileError::at("write", &open.path)(error).into())
    }

    /// Why writes must be refused now, as the error to send; `None` while all is well.
    pub fn refusal(&self) -> Option<String> {
        match &self.health {
            Health::Well => None,
            Health::WriteFailed { reason, .. } | Health::Broken { reason } => {
                Some(format!("MISCONF Errors writing to the AOF file: {reason}"))
            }
        }
    }

    /// Whether only [`Log::rewrite`] can bring the log back.
    pub fn needs_rewrite(&self) -> bool {
        matches!(self.health, Health::Broken { .. })
    }

    /// The units that could not be written yet.
    pub fn pending(&self) -> &[u8] {
        &self.pending
    }

    /// Which files make up the log.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The name of the file that is written to, in the log's directory.
    pub fn current(&self) -> &str {
        self.manifest.incremental.last().map(|file| file.name.as_str()).unwrap_or_default()
    }

    /// How many bytes were written to the current file.
    pub fn written_len(&self) -> u64 {
        self.open.len
    }

    /// How many bytes of the current file survive a power loss.
    pub fn synced_len(&self) -> u64 {
        self.open.synced_len
    }

    /// How many bytes, the last ones appended, would not survive a power loss.
    pub fn unsynced_len(&self) -> u64 {
        self.open.len - self.open.synced_len + self.pending.len() as u64
    }

    /// Whether a sync runs beside the writer (`aof_pending_bio_fsync`).
    pub fn is_syncing(&self) -> bool {
        self.aside.is_running()
    }

    /// How often more was written though a sync had run for two seconds (`aof_delayed_fsync`).
    pub fn delayed_syncs(&self) -> u64 {
        self.aside.delayed()
    }

    /// The length of all files (`aof_current_size`).
    pub fn size(&self) -> u64 {
        self.other_size + self.open.len
    }

    /// The length of all files when the log was opened or last rewritten (`aof_base_size`).
    pub fn base_size(&self) -> u64 {
        self.size_after_rewrite
    }

    /// How many rewrites succeeded since the log was opened (`aof_rewrites`).
    pub fn rewrites(&self) -> u64 {
        self.rewrites
    }

    /// How many rewrites have failed since one succeeded (`aof_rewrites_consecutive_failures`).
    pub fn failed_rewrites(&self) -> u64 {
        self.failed_rewrites
    }

    /// When what is written is synced.
    pub fn fsync(&self) -> Fsync {
        self.settings.fsync
    }

    /// `CONFIG SET appendfsync`.
    pub fn set_fsync(&mut self, policy: Fsync) {
        self.settings.fsync = policy;
    }

    /// Whether `everysec` syncs on a thread of its own.
    pub fn set_syncs_aside(&mut self, aside: bool) {
        self.settings.syncs_aside = aside;
    }

    /// `CONFIG SET aof-use-rdb-preamble`.
    pub fn set_rdb_base(&mut self, rdb: bool) {
        self.settings.rdb_base = rdb;
    }
}
