//! What a command changed, for `:changed` and `:undo`.

use std::collections::HashMap;
use std::fmt;

use super::difference::difference;
use crate::engine::data::{Piece, Value};
use crate::engine::{Engine, Entry, Keyspace, Recorder};
use crate::escape::repr;
use crate::resp::number::format_double;

/// How many elements of a collection are told.
const TOLD: usize = 6;
/// How many bytes of a string are told.
const TOLD_BYTES: usize = 60;

/// One key that a command changed.
#[derive(Debug, Clone)]
pub struct Change {
    /// The database.
    pub db: usize,
    /// The key.
    pub key: Vec<u8>,
    /// What it held before.
    pub before: Option<Seen>,
    /// What it holds now.
    pub after: Option<Seen>,
}

/// What a key held at some moment.
#[derive(Debug, Clone)]
pub struct Seen {
    /// In a few words, safe to print.
    pub text: String,
    /// Whether it had an expire time.
    pub expires: bool,
    pub(super) entry: Entry,
}

impl Change {
    /// What is different now, a line each, where only parts of a collection changed.
    pub fn difference(&self) -> Vec<String> {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => difference(&before.entry, &after.entry),
            (None | Some(_), None) | (None, Some(_)) => Vec::new(),
        }
    }
}

/// The changes of several commands as those of one: what each key held first, and what it holds
/// last. What came back to where it was is no change.
pub fn merge(changes: Vec<Change>) -> Vec<Change> {
    let mut merged: Vec<Change> = Vec::new();
    let mut places = HashMap::new();
    for change in changes {
        let place = *places.entry((change.db, change.key.clone())).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(earlier) => earlier.after = change.after,
            None => merged.push(change),
        }
    }
    merged.retain(|change| match (&change.before, &change.after) {
        (Some(before), Some(after)) => !same(&before.entry, &after.entry),
        (None, None) => false,
        (Some(_), None) | (None, Some(_)) => true,
    });
    merged
}

impl Seen {
    /// Whether it was a hash.
    pub fn is_hash(&self) -> bool {
        matches!(self.entry.value, Value::Hash(_))
    }

    /// Whether it was a string that is no whole number.
    pub fn is_text(&self) -> bool {
        matches!(self.entry.value, Value::Str(_))
    }

    /// Whether it was a hash that has these fields, and one at least.
    pub fn has_fields<'a>(&self, fields: impl Iterator<Item = &'a [u8]>) -> bool {
        let Value::Hash(hash) = &self.entry.value else { return false };
        let mut fields = fields.peekable();
        fields.peek().is_some() && fields.all(|field| hash.contains(field))
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Seen {
    fn new(entry: &Entry) -> Self {
        let (text, expires) = (tell(&entry.value), entry.expire_at().is_some());
        Self { text, expires, entry: entry.clone() }
    }
}

/// The changes that a recorder saw, in the order of the keys' first change.
pub(super) fn changes(engine: &Engine, recorder: &Recorder) -> Vec<Change> {
    recorder
        .iter()
        .filter_map(|(db, key, before)| {
            let after = engine.keyspace.databases().get(db)?.entry(key);
            let same = match (before, after) {
                (Some(before), Some(after)) => same(before, after),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            (!same).then(|| Change {
                db,
                key: key.to_vec(),
                before: before.map(Seen::new),
                after: after.map(Seen::new),
            })
        })
        .collect()
}

/// Whether two keyspaces hold the same keys with the same values.
pub(super) fn same_data(one: &Keyspace, other: &Keyspace) -> bool {
    one.databases().iter().zip(other.databases()).all(|(one, other)| {
        one.len() == other.len()
            && one.iter().all(|(key, entry)| other.entry(key).is_some_and(|held| same(entry, held)))
    })
}

/// Whether two entries hold the same; the order of a set or hash does not matter.
fn same(one: &Entry, other: &Entry) -> bool {
    one.expire_at() == other.expire_at()
        && match (&one.value, &other.value) {
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Int(_) | Value::Str(_), Value::Int(_) | Value::Str(_)) => {
                one.value.as_string() == other.value.as_string()
            }
            (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().eq(b.iter()),
            (Value::Set(a), Value::Set(b)) => {
                a.len() == b.len() && a.iter().all(|member| b.contains(&member.to_cow()))
            }
            (Value::Hash(a), Value::Hash(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(field, value)| {
                        let field = field.to_cow();
                        b.get(&field) == Some(value) && a.time(&field) == b.time(&field)
                    })
            }
            (Value::SortedSet(a), Value::SortedSet(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .zip(b.iter())
                        .all(|((m, s), (n, t))| m == n && s.total_cmp(&t).is_eq())
            }
            (
                Value::Int(_)
                | Value::Str(_)
                | Value::List(_)
                | Value::Set(_)
                | Value::Hash(_)
                | Value::SortedSet(_),
                _,
            ) => false,
        }
}

/// A value in a few words.
fn tell(value: &Value) -> String {
    match value {
        Value::Int(_) | Value::Str(_) => value.as_string().map_or_else(String::new, quoted),
        Value::List(list) => {
            let told: Vec<String> = list.iter().take(TOLD).map(quoted).collect();
            collection("list", "[", &told, "]", list.len())
        }
        Value::Set(set) => {
            let told: Vec<String> = set.iter().take(TOLD).map(quoted).collect();
            collection("set", "{", &told, "}", set.len())
        }
        Value::Hash(hash) => {
            let told: Vec<String> = hash
                .iter()
                .take(TOLD)
                .map(|(field, value)| format!("{}: {}", quoted(field), quoted(value)))
                .collect();
            collection("hash", "{", &told, "}", hash.len())
        }
        Value::SortedSet(set) => {
            let told: Vec<String> = set
                .iter()
                .take(TOLD)
                .map(|(member, score)| format!("{}: {}", quoted(member), format_double(score)))
                .collect();
            collection("sorted set", "{", &told, "}", set.len())
        }
    }
}

fn collection(kind: &str, open: &str, told: &[String], close: &str, len: usize) -> String {
    let more = if len > told.len() { format!(", … {len} in all") } else { String::new() };
    format!("{kind} {open}{}{more}{close}", told.join(", "))
}

fn quoted(piece: Piece<'_>) -> String {
    quoted_bytes(&piece.to_cow())
}

/// A string as `redis-cli` would quote it, cut where it is long.
pub(super) fn quoted_bytes(bytes: &[u8]) -> String {
    let shown = bytes.get(..TOLD_BYTES).unwrap_or(bytes);
    let text = String::from_utf8_lossy(&repr(shown)).into_owned();
    if shown.len() == bytes.len() {
        text
    } else {
        format!("{text}… {} bytes in all", bytes.len())
    }
}
