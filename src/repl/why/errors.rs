//! Errors: what is wrong, and what to type instead.

use super::view::{View, count_of, is_integer, kind_name, name, names, near, reader};
use super::{Case, nothing, python};
use crate::client::slot_of;
use crate::engine::data::ValueKind;
use crate::engine::{self, DATABASES, Flag, Group, key_positions};
use crate::lab::Answer;
use crate::lesson::nearest;
use crate::repl::{expect, words};

/// Explains an error; `None` if its text says it all.
pub(super) fn explain(case: &Case<'_>, text: &[u8], view: &mut View<'_>) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let (code, rest) = text.split_once(' ').unwrap_or((&text, ""));
    if (case.group() == Some(Group::Scripting) || code == "BUSY")
        && let Some(meaning) = super::scripts::explain(&text)
    {
        return Some(meaning);
    }
    match code {
        "WRONGTYPE" => wrong_type(case, view),
        "EXECABORT" => Some(super::exec::aborted(case)),
        "NOAUTH" => Some(
            "this server has a password: AUTH and the password come first. CONFIG SET requirepass \
             had set it."
                .to_owned(),
        ),
        "WRONGPASS" => Some("this is not the password that requirepass was set to.".to_owned()),
        "NOPROTO" => {
            Some("there are two versions of the protocol: HELLO 2 and HELLO 3.".to_owned())
        }
        "CROSSSLOT" => cross_slot(case),
        "MOVED" => Some(
            "this key lies on another server of the cluster: --connect redis+cluster://HOST:PORT goes \
             there by itself."
                .to_owned(),
        ),
        "CLUSTERDOWN" => Some(
            "the cluster lacks a server for some of its slots: CLUSTER INFO says how many it has."
                .to_owned(),
        ),
        "NOPERM" => Some(
            "your user may not do this here. Who runs the server decides that: ACL WHOAMI says who \
             you are."
                .to_owned(),
        ),
        "READONLY" => Some(
            "this server is a copy of another one and takes no writes of its own: ROLE says of which."
                .to_owned(),
        ),
        "OOM" => Some(
            "the memory that maxmemory allows is used up, and reading goes on: delete keys, or raise \
             it."
                .to_owned(),
        ),
        "LOADING" => {
            Some("the server is still reading its files: try again in a moment.".to_owned())
        }
        "MISCONF" | "ERR" | "BUSYKEY" => general(case, rest, view),
        _ => None,
    }
}

/// Which key lies in which slot of a cluster.
fn cross_slot(case: &Case<'_>) -> Option<String> {
    let found = case.found.as_ref()?;
    let words = case.words.as_slice();
    let keys = key_positions(found, words)?;
    let lie: Vec<String> = keys
        .into_iter()
        .filter_map(|place| words.get(place))
        .take(SLOTS_TOLD)
        .map(|key| format!("{} in slot {}", name(key), slot_of(key)))
        .collect();
    Some(format!(
        "a command works on one slot of a cluster, and these keys lie in several: {}. Keys with the \
         same part in braces share a slot, as {{erik}}:a and {{erik}}:b do.",
        lie.join(", ")
    ))
}

/// Of so many keys it is told where they lie.
const SLOTS_TOLD: usize = 4;

