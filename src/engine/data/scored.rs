//! `Scored`: a walk over members with their scores, and how a score stands in a packed block.
//!
//! Knows nothing of order; that is the set's.

use super::entry::Entry;
use super::score_table::{TableRange, same};
use super::{Pairs, Piece};

/// Up to here every whole number is a score of its own: 2⁵³.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// A score as an entry: a whole number as one, else the eight bytes of its bits.
pub(super) fn score_entry(score: f64, bits: &[u8; 8]) -> Entry<'_> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and far below the limits of i64")]
    let whole = score as i64;
    if score.abs() <= WHOLE && same(whole as f64, score) {
        Entry::int(whole)
    } else {
        Entry::text(bits)
    }
}

/// The score that such an entry is.
pub(super) fn read_score(piece: Piece<'_>) -> f64 {
    match piece {
        Piece::Int(whole) => whole as f64,
        Piece::Bytes(bits) => bits.first_chunk().map_or(0.0, |bits| f64::from_le_bytes(*bits)),
    }
}

/// A member and its score, from the two entries they are.
pub(super) fn scored<'a>((member, score): (Piece<'a>, Piece<'a>)) -> (Piece<'a>, f64) {
    (member, read_score(score))
}

/// Members of a [`SortedSet`](super::SortedSet) with their scores, from both sides.
#[derive(Debug, Clone)]
pub enum Scored<'a> {
    /// Of a packed one.
    Packed(Pairs<'a>),
    /// Of a table.
    Table(TableRange<'a>),
}

impl<'a> Iterator for Scored<'a> {
    type Item = (Piece<'a>, f64);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Packed(pairs) => pairs.next().map(scored),
            Self::Table(range) => range.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Packed(pairs) => pairs.size_hint(),
            Self::Table(range) => range.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Scored<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Packed(pairs) => pairs.next_back().map(scored),
            Self::Table(range) => range.next_back(),
        }
    }
}

impl ExactSizeIterator for Scored<'_> {}
