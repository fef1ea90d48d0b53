//! How a log begins, and how a rewrite replaces its files.
//!
//! # Order
//!
//! New files first, synced, then the manifest in one rename, then the old files go. A crash
//! before the rename leaves the old log and files that nobody names; after it, the new log and
//! files that are only history. Both load to the same data, since no command runs in between.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::aside::Aside;
use super::load::{Loaded, read_manifest, refuse_unnamed};
use super::log::{Health, Log, LogError, OpenFile};
use super::manifest::{LogFile, Manifest};
use super::settings::Settings;
use crate::engine::{Keyspace, Now};
use crate::persistence::storage::{self, FileError, Handle, Mode, Storage, reason};
use crate::persistence::{LoadError, portion};

/// After a rewrite failed, growth starts the next one no sooner.
const PAUSE_AFTER_FAILURE: i64 = 60_000_000;

/// A log cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What is in the directory stands in the way.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The files cannot be written.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl From<FileError> for StartError {
    fn from(error: FileError) -> Self {
        Self::Log(error.into())
    }
}

impl Log {
    /// Goes on with a log that was loaded; `keyspace` is what it was loaded into.
    ///
    /// Cuts off a torn tail, takes in the file of an earlier version, makes a first base if there
    /// are no files yet, and removes what a rewrite has left.
    pub fn start(
        storage: Arc<dyn Storage>,
        settings: Settings,
        loaded: Loaded,
        keyspace: &Keyspace,
        now: Now,
    ) -> Result<Self, StartError> {
        let mut manifest = loaded.manifest;
        if manifest.is_empty() {
            return Ok(Self::begin(storage, settings, &manifest, keyspace, now)?);
        }
        if let Some((path, len)) = loaded.cut {
            cut(storage.as_ref(), &path, len).map_err(FileError::at("cut", &path))?;
        }
        if loaded.upgrade {
            take_in_old_log(storage.as_ref(), &settings, &manifest)?;
        }
        let path;
        let file;
        if let Some(last) = manifest.incremental.last() {
            path = settings.log_file(&last.name);
            file = storage.open(&path, Mode::Append).map_err(FileError::at("open", &path))?;
        } else {
            let seq = manifest.next_incremental_seq();
            let name = settings.incremental_name(seq);
            (file, path) = create(storage.as_ref(), &settings, &name)?;
            let dir = settings.log_dir();
            storage.sync_dir(&dir).map_err(FileError::at("sync", &dir))?;
            manifest.incremental.push(LogFile { name, seq });
            save(storage.as_ref(), &settings, &manifest)?;
            storage.sync_dir(&dir).map_err(FileError::at("sync", &dir))?;
        }
        let mut all = 0;
        for file in manifest.live() {
            all += len(storage.as_ref(), &settings.log_file(&file.name))?;
        }
        let len = len(storage.as_ref(), &path)?;
        let mut log = Self {
            storage,
            settings,
            manifest,
            open: OpenFile { file, path, len, synced_len: len },
            pending: Vec::new(),
            health: Health::Well,
            aside: Aside::default(),
            last_sync: now,
            other_size: all - len,
            size_after_rewrite: all,
            rewrites: 0,
            rewrite_failed: None,
            failed_rewrites: 0,
        };
        log.remove_history();
        Ok(log)
    }

    /// Starts a log while a server runs (`CONFIG SET appendonly yes`): what an earlier log in the
    /// directory holds is replaced by what `keyspace` holds.
    pub fn start_anew(
        storage: Arc<dyn Storage>,
        settings: Settings,
        keyspace: &Keyspace,
        now: Now,
    ) -> Result<Self, StartError> {
        let manifest = read_manifest(storage.as_ref(), &settings)?.unwrap_or_default();
        refuse_unnamed(storage.as_ref(), &settings, &manifest)?;
        Ok(Self::begin(storage, settings, &manifest, keyspace, now)?)
    }

