//! The prompt on a real terminal, its screen read back.

mod course;
pub mod harness;
mod lab;
mod live;
mod module;
mod play;
mod tutorial;
mod waits;
pub mod walk;
