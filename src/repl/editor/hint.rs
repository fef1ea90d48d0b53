//! The grey rest of the syntax behind what is typed.

use std::borrow::Cow;

use crate::engine::{self, Found};
use crate::lab::docker;
use crate::repl::{expect, words};
use crate::screen::width;
use crate::syntax::{CursorContext, Shape, cursor, scan};

/// What could still be typed behind `line`; nothing where that is not known.
pub(super) fn hint(line: &[u8]) -> Option<String> {
    // The value inside an open quote is anything.
    if scan(line).fault.is_some_and(|fault| fault.open().is_some()) {
        return None;
    }
    let context = cursor(line, line.len());
    let typed = match context.shape {
        Shape::Empty | Shape::Comment => return None,
        Shape::Command => command(&context)?,
        Shape::Tutor => tutor(&context)?,
        Shape::Lab => docker_usage(&context)?,
    };
    let gap = if line.last().is_some_and(u8::is_ascii_whitespace) { "" } else { " " };
    (!typed.is_empty()).then(|| format!("{gap}{typed}"))
}

/// As much of a hint as `room` columns hold; nothing where that says too little.
pub(super) fn fit(text: &str, room: usize) -> Option<String> {
    const LEAST: usize = 6;
    if width(text) <= room {
        return Some(text.to_owned());
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    (room >= LEAST).then(|| format!("{}…", kept.trim_end()))
}

fn command(context: &CursorContext) -> Option<String> {
    let mut words: Vec<&[u8]> = context.words.iter().map(|word| word.bytes.as_slice()).collect();
    let is_typing = !context.span.is_empty();
    if is_typing {
        words.push(&context.prefix);
    }
    let name = words.first()?;
    if let Some(word) = words::bare(name).filter(|_| context.repeat.is_none()) {
        return (words.len() == 1).then(|| word.args.to_owned());
    }
    let found = engine::find(&words).ok()?;
    let Found { command, container } = found;
    if container.is_none() && !command.subcommands.is_empty() {
        let names: Vec<&str> = command.subcommands.iter().map(|row| row.name).collect();
        let own = command.usage();
        let gap = if own.is_empty() { "" } else { "|" };
        return Some(format!("{}{gap}{own}", names.join("|")));
    }
    let args = words.get(1 + usize::from(container.is_some())..).unwrap_or_default();
    // Behind an option that is only begun nothing can be said yet.
    if is_typing && let Some((last, before)) = args.split_last() {
        let begun = expect::rest(command.args, before)?.begun_tokens(last);
        if begun.iter().any(|token| token.len() > last.len()) {
            return None;
        }
    }
    expect::rest(command.args, args).map(|rest| rest.text())
}

fn tutor(context: &CursorContext) -> Option<String> {
    let name = context.words.first().map_or(context.prefix.as_slice(), |word| &word.bytes);
    let only = context.words.len() + usize::from(!context.span.is_empty()) == 1;
    words::find(name).filter(|_| only).map(|word| word.args.to_owned())
}

fn docker_usage(context: &CursorContext) -> Option<String> {
    let words: Vec<Cow<'_, str>> =
        context.words.iter().map(|word| String::from_utf8_lossy(&word.bytes)).collect();
    let [program, rest @ ..] = words.as_slice() else { return None };
    if program != "docker" || !context.span.is_empty() {
        return None;
    }
    let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
    let row = docker::command_of(&rest)?;
    let named = row.name().split(' ').count();
    if rest.len() > named {
        return None;
    }
    let usage = row.usage();
    let behind = usage.strip_prefix("docker ")?.strip_prefix(row.name())?;
    Some(behind.trim_start().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        assert_eq!(hint(line.as_bytes()).unwrap_or_default(), expected, "{line}");
    }

    #[test]
    fn the_rest_of_the_syntax_is_shown() {
        check("", "");
        check("SE", "");
        check("GET", " key");
        check("get ", "key");
        check("GET k", "");
        check(
            "SET k",
            " value [NX|XX] [GET] [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]",
        );
        check(
            "SET k v ",
            "[NX|XX] [GET] [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]",
        );
        check("SET k v EX ", "seconds [NX|XX] [GET]");
        check("SET k v EX 10 ", "[NX|XX] [GET]");
        check("SET k v nx GET KEEPTTL ", "");
        check("SET k v N", "");
        check("SET k v what ", "");
        check("MSET a 1 ", "[key value ...]");
        check("MSET a 1 b ", "value [key value ...]");
        check("3 INCR ", "key");
        check("CONFIG GET ", "parameter [parameter ...]");
        check("SET 'open", "");
    }

    #[test]
    fn tutor_and_docker_lines_have_hints_too() {
        check(":load", " FILE [PATH] by FIELD as string|hash|json");
        check("load ", "FILE [PATH] by FIELD as string|hash|json");
        check(":load x ", "");
        check("docker volume rm ", "[OPTIONS] VOLUME [VOLUME...]");
        check("docker ps", "");
    }

    #[test]
    fn a_hint_fits_into_what_is_left_of_the_row() {
        assert_eq!(fit("key value", 9).as_deref(), Some("key value"));
        assert_eq!(fit("key value [NX|XX]", 10).as_deref(), Some("key value…"));
        assert_eq!(fit("key value", 4), None);
    }
}
