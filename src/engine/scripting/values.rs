//! Values on their way into a script and out of it: replies of commands as Lua sees them, and what a
//! script returns as a reply. Knows no command.

use mlua::{Lua, Table, Value};

use super::raised::{COUNTED, error_table};
use crate::resp::number::format_double;
use crate::resp::{Collection, Protocol, Reply, Writer};

/// Tables inside tables beyond this depth are answered with an error.
const MAX_DEPTH: usize = 500;
/// Whole numbers outside are written as doubles: inside, each of them is exact.
const EXACT: f64 = 4_503_599_627_370_496.0;

/// A reply as a script sees it. In RESP 2, as scripts begin, nothing is `false`; in RESP 3 it is `nil`.
pub(super) fn from_reply(lua: &Lua, reply: &Reply, protocol: Protocol) -> mlua::Result<Value> {
    let text = |bytes: &[u8]| lua.create_string(bytes).map(Value::String);
    let named = |name: &str, value: Value| -> mlua::Result<Value> {
        let table = lua.create_table()?;
        table.raw_set(name, value)?;
        Ok(Value::Table(table))
    };
    Ok(match reply {
        Reply::Simple(status) => named("ok", text(status)?)?,
        Reply::Error(error) => {
            let table = error_table(lua, error)?;
            table.raw_set(COUNTED, true)?;
            Value::Table(table)
        }
        Reply::Integer(number) => Value::Number(*number as f64),
        Reply::Bulk(bytes) => text(bytes)?,
        Reply::Null => match protocol {
            Protocol::Resp2 => Value::Boolean(false),
            Protocol::Resp3 => Value::Nil,
        },
        Reply::Array(items) | Reply::Push(items) => {
            let table = lua.create_table_with_capacity(items.len(), 0)?;
            for (place, item) in items.iter().enumerate() {
                table.raw_set(place + 1, from_reply(lua, item, protocol)?)?;
            }
            Value::Table(table)
        }
        Reply::Map(pairs) => {
            let map = lua.create_table_with_capacity(0, pairs.len())?;
            for (key, value) in pairs {
                map.raw_set(from_reply(lua, key, protocol)?, from_reply(lua, value, protocol)?)?;
            }
            named("map", Value::Table(map))?
        }
        Reply::Set(items) => {
            let set = lua.create_table_with_capacity(0, items.len())?;
            for item in items {
                set.raw_set(from_reply(lua, item, protocol)?, true)?;
            }
            named("set", Value::Table(set))?
        }
        Reply::Double(number) => {
            let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
            named("double", Value::Number(number.unwrap_or(f64::NAN)))?
        }
        Reply::Boolean(value) => Value::Boolean(*value),
        Reply::BigNumber(digits) => named("big_number", text(digits)?)?,
        Reply::Verbatim { format, text: string } => {
            let table = lua.create_table()?;
            table.raw_set("format", text(format)?)?;
            table.raw_set("string", text(string)?)?;
            named("verbatim_string", Value::Table(table))?
        }
    })
}

/// An argument of a command, if the value is a string or a number.
pub(super) fn word(value: &Value) -> Option<Vec<u8>> {
    Some(match value {
        Value::String(text) => text.as_bytes().to_vec(),
        Value::Integer(number) => word_of_number(*number as f64),
        Value::Number(number) => word_of_number(*number),
        _ => return None,
    })
}

fn word_of_number(number: f64) -> Vec<u8> {
    if number.is_nan() {
        // As C prints it.
        return if number.is_sign_negative() { b"-nan".to_vec() } else { b"nan".to_vec() };
    }
    let is_exact = number > -EXACT && number <= EXACT && number.fract() == 0.0;
    if is_exact && !(number == 0.0 && number.is_sign_negative()) {
        return itoa::Buffer::new().format(truncated(number)).into();
    }
    format_double(number).into_bytes()
}

