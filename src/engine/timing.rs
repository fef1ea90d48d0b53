//! Commands that took long: the slow log, and the times of slow events.
//!
//! Most commands take a microsecond, and looking at a clock before and after each would be felt. So a
//! short command that is known to be quick is not timed, unless a limit below a millisecond is set,
//! or it is one of the few that are timed for `LATENCY HISTOGRAM`.

use std::collections::{BTreeMap, VecDeque};

use super::commands::redacted;
use super::data::Bytes;
use super::{Command, Ctx, Flag, Group, Now};

/// A limit below this many microseconds may be passed by any command.
const ANY: i64 = 1000;
/// A quick command of more words than this may be slow all the same.
const FEW: usize = 8;
/// So many words and bytes of a command are kept.
const WORDS: usize = 32;
const BYTES: usize = 128;
/// So many times are kept of an event.
const SAMPLES: usize = 160;

/// One slow command.
#[derive(Debug)]
pub struct SlowCommand {
    /// Counts up from the start of the server.
    pub id: u64,
    /// When it ran, in seconds since 1970.
    pub at: i64,
    /// How long it took.
    pub micros: i64,
    /// Its words, shortened.
    pub words: Vec<Bytes>,
    /// The client's address.
    pub address: String,
    /// The client's name.
    pub name: Bytes,
}

/// The slow commands, the last one first.
#[derive(Debug, Default)]
pub struct SlowLog {
    entries: VecDeque<SlowCommand>,
    next_id: u64,
}

impl SlowLog {
    /// The entries, the last one first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &SlowCommand> {
        self.entries.iter()
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

/// The slow times of one event.
#[derive(Debug, Default)]
pub struct Event {
    /// When, in seconds since 1970, and how long, in milliseconds; the slowest of each second.
    pub samples: VecDeque<(i64, i64)>,
    /// The slowest ever.
    pub slowest: i64,
}

/// The events that were slow, by their names.
pub type Events = BTreeMap<&'static str, Event>;

/// From what time on a command is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// `slowlog-log-slower-than`, in microseconds; negative is never.
    pub slow_micros: i64,
    /// `latency-monitor-threshold`, in milliseconds; 0 is never.
    pub latency_ms: i64,
    /// `latency-tracking`: how long each command takes is counted.
    pub tracking: bool,
}

impl TimeLimits {
    fn wants(self, command: &Command, words: &[&[u8]]) -> bool {
        if self.slow_micros < 0 && self.latency_ms == 0 {
            return false;
        }
        let is_quick = command.has(Flag::Fast) || command.group == Group::String;
        !is_quick || words.len() > FEW || (0..ANY).contains(&self.slow_micros)
    }
}

impl Ctx<'_> {
    /// When a command begins that is to be timed.
    #[inline]
    pub(super) fn begin_timing(&self, command: &'static Command, words: &[&[u8]]) -> Option<Now> {
        let limits = self.server.config.time_limits;
        let wanted = limits.wants(command, words)
            || limits.tracking && self.server.stats.wants_time(command);
        wanted.then(|| self.host.now()).flatten()
    }

    /// A timed command has ended.
    pub(super) fn end_timing(&mut self, began: Now, command: &'static Command, words: &[&[u8]]) {
        let Some(ended) = self.host.now() else { return };
        let micros = (ended.unix_micros - began.unix_micros).max(0);
        let limits = self.server.config.time_limits;
        if limits.tracking {
            self.server.stats.took(command, micros);
        }
        if limits.slow_micros >= 0
            && micros >= limits.slow_micros
            && !command.has(Flag::SkipSlowlog)
        {
            self.note_slow(ended, micros, words);
        }
        if limits.latency_ms > 0 && micros / 1000 >= limits.latency_ms {
            let event = if command.has(Flag::Fast) { "fast-command" } else { "command" };
            self.note_event(event, ended, micros / 1000);
        }
    }

    fn note_slow(&mut self, ended: Now, micros: i64, words: &[&[u8]]) {
        let most = usize::try_from(self.server.config.number("slowlog-max-len")).unwrap_or(0);
        let log = &mut self.server.slow_log;
        log.entries.push_front(SlowCommand {
            id: log.next_id,
            at: ended.seconds(),
            micros,
            words: shortened(&redacted(words)),
            address: self.session.peer.address.clone(),
            name: self.session.name.clone(),
        });
        log.next_id += 1;
        log.entries.truncate(most);
    }

    fn note_event(&mut self, name: &'static str, ended: Now, ms: i64) {
        let event = self.server.events.entry(name).or_default();
        event.slowest = event.slowest.max(ms);
        match event.samples.back_mut() {
            Some((second, slowest)) if *second == ended.seconds() => *slowest = ms.max(*slowest),
            Some(_) | None => {
                event.samples.push_back((ended.seconds(), ms));
                if event.samples.len() > SAMPLES {
                    event.samples.pop_front();
                }
            }
        }
    }
}

/// The words as the slow log keeps them.
fn shortened(words: &[&[u8]]) -> Vec<Bytes> {
    let kept = if words.len() > WORDS { WORDS - 1 } else { words.len() };
    let mut short: Vec<Bytes> = words.iter().take(kept).map(|word| shortened_word(word)).collect();
    if kept < words.len() {
        let more = format!("... ({} more arguments)", words.len() - kept);
        short.push(Bytes::from(more.as_str()));
    }
    short
}

fn shortened_word(word: &[u8]) -> Bytes {
    match word.split_at_checked(BYTES) {
        Some((start, rest)) if !rest.is_empty() => {
            let more = format!("... ({} more bytes)", rest.len());
            Bytes::from([start, more.as_bytes()].concat())
        }
        Some(_) | None => Bytes::from(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_and_long_words_are_shortened() {
        let long = [b"x".repeat(128), b"x".repeat(177)];
        let words: Vec<&[u8]> = long.iter().map(Vec::as_slice).collect();
        let short = shortened(&words);
        assert_eq!(*short[0], *long[0]);
        assert_eq!(*short[1], *[b"x".repeat(128).as_slice(), b"... (49 more bytes)"].concat());
        assert_eq!(shortened(&[b"k".as_slice(); 32])[31], Bytes::from("k"));
        let short = shortened(&[b"k".as_slice(); 37]);
        assert_eq!((short.len(), &short[31]), (32, &Bytes::from("... (6 more arguments)")));
    }

    #[test]
    fn quick_commands_are_timed_only_where_the_limit_asks_for_it() {
        let row = |name: &str| crate::engine::by_name(name.as_bytes()).unwrap();
        let wants = |slow_micros, latency_ms, name, words| {
            let limits = TimeLimits { slow_micros, latency_ms, tracking: false };
            limits.wants(row(name), &vec![b"w".as_slice(); words])
        };
        assert!(!wants(10_000, 0, "SET", 3) && !wants(10_000, 0, "LPUSH", 3));
        assert!(wants(10_000, 0, "LRANGE", 4) && wants(10_000, 0, "LPUSH", 100));
        assert!(wants(0, 0, "SET", 3) && wants(999, 0, "SET", 3));
        assert!(!wants(-1, 0, "LRANGE", 4) && wants(-1, 5, "LRANGE", 4));
    }
}
