//! The prompt on a real terminal, its screen read back.

mod course;
pub mod harness;
mod play;
pub mod walk;
