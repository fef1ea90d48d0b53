//! The large style: text that the last row of a room can read. A terminal's letters cannot be made
//! larger from here, so lines are short, a blank one stands between two, and nothing is faint; the
//! presenter makes the font large.

use crate::screen::Look;

/// The columns of text, so that a projector's terminal can be set to about fifty.
const COLUMNS: usize = 46;

/// The look that text is rendered with.
pub(super) fn look(look: Look) -> Look {
    Look { width: look.width.min(COLUMNS), ..look }
}

/// Sets the lines of a text apart and makes faint colours strong.
pub(super) fn enlarge(text: &str) -> String {
    let mut large = String::with_capacity(text.len() * 2);
    for line in strengthen(text).lines() {
        large.push_str(line);
        large.push('\n');
        if !line.trim().is_empty() {
            large.push('\n');
        }
    }
    large
}

/// Faint and dark colours as bold ones on the terminal's own ground.
pub(super) fn strengthen(text: &str) -> String {
    text.replace("\x1b[2m", "\x1b[1m")
        .replace("\x1b[33m", "\x1b[1;93m")
        .replace("\x1b[36m", "\x1b[1;96m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_set_apart_and_nothing_is_faint() {
        assert_eq!(enlarge("a\nb\n\nc\n"), "a\n\nb\n\n\nc\n\n");
        assert_eq!(strengthen("\x1b[2mx\x1b[0m"), "\x1b[1mx\x1b[0m");
    }
}
