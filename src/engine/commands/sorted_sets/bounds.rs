//! The ends of ranges as commands write them, and the ranks they stand for.

use std::ops::Range;

use crate::engine::data::{LexBound, Piece, ScoreBound, SortedSet};
use crate::engine::{Error, parse_f64};

/// Two ends of a range of scores: `1.5`, `(1.5`, `-inf`.
pub(super) fn scores(min: &[u8], max: &[u8]) -> Result<(ScoreBound, ScoreBound), Error> {
    let error = || Error::text("ERR min or max is not a float");
    Ok((score(min).ok_or_else(error)?, score(max).ok_or_else(error)?))
}

fn score(word: &[u8]) -> Option<ScoreBound> {
    match word.strip_prefix(b"(") {
        Some(word) => lenient(word).map(ScoreBound::Exclusive),
        None => lenient(word).map(ScoreBound::Inclusive),
    }
}

/// A number as C's `strtod` reads it, which is more than a score may be: nothing at all is 0,
/// leading space is skipped, and what is too large or too small is infinite or 0.
fn lenient(word: &[u8]) -> Option<f64> {
    let word = word.split(|&byte| byte == 0).next().unwrap_or_default();
    if word.is_empty() {
        return Some(0.0);
    }
    let space = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\x0b';
    let start = word.iter().position(|byte| !space(byte))?;
    let (_, word) = word.split_at_checked(start)?;
    parse_f64(word).or_else(|| {
        let digits = word.strip_prefix(b"-").or(word.strip_prefix(b"+")).unwrap_or(word);
        let number = matches!(digits, [b'0'..=b'9' | b'.', ..]);
        std::str::from_utf8(word).ok().filter(|_| number)?.parse().ok()
    })
}

/// Two ends of a range of members: `[a`, `(a`, `-`, `+`.
pub(super) fn members<'a>(
    min: &'a [u8],
    max: &'a [u8],
) -> Result<(LexBound<'a>, LexBound<'a>), Error> {
    let error = || Error::text("ERR min or max not valid string range item");
    Ok((member(min).ok_or_else(error)?, member(max).ok_or_else(error)?))
}

fn member(word: &[u8]) -> Option<LexBound<'_>> {
    match word {
        [b'-'] | [b'-', 0, ..] => Some(LexBound::Lowest),
        [b'+'] | [b'+', 0, ..] => Some(LexBound::Highest),
        [b'[', member @ ..] => Some(LexBound::Inclusive(member)),
        [b'(', member @ ..] => Some(LexBound::Exclusive(member)),
        _ => None,
    }
}

/// The ranks from `first` to `last`, where a negative one counts from the end.
pub(super) fn ranks(first: i64, last: i64, len: usize) -> Range<usize> {
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    let from_end = |rank: i64| if rank < 0 { rank + len } else { rank };
    let (first, last) = (from_end(first).max(0), from_end(last));
    if first > last || first >= len {
        return 0..0;
    }
    let rank = |rank: i64| usize::try_from(rank).unwrap_or(0);
    rank(first)..rank(last.min(len - 1)) + 1
}

/// From which end a range is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the lowest score.
    Up,
    /// From the highest score.
    Down,
}

/// The ranks of the members between two ends.
///
/// It means something only if all scores are equal. If they are not, the packed form answers as
/// Redis does, which walks from the end that is asked for first and stops at the first member
/// outside.
pub(super) fn member_ranks(
    set: &SortedSet,
    min: LexBound<'_>,
    max: LexBound<'_>,
    direction: Direction,
) -> Range<usize> {
    let low_enough = |(member, _): (Piece<'_>, f64)| reaches_down(max, member);
    let high_enough = |(member, _): (Piece<'_>, f64)| reaches_up(min, member);
    let mut all = set.iter();
    let ends = (all.next(), set.iter().next_back());
    let (Some(first), Some(last)) = ends else { return 0..0 };
    if !low_enough(first) || !high_enough(last) {
        return 0..0;
    }
    match set {
        SortedSet::Table(_) => return set.lex_range(min, max),
        SortedSet::Packed(_) => {}
    }
    match direction {
        Direction::Up => {
            let start = set.iter().position(high_enough).unwrap_or(set.len());
            let inside = set.range(start..set.len()).take_while(|&pair| low_enough(pair));
            start..start + inside.count()
        }
        Direction::Down => {
            let end = set.iter().rposition(low_enough).map_or(0, |last| last + 1);
            let inside = set.range(0..end).rev().take_while(|&pair| high_enough(pair));
            end - inside.count()..end
        }
    }
}

fn reaches_up(min: LexBound<'_>, member: Piece<'_>) -> bool {
    match min {
        LexBound::Lowest => true,
        LexBound::Highest => false,
        LexBound::Inclusive(bound) => member >= Piece::Bytes(bound),
        LexBound::Exclusive(bound) => member > Piece::Bytes(bound),
    }
}

fn reaches_down(max: LexBound<'_>, member: Piece<'_>) -> bool {
    match max {
        LexBound::Lowest => false,
        LexBound::Highest => true,
        LexBound::Inclusive(bound) => member <= Piece::Bytes(bound),
        LexBound::Exclusive(bound) => member < Piece::Bytes(bound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_of_scores_is_what_strtod_takes() {
        for (word, bound) in [
            ("1.5", Some(ScoreBound::Inclusive(1.5))),
            ("(1.5", Some(ScoreBound::Exclusive(1.5))),
            ("(-inf", Some(ScoreBound::Exclusive(f64::NEG_INFINITY))),
            ("+inf", Some(ScoreBound::Inclusive(f64::INFINITY))),
            ("", Some(ScoreBound::Inclusive(0.0))),
            ("(", Some(ScoreBound::Exclusive(0.0))),
            (" 1", Some(ScoreBound::Inclusive(1.0))),
            ("1e400", Some(ScoreBound::Inclusive(f64::INFINITY))),
            ("-1e400", Some(ScoreBound::Inclusive(f64::NEG_INFINITY))),
            ("1e-400", Some(ScoreBound::Inclusive(0.0))),
            ("1 ", None),
            (" ", None),
            ("((1", None),
            ("nan", None),
            ("[1", None),
        ] {
            assert_eq!(score(word.as_bytes()), bound, "{word:?}");
        }
    }

    #[test]
    fn ranks_count_from_either_end() {
        for (first, last, range) in [
            (0, -1, 0..5),
            (-2, -1, 3..5),
            (1, 2, 1..3),
            (2, 1, 0..0),
            (5, 9, 0..0),
            (-9, 9, 0..5),
            (0, -9, 0..0),
            (i64::MIN, i64::MAX, 0..5),
        ] {
            assert_eq!(ranks(first, last, 5), range, "{first} {last}");
        }
        assert_eq!(ranks(0, -1, 0), 0..0);
    }
}
