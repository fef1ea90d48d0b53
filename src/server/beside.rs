//! The world of an instance together with those who are served beside a script of one of its clients.

use super::world::World;
use crate::engine::{Begun, Host, Keyspace, Now, Others, ProcessFacts, Shutdown, When};

/// A world, and who else wants to be served.
pub(super) struct Beside<'a> {
    pub(super) world: &'a mut World,
    pub(super) others: &'a mut dyn Others,
}

impl Host for Beside<'_> {
    fn save(&mut self, keyspace: &Keyspace) -> Result<(), String> {
        self.world.save(keyspace)
    }

    fn background_save(&mut self, keyspace: &mut Keyspace, when: When) -> Result<Begun, String> {
        self.world.background_save(keyspace, when)
    }

    fn rewrite_log(&mut self, when: When) -> Result<Begun, String> {
        self.world.rewrite_log(when)
    }

    fn flushed(&mut self, keyspace: &mut Keyspace) {
        self.world.flushed(keyspace);
    }

    fn last_save(&self) -> i64 {
        self.world.last_save()
    }

    fn shutdown(&mut self, keyspace: &mut Keyspace, how: Shutdown) -> Result<(), String> {
        self.world.shutdown(keyspace, how)
    }

    fn sleep(&mut self, micros: u64) {
        self.world.sleep(micros);
    }

    fn refuses_writes(&self) -> Option<String> {
        self.world.refuses_writes()
    }

    fn config_changed(
        &mut self,
        keyspace: &mut Keyspace,
        name: &str,
        value: &str,
    ) -> Result<(), String> {
        self.world.config_changed(keyspace, name, value)
    }

    fn rewrite_config(&mut self, rewrite: &dyn Fn(&[u8]) -> Vec<u8>) -> Result<(), String> {
        self.world.rewrite_config(rewrite)
    }

    fn persistence_info(&self) -> String {
        self.world.persistence_info()
    }

    fn now(&self) -> Option<Now> {
        self.world.now()
    }

    fn script_has_run(&self, began: Now, asked: u32) -> i64 {
        self.world.script_has_run(began, asked)
    }

    fn lend(&mut self, work: &mut dyn FnMut(&mut dyn Others, &mut dyn Host)) {
        work(self.others, self.world);
    }

    fn ends_script(&mut self, asked: u32) -> bool {
        self.world.ends_script(asked)
    }

    fn say(&mut self, level: u8, text: &str) {
        self.world.say(level, text);
    }

    fn process(&self) -> ProcessFacts {
        self.world.process()
    }
}
