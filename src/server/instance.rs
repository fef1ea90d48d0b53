//! An instance: engine, directory, log and clock, as one thing that starts, runs and stops.

mod visits;

pub use visits::Visit;

use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::background::{Background, Pacing};
use super::change::{self, Change};
use super::disk::{self, Open};
use super::layers::{self, Layers};
use super::world::{SavePoint, World};
use super::{journal, snapshot, told};
use crate::engine::config::ConfigError;
use crate::engine::data::Value;
use crate::engine::{
    Engine, Flag, Host as _, Now, Peer, ProcessFacts, Session, SessionId, Shutdown, find,
};
use crate::persistence::aof::{self, Item, Loaded, Log, Progress, Settings};
use crate::persistence::storage::{LockError, Storage, reason};
use crate::persistence::{LoadError, Replay, rdb};
use crate::resp::{Decoder, Reply};
use crate::server::{Clock, Interrupt};
use visits::Heard;

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
    /// The file it was configured from, which `CONFIG REWRITE` replaces; empty if there is none.
    pub config_file: String,
    /// What `CONFIG GET dir` says.
    pub shown_dir: String,
    /// A private log that brings it back as it was, whatever its settings say; outside `dir`.
    pub journal: Option<PathBuf>,
    /// Start from the journal, not from the directory.
    pub resume: bool,
    /// Arguments as `redis-server` takes them.
    pub args: Vec<String>,
    /// Who is told how far a long load is.
    pub progress: Option<Watch>,
}

impl Options {
    /// The prompt's own store: everything in the append-only file, synced every second.
    pub fn sandbox(storage: Arc<dyn Storage>, dir: PathBuf, seed: u64) -> Self {
        Self {
            version: SANDBOX_VERSION.to_owned(),
            port: 6379,
            seed,
            storage,
            config_file: String::new(),
            shown_dir: dir.display().to_string(),
            dir,
            journal: None,
            resume: false,
            args: ["--appendonly", "yes", "--save", ""].map(str::to_owned).to_vec(),
            progress: None,
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
    #[error("cannot make the directory {}: {}; see what stands in its place, or use another one",
        dir.display(), reason(source))]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Somebody else owns the directory.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// An argument cannot be followed.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An argument stands where a directive must begin.
    #[error("{0:?} is no directive: write --name value, as redis-server takes it")]
    Argument(String),
    /// What is in the directory cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The log cannot be written.
    #[error(transparent)]
    Log(#[from] aof::StartError),
}

/// Told how far a load is: bytes read, and bytes to read.
#[derive(Clone)]
pub struct Watch(pub Arc<dyn Fn(u64, u64) + Send + Sync>);

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

/// What `INFO` tells of an instance.
fn facts(options: &Options, clock: &Clock) -> ProcessFacts {
    let mut random = fastrand::Rng::with_seed(options.seed);
    let run_id = (0..40).map(|_| char::from_digit(random.u32(0..16), 16).unwrap_or('0')).collect();
    ProcessFacts {
        pid: 1,
        port: options.port,
        version: options.version.clone(),
        run_id,
        started: clock.now().seconds(),
        config_file: options.config_file.clone(),
        used_memory: 0,
        peak_memory: 0,
        system_memory: 0,
    }
}

/// Arguments as `redis-server` takes them: `--name` and the words up to the next one.
fn directives(args: &[String]) -> Result<Vec<(String, Vec<String>)>, StartError> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for arg in args {
        match arg.strip_prefix("--") {
            Some(name) => found.push((name.to_ascii_lowercase(), Vec::new())),
            None => match found.last_mut() {
                Some((_, words)) => words.push(arg.clone()),
                None => return Err(StartError::Argument(arg.clone())),
            },
        }
    }
    Ok(found)
}

/// Reads a log into an engine.
fn read_log(
    options: &Options,
    settings: &Settings,
    engine: &mut Engine,
    now: Now,
) -> Result<Loaded, StartError> {
    let mut replay = Replay::new(now);
    let apply = |item: Item<'_>| replay.apply(engine, item);
    let progress = |progress: Progress| {
        if let Some(watch) = &options.progress {
            (watch.0)(progress.done, progress.total);
        }
    };
    Ok(aof::load(options.storage.as_ref(), settings, apply, progress)?)
}

/// How many entries of each database a sweep for dead keys looks at.
const SWEEP: usize = 200;

