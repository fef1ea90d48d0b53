//! `Counts`: running totals of a list of lengths.
//!
//! Knows nothing of what has these lengths.

/// Lengths of blocks, of which the total before a block and the block at a total are found in
/// logarithmic time, and one is changed in as much (a Fenwick tree). A change in the number of
/// blocks rebuilds it.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// The sum number `i` covers as many lengths up to and with that as the lowest set bit of `i + 1`.
    sums: Vec<u32>,
}

impl Counts {
    /// Takes other lengths.
    pub(super) fn rebuild(&mut self, lengths: impl Iterator<Item = usize>) {
        self.sums.clear();
        self.sums.extend(lengths.map(|length| u32::try_from(length).unwrap_or(u32::MAX)));
        for at in 0..self.sums.len() {
            let own = self.sums.get(at).copied().unwrap_or(0);
            if let Some(sum) = self.sums.get_mut(at | (at + 1)) {
                *sum += own;
            }
        }
    }

    /// Changes the length of a block.
    pub(super) fn add(&mut self, mut at: usize, change: i32) {
        while let Some(sum) = self.sums.get_mut(at) {
            *sum = sum.saturating_add_signed(change);
            at |= at + 1;
        }
    }

    /// The total of the lengths before a block.
    pub(super) fn before(&self, mut at: usize) -> usize {
        let mut total = 0;
        while let Some(last) = at.checked_sub(1) {
            total += self.sums.get(last).map_or(0, |&sum| sum as usize);
            at &= last;
        }
        total
    }

    /// The block in which number `rank` stands, and its number there.
    pub(super) fn find(&self, mut rank: usize) -> (usize, usize) {
        let mut at = 0;
        let mut step = (self.sums.len() + 1).next_power_of_two();
        while step > 0 {
            if let Some(&sum) = self.sums.get(at + step - 1)
                && sum as usize <= rank
            {
                rank -= sum as usize;
                at += step;
            }
            step /= 2;
        }
        (at, rank)
    }

    /// Bytes allocated.
    pub(super) const fn heap_size(&self) -> usize {
        self.sums.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn totals_are_those_of_the_lengths(
            mut lengths in prop::collection::vec(1_usize..9, 0..40),
            changes in prop::collection::vec(any::<u16>(), 0..20),
        ) {
            let mut counts = Counts::default();
            counts.rebuild(lengths.iter().copied());
            for change in changes {
                if !lengths.is_empty() {
                    let at = usize::from(change) % lengths.len();
                    lengths[at] += 1;
                    counts.add(at, 1);
                }
            }
            let mut total = 0;
            for (at, length) in lengths.iter().enumerate() {
                prop_assert_eq!(counts.before(at), total);
                for within in 0..*length {
                    prop_assert_eq!(counts.find(total + within), (at, within));
                }
                total += length;
            }
            prop_assert_eq!(counts.before(lengths.len()), total);
        }
    }
}
