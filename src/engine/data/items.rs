//! `Items`: a walk over a range of a list, from both sides.
//!
//! Knows nothing of how the range was found.

use std::collections::VecDeque;

use super::Piece;
use super::chunk::Chunk;
use super::entry::Pieces;

/// Elements of a [`List`](super::List), from both sides.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    chunks: &'a VecDeque<Chunk>,
    first: usize,
    front: Pieces<'a>,
    last: usize,
    /// The chunk at the back up to its last element, once somebody comes from there: the way to that
    /// element is a walk.
    back: Option<Pieces<'a>>,
    /// How many elements of that chunk belong to the range.
    to: usize,
    /// What keeps the two sides apart once they are in the same chunk.
    left: usize,
}

impl<'a> Items<'a> {
    /// The elements from one place to another and with it, `left` in all; a place is the number
    /// of a chunk and of an element in it.
    pub(super) fn between(
        chunks: &'a VecDeque<Chunk>,
        (first, from): (usize, usize),
        (last, to): (usize, usize),
        left: usize,
    ) -> Option<Self> {
        let front = chunks.get(first)?.iter_from(from);
        Some(Self { chunks, first, front, last, back: None, to: to + 1, left })
    }

    /// No element.
    pub(super) const fn none(chunks: &'a VecDeque<Chunk>) -> Self {
        Self { chunks, first: 0, front: Pieces::new(&[], 0), last: 0, back: None, to: 0, left: 0 }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Piece<'a>;

    #[inline]
    fn next(&mut self) -> Option<Piece<'a>> {
        self.left = self.left.checked_sub(1)?;
        loop {
            if let Some(piece) = self.front.next() {
                return Some(piece);
            }
            self.first += 1;
            self.front = self.chunks.get(self.first)?.iter();
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for Items<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let back = match &mut self.back {
            Some(back) => back,
            None => self.back.insert(self.chunks.get(self.last)?.iter_to(self.to)),
        };
        loop {
            if let Some(piece) = back.next_back() {
                return Some(piece);
            }
            self.last = self.last.checked_sub(1)?;
            *back = self.chunks.get(self.last)?.iter();
        }
    }
}

impl ExactSizeIterator for Items<'_> {}
