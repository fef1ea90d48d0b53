//! `cjson`: JSON text from tables and tables from JSON text.

mod decode;
mod encode;

use std::sync::{Arc, Mutex, PoisonError};

use mlua::{Function, IntoLua, Lua, Table, Value, Variadic};

use crate::engine::scripting::raised::Raised;
use crate::engine::scripting::{arguments, values};

/// However deep a script asks for: deeper tables would take more than a thread has.
const DEEPEST: i64 = 2000;

/// How a script wants its JSON.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Settings {
    encodes_invalid: Invalid,
    decodes_invalid: bool,
    keeps_buffer: bool,
    encode_depth: i64,
    decode_depth: i64,
    precision: i64,
    sparse: Sparse,
}

/// What becomes of a number that JSON does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Invalid {
    Refused,
    Written,
    Null,
}

/// From when on an array with gaps is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sparse {
    /// Then it is written as an object.
    becomes_object: bool,
    /// There are more than so many places for each element,
    ratio: i64,
    /// and more than so many places at all.
    safe: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            encodes_invalid: Invalid::Refused,
            decodes_invalid: true,
            keeps_buffer: true,
            encode_depth: 1000,
            decode_depth: 1000,
            precision: 14,
            sparse: Sparse { becomes_object: false, ratio: 2, safe: 10 },
        }
    }
}

/// Settings that the functions of one table share.
#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Settings>>);

impl Shared {
    fn get(&self) -> Settings {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The table `cjson`; `next` is Lua's own.
pub(super) fn library(lua: &Lua, next: &Function) -> mlua::Result<Table> {
    let cjson = lua.create_table()?;
    let shared = Shared::default();
    cjson.raw_set("_NAME", "cjson")?;
    cjson.raw_set("_VERSION", "2.1.0")?;
    cjson.raw_set("null", Value::NULL)?;
    let other = next.clone();
    let new = lua.create_function(move |lua, _: Variadic<Value>| library(lua, &other))?;
    cjson.raw_set("new", new)?;

    let (settings, next) = (shared.clone(), next.clone());
    let encode = lua.create_function(move |lua, given: Variadic<Value>| {
        let [value] = given.as_slice() else {
            return Err(Raised::argument(lua, 1, "encode", "expected 1 argument"));
        };
        let text = encode::encode(lua, value, &settings.get(), &next)?;
        lua.create_string(text)
    })?;
    cjson.raw_set("encode", encode)?;
    let settings = shared.clone();
    let decode = lua.create_function(move |lua, given: Variadic<Value>| {
        if given.len() != 1 {
            return Err(Raised::argument(lua, 1, "decode", "expected 1 argument"));
        }
        let text = arguments::text(lua, &given, 1, "decode")?;
        decode::decode(lua, &text, &settings.get())
    })?;
    cjson.raw_set("decode", decode)?;
    numbers(lua, &cjson, &shared)?;
    words(lua, &cjson, &shared)?;
    sparse(lua, &cjson, &shared)?;
    Ok(cjson)
}

/// Settings that are a number.
fn numbers(lua: &Lua, cjson: &Table, shared: &Shared) -> mlua::Result<()> {
    let add = |name: &'static str, most: i64, of: fn(&mut Settings) -> &mut i64| {
        let shared = shared.clone();
        let function = lua.create_function(move |lua, given: Variadic<Value>| {
            few(lua, &given, 1, name)?;
            if let Some(number) = whole(lua, &given, 1, name, 1, most)? {
                shared.change(|settings| *of(settings) = number);
            }
            Ok(*of(&mut shared.get()))
        })?;
        cjson.raw_set(name, function)
    };
    let most = i64::from(i32::MAX);
    add("encode_max_depth", most, |settings| &mut settings.encode_depth)?;
    add("decode_max_depth", most, |settings| &mut settings.decode_depth)?;
    add("encode_number_precision", 14, |settings| &mut settings.precision)
}

/// Settings that are on or off, or a word.
fn words(lua: &Lua, cjson: &Table, shared: &Shared) -> mlua::Result<()> {
    let add =
        |name: &'static str, has_null: bool, of: fn(&mut Settings, Option<Invalid>) -> Invalid| {
            let shared = shared.clone();
            let function = lua.create_function(move |lua, given: Variadic<Value>| {
                few(lua, &given, 1, name)?;
                let wanted = match given.first() {
                    None | Some(Value::Nil) => None,
                    Some(Value::Boolean(true)) => Some(Invalid::Written),
                    Some(Value::Boolean(false)) => Some(Invalid::Refused),
                    Some(_) => {
                        let word = arguments::text(lua, &given, 1, name)?;
                        Some(match word.as_slice() {
                            b"on" => Invalid::Written,
                            b"off" => Invalid::Refused,
                            b"null" if has_null => Invalid::Null,
                            other => {
                                let word = String::from_utf8_lossy(other);
                                let text = format!("invalid option '{word}'");
                                return Err(Raised::argument(lua, 1, name, &text));
                            }
                        })
                    }
                };
                let mut now = Invalid::Refused;
                shared.change(|settings| now = of(settings, wanted));
                match now {
                    Invalid::Refused => Ok(Value::Boolean(false)),
                    Invalid::Written => Ok(Value::Boolean(true)),
                    Invalid::Null => "null".into_lua(lua),
                }
            })?;
            cjson.raw_set(name, function)
        };
    add("encode_invalid_numbers", true, |settings, wanted| {
        settings.encodes_invalid = wanted.unwrap_or(settings.encodes_invalid);
        settings.encodes_invalid
    })?;
    add("decode_invalid_numbers", false, |settings, wanted| {
        switch(&mut settings.decodes_invalid, wanted)
    })?;
    add("encode_keep_buffer", false, |settings, wanted| switch(&mut settings.keeps_buffer, wanted))
}

