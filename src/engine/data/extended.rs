//! Numbers with a 64-bit significand, as `INCRBYFLOAT` and `HINCRBYFLOAT` reckon.
//!
//! Redis does that arithmetic in C's `long double`, which on a PC is the 80-bit x87 format; in
//! plain doubles `0.1 + 0.2` would come back as `0.30000000000000004` instead of `0.3`. Only
//! what the two commands need is here: reading, adding, writing. Knows no command, key or reply.

use std::cmp::Ordering;

/// The smallest exponent: that of the last bit of a subnormal number.
const MIN_EXPONENT: i32 = -16_445;
/// The largest exponent of the last bit of a finite number.
const MAX_EXPONENT: i32 = 16_320;
/// Bits of the significand.
const BITS: u32 = 64;
/// Redis reads a number into a buffer of this size.
const LONGEST_TEXT: usize = 5 * 1024;
/// Digits after the point that are written.
const PLACES: u32 = 17;

/// A finite number, `significand * 2^exponent`, or an infinity. Not-a-number is never made:
/// [`Extended::plus`] says `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extended {
    negative: bool,
    magnitude: Magnitude,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Magnitude {
    Finite { significand: u64, exponent: i32 },
    Infinite,
}

impl Extended {
    /// Reads what `strtold` reads in full: decimal, hexadecimal, `inf`, `infinity`. Like Redis it
    /// refuses not-a-number, space around the number, and what is too large or too small to hold.
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.is_empty() || text.len() >= LONGEST_TEXT {
            return None;
        }
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let magnitude = match digits {
            _ if digits.eq_ignore_ascii_case(b"inf")
                || digits.eq_ignore_ascii_case(b"infinity") =>
            {
                Magnitude::Infinite
            }
            [b'0', b'x' | b'X', rest @ ..] => Number::read(rest, 16, b'p')?.hexadecimal()?,
            _ => Number::read(digits, 10, b'e')?.decimal()?,
        };
        Some(Self { negative, magnitude })
    }

    /// Whether it is neither infinity.
    pub fn is_finite(self) -> bool {
        matches!(self.magnitude, Magnitude::Finite { .. })
    }

    /// The sum, rounded to the nearest; `None` for an infinity and its opposite.
    pub fn plus(self, other: Self) -> Option<Self> {
        let (a, b) = match (self.magnitude, other.magnitude) {
            (Magnitude::Infinite, Magnitude::Infinite) => {
                return (self.negative == other.negative).then_some(self);
            }
            (Magnitude::Infinite, Magnitude::Finite { .. }) => return Some(self),
            (Magnitude::Finite { .. }, Magnitude::Infinite) => return Some(other),
            (
                Magnitude::Finite { significand: a, exponent: a_exponent },
                Magnitude::Finite { significand: b, exponent: b_exponent },
            ) => ((a, a_exponent, self.negative), (b, b_exponent, other.negative)),
        };
        // A zero has no exponent worth aligning with.
        if a.0 == 0 || b.0 == 0 {
            return Some(if a.0 == 0 { other } else { self });
        }
        let (high, low) = if a.1 >= b.1 { (a, b) } else { (b, a) };
        // The higher one moves left until they align or 126 bits are full; what the lower one
        // then loses at its right end only matters as "a little more".
        let left = high.1.abs_diff(low.1).min(BITS - 2);
        let right = high.1.abs_diff(low.1) - left;
        let exponent = high.1 - left.cast_signed();
        let high_bits = u128::from(high.0) << left;
        let low_bits = u128::from(low.0.checked_shr(right).unwrap_or(0));
        let lost = right >= BITS || low.0.trailing_zeros() < right;
        let (negative, sum) = if high.2 == low.2 {
            (high.2, high_bits + low_bits)
        } else {
            match high_bits.cmp(&low_bits) {
                // What was lost makes the difference a little less than the bits say.
                Ordering::Greater => (high.2, high_bits - low_bits - u128::from(lost)),
                Ordering::Less => (low.2, low_bits - high_bits),
                Ordering::Equal => (false, 0),
            }
        };
        Some(Self { negative, magnitude: rounded(sum, exponent, lost) })
    }

    /// As Redis writes it: seventeen places after the point, trailing zeros dropped, no `-0`.
    pub fn to_text(self) -> Vec<u8> {
        let mut text = Vec::new();
        if self.negative {
            text.push(b'-');
        }
        match self.magnitude {
            Magnitude::Infinite => text.extend_from_slice(b"inf"),
            Magnitude::Finite { significand, exponent } => {
                match u32::try_from(exponent) {
                    Ok(left) => text.extend(Big::from(significand).shifted_left(left).decimal()),
                    Err(_) => write_fraction(&mut text, significand, exponent.unsigned_abs()),
                }
                if text == b"-0" {
                    return b"0".to_vec();
                }
            }
        }
        text
    }
}

