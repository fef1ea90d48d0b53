//! What `:why` looks at: the data around the keys of a command, counted as no access.

use std::ops::ControlFlow;

use crate::engine::data::{Piece, Value, ValueKind};
use crate::engine::{DATABASES, parse_i64};
use crate::lab::Answer;
use crate::lab::console::{Console, Origin};
use crate::lesson::nearest;
use crate::resp::Reply;
use crate::syntax::quote;

/// Keys that are compared in search of a near name; beyond that a search would be felt.
const COMPARED: usize = 2_000;

/// The longest name that is shown whole.
const LONGEST: usize = 40;

/// The data as the command's client sees it.
pub(super) struct View<'c> {
    console: &'c mut Console,
    answer: Answer,
    /// The database that the command ran in.
    pub(super) db: u32,
}

impl<'c> View<'c> {
    pub(super) fn new(console: &'c mut Console, origin: &Origin) -> Self {
        Self { console, answer: origin.answer.clone(), db: origin.db }
    }

    pub(super) fn value(&mut self, key: &[u8]) -> Option<&Value> {
        self.console.value_at(&self.answer, self.db, key)
    }

    pub(super) fn kind(&mut self, key: &[u8]) -> Option<ValueKind> {
        self.value(key).map(Value::kind)
    }

    /// The members, fields or elements of a key.
    pub(super) fn parts(&mut self, key: &[u8]) -> Vec<Vec<u8>> {
        match self.value(key) {
            Some(Value::Hash(hash)) => hash.iter().map(|(field, _)| field.to_vec()).collect(),
            Some(Value::Set(set)) => set.iter().map(Piece::to_vec).collect(),
            Some(Value::SortedSet(set)) => set.iter().map(|(member, _)| member.to_vec()).collect(),
            Some(Value::List(list)) => list.iter().map(Piece::to_vec).collect(),
            Some(Value::Int(_) | Value::Str(_)) | None => Vec::new(),
        }
    }

    /// The value of a hash's field.
    pub(super) fn field(&mut self, key: &[u8], field: &[u8]) -> Option<Vec<u8>> {
        match self.value(key) {
            Some(Value::Hash(hash)) => hash.get(field).map(Piece::to_vec),
            Some(
                Value::Int(_)
                | Value::Str(_)
                | Value::List(_)
                | Value::Set(_)
                | Value::SortedSet(_),
            )
            | None => None,
        }
    }

    /// A string value.
    pub(super) fn string(&mut self, key: &[u8]) -> Option<Vec<u8>> {
        self.value(key)?.as_string().map(Piece::to_vec)
    }

    /// Milliseconds that a key has left; `None` if it stays.
    pub(super) fn ttl(&mut self, key: &[u8]) -> Option<i64> {
        let reply = self.console.observe_at(&self.answer, self.db, &[b"PTTL", key])?;
        let Reply::Integer(left) = reply else { return None };
        (left >= 0).then_some(left)
    }

    /// How many keys a database holds.
    pub(super) fn size(&mut self, db: u32) -> usize {
        if self.answer == Answer::Elsewhere {
            // Looking at every key would take as long as there are many.
            let told = self.console.observe_at(&self.answer, db, &[b"DBSIZE"]);
            let Some(Reply::Integer(size)) = told else { return 0 };
            return usize::try_from(size).unwrap_or(0);
        }
        let mut count = 0;
        self.console.visit_at(&self.answer, db, &mut |_, _| {
            count += 1;
            ControlFlow::Continue(())
        });
        count
    }

    /// Databases that hold keys, with their number of keys.
    pub(super) fn filled(&mut self) -> Vec<(u32, usize)> {
        let all = u32::try_from(DATABASES).unwrap_or(16);
        (0..all).map(|db| (db, self.size(db))).filter(|(_, size)| *size > 0).collect()
    }

    /// Another database that has this key.
    pub(super) fn elsewhere(&mut self, key: &[u8]) -> Option<u32> {
        let all = u32::try_from(DATABASES).unwrap_or(16);
        let here = self.db;
        (0..all)
            .filter(|db| *db != here)
            .find(|db| self.console.value_at(&self.answer, *db, key).is_some())
    }

