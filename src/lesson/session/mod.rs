//! A learner's run of a lesson: lines go in, and what is right, what is not, and why comes out.
//!
//! Checks run after every line that could matter and stay silent until something changes. Progress
//! is saved after each line, so closing the lid loses nothing. Knows no terminal.

mod acts;
mod deed;
mod doubt;
pub mod edition;
mod entering;
mod error;
mod journal;
pub mod progress;
mod quiz;
mod recap;
mod said;
mod show;
mod status;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

pub use acts::WORDS;
use deed::{Blame, Deed};
use doubt::Wish;
pub use error::SessionError;
pub use progress::{Progress, ProgressError};
pub use said::Said;

use super::catalogue::{Catalogue, Entry};
use super::check::Subject;
use super::check::eval::{Outcome, first_failure};
use super::format::{Answer, Step};
use super::objects::Kind;
use super::receipt::{Event, Journal};
use super::stage::{Place, Stage, answer_words};
use crate::escape::{LineEnds, sanitize};
use crate::lab::console::{Console, Ran, Shown};
use crate::lab::remote::Connect;
use crate::persistence::storage::Storage;
use crate::server::Clock;
use crate::syntax::{self, Line, Word};

/// After so many failed tries at a step, and each time after so many more, a hint is offered.
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
    /// The server to use instead of kvtutor's own.
    pub connect: Option<Connect>,
    /// Nobody is asked before data there are emptied that may be somebody else's.
    pub agrees: bool,
}

/// A lesson that is running.
pub struct Session {
    desk: Desk,
    catalogue: Arc<Catalogue>,
    progress: Progress,
    lesson: String,
    step: usize,
    stage: Stage,
    outcomes: Vec<Outcome>,
    /// What held, and what did not, when the step was begun or gone on with.
    at_first: Vec<Outcome>,
    /// The mistake that was told last, so that it is not told again.
    told: Option<String>,
    /// What was told of an object that may be half stored.
    unfinished: Option<String>,
    hints: usize,
    /// The step was passed before and is still right: it waits for `next`.
    reopened: bool,
    /// What the receipt is made of; nothing once it cannot be written.
    journal: Option<Journal>,
    /// What is done when the next line says yes.
    wish: Option<Wish>,
}

