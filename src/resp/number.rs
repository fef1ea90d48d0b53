//! Doubles as Redis prints them: C's `%.17g`, which is what a 7.0 server sends.

/// `value` in the form of C's `%.17g`, with `inf` and `-inf` for the infinities.
///
/// Seventeen significant digits name every double exactly, at the price of `3.3` reading
/// `3.2999999999999998`; a learner sees the same digits from a real server.
pub fn format_double(value: f64) -> String {
    format_digits(value, 17)
}

/// As [`format_double`], with fewer digits: C's `%.<digits>g`. Of more than 17 the rest says nothing.
pub fn format_digits(value: f64, digits: u8) -> String {
    let digits = i32::from(digits.clamp(1, 17));
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    // `{:.16e}` is `d.dddddddddddddddde±x`: the digits %g starts from.
    let decimals = usize::try_from(digits - 1).unwrap_or(0);
    let scientific = format!("{value:.decimals$e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..digits).contains(&exponent) {
        let decimals = usize::try_from(digits - 1 - exponent).unwrap_or(0);
        trimmed(&format!("{value:.decimals$}")).to_owned()
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", trimmed(mantissa), exponent.abs())
    }
}

/// Without the zeros, and then the point, that `%g` drops at the end.
fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_read_as_a_real_server_prints_them() {
        for (value, text) in [
            (3.3, "3.2999999999999998"),
            (1e21, "1e+21"),
            (1e17, "1e+17"),
            (1e16, "10000000000000000"),
            (0.1, "0.10000000000000001"),
            (1e-5, "1.0000000000000001e-05"),
            (0.0001, "0.0001"),
            (123_456_789.123_456_79, "123456789.12345679"),
            (-5.0, "-5"),
            (-0.0, "-0"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "4.9406564584124654e-324"),
        ] {
            assert_eq!(format_double(value), text);
        }
    }

    #[test]
    fn fewer_digits_are_rounded() {
        for (value, digits, text) in [
            (1.0 / 3.0, 14, "0.33333333333333"),
            (123_456_789_012_345.0, 14, "1.2345678901234e+14"),
            (1e14, 14, "1e+14"),
            (99_999.0, 3, "1e+05"),
            (0.1, 1, "0.1"),
            (9.6, 1, "1e+01"),
        ] {
            assert_eq!(format_digits(value, digits), text);
        }
    }
}
