//! `bit`: arithmetic on the bits of whole numbers, of which the lowest 32 count.

use mlua::{Lua, Table, Value, Variadic};

use crate::engine::scripting::arguments;

/// Added to a double of moderate size, this leaves its lowest 32 bits in those of the sum.
const SHIFTER: f64 = 6_755_399_441_055_744.0;

/// The table `bit`.
pub(super) fn library(lua: &Lua) -> mlua::Result<Table> {
    let bit = lua.create_table()?;
    let one = |name: &'static str, work: fn(i32) -> i32| {
        let function = lua.create_function(move |lua, given: Variadic<Value>| {
            Ok(f64::from(work(bits(lua, &given, 1, name)?)))
        });
        bit.raw_set(name, function?)
    };
    one("tobit", |value| value)?;
    one("bnot", |value| !value)?;
    one("bswap", i32::swap_bytes)?;
    let all = |name: &'static str, work: fn(i32, i32) -> i32| {
        let function = lua.create_function(move |lua, given: Variadic<Value>| {
            let mut result = bits(lua, &given, 1, name)?;
            for place in 2..=given.len() {
                result = work(result, bits(lua, &given, place, name)?);
            }
            Ok(f64::from(result))
        });
        bit.raw_set(name, function?)
    };
    all("band", |one, other| one & other)?;
    all("bor", |one, other| one | other)?;
    all("bxor", |one, other| one ^ other)?;
    let shift = |name: &'static str, work: fn(i32, u32) -> i32| {
        let function = lua.create_function(move |lua, given: Variadic<Value>| {
            let value = bits(lua, &given, 1, name)?;
            let by = bits(lua, &given, 2, name)?.cast_unsigned() & 31;
            Ok(f64::from(work(value, by)))
        });
        bit.raw_set(name, function?)
    };
    shift("lshift", |value, by| value << by)?;
    shift("rshift", |value, by| (value.cast_unsigned() >> by).cast_signed())?;
    shift("arshift", |value, by| value >> by)?;
    shift("rol", i32::rotate_left)?;
    shift("ror", i32::rotate_right)?;
    bit.raw_set("tohex", lua.create_function(tohex)?)?;
    Ok(bit)
}

/// Eight hexadecimal digits, or the last ones of them; capital letters for a negative number of them.
#[expect(clippy::needless_pass_by_value, reason = "a function of Lua owns what it is given")]
fn tohex(lua: &Lua, given: Variadic<Value>) -> mlua::Result<String> {
    let value = bits(lua, &given, 1, "tohex")?.cast_unsigned();
    let digits = if given.len() > 1 { bits(lua, &given, 2, "tohex")? } else { 8 };
    let count = usize::try_from(digits.unsigned_abs()).unwrap_or(8).min(8);
    let text = if digits < 0 { format!("{value:08X}") } else { format!("{value:08x}") };
    Ok(text.get(8 - count..).unwrap_or_default().to_owned())
}

/// The lowest 32 bits of a number, as a signed one.
fn bits(lua: &Lua, given: &[Value], place: usize, name: &str) -> mlua::Result<i32> {
    let number = arguments::number(lua, given, place, name)?;
    #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are what is wanted")]
    let bits = ((number + SHIFTER).to_bits() as u32).cast_signed();
    Ok(bits)
}
