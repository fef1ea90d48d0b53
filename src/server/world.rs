//! The world of an instance: what the engine asks of files, processes and time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::background::Background;
use super::{process, snapshot};
use crate::engine::config::Config;
use crate::engine::{Begun, Effects, Host, Keyspace, Now, PATIENCE, ProcessFacts, Shutdown, When};
use crate::persistence::aof::{Fsync, Log, LogError, Settings};
use crate::persistence::rdb;
use crate::persistence::storage::{self, DirLock, FileError, Storage, reason};
use crate::server::{Clock, Interrupt};

/// By how many percent, and to how many bytes, the journal grows before it is rewritten.
const JOURNAL_GROWTH: (u64, u64) = (100, 1 << 20);

/// How long the operating system keeps something in its cache before it writes it back, as Linux
/// does by default.
const WRITE_BACK_MICROS: i64 = 30_000_000;

/// Why writes are refused while snapshots fail, in Redis's words.
const NO_SNAPSHOT: &str = "MISCONF Redis is configured to save RDB snapshots, but it's currently \
    unable to persist to disk. Commands that may modify the data set are disabled, because this \
    instance is configured to report errors during writes if RDB snapshotting fails \
    (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB \
    error.";

/// What an instance's engine cannot do by itself.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) facts: ProcessFacts,
    pub(super) storage: Arc<dyn Storage>,
    /// What the configuration says about the log; `dir` and snapshot name too.
    pub(super) settings: Settings,
    /// The append-only file, while `appendonly` is on.
    pub(super) log: Option<Log>,
    /// The private log that brings the instance back whatever its settings say.
    pub(super) journal: Option<Log>,
    /// `save`: after so many seconds, if so many changes were made.
    pub(super) save_points: Vec<SavePoint>,
    /// `auto-aof-rewrite-percentage` and `auto-aof-rewrite-min-size`.
    pub(super) growth: (u64, u64),
    /// When the last snapshot succeeded.
    pub(super) last_save: Now,
    /// How many snapshots were written since the start.
    pub(super) saves: u64,
    /// What the snapshot at the start held.
    pub(super) loaded: rdb::Loaded,
    /// When the last snapshot in the background failed, if it did.
    pub(super) save_failed: Option<Now>,
    /// `stop-writes-on-bgsave-error`.
    pub(super) stops_writes: bool,
    /// A base was written while a command ran: what that command logs is in it already.
    pub(super) rebased: bool,
    /// `SHUTDOWN` was said: the instance ends after this command.
    pub(super) stopping: bool,
    /// Somebody wants a script that runs to end.
    pub(super) interrupt: Interrupt,
    /// Things to say in the log of the server.
    pub(super) said: Vec<String>,
    /// Since when something that was written waits to be synced.
    pub(super) unsynced_since: Option<Now>,
    /// What is done beside the commands; it ends before the directory is given up.
    pub(super) background: Background,
    pub(super) _lock: DirLock,
}

/// One pair of the `save` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SavePoint {
    /// Seconds since the last snapshot.
    pub(super) seconds: i64,
    /// Changes since then.
    pub(super) changes: u64,
}

impl SavePoint {
    /// Reads the value of `save`: pairs of numbers.
    pub(super) fn parse_all(value: &str) -> Vec<Self> {
        let numbers: Vec<i64> =
            value.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect();
        numbers
            .chunks_exact(2)
            .filter_map(|pair| match pair {
                [seconds, changes] => {
                    Some(Self { seconds: *seconds, changes: u64::try_from(*changes).ok()? })
                }
                _ => None,
            })
            .collect()
    }
}

impl World {
    /// What the configuration at the start says about files.
    pub(super) fn settings(config: &Config, dir: PathBuf, clock: &Clock) -> Settings {
        let text = |name: &str| String::from_utf8_lossy(config.get(name)).into_owned();
        Settings {
            dirname: text("appenddirname"),
            filename: text("appendfilename"),
            snapshot: text("dbfilename"),
            fsync: Fsync::parse(&text("appendfsync")).unwrap_or_default(),
            // Virtual time promises the same on every machine, so nothing runs beside it.
            syncs_aside: !clock.is_virtual(),
            rdb_base: config.is_yes("aof-use-rdb-preamble"),
            limits: config.limits,
            drop_torn_tail: config.is_yes("aof-load-truncated"),
            ..Settings::new(dir)
        }
    }

    /// The journal brings the instance back, so it must not be behind a log that is safer.
    pub(super) fn follow_policy(&mut self) {
        let policy = self.log.as_ref().map_or(Fsync::No, Log::fsync);
        if let Some(journal) = &mut self.journal {
            journal.set_fsync(policy);
            journal.set_syncs_aside(self.settings.syncs_aside);
        }
    }

