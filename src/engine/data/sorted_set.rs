//! `SortedSet`: members with scores, packed or as a table with an order.
//!
//! Knows nothing of commands; the limits are handed in.

use std::ops::Range;

use super::entry::Entry;
use super::score_table::{ScoreTable, same};
use super::scored::{read_score, score_entry, scored};
use super::{Bytes, LexBound, Limits, Packed, Piece, ScoreBound, Scored};

/// A set of members, each with a score, sorted by score and then by the bytes of the member.
///
/// Few and short ones stand in a packed block, member and score after each other. Past the limits
/// it becomes a [`ScoreTable`], exactly when Redis 7.0 makes it a skip list, and never back.
///
/// Whatever is asked for (by score, by member, by rank) becomes a range of ranks first: see
/// [`score_range`](SortedSet::score_range), [`range`](SortedSet::range).
///
/// NaN is never a score: it is refused where numbers are read, and not stored here. The packed
/// form keeps `-0` as `0`, the table keeps it, as in Redis; both are the same score.
#[derive(Debug, Clone)]
pub enum SortedSet {
    /// Few and short.
    Packed(Packed),
    /// Any.
    Table(Box<ScoreTable>),
}

impl Default for SortedSet {
    fn default() -> Self {
        Self::Packed(Packed::new())
    }
}