    /// A key of this database that was probably meant.
    pub(super) fn meant(&mut self, key: &[u8]) -> Option<Vec<u8>> {
        let mut keys = Vec::new();
        let mut other_case = None;
        self.console.visit_at(&self.answer, self.db, &mut |name, _| {
            if name.eq_ignore_ascii_case(key) {
                other_case = Some(name.to_vec());
                return ControlFlow::Break(());
            }
            if keys.len() < COMPARED {
                keys.push(name.to_vec());
            }
            ControlFlow::Continue(())
        });
        other_case.or_else(|| near(key, &keys))
    }

    /// Why there is no such key, with what to do.
    pub(super) fn absent(&mut self, key: &[u8]) -> String {
        let (name, db) = (name(key), self.db);
        if let Some(meant) = self.meant(key) {
            let case = meant.eq_ignore_ascii_case(key);
            let why = if case { "; small and capital letters differ" } else { "" };
            return format!(
                "there is no key {name} in db {db}, but there is {}{why}.",
                self::name(&meant)
            );
        }
        if let Some(other) = self.elsewhere(key) {
            return format!(
                "there is no key {name} in db {db}, but there is one in db {other}: SELECT {other} \
                 goes there."
            );
        }
        match self.size(db) {
            0 => format!("db {db} holds no keys at all, so there is no {name}.{}", self.others()),
            1 => format!("there is no key {name} in db {db}; KEYS * shows the one key it holds."),
            size => format!("there is no key {name} in db {db}; KEYS * lists its {size} keys."),
        }
    }

    /// Where there are keys, for somebody who looks at an empty database.
    pub(super) fn others(&mut self) -> String {
        let filled = self.filled();
        let told: Vec<String> =
            filled.iter().map(|(db, size)| format!("db {db} has {}", keys(*size))).collect();
        if told.is_empty() { String::new() } else { format!(" But {}.", told.join(", ")) }
    }
}

/// The nearest of some names.
pub(super) fn near(name: &[u8], names: &[Vec<u8>]) -> Option<Vec<u8>> {
    // Of one or two letters every other such name would be near.
    let text = std::str::from_utf8(name).ok().filter(|text| text.chars().count() > 2)?;
    let texts = names.iter().filter_map(|name| std::str::from_utf8(name).ok());
    nearest(text, texts).map(|near| near.as_bytes().to_vec())
}

/// A name as it would be typed, cut where it is long.
pub(super) fn name(bytes: &[u8]) -> String {
    let text = quote(bytes.get(..LONGEST * 2).unwrap_or(bytes));
    if text.chars().count() <= LONGEST {
        return text;
    }
    let kept: String = text.chars().take(LONGEST).collect();
    format!("{kept}…")
}

/// Names with commas, the first few of them.
pub(super) fn names(all: &[Vec<u8>]) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<String> = all.iter().take(SHOWN).map(|one| name(one)).collect();
    let more = if all.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// `1 key`, `2 keys`.
pub(super) fn keys(count: usize) -> String {
    count_of(count, "key")
}

/// `1 thing`, `2 things`.
pub(super) fn count_of(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// What a value of a kind is called.
pub(super) fn kind_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::String => "string",
        ValueKind::List => "list",
        ValueKind::Set => "set",
        ValueKind::Hash => "hash",
        ValueKind::ZSet => "sorted set",
    }
}

/// The command that reads a whole value of a kind.
pub(super) fn reader(kind: ValueKind, key: &str) -> String {
    match kind {
        ValueKind::String => format!("GET {key}"),
        ValueKind::List => format!("LRANGE {key} 0 -1"),
        ValueKind::Set => format!("SMEMBERS {key}"),
        ValueKind::Hash => format!("HGETALL {key}"),
        ValueKind::ZSet => format!("ZRANGE {key} 0 -1 WITHSCORES"),
    }
}

/// Whether a word is a whole number of 64 bits.
pub(super) fn is_integer(word: &[u8]) -> bool {
    parse_i64(word).is_some()
}
