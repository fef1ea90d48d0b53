//! Stored bytes in a sentence for a person: short, and harmless to a terminal.

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
    use super::printable;

    #[test]
    fn nothing_that_moves_a_cursor_gets_through() {
        assert_eq!(printable(b"a\x1b[2Jb\n\xff\xc3\xa9\x7f"), "a\\x1b[2Jb\\n\\xffé\\x7f");
        assert_eq!(printable("x\u{202e}y\u{9b}".as_bytes()), "x\\u{202e}y\\u{9b}");
        assert_eq!(printable("é".repeat(81).as_bytes()), "é".repeat(80) + "…");
        assert_eq!(printable("é".repeat(80).as_bytes()), "é".repeat(80));
    }
}
