//! The front matter: which keys there are, which must be there, and what each may hold.

use super::attributes::{name, number};
use super::model::{Front, StepRef};
use super::yaml::{Entry, Value, entries};
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::did_you_mean;

pub(super) const KEYS: &[&str] = &[
    "id",
    "title",
    "objectives",
    "minutes",
    "after",
    "starts-from",
    "db",
    "files",
    "skip",
    "format",
];
pub(super) const REQUIRED: &[&str] = &["id", "title", "minutes"];
const EXAMPLE: &str = "begin the file with `---`, `id: my-lesson`, `title: My lesson`, \
                       `minutes: 10` and `---`, each on a line of its own";

/// The front matter as far as it could be read.
#[derive(Debug, Default)]
pub struct Read {
    /// What it says.
    pub front: Front,
    /// Whether the files it names are known, so that a check can be held to them.
    pub files_known: bool,
}

/// Reads the front matter at the beginning of `source`. The second value is where the body begins;
/// there is none if the front matter's end cannot be found.
pub fn parse(source: &str, problems: &mut Vec<Problem>) -> (Read, Option<usize>) {
    if source.trim().is_empty() {
        problems.push(Problem::new(Span::default(), "the file is empty", "here", EXAMPLE));
        return (Read::default(), None);
    }
    let first = source.lines().next().unwrap_or_default();
    if first.trim_end() != "---" {
        let span = Span::new(0, first.len());
        let message = "the file does not begin with front matter";
        problems.push(Problem::new(span, message, "expected `---`", EXAMPLE));
        return (Read::default(), None);
    }
    let opening = Span::new(0, 3);
    let text_at = (first.len() + 1).min(source.len());
    let mut at = text_at;
    let mut end = None;
    for line in source.get(text_at..).unwrap_or_default().split_inclusive('\n') {
        if line.trim_end() == "---" {
            end = Some((at, at + line.len()));
            break;
        }
        at += line.len();
    }
    let Some((text_end, body_at)) = end else {
        problems.push(Problem::new(
            opening,
            "the front matter is never closed",
            "opened here",
            "write a line `---` after its last key",
        ));
        return (Read::default(), None);
    };
    let text = source.get(text_at..text_end).unwrap_or_default();
    match entries(text, text_at) {
        Ok(entries) => (read(&entries, opening, problems), Some(body_at)),
        Err(problem) => {
            problems.push(problem);
            (Read::default(), Some(body_at))
        }
    }
}

fn read(entries: &[Entry], opening: Span, problems: &mut Vec<Problem>) -> Read {
    let mut front = Front { format: 1, ..Front::default() };
    let mut files_known = true;
    let mut seen: Vec<&str> = Vec::new();
    for entry in entries {
        let key = entry.key.as_str();
        if !KEYS.contains(&key) {
            problems.push(Problem::new(
                entry.key_span,
                format!("the front matter has no key `{key}`"),
                "unknown key",
                did_you_mean(key, KEYS),
            ));
            // A misspelt key is told once, not a second time as a missing one.
            let meant = crate::lesson::suggest::nearest(key, KEYS.iter().copied());
            files_known &= meant != Some("files");
            seen.extend(meant);
            continue;
        }
        if seen.contains(&key) {
            problems.push(Problem::new(
                entry.key_span,
                format!("`{key}` is given twice"),
                "the second one",
                "keep one of them",
            ));
            continue;
        }
        seen.push(key);
        let before = problems.len();
        set(&mut front, entry, problems);
        // What the list should have said is not known, so nothing is missed in it.
        files_known &= key != "files" || problems.len() == before;
    }
    for key in REQUIRED {
        if !seen.contains(key) {
            problems.push(Problem::new(
                opening,
                format!("the front matter lacks `{key}`"),
                "in this front matter",
                format!("add a line `{key}: …`"),
            ));
        }
    }
    Read { front, files_known }
}

