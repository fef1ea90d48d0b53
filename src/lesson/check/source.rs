//! What a check takes from the lesson's files: values, and the objects that stored data is set beside.
//!
//! Reads JSON; knows neither stored data nor how a comparison is made.

use serde_json::Value as Json;

use super::ast::{Check, Source, Subject, Test, Value};
use super::operand::{Manner, Operand};
use crate::lesson::objects::Expected;
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::{list, nearest};

/// Why a source cannot be used: the author's mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which word of the assertion is at fault.
    part: Part,
    /// What is wrong, without a full stop.
    pub reason: String,
    /// What to do.
    help: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    File,
    Path,
    Field,
}

/// What is wrong with the files a check names: each must be JSON, and hold what the path leads to. A
/// file that is not there is told where the front matter names it.
pub fn verify_files(check: &Check, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assertion in check.assertions() {
        let Some(source) = source_of(&assertion.test).filter(|source| read(&source.name).is_some())
        else {
            continue;
        };
        let field = match &assertion.subject {
            Subject::Objects { by, by_span, .. } => Some((by, *by_span)),
            Subject::Command { .. } | Subject::Answer(_) | Subject::Keys(_) | Subject::Event(_) => {
                None
            }
        };
        let judged = load(source, read).and_then(|root| match field {
            Some((by, _)) => objects_of(source, &root, by).map(|_| ()),
            None => value_of(source, &root).map(|_| ()),
        });
        if let Err(fault) = judged {
            let (span, label) = match (fault.part, field) {
                (Part::File, _) => (source.name_span, "this file"),
                (Part::Field, Some((_, span))) => (span, "this field"),
                (Part::Path | Part::Field, _) => (source.path_span, "this path"),
            };
            problems.push(Problem::new(span, fault.reason, label, fault.help));
        }
    }
    problems
}

/// The files that a check reads, each once for every assertion.
pub fn files_of(check: &Check) -> impl Iterator<Item = &str> {
    check
        .assertions()
        .filter_map(|assertion| source_of(&assertion.test))
        .map(|source| source.name.as_str())
}

fn source_of(test: &Test) -> Option<&Source> {
    match test {
        Test::Compare(_, value)
        | Test::JsonEquals(value)
        | Test::SetEquals(value)
        | Test::Has(value) => match value {
            Value::File(source) => Some(source),
            Value::Literals(_) | Value::Command { .. } => None,
        },
        Test::In(..) | Test::Matches(_) | Test::Is(_) | Test::Happened => None,
    }
}

/// The objects that an `objects` assertion wants, and where.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The assertion's label, or its group's.
    pub label: String,
    /// The assertion itself, or its group.
    pub span: Span,
    /// The database it looks at.
    pub db: u32,
    /// The container it looks at; the prompt's own server if it names none.
    pub on: Option<String>,
    /// The source's objects.
    pub expected: Expected,
}

/// What every `objects` assertion of a check wants, for generating states; those whose file is
/// missing or unfit are left out, since [`verify_files`] tells of them.
pub fn wanted_objects(
    check: &Check,
    db: u32,
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Vec<Wanted> {
    let mut all = Vec::new();
    for item in &check.items {
        for assertion in item.assertions() {
            if let Subject::Objects { by, place, .. } = &assertion.subject
                && let Some(source) = source_of(&assertion.test)
                && let Ok(root) = load(source, read)
                && let Ok(expected) = objects_of(source, &root, by)
            {
                let (label, span) = (item.label().to_owned(), item.span());
                let (db, on) = (place.db.unwrap_or(db), place.on.clone());
                all.push(Wanted { label, span, db, on, expected });
            }
        }
    }
    all
}

/// The JSON of a source's file.
pub(super) fn load(source: &Source, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Result<Json, Fault> {
    let name = &source.name;
    let fault = |reason, help: &str| Fault { part: Part::File, reason, help: help.to_owned() };
    let bytes = read(name).ok_or_else(|| {
        fault(
            format!("there is no file `{name}`"),
            "put it beside the lesson, or into a folder `data` there",
        )
    })?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let reason = format!("`{name}` is not JSON (line {line}, column {column})");
        fault(reason, "mend the file: a check reads JSON only")
    })
}

/// The objects that a source names, told apart by the field `by`.
pub(super) fn objects_of(source: &Source, root: &Json, by: &str) -> Result<Expected, Fault> {
    let found = source.path.find(root);
    let list: Vec<&Json> = match found.as_slice() {
        [] => return Err(nothing_there(source, root)),
        [Json::Array(items)] if !source.path.is_many() => items.iter().collect(),
        [_] if !source.path.is_many() => {
            return Err(Fault {
                part: Part::Path,
                reason: format!("`{}` has no list at `{}`", source.name, source.path),
                help: "name the list of objects, such as `$.chains`; `$.chains[*]` are the values \
                       of an object"
                    .to_owned(),
            });
        }
        many => many.to_vec(),
    };
    Expected::new(list.iter().copied(), by).map_err(|reason| {
        let fields: Vec<&str> = match list.first() {
            Some(Json::Object(fields)) => fields.keys().map(String::as_str).collect(),
            Some(_) | None => Vec::new(),
        };
        let part = if fields.is_empty() { Part::Path } else { Part::Field };
        let help = match nearest(by, fields.iter().copied().filter(|field| *field != by)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if fields.is_empty() => "name a list of objects `{…}`".to_owned(),
            None => format!("name a field that tells the objects apart: {}", list_of(&fields)),
        };
        Fault { part, reason, help }
    })
}

/// The value that a source names.
pub(super) fn value_of(source: &Source, root: &Json) -> Result<Operand, Fault> {
    let found = source.path.find(root);
    let number = |n: usize| Ok(Operand::Text(n.to_string().into_bytes(), Manner::Number));
    match found.as_slice() {
        [] => Err(nothing_there(source, root)),
        many if source.path.is_many() && source.length => number(many.len()),
        many if source.path.is_many() => {
            Ok(Operand::List(many.iter().map(|value| Operand::of_json(value)).collect()))
        }
        [Json::Array(items)] if source.length => number(items.len()),
        [Json::Object(fields)] if source.length => number(fields.len()),
        [_] if source.length => Err(Fault {
            part: Part::Path,
            reason: format!("`{}` has no list at `{}` to count", source.name, source.path),
            help: "name a list or an object, or take out `length`".to_owned(),
        }),
        [value, ..] => Ok(Operand::of_json(value)),
    }
}

fn nothing_there(source: &Source, root: &Json) -> Fault {
    let help = match source.path.nearest(root) {
        Ok(path) => format!("did you mean `{path}`?"),
        Err(names) if names.is_empty() => "nothing in the file has a name there".to_owned(),
        Err(names) => format!("there is: {}", list_of(&names)),
    };
    let reason = format!("`{}` has nothing at `{}`", source.name, source.path);
    Fault { part: Part::Path, reason, help }
}

/// Names in backticks, not more than a line can hold.
fn list_of(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    list(names.get(..SHOWN).unwrap_or(names))
}