    /// Writes a snapshot in place of the old one, and waits for it.
    pub(super) fn snapshot(&mut self, keyspace: &Keyspace) -> Result<(), String> {
        let now = self.clock.now();
        let saved = snapshot::save(self.storage.as_ref(), &self.settings, keyspace, now);
        self.snapshot_has_ended(saved)
    }

    /// Notes how a snapshot has ended.
    pub(super) fn snapshot_has_ended(
        &mut self,
        saved: Result<(), FileError>,
    ) -> Result<(), String> {
        match saved {
            Ok(()) => {
                self.last_save = self.clock.now();
                self.saves += 1;
                self.save_failed = None;
                self.said.push("DB saved on disk".to_owned());
                Ok(())
            }
            Err(error) => {
                let reason = error.to_string();
                self.said.push(format!("Failed saving the DB: {reason}"));
                Err(reason)
            }
        }
    }

    /// The save point that asks for a snapshot now, if one does.
    pub(super) fn due_save_point(&self, changes: u64) -> Option<SavePoint> {
        let now = self.clock.now().seconds();
        let seconds = now - self.last_save.seconds();
        let waits = self.background.is_busy() || self.save_failed_lately();
        let is_due =
            |point: &&SavePoint| seconds >= point.seconds && changes >= point.changes.max(1);
        self.save_points.iter().find(is_due).filter(|_| !waits).copied()
    }

    /// Appends what a command did to journal and log. The error is the reply that the client gets
    /// instead of its own: the change is in memory and is written as soon as the disk allows, but
    /// nobody was told that it is safe.
    pub(super) fn append(
        &mut self,
        effects: &mut Effects,
        keyspace: &Keyspace,
        now: Now,
    ) -> Option<String> {
        let rebased = std::mem::take(&mut self.rebased);
        if rebased {
            // The next record begins a file, so it must select its database.
            effects.forget_database();
        }
        if effects.is_empty() {
            return None;
        }
        let refusal = self.append_units(effects.records(), rebased, keyspace, now);
        // A read that has only found a dead key is answered all the same.
        let refusal = refusal.filter(|_| effects.has_writes());
        effects.clear();
        refusal
    }

    fn append_units(
        &mut self,
        units: &[u8],
        rebased: bool,
        keyspace: &Keyspace,
        now: Now,
    ) -> Option<String> {
        // A journal that cannot be written costs nobody their data: it only brings the instance
        // back after kvtutor itself was killed.
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(units, now)
        {
            self.said.push(about_journal(&error));
        }
        let log = self.log.as_mut()?;
        let written = if rebased {
            // Half of what the command did is in the base: only a base with all of it will do.
            log.rewrite(keyspace, now).inspect_err(|error| log.distrust(&error.to_string()))
        } else {
            log.append(units, now)
        };
        match written {
            Ok(()) => None,
            Err(error) => {
                self.said.push(error.to_string());
                log.refusal().or_else(|| Some(format!("MISCONF {error}")))
            }
        }
    }

    /// Rewrites logs that have grown enough; all that was done is in them.
    pub(super) fn rewrite_if_grown(&mut self, keyspace: &mut Keyspace, now: Now) {
        let (percentage, min_size) = self.growth;
        if let Some(log) = &self.log {
            if log.needs_rewrite() {
                if log.should_rewrite(percentage, min_size, now) {
                    self.abort_rewrite(keyspace);
                    self.begin_rewrite(keyspace);
                }
            } else if !self.background.is_busy() && log.has_grown(percentage, min_size) {
                let failures = self.failed_rewrites();
                if !self.background.limit.holds(failures, now, &mut self.said) {
                    self.begin_rewrite(keyspace);
                }
            }
        }
        let (percentage, min_size) = JOURNAL_GROWTH;
        if let Some(journal) = &mut self.journal
            && journal.should_rewrite(percentage, min_size, now)
        {
            if let Err(error) = journal.rewrite(keyspace, now) {
                self.said.push(about_journal(&error));
            }
            keyspace.effects.forget_database();
        }
    }

    /// Syncs what has waited long enough, as the operating system does.
    pub(super) fn write_back(&mut self) {
        let now = self.clock.now();
        let Some(log) = &mut self.log else { return };
        if log.synced_len() == log.written_len() {
            self.unsynced_since = None;
            return;
        }
        let since = *self.unsynced_since.get_or_insert(now);
        if now.unix_micros - since.unix_micros < WRITE_BACK_MICROS {
            return;
        }
        self.unsynced_since = None;
        if let Err(error) = log.sync(now) {
            self.said.push(error.to_string());
        }
    }

