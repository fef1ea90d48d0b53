//! Why a session could not begin, in words for whoever asked for it.

use crate::lab::console::ConsoleError;

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

fn meant(near: Option<&String>) -> String {
    near.map_or_else(String::new, |near| format!(", did you mean {near}?"))
}
