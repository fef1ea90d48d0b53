//! Judging a check: each assertion against the facts, and what is told of those that fail.
//!
//! Changes nothing and keeps nothing: two evaluations of the same facts say the same. What it needs
//! to know it asks of [`Facts`].

use serde_json::Value as Json;

use super::ast::{
    Assertion, Check, Else, Event, Group, Item, Operator, Place, Shape, Source, Subject, Test,
    Value, When,
};
use super::operand::{Manner, Operand, same_json};
use super::{Placeholder, Template};
use crate::lesson::objects::{Expected, Kind, StoredKey, Verdict, judge, key_list};
use crate::lesson::problem::{Problem, Span};
use crate::lesson::text::printable;
use crate::resp::Reply;

/// What a check can ask. `on` is a container; without one the prompt's own server is meant. An `Err`
/// says in words for a learner why there is no answer, such as that the container does not run.
pub trait Facts {
    /// The reply of a command that only reads.
    fn run(&mut self, db: u32, on: Option<&str>, words: &[Vec<u8>]) -> Result<Reply, String>;

    /// All keys of a database with their values.
    fn snapshot(&mut self, db: u32, on: Option<&str>) -> Result<Vec<StoredKey>, String>;

    /// What the learner answered last.
    fn answer(&self, name: &str) -> Option<String>;

    /// A file of the lesson.
    fn file(&self, name: &str) -> Option<Vec<u8>>;

    /// Whether something happened since the step began.
    fn event(&self, event: &Event) -> bool;
}

/// What became of one assertion or group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its label.
    pub label: String,
    /// How it failed; nothing if it holds.
    pub failure: Option<Failure>,
}

/// A failed assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The kind of mistake, for objects.
    pub kind: Option<Kind>,
    /// What the learner is told: one paragraph, harmless to a terminal.
    pub message: String,
    /// The `else` line that said it; nothing if the message is a built-in one.
    pub told: Option<Span>,
    /// The `else` line names just what was got (`else == 3:`), so it speaks of something that was
    /// done, not of work that is still open.
    pub pointed: bool,
    /// The check itself cannot be judged, since a file is missing or unfit: the author's mistake.
    pub broken: bool,
}

impl Outcome {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        self.failure.is_none()
    }

    /// Whether it failed just as `expect=LABEL[/KIND]` says.
    pub fn is(&self, label: &str, kind: Option<&str>) -> bool {
        self.label == label
            && self.failure.as_ref().is_some_and(|failure| {
                kind.is_none_or(|kind| failure.kind.is_some_and(|found| found.name() == kind))
            })
    }
}

/// Judges every assertion, in file order. `db` is the lesson's database.
pub fn evaluate(check: &Check, db: u32, facts: &mut dyn Facts) -> Vec<Outcome> {
    check
        .items
        .iter()
        .map(|item| {
            let failure = match item {
                Item::One(assertion) => assess(assertion, db, facts),
                Item::Any(group) => any(group, db, facts),
            };
            Outcome { label: item.label().to_owned(), failure }
        })
        .collect()
}

/// The first assertion that fails: the one told in full, and the one `expect=` speaks of.
pub fn first_failure(outcomes: &[Outcome]) -> Option<(&Outcome, &Failure)> {
    outcomes.iter().find_map(|outcome| Some((outcome, outcome.failure.as_ref()?)))
}

/// What is wrong with the files a check names: each must be there, be JSON, and hold what the path
/// leads to. For `kvtutor test`, before anything is run.
pub fn verify_files(check: &Check, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assertion in check.assertions() {
        let source = match &assertion.test {
            Test::Compare(_, value)
            | Test::JsonEquals(value)
            | Test::SetEquals(value)
            | Test::Has(value) => match value {
                Value::File(source) => source,
                Value::Literals(_) | Value::Command { .. } => continue,
            },
            Test::In(..) | Test::Matches(_) | Test::Is(_) | Test::Happened => continue,
        };
        let judged = load(source, read).and_then(|root| match &assertion.subject {
            Subject::Objects { by, .. } => objects_of(source, &root, by).map(|_| ()),
            Subject::Command { .. } | Subject::Answer(_) | Subject::Keys(_) | Subject::Event(_) => {
                value_of(source, &root).map(|_| ())
            }
        });
        if let Err(reason) = judged {
            let help = "mend the file, or the path in this assertion";
            problems.push(Problem::new(assertion.span, reason, "in this assertion", help));
        }
    }
    problems
}

