//! For tests: the quoting rules of a Redis command once more, written as plainly as possible,
//! and generators of lines that bring every rule into play.

use proptest::prelude::*;

/// Lines made of what the rules turn on, so that every path is met often.
pub(super) fn any_line() -> impl Strategy<Value = Vec<u8>> {
    #[rustfmt::skip]
    let pieces = vec![
        &b" "[..], b"\"", b"'", b"\\", b"\\x41", b"\\xg", b"n", b"a", b"{", b"}", b"[", b":", b"#",
        b"\t", b"\r", b"\n", b"\x0b", b"\xff", b"\xc3\xa9", b"\0", b"5 ", b"-1 ", b"docker ", b":note ",
    ];
    let piece = prop::sample::select(pieces);
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

/// The quoting rules once more, a byte at a time: what redis-cli takes, or `None`.
pub(super) fn reference(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let space = |byte: u8| b" \t\n\r\x0b\x0c".contains(&byte);
    let hex =
        |at: usize| -> Option<u8> { char::from(*line.get(at)?).to_digit(16)?.try_into().ok() };
    let (mut words, mut at) = (Vec::new(), 0);
    loop {
        while at < line.len() && space(line[at]) {
            at += 1;
        }
        if at == line.len() {
            return Some(words);
        }
        let (mut word, mut open) = (Vec::new(), None);
        while at < line.len() {
            let (byte, next) = (line[at], line.get(at + 1).copied());
            match (open, byte, next) {
                (None, b' ' | b'\n' | b'\r' | b'\t', _) => break,
                (None, b'"' | b'\'', _) => open = Some(byte),
                (Some(b'"'), b'\\', Some(b'x')) if hex(at + 2).and(hex(at + 3)).is_some() => {
                    word.push(hex(at + 2)? * 16 + hex(at + 3)?);
                    at += 3;
                }
                (Some(b'"'), b'\\', Some(escaped)) => {
                    let named = b"nrtba".iter().position(|&name| name == escaped);
                    word.push(named.map_or(escaped, |index| b"\n\r\t\x08\x07"[index]));
                    at += 1;
                }
                (Some(b'\''), b'\\', Some(b'\'')) => {
                    word.push(b'\'');
                    at += 1;
                }
                (Some(quote), _, _) if quote == byte => {
                    at += 1;
                    open = None;
                    if next.is_some_and(|byte| !space(byte)) {
                        return None;
                    }
                    break;
                }
                (None | Some(_), _, _) => word.push(byte),
            }
            at += 1;
        }
        if open.is_some() {
            return None;
        }
        words.push(word);
    }
}
