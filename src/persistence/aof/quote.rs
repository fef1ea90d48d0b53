//! Words on a line of the manifest, quoted where they must be.

use std::fmt::Write;

/// Splits a line into words as Redis does for configuration lines; `None` if a quote is not
/// closed, or is not followed by a space, or its contents are no text.
pub(super) fn split(line: &str) -> Option<Vec<String>> {
    let mut rest = line.as_bytes();
    let mut words = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        let Some(first) = rest.first() else { return Some(words) };
        let (word, after) = match first {
            b'"' => double_quoted(rest.get(1..)?)?,
            b'\'' => single_quoted(rest.get(1..)?)?,
            _ => {
                let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
                let (word, after) = rest.split_at_checked(end)?;
                (word.to_vec(), after)
            }
        };
        if after.first().is_some_and(|byte| !byte.is_ascii_whitespace()) {
            return None;
        }
        words.push(String::from_utf8(word).ok()?);
        rest = after;
    }
}

fn double_quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut word = Vec::new();
    let mut rest = text;
    loop {
        match rest {
            [] => return None,
            [b'"', after @ ..] => return Some((word, after)),
            [b'\\', b'x', high, low, after @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).ok()?;
                word.push(u8::from_str_radix(digits, 16).ok()?);
                rest = after;
            }
            [b'\\', letter, after @ ..] => {
                word.push(match letter {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => *other,
                });
                rest = after;
            }
            [byte, after @ ..] => {
                word.push(*byte);
                rest = after;
            }
        }
    }
}

fn single_quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut word = Vec::new();
    let mut rest = text;
    loop {
        match rest {
            [] => return None,
            [b'\\', b'\'', after @ ..] => {
                word.push(b'\'');
                rest = after;
            }
            [b'\'', after @ ..] => return Some((word, after)),
            [byte, after @ ..] => {
                word.push(*byte);
                rest = after;
            }
        }
    }
}

/// A word as it stands on a line: quoted if it is empty or holds a space, a quote, a backslash
/// or a byte that does not print.
pub(super) fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\');
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    let mut text = String::from("\"");
    for byte in word.bytes() {
        match byte {
            b'"' | b'\\' => {
                text.push('\\');
                text.push(char::from(byte));
            }
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            8 => text.push_str("\\b"),
            7 => text.push_str("\\a"),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were_quoted() {
        for (word, text) in [
            ("appendonly.aof", "appendonly.aof"),
            ("a b", "\"a b\""),
            ("", "\"\""),
            ("it's", "\"it's\""),
            ("q\"\\\n\r\t\u{7}\u{8}", r#""q\"\\\n\r\t\a\b""#),
            ("é", r#""\xc3\xa9""#),
        ] {
            assert_eq!(quoted(word), text);
            assert_eq!(split(text).unwrap(), [word]);
        }
        assert_eq!(split("a 'b \\' c' \"\\d\"").unwrap(), ["a", "b ' c", "d"]);
        assert_eq!(split("'a'b"), None);
        assert_eq!(split("\"a"), None);
        assert_eq!(split("\"\\"), None);
        assert_eq!(split("\"\\xff\""), None);
    }
}
