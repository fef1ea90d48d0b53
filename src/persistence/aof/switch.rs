//! A rewrite beside the commands.
//!
//! # Order
//!
//! First a new incremental file is opened and named by the manifest behind those that are there; what
//! is done from then on goes into it. Its first record comes right behind the moment whose data the new
//! base holds. When the base is written, synced and has its name, a manifest with that base and the new
//! incremental file takes the place of the old one, and the files before it go.
//!
//! A crash before that last rename leaves the old base with all incremental files, after it the new
//! base with the new one: both load to the same data. So does a rewrite that fails.

use std::sync::Arc;

use super::files::{cleaned, create, save};
use super::load::{read_manifest, refuse_unnamed};
use super::log::{Health, Log, LogError, OpenFile};
use super::manifest::{LogFile, Manifest};
use super::settings::Settings;
use super::{Fsync, StartError};
use crate::engine::Now;
use crate::persistence::storage::{FileError, Storage, reason};
use crate::persistence::{Job, Written};

/// Puts a new base in force, once it is in place.
#[derive(Debug, Clone)]
pub struct Switch {
    settings: Settings,
    manifest: Manifest,
    /// An incremental file that is made first: where the log is off there is none yet.
    makes: Option<String>,
}

/// A new base is in force.
#[derive(Debug)]
pub struct Switched {
    manifest: Manifest,
    /// Whether a power loss leaves it in force.
    synced: Result<(), FileError>,
}

impl Switch {
    /// Renames the manifest into place and removes what it replaces. An error says that the old one is
    /// in force.
    pub(in super::super) fn put(self, storage: &dyn Storage) -> Result<Switched, FileError> {
        if let Some(name) = &self.makes {
            create(storage, &self.settings, name)?;
        }
        save(storage, &self.settings, &self.manifest)?;
        let dir = self.settings.log_dir();
        let synced = storage.sync_dir(&dir).map_err(FileError::at("sync", &dir));
        let manifest = if synced.is_ok() {
            cleaned(storage, &self.settings, &self.manifest).unwrap_or(self.manifest)
        } else {
            self.manifest
        };
        Ok(Switched { manifest, synced })
    }
}

impl Switched {
    /// Whether a power loss leaves it in force.
    pub(in super::super) fn survives(self) -> Result<(), FileError> {
        self.synced
    }
}

impl Log {
    /// Whether a rewrite can begin beside the commands. A log that cannot be written needs one that is
    /// waited for ([`Log::rewrite`]).
    pub fn is_well(&self) -> bool {
        self.health == Health::Well && self.pending.is_empty()
    }

    /// Begins to sync what is written on the thread that syncs, so that little is left to be waited for
    /// in [`Log::begin_rewrite`]; [`Log::is_syncing`] tells when it has ended.
    pub fn sync_ahead(&mut self, now: Now) {
        let aside = self.settings.syncs_aside && self.settings.fsync != Fsync::Always;
        let is_synced = self.open.synced_len == self.open.len;
        if aside
            && !is_synced
            && self.is_well()
            && self.aside.begin(self.open.file.as_ref(), self.open.len, now)
        {
            self.last_sync = now;
        }
    }

    /// Goes on in a new incremental file, and says what is to be written: a base with the data of this
    /// very moment. All effects of commands that ran must have been appended before, and the next unit
    /// must select its database again. On an error the log goes on as it was.
    pub fn begin_rewrite(&mut self, now: Now) -> Result<Job, LogError> {
        self.open_next(now).inspect_err(|_| self.rewrite_has_failed(now))
    }

    fn open_next(&mut self, now: Now) -> Result<Job, LogError> {
        // The files before the last one must be whole whatever happens.
        self.sync(now)?;
        let storage = Arc::clone(&self.storage);
        let seq = self.manifest.next_incremental_seq();
        let name = self.settings.incremental_name(seq);
        let (file, path) = create(storage.as_ref(), &self.settings, &name)?;
        let dir = self.settings.log_dir();
        storage.sync_dir(&dir).map_err(FileError::at("sync", &dir))?;
        let fresh = LogFile { name, seq };
        let old = self.manifest.clone();
        let mut manifest = old.clone();
        manifest.incremental.push(fresh.clone());
        save(storage.as_ref(), &self.settings, &manifest)?;
        // The manifest on the disk may be the new one now, so the new file is the one to write to.
        self.manifest = manifest;
        self.other_size += self.open.len;
        self.open = OpenFile { file, path, len: 0, synced_len: 0 };
        if let Err(error) = storage.sync_dir(&dir) {
            // Nobody knows which manifest a power loss would leave.
            self.health = Health::Broken { reason: reason(&error) };
            return Err(FileError::at("sync", &dir)(error).into());
        }
        Ok(job(&self.settings, &old, fresh, None))
    }

    /// The new base is written: the files before it are no longer part of the log.
    pub fn end_rewrite(&mut self, written: Written, now: Now) -> Result<(), LogError> {
        let Some(switched) = written.switched else { return Ok(()) };
        self.manifest = switched.manifest;
        self.other_size = written.len;
        self.size_after_rewrite = written.len + self.open.len;
        if let Err(error) = switched.synced {
            self.health = Health::Broken { reason: reason(&error.source) };
            self.rewrite_has_failed(now);
            return Err(error.into());
        }
        self.rewrite_has_succeeded();
        Ok(())
    }

    /// Somebody asks for a rewrite: those that failed count no more.
    pub fn forgive_rewrites(&mut self) {
        self.rewrite_failed = None;
        self.failed_rewrites = 0;
    }

    /// The rewrite that was begun has failed.
    pub fn fail_rewrite(&mut self, now: Now) {
        self.rewrite_has_failed(now);
    }
}

/// What is to be written for a rewrite of a log that is off; the directory is made if need be.
pub fn rewrite_closed(storage: &dyn Storage, settings: &Settings) -> Result<Job, StartError> {
    let old = read_manifest(storage, settings)?.unwrap_or_default();
    refuse_unnamed(storage, settings, &old)?;
    let dir = settings.log_dir();
    storage.create_dir(&dir).map_err(FileError::at("create", &dir))?;
    storage.sync_dir(&settings.dir).map_err(FileError::at("sync", &settings.dir))?;
    let seq = old.next_incremental_seq();
    let name = settings.incremental_name(seq);
    Ok(job(settings, &old, LogFile { name: name.clone(), seq }, Some(name)))
}

fn job(settings: &Settings, old: &Manifest, fresh: LogFile, makes: Option<String>) -> Job {
    let seq = old.next_base_seq();
    let base = LogFile { name: settings.base_name(seq), seq };
    let path = settings.log_file(&base.name);
    let history = old.history.iter().chain(&old.base).chain(&old.incremental).cloned().collect();
    let manifest = Manifest { base: Some(base), history, incremental: vec![fresh] };
    let switch = Switch { settings: settings.clone(), manifest, makes };
    Job { path, format: settings.base_format(), switch: Some(switch) }
}