/// The objects that an `objects` assertion wants, and where.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The assertion's label, or its group's.
    pub label: String,
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
            if let Subject::Objects { by, place } = &assertion.subject
                && let Test::Compare(_, Value::File(source)) = &assertion.test
                && let Ok(root) = load(source, read)
                && let Ok(expected) = objects_of(source, &root, by)
            {
                let (label, on) = (item.label().to_owned(), place.on.clone());
                all.push(Wanted { label, db: place.db.unwrap_or(db), on, expected });
            }
        }
    }
    all
}

fn assess(assertion: &Assertion, db: u32, facts: &mut dyn Facts) -> Option<Failure> {
    let at = |place: &Place| place.db.unwrap_or(db);
    let got = match &assertion.subject {
        Subject::Objects { by, place } => {
            return objects(assertion, by, at(place), place.on.as_deref(), facts);
        }
        Subject::Event(event) => {
            let message = (!facts.event(event)).then(|| not_happened(event))?;
            return Some(chosen(
                &assertion.otherwise,
                message,
                |when| *when == When::Always,
                &mut |_| String::new(),
            ));
        }
        Subject::Answer(name) => {
            let Some(text) = facts.answer(name) else {
                let message = format!("`{name}` is not answered yet: type `answer {name}=…`.");
                return Some(Failure {
                    kind: None,
                    message,
                    told: None,
                    pointed: false,
                    broken: false,
                });
            };
            Operand::Text(text.into_bytes(), Manner::Answer)
        }
        Subject::Command { words, place } => {
            match facts.run(at(place), place.on.as_deref(), words) {
                Ok(reply) => Operand::of_reply(&reply),
                Err(reason) => Operand::Error(reason.into_bytes()),
            }
        }
        Subject::Keys(place) => match facts.snapshot(at(place), place.on.as_deref()) {
            Ok(keys) => Operand::List(
                keys.into_iter().map(|stored| Operand::Text(stored.key, Manner::Exact)).collect(),
            ),
            Err(reason) => Operand::Error(reason.into_bytes()),
        },
    };
    let want = match want(&assertion.test, db, facts) {
        Ok(want) => want,
        Err(reason) => return Some(broken(&reason)),
    };
    let unordered = matches!(assertion.subject, Subject::Keys(_));
    if holds(&assertion.test, &assertion.subject, &got, &want, unordered) {
        return None;
    }
    let place = match &assertion.subject {
        Subject::Command { place, .. } | Subject::Keys(place) => place.clone(),
        Subject::Answer(_) | Subject::Objects { .. } | Subject::Event(_) => Place::default(),
    };
    let message = built_in(assertion, &got, at(&place));
    let fits = |when: &When| match when {
        When::Always => true,
        When::Kind(_) => false,
        When::Got(operator, literal) => fits_got(&got, *operator, &Operand::of_literal(literal)),
    };
    Some(chosen(&assertion.otherwise, message, fits, &mut |placeholder| match placeholder {
        Placeholder::Got => got.shown(),
        Placeholder::Want => want.shown(),
        Placeholder::Db => at(&place).to_string(),
        Placeholder::Keys => facts
            .snapshot(at(&place), place.on.as_deref())
            .map(|keys| key_list(&keys.into_iter().map(|stored| stored.key).collect::<Vec<_>>()))
            .unwrap_or_default(),
        Placeholder::Key
        | Placeholder::Field
        | Placeholder::Id
        | Placeholder::Type
        | Placeholder::Fields => String::new(),
    }))
}

/// Whether an `else` condition fits: a list is set beside a number by how many it holds.
fn fits_got(got: &Operand, operator: Operator, literal: &Operand) -> bool {
    let count = match (got, got.number(), literal.number()) {
        (Operand::List(_), Some(count), Some(_)) => {
            Operand::Text(count.to_string().into_bytes(), Manner::Number)
        }
        (Operand::Nil | Operand::Error(_) | Operand::Text(..) | Operand::List(_), ..) => {
            return got.compares(operator, literal);
        }
    };
    count.compares(operator, literal)
}

/// The `else` that is told, or the built-in message.
fn chosen(
    otherwise: &[Else],
    built_in: String,
    fits: impl Fn(&When) -> bool,
    filler: &mut dyn FnMut(Placeholder) -> String,
) -> Failure {
    let first = otherwise.iter().find(|otherwise| fits(&otherwise.when));
    let message = first.map_or(built_in, |otherwise| fill(&otherwise.message, filler));
    let pointed = first.is_some_and(|otherwise| matches!(otherwise.when, When::Got(..)));
    let told = first.map(|otherwise| otherwise.span);
    Failure { kind: None, message, told, pointed, broken: false }
}

fn fill(template: &Template, filler: &mut dyn FnMut(Placeholder) -> String) -> String {
    template.fill(filler)
}

fn broken(reason: &str) -> Failure {
    let message = format!("This lesson has a mistake: {reason}.");
    Failure { kind: None, message, told: None, pointed: false, broken: true }
}

