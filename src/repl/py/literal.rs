//! Python literals: what a learner would type, and what Python would print.

/// A word as Python text; as `bytes` where it is not UTF-8.
pub(super) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => str_repr(text),
        Err(_) => bytes_repr(bytes),
    }
}

/// A stored value: a whole number as one, everything else as text.
pub(super) fn value(bytes: &[u8]) -> String {
    if is_int(bytes) { ascii(bytes) } else { text(bytes) }
}

/// A number as one, where Python would read it as the same number; else as text.
pub(super) fn number(bytes: &[u8]) -> String {
    if is_int(bytes) || is_float(bytes) { ascii(bytes) } else { text(bytes) }
}

fn ascii(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a word is a whole number that Python prints as it stands.
fn is_int(bytes: &[u8]) -> bool {
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    // Python takes no zero before other digits; -0 would lose its sign, 30 digits are no number here.
    whole && digits.len() <= 19 && (digits == b"0" && bytes == digits || !digits.starts_with(b"0"))
}

fn is_float(bytes: &[u8]) -> bool {
    let body = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let (whole, fraction) = match body.iter().position(|byte| *byte == b'.') {
        Some(dot) => body.split_at(dot),
        None => return false,
    };
    let fraction = fraction.get(1..).unwrap_or_default();
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    digits(whole) && digits(fraction)
}

/// What Python prints for text.
pub(super) fn str_repr(text: &str) -> String {
    let quote = quote_for(text.contains('\''), text.contains('"'));
    let mut out = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if other == quote => out.extend(['\\', quote]),
            other if (' '..='~').contains(&other) => out.push(other),
            other if crate::escape::is_harmless(other) && !other.is_whitespace() => out.push(other),
            other => out.push_str(&escaped(other)),
        }
    }
    out.push(quote);
    out
}

fn escaped(letter: char) -> String {
    match u32::from(letter) {
        code @ 0..=0xff => format!("\\x{code:02x}"),
        code @ 0x100..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    }
}

/// What Python prints for bytes.
pub(super) fn bytes_repr(bytes: &[u8]) -> String {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut out = format!("b{quote}");
    for byte in bytes {
        match char::from(*byte) {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter == quote => out.extend(['\\', quote]),
            letter @ ' '..='~' => out.push(letter),
            _ => out.push_str(&escaped(char::from(*byte))),
        }
    }
    out.push(quote);
    out
}

fn quote_for(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

/// What Python prints for a float.
pub(super) fn float_repr(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    // The shortest digits that mean this number, as `d.ddde±x`.
    let shown = format!("{number:e}");
    let (digits, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{number}");
        return if plain.contains('.') { plain } else { format!("{plain}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_as_python_reads_them() {
        for (word, written) in [
            (&b"Erik"[..], "'Erik'"),
            (b"it's", "\"it's\""),
            (b"\"it's\"", "'\"it\\'s\"'"),
            (b"a\\b\n\t\x00", "'a\\\\b\\n\\t\\x00'"),
            ("日本".as_bytes(), "'日本'"),
            ("\u{202e}x".as_bytes(), "'\\u202ex'"),
            (b"\xff\x01a", "b'\\xff\\x01a'"),
        ] {
            assert_eq!(text(word), written);
        }
        for (word, written) in [
            (&b"1"[..], "1"),
            (b"-1", "-1"),
            (b"0", "0"),
            (b"-0", "'-0'"),
            (b"007", "'007'"),
            (b"1.5", "'1.5'"),
            (b"+1", "'+1'"),
            (b"", "''"),
            (b"123456789012345678901234567890", "'123456789012345678901234567890'"),
        ] {
            assert_eq!(value(word), written);
        }
        for (word, written) in [(&b"1.50"[..], "1.50"), (b"(1", "'(1'"), (b"-inf", "'-inf'")] {
            assert_eq!(number(word), written);
        }
    }

    #[test]
    fn floats_are_printed_as_python_prints_them() {
        for (number, printed) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (0.0, "0.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(float_repr(number), printed);
        }
    }
}
