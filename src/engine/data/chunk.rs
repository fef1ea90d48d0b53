//! `Chunk`: a packed block with room at both ends, of which lists are made.
//!
//! Knows nothing of the chunks beside it.

use super::Piece;
use super::entry::{self, Entry, Pieces};

/// A chunk takes no more bytes than this, unless a single element is longer: the 8 kB of
/// `list-max-listpack-size -2`, less the word that an allocator puts before each block.
pub(super) const CHUNK: usize = 8184;

/// Where a list is pushed, popped or searched from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The first element's end, `L` in Redis's commands.
    Front,
    /// The last element's end, `R`.
    Back,
}

/// A run of entries that stands somewhere within a buffer.
///
/// A listpack grows at its back only, so that a push at the front moves all of it: 8 kB for
/// each LPUSH on a full one. Here the entries may end up with room on either side, and a push
/// writes just the new entry. The buffer grows by doubling up to the size of a chunk; when all the
/// room is on the wrong side, the entries are moved once so that half of it is on each.
///
/// 32 bytes beside the buffer: offsets have 32 bits, and no element is longer than 512 MB.
#[derive(Debug, Clone, Default)]
pub(super) struct Chunk {
    buffer: Box<[u8]>,
    /// Invariant: `head <= tail <= buffer.len()`, and the bytes between are `count` entries.
    head: u32,
    tail: u32,
    count: u32,
}

impl Chunk {
    /// A chunk of one element, with room to begin with.
    pub(super) fn holding(entry: &Entry<'_>, end: End, capacity: usize) -> Self {
        let capacity = capacity.max(entry.len());
        let start = match end {
            End::Front => capacity,
            End::Back => 0,
        };
        let buffer = vec![0; capacity].into_boxed_slice();
        let start = narrow(start);
        let mut chunk = Self { buffer, head: start, tail: start, count: 0 };
        chunk.push(end, entry);
        chunk
    }

    /// How many elements it has.
    #[inline]
    pub(super) const fn count(&self) -> usize {
        self.count as usize
    }

    #[inline]
    const fn head(&self) -> usize {
        self.head as usize
    }

    #[inline]
    const fn tail(&self) -> usize {
        self.tail as usize
    }