impl SortedSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Packed(packed) => packed.len() / 2,
            Self::Table(table) => table.len(),
        }
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The score of a member.
    pub fn score(&self, member: &[u8]) -> Option<f64> {
        match self {
            Self::Packed(packed) => {
                packed.at(packed.after(packed.find(member, 2)?)?).map(read_score)
            }
            Self::Table(table) => table.score(member),
        }
    }

    /// Sets the score of a member, and gives back the one it had.
    pub fn insert(&mut self, member: &[u8], score: f64, limits: &Limits) -> Option<f64> {
        if score.is_nan() {
            return self.score(member);
        }
        if let Self::Packed(packed) = self {
            let old = packed.find(member, 2).and_then(|place| {
                let score = packed.after(place).and_then(|place| packed.at(place))?;
                Some((place, read_score(score)))
            });
            let fits = packed.len() / 2 < limits.zset_max_listpack_entries
                && member.len() <= limits.zset_max_listpack_value;
            if old.is_some() || fits {
                if let Some((place, old)) = old {
                    if same(old, score) {
                        return Some(old);
                    }
                    packed.remove(place, 2);
                }
                let before = packed.pairs().take_while(|&(other, own)| {
                    let own = read_score(own);
                    own < score || (own <= score && other < Piece::Bytes(member))
                });
                let place = packed.place(2 * before.count());
                let bits = score.to_bits().to_le_bytes();
                packed.insert(place, &[Entry::new(member), score_entry(score, &bits)]);
                return old.map(|(_, old)| old);
            }
        }
        self.table().insert(member, score)
    }

    /// Removes a member, and gives back its score.
    pub fn remove(&mut self, member: &[u8]) -> Option<f64> {
        match self {
            Self::Packed(packed) => {
                let place = packed.find(member, 2)?;
                let score = packed.at(packed.after(place)?).map(read_score);
                packed.remove(place, 2);
                score
            }
            Self::Table(table) => table.remove(member),
        }
    }

    /// How many members come before this one.
    pub fn rank(&self, member: &[u8]) -> Option<usize> {
        match self {
            Self::Packed(packed) => packed.pairs().position(|(other, _)| other.eq_bytes(member)),
            Self::Table(table) => table.rank(member),
        }
    }

    /// The ranks of the scores from one bound to another.
    pub fn score_range(&self, min: ScoreBound, max: ScoreBound) -> Range<usize> {
        let (start, end) = match self {
            Self::Packed(packed) => {
                let count = |holds: &dyn Fn(f64) -> bool| {
                    packed.pairs().take_while(|&(_, score)| holds(read_score(score))).count()
                };
                (count(&|score| min.is_above(score)), count(&|score| max.reaches(score)))
            }
            Self::Table(table) => (
                table.partition_by_score(|score| min.is_above(score)),
                table.partition_by_score(|score| max.reaches(score)),
            ),
        };
        start..end.max(start)
    }

    /// The ranks of the members from one bound to another. As in Redis it means something only if
    /// all scores are equal.
    pub fn lex_range(&self, min: LexBound<'_>, max: LexBound<'_>) -> Range<usize> {
        let (start, end) = match self {
            Self::Packed(packed) => {
                let count = |holds: &dyn Fn(&[u8]) -> bool| {
                    let mut digits = itoa::Buffer::new();
                    packed.pairs().take_while(|(member, _)| holds(member.text(&mut digits))).count()
                };
                (count(&|member| min.is_above(member)), count(&|member| max.reaches(member)))
            }
            Self::Table(table) => (
                table.partition_by_name(|name| min.is_above(name)),
                table.partition_by_name(|name| max.reaches(name)),
            ),
        };
        start..end.max(start)
    }

    /// The members of a range of ranks with their scores, from both sides.
    pub fn range(&self, ranks: Range<usize>) -> Scored<'_> {
        let end = ranks.end.min(self.len());
        let ranks = ranks.start.min(end)..end;
        match self {
            Self::Packed(packed) => Scored::Packed(packed.pairs_within(ranks.start, ranks.end)),
            Self::Table(table) => Scored::Table(table.range(&ranks)),
        }
    }

    /// All members with their scores, in order.
    pub fn iter(&self) -> Scored<'_> {
        self.range(0..self.len())
    }

    /// Removes a range of ranks; gives back how many members it had.
    pub fn remove_range(&mut self, ranks: Range<usize>) -> usize {
        let end = ranks.end.min(self.len());
        let count = end.saturating_sub(ranks.start);
        let ranks = ranks.start.min(end)..end;
        match self {
            Self::Packed(packed) => packed.remove(packed.place(2 * ranks.start), 2 * count),
            Self::Table(table) => table.remove_range(&ranks),
        }
        count
    }

    /// Takes away the member with the lowest score.
    pub fn pop_first(&mut self) -> Option<(Bytes, f64)> {
        let (member, score) = self.iter().next()?;
        let member = member.to_bytes();
        self.remove(&member);
        Some((member, score))
    }

    /// Takes away the member with the highest score.
    pub fn pop_last(&mut self) -> Option<(Bytes, f64)> {
        let (member, score) = self.iter().next_back()?;
        let member = member.to_bytes();
        self.remove(&member);
        Some((member, score))
    }

    /// Some member by number, in no order that means anything: each index below `len` is one, so a
    /// random index is a random member.
    pub fn get_index(&self, index: usize) -> Option<(Piece<'_>, f64)> {
        match self {
            Self::Packed(packed) => packed.pairs_within(index, index + 1).next().map(scored),
            Self::Table(table) => table.get_index(index),
        }
    }

    /// One step of a walk, as [`Dict::scan`](super::Dict::scan) has it; a packed set comes all at once.
    pub fn scan(&self, cursor: u64, count: usize) -> (u64, impl Iterator<Item = (Piece<'_>, f64)>) {
        let (next, page) = match self {
            Self::Packed(packed) => (0, 0..packed.len() / 2),
            Self::Table(table) => table.scan_range(cursor, count),
        };
        (next, page.filter_map(|index| self.get_index(index)))
    }

    /// What `OBJECT ENCODING` says.
    pub const fn encoding(&self) -> &'static str {
        match self {
            Self::Packed(_) => "listpack",
            Self::Table(_) => "skiplist",
        }
    }

    /// Bytes allocated.
    pub fn heap_size(&self) -> usize {
        match self {
            Self::Packed(packed) => packed.heap_size(),
            Self::Table(table) => table.heap_size(),
        }
    }

    /// The members as a table, which they are from here on.
    fn table(&mut self) -> &mut ScoreTable {
        if let Self::Packed(packed) = self {
            let mut table = ScoreTable::default();
            for (member, score) in packed.pairs() {
                table.insert(member.text(&mut itoa::Buffer::new()), read_score(score));
            }
            *self = Self::Table(Box::new(table));
        }
        match self {
            Self::Table(table) => table,
            Self::Packed(_) => unreachable!("made a table just above"),
        }
    }
}

