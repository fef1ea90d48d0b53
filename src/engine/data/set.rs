//! `Set`: members without order, as integers or as a table.
//!
//! Knows nothing of commands; the limits are handed in.

use super::{Bytes, Dict, IntSet, Limits, Piece, parse_int};

/// A set of byte strings.
///
/// As long as every member is the decimal text of an integer, and there are not too many, they are
/// kept as sorted integers; then as a table. The change happens exactly when Redis 7.0 makes it
/// (which has no other small form), and never back.
#[derive(Debug, Clone)]
pub enum Set {
    /// Integers only.
    Ints(IntSet),
    /// Any members.
    Table(Box<Dict<()>>),
}

impl Default for Set {
    fn default() -> Self {
        Self::Ints(IntSet::new())
    }
}

impl Set {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Ints(ints) => ints.len(),
            Self::Table(table) => table.len(),
        }
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the member is there.
    pub fn contains(&self, member: &[u8]) -> bool {
        match self {
            Self::Ints(ints) => parse_int(member).is_some_and(|number| ints.contains(number)),
            Self::Table(table) => table.contains(member),
        }
    }

    /// Adds a member; false if it was there.
    pub fn insert(&mut self, member: &[u8], limits: &Limits) -> bool {
        match self {
            Self::Ints(ints) => {
                if let Some(number) = parse_int(member) {
                    let added = ints.insert(number);
                    if added && ints.len() > limits.set_max_intset_entries {
                        self.table();
                    }
                    return added;
                }
            }
            Self::Table(table) => return table.insert(member, ()).is_none(),
        }
        self.table().insert(member, ()).is_none()
    }

    /// Removes a member; false if it was not there.
    pub fn remove(&mut self, member: &[u8]) -> bool {
        match self {
            Self::Ints(ints) => parse_int(member).is_some_and(|number| ints.remove(number)),
            Self::Table(table) => table.remove(member).is_some(),
        }
    }

    /// The member number `index`, in the order of [`iter`](Self::iter): each index below `len` is
    /// a member, so a random index is a random member.
    pub fn get_index(&self, index: usize) -> Option<Piece<'_>> {
        match self {
            Self::Ints(ints) => ints.get(index).map(Piece::Int),
            Self::Table(table) => table.get_index(index).map(|(member, ())| Piece::Bytes(member)),
        }
    }

    /// Removes the member number `index`. In a table the last member takes its number.
    pub fn remove_index(&mut self, index: usize) -> Option<Bytes> {
        match self {
            Self::Ints(ints) => {
                let number = ints.get(index)?;
                ints.remove(number);
                Some(Piece::Int(number).to_bytes())
            }
            Self::Table(table) => table.remove_index(index).map(|(member, ())| member),
        }
    }

    /// All members: integers ascending, otherwise as they stand in the table.
    pub fn iter(&self) -> Members<'_> {
        self.iter_from(0)
    }

    /// The members from number `index` on.
    pub fn iter_from(&self, index: usize) -> Members<'_> {
        Members { set: self, next: index.min(self.len()), end: self.len() }
    }

    /// One step of a walk, as [`Dict::scan`] has it; integers come all at once.
    pub fn scan(&self, cursor: u64, count: usize) -> (u64, Members<'_>) {
        match self {
            Self::Ints(_) => (0, self.iter()),
            Self::Table(table) => {
                let (next, page) = table.scan_range(cursor, count);
                (next, Members { set: self, next: page.start, end: page.end })
            }
        }
    }

    /// What `OBJECT ENCODING` says.
    pub const fn encoding(&self) -> &'static str {
        match self {
            Self::Ints(_) => "intset",
            Self::Table(_) => "hashtable",
        }
    }

    /// Bytes allocated.
    pub fn heap_size(&self) -> usize {
        match self {
            Self::Ints(ints) => ints.heap_size(),
            Self::Table(table) => {
                let long: usize = table.iter().map(|(member, ())| member.heap_size()).sum();
                size_of::<Dict<()>>() + table.heap_size() + long
            }
        }
    }

    /// The members as a table, which they are from here on.
    fn table(&mut self) -> &mut Dict<()> {
        if let Self::Ints(ints) = self {
            let mut table = Dict::new();
            table.reserve(ints.len() + 1);
            let mut digits = itoa::Buffer::new();
            for number in ints.iter() {
                table.insert(digits.format(number).as_bytes(), ());
            }
            *self = Self::Table(Box::new(table));
        }
        match self {
            Self::Table(table) => table,
            Self::Ints(_) => unreachable!("made a table just above"),
        }
    }
}

/// The members of a [`Set`].
#[derive(Debug, Clone)]
pub struct Members<'a> {
    set: &'a Set,
    next: usize,
    end: usize,
}

impl<'a> Iterator for Members<'a> {
    type Item = Piece<'a>;

    #[inline]
    fn next(&mut self) -> Option<Piece<'a>> {
        if self.next >= self.end {
            return None;
        }
        self.next += 1;
        self.set.get_index(self.next - 1)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.next, Some(self.end - self.next))
    }
}

impl ExactSizeIterator for Members<'_> {}

impl<'a> IntoIterator for &'a Set {
    type Item = Piece<'a>;
    type IntoIter = Members<'a>;

    fn into_iter(self) -> Members<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const LIMITS: Limits = Limits { set_max_intset_entries: 4, ..Limits::DEFAULT };

    fn set(members: &[&str]) -> Set {
        let mut set = Set::new();
        for member in members {
            set.insert(member.as_bytes(), &LIMITS);
        }
        set
    }

    #[test]
    fn is_two_words() {
        assert_eq!(size_of::<Set>(), 16);
    }

    #[test]
    fn becomes_a_table_as_in_redis_and_never_back() {
        assert_eq!(set(&["3", "-1", "2", "1"]).encoding(), "intset");
        assert_eq!(set(&["3", "-1", "2", "1", "1"]).encoding(), "intset");
        assert_eq!(set(&["3", "-1", "2", "1", "0"]).encoding(), "hashtable");
        assert_eq!(set(&["3", "03"]).encoding(), "hashtable");
        let mut set = set(&["3", "a"]);
        assert!(set.remove(b"a"));
        assert_eq!(set.encoding(), "hashtable");
        assert!(set.contains(b"3"));
    }

    #[test]
    fn integers_come_in_order() {
        let set = set(&["30", "-1", "2"]);
        let members: Vec<_> = set.iter().map(Piece::to_vec).collect();
        assert_eq!(members, [&b"-1"[..], b"2", b"30"]);
        assert_eq!(set.scan(0, 1).0, 0);
        assert_eq!(set.scan(0, 1).1.len(), 3);
    }

    proptest! {
        #[test]
        fn behaves_as_a_set(steps in prop::collection::vec((0..5_u8, "[0-9]{1,2}|[a-c]"), 0..100)) {
            let (mut set, mut model) = (Set::new(), BTreeSet::new());
            for (kind, member) in steps {
                let member = member.into_bytes();
                match kind {
                    0..=2 => prop_assert_eq!(set.insert(&member, &LIMITS), model.insert(member)),
                    3 => prop_assert_eq!(set.remove(&member), model.remove(&member)),
                    _ => {
                        let removed = set.remove_index(model.len() / 2).map(Bytes::into_vec);
                        prop_assert!(removed.is_none_or(|member| model.remove(&member)));
                    }
                }
                let members: BTreeSet<_> = set.iter().map(Piece::to_vec).collect();
                prop_assert_eq!(&members, &model);
                prop_assert_eq!(set.len(), model.len());
            }
        }
    }
}
