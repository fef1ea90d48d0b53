//! Fenced blocks: their raw lines, and from role and lines to what they mean.

use std::ops::Range;

use super::attributes::{self, Attribute, name, number};
use super::model::{Content, Expect, Listing, Script, Wrong};
use super::{ask, quiz, typed};
use crate::lesson::check::{self, parse::Context};
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::{did_you_mean, nearest};

/// The roles, each with the attributes it takes.
pub(super) const ROLES: &[(&str, &[&str])] = &[
    ("redis", &["db"]),
    ("setup", &[]),
    ("ask", &[]),
    ("check", &[]),
    ("hint", &[]),
    ("solution", &["name"]),
    ("right", &["name"]),
    ("wrong", &["name", "expect"]),
    ("quiz", &[]),
    ("python", &[]),
    ("teacher", &[]),
];

/// First words that make a block a listing.
const LANGUAGES: &[&str] = &[
    "text",
    "txt",
    "plain",
    "console",
    "bash",
    "sh",
    "json",
    "yaml",
    "toml",
    "csv",
    "conf",
    "ini",
    "sql",
    "py",
    "js",
    "javascript",
    "html",
    "xml",
    "diff",
    "dockerfile",
    "mermaid",
    "markdown",
];

/// Whether a block's first word gives it a role.
pub fn is_role(word: &str) -> bool {
    ROLES.iter().any(|(role, _)| *role == word)
}

/// A fenced block as it was written.
pub struct Fence<'a> {
    /// What follows the opening fence.
    pub info: &'a str,
    /// Where that begins.
    pub info_at: usize,
    /// The opening line.
    pub opening: Span,
    /// Whether there is a closing fence.
    pub closed: bool,
    /// The lines between the fences.
    pub lines: Vec<RawLine<'a>>,
}

/// A line of a block.
#[derive(Debug, Clone, Copy)]
pub struct RawLine<'a> {
    /// The line without its end, and without the indentation of the fence.
    pub text: &'a str,
    /// Where it begins.
    pub at: usize,
}

impl RawLine<'_> {
    /// The line without outer white space, and its place.
    pub fn trimmed(&self) -> (&str, Span) {
        let text = self.text.trim();
        let at = self.at + (self.text.len() - self.text.trim_start().len());
        (text, Span::new(at, at + text.len()))
    }
}

impl<'a> Fence<'a> {
    /// The block that Markdown found in `range`, which begins at the start of a line.
    pub fn read(source: &'a str, range: Range<usize>) -> Self {
        let raw = source.get(range.clone()).unwrap_or_default();
        let mut lines = raw.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        let opener = first.trim_start();
        let indent = first.len() - opener.len();
        let mark = opener.chars().next().unwrap_or('`');
        let marks = opener.len() - opener.trim_start_matches(mark).len();
        let info = first.get(indent + marks..).unwrap_or_default();
        let info_at = range.start + indent + marks;
        let mut at = range.start + first.len();
        let mut closed = false;
        let mut body = Vec::new();
        for line in lines {
            let bare = line.trim();
            if bare.len() >= marks && bare.chars().all(|c| c == mark) {
                closed = true;
                break;
            }
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let cut = spaces.min(indent);
            let text = line.get(cut..).unwrap_or_default().trim_end_matches('\n');
            body.push(RawLine { text, at: at + cut });
            at += line.len();
        }
        let opening = Span::new(range.start + indent, range.start + first.trim_end().len());
        Fence { info, info_at, opening, closed, lines: body }
    }

    fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text).collect();
        lines.join("\n")
    }
}

