//! Stored bytes in a sentence for a person: short, harmless to a terminal, and shown as they are
//! where the sentence is Markdown.

use std::fmt::Write;

use crate::escape::is_harmless;

/// More characters than this are cut.
const LIMIT: usize = 80;

/// `bytes` as text on one line. Control characters, direction marks and what is not UTF-8 are
/// escaped, so that data cannot move a cursor or hide a word; what is long ends in `…`.
pub fn printable(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut count = 0;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if count == LIMIT {
                out.push('…');
                return out;
            }
            count += 1;
            match c {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c.is_control() && c.is_ascii() => escape(&mut out, c as u32),
                c if !is_harmless(c) => {
                    out.extend(c.escape_unicode());
                }
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            if count == LIMIT {
                out.push('…');
                return out;
            }
            count += 1;
            escape(&mut out, u32::from(*byte));
        }
    }
    out
}

/// `text` as Markdown code, whatever is in it.
pub fn code(text: &str) -> String {
    if text.is_empty() {
        return "`\"\"`".to_owned();
    }
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A space at both ends is not part of the code; without it a backtick would join the fence.
    let is_edge = |end: Option<char>| end.is_some_and(|letter| letter == '`' || letter == ' ');
    let needs_space = is_edge(text.chars().next()) || is_edge(text.chars().last());
    let space = if needs_space && !text.trim().is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// `text` such that Markdown shows it as it is.
pub fn literal(text: &str) -> String {
    let mut out = String::new();
    let mut before: Option<char> = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let special = match letter {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '&' | '~' => true,
            // Within a word it is a letter like any other.
            '_' => !(in_word(before) && in_word(next)),
            // At the beginning these make a heading or a list.
            '#' | '+' | '-' | '=' => before.is_none(),
            '.' | ')' => {
                let number = out.chars().all(|c| c.is_ascii_digit()) && !out.is_empty();
                number && next.is_none_or(char::is_whitespace)
            }
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(letter);
        before = Some(letter);
    }
    out
}

fn escape(out: &mut String, byte: u32) {
    // Writing into a `String` cannot fail.
    let _ = write!(out, "\\x{byte:02x}");
}

/// Markdown of a fence around text, longer than any in it.
pub(super) fn fenced(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

#[cfg(test)]
mod tests {
    use super::{code, literal, printable};
    use crate::screen::{Look, markdown};

    #[test]
    fn markdown_shows_data_as_it_is() {
        for text in [
            "a*b*c",
            "*",
            "**x**",
            "_x_",
            "total_residues",
            "__init__",
            "<b>x</b>",
            "<",
            "a < b > c",
            "[x](y)",
            "[1, 2]",
            "# x",
            "1. x",
            "12) x",
            "- x",
            "+1",
            "-1",
            "1.5",
            "&amp;",
            "a\\*b",
            "\\",
            "~~x~~",
            "`x`",
            "``",
            "{\"a\": [\"*\"]}",
            "https://x.y/_z_",
            "===",
        ] {
            assert_eq!(markdown::inline(&literal(text), Look::PLAIN), text);
            let sentence = format!("It is {} now.", literal(text));
            assert_eq!(markdown::inline(&sentence, Look::PLAIN), format!("It is {text} now."));
            let coded = markdown::inline(&format!("Key {} is.", code(text)), Look::PLAIN);
            assert_eq!(coded, format!("Key `{text}` is."));
        }
        assert_eq!(code("chain:A"), "`chain:A`");
        assert_eq!(markdown::inline(&code(" a "), Look::PLAIN), "` a `");
        assert_eq!(markdown::inline(&code("  "), Look::PLAIN), "`  `");
        assert_eq!(code(""), "`\"\"`");
    }

    #[test]
    fn nothing_that_moves_a_cursor_gets_through() {
        assert_eq!(printable(b"a\x1b[2Jb\n\xff\xc3\xa9\x7f"), "a\\x1b[2Jb\\n\\xffé\\x7f");
        assert_eq!(printable("x\u{202e}y\u{9b}".as_bytes()), "x\\u{202e}y\\u{9b}");
        assert_eq!(printable("é".repeat(81).as_bytes()), "é".repeat(80) + "…");
        assert_eq!(printable("é".repeat(80).as_bytes()), "é".repeat(80));
    }
}
