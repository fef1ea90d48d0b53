//! A keyspace as the commands that make it again.
//!
//! What a rewrite writes when its base is no RDB file, what an export prints, and what takes a
//! key back to an earlier state.

use crate::engine::data::{Hash, Piece, Value};
use crate::engine::{Entry, Picked};
use crate::resp::write_request;

/// How many elements one command carries at most, as in Redis.
const GROUP: usize = 64;

/// A longer string is written piece by piece.
const PIECE: usize = 1024 * 1024;

/// An empty word of a request.
const EMPTY: &[u8] = b"$0\r\n\r\n";

/// Keys as commands that are being written.
#[derive(Debug, Default)]
pub struct Commands {
    pub(super) buffer: Vec<u8>,
    /// The database that the last key was in.
    db: Option<usize>,
}

impl Commands {
    /// Adds a key, or of a long value as much as makes the buffer `limit` long; says where in the value
    /// to go on.
    pub(super) fn add(&mut self, picked: &Picked<'_>, limit: usize) -> Option<usize> {
        let Picked { db, key, entry, from, .. } = *picked;
        let buffer = &mut self.buffer;
        if self.db != Some(db) {
            self.db = Some(db);
            write_request(buffer, &["SELECT".as_bytes(), db.to_string().as_bytes()]);
        }
        match &entry.value {
            Value::Str(text) if text.len() > PIECE => {
                if from == 0 {
                    // All that a request has before the text of its last word.
                    write_request(buffer, &[b"SET".as_slice(), key, b""]);
                    buffer.truncate(buffer.len() - EMPTY.len());
                    buffer.extend_from_slice(format!("${}\r\n", text.len()).as_bytes());
                }
                let end = text.len().min(from.saturating_add(PIECE));
                buffer.extend_from_slice(text.get(from..end).unwrap_or_default());
                if end < text.len() {
                    return Some(end);
                }
                buffer.extend_from_slice(b"\r\n");
                expire(key, entry, &mut |words| write_request(buffer, words));
                None
            }
            Value::Int(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::Hash(_)
            | Value::SortedSet(_) => commands_from(key, entry, from, &mut |words| {
                write_request(buffer, words);
                buffer.len() < limit
            }),
        }
    }
}

/// Gives `command` the words of each command that makes `key` as `entry` has it, in a database
/// where it does not exist.
pub fn commands_for(key: &[u8], entry: &Entry, command: &mut impl FnMut(&[&[u8]])) {
    commands_from(key, entry, 0, &mut |words| {
        command(words);
        true
    });
}

/// As [`commands_for`], from element `from` on, until `command` wants no more: says where to go on.
fn commands_from(
    key: &[u8],
    entry: &Entry,
    from: usize,
    command: &mut impl FnMut(&[&[u8]]) -> bool,
) -> Option<usize> {
    let next = match &entry.value {
        Value::Int(number) => {
            command(&[b"SET", key, itoa::Buffer::new().format(*number).as_bytes()]);
            None
        }
        Value::Str(text) => {
            command(&[b"SET", key, text]);
            None
        }
        Value::List(list) => {
            let items = list.range(from..list.len()).map(|item| [Word::Piece(item)]);
            grouped(b"RPUSH", key, from, items, command)
        }
        Value::Set(set) => {
            let members = set.iter_from(from).map(|member| [Word::Piece(member)]);
            grouped(b"SADD", key, from, members, command)
        }
        Value::Hash(hash) => {
            let pairs = hash.iter_from(from);
            let pairs = pairs.map(|(field, text)| [Word::Piece(field), Word::Piece(text)]);
            grouped(b"HSET", key, from, pairs, command)
        }
        Value::SortedSet(set) => {
            let pairs = set.range(from..set.len());
            let pairs = pairs.map(|(member, score)| [Word::Score(score), Word::Piece(member)]);
            grouped(b"ZADD", key, from, pairs, command)
        }
    };
    if next.is_none() {
        let mut command = |words: &[&[u8]]| {
            command(words);
        };
        if let Value::Hash(hash) = &entry.value {
            field_times(key, hash, &mut command);
        }
        expire(key, entry, &mut command);
    }
    next
}

/// Gives `command` the one that sets the expire time, if there is one.
fn expire(key: &[u8], entry: &Entry, command: &mut impl FnMut(&[&[u8]])) {
    if let Some(at) = entry.expire_at() {
        command(&[b"PEXPIREAT", key, itoa::Buffer::new().format(at).as_bytes()]);
    }
}

/// Gives `command` what lets fields of a hash go at their time: the last field first, so that those with the
/// same time stay in their order.
fn field_times(key: &[u8], hash: &Hash, command: &mut impl FnMut(&[&[u8]])) {
    if hash.first_time().is_none() {
        return;
    }
    let timed = hash.iter().filter_map(|(field, _)| {
        let field = field.to_vec();
        hash.time(&field).map(|at| (at, field))
    });
    let mut timed: Vec<(i64, Vec<u8>)> = timed.collect();
    timed.reverse();
    for same in timed.chunk_by(|one, other| one.0 == other.0) {
        for group in same.chunks(GROUP) {
            let at = same.first().map_or(0, |(at, _)| *at);
            let (mut moment, mut count) = (itoa::Buffer::new(), itoa::Buffer::new());
            let (moment, count) = (moment.format(at), count.format(group.len()));
            let mut words = vec![b"HPEXPIREAT", key, moment.as_bytes(), b"FIELDS"];
            words.push(count.as_bytes());
            words.extend(group.iter().map(|(_, field)| field.as_slice()));
            command(&words);
        }
    }
}

/// A word of a command before it is text.
#[derive(Clone, Copy)]
enum Word<'a> {
    Piece(Piece<'a>),
    Score(f64),
}

/// Gives `command` the elements from number `from` on behind `name` and `key`, [`GROUP`] in each
/// command, until it wants no more: says where to go on.
fn grouped<'a, const N: usize>(
    name: &[u8],
    key: &[u8],
    from: usize,
    elements: impl Iterator<Item = [Word<'a>; N]>,
    command: &mut impl FnMut(&[&[u8]]) -> bool,
) -> Option<usize> {
    let mut next = from;
    let mut elements = elements.peekable();
    // The text of all words of a command, and where each ends.
    let (mut text, mut ends) = (Vec::new(), Vec::new());
    while elements.peek().is_some() {
        text.clear();
        ends.clear();
        for word in elements.by_ref().take(GROUP).flatten() {
            match word {
                Word::Piece(piece) => piece.write_to(&mut text),
                Word::Score(score) => {
                    text.extend_from_slice(crate::resp::number::format_double(score).as_bytes());
                }
            }
            ends.push(text.len());
        }
        let mut words = vec![name, key];
        let mut start = 0;
        for end in &ends {
            words.push(text.get(start..*end).unwrap_or_default());
            start = *end;
        }
        next += GROUP;
        if !command(&words) && elements.peek().is_some() {
            return Some(next);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::data::{Limits, List, Set, SortedSet};

    fn commands(entry: &Entry) -> String {
        let mut lines = Vec::new();
        commands_for(b"k", entry, &mut |words| {
            let words: Vec<_> = words.iter().map(|word| String::from_utf8_lossy(word)).collect();
            lines.push(words.join(" "));
        });
        lines.join("\n")
    }

    #[test]
    fn every_type_has_its_command() {
        let limits = Limits::default();
        let mut list = List::new();
        let (mut set, mut hash, mut sorted) = (Set::new(), Hash::new(), SortedSet::new());
        for text in [b"b".as_slice(), b"1"] {
            list.push_back(text);
            set.insert(text, &limits);
            hash.set(text, b"v", &limits);
            sorted.insert(text, 1.5, &limits);
        }
        for (value, text) in [
            (Value::string(b"-5"), "SET k -5"),
            (Value::string(b"a b"), "SET k a b"),
            (Value::List(Box::new(list)), "RPUSH k b 1"),
            (Value::Set(set), "SADD k b 1"),
            (Value::Hash(hash), "HSET k b v 1 v"),
            (Value::SortedSet(sorted), "ZADD k 1.5 1 1.5 b"),
        ] {
            assert_eq!(commands(&Entry::new(value)), text);
        }
    }

    #[test]
    fn fields_get_their_times_in_an_order_that_keeps_theirs() {
        let mut hash = Hash::new();
        for (field, at) in [("a", Some(9)), ("b", None), ("c", Some(7)), ("d", Some(9))] {
            hash.set(field.as_bytes(), b"1", &Limits::default());
            hash.set_time(field.as_bytes(), at);
        }
        assert_eq!(
            commands(&Entry::new(Value::Hash(hash))),
            "HSET k c 1 d 1 a 1 b 1\nHPEXPIREAT k 9 FIELDS 2 a d\nHPEXPIREAT k 7 FIELDS 1 c"
        );
    }

    #[test]
    fn long_collections_come_in_groups_and_expire_times_last() {
        let mut list = List::new();
        for _ in 0..130 {
            list.push_back(b"x");
        }
        let entry = Entry::new(Value::List(Box::new(list))).with_expire_at(Some(99));
        let group = |count| format!("RPUSH k{}", " x".repeat(count));
        assert_eq!(
            commands(&entry),
            format!("{}\n{}\n{}\nPEXPIREAT k 99", group(64), group(64), group(2))
        );
    }
}
