//! Sizes as Docker prints them: powers of a thousand, four digits at most.

/// `0B`, `88B`, `1.235MB`, `137MB`.
pub fn human(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    let whole = format!("{size:.0}").len();
    let mut text = format!("{size:.*}", 4_usize.saturating_sub(whole));
    if text.contains('.') {
        text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    format!("{text}{}", UNITS.get(unit).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_four_digits_at_most() {
        for (bytes, shown) in [
            (0, "0B"),
            (88, "88B"),
            (999, "999B"),
            (1000, "1kB"),
            (1500, "1.5kB"),
            (1_234_567, "1.235MB"),
            (137_000_000, "137MB"),
            (12_345_678_901, "12.35GB"),
        ] {
            assert_eq!(human(bytes), shown);
        }
    }
}
