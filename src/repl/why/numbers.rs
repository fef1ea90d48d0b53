//! Integer replies: what was counted.

use super::Case;
use super::errors::missing_part;
use super::view::{View, count_of, keys, kind_name, name};
use crate::engine::data::ValueKind;

/// Explains an integer.
pub(super) fn explain(case: &Case<'_>, number: i64, view: &mut View<'_>) -> Option<String> {
    let said = special(case, number, view).or_else(|| meaning(case, number))?;
    Some(format!("(integer) {number}: {said}"))
}

fn special(case: &Case<'_>, number: i64, view: &mut View<'_>) -> Option<String> {
    let count = usize::try_from(number).unwrap_or(0);
    match case.name.as_str() {
        "HSET" => Some(hset(case, count)),
        "HSETNX" => Some(match number {
            0 => "the field was there, and HSETNX never replaces one.".to_owned(),
            _ => "the field was not there, and was added.".to_owned(),
        }),
        "SADD" => Some(sadd(case, count)),
        "ZADD" => Some(zadd(case, count)),
        "SETNX" => Some(match number {
            0 => format!(
                "nothing was stored: {} exists, as a {}.",
                name(case.word(1)),
                view.kind(case.word(1)).map_or("value", kind_name)
            ),
            _ => "there was no such key, and it was stored.".to_owned(),
        }),
        "MSETNX" if number == 0 => {
            let there = case.keys().into_iter().find(|key| view.kind(key).is_some())?;
            Some(format!("nothing was stored at all: {} exists already.", name(there)))
        }
        "DEL" | "UNLINK" => Some(deleted(case, count, view)),
        "EXISTS" => Some(exists(case, count, view)),
        "EXPIRE" | "PEXPIRE" | "EXPIREAT" | "PEXPIREAT" => Some(expire(case, number, view)),
        "PERSIST" if number == 0 => Some(without_ttl(case.word(1), view)),
        "TTL" | "PTTL" | "EXPIRETIME" | "PEXPIRETIME" => ttl(case, number, view),
        "LINSERT" => Some(match number {
            -1 => format!(
                "no element of {} is {}, so nothing was inserted.",
                name(case.word(1)),
                name(case.word(3))
            ),
            0 => view.absent(case.word(1)),
            _ => format!("the list has {} now.", count_of(count, "element")),
        }),
        "LPUSHX" | "RPUSHX" if number == 0 => {
            Some(format!("{} And {} makes no new list.", view.absent(case.word(1)), case.name))
        }
        "HDEL" | "HEXISTS" | "SREM" | "SISMEMBER" | "ZREM" if number == 0 => {
            Some(part_missing(case, view))
        }
        "LREM" if number == 0 => Some(match view.kind(case.word(1)) {
            None => view.absent(case.word(1)),
            Some(_) => format!("no element of {} is {}.", name(case.word(1)), name(case.word(3))),
        }),
        "HLEN" | "LLEN" | "SCARD" | "ZCARD" | "STRLEN" if number == 0 => {
            let key = case.key()?;
            match view.kind(key) {
                None => Some(format!("{} What does not exist has length 0.", view.absent(key))),
                Some(_) => None,
            }
        }
        "RENAMENX" if number == 0 => Some(format!("{} exists already.", name(case.word(2)))),
        "MOVE" if number == 0 => Some(moved(case, view)),
        "COPY" if number == 0 => Some(match view.kind(case.word(1)) {
            None => view.absent(case.word(1)),
            Some(_) => format!("{} exists already; REPLACE would replace it.", name(case.word(2))),
        }),
        "SMOVE" if number == 0 => Some(match view.kind(case.word(1)) {
            None => view.absent(case.word(1)),
            Some(_) => missing_part(case.word(1), case.word(3), view),
        }),
        "DBSIZE" => Some(dbsize(count, view)),
        "STRLEN" | "APPEND" => {
            Some(format!("{} has {} now.", name(case.word(1)), count_of(count, "byte")))
        }
        _ => None,
    }
}

