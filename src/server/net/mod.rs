//! The network loop: sockets in front of instances.
//!
//! One thread owns everything. In a turn it reads from every socket that has something, runs all
//! whole requests, appends to the logs once, and writes every client's replies with one call: so a
//! reply never leaves before what its fsync policy promises was done. Reading order: [`Net`] (the
//! loop), `client` (one connection), `request` (bytes into words), `doors` (where one connects).
//! Knows no command but by what the engine says of it.

mod client;
mod doors;
mod request;
mod turn;

pub use doors::{Door, DoorError, Stand};
pub use turn::{Limits, Net, Rooms, Turned};
