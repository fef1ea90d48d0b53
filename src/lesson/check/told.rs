//! What is told of an assertion that fails and has no fitting `else`. Says what was found, and never
//! what is wanted.

use super::ast::{Assertion, Event, Subject};
use super::operand::Operand;
use crate::lesson::text::{code, literal, printable};

/// Of a value that is not as it should be.
pub(super) fn built_in(assertion: &Assertion, got: &Operand, db: u32) -> String {
    let shown = literal(&got.shown());
    match &assertion.subject {
        Subject::Command { words, place } => {
            if let Some(key) = absent(words, got) {
                return format!("There is no key {} in db {db} yet.", code(&printable(key)));
            }
            let words: Vec<String> = words.iter().map(|word| printable(word)).collect();
            let command = code(&words.join(" "));
            let server =
                place.on.as_ref().map(|on| format!(" on {}", code(on))).unwrap_or_default();
            format!("In db {db}{server}, {command} gives {shown}. That is not yet what is asked.")
        }
        Subject::Answer(name) => format!("{} is not the answer to `{name}`.", code(&got.shown())),
        Subject::Keys(_) => match got {
            Operand::Error(reason) => sentence(&String::from_utf8_lossy(reason)),
            Operand::Nil | Operand::Text(..) | Operand::List(_) => {
                format!("The keys of db {db} are not yet the ones that are asked. It has: {shown}.")
            }
        },
        Subject::Objects { .. } | Subject::Event(_) => "This does not hold yet.".to_owned(),
    }
}

/// The key that a command asks for as a whole, if it is not there.
fn absent<'a>(words: &'a [Vec<u8>], got: &Operand) -> Option<&'a [u8]> {
    let [name, key] = words else { return None };
    let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
    let is_none = matches!(got, Operand::Text(text, _) if text == b"none");
    (is(b"GET") && *got == Operand::Nil || is(b"TYPE") && is_none).then_some(key)
}

/// Of an event that has not happened.
pub(super) fn not_happened(event: &Event) -> String {
    match event {
        Event::Used(command) => format!("`{command}` has not been used in this step yet."),
        Event::Restarted => "The server has not been restarted in this step yet.".to_owned(),
        Event::Killed => "The server has not been killed in this step yet.".to_owned(),
        Event::PowerLoss => "The power has not failed in this step yet: `:power-loss`.".to_owned(),
        Event::Client(_) => "No Python client has connected in this step yet.".to_owned(),
    }
}

/// A reason as a sentence.
pub(super) fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let text: String = first.into_iter().chain(letters).collect();
    let text = printable(text.as_bytes());
    let text = literal(&text);
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}
