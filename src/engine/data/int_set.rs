//! `IntSet`: sorted integers in one allocation.
//!
//! Knows nothing of sets of strings, nor when a set stops being one of integers.

use std::cmp::Ordering;

/// A set of 64-bit integers in ascending order, each in as many bytes as the widest needs.
///
/// The width (2, 4 or 8) stands in the first byte, the integers behind it; a membership test is a
/// binary search. A wider integer widens all, and removal narrows none, as in Redis. Like a
/// packed block it is a boxed slice of two words without spare capacity.
#[derive(Debug, Clone, Default)]
pub struct IntSet {
    block: Box<[u8]>,
}

impl IntSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many integers there are.
    pub fn len(&self) -> usize {
        self.numbers().len() / self.width()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.numbers().is_empty()
    }

    /// Bytes allocated.
    pub const fn heap_size(&self) -> usize {
        self.block.len()
    }

    /// The integer number `index`, from the smallest on.
    pub fn get(&self, index: usize) -> Option<i64> {
        let width = self.width();
        let start = index.checked_mul(width)?;
        self.numbers().get(start..start + width).map(read)
    }

    /// Whether the integer is there.
    pub fn contains(&self, number: i64) -> bool {
        self.search(number).is_ok()
    }

    /// Adds an integer; false if it was there.
    pub fn insert(&mut self, number: i64) -> bool {
        let Err(index) = self.search(number) else { return false };
        let width = self.width();
        let needed = width_of(number);
        let mut block = std::mem::take(&mut self.block).into_vec();
        if block.is_empty() {
            block = Vec::with_capacity(1 + needed);
            block.push(low_byte(needed));
        }
        if needed > width {
            let mut wide = Vec::with_capacity(1 + (block.len() / width + 1) * needed);
            wide.push(low_byte(needed));
            let numbers = block.get(1..).unwrap_or_default();
            for number in numbers.chunks_exact(width) {
                write(&mut wide, read(number), needed);
            }
            block = wide;
        }
        let width = needed.max(width);
        block.reserve_exact(width);
        let start = 1 + index * width;
        let end = block.len();
        block.resize(end + width, 0);
        block.copy_within(start..end, start + width);
        if let Some(place) = block.get_mut(start..start + width)
            && let Some(bytes) = number.to_le_bytes().get(..width)
        {
            place.copy_from_slice(bytes);
        }
        self.block = block.into_boxed_slice();
        true
    }

    /// Removes an integer; false if it was not there.
    pub fn remove(&mut self, number: i64) -> bool {
        let Ok(index) = self.search(number) else { return false };
        let width = self.width();
        let start = 1 + index * width;
        let mut block = std::mem::take(&mut self.block).into_vec();
        let end = block.len();
        block.copy_within(start + width..end, start);
        block.truncate(end - width);
        self.block = block.into_boxed_slice();
        true
    }

    /// All integers in ascending order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = i64> + DoubleEndedIterator + Clone {
        self.numbers().chunks_exact(self.width()).map(read)
    }

    /// Where the integer stands, or where it would.
    fn search(&self, number: i64) -> Result<usize, usize> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from.midpoint(to);
            match self.get(middle).map(|found| found.cmp(&number)) {
                Some(Ordering::Less) => from = middle + 1,
                Some(Ordering::Equal) => return Ok(middle),
                Some(Ordering::Greater) | None => to = middle,
            }
        }
        Err(from)
    }

    fn numbers(&self) -> &[u8] {
        self.block.get(1..).unwrap_or_default()
    }

    fn width(&self) -> usize {
        self.block.first().map_or(2, |&width| usize::from(width))
    }
}

fn width_of(number: i64) -> usize {
    if i16::try_from(number).is_ok() {
        2
    } else if i32::try_from(number).is_ok() {
        4
    } else {
        8
    }
}

fn low_byte(width: usize) -> u8 {
    u8::try_from(width).unwrap_or(8)
}

/// Of 8, 4 or 2 bytes.
fn read(bytes: &[u8]) -> i64 {
    if let Some(bytes) = bytes.first_chunk::<8>() {
        i64::from_le_bytes(*bytes)
    } else if let Some(bytes) = bytes.first_chunk::<4>() {
        i64::from(i32::from_le_bytes(*bytes))
    } else {
        bytes.first_chunk().map_or(0, |bytes| i64::from(i16::from_le_bytes(*bytes)))
    }
}

fn write(block: &mut Vec<u8>, number: i64, width: usize) {
    block.extend_from_slice(number.to_le_bytes().get(..width).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn width_follows_the_widest() {
        let mut set = IntSet::new();
        for (number, size) in [(1, 3), (-32_768, 5), (70_000, 13), (i64::MIN, 33)] {
            assert!(set.insert(number));
            assert_eq!(set.heap_size(), size);
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), [i64::MIN, -32_768, 1, 70_000]);
    }

    proptest! {
        #[test]
        fn behaves_as_a_sorted_set(
            steps in prop::collection::vec((any::<bool>(), any::<i64>(), 40..64_u32), 0..200),
        ) {
            let (mut set, mut model) = (IntSet::new(), BTreeSet::new());
            for (insert, number, shift) in steps {
                let number = if number % 3 == 0 { number } else { number >> shift };
                if insert {
                    prop_assert_eq!(set.insert(number), model.insert(number));
                } else {
                    let number = model.range(number..).next().copied().unwrap_or(number);
                    prop_assert_eq!(set.remove(number), model.remove(&number));
                }
                prop_assert!(set.iter().eq(model.iter().copied()));
                prop_assert_eq!(set.len(), model.len());
                prop_assert_eq!(set.contains(number), model.contains(&number));
                prop_assert_eq!(set.get(model.len() / 2), model.iter().nth(model.len() / 2).copied());
            }
        }
    }
}
