//! Which edition of a lesson a learner has seen: a mark for each step, to tell later what has changed.
//!
//! Marks are compared and never undone. Fixtures, hints, messages and notes are not part of them: what
//! was passed stays passed when an author mends those.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lesson::catalogue::Entry;
use crate::lesson::check::{Assertion, Item, files_of};
use crate::lesson::format::{Content, Step};

/// What a step was like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// What passes it: its assertions with their files, its questions, and how it begins.
    task: String,
    /// What it says.
    text: String,
}

/// The marks of all steps, by their ids.
pub fn marks(entry: &Entry) -> BTreeMap<String, Mark> {
    entry.lesson.steps.iter().map(|step| (step.id.clone(), mark(entry, step))).collect()
}

/// What is different from what was seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Ids of steps that are not there any more.
    pub gone: Vec<String>,
    /// Ids of steps that were not there.
    pub new: Vec<String>,
    /// Ids of steps with another task.
    pub tasks: Vec<String>,
    /// Ids of steps with the same task in other words.
    pub texts: Vec<String>,
}

impl Changes {
    /// Sets the marks of now beside those that were seen; the order is that of the steps.
    pub fn between(seen: &BTreeMap<String, Mark>, now: &Entry) -> Self {
        let mut changes = Self::default();
        let steps = &now.lesson.steps;
        for step in steps {
            let id = step.id.clone();
            let mark = mark(now, step);
            match seen.get(&step.id) {
                None => changes.new.push(id),
                Some(before) if before.task != mark.task => changes.tasks.push(id),
                Some(before) if before.text != mark.text => changes.texts.push(id),
                Some(_) => {}
            }
        }
        let gone = seen.keys().filter(|id| steps.iter().all(|step| step.id != **id));
        changes.gone = gone.cloned().collect();
        changes
    }

    /// What the learner is told; nothing if nothing has changed.
    pub fn sentence(&self) -> Option<String> {
        let parts = [
            ("new steps", &self.new),
            ("steps that are gone", &self.gone),
            ("steps with another task, which count as open again", &self.tasks),
            ("steps in other words", &self.texts),
        ];
        let told: Vec<String> = parts
            .iter()
            .filter(|(_, ids)| !ids.is_empty())
            .map(|(what, ids)| format!("{what}: {}", ids.join(", ")))
            .collect();
        (!told.is_empty()).then(|| {
            format!("this lesson has changed since you were here. {}", capital(&told.join("; ")))
        })
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn mark(entry: &Entry, step: &Step) -> Mark {
    let (mut task, mut text) = (Hash::new(), Hash::new());
    text.add(step.title.as_bytes());
    for part in &step.parts {
        match &part.content {
            Content::Text(words) | Content::Python(words) => text.add(words.as_bytes()),
            Content::Listing(listing) => text.add(listing.text.as_bytes()),
            Content::Redis(_) => text.add(part.span.of(&entry.lesson.source).as_bytes()),
            Content::Setup(script) => {
                for line in &script.lines {
                    task.add(line.text.as_bytes());
                }
            }
            Content::Ask(questions) => {
                for question in questions {
                    task.add(format!("{} {:?}", question.name, question.answer).as_bytes());
                    text.add(question.label.as_bytes());
                }
            }
            Content::Quiz(quiz) => {
                task.add(quiz.question.as_bytes());
                for choice in &quiz.choices {
                    task.add(format!("{} {}", choice.right, choice.text).as_bytes());
                    text.add(choice.reply.as_bytes());
                }
            }
            Content::Check(check) => {
                let texts = |list: &[Assertion], task: &mut Hash| {
                    for assertion in list {
                        task.add(assertion.text.as_bytes());
                    }
                };
                for item in &check.items {
                    match item {
                        Item::One(_) => {}
                        Item::Any(_) => task.add(b"any of"),
                    }
                    texts(item.assertions(), &mut task);
                }
                for name in files_of(check) {
                    task.add(entry.files.get(name).unwrap_or_default());
                }
            }
            Content::Hint(_)
            | Content::Solution(_)
            | Content::Right(_)
            | Content::Wrong(_)
            | Content::Teacher(_) => {}
        }
    }
    Mark { task: task.text(), text: text.text() }
}

/// FNV-1a: the same on every machine and in every version, and good enough to see a change.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds a part, which ends where it ends: `ab` and `c` are not `a` and `bc`.
    fn add(&mut self, part: &[u8]) {
        for byte in part.iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn text(&self) -> String {
        format!("{:016x}", self.0)
    }
}
