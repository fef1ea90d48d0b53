//! `List`: elements in the order they were put, quick at both ends.
//!
//! Knows nothing of commands; negative indices are resolved by who asks.

use std::collections::VecDeque;
use std::ops::Range;

use super::chunk::{CHUNK, Chunk, End};
use super::entry::Entry;
use super::{Bytes, Items, Piece, Pieces};

/// Room of a new chunk beside others. The first one of a list gets only what it needs.
const FRESH: usize = 512;

/// A list of byte strings.
///
/// A queue of [chunks](CHUNK) of 8 kB, each a packed block with room on both sides: an element of
/// ten bytes takes twelve. A push or pop touches the end chunk only; an element further in is found
/// by counting chunks from the nearer end (some 700 elements each), then entries; an insertion
/// moves half a chunk at most, and splits one that is full. An element longer than a chunk has one
/// of its own.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Invariant: none is empty, and their counts add up to `len`.
    chunks: VecDeque<Chunk>,
    len: usize,
}

impl List {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many elements there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no element.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an element at an end.
    #[inline]
    pub fn push(&mut self, end: End, text: &[u8]) {
        let entry = Entry::new(text);
        self.len += 1;
        let last = match end {
            End::Front => self.chunks.front_mut(),
            End::Back => self.chunks.back_mut(),
        };
        if last.is_some_and(|chunk| chunk.push(end, &entry)) {
            return;
        }
        let fresh = if self.chunks.is_empty() { entry.len() } else { FRESH };
        if self.chunks.is_empty() {
            self.chunks = VecDeque::with_capacity(1);
        }
        let chunk = Chunk::holding(&entry, end, fresh);
        match end {
            End::Front => self.chunks.push_front(chunk),
            End::Back => self.chunks.push_back(chunk),
        }
    }

    /// Adds an element before the first.
    pub fn push_front(&mut self, text: &[u8]) {
        self.push(End::Front, text);
    }

    /// Adds an element behind the last.
    pub fn push_back(&mut self, text: &[u8]) {
        self.push(End::Back, text);
    }

