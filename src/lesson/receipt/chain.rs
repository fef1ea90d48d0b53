//! One entry of a journal, and the link that ties it to the one before.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What the first entry's link is made of, in place of an entry before it.
const FIRST: &str = "kvtutor journal, format 1";

/// Something that happened in a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, in seconds since 1970.
    pub at: i64,
    /// The lesson's id.
    pub lesson: String,
    /// The lesson file's version; see [`version`].
    pub version: String,
    /// The step's id.
    pub step: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// How long the learner was busy with the step so far, in seconds.
    pub seconds: u64,
    /// Made of this entry and the link before: 64 hexadecimal digits.
    #[serde(default)]
    pub link: String,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The step was entered.
    Began,
    /// A mistake was told: `label`, `label/kind`, or `quiz/3` for a choice.
    Mistake {
        /// Which.
        what: String,
    },
    /// A hint was given.
    Hint {
        /// Its number, from 1.
        number: usize,
    },
    /// The solution was applied.
    Applied,
    /// The step was passed by doing it.
    Passed,
}

impl Entry {
    /// The link that this entry has behind another.
    pub(super) fn link_behind(&self, before: &str) -> String {
        let bare = Self { link: String::new(), ..self.clone() };
        // An entry is strings and numbers: it has a text.
        let text = serde_json::to_string(&bare).unwrap_or_default();
        digest(&[before, &text])
    }
}

/// What stands before the first entry.
pub(super) fn first() -> String {
    digest(&[FIRST])
}

/// The first entry whose link does not follow from the one before, from 0.
pub(super) fn broken_at(entries: &[Entry]) -> Option<usize> {
    let mut before = first();
    for (place, entry) in entries.iter().enumerate() {
        if entry.link != entry.link_behind(&before) {
            return Some(place);
        }
        before.clone_from(&entry.link);
    }
    None
}

/// The version of a lesson: the same file has the same, and any other file another one.
pub fn version(source: &str) -> String {
    let mut digits = digest(&[source]);
    digits.truncate(16);
    digits
}

/// SHA-256 of texts, each with its length before it so that none can run into the next.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().fold(String::with_capacity(64), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
