//! A paragraph behind a mark: its first line stands behind the mark, the others below that.

use super::{Look, Tone, markdown, width, wrap};

/// `text`, one paragraph of Markdown, behind a mark in the colour of its tone. Ends with a line end.
pub fn marked(mark: &str, tone: Tone, text: &str, look: Look) -> String {
    let rest = " ".repeat(width(mark) + 1);
    let text = markdown::inline(text, look);
    let wrapped = wrap(&text, look.columns(), &format!("{mark} "), &rest);
    match wrapped.strip_prefix(mark) {
        Some(behind) => format!("{}{behind}\n", look.paint(tone, mark)),
        None => format!("{wrapped}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_lines_stand_below_the_text() {
        let look = Look { width: 20, ..Look::PLAIN };
        assert_eq!(
            marked("not yet:", Tone::Bad, "`A` holds one chain", look),
            "not yet: `A` holds\n         one chain\n"
        );
    }
}
