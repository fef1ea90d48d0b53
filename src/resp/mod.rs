//! RESP, the protocol every part speaks: a typed writer, a decoder of requests and of replies.
//!
//! Knows bytes only: no command, no key, no terminal.

mod decoder;
mod extent;
pub mod number;
mod reply;
pub mod show;
mod writer;

pub use decoder::{DecodeError, Decoder};
pub use extent::Extent;
pub use reply::Reply;
pub use writer::{Collection, Mark, Protocol, Writer, write_request};
