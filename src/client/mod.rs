//! Clients over a socket: of the process that owns a directory, and of any Redis, Valkey or cluster.
//!
//! # Why the `redis` crate reads the URLs only
//!
//! The prompt shows a reply as the server wrote it, and a command that waits must be one that a key
//! press can end. The crate's connections give neither: a double comes as a number, so that its digits are lost; an
//! error or a text that is not UTF-8 is changed or refused; and a reply that comes after a read has timed
//! out is thrown away, so that one cannot wait a little, look at the keyboard, and go on waiting. What it
//! knows of routing in a cluster it keeps to itself. So the bytes come by [`Remote`], which hands them
//! out as they came, and what a URL means is the crate's business.
//!
//! Knows the protocol, and of commands only what changes how client and server talk, or which server
//! of a cluster is asked. What a reply means is its user's business.

mod address;
mod cluster;
mod error;
mod info;
mod local;
mod remote;
mod slots;
mod spread;
mod stream;
mod talk;
mod tls;
mod wire;

pub use address::{Address, AddressError};
pub use cluster::Redirect;
pub use error::{ConnectError, Gone};
pub use info::{Mode, ServerInfo};
pub use local::{Client, ClientError};
pub use remote::Remote;
pub use slots::slot_of;
pub use talk::Heard;
