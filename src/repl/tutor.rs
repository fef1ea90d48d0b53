//! The tutor behind the prompt: the course map with the sandbox, or a lesson that runs.

use std::sync::Arc;

use super::{Piece, Shell, Turn};
use crate::lab::console::{Console, ConsoleError, Files, Settings, Shown};
use crate::lab::remote::{Connect, Keep, Remote};
use crate::lesson::catalogue::Catalogue;
use crate::lesson::course_map;
use crate::lesson::elsewhere::doubt;
use crate::lesson::session::{Desk, Progress, ProgressError, Said, Session, SessionError};
use crate::screen::{Look, Tone, markdown, wrap};
use crate::syntax::{self, Line};

/// The course with its learner.
pub struct Tutor {
    desk: Desk,
    catalogue: Arc<Catalogue>,
    state: State,
    said: Vec<Said>,
    notices: Vec<String>,
    /// The lesson that is opened when the next line says yes.
    wish: Option<String>,
}

/// What the prompt is in.
enum State {
    /// No lesson: the sandbox.
    Home(Box<Console>),
    /// A lesson.
    Lesson(Box<Session>),
}

/// Why the tutor could not open.
#[derive(Debug, thiserror::Error)]
pub enum TutorError {
    /// The sandbox did not open.
    #[error(transparent)]
    Console(#[from] ConsoleError),
    /// The lesson did not open.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The progress cannot be read.
    #[error(transparent)]
    Progress(#[from] ProgressError),
}

impl Tutor {
    /// Opens the home screen.
    pub fn home(desk: Desk, catalogue: Arc<Catalogue>, files: &Files) -> Result<Self, TutorError> {
        let (console, notices) = sandbox(&desk, files)?;
        // An unreadable file is told before anybody has typed something that it should hold.
        Progress::load(Arc::clone(&desk.storage), &desk.home)?;
        let state = State::Home(Box::new(console));
        Ok(Self { desk, catalogue, state, said: Vec::new(), notices, wish: None })
    }

    /// Opens a lesson; `reference` is `ID`, `ID#STEP`, or nothing for the next one.
    pub fn lesson(
        desk: Desk,
        catalogue: Arc<Catalogue>,
        reference: Option<&str>,
    ) -> Result<Self, TutorError> {
        let (session, said) = open(&desk, &catalogue, reference)?;
        let state = State::Lesson(Box::new(session));
        Ok(Self { desk, catalogue, state, said, notices: Vec::new(), wish: None })
    }

    /// `learn …` at the home screen. On a server elsewhere its prompt may store something where lessons
    /// do, and so may others.
    fn learn(&mut self, reference: Option<&str>, look: Look) -> Turn {
        let Some((reference, question)) = self.question(reference) else {
            return self.open_lesson(reference, look);
        };
        self.wish = Some(reference);
        Turn::notice(question)
    }

    /// What is to be asked before a lesson is opened, and which lesson that is.
    fn question(&self, reference: Option<&str>) -> Option<(String, String)> {
        let connect = self.desk.connect.as_ref().filter(|_| !self.desk.agrees)?;
        let progress = Progress::load(Arc::clone(&self.desk.storage), &self.desk.home).ok()?;
        let reference = named(&self.catalogue, &progress, reference);
        let goes_on = progress.lesson(&reference).at.is_some();
        let question = doubt(connect, &reference, goes_on)?;
        Some((reference, question))
    }

    /// Opens the lesson that was asked about, if this line is the answer. Any other line is one like
    /// others.
    fn answer_wish(&mut self, line: &[u8], look: Look) -> Option<Turn> {
        let (reference, connect) = (self.wish.take()?, self.desk.connect.as_ref()?);
        let done = match line.trim_ascii().to_ascii_lowercase().as_slice() {
            b"yes" => Remote::accept(connect),
            b"no" => Remote::release(connect),
            _ => return None,
        };
        Some(match done {
            Ok(()) => self.open_lesson(Some(&reference), look),
            Err(reason) => Turn::notice(reason),
        })
    }

    fn open_lesson(&mut self, reference: Option<&str>, look: Look) -> Turn {
        match open(&self.desk, &self.catalogue, reference) {
            Ok((session, said)) => {
                let lesson = State::Lesson(Box::new(session));
                match std::mem::replace(&mut self.state, lesson) {
                    State::Home(console) => console.close(),
                    State::Lesson(session) => session.close(),
                }
                Turn { pieces: pieces(said, look), ..Turn::default() }
            }
            Err(error) => Turn::notice(error.to_string()),
        }
    }

    /// The course map.
    fn map(&self, look: Look) -> String {
        match Progress::load(Arc::clone(&self.desk.storage), &self.desk.home) {
            Ok(progress) => course_map::render(&course_map::rows(&self.catalogue, &progress), look),
            Err(error) => format!("{error}\n"),
        }
    }

    fn invitation(&self) -> String {
        match Progress::load(Arc::clone(&self.desk.storage), &self.desk.home) {
            Ok(progress) => course_map::invitation(&course_map::rows(&self.catalogue, &progress)),
            Err(error) => error.to_string(),
        }
    }
}

/// Opens a lesson, the next one if none is named.
fn open(
    desk: &Desk,
    catalogue: &Arc<Catalogue>,
    reference: Option<&str>,
) -> Result<(Session, Vec<Said>), TutorError> {
    let progress = Progress::load(Arc::clone(&desk.storage), &desk.home)?;
    let reference = named(catalogue, &progress, reference);
    let (lesson, step) = match reference.split_once('#') {
        Some((lesson, step)) => (lesson, Some(step)),
        None => (reference.as_str(), None),
    };
    Ok(Session::open(desk.clone(), catalogue, progress, lesson, step)?)
}

/// The lesson that is meant: the next one if none is named.
fn named(catalogue: &Catalogue, progress: &Progress, reference: Option<&str>) -> String {
    let next = || {
        let rows = course_map::rows(catalogue, progress);
        course_map::next(&rows).or_else(|| rows.first()).map(|row| row.id.clone())
    };
    reference.map(str::to_owned).or_else(next).unwrap_or_default()
}

fn sandbox(desk: &Desk, files: &Files) -> Result<(Console, Vec<String>), ConsoleError> {
    let settings = Settings {
        root: desk.home.clone(),
        sandbox: None,
        storage: Arc::clone(&desk.storage),
        clock: desk.clock.clone(),
        seed: desk.seed,
        files: files.clone(),
        progress: None,
        connect: desk.connect.clone().map(|connect| Connect { keep: Keep::Whole, ..connect }),
    };
    let (console, notices) = Console::open(settings)?;
    Ok((console, notices.iter().map(|notice| notice.text().to_owned()).collect()))
}

/// What a session says, for the face.
fn pieces(said: Vec<Said>, look: Look) -> Vec<Piece> {
    said.into_iter()
        .map(|said| match said {
            Said::Shown(shown) => Piece::Shown(shown),
            said @ (Said::Lesson { .. }
            | Said::Step { .. }
            | Said::Text(_)
            | Said::Ask { .. }
            | Said::Quiz { .. }
            | Said::Became(_)
            | Said::Broke { .. }
            | Said::NotYet(_)
            | Said::Also(_)
            | Said::Hint { .. }
            | Said::Passed { .. }
            | Said::Over { .. }
            | Said::Note(_)
            | Said::Meant(_)) => Piece::Text(said.render(look).unwrap_or_default()),
        })
        .collect()
}

/// `learn` and `lessons` with their arguments, colon or not.
fn course_word(line: &Line) -> Option<(String, Vec<String>)> {
    let (word, args) = match line {
        Line::Tutor { word, args, .. } => (word, args.as_slice()),
        Line::Command { repeat: None, words } => words.split_first()?,
        Line::Empty | Line::Comment | Line::Command { .. } | Line::Lab { .. } => return None,
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let word = text(&word.bytes).to_ascii_lowercase();
    let known = word == "learn" || word == "lessons" || word == "next";
    known.then(|| (word, args.iter().map(|arg| text(&arg.bytes)).collect()))
}

impl Shell for Tutor {
    fn console(&self) -> &Console {
        match &self.state {
            State::Home(console) => console,
            State::Lesson(session) => session.console(),
        }
    }

    fn console_mut(&mut self) -> &mut Console {
        match &mut self.state {
            State::Home(console) => console,
            State::Lesson(session) => session.console_mut(),
        }
    }

    fn submit(&mut self, line: &[u8], look: Look) -> Turn {
        if let Some(turn) = self.answer_wish(line, look) {
            return turn;
        }
        match &mut self.state {
            State::Lesson(session) => {
                let (said, leave) = session.submit(line);
                let is_meant = said.iter().any(|said| matches!(said, Said::Meant(_)));
                Turn { pieces: pieces(said, look), leave, is_meant, ..Turn::default() }
            }
            State::Home(console) => {
                if let Ok(parsed) = syntax::parse(line)
                    && let Some((word, args)) = course_word(&parsed)
                {
                    return match word.as_str() {
                        "lessons" => Turn::text(self.map(look)),
                        _ => self.learn(args.first().map(String::as_str), look),
                    };
                }
                Turn::of(console.run(line))
            }
        }
    }

    fn go_on(&mut self, stop: bool, look: Look) -> Turn {
        match &mut self.state {
            State::Lesson(session) => {
                Turn { pieces: pieces(session.go_on(stop), look), ..Turn::default() }
            }
            State::Home(console) => {
                Turn::of(if stop { console.interrupt() } else { console.go_on() })
            }
        }
    }

    fn received(&mut self, look: Look) -> Turn {
        match &mut self.state {
            State::Lesson(session) => {
                Turn { pieces: pieces(session.received(), look), ..Turn::default() }
            }
            State::Home(console) => Turn::of(console.received()),
        }
    }

    fn choices(&self, word: &str) -> Vec<String> {
        match (word, &self.state) {
            ("learn", _) => {
                let mut all = Vec::new();
                for entry in self.catalogue.entries() {
                    let id = &entry.lesson.front.id;
                    all.push(id.clone());
                    all.extend(entry.lesson.steps.iter().map(|step| format!("{id}#{}", step.id)));
                }
                all
            }
            ("answer", State::Lesson(session)) => session.answers(),
            ("compare", State::Lesson(session)) => session.done_steps(),
            _ => Vec::new(),
        }
    }

    fn status(&self, look: Look) -> Option<String> {
        match &self.state {
            State::Lesson(session) => Some(look.paint(Tone::Dim, &session.status(look))),
            State::Home(_) => None,
        }
    }

    fn greeting(&mut self, look: Look) -> Turn {
        if !self.said.is_empty() {
            let said = std::mem::take(&mut self.said);
            return Turn { pieces: pieces(said, look), ..Turn::default() };
        }
        let mut turn = Turn::default();
        let title = wrap("kvtutor: databases and persistence, by doing", look.columns(), "", "");
        let title = look.paint(Tone::Title, &title);
        turn.pieces.push(Piece::Text(format!("{title}\n\n{}\n", self.map(look))));
        let prompt = match &self.desk.connect {
            Some(connect) => format!(
                "The prompt below is connected to {}{}, where lessons keep to data of their own; \
                 outside of a lesson you can change everything there.",
                connect.door.shown(),
                self.console().server_name().map_or_else(String::new, |name| format!(", {name}"))
            ),
            None => "The prompt below is a Redis server of your own: try `SET greeting hello`."
                .to_owned(),
        };
        let text = format!(
            "{} {prompt} Type `help` for explanations, and `quit` to leave.",
            self.invitation()
        );
        turn.pieces.push(Piece::Text(format!("{}\n\n", markdown::render(&text, look))));
        for notice in std::mem::take(&mut self.notices) {
            turn.pieces.push(Piece::Shown(Shown::Notice(notice)));
        }
        turn
    }

    fn tells_ports(&self) -> bool {
        matches!(self.state, State::Home(_))
    }

    fn farewell(&self) -> Option<String> {
        match &self.state {
            State::Lesson(session) => session.farewell(),
            State::Home(_) => None,
        }
    }

    fn close(self) {
        match self.state {
            State::Home(console) => console.close(),
            State::Lesson(session) => session.close(),
        }
    }
}
