//! `kvtutor learn`, and the home screen that `kvtutor` alone opens.

use std::path::Path;
use std::sync::Arc;

use super::args::Global;
use super::{Failure, Home, Outcome, course, play};
use crate::lesson::catalogue::course_files;
use crate::lesson::session::{Desk, SessionError};
use crate::persistence::storage::Disk;
use crate::repl::{self, Tutor, TutorError};
use crate::server::Clock;

/// What is opened first.
#[derive(Debug, Clone, Copy)]
pub(super) enum Open<'a> {
    /// The home screen.
    Home,
    /// A lesson: `ID`, a lesson file, either with `#STEP` behind it, or the next one.
    Lesson(Option<&'a str>),
}

/// Opens the tutor and stays until the learner leaves.
pub(super) fn run(
    home: &Home,
    global: &Global,
    open: Open<'_>,
    lessons: Option<&Path>,
) -> Result<Outcome, Failure> {
    let (catalogue, reference) = match open {
        Open::Lesson(Some(reference)) => course::find(reference, lessons)?,
        Open::Lesson(None) | Open::Home => (course::catalogue(lessons)?, String::new()),
    };
    // Progress is one file: two processes that write it would each lose what the other wrote.
    let locked = home.lock_for_lessons()?;
    // Who asks for a certain step begins it anew.
    let resumed = match open {
        Open::Lesson(Some(_)) if !reference.contains('#') => {
            let at = course::progress(home)?.lesson(&reference).at;
            at.map(|_| reference.clone())
        }
        Open::Lesson(_) | Open::Home => None,
    };
    let desk = Desk {
        home: home.root().to_owned(),
        storage: Arc::new(Disk),
        clock: Clock::System,
        seed: fastrand::u64(..),
        connect: super::connect::own(home, global, resumed.as_deref())?,
        agrees: global.yes,
    };
    let tutor = match open {
        Open::Home => Tutor::home(desk, catalogue, &course_files()),
        Open::Lesson(None) => Tutor::lesson(desk, catalogue, None),
        Open::Lesson(Some(_)) => Tutor::lesson(desk, catalogue, Some(&reference)),
    };
    let tutor = tutor.map_err(|error| match error {
        TutorError::Session(
            SessionError::NoLesson { .. }
            | SessionError::NoStep { .. }
            | SessionError::NeedsLab { .. },
        ) => Failure::usage(error.to_string()),
        TutorError::Session(SessionError::Console(_))
        | TutorError::Console(_)
        | TutorError::Progress(_) => Failure::failed(error.to_string()),
    })?;
    repl::run(tutor, &play::setting(home, global)).map_err(|error| super::prompt_ended(&error))?;
    drop(locked);
    Ok(Outcome::Done)
}
