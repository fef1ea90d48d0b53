//! Arguments of library functions as Lua's own libraries take them, with their words for a wrong one.

use mlua::{Lua, Value};

use super::raised::Raised;

/// The argument at a place, counted from 1: a number, or text that is one.
pub(super) fn number(lua: &Lua, given: &[Value], place: usize, name: &str) -> mlua::Result<f64> {
    let value = given.get(place - 1);
    match lua.coerce_number(value.cloned().unwrap_or_default())? {
        Some(number) => Ok(number),
        None => Err(wrong(lua, place, name, "number", value)),
    }
}

/// The argument at a place: text, or a number as text.
pub(super) fn text(lua: &Lua, given: &[Value], place: usize, name: &str) -> mlua::Result<Vec<u8>> {
    let value = given.get(place - 1);
    match lua.coerce_string(value.cloned().unwrap_or_default())? {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => Err(wrong(lua, place, name, "string", value)),
    }
}

/// The answer to an argument of another type than is wanted.
pub(super) fn wrong(
    lua: &Lua,
    place: usize,
    name: &str,
    wanted: &str,
    given: Option<&Value>,
) -> mlua::Error {
    let kind = given.map_or("no value", kind);
    Raised::argument(lua, place, name, &format!("{wanted} expected, got {kind}"))
}

/// The name of a value's type as Lua says it.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Nil => "nil",
        Value::Boolean(_) => "boolean",
        Value::Integer(_) | Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Table(_) => "table",
        Value::Function(_) => "function",
        Value::Thread(_) => "thread",
        _ => "userdata",
    }
}
