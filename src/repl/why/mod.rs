//! `:why`: the last reply, explained with the data that this learner has.
//!
//! Each file knows one kind of reply. Data is looked at after the command ran, and no access is
//! counted. What is said is one paragraph; after an error it is printed by itself.

mod errors;
mod exec;
mod nobody;
mod nothing;
mod numbers;
mod others;
mod python;
mod safe;
mod scripts;
mod view;

use super::desk::Asked;
use crate::engine::{self, Found, Group};
use crate::lab::console::Console;
use crate::resp::Reply;
use view::View;

pub(super) use nobody::unreached;
pub(super) use python::told as python;

/// A command as the explanations read it.
struct Case<'a> {
    asked: &'a Asked,
    /// The words.
    words: Vec<&'a [u8]>,
    /// The row, if there is one.
    found: Option<Found>,
    /// The name in capitals, with its subcommand.
    name: String,
}

impl<'a> Case<'a> {
    fn new(asked: &'a Asked) -> Self {
        let words: Vec<&[u8]> = asked.words.iter().map(Vec::as_slice).collect();
        let found = engine::find(&words).ok();
        let name = match &found {
            Some(found) => engine::full_name(found).replace('|', " "),
            None => words.first().map_or_else(String::new, |word| view::name(word)),
        };
        Self { asked, words, found, name }
    }

    /// The word at a place; the command's name is at 0.
    fn word(&self, place: usize) -> &'a [u8] {
        self.words.get(place).copied().unwrap_or_default()
    }

    /// The words behind a place.
    fn words_from(&self, place: usize) -> &[&'a [u8]] {
        self.words.get(place..).unwrap_or_default()
    }

    /// Whether a word stands behind the command's name.
    fn has(&self, option: &str) -> bool {
        self.words_from(1).iter().any(|word| word.eq_ignore_ascii_case(option.as_bytes()))
    }

    /// The first key.
    fn key(&self) -> Option<&'a [u8]> {
        self.keys().first().copied()
    }

    fn keys(&self) -> Vec<&'a [u8]> {
        let Some(found) = &self.found else { return Vec::new() };
        let places = engine::key_positions(found, &self.words).unwrap_or_default();
        places.into_iter().map(|place| self.word(place)).collect()
    }

    fn group(&self) -> Option<Group> {
        self.found.map(|found| found.command.group)
    }

    /// `SET key value [NX|XX]`
    fn usage(&self) -> Option<String> {
        let found = self.found?;
        let usage = found.command.usage();
        let gap = if usage.is_empty() { "" } else { " " };
        Some(format!("{}{gap}{usage}", self.name))
    }

    /// The usage without the options, where it is long: `SET key value; help SET shows its options`.
    fn short_usage(&self) -> Option<String> {
        const LONG: usize = 56;
        let usage = self.usage()?;
        if usage.len() <= LONG {
            return Some(usage);
        }
        Some(format!("{}. `help {}` shows its options", without_options(&usage), self.name))
    }
}

/// `SET key value` of `SET key value [NX|XX] …`.
fn without_options(usage: &str) -> String {
    let mut short = String::new();
    let mut group = String::new();
    let mut depth = 0_usize;
    for letter in usage.chars() {
        depth += usize::from(letter == '[');
        if depth == 0 {
            short.push(letter);
            continue;
        }
        group.push(letter);
        depth -= usize::from(letter == ']');
        if depth == 0 {
            let group = std::mem::take(&mut group);
            // What may be repeated is no option.
            if group.contains("...") {
                short.push_str(&group);
            } else {
                short.truncate(short.trim_end().len());
            }
        }
    }
    short.truncate(short.trim_end().len());
    short
}

/// Explains a reply; there is always something to say.
pub(super) fn explain(asked: &Asked, console: &mut Console) -> String {
    let case = Case::new(asked);
    let mut view = View::new(console, &asked.origin);
    let said = match &asked.reply {
        Reply::Error(text) => errors::explain(&case, text, &mut view),
        Reply::Null => nothing::nil(&case, &mut view),
        Reply::Integer(number) => numbers::explain(&case, *number, &mut view),
        Reply::Boolean(truth) => numbers::explain(&case, i64::from(*truth), &mut view),
        Reply::Array(items) if case.name == "WAITAOF" => safe::counts(items),
        Reply::Array(items) if case.name == "EXEC" => Some(exec::replies(&case, items)),
        Reply::Array(items) | Reply::Set(items) | Reply::Push(items) => {
            nothing::items(&case, items, &mut view)
        }
        Reply::Map(pairs) if pairs.is_empty() => nothing::items(&case, &[], &mut view),
        Reply::Simple(_)
        | Reply::Bulk(_)
        | Reply::Map(_)
        | Reply::Double(_)
        | Reply::BigNumber(_)
        | Reply::Verbatim { .. } => others::explain(&case, &mut view),
    };
    said.unwrap_or_else(|| generally(&case))
}

/// Explains an error reply, if there is more to say than the error says.
pub(super) fn of_error(asked: &Asked, console: &mut Console) -> Option<String> {
    let Reply::Error(text) = &asked.reply else { return None };
    errors::explain(&Case::new(asked), text, &mut View::new(console, &asked.origin))
}

/// What the command does, where nothing is known about this reply.
fn generally(case: &Case<'_>) -> String {
    match (case.found, case.usage()) {
        (Some(found), Some(usage)) => {
            format!("{}: {} It is written: {usage}", case.name, found.command.summary)
        }
        _ => "there is nothing more to say about this reply.".to_owned(),
    }
}

#[cfg(test)]
mod tests;
