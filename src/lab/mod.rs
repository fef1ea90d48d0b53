//! The lab: containers without Docker, acting on real engine instances.
//!
//! Knows instances only through [`machines::Machines`], and no terminal.

pub mod docker;
pub mod model;
pub mod redis_cli;
#[cfg(test)]
mod testing;

use std::ops::Range;

/// A word of a typed line, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it says.
    pub bytes: Vec<u8>,
    /// Where it stands in the line.
    pub span: Range<usize>,
}
