//! Numbers of bytes as Redis writes them: `100`, `1k`, `1kb`, `2mb`, `1gb`.

/// The number of bytes that `word` means. `k m g` count in thousands, `kb mb gb` in 1024s; no
/// digits at all mean 0, and too many the largest number there is, as in Redis.
pub(super) fn parse_memory(word: &[u8]) -> Option<u64> {
    let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, unit) = word.split_at_checked(digits)?;
    let factor: u64 = match unit.to_ascii_lowercase().as_slice() {
        b"" | b"b" => 1,
        b"k" => 1_000,
        b"kb" => 1 << 10,
        b"m" => 1_000_000,
        b"mb" => 1 << 20,
        b"g" => 1_000_000_000,
        b"gb" => 1 << 30,
        _ => return None,
    };
    let number = digits.iter().fold(0u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    Some(number.saturating_mul(factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_thousands_or_1024s() {
        for (word, bytes) in [
            ("0", Some(0)),
            ("100", Some(100)),
            ("1b", Some(1)),
            ("1k", Some(1000)),
            ("1Kb", Some(1024)),
            ("3m", Some(3_000_000)),
            ("100mb", Some(104_857_600)),
            ("1g", Some(1_000_000_000)),
            ("1GB", Some(1_073_741_824)),
            ("", Some(0)),
            ("99999999999999999999", Some(u64::MAX)),
            ("-1", None),
            ("1.5gb", None),
            ("1t", None),
            ("1 kb", None),
            (" 1", None),
            ("abc", None),
        ] {
            assert_eq!(parse_memory(word.as_bytes()), bytes, "{word:?}");
        }
    }
}
