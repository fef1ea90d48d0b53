//! Snapshots and rewrites of the log beside the commands: one at a time, as Redis has one child process.
//!
//! The keys are kept as they were at one moment ([`Keyspace::freeze`]). Each turn of the loop takes a
//! bounded portion of them and hands it to whoever writes the file. Here stands what is asked for, how
//! far it is and how it ended; knows no format and no socket.

use std::time::Duration;

use super::rewrite_limit::RewriteLimit;
use super::world::World;
use super::writing::{Step, Writing};
use crate::engine::{Begun, Keyspace, Now, When};
use crate::persistence::aof::{Log, rewrite_closed};
use crate::persistence::storage::FileError;
use crate::persistence::{Format, Job, Written};

/// How much is taken at once: between two portions the time is looked at.
const PORTION: usize = 64 * 1024;

/// For how long portions are taken in one turn, in microseconds; clients wait meanwhile.
const TURN_MICROS: i64 = 1000;

/// How soon to look again when a thread is what is waited for.
const SOON: Duration = Duration::from_millis(1);

/// Up to so much of the log is synced on the spot when a rewrite begins.
const LITTLE: u64 = 64 * 1024;

/// After a snapshot failed, a scheduled one and save points wait for longer than this, in seconds.
const PAUSE_AFTER_FAILURE: i64 = 5;

const SAVE_RUNS: &str = "ERR Background save already in progress";
const REWRITE_RUNS: &str = "ERR Background append only file rewriting already in progress";
const OTHER_RUNS: &str = "ERR Another child process is active (AOF?): can't BGSAVE right now. Use \
    BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.";

/// How work beside the commands goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pacing {
    /// It is done at once: virtual time promises the same on every machine.
    AtOnce,
    /// For a short time in each turn, and a thread writes the file.
    InTurns,
    /// A key or less in each turn, and the file is written on the spot: for tests, which see every state
    /// in between.
    #[cfg(test)]
    ByKey,
}

/// What is done beside the commands, and what was.
#[derive(Debug)]
pub(super) struct Background {
    pub(super) pacing: Pacing,
    running: Option<Running>,
    /// `BGSAVE SCHEDULE`, or one in a transaction.
    save_scheduled: bool,
    /// `BGREWRITEAOF`.
    rewrite_scheduled: bool,
    pub(super) limit: RewriteLimit,
    /// How many seconds the last snapshot took.
    save_seconds: Option<i64>,
    /// How many seconds the last rewrite took.
    rewrite_seconds: Option<i64>,
    rewrite_failed: bool,
}

/// What is under way.
#[derive(Debug)]
struct Running {
    kind: Kind,
    began: Now,
    /// `None` while the log is being synced, before a rewrite.
    writing: Option<Writing>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A snapshot, and how many changes it holds that the one before has not.
    Snapshot(u64),
    Rewrite,
}

/// What `INFO` tells of it; -1 where there is nothing to tell.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a line of INFO")]
pub(super) struct Facts {
    pub(super) saves: bool,
    pub(super) save_seconds: i64,
    pub(super) current_save_seconds: i64,
    pub(super) rewrites: bool,
    pub(super) rewrite_scheduled: bool,
    pub(super) rewrite_seconds: i64,
    pub(super) current_rewrite_seconds: i64,
    pub(super) rewrite_failed: bool,
}

impl Background {
    pub(super) fn new(pacing: Pacing) -> Self {
        Self {
            pacing,
            running: None,
            save_scheduled: false,
            rewrite_scheduled: false,
            limit: RewriteLimit::default(),
            save_seconds: None,
            rewrite_seconds: None,
            rewrite_failed: false,
        }
    }

    /// Whether a snapshot is under way.
    pub(super) fn saves(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.kind != Kind::Rewrite)
    }

    fn rewrites(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.kind == Kind::Rewrite)
    }

    /// Whether anything is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.running.is_some()
    }

    /// Whether there is nothing to do, and nothing is to be done later.
    pub(super) fn is_idle(&self) -> bool {
        self.running.is_none() && !self.save_scheduled && !self.rewrite_scheduled
    }

    /// Whether what is left to do takes no time worth speaking of.
    pub(super) fn is_nearly_done(&self) -> bool {
        let writing = self.running.as_ref().and_then(|running| running.writing.as_ref());
        writing.is_some_and(Writing::is_nearly_done)
    }

    /// Ends what runs as SIGKILL does: what was written stays under another name.
    pub(super) fn kill(&mut self) {
        self.running = None;
    }

    pub(super) fn facts(&self, now: Now) -> Facts {
        let running = self.running.as_ref();
        let seconds = |of: bool| {
            running.filter(|_| of).map_or(-1, |running| now.seconds() - running.began.seconds())
        };
        Facts {
            saves: self.saves(),
            save_seconds: self.save_seconds.unwrap_or(-1),
            current_save_seconds: seconds(self.saves()),
            rewrites: self.rewrites(),
            rewrite_scheduled: self.rewrite_scheduled,
            rewrite_seconds: self.rewrite_seconds.unwrap_or(-1),
            current_rewrite_seconds: seconds(self.rewrites()),
            rewrite_failed: self.rewrite_failed,
        }
    }
}