fn general(case: &Case<'_>, text: &str, view: &mut View<'_>) -> Option<String> {
    let starts = |start: &str| text.starts_with(start);
    let has = |part: &str| text.contains(part);
    if starts("unknown command") {
        Some(unknown(case))
    } else if starts("unknown subcommand") || starts("Unknown subcommand") {
        unknown_subcommand(case)
    } else if starts("wrong number of arguments") {
        wrong_arity(case)
    } else if starts("syntax error") {
        syntax(case)
    } else if starts("value is not an integer") || starts("hash value is not an integer") {
        Some(not_an_integer(case, view))
    } else if has("is not a valid float") || has("not a float") {
        Some(not_a_float(case, view))
    } else if has("would overflow") {
        Some(
            "an integer has 64 bits: it goes from -9223372036854775808 to 9223372036854775807."
                .to_owned(),
        )
    } else if starts("DB index is out of range") || starts("invalid DB index") {
        Some(if case.asked.origin.answer == Answer::Elsewhere {
            "this server has not so many databases: CONFIG GET databases says how many.".to_owned()
        } else {
            format!("there are {DATABASES} databases, numbered 0 to {}.", DATABASES - 1)
        })
    } else if starts("no such key") {
        case.key().map(|key| view.absent(key))
    } else if starts("index out of range") {
        index(case, view)
    } else if starts("invalid cursor") {
        let key = if case.name == "SCAN" { "" } else { "key " };
        Some(format!(
            "the first piece has the cursor 0: {} {key}0 MATCH pattern. Each reply begins with the \
             cursor of the next piece, and 0 ends it.",
            case.name
        ))
    } else if starts("invalid expire time") {
        Some("a time to live is at least 1; to remove a key at once, use DEL.".to_owned())
    } else if starts("EXEC without MULTI") || starts("DISCARD without MULTI") {
        Some("no transaction is open: MULTI opens one, then commands are queued.".to_owned())
    } else if starts("MULTI calls can not be nested") {
        Some("a transaction is open already: EXEC runs it, DISCARD drops it.".to_owned())
    } else if starts("WATCH inside MULTI") {
        Some("WATCH comes before MULTI: it marks what must not change until EXEC.".to_owned())
    } else if has("not valid string range item") {
        Some(
            "a bound is written [a with the word itself, (a without it; - and + are the ends."
                .to_owned(),
        )
    } else if has("without any password configured") {
        Some("no password is set, so none is needed: every client may do everything.".to_owned())
    } else if has("same time are not compatible") {
        Some(
            "NX asks for a key that is not there, XX for one that is: choose one of them."
                .to_owned(),
        )
    } else {
        None
    }
}

/// *A holds a string; HGET reads hashes. GET A reads it.*
fn wrong_type(case: &Case<'_>, view: &mut View<'_>) -> Option<String> {
    let group = case.group()?;
    let wanted = match group {
        Group::String | Group::Bitmap => ValueKind::String,
        Group::Hash => ValueKind::Hash,
        Group::List => ValueKind::List,
        Group::Set => ValueKind::Set,
        Group::SortedSet => ValueKind::ZSet,
        Group::Generic
        | Group::Pubsub
        | Group::Transactions
        | Group::Scripting
        | Group::Connection
        | Group::Server => return None,
    };
    let (key, kind) = case
        .keys()
        .into_iter()
        .filter_map(|key| view.kind(key).map(|kind| (key, kind)))
        .find(|(_, kind)| *kind != wanted)?;
    let key = name(key);
    let reads = case.found.is_some_and(|found| found.command.has(Flag::Readonly));
    let verb = if reads { "reads" } else { "works on" };
    let plural = match wanted {
        ValueKind::String => "strings",
        ValueKind::List => "lists",
        ValueKind::Set => "sets",
        ValueKind::Hash => "hashes",
        ValueKind::ZSet => "sorted sets",
    };
    let advice = if reads {
        format!("{} reads it.", reader(kind, &key))
    } else {
        format!("{} shows it; DEL {key} makes room.", reader(kind, &key))
    };
    Some(format!("{key} holds a {}; {} {verb} {plural}. {advice}", kind_name(kind), case.name))
}

/// The nearest names of commands, tutor commands and programs.
fn near_commands(word: &str) -> Option<String> {
    let commands = engine::table().map(|row| row.name);
    let tutors = words::WORDS.iter().map(|word| word.name);
    if let Some(near) = nearest(word, commands) {
        return Some(near.to_owned());
    }
    nearest(word, tutors.chain(["docker", "redis-cli", "wget"])).map(str::to_owned)
}

/// Programs that people type out of habit, of which there is nothing here.
const SHELL: &[&str] = &[
    "awk", "chmod", "dir", "env", "export", "find", "git", "grep", "head", "history", "jq", "man",
    "notepad", "open", "ps", "sed", "sh", "bash", "ssh", "tail", "tree", "wc", "which",
];

