//! Copies of a server's keys: the commands that make each again, from what it replies.

use super::link::{Link, texts};
use crate::resp::Reply;
use crate::server::Recipe;

/// How many elements of a collection are looked at: no object of a lesson has more.
const ELEMENTS: &str = "20000";
/// How many bytes of a string are looked at.
const BYTES: &str = "33554431";

/// The recipe of each key that is there, in their order; one that is gone has an empty one.
///
/// A type that the engine does not have stands as a string that names it, so that the key is seen.
pub(super) fn recipes(link: &mut dyn Link, keys: &[Vec<u8>]) -> Result<Vec<Recipe>, String> {
    let of_each = |name: &str, rest: &[&str]| -> Vec<Vec<Vec<u8>>> {
        keys.iter().map(|key| request(name, key, rest)).collect()
    };
    let types = link.calls(&of_each("TYPE", &[]))?;
    let fetches: Vec<Vec<Vec<u8>>> = keys.iter().zip(&types).map(|(k, t)| fetch(k, t)).collect();
    let contents = link.calls(&fetches)?;
    let ends = link.calls(&of_each("PEXPIRETIME", &[]))?;
    let looked = keys.iter().zip(types).zip(contents).zip(ends);
    Ok(looked.map(|(((key, kind), content), end)| recipe(key, &kind, content, &end)).collect())
}

fn request(name: &str, key: &[u8], rest: &[&str]) -> Vec<Vec<u8>> {
    let mut words = vec![name.as_bytes().to_vec(), key.to_vec()];
    words.extend(rest.iter().map(|word| word.as_bytes().to_vec()));
    words
}

fn name_of(kind: &Reply) -> &[u8] {
    match kind {
        Reply::Simple(name) | Reply::Bulk(name) => name,
        Reply::Error(_)
        | Reply::Integer(_)
        | Reply::Null
        | Reply::Array(_)
        | Reply::Map(_)
        | Reply::Set(_)
        | Reply::Double(_)
        | Reply::Boolean(_)
        | Reply::BigNumber(_)
        | Reply::Verbatim { .. }
        | Reply::Push(_) => b"none",
    }
}

/// The command that asks what a key of that type holds.
fn fetch(key: &[u8], kind: &Reply) -> Vec<Vec<u8>> {
    match name_of(kind) {
        b"list" => request("LRANGE", key, &["0", ELEMENTS]),
        b"hash" => request("HGETALL", key, &[]),
        b"set" => request("SMEMBERS", key, &[]),
        b"zset" => request("ZRANGE", key, &["0", ELEMENTS, "WITHSCORES"]),
        b"ReJSON-RL" => request("JSON.GET", key, &[]),
        b"string" => request("GETRANGE", key, &["0", BYTES]),
        _ => request("EXISTS", key, &[]),
    }
}

fn recipe(key: &[u8], kind: &Reply, content: Reply, end: &Reply) -> Recipe {
    let first = match (name_of(kind), content) {
        // Gone since its type was asked, or never there.
        (b"none", _) | (_, Reply::Null | Reply::Error(_)) => return Vec::new(),
        (b"string" | b"ReJSON-RL", Reply::Bulk(text)) => {
            vec![b"SET".to_vec(), key.to_vec(), text]
        }
        (b"list", content) => collection("RPUSH", key, content, false),
        (b"set", content) => collection("SADD", key, content, false),
        (b"hash", content) => collection("HSET", key, content, false),
        (b"zset", content) => collection("ZADD", key, content, true),
        (name, _) => vec![b"SET".to_vec(), key.to_vec(), [b"(", name, b")"].concat()],
    };
    if first.len() < 3 {
        return Vec::new();
    }
    let mut recipe = vec![first];
    if let Reply::Integer(at @ 1..) = end {
        recipe.push(request("PEXPIREAT", key, &[&at.to_string()]));
    }
    recipe
}

/// A collection as the command that makes it; pairs of member and score change places.
fn collection(name: &str, key: &[u8], content: Reply, swapped: bool) -> Vec<Vec<u8>> {
    let mut words = vec![name.as_bytes().to_vec(), key.to_vec()];
    let mut elements = texts(content);
    if swapped {
        for pair in elements.chunks_mut(2) {
            pair.reverse();
        }
    }
    words.extend(elements);
    words
}
