//! What the prompt's loop talks to: a console with or without a lesson around it.

use crate::lab::console::{Console, Ran, Shown};
use crate::screen::Look;

/// A piece of what is to be shown, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// What the console gave.
    Shown(Shown),
    /// Text that is ready for the screen and safe; ends with a line end.
    Text(String),
}

/// What one line came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Turn {
    /// What is to be shown.
    pub pieces: Vec<Piece>,
    /// The learner leaves.
    pub leave: bool,
    /// The screen is to be cleared.
    pub clear: bool,
    /// It says what the line was meant for, which explains its error.
    pub is_meant: bool,
}

impl Turn {
    /// Nothing but a remark.
    pub fn notice(text: impl Into<String>) -> Self {
        Self { pieces: vec![Piece::Shown(Shown::Notice(text.into()))], ..Self::default() }
    }

    /// Adds remarks.
    pub fn remark(&mut self, texts: Vec<String>) {
        self.pieces.extend(texts.into_iter().map(|text| Piece::Shown(Shown::Notice(text))));
    }

    /// Whether the tutor says something in it.
    pub fn speaks(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Text(_)))
    }

    /// What a console's line came to.
    pub fn of(ran: Ran) -> Self {
        let pieces = ran.shown.into_iter().map(Piece::Shown).collect();
        Self { pieces, leave: ran.leave, ..Self::default() }
    }

    /// Nothing but text that is ready for the screen.
    pub fn text(text: impl Into<String>) -> Self {
        Self { pieces: vec![Piece::Text(text.into())], ..Self::default() }
    }
}

/// A console, with whatever watches over it. It crosses threads: sockets are served beside the prompt.
pub trait Shell: Send + 'static {
    /// The console, for completion and for `:why`.
    fn console(&self) -> &Console;

    /// The console, to look at data.
    fn console_mut(&mut self) -> &mut Console;

    /// Runs a line that the prompt itself has no answer to: a command, a lab line, or a tutor
    /// command, which comes with its colon.
    fn submit(&mut self, line: &[u8], look: Look) -> Turn;

    /// What has become of a line that [waits](Console::waiting) since it was looked at last; `stop`
    /// ends it.
    fn go_on(&mut self, stop: bool, look: Look) -> Turn;

    /// What other programs did through the ports since [`Console::receive`], and what came of it.
    fn received(&mut self, look: Look) -> Turn;

    /// What stands above the prompt, if anything does: one line without its line end.
    fn status(&self, look: Look) -> Option<String>;

    /// What may stand behind a tutor command whose arguments only a lesson knows: lessons, steps,
    /// questions.
    fn choices(&self, _word: &str) -> Vec<String> {
        Vec::new()
    }

    /// What is said when the prompt opens.
    fn greeting(&mut self, look: Look) -> Turn;

    /// Whether it is said at the beginning where other programs connect.
    fn tells_ports(&self) -> bool {
        false
    }

    /// What is said to who leaves, if anything is.
    fn farewell(&self) -> Option<String> {
        None
    }

    /// The prompt ends: everything goes to the disk.
    fn close(self);
}
