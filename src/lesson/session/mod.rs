//! A learner's run of a lesson: lines go in, and what is right, what is not, and why comes out.
//!
//! Checks run after every line that could matter and stay silent until something changes. Progress
//! is saved after each line, so closing the lid loses nothing. Knows no terminal.

mod acts;
mod error;
mod journal;
pub mod progress;
mod quiz;
mod said;

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

pub use acts::WORDS;
pub use error::SessionError;
pub use progress::{Progress, ProgressError};
pub use said::Said;

use super::catalogue::{Catalogue, Entry};
use super::check::Subject;
use super::check::eval::{Outcome, first_failure};
use super::format::{Answer, Content, Step};
use super::objects::Kind;
use super::receipt::{Event, Journal};
use super::stage::{Place, Scene, Stage, answer_words, scenes_before};
use super::text::fenced;
use crate::lab::console::{Console, Ran, Shown};
use crate::persistence::storage::Storage;
use crate::server::Clock;
use crate::syntax::{self, Line, Word};

/// After so many failed tries at a step a hint is offered.
const OFFER_HINT_AFTER: usize = 3;

/// Where sessions keep what they need.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The home.
    pub home: PathBuf,
    /// The disk.
    pub storage: Arc<dyn Storage>,
    /// The clock.
    pub clock: Clock,
    /// Decides ids, names and every random answer.
    pub seed: u64,
}

/// A lesson that is running.
pub struct Session {
    desk: Desk,
    catalogue: Rc<Catalogue>,
    progress: Progress,
    lesson: String,
    step: usize,
    stage: Stage,
    outcomes: Vec<Outcome>,
    /// What held, and what did not, when the step was begun or gone on with.
    at_first: Vec<Outcome>,
    /// The mistake that was told last, so that it is not told again.
    told: Option<String>,
    hints: usize,
    /// What the receipt is made of; nothing once it cannot be written.
    journal: Option<Journal>,
}

impl Session {
    /// Begins a lesson, or goes on with it. `step` asks for a certain step, in the state that it
    /// begins with.
    pub fn open(
        desk: Desk,
        catalogue: &Rc<Catalogue>,
        progress: Progress,
        lesson: &str,
        step: Option<&str>,
    ) -> Result<(Self, Vec<Said>), SessionError> {
        let entry = find(catalogue, lesson)?;
        let wanted = step.map(|step| place_of(entry, step)).transpose()?;
        let (stage, notices) = Stage::open(&place(&desk, lesson), entry)?;
        let mut session = Self {
            desk,
            catalogue: Rc::clone(catalogue),
            progress,
            lesson: lesson.to_owned(),
            step: 0,
            stage,
            outcomes: Vec::new(),
            at_first: Vec::new(),
            told: None,
            hints: 0,
            journal: None,
        };
        let mut said: Vec<Said> =
            notices.iter().map(|notice| Said::Note(notice.text().to_owned())).collect();
        match Journal::open(Arc::clone(&session.desk.storage), &session.desk.home) {
            Ok(journal) => session.journal = Some(journal),
            Err(error) => said.push(Said::Note(format!("your receipt is not kept: {error}"))),
        }
        session.begin(wanted, &mut said);
        Ok((session, said))
    }

    /// The console that lines run in.
    pub fn console(&self) -> &Console {
        &self.stage.console
    }

    /// The console that lines run in.
    pub fn console_mut(&mut self) -> &mut Console {
        &mut self.stage.console
    }

    /// The prompt.
    pub fn prompt(&self) -> String {
        self.stage.console.prompt()
    }

    /// Lesson, step, and what is still missing.
    pub fn status(&self) -> String {
        let Some(entry) = self.catalogue.get(&self.lesson) else { return String::new() };
        let of = entry.lesson.steps.len();
        if self.step >= of {
            return format!("{} · over", self.lesson);
        }
        let missing: Vec<&str> = self
            .outcomes
            .iter()
            .filter(|outcome| !outcome.holds())
            .map(|outcome| outcome.label.as_str())
            .collect();
        let rest = if missing.is_empty() {
            String::new()
        } else {
            format!(" · missing: {}", missing.join(", "))
        };
        format!("{} · step {} of {of}{rest}", self.lesson, self.step + 1)
    }

    /// Runs one line and says what came of it. The second part is whether the learner leaves.
    pub fn submit(&mut self, line: &[u8]) -> (Vec<Said>, bool) {
        let mut said = Vec::new();
        self.note_work();
        let parsed = syntax::parse(line);
        if let Ok(parsed) = &parsed
            && let Some((word, args)) = lesson_word(parsed)
        {
            acts::run(self, &word, args, &mut said);
            self.save(&mut said);
            return (said, false);
        }
        let is_answer = parsed.as_ref().is_ok_and(|line| answer_words(line).is_some());
        if self.answer_quiz(line, parsed.as_ref().ok(), &mut said) {
            self.save(&mut said);
            return (said, false);
        }
        let Some(step) = self.current().cloned() else {
            let ran = self.stage.console.run(line);
            let leave = ran.leave;
            said.extend(ran.shown.into_iter().map(Said::Shown));
            return (said, leave);
        };
        let ran = self.stage.run(line, &step);
        let leave = ran.leave;
        self.remember(line, &step, &parsed, &ran);
        let matters = is_answer || !ran.changes.is_empty() || !ran.events.is_empty();
        said.extend(ran.shown.into_iter().map(Said::Shown));
        if matters {
            self.look(is_answer, &mut said);
        }
        self.save(&mut said);
        (said, leave)
    }

