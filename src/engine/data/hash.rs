//! `Hash`: fields and their values, packed or as a table.
//!
//! Knows nothing of commands; the limits are handed in.

use super::entry::Entry;
use super::{Bytes, Dict, Limits, Packed, Pairs, Piece, TimedHash};

/// A hash from field to value.
///
/// Few and short ones stand in a packed block, field and value after each other, in the order in
/// which the fields came; a new value takes the old one's place, and removal keeps the order.
/// Past the limits it becomes a table, exactly when Redis 7.0 makes it one, and never back.
#[derive(Debug, Clone)]
pub enum Hash {
    /// Few and short.
    Packed(Packed),
    /// Any.
    Large(Box<Large>),
}

/// A hash that is more than a packed block.
#[derive(Debug, Clone)]
pub enum Large {
    /// Many or long fields.
    Table(Dict<Bytes>),
    /// Any, once a field was given an expire time.
    Timed(TimedHash),
}

/// The form that a hash has, without the box around it.
enum Form<'a> {
    Packed(&'a Packed),
    Table(&'a Dict<Bytes>),
    Timed(&'a TimedHash),
}

/// As [`Form`], to change.
enum FormMut<'a> {
    Packed(&'a mut Packed),
    Table(&'a mut Dict<Bytes>),
    Timed(&'a mut TimedHash),
}

impl Default for Hash {
    fn default() -> Self {
        Self::Packed(Packed::new())
    }
}

impl Hash {
    /// An empty hash.
    pub fn new() -> Self {
        Self::default()
    }

    #[inline]
    const fn form(&self) -> Form<'_> {
        match self {
            Self::Packed(packed) => Form::Packed(packed),
            Self::Large(large) => match &**large {
                Large::Table(table) => Form::Table(table),
                Large::Timed(timed) => Form::Timed(timed),
            },
        }
    }

    #[inline]
    const fn form_mut(&mut self) -> FormMut<'_> {
        match self {
            Self::Packed(packed) => FormMut::Packed(packed),
            Self::Large(large) => match &mut **large {
                Large::Table(table) => FormMut::Table(table),
                Large::Timed(timed) => FormMut::Timed(timed),
            },
        }
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        match self.form() {
            Form::Packed(packed) => packed.len() / 2,
            Form::Table(table) => table.len(),
            Form::Timed(timed) => timed.fields().len(),
        }
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a field.
    pub fn get(&self, field: &[u8]) -> Option<Piece<'_>> {
        match self.form() {
            Form::Packed(packed) => packed.at(packed.after(packed.find(field, 2)?)?),
            Form::Table(table) => table.get(field).map(|value| Piece::Bytes(value)),
            Form::Timed(timed) => timed.fields().get(field),
        }
    }

    /// Whether the field is there.
    pub fn contains(&self, field: &[u8]) -> bool {
        match self.form() {
            Form::Packed(packed) => packed.find(field, 2).is_some(),
            Form::Table(table) => table.contains(field),
            Form::Timed(timed) => timed.fields().contains(field),
        }
    }

    /// Sets the value of a field, which then stays; true if the field is new.
    pub fn set(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        let is_new = self.set_keeping_time(field, value, limits);
        if let FormMut::Timed(timed) = self.form_mut() {
            timed.set_time(field, None);
        }
        is_new
    }

    /// Sets the value of a field, which goes when it would have gone before; true if the field is new.
    pub fn set_keeping_time(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        self.prepare(field.len().max(value.len()), limits);
        match self.form_mut() {
            FormMut::Packed(packed) => {
                let old = packed.find(field, 2).and_then(|place| packed.after(place));
                match old {
                    Some(place) => packed.replace(place, &Entry::new(value)),
                    None => packed.push(&[Entry::new(field), Entry::new(value)]),
                }
                // Also after a replacement: the limit may have been lowered since.
                if packed.len() / 2 > limits.hash_max_listpack_entries {
                    self.make_table();
                }
                old.is_none()
            }
            FormMut::Table(table) => table.insert(field, value.into()).is_none(),
            FormMut::Timed(timed) => timed.set(field, value, limits),
        }
    }

    /// Makes the hash a table if a field or value of this length is about to be set. A command that
    /// sets several does so with the longest before the first, as Redis does.
    pub fn prepare(&mut self, longest: usize, limits: &Limits) {
        if longest > limits.hash_max_listpack_value {
            match self.form_mut() {
                FormMut::Packed(_) => self.make_table(),
                FormMut::Table(_) => {}
                FormMut::Timed(timed) => timed.fields_mut().prepare(longest, limits),
            }
        }
    }

    /// Removes a field; false if it was not there.
    pub fn remove(&mut self, field: &[u8]) -> bool {
        match self.form_mut() {
            FormMut::Packed(packed) => match packed.find(field, 2) {
                Some(place) => {
                    packed.remove(place, 2);
                    true
                }
                None => false,
            },
            FormMut::Table(table) => table.remove(field).is_some(),
            FormMut::Timed(timed) => timed.remove(field),
        }
    }

    /// The field number `index` and its value, in the order of [`iter`](Self::iter): each index
    /// below `len` is a field, so a random index is a random field.
    pub fn get_index(&self, index: usize) -> Option<(Piece<'_>, Piece<'_>)> {
        match self.form() {
            Form::Packed(packed) => packed.pairs_within(index, index + 1).next(),
            Form::Table(table) => table.get_index(index).map(pieces),
            Form::Timed(timed) => timed.fields().get_index(index),
        }
    }

    /// All fields and values.
    pub fn iter(&self) -> Fields<'_> {
        match self.form() {
            Form::Packed(packed) => Fields::Packed(packed.pairs()),
            Form::Table(table) => Fields::Table { table, next: 0, end: table.len() },
            Form::Timed(timed) => timed.fields().iter(),
        }
    }

    /// The fields from number `index` on.
    pub fn iter_from(&self, index: usize) -> Fields<'_> {
        match self.form() {
            Form::Packed(packed) => Fields::Packed(packed.pairs_within(index, packed.len() / 2)),
            Form::Table(table) => {
                Fields::Table { table, next: index.min(table.len()), end: table.len() }
            }
            Form::Timed(timed) => timed.fields().iter_from(index),
        }
    }

    /// One step of a walk, as [`Dict::scan`] has it; a packed hash comes all at once.
    pub fn scan(&self, cursor: u64, count: usize) -> (u64, Fields<'_>) {
        match self.form() {
            Form::Packed(packed) => (0, Fields::Packed(packed.pairs())),
            Form::Table(table) => {
                let (next, page) = table.scan_range(cursor, count);
                (next, Fields::Table { table, next: page.start, end: page.end })
            }
            Form::Timed(timed) => timed.fields().scan(cursor, count),
        }
    }

    /// When a field goes, in milliseconds since 1970; `None` if it stays, or is not there.
    pub fn time(&self, field: &[u8]) -> Option<i64> {
        match self.form() {
            Form::Packed(_) | Form::Table(_) => None,
            Form::Timed(timed) => timed.time(field),
        }
    }

    /// Sets or takes away the time at which a field that is there goes.
    pub fn set_time(&mut self, field: &[u8], at: Option<i64>) {
        match self.form_mut() {
            FormMut::Timed(timed) => timed.set_time(field, at),
            FormMut::Packed(_) | FormMut::Table(_) if at.is_none() => {}
            FormMut::Packed(_) | FormMut::Table(_) => {
                self.allow_times();
                self.set_time(field, at);
            }
        }
    }

    /// Makes the hash one whose fields can have times, and which says so with its encoding.
    pub fn allow_times(&mut self) {
        if let Form::Packed(_) | Form::Table(_) = self.form() {
            let timed = TimedHash::new(std::mem::take(self));
            *self = Self::Large(Box::new(Large::Timed(timed)));
        }
    }

    /// The fields that have a time, the first to go first.
    pub fn times(&self) -> impl Iterator<Item = (i64, &[u8])> {
        let timed = match self.form() {
            Form::Packed(_) | Form::Table(_) => None,
            Form::Timed(timed) => Some(timed),
        };
        timed.into_iter().flat_map(TimedHash::in_order)
    }

    /// When the first field goes.
    pub fn first_time(&self) -> Option<i64> {
        match self.form() {
            Form::Packed(_) | Form::Table(_) => None,
            Form::Timed(timed) => timed.first_time(),
        }
    }

    /// When the last field goes, and with it the hash; `None` if a field stays.
    pub fn last_time(&self) -> Option<i64> {
        match self.form() {
            Form::Packed(_) | Form::Table(_) => None,
            Form::Timed(timed) => timed.last_time(),
        }
    }

    /// Removes up to `most` fields whose time has come, the first to go first.
    pub fn take_dead(&mut self, now: i64, most: usize) -> Vec<Bytes> {
        match self.form_mut() {
            FormMut::Packed(_) | FormMut::Table(_) => Vec::new(),
            FormMut::Timed(timed) => timed.take_dead(now, most),
        }
    }

    /// Whether it is one packed block.
    pub const fn is_packed(&self) -> bool {
        match self.form() {
            Form::Packed(_) => true,
            Form::Table(_) => false,
            Form::Timed(timed) => matches!(timed.fields(), Self::Packed(_)),
        }
    }

    /// What `OBJECT ENCODING` says.
    pub const fn encoding(&self) -> &'static str {
        match self.form() {
            Form::Packed(_) => "listpack",
            Form::Timed(timed) if matches!(timed.fields(), Self::Packed(_)) => "listpackex",
            Form::Table(_) | Form::Timed(_) => "hashtable",
        }
    }

    /// Bytes allocated.
    pub fn heap_size(&self) -> usize {
        match self.form() {
            Form::Packed(packed) => packed.heap_size(),
            Form::Table(table) => {
                let long: usize =
                    table.iter().map(|(field, value)| field.heap_size() + value.heap_size()).sum();
                size_of::<Large>() + table.heap_size() + long
            }
            Form::Timed(timed) => size_of::<Large>() + timed.heap_size(),
        }
    }

    fn make_table(&mut self) {
        if let Self::Packed(packed) = self {
            let mut table = Dict::new();
            table.reserve(packed.len() / 2 + 1);
            for (field, value) in packed.pairs() {
                table.insert(field.text(&mut itoa::Buffer::new()), value.to_bytes());
            }
            *self = Self::Large(Box::new(Large::Table(table)));
        }
    }
}