    fn begin(
        storage: Arc<dyn Storage>,
        settings: Settings,
        manifest: &Manifest,
        keyspace: &Keyspace,
        now: Now,
    ) -> Result<Self, LogError> {
        let dir = settings.log_dir();
        storage.create_dir(&dir).map_err(FileError::at("create", &dir))?;
        storage.sync_dir(&settings.dir).map_err(FileError::at("sync", &settings.dir))?;
        let fresh = write_files(storage.as_ref(), &settings, manifest, keyspace, now)?;
        let mut log = Self {
            storage,
            settings,
            manifest: Manifest::default(),
            open: fresh.open,
            pending: Vec::new(),
            health: Health::Well,
            aside: Aside::default(),
            last_sync: now,
            other_size: fresh.base_len,
            size_after_rewrite: fresh.base_len,
            rewrites: 0,
            rewrite_failed: None,
            failed_rewrites: 0,
        };
        log.manifest = fresh.manifest;
        log.storage.sync_dir(&dir).map_err(FileError::at("sync", &dir))?;
        log.remove_history();
        Ok(log)
    }

    /// Replaces the log's files by new ones that hold what `keyspace` holds (`BGREWRITEAOF`).
    ///
    /// All effects of commands that ran must have been appended before, and the next unit must
    /// select its database again ([`crate::engine::Effects::forget_database`]): it begins a file.
    /// On an error the log goes on as it was. What was pending, or written to a file that could
    /// not be synced, is in the new base, so this also brings a broken log back.
    pub fn rewrite(&mut self, keyspace: &Keyspace, now: Now) -> Result<(), LogError> {
        let storage = Arc::clone(&self.storage);
        let written = write_files(storage.as_ref(), &self.settings, &self.manifest, keyspace, now);
        let fresh = written.inspect_err(|_| self.rewrite_has_failed(now))?;
        // From the rename on, the new files are the log, whatever happens next.
        self.manifest = fresh.manifest;
        self.open = fresh.open;
        self.aside.forget();
        self.pending.clear();
        self.health = Health::Well;
        self.last_sync = now;
        self.other_size = fresh.base_len;
        self.size_after_rewrite = fresh.base_len;
        let dir = self.settings.log_dir();
        if let Err(error) = self.storage.sync_dir(&dir) {
            self.health = Health::Broken { reason: reason(&error) };
            self.rewrite_has_failed(now);
            return Err(FileError::at("sync", &dir)(error).into());
        }
        self.rewrite_has_succeeded();
        self.remove_history();
        Ok(())
    }

    pub(super) fn rewrite_has_succeeded(&mut self) {
        self.rewrites += 1;
        self.rewrite_failed = None;
        self.failed_rewrites = 0;
    }

    pub(super) fn rewrite_has_failed(&mut self, now: Now) {
        self.rewrite_failed = Some(now);
        self.failed_rewrites += 1;
    }

    /// Whether a rewrite is due: the log has grown enough (`auto-aof-rewrite-percentage`, 0 for
    /// never, and `auto-aof-rewrite-min-size`), or nothing else brings it back.
    pub fn should_rewrite(&self, percentage: u64, min_size: u64, now: Now) -> bool {
        let failed_lately = self
            .rewrite_failed
            .is_some_and(|at| now.unix_micros - at.unix_micros < PAUSE_AFTER_FAILURE);
        if failed_lately {
            return false;
        }
        if self.needs_rewrite() {
            return true;
        }
        self.has_grown(percentage, min_size)
    }

    /// Whether the log has grown by so many percent, to more than so many bytes.
    pub fn has_grown(&self, percentage: u64, min_size: u64) -> bool {
        if percentage == 0 || self.size() <= min_size {
            return false;
        }
        let base = self.size_after_rewrite.max(1);
        let growth = self.size().saturating_mul(100) / base;
        growth >= percentage.saturating_add(100)
    }

    /// Removes replaced files. Best effort: those that stay are named as history, and the next
    /// start tries again.
    fn remove_history(&mut self) {
        if let Some(cleaned) = cleaned(self.storage.as_ref(), &self.settings, &self.manifest) {
            self.manifest = cleaned;
        }
    }
}

