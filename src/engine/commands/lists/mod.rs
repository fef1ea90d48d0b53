//! Commands on lists: elements in the order they were put, quick at both ends.

pub(super) mod blocking;
pub(super) mod ends;
pub(super) mod moves;
pub(super) mod places;
pub(super) mod search;

use crate::engine::data::{End, List, Piece, Value, parse_int};
use crate::engine::{Args, Error, KeyEvent, Keys};

/// The list at `key`, counted as an access.
fn read<'a>(keys: &'a mut Keys<'_>, key: &[u8]) -> Result<Option<&'a List>, Error> {
    keys.read(key)
        .map(|value| match value {
            Value::List(list) => Ok(&**list),
            Value::Int(_)
            | Value::Str(_)
            | Value::Hash(_)
            | Value::Set(_)
            | Value::SortedSet(_) => Err(Error::WrongType),
        })
        .transpose()
}

/// The list at `key`, to be changed.
fn write<'a>(keys: &'a mut Keys<'_>, key: &[u8]) -> Result<Option<&'a mut List>, Error> {
    keys.write(key).map(list_mut).transpose()
}

/// The list at `key`, to put something into it; made if there is none.
fn obtain<'a>(keys: &'a mut Keys<'_>, key: &[u8]) -> Result<&'a mut List, Error> {
    let value = keys.write_or_insert(key, || Value::List(Box::default()));
    list_mut(value.ok_or(Error::DbIndexOutOfRange)?)
}

fn list_mut(value: &mut Value) -> Result<&mut List, Error> {
    match value {
        Value::List(list) => Ok(list),
        Value::Int(_) | Value::Str(_) | Value::Hash(_) | Value::Set(_) | Value::SortedSet(_) => {
            Err(Error::WrongType)
        }
    }
}

/// What happens to a list that gets elements at this end.
const fn pushed(end: End) -> KeyEvent {
    KeyEvent::list(match end {
        End::Front => "lpush",
        End::Back => "rpush",
    })
}

/// What happens to a list that loses elements at this end.
const fn popped(end: End) -> KeyEvent {
    KeyEvent::list(match end {
        End::Front => "lpop",
        End::Back => "rpop",
    })
}

/// `LEFT` or `RIGHT`.
fn end(args: &mut Args<'_>) -> Result<End, Error> {
    if args.keyword("LEFT") {
        Ok(End::Front)
    } else if args.keyword("RIGHT") {
        Ok(End::Back)
    } else {
        Err(Error::Syntax)
    }
}

/// A word in the form in which lists keep it, so that comparing it with their elements is quick.
fn element(word: &[u8]) -> Piece<'_> {
    parse_int(word).map_or(Piece::Bytes(word), Piece::Int)
}
