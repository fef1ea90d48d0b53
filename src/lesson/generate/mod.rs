//! Generated states: what else a right solution could have left, and what a slip would have left.
//!
//! A check is only as good as what it lets pass and what it stops. From the source's objects, and the
//! keys a solution stored them under, [`generate`] derives right states that must pass and wrong
//! ones that must fail. It gives commands and runs none.
//!
//! # What is generated
//!
//! Right: all objects as hashes, as JSON text, as JSON text with other white space, with the fields
//! in reverse, with numbers as texts, and under other keys. Wrong, each of the fourteen mistakes;
//! those about a field once in a hash and once in JSON text. The first object bears the mistake.

mod object;
mod states;
#[cfg(test)]
mod tests;
mod variant;

use object::{Object, id_of};
use states::Maker;

pub use variant::{Generated, Variant, Way, Words};

use crate::lesson::objects::{Expected, StoredKey, keys_of};

/// All generated states for `expected` in database `db`, of which `solution` holds the keys after
/// the shown solution.
pub fn generate(expected: &Expected, db: u32, solution: &[StoredKey]) -> Vec<Generated> {
    let keys = keys_of(expected, solution);
    let objects: Vec<Object> = expected
        .objects()
        .iter()
        .zip(keys)
        .map(|(fields, key)| Object {
            key: key.unwrap_or_else(|| id_of(fields, expected.by()).into_bytes()),
            fields: fields.clone(),
        })
        .collect();
    let Some(first) = objects.first().cloned() else { return Vec::new() };
    Maker { db, by: expected.by().to_owned(), objects, first }.all()
}
