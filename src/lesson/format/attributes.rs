//! `key=value` words, as they stand after a role and in a step's heading, and what a name may be.

use std::ops::RangeInclusive;

use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::{did_you_mean, nearest};

/// One `key=value`.
#[derive(Debug)]
pub struct Attribute<'a> {
    /// The key.
    pub key: &'a str,
    /// The value.
    pub value: &'a str,
    /// Where the value stands.
    pub span: Span,
}

/// The words of `text`, which begins at byte `at`, each with its place.
pub fn words(text: &str, at: usize) -> impl Iterator<Item = (&str, Span)> {
    text.split_whitespace().map(move |word| {
        // `split_whitespace` gives slices of `text`, so the distance of the addresses is the offset.
        let start = at + (word.as_ptr() as usize - text.as_ptr() as usize);
        (word, Span::new(start, start + word.len()))
    })
}

/// The attributes of a block or heading.
#[derive(Debug, Default)]
pub struct Attributes<'a> {
    /// Those that could be read, each once.
    pub found: Vec<Attribute<'a>>,
    /// Keys that were meant and could not be read: told already.
    pub meant: Vec<String>,
}

/// Reads attributes, of which only `known` may stand here (`place` says where), each once.
pub fn parse<'a>(
    text: &'a str,
    at: usize,
    place: &str,
    known: &[&str],
    problems: &mut Vec<Problem>,
) -> Attributes<'a> {
    let mut found: Vec<Attribute<'a>> = Vec::new();
    let mut meant = Vec::new();
    for (word, span) in words(text, at) {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let key_span = Span::new(span.start, span.start + key.len());
        let value_span = Span::new((key_span.end + 1).min(span.end), span.end);
        if !known.contains(&key) {
            meant.extend(nearest(key, known.iter().copied()).map(str::to_owned));
            let help = if known.is_empty() {
                "nothing may follow here".to_owned()
            } else {
                did_you_mean(key, known)
            };
            problems.push(Problem::new(
                key_span,
                format!("{place} takes no `{key}`"),
                "unknown attribute",
                help,
            ));
        } else if value.is_empty() {
            meant.push(key.to_owned());
            problems.push(Problem::new(
                span,
                format!("`{key}` has no value"),
                "expected a value",
                format!("write `{key}=…` without spaces"),
            ));
        } else if found.iter().any(|attribute| attribute.key == key) {
            problems.push(Problem::new(
                span,
                format!("`{key}` is given twice"),
                "the second one",
                "keep one of them",
            ));
        } else {
            found.push(Attribute { key, value, span: value_span });
        }
    }
    Attributes { found, meant }
}

/// Whether `text` can be an id or a name.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The name nearest to `text`, for a suggestion; empty if nothing of it can be kept.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// Checks an id or name, and says what would do.
pub fn name(text: &str, span: Span, what: &str, problems: &mut Vec<Problem>) -> bool {
    if is_name(text) {
        return true;
    }
    let near = slug(text);
    let rule = "use lower-case letters, digits and hyphens";
    let help =
        if near.is_empty() { rule.to_owned() } else { format!("{rule}, for example `{near}`") };
    problems.push(Problem::new(span, format!("`{text}` cannot be {what}"), "not a name", help));
    false
}

/// Reads a whole number within `range`.
pub fn number(
    text: &str,
    span: Span,
    key: &str,
    range: RangeInclusive<u32>,
    problems: &mut Vec<Problem>,
) -> Option<u32> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    if number.is_none() {
        let (first, last) = (range.start(), range.end());
        let rule = if first == last {
            format!("`{key}` must be {first}")
        } else {
            format!("`{key}` must be a whole number from {first} to {last}")
        };
        problems.push(Problem::new(
            span,
            rule,
            format!("`{text}` is not"),
            format!("write for example `{first}`"),
        ));
    }
    number
}
