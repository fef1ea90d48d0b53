//! The walk as the prompt's machinery sees it: a console with a presentation around it.

use crate::lab::console::Console;
use crate::lesson::walk::Walk;
use crate::repl::words::{self, Place};
use crate::repl::{Shell, Turn};
use crate::screen::Look;
use crate::syntax::{self, Line};

/// A walk that lines can be typed into.
pub(super) struct Presenter {
    pub(super) walk: Walk,
}

impl Shell for Presenter {
    fn console(&self) -> &Console {
        self.walk.console()
    }

    fn console_mut(&mut self) -> &mut Console {
        self.walk.console_mut()
    }

    fn submit(&mut self, line: &[u8], _look: Look) -> Turn {
        if let Ok(Line::Tutor { word, .. }) = syntax::parse(line)
            && let Some(known) = words::find(&word.bytes)
            && known.place == Place::Lesson
            && known.name != "answer"
        {
            return Turn::notice(format!(
                ":{} is for learners; in a walkthrough the keys lead on: `quit` goes back to them",
                known.name
            ));
        }
        Turn::of(self.walk.run(line))
    }

    fn go_on(&mut self, stop: bool, _look: Look) -> Turn {
        Turn::of(self.walk.go_on(stop))
    }

    fn received(&mut self, _look: Look) -> Turn {
        Turn::of(self.walk.received())
    }

    fn status(&self, _look: Look) -> Option<String> {
        None
    }

    fn greeting(&mut self, _look: Look) -> Turn {
        Turn::default()
    }

    /// Everything is in memory: there is nothing to keep.
    fn close(self) {}
}