    /// Takes away the element at an end.
    pub fn pop(&mut self, end: End) -> Option<Bytes> {
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "a path fits one lifetime only"
        )]
        self.pop_with(end, |piece| piece.to_bytes())
    }

    /// Takes away the element at an end, and shows it instead of copying it.
    #[inline]
    pub fn pop_with<T>(&mut self, end: End, show: impl FnOnce(Piece<'_>) -> T) -> Option<T> {
        let last = match end {
            End::Front => self.chunks.front_mut()?,
            End::Back => self.chunks.back_mut()?,
        };
        let shown = last.pop(end, show)?;
        let emptied = last.count() == 0;
        self.len -= 1;
        if emptied {
            match end {
                End::Front => self.chunks.pop_front(),
                End::Back => self.chunks.pop_back(),
            };
            self.shrink();
        }
        Some(shown)
    }

    /// Takes away the first element.
    pub fn pop_front(&mut self) -> Option<Bytes> {
        self.pop(End::Front)
    }

    /// Takes away the last element.
    pub fn pop_back(&mut self) -> Option<Bytes> {
        self.pop(End::Back)
    }

    /// The element number `index`.
    pub fn get(&self, index: usize) -> Option<Piece<'_>> {
        let (chunk, within) = self.locate(index)?;
        self.chunks.get(chunk)?.get(within)
    }

    /// Replaces the element number `index`; false if there is none.
    pub fn set(&mut self, index: usize, text: &[u8]) -> bool {
        let Some((chunk, within)) = self.locate(index) else { return false };
        let entry = Entry::new(text);
        if self.chunks.get_mut(chunk).is_some_and(|chunk| chunk.overwrite(within, &entry)) {
            return true;
        }
        self.remove(index);
        self.insert(index, text);
        true
    }

    /// Puts an element in before number `index`; behind the last if there is none.
    pub fn insert(&mut self, index: usize, text: &[u8]) {
        if index == 0 {
            return self.push_front(text);
        }
        let Some((at, within)) = self.locate(index) else { return self.push_back(text) };
        let entry = Entry::new(text);
        self.len += 1;
        let Some(chunk) = self.chunks.get_mut(at) else { return };
        if chunk.insert(within, &entry) {
            return;
        }
        if within > 0 {
            let rest = chunk.split_off(within);
            let fits = chunk.push(End::Back, &entry);
            self.chunks.insert(at + 1, rest);
            if fits {
                return;
            }
        } else if let Some(before) = self.chunks.get_mut(at.wrapping_sub(1))
            && before.push(End::Back, &entry)
        {
            return;
        }
        let at = if within > 0 { at + 1 } else { at };
        self.chunks.insert(at, Chunk::holding(&entry, End::Back, entry.len()));
    }

    /// Removes the element number `index`; false if there is none.
    pub fn remove(&mut self, index: usize) -> bool {
        let Some((at, within)) = self.locate(index) else { return false };
        if let Some(chunk) = self.chunks.get_mut(at) {
            chunk.remove(within, within + 1);
            self.len -= 1;
        }
        self.tidy(at);
        true
    }

    /// Removes up to `max` elements that equal `text`, from an end on; gives back how many.
    pub fn remove_matching(&mut self, text: &[u8], max: usize, end: End) -> usize {
        let entry = Entry::new(text);
        let mut removed = 0;
        match end {
            End::Front => {
                for chunk in &mut self.chunks {
                    removed += chunk.remove_matching(&entry, max - removed, end);
                }
            }
            End::Back => {
                for chunk in self.chunks.iter_mut().rev() {
                    removed += chunk.remove_matching(&entry, max - removed, end);
                }
            }
        }
        if removed > 0 {
            self.len -= removed;
            self.merge_all();
        }
        removed
    }

    /// Keeps only the elements of a range of numbers.
    pub fn trim(&mut self, keep: Range<usize>) {
        let end = keep.end.min(self.len);
        let start = keep.start.min(end);
        self.cut(End::Back, self.len - end);
        self.cut(End::Front, start);
        self.shrink();
    }

    /// All elements in order.
    pub fn iter(&self) -> Items<'_> {
        self.range(0..self.len)
    }

    /// The elements of a range of numbers, from both sides. The way to the first of either side is
    /// counted in chunks.
    pub fn range(&self, range: Range<usize>) -> Items<'_> {
        let end = range.end.min(self.len);
        let ends = || {
            let first = self.locate(range.start)?;
            let last = self.locate(end.checked_sub(1)?)?;
            Items::between(&self.chunks, first, last, end.checked_sub(range.start)?)
        };
        ends().unwrap_or_else(|| Items::none(&self.chunks))
    }

    /// In how many packed blocks it stands, of about 8 kB each.
    pub fn blocks(&self) -> usize {
        self.chunks.len()
    }

    /// The elements of a block.
    pub fn block(&self, number: usize) -> Option<Pieces<'_>> {
        self.chunks.get(number).map(Chunk::iter)
    }

    /// What `OBJECT ENCODING` says.
    pub const fn encoding(&self) -> &'static str {
        "quicklist"
    }

    /// Bytes allocated.
    pub fn heap_size(&self) -> usize {
        self.chunks.capacity() * size_of::<Chunk>()
            + self.chunks.iter().map(Chunk::heap_size).sum::<usize>()
    }

    /// The chunk in which an element stands, and its number there.
    fn locate(&self, index: usize) -> Option<(usize, usize)> {
        if index >= self.len {
            return None;
        }
        if index <= self.len / 2 {
            let mut within = index;
            for (number, chunk) in self.chunks.iter().enumerate() {
                if within < chunk.count() {
                    return Some((number, within));
                }
                within -= chunk.count();
            }
            return None;
        }
        let mut behind = self.len - index;
        for (number, chunk) in self.chunks.iter().enumerate().rev() {
            if behind <= chunk.count() {
                return Some((number, chunk.count() - behind));
            }
            behind -= chunk.count();
        }
        None
    }

    /// Removes `count` elements at an end.
    fn cut(&mut self, end: End, mut count: usize) {
        while count > 0 {
            let last = match end {
                End::Front => self.chunks.front_mut(),
                End::Back => self.chunks.back_mut(),
            };
            let Some(chunk) = last else { return };
            let here = chunk.count().min(count);
            if here < chunk.count() {
                match end {
                    End::Front => chunk.remove(0, here),
                    End::Back => chunk.remove(chunk.count() - here, chunk.count()),
                }
            } else {
                match end {
                    End::Front => self.chunks.pop_front(),
                    End::Back => self.chunks.pop_back(),
                };
            }
            self.len -= here;
            count -= here;
        }
    }

    /// After a removal: drops the chunk if it is empty, or joins it with a neighbour if both are small.
    fn tidy(&mut self, at: usize) {
        if self.chunks.get(at).is_some_and(|chunk| chunk.count() == 0) {
            self.chunks.remove(at);
            return self.shrink();
        }
        for left in [at, at.wrapping_sub(1)] {
            if let Some(right) = self.chunks.get(left.wrapping_add(1))
                && let Some(chunk) = self.chunks.get(left)
                && chunk.len() + right.len() <= CHUNK / 2
                && let Some(right) = self.chunks.remove(left.wrapping_add(1))
                && let Some(chunk) = self.chunks.get_mut(left)
                && !chunk.append(&right)
            {
                self.chunks.insert(left.wrapping_add(1), right);
            }
        }
    }

    /// The same for all chunks at once.
    fn merge_all(&mut self) {
        let chunks = std::mem::take(&mut self.chunks);
        for chunk in chunks {
            if chunk.count() > 0
                && !self.chunks.back_mut().is_some_and(|last| {
                    last.len() + chunk.len() <= CHUNK / 2 && last.append(&chunk)
                })
            {
                self.chunks.push_back(chunk);
            }
        }
        self.shrink();
    }

    fn shrink(&mut self) {
        if self.chunks.capacity() > 16 && self.chunks.len() < self.chunks.capacity() / 4 {
            self.chunks.shrink_to(self.chunks.capacity() / 2);
        }
    }
}