fn set(front: &mut Front, entry: &Entry, problems: &mut Vec<Problem>) {
    let key = entry.key.as_str();
    let span = entry.span;
    match key {
        "id" => {
            let Some(text) = scalar(entry, problems) else { return };
            if name(text, span, "a lesson's id", problems) {
                text.clone_into(&mut front.id);
            }
        }
        "title" => scalar(entry, problems).unwrap_or_default().clone_into(&mut front.title),
        "skip" => front.skip = scalar(entry, problems).map(str::to_owned),
        "minutes" | "db" | "format" => {
            let Some(text) = scalar(entry, problems) else { return };
            let range = match key {
                "minutes" => 1..=600,
                "db" => 0..=15,
                _ => 1..=1,
            };
            let value = number(text, span, key, range, problems).unwrap_or_default();
            match key {
                "minutes" => front.minutes = value,
                "db" => front.db = value,
                _ => front.format = value,
            }
        }
        "starts-from" => {
            let Some(text) = scalar(entry, problems) else { return };
            let Some((lesson, step)) = text.split_once('#') else {
                problems.push(Problem::new(
                    span,
                    "`starts-from` must name a lesson and a step",
                    "expected `LESSON#STEP`",
                    "write for example `starts-from: 4hhb-load#store`",
                ));
                return;
            };
            if name(
                lesson,
                Span::new(span.start, span.start + lesson.len()),
                "a lesson's id",
                problems,
            ) && name(step, Span::new(span.end - step.len(), span.end), "a step's id", problems)
            {
                front.starts_from =
                    Some(StepRef { lesson: lesson.to_owned(), step: step.to_owned() });
            }
        }
        "objectives" => front.objectives = texts(entry, problems, |_, _, _| ()),
        "after" => {
            front.after = texts(entry, problems, |text, span, problems| {
                name(text, span, "a lesson's id", problems);
            });
        }
        _ => front.files = texts(entry, problems, file),
    }
}

fn scalar<'a>(entry: &'a Entry, problems: &mut Vec<Problem>) -> Option<&'a str> {
    let what = match &entry.value {
        Value::Scalar(text) if !text.trim().is_empty() => return Some(text),
        Value::Scalar(_) | Value::Nothing => "nothing",
        Value::List(_) => "a list",
        Value::Other(what) => what,
    };
    let key = &entry.key;
    problems.push(Problem::new(
        entry.span,
        format!("`{key}` holds {what}"),
        "expected one value",
        format!("write `{key}: …` on one line"),
    ));
    None
}

/// A list of texts; one text alone counts as a list of one.
fn texts(
    entry: &Entry,
    problems: &mut Vec<Problem>,
    mut judge: impl FnMut(&str, Span, &mut Vec<Problem>),
) -> Vec<String> {
    let key = &entry.key;
    let list = match &entry.value {
        Value::Scalar(text) => vec![(text.clone(), entry.span)],
        Value::List(list) => list.clone(),
        Value::Nothing => {
            problems.push(Problem::new(
                entry.span,
                format!("`{key}` holds nothing"),
                "expected a list of texts",
                format!("write `{key}: [one, another]`, or take the key out"),
            ));
            return Vec::new();
        }
        Value::Other(what) => {
            problems.push(Problem::new(
                entry.span,
                format!("`{key}` holds {what}"),
                "expected a list of texts",
                format!("write `{key}: [one, another]`"),
            ));
            return Vec::new();
        }
    };
    let mut seen: Vec<String> = Vec::new();
    for (text, span) in list {
        if text.trim().is_empty() {
            let message = format!("an entry of `{key}` is empty");
            problems.push(Problem::new(span, message, "empty", "write it or take it out"));
        } else if seen.contains(&text) {
            let message = format!("`{key}` names `{text}` twice");
            problems.push(Problem::new(span, message, "the second one", "keep one of them"));
        } else {
            judge(&text, span, problems);
            seen.push(text);
        }
    }
    seen
}

/// A file is named without folders: it stands beside the lesson or in its `data/`.
fn file(text: &str, span: Span, problems: &mut Vec<Problem>) {
    if text.contains(['/', '\\']) || text == "." || text == ".." {
        problems.push(Problem::new(
            span,
            format!("`{text}` is not the plain name of a file"),
            "a folder is named here",
            "name the file only; put it beside the lesson or in its `data` folder",
        ));
    }
}