fn any(group: &Group, db: u32, facts: &mut dyn Facts) -> Option<Failure> {
    let mut failures = Vec::new();
    for alternative in &group.alternatives {
        failures.push(assess(alternative, db, facts)?);
    }
    if let Some(broken) = failures.iter().find(|failure| failure.broken) {
        return Some(broken.clone());
    }
    let told = failures.iter().find(|failure| failure.told.is_some()).or(failures.first());
    let built_in = match told {
        Some(failure) if failure.told.is_some() => failure.clone(),
        Some(failure) => Failure {
            message: format!("None of the ways to pass this holds yet. {}", failure.message),
            ..failure.clone()
        },
        None => return None,
    };
    match group.otherwise.iter().find(|otherwise| otherwise.when == When::Always) {
        Some(otherwise) => Some(Failure {
            message: fill(&otherwise.message, &mut |_| String::new()),
            told: Some(otherwise.span),
            ..built_in
        }),
        None => Some(built_in),
    }
}

fn objects(
    assertion: &Assertion,
    by: &str,
    db: u32,
    on: Option<&str>,
    facts: &mut dyn Facts,
) -> Option<Failure> {
    let Test::Compare(Operator::Equal, Value::File(source)) = &assertion.test else {
        return Some(broken("objects are compared with a file only"));
    };
    let expected =
        load(source, &|name| facts.file(name)).and_then(|root| objects_of(source, &root, by));
    let expected = match expected {
        Ok(expected) => expected,
        Err(reason) => return Some(broken(&reason)),
    };
    let snapshots = facts.snapshot(db, on).and_then(|here| {
        let zero = if db == 0 { None } else { Some(facts.snapshot(0, on)?) };
        Ok((here, zero))
    });
    let (here, zero) = match snapshots {
        Ok(snapshots) => snapshots,
        Err(reason) => {
            let message = sentence(&reason);
            return Some(Failure {
                kind: None,
                message,
                told: None,
                pointed: false,
                broken: false,
            });
        }
    };
    let verdict: Verdict = judge(&expected, db, &here, zero.as_deref())?;
    let fits = |when: &When| match when {
        When::Always => true,
        When::Kind(kind) => *kind == verdict.kind,
        When::Got(..) => false,
    };
    let failure = chosen(&assertion.otherwise, verdict.message(), fits, &mut |placeholder| {
        verdict.fill(placeholder)
    });
    Some(Failure { kind: Some(verdict.kind), ..failure })
}

fn want(test: &Test, db: u32, facts: &mut dyn Facts) -> Result<Operand, String> {
    let text = |text: String| Operand::Text(text.into_bytes(), Manner::Exact);
    let value = match test {
        Test::Compare(_, value)
        | Test::JsonEquals(value)
        | Test::SetEquals(value)
        | Test::Has(value) => value,
        Test::In(from, to) => return Ok(text(format!("{from}..{to}"))),
        Test::Matches(pattern) => return Ok(text(format!("/{}/", pattern.0.as_str()))),
        Test::Is(shape) => return Ok(text(shape_name(*shape).to_owned())),
        Test::Happened => return Ok(Operand::Nil),
    };
    match value {
        Value::Literals(literals) => Ok(Operand::of_literals(literals)),
        Value::Command { words, place } => {
            let reply = facts.run(place.db.unwrap_or(db), place.on.as_deref(), words);
            Ok(match reply {
                Ok(reply) => Operand::of_reply(&reply),
                Err(reason) => Operand::Error(reason.into_bytes()),
            })
        }
        Value::File(source) => {
            let root = load(source, &|name| facts.file(name))?;
            value_of(source, &root)
        }
    }
}

fn load(source: &Source, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Result<Json, String> {
    let bytes = read(&source.name).ok_or_else(|| format!("there is no file `{}`", source.name))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("`{}` is not JSON (line {line}, column {column})", source.name)
    })
}

fn nothing_there(source: &Source) -> String {
    format!("`{}` has nothing at `{}`", source.name, source.path)
}

fn objects_of(source: &Source, root: &Json, by: &str) -> Result<Expected, String> {
    let found = source.path.find(root);
    let list: Vec<&Json> = match found.as_slice() {
        [] => return Err(nothing_there(source)),
        [Json::Array(items)] if !source.path.is_many() => items.iter().collect(),
        [_] if !source.path.is_many() => {
            return Err(format!("`{}` has no list at `{}`", source.name, source.path));
        }
        many => many.to_vec(),
    };
    Expected::new(list, by)
}

