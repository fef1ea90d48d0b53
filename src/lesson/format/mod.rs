//! The lesson file: Markdown with a front matter, steps and fenced blocks that have roles.
//!
//! [`parse`] reads one file and either gives the whole [`Lesson`] or every mistake in it at once.
//! It only judges text: it opens no file, runs no command, and does not know the other lessons.
//!
//! # A file
//!
//! ````text
//! ---
//! id: 4hhb-load
//! title: Load 4HHB
//! minutes: 15
//! db: 1
//! files: [4HHB_summary.json]
//! ---
//! Text before the first step introduces the lesson.
//!
//! ## Store the chains {#store points=2}
//! Text, and blocks whose first word is a role:
//! ```check
//! [count] DBSIZE == 4
//! ```
//! ```solution
//! > SELECT 1
//! ```
//! ````
//!
//! # What the format leaves open, and is decided here
//!
//! - `id`, `title` and `minutes` must be there, the other keys may be left out. `format` is 1.
//!   `skip` is the reason, in words, why `kvtutor test` leaves this lesson out.
//! - Ids and names are lower-case letters, digits and hyphens, and begin with a letter or digit.
//! - A byte order mark and Windows line ends are read without complaint: an editor put them there.
//!   Any other control character is an error, since lesson text reaches a terminal.
//! - Blocks stand at the outermost level, not in a list or quote. Before the first step there may
//!   be text, shown listings, `redis` transcripts and `teacher` notes.
//! - A step has at most one `check`, `setup` and `ask`. A task (a step with a `check`) has a
//!   `solution`; `hint`, `ask`, `solution`, `right` and `wrong` need a `check` to serve.
//! - Only the first `solution` may go without a name. Names differ within a step.
//! - A step counts one point if it has a `check` or a `quiz` and says nothing else, otherwise none.
//! - A block without a role, or whose first word is an ordinary language such as `json` or `bash`,
//!   is a listing: shown, never run. (`py` is a Python listing, `python` a transcript that runs.)
//! - In a `redis` block a line `...` stands for any lines, and `(unordered)` above a reply lets its
//!   lines come in any order.
//! - A choice of a `quiz` stands on one line; its reply is indented below it and begins with a capital
//!   letter, so that a choice that was broken into two lines is noticed.
//! - A `choice` question lists its choices in round brackets at the end of its label.

mod ask;
mod attributes;
mod blocks;
mod front;
mod model;
mod placement;
mod quiz;
mod source;
mod steps;
mod typed;
mod yaml;

#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod tests;

pub use ask::{Answer, Question};
pub use attributes::{is_name, slug};
pub use model::{
    Content, Expect, Front, Lesson, Listing, Outline, Part, Script, Step, StepRef, Wrong,
};
pub use quiz::{Choice, Quiz};
pub use typed::{Exchange, Line, Transcript};

use super::check::Commands;
use super::check::parse::Context;
use super::problem::Problem;

/// A file with mistakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faulty {
    /// What could be read all the same.
    pub outline: Outline,
    /// Every mistake; at least one.
    pub problems: Vec<Problem>,
}

/// Reads a lesson file. `path` is only used to say where a mistake is; `commands` says which commands
/// a check may use, and `read` gives the files beside the lesson, which a check must fit.
pub fn parse(
    path: &str,
    bytes: &[u8],
    commands: &dyn Commands,
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Lesson, Box<Faulty>> {
    let path = path.to_owned();
    let source = source::decode(bytes).map_err(|(source, problems)| {
        let outline = Outline { path: path.clone(), source, ..Outline::default() };
        Box::new(Faulty { outline, problems })
    })?;
    let mut problems = Vec::new();
    let (front, body_at) = front::parse(&source, &mut problems);
    let (intro, steps) = match body_at {
        Some(at) => {
            let files = front.files_known.then_some(front.front.files.as_slice());
            let context = Context { commands, files, read };
            steps::parse(&source, at, context, &mut problems)
        }
        None => (Vec::new(), Vec::new()),
    };
    let lesson = Lesson { path, source, front: front.front, intro, steps };
    if problems.is_empty() {
        return Ok(lesson);
    }
    Err(Box::new(Faulty { outline: lesson.outline(), problems }))
}
