//! `Order`: the members of a large sorted set by score, with ranks.
//!
//! Knows a member by its position in the set's dictionary, and asks that for its name when scores
//! are equal.

use std::cmp::Ordering;
use std::ops::Range;

use super::Dict;
use super::counts::Counts;

/// A block is cut in two when it gets longer: 4 kB.
const BLOCK: usize = 256;

/// A score, and the position of the member in the dictionary.
type Entry = (f64, u32);

/// Entries sorted by score, then by the bytes of the member.
///
/// Sorted blocks of at most 256 entries of 16 bytes, with a [tree of their lengths](Counts). A
/// search is binary, first among the blocks' lowest scores (which stand together), then within
/// one; a change moves half a block on average. That is fewer jumps through memory than a
/// skip list or a balanced tree makes, and about 23 bytes a member. Cutting a block shifts the
/// list of blocks: at a million members 100 kB for every 128 insertions, at a hundred million
/// the limit of what this is good for.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    /// Invariant: none is empty, and all entries are sorted across them.
    blocks: Vec<Block>,
    /// Invariant: the lengths of `blocks`.
    counts: Counts,
}

#[derive(Debug, Clone)]
struct Block {
    /// The first entry's score.
    low: f64,
    entries: Vec<Entry>,
}

impl Block {
    fn new(entries: Vec<Entry>) -> Self {
        let mut block = Self { low: 0.0, entries };
        block.set_low();
        block
    }

    fn set_low(&mut self) {
        self.low = self.entries.first().map_or(0.0, |entry| entry.0);
    }
}

/// Where an entry stands: which block, and where in it.
type Place = (usize, usize);

impl Order {
    /// Bytes allocated.
    pub(super) fn heap_size(&self) -> usize {
        let entries: usize = self.blocks.iter().map(|block| block.entries.capacity()).sum();
        entries * size_of::<Entry>()
            + self.blocks.capacity() * size_of::<Block>()
            + self.counts.heap_size()
    }

    /// Adds a member that stands at `index` in the dictionary already.
    pub(super) fn insert(&mut self, members: &Dict<f64>, score: f64, index: u32) {
        let Some((member, _)) = members.get_index(index as usize) else { return };
        let (Ok((at, offset)) | Err((at, offset))) = self.find(members, score, member);
        let last = at + 1 >= self.blocks.len();
        let Some(block) = self.blocks.get_mut(at) else {
            self.blocks.push(Block::new(vec![(score, index)]));
            return self.recount();
        };
        if block.entries.len() < BLOCK {
            block.entries.insert(offset, (score, index));
            block.set_low();
            return self.counts.add(at, 1);
        }
        if last && offset == block.entries.len() {
            // Ascending scores fill block after block instead of leaving halves behind.
            self.blocks.push(Block::new(vec![(score, index)]));
            return self.recount();
        }
        let mut upper = block.entries.split_off(BLOCK / 2);
        if offset <= BLOCK / 2 {
            block.entries.insert(offset, (score, index));
        } else {
            upper.insert(offset - BLOCK / 2, (score, index));
        }
        block.set_low();
        self.blocks.insert(at + 1, Block::new(upper));
        self.recount();
    }

    /// Removes a member that still stands in the dictionary.
    pub(super) fn remove(&mut self, members: &Dict<f64>, score: f64, member: &[u8]) {
        if let Ok(place) = self.find(members, score, member) {
            self.remove_at(place);
        }
    }

    fn remove_at(&mut self, (at, offset): Place) {
        let Some(block) = self.blocks.get_mut(at) else { return };
        block.entries.remove(offset);
        block.set_low();
        let len = block.entries.len();
        if len == 0 {
            self.blocks.remove(at);
            return self.recount();
        }
        self.counts.add(at, -1);
        if len < BLOCK / 4 {
            self.join(at);
        }
    }

    /// Notes that a member is about to move to another position of the dictionary.
    pub(super) fn renumber(&mut self, members: &Dict<f64>, score: f64, member: &[u8], index: u32) {
        if let Ok((at, offset)) = self.find(members, score, member)
            && let Some(entry) =
                self.blocks.get_mut(at).and_then(|block| block.entries.get_mut(offset))
        {
            entry.1 = index;
        }
    }

