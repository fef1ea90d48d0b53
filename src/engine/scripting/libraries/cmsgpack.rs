//! `cmsgpack`: values as the bytes of `MessagePack`, and back.

use mlua::{Lua, MultiValue, Table, Value, Variadic};

use crate::engine::scripting::raised::Raised;
use crate::engine::scripting::{arguments, values};

/// Tables inside tables beyond this depth are packed as nothing.
const PACKED_DEPTH: usize = 16;
/// So deep may data be that is unpacked.
const UNPACKED_DEPTH: usize = 500;

/// The table `cmsgpack`.
pub(super) fn library(lua: &Lua) -> mlua::Result<Table> {
    let cmsgpack = lua.create_table()?;
    cmsgpack.raw_set("_NAME", "cmsgpack")?;
    cmsgpack.raw_set("_VERSION", "lua-cmsgpack 0.4.0")?;
    cmsgpack.raw_set("_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo")?;
    cmsgpack.raw_set("_DESCRIPTION", "MessagePack C implementation for Lua")?;
    let pack = lua.create_function(|lua, given: Variadic<Value>| {
        if given.is_empty() {
            return Err(Raised::argument(lua, 0, "pack", "MessagePack pack needs input."));
        }
        let mut out = Vec::new();
        for value in given.iter() {
            pack_value(value, 0, &mut out)?;
        }
        lua.create_string(out)
    })?;
    cmsgpack.raw_set("pack", pack)?;
    let unpack = lua.create_function(|lua, given: Variadic<Value>| {
        let data = arguments::text(lua, &given, 1, "unpack")?;
        unpack_some(lua, &data, 0, 0)
    })?;
    cmsgpack.raw_set("unpack", unpack)?;
    let unpack_one = lua.create_function(|lua, given: Variadic<Value>| {
        let data = arguments::text(lua, &given, 1, "unpack_one")?;
        unpack_some(lua, &data, 1, whole(lua, &given, 2, "unpack_one", Some(0))?)
    })?;
    cmsgpack.raw_set("unpack_one", unpack_one)?;
    let unpack_limit = lua.create_function(|lua, given: Variadic<Value>| {
        let data = arguments::text(lua, &given, 1, "unpack_limit")?;
        let limit = whole(lua, &given, 2, "unpack_limit", None)?;
        unpack_some(lua, &data, limit, whole(lua, &given, 3, "unpack_limit", Some(0))?)
    })?;
    cmsgpack.raw_set("unpack_limit", unpack_limit)?;
    Ok(cmsgpack)
}

fn whole(
    lua: &Lua,
    given: &[Value],
    place: usize,
    name: &str,
    otherwise: Option<i64>,
) -> mlua::Result<i64> {
    match otherwise.filter(|_| given.get(place - 1).is_none_or(Value::is_nil)) {
        Some(otherwise) => Ok(otherwise),
        None => arguments::number(lua, given, place, name).map(values::truncated),
    }
}

fn pack_value(value: &Value, depth: usize, out: &mut Vec<u8>) -> mlua::Result<()> {
    match value {
        Value::Boolean(value) => out.push(if *value { 0xc3 } else { 0xc2 }),
        Value::Integer(number) => pack_integer(*number, out),
        // Minus nothing is nothing.
        Value::Number(0.0) => out.push(0),
        Value::Number(number) => pack_number(*number, out),
        Value::String(text) => pack_text(&text.as_bytes(), out),
        Value::Table(table) if depth < PACKED_DEPTH => pack_table(table, depth, out)?,
        _ => out.push(0xc0),
    }
    Ok(())
}

fn pack_integer(number: i64, out: &mut Vec<u8>) {
    let bytes = number.to_be_bytes();
    let (code, length) = match number {
        -32..=127 => {
            out.extend(bytes.last());
            return;
        }
        128..=0xff => (0xcc, 1),
        0x100..=0xffff => (0xcd, 2),
        0x1_0000..=0xffff_ffff => (0xce, 4),
        0x1_0000_0000..=i64::MAX => (0xcf, 8),
        -0x80..=-33 => (0xd0, 1),
        -0x8000..=-0x81 => (0xd1, 2),
        -0x8000_0000..=-0x8001 => (0xd2, 4),
        i64::MIN..=-0x8000_0001 => (0xd3, 8),
    };
    out.push(code);
    out.extend_from_slice(bytes.get(8 - length..).unwrap_or_default());
}

