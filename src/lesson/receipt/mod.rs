//! What a learner did, as a record that can be handed in: the journal it is kept in, the receipt that
//! is made of it, and what a class's receipts say together.
//!
//! Every entry carries a link made of the one before, so that a change shows. That deters and does
//! not prove: whoever can read this file can make the links anew. Knows no terminal.

mod chain;
mod class;
mod journal;
mod seal;
mod summary;

pub use chain::{Entry, Event, version};
pub use class::{Class, Learner, Mistake, minutes};
pub use journal::{Journal, JournalError};
pub use seal::{Receipt, ReceiptError};
pub use summary::{Lesson, lessons};
