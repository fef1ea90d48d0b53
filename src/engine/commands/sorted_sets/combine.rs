//! Several sets taken together, sorted or not: who is in the result and with which score.
//!
//! Knows neither arguments nor replies.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use crate::engine::data::{Bytes, Dict, Limits, Set, SortedSet, Value};
use crate::engine::{Error, Keys};

/// One of the sets; the members of an unsorted one have the score 1.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'k> {
    /// No such key.
    Nothing,
    /// An unsorted set.
    Set(&'k Set),
    /// A sorted set.
    Sorted(&'k SortedSet),
}

impl<'k> Source<'k> {
    fn new(value: &'k Value) -> Result<Self, Error> {
        match value {
            Value::Set(set) => Ok(Source::Set(set)),
            Value::SortedSet(set) => Ok(Source::Sorted(set)),
            Value::Int(_) | Value::Str(_) | Value::List(_) | Value::Hash(_) => {
                Err(Error::WrongType)
            }
        }
    }

    fn len(self) -> usize {
        match self {
            Source::Nothing => 0,
            Source::Set(set) => set.len(),
            Source::Sorted(set) => set.len(),
        }
    }

    fn score(self, member: &[u8]) -> Option<f64> {
        match self {
            Source::Nothing => None,
            Source::Set(set) => set.contains(member).then_some(1.0),
            Source::Sorted(set) => set.score(member),
        }
    }

    fn each(self, mut each: impl FnMut(&[u8], f64) -> ControlFlow<()>) {
        let mut digits = itoa::Buffer::new();
        match self {
            Source::Nothing => {}
            Source::Set(set) => {
                for member in set {
                    if each(member.text(&mut digits), 1.0).is_break() {
                        return;
                    }
                }
            }
            Source::Sorted(set) => {
                for (member, score) in set {
                    if each(member.text(&mut digits), score).is_break() {
                        return;
                    }
                }
            }
        }
    }
}

/// Judges the keys in their order, each counted as read.
pub(super) fn check_types(keys: &mut Keys<'_>, names: &[&[u8]]) -> Result<(), Error> {
    for name in names {
        keys.read(name).map(Source::new).transpose()?;
    }
    Ok(())
}

/// The sets at keys that were just judged, so that dead keys are gone: all can be looked at now,
/// side by side.
pub(super) fn sources<'k>(
    keys: &'k mut Keys<'_>,
    names: &[&[u8]],
) -> Result<Vec<Source<'k>>, Error> {
    let db = keys.db();
    let Some(database) = keys.space().databases().get(db) else { return Ok(Vec::new()) };
    let source = |name: &&[u8]| match database.entry(name) {
        Some(entry) => Source::new(&entry.value),
        None => Ok(Source::Nothing),
    };
    names.iter().map(source).collect()
}

/// How the scores of one member become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    /// Their sum.
    Sum,
    /// The lowest.
    Min,
    /// The highest.
    Max,
}

impl Aggregate {
    /// Both infinities together make 0; a comparison with NaN keeps what was there.
    fn join(self, score: f64, other: f64) -> f64 {
        match self {
            Aggregate::Sum => zero_if_nan(score + other),
            Aggregate::Min => {
                if other < score {
                    other
                } else {
                    score
                }
            }
            Aggregate::Max => {
                if other > score {
                    other
                } else {
                    score
                }
            }
        }
    }
}

fn zero_if_nan(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}

/// A set and what its scores are multiplied by.
pub(super) type Weighted<'k> = (Source<'k>, f64);

/// Members with their scores, sorted.
///
/// Not a [`SortedSet`]: the packed form of that does not know -0, which a reply shows.
#[derive(Debug, Default)]
pub(super) struct Combined(Vec<(Bytes, f64)>);

impl Combined {
    fn sorted(mut members: Vec<(Bytes, f64)>) -> Self {
        members.sort_unstable_by(|(a, low), (b, high)| {
            low.partial_cmp(high).unwrap_or(Ordering::Equal).then_with(|| a.cmp(b))
        });
        Self(members)
    }

    /// The members, the lowest score first.
    pub(super) fn members(&self) -> &[(Bytes, f64)] {
        &self.0
    }

