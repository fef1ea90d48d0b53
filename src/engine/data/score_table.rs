//! `ScoreTable`: the large form of a sorted set, a dictionary of scores and an order of members.
//!
//! Knows nothing of the packed form, nor when one becomes the other.

use std::ops::Range;

use super::order::{Entries, Order};
use super::{Bytes, Dict, Piece};

/// The scores of members, and the order of these: some 70 bytes a member.
///
/// A dictionary moves its last entry into the gap that a removal leaves, and the order knows
/// members by their positions there; so each removal tells the order first.
#[derive(Debug, Clone, Default)]
pub struct ScoreTable {
    scores: Dict<f64>,
    /// Invariant: has each position of `scores` once, under its score.
    order: Order,
}

impl ScoreTable {
    pub(super) const fn len(&self) -> usize {
        self.scores.len()
    }

    pub(super) fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }

    /// Sets a score, and gives back the one before.
    pub(super) fn insert(&mut self, member: &[u8], score: f64) -> Option<f64> {
        let (index, new) = self.scores.find_or_insert_with(member, || score);
        let position = u32::try_from(index).ok()?;
        if new {
            self.order.insert(&self.scores, score, position);
            return None;
        }
        let old = *self.scores.get_index(index)?.1;
        if same(old, score) {
            return Some(old);
        }
        let stays = self.order.rescore(&self.scores, member, old, score);
        *self.scores.get_index_mut(index)?.1 = score;
        if !stays {
            self.order.insert(&self.scores, score, position);
        }
        Some(old)
    }

    pub(super) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let index = self.scores.index_of(member)?;
        self.remove_index(index).map(|(_, score)| score)
    }

    pub(super) fn remove_range(&mut self, ranks: &Range<usize>) {
        let members: Vec<Bytes> = self.range(ranks).map(|(member, _)| member.to_bytes()).collect();
        for member in members {
            self.remove(&member);
        }
    }

    pub(super) fn rank(&self, member: &[u8]) -> Option<usize> {
        self.order.rank(&self.scores, self.score(member)?, member)
    }

    /// How many members the predicate holds for, which it does for the lowest ones only.
    pub(super) fn partition_by_score(&self, holds: impl Fn(f64) -> bool) -> usize {
        self.order.partition(|(score, _)| holds(score))
    }

    /// The same by name.
    pub(super) fn partition_by_name(&self, holds: impl Fn(&[u8]) -> bool) -> usize {
        self.order.partition(|(_, index)| {
            self.scores.get_index(index as usize).is_some_and(|(name, _)| holds(name))
        })
    }

    pub(super) fn range(&self, ranks: &Range<usize>) -> TableRange<'_> {
        TableRange { scores: &self.scores, entries: self.order.range(ranks) }
    }

    pub(super) fn get_index(&self, index: usize) -> Option<(Piece<'_>, f64)> {
        self.scores.get_index(index).map(|(name, score)| (Piece::Bytes(name), *score))
    }

    pub(super) fn scan_range(&self, cursor: u64, count: usize) -> (u64, Range<usize>) {
        self.scores.scan_range(cursor, count)
    }

    /// Bytes allocated, its own included.
    pub(super) fn heap_size(&self) -> usize {
        let long: usize = self.scores.iter().map(|(name, _)| name.heap_size()).sum();
        size_of::<Self>() + self.scores.heap_size() + self.order.heap_size() + long
    }

    fn remove_index(&mut self, index: usize) -> Option<(Bytes, f64)> {
        let (member, score) = self.scores.get_index(index)?;
        self.order.remove(&self.scores, *score, member);
        let last = self.scores.len() - 1;
        if index != last {
            let (moved, score) = self.scores.get_index(last)?;
            self.order.renumber(&self.scores, *score, moved, u32::try_from(index).ok()?);
        }
        self.scores.remove_index(index)
    }
}

/// Whether a score stays what it was; zero and minus zero are the same.
#[expect(clippy::float_cmp, reason = "only exactly the same score is no change")]
pub(super) fn same(a: f64, b: f64) -> bool {
    a == b
}

/// A range of a [`ScoreTable`], from both sides.
#[derive(Debug, Clone)]
pub struct TableRange<'a> {
    scores: &'a Dict<f64>,
    entries: Entries<'a>,
}

impl<'a> TableRange<'a> {
    #[inline]
    fn named(&self, entry: (f64, u32)) -> Option<(Piece<'a>, f64)> {
        let (name, score) = self.scores.get_index(entry.1 as usize)?;
        Some((Piece::Bytes(name), *score))
    }
}

impl<'a> Iterator for TableRange<'a> {
    type Item = (Piece<'a>, f64);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next()?;
        self.named(entry)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl DoubleEndedIterator for TableRange<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next_back()?;
        self.named(entry)
    }
}

impl ExactSizeIterator for TableRange<'_> {}