/// Writes `significand / 2^right`. Ten to the seventeenth times a significand has 121 bits, so
/// the scaled number fits in 128.
fn write_fraction(text: &mut Vec<u8>, significand: u64, right: u32) {
    let scaled = u128::from(significand) * 10_u128.pow(PLACES);
    let digits = shift_right_rounding(scaled, right, false);
    let one = 10_u128.pow(PLACES);
    text.extend_from_slice((digits / one).to_string().as_bytes());
    let places = format!("{:017}", digits % one);
    let places = places.trim_end_matches('0');
    if !places.is_empty() {
        text.push(b'.');
        text.extend_from_slice(places.as_bytes());
    }
}

/// `bits >> right` to the nearest, ties to even; `more` says that the number was a little larger
/// than `bits`.
fn shift_right_rounding(bits: u128, right: u32, more: bool) -> u128 {
    if right == 0 {
        return bits;
    }
    if right > 127 {
        return 0;
    }
    let kept = bits >> right;
    let dropped = bits & ((1 << right) - 1);
    let half = 1_u128 << (right - 1);
    let up = match dropped.cmp(&half) {
        Ordering::Greater => true,
        Ordering::Equal => more || kept % 2 == 1,
        Ordering::Less => false,
    };
    kept + u128::from(up)
}

/// The nearest number that can be held to `bits * 2^exponent`.
fn rounded(bits: u128, exponent: i32, more: bool) -> Magnitude {
    let length = u128::BITS - bits.leading_zeros();
    let too_many = length.saturating_sub(BITS);
    let too_small = u32::try_from(MIN_EXPONENT - exponent).unwrap_or(0);
    let right = too_many.max(too_small);
    let mut kept = shift_right_rounding(bits, right, more);
    let mut exponent = exponent.saturating_add(right.cast_signed());
    if kept >> BITS != 0 {
        kept >>= 1;
        exponent += 1;
    }
    let significand = u64::try_from(kept).unwrap_or(u64::MAX);
    if significand == 0 {
        return Magnitude::Finite { significand: 0, exponent: 0 };
    }
    // As far left as it goes, so that equal numbers look equal.
    let room = u32::try_from(exponent - MIN_EXPONENT).unwrap_or(0);
    let left = significand.leading_zeros().min(room);
    let exponent = exponent - left.cast_signed();
    if exponent > MAX_EXPONENT {
        return Magnitude::Infinite;
    }
    Magnitude::Finite { significand: significand << left, exponent }
}

/// The digits and the exponent of a number as written: `digits * base^-places`, then scaled.
struct Number {
    digits: Big,
    /// Digits that stood after the point.
    places: i32,
    /// What followed the `e` or `p`.
    scale: i32,
}

impl Number {
    fn read(text: &[u8], base: u32, exponent_letter: u8) -> Option<Self> {
        let split = text.iter().position(|byte| byte.eq_ignore_ascii_case(&exponent_letter));
        let (mantissa, scale) = match split {
            Some(place) => {
                let (mantissa, exponent) = text.split_at_checked(place)?;
                (mantissa, read_scale(exponent.get(1..)?)?)
            }
            None => (text, 0),
        };
        let (mut digits, mut count, mut places, mut point) = (Big::default(), 0, 0, false);
        for byte in mantissa {
            match char::from(*byte).to_digit(base) {
                Some(digit) => {
                    digits.multiply_add(base, digit);
                    count += 1;
                    places += i32::from(point);
                }
                None if *byte == b'.' && !point => point = true,
                None => return None,
            }
        }
        (count > 0).then_some(Self { digits, places, scale })
    }

