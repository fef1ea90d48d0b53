//! How a session comes to a step: a lesson is begun or resumed, a step is entered, put back to its
//! beginning, and shown. Judges nothing itself.

use std::rc::Rc;

use super::{Said, Session};
use crate::lesson::catalogue::Entry;
use crate::lesson::check::eval::first_failure;
use crate::lesson::format::{Answer, Content};
use crate::lesson::receipt::Event;
use crate::lesson::stage::{Scene, scenes_before};
use crate::lesson::text::fenced;

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
        let record = self.progress.lesson(&self.lesson);
        let resumed = record
            .at
            .as_ref()
            .and_then(|id| entry.lesson.steps.iter().position(|step| step.id == *id));
        match (wanted, resumed) {
            (Some(step), _) => {
                self.rebuild(step, said);
                self.enter(step, said);
            }
            (None, Some(step)) => {
                self.step = step;
                self.stage.answers.clone_from(&record.answers);
                self.stage.events.clone_from(&record.events);
                if step > 0 || !self.stage.answers.is_empty() {
                    said.push(Said::Text(
                        "You go on where you stopped, with your data. You type as a new client, so \
                         you are in database 0."
                            .to_owned(),
                    ));
                }
                self.note(Event::Began, said);
                self.show_step(said);
                self.judge_first();
            }
            (None, None) => {
                // New, over, or its steps have changed: the first step that is not done yet.
                let steps = &entry.lesson.steps;
                let open = steps.iter().position(|step| !record.has(&step.id));
                let step = open.unwrap_or(0);
                if let Some(intro) = intro(&entry) {
                    said.push(Said::Text(intro));
                }
                self.rebuild(step, said);
                self.enter(step, said);
            }
        }
        self.save(said);
    }

    /// Makes the state that a step begins with, whatever there was.
    pub(super) fn rebuild(&mut self, step: usize, said: &mut Vec<Said>) {
        let catalogue = Rc::clone(&self.catalogue);
        let Some(entry) = catalogue.get(&self.lesson) else { return };
        if let Err(error) = self.stage.console.wipe() {
            said.push(Said::Note(error.to_string()));
        }
        // The step's own setup runs when it is entered.
        for scene in scenes_before(&catalogue, entry, step) {
            let own = entry.lesson.steps.get(step);
            if !own.is_some_and(|own| std::ptr::eq(own, scene.step)) {
                self.stage.play(scene);
            }
        }
        self.stage.console.fresh_client();
    }

    /// Enters a step: its setup runs beside the learner's own clients, its text is shown.
    pub(super) fn enter(&mut self, step: usize, said: &mut Vec<Said>) {
        let catalogue = Rc::clone(&self.catalogue);
        let Some(entry) = catalogue.get(&self.lesson) else { return };
        self.step = step;
        self.told = None;
        self.hints = 0;
        self.outcomes.clear();
        let Some(now) = entry.lesson.steps.get(step) else {
            let record = self.progress.record(&self.lesson);
            record.at = None;
            let next = self.next_lesson();
            said.push(Said::Over { title: entry.lesson.front.title.clone(), next });
            return;
        };
        if let Some(script) = now.setup() {
            let aside = self.stage.console.step_aside();
            self.stage.play(Scene { entry, step: now, script });
            self.stage.console.step_back(aside);
        }
        self.stage.begin_step();
        let record = self.progress.record(&self.lesson);
        record.at = Some(now.id.clone());
        record.answers.clear();
        record.events.clear();
        record.picked.clear();
        self.note(Event::Began, said);
        self.show_step(said);
        self.judge_first();
        // A fault that the step begins with is for the learner to find: `:check` tells it.
        self.told = first_failure(&self.outcomes).map(|(_, failure)| failure.message.clone());
    }

    /// Shows the step that is open.
    pub(super) fn show_step(&mut self, said: &mut Vec<Said>) {
        let Some(entry) = self.entry() else { return };
        let Some(step) = entry.lesson.steps.get(self.step) else { return };
        said.push(Said::Step {
            number: self.step + 1,
            of: entry.lesson.steps.len(),
            title: step.title.clone(),
        });
        for part in &step.parts {
            match &part.content {
                Content::Text(text) => said.push(Said::Text(text.clone())),
                Content::Listing(listing) => {
                    said.push(Said::Text(fenced(&listing.text)));
                }
                Content::Redis(transcript) => {
                    let mut lines = Vec::new();
                    for exchange in &transcript.exchanges {
                        lines.push(format!("> {}", exchange.command.text));
                        lines.extend(exchange.reply.iter().cloned());
                    }
                    said.push(Said::Text(fenced(&lines.join("\n"))));
                }
                Content::Python(text) => said.push(Said::Text(fenced(text))),
                Content::Ask(questions) => {
                    said.extend(questions.iter().map(|question| Said::Ask {
                        usage: format!("answer {}=…", question.name),
                        label: match &question.answer {
                            Answer::Choice(choices) => {
                                format!("{} ({})", question.label, choices.join(" | "))
                            }
                            Answer::Text | Answer::Integer | Answer::Number => {
                                question.label.clone()
                            }
                        },
                    }));
                }
                Content::Quiz(quiz) => said.push(Said::Quiz {
                    question: quiz.question.clone(),
                    choices: quiz.choices.iter().map(|choice| choice.text.clone()).collect(),
                }),
                Content::Setup(_)
                | Content::Check(_)
                | Content::Hint(_)
                | Content::Solution(_)
                | Content::Right(_)
                | Content::Wrong(_)
                | Content::Teacher(_) => {}
            }
        }
        if !step.is_task() && step.quizzes().next().is_none() {
            said.push(Said::Note("`next` goes on.".to_owned()));
        }
    }
}

/// What stands before the first step.
fn intro(entry: &Entry) -> Option<String> {
    let texts: Vec<&str> = entry
        .lesson
        .intro
        .iter()
        .filter_map(|part| match &part.content {
            Content::Text(text) => Some(text.as_str()),
            Content::Listing(_)
            | Content::Redis(_)
            | Content::Setup(_)
            | Content::Ask(_)
            | Content::Check(_)
            | Content::Hint(_)
            | Content::Solution(_)
            | Content::Right(_)
            | Content::Wrong(_)
            | Content::Quiz(_)
            | Content::Python(_)
            | Content::Teacher(_) => None,
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}
