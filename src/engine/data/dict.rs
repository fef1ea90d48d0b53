//! `Dict`: byte strings to values, in a dense array with an index.
//!
//! Knows nothing of what the values are.

use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::Bytes;

/// The seed of a dictionary that is given none.
pub const DEFAULT_SEED: u64 = 0;

/// Capacity below which a dictionary is not worth shrinking.
const SHRINK_FLOOR: usize = 64;

/// A dictionary from byte strings to `V`.
///
/// # Layout
///
/// The entries stand one after the other in a vector; a hash table holds only their 32-bit
/// positions (5 bytes a slot with its control byte) and no hashes. So walking is a walk over memory
/// in order, a random entry is an index, and an entry costs its 24 bytes of key, its value and
/// between 6 and 11 bytes of index.
///
/// # Order
///
/// Entries stand in the order of insertion, and removal moves the last entry into the gap. Neither
/// depends on the hash, so the order is the same on every machine and with every seed.
///
/// # Limits
///
/// Positions have 32 bits: entries past the 4 294 967 295th (some 200 GB) would not be found.
#[derive(Clone)]
pub struct Dict<V> {
    entries: Vec<(Bytes, V)>,
    /// Invariant: holds each position of `entries` exactly once, under the hash of its key.
    slots: HashTable<u32>,
    hasher: FixedState,
}

impl<V: fmt::Debug> fmt::Debug for Dict<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<V> Default for Dict<V> {
    fn default() -> Self {
        Self::with_seed(DEFAULT_SEED)
    }
}

impl<V> Dict<V> {
    /// An empty dictionary with the default seed.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty dictionary whose hashes nobody can foresee who does not know the seed.
    pub const fn with_seed(seed: u64) -> Self {
        Self { entries: Vec::new(), slots: HashTable::new(), hasher: FixedState::with_seed(seed) }
    }