impl World {
    /// `BGSAVE`.
    pub(super) fn ask_for_snapshot(
        &mut self,
        keyspace: &mut Keyspace,
        when: When,
    ) -> Result<Begun, String> {
        if self.background.saves() {
            return Err(SAVE_RUNS.to_owned());
        }
        let is_busy = self.background.is_busy();
        match when {
            When::Now if is_busy => Err(OTHER_RUNS.to_owned()),
            When::Soon | When::Now if !is_busy => {
                self.begin_snapshot(keyspace);
                Ok(Begun::Started)
            }
            When::Now | When::Soon | When::AfterTransaction => {
                self.background.save_scheduled = true;
                Ok(Begun::Scheduled)
            }
        }
    }

    /// `BGREWRITEAOF`. It begins when what was done before is in the log.
    pub(super) fn ask_for_rewrite(&mut self, when: When) -> Result<Begun, String> {
        if self.background.rewrites() {
            return Err(REWRITE_RUNS.to_owned());
        }
        self.background.rewrite_scheduled = true;
        // Whoever asks for one does not wait for a pause.
        self.background.limit = RewriteLimit::default();
        if let Some(log) = &mut self.log {
            log.forgive_rewrites();
        }
        let is_queued = self.background.is_busy() || when == When::AfterTransaction;
        Ok(if is_queued { Begun::Scheduled } else { Begun::Started })
    }

    /// Begins a snapshot; nothing else runs.
    pub(super) fn begin_snapshot(&mut self, keyspace: &mut Keyspace) {
        self.background.save_scheduled = false;
        self.said.push("Background saving started".to_owned());
        let path = self.settings.dir.join(&self.settings.snapshot);
        let kind = Kind::Snapshot(keyspace.dirty);
        let writing = self.write(keyspace, Job { path, format: Format::Snapshot, switch: None });
        self.run(keyspace, kind, Some(writing));
    }

    /// Begins a rewrite; nothing else runs, and all that was done is in the logs.
    pub(super) fn begin_rewrite(&mut self, keyspace: &mut Keyspace) {
        let now = self.clock.now();
        self.background.rewrite_scheduled = false;
        if let Some(log) = &mut self.log {
            if !log.is_well() {
                // It takes no more records, so nothing can be done beside it.
                let done = log.rewrite(keyspace, now).map_err(|error| error.to_string());
                keyspace.effects.forget_database();
                self.rewrite_has_ended(done, now);
                return;
            }
            if log.written_len() - log.synced_len() > LITTLE {
                log.sync_ahead(now);
            }
        }
        self.said.push("Background append only file rewriting started".to_owned());
        self.run(keyspace, Kind::Rewrite, None);
    }

    fn run(&mut self, keyspace: &mut Keyspace, kind: Kind, writing: Option<Writing>) {
        let began = self.clock.now();
        self.background.running = Some(Running { kind, began, writing });
        if self.background.pacing == Pacing::AtOnce {
            self.finish_background(keyspace);
        }
    }

    fn write(&self, keyspace: &mut Keyspace, job: Job) -> Writing {
        let on_a_thread = self.background.pacing == Pacing::InTurns;
        Writing::begin(&self.storage, keyspace, job, on_a_thread, self.clock.now())
    }

    /// Goes on with what is done beside the commands, and begins what was scheduled; all that was done is
    /// in the logs. Says how soon to come back, if there is a reason to.
    pub(super) fn work(&mut self, keyspace: &mut Keyspace) -> Option<Duration> {
        let began = self.clock.now().unix_micros;
        loop {
            if !self.background.is_busy() {
                self.begin_scheduled(keyspace);
            }
            if !self.background.is_busy() {
                return None;
            }
            if !self.step(keyspace, false) {
                return Some(SOON);
            }
            let is_enough = match self.background.pacing {
                Pacing::AtOnce => false,
                // A clock that was set back must not make the turn a long one.
                Pacing::InTurns => {
                    !(0..TURN_MICROS).contains(&(self.clock.now().unix_micros - began))
                }
                #[cfg(test)]
                Pacing::ByKey => true,
            };
            if is_enough {
                return Some(Duration::ZERO);
            }
        }
    }

    fn begin_scheduled(&mut self, keyspace: &mut Keyspace) {
        if self.background.save_scheduled && !self.save_failed_lately() {
            self.begin_snapshot(keyspace);
        } else if self.background.rewrite_scheduled {
            self.begin_rewrite(keyspace);
        }
    }

    /// Whether a snapshot failed so lately that the next one waits.
    pub(super) fn save_failed_lately(&self) -> bool {
        let now = self.clock.now().seconds();
        self.save_failed.is_some_and(|at| now - at.seconds() <= PAUSE_AFTER_FAILURE)
    }

