//! Tables to JSON text. A table whose keys are whole numbers from 1 on is an array, any other an object.

use mlua::{Function, Lua, Table, Value};

use super::{DEEPEST, Invalid, Settings, Sparse};
use crate::engine::scripting::arguments::kind;
use crate::engine::scripting::raised::Raised;
use crate::resp::number::format_digits;

/// A table that is being written. There is a list of them and no recursion, since a script decides how
/// deep its tables are.
enum Open {
    /// The place of the next element, and of the last one.
    Array(Table, i64, i64),
    /// The key that was written last; nothing at first.
    Object(Table, Value),
}

/// Writes a value; `next` is Lua's own.
pub(super) fn encode(
    lua: &Lua,
    value: &Value,
    settings: &Settings,
    next: &Function,
) -> mlua::Result<Vec<u8>> {
    let (mut out, mut open) = (Vec::new(), Vec::new());
    begin(lua, value, settings, &mut out, &mut open)?;
    while let Some(table) = open.last_mut() {
        let value = match table {
            Open::Array(table, place, last) => {
                if *place > *last {
                    out.push(b']');
                    open.pop();
                    continue;
                }
                if *place > 1 {
                    out.push(b',');
                }
                *place += 1;
                table.raw_get::<Value>(*place - 1)?
            }
            Open::Object(table, key) => {
                let is_first = key.is_nil();
                let (found, value): (Value, Value) = next.call((&*table, &*key))?;
                if found.is_nil() {
                    out.push(b'}');
                    open.pop();
                    continue;
                }
                if !is_first {
                    out.push(b',');
                }
                write_key(lua, &found, settings, &mut out)?;
                *key = found;
                value
            }
        };
        begin(lua, &value, settings, &mut out, &mut open)?;
    }
    Ok(out)
}

/// Writes a value; of a table, its first sign.
fn begin(
    lua: &Lua,
    value: &Value,
    settings: &Settings,
    out: &mut Vec<u8>,
    open: &mut Vec<Open>,
) -> mlua::Result<()> {
    match value {
        Value::Nil => out.extend_from_slice(b"null"),
        value if *value == Value::NULL => out.extend_from_slice(b"null"),
        Value::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Value::Integer(number) => write_number(lua, *number as f64, settings, out)?,
        Value::Number(number) => write_number(lua, *number, settings, out)?,
        Value::String(text) => write_text(&text.as_bytes(), out),
        Value::Table(table) => {
            let depth = i64::try_from(open.len()).unwrap_or(i64::MAX) + 1;
            if depth > settings.encode_depth.min(DEEPEST) {
                let text = format!("Cannot serialise, excessive nesting ({depth})");
                return Err(Raised::text(lua, text));
            }
            if let Some(length) = length(lua, table, settings.sparse)? {
                out.push(b'[');
                open.push(Open::Array(table.clone(), 1, length));
            } else {
                out.push(b'{');
                open.push(Open::Object(table.clone(), Value::Nil));
            }
        }
        other => return Err(cannot(lua, other, "type not supported")),
    }
    Ok(())
}

/// The last place of an array; nothing for an object.
fn length(lua: &Lua, table: &Table, sparse: Sparse) -> mlua::Result<Option<i64>> {
    let (mut last, mut count) = (0_i64, 0_i64);
    for pair in table.pairs::<Value, Value>() {
        match pair?.0 {
            Value::Integer(place) if place >= 1 => last = last.max(place),
            _ => return Ok(None),
        }
        count += 1;
    }
    if sparse.ratio > 0 && last > count.saturating_mul(sparse.ratio) && last > sparse.safe {
        if !sparse.becomes_object {
            return Err(cannot(lua, &Value::Table(table.clone()), "excessively sparse array"));
        }
        return Ok(None);
    }
    Ok(Some(last).filter(|last| *last > 0))
}

fn write_key(lua: &Lua, key: &Value, settings: &Settings, out: &mut Vec<u8>) -> mlua::Result<()> {
    match key {
        Value::String(text) => write_text(&text.as_bytes(), out),
        Value::Integer(_) | Value::Number(_) => {
            out.push(b'"');
            let number = lua.coerce_number(key.clone())?.unwrap_or(f64::NAN);
            write_number(lua, number, settings, out)?;
            out.push(b'"');
        }
        other => return Err(cannot(lua, other, "table key must be a number or string")),
    }
    out.push(b':');
    Ok(())
}

fn write_number(
    lua: &Lua,
    number: f64,
    settings: &Settings,
    out: &mut Vec<u8>,
) -> mlua::Result<()> {
    if !number.is_finite() {
        match settings.encodes_invalid {
            Invalid::Written => {}
            Invalid::Null => {
                out.extend_from_slice(b"null");
                return Ok(());
            }
            Invalid::Refused => {
                return Err(cannot(lua, &Value::Number(number), "must not be NaN or Inf"));
            }
        }
    }
    let digits = u8::try_from(settings.precision).unwrap_or(14);
    out.extend_from_slice(format_digits(number, digits).as_bytes());
    Ok(())
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' | b'\\' | b'/' => out.extend_from_slice(&[b'\\', *byte]),
            8 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            12 => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..=31 | 127 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}

fn cannot(lua: &Lua, value: &Value, why: &str) -> mlua::Error {
    Raised::text(lua, format_args!("Cannot serialise {}: {why}", kind(value)))
}