/// In four bytes where that loses nothing.
fn pack_number(number: f64, out: &mut Vec<u8>) {
    #[expect(clippy::cast_possible_truncation, reason = "compared with what it was")]
    let short = number as f32;
    if f64::from(short).to_bits() == number.to_bits() {
        out.push(0xca);
        out.extend_from_slice(&short.to_be_bytes());
    } else {
        out.push(0xcb);
        out.extend_from_slice(&number.to_be_bytes());
    }
}

fn pack_text(text: &[u8], out: &mut Vec<u8>) {
    head(text.len(), [(31, 0xa0, 0), (0xff, 0xd9, 1), (0xffff, 0xda, 2)], 0xdb, out);
    out.extend_from_slice(text);
}

/// A code and a length: the first form that holds it; of the last one the length has four bytes.
fn head(length: usize, forms: [(usize, u8, usize); 3], last: u8, out: &mut Vec<u8>) {
    let bytes = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let form = forms.iter().find(|(most, _, _)| length <= *most);
    let (code, width) = form.map_or((last, 4), |(_, code, width)| (*code, *width));
    if width == 0 {
        out.push(code | bytes[3]);
        return;
    }
    out.push(code);
    out.extend_from_slice(bytes.get(4 - width..).unwrap_or_default());
}

/// A table whose keys are 1, 2, … is an array, any other a map.
fn pack_table(table: &Table, depth: usize, out: &mut Vec<u8>) -> mlua::Result<()> {
    let (mut count, mut last, mut is_array) = (0_usize, 0_i64, true);
    for pair in table.pairs::<Value, Value>() {
        match pair?.0 {
            Value::Integer(place) if place >= 1 => last = last.max(place),
            _ => is_array = false,
        }
        count += 1;
    }
    if is_array && usize::try_from(last) == Ok(count) {
        head(count, [(15, 0x90, 0), (0xffff, 0xdc, 2), (0xffff, 0xdc, 2)], 0xdd, out);
        for place in 1..=last {
            pack_value(&table.raw_get(place)?, depth + 1, out)?;
        }
        return Ok(());
    }
    head(count, [(15, 0x80, 0), (0xffff, 0xde, 2), (0xffff, 0xde, 2)], 0xdf, out);
    for pair in table.pairs::<Value, Value>() {
        let (key, value) = pair?;
        pack_value(&key, depth + 1, out)?;
        pack_value(&value, depth + 1, out)?;
    }
    Ok(())
}

/// The values from an offset on; before them, unless everything was wanted, where the next one begins.
fn unpack_some(lua: &Lua, data: &[u8], limit: i64, offset: i64) -> mlua::Result<MultiValue> {
    let length = data.len();
    let (Ok(start), Ok(most)) = (usize::try_from(offset), usize::try_from(limit)) else {
        let text =
            format!("Invalid request to unpack with offset of {offset} and limit of {length}.");
        return Err(Raised::text(lua, text));
    };
    if start > length {
        let text = format!("Start offset {start} greater than input length {length}.");
        return Err(Raised::text(lua, text));
    }
    let is_all = limit == 0 && offset == 0;
    let mut reader = Reader { lua, data, at: start };
    let mut found = Vec::new();
    while reader.at < length && (is_all || found.len() < most) {
        found.push(reader.value(0)?);
    }
    if !is_all {
        let next = if reader.at == length { -1.0 } else { reader.at as f64 };
        found.insert(0, Value::Number(next));
    }
    Ok(found.into_iter().collect())
}

