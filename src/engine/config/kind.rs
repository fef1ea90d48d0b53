//! What values of a parameter look like, and the reasons why one is refused, in Redis's words.

use std::borrow::Cow;

use super::memory::parse_memory;
use super::special;
use crate::engine::parse_i64;

/// A value, as `CONFIG GET` shows it.
pub type Value = Cow<'static, [u8]>;

/// Why a value is refused.
pub(super) type Refusal = Cow<'static, str>;

/// What a parameter's values look like.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `yes` or `no`.
    Bool,
    /// A number between two, both included.
    Int {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A number of bytes, which may have a unit such as `mb`.
    Memory {
        /// The least.
        min: u64,
        /// The greatest.
        max: u64,
    },
    /// A number of bytes or a part of the memory, such as `5%`.
    MemoryOrPercent,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Some of these words; the first means none of the others.
    AnyOf(&'static [&'static str]),
    /// Any bytes.
    Text,
    /// The name of a file in the instance's directory.
    FileName {
        /// Whether there may be none.
        may_be_empty: bool,
    },
    /// Octal digits.
    Permissions,
    /// Save points: pairs of seconds and changes.
    Save,
    /// For each class of clients: hard limit, soft limit, seconds.
    BufferLimits,
    /// Letters that name classes of keyspace events.
    Events,
    /// `no yes relative absolute`, where `relative` is another word for `yes`.
    OomScore,
    /// Three numbers between -2000 and 2000.
    OomScores,
    /// Numbers between 0 and 100.
    Percentiles,
    /// Letters, digits, hyphens and dots.
    HostName,
    /// A text with variables such as `{title}`.
    Title,
    /// 0: there is no TLS.
    TlsPort,
}

impl Kind {
    /// Whether one line of a configuration may give several words.
    pub(super) fn takes_many(self) -> bool {
        match self {
            Kind::AnyOf(_)
            | Kind::Save
            | Kind::BufferLimits
            | Kind::OomScores
            | Kind::Percentiles => true,
            Kind::Bool
            | Kind::Int { .. }
            | Kind::Memory { .. }
            | Kind::MemoryOrPercent
            | Kind::OneOf(_)
            | Kind::Text
            | Kind::FileName { .. }
            | Kind::Permissions
            | Kind::Events
            | Kind::OomScore
            | Kind::HostName
            | Kind::Title
            | Kind::TlsPort => false,
        }
    }

    /// The value that `words` mean; `old` is the value in force.
    pub(super) fn judge(self, words: &[&[u8]], old: &[u8]) -> Result<Value, Refusal> {
        match self {
            Kind::AnyOf(choices) => special::any_of(choices, words),
            Kind::Save => special::save(words),
            Kind::BufferLimits => special::buffer_limits(words, old),
            Kind::OomScores => special::oom_scores(words),
            Kind::Percentiles => special::percentiles(words),
            Kind::Bool
            | Kind::Int { .. }
            | Kind::Memory { .. }
            | Kind::MemoryOrPercent
            | Kind::OneOf(_)
            | Kind::Text
            | Kind::FileName { .. }
            | Kind::Permissions
            | Kind::Events
            | Kind::OomScore
            | Kind::HostName
            | Kind::Title
            | Kind::TlsPort => match words {
                [word] => self.judge_word(word),
                _ => Err("wrong number of arguments".into()),
            },
        }
    }

    fn judge_word(self, word: &[u8]) -> Result<Value, Refusal> {
        match self {
            Kind::Bool => match chosen(&["yes", "no"], word) {
                Some(word) => Ok(text(word)),
                None => Err("argument must be 'yes' or 'no'".into()),
            },
            Kind::Int { min, max } => {
                let number =
                    parse_i64(word).ok_or("argument couldn't be parsed into an integer")?;
                if number < min || number > max {
                    return Err(between(min, max));
                }
                Ok(owned(number))
            }
            Kind::Memory { min, max } => {
                let bytes = parse_memory(word).ok_or("argument must be a memory value")?;
                if bytes < min || bytes > max {
                    return Err(between(min, max));
                }
                Ok(owned(bytes))
            }
            Kind::MemoryOrPercent => special::memory_or_percent(word),
            Kind::OneOf(choices) => match chosen(choices, word) {
                Some(word) => Ok(text(word)),
                None => Err(one_of(choices)),
            },
            Kind::OomScore => {
                let choices = &["no", "yes", "relative", "absolute"];
                match chosen(choices, word) {
                    Some("relative") => Ok(text("yes")),
                    Some(word) => Ok(text(word)),
                    None => Err(one_of(choices)),
                }
            }
            Kind::Permissions => special::permissions(word),
            Kind::Events => special::events(word),
            Kind::HostName => special::host_name(word),
            Kind::Title => special::title(word),
            Kind::TlsPort => match (Kind::Int { min: 0, max: 65_535 }).judge_word(word)? {
                port if *port == *b"0" => Ok(port),
                _ => Err("Unable to update TLS configuration. Check server logs.".into()),
            },
            Kind::FileName { may_be_empty } => special::file_name(word, may_be_empty),
            Kind::Text
            | Kind::AnyOf(_)
            | Kind::Save
            | Kind::BufferLimits
            | Kind::OomScores
            | Kind::Percentiles => Ok(Cow::Owned(word.to_vec())),
        }
    }
}

/// The choice that `word` names, in any case of letters.
pub(super) fn chosen(choices: &[&'static str], word: &[u8]) -> Option<&'static str> {
    choices.iter().copied().find(|choice| choice.as_bytes().eq_ignore_ascii_case(word))
}

/// The refusal of a word that is none of `choices`.
pub(super) fn one_of(choices: &[&str]) -> Refusal {
    format!("argument(s) must be one of the following: {}", choices.join(", ")).into()
}

fn between(min: impl std::fmt::Display, max: impl std::fmt::Display) -> Refusal {
    format!("argument must be between {min} and {max} inclusive").into()
}

/// A fixed text as a value.
pub(super) fn text(text: &'static str) -> Value {
    Cow::Borrowed(text.as_bytes())
}

/// What `value` prints, as a value.
pub(super) fn owned(value: impl std::fmt::Display) -> Value {
    Cow::Owned(value.to_string().into_bytes())
}
