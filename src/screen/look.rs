//! What a screen can do, and the colours that are used on it.

use colored::{Color, ColoredString, Colorize as _};

/// The narrowest screen that text is fitted to.
const NARROWEST: usize = 20;

/// What a screen can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether colour is wanted.
    pub color: bool,
    /// Linear text: words instead of marks, no box drawing.
    pub plain: bool,
}

/// What a stretch of text is, from which its colour follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    Normal,
    /// Headings and names of lessons.
    Title,
    /// Something that is right.
    Good,
    /// Something that is wrong.
    Bad,
    /// Remarks in the margin: `:why`, notices, hints at the prompt.
    Dim,
    /// Commands and code.
    Code,
    /// Emphasis.
    Strong,
    /// Words to type, and numbers in replies.
    Accent,
}

impl Look {
    /// Linear text of 80 columns: for files, pipes and tests.
    pub const PLAIN: Look = Look { width: 80, color: false, plain: true };

    /// The columns text is fitted to.
    pub fn columns(self) -> usize {
        self.width.max(NARROWEST)
    }

    /// `text` in the colour of its tone.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let painted: ColoredString = match tone {
            Tone::Normal => return text.to_owned(),
            Tone::Title => text.bold().color(Color::Cyan),
            Tone::Good => text.bold().color(Color::Green),
            Tone::Bad => text.bold().color(Color::Red),
            Tone::Dim => text.dimmed(),
            Tone::Code => text.color(Color::Yellow),
            Tone::Strong => text.bold(),
            Tone::Accent => text.color(Color::Cyan),
        };
        // `colored` would ask the process's terminal; here the look decides.
        colored::control::set_override(true);
        painted.to_string()
    }

    /// The mark of a thing that is done.
    pub fn done(self) -> &'static str {
        if self.plain { "done:" } else { "✓" }
    }

    /// The mark of a thing that is not right.
    pub fn wrong(self) -> &'static str {
        if self.plain { "not yet:" } else { "✗" }
    }

    /// The mark of a thing that is still to do.
    pub fn open(self) -> &'static str {
        if self.plain { "to do:" } else { "○" }
    }

    /// The mark of an item in a list.
    pub fn bullet(self) -> &'static str {
        if self.plain { "-" } else { "•" }
    }

    /// A horizontal line across the screen; nothing on a plain one.
    pub fn rule(self) -> String {
        if self.plain { String::new() } else { "─".repeat(self.columns().min(72)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_only_used_where_it_is_wanted() {
        let bright = Look { width: 80, color: true, plain: false };
        assert_eq!(Look::PLAIN.paint(Tone::Bad, "no"), "no");
        assert_eq!(bright.paint(Tone::Normal, "x"), "x");
        assert_eq!(bright.paint(Tone::Code, "GET"), "\u{1b}[33mGET\u{1b}[0m");
    }
}