    /// Waits until nothing runs any more.
    pub(super) fn finish_background(&mut self, keyspace: &mut Keyspace) {
        while self.background.is_busy() {
            self.step(keyspace, true);
        }
    }

    /// Does a part of what runs; says whether another part can follow at once.
    fn step(&mut self, keyspace: &mut Keyspace, is_patient: bool) -> bool {
        let Some(mut running) = self.background.running.take() else { return true };
        let Some(writing) = &mut running.writing else {
            if let Some(log) = &mut self.log
                && log.is_syncing()
                && !is_patient
            {
                self.background.running = Some(running);
                // The tick of the log sees when that has ended.
                self.tick_log();
                return false;
            }
            match self.next_base() {
                Ok(job) => {
                    keyspace.effects.forget_database();
                    running.writing = Some(self.write(keyspace, job));
                    self.background.running = Some(running);
                }
                Err(reason) => self.rewrite_has_ended(Err(reason), running.began),
            }
            return true;
        };
        let limit = match self.background.pacing {
            Pacing::AtOnce | Pacing::InTurns => PORTION,
            #[cfg(test)]
            Pacing::ByKey => 1,
        };
        let goes_on = match writing.step(keyspace, limit, is_patient) {
            Step::GoesOn => true,
            Step::Waits => false,
            Step::Ended(ended) => {
                self.has_ended(keyspace, &running, ended);
                return true;
            }
        };
        self.background.running = Some(running);
        goes_on
    }

    /// What a rewrite has to write: the log goes on in a new file from here on.
    fn next_base(&mut self) -> Result<Job, String> {
        let now = self.clock.now();
        match &mut self.log {
            Some(log) => log.begin_rewrite(now).map_err(|error| error.to_string()),
            // Redis writes the files even while the log is off.
            None => rewrite_closed(self.storage.as_ref(), &self.settings)
                .map_err(|error| error.to_string()),
        }
    }

    fn has_ended(
        &mut self,
        keyspace: &mut Keyspace,
        running: &Running,
        ended: Result<Written, FileError>,
    ) {
        keyspace.thaw();
        match running.kind {
            Kind::Snapshot(dirty) => {
                let now = self.clock.now();
                self.background.save_seconds = Some(now.seconds() - running.began.seconds());
                if self.snapshot_has_ended(ended.map(|_| ())).is_ok() {
                    self.said.push("Background saving terminated with success".to_owned());
                    keyspace.dirty = keyspace.dirty.saturating_sub(dirty);
                } else {
                    self.said.push("Background saving error".to_owned());
                    self.save_failed = Some(now);
                }
            }
            Kind::Rewrite => {
                let now = self.clock.now();
                let done = match (ended, &mut self.log) {
                    (Ok(written), Some(log)) => {
                        log.end_rewrite(written, now).map_err(|error| error.to_string())
                    }
                    (Ok(written), None) => written.survives().map_err(|error| error.to_string()),
                    (Err(error), Some(log)) => {
                        log.fail_rewrite(now);
                        Err(error.to_string())
                    }
                    (Err(error), None) => Err(error.to_string()),
                };
                self.rewrite_has_ended(done, running.began);
            }
        }
    }

    fn rewrite_has_ended(&mut self, done: Result<(), String>, began: Now) {
        let now = self.clock.now();
        self.background.rewrite_seconds = Some(now.seconds() - began.seconds());
        self.background.rewrite_failed = done.is_err();
        match done {
            Ok(()) => {
                self.said.push("Background AOF rewrite finished successfully".to_owned());
            }
            Err(reason) => {
                self.said.push(reason);
                self.said.push("Background AOF rewrite terminated with error".to_owned());
            }
        }
    }

    /// Calls off a snapshot that is under way. It neither failed nor succeeded, unless it was quicker.
    pub(super) fn abort_snapshot(&mut self, keyspace: &mut Keyspace) {
        if self.background.saves() {
            self.abort(keyspace);
        }
    }

    /// Calls off a rewrite that is under way or scheduled. The log goes on as it is, in all its files.
    pub(super) fn abort_rewrite(&mut self, keyspace: &mut Keyspace) {
        self.background.rewrite_scheduled = false;
        if self.background.rewrites() {
            self.abort(keyspace);
        }
    }

    fn abort(&mut self, keyspace: &mut Keyspace) {
        let Some(mut running) = self.background.running.take() else { return };
        let ended = running.writing.take().and_then(|writing| writing.abort(keyspace));
        if let Some(ended @ Ok(_)) = ended {
            self.has_ended(keyspace, &running, ended);
        }
    }

    /// How many rewrites have failed since one succeeded.
    pub(super) fn failed_rewrites(&self) -> u64 {
        self.log.as_ref().map_or(0, Log::failed_rewrites)
    }
}
