//! The typed cursor over a command's arguments, and how Redis reads numbers.

use std::ops::RangeInclusive;

use super::Error;

/// A cursor over the words of a command. Handlers ask for what comes next, typed.
#[derive(Debug, Clone)]
pub struct Args<'a> {
    words: &'a [&'a [u8]],
    next: usize,
}

impl<'a> Args<'a> {
    /// A cursor that stands at word `next`.
    pub fn new(words: &'a [&'a [u8]], next: usize) -> Self {
        Self { words, next }
    }

    /// All words, the command's name first.
    pub fn words(&self) -> &'a [&'a [u8]] {
        self.words
    }

    /// The words not read yet.
    pub fn rest(&self) -> &'a [&'a [u8]] {
        self.words.get(self.next..).unwrap_or_default()
    }

    /// How many words are not read yet.
    pub fn remaining(&self) -> usize {
        self.words.len().saturating_sub(self.next)
    }

    /// Whether all words were read.
    pub fn is_empty(&self) -> bool {
        self.remaining() == 0
    }

    /// The next word, which stays unread.
    pub fn peek(&self) -> Option<&'a [u8]> {
        self.words.get(self.next).copied()
    }

    /// The next word: a syntax error if there is none.
    pub fn next_word(&mut self) -> Result<&'a [u8], Error> {
        let word = self.peek().ok_or(Error::Syntax)?;
        self.next += 1;
        Ok(word)
    }

    /// Skips `count` words.
    pub fn skip(&mut self, count: usize) {
        self.next = self.next.saturating_add(count).min(self.words.len());
    }

    /// The next `count` words.
    pub fn take(&mut self, count: usize) -> Result<&'a [&'a [u8]], Error> {
        let (taken, _) = self.rest().split_at_checked(count).ok_or(Error::Syntax)?;
        self.next += count;
        Ok(taken)
    }

    /// All words that are left.
    pub fn take_rest(&mut self) -> &'a [&'a [u8]] {
        let rest = self.rest();
        self.next = self.words.len();
        rest
    }

    /// The next word as an integer.
    pub fn next_i64(&mut self) -> Result<i64, Error> {
        parse_i64(self.next_word()?).ok_or(Error::NotAnInteger)
    }

    /// The next word as an integer of a range; of anything else `otherwise` is said.
    pub fn next_i64_in(
        &mut self,
        range: RangeInclusive<i64>,
        otherwise: &'static str,
    ) -> Result<i64, Error> {
        let number = parse_i64(self.next_word()?).filter(|number| range.contains(number));
        number.ok_or(Error::text(otherwise))
    }

    /// The next word as a floating-point number.
    pub fn next_f64(&mut self) -> Result<f64, Error> {
        parse_f64(self.next_word()?).ok_or(Error::NotAFloat)
    }

    /// Reads the next word if it is `keyword`, in any case of letters.
    pub fn keyword(&mut self, keyword: &str) -> bool {
        let found = self.peek().is_some_and(|word| word.eq_ignore_ascii_case(keyword.as_bytes()));
        self.next += usize::from(found);
        found
    }

    /// Nothing may be left.
    pub fn finish(&self) -> Result<(), Error> {
        if self.is_empty() { Ok(()) } else { Err(Error::Syntax) }
    }
}

/// An integer as Redis accepts it: canonical decimal, so no plus sign, no leading zero, no space.
pub fn parse_i64(word: &[u8]) -> Option<i64> {
    match word {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] | [b'-', b'1'..=b'9', ..] if word.len() <= 20 => {
            std::str::from_utf8(word).ok()?.parse().ok()
        }
        _ => None,
    }
}

/// A floating-point number as Redis accepts it: C's `strtod` without surrounding space and
/// without NaN, so `inf`, `-infinity`, `1e3` and `0x1p4` are numbers.
pub fn parse_f64(word: &[u8]) -> Option<f64> {
    // Scores are mostly whole numbers, and below 2^53 those are what they seem.
    if (1..=15).contains(&word.len()) && word.iter().all(u8::is_ascii_digit) {
        let value = word.iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
        return Some(value as f64);
    }
    let text = std::str::from_utf8(word).ok()?;
    let (negative, digits) = match word.first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let magnitude = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => parse_hex(digits.get(2..)?)?,
        [b'0'..=b'9' | b'.', ..] => {
            let value: f64 = digits.parse().ok()?;
            // strtod reports a number too large or too small for a double as out of range.
            let mantissa = digits.split(['e', 'E']).next().unwrap_or_default();
            let vanished = value == 0.0 && mantissa.contains(|c| matches!(c, '1'..='9'));
            if value.is_infinite() || vanished {
                return None;
            }
            value
        }
        _ if digits.eq_ignore_ascii_case("inf") || digits.eq_ignore_ascii_case("infinity") => {
            f64::INFINITY
        }
        _ => return None,
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// C's hexadecimal floating-point notation, `1.8p3` after the `0x`.
fn parse_hex(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.split_once(['p', 'P']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    // Sixteen digits or more are kept as they are; of what follows it only matters whether it is
    // more than nothing, which the lowest bit can say.
    let (mut bits, mut dropped) = (0_u128, 0_i32);
    for digit in whole.chars().chain(fraction.chars()) {
        let digit = u128::from(digit.to_digit(16)?);
        if bits >> 100 == 0 {
            bits = (bits << 4) | digit;
        } else {
            bits |= u128::from(digit != 0);
            dropped = dropped.checked_add(4)?;
        }
    }
    let places = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    let mut exponent = exponent.checked_sub(places)?.checked_add(dropped)?;
    let mut value = bits as f64;
    // Step by step: two to the power of -1074 cannot be reached by dividing once.
    while exponent != 0 && value != 0.0 && value.is_finite() {
        let step = exponent.clamp(-900, 900);
        value *= 2.0_f64.powi(step);
        exponent -= step;
    }
    let vanished = value == 0.0 && bits != 0;
    (value.is_finite() && !vanished).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_decimals_are_integers() {
        for (word, value) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("01", None),
            ("+1", None),
            ("-0", None),
            (" 1", None),
            ("1 ", None),
            ("1.0", None),
            ("", None),
        ] {
            assert_eq!(parse_i64(word.as_bytes()), value, "{word:?}");
        }
    }

    #[test]
    fn floats_are_what_strtod_takes() {
        for (word, value) in [
            ("3.0e3", Some(3000.0)),
            ("007", Some(7.0)),
            ("123456789012345", Some(123_456_789_012_345.0)),
            ("9007199254740993", Some(9_007_199_254_740_992.0)),
            ("+5", Some(5.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("inf", Some(f64::INFINITY)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("0x10", Some(16.0)),
            ("0x1.8p1", Some(3.0)),
            ("nan", None),
            ("1e400", None),
            ("1e-400", None),
            ("0e-400", Some(0.0)),
            ("0x1p-1074", Some(5e-324)),
            ("0x1p-1080", None),
            ("0x1p1024", None),
            (" 1", None),
            ("1 ", None),
            ("1e", None),
            ("0x", None),
            ("", None),
            ("--1", None),
        ] {
            assert_eq!(parse_f64(word.as_bytes()), value, "{word:?}");
        }
    }
}
