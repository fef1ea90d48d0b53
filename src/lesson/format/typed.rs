//! Lines that are typed at a prompt, and transcripts with their replies.
//!
//! Knows where a line and a reply begin; whether a line is a good command is not judged here.

use super::blocks::Fence;
use crate::lab::console::Console;
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::{did_you_mean, nearest};
use crate::syntax;

/// A line that is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Without the `> `.
    pub text: String,
    /// Where that text stands.
    pub span: Span,
}

/// A `redis` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// `db=…`: it runs in this database and not in the learner's.
    pub db: Option<u32>,
    /// Commands and replies, in order.
    pub exchanges: Vec<Exchange>,
}

/// One command and its reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What is typed.
    pub command: Line,
    /// `(unordered)`: the reply's lines may come in any order.
    pub unordered: bool,
    /// The reply's lines as the prompt prints them; a line `...` stands for any lines.
    pub reply: Vec<String>,
    /// Where the reply stands, the `(unordered)` line left out and the last line's end included: what
    /// is replaced when a transcript is recorded anew.
    pub reply_span: Span,
}

impl Exchange {
    /// Whether `actual`, a reply as the prompt prints it, is what the transcript shows.
    pub fn accepts(&self, actual: &str) -> bool {
        let actual: Vec<&str> = actual.lines().map(str::trim_end).collect();
        let shown: Vec<&str> = self.reply.iter().map(String::as_str).collect();
        if self.unordered { same_lines(&shown, &actual) } else { same_order(&shown, &actual) }
    }
}

const ANY_LINES: &str = "...";
const UNORDERED: &str = "(unordered)";

/// A glob over lines. Greedy with one way back, as for `*` in file names: never exponential.
fn same_order(shown: &[&str], actual: &[&str]) -> bool {
    let (mut s, mut a) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while a < actual.len() {
        if shown.get(s) == Some(&ANY_LINES) {
            back = Some((s, a));
            s += 1;
        } else if s < shown.len() && shown.get(s) == actual.get(a) {
            s += 1;
            a += 1;
        } else if let Some((star, from)) = back {
            back = Some((star, from + 1));
            s = star + 1;
            a = from + 1;
        } else {
            return false;
        }
    }
    shown.iter().skip(s).all(|line| *line == ANY_LINES)
}

/// Lines in any order; the numbers `1)` that begin them are not part of them.
fn same_lines(shown: &[&str], actual: &[&str]) -> bool {
    let mut left: Vec<&str> = actual.iter().map(|line| unnumbered(line)).collect();
    let mut rest_is_free = false;
    for line in shown {
        if *line == ANY_LINES {
            rest_is_free = true;
        } else if let Some(at) = left.iter().position(|other| *other == unnumbered(line)) {
            left.swap_remove(at);
        } else {
            return false;
        }
    }
    rest_is_free || left.is_empty()
}

fn unnumbered(line: &str) -> &str {
    let line = line.trim_start();
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(") ") {
        Some(text) if rest.len() < line.len() => text,
        Some(_) | None => line,
    }
}

/// The lines of a block in which everything is typed.
pub fn lines(fence: &Fence<'_>, problems: &mut Vec<Problem>) -> Vec<Line> {
    let mut lines = Vec::new();
    for raw in &fence.lines {
        let (text, span) = raw.trimmed();
        if let Some(line) = typed(raw.text, raw.at) {
            tutor_word(&line, problems);
            lines.push(line);
        } else if let Some(glued) = text.strip_prefix('>') {
            problems.push(no_space(glued, span));
        } else if !text.is_empty() {
            problems.push(Problem::new(
                span,
                "this line is not typed",
                "expected `> ` before it",
                format!("write `> {text}`; only `redis` blocks show replies"),
            ));
        }
    }
    lines
}

