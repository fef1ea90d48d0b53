//! Judging a check: each assertion against the facts, and what is told of those that fail.
//!
//! Changes nothing and keeps nothing: two evaluations of the same facts say the same. What it needs
//! to know it asks of [`Facts`].

use super::ast::{
    Assertion, Check, Else, Event, Group, Item, Operator, Place, Shape, Subject, Test, Value, When,
};
use super::operand::{Manner, Operand, same_json};
use super::source::{Fault, load, objects_of, value_of};
use super::told::{built_in, not_happened, sentence};
use super::{Placeholder, Template};
use crate::lesson::objects::{Expected, Kind, StoredKey, Verdict, judge, key_list};
use crate::lesson::problem::Span;
use crate::resp::Reply;

/// So many databases a server has, unless it is configured otherwise.
const DATABASES: u32 = 16;

/// What a check can ask. `on` is a container; without one the prompt's own server is meant. An `Err`
/// says in words for a learner why there is no answer, such as that the container does not run.
pub trait Facts {
    /// The reply of a command that only reads.
    fn run(&mut self, db: u32, on: Option<&str>, words: &[Vec<u8>]) -> Result<Reply, String>;

    /// The names of all keys of a database.
    fn keys(&mut self, db: u32, on: Option<&str>) -> Result<Vec<Vec<u8>>, String>;

    /// Keys of a database with their values, `limit` of them at most.
    fn snapshot(
        &mut self,
        db: u32,
        on: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StoredKey>, String>;

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// The kind of mistake, for objects.
    pub kind: Option<Kind>,
    /// What the learner is told: one paragraph of Markdown, harmless to a terminal.
    pub message: String,
    /// The `else` line that said it; nothing if the message is a built-in one.
    pub told: Option<Span>,
    /// The `else` line names just what was got (`else == 3:`), so it speaks of something that was
    /// done, not of work that is still open.
    pub pointed: bool,
    /// The check itself cannot be judged, since a file is missing or unfit: the author's mistake.
    pub broken: bool,
    /// The keys that hold the mistake, for objects.
    pub keys: Vec<Vec<u8>>,
    /// How far work is that has no mistake in it, such as `3 of 4`.
    pub so_far: Option<String>,
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

fn assess(assertion: &Assertion, db: u32, facts: &mut dyn Facts) -> Option<Failure> {
    let at = |place: &Place| place.db.unwrap_or(db);
    // Why nobody could be asked.
    let mut silence = None;
    let got = match &assertion.subject {
        Subject::Objects { by, place, .. } => {
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
                return Some(Failure { message, ..Failure::default() });
            };
            Operand::Text(text.into_bytes(), Manner::Answer)
        }
        Subject::Command { words, place } => {
            match facts.run(at(place), place.on.as_deref(), words) {
                Ok(reply) => Operand::of_reply(&reply),
                Err(reason) => {
                    silence = Some(sentence(&reason));
                    Operand::Error(reason.into_bytes())
                }
            }
        }
        Subject::Keys(place) => match facts.keys(at(place), place.on.as_deref()) {
            Ok(keys) => Operand::List(
                keys.into_iter().map(|key| Operand::Text(key, Manner::Exact)).collect(),
            ),
            Err(reason) => Operand::Error(reason.into_bytes()),
        },
    };
    let want = match want(&assertion.test, db, facts) {
        Ok(want) => want,
        Err(fault) => return Some(broken(&fault.reason)),
    };
    let unordered = matches!(assertion.subject, Subject::Keys(_));
    if holds(&assertion.test, &assertion.subject, &got, &want, unordered) {
        return None;
    }
    let place = match &assertion.subject {
        Subject::Command { place, .. } | Subject::Keys(place) => place.clone(),
        Subject::Answer(_) | Subject::Objects { .. } | Subject::Event(_) => Place::default(),
    };
    let message = silence.unwrap_or_else(|| built_in(assertion, &got, at(&place)));
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
            .keys(at(&place), place.on.as_deref())
            .map(|keys| key_list(&keys))
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
    Failure { message, told, pointed, ..Failure::default() }
}

fn fill(template: &Template, filler: &mut dyn FnMut(Placeholder) -> String) -> String {
    template.fill(filler)
}

fn broken(reason: &str) -> Failure {
    let message = format!("This lesson has a mistake: {reason}.");
    Failure { message, broken: true, ..Failure::default() }
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
        Err(fault) => return Some(broken(&fault.reason)),
    };
    let verdict = match stored(&expected, db, on, facts) {
        Ok(verdict) => verdict?,
        Err(reason) => {
            let message = sentence(&reason);
            return Some(Failure { message, ..Failure::default() });
        }
    };
    let fits = |when: &When| match when {
        When::Always => true,
        When::Kind(kind) => *kind == verdict.kind,
        When::Got(..) => false,
    };
    let failure = chosen(&assertion.otherwise, verdict.message(), fits, &mut |placeholder| {
        verdict.fill(placeholder)
    });
    let so_far = (verdict.kind == Kind::MissingObject)
        .then(|| format!("{} of {}", verdict.got, verdict.want));
    Some(Failure { kind: Some(verdict.kind), keys: verdict.keys, so_far, ..failure })
}

/// What is wrong with the objects that a database holds.
fn stored(
    expected: &Expected,
    db: u32,
    on: Option<&str>,
    facts: &mut dyn Facts,
) -> Result<Option<Verdict>, String> {
    let here = facts.snapshot(db, on, expected.enough())?;
    // Scratch data in database 0 is no mistake, so more of it is looked through.
    let zero = if db == 0 { None } else { Some(facts.snapshot(0, on, 10 * expected.enough())?) };
    let mut verdict = judge(expected, db, &here, zero.as_deref());
    if let Some(verdict) = verdict.as_mut().filter(|verdict| verdict.is_empty_everywhere()) {
        let mut is_used = |other: u32| {
            let size = facts.run(other, on, &[b"DBSIZE".to_vec()]);
            matches!(size, Ok(Reply::Integer(1..)))
        };
        if let Some(other) = (0..DATABASES).find(|other| *other != db && is_used(*other)) {
            verdict.stored_in(other);
        }
    }
    Ok(verdict)
}

fn want(test: &Test, db: u32, facts: &mut dyn Facts) -> Result<Operand, Fault> {
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
        Test::SetEquals(_) if replies_in_pairs(subject) => got.equals_as_pairs(want),
        Test::SetEquals(_) => got.equals_as_set(want),
        Test::Has(_) => got.has(want),
        Test::Happened => false,
    }
}

/// Whether the reply holds names with their values: a field that has become a value is another hash.
fn replies_in_pairs(subject: &Subject) -> bool {
    let Subject::Command { words, .. } = subject else { return false };
    let is = |word: &Vec<u8>, name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    words.first().is_some_and(|first| is(first, "HGETALL"))
        || words.last().is_some_and(|last| is(last, "WITHSCORES") || is(last, "WITHVALUES"))
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
