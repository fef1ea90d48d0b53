//! `TimedHash`: a hash some of whose fields have an expire time of their own.
//!
//! Knows no clock: whoever asks hands the moment in. A hash without such fields pays nothing for this.

use std::collections::BTreeSet;

use super::entry::Entry;
use super::{Bytes, Dict, Hash, Limits, Piece};

/// A hash, and when which of its fields go.
///
/// As in Redis, a hash stays one of these once a field was to expire, even if none is any more, and the
/// packed form keeps its fields in the order in which they go, those that stay behind them.
#[derive(Debug, Clone, Default)]
pub struct TimedHash {
    /// Invariant: packed or a table, never another timed one.
    fields: Hash,
    /// When a field goes, in milliseconds since 1970.
    times: Dict<i64>,
    /// The same, the first to go first.
    order: BTreeSet<(i64, Bytes)>,
}

impl TimedHash {
    /// A hash none of whose fields is to expire yet.
    pub(super) fn new(fields: Hash) -> Self {
        Self { fields, times: Dict::new(), order: BTreeSet::new() }
    }

    /// Its fields, without times.
    pub(super) const fn fields(&self) -> &Hash {
        &self.fields
    }

    /// Its fields, to be prepared for what will be set.
    pub(super) const fn fields_mut(&mut self) -> &mut Hash {
        &mut self.fields
    }

    /// Sets the value of a field, whose expire time stays; true if the field is new.
    pub(super) fn set(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        self.fields.set(field, value, limits)
    }

    /// Removes a field; false if it was not there.
    pub(super) fn remove(&mut self, field: &[u8]) -> bool {
        self.forget(field);
        self.fields.remove(field)
    }

    /// When a field goes.
    pub(super) fn time(&self, field: &[u8]) -> Option<i64> {
        self.times.get(field).copied()
    }

    /// Sets or takes away the time at which a field that is there goes.
    pub(super) fn set_time(&mut self, field: &[u8], at: Option<i64>) {
        let had = self.forget(field);
        if let Some(at) = at {
            self.times.insert(field, at);
            self.order.insert((at, field.into()));
        }
        if had || at.is_some() {
            self.put_in_order(field, at);
        }
    }

    /// The fields that have a time, the first to go first.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (i64, &[u8])> {
        self.order.iter().map(|(at, field)| (*at, &**field))
    }

    /// When the first field goes.
    pub(super) fn first_time(&self) -> Option<i64> {
        self.order.first().map(|(at, _)| *at)
    }

    /// When the last field goes; `None` if one stays.
    pub(super) fn last_time(&self) -> Option<i64> {
        let all = self.times.len() == self.fields.len();
        self.order.last().map(|(at, _)| *at).filter(|_| all)
    }

    /// Removes up to `most` fields whose time has come, the first to go first.
    pub(super) fn take_dead(&mut self, now: i64, most: usize) -> Vec<Bytes> {
        let mut dead = Vec::new();
        while dead.len() < most && self.order.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, field)) = self.order.pop_first() else { break };
            self.times.remove(&field);
            self.fields.remove(&field);
            dead.push(field);
        }
        dead
    }

    /// Bytes allocated.
    pub(super) fn heap_size(&self) -> usize {
        let names: usize = self.order.iter().map(|(_, field)| 2 * field.heap_size()).sum();
        let order = self.order.len() * size_of::<(i64, Bytes)>();
        self.fields.heap_size() + self.times.heap_size() + order + names
    }

    /// Forgets when a field goes; says whether it had a time.
    fn forget(&mut self, field: &[u8]) -> bool {
        let Some((field, at)) = self.times.remove(field) else { return false };
        self.order.remove(&(at, field))
    }

    /// Moves a field of a packed hash to where its time puts it: before the first that goes no earlier.
    fn put_in_order(&mut self, field: &[u8], at: Option<i64>) {
        let Hash::Packed(packed) = &mut self.fields else { return };
        let Some(place) = packed.find(field, 2) else { return };
        let value = packed.after(place).and_then(|place| packed.at(place)).map(Piece::to_vec);
        let Some(value) = value else { return };
        packed.remove(place, 2);
        let index = at.and_then(|at| {
            let times = &self.times;
            let mut pairs = packed.pairs();
            pairs.position(|(other, _)| times.get(&other.to_cow()).is_none_or(|time| *time >= at))
        });
        let place = packed.place(index.map_or(packed.len(), |index| 2 * index));
        packed.insert(place, &[Entry::new(field), Entry::new(&value)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { hash_max_listpack_entries: 4, ..Limits::DEFAULT };

    fn timed(fields: &[(&str, i64)]) -> TimedHash {
        let mut hash = TimedHash::new(Hash::new());
        for (field, at) in fields {
            hash.set(field.as_bytes(), b"v", &LIMITS);
            hash.set_time(field.as_bytes(), Some(*at).filter(|at| *at > 0));
        }
        hash
    }

    fn names(hash: &TimedHash) -> String {
        let names = hash.fields().iter().map(|(field, _)| field.to_vec());
        String::from_utf8(names.collect::<Vec<_>>().concat()).unwrap()
    }

    #[test]
    fn packed_fields_stand_in_the_order_in_which_they_go() {
        let mut hash = timed(&[("a", 0), ("b", 20), ("c", 10), ("d", 20)]);
        assert_eq!(names(&hash), "cdba");
        hash.set_time(b"c", Some(30));
        assert_eq!(names(&hash), "dbca");
        hash.set_time(b"b", None);
        assert_eq!(names(&hash), "dcab");
        // What had no time stays where it is.
        hash.set_time(b"a", None);
        assert_eq!(names(&hash), "dcab");
        hash.set(b"c", b"new", &LIMITS);
        assert_eq!(names(&hash), "dcab");
        assert_eq!((hash.first_time(), hash.last_time()), (Some(20), None));
    }

    #[test]
    fn the_dead_go_and_nothing_else_is_forgotten() {
        for count in [4, 5] {
            let all = ["a", "b", "c", "d", "e"].map(|field| (field, 10));
            let mut hash = timed(&all[..count]);
            hash.set_time(b"d", Some(11));
            hash.remove(b"a");
            assert_eq!(hash.take_dead(9, 9), Vec::<Bytes>::new());
            assert_eq!(hash.take_dead(10, 1), [Bytes::from("b")]);
            assert_eq!(hash.take_dead(10, 9).len(), count - 3);
            assert_eq!((names(&hash), hash.in_order().count()), ("d".to_owned(), 1));
            assert_eq!(hash.last_time(), Some(11));
            hash.set_time(b"d", None);
            assert_eq!((hash.take_dead(99, 9).len(), hash.first_time()), (0, None));
        }
    }
}
