//! The prover, tried on the course: each assertion of each lesson is taken out, or turned into its
//! opposite, or made to ask for less, and the proof of its step must notice. An assertion that can go without anybody noticing
//! guards nothing, and the fixtures of its lesson are to be mended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kvtutor::lesson::catalogue::{Catalogue, Source, course_sources};
use kvtutor::lesson::check::{Assertion, Check, Item, Operator, Shape, Test, Value};
use kvtutor::lesson::problem::Problems;
use kvtutor::lesson::prove::prove_step;

/// Mutants that prove all the same, each with the reason why that is right.
const EXCUSED: &[(&str, &str)] = &[(
    "4hhb-restart#volume/log-every-second: now `on redis CONFIG GET append* has everysec`",
    "the assertion above asks for the log; here it keeps a default from being ticked on entry",
)];

/// A lesson with one assertion that is not as it was written.
struct Mutant {
    /// `LESSON#STEP/LABEL: what was done`.
    name: String,
    /// The lesson's place among the sources.
    lesson: usize,
    step: usize,
    source: String,
}

/// The bytes of an item with its messages: up to the next item, an `accept`, or the end of the block.
fn extent(source: &str, check: &Check, item: &Item) -> (usize, usize) {
    let start = item.span().start;
    let fence = start + source[start..].find("\n```").unwrap() + 1;
    let items = check.items.iter().map(|other| other.span().start);
    let accepts = check.accepts.iter().map(|accept| accept.span.start);
    let end = items.chain(accepts).filter(|other| *other > start).min();
    (start, end.map_or(fence, |end| end.min(fence)))
}

fn without(source: &str, (start, end): (usize, usize)) -> String {
    [&source[..start], &source[end..]].concat()
}

/// The assertion's line with the opposite in place of what it asks; nothing for what has no opposite.
fn opposite(assertion: &Assertion) -> Option<String> {
    let text = &assertion.text;
    let operator = |from: &str, to: &str| Some(text.replacen(from, to, 1));
    let value = |from: &str, to: &str| {
        let (before, _) = text.split_once(from)?;
        Some(format!("{before}{from}{to}"))
    };
    match &assertion.test {
        // The object view knows no other comparison.
        Test::Compare(..) if text.contains("objects by ") => None,
        Test::Compare(Operator::Equal, _) => operator(" == ", " != "),
        Test::Compare(Operator::Unequal, _) => operator(" != ", " == "),
        Test::Compare(Operator::Less, _) => operator(" < ", " >= "),
        Test::Compare(Operator::AtMost, _) => operator(" <= ", " > "),
        Test::Compare(Operator::Greater, _) => operator(" > ", " <= "),
        Test::Compare(Operator::AtLeast, _) => operator(" >= ", " < "),
        Test::In(..) => value(" in ", "-2..-1"),
        Test::Matches(_) => value(" ~ ", r"/[^\s\S]/"),
        Test::Is(Shape::Nil | Shape::Hash | Shape::List | Shape::Set | Shape::SortedSet) => {
            value(" is ", "string")
        }
        Test::Is(Shape::String | Shape::Error) => value(" is ", "nil"),
        Test::JsonEquals(_) => value(" json== ", "12345678"),
        Test::SetEquals(_) => value(" set== ", "no such elements"),
        Test::Has(_) => value(" has ", "\"no such element\""),
        Test::Happened => None,
    }
}

/// The assertion's line asking for less; nothing for what cannot ask for less. That a number is too
/// large and that it is too small are taken for one mistake.
fn weaker(assertion: &Assertion) -> Vec<String> {
    let text = &assertion.text;
    let swap = |from: &str, to: &str| text.replacen(from, to, 1);
    match &assertion.test {
        Test::In(from, to) => {
            let range = format!("{from}..{to}");
            vec![swap(&range, &format!("{from}..999999999")), swap(&range, &format!("-99..{to}"))]
        }
        // Any answer is taken.
        Test::Matches(_) if text.ends_with(" ~ /./") => Vec::new(),
        Test::Matches(_) => {
            let (before, _) = text.split_once(" ~ ").unwrap();
            vec![format!("{before} ~ /./")]
        }
        Test::SetEquals(_) => vec![swap(" set== ", " has ")],
        Test::Has(Value::Literals(list)) if list.len() > 1 => {
            let (before, values) = text.split_once(" has ").unwrap();
            let (first, rest) = values.split_once(' ').unwrap();
            vec![format!("{before} has {first}"), format!("{before} has {rest}")]
        }
        Test::Compare(..) | Test::Is(_) | Test::JsonEquals(_) | Test::Has(_) | Test::Happened => {
            Vec::new()
        }
    }
}

