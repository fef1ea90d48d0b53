//! An author's mistake: where it is, what it is, and what to do about it.
//!
//! All mistakes of a file are collected and shown at once. This is the one place that turns them
//! into text; it knows no rule of the lesson format.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};

use crate::escape::{LineEnds, sanitize_text};
use crate::screen::width;

/// A range of bytes in a lesson's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, but without, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end: end.max(start) }
    }

    /// The same range seen from a text in which it begins `by` bytes later.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Span { start: self.start + by, end: self.end + by }
    }

    /// The text it covers; empty if it lies outside of `source` or cuts a character.
    pub fn of(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// A few words that stand at the caret.
    pub label: String,
    /// What to do.
    pub help: String,
}

impl Problem {
    /// A mistake at `span`.
    pub fn new(
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        // What a data file holds can be in it, and must not steer the terminal.
        let safe = |text: String| match sanitize_text(&text, LineEnds::Keep) {
            Cow::Borrowed(_) => text,
            Cow::Owned(safe) => safe,
        };
        let (message, label, help) = (message.into(), label.into(), help.into());
        Problem { message: safe(message), span, label: safe(label), help: safe(help) }
    }
}

/// How problems are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Place and message in one line, the source's line and a caret below it: for logs, editors that
    /// jump to a place, and plain screens.
    Plain,
    /// The source with the mistake drawn into it.
    Drawn {
        /// Columns to fill.
        width: usize,
        /// Whether colours may be used.
        colour: bool,
    },
}

/// All the mistakes of one lesson file, in the order of the file; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The file as its author knows it.
    pub path: String,
    /// The text the spans point into.
    pub source: String,
    /// The mistakes.
    pub list: Vec<Problem>,
}

impl Problems {
    /// The mistakes of `path`, sorted by place.
    pub fn new(path: &str, source: &str, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| (problem.span.start, problem.span.end));
        list.dedup();
        Problems { path: path.to_owned(), source: source.to_owned(), list }
    }

    /// Line and column of a byte of the source, both counted from 1, the column in characters.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.source.len());
        while !self.source.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.source.get(..end).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// One line for each problem: `path:line:column: message`.
    pub fn lines(&self) -> Vec<String> {
        self.list
            .iter()
            .map(|problem| format!("{}: {}", self.place(problem), problem.message))
            .collect()
    }

    /// Every problem with its place in the source, a blank line between two.
    pub fn render(&self, look: Look) -> String {
        let mut all = Vec::new();
        for problem in &self.list {
            let shown = Shown {
                problem,
                source: NamedSource::new(self.shown_path(), self.source.clone()),
                length: self.source.len(),
            };
            let mut text = String::new();
            // Writing into a `String` cannot fail, and a handler's own failure is a span outside of
            // the source, which `Shown` excludes; the one-line form is the fallback for both.
            let drawn = match look {
                Look::Plain => {
                    text = self.plain(problem);
                    Ok(())
                }
                Look::Drawn { width, colour } => {
                    let theme = if colour {
                        GraphicalTheme::unicode()
                    } else {
                        GraphicalTheme::unicode_nocolor()
                    };
                    GraphicalReportHandler::new_themed(theme)
                        .with_width(width.max(20))
                        .render_report(&mut text, &shown)
                }
            };
            if drawn.is_err() {
                text = format!("{}\n", problem.message);
            }
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            all.push(lines.join("\n").trim_matches('\n').to_owned());
        }
        all.join("\n\n") + "\n"
    }

    fn place(&self, problem: &Problem) -> String {
        let (line, column) = self.line_and_column(problem.span.start);
        format!("{}:{line}:{column}", self.shown_path())
    }

    /// The path as it may be printed: a folder that somebody else has packed can name it anyhow.
    fn shown_path(&self) -> Cow<'_, str> {
        sanitize_text(&self.path, LineEnds::Escape)
    }

    fn plain(&self, problem: &Problem) -> String {
        let mut text = format!("{}: {}\n", self.place(problem), problem.message);
        let start = problem.span.start.min(self.source.len());
        if let Some((before, behind)) = self.source.split_at_checked(start) {
            let before = before.rsplit('\n').next().unwrap_or_default();
            let behind = behind.lines().next().unwrap_or_default();
            let meant = behind.get(..problem.span.end - problem.span.start).unwrap_or(behind);
            // A tab takes the columns of a tab in both lines.
            let margin: String =
                before.chars().map(|c| if c == '\t' { "\t".into() } else { blank(c) }).collect();
            let carets = "^".repeat(width(meant).max(1));
            let _ = writeln!(text, "  {before}{behind}\n  {margin}{carets} {}", problem.label);
        }
        for (number, line) in problem.help.lines().enumerate() {
            let _ = writeln!(text, "  {}{line}", if number == 0 { "help: " } else { "      " });
        }
        text
    }
}

/// As many blanks as a character takes columns.
fn blank(c: char) -> String {
    " ".repeat(width(c.encode_utf8(&mut [0; 4])))
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl std::error::Error for Problems {}

/// A problem with its source, as miette wants it.
#[derive(Debug)]
struct Shown<'a> {
    problem: &'a Problem,
    source: NamedSource<String>,
    length: usize,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.problem.help.is_empty()).then(|| Box::new(&self.problem.help) as Box<_>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let start = self.problem.span.start.min(self.length);
        let end = self.problem.span.end.min(self.length);
        let label = LabeledSpan::new(Some(self.problem.label.clone()), start, end - start);
        Some(Box::new(std::iter::once(label)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, Problem, Problems, Span};

    fn sample() -> Problems {
        let source = "---\nidd: x\n---\n";
        Problems::new(
            "a.md",
            source,
            vec![Problem::new(
                Span::new(4, 7),
                "`idd` is not a key of the front matter",
                "unknown key",
                "did you mean `id`?",
            )],
        )
    }

    #[test]
    fn a_problem_is_drawn_with_its_place() {
        assert_eq!(
            sample().render(Look::Drawn { width: 80, colour: false }),
            "  × `idd` is not a key of the front matter
   ╭─[a.md:2:1]
 1 │ ---
 2 │ idd: x
   · ─┬─
   ·  ╰── unknown key
 3 │ ---
   ╰────
  help: did you mean `id`?
"
        );
    }

    #[test]
    fn the_plain_look_begins_with_the_place() {
        assert_eq!(
            sample().render(Look::Plain),
            "a.md:2:1: `idd` is not a key of the front matter
  idd: x
  ^^^ unknown key
  help: did you mean `id`?
"
        );
    }

    #[test]
    fn the_caret_stands_under_wide_letters_and_behind_tabs() {
        let problem = Problem::new(Span::new(4, 8), "odd", "here", "one\ntwo");
        assert_eq!(
            Problems::new("a.md", "\t日日x", vec![problem]).render(Look::Plain),
            "a.md:1:3: odd\n  \t日日x\n  \t  ^^^ here\n  help: one\n        two\n"
        );
        let over = Problem::new(Span::new(1, 9), "odd", "here", "");
        assert_eq!(
            Problems::new("a.md", "ab\ncd", vec![over]).render(Look::Plain),
            "a.md:1:2: odd\n  ab\n   ^ here\n"
        );
    }

    #[test]
    fn a_span_outside_of_the_source_is_still_told() {
        let problems = Problems::new(
            "a.md",
            "é",
            vec![Problem::new(Span::new(1, 99), "odd", "here", "mend it")],
        );
        assert_eq!(problems.lines(), ["a.md:1:1: odd"]);
        assert_eq!(problems.render(Look::Plain), "a.md:1:1: odd\n  help: mend it\n");
    }
}