    fn decimal(self) -> Option<Magnitude> {
        let power = self.scale.saturating_sub(self.places);
        let length = i32::try_from(self.digits.bits()).ok()?;
        // Far beyond what can be held, whatever the digits are (a digit is three to four bits).
        if !self.digits.is_zero() && (power > 5000 || power < -5100 - length) {
            return None;
        }
        if self.digits.is_zero() {
            return Some(Magnitude::Finite { significand: 0, exponent: 0 });
        }
        let (mut top, mut bottom) = (self.digits, Big::from(1));
        let scaled = if power < 0 { &mut bottom } else { &mut top };
        for _ in 0..power.unsigned_abs() {
            scaled.multiply_add(10, 0);
        }
        held(quotient(top, bottom))
    }

    fn hexadecimal(self) -> Option<Magnitude> {
        if self.digits.is_zero() {
            return Some(Magnitude::Finite { significand: 0, exponent: 0 });
        }
        let exponent = self.scale.saturating_sub(self.places.checked_mul(4)?);
        let found = match quotient(self.digits, Big::from(1)) {
            Magnitude::Finite { significand, exponent: own } => {
                rounded(u128::from(significand), own.saturating_add(exponent), false)
            }
            Magnitude::Infinite => Magnitude::Infinite,
        };
        held(found)
    }
}

/// What was not zero and came out as zero or infinite is out of range.
fn held(found: Magnitude) -> Option<Magnitude> {
    match found {
        Magnitude::Finite { significand: 0, .. } | Magnitude::Infinite => None,
        Magnitude::Finite { .. } => Some(found),
    }
}

/// The exponent as written; too long a one is as good as the largest.
fn read_scale(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0_i32;
    for byte in digits {
        let digit = char::from(*byte).to_digit(10)?;
        value = value.saturating_mul(10).saturating_add(digit.cast_signed()).min(1_000_000);
    }
    Some(if negative { -value } else { value })
}

/// `top / bottom`, rounded once; neither is zero.
fn quotient(mut top: Big, mut bottom: Big) -> Magnitude {
    // Align them so that the quotient has two bits or three more than are kept, to round by,
    // then divide bit by bit.
    let length = i32::try_from(top.bits()).unwrap_or(i32::MAX)
        - i32::try_from(bottom.bits()).unwrap_or(i32::MAX);
    let left = BITS.cast_signed() + 2 - length;
    if left >= 0 {
        top = top.shifted_left(left.unsigned_abs());
    } else {
        bottom = bottom.shifted_left(left.unsigned_abs());
    }
    bottom = bottom.shifted_left(BITS + 3);
    let mut bits = 0_u128;
    for _ in 0..=BITS + 3 {
        bits <<= 1;
        if top.compare(&bottom) != Ordering::Less {
            top.subtract(&bottom);
            bits |= 1;
        }
        bottom.halve();
    }
    rounded(bits, -left, !top.is_zero())
}

/// A natural number of any size, lowest limb first, no empty limb at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Big(Vec<u32>);

impl Big {
    fn from(value: u64) -> Self {
        let mut big = Self(vec![low_half(value), low_half(value >> 32)]);
        big.trim();
        big
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn bits(&self) -> usize {
        self.0.last().map_or(0, |top| self.0.len() * 32 - top.leading_zeros() as usize)
    }

    fn multiply_add(&mut self, factor: u32, term: u32) {
        let mut carry = u64::from(term);
        for limb in &mut self.0 {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = low_half(carry);
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(low_half(carry));
        }
    }

    fn shifted_left(&self, left: u32) -> Self {
        let mut limbs = vec![0; (left / 32) as usize];
        let mut carry = 0;
        for limb in &self.0 {
            let wide = (u64::from(*limb) << (left % 32)) | carry;
            limbs.push(low_half(wide));
            carry = wide >> 32;
        }
        limbs.push(low_half(carry));
        let mut shifted = Self(limbs);
        shifted.trim();
        shifted
    }

    fn halve(&mut self) {
        let mut carry = 0;
        for limb in self.0.iter_mut().rev() {
            let next = *limb << 31;
            *limb = (*limb >> 1) | carry;
            carry = next;
        }
        self.trim();
    }

    fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Subtracts what is not larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = 0;
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        for (limb, less) in self.0.iter_mut().zip(others) {
            let (value, first) = limb.overflowing_sub(less);
            let (value, second) = value.overflowing_sub(borrow);
            *limb = value;
            borrow = u32::from(first || second);
        }
        self.trim();
    }