/// The commands of a `redis` block with their replies.
pub fn transcript(fence: &Fence<'_>, db: Option<u32>, problems: &mut Vec<Problem>) -> Transcript {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut told = false;
    for raw in &fence.lines {
        let end = raw.at + raw.text.len() + 1;
        if let Some(command) = typed(raw.text, raw.at) {
            tutor_word(&command, problems);
            let reply_span = Span::new(end, end);
            let reply = Vec::new();
            exchanges.push(Exchange { command, unordered: false, reply, reply_span });
            continue;
        }
        let (text, span) = raw.trimmed();
        if let Some(glued) = raw.text.strip_prefix('>') {
            problems.push(no_space(glued, span));
            // What follows is its reply.
            told = true;
            continue;
        }
        match exchanges.last_mut() {
            Some(exchange) if exchange.reply.is_empty() && is_nearly_unordered(text) => {
                problems.push(Problem::new(
                    span,
                    format!("`{text}` is nearly a word of a transcript"),
                    "unknown word",
                    "did you mean `(unordered)`?",
                ));
            }
            Some(_) if text == "…" => problems.push(Problem::new(
                span,
                "lines that may differ are three dots, `...`",
                "one sign",
                "write `...`",
            )),
            Some(exchange) if text == UNORDERED && exchange.reply.is_empty() => {
                exchange.unordered = true;
                exchange.reply_span = Span::new(end, end);
            }
            // Blank lines between two exchanges are for the eye; within a reply they count.
            Some(exchange) => {
                exchange.reply.push(raw.text.trim_end().to_owned());
                if !text.is_empty() {
                    exchange.reply_span.end = end;
                }
            }
            None if text.is_empty() || told => {}
            None => {
                told = true;
                problems.push(Problem::new(
                    span,
                    "a transcript begins with a command",
                    "expected `> ` before it",
                    "write the command first, as `> GET key`, and its reply below",
                ));
            }
        }
    }
    for exchange in &mut exchanges {
        while exchange.reply.last().is_some_and(String::is_empty) {
            exchange.reply.pop();
        }
    }
    Transcript { db, exchanges }
}

/// `(unordred)` and the like, but no other reply in brackets.
fn is_nearly_unordered(text: &str) -> bool {
    text != UNORDERED && text.starts_with('(') && nearest(text, [UNORDERED]).is_some()
}

fn no_space(glued: &str, span: Span) -> Problem {
    Problem::new(
        span,
        "a line that is typed begins with `> `, a space included",
        "no space",
        format!("write `> {}`", glued.trim_start()),
    )
}

/// A tutor command that no console knows would do nothing where nobody sees it.
fn tutor_word(line: &Line, problems: &mut Vec<Problem>) {
    let Ok(syntax::Line::Tutor { word, .. }) = syntax::parse(line.text.as_bytes()) else { return };
    let name = String::from_utf8_lossy(&word.bytes).into_owned();
    let known = Console::words().iter().copied().chain(["answer", "note"]);
    let known: Vec<String> = known.map(|word| format!(":{word}")).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let name = format!(":{name}");
    if known.contains(&name.as_str()) {
        return;
    }
    let at = line.text.find(':').unwrap_or_default() + line.span.start;
    problems.push(Problem::new(
        Span::new(at, at + name.len()),
        format!("`{name}` does nothing in a lesson's blocks"),
        "unknown tutor command",
        did_you_mean(&name, &known),
    ));
}

/// The text of a `python` block, whose first line must be a prompt.
pub fn python(fence: &Fence<'_>, problems: &mut Vec<Problem>) -> String {
    let first = fence.lines.iter().find(|line| !line.text.trim().is_empty());
    if let Some(raw) = first
        && !raw.text.starts_with(">>>")
    {
        let (_, span) = raw.trimmed();
        problems.push(Problem::new(
            span,
            "a `python` block is a transcript and begins with `>>> `",
            "expected `>>> ` before it",
            "write `>>> ` before what is typed; for a listing that is not run begin the block with `py`",
        ));
    }
    let lines: Vec<&str> = fence.lines.iter().map(|line| line.text).collect();
    lines.join("\n")
}

/// `> text`, and a `>` alone, which is an empty line.
fn typed(text: &str, at: usize) -> Option<Line> {
    let rest = text.trim_end().strip_prefix('>')?;
    let rest = if rest.is_empty() { rest } else { rest.strip_prefix(' ')? };
    let start = at + text.trim_end().len() - rest.len();
    Some(Line { text: rest.to_owned(), span: Span::new(start, start + rest.len()) })
}
