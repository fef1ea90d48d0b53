//! The object view: what a learner stored, seen as objects and set beside the source.
//!
//! A JSON string, a hash and a JSON document with the same fields are the same object. Key names,
//! the order of fields, white space, and whether 198 is a number or a text do not matter: every
//! right way is accepted, and of several mistakes the one about the whole is told before one about a
//! detail. Knows stored values and JSON; no engine, no check language.
//!
//! # What counts as what
//!
//! - An object is recognised by the field that tells objects apart, or by sharing field names with
//!   the source. A value that shares none is `not-an-object`.
//! - Two or more objects within one string, or as the fields of one hash, are the `whole-file`; one
//!   object within another value is `nested`.
//! - Elements of a list, set or sorted set that are objects are a `list-of-objects`, even if there is
//!   only one.
//! - An object without its id field is `missing-field`, not `extra-object`; one whose id is wrong
//!   while all else is that of an object that is missing is `value-differs`.
//! - `elsewhere` needs every object right in database 0 and none right where they belong; other keys
//!   in database 0 do not matter.
//! - A number, `true`, `false` or `null` is the same as its text. A hash can only hold text: there a
//!   list or an object is its JSON text, `true` may be `True` or `1`, and `null` may be `None` or empty.
//! - Where every object is right and a key is left that is none of them, its mistake is named by what
//!   it holds, and the message says that the rest is right.

mod compare;
mod judge;
mod kind;
mod python;
mod read;
mod verdict;

#[cfg(test)]
mod right_tests;
#[cfg(test)]
mod tests;

pub use judge::{Expected, judge, keys_of};
pub use kind::Kind;
pub use verdict::{Verdict, key_list};

/// A key and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Stored,
}

/// A stored value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// A string.
    String(Vec<u8>),
    /// A hash: fields and values.
    Hash(Vec<(Vec<u8>, Vec<u8>)>),
    /// A list's elements, in order.
    List(Vec<Vec<u8>>),
    /// A set's members.
    Set(Vec<Vec<u8>>),
    /// A sorted set's members with their scores as Redis prints them.
    SortedSet(Vec<(Vec<u8>, Vec<u8>)>),
    /// A JSON document's text.
    Json(Vec<u8>),
    /// Another type, by the name that `TYPE` gives.
    Other(&'static str),
}

impl Stored {
    /// The name of its type, as `TYPE` gives it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Stored::String(_) => "string",
            Stored::Hash(_) => "hash",
            Stored::List(_) => "list",
            Stored::Set(_) => "set",
            Stored::SortedSet(_) => "zset",
            Stored::Json(_) => "ReJSON-RL",
            Stored::Other(name) => name,
        }
    }
}
