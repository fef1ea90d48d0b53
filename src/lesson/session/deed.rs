//! What a line did, as far as it matters to what a learner is told of it. Runs nothing.

use crate::lesson::check::eval::Failure;
use crate::lesson::check::{Assertion, Item, Subject, Test, Value};
use crate::lesson::objects::Kind;
use crate::server::{Change, Seen};

/// What a line did, as far as it matters to what is told of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Deed<'a> {
    /// The questions that it answered.
    pub(super) answered: &'a [String],
    /// The keys that it changed.
    pub(super) changes: &'a [Change],
}

/// Where a mistake comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blame {
    /// It was made by this line.
    Made,
    /// It may be the first half of a hash, whose other fields come with the next commands.
    Unfinished,
    /// It is in keys that this line did not touch: it was there before, and came in sight.
    Found,
}

impl Deed<'_> {
    /// Where the mistake comes from, seen from this line.
    pub(super) fn blame(self, mistake: &Failure) -> Blame {
        let mut touched =
            self.changes.iter().filter(|change| mistake.keys.contains(&change.key)).peekable();
        if touched.peek().is_none() && !mistake.keys.is_empty() {
            return Blame::Found;
        }
        let is_hash = |change: &Change| change.after.as_ref().is_some_and(Seen::is_hash);
        if mistake.kind == Some(Kind::MissingField) && touched.all(is_hash) {
            return Blame::Unfinished;
        }
        Blame::Made
    }
    /// Whether the line gave the key that the assertion looks at a value that is whole, however wrong:
    /// a text, or a hash with all the fields that are asked for. A number may still be counted up, and
    /// other collections grow.
    pub(super) fn is_attempt(self, item: &Item) -> bool {
        let [Assertion { subject: Subject::Command { words, .. }, test, .. }] = item.assertions()
        else {
            return false;
        };
        let [command, key, fields @ ..] = words.as_slice() else { return false };
        let mut changed = self.changes.iter().rev().filter(|change| change.key == *key);
        let Some(after) = changed.find_map(|change| change.after.as_ref()) else {
            return false;
        };
        match command.to_ascii_uppercase().as_slice() {
            b"GET" => after.is_text(),
            b"HMGET" => after.has_fields(fields.iter().map(Vec::as_slice)),
            b"HGETALL" => match test {
                Test::SetEquals(Value::Literals(wanted)) => {
                    after.has_fields(wanted.iter().step_by(2).map(|field| field.bytes.as_slice()))
                }
                Test::Compare(..)
                | Test::In(..)
                | Test::Matches(_)
                | Test::Is(_)
                | Test::JsonEquals(_)
                | Test::SetEquals(_)
                | Test::Has(_)
                | Test::Happened => false,
            },
            _ => false,
        }
    }
}
