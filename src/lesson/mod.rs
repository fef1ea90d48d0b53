//! Lessons: the file an author writes, the checks in it, and what they say about a learner's data.
//!
//! Reading order: [`problem`] is how an author's mistake is told, [`mod@format`] reads a lesson file,
//! [`check`] holds the assertions of one task, [`objects`] judges stored data as objects and
//! [`generate`] derives states that a check must judge rightly. Nothing here knows the engine's
//! insides, a terminal or a file system: facts are asked for through small traits.

mod answers;
pub mod catalogue;
pub mod check;
pub mod course_map;
pub mod elsewhere;
pub mod format;
pub mod generate;
mod number;
pub mod objects;
pub mod problem;
pub mod prove;
pub mod receipt;
mod references;
pub mod session;
mod shown;
pub mod stage;
mod suggest;
mod text;
pub mod walk;

pub use suggest::nearest;
pub use text::printable;
