//! How a session comes to a step: at the beginning, by going on or back, and after the lesson has
//! changed. What a step shows is said elsewhere.

use std::sync::Arc;

use super::edition::{Changes, marks};
use super::{Said, Session, show};
use crate::lesson::catalogue::Entry;
use crate::lesson::check::eval::first_failure;
use crate::lesson::receipt::Event;
use crate::lesson::stage::{Scene, scenes_before};

const KEPT: &str = "your data stays as it is; `:reset` puts it as this step begins";

const GONE: &str = "the server does not hold your data of this lesson any more; the step that you \
                    were at begins, with the data it begins with";

const DONE: &str = "you have done this step before: `next` goes on";

impl Session {
    /// Names the lesson that is open.
    pub(super) fn head(&self, said: &mut Vec<Said>) {
        let Some(entry) = self.entry() else { return };
        let front = &entry.lesson.front;
        said.push(Said::Lesson { title: front.title.clone(), minutes: front.minutes });
    }

    /// Starts, resumes, or goes to a step of the lesson that is open.
    pub(super) fn begin(&mut self, wanted: Option<usize>, said: &mut Vec<Said>) {
        self.progress.open(&self.lesson);
        let Some(entry) = self.catalogue.get(&self.lesson).cloned() else { return };
        self.take_up(&entry, said);
        let record = self.progress.lesson(&self.lesson);
        let steps = &entry.lesson.steps;
        let resumed =
            record.at.as_ref().and_then(|id| steps.iter().position(|step| step.id == *id));
        let is_here = self.stage.console.begin_lesson(&self.lesson).unwrap_or_else(|reason| {
            said.push(Said::Note(reason));
            true
        });
        match (wanted, resumed) {
            (None, Some(step)) if !is_here => {
                said.push(Said::Note(GONE.to_owned()));
                self.rebuild(step, said);
                self.enter(step, said);
            }
            (Some(step), _) => {
                self.rebuild(step, said);
                self.enter(step, said);
            }
            (None, Some(step)) => {
                self.step = step;
                self.stage.answers.clone_from(&record.answers);
                self.stage.events.clone_from(&record.events);
                if step > 0 || !self.stage.answers.is_empty() {
                    let mut text =
                        "You go on where you stopped, with your data. You type as a new \
                                    client, so you are in database 0."
                            .to_owned();
                    if self.stage.events.iter().any(|event| event == "used CONFIG SET") {
                        text.push_str(
                            " What `CONFIG SET` had set is as at a start: set it once more.",
                        );
                    }
                    said.push(Said::Text(text));
                }
                self.note(Event::Began, said);
                self.show_step(said);
                self.stand();
                // It was right, and kvtutor ended before the next step could begin.
                if let Some(now) = self.current().cloned()
                    && !self.reopened
                    && self.is_passed(&now)
                {
                    self.pass(true, said);
                }
            }
            (None, None) => {
                // New, over, or the step is gone: the first step that is not done yet.
                let open = steps.iter().position(|step| !record.has(&step.id));
                let behind = steps.iter().rposition(|step| record.has(&step.id));
                match open {
                    Some(step) if record.at.is_some() && behind.is_none_or(|last| last < step) => {
                        said.push(Said::Text(
                            "The step that you were at is gone. You go on with the next one, with \
                             the data you have."
                                .to_owned(),
                        ));
                        self.enter(step, said);
                    }
                    Some(_) | None => {
                        if open.is_none() {
                            said.push(Said::Note(
                                "you have done this lesson; it begins again, with the data it \
                                 began with"
                                    .to_owned(),
                            ));
                        }
                        said.extend(show::intro(&entry.lesson.intro));
                        let step = open.unwrap_or(0);
                        self.rebuild(step, said);
                        self.enter(step, said);
                    }
                }
            }
        }
        self.save(said);
    }

