//! Counters for `INFO`: commands run, errors by code, calls by command.

use std::collections::BTreeMap;

use hashbrown::HashTable;

use super::{Command, Durations};

/// What was counted since the start or the last `CONFIG RESETSTAT`.
#[derive(Debug, Default)]
pub struct Stats {
    /// Commands run.
    pub commands: u64,
    /// Clients that ever connected.
    pub connections: u64,
    /// Error replies sent.
    pub errors: u64,
    by_code: BTreeMap<String, u64>,
    by_command: HashTable<CommandStats>,
}

/// What was counted for one command.
#[derive(Debug)]
pub struct CommandStats {
    row: &'static Command,
    /// Lower case, `config|get` for a subcommand.
    pub name: String,
    /// How often it ran.
    pub calls: u64,
    /// How often it was refused before it ran.
    pub rejected: u64,
    /// How often it ran and failed.
    pub failed: u64,
    /// How long its calls took, while `latency-tracking` was on.
    pub durations: Durations,
}

impl Stats {
    /// Whether a call that no limit asks to time is to be timed for its command's durations.
    pub(super) fn wants_time(&self, row: &'static Command) -> bool {
        let same = |stats: &CommandStats| std::ptr::eq(stats.row, row);
        let stats = self.by_command.find(hash(row), same);
        stats.is_none_or(|stats| stats.durations.wants_time())
    }

    /// A command that ran was timed.
    pub(super) fn took(&mut self, row: &'static Command, micros: i64) {
        let same = |stats: &CommandStats| std::ptr::eq(stats.row, row);
        if let Some(stats) = self.by_command.find_mut(hash(row), same) {
            stats.durations.add(micros);
        }
    }

    /// A command ran, and `untimed` if nobody will say how long; `name` is asked for the first time
    /// only.
    pub(super) fn ran(
        &mut self,
        row: &'static Command,
        failed: bool,
        untimed: bool,
        name: impl FnOnce() -> String,
    ) {
        self.commands += 1;
        let same = |stats: &CommandStats| std::ptr::eq(stats.row, row);
        let stats = match self.by_command.find_mut(hash(row), same) {
            Some(stats) => stats,
            None => self.of(row, name),
        };
        stats.calls += 1;
        stats.failed += u64::from(failed);
        if untimed {
            stats.durations.add_like_last();
        }
    }

    /// A command was refused before it ran.
    pub(super) fn rejected(&mut self, row: &'static Command, name: impl FnOnce() -> String) {
        self.of(row, name).rejected += 1;
    }

    /// An error reply was sent; its code is its first word.
    pub(super) fn error(&mut self, reply: &[u8]) {
        self.errors += 1;
        let code = reply.split(|byte| *byte == b' ').next().unwrap_or_default();
        let code = String::from_utf8_lossy(code);
        match self.by_code.get_mut(&*code) {
            Some(count) => *count += 1,
            None => {
                self.by_code.insert(code.into_owned(), 1);
            }
        }
    }

    /// How often each error code was sent, in order of the codes.
    pub fn error_codes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.by_code.iter().map(|(code, count)| (code.as_str(), *count))
    }

    /// What was counted for each command, in order of their names.
    pub fn by_command(&self) -> Vec<&CommandStats> {
        let mut all: Vec<&CommandStats> = self.by_command.iter().collect();
        all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        all
    }

    fn of(&mut self, row: &'static Command, name: impl FnOnce() -> String) -> &mut CommandStats {
        let same = |stats: &CommandStats| std::ptr::eq(stats.row, row);
        self.by_command
            .entry(hash(row), same, |stats| hash(stats.row))
            .or_insert_with(|| CommandStats {
                row,
                name: name(),
                calls: 0,
                rejected: 0,
                failed: 0,
                durations: Durations::default(),
            })
            .into_mut()
    }
}

/// Rows never move, so their address is as good as a number of their own.
fn hash(row: &'static Command) -> u64 {
    (std::ptr::from_ref(row).addr() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
