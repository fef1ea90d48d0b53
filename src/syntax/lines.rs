//! Cuts scripts and pasted text into lines.

/// The lines of a script: ended by `\n` or `\r\n`, the last one's end optional. A byte order
/// mark before the first line is dropped: Windows editors leave one.
pub fn lines(script: &[u8]) -> Lines<'_> {
    Lines { rest: script.strip_prefix(b"\xef\xbb\xbf").unwrap_or(script), lone_return: false }
}

/// The lines of pasted text: as [`lines`], and a lone `\r` ends one too, since terminals send
/// that for Enter.
pub fn pasted(text: &[u8]) -> Lines<'_> {
    Lines { rest: text, lone_return: true }
}

/// See [`lines`].
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    rest: &'a [u8],
    lone_return: bool,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = if self.lone_return {
            memchr::memchr2(b'\n', b'\r', self.rest)
        } else {
            memchr::memchr(b'\n', self.rest)
        };
        let (line, tail) = match end {
            Some(end) => self.rest.split_at_checked(end).unwrap_or((self.rest, b"")),
            None => (self.rest, &b""[..]),
        };
        let tail = if self.lone_return { tail.strip_prefix(b"\r").unwrap_or(tail) } else { tail };
        self.rest = tail.strip_prefix(b"\n").unwrap_or(tail);
        let is_whole = end.is_some();
        Some(if is_whole { line.strip_suffix(b"\r").unwrap_or(line) } else { line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cut: fn(&[u8]) -> Lines<'_>, text: &str, expected: &[&str]) {
        let got: Vec<_> = cut(text.as_bytes()).map(String::from_utf8_lossy).collect();
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn a_script_is_cut_at_its_line_ends() {
        check(lines, "", &[]);
        check(lines, "a", &["a"]);
        check(lines, "a\n", &["a"]);
        check(lines, "a\n\nb", &["a", "", "b"]);
        check(lines, "a\r\nb\r\n", &["a", "b"]);
        check(lines, "a\rb\n\r\n", &["a\rb", ""]);
        check(lines, "a\r", &["a\r"]);
        check(lines, "\u{feff}a\n\u{feff}b", &["a", "\u{feff}b"]);
    }

    #[test]
    fn pasted_text_may_end_lines_with_returns() {
        check(pasted, "a\rb\r\nc\nd", &["a", "b", "c", "d"]);
        check(pasted, "a\r\r", &["a", ""]);
        check(pasted, "\r\n", &[""]);
    }
}
