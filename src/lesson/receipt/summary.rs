//! What entries say of each lesson.

use std::collections::BTreeMap;

use serde::Serialize;

use super::chain::{Entry, Event};

/// What a learner did in one lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Lesson {
    /// Its id.
    pub lesson: String,
    /// The version that was worked with last.
    pub version: String,
    /// Steps passed by doing them, in the order of the first time.
    pub passed: Vec<String>,
    /// Steps whose solution was applied, and that were not passed later.
    pub applied: Vec<String>,
    /// How many hints were given.
    pub hints: usize,
    /// How often a mistake was told, by step and label.
    pub mistakes: BTreeMap<String, BTreeMap<String, usize>>,
    /// How long the learner was busy, in seconds.
    pub seconds: u64,
}

impl Lesson {
    /// How many mistakes were told.
    pub fn mistake_count(&self) -> usize {
        self.mistakes.values().flat_map(BTreeMap::values).sum()
    }
}

/// Each lesson that entries speak of, in the order it was begun.
pub fn lessons(entries: &[Entry]) -> Vec<Lesson> {
    let mut lessons: Vec<Lesson> = Vec::new();
    // A step that is begun again counts its seconds anew: what it had is added when it is left.
    let mut busy: Option<(&str, &str, u64)> = None;
    for entry in entries {
        let known = lessons.iter().position(|lesson| lesson.lesson == entry.lesson);
        let place = known.unwrap_or_else(|| {
            lessons.push(Lesson { lesson: entry.lesson.clone(), ..Lesson::default() });
            lessons.len() - 1
        });
        let Some(lesson) = lessons.get_mut(place) else { continue };
        lesson.version.clone_from(&entry.version);
        let before = match busy {
            Some((id, step, seconds))
                if id == entry.lesson && step == entry.step && seconds <= entry.seconds =>
            {
                seconds
            }
            Some(_) | None => 0,
        };
        lesson.seconds += entry.seconds - before;
        busy = Some((&entry.lesson, &entry.step, entry.seconds));
        match &entry.event {
            Event::Began => {}
            Event::Mistake { what } => {
                let step = lesson.mistakes.entry(entry.step.clone()).or_default();
                *step.entry(what.clone()).or_default() += 1;
            }
            Event::Hint { .. } => lesson.hints += 1,
            Event::Applied => {
                if !lesson.passed.contains(&entry.step) && !lesson.applied.contains(&entry.step) {
                    lesson.applied.push(entry.step.clone());
                }
            }
            Event::Passed => {
                lesson.applied.retain(|step| *step != entry.step);
                if !lesson.passed.contains(&entry.step) {
                    lesson.passed.push(entry.step.clone());
                }
            }
        }
    }
    lessons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(step: &str, event: Event, seconds: u64) -> Entry {
        Entry {
            at: 1,
            lesson: "l".to_owned(),
            version: "v".to_owned(),
            step: step.to_owned(),
            event,
            seconds,
            link: String::new(),
        }
    }

    #[test]
    fn entries_add_up() {
        let wrong = |what: &str| Event::Mistake { what: what.to_owned() };
        let summed = lessons(&[
            entry("one", Event::Began, 0),
            entry("one", wrong("a/empty"), 10),
            entry("one", wrong("a/empty"), 25),
            entry("one", Event::Hint { number: 1 }, 25),
            entry("one", Event::Applied, 40),
            entry("two", Event::Began, 0),
            entry("two", Event::Passed, 5),
            entry("one", Event::Began, 0),
            entry("one", Event::Passed, 3),
        ]);
        let mistakes =
            BTreeMap::from([("one".to_owned(), BTreeMap::from([("a/empty".to_owned(), 2)]))]);
        assert_eq!(
            summed,
            [Lesson {
                lesson: "l".to_owned(),
                version: "v".to_owned(),
                passed: vec!["two".to_owned(), "one".to_owned()],
                applied: Vec::new(),
                hints: 1,
                mistakes,
                seconds: 48,
            }]
        );
    }
}
