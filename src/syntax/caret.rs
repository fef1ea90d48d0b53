//! Shows a place in a line: the line, a caret under the place, the message below. Fits any
//! width: of a long line only the part around the caret is shown.

use crate::escape::{is_harmless, push_escape};
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// Columns that are used even if the terminal claims fewer.
const LEAST_WIDTH: usize = 8;

/// Bytes looked at on each side of the place, for each column of width: enough for four-byte
/// letters, and a bound on the work for a line of megabytes.
const BYTES_PER_COLUMN: usize = 8;

/// One thing on the screen that cannot be cut: a letter with what combines with it, or the
/// escape of a byte.
struct Cell {
    text: String,
    columns: usize,
    span: Range<usize>,
}

/// Three parts, without a line end behind the last: `line` with bytes that cannot be shown as
/// redis-cli's escapes, `^` under `span`, and `message` wrapped.
pub fn caret(line: &[u8], span: &Range<usize>, message: &str, width: usize) -> String {
    let width = width.max(LEAST_WIDTH);
    let reach = width.saturating_mul(BYTES_PER_COLUMN);
    let low = span.start.min(line.len()).saturating_sub(reach);
    let high = span.start.saturating_add(reach).min(line.len());
    let cells = cells(line.get(low..high).unwrap_or_default(), low);

    let target = cells.iter().take_while(|cell| cell.span.end <= span.start).count();
    // A caret behind the end needs a column of its own.
    let behind = usize::from(target == cells.len());
    let is_whole = low == 0 && high == line.len() && columns(&cells) + behind <= width;
    let window = if is_whole { 0..cells.len() } else { window(&cells, target, width - 2 - behind) };
    let cut_left = low > 0 || window.start > 0;
    let cut_right = high < line.len() || window.end < cells.len();

    let mut text = String::from(if cut_left { "…" } else { "" });
    let mut marks = String::from(if cut_left { " " } else { "" });
    for cell in cells.get(window).unwrap_or_default() {
        let is_meant = cell.span.start < span.end.max(span.start + 1) && cell.span.end > span.start;
        text.push_str(&cell.text);
        marks.push_str(&if is_meant { "^" } else { " " }.repeat(cell.columns));
    }
    if cut_right {
        text.push('…');
    }
    if behind == 1 {
        marks.push('^');
    }
    format!("{text}\n{}\n{}", marks.trim_end(), textwrap::fill(message, width))
}

/// The cells around `target` that fit into `room` columns, about as many on each side.
fn window(cells: &[Cell], target: usize, room: usize) -> Range<usize> {
    let width_of = |index: usize| cells.get(index).map_or(0, |cell| cell.columns);
    let (mut start, mut end, mut used) = (target, target, 0);
    let grow_left = |start: &mut usize, used: &mut usize, limit: usize| {
        while *start > 0 && *used + width_of(*start - 1) <= limit {
            *start -= 1;
            *used += width_of(*start);
        }
    };
    grow_left(&mut start, &mut used, (room / 2).min(room.saturating_sub(width_of(target))));
    while end < cells.len() && used + width_of(end) <= room {
        used += width_of(end);
        end += 1;
    }
    grow_left(&mut start, &mut used, room);
    start..end
}

fn columns(cells: &[Cell]) -> usize {
    cells.iter().map(|cell| cell.columns).sum()
}

/// Cuts `bytes`, which stand at `offset` in the line.
fn cells(bytes: &[u8], offset: usize) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut at = offset;
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            let span = at..at + letter.len_utf8();
            at = span.end;
            let columns = letter.width().unwrap_or(0);
            match cells.last_mut() {
                None if columns == 0 => cells.extend(escapes(letter, span)),
                _ if !is_harmless(letter) => cells.extend(escapes(letter, span)),
                Some(cell) if columns == 0 => {
                    cell.text.push(letter);
                    cell.span.end = span.end;
                }
                Some(_) | None => cells.push(Cell { text: letter.to_string(), columns, span }),
            }
        }
        for &byte in chunk.invalid() {
            cells.push(escaped(byte, at));
            at += 1;
        }
    }
    cells
}

fn escapes(letter: char, span: Range<usize>) -> impl Iterator<Item = Cell> {
    let mut bytes = [0; 4];
    letter.encode_utf8(&mut bytes);
    span.zip(bytes).map(|(at, byte)| escaped(byte, at))
}

fn escaped(byte: u8, at: usize) -> Cell {
    let mut text = Vec::new();
    push_escape(&mut text, byte);
    let text = String::from_utf8_lossy(&text).into_owned();
    Cell { columns: text.len(), text, span: at..at + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: &[u8], span: Range<usize>, width: usize, expected: &str) {
        assert_eq!(caret(line, &span, "why", width), format!("{expected}\nwhy"));
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        check(b"SET j {\"a\": 1}", 7..8, 80, "SET j {\"a\": 1}\n       ^");
        check(b"SET j {a: 1}", 6..12, 80, "SET j {a: 1}\n      ^^^^^^");
        check(b"GET", 3..4, 80, "GET\n   ^");
        check(b"", 0..1, 80, "\n^");
    }

    #[test]
    fn columns_are_what_the_screen_shows() {
        check("SET 値 'x".as_bytes(), 8..9, 80, "SET 値 'x\n       ^");
        check("e\u{301}'".as_bytes(), 3..4, 80, "e\u{301}'\n ^");
        check(b"a\xff\n\x1b'", 4..5, 80, "a\\xff\\n\\x1b'\n           ^");
        check("\u{202e}'".as_bytes(), 3..4, 80, "\\xe2\\x80\\xae'\n            ^");
    }

    #[test]
    fn a_long_line_is_shown_around_the_place() {
        let line = b"SET key \"0123456789\"0123456789";
        check(line, 19..20, 20, "…123456789\"01234567…\n          ^");
        check(line, 0..1, 20, "SET key \"012345678…\n^");
        check(line, 29..30, 20, "…3456789\"0123456789\n                  ^");
    }

    #[test]
    fn the_message_is_wrapped() {
        let shown = caret(b"x", &(0..1), "one two three four five six", 20);
        assert_eq!(shown, "x\n^\none two three four\nfive six");
    }

    #[test]
    fn megabytes_cost_no_more_than_the_window() {
        let line = vec![b'x'; 10_000_000];
        let shown = caret(&line, &(5_000_000..5_000_001), "m", 20);
        assert_eq!(shown, format!("…{}…\n          ^\nm", "x".repeat(18)));
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_the_terminal(line: Vec<u8>, at: usize, width in 8..100_usize) {
            let at = at % (line.len() + 1);
            let shown = caret(&line, &(at..at + 1), "message", width);
            let columns = |text: &str| text.chars().map(|c| c.width().unwrap_or(0)).sum::<usize>();
            prop_assert!(shown.chars().all(|letter| letter == '\n' || is_harmless(letter)));
            prop_assert!(shown.lines().all(|row| columns(row) <= width));
            prop_assert!(shown.lines().any(|row| row.contains('^')));
        }
    }
}