/// A running engine with its log.
pub struct Instance {
    engine: Engine,
    world: World,
    /// Reads for checks and completion, never a client that anyone counts.
    observer: SessionId,
    /// What clients behind sockets do, if somebody wants to know it.
    heard: Option<Heard>,
}

impl Instance {
    /// Starts an instance on its directory, which it owns until it ends.
    pub fn start(options: &Options, clock: Clock) -> Result<(Self, Vec<Notice>), StartError> {
        let mut engine = Engine::new(options.seed);
        for (name, words) in directives(&options.args)? {
            let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
            engine.server.config.set_at_start(&name, &words)?;
        }
        let dir = options.dir.clone();
        let shown = options.shown_dir.as_bytes();
        engine.server.config.set_at_start("dir", &[shown])?;
        options
            .storage
            .create_dir(&dir)
            .map_err(|source| StartError::Directory { dir: dir.clone(), source })?;
        let lock = options.storage.lock(&dir)?;
        let observer = engine.connect_unseen(clock.now());
        let config = &engine.server.config;
        let number = |name: &str| u64::try_from(config.number(name)).unwrap_or(0);
        let save = String::from_utf8_lossy(config.get("save")).into_owned();
        let world = World {
            facts: facts(options, &clock),
            storage: Arc::clone(&options.storage),
            settings: World::settings(config, dir, &clock),
            log: None,
            journal: None,
            save_points: SavePoint::parse_all(&save),
            growth: (number("auto-aof-rewrite-percentage"), number("auto-aof-rewrite-min-size")),
            last_save: clock.now(),
            saves: 0,
            loaded: rdb::Loaded::default(),
            save_failed: None,
            stops_writes: config.is_yes("stop-writes-on-bgsave-error"),
            rebased: false,
            stopping: false,
            interrupt: Interrupt::default(),
            said: Vec::new(),
            unsynced_since: None,
            background: Background::new(if clock.is_virtual() {
                Pacing::AtOnce
            } else {
                Pacing::InTurns
            }),
            _lock: lock,
            clock,
        };
        let mut instance = Self { engine, world, observer, heard: None };
        instance.engine.keyspace.set_now_ms(instance.world.clock.now().ms());
        let notices = instance.load(options)?;
        instance.engine.keyspace.effects.enabled =
            instance.world.log.is_some() || instance.world.journal.is_some();
        instance.engine.keyspace.dirty = 0;
        instance.engine.follow();
        Ok((instance, notices))
    }

    /// Brings the data back: from the journal, or as a server does, from the log if it is on and
    /// from the snapshot otherwise.
    fn load(&mut self, options: &Options) -> Result<Vec<Notice>, StartError> {
        let now = self.world.clock.now();
        let logged = self.engine.server.config.is_yes("appendonly");
        let settings = self.world.settings.clone();
        let mut notices = Vec::new();
        // A journal that is gone brings nothing back: then the directory must.
        if options.resume
            && let Some(dir) = &options.journal
            && journal::is_there(options.storage.as_ref(), dir)
        {
            let journal = journal::settings(dir);
            let loaded = read_log(options, &journal, &mut self.engine, now)?;
            let storage = Arc::clone(&options.storage);
            let keyspace = &self.engine.keyspace;
            self.world.journal = Some(Log::start(storage, journal, loaded, keyspace, now)?);
            if logged {
                let mut logged = Engine::new(options.seed);
                let loaded = read_log(options, &settings, &mut logged, now)?;
                notices.extend(loaded.notices.iter().map(|notice| Notice::new(notice.to_string())));
                let storage = Arc::clone(&options.storage);
                let keyspace = &self.engine.keyspace;
                let mut log = Log::start(storage, settings, loaded, keyspace, now)?;
                // Both were written for each command, one after the other. Where kvtutor died in
                // between, or the log's disk was full, the log must not go on from other data.
                if !change::same_data(&logged.keyspace, keyspace) {
                    log.rewrite(keyspace, now).map_err(aof::StartError::from)?;
                }
                self.world.log = Some(log);
            }
            self.world.follow_policy();
            return Ok(notices);
        }
        if logged {
            let was_there = options.storage.exists(&settings.manifest()).unwrap_or(false);
            let loaded = read_log(options, &settings, &mut self.engine, now)?;
            notices.extend(loaded.notices.iter().map(|notice| Notice::new(notice.to_string())));
            let keys = loaded.keys;
            let storage = Arc::clone(&options.storage);
            let keyspace = &self.engine.keyspace;
            let log = Log::start(storage, settings, loaded, keyspace, now)?;
            self.world.said.extend(if was_there {
                told::of_log(&log, keys, now, self.world.clock.now())
            } else {
                told::of_new_log(&log)
            });
            self.world.log = Some(log);
        } else {
            let storage = options.storage.as_ref();
            let path = settings.dir.join(&settings.snapshot);
            let was_there = storage.exists(&path).unwrap_or(false);
            let progress = |done, total| {
                if let Some(watch) = &options.progress {
                    (watch.0)(done, total);
                }
            };
            let loaded = snapshot::load(storage, &settings, &mut self.engine, now, progress)?;
            notices.extend(loaded.notices.iter().map(|notice| Notice::new(notice.to_string())));
            if was_there {
                let told = told::of_snapshot(&loaded, now, self.world.clock.now());
                self.world.said.extend(told);
            }
            self.world.loaded = loaded;
        }
        if let Some(dir) = &options.journal {
            let storage = Arc::clone(&options.storage);
            options
                .storage
                .create_dir(dir)
                .map_err(|source| StartError::Directory { dir: dir.clone(), source })?;
            let keyspace = &self.engine.keyspace;
            let journal = Log::start_anew(storage, journal::settings(dir), keyspace, now)?;
            self.world.journal = Some(journal);
        }
        self.world.follow_policy();
        Ok(notices)
    }