    /// How many entries there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, key: &[u8]) -> Option<&V> {
        self.get_full(key).map(|(_, _, value)| value)
    }

    /// The value of a key, to change.
    #[inline]
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut V> {
        let index = self.index_of(key)?;
        self.entries.get_mut(index).map(|(_, value)| value)
    }

    /// Whether the key is there.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.index_of(key).is_some()
    }

    /// Position, key and value.
    #[inline]
    pub fn get_full(&self, key: &[u8]) -> Option<(usize, &Bytes, &V)> {
        let index = self.index_of(key)?;
        self.entries.get(index).map(|(key, value)| (index, key, value))
    }

    /// The position of a key. It holds until the next removal.
    #[inline]
    pub fn index_of(&self, key: &[u8]) -> Option<usize> {
        // Often asked of dictionaries that are rarely filled: who watches this key?
        if self.entries.is_empty() {
            return None;
        }
        let hash = hash_of(&self.hasher, key);
        let slot = self.slots.find(hash, |&slot| key_at(&self.entries, slot) == Some(key))?;
        Some(*slot as usize)
    }

    /// Sets the value of a key, and gives back the one it had.
    pub fn insert(&mut self, key: &[u8], value: V) -> Option<V> {
        self.make_room();
        let Self { entries, slots, hasher } = self;
        match slots.entry(
            hash_of(hasher, key),
            |&slot| key_at(entries, slot) == Some(key),
            |&slot| key_at(entries, slot).map_or(0, |key| hash_of(hasher, key)),
        ) {
            Entry::Occupied(slot) => {
                let (_, old) = entries.get_mut(*slot.get() as usize)?;
                Some(std::mem::replace(old, value))
            }
            Entry::Vacant(slot) => {
                slot.insert(position(entries.len()));
                entries.push((key.into(), value));
                None
            }
        }
    }

    /// The position of a key, which is added with a value if it is not there; and whether it was added.
    pub fn find_or_insert_with(&mut self, key: &[u8], make: impl FnOnce() -> V) -> (usize, bool) {
        self.make_room();
        let Self { entries, slots, hasher } = self;
        match slots.entry(
            hash_of(hasher, key),
            |&slot| key_at(entries, slot) == Some(key),
            |&slot| key_at(entries, slot).map_or(0, |key| hash_of(hasher, key)),
        ) {
            Entry::Occupied(slot) => (*slot.get() as usize, false),
            Entry::Vacant(slot) => {
                let index = entries.len();
                slot.insert(position(index));
                entries.push((key.into(), make()));
                (index, true)
            }
        }
    }

    /// The value of a key, which is made if the key is not there.
    #[expect(clippy::indexing_slicing, reason = "the position was looked up or made just before")]
    pub fn get_or_insert_with(&mut self, key: &[u8], make: impl FnOnce() -> V) -> &mut V {
        let (index, _) = self.find_or_insert_with(key, make);
        &mut self.entries[index].1
    }

    /// Removes a key; the last entry takes its place.
    pub fn remove(&mut self, key: &[u8]) -> Option<(Bytes, V)> {
        let hash = hash_of(&self.hasher, key);
        let found =
            self.slots.find_entry(hash, |&slot| key_at(&self.entries, slot) == Some(key)).ok()?;
        let (slot, _) = found.remove();
        self.take_out(slot as usize)
    }

    /// Removes the entry at a position; the last entry takes its place.
    pub fn remove_index(&mut self, index: usize) -> Option<(Bytes, V)> {
        let (key, _) = self.entries.get(index)?;
        let hash = hash_of(&self.hasher, key);
        if let Ok(found) = self.slots.find_entry(hash, |&slot| slot as usize == index) {
            found.remove();
        }
        self.take_out(index)
    }

    /// The entry at a position. Positions below `len` are all taken.
    #[inline]
    pub fn get_index(&self, index: usize) -> Option<(&Bytes, &V)> {
        self.entries.get(index).map(|(key, value)| (key, value))
    }

    /// The entry at a position, its value to change.
    #[inline]
    pub fn get_index_mut(&mut self, index: usize) -> Option<(&Bytes, &mut V)> {
        self.entries.get_mut(index).map(|(key, value)| (&*key, value))
    }

    /// All entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Bytes, &V)> + DoubleEndedIterator {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// All entries in order, their values to change.
    pub fn iter_mut(
        &mut self,
    ) -> impl ExactSizeIterator<Item = (&Bytes, &mut V)> + DoubleEndedIterator {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// One step of a walk that other commands may interrupt: `count` entries from the cursor on, and
    /// the cursor of the next step. The walk begins with 0 and is over when 0 comes back.
    ///
    /// # Why downward
    ///
    /// The cursor `c` says: positions `c` and above were returned, those below were not. An entry
    /// changes its position only when it is the last and moves down into a gap. Coming from above
    /// the cursor it was returned already (and may be once more); coming from below, it stays
    /// below. So no entry ever passes the cursor unseen, and each that is there from the first step
    /// to the last is returned at least once. Walking upward, it would be the unseen last entry that
    /// moves into a gap behind the cursor. New entries are appended above, and may be missed, as
    /// in Redis.
    pub fn scan(&self, cursor: u64, count: usize) -> (u64, impl Iterator<Item = (&Bytes, &V)>) {
        let (next, page) = self.scan_range(cursor, count);
        let page = self.entries.get(page).unwrap_or_default();
        (next, page.iter().rev().map(|(key, value)| (key, value)))
    }

    /// The positions that such a step returns.
    pub fn scan_range(&self, cursor: u64, count: usize) -> (u64, Range<usize>) {
        let len = self.entries.len();
        let top = match usize::try_from(cursor) {
            Ok(cursor) if cursor > 0 => cursor.min(len),
            Ok(_) | Err(_) => len,
        };
        let bottom = top.saturating_sub(count.max(1));
        (bottom as u64, bottom..top)
    }

    /// Removes every entry and frees the memory.
    pub fn clear(&mut self) {
        self.entries = Vec::new();
        self.slots = HashTable::new();
    }

    /// Makes room for that many more entries.
    pub fn reserve(&mut self, additional: usize) {
        self.entries.reserve(additional);
        if self.slots.capacity() - self.slots.len() < additional {
            self.rebuild(self.entries.len() + additional);
        }
    }

    /// Bytes allocated for entries and index, without what the keys and values hold elsewhere.
    pub fn heap_size(&self) -> usize {
        self.entries.capacity() * size_of::<(Bytes, V)>() + self.slots.allocation_size()
    }

    /// Ends the removal of an entry whose slot is gone: closes the gap, and points the slot of the
    /// entry that moved to its new place.
    fn take_out(&mut self, index: usize) -> Option<(Bytes, V)> {
        let last = self.entries.len().checked_sub(1)?;
        if index > last {
            return None;
        }
        let taken = self.entries.swap_remove(index);
        if let Some((moved, _)) = self.entries.get(index) {
            let hash = hash_of(&self.hasher, moved);
            if let Some(slot) = self.slots.find_mut(hash, |&slot| slot as usize == last) {
                *slot = position(index);
            }
        }
        let capacity = self.entries.capacity();
        if capacity > SHRINK_FLOOR && self.entries.len() < capacity / 8 {
            self.entries.shrink_to(capacity / 4);
            self.rebuild(capacity / 4);
        }
        Some(taken)
    }

    /// Makes sure that one more slot can be added without rehashing.
    ///
    /// Since hashes are not stored, growing means to hash every key again. The table would do so
    /// in the order of its slots, a jump through memory for each; here it goes through the entries
    /// in their own order.
    fn make_room(&mut self) {
        if self.slots.len() == self.slots.capacity() {
            self.rebuild(self.entries.len() + self.entries.len() / 2 + 3);
        }
    }

    fn rebuild(&mut self, capacity: usize) {
        self.slots = HashTable::new();
        let mut slots = HashTable::with_capacity(capacity.max(self.entries.len()));
        for (index, (key, _)) in self.entries.iter().enumerate() {
            slots.insert_unique(hash_of(&self.hasher, key), position(index), |_| 0);
        }
        self.slots = slots;
    }
}

