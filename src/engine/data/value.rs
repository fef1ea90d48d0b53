//! `Value`: what stands under a key.
//!
//! Knows nothing of keys, expiry or commands.

use super::{Bytes, Hash, List, Piece, Set, SortedSet, parse_int};

/// The longest string that Redis calls `embstr`.
const EMBSTR: usize = 44;

/// A value of any type, in 24 bytes.
///
/// A string that is the decimal text of an integer can stand as that integer: see
/// [`string`](Value::string).
#[derive(Debug, Clone)]
pub enum Value {
    /// A string, kept as the number whose decimal text it is.
    Int(i64),
    /// Any string.
    Str(Bytes),
    /// A list.
    List(Box<List>),
    /// A set.
    Set(Set),
    /// A hash.
    Hash(Hash),
    /// A sorted set.
    SortedSet(SortedSet),
}

/// The types of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A string, numbers included.
    String,
    /// A list.
    List,
    /// A set.
    Set,
    /// A hash.
    Hash,
    /// A sorted set.
    ZSet,
}

impl ValueKind {
    /// What `TYPE` says.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::List => "list",
            Self::Set => "set",
            Self::Hash => "hash",
            Self::ZSet => "zset",
        }
    }
}

impl Value {
    /// A string as SET stores it: as a number where that changes nothing.
    #[inline]
    pub fn string(text: &[u8]) -> Self {
        parse_int(text).map_or_else(|| Self::Str(text.into()), Self::Int)
    }

    /// The type.
    pub const fn kind(&self) -> ValueKind {
        match self {
            Self::Int(_) | Self::Str(_) => ValueKind::String,
            Self::List(_) => ValueKind::List,
            Self::Set(_) => ValueKind::Set,
            Self::Hash(_) => ValueKind::Hash,
            Self::SortedSet(_) => ValueKind::ZSet,
        }
    }

    /// The text of a string.
    #[inline]
    pub fn as_string(&self) -> Option<Piece<'_>> {
        match self {
            Self::Int(number) => Some(Piece::Int(*number)),
            Self::Str(bytes) => Some(Piece::Bytes(bytes)),
            Self::List(_) | Self::Set(_) | Self::Hash(_) | Self::SortedSet(_) => None,
        }
    }

    /// The bytes of a string to change in place, which makes it `raw`.
    pub fn string_mut(&mut self) -> Option<&mut Vec<u8>> {
        if let Self::Int(number) = *self {
            *self = Self::Str(Piece::Int(number).to_bytes());
        }
        match self {
            Self::Str(bytes) => Some(bytes.to_mut()),
            Self::Int(_) | Self::List(_) | Self::Set(_) | Self::Hash(_) | Self::SortedSet(_) => {
                None
            }
        }
    }

    /// Whether it is a collection that holds nothing, so that its key must go.
    pub fn is_empty_collection(&self) -> bool {
        match self {
            Self::Int(_) | Self::Str(_) => false,
            Self::List(list) => list.is_empty(),
            Self::Set(set) => set.is_empty(),
            Self::Hash(hash) => hash.is_empty(),
            Self::SortedSet(set) => set.is_empty(),
        }
    }

    /// When the first field of a hash goes, in milliseconds since 1970.
    pub fn first_field_time(&self) -> Option<i64> {
        self.as_hash().and_then(Hash::first_time)
    }

    /// When the last field of a hash goes, and the hash with it; `None` if a field stays.
    pub fn last_field_time(&self) -> Option<i64> {
        self.as_hash().and_then(Hash::last_time)
    }

    const fn as_hash(&self) -> Option<&Hash> {
        match self {
            Self::Hash(hash) => Some(hash),
            Self::Int(_) | Self::Str(_) | Self::List(_) | Self::Set(_) | Self::SortedSet(_) => None,
        }
    }

    /// Removes up to `most` fields of a hash whose time has come, the first to go first.
    pub fn take_dead_fields(&mut self, now: i64, most: usize) -> Vec<Bytes> {
        match self {
            Self::Hash(hash) => hash.take_dead(now, most),
            Self::Int(_) | Self::Str(_) | Self::List(_) | Self::Set(_) | Self::SortedSet(_) => {
                Vec::new()
            }
        }
    }

    /// What `OBJECT ENCODING` says in Redis 7.0; fields that expire are Redis 7.4's.
    pub fn encoding(&self) -> &'static str {
        match self {
            Self::Int(_) => "int",
            Self::Str(bytes) if bytes.is_grown() || bytes.len() > EMBSTR => "raw",
            Self::Str(_) => "embstr",
            Self::List(list) => list.encoding(),
            Self::Set(set) => set.encoding(),
            Self::Hash(hash) => hash.encoding(),
            Self::SortedSet(set) => set.encoding(),
        }
    }

    /// About how many bytes it takes here, those of the value itself included.
    pub fn memory_usage(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Int(_) => 0,
                Self::Str(bytes) => bytes.heap_size(),
                Self::List(list) => size_of::<List>() + list.heap_size(),
                Self::Set(set) => set.heap_size(),
                Self::Hash(hash) => hash.heap_size(),
                Self::SortedSet(set) => set.heap_size(),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::data::Limits;

    #[test]
    fn is_24_bytes() {
        assert_eq!(size_of::<Value>(), 24);
        assert_eq!(size_of::<Option<Value>>(), 24);
    }

    #[test]
    fn encodings_are_those_of_redis() {
        let grown = || {
            let mut value = Value::string(b"5");
            value.string_mut().unwrap().push(b'6');
            value
        };
        let limits = Limits::default();
        let mut hash = Hash::new();
        hash.set(b"f", b"v", &limits);
        for (value, kind, encoding) in [
            (Value::string(b"-12"), "string", "int"),
            (Value::string(b"007"), "string", "embstr"),
            (Value::string(&[b'1'; 20]), "string", "embstr"),
            (Value::string(&[b'x'; 44]), "string", "embstr"),
            (Value::string(&[b'x'; 45]), "string", "raw"),
            (grown(), "string", "raw"),
            (Value::List(Box::default()), "list", "quicklist"),
            (Value::Set(Set::new()), "set", "intset"),
            (Value::Hash(hash), "hash", "listpack"),
            (Value::SortedSet(SortedSet::new()), "zset", "listpack"),
        ] {
            assert_eq!((value.kind().type_name(), value.encoding()), (kind, encoding), "{value:?}");
        }
    }

    #[test]
    fn only_strings_have_text() {
        assert_eq!(Value::string(b"42").as_string(), Some(Piece::Int(42)));
        assert_eq!(Value::string(b"a").as_string(), Some(Piece::Bytes(b"a")));
        assert_eq!(Value::Set(Set::new()).as_string(), None);
        assert_eq!(Value::Set(Set::new()).string_mut(), None);
    }
}