impl<'a> IntoIterator for &'a List {
    type Item = Piece<'a>;
    type IntoIter = Items<'a>;

    fn into_iter(self) -> Items<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(texts: &[&str]) -> List {
        let mut list = List::new();
        for text in texts {
            list.push_back(text.as_bytes());
        }
        list
    }

    fn texts(list: &List) -> Vec<Vec<u8>> {
        list.iter().map(Piece::to_vec).collect()
    }

    #[test]
    fn ten_byte_elements_take_little_more_than_twelve() {
        for end in [End::Front, End::Back] {
            let mut list = List::new();
            for n in 0..100_000 {
                list.push(end, format!("element{:03}", n % 1000).as_bytes());
            }
            let size = list.heap_size();
            assert!(size < 1_212_000, "{size}");
        }
    }

    #[test]
    fn a_chunk_has_32_bytes_beside_its_buffer() {
        assert_eq!(size_of::<Chunk>(), 32);
    }

    #[test]
    fn a_short_list_is_small() {
        let list = list(&["one", "two"]);
        assert!(list.heap_size() < 100, "{}", list.heap_size());
    }

    #[test]
    fn a_drained_list_frees_its_memory() {
        let mut list = List::new();
        for n in 0..100_000 {
            list.push_front(format!("element{n}").as_bytes());
        }
        for n in 0..99_999 {
            assert_eq!(list.pop_back().unwrap().as_slice(), format!("element{n}").as_bytes());
        }
        assert!(list.heap_size() < 10_000, "{}", list.heap_size());
        assert_eq!(texts(&list), [b"element99999"]);
    }

