//! Writes words so that the parser reads the same bytes back, in the form a person would type.

use super::{Line, Quote, parse};
use crate::escape::{is_harmless, push_escape};

/// One argument: bare where that works, `'…'` where it holds more double quotes than single
/// ones, else `"…"` with escapes. Always printable.
pub fn quote(bytes: &[u8]) -> String {
    let count = |mark| memchr::memchr_iter(mark, bytes).count();
    if let Ok(text) = std::str::from_utf8(bytes) {
        let is_bare =
            |letter: char| is_harmless(letter) && !letter.is_whitespace() && !is_quote_like(letter);
        if !text.is_empty() && text.chars().all(is_bare) {
            return text.to_owned();
        }
        if count(b'"') > count(b'\'') && !text.ends_with('\\') && text.chars().all(is_harmless) {
            return quote_as(bytes, Quote::Single);
        }
    }
    quote_as(bytes, Quote::Double)
}

/// One argument within the quotes given; [`Quote::None`] chooses as [`quote`] does. What `'…'`
/// cannot hold is written as `"…"`.
pub fn quote_as(bytes: &[u8], quote: Quote) -> String {
    match quote {
        Quote::None => self::quote(bytes),
        Quote::Double => double(bytes),
        Quote::Single => match std::str::from_utf8(bytes) {
            Ok(text) if !text.ends_with('\\') && text.chars().all(is_harmless) => {
                format!("'{}'", text.replace('\'', "\\'"))
            }
            Ok(_) | Err(_) => double(bytes),
        },
    }
}

/// A whole command. A first word that would make it another kind of line is quoted; a number
/// before further words would be read as a repeat, so it gets a `1` of its own.
pub fn join(words: &[impl AsRef<[u8]>]) -> String {
    let text = words.iter().map(|word| quote(word.as_ref())).collect::<Vec<_>>().join(" ");
    match (parse(text.as_bytes()), words.first()) {
        (Ok(Line::Command { repeat: None, .. }), _) | (_, None) => text,
        (Ok(Line::Command { repeat: Some(_), .. }) | Err(_), Some(_)) => format!("1 {text}"),
        (Ok(Line::Empty | Line::Comment | Line::Tutor { .. } | Line::Lab { .. }), Some(first)) => {
            let rest = text.get(quote(first.as_ref()).len()..).unwrap_or_default();
            double(first.as_ref()) + rest
        }
    }
}

fn double(bytes: &[u8]) -> String {
    let mut out = vec![b'"'];
    for chunk in bytes.utf8_chunks() {
        let mut buffer = [0; 4];
        for letter in chunk.valid().chars() {
            let encoded = letter.encode_utf8(&mut buffer).as_bytes();
            match letter {
                '"' => out.extend_from_slice(b"\\\""),
                '\\' => out.extend_from_slice(b"\\\\"),
                plain if is_harmless(plain) => out.extend_from_slice(encoded),
                _ => {
                    for &byte in encoded {
                        push_escape(&mut out, byte);
                    }
                }
            }
        }
        for &byte in chunk.invalid() {
            push_escape(&mut out, byte);
        }
    }
    out.push(b'"');
    String::from_utf8_lossy(&out).into_owned()
}

/// Quotes, and the typographic ones that would look like them in a bare word.
fn is_quote_like(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '\u{2018}'..='\u{201f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_written_as_a_person_would_type_them() {
        for (bytes, text) in [
            (&b"name"[..], "name"),
            (b"", "\"\""),
            (b"two words", "\"two words\""),
            (b"it's", "\"it's\""),
            (b"{\"a\": 1}", "'{\"a\": 1}'"),
            (b"{\"a\": \"it's\"}", "'{\"a\": \"it\\'s\"}'"),
            (b"\"x\\", "\"\\\"x\\\\\""),
            (b"a\\d+", "a\\d+"),
            (b"a\n\x00\xff", "\"a\\n\\x00\\xff\""),
            ("größe".as_bytes(), "größe"),
            ("a\u{a0}b".as_bytes(), "\"a\u{a0}b\""),
            ("“x”".as_bytes(), "\"“x”\""),
            ("\u{202e}".as_bytes(), "\"\\xe2\\x80\\xae\""),
            (b"#1", "#1"),
        ] {
            assert_eq!(quote(bytes), text);
        }
    }

    #[test]
    fn a_completion_keeps_to_the_quote_that_was_begun() {
        assert_eq!(quote_as(b"a", Quote::Single), "'a'");
        assert_eq!(quote_as(b"a", Quote::Double), "\"a\"");
        assert_eq!(quote_as(b"a", Quote::None), "a");
        assert_eq!(quote_as(b"a\n", Quote::Single), "\"a\\n\"");
    }

    #[test]
    fn a_command_stays_a_command() {
        assert_eq!(join(&["SET", "a b", "c"]), "SET \"a b\" c");
        assert_eq!(join(&["5"]), "5");
        assert_eq!(join(&["5", "x"]), "1 5 x");
        assert_eq!(join(&["", "x"]), "1 \"\" x");
        assert_eq!(join(&["-1", "x"]), "1 -1 x");
        assert_eq!(join(&["#a", "x"]), "\"#a\" x");
        assert_eq!(join(&[":a"]), "\":a\"");
        assert_eq!(join(&["docker", "ps"]), "\"docker\" ps");
        assert_eq!(join(&[""; 0]), "");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(
            words in prop::collection::vec(crate::syntax::reference::any_line(), 1..5),
            random in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..12), 1..4),
        ) {
            for words in [words, random] {
                let text = join(&words);
                prop_assert!(text.chars().all(is_harmless));
                match parse(text.as_bytes()) {
                    Ok(Line::Command { words: read, .. }) => {
                        let read: Vec<_> = read.into_iter().map(|word| word.bytes).collect();
                        prop_assert_eq!(read, words);
                    }
                    other => prop_assert!(false, "{text}: {other:?}"),
                }
            }
        }
    }
}
