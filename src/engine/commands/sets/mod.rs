//! Commands on sets: members without order, each at most once.

pub(super) mod algebra;
pub(super) mod members;
pub(super) mod random;

use crate::engine::data::{Set, Value};
use crate::engine::{Error, Keys};

/// `value` if it is a set.
fn set(value: &Value) -> Result<&Set, Error> {
    let Value::Set(set) = value else { return Err(Error::WrongType) };
    Ok(set)
}

/// Reads the set at `key`, counted as an access.
fn read<'k>(keys: &'k mut Keys<'_>, key: &[u8]) -> Result<Option<&'k Set>, Error> {
    keys.read(key).map(set).transpose()
}

/// The set at `key`, to be changed in place.
fn write<'k>(keys: &'k mut Keys<'_>, key: &[u8]) -> Result<Option<&'k mut Set>, Error> {
    match keys.write(key) {
        None => Ok(None),
        Some(Value::Set(set)) => Ok(Some(set)),
        Some(_) => Err(Error::WrongType),
    }
}
