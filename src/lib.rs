//! `kvtutor`: learn databases and persistence by doing.
//!
//! The modules in reading order, from the wire up to the command line. Each knows only those
//! above it in this list; `tests/integration/architecture.rs` holds the direction of imports.

pub mod cli;
pub mod client;
pub mod engine;
pub mod escape;
pub mod lab;
pub mod lesson;
pub mod persistence;
pub mod repl;
pub mod resp;
pub mod screen;
pub mod server;
pub mod syntax;
