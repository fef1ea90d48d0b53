//! The prompt on a real terminal, its screen read back.

pub mod harness;
mod play;
pub mod walk;