    /// What is done once in a while: fsync, expiry, save points.
    pub fn tick(&mut self) {
        let now = self.world.clock.now();
        self.engine.keyspace.set_now_ms(now.ms());
        self.engine.sweep(SWEEP);
        self.engine.limit_tracking();
        self.log_effects(now);
        self.world.tick();
        self.note_synced();
        let changes = self.engine.keyspace.dirty;
        if let Some(SavePoint { seconds, .. }) = self.world.due_save_point(changes) {
            self.world.said.push(format!("{changes} changes in {seconds} seconds. Saving..."));
            self.world.begin_snapshot(&mut self.engine.keyspace);
        }
        self.work();
    }

    /// Goes on with what is done beside the commands, if the logs hold all that was done. Says how soon to
    /// come back, if there is a reason to do so sooner than by the next tick.
    pub fn work(&mut self) -> Option<Duration> {
        if self.world.background.is_idle() {
            return None;
        }
        if self.uncommitted() > 0 {
            return Some(Duration::ZERO);
        }
        let soon = self.world.work(&mut self.engine.keyspace);
        // A rewrite may have synced the log.
        self.note_synced();
        soon
    }

    /// The operating system writes back what has lain in its cache for a while, whatever the fsync
    /// policy. To be called beside [`Instance::tick`] where there is no real one that does it.
    pub fn write_back(&mut self) {
        self.world.write_back();
    }

    /// Where the data stand now.
    pub fn layers(&self) -> Layers {
        let World { storage, settings, log, clock, .. } = &self.world;
        let keyspace = &self.engine.keyspace;
        layers::look(storage.as_ref(), settings, keyspace, log.as_ref(), clock.now())
    }

    /// Appends what was done to the logs; gives the error that a client must see.
    fn log_effects(&mut self, now: Now) -> Option<String> {
        let mut effects = std::mem::take(&mut self.engine.keyspace.effects);
        let refusal = self.world.append(&mut effects, &self.engine.keyspace, now);
        effects.enabled = self.world.log.is_some() || self.world.journal.is_some();
        self.engine.keyspace.effects = effects;
        self.world.rewrite_if_grown(&mut self.engine.keyspace, now);
        self.note_synced();
        refusal
    }

    /// Tells the engine how much of the log is safe, and so whoever waits for that.
    fn note_synced(&mut self) {
        self.engine.note_synced(self.world.log.as_ref().map(Log::unsynced_len));
    }

    /// Shuts down as SIGTERM does: a snapshot if save points are set, the log synced. If that
    /// fails the instance goes on and the reason is told.
    pub fn stop(mut self) -> Result<Vec<Notice>, (Box<Self>, String)> {
        if self.world.shutdown(&mut self.engine.keyspace, Shutdown::default()).is_ok() {
            return Ok(self.take_notices());
        }
        let reason = self.world.said.join("; ");
        Err((Box::new(self), reason))
    }