fn hset(case: &Case<'_>, added: usize) -> String {
    let fields = case.words_from(2).len() / 2;
    match (added, fields - added.min(fields)) {
        (0, 1) => "the field was there and was updated, not added.".to_owned(),
        (0, n) => format!("the {n} fields were there and were updated, not added."),
        (1, 0) => "the field was new.".to_owned(),
        (n, 0) => format!("{n} fields were new."),
        (n, m) => format!(
            "{} new, and {} there before and updated.",
            if n == 1 { "1 field was".to_owned() } else { format!("{n} fields were") },
            if m == 1 { "1 was".to_owned() } else { format!("{m} were") }
        ),
    }
}

fn sadd(case: &Case<'_>, added: usize) -> String {
    let given = case.words_from(2).len();
    match (added, given) {
        (0, 1) => {
            format!("{} was in the set already; a set holds a member once.", name(case.word(2)))
        }
        (0, n) => format!("all {n} were in the set already; a set holds a member once."),
        (n, m) if n == m => format!("{} new in the set.", were(n, "member")),
        (n, m) => format!(
            "{} new; {} there already, or given twice.",
            were(n, "member"),
            was(m - n.min(m))
        ),
    }
}

fn were(count: usize, thing: &str) -> String {
    let verb = if count == 1 { "was" } else { "were" };
    format!("{} {verb}", count_of(count, thing))
}

fn was(count: usize) -> String {
    if count == 1 { "1 was".to_owned() } else { format!("{count} were") }
}

fn zadd(case: &Case<'_>, count: usize) -> String {
    if case.has("CH") {
        return format!("{} added or got another score.", were(count, "member"));
    }
    match count {
        0 if case.has("XX") => {
            "XX adds no members; those that are there got their scores.".to_owned()
        }
        0 if case.has("NX") => "they are there already, and NX changes no score.".to_owned(),
        0 => "no member was new; those that were there have the scores you gave.".to_owned(),
        n => format!("{} new.", were(n, "member")),
    }
}

fn deleted(case: &Case<'_>, count: usize, view: &mut View<'_>) -> String {
    let asked = case.keys();
    match (count, asked.as_slice()) {
        (0, [only]) => format!("nothing was deleted: {}", view.absent(only)),
        (0, several) => format!("none of the {} keys exists in db {}.", several.len(), view.db),
        (n, several) if n == several.len() => format!("{} deleted.", were(n, "key")),
        (n, several) => {
            format!(
                "{} deleted; of the {} you named, the others do not exist.",
                were(n, "key"),
                several.len()
            )
        }
    }
}

fn exists(case: &Case<'_>, count: usize, view: &mut View<'_>) -> String {
    let asked = case.keys();
    let first = asked.first().copied().unwrap_or_default();
    if asked.len() > 1 && asked.iter().all(|key| *key == first) && count == asked.len() {
        return "a key that is named several times is counted each time.".to_owned();
    }
    let missing: Vec<&[u8]> =
        asked.iter().copied().filter(|key| view.kind(key).is_none()).collect();
    match missing.as_slice() {
        [] => format!(
            "{} there.",
            if count == 1 { "the key is".to_owned() } else { format!("all {count} are") }
        ),
        [only, ..] => view.absent(only),
    }
}

fn expire(case: &Case<'_>, number: i64, view: &mut View<'_>) -> String {
    let key = case.word(1);
    if number == 1 {
        return match view.ttl(key) {
            Some(left) => format!("{} goes in {}.", name(key), span(left)),
            None => format!("that time is past, so {} was deleted at once.", name(key)),
        };
    }
    match view.kind(key) {
        None => format!("no time was set: {}", view.absent(key)),
        Some(_) => "no time was set: the condition (NX, XX, GT or LT) did not hold.".to_owned(),
    }
}

fn without_ttl(key: &[u8], view: &mut View<'_>) -> String {
    match view.kind(key) {
        None => view.absent(key),
        Some(_) => format!("{} had no time to live, so it stays anyway.", name(key)),
    }
}

