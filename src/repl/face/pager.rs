//! Cuts long text into screens, so that nothing runs off the top unread. Knows no key.

use crate::screen::width;

/// A text that is shown screen by screen.
#[derive(Debug)]
pub(in crate::repl) struct Pages<'a> {
    rest: &'a str,
    columns: usize,
}

impl<'a> Pages<'a> {
    pub(in crate::repl) fn new(text: &'a str, columns: usize) -> Self {
        Self { rest: text, columns: columns.max(1) }
    }

    /// The next lines that fit into `room` rows; one at least, while there is any.
    pub(in crate::repl) fn take(&mut self, room: usize) -> &'a str {
        let (mut end, mut used) = (0, 0);
        for line in self.rest.split_inclusive('\n') {
            let tall = height(line, self.columns);
            if end > 0 && used + tall > room {
                break;
            }
            used += tall;
            end += line.len();
        }
        let (page, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        page
    }

    /// How many lines are still to come.
    pub(in crate::repl) fn left(&self) -> usize {
        self.rest.lines().count()
    }

    pub(in crate::repl) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }
}

/// The rows that a text takes on a screen.
pub(in crate::repl) fn rows(text: &str, columns: usize) -> usize {
    text.split_inclusive('\n').map(|line| height(line, columns.max(1))).sum()
}

fn height(line: &str, columns: usize) -> usize {
    width(line.trim_end_matches('\n')).max(1).div_ceil(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_many_lines_as_fit() {
        let mut pages = Pages::new("1\n2\n3\n4\n5\n", 80);
        assert_eq!(pages.take(2), "1\n2\n");
        assert_eq!((pages.left(), pages.is_done()), (3, false));
        assert_eq!(pages.take(9), "3\n4\n5\n");
        assert!(pages.is_done());
        assert_eq!(pages.take(1), "");
    }

    #[test]
    fn a_long_line_takes_several_rows() {
        let mut pages = Pages::new("aaaaaaaaaaaa\nb\n", 5);
        assert_eq!(pages.take(2), "aaaaaaaaaaaa\n");
        assert_eq!(pages.take(1), "b\n");
        assert_eq!(rows("aaaaa\n\nb\u{1b}[2mb\u{1b}[0m", 5), 3);
    }
}
