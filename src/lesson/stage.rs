//! A stage: a console with the answers and events that the checks of a step also look at.
//!
//! A learner's run and `kvtutor test` use the same one, so that what is proved is what happens.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use super::answers::{self, Part};
use super::catalogue::{Catalogue, Entry};
use super::check::Event as Wanted;
use super::check::eval::{Facts, Outcome, evaluate};
use super::check::too_early;
use super::elsewhere::databases;
use super::format::{Question, Quiz, Script, Step};
use super::objects::{Stored, StoredKey};
use crate::engine::data::{Piece, Value};
use crate::escape::{LineEnds, sanitize_text};
use crate::lab::LabEvent;
use crate::lab::console::{Console, ConsoleError, Event, Ran, Settings, Shown};
use crate::lab::remote::Connect;
use crate::persistence::storage::Storage;
use crate::resp::Reply;
use crate::resp::number::format_double;
use crate::server::{Clock, Notice};
use crate::syntax::{self, Line, Word};

/// Where a stage keeps what its console needs.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder of the console.
    pub root: PathBuf,
    /// The disk.
    pub storage: Arc<dyn Storage>,
    /// The clock.
    pub clock: Clock,
    /// Decides ids, names and every random answer.
    pub seed: u64,
    /// The server to use instead of kvtutor's own.
    pub connect: Option<Connect>,
}

/// A console with what a step remembers besides its data.
pub struct Stage {
    /// The shell that lines run in.
    pub console: Console,
    /// What was answered since the step began, by the question's name.
    pub answers: BTreeMap<String, String>,
    /// The names of the questions that the last line answered.
    pub answered: Vec<String>,
    /// What is to be done before what the last line answered can be.
    pub early: Option<String>,
    /// What happened since the step began, in words of [`happened`].
    pub events: Vec<String>,
    db: u32,
}

/// Lines to be typed, with one new client in database 0 at their beginning.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The lesson they belong to.
    pub entry: &'a Entry,
    /// The step.
    pub step: &'a Step,
    /// The lines.
    pub script: &'a Script,
}

impl Stage {
    /// Opens the console of a lesson.
    pub fn open(place: &Place, entry: &Entry) -> Result<(Self, Vec<Notice>), ConsoleError> {
        let mut files = entry.files.clone();
        files.list_only(&entry.lesson.front.files);
        let settings = Settings {
            root: place.root.clone(),
            sandbox: None,
            storage: Arc::clone(&place.storage),
            clock: place.clock.clone(),
            seed: place.seed,
            files,
            progress: None,
            connect: place
                .connect
                .clone()
                .map(|connect| Connect { databases: databases(&entry.lesson), ..connect }),
        };
        let (mut console, notices) = Console::open(settings)?;
        let db = entry.lesson.front.db;
        console.load_db = Some(db);
        let stage = Self {
            console,
            answers: BTreeMap::new(),
            answered: Vec::new(),
            early: None,
            events: Vec::new(),
            db,
        };
        Ok((stage, notices))
    }

    /// What was answered and what happened so far does not count any more: a step begins.
    pub fn begin_step(&mut self) {
        self.answers.clear();
        self.events.clear();
    }

    /// Runs one line: an answer, or anything the console knows.
    pub fn run(&mut self, line: &[u8], step: &Step) -> Ran {
        self.answered.clear();
        self.early = None;
        let ran = match syntax::parse(line) {
            Ok(parsed) => match answer_words(&parsed).or_else(|| bare_number(&parsed, step)) {
                Some(words) => self.answer(line, words, step),
                None => self.console.run_parsed(&parsed),
            },
            Err(_) => self.console.run(line),
        };
        self.note(&ran);
        ran
    }

    /// What other programs did through the ports since the console began to receive them.
    pub fn received(&mut self) -> Ran {
        self.answered.clear();
        self.early = None;
        let ran = self.console.received();
        self.note(&ran);
        ran
    }

    /// What has become of a line that waits; `stop` ends it.
    pub fn go_on(&mut self, stop: bool) -> Ran {
        self.answered.clear();
        self.early = None;
        let ran = if stop { self.console.interrupt() } else { self.console.go_on() };
        self.note(&ran);
        ran
    }

    fn note(&mut self, ran: &Ran) {
        for event in &ran.events {
            for word in happened(event) {
                if !self.events.contains(&word) {
                    self.events.push(word);
                }
            }
        }
    }

    /// Runs a block of lines, as one new client in database 0, and gives each line's outcome.
    pub fn play(&mut self, scene: Scene<'_>) -> Vec<Ran> {
        self.console.fresh_client();
        // A lesson that this one starts from may write to another database.
        let own = self.console.load_db.replace(scene.entry.lesson.front.db);
        let patience = std::mem::take(&mut self.console.patience);
        let lines = &scene.script.lines;
        let ran = lines.iter().map(|line| self.run(line.text.as_bytes(), scene.step)).collect();
        self.console.load_db = own;
        self.console.patience = patience;
        ran
    }

