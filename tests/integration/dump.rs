//! All that a server holds, as text that compares: asked in the same way of ours and of a real one. It must
//! not know where the replies come from.

use std::collections::BTreeMap;

use kvtutor::resp::Reply;

/// Every key by database and name, with all that is known of it.
pub type Dump = BTreeMap<(usize, Vec<u8>), String>;

/// All that a server holds, asked in the same way of either: type, encoding, time and value.
pub fn dump(mut ask: impl FnMut(&[&[u8]]) -> Reply) -> Dump {
    let mut all = Dump::new();
    for db in 0..16 {
        ask(&[b"SELECT", db.to_string().as_bytes()]);
        let Reply::Array(keys) = ask(&[b"KEYS", b"*"]) else { panic!("no keys") };
        for key in keys {
            let Reply::Bulk(key) = key else { panic!("a key is no string") };
            let Reply::Simple(kind) = ask(&[b"TYPE", &key]) else { panic!("no type") };
            let mut value = match kind.as_slice() {
                b"string" => ask(&[b"GET", &key]),
                b"list" => ask(&[b"LRANGE", &key, b"0", b"-1"]),
                b"set" => ask(&[b"SMEMBERS", &key]),
                b"hash" => ask(&[b"HGETALL", &key]),
                b"zset" => ask(&[b"ZRANGE", &key, b"0", b"-1", b"WITHSCORES"]),
                other => panic!("{other:?}"),
            };
            match (&mut value, kind.as_slice()) {
                (Reply::Array(items), b"set") => items.sort_by_key(|item| format!("{item:?}")),
                (Reply::Array(items), b"hash") => {
                    let (pairs, []) = items.as_chunks_mut::<2>() else { panic!("odd fields") };
                    pairs.sort_by_key(|pair| format!("{pair:?}"));
                }
                // Newer servers write the same number with fewer digits.
                (Reply::Array(items), b"zset") => {
                    let (pairs, []) = items.as_chunks_mut::<2>() else { panic!("odd members") };
                    for [_, score] in pairs {
                        let Reply::Bulk(text) = &*score else { panic!("no score") };
                        let number: f64 = str::from_utf8(text).unwrap().parse().unwrap();
                        *score = Reply::Bulk(number.to_string().into());
                    }
                }
                _ => {}
            }
            let times = field_times(&mut ask, &key, &value);
            let encoding = ask(&[b"OBJECT", b"ENCODING", &key]);
            let time = ask(&[b"PEXPIRETIME", &key]);
            all.insert((db, key), format!("{encoding:?} {time:?} {value:?}{times}"));
        }
    }
    all
}

/// When the fields of a hash go, if one does: older servers cannot be asked.
fn field_times(ask: &mut impl FnMut(&[&[u8]]) -> Reply, key: &[u8], value: &Reply) -> String {
    let Reply::Array(items) = value else { return String::new() };
    let count = (items.len() / 2).to_string();
    let mut words = vec![b"HPEXPIRETIME", key, b"FIELDS", count.as_bytes()];
    words.extend(items.iter().step_by(2).map(|item| {
        let Reply::Bulk(field) = item else { panic!("{item:?}") };
        field.as_slice()
    }));
    let Reply::Array(times) = ask(&words) else { return String::new() };
    let timed = times.iter().any(|time| *time != Reply::Integer(-1));
    if timed { format!(" {times:?}") } else { String::new() }
}

/// Without the encodings: a load makes small again what has only once been large.
pub fn contents(dump: &Dump) -> Dump {
    let rest = |text: &str| text.split_once(") ").unwrap().1.to_owned();
    dump.iter().map(|(key, text)| (key.clone(), rest(text))).collect()
}

/// Fails with the first key that differs.
pub fn assert_same(ours: &Dump, theirs: &Dump) {
    for (key, value) in theirs {
        assert_eq!(ours.get(key), Some(value), "{} in db {}", key.1.escape_ascii(), key.0);
    }
    assert_eq!(ours.len(), theirs.len());
}
