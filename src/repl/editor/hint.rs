//! The grey rest of the syntax behind what is typed.

use std::borrow::Cow;

use crate::engine::{self, Found};
use crate::lab::console::Console;
use crate::lab::{docker, redis_cli};
use crate::repl::expect;
use crate::repl::words::{self, Word};
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
        Shape::Lab => lab(&context)?,
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
    let words = all_words(context);
    let is_typing = !context.span.is_empty();
    let name = words.first()?;
    if let Some(word) = words::bare(name).filter(|_| context.repeat.is_none()) {
        return tutor_rest(word, &words);
    }
    redis(&words, is_typing)
}

/// What may follow the words of a Redis command; `is_typing` if the last one may go on.
fn redis(words: &[&[u8]], is_typing: bool) -> Option<String> {
    let found = engine::find(words).ok()?;
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
    let words = all_words(context);
    words::find(words.first()?).and_then(|word| tutor_rest(word, &words))
}

/// What may follow a tutor command, whose name is the first of the words.
fn tutor_rest(word: &Word, words: &[&[u8]]) -> Option<String> {
    if word.name == "load" {
        let words: Vec<Cow<'_, str>> =
            words.iter().skip(1).map(|word| String::from_utf8_lossy(word)).collect();
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        return Some(Console::load_rest(&words));
    }
    (words.len() == 1).then(|| word.args.to_owned())
}

/// The whole words and the one that is being typed, if it has begun.
fn all_words(context: &CursorContext) -> Vec<&[u8]> {
    let mut words: Vec<&[u8]> = context.words.iter().map(|word| word.bytes.as_slice()).collect();
    if !context.span.is_empty() {
        words.push(&context.prefix);
    }
    words
}

/// What may follow a program of the lab.
fn lab(context: &CursorContext) -> Option<String> {
    let words = all_words(context);
    if let Some(inner) = redis_cli::inner(&words) {
        let is_typing = !context.span.is_empty();
        return match (inner.awaits, inner.command) {
            (Some(option), _) => {
                let known = redis_cli::OPTIONS.iter();
                let mut values = known.filter(|(name, _)| name.as_bytes() == option);
                values.next().map(|(_, value)| format!("{value} [COMMAND [ARG...]]"))
            }
            (None, []) if inner.options.is_empty() => {
                Some("[-p PORT] [-n DB] [-a PASSWORD] [COMMAND [ARG...]]".to_owned())
            }
            (None, []) => Some("[COMMAND [ARG...]]".to_owned()),
            (None, command) => redis(command, is_typing),
        };
    }
    let [program, rest @ ..] = words.as_slice() else { return None };
    let rest: Vec<Cow<'_, str>> = rest.iter().map(|word| String::from_utf8_lossy(word)).collect();
    let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
    match *program {
        b"docker" => docker::rest(&rest),
        b"docker-compose" => docker::rest(&[&["compose"], rest.as_slice()].concat()),
        b"cat" if rest.is_empty() => Some("FILE".to_owned()),
        b"wget" if rest.is_empty() => Some("URL".to_owned()),
        _ => None,
    }
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
        check(":load", " FILE [LIST] by FIELD as string|hash|json");
        check("load ", "FILE [LIST] by FIELD as string|hash|json");
        check(":load x ", "[LIST] by FIELD as string|hash|json");
        check("load x chains by ", "FIELD as string|hash|json");
        check(":load x by id as hash", "");
        check("learn ", "LESSON[#STEP]");
        check("learn x ", "");
        check("docker volume rm ", "[OPTIONS] VOLUME [VOLUME...]");
        check("docker volume rm data ", "[VOLUME...]");
        check("docker ps", " [OPTIONS]");
        check("docker run ", "[OPTIONS] IMAGE [COMMAND] [ARG...]");
        check("docker run -d -p ", "HOST:CONTAINER [OPTIONS] IMAGE [COMMAND] [ARG...]");
        check("docker run -d -p 1:1 redis ", "[COMMAND] [ARG...]");
        check(
            "docker exec -it box redis-cli ",
            "[-p PORT] [-n DB] [-a PASSWORD] [COMMAND [ARG...]]",
        );
        check("docker exec box redis-cli HSET h ", "field value [field value ...]");
        check("redis-cli -p ", "PORT [COMMAND [ARG...]]");
        check("redis-cli -p 6380 ", "[COMMAND [ARG...]]");
        check("redis-cli -p 6380 GET ", "key");
        check("cat ", "FILE");
    }

    #[test]
    fn a_hint_fits_into_what_is_left_of_the_row() {
        assert_eq!(fit("key value", 9).as_deref(), Some("key value"));
        assert_eq!(fit("key value [NX|XX]", 10).as_deref(), Some("key value…"));
        assert_eq!(fit("key value", 4), None);
    }
}
