//! One parse of a prompt line, with the place of every word, for execution, highlighting,
//! completion, hints and error carets alike. Bytes only: knows no command, key or terminal.
//!
//! A Redis command is quoted as redis-cli quotes, a lab line as a shell does; the first word
//! decides. Which bare words are tutor commands is for the layer that has the command table.

mod caret;
mod cursor;
mod error;
mod here;
mod line;
mod lines;
mod parse;
mod quote;
mod redis;
#[cfg(test)]
mod reference;
mod shell;
mod suspicion;
mod token;

pub use caret::caret;
pub use cursor::{CursorContext, cursor};
pub use error::{Open, Problem, SyntaxError};
pub use line::{Line, Quote, Repeat, Word};
pub use lines::{Lines, lines, pasted};
pub use parse::{Scan, Shape, parse, scan, shell_words, split_args};
pub use quote::{join, quote, quote_as};
pub use suspicion::suspicious;
