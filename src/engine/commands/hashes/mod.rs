//! Commands on hashes: fields with values under one key.

pub(super) mod fields;
pub(super) mod numbers;
pub(super) mod random;
pub(super) mod times;
pub(super) mod walks;
pub(super) mod with_times;

use crate::engine::data::{Hash, Value};
use crate::engine::{Error, Keys};

/// The hash at `key`, counted as an access.
fn read<'a>(keys: &'a mut Keys<'_>, key: &[u8]) -> Result<Option<&'a Hash>, Error> {
    keys.read(key)
        .map(|value| match value {
            Value::Hash(hash) => Ok(hash),
            Value::Int(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::SortedSet(_) => Err(Error::WrongType),
        })
        .transpose()
}

/// The hash at `key`, to be changed.
fn write<'a>(keys: &'a mut Keys<'_>, key: &[u8]) -> Result<Option<&'a mut Hash>, Error> {
    keys.write(key).map(hash_mut).transpose()
}

/// The hash at `key`, to put something into it; made if there is none.
fn obtain<'a>(keys: &'a mut Keys<'_>, key: &[u8]) -> Result<&'a mut Hash, Error> {
    let value = keys.write_or_insert(key, || Value::Hash(Hash::new()));
    hash_mut(value.ok_or(Error::DbIndexOutOfRange)?)
}

fn hash_mut(value: &mut Value) -> Result<&mut Hash, Error> {
    match value {
        Value::Hash(hash) => Ok(hash),
        Value::Int(_) | Value::Str(_) | Value::List(_) | Value::Set(_) | Value::SortedSet(_) => {
            Err(Error::WrongType)
        }
    }
}
