//! The engine: a keyspace and the commands on it, as a state machine.
//!
//! Knows no file, socket, terminal, wall clock or global: time and randomness are handed in.

pub mod data;