impl Session {
    /// Begins a lesson, or goes on with it. `step` asks for a certain step, in the state that it
    /// begins with.
    pub fn open(
        desk: Desk,
        catalogue: &Arc<Catalogue>,
        progress: Progress,
        lesson: &str,
        step: Option<&str>,
    ) -> Result<(Self, Vec<Said>), SessionError> {
        let entry = find(catalogue, lesson)?;
        SessionError::if_it_needs_a_lab(&desk, catalogue, entry)?;
        let wanted = step.map(|step| place_of(entry, step)).transpose()?;
        let (stage, notices) = Stage::open(&place(&desk, lesson), entry)?;
        let mut session = Self {
            desk,
            catalogue: Arc::clone(catalogue),
            progress,
            lesson: lesson.to_owned(),
            step: 0,
            stage,
            outcomes: Vec::new(),
            at_first: Vec::new(),
            told: None,
            unfinished: None,
            hints: 0,
            reopened: false,
            journal: None,
            wish: None,
        };
        let mut said: Vec<Said> =
            notices.iter().map(|notice| Said::Note(notice.text().to_owned())).collect();
        match Journal::open(Arc::clone(&session.desk.storage), &session.desk.home) {
            Ok(journal) => session.journal = Some(journal),
            Err(error) => said.push(Said::Note(format!("your receipt is not kept: {error}"))),
        }
        session.head(&mut said);
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

    /// What may be answered in this step: the names of its questions, with the choices there are.
    pub fn answers(&self) -> Vec<String> {
        let Some(step) = self.current() else { return Vec::new() };
        let mut answers = Vec::new();
        for question in step.questions() {
            match &question.answer {
                Answer::Choice(choices) => answers
                    .extend(choices.iter().map(|choice| format!("{}={choice}", question.name))),
                Answer::Text | Answer::Integer | Answer::Number => {
                    answers.push(format!("{}=", question.name));
                }
            }
        }
        answers
    }

    /// The ids of the lesson's steps that are done.
    pub fn done_steps(&self) -> Vec<String> {
        let Some(entry) = self.entry() else { return Vec::new() };
        let record = self.progress.lesson(&self.lesson);
        let done = entry.lesson.steps.iter().filter(|step| record.has(&step.id));
        done.map(|step| step.id.clone()).collect()
    }

    /// Runs one line and says what came of it. The second part is whether the learner leaves.
    pub fn submit(&mut self, line: &[u8]) -> (Vec<Said>, bool) {
        let mut said = Vec::new();
        self.note_work();
        if self.answer_wish(line, &mut said) {
            self.save(&mut said);
            return (said, false);
        }
        let parsed = syntax::parse(line);
        if let Ok(parsed) = &parsed
            && let Some((word, args)) = lesson_word(parsed)
        {
            match parsed {
                Line::Tutor { rest, .. } if word == "note" => {
                    let text = line.get(rest.clone()).unwrap_or_default();
                    let text = sanitize(text, LineEnds::Escape);
                    recap::note(self, &String::from_utf8_lossy(&text), &mut said);
                }
                Line::Tutor { .. }
                | Line::Command { .. }
                | Line::Empty
                | Line::Comment
                | Line::Lab { .. } => acts::run(self, &word, args, &mut said),
            }
            self.save(&mut said);
            return (said, false);
        }
        if self.answer_quiz(line, parsed.as_ref().ok(), &mut said) {
            self.save(&mut said);
            return (said, false);
        }
        let Some(step) = self.current().cloned() else {
            if parsed.as_ref().is_ok_and(|parsed| answer_words(parsed).is_some()) {
                acts::over(self, &mut said);
                return (said, false);
            }
            let ran = self.stage.console.run(line);
            let leave = ran.leave;
            said.extend(ran.shown.into_iter().map(Said::Shown));
            return (said, leave);
        };
        let ran = self.stage.run(line, &step);
        let leave = ran.leave;
        self.remember(line, &step, &parsed, &ran);
        let answered = std::mem::take(&mut self.stage.answered);
        // On a server elsewhere others may have done something meanwhile, and nobody says so.
        let matters = !answered.is_empty()
            || !ran.changes.is_empty()
            || !ran.events.is_empty()
            || self.stage.console.is_elsewhere();
        said.extend(ran.shown.into_iter().map(Said::Shown));
        if matters {
            self.look(Deed { answered: &answered, changes: &ran.changes }, &mut said);
        }
        if let Some(message) = self.stage.early.take() {
            let is_told = said.iter().any(|s| matches!(s, Said::Also(told) if *told == message));
            said.extend((!is_told).then_some(Said::Also(message)));
        }
        said.extend(mistaken_reset(&parsed));
        if answered.is_empty() {
            said.extend(parsed.ok().and_then(|parsed| self.meant_as_answer(line, &parsed, &step)));
        }
        self.save(&mut said);
        (said, leave)
    }

    /// Time has passed or another client was busy: looks again.
    pub fn look_again(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        self.stage.console.tick();
        self.look(Deed::default(), &mut said);
        self.save(&mut said);
        said
    }

    /// Other programs have done something through the ports: tells what came of it.
    pub fn received(&mut self) -> Vec<Said> {
        let ran = self.stage.received();
        self.came(ran)
    }

    /// Tells what has become of a line that waits since it was looked at last; `stop` ends it. Its
    /// command counts as soon as its reply is there.
    pub fn go_on(&mut self, stop: bool) -> Vec<Said> {
        let ran = self.stage.go_on(stop);
        self.came(ran)
    }

    /// Something has happened without a line being typed.
    fn came(&mut self, ran: Ran) -> Vec<Said> {
        let matters = !ran.changes.is_empty() || !ran.events.is_empty() || ran.is_stirred;
        let mut said: Vec<Said> = ran.shown.into_iter().map(Said::Shown).collect();
        if matters && self.current().is_some() {
            self.note_work();
            self.progress.record(&self.lesson).events.clone_from(&self.stage.events);
            self.look(Deed { answered: &[], changes: &ran.changes }, &mut said);
            self.save(&mut said);
        }
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
    fn look(&mut self, deed: Deed<'_>, said: &mut Vec<Said>) {
        let Some(step) = self.current().cloned() else { return };
        let now = self.stage.judge(&step);
        let before = std::mem::take(&mut self.outcomes);
        let held = |label: &str| before.iter().any(|o| o.label == label && o.holds());
        let mut is_first = true;
        for outcome in &now {
            match &outcome.failure {
                None if !held(&outcome.label) => said.push(Said::Became(outcome.label.clone())),
                Some(failure) if held(&outcome.label) => said.push(Said::Broke {
                    label: outcome.label.clone(),
                    message: std::mem::take(&mut is_first).then(|| failure.message.clone()),
                }),
                None | Some(_) => {}
            }
        }
        self.outcomes = now;
        if self.is_passed(&step) {
            if !self.reopened {
                self.pass(true, said);
            }
            return;
        }
        self.reopened = false;
        if let Some(message) = self.wrong_answer(&step, deed.answered) {
            self.fail(&message, said);
        } else if let Some((outcome, failure)) = first_failure(&self.outcomes) {
            let message = failure.message.clone();
            let label = &outcome.label;
            let made_here = || {
                let same = |old: &&Outcome| old.label == outcome.label;
                let old = self.at_first.iter().find(same).and_then(|old| old.failure.as_ref());
                old.is_none_or(|old| old.message != message)
            };
            let mistake = failure.kind.is_some_and(is_mistake) || (failure.pointed && made_here());
            let is_news = mistake && self.told.as_ref() != Some(&message);
            let blame = deed.blame(failure);
            // Who goes on with something else leaves an object as it is.
            let is_left = self.unfinished.as_ref() == Some(&message)
                && blame == Blame::Found
                && !deed.changes.is_empty();
            if is_left || (is_news && blame == Blame::Made) {
                self.unfinished = None;
                self.fail(&message, said);
            } else if is_news {
                self.unfinished = (blame == Blame::Unfinished).then(|| message.clone());
                self.told = Some(message.clone());
                said.push(Said::Also(message));
            } else if let Some(item) = step.check().and_then(|check| check.item(label))
                && deed.is_attempt(item)
            {
                // Nobody would see from an `OK` that it is not what was asked for.
                self.told = Some(message.clone());
                said.push(Said::Also(message));
            } else if !deed.answered.is_empty() {
                // What was answered is right, and something else is to be done.
                said.push(Said::Also(message));
            }
        }
    }

    /// What is told of the first of these answers that is not right.
    fn wrong_answer(&self, step: &Step, answered: &[String]) -> Option<String> {
        let items = step.check().map(|check| check.items.iter()).into_iter().flatten();
        items.zip(&self.outcomes).find_map(|(item, outcome)| {
            let given = item.assertions().iter().any(|assertion| match &assertion.subject {
                Subject::Answer(name) => answered.contains(name),
                Subject::Command { .. }
                | Subject::Objects { .. }
                | Subject::Keys(_)
                | Subject::Event(_) => false,
            });
            let failure = outcome.failure.as_ref().filter(|_| given)?;
            Some(failure.message.clone())
        })
    }

    /// Tells a mistake in full, counts it, and offers a hint if there were several.
    fn fail(&mut self, message: &str, said: &mut Vec<Said>) {
        self.tell(message, said);
        self.offer_hint(said);
    }

    /// Tells a mistake in full and counts it.
    fn tell(&mut self, message: &str, said: &mut Vec<Said>) {
        // What broke was told with its reason already.
        let told =
            said.iter().any(|s| matches!(s, Said::Broke { message: Some(m), .. } if m == message));
        if !told {
            said.push(Said::NotYet(message.to_owned()));
        }
        self.told = Some(message.to_owned());
        self.note_mistake(message, said);
        let Some(id) = self.current().map(|step| step.id.clone()) else { return };
        *self.progress.record(&self.lesson).tries.entry(id).or_default() += 1;
    }

    /// Offers a hint now and then to who has failed several times.
    fn offer_hint(&self, said: &mut Vec<Said>) {
        let Some(step) = self.current() else { return };
        let record = self.progress.lesson(&self.lesson);
        let tries = record.tries.get(&step.id).copied().unwrap_or(0);
        if tries > 0 && tries % OFFER_HINT_AFTER == 0 && self.hints < step.hints().count() {
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
        let unkept = match parsed {
            Ok(Line::Command { words, .. } | Line::Lab { words }) => is_secret(words),
            // It only shows what another line did.
            Ok(Line::Tutor { word, .. }) => word.bytes == b"changed",
            // A line that could not be read did nothing.
            Ok(Line::Empty | Line::Comment) | Err(_) => return,
        };
        let record = self.progress.record(&self.lesson);
        record.answers.clone_from(&self.stage.answers);
        record.events.clone_from(&self.stage.events);
        let failed = ran.shown.iter().any(|piece| matches!(piece, Shown::Problem(_)));
        if !unkept && !failed {
            record.keep_line(&step.id, line);
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

/// Who types the bare word wants to begin the step again, and Redis has a command of that name.
fn mistaken_reset(line: &Result<Line, syntax::SyntaxError>) -> Option<Said> {
    match line {
        Ok(Line::Command { words, .. }) if matches!(words.as_slice(), [only] if only.bytes.eq_ignore_ascii_case(b"reset")) => {
            Some(Said::Note(
                "RESET is a command of Redis: your client begins anew, in database 0. `:reset` \
                 begins this step anew."
                    .to_owned(),
            ))
        }
        Ok(_) | Err(_) => None,
    }
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
        connect: desk.connect.clone(),
    }
}
