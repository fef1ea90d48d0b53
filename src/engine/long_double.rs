//! The 80-bit floating point numbers that `INCRBYFLOAT` and `HINCRBYFLOAT` compute with.
//!
//! Redis adds in C's `long double`, so `0.1 + 0.2` is `0.3` there; doubles would say
//! `0.30000000000000004`. Numbers only: knows no key and no reply.

use std::fmt;

use rustc_apfloat::ieee::X87DoubleExtended;
use rustc_apfloat::{Float, Round, Status};

/// As many digits follow the point at most, as in C's `%.17Lf`.
const PLACES: u32 = 17;
/// 10 to the power of [`PLACES`].
const SCALE: u128 = 10_u128.pow(PLACES);
/// Redis reads no number of more bytes than this.
const MAX_LEN: usize = 5 * 1024 - 1;
/// What the biased exponent of a number with a 64-bit whole mantissa is counted from.
const EXPONENT_BIAS: i32 = 16383 + 63;

/// A finite or infinite number of 80 bits; never NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LongDouble(X87DoubleExtended);

impl LongDouble {
    /// A number as C's `strtold` reads it, without space around it: `3.0e3`, `.5`, `0x1.8p1`,
    /// `-inf`. `None` for anything else, for NaN and for what is too large or too small.
    pub fn parse(word: &[u8]) -> Option<Self> {
        if word.len() > MAX_LEN {
            return None;
        }
        let text = std::str::from_utf8(word).ok()?;
        let (negative, digits) = match word.first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let magnitude =
            if digits.eq_ignore_ascii_case("inf") || digits.eq_ignore_ascii_case("infinity") {
                X87DoubleExtended::INFINITY
            } else {
                finite(digits)?
            };
        Some(Self(if negative { -magnitude } else { magnitude }))
    }

    /// Whether it is neither infinity.
    pub fn is_finite(self) -> bool {
        self.0.is_finite()
    }

    /// The sum, or `None` if it is infinite or no number.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let sum = (self.0 + other.0).value;
        sum.is_finite().then_some(Self(sum))
    }
}

impl From<i64> for LongDouble {
    fn from(value: i64) -> Self {
        // 64 bits of mantissa hold every integer of 64 bits exactly.
        Self(X87DoubleExtended::from_i128(i128::from(value)).value)
    }
}

/// Reads a number without a sign that is not infinite.
fn finite(digits: &str) -> Option<X87DoubleExtended> {
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let parsed = if let Some(hex) = hex {
        let exponent = shape(hex, ['p', 'P'], |byte| byte.is_ascii_hexdigit())?;
        let default = if exponent { "" } else { "p0" };
        X87DoubleExtended::from_str_r(&format!("0x{hex}{default}"), Round::NearestTiesToEven)
    } else {
        shape(digits, ['e', 'E'], |byte| byte.is_ascii_digit())?;
        X87DoubleExtended::from_str_r(digits, Round::NearestTiesToEven)
    };
    let parsed = parsed.ok()?;
    let vanished = parsed.value.is_zero() && parsed.status != Status::OK;
    (parsed.value.is_finite() && !vanished).then_some(parsed.value)
}

/// Judges `digits[.digits][marker[sign]digits]` and says whether there is an exponent.
///
/// The library that computes the value is more lenient than C: it takes `1e` for a number.
fn shape(text: &str, marker: [char; 2], is_digit: impl Fn(u8) -> bool) -> Option<bool> {
    let (mantissa, exponent) = match text.split_once(marker) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut count = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !is_digit(byte) {
            return None;
        }
        count += 1;
    }
    if count == 0 {
        return None;
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
    }
    Some(exponent.is_some())
}

/// C's `%.17Lf` without the zeros at its end: what Redis stores and replies.
impl fmt::Display for LongDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0.is_negative() { "-" } else { "" };
        if self.0.is_infinite() {
            return write!(f, "{sign}inf");
        }
        let bits = self.0.abs().to_bits();
        let mantissa = bits & u128::from(u64::MAX);
        // The smallest numbers have the exponent of the next larger ones.
        let biased = i32::try_from(bits >> 64).unwrap_or(0).max(1);
        let exponent = biased - EXPONENT_BIAS;
        if let Ok(shift) = u32::try_from(exponent) {
            return write!(f, "{sign}{}", whole(mantissa, shift));
        }
        let scaled = round_shift(mantissa * SCALE, exponent.unsigned_abs());
        if scaled == 0 {
            return f.write_str("0");
        }
        write!(f, "{sign}{}", scaled / SCALE)?;
        let places = format!("{:0width$}", scaled % SCALE, width = PLACES as usize);
        match places.trim_end_matches('0') {
            "" => Ok(()),
            places => write!(f, ".{places}"),
        }
    }
}

