//! What a line gives back: what is to be printed, and what happened, for checks and for the face.

use std::ops::Range;

use crate::lab::{Answer, LabEvent, Target};
use crate::resp::Reply;
use crate::resp::show::Style;
use crate::server::Change;

/// A piece of what a line prints, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// A reply of a server.
    Reply {
        /// The command that it answers.
        words: Vec<Vec<u8>>,
        /// The reply.
        reply: Reply,
        /// How it is printed where the program that asked decides that itself; else as the
        /// face likes it.
        style: Option<Style>,
        /// Who gave it.
        origin: Origin,
    },
    /// A command that a tutor command types for the learner.
    Typed(String),
    /// What a program prints on its standard output. Ends with a line end.
    Text(String),
    /// What a program prints on its standard error. Ends with a line end.
    Problem(String),
    /// A mistake at a place of the typed line.
    Wrong {
        /// The place.
        span: Range<usize>,
        /// What to do.
        message: String,
    },
    /// A remark of kvtutor, never part of a reply.
    Notice(String),
}

/// Where a reply came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The client that asked.
    pub client: String,
    /// Where that client was connected.
    pub target: Target,
    /// Who answered.
    pub answer: Answer,
    /// The database that the command ran in.
    pub db: u32,
}

/// Something that happened, as checks and the journal see it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A command ran.
    Used {
        /// Its name in upper case, `CONFIG|GET` for a subcommand.
        command: String,
        /// Who sent it: `a` is the prompt's own client.
        client: String,
        /// Whether the reply was an error.
        failed: bool,
    },
    /// Something happened in the lab.
    Lab(LabEvent),
    /// The prompt went over to another client.
    Client(String),
    /// The sandbox was killed.
    SandboxKilled,
    /// The power went: only what was on the disk is left.
    PowerLoss,
}

/// What one line did.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    /// What is to be printed.
    pub shown: Vec<Shown>,
    /// What happened.
    pub events: Vec<Event>,
    /// The keys that the line changed, with what they held before and hold now.
    pub changes: Vec<Change>,
    /// Others may have changed something besides.
    pub is_stirred: bool,
    /// The learner asked to leave (`quit` at the outermost prompt).
    pub leave: bool,
    /// The line has not come to its end: [`super::Console::waiting`] says what it waits for.
    pub waits: bool,
}

impl Ran {
    /// Nothing but a remark.
    pub fn notice(text: impl Into<String>) -> Self {
        Self { shown: vec![Shown::Notice(text.into())], ..Self::default() }
    }

    /// Whether anything went wrong: an error reply, a mistake in the line, a program that failed.
    pub fn failed(&self) -> bool {
        self.shown.iter().any(|piece| match piece {
            Shown::Reply { reply, .. } => matches!(reply, Reply::Error(_)),
            Shown::Problem(_) | Shown::Wrong { .. } => true,
            Shown::Typed(_) | Shown::Text(_) | Shown::Notice(_) => false,
        })
    }

    /// Adds what a further line did.
    pub fn append(&mut self, mut other: Ran) {
        self.shown.append(&mut other.shown);
        self.events.append(&mut other.events);
        self.changes.append(&mut other.changes);
        self.is_stirred |= other.is_stirred;
        self.leave |= other.leave;
        self.waits |= other.waits;
    }
}
