//! What the lab's tests share.

use super::Word;

/// Splits a line as the prompt does, as far as these tests need it: blanks, '…' and "…".
pub fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chars = line.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut bytes = Vec::new();
        let mut quote = None;
        let mut end = start;
        let mut next = Some((start, first));
        while let Some((at, c)) = next {
            if quote.is_none() && c.is_whitespace() {
                break;
            }
            end = at + c.len_utf8();
            if quote == Some(c) {
                quote = None;
            } else if quote.is_none() && (c == '\'' || c == '"') {
                quote = Some(c);
            } else {
                bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
            }
            next = chars.next();
        }
        words.push(Word { bytes, span: start..end });
    }
    words
}
