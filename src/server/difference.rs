//! What is different between two values of one key, in lines for `:changed`. Of a collection only
//! the parts that changed are told. Knows no key and no command.

use std::collections::HashMap;

use super::change::quoted_bytes as quoted;
use crate::engine::Entry;
use crate::engine::data::{Hash, Piece, Value};
use crate::resp::number::format_double;

/// How many parts of a collection are told.
const TOLD: usize = 12;

/// The lines, without indent; none if the values are the same or of different types.
pub(super) fn difference(before: &Entry, after: &Entry) -> Vec<String> {
    let lines = match (&before.value, &after.value) {
        (Value::Hash(before), Value::Hash(after)) => {
            parts("field", fields(before), fields(after), |(value, goes_at)| {
                let goes = goes_at.map(|at| format!(" (goes at {at})")).unwrap_or_default();
                format!(": {}{goes}", quoted(value))
            })
        }
        (Value::Set(before), Value::Set(after)) => {
            let owned = |member: Piece<'_>| (member.to_vec(), ());
            parts("member", before.iter().map(owned), after.iter().map(owned), |()| String::new())
        }
        (Value::SortedSet(before), Value::SortedSet(after)) => {
            let owned = |(member, score): (Piece<'_>, f64)| (member.to_vec(), format_double(score));
            parts("member", before.iter().map(owned), after.iter().map(owned), |score| {
                format!(": {score}")
            })
        }
        (Value::List(before), Value::List(after)) => {
            let before: Vec<Vec<u8>> = before.iter().map(Piece::to_vec).collect();
            let after: Vec<Vec<u8>> = after.iter().map(Piece::to_vec).collect();
            elements(&before, &after)
        }
        (
            Value::Int(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::Hash(_)
            | Value::SortedSet(_),
            _,
        ) => Vec::new(),
    };
    cut(lines)
}

/// The fields of a hash, each with its value and when it goes, in milliseconds since 1970.
fn fields(hash: &Hash) -> impl Iterator<Item = (Vec<u8>, (Vec<u8>, Option<i64>))> {
    hash.iter().map(|(field, value)| {
        let field = field.to_vec();
        let goes_at = hash.time(&field);
        (field, (value.to_vec(), goes_at))
    })
}

fn cut(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > TOLD {
        let more = lines.len() - TOLD;
        lines.truncate(TOLD);
        lines.push(format!("… and {more} more"));
    }
    lines
}

/// Fields or members: those that came, those that changed, those that went.
fn parts<V: PartialEq>(
    what: &str,
    before: impl Iterator<Item = (Vec<u8>, V)>,
    after: impl Iterator<Item = (Vec<u8>, V)>,
    tell: impl Fn(&V) -> String,
) -> Vec<String> {
    let before: Vec<(Vec<u8>, V)> = before.collect();
    let after: Vec<(Vec<u8>, V)> = after.collect();
    let old = by_name(&before);
    let new = by_name(&after);
    let name = |name: &[u8]| quoted(name);
    let mut lines = Vec::new();
    for (part, value) in &after {
        match old.get(part.as_slice()) {
            None => lines.push(format!("{what} {} added{}", name(part), tell(value))),
            Some(was) if *was != value => {
                let (was, now) = (tell(was), tell(value));
                let (was, now) = (was.trim_start_matches(": "), now.trim_start_matches(": "));
                lines.push(format!("{what} {}: {was} before, {now} now", name(part)));
            }
            Some(_) => {}
        }
    }
    for (part, value) in &before {
        if !new.contains_key(part.as_slice()) {
            lines.push(format!("{what} {} removed{}", name(part), tell(value)));
        }
    }
    lines
}

fn by_name<V>(pairs: &[(Vec<u8>, V)]) -> HashMap<&[u8], &V> {
    pairs.iter().map(|(name, value)| (name.as_slice(), value)).collect()
}

/// Elements: the stretch between what both lists begin with and what both end with.
fn elements(before: &[Vec<u8>], after: &[Vec<u8>]) -> Vec<String> {
    let same = |(one, other): &(&Vec<u8>, &Vec<u8>)| one == other;
    let head = before.iter().zip(after).take_while(same).count();
    let rest = before.len().min(after.len()) - head;
    let tail = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(same).count();
    let middle = |list: &[Vec<u8>]| -> Vec<String> {
        let middle = list.get(head..list.len() - tail).unwrap_or_default();
        middle.iter().map(|element| quoted(element)).collect()
    };
    let (was, now) = (cut(middle(before)), cut(middle(after)));
    let place = format!("from place {head} on");
    let mut lines = Vec::new();
    if !was.is_empty() {
        lines.push(format!("{place} removed: {}", was.join(", ")));
    }
    if !now.is_empty() {
        lines.push(format!("{place} added: {}", now.join(", ")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use crate::engine::{Engine, NoHost, Now, Peer, Recorder};
    use crate::server::change::changes;

    /// What the last of some lines changed in the one key it wrote.
    fn check(lines: &str, expected: &[&str]) {
        let mut engine = Engine::new(1);
        let client = engine.connect(Peer::default(), Now::default());
        for line in lines.lines() {
            engine.keyspace.recorder = Some(Recorder::default());
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            engine.execute(client, &words, Now::default(), &mut NoHost, &mut Vec::new());
        }
        let recorder = engine.keyspace.recorder.take().unwrap();
        let changes = changes(&engine, &recorder);
        let [change] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!(change.difference(), expected, "{lines}");
    }

    #[test]
    fn only_the_parts_that_changed_are_told() {
        check(
            "HSET h a 1 b 2 c 3\nHSET h b 20 d 4",
            &["field \"b\": \"2\" before, \"20\" now", "field \"d\" added: \"4\""],
        );
        check("HSET h a 1 b 2\nHDEL h a", &["field \"a\" removed: \"1\""]);
        check(
            "HSET h a 1 b 2\nHPEXPIREAT h 4000000000000 FIELDS 1 a",
            &["field \"a\": \"1\" before, \"1\" (goes at 4000000000000) now"],
        );
        check("SADD s a b\nSADD s c", &["member \"c\" added"]);
        check("SADD s a b\nSREM s a", &["member \"a\" removed"]);
        check("ZADD z 1 a 2 b\nZINCRBY z 1.5 a", &["member \"a\": 1 before, 2.5 now"]);
        check("RPUSH l a b\nRPUSH l c d", &["from place 2 on added: \"c\", \"d\""]);
        check("RPUSH l a b b\nLPUSH l b", &["from place 0 on added: \"b\""]);
        check(
            "RPUSH l a b c\nLSET l 1 x",
            &["from place 1 on removed: \"b\"", "from place 1 on added: \"x\""],
        );
        check("RPUSH l a a a\nLPOP l", &["from place 2 on removed: \"a\""]);
        check("SET k 1\nINCR k", &[]);
        check("SET k 1\nEXPIRE k 10", &[]);
    }

    #[test]
    fn many_parts_are_cut() {
        let members: Vec<String> = (0..20).map(|number| format!("m{number}")).collect();
        let line = format!("SADD s a\nSADD s {}", members.join(" "));
        let mut expected: Vec<String> =
            (0..12).map(|number| format!("member \"m{number}\" added")).collect();
        expected.push("… and 8 more".to_owned());
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&line, &expected);
    }
}