fn mutants(sources: &[Source], catalogue: &Catalogue) -> Vec<Mutant> {
    let mut all = Vec::new();
    for entry in catalogue.entries() {
        let lesson = sources.iter().position(|source| source.path == entry.lesson.path).unwrap();
        let text = &entry.lesson.source;
        for (step, check) in
            entry.lesson.steps.iter().enumerate().filter_map(|(at, s)| Some((at, s.check()?)))
        {
            let mut add = |label: &str, what: &str, source: String| {
                let id = &entry.lesson.steps[step].id;
                let name = format!("{}#{id}/{label}: {what}", entry.lesson.front.id);
                all.push(Mutant { name, lesson, step, source });
            };
            for item in &check.items {
                add(item.label(), "taken out", without(text, extent(text, check, item)));
                for assertion in item.assertions() {
                    for other in opposite(assertion).into_iter().chain(weaker(assertion)) {
                        let line = assertion.span.of(text);
                        assert!(line.contains(&assertion.text), "{line}");
                        assert_ne!(other, assertion.text);
                        let line = line.replace(&assertion.text, &other);
                        let (start, end) = (assertion.span.start, assertion.span.end);
                        let source = [&text[..start], &line, &text[end..]].concat();
                        add(item.label(), &format!("now `{other}`"), source);
                    }
                }
            }
        }
    }
    all
}

/// The sources that a lesson's steps begin from, itself first. `after` says nothing about data, and
/// all that it names would have to be read for each mutant.
fn ground(sources: &[Source], catalogue: &Catalogue, lesson: usize) -> Vec<Source> {
    let mut found = Vec::new();
    let mut here = Some(lesson);
    while let Some(at) = here {
        let mut source = sources[at].clone();
        source.bytes = not_after(std::str::from_utf8(&source.bytes).unwrap());
        let entry =
            catalogue.entries().iter().find(|entry| entry.lesson.path == source.path).unwrap();
        let from = entry.lesson.front.starts_from.as_ref();
        let from = from.map(|from| &catalogue.get(&from.lesson).unwrap().lesson.path);
        here = from.map(|path| sources.iter().position(|source| source.path == *path).unwrap());
        found.push(source);
    }
    found
}

fn not_after(text: &str) -> Vec<u8> {
    let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("after: ["));
    lines.collect::<String>().into_bytes()
}

/// What the proof says of a mutant.
fn found(mut ground: Vec<Source>, mutant: &Mutant) -> Vec<String> {
    let path = ground[0].path.clone();
    ground[0].bytes = not_after(&mutant.source);
    match Catalogue::new(ground) {
        Err(problems) => problems.iter().flat_map(Problems::lines).collect(),
        Ok(catalogue) => {
            let catalogue = Arc::new(catalogue);
            let entry = catalogue.entries().iter().find(|entry| entry.lesson.path == path).unwrap();
            let proof = prove_step(&catalogue, entry, mutant.step);
            [proof.failures().lines(), proof.notes().lines()].concat()
        }
    }
}

#[test]
fn no_assertion_of_the_course_changes_unnoticed() {
    let sources = course_sources();
    let catalogue = Catalogue::course().unwrap();
    let grounds: Vec<_> =
        (0..sources.len()).map(|lesson| ground(&sources, &catalogue, lesson)).collect();
    let all = mutants(&sources, &catalogue);
    assert!(all.len() > 300, "{}", all.len());
    let next = AtomicUsize::new(0);
    let survivors = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(mutant) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if found(grounds[mutant.lesson].clone(), mutant).is_empty() {
                        survivors.lock().unwrap().push(mutant.name.as_str());
                    }
                }
            });
        }
    });
    let mut survivors = survivors.into_inner().unwrap();
    survivors.sort_unstable();
    let stale: Vec<_> = EXCUSED.iter().filter(|(name, _)| !survivors.contains(name)).collect();
    assert!(stale.is_empty(), "these need no excuse: {stale:?}");
    survivors.retain(|name| EXCUSED.iter().all(|(excused, _)| excused != name));
    assert!(
        survivors.is_empty(),
        "{} of {}:\n{}",
        survivors.len(),
        all.len(),
        survivors.join("\n")
    );
}
