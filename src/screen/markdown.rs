//! Markdown as a terminal shows it: wrapped, indented, coloured where the look allows.

use std::borrow::Cow;
use std::fmt::Write as _;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{Look, Tone, fit, width, wrap};
use crate::escape::{LineEnds, sanitize_text};

/// Renders Markdown for a screen. The result ends without a line end.
pub fn render(source: &str, look: Look) -> String {
    let mut screen = Screen {
        look,
        blocks: Vec::new(),
        line: String::new(),
        tones: Vec::new(),
        lists: Vec::new(),
        list_begins: false,
        quotes: 0,
        pending_item: None,
        table: None,
        code: None,
        link: None,
    };
    for event in Parser::new_ext(source, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        screen.event(event);
    }
    screen.finish()
}

/// Renders one paragraph of Markdown without wrapping it: emphasis and code get their colours, line
/// breaks become spaces.
pub fn inline(source: &str, look: Look) -> String {
    let wide = Look { width: usize::MAX / 2, ..look };
    render(source, wide).replace('\n', " ")
}

/// Text without what steers a terminal: Markdown can write any character as `&#27;`.
fn clean(text: &str) -> Cow<'_, str> {
    sanitize_text(text, LineEnds::Keep)
}

struct Screen {
    look: Look,
    /// Finished blocks and whether a blank line stands before each.
    blocks: Vec<(bool, String)>,
    line: String,
    tones: Vec<Tone>,
    /// The next number of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    /// The next block is the first of an outermost list.
    list_begins: bool,
    quotes: usize,
    /// The marker of an item whose first line is still to come.
    pending_item: Option<String>,
    table: Option<Vec<Vec<String>>>,
    code: Option<String>,
    link: Option<(String, usize)>,
}

impl Screen {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&clean(&text)),
                None => self.text(&clean(&text)),
            },
            Event::Code(text) => {
                let text = clean(&text);
                if self.look.color {
                    let painted = self.look.paint(Tone::Code, &text);
                    self.line.push_str(&painted);
                } else {
                    self.line.push('`');
                    self.line.push_str(&text);
                    self.line.push('`');
                }
            }
            Event::SoftBreak => self.line.push(' '),
            Event::HardBreak => self.line.push('\n'),
            Event::Rule => {
                let rule = self.look.rule();
                self.block(true, rule);
            }
            // Raw HTML, footnotes, mathematics and check boxes are shown as they were typed.
            Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&clean(&text)),
            Event::TaskListMarker(done) => self.line.push_str(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn text(&mut self, text: &str) {
        let tone = self.tones.last().copied().unwrap_or(Tone::Normal);
        let painted = self.look.paint(tone, text);
        self.line.push_str(&painted);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum, not ours")]
    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush(true);
                self.tones.push(if level <= HeadingLevel::H2 { Tone::Title } else { Tone::Strong });
            }
            Tag::Emphasis | Tag::Strong => self.tones.push(Tone::Strong),
            Tag::List(first) => {
                self.flush(self.lists.is_empty());
                self.list_begins = self.lists.is_empty();
                self.lists.push(first);
            }
            Tag::Item => {
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}. ");
                        *number += 1;
                        marker
                    }
                    Some(None) | None => format!("{} ", self.look.bullet()),
                };
                self.pending_item = Some(marker);
            }
            Tag::BlockQuote(_) => {
                self.flush(true);
                self.quotes += 1;
            }
            Tag::CodeBlock(kind) => {
                self.flush(true);
                let _language = matches!(kind, CodeBlockKind::Fenced(_));
                self.code = Some(String::new());
            }
            Tag::Table(_) => {
                self.flush(true);
                self.table = Some(Vec::new());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.table {
                    rows.push(Vec::new());
                }
            }
            Tag::Link { dest_url, .. } => {
                self.link = Some((clean(&dest_url).into_owned(), self.line.len()));
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum, not ours")]
    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.tones.pop();
                self.flush(true);
            }
            TagEnd::Emphasis | TagEnd::Strong => {
                self.tones.pop();
            }
            TagEnd::Paragraph => self.flush(self.lists.is_empty()),
            TagEnd::Item => {
                self.flush(false);
                self.pending_item = None;
            }
            TagEnd::List(_) => {
                self.flush(false);
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.flush(true);
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                let look = self.look;
                let lines: Vec<String> = code
                    .lines()
                    .map(|line| format!("    {}", look.paint(Tone::Code, line)))
                    .collect();
                self.block(true, lines.join("\n"));
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.line);
                if let Some(row) = self.table.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                let rows = self.table.take().unwrap_or_default();
                let text = table(&rows, self.look);
                self.block(true, text);
            }
            TagEnd::Link => {
                if let Some((url, start)) = self.link.take() {
                    // An address that is its own text is said once.
                    if self.line.get(start..).is_some_and(|shown| !shown.contains(&url)) {
                        let _ = write!(self.line, " ({url})");
                    }
                }
            }
            _ => {}
        }
    }

    /// Ends the line of text that was being gathered.
    fn flush(&mut self, blank_before: bool) {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() {
            return;
        }
        let quote = "  ".repeat(self.quotes);
        let nested = "  ".repeat(self.lists.len().saturating_sub(1));
        let (first, rest) = if let Some(marker) = self.pending_item.take() {
            let rest = format!("{quote}{nested}{}", " ".repeat(width(&marker)));
            (format!("{quote}{nested}{marker}"), rest)
        } else {
            let inside = if self.lists.is_empty() { "" } else { "  " };
            let indent = format!("{quote}{nested}{inside}");
            (indent.clone(), indent)
        };
        let text = wrap(line.trim_end(), self.look.columns(), &first, &rest);
        let begins = std::mem::take(&mut self.list_begins);
        self.block(blank_before || begins, text);
    }

    fn block(&mut self, blank_before: bool, text: String) {
        self.blocks.push((blank_before, text));
    }

    fn finish(mut self) -> String {
        self.flush(true);
        let mut out = String::new();
        for (index, (blank_before, text)) in self.blocks.iter().enumerate() {
            if index > 0 {
                out.push_str(if *blank_before { "\n\n" } else { "\n" });
            }
            out.push_str(text);
        }
        out
    }
}