    /// What is done about files once in a while.
    pub(super) fn tick(&mut self) {
        let now = self.clock.now();
        self.tick_log();
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.tick(now)
        {
            self.said.push(about_journal(&error));
        }
    }

    /// As [`World::tick`], for the log alone.
    pub(super) fn tick_log(&mut self) {
        let now = self.clock.now();
        if let Some(log) = &mut self.log
            && let Err(error) = log.tick(now)
        {
            self.said.push(error.to_string());
        }
    }
}

/// A failure of the journal, for the server's log.
fn about_journal(error: &LogError) -> String {
    format!("the private journal: {error}")
}

/// The words for a snapshot that failed, on the wire.
fn save_error(_reason: String) -> String {
    "ERR".to_owned()
}

impl Host for World {
    fn save(&mut self, keyspace: &Keyspace) -> Result<(), String> {
        if self.background.saves() {
            return Err("ERR Background save already in progress".to_owned());
        }
        self.snapshot(keyspace).map_err(save_error)
    }

    fn background_save(&mut self, keyspace: &mut Keyspace, when: When) -> Result<Begun, String> {
        self.ask_for_snapshot(keyspace, when)
    }

    fn rewrite_log(&mut self, when: When) -> Result<Begun, String> {
        self.ask_for_rewrite(when)
    }

    fn flushed(&mut self, keyspace: &mut Keyspace) {
        self.abort_snapshot(keyspace);
        // Where there are save points Redis writes an empty snapshot at once, so that what was
        // flushed does not come back after a crash; whether that succeeds is not told.
        if !self.save_points.is_empty() {
            let _ = self.snapshot(keyspace);
        }
    }

    fn last_save(&self) -> i64 {
        self.last_save.seconds()
    }

    fn shutdown(&mut self, keyspace: &mut Keyspace, how: Shutdown) -> Result<(), String> {
        let now = self.clock.now();
        if self.background.saves() {
            self.said.push("There is a child saving an .rdb. Killing it!".to_owned());
        } else if self.background.is_busy() {
            self.said.push("There is a child rewriting the AOF. Killing it!".to_owned());
        }
        self.abort_snapshot(keyspace);
        self.abort_rewrite(keyspace);
        if let Some(log) = &mut self.log {
            self.said.push("Calling fsync() on the AOF file.".to_owned());
            if let Err(error) = log.sync(now)
                && !how.force
            {
                self.said.push(error.to_string());
                return Err("ERR Errors trying to SHUTDOWN. Check logs.".to_owned());
            }
        }
        if how.save.unwrap_or(!self.save_points.is_empty()) {
            self.said.push("Saving the final RDB snapshot before exiting.".to_owned());
            if let Err(reason) = self.snapshot(keyspace)
                && !how.force
            {
                self.said.push(format!("the shutdown was called off: {reason}"));
                return Err("ERR Errors trying to SHUTDOWN. Check logs.".to_owned());
            }
        }
        self.stopping = true;
        Ok(())
    }

    fn now(&self) -> Option<Now> {
        Some(self.clock.now())
    }

    fn script_has_run(&self, began: Now, asked: u32) -> i64 {
        if self.clock.is_virtual() {
            return i64::from(asked);
        }
        self.clock.now().ms() - began.ms()
    }

    fn ends_script(&mut self, asked: u32) -> bool {
        // On a virtual clock nobody is there who could end it.
        let is_over = self.clock.is_virtual() && asked > PATIENCE;
        is_over || self.stopping || self.interrupt.ends_script()
    }

    fn say(&mut self, _level: u8, text: &str) {
        self.said.push(text.to_owned());
    }

    fn sleep(&mut self, micros: u64) {
        self.clock.advance(micros);
    }

    fn refuses_writes(&self) -> Option<String> {
        if self.stops_writes && self.save_failed.is_some() && !self.save_points.is_empty() {
            return Some(NO_SNAPSHOT.to_owned());
        }
        self.log.as_ref().and_then(Log::refusal)
    }

