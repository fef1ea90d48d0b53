//! An instance: engine, directory, log and clock, as one thing that starts, runs and stops.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::change::{self, Change};
use super::world::World;
use crate::engine::data::Value;
use crate::engine::{Engine, Flag, Peer, ProcessFacts, Recorder, Session, SessionId, find};
use crate::persistence::storage::{LockError, Storage, reason};
use crate::resp::{Decoder, Reply};
use crate::server::Clock;

/// The version that the sandbox reports: the one whose replies the engine gives.
const SANDBOX_VERSION: &str = "7.0.15";

/// What an instance is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The version it reports, such as `8.6.0`.
    pub version: String,
    /// The port it is known by.
    pub port: u16,
    /// Decides every random answer.
    pub seed: u64,
    /// The disk.
    pub storage: Arc<dyn Storage>,
    /// Its directory: the append-only file and the snapshot.
    pub dir: PathBuf,
    /// A private log that brings it back as it was, whatever its settings say; outside `dir`.
    pub journal: Option<PathBuf>,
    /// Start from the journal, not from the directory.
    pub resume: bool,
    /// Arguments as `redis-server` takes them.
    pub args: Vec<String>,
}

impl Options {
    /// The prompt's own store: everything in the append-only file, synced every second.
    pub fn sandbox(storage: Arc<dyn Storage>, dir: PathBuf, seed: u64) -> Self {
        Self {
            version: SANDBOX_VERSION.to_owned(),
            port: 6379,
            seed,
            storage,
            dir,
            journal: None,
            resume: false,
            args: ["--appendonly", "yes", "--save", ""].map(str::to_owned).to_vec(),
        }
    }
}

/// Something an instance has to say: for its log, or for the learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice(String);

impl Notice {
    /// A notice of one line.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What it says.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Why an instance did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The directory could not be made.
    #[error("cannot make {}: {}", dir.display(), reason(source))]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Somebody else owns the directory.
    #[error(transparent)]
    Locked(#[from] LockError),
}

/// How many entries of each database a sweep for dead keys looks at.
const SWEEP: usize = 200;

/// A running engine with its log.
pub struct Instance {
    engine: Engine,
    world: World,
    /// Reads for checks and completion, never a client that anyone counts.
    observer: SessionId,
}

impl Instance {
    /// Starts an instance on its directory, which it owns until it ends.
    pub fn start(options: &Options, clock: Clock) -> Result<(Self, Vec<Notice>), StartError> {
        let dir = options.dir.clone();
        options
            .storage
            .create_dir(&dir)
            .map_err(|source| StartError::Directory { dir: dir.clone(), source })?;
        let lock = options.storage.lock(&dir)?;
        let mut random = fastrand::Rng::with_seed(options.seed);
        let run_id =
            (0..40).map(|_| char::from_digit(random.u32(0..16), 16).unwrap_or('0')).collect();
        let facts = ProcessFacts {
            pid: 1,
            port: options.port,
            version: options.version.clone(),
            run_id,
            started: clock.now().seconds(),
            config_file: String::new(),
            used_memory: 0,
        };
        let mut engine = Engine::new(options.seed);
        let observer = engine.connect(Peer::default(), clock.now());
        let world = World { clock, facts, stopping: false, _lock: lock };
        Ok((Self { engine, world, observer }, Vec::new()))
    }

    /// What is done once in a while: fsync, expiry, save points.
    pub fn tick(&mut self) {
        self.engine.keyspace.set_now_ms(self.world.clock.now().ms());
        self.engine.keyspace.sweep(SWEEP);
    }

    /// Shuts down as SIGTERM does: a snapshot if save points are set, the log synced. If that
    /// fails the instance goes on and the reason is told.
    pub fn stop(self) -> Result<Vec<Notice>, (Box<Self>, String)> {
        Ok(Vec::new())
    }

    /// Ends as SIGKILL does: what reached neither log nor snapshot is gone.
    pub fn kill(self) {}

    /// Ends as a power failure does: what was written but not synced is gone as well.
    pub fn power_loss(self) {}

    /// kvtutor itself is about to end: everything is synced, and the journal stays.
    pub fn suspend(&mut self) {}

    /// What it has to say since it was last asked.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        Vec::new()
    }