/// `value` divided by two to the power of `shift`, rounded to the nearest, ties to even.
fn round_shift(value: u128, shift: u32) -> u128 {
    let Some(quotient) = value.checked_shr(shift) else {
        // The value has at most 121 bits, so this is less than one half.
        return 0;
    };
    let rest = value - (quotient << shift);
    let half = 1_u128 << (shift - 1);
    let up = rest > half || (rest == half && quotient & 1 == 1);
    quotient + u128::from(up)
}

/// The digits of `mantissa` times two to the power of `shift`.
fn whole(mantissa: u128, shift: u32) -> String {
    /// Digits in a limb.
    const DIGITS: usize = 18;
    const LIMB: u128 = 10_u128.pow(18);

    // Limbs of a decimal number, the least first.
    let mut limbs = Vec::new();
    let mut rest = mantissa;
    while rest > 0 {
        limbs.push(rest % LIMB);
        rest /= LIMB;
    }
    let mut left = shift;
    while left > 0 {
        let step = left.min(64);
        let mut carry = 0;
        for limb in &mut limbs {
            let product = (*limb << step) + carry;
            *limb = product % LIMB;
            carry = product / LIMB;
        }
        while carry > 0 {
            limbs.push(carry % LIMB);
            carry /= LIMB;
        }
        left -= step;
    }
    let mut digits = limbs.iter().rev();
    let first = digits.next().map_or_else(|| "0".to_owned(), u128::to_string);
    digits.fold(first, |text, limb| text + &format!("{limb:0DIGITS$}"))
}

#[cfg(test)]
mod tests {
    use super::LongDouble;

    /// The sum of two numbers as a real server gave it (`SET k a`, `INCRBYFLOAT k b`).
    fn sum(a: &str, b: &str) -> Option<String> {
        let (a, b) = (LongDouble::parse(a.as_bytes())?, LongDouble::parse(b.as_bytes())?);
        a.checked_add(b).map(|sum| sum.to_string())
    }

    #[test]
    fn sums_have_the_digits_of_a_real_server() {
        for (a, b, expected) in [
            ("10.50", "0.1", "10.6"),
            ("5.0e3", "2.0e2", "5200"),
            ("0.1", "0.2", "0.3"),
            ("5.0e-10", "0", "0.0000000005"),
            ("1", "-1", "0"),
            ("-1.5", "1.4", "-0.1"),
            ("0", "1e-17", "0.00000000000000001"),
            ("0", "-1e-18", "0"),
            ("3.141592653589793", "3.141592653589793", "6.283185307179586"),
            ("0x10", "0x1.8p1", "19"),
            (".5", "5.", "5.5"),
            ("9223372036854775807", "1", "9223372036854775808"),
        ] {
            assert_eq!(sum(a, b).as_deref(), Some(expected), "{a} + {b}");
        }
    }

    #[test]
    fn a_large_number_has_all_its_digits() {
        let text = sum("0", "1e300").unwrap();
        assert_eq!(text.len(), 301);
        assert_eq!(text.get(..40), Some("1000000000000000000008997324079559193870"));
        assert_eq!(LongDouble::parse(b"1e4932").unwrap().to_string().len(), 4933);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for word in [
            "",
            " 1",
            "1 ",
            "1e",
            "1e+",
            "e1",
            ".",
            "0x",
            "0xp1",
            "0x1p",
            "1.2.3",
            "--1",
            "+-1",
            "nan",
            "1e5000",
            "1e-5000",
            "0x1p99999999999",
            "1_000",
            "one",
            "infinit",
        ] {
            assert_eq!(LongDouble::parse(word.as_bytes()), None, "{word:?}");
        }
        assert_eq!(LongDouble::parse("1".repeat(5120).as_bytes()), None);
    }

    #[test]
    fn a_sum_that_is_no_finite_number_is_refused() {
        assert_eq!(sum("inf", "1"), None);
        assert_eq!(sum("inf", "-inf"), None);
        assert_eq!(sum("1e4932", "1e4932"), None);
    }
}
