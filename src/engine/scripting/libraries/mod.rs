//! The libraries that Redis adds to Lua's own.

mod bit;
mod cjson;
mod cmsgpack;
mod structs;

use mlua::{Function, Lua, Table};

/// Puts every library into a table, under its name.
pub(super) fn add(lua: &Lua, host: &Table) -> mlua::Result<()> {
    let next: Function = lua.globals().get("next")?;
    host.raw_set("bit", bit::library(lua)?)?;
    host.raw_set("cjson", cjson::library(lua, &next)?)?;
    host.raw_set("cmsgpack", cmsgpack::library(lua)?)?;
    host.raw_set("struct", structs::library(lua)?)
}
