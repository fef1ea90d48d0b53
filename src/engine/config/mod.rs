//! The configuration: the parameters of `CONFIG GET` and `CONFIG SET`, and the values in force.
//!
//! Parameters are data ([`Parameter`]); what a value may look like is judged by its [`Kind`].
//! Knows no command, no file and no client.

mod at_start;
mod kind;
mod memory;
mod output;
mod parameter;
mod parameters;
mod rewrite;
mod special;

use std::borrow::Cow;

pub use at_start::ConfigError;
pub use kind::{Kind, Value};
pub use output::OutputLimit;
pub use parameter::{Access, Parameter};
pub use parameters::PARAMETERS;

use super::data::Limits;
use super::{TimeLimits, Told};

/// The values in force.
#[derive(Debug, Clone)]
pub struct Config {
    /// When packed encodings give way to others.
    pub limits: Limits,
    /// From what time on a command is noted as slow.
    pub time_limits: TimeLimits,
    /// How much may wait for a client that listens to channels.
    pub listener_output: OutputLimit,
    /// Which events of keys are told.
    pub told: Told,
    password: Value,
    /// One for each parameter, in the order of [`PARAMETERS`].
    values: Vec<Value>,
    /// `save` was given at the start, so that a second line adds to the first.
    save_given: bool,
    version: u64,
}

/// A value that was judged and is not in force yet.
#[derive(Debug, Clone)]
pub struct Change {
    parameter: usize,
    /// For the classes of keyspace events: which. Their text, as in Redis, hides a letter.
    told: Option<Told>,
    /// The value, as `CONFIG GET` will show it.
    pub value: Value,
}

impl Default for Config {
    fn default() -> Self {
        let values = PARAMETERS.iter().map(|p| Cow::Borrowed(p.default.as_bytes())).collect();
        let mut config = Self {
            limits: Limits::default(),
            time_limits: TimeLimits { slow_micros: -1, latency_ms: 0, tracking: true },
            listener_output: OutputLimit::default(),
            told: Told::default(),
            password: Cow::Borrowed(b""),
            values,
            save_given: false,
            version: 0,
        };
        config.follow();
        config
    }
}

impl Config {
    /// What `AUTH` must be given; empty if no password is asked for.
    pub fn password(&self) -> &[u8] {
        &self.password
    }

    /// Another number after each change, for whoever keeps what it has read.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The value of a parameter as `CONFIG GET` shows it; empty if there is no such parameter.
    pub fn get(&self, name: &str) -> &[u8] {
        find(name.as_bytes()).and_then(|(number, _)| self.values.get(number)).map_or(b"", |v| v)
    }

    /// Whether a parameter of two values is `yes`.
    pub fn is_yes(&self, name: &str) -> bool {
        self.get(name) == b"yes"
    }

    /// The value of a numeric parameter; 0 if it is none.
    pub fn number(&self, name: &str) -> i64 {
        super::parse_i64(self.get(name)).unwrap_or(0)
    }

    /// How much may wait for a client of a class, `normal` or `pubsub`.
    pub fn output_limit(&self, class: &str) -> OutputLimit {
        OutputLimit::of(self.get("client-output-buffer-limit"), class)
    }

    /// Every parameter with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Parameter, &[u8])> {
        PARAMETERS.iter().zip(self.values.iter().map(|value| &**value))
    }

    /// Judges new values for a parameter, given as the words of its line; the error is the reason
    /// in Redis's words.
    pub fn judge(&self, parameter: usize, words: &[&[u8]]) -> Result<Change, Cow<'static, str>> {
        let row = PARAMETERS.get(parameter).ok_or("no such parameter")?;
        let old = self.values.get(parameter).map_or(b"".as_slice(), |value| value);
        let value = row.kind.judge(words, old).map_err(|reason| {
            if matches!(row.kind, Kind::FileName { .. }) {
                Cow::Owned(format!("{} {reason}", row.name))
            } else {
                reason
            }
        })?;
        let letters = words.first().filter(|_| matches!(row.kind, Kind::Events));
        let told = letters.map(|letters| Told::parse(letters));
        Ok(Change { parameter, told, value: row.clamped(value) })
    }

    /// Puts a value in force and gives the one that makes it undone.
    pub fn apply(&mut self, change: Change) -> Change {
        let Change { parameter, told, value } = change;
        let Some(slot) = self.values.get_mut(parameter) else {
            return Change { parameter, told, value };
        };
        let old = std::mem::replace(slot, value);
        let told = told.map(|told| std::mem::replace(&mut self.told, told));
        self.follow();
        Change { parameter, told, value: old }
    }

    /// What is in force as typed fields follows the texts.
    fn follow(&mut self) {
        let size = |name| usize::try_from(self.number(name)).unwrap_or(usize::MAX);
        self.limits = Limits {
            hash_max_listpack_entries: size("hash-max-listpack-entries"),
            hash_max_listpack_value: size("hash-max-listpack-value"),
            set_max_intset_entries: size("set-max-intset-entries"),
            zset_max_listpack_entries: size("zset-max-listpack-entries"),
            zset_max_listpack_value: size("zset-max-listpack-value"),
        };
        self.time_limits = TimeLimits {
            slow_micros: self.number("slowlog-log-slower-than"),
            latency_ms: self.number("latency-monitor-threshold"),
            tracking: self.is_yes("latency-tracking"),
        };
        self.listener_output = self.output_limit("pubsub");
        self.password = Cow::Owned(self.get("requirepass").to_vec());
        self.version += 1;
    }
}

impl Change {
    /// The row of the parameter it changes.
    pub fn parameter(&self) -> Option<&'static Parameter> {
        PARAMETERS.get(self.parameter)
    }
}

/// Every parameter, in the order of `CONFIG GET *`.
pub fn parameters() -> impl Iterator<Item = &'static Parameter> {
    PARAMETERS.iter()
}

/// The number and the row of the parameter called `name`, by its own name or its older one, in
/// any case of letters.
pub fn find(name: &[u8]) -> Option<(usize, &'static Parameter)> {
    PARAMETERS.iter().enumerate().find(|(_, row)| row.names().any(|n| same(n, name)))
}

fn same(name: &str, word: &[u8]) -> bool {
    name.as_bytes().eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_twice_and_every_default_is_a_value_of_its_kind() {
        let mut names: Vec<&str> = PARAMETERS.iter().flat_map(Parameter::names).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        let config = Config::default();
        for (number, row) in PARAMETERS.iter().enumerate() {
            let words: Vec<&[u8]> = row.split(row.default.as_bytes());
            let judged = config.judge(number, &words).map(|change| change.value);
            assert_eq!(judged, Ok(Cow::Borrowed(row.default.as_bytes())), "{}", row.name);
        }
    }

    #[test]
    fn limits_and_password_follow_their_parameters() {
        let mut config = Config::default();
        assert_eq!(config.limits, Limits::DEFAULT);
        config.set_at_start("hash-max-ziplist-entries", &[b"7"]).unwrap();
        config.set_at_start("requirepass", &[b"secret"]).unwrap();
        assert_eq!(config.limits.hash_max_listpack_entries, 7);
        assert_eq!(config.password(), b"secret");
    }

    #[test]
    fn a_change_can_be_undone() {
        let mut config = Config::default();
        let (number, _) = find(b"maxmemory").unwrap();
        let change = config.judge(number, &[b"1gb"]).unwrap();
        let undo = config.apply(change);
        assert_eq!(config.number("maxmemory"), 1 << 30);
        config.apply(undo);
        assert_eq!(config.number("maxmemory"), 0);
    }
}