    /// Ends as SIGKILL does: what reached neither log nor snapshot is gone.
    pub fn kill(self) {}

    /// Ends as a power failure does: what was written but not synced is gone as well.
    pub fn power_loss(mut self) {
        self.world.background.kill();
        if let Some(log) = self.world.log.take() {
            // The file is cut to what was synced; if even that fails, it lost nothing.
            let _ = log.power_loss();
        }
    }

    /// kvtutor itself is about to end: what is being saved is, everything is synced, and the journal
    /// stays.
    pub fn suspend(&mut self) {
        let now = self.world.clock.now();
        self.log_effects(now);
        self.world.finish_background(&mut self.engine.keyspace);
        for log in [&mut self.world.log, &mut self.world.journal].into_iter().flatten() {
            // What could not be synced was told when it was written.
            let _ = log.sync(now);
        }
    }

    /// What it has to say since it was last asked.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.world.said).into_iter().map(Notice::new).collect()
    }

    /// What its directory holds, for people: each file with its size, the manifest, and the log as
    /// commands.
    pub fn describe_disk(&self) -> String {
        let World { storage, settings, log, clock, .. } = &self.world;
        let open = log.as_ref().map(|log| Open { file: log.current(), synced: log.synced_len() });
        disk::describe(storage.as_ref(), settings, open, clock.now())
    }

    /// Everything in it as lines that `redis-cli` can replay, and how many keys that are; dead ones
    /// are left out.
    pub fn export(&mut self) -> (Vec<u8>, usize) {
        self.engine.keyspace.set_now_ms(self.world.clock.now().ms());
        self.engine.sweep(usize::MAX);
        super::export::lines(&self.engine.keyspace)
    }

    /// Lets in no more than so many clients: there are sockets for no more.
    pub fn limit_clients(&mut self, most: u64) {
        let most = most.to_string();
        self.call(self.observer, &[b"CONFIG", b"SET", b"maxclients", most.as_bytes()]);
    }

    /// Waits for syncs that run beside it: for whoever tells what a power failure would take.
    pub fn settle(&mut self) {
        if let Some(log) = &mut self.world.log {
            log.settle();
        }
    }

    /// Empties every database.
    pub fn flush(&mut self) {
        self.call(self.observer, &[b"FLUSHALL"]);
    }

    /// Scripts end from now on when this is raised.
    pub fn heed(&mut self, interrupt: Interrupt) {
        self.world.interrupt = interrupt;
    }

    /// A client connects.
    pub fn connect(&mut self, peer: Peer) -> SessionId {
        self.engine.connect(peer, self.world.clock.now())
    }

    /// A client goes.
    pub fn disconnect(&mut self, id: SessionId) {
        if let Some(heard) = &mut self.heard {
            heard.forget(id);
        }
        self.engine.disconnect(id);
    }

    /// What is known of a client.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.engine.session(id)
    }

    /// Runs one command and decodes its reply.
    pub fn call(&mut self, id: SessionId, words: &[&[u8]]) -> Reply {
        let mut out = Vec::new();
        self.execute(id, words, &mut out);
        decode(&out)
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

    /// Looks at the keys of one database, dead ones left out, until `see` has seen enough. Nothing
    /// is copied and no access is counted: completion looks this way.
    pub fn visit(&mut self, db: u32, see: &mut dyn FnMut(&[u8], &Value) -> ControlFlow<()>) {
        self.engine.keyspace.set_now_ms(self.world.clock.now().ms());
        let Ok(db) = usize::try_from(db) else { return };
        if db >= self.engine.keyspace.databases().len() {
            return;
        }
        for (key, entry) in self.engine.keyspace.select(db).iter() {
            if see(key, &entry.value).is_break() {
                return;
            }
        }
    }

    /// The value of one key, if it is alive; no access is counted.
    pub fn value(&mut self, db: u32, key: &[u8]) -> Option<&Value> {
        let now = self.world.clock.now().ms();
        let database = self.engine.keyspace.databases().get(usize::try_from(db).ok()?)?;
        let entry = database.entry(key)?;
        entry.expire_at().is_none_or(|at| at > now).then_some(&entry.value)
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

mod patience;
mod restore;
mod transport;

pub use transport::Standing;

#[cfg(test)]
mod tests;
