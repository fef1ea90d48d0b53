//! Commands on sorted sets: members with scores, in the order of the scores.

pub(super) mod add;
pub(super) mod algebra;
pub(super) mod blocking;
mod bounds;
mod combine;
pub(super) mod members;
pub(super) mod pop;
pub(super) mod random;
pub(super) mod range;
pub(super) mod range_older;

use crate::engine::data::{SortedSet, Value};
use crate::engine::{Ctx, Error, KeyEvent, Keys};
use crate::resp::{Protocol, Writer};

/// `value` if it is a sorted set.
fn sorted_set(value: &Value) -> Result<&SortedSet, Error> {
    let Value::SortedSet(set) = value else { return Err(Error::WrongType) };
    Ok(set)
}

/// Reads the sorted set at `key`, counted as an access.
fn read<'k>(keys: &'k mut Keys<'_>, key: &[u8]) -> Result<Option<&'k SortedSet>, Error> {
    keys.read(key).map(sorted_set).transpose()
}

/// The sorted set at `key`, to be changed in place.
fn write<'k>(keys: &'k mut Keys<'_>, key: &[u8]) -> Result<Option<&'k mut SortedSet>, Error> {
    match keys.write(key) {
        None => Ok(None),
        Some(Value::SortedSet(set)) => Ok(Some(set)),
        Some(_) => Err(Error::WrongType),
    }
}

/// Whether scores stand beside the members of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    /// Members only.
    Members,
    /// `WITHSCORES`: in turn in RESP2, pair by pair in RESP3.
    Scores,
}

impl Show {
    /// The header of a reply of `len` members.
    fn header(self, reply: &mut Writer<'_>, len: usize) {
        match (self, reply.protocol()) {
            (Show::Scores, Protocol::Resp2) => reply.array(len.saturating_mul(2)),
            (Show::Scores, Protocol::Resp3) | (Show::Members, _) => reply.array(len),
        }
    }

    /// One member of it.
    fn member(self, reply: &mut Writer<'_>, member: &[u8], score: f64) {
        match self {
            Show::Members => reply.bulk(member),
            Show::Scores => {
                if reply.protocol() == Protocol::Resp3 {
                    reply.array(2);
                }
                reply.bulk(member);
                reply.double(score);
            }
        }
    }
}

/// Puts a result in place of whatever `destination` holds and tells its size; an empty result
/// deletes the key.
fn store(ctx: &mut Ctx<'_>, destination: &[u8], set: SortedSet, event: KeyEvent) {
    ctx.reply.count(set.len());
    if !set.is_empty() {
        ctx.keys.insert(destination, Value::SortedSet(set));
        ctx.keys.changed(destination, 1, event);
    } else if ctx.keys.remove(destination).is_some() {
        ctx.keys.changed(destination, 1, KeyEvent::DEL);
    }
}
