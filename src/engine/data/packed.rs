//! `Packed`: many small elements in one allocation, in order.
//!
//! Knows nothing of what the elements mean; a hash keeps field and value after each other, a
//! sorted set member and score.

use super::Piece;
use super::entry::{self, Entry, Pieces};

/// The number of entries stands before them.
const HEADER: usize = size_of::<u32>();

/// A block of elements, texts and numbers, that is walked from either side.
///
/// What Redis's listpack is for: up to a few hundred small elements are searched by walking, which
/// at that size is as quick as a hash table and takes a fraction of its memory. Entries are laid
/// out as [`Entry`] says, behind a count of four bytes.
///
/// The block is a boxed slice without spare capacity: two words, so that a value which holds one
/// stays at 24 bytes, at the price of a reallocation for each change. An empty block allocates
/// nothing.
///
/// Places are offsets in bytes, as [`find`](Packed::find) returns them; a change makes those behind it stale.
/// Only this module's own code makes blocks, so reading one does not fail; a place that is none
/// reads as nothing.
#[derive(Debug, Clone, Default)]
pub struct Packed {
    block: Box<[u8]>,
}

impl Packed {
    /// An empty block.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many elements there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.block.first_chunk().map_or(0, |count| u32::from_le_bytes(*count) as usize)
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes allocated.
    pub const fn heap_size(&self) -> usize {
        self.block.len()
    }

    /// The elements in order.
    #[inline]
    pub fn iter(&self) -> Pieces<'_> {
        Pieces::new(self.entries(), self.len())
    }

    /// The element number `index`.
    pub fn get(&self, index: usize) -> Option<Piece<'_>> {
        self.at(self.place(index))
    }

    /// The place of the element number `index`; that of `len` is the end.
    pub fn place(&self, index: usize) -> usize {
        entry::offset(self.entries(), self.len(), index)
    }

    /// The place of the first element that equals `text`, looking at every `step`th from the first on.
    pub fn find(&self, text: &[u8], step: usize) -> Option<usize> {
        let wanted = Entry::new(text);
        let entries = self.entries();
        let (mut place, mut rest) = (0, entries);
        while !rest.is_empty() {
            if wanted.begins(rest) {
                return Some(place);
            }
            for _ in 0..step.max(1) {
                let len = entry::first_len(rest)?;
                place += len;
                rest = rest.get(len..)?;
            }
        }
        None
    }

    /// The element at a place.
    #[inline]
    pub fn at(&self, place: usize) -> Option<Piece<'_>> {
        entry::split_first(self.entries().get(place..)?).map(|(piece, _)| piece)
    }

    /// The place behind the element at a place.
    pub fn after(&self, place: usize) -> Option<usize> {
        Some(place + entry::first_len(self.entries().get(place..)?)?)
    }

    /// Puts elements in before the one at a place.
    pub(super) fn insert(&mut self, place: usize, new: &[Entry<'_>]) {
        self.splice(place, 0, new);
    }

    /// Puts elements behind the last.
    pub(super) fn push(&mut self, new: &[Entry<'_>]) {
        self.splice(self.entries().len(), 0, new);
    }

    /// Replaces the element at a place.
    pub(super) fn replace(&mut self, place: usize, new: &Entry<'_>) {
        self.splice(place, 1, std::slice::from_ref(new));
    }

    /// Removes `count` elements from a place on. The others keep their order.
    pub fn remove(&mut self, place: usize, count: usize) {
        self.splice(place, count, &[]);
    }

    fn entries(&self) -> &[u8] {
        self.block.get(HEADER..).unwrap_or_default()
    }

    /// Replaces `old` elements from a place on by new ones.
    fn splice(&mut self, place: usize, old: usize, new: &[Entry<'_>]) {
        let Some(behind) = self.entries().get(place..) else { return };
        let mut old_len = 0;
        let mut removed = 0;
        while removed < old
            && let Some(len) = behind.get(old_len..).and_then(entry::first_len)
        {
            old_len += len;
            removed += 1;
        }
        let new_len: usize = new.iter().map(Entry::len).sum();
        let count = self.len() - removed + new.len();
        let start = HEADER + place;
        let mut block = std::mem::take(&mut self.block).into_vec();
        if block.is_empty() {
            block = vec![0; HEADER];
        }
        let end = block.len();
        if new_len > old_len {
            block.reserve_exact(new_len - old_len);
            block.resize(end + new_len - old_len, 0);
        }
        block.copy_within(start + old_len..end, start + new_len);
        block.truncate(end + new_len - old_len);
        let mut out = block.get_mut(start..).unwrap_or_default();
        for entry in new {
            let Some(rest) = entry.write(out) else { break };
            out = rest;
        }
        if let Some(header) = block.first_chunk_mut() {
            *header = u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
        }
        self.block = block.into_boxed_slice();
    }
}

/// The elements of a block two by two, from both sides.
#[derive(Debug, Clone)]
pub struct Pairs<'a>(Pieces<'a>);

impl Packed {
    /// The elements two by two.
    #[inline]
    pub fn pairs(&self) -> Pairs<'_> {
        Pairs(self.iter())
    }

    /// The pairs from number `from` on, up to but without number `to`.
    pub fn pairs_within(&self, from: usize, to: usize) -> Pairs<'_> {
        let to = to.min(self.len() / 2);
        let from = from.min(to);
        let block = self.entries().get(self.place(2 * from)..self.place(2 * to));
        Pairs(Pieces::new(block.unwrap_or_default(), 2 * (to - from)))
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (Piece<'a>, Piece<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let pairs = self.0.len() / 2;
        (pairs, Some(pairs))
    }
}

