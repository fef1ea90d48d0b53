//! From the bytes of a file to text that can be read, shown and pointed into.
//!
//! Knows characters, not Markdown.

use crate::escape::is_harmless;
use crate::lesson::problem::{Problem, Span};

/// The text of a lesson file, with `\n` line ends and no byte order mark. Otherwise a text to show, and
/// the mistakes in it.
pub fn decode(bytes: &[u8]) -> Result<String, (String, Vec<Problem>)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.replace("\r\n", "\n"),
        Err(error) => {
            let at = error.valid_up_to();
            let bad = bytes.get(at).copied().unwrap_or_default();
            let problem = Problem::new(
                // The replacement character that stands there in the shown text is three bytes long.
                Span::new(at, at + 3),
                "the file is not UTF-8",
                format!("byte 0x{bad:02x}"),
                "save the file as UTF-8 in your editor",
            );
            return Err((shown(&String::from_utf8_lossy(bytes)), vec![problem]));
        }
    };
    let problems: Vec<Problem> = text
        .char_indices()
        .filter(|(_, c)| !is_harmless(*c) && *c != '\n' && *c != '\t')
        .map(|(at, c)| {
            Problem::new(
                Span::new(at, at + c.len_utf8()),
                format!("a control character (U+{:04X}) stands in the text", c as u32),
                "here",
                "remove it: lesson text is sent to a terminal as it is",
            )
        })
        .take(20)
        .collect();
    if problems.is_empty() {
        return Ok(text);
    }
    Err((shown(&text), problems))
}

/// The text for an excerpt: what steers a terminal would reach the author's with it, so stand-ins of
/// the same length in bytes take its place.
fn shown(text: &str) -> String {
    let stand_in = |c: char| match c.len_utf8() {
        1 => '?',
        2 => '¿',
        _ => '\u{fffd}',
    };
    let passes = |c: char| is_harmless(c) || c == '\n' || c == '\t';
    text.chars().map(|c| if passes(c) { c } else { stand_in(c) }).collect()
}