impl<'a> IntoIterator for &'a SortedSet {
    type Item = (Piece<'a>, f64);
    type IntoIter = Scored<'a>;

    fn into_iter(self) -> Scored<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Ordering;
    use std::collections::BTreeMap;

    const LIMITS: Limits =
        Limits { zset_max_listpack_entries: 4, zset_max_listpack_value: 6, ..Limits::DEFAULT };

    fn set(limits: &Limits, members: &[(&str, f64)]) -> SortedSet {
        let mut set = SortedSet::new();
        for (member, score) in members {
            set.insert(member.as_bytes(), *score, limits);
        }
        set
    }

    fn names(scored: Scored<'_>) -> Vec<String> {
        scored.map(|(name, _)| String::from_utf8(name.to_vec()).unwrap()).collect()
    }

    #[test]
    fn is_two_words() {
        assert_eq!(size_of::<SortedSet>(), 16);
    }

    #[test]
    fn becomes_a_table_as_in_redis_and_never_back() {
        let four = [("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 4.0)];
        let mut set_of_four = set(&LIMITS, &four);
        assert_eq!(set_of_four.encoding(), "listpack");
        set_of_four.insert(b"a", 9.0, &LIMITS);
        assert_eq!(set_of_four.encoding(), "listpack");
        set_of_four.insert(b"e", 9.0, &LIMITS);
        assert_eq!(set_of_four.encoding(), "skiplist");
        set_of_four.remove(b"e");
        assert_eq!(set_of_four.encoding(), "skiplist");
        assert_eq!(set(&LIMITS, &[("123456", 1.0)]).encoding(), "listpack");
        assert_eq!(set(&LIMITS, &[("1234567", 1.0)]).encoding(), "skiplist");
    }

    #[test]
    fn minus_zero_is_kept_by_the_table_only_and_is_no_change() {
        let mut set = set(&LIMITS, &[("a", -0.0)]);
        assert!(set.score(b"a").unwrap().is_sign_positive());
        set.insert(b"1234567", -0.0, &LIMITS);
        assert!(set.score(b"a").unwrap().is_sign_positive());
        assert!(set.score(b"1234567").unwrap().is_sign_negative());
        assert_eq!(set.insert(b"1234567", 0.0, &LIMITS), Some(-0.0));
        assert!(set.score(b"1234567").unwrap().is_sign_negative());
        assert_eq!(names(set.iter()), ["1234567", "a"]);
    }

    #[test]
    fn nan_is_not_stored() {
        let mut set = set(&LIMITS, &[("a", f64::NAN)]);
        assert!(set.is_empty());
        set.insert(b"a", 1.0, &LIMITS);
        set.insert(b"a", f64::NAN, &LIMITS);
        assert_eq!(set.score(b"a"), Some(1.0));
    }

    #[test]
    fn lexical_ranges_are_ranks() {
        for limits in [Limits::DEFAULT, Limits { zset_max_listpack_entries: 0, ..LIMITS }] {
            let set = set(&limits, &[("a", 0.0), ("b", 0.0), ("10", 0.0), ("c", 0.0)]);
            for (min, max, ranks) in [
                (LexBound::Lowest, LexBound::Highest, 0..4),
                (LexBound::Inclusive(b"a"), LexBound::Inclusive(b"b"), 1..3),
                (LexBound::Exclusive(b"a"), LexBound::Exclusive(b"c"), 2..3),
                (LexBound::Exclusive(b"10"), LexBound::Highest, 1..4),
                (LexBound::Highest, LexBound::Lowest, 4..4),
                (LexBound::Inclusive(b"c"), LexBound::Inclusive(b"a"), 3..3),
            ] {
                assert_eq!(set.lex_range(min, max), ranks, "{min:?} {max:?}");
            }
        }
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Insert(u16, i8),
        InsertMany(u16, u8),
        Remove(u16),
        PopFirst,
        PopLast,
        RemoveRange(u16, u8),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => (any::<u16>(), any::<i8>()).prop_map(|(member, score)| Step::Insert(member, score)),
            2 => (any::<u16>(), any::<u8>()).prop_map(|(from, count)| Step::InsertMany(from, count)),
            5 => any::<u16>().prop_map(Step::Remove),
            1 => Just(Step::PopFirst),
            1 => Just(Step::PopLast),
            1 => (any::<u16>(), any::<u8>()).prop_map(|(from, count)| Step::RemoveRange(from, count)),
        ]
    }

    fn name(n: u16) -> Vec<u8> {
        if n.is_multiple_of(3) { n.to_string() } else { format!("m{n}") }.into_bytes()
    }

    /// Sorts as the set does.
    #[derive(Debug, Clone, PartialEq)]
    struct Ranked(f64, Vec<u8>);

    impl Eq for Ranked {}

    impl PartialOrd for Ranked {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Ord for Ranked {
        fn cmp(&self, other: &Self) -> Ordering {
            self.0.total_cmp(&other.0).then_with(|| self.1.cmp(&other.1))
        }
    }

    fn ranked(model: &BTreeMap<Vec<u8>, f64>) -> Vec<Ranked> {
        let mut all: Vec<_> =
            model.iter().map(|(name, score)| Ranked(*score, name.clone())).collect();
        all.sort();
        all
    }

    fn check(set: &SortedSet, model: &BTreeMap<Vec<u8>, f64>, probe: i8) {
        let all = ranked(model);
        let read = |(name, score): (Piece<'_>, f64)| Ranked(score, name.to_vec());
        assert!(set.iter().map(read).eq(all.iter().cloned()));
        assert!(set.iter().rev().map(read).eq(all.iter().rev().cloned()));
        assert_eq!(set.len(), all.len());
        for (rank, Ranked(score, name)) in all.iter().enumerate().step_by(1 + all.len() / 16) {
            assert_eq!(set.rank(name), Some(rank));
            assert_eq!(set.score(name), Some(*score));
            let rest = set.range(rank..rank + 5).map(read);
            assert!(rest.eq(all.iter().skip(rank).take(5).cloned()));
        }
        let probe = f64::from(probe) / 4.0;
        let at_least = all.partition_point(|entry| entry.0 < probe);
        let above = all.partition_point(|entry| entry.0 <= probe);
        let inf = ScoreBound::Inclusive(f64::INFINITY);
        let (with, without) = (ScoreBound::Inclusive(probe), ScoreBound::Exclusive(probe));
        assert_eq!(set.score_range(with, inf), at_least..all.len());
        assert_eq!(set.score_range(without, inf), above..all.len());
        assert_eq!(set.score_range(with, with), at_least..above);
        assert_eq!(set.score_range(with, without).len(), 0);
        assert_eq!(set.score_range(ScoreBound::Inclusive(f64::NEG_INFINITY), without), 0..at_least);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn behaves_as_a_sorted_map(
            steps in prop::collection::vec(step(), 0..60),
            spread in prop_oneof![Just(16_u16), Just(300), Just(u16::MAX)],
            probe: i8,
        ) {
            let (mut set, mut model) = (SortedSet::new(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Insert(member, score) => {
                        let (name, score) = (name(member % spread), f64::from(score) / 4.0);
                        prop_assert_eq!(set.insert(&name, score, &LIMITS), model.insert(name, score));
                    }
                    Step::InsertMany(from, count) => for n in 0..u16::from(count) {
                        let score = f64::from((n.wrapping_mul(7)) % 50);
                        let name = name(from.wrapping_add(n) % spread);
                        prop_assert_eq!(set.insert(&name, score, &LIMITS), model.insert(name, score));
                    },
                    Step::Remove(member) => {
                        let all = ranked(&model);
                        let name = all
                            .get(usize::from(member) % all.len().max(1))
                            .map_or_else(|| name(member), |entry| entry.1.clone());
                        prop_assert_eq!(set.remove(&name), model.remove(&name));
                    }
                    Step::PopFirst | Step::PopLast => {
                        let all = ranked(&model);
                        let (popped, wanted) = if matches!(step, Step::PopFirst) {
                            (set.pop_first(), all.first())
                        } else {
                            (set.pop_last(), all.last())
                        };
                        let popped = popped.map(|(name, score)| Ranked(score, name.into_vec()));
                        prop_assert_eq!(popped.as_ref(), wanted);
                        if let Some(Ranked(_, name)) = wanted {
                            model.remove(name);
                        }
                    }
                    Step::RemoveRange(from, count) => {
                        let from = usize::from(from) % (model.len() + 1);
                        let doomed: Vec<_> =
                            ranked(&model).into_iter().skip(from).take(count.into()).collect();
                        prop_assert_eq!(set.remove_range(from..from + usize::from(count)), doomed.len());
                        for Ranked(_, name) in doomed {
                            model.remove(&name);
                        }
                    }
                }
                check(&set, &model, probe);
            }
        }
    }

    #[test]
    fn a_large_set_takes_less_than_a_hundred_bytes_a_member() {
        let mut set = SortedSet::new();
        for n in 0..30_000_u32 {
            let score = f64::from(n.wrapping_mul(2_654_435_761) >> 4);
            set.insert(format!("member:{n:08}").as_bytes(), score, &Limits::DEFAULT);
        }
        let each = set.heap_size() / set.len();
        assert!(each < 100, "{each}");
    }
}