    /// What its directory holds, for people.
    pub fn describe_disk(&self) -> String {
        String::new()
    }

    /// Empties every database.
    pub fn flush(&mut self) {
        self.call(self.observer, &[b"FLUSHALL"]);
    }

    /// Puts keys back as they were before `changes`, and tells what that changed.
    ///
    /// The keys are rebuilt by commands, so the log and every watching client learn of it.
    pub fn restore(&mut self, changes: &[Change]) -> Vec<Change> {
        let mut undone = Vec::new();
        for change in changes {
            let db = change.db.to_string();
            self.call(self.observer, &[b"SELECT", db.as_bytes()]);
            self.engine.keyspace.recorder = Some(Recorder::default());
            self.call(self.observer, &[b"DEL", &change.key]);
            if let Some(before) = &change.before {
                self.engine
                    .keyspace
                    .select(change.db)
                    .insert_entry(&change.key, before.entry.clone());
            }
            if let Some(recorder) = self.engine.keyspace.recorder.take() {
                undone.extend(change::changes(&self.engine, &recorder));
            }
        }
        undone
    }

    /// A client connects.
    pub fn connect(&mut self, peer: Peer) -> SessionId {
        self.engine.connect(peer, self.world.clock.now())
    }

    /// A client goes.
    pub fn disconnect(&mut self, id: SessionId) {
        self.engine.disconnect(id);
    }

    /// What is known of a client.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.engine.session(id)
    }

    /// Runs one command and appends its reply to `out`. When this returns, what the fsync policy
    /// promises has been done.
    pub fn execute(&mut self, id: SessionId, words: &[&[u8]], out: &mut Vec<u8>) {
        self.world.clock.tick();
        let now = self.world.clock.now();
        self.engine.execute(id, words, now, &mut self.world, out);
    }

    /// Runs one command and decodes its reply.
    pub fn call(&mut self, id: SessionId, words: &[&[u8]]) -> Reply {
        let mut out = Vec::new();
        self.execute(id, words, &mut out);
        decode(&out)
    }

    /// Runs one command, decodes its reply, and tells what it changed.
    pub fn call_recorded(&mut self, id: SessionId, words: &[&[u8]]) -> (Reply, Vec<Change>) {
        self.engine.keyspace.recorder = Some(Recorder::default());
        let reply = self.call(id, words);
        let changes = match self.engine.keyspace.recorder.take() {
            Some(recorder) => change::changes(&self.engine, &recorder),
            None => Vec::new(),
        };
        (reply, changes)
    }

    /// Runs a command that only reads, without taking time; anything else is refused.
    ///
    /// Checks and completion read this way: no clock moves, no client is seen.
    pub fn observe(&mut self, db: u32, words: &[&[u8]]) -> Result<Reply, String> {
        let found =
            find(words).map_err(|error| String::from_utf8_lossy(&error.wire()).into_owned())?;
        if found.command.has(Flag::Write) {
            return Err(format!("{} may change data", found.command.name));
        }
        let now = self.world.clock.now();
        let mut out = Vec::new();
        let db = db.to_string();
        self.engine.execute(
            self.observer,
            &[b"SELECT", db.as_bytes()],
            now,
            &mut self.world,
            &mut out,
        );
        out.clear();
        self.engine.execute(self.observer, words, now, &mut self.world, &mut out);
        Ok(decode(&out))
    }

    /// Everything in one database: keys and values, dead ones left out.
    pub fn contents(&mut self, db: u32) -> Vec<(Vec<u8>, Value)> {
        self.engine.keyspace.set_now_ms(self.world.clock.now().ms());
        let Ok(db) = usize::try_from(db) else { return Vec::new() };
        if db >= self.engine.keyspace.databases().len() {
            return Vec::new();
        }
        let keys = self.engine.keyspace.select(db);
        keys.iter().map(|(key, entry)| (key.to_vec(), entry.value.clone())).collect()
    }

    /// Whether `SHUTDOWN` was said.
    pub fn is_stopping(&self) -> bool {
        self.world.stopping
    }
}

fn decode(out: &[u8]) -> Reply {
    Decoder::new(out)
        .reply()
        .unwrap_or_else(|error| Reply::Error(format!("ERR {error}").into_bytes()))
}