/// A setting that is on or off.
fn switch(setting: &mut bool, wanted: Option<Invalid>) -> Invalid {
    *setting = wanted.map_or(*setting, |wanted| wanted == Invalid::Written);
    if *setting { Invalid::Written } else { Invalid::Refused }
}

fn sparse(lua: &Lua, cjson: &Table, shared: &Shared) -> mlua::Result<()> {
    const NAME: &str = "encode_sparse_array";
    let shared = shared.clone();
    let function = lua.create_function(move |lua, given: Variadic<Value>| {
        few(lua, &given, 3, NAME)?;
        let mut sparse = shared.get().sparse;
        match given.first() {
            None | Some(Value::Nil) => {}
            Some(Value::Boolean(value)) => sparse.becomes_object = *value,
            given => return Err(arguments::wrong(lua, 1, NAME, "boolean", given)),
        }
        let most = i64::from(i32::MAX);
        sparse.ratio = whole(lua, &given, 2, NAME, 0, most)?.unwrap_or(sparse.ratio);
        sparse.safe = whole(lua, &given, 3, NAME, 0, most)?.unwrap_or(sparse.safe);
        shared.change(|settings| settings.sparse = sparse);
        Ok((sparse.becomes_object, sparse.ratio, sparse.safe))
    })?;
    cjson.raw_set(NAME, function)
}

/// No more arguments than these.
fn few(lua: &Lua, given: &[Value], most: usize, name: &str) -> mlua::Result<()> {
    if given.len() > most {
        return Err(Raised::argument(lua, most + 1, name, "found too many arguments"));
    }
    Ok(())
}

/// A whole number of a range, if the argument is there.
fn whole(
    lua: &Lua,
    given: &[Value],
    place: usize,
    name: &str,
    least: i64,
    most: i64,
) -> mlua::Result<Option<i64>> {
    if given.get(place - 1).is_none_or(Value::is_nil) {
        return Ok(None);
    }
    let number = values::truncated(arguments::number(lua, given, place, name)?);
    if (least..=most).contains(&number) {
        return Ok(Some(number));
    }
    let text = format!("expected integer between {least} and {most}");
    // Whichever it is, the first is named.
    Err(Raised::argument(lua, 1, name, &text))
}
