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
    back: Pieces<'a>,
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
        let back = chunks.get(last)?.iter_to(to + 1);
        Some(Self { chunks, first, front, last, back, left })
    }

    /// No element.
    pub(super) const fn none(chunks: &'a VecDeque<Chunk>) -> Self {
        let (front, back) = (Pieces::new(&[], 0), Pieces::new(&[], 0));
        Self { chunks, first: 0, front, last: 0, back, left: 0 }
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
        loop {
            if let Some(piece) = self.back.next_back() {
                return Some(piece);
            }
            self.last = self.last.checked_sub(1)?;
            self.back = self.chunks.get(self.last)?.iter();
        }
    }
}

impl ExactSizeIterator for Items<'_> {}
