//! The one integration test binary: it links once, a line for each module.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

mod architecture;
mod authors;
mod background;
mod bad_input;
mod cli;
mod clients;
mod configuration;
mod connected;
mod differential;
mod dump;
mod every_command;
mod foreign;
mod fuzz;
mod guide;
mod hostile;
mod info;
mod lessons;
mod mutants;
mod newer_files;
mod payloads;
mod peer;
mod persistence;
mod piped;
mod programs;
mod python;
mod readme;
mod remote;
mod report;
mod serve;
mod server;
mod table;
mod terminal;
mod version;
