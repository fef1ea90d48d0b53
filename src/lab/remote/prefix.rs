//! Keys of one's own on a server that others use as well: each begins with a prefix that the learner
//! never sees. It holds the number of the database, so there are as many as are typed even on a cluster,
//! which has one; and a hash tag, so that all keys of a learner lie in one slot and commands on several
//! keys and transactions work.
//!
//! Knows no connection: words and replies go in and come out.

use crate::engine::{find, glob, key_positions};
use crate::resp::Reply;

/// The part of every prefix that is in braces, and so decides the slot.
pub(super) fn tag(token: &str) -> String {
    format!("kvtutor:{{{token}}}")
}

/// What every key in a database begins with.
pub(super) fn of(token: &str, db: u32) -> Vec<u8> {
    format!("{}:{db}:", tag(token)).into_bytes()
}

/// The database that is typed and the key in it, of a key as the server knows it; none of others' keys.
pub(super) fn place(token: &str, key: &[u8]) -> Option<(u32, Vec<u8>)> {
    let rest = key.strip_prefix(tag(token).as_bytes())?.strip_prefix(b":")?;
    let end = rest.iter().position(|byte| *byte == b':')?;
    let db = std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?;
    Some((db, rest.get(end + 1..)?.to_vec()))
}

/// The words with the prefix at each key; `None` if they do not say where the keys are.
pub(super) fn put(prefix: &[u8], words: &[&[u8]]) -> Option<Vec<Vec<u8>>> {
    let found = find(words).ok()?;
    let places = key_positions(&found, words)?;
    let put = |(place, word): (usize, &&[u8])| {
        if places.contains(&place) { [prefix, word].concat() } else { word.to_vec() }
    };
    Some(words.iter().enumerate().map(put).collect())
}

/// The words with the prefix at each that is one of the keys, which the server has named.
pub(super) fn put_at(prefix: &[u8], words: &[&[u8]], keys: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let put = |word: &&[u8]| {
        if keys.iter().any(|key| key == word) { [prefix, word].concat() } else { word.to_vec() }
    };
    let mut all: Vec<Vec<u8>> = words.iter().take(1).map(|word| word.to_vec()).collect();
    all.extend(words.iter().skip(1).map(put));
    all
}

/// A reply without the prefix, wherever a text begins with it: no value does by accident.
pub(super) fn strip(prefix: &[u8], reply: Reply) -> Reply {
    let strip_all = |items: Vec<Reply>| items.into_iter().map(|item| strip(prefix, item)).collect();
    match reply {
        Reply::Bulk(text) => match text.strip_prefix(prefix) {
            Some(rest) => Reply::Bulk(rest.to_vec()),
            None => Reply::Bulk(text),
        },
        Reply::Array(items) => Reply::Array(strip_all(items)),
        Reply::Set(items) => Reply::Set(strip_all(items)),
        Reply::Push(items) => Reply::Push(strip_all(items)),
        Reply::Map(pairs) => Reply::Map(
            pairs.into_iter().map(|(k, v)| (strip(prefix, k), strip(prefix, v))).collect(),
        ),
        Reply::Simple(_)
        | Reply::Error(_)
        | Reply::Integer(_)
        | Reply::Null
        | Reply::Double(_)
        | Reply::Boolean(_)
        | Reply::BigNumber(_)
        | Reply::Verbatim { .. } => reply,
    }
}

/// A command that speaks of the keyspace as a whole, and so is answered from the list of one's own
/// keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whole {
    /// `DBSIZE`
    Count,
    /// `KEYS`
    Keys(Vec<u8>),
    /// `SCAN`: all keys that fit come at once.
    Scan { pattern: Option<Vec<u8>>, kind: Option<Vec<u8>> },
    /// `RANDOMKEY`
    Random,
    /// `FLUSHDB`
    Flush,
    /// `FLUSHALL`
    FlushAll,
    /// `SELECT`
    Select(u32),
    /// `MOVE`
    Move { key: Vec<u8>, db: u32 },
    /// `COPY … DB n`
    Copy { from: Vec<u8>, to: Vec<u8>, db: u32, replace: bool },
}