fn pieces<'a>((field, value): (&'a Bytes, &'a Bytes)) -> (Piece<'a>, Piece<'a>) {
    (Piece::Bytes(field), Piece::Bytes(value))
}

/// The fields and values of a [`Hash`](enum@Hash).
#[derive(Debug, Clone)]
pub enum Fields<'a> {
    /// Of a packed one.
    Packed(Pairs<'a>),
    /// Of a table, from one position to another.
    Table {
        /// The table.
        table: &'a Dict<Bytes>,
        /// The position that comes next.
        next: usize,
        /// The position behind the last.
        end: usize,
    },
}

impl<'a> Iterator for Fields<'a> {
    type Item = (Piece<'a>, Piece<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Packed(pairs) => pairs.next(),
            Self::Table { table, next, end } => {
                if next >= end {
                    return None;
                }
                *next += 1;
                table.get_index(*next - 1).map(pieces)
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Packed(pairs) => pairs.size_hint(),
            Self::Table { next, end, .. } => (end - next, Some(end - next)),
        }
    }
}

impl ExactSizeIterator for Fields<'_> {}

impl<'a> IntoIterator for &'a Hash {
    type Item = (Piece<'a>, Piece<'a>);
    type IntoIter = Fields<'a>;

    fn into_iter(self) -> Fields<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const LIMITS: Limits =
        Limits { hash_max_listpack_entries: 4, hash_max_listpack_value: 6, ..Limits::DEFAULT };

