//! Text that follows its line: `cat > FILE <<EOF`, the text, and `EOF` on a line of its own.
//!
//! The text becomes one word behind a word `<<`, so that whoever runs the line needs to know nothing
//! of marks.

use super::parse::{Shape, read};
use super::token::place;
use super::{Open, Problem, Quote, Scan, SyntaxError, Word, shell};

/// Reads a line whose text follows it; `None` if it has no `<<` with a mark. `body` is the line
/// without leading white space.
pub(super) fn scan(line: &[u8], body: &[u8]) -> Option<Scan> {
    let (head, rest) = match memchr::memchr(b'\n', body) {
        Some(end) => body.split_at_checked(end)?,
        None => (body, &b""[..]),
    };
    let (mut words, fault) = read(line, head, shell::token);
    if fault.is_some() {
        return None;
    }
    let at = words
        .iter()
        .position(|word| word.bytes.starts_with(b"<<") && matches!(word.quote, Quote::None))?;
    let (mark, from) = mark(&words, at)?;
    let span = words.get(at)?.span.clone();
    words.drain(at..from);
    let sign =
        Word { bytes: b"<<".to_vec(), span: span.clone(), quote: Quote::None, inner_quote: None };
    // The sign and its text stand last, as they do in the line.
    let text = rest.strip_prefix(b"\n").unwrap_or(rest);
    let start = place(line, text);
    words.push(sign);
    words.sort_by_key(|word| word.span.start);
    let Some(end) = end_of(text, &mark) else {
        let problem = Problem::Unfinished(Open::Here);
        let fault = Some(SyntaxError { span: span.start..span.end, problem });
        return Some(Scan { shape: Shape::Lab, words, fault });
    };
    let bytes = text.get(..end).unwrap_or_default().to_vec();
    words.push(Word { bytes, span: start..line.len(), quote: Quote::None, inner_quote: None });
    Some(Scan { shape: Shape::Lab, words, fault: None })
}

/// The mark behind `<<`, and the place of the first word behind it.
fn mark(words: &[Word], at: usize) -> Option<(Vec<u8>, usize)> {
    let word = words.get(at)?;
    let own = word.bytes.strip_prefix(b"<<")?;
    if !own.is_empty() {
        return Some((own.to_vec(), at + 1));
    }
    let next = words.get(at + 1)?;
    (!next.bytes.is_empty()).then(|| (next.bytes.clone(), at + 2))
}

/// Where the text ends: before the line that is the mark.
fn end_of(text: &[u8], mark: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii_end() == mark {
            return Some(at);
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::syntax::{Line, Open, parse};

    fn words(line: &str) -> Result<String, Option<Open>> {
        match parse(line.as_bytes()) {
            Ok(Line::Lab { words }) => {
                let words = words.iter().map(|word| word.bytes.escape_ascii().to_string());
                Ok(words.collect::<Vec<_>>().join("|"))
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.open()),
        }
    }

    #[test]
    fn the_text_goes_on_to_its_mark() {
        for (line, expected) in [
            ("cat > a <<EOF\nx: 1\n  y: \"2\nEOF", r#"cat|>|a|<<|x: 1\n  y: \"2\n"#),
            ("cat <<EOF > a\nx\nEOF", r"cat|<<|>|a|x\n"),
            ("cat > a << 'E O'\nx\nE O\n", r"cat|>|a|<<|x\n"),
            ("cat > a <<EOF\nEOF", "cat|>|a|<<|"),
            ("cat > a <<EOF\nEOFF\nEOF \r", r"cat|>|a|<<|EOFF\n"),
            ("cat a.json", "cat|a.json"),
        ] {
            assert_eq!(words(line), Ok(expected.to_owned()), "{line:?}");
        }
        for line in ["cat > a <<EOF", "cat > a <<EOF\nx", "cat > a <<EOF\nx EOF\n"] {
            assert_eq!(words(line), Err(Some(Open::Here)), "{line:?}");
        }
    }
}