/// Removes the files that a manifest calls replaced; gives the one that names them no more, if it is in
/// force now.
pub(super) fn cleaned(
    storage: &dyn Storage,
    settings: &Settings,
    manifest: &Manifest,
) -> Option<Manifest> {
    if manifest.history.is_empty() {
        return None;
    }
    let mut cleaned = manifest.clone();
    cleaned.history.retain(|file| match storage.remove(&settings.log_file(&file.name)) {
        Ok(()) => false,
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    });
    save(storage, settings, &cleaned).ok()?;
    // Should this not last, the manifest names files as history that are gone.
    let _ = storage.sync_dir(&settings.log_dir());
    Some(cleaned)
}

/// Files that a rewrite has written and put into force.
struct Fresh {
    manifest: Manifest,
    open: OpenFile,
    base_len: u64,
}

/// Writes a base and an empty incremental file and renames a manifest that names them into
/// place. The caller syncs the directory.
fn write_files(
    storage: &dyn Storage,
    settings: &Settings,
    old: &Manifest,
    keyspace: &Keyspace,
    now: Now,
) -> Result<Fresh, LogError> {
    let (base_seq, seq) = (old.next_base_seq(), old.next_incremental_seq());
    let (base, name) = (settings.base_name(base_seq), settings.incremental_name(seq));
    let (file, path) = create(storage, settings, &name)?;
    let base_path = settings.log_file(&base);
    // Replacing syncs the directory too, so the incremental file's name is safe as well.
    storage::replace(storage, &base_path, |file| {
        portion::write_all(file, keyspace, settings.base_format(), now).map(|_| ())
    })?;
    let base_len = len(storage, &base_path)?;
    let history = old.history.iter().chain(&old.base).chain(&old.incremental);
    let manifest = Manifest {
        base: Some(LogFile { name: base, seq: base_seq }),
        history: history.cloned().collect(),
        incremental: vec![LogFile { name, seq }],
    };
    save(storage, settings, &manifest)?;
    Ok(Fresh { manifest, open: OpenFile { file, path, len: 0, synced_len: 0 }, base_len })
}

/// Renames the manifest into place; the directory is not synced yet.
pub(super) fn save(
    storage: &dyn Storage,
    settings: &Settings,
    manifest: &Manifest,
) -> Result<(), FileError> {
    storage::replace_unsynced(storage, &settings.manifest(), |file| {
        file.write_all(manifest.format().as_bytes())
    })
}

pub(super) fn create(
    storage: &dyn Storage,
    settings: &Settings,
    name: &str,
) -> Result<(Box<dyn Handle>, PathBuf), FileError> {
    let path = settings.log_file(name);
    // A crash may have left an empty file of this name, or one that no manifest ever named.
    drop(storage.open(&path, Mode::Create).map_err(FileError::at("create", &path))?);
    let file = storage.open(&path, Mode::Append).map_err(FileError::at("open", &path))?;
    Ok((file, path))
}

fn len(storage: &dyn Storage, path: &std::path::Path) -> Result<u64, FileError> {
    Ok(storage.len(path).map_err(FileError::at("read", path))?.unwrap_or(0))
}

fn cut(storage: &dyn Storage, path: &std::path::Path, len: u64) -> io::Result<()> {
    let mut file = storage.open(path, Mode::Append)?;
    file.truncate(len)?;
    file.sync()
}

/// Moves the single file of an earlier version into the log's directory, as its base.
fn take_in_old_log(
    storage: &dyn Storage,
    settings: &Settings,
    manifest: &Manifest,
) -> Result<(), FileError> {
    let dir = settings.log_dir();
    storage.create_dir(&dir).map_err(FileError::at("create", &dir))?;
    save(storage, settings, manifest)?;
    storage.sync_dir(&dir).map_err(FileError::at("sync", &dir))?;
    let (from, to) = (settings.old_log(), settings.log_file(&settings.filename));
    storage.rename(&from, &to).map_err(FileError::at("rename", &from))?;
    storage.sync_dir(&dir).map_err(FileError::at("sync", &dir))?;
    storage.sync_dir(&settings.dir).map_err(FileError::at("sync", &settings.dir))
}