#[inline]
fn hash_of(hasher: &FixedState, key: &[u8]) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(key);
    hasher.finish()
}

#[inline]
fn key_at<V>(entries: &[(Bytes, V)], slot: u32) -> Option<&[u8]> {
    entries.get(slot as usize).map(|(key, _)| key.as_slice())
}

/// A position as a slot holds it; see the limits of [`Dict`].
#[inline]
fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn name(n: u8) -> Vec<u8> {
        format!("key:{n}").into_bytes()
    }

    #[derive(Debug, Clone)]
    enum Step {
        Insert(u8, u32),
        Remove(u8),
        RemoveAt(u16),
        Upsert(u8),
        Clear,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            12 => (any::<u8>(), any::<u32>()).prop_map(|(k, v)| Step::Insert(k, v)),
            6 => any::<u8>().prop_map(Step::Remove),
            4 => any::<u16>().prop_map(Step::RemoveAt),
            3 => any::<u8>().prop_map(Step::Upsert),
            1 => Just(Step::Clear),
        ]
    }

    fn apply(dict: &mut Dict<u32>, step: &Step) {
        match *step {
            Step::Insert(key, value) => {
                dict.insert(&name(key), value);
            }
            Step::Remove(key) => {
                dict.remove(&name(key));
            }
            Step::RemoveAt(at) => {
                dict.remove_index(usize::from(at) % dict.len().max(1));
            }
            Step::Upsert(key) => *dict.get_or_insert_with(&name(key), || 7) += 1,
            Step::Clear => dict.clear(),
        }
    }

    #[test]
    fn order_is_insertion_with_the_last_moving_into_gaps() {
        for seed in [0, 99] {
            let mut dict = Dict::with_seed(seed);
            for key in ["a", "b", "c", "d"] {
                assert_eq!(dict.insert(key.as_bytes(), ()), None);
            }
            dict.remove(b"a");
            let keys: Vec<&[u8]> = dict.iter().map(|(key, ())| key.as_slice()).collect();
            assert_eq!(keys, [b"d", b"b", b"c"]);
        }
    }

    #[test]
    fn shrinks_after_mass_removal() {
        let mut dict = Dict::new();
        for n in 0..100_000_u32 {
            dict.insert(&n.to_le_bytes(), n);
        }
        let full = dict.heap_size();
        for n in 10..100_000_u32 {
            assert_eq!(dict.remove(&n.to_le_bytes()).map(|(_, v)| v), Some(n));
        }
        assert!(dict.heap_size() < full / 100);
        assert_eq!(dict.len(), 10);
        assert_eq!(dict.get(&3_u32.to_le_bytes()), Some(&3));
    }

    #[test]
    fn churn_does_not_grow_the_index() {
        let mut dict = Dict::new();
        for n in 0..100_000_u32 {
            dict.insert(&n.to_le_bytes(), ());
            if n >= 100 {
                dict.remove(&(n - 100).to_le_bytes());
            }
        }
        assert_eq!(dict.len(), 100);
        assert!(dict.slots.num_buckets() <= 512, "{}", dict.slots.num_buckets());
    }

    proptest! {
        #[test]
        fn behaves_as_a_map(steps in prop::collection::vec(step(), 0..400)) {
            let mut dict = Dict::new();
            let mut model = BTreeMap::new();
            for step in &steps {
                match *step {
                    Step::Insert(key, value) => {
                        prop_assert_eq!(dict.insert(&name(key), value), model.insert(name(key), value));
                    }
                    Step::Remove(key) => {
                        let removed = dict.remove(&name(key));
                        prop_assert_eq!(removed.map(|(_, v)| v), model.remove(&name(key)));
                    }
                    Step::RemoveAt(_) | Step::Upsert(_) | Step::Clear => {
                        apply(&mut dict, step);
                        model = dict.iter().map(|(k, v)| (k.to_vec(), *v)).collect();
                    }
                }
                prop_assert_eq!(dict.len(), model.len());
            }
            for key in 0..=255 {
                prop_assert_eq!(dict.get(&name(key)), model.get(&name(key)));
                prop_assert_eq!(dict.contains(&name(key)), model.contains_key(&name(key)));
            }
            for index in 0..dict.len() {
                let key = dict.get_index(index).unwrap().0.to_vec();
                prop_assert_eq!(dict.index_of(&key), Some(index));
            }
        }

        #[test]
        fn scan_returns_every_entry_that_stays(
            before in prop::collection::vec(step(), 0..200),
            between in prop::collection::vec(prop::collection::vec(step(), 0..8), 0..60),
            count in 1_usize..9,
        ) {
            let mut dict = Dict::new();
            for step in &before {
                apply(&mut dict, step);
            }
            let keys = |dict: &Dict<u32>| -> BTreeSet<Vec<u8>> {
                dict.iter().map(|(key, _)| key.to_vec()).collect()
            };
            let (mut stayed, mut seen, mut cursor) = (keys(&dict), BTreeSet::new(), 0);
            let mut between = between.iter();
            loop {
                let (next, page) = dict.scan(cursor, count);
                seen.extend(page.map(|(key, _)| key.to_vec()));
                cursor = next;
                if cursor == 0 {
                    break;
                }
                for step in between.next().into_iter().flatten() {
                    apply(&mut dict, step);
                    stayed = stayed.intersection(&keys(&dict)).cloned().collect();
                }
            }
            prop_assert!(stayed.is_subset(&seen), "missed {:?}", stayed.difference(&seen));
        }
    }
}
