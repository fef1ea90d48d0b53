//! The structures that values are made of.
//!
//! Data only: no command, no reply, no time, no key expiry. What Redis decides about
//! encodings (when a packed form becomes a table) is decided here, so that `OBJECT ENCODING`
//! agrees with it.

mod bound;
mod bytes;
mod chunk;
mod counts;
mod dict;
mod entry;
mod hash;
mod int_set;
mod items;
mod limits;
mod list;
mod order;
mod packed;
mod piece;
mod score_table;
mod scored;
mod set;
mod sorted_set;
mod timed_hash;
mod value;

pub use bound::{LexBound, ScoreBound};
pub use bytes::Bytes;
pub use chunk::End;
pub use dict::{DEFAULT_SEED, Dict};
pub use entry::Pieces;
pub use hash::{Fields, Hash};
pub use int_set::IntSet;
pub use items::Items;
pub use limits::Limits;
pub use list::List;
pub use packed::{Packed, Pairs};
pub use piece::{Piece, parse_int};
pub use score_table::{ScoreTable, TableRange};
pub use scored::Scored;
pub use set::{Members, Set};
pub use sorted_set::SortedSet;
pub use timed_hash::TimedHash;
pub use value::{Value, ValueKind};