fn value_of(source: &Source, root: &Json) -> Result<Operand, String> {
    let found = source.path.find(root);
    let number = |n: usize| Ok(Operand::Text(n.to_string().into_bytes(), Manner::Number));
    match found.as_slice() {
        many if source.path.is_many() && source.length => number(many.len()),
        many if source.path.is_many() => {
            Ok(Operand::List(many.iter().map(|value| Operand::of_json(value)).collect()))
        }
        [Json::Array(items)] if source.length => number(items.len()),
        [Json::Object(fields)] if source.length => number(fields.len()),
        [_] if source.length => {
            Err(format!("`{}` has no list at `{}` to count", source.name, source.path))
        }
        [value, ..] => Ok(Operand::of_json(value)),
        [] => Err(nothing_there(source)),
    }
}

fn holds(test: &Test, subject: &Subject, got: &Operand, want: &Operand, unordered: bool) -> bool {
    match test {
        Test::Compare(Operator::Equal, _) if unordered => got.equals_as_set(want),
        Test::Compare(Operator::Unequal, _) if unordered => !got.equals_as_set(want),
        // What could not be asked is not unequal: it is not known.
        Test::Compare(Operator::Unequal, _) => {
            !matches!(got, Operand::Error(_)) && got.compares(Operator::Unequal, want)
        }
        Test::Compare(operator, _) => got.compares(*operator, want),
        Test::In(from, to) => {
            let end = |text: &String| Operand::Text(text.clone().into_bytes(), Manner::Number);
            got.compares(Operator::AtLeast, &end(from)) && got.compares(Operator::AtMost, &end(to))
        }
        Test::Matches(pattern) => got.any_text(&|text| pattern.0.is_match(text)),
        Test::Is(shape) => is(*shape, subject, got),
        Test::JsonEquals(_) => match (got.json(), want.json()) {
            (Some(got), Some(want)) => same_json(&got, &want),
            (Some(_) | None, _) => false,
        },
        Test::SetEquals(_) => got.equals_as_set(want),
        Test::Has(_) => got.has(want),
        Test::Happened => false,
    }
}

fn shape_name(shape: Shape) -> &'static str {
    match shape {
        Shape::String => "string",
        Shape::Hash => "hash",
        Shape::List => "list",
        Shape::Set => "set",
        Shape::SortedSet => "zset",
        Shape::Nil => "nil",
        Shape::Error => "error",
    }
}

fn is(shape: Shape, subject: &Subject, got: &Operand) -> bool {
    let asks_type = matches!(subject, Subject::Command { words, .. }
        if words.first().is_some_and(|name| name.eq_ignore_ascii_case(b"TYPE")));
    match (shape, got) {
        (Shape::Nil, Operand::Nil) | (Shape::Error, Operand::Error(_)) => true,
        (Shape::Nil, Operand::Text(text, _)) => asks_type && text == b"none",
        (shape, Operand::Text(text, _)) if asks_type => text == shape_name(shape).as_bytes(),
        (Shape::String, Operand::Text(_, manner)) => *manner == Manner::Exact,
        (
            Shape::String
            | Shape::Hash
            | Shape::List
            | Shape::Set
            | Shape::SortedSet
            | Shape::Nil
            | Shape::Error,
            _,
        ) => false,
    }
}

/// A built-in message: it says what was found and never what is wanted.
fn built_in(assertion: &Assertion, got: &Operand, db: u32) -> String {
    let shown = got.shown();
    match &assertion.subject {
        Subject::Command { words, place } => {
            let words: Vec<String> = words.iter().map(|word| printable(word)).collect();
            let command = words.join(" ");
            let server = place.on.as_ref().map(|on| format!(" on `{on}`")).unwrap_or_default();
            format!("In db {db}{server}, `{command}` gives {shown}. That is not yet what is asked.")
        }
        Subject::Answer(name) => format!("`{shown}` is not the answer to `{name}`."),
        Subject::Keys(_) => match got {
            Operand::Error(reason) => sentence(&String::from_utf8_lossy(reason)),
            Operand::Nil | Operand::Text(..) | Operand::List(_) => {
                format!("The keys of db {db} are not yet the ones that are asked. It has: {shown}.")
            }
        },
        Subject::Objects { .. } | Subject::Event(_) => "This does not hold yet.".to_owned(),
    }
}

fn not_happened(event: &Event) -> String {
    match event {
        Event::Used(command) => format!("`{command}` has not been used in this step yet."),
        Event::Restarted => "The server has not been restarted in this step yet.".to_owned(),
        Event::Killed => "The server has not been killed in this step yet.".to_owned(),
        Event::PowerLoss => "The power has not failed in this step yet: `:power-loss`.".to_owned(),
        Event::Client(_) => "No Python client has connected in this step yet.".to_owned(),
    }
}

fn sentence(reason: &str) -> String {
    let text = printable(reason.as_bytes());
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}