/// A number of Lua as an integer: cut off, and the least one where it has no room.
pub(super) fn truncated(number: f64) -> i64 {
    const ROOM: f64 = 9_223_372_036_854_775_808.0;
    if (-ROOM..ROOM).contains(&number) {
        #[expect(clippy::cast_possible_truncation, reason = "judged above")]
        let number = number as i64;
        number
    } else {
        i64::MIN
    }
}

/// Writes what a script returned; `protocol` is the one that the script has chosen for itself.
pub(super) fn write(reply: &mut Writer<'_>, value: &Value, protocol: Protocol) -> mlua::Result<()> {
    write_at(reply, value, protocol, 0)
}

fn write_at(
    reply: &mut Writer<'_>,
    value: &Value,
    protocol: Protocol,
    depth: usize,
) -> mlua::Result<()> {
    match value {
        Value::String(text) => reply.bulk(&text.as_bytes()),
        Value::Integer(number) => reply.int(*number),
        Value::Number(number) => reply.int(truncated(*number)),
        Value::Boolean(value) => match (protocol, value) {
            (Protocol::Resp3, value) => reply.boolean(*value),
            (Protocol::Resp2, true) => reply.int(1),
            (Protocol::Resp2, false) => reply.null(),
        },
        Value::Table(_) if depth >= MAX_DEPTH => reply.error(b"ERR reached lua stack limit"),
        Value::Table(table) => write_table(reply, table, protocol, depth)?,
        _ => reply.null(),
    }
    Ok(())
}

/// A table with one of the names below is a reply of that kind; any other is an array, which ends at
/// the first place that holds nothing.
fn write_table(
    reply: &mut Writer<'_>,
    table: &Table,
    protocol: Protocol,
    depth: usize,
) -> mlua::Result<()> {
    if let Some(error) = text_of(table, "err")? {
        reply.error(&error);
    } else if let Some(status) = text_of(table, "ok")? {
        reply.status(&status);
    } else if let Value::Number(number) = table.raw_get("double")? {
        reply.double(number);
    } else if let Value::Integer(number) = table.raw_get("double")? {
        reply.double(number as f64);
    } else if let Value::Table(map) = table.raw_get("map")? {
        let (mark, mut pairs) = (reply.begin(), 0);
        for pair in map.pairs::<Value, Value>() {
            let (key, value) = pair?;
            write_at(reply, &key, protocol, depth + 1)?;
            write_at(reply, &value, protocol, depth + 1)?;
            pairs += 1;
        }
        reply.end(mark, Collection::Map, pairs);
    } else if let Value::Table(set) = table.raw_get("set")? {
        let (mark, mut members) = (reply.begin(), 0);
        for pair in set.pairs::<Value, Value>() {
            write_at(reply, &pair?.0, protocol, depth + 1)?;
            members += 1;
        }
        reply.end(mark, Collection::Set, members);
    } else if let Some(digits) = text_of(table, "big_number")? {
        reply.big_number(&digits);
    } else if let Some((format, text)) = verbatim(table)? {
        reply.verbatim(format, &text);
    } else {
        let (mark, mut items) = (reply.begin(), 0);
        loop {
            let item: Value = table.raw_get(items + 1)?;
            if item.is_nil() {
                break;
            }
            write_at(reply, &item, protocol, depth + 1)?;
            items += 1;
        }
        reply.end(mark, Collection::Array, items);
    }
    Ok(())
}

/// The text in a field; a number there is none.
fn text_of(table: &Table, field: &str) -> mlua::Result<Option<Vec<u8>>> {
    Ok(match table.raw_get(field)? {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        _ => None,
    })
}

fn verbatim(table: &Table) -> mlua::Result<Option<([u8; 3], Vec<u8>)>> {
    let Value::Table(inner) = table.raw_get("verbatim_string")? else { return Ok(None) };
    let (Some(format), Some(text)) = (text_of(&inner, "format")?, text_of(&inner, "string")?)
    else {
        return Ok(None);
    };
    let mut letters = [b' '; 3];
    letters.iter_mut().zip(&format).for_each(|(letter, given)| *letter = *given);
    Ok(Some((letters, text)))
}
