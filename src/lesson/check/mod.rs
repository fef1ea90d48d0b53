//! The check language: what must be true of a learner's data, answers and doings.
//!
//! [`parse`](parse::parse) turns a `check` block into a [`Check`]; [`evaluate`]
//! judges it against [`Facts`]. Which commands only read is asked of [`Commands`],
//! which [`Table`] answers from the engine's own table; no other file here knows an engine.
//!
//! # The language
//!
//! One assertion a line, and below it the messages for when it fails:
//!
//! ```text
//! # a comment
//! [stored] objects by chain_id == file 4HHB_summary.json $.chains
//!   else whole-file: `{key}` holds the whole file. Store each chain under a key of its own.
//! [count] DBSIZE == file 4HHB_summary.json $.chains length
//!   else > 4: db 1 holds {got} keys for {want} chains.
//! [kept] any of
//!   CONFIG GET appendonly has yes
//!   on redis LASTSAVE > 0
//! end
//!   else: Nothing keeps the data when the server stops.
//! accept extra-field: notes beside the data are welcome here
//! ```
//!
//! - **Label.** `[label]` names an assertion for `expect=`; without one its number among the
//!   assertions is its label. A group has one label, its alternatives have none.
//! - **Place.** `db=2` and `on CONTAINER` stand before the subject, or after a command's last word;
//!   without them a check reads the lesson's `db` of the server that the prompt talks to. A key
//!   that really is called `db=2` is written in quotes.
//! - **Subjects.** A command that only reads; `answer NAME`; `objects by FIELD`; `keys`, the names
//!   of all keys; or an event since the step began, which takes no operator: `used CMD` (it was sent,
//!   whatever came back), `restarted`, `killed`, `power-loss` (which is a kill too), `client python`.
//! - **Places.** `db=n` and `on CONTAINER`, before or behind a command, `objects` and `keys`.
//! - **Values.** `"…"` or `'…'` quoted as at the prompt, numbers, bare words, several where a list
//!   is compared; a command in capitals that only reads, with a place before it if need be; or
//!   `file NAME $.path`, with `length` for how many there are.
//! - **`==` and `!=`.** Quoted text compares byte by byte; an unquoted number compares as a number,
//!   so `4` equals `4.0`. Answers ignore case and outer white space. Several values compare with a
//!   list in order, a `keys` subject in any order.
//! - **`< <= > >=` and `in a..b`** (both ends included) compare numbers; what is not a number fails.
//! - **`~ /re/`**, or `/re/i`, looks for a match anywhere in the text.
//! - **`is`.** `nil` and `error` look at the reply. `string`, `hash`, `list`, `set` and `zset` look
//!   at what `TYPE key` replies; `string` is also true of any other reply that is a text.
//! - **`json==`** compares as JSON: order of fields and white space do not count.
//!   **`set==`** compares lists in any order. **`has`** wants each of its values among a list's
//!   elements, or within a text.
//! - **`else`.** The first that fits is told: `else:`, `else KIND:` for objects, and
//!   `else == 3:`, `else < 3:` and so on for what was got. `else:` speaks of work that is still open:
//!   a learner reads it who asks for it with `:check`, or has answered. The others name a mistake and
//!   are told as soon as it is made.
//! - **Order.** An answer that is compared with a command is taken only when every assertion above
//!   it that is not about an answer holds: who counts after a restart has restarted first.

pub mod ast;
mod clause;
mod commands;
mod early;
pub mod eval;
#[cfg(test)]
mod eval_tests;
mod nearly;
mod operand;
pub mod parse;
pub mod path;
mod source;
mod template;
mod token;
mod told;
mod value;

#[cfg(test)]
pub mod tests;

pub use ast::{
    Accept, Assertion, Check, Else, Event, Group, Item, Literal, Operator, Pattern, Place, Shape,
    Source, Subject, Test, Value, When,
};
pub use clause::OPERATORS;
pub use commands::Table;
pub use early::too_early;
pub use eval::{Facts, Failure, Outcome, evaluate, first_failure};
pub use path::Path;
pub use source::{Wanted, files_of, verify_files, wanted_objects};
pub use template::{Placeholder, Template};

/// What the check language asks of the command table.
pub trait Commands {
    /// Whether there is a command of that name, in any case.
    fn exists(&self, name: &[u8]) -> bool;

    /// The names of all commands, to say which one was meant.
    fn names(&self) -> Vec<&'static str>;

    /// The name that these words begin with, in capitals, a subcommand after a space; or the names
    /// that could have been meant.
    fn full_name(&self, words: &[&str]) -> Result<String, Vec<String>>;

    /// Whether this command only reads; if not, or if it cannot be called so, why, in words for a
    /// lesson's author.
    fn reads_only(&self, words: &[Vec<u8>]) -> Result<(), String>;
}
