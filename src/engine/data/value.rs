//! What a key holds. Stands in until the collections arrive.

use super::Bytes;

/// The value of a key.
#[derive(Debug, Clone)]
pub enum Value {
    /// A string that is a number.
    Int(i64),
    /// A string.
    Str(Bytes),
    /// A list.
    List(Box<u8>),
    /// A set.
    Set(Box<u8>),
    /// A hash.
    Hash(Box<u8>),
    /// A sorted set.
    SortedSet(Box<u8>),
}

impl Value {
    /// Whether it is a collection that holds nothing, so that its key must go.
    pub fn is_empty_collection(&self) -> bool {
        false
    }
}

/// When packed encodings give way to others.
#[derive(Debug, Clone, Default)]
pub struct Limits;