    /// Time has passed or another client was busy: looks again.
    pub fn look_again(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        self.stage.console.tick();
        self.look(false, &mut said);
        self.save(&mut said);
        said
    }

    /// Ends the session; everything is on the disk already.
    pub fn close(self) {
        self.stage.console.close();
    }

    fn entry(&self) -> Option<&Entry> {
        self.catalogue.get(&self.lesson)
    }

    fn current(&self) -> Option<&Step> {
        self.entry()?.lesson.steps.get(self.step)
    }

    /// Starts, resumes, or goes to a step of the lesson that is open.
    fn begin(&mut self, wanted: Option<usize>, said: &mut Vec<Said>) {
        let Some(entry) = self.catalogue.get(&self.lesson).cloned() else { return };
        let record = self.progress.lesson(&self.lesson);
        let title = entry.lesson.front.title.clone();
        said.push(Said::Lesson { title, minutes: entry.lesson.front.minutes });
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
                    said.push(Said::Text("You go on where you stopped.".to_owned()));
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
    fn rebuild(&mut self, step: usize, said: &mut Vec<Said>) {
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
    fn enter(&mut self, step: usize, said: &mut Vec<Said>) {
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
    fn show_step(&mut self, said: &mut Vec<Said>) {
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

    fn judge(&mut self) -> Vec<Outcome> {
        match self.current().cloned() {
            Some(step) => self.stage.judge(&step),
            None => Vec::new(),
        }
    }

    /// Judges the step as it is found.
    fn judge_first(&mut self) {
        self.outcomes = self.judge();
        self.at_first.clone_from(&self.outcomes);
    }

    /// Judges the step and tells what has changed since the last time; a step that is right passes.
    fn look(&mut self, answered: bool, said: &mut Vec<Said>) {
        let Some(step) = self.current().cloned() else { return };
        let now = self.stage.judge(&step);
        let before = std::mem::take(&mut self.outcomes);
        let held = |label: &str| before.iter().any(|o| o.label == label && o.holds());
        for outcome in &now {
            match &outcome.failure {
                None if !held(&outcome.label) => said.push(Said::Became(outcome.label.clone())),
                Some(failure) if held(&outcome.label) => said.push(Said::Broke {
                    label: outcome.label.clone(),
                    message: failure.message.clone(),
                }),
                None | Some(_) => {}
            }
        }
        self.outcomes = now;
        if self.is_passed(&step) {
            self.pass(true, said);
            return;
        }
        let wrong = if answered { self.wrong_answer(&step) } else { None };
        if let Some(message) = wrong {
            self.fail(&message, said);
        } else if let Some((outcome, failure)) = first_failure(&self.outcomes) {
            let message = failure.message.clone();
            let made_here = || {
                let same = |old: &&Outcome| old.label == outcome.label;
                let old = self.at_first.iter().find(same).and_then(|old| old.failure.as_ref());
                old.is_none_or(|old| old.message != message)
            };
            let mistake = failure.kind.is_some_and(is_mistake) || (failure.pointed && made_here());
            if mistake && self.told.as_ref() != Some(&message) {
                self.fail(&message, said);
            } else if answered {
                // What was answered is right, and something else is to be done.
                said.push(Said::Also(message));
            }
        }
    }

    /// What is told of the first answer that was given and is not right.
    fn wrong_answer(&self, step: &Step) -> Option<String> {
        let items = step.check().map(|check| check.items.iter()).into_iter().flatten();
        items.zip(&self.outcomes).find_map(|(item, outcome)| {
            let given = item.assertions().iter().any(|assertion| match &assertion.subject {
                Subject::Answer(name) => self.stage.answers.contains_key(name),
                Subject::Command { .. }
                | Subject::Objects { .. }
                | Subject::Keys(_)
                | Subject::Event(_) => false,
            });
            let failure = outcome.failure.as_ref().filter(|_| given)?;
            Some(failure.message.clone())
        })
    }

    /// Tells a mistake in full and counts it.
    fn fail(&mut self, message: &str, said: &mut Vec<Said>) {
        // What broke was told with its reason already.
        let told = said.iter().any(|s| matches!(s, Said::Broke { message: m, .. } if m == message));
        if !told {
            said.push(Said::NotYet(message.to_owned()));
        }
        self.told = Some(message.to_owned());
        self.note_mistake(message, said);
        let Some(step) = self.current() else { return };
        let (id, hints) = (step.id.clone(), step.hints().count());
        let tries = self.progress.record(&self.lesson).tries.entry(id).or_default();
        *tries += 1;
        if *tries >= OFFER_HINT_AFTER && self.hints < hints {
            said.push(Said::Note("`hint` helps.".to_owned()));
        }
    }

    /// Whether everything that the step asks for is so.
    fn is_passed(&self, step: &Step) -> bool {
        let judged = step.is_task() || step.quizzes().next().is_some();
        judged && self.outcomes.iter().all(Outcome::holds) && self.quizzes_are_right(step)
    }

    /// The step was passed: it is written down, and the next one begins.
    fn pass(&mut self, own: bool, said: &mut Vec<Said>) {
        let Some(entry) = self.entry() else { return };
        let of = entry.lesson.steps.len();
        let Some(step) = entry.lesson.steps.get(self.step) else { return };
        let (id, title) = (step.id.clone(), step.title.clone());
        let record = self.progress.record(&self.lesson);
        if own {
            record.skipped.retain(|skipped| *skipped != id);
            if !record.done.contains(&id) {
                record.done.push(id);
            }
        } else if !record.has(&id) {
            record.skipped.push(id);
        }
        said.push(Said::Passed { number: self.step + 1, of, title, own });
        self.note(if own { Event::Passed } else { Event::Applied }, said);
        self.enter(self.step + 1, said);
    }

    /// The lesson that comes after this one and is not over yet.
    fn next_lesson(&self) -> Option<String> {
        let entries = self.catalogue.entries();
        let place = entries.iter().position(|entry| entry.lesson.front.id == self.lesson)?;
        entries.get(place + 1).map(|entry| entry.lesson.front.id.clone())
    }

    /// Keeps a typed line for `:compare`; passwords are not kept.
    fn remember(
        &mut self,
        line: &[u8],
        step: &Step,
        parsed: &Result<Line, syntax::SyntaxError>,
        ran: &Ran,
    ) {
        let secret = match parsed {
            Ok(Line::Command { words, .. } | Line::Lab { words }) => is_secret(words),
            Ok(Line::Tutor { .. }) => false,
            // A line that could not be read did nothing.
            Ok(Line::Empty | Line::Comment) | Err(_) => return,
        };
        let record = self.progress.record(&self.lesson);
        record.answers.clone_from(&self.stage.answers);
        record.events.clone_from(&self.stage.events);
        let failed = ran.shown.iter().any(|piece| matches!(piece, Shown::Problem(_)));
        if !secret && !failed {
            let typed = record.typed.entry(step.id.clone()).or_default();
            typed.push(String::from_utf8_lossy(line).into_owned());
            // Enough to compare; a pasted flood is not kept.
            if typed.len() > 200 {
                typed.remove(0);
            }
        }
    }

    fn save(&mut self, said: &mut Vec<Said>) {
        match self.progress.save() {
            Ok(()) => self.progress.failed = None,
            Err(error) => {
                let text = error.to_string();
                if self.progress.failed.as_ref() != Some(&text) {
                    said.push(Said::Note(format!(
                        "your progress could not be saved: {text}. You can go on; it is tried again after each line."
                    )));
                    self.progress.failed = Some(text);
                }
            }
        }
    }
}

/// Kinds that are a mistake, and not just work that is not finished.
fn is_mistake(kind: Kind) -> bool {
    !matches!(kind, Kind::Empty | Kind::MissingObject)
}

fn is_secret(words: &[Word]) -> bool {
    words.iter().any(|word| {
        [b"AUTH".as_slice(), b"requirepass", b"-a", b"--pass", b"masterauth"]
            .iter()
            .any(|secret| word.bytes.eq_ignore_ascii_case(secret))
    })
}

/// A word about the lesson and its arguments, with or without a colon.
fn lesson_word(line: &Line) -> Option<(String, &[Word])> {
    match line {
        Line::Tutor { word, args, .. } => {
            let word = String::from_utf8_lossy(&word.bytes).to_ascii_lowercase();
            WORDS.contains(&word.as_str()).then_some((word, args.as_slice()))
        }
        Line::Command { repeat: None, words } => {
            let (first, args) = words.split_first()?;
            let word = String::from_utf8_lossy(&first.bytes).to_ascii_lowercase();
            // RESET is a command of Redis.
            (word != "reset" && WORDS.contains(&word.as_str())).then_some((word, args))
        }
        Line::Empty | Line::Comment | Line::Command { .. } | Line::Lab { .. } => None,
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

fn find<'a>(catalogue: &'a Catalogue, lesson: &str) -> Result<&'a Entry, SessionError> {
    catalogue.get(lesson).ok_or_else(|| SessionError::NoLesson {
        id: lesson.to_owned(),
        near: catalogue.nearest(lesson).map(str::to_owned),
    })
}

fn place_of(entry: &Entry, step: &str) -> Result<usize, SessionError> {
    let steps = &entry.lesson.steps;
    steps.iter().position(|known| known.id == step).ok_or_else(|| SessionError::NoStep {
        lesson: entry.lesson.front.id.clone(),
        step: step.to_owned(),
        steps: steps.iter().map(|step| step.id.clone()).collect(),
    })
}

fn place(desk: &Desk, lesson: &str) -> Place {
    Place {
        root: desk.home.join("lessons").join(lesson),
        storage: Arc::clone(&desk.storage),
        clock: desk.clock.clone(),
        seed: desk.seed,
    }
}
