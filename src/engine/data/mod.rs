//! The structures that values are made of.
//!
//! Data only: no command, no reply, no time, no key expiry. What Redis decides about
//! encodings (when a packed form becomes a table) is decided here, so that `OBJECT ENCODING`
//! agrees with it.

mod bytes;
mod dict;
mod extended;

pub use bytes::Bytes;
pub use dict::{DEFAULT_SEED, Dict};
pub use extended::Extended;
mod value;
pub use value::{Limits, Value};
