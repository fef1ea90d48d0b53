//! Why a session could not begin, in words for whoever asked for it.

use super::Desk;
use crate::lab::console::ConsoleError;
use crate::lesson::catalogue::{Catalogue, Entry};
use crate::lesson::elsewhere::needs_lab;

/// Why a session could not begin.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No such lesson.
    #[error("there is no lesson {id:?}{}; `kvtutor lessons` lists them", meant(near.as_ref()))]
    NoLesson {
        /// What was asked for.
        id: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// No such step.
    #[error("lesson {lesson} has no step {step:?}; it has {}", steps.join(", "))]
    NoStep {
        /// The lesson.
        lesson: String,
        /// What was asked for.
        step: String,
        /// What there is.
        steps: Vec<String>,
    },
    /// It works with containers, and the server is elsewhere.
    #[error(
        "lesson {lesson} works with kvtutor's own servers ({step:?}), and {server} is not one: run it \
         without --connect"
    )]
    NeedsLab {
        /// The lesson.
        lesson: String,
        /// The title of a step that needs them.
        step: String,
        /// The server.
        server: String,
    },
    /// The console did not open.
    #[error(transparent)]
    Console(#[from] ConsoleError),
}

impl SessionError {
    /// A lesson that works with containers is none for a server elsewhere.
    pub(super) fn if_it_needs_a_lab(
        desk: &Desk,
        catalogue: &Catalogue,
        entry: &Entry,
    ) -> Result<(), Self> {
        let Some(connect) = &desk.connect else { return Ok(()) };
        let Some(step) = needs_lab(catalogue, entry) else { return Ok(()) };
        let (lesson, step) = (entry.lesson.front.id.clone(), step.to_owned());
        Err(Self::NeedsLab { lesson, step, server: connect.door.shown() })
    }
}

fn meant(near: Option<&String>) -> String {
    near.map_or_else(String::new, |near| format!(", did you mean {near}?"))
}