fn ttl(case: &Case<'_>, number: i64, view: &mut View<'_>) -> Option<String> {
    let key = case.word(1);
    match number {
        -2 => Some(view.absent(key)),
        -1 => Some(format!("{} has no time to live: it stays until it is deleted.", name(key))),
        _ => match case.name.as_str() {
            "TTL" => Some(format!("{} goes in {}.", name(key), span(number.saturating_mul(1000)))),
            "PTTL" => Some(format!("{} goes in {}.", name(key), span(number))),
            _ => None,
        },
    }
}

/// Milliseconds in words.
fn span(millis: i64) -> String {
    let amount = |count: i64, thing: &str| count_of(usize::try_from(count).unwrap_or(0), thing);
    match millis {
        0..1000 => amount(millis, "millisecond"),
        1000..120_000 => amount(millis.saturating_add(500) / 1000, "second"),
        120_000..7_200_000 => format!("about {}", amount(millis / 60_000, "minute")),
        7_200_000..172_800_000 => format!("about {}", amount(millis / 3_600_000, "hour")),
        _ => format!("about {}", amount(millis / 86_400_000, "day")),
    }
}

fn part_missing(case: &Case<'_>, view: &mut View<'_>) -> String {
    let key = case.word(1);
    match view.kind(key) {
        None => view.absent(key),
        Some(_) => missing_part(key, case.word(2), view),
    }
}

fn moved(case: &Case<'_>, view: &mut View<'_>) -> String {
    match view.kind(case.word(1)) {
        None => view.absent(case.word(1)),
        Some(
            ValueKind::String
            | ValueKind::List
            | ValueKind::Set
            | ValueKind::Hash
            | ValueKind::ZSet,
        ) => {
            format!("db {} has a key {} already.", name(case.word(2)), name(case.word(1)))
        }
    }
}

fn dbsize(count: usize, view: &mut View<'_>) -> String {
    let db = view.db;
    let others: usize =
        view.filled().into_iter().filter(|(other, _)| *other != db).map(|(_, size)| size).sum();
    let rest = match others {
        0 => String::new(),
        n => format!(" The other databases hold {}.", keys(n)),
    };
    format!("db {db} holds {}, of whatever type.{rest}", keys(count))
}

/// What a command's number counts, where there is nothing special to say.
fn meaning(case: &Case<'_>, number: i64) -> Option<String> {
    Some(
        match case.name.as_str() {
            "INCR" | "INCRBY" | "DECR" | "DECRBY" | "HINCRBY" => "the number after the change.",
            "LPUSH" | "RPUSH" | "LPUSHX" | "RPUSHX" | "LLEN" => {
                "how many elements the list has now."
            }
            "HLEN" => "how many fields the hash has.",
            "SCARD" | "ZCARD" => "how many members it has.",
            "HDEL" => "how many fields were deleted.",
            "SREM" | "ZREM" | "ZREMRANGEBYSCORE" | "ZREMRANGEBYRANK" | "ZREMRANGEBYLEX" => {
                "how many members were taken out."
            }
            "LREM" => "how many elements were taken out.",
            "HEXISTS" => "the field is there.",
            "SISMEMBER" => "it is a member.",
            "ZRANK" | "ZREVRANK" => "its place, counted from 0.",
            "LPOS" => "its place in the list, counted from 0.",
            "ZCOUNT" | "ZLEXCOUNT" => "how many members are in that range.",
            "SUNIONSTORE" | "SINTERSTORE" | "SDIFFSTORE" | "ZUNIONSTORE" | "ZINTERSTORE"
            | "ZDIFFSTORE" | "ZRANGESTORE" => "how many members the result has.",
            "SETBIT" | "GETBIT" => "the bit that was there.",
            "BITCOUNT" => "how many bits are 1.",
            "PERSIST" => "the time to live was taken off.",
            "RENAMENX" | "MOVE" | "COPY" | "SMOVE" | "MSETNX" if number == 1 => "it was done.",
            _ => return None,
        }
        .to_owned(),
    )
}