    #[test]
    fn removal_takes_from_the_end_that_is_asked_for() {
        let mut one = list(&["a", "b", "a", "c", "a"]);
        assert_eq!(one.remove_matching(b"a", 2, End::Back), 2);
        assert_eq!(texts(&one), [b"a", b"b", b"c"]);
        let mut one = list(&["a", "b", "a", "c", "a"]);
        assert_eq!(one.remove_matching(b"a", 2, End::Front), 2);
        assert_eq!(texts(&one), [b"b", b"c", b"a"]);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Push(bool, Vec<u8>),
        PushMany(bool, u8),
        Pop(bool),
        Insert(u16, Vec<u8>),
        Set(u16, Vec<u8>),
        Remove(u16),
        RemoveMatching(bool, u8, Vec<u8>),
        Trim(u16, u16),
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            6 => "[a-c]{0,2}".prop_map(String::into_bytes),
            3 => any::<i64>().prop_map(|n| (n % 1000).to_string().into_bytes()),
            2 => (0_usize..3000).prop_map(|len| vec![b'x'; len]),
            1 => (7000_usize..20_000).prop_map(|len| vec![b'y'; len]),
        ]
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (any::<bool>(), text()).prop_map(|(end, text)| Step::Push(end, text)),
            3 => (any::<bool>(), any::<u8>()).prop_map(|(end, n)| Step::PushMany(end, n)),
            3 => any::<bool>().prop_map(Step::Pop),
            4 => (any::<u16>(), text()).prop_map(|(at, text)| Step::Insert(at, text)),
            3 => (any::<u16>(), text()).prop_map(|(at, text)| Step::Set(at, text)),
            3 => any::<u16>().prop_map(Step::Remove),
            1 => (any::<bool>(), 0..9_u8, text()).prop_map(|(e, n, t)| Step::RemoveMatching(e, n, t)),
            1 => (any::<u16>(), any::<u16>()).prop_map(|(from, to)| Step::Trim(from, to)),
        ]
    }

    const fn end(front: bool) -> End {
        if front { End::Front } else { End::Back }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn behaves_as_a_deque(steps in prop::collection::vec(step(), 0..40)) {
            let (mut list, mut model) = (List::new(), VecDeque::<Vec<u8>>::new());
            for step in steps {
                let len = model.len();
                let within = |at: u16| usize::from(at) % len.max(1);
                match step {
                    Step::Push(front, text) => {
                        list.push(end(front), &text);
                        if front { model.push_front(text) } else { model.push_back(text) }
                    }
                    Step::PushMany(front, n) => for i in 0..u32::from(n) * 4 {
                        let text = format!("many-{i}").into_bytes();
                        list.push(end(front), &text);
                        if front { model.push_front(text) } else { model.push_back(text) }
                    },
                    Step::Pop(front) => {
                        let popped = list.pop(end(front)).map(Bytes::into_vec);
                        let wanted = if front { model.pop_front() } else { model.pop_back() };
                        prop_assert_eq!(popped, wanted);
                    }
                    Step::Insert(at, text) => {
                        list.insert(within(at), &text);
                        model.insert(within(at), text);
                    }
                    Step::Set(at, text) => {
                        prop_assert_eq!(list.set(within(at), &text), len > 0);
                        if len > 0 { model[within(at)] = text }
                    }
                    Step::Remove(at) => {
                        prop_assert_eq!(list.remove(within(at)), model.remove(within(at)).is_some());
                    }
                    Step::RemoveMatching(front, n, text) => {
                        let max = if n == 0 { usize::MAX } else { usize::from(n) };
                        let mut left = max;
                        let mut keep = |other: &Vec<u8>| {
                            let hit = left > 0 && *other == text;
                            left -= usize::from(hit);
                            !hit
                        };
                        if front {
                            model.retain(&mut keep);
                        } else {
                            model = model.into_iter().rev().filter(|t| keep(t)).collect();
                            model = model.into_iter().rev().collect();
                        }
                        prop_assert_eq!(list.remove_matching(&text, max, end(front)), len - model.len());
                    }
                    Step::Trim(from, to) => {
                        let (from, to) = (within(from) / 4, len - within(to) / 4);
                        list.trim(from..to);
                        model = model.into_iter().take(to).skip(from).collect();
                    }
                }
                prop_assert_eq!(list.len(), model.len());
                prop_assert!(list.iter().map(Piece::to_vec).eq(model.iter().cloned()));
                prop_assert!(list.iter().rev().map(Piece::to_vec).eq(model.iter().rev().cloned()));
                prop_assert!(list.chunks.iter().all(|chunk| chunk.count() > 0));
                let (from, to) = (model.len() / 3, model.len() - model.len() / 4);
                let range = list.range(from..to).map(Piece::to_vec);
                prop_assert!(range.eq(model.range(from.min(to)..to).cloned()));
                prop_assert_eq!(list.get(from).map(Piece::to_vec), model.get(from).cloned());
            }
        }

        #[test]
        fn both_sides_of_a_range_meet(len in 0_usize..3000, from in 0_usize..3000, turns: u64) {
            let mut list = List::new();
            for n in 0..len {
                list.push_back(n.to_string().as_bytes());
            }
            let mut range = list.range(from..len);
            let mut model: VecDeque<usize> = (from..len).collect();
            for turn in 0..model.len() + 2 {
                let (got, want) = if turns >> (turn % 64) & 1 == 0 {
                    (range.next(), model.pop_front())
                } else {
                    (range.next_back(), model.pop_back())
                };
                prop_assert_eq!(got.map(Piece::to_vec), want.map(|n| n.to_string().into_bytes()));
            }
        }
    }
}