/// A table in columns; where that is too wide, each row as `heading: cell` lines.
fn table(rows: &[Vec<String>], look: Look) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
        })
        .collect();
    let total: usize = widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
    if total <= look.columns() {
        let lines: Vec<String> = rows
            .iter()
            .map(|row| {
                let cells: Vec<String> =
                    row.iter().zip(&widths).map(|(cell, wide)| pad(cell, *wide)).collect();
                cells.join("  ").trim_end().to_owned()
            })
            .collect();
        return lines.join("\n");
    }
    let (head, body) = match rows.split_first() {
        Some((head, body)) => (head.as_slice(), body),
        None => (&[][..], rows),
    };
    let mut lines = Vec::new();
    for row in body {
        for (index, cell) in row.iter().enumerate() {
            let name = head.get(index).map_or("", String::as_str);
            let text = if name.is_empty() { cell.clone() } else { format!("{name}: {cell}") };
            let first = if index == 0 { format!("{} ", look.bullet()) } else { "  ".to_owned() };
            lines.push(wrap(&text, look.columns(), &first, "  "));
        }
    }
    lines.join("\n")
}

/// Cells may hold colour sequences, which take no columns.
fn pad(cell: &str, columns: usize) -> String {
    let taken = width(cell);
    if taken > columns {
        fit(cell, columns)
    } else {
        format!("{cell}{}", " ".repeat(columns - taken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, columns: usize, expected: &str) {
        let look = Look { width: columns, color: false, plain: true };
        assert_eq!(render(source, look), expected);
    }

    #[test]
    fn paragraphs_and_lists_are_wrapped_with_hanging_indents() {
        check(
            "Store the *four* chains.\nUse `SET`.\n\n- one two three four five\n- six\n  1. seven",
            20,
            "Store the four\nchains. Use `SET`.\n\n- one two three four\n  five\n- six\n  1. seven",
        );
    }

    #[test]
    fn code_keeps_its_lines() {
        check("Type\n\n```text\n> SET a 1\n\nOK\n```", 40, "Type\n\n    > SET a 1\n    \n    OK");
    }

    #[test]
    fn a_table_becomes_lines_where_it_does_not_fit() {
        let source = "| command | does |\n|---|---|\n| SET | stores a string |";
        check(source, 40, "command  does\nSET      stores a string");
        check(source, 20, "- command: SET\n  does: stores a\n  string");
    }
}
