//! Where the learner is: lesson, step, and what is still missing, in one line above the prompt.

use super::Session;
use crate::screen::{Look, width};

impl Session {
    /// Lesson, step, and what is still missing: as much of it as fits on one line.
    pub fn status(&self, look: Look) -> String {
        let Some(entry) = self.entry() else { return String::new() };
        let of = entry.lesson.steps.len();
        let Some(step) = self.current() else {
            return shortest(&[&[&self.lesson, "over"], &["over"]], look);
        };
        let mut missing: Vec<String> = self
            .outcomes
            .iter()
            .filter_map(|outcome| match &outcome.failure.as_ref()?.so_far {
                Some(so_far) => Some(format!("{} ({so_far})", outcome.label)),
                None => Some(outcome.label.clone()),
            })
            .collect();
        if !self.quizzes_are_right(step) {
            missing.push("the question".to_owned());
        }
        let (all, first, count) = match missing.as_slice() {
            [] => ("`next` goes on".to_owned(), String::new(), String::new()),
            [only] => (format!("missing: {only}"), String::new(), "1 missing".to_owned()),
            [one, rest @ ..] => (
                format!("missing: {}", missing.join(", ")),
                format!("missing: {one} and {} more", rest.len()),
                format!("{} missing", missing.len()),
            ),
        };
        let place = format!("step {} of {of}", self.step + 1);
        let lesson = self.lesson.as_str();
        shortest(
            &[
                &[lesson, &place, &all],
                &[lesson, &place, &first],
                &[&place, &all],
                &[&place, &first],
                &[lesson, &place, &count],
                &[&place, &count],
                &[&place],
            ],
            look,
        )
    }

    /// How who leaves comes back.
    pub fn farewell(&self) -> Option<String> {
        let of = self.entry()?.lesson.steps.len();
        self.current()?;
        let (step, lesson) = (self.step + 1, &self.lesson);
        // What was opened from a file is found again there only.
        let again = if self.catalogue.is_course() { "`kvtutor learn`" } else { "the same command" };
        Some(format!("kept: {again} goes on with step {step} of {of} of {lesson}"))
    }
}

/// The first of several ways to say it that fits on a line.
fn shortest(ways: &[&[&str]], look: Look) -> String {
    let between = if look.plain { ", " } else { " · " };
    let mut said = String::new();
    for way in ways.iter().filter(|way| way.iter().all(|part| !part.is_empty())) {
        said = way.join(between);
        if width(&said) <= look.columns() {
            break;
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_as_fits_is_said() {
        let ways: &[&[&str]] =
            &[&["lesson", "step 1 of 9", "missing: a, b"], &["lesson", "", "x"], &["step 1 of 9"]];
        let look = |width, plain| Look { width, color: false, plain };
        assert_eq!(shortest(ways, look(80, false)), "lesson · step 1 of 9 · missing: a, b");
        assert_eq!(shortest(ways, look(80, true)), "lesson, step 1 of 9, missing: a, b");
        assert_eq!(shortest(ways, look(36, false)), "lesson · step 1 of 9 · missing: a, b");
        assert_eq!(shortest(ways, look(35, false)), "step 1 of 9");
        assert_eq!(shortest(ways, look(20, false)), "step 1 of 9");
    }
}