    fn fields(hash: &Hash) -> Vec<(Vec<u8>, Vec<u8>)> {
        hash.iter().map(|(field, value)| (field.to_vec(), value.to_vec())).collect()
    }

    #[test]
    fn is_two_words() {
        assert_eq!(size_of::<Hash>(), 16);
    }

    #[test]
    fn a_packed_hash_keeps_the_order_of_its_fields() {
        let mut hash = Hash::new();
        for (field, value) in [("a", "1"), ("b", "2"), ("c", "3"), ("b", "long")] {
            hash.set(field.as_bytes(), value.as_bytes(), &LIMITS);
        }
        hash.remove(b"a");
        hash.set(b"a", b"4", &LIMITS);
        let keys: Vec<_> = hash.iter().map(|(field, _)| field.to_vec()).collect();
        assert_eq!(keys, [b"b", b"c", b"a"]);
        assert_eq!(hash.encoding(), "listpack");
    }

    #[test]
    fn becomes_a_table_as_in_redis_and_never_back() {
        let full = |count: usize| {
            let mut hash = Hash::new();
            for n in 0..count {
                hash.set(n.to_string().as_bytes(), b"v", &LIMITS);
            }
            hash
        };
        assert_eq!(full(4).encoding(), "listpack");
        let mut hash = full(5);
        assert_eq!(hash.encoding(), "hashtable");
        hash.remove(b"0");
        assert_eq!(hash.encoding(), "hashtable");
        let mut hash = full(1);
        hash.set(b"0", b"123456", &LIMITS);
        assert_eq!(hash.encoding(), "listpack");
        hash.set(b"0", b"1234567", &LIMITS);
        assert_eq!(hash.encoding(), "hashtable");
        let mut hash = full(4);
        let lowered = Limits { hash_max_listpack_entries: 3, ..LIMITS };
        assert!(!hash.set(b"0", b"new", &lowered));
        assert_eq!(hash.encoding(), "hashtable");
    }

    proptest! {
        #[test]
        fn behaves_as_a_map(
            steps in prop::collection::vec((0..4_u8, "[a-c0-9]{1,2}", "[0-9]{1,3}|[a-z]{0,7}"), 0..100),
        ) {
            let (mut hash, mut model) = (Hash::new(), BTreeMap::new());
            for (kind, field, value) in steps {
                let (field, value) = (field.into_bytes(), value.into_bytes());
                if kind == 0 {
                    prop_assert_eq!(hash.remove(&field), model.remove(&field).is_some());
                } else {
                    let new = hash.set(&field, &value, &LIMITS);
                    prop_assert_eq!(new, model.insert(field.clone(), value).is_none());
                }
                let value = hash.get(&field).map(Piece::to_vec);
                prop_assert_eq!(value.as_ref(), model.get(&field));
                prop_assert_eq!(hash.len(), model.len());
                let all = fields(&hash);
                for (index, pair) in all.iter().enumerate() {
                    let (field, value) = hash.get_index(index).unwrap();
                    prop_assert_eq!((field.to_vec(), value.to_vec()), pair.clone());
                }
                prop_assert_eq!(all.into_iter().collect::<BTreeMap<_, _>>(), model.clone());
            }
        }
    }
}
