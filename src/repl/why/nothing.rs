//! Replies that bring nothing: `(nil)` and empty collections, or some nothing among others.

use super::errors::missing_part;
use super::view::{View, count_of, keys, kind_name, name};
use super::{Case, exec};
use crate::engine::data::ValueKind;
use crate::resp::Reply;

/// `(nil)`.
pub(super) fn nil(case: &Case<'_>, view: &mut View<'_>) -> Option<String> {
    match case.name.as_str() {
        "EXEC" => return Some(exec::watched()),
        "SET" => return set(case, view),
        "RANDOMKEY" => {
            let db = view.db;
            return Some(format!("db {db} holds no keys.{}", view.others()));
        }
        _ => {}
    }
    let key = case.key()?;
    if view.kind(key).is_none() {
        return Some(absent_key(key, view));
    }
    match case.name.as_str() {
        "HGET" | "ZSCORE" | "ZRANK" | "ZREVRANK" | "ZINCRBY" => {
            Some(missing_part(key, case.word(2), view))
        }
        "LINDEX" => {
            let length = view.parts(key).len();
            Some(format!(
                "{} has {}: its places are 0 to {}, or -1 to -{length} from the end.",
                name(key),
                count_of(length, "element"),
                length.saturating_sub(1)
            ))
        }
        "LPOS" => Some(format!("no element of {} is {}.", name(key), name(case.word(2)))),
        _ => None,
    }
}

pub(super) fn absent_key(key: &[u8], view: &mut View<'_>) -> String {
    format!("(nil): {}", view.absent(key))
}

fn set(case: &Case<'_>, view: &mut View<'_>) -> Option<String> {
    let key = case.key()?;
    let name = name(key);
    if case.has("GET") {
        return Some(format!("(nil): {name} held nothing before; GET gives the old value."));
    }
    if case.has("NX") {
        let kind = view.kind(key).map_or("value", kind_name);
        return Some(format!(
            "(nil): nothing was stored. {name} exists, as a {kind}, and NX stores only where no key is."
        ));
    }
    if case.has("XX") {
        return Some(format!(
            "(nil): nothing was stored. {name} does not exist, and XX stores only where a key is."
        ));
    }
    None
}

/// A list of elements, maybe empty.
pub(super) fn items(case: &Case<'_>, items: &[Reply], view: &mut View<'_>) -> Option<String> {
    if items.is_empty() {
        return empty(case, view);
    }
    let missing: Vec<usize> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| **item == Reply::Null)
        .map(|(place, _)| place)
        .collect();
    match case.name.as_str() {
        "MGET" if !missing.is_empty() => {
            let key = case.keys().get(*missing.first()?).copied()?;
            Some(match view.kind(key) {
                None => absent_key(key, view),
                Some(kind) => format!(
                    "(nil): {} holds a {}, and MGET reads strings only; it gives no error.",
                    name(key),
                    kind_name(kind)
                ),
            })
        }
        "HMGET" if !missing.is_empty() => {
            let (key, place) = (case.key()?, *missing.first()?);
            Some(match view.kind(key) {
                None => absent_key(key, view),
                Some(_) => missing_part(key, case.word(2 + place), view),
            })
        }
        "HGETALL" => Some(format!(
            "{} is a hash: each field is followed by its value, {} in all.",
            name(case.key()?),
            count_of(items.len() / 2, "field")
        )),
        "KEYS" => Some(format!(
            "{} of db {} match, in no particular order.",
            count_of(items.len(), "key"),
            view.db
        )),
        "SMEMBERS" => Some("a set has no order: its members may come in any.".to_owned()),
        "LRANGE" => Some(
            "a list keeps the order in which its elements were pushed; 0 -1 means all of it."
                .to_owned(),
        ),
        "ZRANGE" => Some("a sorted set is in the order of its scores, lowest first.".to_owned()),
        "SCAN" => Some(
            "the first reply is where to go on: call SCAN with it until it is 0 again.".to_owned(),
        ),
        _ => None,
    }
}

fn empty(case: &Case<'_>, view: &mut View<'_>) -> Option<String> {
    if case.name == "KEYS" {
        let db = view.db;
        return Some(match view.size(db) {
            0 => format!("db {db} holds no keys.{}", view.others()),
            1 => format!("the one key in db {db} does not match {}.", name(case.word(1))),
            size => {
                format!("none of the {} in db {db} matches {}.", keys(size), name(case.word(1)))
            }
        });
    }
    let key = case.key()?;
    let Some(kind) = view.kind(key) else {
        let said = view.absent(key);
        return Some(format!("{said} What does not exist reads as empty."));
    };
    match kind {
        ValueKind::List | ValueKind::ZSet => {
            let length = view.parts(key).len();
            Some(format!(
                "{} has {}, and none is in the range you asked for; 0 -1 asks for all.",
                name(key),
                count_of(length, "element")
            ))
        }
        ValueKind::String | ValueKind::Set | ValueKind::Hash => None,
    }
}
