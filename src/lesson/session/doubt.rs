//! Emptying what a server elsewhere holds in a lesson's databases: where somebody else may have stored
//! something there, it is asked first, and the next line is the answer.

use super::{Said, Session, acts};
use crate::lab::remote::Remote;
use crate::lesson::elsewhere::doubt;

/// What waits for a yes.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// To go to a lesson, or a step.
    Go(String),
    /// To begin the step anew.
    Reset,
    /// To have it solved from its beginning.
    Solution { show: bool },
}

impl Session {
    /// Asks before this wish is done, if that empties what may be somebody else's; whether it asked.
    /// `goes_on` says that the lesson goes on with what it left there.
    pub(super) fn asks(
        &mut self,
        wish: Wish,
        lesson: &str,
        goes_on: bool,
        said: &mut Vec<Said>,
    ) -> bool {
        if self.desk.agrees {
            return false;
        }
        let Some(connect) = &self.desk.connect else { return false };
        self.stage.console.take_stock();
        let Some(question) = doubt(connect, lesson, goes_on) else { return false };
        said.push(Said::Note(question));
        self.wish = Some(wish);
        true
    }

    /// Does what was asked about, if this line is the answer. Any other line is one like others.
    pub(super) fn answer_wish(&mut self, line: &[u8], said: &mut Vec<Said>) -> bool {
        let (Some(wish), Some(connect)) = (self.wish.take(), &self.desk.connect) else {
            return false;
        };
        let done = match (line.trim_ascii().to_ascii_lowercase().as_slice(), &wish) {
            (b"yes", _) => Remote::accept(connect),
            (b"no", Wish::Go(_)) => Remote::release(connect),
            (b"no", Wish::Reset | Wish::Solution { .. }) => {
                said.push(Said::Note("everything stays as it is".to_owned()));
                return true;
            }
            _ => return false,
        };
        if let Err(reason) = done {
            said.push(Said::Note(reason));
            return true;
        }
        match wish {
            Wish::Go(reference) => acts::go(self, &reference, said),
            Wish::Reset => acts::reset(self, said),
            Wish::Solution { show } => acts::solution(self, show, said),
        }
        true
    }
}
