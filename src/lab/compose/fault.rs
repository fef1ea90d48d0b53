//! A mistake in a compose file: where it is, what it is, and what is known there.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, in bytes of the file.
    pub span: Range<usize>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Fault {
    /// A mistake at a place.
    pub fn new(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { span: span.clone(), message: message.into(), help: None }
    }

    /// The same with what to do.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The mistakes of one file, in its order; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    path: String,
    source: String,
    list: Vec<Fault>,
}

impl Faults {
    /// The mistakes of a file.
    pub fn new(path: &str, source: &str, mut list: Vec<Fault>) -> Self {
        list.sort_by_key(|fault| (fault.span.start, fault.span.end));
        list.dedup();
        Self { path: path.to_owned(), source: source.to_owned(), list }
    }

    /// What to do about them, by line where there are several mistakes: for a person, so it is wrapped
    /// as all that the lab itself says.
    pub fn helps(&self) -> Vec<String> {
        let with_line = |fault: &Fault, help: &str| match self.list.len() {
            1 => help.to_owned(),
            _ => format!("line {}: {help}", line_of(&self.source, fault.span.start)),
        };
        let help = |fault: &Fault| fault.help.as_ref().map(|help| with_line(fault, help));
        self.list.iter().filter_map(help).collect()
    }

    /// Each with its line: place and message, the line itself, and a caret below it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (place, fault) in self.list.iter().enumerate() {
            if place > 0 {
                text.push('\n');
            }
            self.one(&mut text, fault);
        }
        text
    }

    fn one(&self, text: &mut String, fault: &Fault) {
        let start = floor(&self.source, fault.span.start);
        let (before, after) = self.source.split_at_checked(start).unwrap_or_default();
        let before = before.rsplit('\n').next().unwrap_or_default();
        let rest = after.lines().next().unwrap_or_default();
        let number = line_of(&self.source, start);
        let column = before.chars().count() + 1;
        let _ = writeln!(text, "{}:{number}:{column}: {}", self.path, fault.message);
        let end = floor(&self.source, fault.span.end.max(start));
        let meant = self.source.get(start..end).unwrap_or_default();
        let meant = meant.lines().next().unwrap_or_default().trim_end();
        if !before.is_empty() || !rest.trim().is_empty() {
            // A tab is as wide in the line below.
            let margin: String =
                before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let _ = writeln!(text, "    {before}{rest}");
            let _ = writeln!(text, "    {margin}{}", "^".repeat(meant.width().max(1)));
        }
    }
}

/// The line of a byte, counted from 1.
pub fn line_of(source: &str, offset: usize) -> usize {
    let before = source.get(..floor(source, offset)).unwrap_or_default();
    before.matches('\n').count() + 1
}

/// The nearest place before `offset` that cuts no character.
fn floor(source: &str, offset: usize) -> usize {
    let mut at = offset.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}
