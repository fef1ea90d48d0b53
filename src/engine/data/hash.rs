//! `Hash`: fields and their values, packed or as a table.
//!
//! Knows nothing of commands; the limits are handed in.

use super::entry::Entry;
use super::{Bytes, Dict, Limits, Packed, Pairs, Piece};

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
    Table(Box<Dict<Bytes>>),
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

    /// How many fields there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Packed(packed) => packed.len() / 2,
            Self::Table(table) => table.len(),
        }
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a field.
    pub fn get(&self, field: &[u8]) -> Option<Piece<'_>> {
        match self {
            Self::Packed(packed) => packed.at(packed.after(packed.find(field, 2)?)?),
            Self::Table(table) => table.get(field).map(|value| Piece::Bytes(value)),
        }
    }

    /// Whether the field is there.
    pub fn contains(&self, field: &[u8]) -> bool {
        match self {
            Self::Packed(packed) => packed.find(field, 2).is_some(),
            Self::Table(table) => table.contains(field),
        }
    }

    /// Sets the value of a field; true if the field is new.
    pub fn set(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        self.prepare(field.len().max(value.len()), limits);
        match self {
            Self::Packed(packed) => {
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
            Self::Table(table) => table.insert(field, value.into()).is_none(),
        }
    }

    /// Makes the hash a table if a field or value of this length is about to be set. A command that
    /// sets several does so with the longest before the first, as Redis does.
    pub fn prepare(&mut self, longest: usize, limits: &Limits) {
        if longest > limits.hash_max_listpack_value {
            self.make_table();
        }
    }

    /// Removes a field; false if it was not there.
    pub fn remove(&mut self, field: &[u8]) -> bool {
        match self {
            Self::Packed(packed) => match packed.find(field, 2) {
                Some(place) => {
                    packed.remove(place, 2);
                    true
                }
                None => false,
            },
            Self::Table(table) => table.remove(field).is_some(),
        }
    }

    /// The field number `index` and its value, in the order of [`iter`](Self::iter): each index
    /// below `len` is a field, so a random index is a random field.
    pub fn get_index(&self, index: usize) -> Option<(Piece<'_>, Piece<'_>)> {
        match self {
            Self::Packed(packed) => packed.pairs_within(index, index + 1).next(),
            Self::Table(table) => table.get_index(index).map(pieces),
        }
    }

    /// All fields and values.
    pub fn iter(&self) -> Fields<'_> {
        match self {
            Self::Packed(packed) => Fields::Packed(packed.pairs()),
            Self::Table(table) => Fields::Table { table, next: 0, end: table.len() },
        }
    }

    /// One step of a walk, as [`Dict::scan`] has it; a packed hash comes all at once.
    pub fn scan(&self, cursor: u64, count: usize) -> (u64, Fields<'_>) {
        match self {
            Self::Packed(packed) => (0, Fields::Packed(packed.pairs())),
            Self::Table(table) => {
                let (next, page) = table.scan_range(cursor, count);
                (next, Fields::Table { table, next: page.start, end: page.end })
            }
        }
    }

    /// What `OBJECT ENCODING` says.
    pub const fn encoding(&self) -> &'static str {
        match self {
            Self::Packed(_) => "listpack",
            Self::Table(_) => "hashtable",
        }
    }

    /// Bytes allocated.
    pub fn heap_size(&self) -> usize {
        match self {
            Self::Packed(packed) => packed.heap_size(),
            Self::Table(table) => {
                let long: usize =
                    table.iter().map(|(field, value)| field.heap_size() + value.heap_size()).sum();
                size_of::<Dict<Bytes>>() + table.heap_size() + long
            }
        }
    }

    fn make_table(&mut self) {
        if let Self::Packed(packed) = self {
            let mut table = Dict::new();
            table.reserve(packed.len() / 2 + 1);
            for (field, value) in packed.pairs() {
                table.insert(field.text(&mut itoa::Buffer::new()), value.to_bytes());
            }
            *self = Self::Table(Box::new(table));
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