fn unknown(case: &Case<'_>) -> String {
    const SQL: &[&str] = &["insert", "update", "create", "delete", "drop", "alter", "show"];
    let word = String::from_utf8_lossy(case.word(0)).into_owned();
    let lower = word.to_lowercase();
    let shown = name(case.word(0));
    if let Some(said) = python::told(&case.words.join(&b' ')) {
        return said;
    }
    if lower.contains('=') && !lower.starts_with('=') {
        return "nothing is assigned with = here: SET key value stores a value.".to_owned();
    }
    if lower == "use" {
        return "in Redis SELECT chooses a database, by its number: SELECT 1.".to_owned();
    }
    if SQL.contains(&lower.as_str()) && case.words.len() > 2 {
        return format!(
            "{shown} is a word of SQL. Redis has no tables: SET, HSET and DEL work on keys."
        );
    }
    if let Some(said) = of_a_terminal(&lower, case) {
        return said;
    }
    if SHELL.contains(&lower.as_str()) {
        return format!(
            "{shown} is a program of a shell, and this prompt is none: `ls` lists the files here, `cat \
             FILE` shows one."
        );
    }
    match near_commands(&word) {
        Some(near) => format!("there is no {shown}; did you mean {near}?"),
        None if case.words.len() == 1 => {
            format!("there is no command {shown}; `help` lists what there is.")
        }
        None => format!(
            "there is no command {shown}; `help` lists what there is. A value with spaces needs \
             quotes."
        ),
    }
}

/// What is said to the words of the program itself, which belong into a terminal.
fn of_a_terminal(word: &str, case: &Case<'_>) -> Option<String> {
    const PROGRAMS: &[&str] =
        &["report", "walk", "play", "serve", "new", "test", "completions", "man"];
    let line = |words: &[&[u8]]| String::from_utf8_lossy(&words.join(&b' ')).into_owned();
    let (program, rest) = match word {
        "kvtutor" => (case.word(1), case.words_from(1)),
        _ if PROGRAMS.contains(&word) => (case.word(0), case.words_from(0)),
        _ => return None,
    };
    if words::bare(program).is_some() {
        return Some(format!("you are in kvtutor: type `{}` alone.", line(rest)));
    }
    let text = format!("kvtutor {}", line(rest));
    Some(format!("`{}` belongs into a terminal of your own, not at this prompt.", text.trim_end()))
}

fn unknown_subcommand(case: &Case<'_>) -> Option<String> {
    let row = engine::by_name(case.word(0))?;
    let word = String::from_utf8_lossy(case.word(1)).into_owned();
    if row.name == "CLIENT" && word.len() == 1 {
        return Some(format!(
            "to type as a second client, put a colon before it: `:client {word}`."
        ));
    }
    let all: Vec<&str> = row.subcommands.iter().map(|row| row.name).collect();
    Some(match nearest(&word, all.iter().copied()) {
        Some(near) => format!("did you mean {} {near}?", row.name),
        None => format!("{} is followed by one of {}.", row.name, all.join(", ")),
    })
}

const NO_SQL: &str = "in Redis SELECT chooses a database by its number, such as SELECT 1. There is no SQL: GET \
                      and HGET read what a key holds.";

fn wrong_arity(case: &Case<'_>) -> Option<String> {
    let usage = case.usage()?;
    if case.name == "SELECT" && case.words.len() > 2 {
        return Some(NO_SQL.to_owned());
    }
    let given = case.words.len() - case.name.split(' ').count().min(case.words.len());
    let is_pair = matches!(case.name.as_str(), "HSET" | "HMSET" | "MSET" | "MSETNX");
    if is_pair && given > 1 {
        let skip = usize::from(case.name.starts_with('H'));
        let what =
            if skip == 1 { "every field needs its value" } else { "every key needs its value" };
        return Some(format!("{what}, in pairs: {usage}"));
    }
    let usage = case.short_usage().unwrap_or(usage);
    Some(format!("it is written: {usage}. You gave {}.", count_of(given, "argument")))
}

