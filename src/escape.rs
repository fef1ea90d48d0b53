//! Bytes that came from data, made safe to print: redis-cli's quoted form, and a cleaner for
//! text that is printed unquoted. Knows neither replies nor command lines, which both use it.

use std::borrow::Cow;

/// Whether line ends may pass a [`sanitize`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// The text belongs on one line: `\n` and `\r` are escaped too.
    Escape,
    /// The text has lines of its own: `\n` and `\r\n` pass, a lone `\r` does not.
    Keep,
}

/// The quoted form that redis-cli prints for a string: `"…"` with `\n\r\t\a\b\\\"`, and `\xHH`
/// for every other byte outside printable ASCII, UTF-8 included.
pub fn repr(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().saturating_add(2));
    out.push(b'"');
    for &byte in bytes {
        if matches!(byte, b'"' | b'\\') {
            out.extend([b'\\', byte]);
        } else if is_printable(byte) {
            out.push(byte);
        } else {
            push_escape(&mut out, byte);
        }
    }
    out.push(b'"');
    out
}

/// The text with everything escaped that a terminal could take for a command: control
/// characters, C1 controls, direction overrides, and bytes that are not UTF-8. Tabs and all
/// printable text pass unchanged, without a copy.
pub fn sanitize(bytes: &[u8], line_ends: LineEnds) -> Cow<'_, [u8]> {
    if bytes.iter().all(|&byte| is_printable(byte)) {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let mut letters = chunk.valid().chars().peekable();
        while let Some(letter) = letters.next() {
            let passes = match letter {
                '\n' => line_ends == LineEnds::Keep,
                '\r' => line_ends == LineEnds::Keep && letters.peek() == Some(&'\n'),
                other => other == '\t' || is_harmless(other),
            };
            push_letter(&mut out, letter, passes);
        }
        for &byte in chunk.invalid() {
            push_escape(&mut out, byte);
        }
    }
    Cow::Owned(out)
}

/// As [`sanitize`], for what is text already.
pub fn sanitize_text(text: &str, line_ends: LineEnds) -> Cow<'_, str> {
    match sanitize(text.as_bytes(), line_ends) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// Whether a terminal only draws this character: no control, and nothing that reorders or
/// hides the text around it.
pub fn is_harmless(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Appends redis-cli's escape of one byte: `\n`, `\r`, `\t`, `\a`, `\b` or `\xHH`.
pub fn push_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x07 => b'a',
        0x08 => b'b',
        _ => {
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'?');
            out.extend([b'\\', b'x', digit(byte >> 4), digit(byte & 15)]);
            return;
        }
    };
    out.extend([b'\\', short]);
}

fn push_letter(out: &mut Vec<u8>, letter: char, as_is: bool) {
    let mut buffer = [0; 4];
    let bytes = letter.encode_utf8(&mut buffer).as_bytes();
    if as_is {
        out.extend_from_slice(bytes);
    } else {
        for &byte in bytes {
            push_escape(out, byte);
        }
    }
}

fn is_printable(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repr_escapes_as_redis_cli_does() {
        assert_eq!(
            repr(b"a\"\\\n\r\t\x07\x08\x1b\x00\xff\x7f\xc3\xa9~\x0b\x0c"),
            br#""a\"\\\n\r\t\a\b\x1b\x00\xff\x7f\xc3\xa9~\x0b\x0c""#
        );
        assert_eq!(repr(b""), b"\"\"");
    }

    #[test]
    fn sanitize_lets_text_pass_and_stops_what_steers_a_terminal() {
        let one = |bytes: &[u8]| {
            String::from_utf8(sanitize(bytes, LineEnds::Escape).into_owned()).unwrap()
        };
        assert_eq!(one("plain, größer\t✓".as_bytes()), "plain, größer\t✓");
        assert_eq!(one(b"\x1b[31mred\x07"), r"\x1b[31mred\a");
        assert_eq!(one("\u{9b}31m".as_bytes()), r"\xc2\x9b31m");
        assert_eq!(one("\u{202e}abc".as_bytes()), r"\xe2\x80\xaeabc");
        assert_eq!(one(b"a\xffb\xc3"), r"a\xffb\xc3");
        assert_eq!(one(b"a\r\nb"), r"a\r\nb");
        assert_eq!(&*sanitize(b"a\r\nb\rc\nd", LineEnds::Keep), b"a\r\nb\\rc\nd");
    }

    #[test]
    fn clean_text_is_not_copied() {
        assert_eq!(sanitize(b"abc", LineEnds::Keep), Cow::Borrowed(b"abc"));
    }

    proptest! {
        #[test]
        fn nothing_that_steers_a_terminal_survives(bytes: Vec<u8>) {
            let clean = sanitize(&bytes, LineEnds::Escape).into_owned();
            let text = String::from_utf8(clean).unwrap();
            prop_assert!(text.chars().all(|letter| letter == '\t' || is_harmless(letter)));
            prop_assert!(repr(&bytes).iter().all(|&byte| is_printable(byte)));
        }
    }
}
