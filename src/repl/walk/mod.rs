//! The walkthrough: a lesson in front of a class, piece by piece, on a live store.
//!
//! Reading order: [`presenter`] is the walk as the prompt's machinery sees it, [`render`] is how
//! pieces look, [`terminal`] and [`linear`] are its two faces, [`notes`] is what the teacher reads on
//! another screen. Nothing here knows how a lesson is cut or how a store is taken back.

mod keys;
mod large;
mod linear;
pub mod notes;
mod presenter;
mod render;
mod terminal;

use std::io;

use super::{Input, Setting};
use crate::lesson::walk::Walk;
use notes::Board;

/// How a lesson is presented.
pub struct Style {
    /// Few words on a line, a blank line between two, no faint colours.
    pub large: bool,
    /// How many letters of a command are typed in a second; 0 is all at once.
    pub letters: u32,
    /// Where the presenter tells the notes where the walk stands.
    pub board: Board,
}

/// Presents a lesson until the presenter leaves. An output that was closed ends it quietly.
pub fn run(walk: Walk, setting: &Setting, style: Style) -> io::Result<()> {
    let board = style.board.clone();
    let ended = match setting.input {
        Input::Edited => terminal::run(walk, setting, style),
        Input::Echoed | Input::Silent => linear::run(walk, setting, &style),
    };
    board.clear();
    match ended {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
