//! The questions that only all the nodes of a cluster together can answer: how many keys, which keys.

use std::time::Duration;

use super::cluster::Cluster;
use super::error::Gone;
use crate::resp::{Decoder, Protocol, Reply, Writer};

/// How long a node may take to look through its keys.
const PATIENCE: Duration = Duration::from_secs(60);

/// The bits of a cursor that are the node's own; those above count the nodes.
const OWN: u32 = 48;

/// Asks all nodes, if the command is such a question. An error of one is the whole reply.
pub(super) fn ask(
    cluster: &mut Cluster,
    name: &[u8],
    words: &[Vec<u8>],
) -> Result<Option<Vec<u8>>, Gone> {
    match (name, words) {
        (b"DBSIZE", [_]) | (b"KEYS", [_, _]) => {}
        (b"SCAN", [_, cursor, ..]) => {
            let cursor = std::str::from_utf8(cursor).ok().and_then(|cursor| cursor.parse().ok());
            return cursor.map_or(Ok(None), |cursor| scan(cluster, cursor, words));
        }
        _ => return Ok(None),
    }
    let (mut count, mut items) = (0_i64, Vec::new());
    for node in cluster.map().servers() {
        let reply = cluster.talk(&node).call_within(words, Some(PATIENCE))?;
        match Decoder::new(&reply).reply() {
            Ok(Reply::Integer(keys)) => count = count.saturating_add(keys),
            Ok(Reply::Array(keys)) => items.extend(keys),
            Ok(_) | Err(_) => return Ok(Some(reply)),
        }
    }
    let mut reply = Vec::new();
    let mut writer = Writer::new(&mut reply, Protocol::Resp2);
    if name == b"DBSIZE" {
        writer.int(count);
    } else {
        keys(&mut writer, &items);
    }
    Ok(Some(reply))
}

/// One node after the other: the cursor says which, and how far it has come.
fn scan(cluster: &mut Cluster, cursor: u64, words: &[Vec<u8>]) -> Result<Option<Vec<u8>>, Gone> {
    let nodes = cluster.map().servers();
    let index = cursor >> OWN;
    let Some(node) = usize::try_from(index).ok().and_then(|index| nodes.get(index)) else {
        return Ok(Some(b"-ERR invalid cursor\r\n".to_vec()));
    };
    let mut words = words.to_vec();
    if let Some(word) = words.get_mut(1) {
        *word = (cursor & ((1 << OWN) - 1)).to_string().into_bytes();
    }
    let reply = cluster.talk(node).call_within(&words, Some(PATIENCE))?;
    let Ok(Reply::Array(parts)) = Decoder::new(&reply).reply() else { return Ok(Some(reply)) };
    let [Reply::Bulk(next), Reply::Array(found)] = parts.as_slice() else {
        return Ok(Some(reply));
    };
    let next = std::str::from_utf8(next).ok().and_then(|next| next.parse::<u64>().ok());
    let next = match next {
        Some(0) if usize::try_from(index + 1).is_ok_and(|next| next < nodes.len()) => {
            (index + 1) << OWN
        }
        Some(0) => 0,
        Some(next) if next >> OWN == 0 => index << OWN | next,
        Some(_) | None => {
            let told = b"-ERR a node gave a cursor that is too long to go on with the others\r\n";
            return Ok(Some(told.to_vec()));
        }
    };
    let mut reply = Vec::new();
    let mut writer = Writer::new(&mut reply, Protocol::Resp2);
    writer.array(2);
    writer.bulk(next.to_string().as_bytes());
    keys(&mut writer, found);
    Ok(Some(reply))
}

fn keys(writer: &mut Writer<'_>, keys: &[Reply]) {
    let keys: Vec<&[u8]> = keys
        .iter()
        .filter_map(|key| if let Reply::Bulk(key) = key { Some(key.as_slice()) } else { None })
        .collect();
    writer.array(keys.len());
    for key in keys {
        writer.bulk(key);
    }
}