    /// Judges the check of a step; a step without one has nothing to judge.
    pub fn judge(&mut self, step: &Step) -> Vec<Outcome> {
        match step.check() {
            Some(check) => {
                self.look_for_python();
                let db = self.db;
                evaluate(check, db, self)
            }
            None => Vec::new(),
        }
    }

    /// A server elsewhere does not say who came: whether Python is there is asked before each check.
    fn look_for_python(&mut self) {
        let word = "client python".to_owned();
        if self.console.is_elsewhere()
            && !self.events.contains(&word)
            && self.console.has_python_client()
        {
            self.events.push(word);
        }
    }

    /// `answer name=value`, or `answer value` where it is plain which question is meant.
    fn answer(&mut self, line: &[u8], words: &[Word], step: &Step) -> Ran {
        let questions = step.questions();
        if questions.is_empty() {
            return Ran::notice("this step asks nothing; `task` shows what is to be done");
        }
        if words.is_empty() {
            return Ran::notice(format!("write {}", usage(questions)));
        }
        let mut ran = Ran::default();
        let outcomes = self.judge(step);
        let early = |name: &str| too_early(step.check()?, &outcomes, name);
        let parts = answers::read(line, words, questions, &|name| !self.answers.contains_key(name));
        for part in parts {
            let (name, value) = match part {
                Part::Named(name, value) => (name, value),
                Part::Unclear(text) => {
                    ran.append(Ran::notice(format!(
                        "which question does {text:?} answer? Write {}",
                        usage(questions)
                    )));
                    continue;
                }
            };
            let Some(question) = questions.iter().find(|question| question.name == name) else {
                ran.append(Ran::notice(format!(
                    "no question is called {name:?}; write {}",
                    usage(questions)
                )));
                continue;
            };
            if let Some(wrong) = question.answer.objection(&value) {
                ran.append(Ran::notice(format!("{name}: {wrong}")));
            } else if let Some(first) = early(&name) {
                ran.append(Ran::notice(format!("{name}: not yet, something else comes first")));
                self.early = Some(first.to_owned());
            } else {
                let shown = sanitize_text(&value, LineEnds::Escape);
                ran.append(Ran::notice(format!("{name}: {shown}")));
                self.answered.push(name.clone());
                self.answers.insert(name, value);
            }
        }
        ran
    }
}

/// The words behind `answer` or `:answer`, if the line is one.
pub fn answer_words(line: &Line) -> Option<&[Word]> {
    match line {
        Line::Tutor { word, args, .. } if word.bytes == b"answer" => Some(args),
        Line::Command { words, repeat: None } => match words.as_slice() {
            [first, rest @ ..] if first.bytes.eq_ignore_ascii_case(b"answer") => Some(rest),
            _ => None,
        },
        Line::Empty
        | Line::Comment
        | Line::Command { .. }
        | Line::Tutor { .. }
        | Line::Lab { .. } => None,
    }
}

/// A number alone, where a step asks: no command of Redis is called so.
fn bare_number<'a>(line: &'a Line, step: &Step) -> Option<&'a [Word]> {
    match line {
        Line::Command { words, repeat: None } => match words.as_slice() {
            [only] => {
                let digits = only.bytes.strip_prefix(b"-").unwrap_or(&only.bytes);
                let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
                (is_number && !step.questions().is_empty()).then_some(words)
            }
            _ => None,
        },
        Line::Empty
        | Line::Comment
        | Line::Command { .. }
        | Line::Tutor { .. }
        | Line::Lab { .. } => None,
    }
}

/// How the questions of a step are answered.
fn usage(questions: &[Question]) -> String {
    let parts: Vec<String> =
        questions.iter().map(|question| format!("{}=…", question.name)).collect();
    format!("answer {}", parts.join(" "))
}

/// What an event is called among those that checks ask for: `used GET`, `restarted` ….
fn happened(event: &Event) -> Vec<String> {
    match event {
        Event::Used { command, .. } => vec![format!("used {}", command.replace('|', " "))],
        // A container that is started again after it was stopped was restarted as well.
        Event::Lab(LabEvent::Restarted(_) | LabEvent::Started { first: false, .. }) => {
            vec!["restarted".to_owned()]
        }
        Event::Lab(LabEvent::Killed(_)) | Event::SandboxKilled => vec!["killed".to_owned()],
        Event::PowerLoss => vec!["killed".to_owned(), "power-loss".to_owned()],
        Event::Client(name) => vec![format!("client {name}")],
        Event::Lab(
            LabEvent::Pulled(_)
            | LabEvent::Created(_)
            | LabEvent::Started { first: true, .. }
            | LabEvent::Stopped(_)
            | LabEvent::Renamed(_)
            | LabEvent::Removed(_)
            | LabEvent::Untagged(_)
            | LabEvent::VolumeCreated(_)
            | LabEvent::VolumeRemoved(_),
        ) => Vec::new(),
    }
}

