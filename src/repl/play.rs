//! The prompt with no lesson: the console alone.

use super::words::{self, Place};
use super::{Piece, Shell, Turn};
use crate::lab::console::{Console, Shown};
use crate::screen::Look;
use crate::syntax::{self, Line};

/// A console with no lesson.
pub struct Play {
    console: Console,
    notices: Vec<String>,
}

impl Play {
    /// Takes a console over; `notices` are said first.
    pub fn new(console: Console, notices: Vec<String>) -> Self {
        Self { console, notices }
    }
}

impl Shell for Play {
    fn console(&self) -> &Console {
        &self.console
    }

    fn console_mut(&mut self) -> &mut Console {
        &mut self.console
    }

    fn submit(&mut self, line: &[u8], _look: Look) -> Turn {
        if let Ok(Line::Tutor { word, .. }) = syntax::parse(line)
            && let Some(known) = words::find(&word.bytes)
            && known.place == Place::Lesson
        {
            return Turn::notice(format!(
                ":{} belongs to a lesson, and none is open; `kvtutor learn` opens one",
                known.name
            ));
        }
        Turn::of(self.console.run(line))
    }

    fn go_on(&mut self, stop: bool, _look: Look) -> Turn {
        Turn::of(if stop { self.console.interrupt() } else { self.console.go_on() })
    }

    fn received(&mut self, _look: Look) -> Turn {
        Turn::of(self.console.received())
    }

    fn status(&self, _look: Look) -> Option<String> {
        None
    }

    fn greeting(&mut self, _look: Look) -> Turn {
        let told = std::mem::take(&mut self.notices);
        let mut pieces: Vec<Piece> =
            told.into_iter().map(|text| Piece::Shown(Shown::Notice(text))).collect();
        let place = match self.console.server_elsewhere() {
            Some(server) => {
                let name = self.console.server_name();
                let name = name.map_or_else(String::new, |name| format!(", {name}"));
                format!("you are connected to {server}{name}, and can change all that is there")
            }
            None => "your sandbox: data stays here".to_owned(),
        };
        pieces
            .push(Piece::Shown(Shown::Notice(format!("{place}. `help` explains, `quit` leaves"))));
        Turn { pieces, ..Turn::default() }
    }

    fn tells_ports(&self) -> bool {
        true
    }

    fn close(self) {
        self.console.close();
    }
}
