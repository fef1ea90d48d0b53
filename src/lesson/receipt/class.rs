//! What the receipts of a class say together: who did what, and which mistake is commonest where.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::chain::version;
use super::seal::Receipt;
use super::summary::{Lesson, lessons};
use crate::lesson::catalogue::Catalogue;
use crate::lesson::text::printable;
use crate::screen::{Look, Tone, table, wrap};

/// The receipts of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Class {
    /// Each learner, by name.
    pub learners: Vec<Learner>,
    /// The commonest mistake of each step where one was made, in the order of the course.
    pub mistakes: Vec<Mistake>,
}

/// One learner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Learner {
    /// The name on the receipt.
    pub name: String,
    /// The receipt's file.
    pub file: String,
    /// How many lessons of the course are finished.
    pub finished: usize,
    /// The lessons.
    pub lessons: Vec<Lesson>,
    /// Lessons that were taken in another version than this binary's.
    pub other_versions: Vec<String>,
}

/// The commonest mistake of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The lesson.
    pub lesson: String,
    /// The step.
    pub step: String,
    /// The label, with the kind if there is one.
    pub what: String,
    /// How many learners it was told.
    pub learners: usize,
    /// How often it was told.
    pub times: usize,
}

impl Class {
    /// Adds receipts up; each comes with the name of its file.
    pub fn new(receipts: &[(String, Receipt)], catalogue: &Catalogue) -> Self {
        let mut learners: Vec<Learner> =
            receipts.iter().map(|(file, receipt)| learner(file, receipt, catalogue)).collect();
        learners.sort_by(|one, other| (&one.name, &one.file).cmp(&(&other.name, &other.file)));
        let mistakes = mistakes(&learners, catalogue);
        Self { learners, mistakes }
    }

    /// The table, and the mistakes below it.
    pub fn render(&self, catalogue: &Catalogue, look: Look) -> String {
        let of = catalogue.entries().len();
        let head = ["name", "lessons", "steps", "applied", "hints", "mistakes", "minutes"];
        let rows: Vec<Vec<String>> = self
            .learners
            .iter()
            .map(|learner| {
                let sum = |count: fn(&Lesson) -> usize| {
                    learner.lessons.iter().map(count).sum::<usize>().to_string()
                };
                let seconds: u64 = learner.lessons.iter().map(|lesson| lesson.seconds).sum();
                vec![
                    learner.name.clone(),
                    format!("{} of {of}", learner.finished),
                    sum(|lesson| lesson.passed.len()),
                    sum(|lesson| lesson.applied.len()),
                    sum(|lesson| lesson.hints),
                    sum(Lesson::mistake_count),
                    minutes(seconds).to_string(),
                ]
            })
            .collect();
        let mut text = table(&head, &rows, look);
        for learner in self.learners.iter().filter(|learner| !learner.other_versions.is_empty()) {
            let note = format!(
                "{} took another version of {}",
                learner.name,
                learner.other_versions.join(", ")
            );
            let _ =
                writeln!(text, "{}", look.paint(Tone::Dim, &wrap(&note, look.columns(), "", "  ")));
        }
        if !self.mistakes.is_empty() {
            let _ = writeln!(
                text,
                "\n{}",
                look.paint(Tone::Title, "The commonest mistake of each step")
            );
            for mistake in &self.mistakes {
                let line = format!(
                    "{}#{}: {}, {} of {} learners, {} in all",
                    mistake.lesson,
                    mistake.step,
                    mistake.what,
                    mistake.learners,
                    self.learners.len(),
                    times(mistake.times)
                );
                let first = format!("{} ", look.bullet());
                let _ = writeln!(text, "{}", wrap(&line, look.columns(), &first, "  "));
            }
        }
        text
    }

    /// A row for each learner and lesson.
    pub fn to_csv(&self, catalogue: &Catalogue) -> String {
        let mut rows = csv::Writer::from_writer(Vec::new());
        let head = "name,lesson,version,steps,passed,applied,hints,mistakes,seconds,file";
        // Rows go into memory, where nothing can fail.
        let _ = rows.write_record(head.split(','));
        for learner in &self.learners {
            for lesson in &learner.lessons {
                let steps = catalogue.get(&lesson.lesson).map_or(0, |e| e.lesson.steps.len());
                let fields = [
                    learner.name.clone(),
                    lesson.lesson.clone(),
                    lesson.version.clone(),
                    steps.to_string(),
                    lesson.passed.len().to_string(),
                    lesson.applied.len().to_string(),
                    lesson.hints.to_string(),
                    lesson.mistake_count().to_string(),
                    lesson.seconds.to_string(),
                    learner.file.clone(),
                ];
                let _ = rows.write_record(fields.iter().map(|field| cell(field)));
            }
        }
        String::from_utf8(rows.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

fn learner(file: &str, receipt: &Receipt, catalogue: &Catalogue) -> Learner {
    let lessons = lessons(&receipt.entries);
    let finished = lessons.iter().filter(|lesson| {
        catalogue.get(&lesson.lesson).is_some_and(|entry| {
            let has = |id: &String| lesson.passed.contains(id) || lesson.applied.contains(id);
            entry.lesson.steps.iter().all(|step| has(&step.id))
        })
    });
    let finished = finished.count();
    let other_versions = lessons
        .iter()
        .filter(|lesson| {
            catalogue
                .get(&lesson.lesson)
                .is_none_or(|entry| version(&entry.lesson.source) != lesson.version)
        })
        .map(|lesson| printable(lesson.lesson.as_bytes()))
        .collect();
    Learner {
        name: printable(receipt.name.as_bytes()),
        file: file.to_owned(),
        finished,
        lessons,
        other_versions,
    }
}

fn mistakes(learners: &[Learner], catalogue: &Catalogue) -> Vec<Mistake> {
    /// A step's place in the course, with the ids that name it.
    type Place<'a> = (usize, &'a str, usize, &'a str);
    /// How many learners a mistake was told, and how often.
    type Told<'a> = BTreeMap<&'a str, (usize, usize)>;
    let mut all: BTreeMap<Place<'_>, Told<'_>> = BTreeMap::new();
    for lesson in learners.iter().flat_map(|learner| &learner.lessons) {
        let entries = catalogue.entries();
        let place = entries.iter().position(|entry| entry.lesson.front.id == lesson.lesson);
        let steps = place.and_then(|place| entries.get(place)).map(|entry| &entry.lesson.steps);
        for (step, told) in &lesson.mistakes {
            let number = steps.and_then(|steps| steps.iter().position(|known| known.id == *step));
            let key = (
                place.unwrap_or(usize::MAX),
                lesson.lesson.as_str(),
                number.unwrap_or(usize::MAX),
                step.as_str(),
            );
            for (what, times) in told {
                let count = all.entry(key).or_default().entry(what.as_str()).or_default();
                count.0 += 1;
                count.1 += times;
            }
        }
    }
    all.into_iter()
        .filter_map(|((_, lesson, _, step), told)| {
            // Of equally common ones the first by name, so that two runs say the same.
            let (what, (learners, times)) =
                told.into_iter().rev().max_by_key(|(_, (learners, times))| (*learners, *times))?;
            Some(Mistake {
                lesson: printable(lesson.as_bytes()),
                step: printable(step.as_bytes()),
                what: printable(what.as_bytes()),
                learners,
                times,
            })
        })
        .collect()
}

fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Seconds as minutes, to the nearest.
pub fn minutes(seconds: u64) -> u64 {
    (seconds + 30) / 60
}

/// What a spreadsheet would take for a formula is written as text.
fn cell(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{field}") } else { field.to_owned() }
}
