//! RESP, the protocol every part speaks: a typed writer, a decoder of requests and of replies.
//!
//! Knows bytes only: no command, no key, no terminal.

mod reply;

pub use reply::Reply;
