//! Numbers in commands that must lie within limits: how many elements, how many keys.
//!
//! Knows the error texts of such numbers and nothing of what is counted.

use crate::engine::{Args, DATABASES, Error, parse_i64};

/// A number of elements: any integer but a negative one.
pub(super) fn positive(word: &[u8]) -> Result<usize, Error> {
    let number = parse_i64(word).and_then(|number| usize::try_from(number).ok());
    number.ok_or(Error::text("ERR value is out of range, must be positive"))
}

/// The next word as a number from `least` on; of anything else `otherwise` is said.
pub(super) fn at_least(
    least: i64,
    args: &mut Args<'_>,
    otherwise: &'static str,
) -> Result<usize, Error> {
    let number = args.next_i64_in(least..=i64::MAX, otherwise)?;
    Ok(usize::try_from(number).unwrap_or(usize::MAX))
}

/// An integer of 32 bits, if it is one.
pub(super) fn int32(word: &[u8]) -> Option<i32> {
    i32::try_from(parse_i64(word)?).ok()
}

/// A database's number, typed.
pub(super) fn database(word: &[u8]) -> Result<usize, Error> {
    let number = parse_i64(word).ok_or(Error::NotAnInteger)?;
    let number = i32::try_from(number).map_err(|_| {
        let (min, max) = (i32::MIN, i32::MAX);
        Error::err(format_args!("value is out of range, value must between {min} and {max}"))
    })?;
    existing_database(number)
}

/// A database's number, if there is that database.
pub(super) fn existing_database(number: i32) -> Result<usize, Error> {
    let db = usize::try_from(number).ok().filter(|db| *db < DATABASES);
    db.ok_or(Error::DbIndexOutOfRange)
}

/// How many random elements: all different (not negative), or each drawn anew (negative).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Draw {
    /// At most so many, all different.
    Distinct(usize),
    /// So many, the same one perhaps more than once.
    Repeated(usize),
}

impl Draw {
    /// The count of `SRANDMEMBER` and its kin: the least integer has no positive counterpart.
    pub(super) fn parse(word: &[u8]) -> Result<Self, Error> {
        let number = parse_i64(word).ok_or(Error::NotAnInteger)?;
        if number == i64::MIN {
            let (min, max) = (-i64::MAX, i64::MAX);
            return Err(Error::err(format_args!(
                "value is out of range, value must between {min} and {max}"
            )));
        }
        let count = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
        Ok(if number < 0 { Self::Repeated(count) } else { Self::Distinct(count) })
    }
}

/// `numkeys key [key …]`, where a wrong number of keys has errors of its own.
pub(super) fn counted_keys<'a>(args: &mut Args<'a>) -> Result<&'a [&'a [u8]], Error> {
    let count = at_least(1, args, "ERR numkeys should be greater than 0")?;
    args.take(count)
        .map_err(|_| Error::text("ERR Number of keys can't be greater than number of args"))
}

/// Some of the numbers below `len`, all different, in random order: at most `count` of them.
///
/// Floyd's way: as many draws as numbers wanted, however many there are to choose from.
pub(super) fn distinct(rng: &mut fastrand::Rng, count: usize, len: usize) -> Vec<usize> {
    let count = count.min(len);
    let mut seen = std::collections::HashSet::with_capacity(count);
    let mut chosen: Vec<usize> = (len - count..len)
        .map(|last| {
            let drawn = rng.usize(..=last);
            let number = if seen.contains(&drawn) { last } else { drawn };
            seen.insert(number);
            number
        })
        .collect();
    rng.shuffle(&mut chosen);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinct_numbers_are_distinct_and_each_is_possible() {
        let mut rng = fastrand::Rng::with_seed(1);
        let mut hits = [0_usize; 10];
        for _ in 0..1000 {
            let mut chosen = distinct(&mut rng, 3, 10);
            chosen.sort_unstable();
            chosen.dedup();
            assert_eq!(chosen.len(), 3);
            for number in chosen {
                hits[number] += 1;
            }
        }
        assert!(hits.iter().all(|&hits| (200..400).contains(&hits)), "{hits:?}");
        assert_eq!(distinct(&mut rng, 9, 2).len(), 2);
        assert_eq!(distinct(&mut rng, 9, 0), [0_usize; 0]);
    }

    #[test]
    fn a_draw_is_distinct_or_repeated_by_its_sign() {
        for (word, draw) in [
            ("3", Ok(Draw::Distinct(3))),
            ("0", Ok(Draw::Distinct(0))),
            ("-3", Ok(Draw::Repeated(3))),
            ("x", Err(Error::NotAnInteger)),
        ] {
            assert_eq!(Draw::parse(word.as_bytes()), draw);
        }
        assert!(Draw::parse(b"-9223372036854775808").is_err());
    }
}
