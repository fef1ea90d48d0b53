//! The prompt: what a learner types is edited, completed, run and shown here.
//!
//! Reading order: [`Shell`] is what a line goes to, [`Desk`] decides what a line is and answers what
//! needs no shell, [`face`] renders what comes back, [`run`] is the loop on a terminal and off it.
//! Nothing here knows how a lesson judges or how a server stores.

mod desk;
mod editor;
mod expect;
pub mod face;
mod gather;
pub mod help;
mod linear;
mod lines;
mod live;
mod play;
pub mod py;
mod shared;
mod shell;
mod stay;
mod terminal;
#[cfg(test)]
mod testing;
mod tutor;
pub mod walk;
mod why;
pub mod words;

pub use desk::Desk;
pub use editor::keystroke;
pub use play::Play;
pub use shell::{Piece, Shell, Turn};
pub use tutor::{Tutor, TutorError};

use std::io;
use std::path::PathBuf;

use crate::screen::Look;

/// How the prompt meets the world.
#[derive(Debug, Clone)]
pub struct Setting {
    /// How lines come in.
    pub input: Input,
    /// What the screen can do; a terminal that edits tells its width anew for each line.
    pub look: Look,
    /// Where the history is kept.
    pub history: PathBuf,
    /// Whether other programs reach the prompt's servers.
    pub listens: bool,
}

/// How lines come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Key by key from a terminal, with editing and paging.
    Edited,
    /// From a terminal, which echoes what is typed.
    Echoed,
    /// From a pipe or file: each line is printed behind its prompt.
    Silent,
}

/// Reads lines and runs them until the learner leaves. An output that was closed ends it quietly.
pub fn run<S: Shell>(shell: S, setting: &Setting) -> io::Result<()> {
    let ended = match setting.input {
        Input::Edited => terminal::run(shell, setting),
        Input::Echoed | Input::Silent => linear::run(shell, setting),
    };
    match ended {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
