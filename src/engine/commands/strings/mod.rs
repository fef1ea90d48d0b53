//! Commands on strings: byte strings up to 512 MB that may hold text, numbers or bits.

pub(super) mod numbers;
pub(super) mod values;

use crate::engine::data::{Bytes, Value};
use crate::engine::{Error, Keys, LongDouble, parse_i64};

/// The bytes of a string value, an integer's digits included.
pub(super) enum Text<'a> {
    /// As stored.
    Bytes(&'a [u8]),
    /// Digits of a number that is stored as one.
    Digits(itoa::Buffer, i64),
}

impl Text<'_> {
    /// The bytes.
    pub(super) fn bytes(&mut self) -> &[u8] {
        match self {
            Text::Bytes(bytes) => bytes,
            Text::Digits(buffer, number) => buffer.format(*number).as_bytes(),
        }
    }
}

/// The bytes of `value` if it is a string.
pub(super) fn text(value: &Value) -> Result<Text<'_>, Error> {
    match value {
        Value::Str(bytes) => Ok(Text::Bytes(bytes)),
        Value::Int(number) => Ok(Text::Digits(itoa::Buffer::new(), *number)),
        Value::List(_) | Value::Set(_) | Value::Hash(_) | Value::SortedSet(_) => {
            Err(Error::WrongType)
        }
    }
}

/// Reads the string at `key`, counted as an access.
pub(super) fn read<'a>(keys: &'a mut Keys<'_>, key: &[u8]) -> Result<Option<Text<'a>>, Error> {
    keys.read(key).map(text).transpose()
}

/// A string value as Redis would encode it: a number where it is one.
pub(super) fn encode(bytes: &[u8]) -> Value {
    match parse_i64(bytes) {
        Some(number) => Value::Int(number),
        None => Value::Str(Bytes::from(bytes)),
    }
}

/// The integer that `value` holds.
fn integer(value: &Value) -> Result<i64, Error> {
    match text(value)? {
        Text::Digits(_, number) => Ok(number),
        Text::Bytes(bytes) => parse_i64(bytes).ok_or(Error::NotAnInteger),
    }
}

/// The number that `value` holds, with its fraction.
fn long_double(value: &Value) -> Result<LongDouble, Error> {
    match text(value)? {
        Text::Digits(_, number) => Ok(LongDouble::from(number)),
        Text::Bytes(bytes) => LongDouble::parse(bytes).ok_or(Error::NotAFloat),
    }
}
