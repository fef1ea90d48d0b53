//! The course as a map: every lesson with how far its learner is.

use serde::Serialize;

use super::catalogue::{Catalogue, Entry};
use super::session::Progress;
use crate::screen::{Look, Tone, wrap};

/// One lesson on the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// How many steps it has.
    pub steps: usize,
    /// How many of them were passed, by doing or by applying the solution.
    pub done: usize,
    /// How many of those had the solution applied.
    pub skipped: usize,
    /// How many hints were asked for.
    pub hints: usize,
    /// The number of the step the learner is at, from 1; nothing before the start and at the end.
    pub at: Option<usize>,
    /// The id of that step.
    pub step: Option<String>,
    /// Whether every step was passed.
    pub finished: bool,
    /// Whether it is the lesson that was opened last.
    pub current: bool,
}

/// A row for each lesson, in the order to take them.
pub fn rows(catalogue: &Catalogue, progress: &Progress) -> Vec<Row> {
    catalogue.entries().iter().map(|entry| row(entry, progress)).collect()
}

fn row(entry: &Entry, progress: &Progress) -> Row {
    let front = &entry.lesson.front;
    let steps = &entry.lesson.steps;
    let record = progress.lesson(&front.id);
    let count = |list: &[String]| steps.iter().filter(|step| list.contains(&step.id)).count();
    let done = steps.iter().filter(|step| record.has(&step.id)).count();
    let at = record.at.as_ref().and_then(|id| steps.iter().position(|step| step.id == *id));
    Row {
        id: front.id.clone(),
        title: front.title.clone(),
        minutes: front.minutes,
        steps: steps.len(),
        done,
        skipped: count(&record.skipped),
        hints: record.hints.values().sum(),
        at: at.map(|place| place + 1),
        step: at.and_then(|place| steps.get(place)).map(|step| step.id.clone()),
        finished: done == steps.len(),
        current: progress.last() == Some(&front.id),
    }
}

/// The lesson to go on with: the one that was opened last, or one that is open, or else the first
/// that is not finished.
pub fn next(rows: &[Row]) -> Option<&Row> {
    let open = || rows.iter().filter(|row| !row.finished);
    open()
        .find(|row| row.current)
        .or_else(|| open().find(|row| row.at.is_some()))
        .or_else(|| open().next())
}

/// The map as text.
pub fn render(rows: &[Row], look: Look) -> String {
    let mut text = String::new();
    for row in rows {
        let (mark, tone) =
            if row.finished { (look.done(), Tone::Good) } else { (look.open(), Tone::Dim) };
        let more = [
            (row.skipped > 0).then(|| format!("{} with the solution applied", row.skipped)),
            (row.hints > 0).then(|| format!("hints: {}", row.hints)),
        ];
        let mut facts =
            vec![format!("{} min", row.minutes), format!("{} of {} steps", row.done, row.steps)];
        facts.extend(more.into_iter().flatten());
        let line = format!("{} {}: {} ({})", mark, row.id, row.title, facts.join(", "));
        let rest = " ".repeat(crate::screen::width(mark) + 1);
        let wrapped = wrap(&line, look.columns(), "", &rest);
        match wrapped.strip_prefix(mark) {
            Some(behind) => text.extend([&look.paint(tone, mark), behind, "\n"]),
            None => text.extend([&wrapped, "\n"]),
        }
    }
    text
}

/// What to do next, in a line.
pub fn invitation(rows: &[Row]) -> String {
    match next(rows) {
        Some(row) => match row.at {
            Some(step) if step > 1 => {
                format!("Type `learn` to go on at step {step} of {} of {}.", row.steps, row.id)
            }
            Some(_) | None => format!("Type `learn` to begin with {}.", row.id),
        },
        None => "Every lesson is done. Type `learn ID` to open one again.".to_owned(),
    }
}