    /// Sees which edition of the lesson this is, and says what is not as it was. What was passed stays
    /// passed, unless the step asks for something else now.
    fn take_up(&mut self, entry: &Entry, said: &mut Vec<Said>) {
        let record = self.progress.record(&self.lesson);
        if !record.marks.is_empty() {
            let changes = Changes::between(&record.marks, entry);
            let open_again = |id: &String| changes.tasks.contains(id);
            let undone = record.done.iter().find(|id| open_again(id)).cloned();
            record.done.retain(|id| !open_again(id));
            record.skipped.retain(|id| !open_again(id));
            record.entered.retain(|id| !open_again(id));
            let how =
                undone.map(|id| format!(". `:learn {}#{id}` goes there", entry.lesson.front.id));
            let how = how.unwrap_or_default();
            said.extend(changes.sentence().map(|changed| Said::Note(changed + &how)));
        }
        record.marks = marks(entry);
    }

    /// Makes the state that a step begins with, whatever there was; its own setup runs when it is
    /// entered.
    pub(super) fn rebuild(&mut self, step: usize, said: &mut Vec<Said>) {
        let catalogue = Arc::clone(&self.catalogue);
        let Some(entry) = catalogue.get(&self.lesson) else { return };
        if let Err(error) = self.stage.console.wipe() {
            said.push(Said::Note(error.to_string()));
        }
        let own = entry.lesson.steps.get(step);
        for scene in scenes_before(&catalogue, entry, step) {
            if !own.is_some_and(|own| std::ptr::eq(own, scene.step)) {
                self.stage.play(scene);
            }
        }
        self.stage.console.fresh_client();
        let before = entry.lesson.steps.iter().take(step).map(|step| step.id.clone());
        self.progress.record(&self.lesson).entered = before.collect();
    }

    /// Enters a step. Its setup runs beside the learner's own clients, unless they come to it again.
    pub(super) fn enter(&mut self, step: usize, said: &mut Vec<Said>) {
        let catalogue = Arc::clone(&self.catalogue);
        let Some(entry) = catalogue.get(&self.lesson) else { return };
        self.step = step;
        self.told = None;
        self.unfinished = None;
        self.hints = 0;
        self.outcomes.clear();
        let record = self.progress.record(&self.lesson);
        let Some(now) = entry.lesson.steps.get(step) else {
            record.at = None;
            let next = self.next_lesson();
            said.push(Said::Over { title: entry.lesson.front.title.clone(), next });
            return;
        };
        let again = record.has(&now.id) || record.entered.contains(&now.id);
        if again && now.is_task() {
            said.push(Said::Note(KEPT.to_owned()));
        } else if !again {
            record.entered.push(now.id.clone());
        }
        record.at = Some(now.id.clone());
        record.answers.clear();
        record.events.clear();
        record.picked.clear();
        if let Some(script) = now.setup().filter(|_| !again) {
            let aside = self.stage.console.step_aside();
            self.stage.play(Scene { entry, step: now, script });
            self.stage.console.step_back(aside);
        }
        self.stage.begin_step();
        self.note(Event::Began, said);
        self.show_step(said);
        self.stand();
        let is_done = self.progress.lesson(&self.lesson).has(&now.id);
        if is_done && now.is_task() && !self.reopened {
            said.push(Said::Note(DONE.to_owned()));
        }
        // A fault that the step begins with is for the learner to find: `:check` tells it.
        self.told = first_failure(&self.outcomes).map(|(_, failure)| failure.message.clone());
    }

    /// Shows the step that is open.
    pub(super) fn show_step(&self, said: &mut Vec<Said>) {
        let Some(entry) = self.entry() else { return };
        let Some(step) = entry.lesson.steps.get(self.step) else { return };
        let open = self.open_quiz(step);
        said.extend(show::step(step, self.step + 1, entry.lesson.steps.len(), open));
    }

    /// Judges the step as it is come to. One that was passed before and is right stays open, for its
    /// learner to look around in, until they go on.
    fn stand(&mut self) {
        self.judge_first();
        let Some(step) = self.current() else { return };
        self.reopened = self.progress.lesson(&self.lesson).has(&step.id) && self.is_passed(step);
    }
}