    /// The same as a value to store.
    pub(super) fn into_value(self, limits: &Limits) -> SortedSet {
        let long = self.0.iter().any(|(member, _)| member.len() > limits.zset_max_listpack_value);
        // What will be a table is one from the first member on: no score goes through the packed
        // form, which would lose the sign of -0.
        let limits = if long || self.0.len() > limits.zset_max_listpack_entries {
            Limits { zset_max_listpack_entries: 0, ..*limits }
        } else {
            *limits
        };
        let mut set = SortedSet::new();
        for (member, score) in &self.0 {
            set.insert(member, *score, &limits);
        }
        set
    }
}

/// Smallest first, which is also the order in which scores are joined.
fn by_size(sources: &mut [Weighted<'_>]) {
    sources.sort_by_key(|(source, _)| source.len());
}

/// Calls `each` with every member that all sets have and its joined score, until it breaks.
fn intersect(
    mut sources: Vec<Weighted<'_>>,
    aggregate: Aggregate,
    mut each: impl FnMut(&[u8], f64) -> ControlFlow<()>,
) {
    by_size(&mut sources);
    let Some(((smallest, weight), others)) = sources.split_first() else { return };
    smallest.each(|member, score| {
        let mut joined = zero_if_nan(weight * score);
        for (source, weight) in others {
            let Some(score) = source.score(member) else { return ControlFlow::Continue(()) };
            joined = aggregate.join(joined, weight * score);
        }
        each(member, joined)
    });
}

/// The members that all sets have.
pub(super) fn intersection(sources: Vec<Weighted<'_>>, aggregate: Aggregate) -> Combined {
    let mut members = Vec::new();
    intersect(sources, aggregate, |member, score| {
        members.push((Bytes::from(member), score));
        ControlFlow::Continue(())
    });
    Combined::sorted(members)
}

/// How many members all sets have, counted up to a limit; 0 is none.
pub(super) fn count_common(sources: Vec<Weighted<'_>>, limit: usize) -> usize {
    let mut count = 0;
    intersect(sources, Aggregate::Sum, |_, _| {
        count += 1;
        if count == limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    count
}

/// The members that at least one set has.
pub(super) fn union(mut sources: Vec<Weighted<'_>>, aggregate: Aggregate) -> Combined {
    by_size(&mut sources);
    let mut members = Dict::new();
    for (source, weight) in sources {
        source.each(|member, score| {
            let score = zero_if_nan(weight * score);
            let (index, added) = members.find_or_insert_with(member, || score);
            if !added && let Some((_, joined)) = members.get_index_mut(index) {
                *joined = aggregate.join(*joined, score);
            }
            ControlFlow::Continue(())
        });
    }
    Combined::sorted(members.iter().map(|(member, score)| (member.clone(), *score)).collect())
}

/// The members of the first set that no other has, with their scores.
pub(super) fn difference(sources: &[Source<'_>]) -> Combined {
    let mut members = Vec::new();
    if let Some((first, others)) = sources.split_first() {
        first.each(|member, score| {
            if others.iter().all(|source| source.score(member).is_none()) {
                members.push((Bytes::from(member), score));
            }
            ControlFlow::Continue(())
        });
    }
    Combined::sorted(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn infinities_of_both_signs_join_to_zero() {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(Aggregate::Sum.join(low, high).to_bits(), 0);
        assert_eq!(Aggregate::Min.join(1.0, high * 0.0).to_bits(), 1.0_f64.to_bits());
        assert_eq!(Aggregate::Max.join(1.0, high).to_bits(), high.to_bits());
    }

    #[test]
    fn a_result_is_packed_exactly_when_it_fits() {
        let limits = Limits { zset_max_listpack_entries: 2, ..Limits::DEFAULT };
        let combined = |names: &[&str]| {
            Combined::sorted(
                names.iter().map(|name| (Bytes::from(name.as_bytes()), -0.0)).collect(),
            )
        };
        assert_eq!(combined(&["b", "a"]).into_value(&limits).encoding(), "listpack");
        let table = combined(&["c", "b", "a"]).into_value(&limits);
        assert_eq!(table.encoding(), "skiplist");
        assert!(table.iter().all(|(_, score)| score.is_sign_negative()));
    }
}