impl DoubleEndedIterator for Pairs<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        let second = self.0.next_back()?;
        Some((self.0.next_back()?, second))
    }
}

impl ExactSizeIterator for Pairs<'_> {}

impl<'a> IntoIterator for &'a Packed {
    type Item = Piece<'a>;
    type IntoIter = Pieces<'a>;

    fn into_iter(self) -> Pieces<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(packed: &Packed) -> Vec<Vec<u8>> {
        packed.iter().map(Piece::to_vec).collect()
    }

    #[test]
    fn is_two_words_and_exact() {
        assert_eq!(size_of::<Packed>(), 16);
        let mut packed = Packed::new();
        assert_eq!(packed.heap_size(), 0);
        packed.push(&[Entry::new(b"ab"), Entry::new(b"7")]);
        assert_eq!(packed.heap_size(), HEADER + 4 + 1);
    }

    #[test]
    fn finds_only_at_the_steps() {
        let mut packed = Packed::new();
        for text in ["f", "v", "v", "f"] {
            packed.push(&[Entry::new(text.as_bytes())]);
        }
        assert_eq!(packed.find(b"v", 2), Some(packed.place(2)));
        assert_eq!(packed.find(b"v", 1), Some(packed.place(1)));
        assert_eq!(packed.find(b"x", 1), None);
    }

    proptest! {
        #[test]
        fn behaves_as_a_vector(
            steps in prop::collection::vec((0..4_u8, any::<u16>(), "[a-z]{0,90}|-?[0-9]{1,19}"), 0..80),
        ) {
            let mut packed = Packed::new();
            let mut model: Vec<Vec<u8>> = Vec::new();
            for (kind, at, text) in steps {
                let text = text.into_bytes();
                let at = usize::from(at) % (model.len() + 1);
                let place = packed.place(at);
                match kind {
                    0 | 1 => {
                        packed.insert(place, &[Entry::new(&text)]);
                        model.insert(at, text);
                    }
                    2 if at < model.len() => {
                        packed.replace(place, &Entry::new(&text));
                        model[at] = text;
                    }
                    _ => {
                        let end = model.len().min(at + 3);
                        packed.remove(place, 3);
                        model.drain(at..end);
                    }
                }
                prop_assert_eq!(packed.len(), model.len());
                prop_assert_eq!(texts(&packed), model.clone());
                let mut backward: Vec<_> = packed.iter().rev().map(Piece::to_vec).collect();
                backward.reverse();
                prop_assert_eq!(&backward, &model);
                for (index, text) in model.iter().enumerate() {
                    prop_assert!(packed.get(index).unwrap().eq_bytes(text));
                    let first = model.iter().position(|other| other == text).unwrap();
                    prop_assert_eq!(packed.find(text, 1), Some(packed.place(first)));
                }
            }
        }
    }
}
