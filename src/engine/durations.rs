//! How long the calls of one command took, counted by length. It reads no clock.
//!
//! Lengths are kept to within one part in 128, in nanoseconds, as Redis keeps them: up to 255 each
//! has a place of its own, and every power of two above has 128 places.

/// Lengths below this have a place of their own.
const EXACT: u64 = 256;
/// So many places has each power of two above.
const PLACES: u64 = EXACT / 2;
/// Longer calls are counted as a second, as Redis does.
const LONGEST_MICROS: u64 = 1_000_000;
/// The first step that `LATENCY HISTOGRAM` tells of, in nanoseconds; the next are its doubles.
const FIRST_STEP: u64 = 1024;
/// So many calls are timed before only some are.
const ALL: u64 = 64;
/// Of so many calls after those, one is timed.
const ONE_IN: u64 = 64;

/// The calls of one command by how long they took.
///
/// A clock is not read for each of them: of a quick command the first 64 calls are timed and then
/// one in 64, and the calls between are counted as if they had taken as long as the one before.
/// So the number of calls is exact, and how they spread is a sample. The time that a client waits,
/// as in `BLPOP`, is no part of it.
#[derive(Debug, Default)]
pub struct Durations {
    /// How many calls are at each place; it ends at the longest.
    counts: Vec<u64>,
    total: u64,
    last: Option<usize>,
}

impl Durations {
    /// How many calls were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether the next call is to be timed, even if it is one of a quick command.
    pub(super) fn wants_time(&self) -> bool {
        self.total < ALL || self.total.is_multiple_of(ONE_IN)
    }

    /// A call took so long.
    pub(super) fn add(&mut self, micros: i64) {
        let micros = u64::try_from(micros).unwrap_or(0).min(LONGEST_MICROS);
        let place = place((micros * 1000).max(1));
        if place >= self.counts.len() {
            self.counts.resize(place + 1, 0);
        }
        self.count(place);
        self.last = Some(place);
    }

    /// A call was not timed; where none ever was, there is no clock and nothing to count.
    pub(super) fn add_like_last(&mut self) {
        if let Some(place) = self.last {
            self.count(place);
        }
    }

    fn count(&mut self, place: usize) {
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
            self.total += 1;
        }
    }

    /// Steps in microseconds, each about twice the one before, with the number of calls that took
    /// that long or less; only the steps at which the number grows.
    pub fn steps(&self) -> Vec<(u64, u64)> {
        let mut steps = Vec::new();
        let (mut step, mut seen, mut told) = (FIRST_STEP, 0, 0);
        let mut end = longest(place(step));
        for (place, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            while longest(place) > end {
                if seen > told {
                    steps.push((end / 1000, seen));
                    told = seen;
                }
                step *= 2;
                end = longest(self::place(step));
            }
            seen += count;
        }
        if seen > told {
            steps.push((end / 1000, seen));
        }
        steps
    }

    /// How long, in nanoseconds, the calls took that are not among the slowest: 99 leaves out one in
    /// a hundred.
    pub fn at_percentile(&self, percentile: f64) -> u64 {
        let wanted = (percentile / 100.0 * self.total as f64).round().max(1.0);
        let mut seen = 0;
        for (place, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen as f64 >= wanted {
                return if percentile == 0.0 { shortest(place) } else { longest(place) };
            }
        }
        0
    }
}

/// The place of a length.
fn place(nanos: u64) -> usize {
    let shift = shift_of(nanos);
    usize::try_from(shift * PLACES + (nanos >> shift)).unwrap_or(usize::MAX)
}

/// How many low bits of a length are dropped.
fn shift_of(nanos: u64) -> u64 {
    u64::from((nanos | (EXACT - 1)).ilog2() - PLACES.ilog2())
}

/// The shortest length at a place.
fn shortest(place: usize) -> u64 {
    let place = place as u64;
    let shift = (place / PLACES).saturating_sub(1);
    (place - shift * PLACES) << shift
}

/// The longest length at a place.
fn longest(place: usize) -> u64 {
    shortest(place + 1) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(micros: &[i64]) -> Durations {
        let mut durations = Durations::default();
        for micros in micros {
            durations.add(*micros);
        }
        durations
    }

    #[test]
    fn places_follow_each_other_without_a_gap() {
        for at in 0..3000 {
            assert_eq!((place(shortest(at)), place(longest(at))), (at, at));
        }
    }

    #[test]
    fn steps_are_those_of_a_real_server_and_grow() {
        let ends = [1, 2, 4, 8, 16, 33, 66, 132, 264, 528, 1056, 2113, 4227, 8454, 16_908, 33_816];
        let each: Vec<(u64, u64)> = ends.map(i64::cast_unsigned).into_iter().zip(1..).collect();
        assert_eq!(of(&ends).steps(), each);
        assert_eq!(of(&[0, 8, 9, 17, 16]).steps(), [(1, 1), (8, 2), (16, 4), (33, 5)]);
        assert_eq!(of(&[5_000_000]).steps(), [(1_082_130, 1)]);
        assert_eq!(of(&[]).steps(), []);
    }

    #[test]
    fn percentiles_are_those_of_a_real_server() {
        let durations = of(&[7, 7, 7, 107]);
        let told = [0.0, 50.0, 75.0, 99.9, 100.0].map(|p| durations.at_percentile(p));
        assert_eq!(told, [6976, 7007, 7007, 107_007, 107_007]);
        assert_eq!(of(&[196]).at_percentile(50.0), 196_607);
        assert_eq!(of(&[]).at_percentile(50.0), 0);
    }

    #[test]
    fn calls_that_are_not_timed_count_as_the_last_that_was() {
        let mut durations = Durations::default();
        durations.add_like_last();
        assert_eq!(durations.total(), 0);
        let mut timed = 0;
        for call in 0..256 {
            if durations.wants_time() {
                timed += 1;
                durations.add(if call < 128 { 3 } else { 40 });
            } else {
                durations.add_like_last();
            }
        }
        assert_eq!((timed, durations.steps()), (67, vec![(4, 128), (66, 256)]));
    }
}
