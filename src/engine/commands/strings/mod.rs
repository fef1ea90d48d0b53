//! Commands on strings: byte strings up to 512 MB that may hold text, numbers or bits.

pub(super) mod bitfield;
pub(super) mod bits;
pub(super) mod lcs;
pub(super) mod numbers;
pub(super) mod ranges;
pub(super) mod values;

use crate::engine::data::{Bytes, Piece, Value};
use crate::engine::{Error, Keys, LongDouble};
use crate::resp::Writer;

/// `proto-max-bulk-len`'s default, in bytes: no string grows beyond it.
const MAX_LEN: usize = 512 * 1024 * 1024;

/// The text of `value` if it is a string.
fn text(value: &Value) -> Result<Piece<'_>, Error> {
    value.as_string().ok_or(Error::WrongType)
}

/// Reads the string at `key`, counted as an access.
fn read<'a>(keys: &'a mut Keys<'_>, key: &[u8]) -> Result<Option<Piece<'a>>, Error> {
    keys.read(key).map(text).transpose()
}

/// Replies with a string.
fn reply(writer: &mut Writer<'_>, text: Piece<'_>) {
    writer.bulk(text.text(&mut itoa::Buffer::new()));
}

/// Replies with a string, or with null where there is none.
fn reply_or_null(writer: &mut Writer<'_>, text: Option<Piece<'_>>) {
    match text {
        Some(text) => reply(writer, text),
        None => writer.null(),
    }
}

/// The integer that `value` holds.
fn integer(value: &Value) -> Result<i64, Error> {
    text(value)?.as_int().ok_or(Error::NotAnInteger)
}

/// The number that `value` holds, with its fraction.
fn long_double(value: &Value) -> Result<LongDouble, Error> {
    match text(value)? {
        Piece::Int(number) => Ok(LongDouble::from(number)),
        Piece::Bytes(bytes) => LongDouble::parse(bytes).ok_or(Error::NotAFloat),
    }
}

/// The string at `key` to be changed in place, at least `len` bytes long: it is made, or filled
/// up with zero bytes.
fn grow<'a>(keys: &'a mut Keys<'_>, key: &[u8], len: usize) -> Result<&'a mut Vec<u8>, Error> {
    if !keys.contains(key) {
        keys.insert(key, Value::Str(Bytes::new()));
    }
    let value = keys.write(key).ok_or(Error::NoSuchKey)?;
    let bytes = value.string_mut().ok_or(Error::WrongType)?;
    if bytes.len() < len {
        bytes.resize(len, 0);
    }
    Ok(bytes)
}
