//! Decimal numbers of any size, compared exactly: `4` is `4.0`, and `2^53 + 1` is not `2^53`.

use std::cmp::Ordering;
use std::fmt;

/// A decimal number, kept as its significant digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number {
    negative: bool,
    /// ASCII digits without zeros at either end; none for zero.
    digits: Vec<u8>,
    /// The value is `0.digits` times ten to this.
    exponent: i64,
}

impl Number {
    /// Reads `-12.50e3` and the like; nothing if it is not a number. Infinity is not one.
    pub fn parse(text: &[u8]) -> Option<Number> {
        let (negative, rest) = match text.split_first() {
            Some((b'-', rest)) => (true, rest),
            Some((b'+', rest)) => (false, rest),
            Some(_) | None => (false, text),
        };
        let at = rest.iter().position(|b| matches!(b, b'e' | b'E'));
        let (mantissa, scale) = match at.and_then(|at| rest.split_at_checked(at)) {
            Some((mantissa, scale)) => {
                let scale = std::str::from_utf8(scale.get(1..)?).ok()?;
                let digits = scale.trim_start_matches(['+', '-']);
                if digits.is_empty() || digits.len() > 15 {
                    return None;
                }
                (mantissa, scale.parse::<i64>().ok()?)
            }
            None => (rest, 0),
        };
        let at = mantissa.iter().position(|b| *b == b'.').unwrap_or(mantissa.len());
        let (whole, fraction) = mantissa.split_at_checked(at)?;
        let fraction = fraction.get(1..).unwrap_or_default();
        if whole.is_empty() && fraction.is_empty()
            || !whole.iter().chain(fraction).all(u8::is_ascii_digit)
        {
            return None;
        }
        let all: Vec<u8> = whole.iter().chain(fraction).copied().collect();
        let zeros = all.iter().take_while(|b| **b == b'0').count();
        let mut digits: Vec<u8> = all.into_iter().skip(zeros).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Some(Number { negative: false, digits, exponent: 0 });
        }
        let exponent = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()? + scale;
        Some(Number { negative, digits, exponent })
    }
}

impl Number {
    /// Whether nothing stands behind the decimal point.
    pub fn is_whole(&self) -> bool {
        i64::try_from(self.digits.len()).is_ok_and(|digits| digits <= self.exponent)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |n: &Number| match (n.digits.is_empty(), n.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let magnitude =
            || self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => magnitude(),
            _ => magnitude().reverse(),
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    /// The one way of writing this value: equal numbers print alike.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = String::from_utf8_lossy(&self.digits);
        let sign = if self.negative { "-" } else { "" };
        if digits.is_empty() {
            f.write_str("0")
        } else {
            write!(f, "{sign}0.{digits}e{}", self.exponent)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn numbers_compare_by_value() {
        let n = |text: &str| Number::parse(text.as_bytes()).unwrap();
        for (a, b) in [("4", "4.0"), ("198", "1.98e2"), ("-0", "0"), ("007", "7"), (".5", "0.50")] {
            assert_eq!(n(a), n(b), "{a} {b}");
            assert_eq!(n(a).to_string(), n(b).to_string(), "{a} {b}");
        }
        let rising = [
            "-1e9",
            "-10",
            "-9.5",
            "-1",
            "0",
            "1e-9",
            "0.5",
            "2",
            "10",
            "9007199254740992",
            "9007199254740993",
        ];
        for pair in rising.windows(2) {
            assert!(n(pair[0]) < n(pair[1]), "{pair:?}");
        }
        for text in [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "1e+",
            "1x",
            "nan",
            "inf",
            "1 ",
            "0x10",
            "1e99999999999999999999",
            "1e-+5",
        ] {
            assert_eq!(Number::parse(text.as_bytes()), None, "{text}");
        }
    }
}