    /// Gives a member another score where it stands; if it would have to move it is removed, and
    /// false comes back.
    pub(super) fn rescore(
        &mut self,
        members: &Dict<f64>,
        member: &[u8],
        old: f64,
        new: f64,
    ) -> bool {
        let Ok((at, offset)) = self.find(members, old, member) else { return false };
        let Some(block) = self.blocks.get_mut(at) else { return false };
        // Ties would have to look at names, and the ends of a block at its neighbours.
        let after = offset.checked_sub(1).and_then(|before| block.entries.get(before));
        let before = block.entries.get(offset + 1);
        let fits =
            after.is_some_and(|after| after.0 < new) && before.is_some_and(|before| new < before.0);
        match block.entries.get_mut(offset) {
            Some(entry) if fits => entry.0 = new,
            Some(_) | None => self.remove_at((at, offset)),
        }
        fits
    }

    /// How many members come before this one.
    pub(super) fn rank(&self, members: &Dict<f64>, score: f64, member: &[u8]) -> Option<usize> {
        let (at, offset) = self.find(members, score, member).ok()?;
        Some(self.counts.before(at) + offset)
    }

    /// How many entries the predicate holds for, which it does for the first ones only.
    pub(super) fn partition(&self, holds: impl Fn(Entry) -> bool) -> usize {
        let after = self
            .blocks
            .partition_point(|block| block.entries.first().is_some_and(|&first| holds(first)));
        let Some(at) = after.checked_sub(1) else { return 0 };
        let within = self
            .blocks
            .get(at)
            .map_or(0, |block| block.entries.partition_point(|&entry| holds(entry)));
        self.counts.before(at) + within
    }

    /// The entries of a range of ranks, from both sides.
    pub(super) fn range(&self, ranks: &Range<usize>) -> Entries<'_> {
        let left = ranks.end.saturating_sub(ranks.start);
        let first = self.counts.find(ranks.start);
        let (at, offset) = self.counts.find(ranks.end.saturating_sub(1));
        Entries { blocks: &self.blocks, first, last: (at, offset + 1), left }
    }

    fn find(&self, members: &Dict<f64>, score: f64, member: &[u8]) -> Result<Place, Place> {
        let order = |entry: &Entry| {
            if entry.0 < score {
                return Ordering::Less;
            }
            if entry.0 > score {
                return Ordering::Greater;
            }
            let name = members.get_index(entry.1 as usize).map(|(name, _)| name.as_slice());
            name.cmp(&Some(member))
        };
        let after = self.blocks.partition_point(|block| {
            block.low < score
                || (block.low <= score
                    && block.entries.first().is_some_and(|first| order(first).is_le()))
        });
        let at = after.saturating_sub(1);
        let Some(block) = self.blocks.get(at) else { return Err((at, 0)) };
        match block.entries.binary_search_by(order) {
            Ok(offset) => Ok((at, offset)),
            Err(offset) => Err((at, offset)),
        }
    }

    /// Joins a short block with a neighbour if both together are half a block at most.
    fn join(&mut self, at: usize) {
        for left in [at, at.wrapping_sub(1)] {
            let right = left.wrapping_add(1);
            if let Some(one) = self.blocks.get(left)
                && let Some(other) = self.blocks.get(right)
                && one.entries.len() + other.entries.len() <= BLOCK / 2
            {
                let other = self.blocks.remove(right);
                if let Some(one) = self.blocks.get_mut(left) {
                    one.entries.extend(other.entries);
                }
                return self.recount();
            }
        }
    }

    fn recount(&mut self) {
        self.counts.rebuild(self.blocks.iter().map(|block| block.entries.len()));
    }
}

/// Entries of an [`Order`], from both sides.
#[derive(Debug, Clone)]
pub(super) struct Entries<'a> {
    blocks: &'a [Block],
    /// Where the next one stands.
    first: Place,
    /// Behind where the next one from the back stands.
    last: Place,
    left: usize,
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    #[inline]
    fn next(&mut self) -> Option<Entry> {
        self.left = self.left.checked_sub(1)?;
        loop {
            let (at, offset) = self.first;
            if let Some(entry) = self.blocks.get(at)?.entries.get(offset) {
                self.first.1 += 1;
                return Some(*entry);
            }
            self.first = (at + 1, 0);
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for Entries<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Entry> {
        self.left = self.left.checked_sub(1)?;
        loop {
            let (at, end) = self.last;
            if let Some(offset) = end.checked_sub(1) {
                self.last.1 = offset;
                return self.blocks.get(at)?.entries.get(offset).copied();
            }
            let before = at.checked_sub(1)?;
            self.last = (before, self.blocks.get(before)?.entries.len());
        }
    }
}

impl ExactSizeIterator for Entries<'_> {}