    fn config_changed(
        &mut self,
        keyspace: &mut Keyspace,
        name: &str,
        value: &str,
    ) -> Result<(), String> {
        let now = self.clock.now();
        match name {
            "appendonly" if value == "yes" && self.log.is_none() => {
                self.abort_rewrite(keyspace);
                let log = Log::start_anew(
                    Arc::clone(&self.storage),
                    self.settings.clone(),
                    keyspace,
                    now,
                )
                .map_err(|error| error.to_string())?;
                self.log = Some(log);
                self.rebased = true;
                self.follow_policy();
            }
            "appendonly" if value == "no" => {
                self.abort_rewrite(keyspace);
                if let Some(log) = self.log.take()
                    && let Err(error) = log.close(now)
                {
                    self.said.push(error.to_string());
                }
                self.follow_policy();
            }
            "appendfsync" => {
                let policy = Fsync::parse(value).unwrap_or_default();
                self.settings.fsync = policy;
                if let Some(log) = &mut self.log {
                    log.set_fsync(policy);
                }
                self.follow_policy();
            }
            "aof-use-rdb-preamble" => {
                self.settings.rdb_base = value == "yes";
                if let Some(log) = &mut self.log {
                    log.set_rdb_base(self.settings.rdb_base);
                }
            }
            "save" => self.save_points = SavePoint::parse_all(value),
            "stop-writes-on-bgsave-error" => self.stops_writes = value == "yes",
            "dbfilename" => value.clone_into(&mut self.settings.snapshot),
            "auto-aof-rewrite-percentage" => self.growth.0 = value.parse().unwrap_or(0),
            "auto-aof-rewrite-min-size" => self.growth.1 = value.parse().unwrap_or(0),
            "dir" => return Err("the directory belongs to this instance".to_owned()),
            _ => {}
        }
        Ok(())
    }

    fn rewrite_config(&mut self, rewrite: &dyn Fn(&[u8]) -> Vec<u8>) -> Result<(), String> {
        let path = Path::new(&self.facts.config_file);
        let storage = self.storage.as_ref();
        let old = match storage.len(path) {
            Ok(Some(_)) => storage.read(path),
            // One that was removed meanwhile is made anew.
            Ok(None) => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        let new = rewrite(&old.map_err(|error| reason(&error))?);
        storage::replace(storage, path, |file| file.write_all(&new))
            .map_err(|error| reason(&error.source))
    }

    fn persistence_info(&self) -> String {
        let log = self.log.as_ref();
        let status = |failed: bool| if failed { "err" } else { "ok" };
        let facts = self.background.facts(self.clock.now());
        let mut lines = vec![
            format!("rdb_bgsave_in_progress:{}", u8::from(facts.saves)),
            format!("rdb_last_save_time:{}", self.last_save.seconds()),
            format!("rdb_last_bgsave_status:{}", status(self.save_failed.is_some())),
            format!("rdb_last_bgsave_time_sec:{}", facts.save_seconds),
            format!("rdb_current_bgsave_time_sec:{}", facts.current_save_seconds),
            format!("rdb_saves:{}", self.saves),
            "rdb_last_cow_size:0".to_owned(),
            format!("rdb_last_load_keys_expired:{}", self.loaded.expired),
            format!("rdb_last_load_keys_loaded:{}", self.loaded.keys),
            format!("aof_enabled:{}", u8::from(log.is_some())),
            format!("aof_rewrite_in_progress:{}", u8::from(facts.rewrites)),
            format!("aof_rewrite_scheduled:{}", u8::from(facts.rewrite_scheduled)),
            format!("aof_last_rewrite_time_sec:{}", facts.rewrite_seconds),
            format!("aof_current_rewrite_time_sec:{}", facts.current_rewrite_seconds),
            format!("aof_last_bgrewrite_status:{}", status(facts.rewrite_failed)),
            format!("aof_rewrites:{}", log.map_or(0, Log::rewrites)),
            format!("aof_rewrites_consecutive_failures:{}", self.failed_rewrites()),
            format!(
                "aof_last_write_status:{}",
                status(log.is_some_and(|log| log.refusal().is_some()))
            ),
            "aof_last_cow_size:0".to_owned(),
            "module_fork_in_progress:0".to_owned(),
            "module_fork_last_cow_size:0".to_owned(),
        ];
        if let Some(log) = log {
            lines.extend([
                format!("aof_current_size:{}", log.size()),
                format!("aof_base_size:{}", log.base_size()),
                "aof_pending_rewrite:0".to_owned(),
                format!("aof_buffer_length:{}", log.pending().len()),
                format!("aof_pending_bio_fsync:{}", u8::from(log.is_syncing())),
                format!("aof_delayed_fsync:{}", log.delayed_syncs()),
            ]);
        }
        lines.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect()
    }

    fn process(&self) -> ProcessFacts {
        // A virtual clock promises the same answers on every machine.
        if self.clock.is_virtual() {
            return self.facts.clone();
        }
        let memory = process::memory();
        ProcessFacts {
            used_memory: memory.used,
            peak_memory: memory.peak,
            system_memory: memory.machine,
            ..self.facts.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn save_points_are_pairs() {
        assert_eq!(
            SavePoint::parse_all("3600 1 300 100"),
            [SavePoint { seconds: 3600, changes: 1 }, SavePoint { seconds: 300, changes: 100 }]
        );
        assert_eq!(SavePoint::parse_all(""), []);
    }
}