/// What a command asks of the whole keyspace, if it does.
pub(super) fn whole(words: &[&[u8]]) -> Option<Whole> {
    let (name, args) = words.split_first()?;
    let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<u32>().ok();
    let is = |word: &[u8], name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    let upper = name.to_ascii_uppercase();
    Some(match (upper.as_slice(), args) {
        (b"DBSIZE", []) => Whole::Count,
        (b"KEYS", [pattern]) => Whole::Keys(pattern.to_vec()),
        (b"RANDOMKEY", []) => Whole::Random,
        (b"FLUSHDB", _) => Whole::Flush,
        (b"FLUSHALL", _) => Whole::FlushAll,
        (b"SELECT", [db]) => Whole::Select(number(db)?),
        (b"MOVE", [key, db]) => Whole::Move { key: key.to_vec(), db: number(db)? },
        (b"SCAN", [_, options @ ..]) => {
            let option = |name: &str| {
                let pair =
                    options.chunks(2).find(|pair| is(pair.first().unwrap_or(&&b""[..]), name));
                pair.and_then(|pair| pair.get(1)).map(|word| word.to_vec())
            };
            Whole::Scan { pattern: option("MATCH"), kind: option("TYPE") }
        }
        (b"COPY", [from, to, options @ ..]) => {
            let at = options.iter().position(|word| is(word, "DB"))?;
            Whole::Copy {
                from: from.to_vec(),
                to: to.to_vec(),
                db: number(options.get(at + 1)?)?,
                replace: options.iter().any(|word| is(word, "REPLACE")),
            }
        }
        _ => return None,
    })
}

/// The keys that fit a pattern.
pub(super) fn fitting(keys: Vec<Vec<u8>>, pattern: &[u8]) -> Vec<Vec<u8>> {
    keys.into_iter().filter(|key| glob::matches(pattern, key)).collect()
}

/// Keys as a reply.
pub(super) fn listed(keys: Vec<Vec<u8>>) -> Reply {
    Reply::Array(keys.into_iter().map(Reply::Bulk).collect())
}

/// A pattern that fits what begins with the prefix.
pub(super) fn pattern(prefix: &[u8]) -> Vec<u8> {
    let mut pattern = Vec::new();
    for byte in prefix {
        if b"*?[]\\^-".contains(byte) {
            pattern.push(b'\\');
        }
        pattern.push(*byte);
    }
    pattern.push(b'*');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<&[u8]> {
        line.split(' ').map(str::as_bytes).collect()
    }

    fn put_line(line: &str) -> String {
        let put = put(b"p:", &words(line)).unwrap();
        let texts: Vec<String> =
            put.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        texts.join(" ")
    }

    #[test]
    fn keys_get_the_prefix_and_nothing_else_does() {
        assert_eq!(put_line("SET a a"), "SET p:a a");
        assert_eq!(put_line("MSET a 1 b 2"), "MSET p:a 1 p:b 2");
        assert_eq!(
            put_line("ZUNIONSTORE d 2 a b WEIGHTS 1 2"),
            "ZUNIONSTORE p:d 2 p:a p:b WEIGHTS 1 2"
        );
        assert_eq!(put_line("BLPOP a b 0"), "BLPOP p:a p:b 0");
        assert_eq!(put_line("PING"), "PING");
        assert_eq!(put(b"p:", &words("NOSUCH a")), None);
        let keys = [b"a".to_vec()];
        let put = put_at(b"p:", &words("a a b"), &keys);
        assert_eq!(put, [b"a".to_vec(), b"p:a".to_vec(), b"b".to_vec()]);
    }

    #[test]
    fn a_key_of_the_server_says_where_it_is() {
        assert_eq!(place("t", &[&of("t", 12), &b"a:b"[..]].concat()), Some((12, b"a:b".to_vec())));
        assert_eq!(place("t", &of("u", 12)), None);
        assert_eq!(place("t", b"kvtutor:{t}:lesson"), None);
    }

    #[test]
    fn a_reply_never_shows_the_prefix() {
        let reply = Reply::Array(vec![Reply::Bulk(b"p:a".to_vec()), Reply::Bulk(b"x".to_vec())]);
        let shown = Reply::Array(vec![Reply::Bulk(b"a".to_vec()), Reply::Bulk(b"x".to_vec())]);
        assert_eq!(strip(b"p:", reply), shown);
    }

    #[test]
    fn what_speaks_of_all_keys_is_known() {
        assert_eq!(whole(&words("keys a*")), Some(Whole::Keys(b"a*".to_vec())));
        assert_eq!(
            whole(&words("SCAN 0 COUNT 10 MATCH x* TYPE hash")),
            Some(Whole::Scan { pattern: Some(b"x*".to_vec()), kind: Some(b"hash".to_vec()) })
        );
        assert_eq!(
            whole(&words("COPY a b DB 3 REPLACE")),
            Some(Whole::Copy { from: b"a".to_vec(), to: b"b".to_vec(), db: 3, replace: true })
        );
        assert_eq!(whole(&words("COPY a b")), None);
        assert_eq!(whole(&words("GET a")), None);
        assert_eq!(pattern(b"k:{a}:1:"), b"k:{a}:1:*");
        assert_eq!(of("ab", 1), b"kvtutor:{ab}:1:");
    }
}
