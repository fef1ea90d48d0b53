//! The network loop: sockets in front of instances.
//!
//! One thread owns the sockets. In a turn it reads from every one that has something, runs all
//! whole requests, appends to the logs once, and writes every client's replies with one call: so a
//! reply never leaves before what its fsync policy promises was done. Reading order: [`Net`] (the
//! loop), `rooms` and `limits` (what stands behind the doors), `arrivals`, `run` (the middle of a
//! turn), `client` (one connection), `request` (bytes into words), `doors` (where one connects).
//! Knows no command but by what the engine says of it.

mod arrivals;
mod beside;
mod client;
mod clients;
mod doors;
mod limits;
mod request;
mod rooms;
mod run;
mod turn;

pub use doors::{Door, DoorError, Stand};
pub use rooms::Rooms;
pub use turn::{Net, Turned};

/// Ends a wait of the loop from another thread.
pub use mio::Waker;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