struct Reader<'a> {
    lua: &'a Lua,
    data: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> mlua::Result<&'a [u8]> {
        let taken = self.data.get(self.at..).and_then(|rest| rest.get(..count));
        let taken = taken.ok_or_else(|| Raised::text(self.lua, "Missing bytes in input."))?;
        self.at += count;
        Ok(taken)
    }

    /// An unsigned number of so many bytes, at most eight.
    fn number(&mut self, width: usize) -> mlua::Result<u64> {
        Ok(self.take(width)?.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    fn length(&mut self, width: usize) -> mlua::Result<usize> {
        Ok(usize::try_from(self.number(width)?).unwrap_or(usize::MAX))
    }

    fn value(&mut self, depth: usize) -> mlua::Result<Value> {
        let code = self.number(1)?;
        let low = |bits: u64| usize::try_from(code & bits).unwrap_or(0);
        // A number of so many bytes that has a sign.
        let signed = |number: u64, width: u32| {
            let unused = 64 - 8 * width;
            Value::Number(((number << unused).cast_signed() >> unused) as f64)
        };
        Ok(match code {
            0..=0x7f => Value::Number(code as f64),
            0xe0..=0xff => signed(code, 1),
            0x80..=0x8f => self.map(low(15), depth)?,
            0x90..=0x9f => self.array(low(15), depth)?,
            0xa0..=0xbf => self.text(low(31))?,
            0xc0 => Value::Nil,
            0xc2 => Value::Boolean(false),
            0xc3 => Value::Boolean(true),
            0xca => {
                let bits = u32::try_from(self.number(4)?).unwrap_or(0);
                Value::Number(f64::from(f32::from_bits(bits)))
            }
            0xcb => Value::Number(f64::from_bits(self.number(8)?)),
            0xcc => Value::Number(self.number(1)? as f64),
            0xcd => Value::Number(self.number(2)? as f64),
            0xce => Value::Number(self.number(4)? as f64),
            0xd0 => signed(self.number(1)?, 1),
            0xd1 => signed(self.number(2)?, 2),
            0xd2 => signed(self.number(4)?, 4),
            0xcf | 0xd3 => signed(self.number(8)?, 8),
            0xd9 => self.long_text(1)?,
            0xda => self.long_text(2)?,
            0xdb => self.long_text(4)?,
            0xdc => {
                let length = self.length(2)?;
                self.array(length, depth)?
            }
            0xdd => {
                let length = self.length(4)?;
                self.array(length, depth)?
            }
            0xde => {
                let length = self.length(2)?;
                self.map(length, depth)?
            }
            0xdf => {
                let length = self.length(4)?;
                self.map(length, depth)?
            }
            _ => return Err(Raised::text(self.lua, "Bad data format in input.")),
        })
    }

    fn long_text(&mut self, width: usize) -> mlua::Result<Value> {
        let length = self.length(width)?;
        self.text(length)
    }

    fn text(&mut self, length: usize) -> mlua::Result<Value> {
        let text = self.take(length)?;
        self.lua.create_string(text).map(Value::String)
    }

    /// A header alone must not take memory: tables grow as their elements come.
    fn array(&mut self, length: usize, depth: usize) -> mlua::Result<Value> {
        let table = self.open(depth)?;
        for place in 1..=length {
            table.raw_set(place, self.value(depth + 1)?)?;
        }
        Ok(Value::Table(table))
    }

    fn map(&mut self, length: usize, depth: usize) -> mlua::Result<Value> {
        let table = self.open(depth)?;
        for _ in 0..length {
            let (key, value) = (self.value(depth + 1)?, self.value(depth + 1)?);
            let is_key = match &key {
                Value::Nil => false,
                Value::Number(number) => !number.is_nan(),
                _ => true,
            };
            if !is_key {
                return Err(Raised::text(self.lua, "Bad data format in input."));
            }
            table.raw_set(key, value)?;
        }
        Ok(Value::Table(table))
    }

    fn open(&self, depth: usize) -> mlua::Result<Table> {
        if depth >= UNPACKED_DEPTH {
            return Err(Raised::text(self.lua, "stack overflow (the data are nested too deeply)"));
        }
        self.lua.create_table()
    }
}
