//! What the engine asks of the world around it: files, sleep, shutdown.
//!
//! The engine knows no file, socket or clock. Commands that need one call this trait, which the
//! server implements; the engine alone (in a unit test, or while a log is replayed) has
//! [`NoHost`].

use super::{Keyspace, Now, Others};

/// The world around an engine.
pub trait Host {
    /// Writes a snapshot and waits for it (`SAVE`).
    fn save(&mut self, keyspace: &Keyspace) -> Result<(), String>;
    /// Writes a snapshot beside the commands (`BGSAVE`).
    fn background_save(&mut self, keyspace: &mut Keyspace, when: When) -> Result<Begun, String>;
    /// Rewrites the append-only file beside the commands (`BGREWRITEAOF`).
    fn rewrite_log(&mut self, when: When) -> Result<Begun, String>;
    /// Every database was emptied (`FLUSHALL`).
    fn flushed(&mut self, _keyspace: &mut Keyspace) {}
    /// When the last snapshot succeeded, in seconds since 1970.
    fn last_save(&self) -> i64;
    /// Ends the server after this command (`SHUTDOWN`).
    fn shutdown(&mut self, keyspace: &mut Keyspace, how: Shutdown) -> Result<(), String>;
    /// Lets time pass (`DEBUG SLEEP`).
    fn sleep(&mut self, micros: u64);
    /// Why writes are refused now, as the error to send; `None` while all is well.
    fn refuses_writes(&self) -> Option<String>;
    /// A configuration parameter that the world must follow has changed; on an error the old
    /// value stays.
    fn config_changed(
        &mut self,
        keyspace: &mut Keyspace,
        name: &str,
        value: &str,
    ) -> Result<(), String>;
    /// Replaces the configuration file (`CONFIG REWRITE`) by what `rewrite` makes of its bytes.
    fn rewrite_config(&mut self, _rewrite: &dyn Fn(&[u8]) -> Vec<u8>) -> Result<(), String> {
        Err("this instance does not write its configuration file".to_owned())
    }
    /// The lines of `INFO persistence` that the world knows, each ending with CR LF.
    fn persistence_info(&self) -> String;
    /// The time, for how long a command takes; `None` where there is no clock.
    fn now(&self) -> Option<Now> {
        None
    }
    /// How long a script has run, in milliseconds: since `began`, or, where no time passes meanwhile, by how
    /// often it was asked about.
    fn script_has_run(&self, _began: Now, asked: u32) -> i64 {
        i64::from(asked)
    }
    /// Lets others be served while a script runs, if there are any: `work` gets them, and the rest of the
    /// world.
    fn lend(&mut self, _work: &mut dyn FnMut(&mut dyn Others, &mut dyn Host)) {}
    /// A script has run for a while, and this is asked for the `asked`th time: whether it must end now. It
    /// is asked after so many instructions, so a world whose time does not pass by itself can go by
    /// that; and nobody could end it who is not served before it ends.
    fn ends_script(&mut self, asked: u32) -> bool {
        asked > PATIENCE
    }
    /// A script writes to the server's log; levels go from 0 (debug) to 3 (warning).
    fn say(&mut self, _level: u8, _text: &str) {}
    /// Facts about the process for `INFO server`.
    fn process(&self) -> ProcessFacts;
}

/// A script that nobody can end goes on until it was asked about so often, which takes about a second.
pub const PATIENCE: u32 = 300;

/// When something is to be done beside the commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At once, or not at all.
    Now,
    /// As soon as nothing else is done beside the commands.
    Soon,
    /// After the transaction that asks for it.
    AfterTransaction,
}

/// What became of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It has begun.
    Started,
    /// It will.
    Scheduled,
}

/// How to shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shutdown {
    /// `SAVE` (true), `NOSAVE` (false), or as the save points say.
    pub save: Option<bool>,
    /// Shut down even if the snapshot fails.
    pub force: bool,
}

/// What `INFO server` tells about the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessFacts {
    /// The process id shown.
    pub pid: u32,
    /// The port clients connect to.
    pub port: u16,
    /// The version this instance reports, such as `8.6.0`.
    pub version: String,
    /// 40 hexadecimal digits that name this run.
    pub run_id: String,
    /// When it started, in seconds since 1970.
    pub started: i64,
    /// The file it was configured from, or nothing.
    pub config_file: String,
    /// Memory in use, in bytes, where the process can tell.
    pub used_memory: u64,
    /// The most memory that it had in use, in bytes.
    pub peak_memory: u64,
    /// How much the machine has, in bytes.
    pub system_memory: u64,
}

/// A world with no disk: persistence commands fail, nothing sleeps.
#[derive(Debug, Default)]
pub struct NoHost;

/// What persistence commands answer where there is no disk.
const NO_DISK: &str = "ERR this instance has no disk";

impl Host for NoHost {
    fn save(&mut self, _keyspace: &Keyspace) -> Result<(), String> {
        Err(NO_DISK.to_owned())
    }
    fn background_save(&mut self, _: &mut Keyspace, _: When) -> Result<Begun, String> {
        Err(NO_DISK.to_owned())
    }
    fn rewrite_log(&mut self, _: When) -> Result<Begun, String> {
        Err(NO_DISK.to_owned())
    }
    fn last_save(&self) -> i64 {
        0
    }
    fn shutdown(&mut self, _: &mut Keyspace, _: Shutdown) -> Result<(), String> {
        Err(NO_DISK.to_owned())
    }
    fn sleep(&mut self, _micros: u64) {}
    fn refuses_writes(&self) -> Option<String> {
        None
    }
    fn config_changed(&mut self, _: &mut Keyspace, _: &str, _: &str) -> Result<(), String> {
        Ok(())
    }
    fn persistence_info(&self) -> String {
        String::new()
    }
    fn process(&self) -> ProcessFacts {
        ProcessFacts {
            pid: 1,
            port: 6379,
            version: "7.0.15".to_owned(),
            run_id: "0".repeat(40),
            started: 0,
            config_file: String::new(),
            used_memory: 0,
            peak_memory: 0,
            system_memory: 0,
        }
    }
}