    /// Bytes of its entries.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.tail() - self.head()
    }

    /// Bytes allocated.
    pub(super) const fn heap_size(&self) -> usize {
        self.buffer.len()
    }

    /// The entries.
    #[inline]
    pub(super) fn entries(&self) -> &[u8] {
        self.buffer.get(self.head()..self.tail()).unwrap_or_default()
    }

    /// The elements.
    #[inline]
    pub(super) fn iter(&self) -> Pieces<'_> {
        Pieces::new(self.entries(), self.count())
    }

    /// The elements from number `index` on.
    pub(super) fn iter_from(&self, index: usize) -> Pieces<'_> {
        let index = index.min(self.count());
        let rest = self.entries().get(self.offset(index)..).unwrap_or_default();
        Pieces::new(rest, self.count() - index)
    }

    /// The elements before number `index`.
    pub(super) fn iter_to(&self, index: usize) -> Pieces<'_> {
        let index = index.min(self.count());
        Pieces::new(self.entries().get(..self.offset(index)).unwrap_or_default(), index)
    }

    /// The element number `index`.
    pub(super) fn get(&self, index: usize) -> Option<Piece<'_>> {
        self.iter_from(index).next()
    }

    /// Adds an element at an end; false if the chunk is full.
    #[inline]
    pub(super) fn push(&mut self, end: End, entry: &Entry<'_>) -> bool {
        let offset = match end {
            End::Front => 0,
            End::Back => self.len(),
        };
        self.put(end, offset, entry)
    }

    /// Puts an element in before number `index`; false if the chunk is full.
    pub(super) fn insert(&mut self, index: usize, entry: &Entry<'_>) -> bool {
        let end = if index <= self.count() / 2 { End::Front } else { End::Back };
        self.put(end, self.offset(index), entry)
    }

    /// Overwrites the element number `index`, if the new one takes as many bytes.
    pub(super) fn overwrite(&mut self, index: usize, entry: &Entry<'_>) -> bool {
        let offset = self.head() + self.offset(index);
        let old = self.buffer.get(offset..self.tail()).and_then(entry::first_len);
        old == Some(entry.len())
            && self.buffer.get_mut(offset..).and_then(|place| entry.write(place)).is_some()
    }

    /// Takes away the first or the last element, after showing it.
    #[inline]
    pub(super) fn pop<T>(&mut self, end: End, show: impl FnOnce(Piece<'_>) -> T) -> Option<T> {
        let (shown, left) = match end {
            End::Front => {
                let (piece, rest) = entry::split_first(self.entries())?;
                (show(piece), rest.len())
            }
            End::Back => {
                let (piece, rest) = entry::split_last(self.entries())?;
                (show(piece), rest.len())
            }
        };
        match end {
            End::Front => self.head = narrow(self.tail() - left),
            End::Back => self.tail = narrow(self.head() + left),
        }
        self.count -= 1;
        self.shrink();
        Some(shown)
    }

    /// Removes the elements from one number up to another, which is kept.
    pub(super) fn remove(&mut self, from: usize, to: usize) {
        let to = to.min(self.count());
        if from >= to {
            return;
        }
        let (start, end) = (self.head() + self.offset(from), self.head() + self.offset(to));
        if start - self.head() <= self.tail() - end {
            self.buffer.copy_within(self.head()..start, self.head() + end - start);
            self.head += narrow(end - start);
        } else {
            self.buffer.copy_within(end..self.tail(), start);
            self.tail -= narrow(end - start);
        }
        self.count -= narrow(to - from);
        self.shrink();
    }

    /// Removes up to `max` elements that equal the entry, from an end on; gives back how many.
    pub(super) fn remove_matching(&mut self, entry: &Entry<'_>, max: usize, end: End) -> usize {
        let mut matches = Vec::new();
        let mut offset = 0;
        while let Some(rest) = self.entries().get(offset..)
            && let Some(len) = entry::first_len(rest)
        {
            if entry.begins(rest) {
                matches.push(offset);
            }
            offset += len;
        }
        let removed = matches.len().min(max);
        match end {
            End::Front => matches.truncate(removed),
            End::Back => drop(matches.drain(..matches.len() - removed)),
        }
        // Each run between two matches moves once.
        let mut to = matches.first().copied().unwrap_or_default();
        for (number, offset) in matches.iter().enumerate() {
            let run = offset + entry.len()..matches.get(number + 1).copied().unwrap_or(self.len());
            let moved = run.len();
            self.buffer
                .copy_within(self.head() + run.start..self.head() + run.end, self.head() + to);
            to += moved;
        }
        if removed > 0 {
            self.tail = narrow(self.head() + to);
            self.count -= narrow(removed);
            self.shrink();
        }
        removed
    }

    /// Cuts the chunk before element number `index`, and gives back what stood from there on.
    pub(super) fn split_off(&mut self, index: usize) -> Self {
        let offset = self.offset(index);
        let buffer: Box<[u8]> = self.entries().get(offset..).unwrap_or_default().into();
        let rest = Self {
            head: 0,
            tail: narrow(buffer.len()),
            buffer,
            count: narrow(self.count() - index),
        };
        self.tail = narrow(self.head() + offset);
        self.count = narrow(index);
        self.shrink();
        rest
    }

    /// Takes over the elements of the chunk behind it; false if they are too many.
    pub(super) fn append(&mut self, next: &Self) -> bool {
        if !self.make_room(End::Back, next.len()) {
            return false;
        }
        let end = self.tail() + next.len();
        if let Some(place) = self.buffer.get_mut(self.tail()..end) {
            place.copy_from_slice(next.entries());
        }
        self.tail = narrow(end);
        self.count += next.count;
        true
    }

    fn offset(&self, index: usize) -> usize {
        entry::offset(self.entries(), self.count(), index)
    }

    /// Writes an entry at an offset, moving what stands between it and one end.
    #[inline]
    fn put(&mut self, end: End, offset: usize, entry: &Entry<'_>) -> bool {
        let len = entry.len();
        if !self.make_room(end, len) {
            return false;
        }
        let place = self.head() + offset;
        let place = match end {
            End::Front => {
                self.buffer.copy_within(self.head()..place, self.head() - len);
                self.head -= narrow(len);
                place - len
            }
            End::Back => {
                self.buffer.copy_within(place..self.tail(), place + len);
                self.tail += narrow(len);
                place
            }
        };
        self.count += 1;
        self.buffer.get_mut(place..).and_then(|out| entry.write(out)).is_some()
    }

    /// Makes sure that so many bytes are free at an end; false if the chunk is too full for that.
    #[inline]
    fn make_room(&mut self, end: End, needed: usize) -> bool {
        let free = match end {
            End::Front => self.head(),
            End::Back => self.buffer.len() - self.tail(),
        };
        free >= needed || self.move_for(end, needed)
    }

    fn move_for(&mut self, end: End, needed: usize) -> bool {
        let (len, capacity) = (self.len(), self.buffer.len());
        if len + needed > CHUNK {
            return false;
        }
        if capacity < CHUNK {
            self.resize(end, ((len + needed) * 2).next_multiple_of(16).min(CHUNK));
            return true;
        }
        // Moving nearly 8 kB to gain a few bytes would come again with the next push.
        let room = capacity - len;
        if room < CHUNK / 16 {
            return false;
        }
        let wanted = needed.max(room / 2);
        let head = match end {
            End::Front => wanted,
            End::Back => room - wanted,
        };
        self.buffer.copy_within(self.head()..self.tail(), head);
        (self.head, self.tail) = (narrow(head), narrow(head + len));
        true
    }

    /// Moves the entries to another buffer, all the room on one side.
    fn resize(&mut self, end: End, capacity: usize) {
        let len = self.len();
        let mut buffer = vec![0; capacity].into_boxed_slice();
        let head = match end {
            End::Front => capacity.saturating_sub(len),
            End::Back => 0,
        };
        if let Some(place) = buffer.get_mut(head..head + len) {
            place.copy_from_slice(self.entries());
        }
        *self = Self { buffer, head: narrow(head), tail: narrow(head + len), count: self.count };
    }

    /// Gives back memory when three quarters lie idle.
    #[inline]
    fn shrink(&mut self) {
        if self.buffer.len() > 256 && self.len() * 4 < self.buffer.len() {
            let end = if self.head() > 0 { End::Front } else { End::Back };
            self.resize(end, (self.len() * 2).next_multiple_of(16));
        }
    }
}

/// An offset or a count as it is kept.
#[inline]
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