    /// Its decimal digits.
    fn decimal(mut self) -> Vec<u8> {
        const CHUNK: u64 = 1_000_000_000;
        let mut chunks = Vec::new();
        while !self.is_zero() {
            let mut rest = 0;
            for limb in self.0.iter_mut().rev() {
                let wide = (rest << 32) | u64::from(*limb);
                *limb = low_half(wide / CHUNK);
                rest = wide % CHUNK;
            }
            self.trim();
            chunks.push(rest);
        }
        let top = chunks.pop().unwrap_or(0).to_string();
        let rest = chunks.iter().rev().flat_map(|chunk| format!("{chunk:09}").into_bytes());
        top.into_bytes().into_iter().chain(rest).collect()
    }
}

fn low_half(value: u64) -> u32 {
    u32::try_from(value & 0xffff_ffff).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(a: &str, b: &str) -> String {
        let (a, b) = (Extended::parse(a.as_bytes()), Extended::parse(b.as_bytes()));
        match (a, b) {
            (Some(a), Some(b)) => {
                a.plus(b).map_or("nan".to_owned(), |sum| String::from_utf8(sum.to_text()).unwrap())
            }
            (None, _) | (_, None) => "refused".to_owned(),
        }
    }

    #[test]
    fn sums_are_those_of_an_80_bit_long_double() {
        let cases = [
            ("10.50", "0.1", "10.6"),
            ("0.1", "0.2", "0.3"),
            ("5.0e3", "2.0e2", "5200"),
            ("5.0e-10", "0", "0.0000000005"),
            ("1", "1e-17", "1.00000000000000001"),
            ("1", "1e-18", "1"),
            ("0", "1e-18", "0"),
            ("12345678901234567", "0.1", "12345678901234567.099609375"),
            ("0", "3.14159265358979323846", "3.14159265358979324"),
            ("9223372036854775807", "1", "9223372036854775808"),
            ("18446744073709551615", "1", "18446744073709551616"),
            ("0x10", "1", "17"),
            ("0x1.8p1", "0", "3"),
            (".5", "5.", "5.5"),
            ("1", "-1", "0"),
            ("-0", "-0.0", "0"),
            ("-1.5", "3", "1.5"),
            ("1e30", "0", "1000000000000000000024696061952"),
            ("18446744073709551615.5", "3.6e-4951", "18446744073709551616"),
            ("-802.559856271615", "0", "-802.55985627161500001"),
            ("inf", "1", "inf"),
            ("-inf", "1", "-inf"),
            ("inf", "-inf", "nan"),
        ];
        for (a, b, expected) in cases {
            assert_eq!(sum(a, b), expected, "{a} + {b}");
            assert_eq!(sum(b, a), expected, "{b} + {a}");
        }
    }

    #[test]
    fn what_strtold_does_not_read_in_full_is_refused() {
        for text in [
            "", " 1", "1 ", "abc", "1e", "1.2.3", "1,5", ".", "-", "0x", "nan", "1e5000", "1e-5000",
        ] {
            assert_eq!(Extended::parse(text.as_bytes()), None, "{text:?}");
        }
        assert!(Extended::parse(b"1e4932").is_some());
        assert!(Extended::parse(b"1e-4940").is_some());
        assert_eq!(Extended::parse(b"1.2e4932"), None);
        assert_eq!(Extended::parse("9".repeat(5120).as_bytes()), None);
    }
}