impl Facts for Stage {
    fn run(&mut self, db: u32, on: Option<&str>, words: &[Vec<u8>]) -> Result<Reply, String> {
        let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        self.console.observe(db, on, &words)
    }

    fn keys(&mut self, db: u32, on: Option<&str>) -> Result<Vec<Vec<u8>>, String> {
        // Asking for anything says why nobody answers.
        self.console.observe(db, on, &[b"PING"])?;
        let mut keys = Vec::new();
        self.console.visit_on(db, on, &mut |key, _| {
            keys.push(key.to_vec());
            ControlFlow::Continue(())
        });
        Ok(keys)
    }

    fn snapshot(
        &mut self,
        db: u32,
        on: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StoredKey>, String> {
        self.console.observe(db, on, &[b"PING"])?;
        let mut keys = Vec::new();
        self.console.visit_on(db, on, &mut |key, value| {
            if keys.len() == limit {
                return ControlFlow::Break(());
            }
            keys.push(StoredKey { key: key.to_vec(), value: stored(value) });
            ControlFlow::Continue(())
        });
        Ok(keys)
    }

    fn answer(&self, name: &str) -> Option<String> {
        self.answers.get(name).cloned()
    }

    fn file(&self, name: &str) -> Option<Vec<u8>> {
        self.console.given(name).map(<[u8]>::to_vec)
    }

    fn event(&self, event: &Wanted) -> bool {
        let word = match event {
            Wanted::Used(command) => {
                // A container of subcommands was used if any of them was.
                let used = format!("used {command}");
                let with_subcommand = format!("{used} ");
                return self
                    .events
                    .iter()
                    .any(|event| *event == used || event.starts_with(&with_subcommand));
            }
            Wanted::Restarted => "restarted".to_owned(),
            Wanted::Killed => "killed".to_owned(),
            Wanted::PowerLoss => "power-loss".to_owned(),
            Wanted::Client(kind) => format!("client {kind}"),
        };
        self.events.contains(&word)
    }
}

/// A value as the checks see it: of a collection so many elements that no object has more.
fn stored(value: &Value) -> Stored {
    const ELEMENTS: usize = 10_000;
    let text = Piece::to_vec;
    match value {
        Value::Int(_) | Value::Str(_) => {
            Stored::String(value.as_string().map(text).unwrap_or_default())
        }
        Value::List(list) => Stored::List(list.iter().take(ELEMENTS).map(text).collect()),
        Value::Set(set) => Stored::Set(set.iter().take(ELEMENTS).map(text).collect()),
        Value::Hash(hash) => Stored::Hash(
            hash.iter().take(ELEMENTS).map(|(field, value)| (text(field), text(value))).collect(),
        ),
        Value::SortedSet(set) => Stored::SortedSet(
            set.iter()
                .take(ELEMENTS)
                .map(|(member, score)| (text(member), format_double(score).into_bytes()))
                .collect(),
        ),
    }
}

/// Whether picked choices (from 1) are the right ones of a quiz.
pub fn is_right(quiz: &Quiz, picked: &[usize]) -> bool {
    quiz.choices
        .iter()
        .enumerate()
        .all(|(place, choice)| choice.right == picked.contains(&(place + 1)))
}

/// The scenes that lead to the state in which a step begins, its own setup the last.
///
/// They start on an empty console: the state that `starts-from` names, then each earlier step of the
/// lesson with its setup and first solution.
pub fn scenes_before<'a>(
    catalogue: &'a Catalogue,
    entry: &'a Entry,
    step: usize,
) -> Vec<Scene<'a>> {
    let mut scenes = Vec::new();
    // A lesson may start from one that starts from another; a circle ends at the first repetition.
    let mut chain: Vec<(&Entry, usize)> = vec![(entry, step)];
    while let Some((first, _)) = chain.last()
        && let Some(reference) = &first.lesson.front.starts_from
        && let Some((earlier, place, _)) = catalogue.step(reference)
        && !chain.iter().any(|(known, _)| std::ptr::eq(*known, earlier))
    {
        chain.push((earlier, place + 1));
    }
    for (entry, end) in chain.into_iter().rev() {
        for earlier in entry.lesson.steps.iter().take(end) {
            scenes.extend(
                [earlier.setup(), earlier.solutions().next()]
                    .into_iter()
                    .flatten()
                    .map(|script| Scene { entry, step: earlier, script }),
            );
        }
    }
    if let Some(own) = entry.lesson.steps.get(step)
        && let Some(script) = own.setup()
    {
        scenes.push(Scene { entry, step: own, script });
    }
    scenes
}

/// Whether a line's outcome holds a failure that an author must know of.
pub fn first_problem(ran: &Ran) -> Option<String> {
    ran.shown.iter().find_map(|piece| match piece {
        Shown::Problem(text) => Some(text.trim_end().to_owned()),
        Shown::Wrong { message, .. } => Some(message.clone()),
        Shown::Reply { .. } | Shown::Typed(_) | Shown::Text(_) | Shown::Notice(_) => None,
    })
}
