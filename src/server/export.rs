//! A store as lines that `redis-cli` can replay.

use crate::engine::Keyspace;
use crate::escape::repr;
use crate::persistence::rewrite::commands_for;

/// The commands that make every database again, a line each, and how many keys that are.
pub(super) fn lines(keyspace: &Keyspace) -> (Vec<u8>, usize) {
    let (mut lines, mut keys) = (Vec::new(), 0);
    for (db, database) in keyspace.databases().iter().enumerate() {
        if database.is_empty() {
            continue;
        }
        lines.extend_from_slice(format!("SELECT {db}\n").as_bytes());
        for (key, entry) in database.iter() {
            keys += 1;
            commands_for(key, entry, &mut |words| {
                for (place, word) in words.iter().enumerate() {
                    if place > 0 {
                        lines.push(b' ');
                    }
                    push_word(&mut lines, word);
                }
                lines.push(b'\n');
            });
        }
    }
    (lines, keys)
}

/// A word as `redis-cli` reads it back: bare where nothing in it could be taken for a quote.
fn push_word(line: &mut Vec<u8>, word: &[u8]) {
    let bare = |byte: &u8| byte.is_ascii_graphic() && !b"\"'\\#".contains(byte);
    if !word.is_empty() && word.iter().all(bare) {
        line.extend_from_slice(word);
    } else {
        line.extend_from_slice(&repr(word));
    }
}
