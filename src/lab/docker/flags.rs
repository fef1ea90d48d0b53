//! Splits a command's words into flags and arguments, as Docker's own flag parser does: `--name x`,
//! `--name=x`, `-dit`, `-p 1:2`, `-p=1:2`, `-p1:2`, `--` ends them.
//!
//! Knows the table only: what a value means is judged by the caller.

use std::ops::Range;

use super::table::{Command, Flag, HELP, Opt};
use super::wrong::{Names, Wrong, WrongKind};
use crate::syntax::Word;

/// One word as text, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The word without its quotes.
    pub text: String,
    /// Where it stands in the typed line.
    pub span: Range<usize>,
}

/// A word that must be text.
pub fn text(word: &Word) -> Result<Text, Wrong> {
    match std::str::from_utf8(&word.bytes) {
        Ok(text) => Ok(Text { text: text.to_owned(), span: word.span.clone() }),
        Err(_) => Err(Wrong { kind: WrongKind::NotText, span: Some(word.span.clone()) }),
    }
}

/// The flags and arguments of one command.
#[derive(Debug)]
pub struct Given {
    /// Which command.
    pub command: Names,
    flags: Vec<(Opt, Text)>,
    /// What is not a flag, in order.
    pub rest: Vec<Text>,
}

impl Given {
    /// Whether a switch is on.
    pub fn has(&self, opt: Opt) -> bool {
        self.last(opt).is_some_and(|given| given.text != "false")
    }

    /// A flag's value; the last one counts.
    pub fn last(&self, opt: Opt) -> Option<&Text> {
        self.all(opt).last()
    }

    /// Every value of a flag that may be repeated.
    pub fn all(&self, opt: Opt) -> impl Iterator<Item = &Text> {
        self.flags.iter().filter(move |(given, _)| *given == opt).map(|(_, value)| value)
    }

    /// An error at a piece of the line.
    pub fn piece(&self, at: &Text, text: String, hint: Option<String>) -> Wrong {
        let kind = WrongKind::Piece { command: self.command, text, hint };
        Wrong { kind, span: Some(at.span.clone()) }
    }
}

/// Splits `words`, which follow the command's name, and counts the arguments.
pub fn split(command: &'static Command, words: &[Word]) -> Result<Given, Wrong> {
    let mut given = Given { command: Names(command), flags: Vec::new(), rest: Vec::new() };
    let mut words = words.iter();
    let mut open = true;
    while let Some(word) = words.next() {
        let word = text(word)?;
        let is_flag = open && word.text.len() > 1 && word.text.starts_with('-');
        if !is_flag {
            given.rest.push(word);
            open = open && !command.ends_flags;
        } else if word.text == "--" {
            open = false;
        } else if let Some(long) = word.text.strip_prefix("--") {
            let flag = take_long(command, long, &word, &mut words)?;
            given.flags.push(flag);
        } else {
            take_shorts(command, &word, &mut words, &mut given.flags)?;
        }
    }
    if !given.has(Opt::Help) {
        count(command, &given.rest)?;
    }
    Ok(given)
}

/// Judges the number of arguments.
fn count(command: &'static Command, rest: &[Text]) -> Result<(), Wrong> {
    let kind = WrongKind::Count { command: Names(command) };
    if rest.len() < command.arity.least {
        return Err(Wrong { kind, span: None });
    }
    match command.arity.most.and_then(|most| rest.get(most)) {
        Some(extra) => Err(Wrong { kind, span: Some(extra.span.clone()) }),
        None => Ok(()),
    }
}

/// The rest of a line, from which a flag may take its value.
type Words<'a> = std::slice::Iter<'a, Word>;

/// `--name`, `--name=value`, `--name value`.
fn take_long(
    command: &'static Command,
    long: &str,
    word: &Text,
    words: &mut Words,
) -> Result<(Opt, Text), Wrong> {
    let wrong = |kind| Wrong { kind, span: Some(word.span.clone()) };
    if long.starts_with(['-', '=']) {
        let word = word.text.clone();
        return Err(wrong(WrongKind::BadFlag { command: Names(command), word }));
    }
    let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
    let Some(flag) = rows(command).find(|flag| flag.long == name) else {
        let (flag, command) = (format!("--{name}"), Names(command));
        if command.0.foreign.contains(&name) {
            return Err(wrong(WrongKind::ForeignFlag { command, flag }));
        }
        return Err(wrong(WrongKind::UnknownFlag { command: Some(command), flag }));
    };
    let value = value.map(|value| Text { text: value.to_owned(), span: word.span.clone() });
    let shown = format!("--{name}");
    Ok((flag.opt, finish(command, flag, value, word, words, &shown)?))
}

/// `-d`, `-dit`, `-p=1:2`, `-p1:2`, `-p 1:2`.
fn take_shorts(
    command: &'static Command,
    word: &Text,
    words: &mut Words,
    flags: &mut Vec<(Opt, Text)>,
) -> Result<(), Wrong> {
    let mut letters = word.text.chars();
    letters.next();
    while let Some(letter) = letters.next() {
        let Some(flag) = rows(command).find(|flag| flag.short == Some(letter)) else {
            let (command, word, span) = (Names(command), word.text.clone(), word.span.clone());
            let kind = if command.0.foreign.contains(&letter.to_string().as_str()) {
                WrongKind::ForeignFlag { command, flag: format!("-{letter}") }
            } else {
                WrongKind::UnknownShort { command: Some(command), letter, word }
            };
            return Err(Wrong { kind, span: Some(span) });
        };
        let tail = letters.as_str();
        let attached =
            tail.strip_prefix('=').or((flag.value.is_some() && !tail.is_empty()).then_some(tail));
        let value = attached.map(|tail| Text { text: tail.to_owned(), span: word.span.clone() });
        let ends = value.is_some() || flag.value.is_some();
        let shown = format!("'{letter}' in {}", word.text);
        flags.push((flag.opt, finish(command, flag, value, word, words, &shown)?));
        if ends {
            break;
        }
    }
    Ok(())
}

/// A flag's value: the one attached, the next word, or that of a switch.
fn finish(
    command: &'static Command,
    flag: &Flag,
    value: Option<Text>,
    word: &Text,
    words: &mut Words,
    shown: &str,
) -> Result<Text, Wrong> {
    let command = Names(command);
    match (flag.value, value) {
        (Some(_), Some(value)) => Ok(value),
        (Some(_), None) => words.next().map_or_else(
            || {
                let kind = WrongKind::NoValue { command, flag: shown.to_owned() };
                Err(Wrong { kind, span: Some(word.span.clone()) })
            },
            text,
        ),
        (None, None) => Ok(Text { text: "true".to_owned(), span: word.span.clone() }),
        (None, Some(value)) => {
            let on = switch(&value.text).ok_or_else(|| Wrong {
                kind: WrongKind::BadValue {
                    command,
                    flag: named(flag),
                    reason: format!(
                        "strconv.ParseBool: parsing \"{}\": invalid syntax",
                        value.text
                    ),
                    value: value.text.clone(),
                },
                span: Some(value.span.clone()),
            })?;
            Ok(Text { text: on.to_string(), span: value.span })
        }
    }
}

/// The spellings of a switch's value.
fn switch(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// `-t, --timeout`
pub fn named(flag: &Flag) -> String {
    match flag.short {
        Some(short) => format!("-{short}, --{}", flag.long),
        None => format!("--{}", flag.long),
    }
}

/// A command's flags and the one that all have.
fn rows(command: &'static Command) -> impl Iterator<Item = &'static Flag> {
    command.flags.iter().chain(std::iter::once(&HELP))
}
