//! The world of an instance: what the engine asks of files, processes and time.

use crate::engine::{Host, Keyspace, ProcessFacts, Shutdown};
use crate::persistence::storage::DirLock;
use crate::server::Clock;

/// What an instance's engine cannot do by itself.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) facts: ProcessFacts,
    /// `SHUTDOWN` was said: the instance ends after this command.
    pub(super) stopping: bool,
    pub(super) _lock: DirLock,
}

impl Host for World {
    fn save(&mut self, _keyspace: &Keyspace) -> Result<(), String> {
        Ok(())
    }
    fn background_save(&mut self, _keyspace: &Keyspace) -> Result<(), String> {
        Ok(())
    }
    fn rewrite_log(&mut self, _keyspace: &Keyspace) -> Result<(), String> {
        Ok(())
    }
    fn last_save(&self) -> i64 {
        self.facts.started
    }
    fn shutdown(&mut self, _keyspace: &Keyspace, _how: Shutdown) -> Result<(), String> {
        self.stopping = true;
        Ok(())
    }
    fn sleep(&mut self, micros: u64) {
        self.clock.advance(micros);
    }
    fn refuses_writes(&self) -> Option<String> {
        None
    }
    fn config_changed(&mut self, _: &Keyspace, _: &str, _: &str) -> Result<(), String> {
        Ok(())
    }
    fn persistence_info(&self) -> String {
        String::new()
    }
    fn process(&self) -> ProcessFacts {
        self.facts.clone()
    }
}
