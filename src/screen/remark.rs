//! Remarks of kvtutor: dim, with a mark in the margin that replies never have, so that a learner sees
//! at once who speaks. Knows nothing of what is said, and lets nothing of it steer the terminal.

use super::{Look, Tone, wrap};
use crate::escape::{LineEnds, sanitize_text};

/// A remark, wrapped; it ends with a line end.
pub fn remark(text: &str, look: Look) -> String {
    let (first, rest) = if look.plain { ("note: ", "      ") } else { ("│ ", "│ ") };
    let wrapped =
        wrap(&sanitize_text(text.trim_end(), LineEnds::Keep), look.columns(), first, rest);
    paint_lines(&format!("{wrapped}\n"), Tone::Dim, look)
}

/// Colour that ends with each line, so that a pager may cut anywhere.
pub fn paint_lines(text: &str, tone: Tone, look: Look) -> String {
    if !look.color {
        return text.to_owned();
    }
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => format!("{}\n", look.paint(tone, line)),
            None => look.paint(tone, line),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_stands_behind_a_mark() {
        let narrow = Look { width: 24, color: false, plain: false };
        let text = "taken back: \"k\" is gone again";
        assert_eq!(remark(text, narrow), "│ taken back: \"k\" is\n│ gone again\n");
        let plain = Look { plain: true, ..narrow };
        assert_eq!(remark(text, plain), "note: taken back: \"k\" is\n      gone again\n");
    }

    #[test]
    fn colour_ends_with_each_line() {
        let bright = Look { width: 20, color: true, plain: false };
        assert_eq!(
            remark("one line and another", bright),
            "\u{1b}[2m│ one line and\u{1b}[0m\n\u{1b}[2m│ another\u{1b}[0m\n"
        );
    }
}