fn syntax(case: &Case<'_>) -> Option<String> {
    let found = case.found?;
    let usage = case.usage()?;
    let args = case.words_from(case.name.split(' ').count());
    // The first word that the syntax has no place for.
    let fits = (0..=args.len()).rev().find(|count| {
        expect::rest(found.command.args, args.get(..*count).unwrap_or_default()).is_some()
    });
    match fits.and_then(|count| args.get(count)) {
        Some(word) if matches!(case.name.as_str(), "SET" | "SETEX" | "GETSET") => Some(format!(
            "{} is no option of {}: a value with spaces needs quotes. It is written: {}.",
            name(word),
            case.name,
            case.short_usage().unwrap_or_default()
        )),
        Some(word) => Some(format!("{} fits nowhere in: {usage}", name(word))),
        None => Some(format!("it is written: {usage}")),
    }
}

fn not_an_integer(case: &Case<'_>, view: &mut View<'_>) -> String {
    if matches!(case.name.as_str(), "INCR" | "DECR" | "INCRBY" | "DECRBY")
        && let Some(key) = case.key()
        && let Some(held) = view.string(key)
        && !is_integer(&held)
    {
        return format!("{} holds {}, which is no whole number.", name(key), name(&held));
    }
    if case.name == "HINCRBY"
        && let Some(held) = view.field(case.word(1), case.word(2))
        && !is_integer(&held)
    {
        return format!(
            "the field {} holds {}, which is no whole number.",
            name(case.word(2)),
            name(&held)
        );
    }
    if case.name == "SELECT" {
        return NO_SQL.to_owned();
    }
    let keys = case.keys();
    let places = case.found.map(|found| number_words(&found, case)).unwrap_or_default();
    let wrong = places.into_iter().find(|word| !is_integer(word) && !keys.contains(word));
    match wrong {
        Some([b'+', digits @ ..]) if is_integer(digits) => {
            format!("a number is written without a +: {}.", name(digits))
        }
        Some(word) if word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-') => {
            format!("{} is no whole number of 64 bits.", name(word))
        }
        Some(word) => format!("{} is no whole number.", name(word)),
        None => "a whole number of 64 bits is wanted here.".to_owned(),
    }
}

/// The words that stand where the syntax wants a number.
fn number_words<'a>(found: &engine::Found, case: &Case<'a>) -> Vec<&'a [u8]> {
    let skip = case.name.split(' ').count();
    let args = case.words_from(skip);
    (0..args.len())
        .filter(|count| {
            let before = args.get(..*count).unwrap_or_default();
            expect::rest(found.command.args, before).is_some_and(|rest| rest.wants_number())
        })
        .filter_map(|count| args.get(count).copied())
        .collect()
}

fn not_a_float(case: &Case<'_>, view: &mut View<'_>) -> String {
    let held = match case.name.as_str() {
        "INCRBYFLOAT" => case.key().and_then(|key| view.string(key)),
        "HINCRBYFLOAT" => view.field(case.word(1), case.word(2)),
        _ => None,
    };
    if let Some(held) = held.filter(|held| engine::parse_f64(held).is_none()) {
        return format!("the value there is {}, which is no number.", name(&held));
    }
    if case.name == "ZADD" {
        return "in ZADD the score, a number, comes before the member: ZADD key score member."
            .to_owned();
    }
    "a number is wanted here, such as 3 or 2.5; infinity is inf or -inf.".to_owned()
}

fn index(case: &Case<'_>, view: &mut View<'_>) -> Option<String> {
    let key = case.key()?;
    let length = view.parts(key).len();
    Some(match length {
        0 => nothing::absent_key(key, view),
        length => format!(
            "{} has {}: its places are 0 to {}, or -{length} to -1 from the end.",
            name(key),
            count_of(length, "element"),
            length - 1
        ),
    })
}

/// A field or member that is not there, with those that are.
pub(super) fn missing_part(key: &[u8], part: &[u8], view: &mut View<'_>) -> String {
    let parts = view.parts(key);
    let thing = if view.kind(key) == Some(ValueKind::Hash) { "field" } else { "member" };
    match near(part, &parts) {
        Some(meant) => {
            format!("{} has no {thing} {}, but it has {}.", name(key), name(part), name(&meant))
        }
        None => format!("{} has no {thing} {}; it has {}.", name(key), name(part), names(&parts)),
    }
}