/// What a block means. Nothing comes back where its mistakes leave nothing to go on with.
pub fn parse(
    fence: &Fence<'_>,
    context: Context<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Content> {
    let Some((word, word_span)) = attributes::words(fence.info, fence.info_at).next() else {
        return Some(Content::Listing(Listing { language: String::new(), text: fence.text() }));
    };
    if LANGUAGES.contains(&word) {
        return Some(Content::Listing(Listing { language: word.to_owned(), text: fence.text() }));
    }
    let Some((role, known)) = ROLES.iter().find(|(role, _)| *role == word) else {
        problems.push(unknown(word, word_span));
        return None;
    };
    let after = word_span.end - fence.info_at;
    let rest = fence.info.get(after..).unwrap_or_default();
    let attributes =
        attributes::parse(rest, word_span.end, &format!("a `{role}` block"), known, problems);
    let get = |key: &str| attributes.found.iter().find(|attribute| attribute.key == key);
    let meant = |key: &str| attributes.meant.iter().any(|meant| meant == key);
    if fence.lines.iter().all(|line| line.text.trim().is_empty()) && fence.closed {
        problems.push(Problem::new(
            fence.opening,
            format!("this `{role}` block is empty"),
            "nothing follows",
            "fill it or take it out",
        ));
        return None;
    }
    Some(match *role {
        "redis" => {
            let db = get("db").and_then(|db| number(db.value, db.span, "db", 0..=15, problems));
            Content::Redis(typed::transcript(fence, db, problems))
        }
        "setup" => Content::Setup(script(fence, None, problems)),
        "ask" => Content::Ask(ask::parse(fence, problems)),
        "check" => {
            let lines: Vec<(&str, usize)> =
                fence.lines.iter().map(|line| (line.text, line.at)).collect();
            let check = check::parse::parse(&lines, fence.opening, context, problems);
            problems.extend(check::verify_files(&check, context.read));
            Content::Check(check)
        }
        "hint" => Content::Hint(fence.text()),
        "solution" => {
            let script = script(fence, get("name"), problems);
            // A name that could not be read is not missing.
            let name = script.name.or_else(|| meant("name").then(String::new));
            Content::Solution(Script { name, ..script })
        }
        "right" => {
            let has_name = get("name").is_some() || meant("name");
            required(fence, role, "name", has_name, "right name=as-hash", problems);
            Content::Right(script(fence, get("name"), problems))
        }
        "wrong" => {
            let example = "wrong name=one-key expect=stored/whole-file";
            for key in ["name", "expect"] {
                required(fence, role, key, get(key).is_some() || meant(key), example, problems);
            }
            let expect = get("expect").map(|e| expectation(e, problems)).unwrap_or_default();
            Content::Wrong(Wrong { script: script(fence, get("name"), problems), expect })
        }
        "quiz" => Content::Quiz(quiz::parse(fence, problems)),
        "python" => Content::Python(typed::python(fence, problems)),
        _ => Content::Teacher(fence.text()),
    })
}

fn unknown(word: &str, span: Span) -> Problem {
    let roles: Vec<&str> = ROLES.iter().map(|(role, _)| *role).collect();
    let near = nearest(word, roles.iter().copied().chain(LANGUAGES.iter().copied()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "{}; a listing that is only shown may begin with `text`, `json`, `bash`, `py` and the \
             like, or with no word at all",
            did_you_mean(word, &roles)
        ),
    };
    Problem::new(span, format!("`{word}` is not a role"), "unknown role", help)
}

fn required(
    fence: &Fence<'_>,
    role: &str,
    key: &str,
    is_there: bool,
    example: &str,
    problems: &mut Vec<Problem>,
) {
    if !is_there {
        problems.push(Problem::new(
            fence.opening,
            format!("a `{role}` block needs `{key}=…`"),
            format!("no `{key}` here"),
            format!("write for example `{example}`"),
        ));
    }
}

fn script(
    fence: &Fence<'_>,
    attribute: Option<&Attribute<'_>>,
    problems: &mut Vec<Problem>,
) -> Script {
    if let Some(attribute) = attribute {
        name(attribute.value, attribute.span, "a name", problems);
    }
    Script {
        name: attribute.map(|attribute| attribute.value.to_owned()),
        lines: typed::lines(fence, problems),
    }
}

/// `LABEL` or `LABEL/KIND`. An empty label is told here and stands for nothing from then on.
fn expectation(attribute: &Attribute<'_>, problems: &mut Vec<Problem>) -> Expect {
    let (label, kind) = match attribute.value.split_once('/') {
        Some((label, kind)) => (label, Some(kind.to_owned())),
        None => (attribute.value, None),
    };
    if label.is_empty() || kind.as_deref() == Some("") {
        problems.push(Problem::new(
            attribute.span,
            "`expect` names an assertion, and after a `/` the kind of its mistake",
            if label.is_empty() { "no label" } else { "no kind" },
            "write for example `expect=count` or `expect=stored/whole-file`",
        ));
        return Expect::default();
    }
    Expect { label: label.to_owned(), kind, span: attribute.span }
}
