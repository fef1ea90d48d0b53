//! `struct`: values as the bytes of C's types, and back.

use mlua::{Lua, MultiValue, Table, Value, Variadic};

use crate::engine::scripting::raised::Raised;
use crate::engine::scripting::{arguments, values};

/// The widest boundary that `!` sets by itself, and the widest number.
const WIDEST: usize = 8;
const LONGEST: usize = 32;
/// More values than these do not fit on a stack of Lua.
const MOST: usize = 7000;

/// The table `struct`.
pub(super) fn library(lua: &Lua) -> mlua::Result<Table> {
    let library = lua.create_table()?;
    library.raw_set("pack", lua.create_function(pack)?)?;
    library.raw_set("unpack", lua.create_function(unpack)?)?;
    library.raw_set("size", lua.create_function(size)?)?;
    Ok(library)
}

/// One letter of a format with its size, and the bytes before it that bring it to its boundary.
struct Field {
    letter: u8,
    size: usize,
    padding: usize,
}

/// A format that is being read.
struct Format<'a> {
    lua: &'a Lua,
    /// The function that reads it, for errors.
    name: &'static str,
    text: &'a [u8],
    is_big: bool,
    boundary: usize,
}

impl<'a> Format<'a> {
    fn new(lua: &'a Lua, name: &'static str, text: &'a [u8]) -> Self {
        Self { lua, name, text, is_big: cfg!(target_endian = "big"), boundary: 1 }
    }

    /// The number that comes next, if one does.
    fn number(&mut self, otherwise: usize) -> mlua::Result<usize> {
        let digits = self.text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.text.split_at(digits);
        self.text = rest;
        if number.is_empty() {
            return Ok(otherwise);
        }
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse::<i32>().ok());
        number
            .and_then(|number| usize::try_from(number).ok())
            .ok_or_else(|| Raised::text(self.lua, "integral size overflow"))
    }

    /// The next field; `at` is where it would begin.
    fn next(&mut self, at: usize) -> mlua::Result<Option<Field>> {
        loop {
            let Some((&letter, rest)) = self.text.split_first() else { return Ok(None) };
            self.text = rest;
            let size = match letter {
                b'b' | b'B' | b'x' => 1,
                b'h' | b'H' => 2,
                b'f' => 4,
                b'l' | b'L' | b'T' | b'd' => 8,
                b's' => 0,
                b'c' => self.number(1)?,
                b'i' | b'I' => {
                    let size = self.number(4)?;
                    if size > LONGEST {
                        let text =
                            format!("integral size {size} is larger than limit of {LONGEST}");
                        return Err(Raised::text(self.lua, text));
                    }
                    size
                }
                b' ' => continue,
                b'<' | b'>' => {
                    self.is_big = letter == b'>';
                    continue;
                }
                b'!' => {
                    let boundary = self.number(WIDEST)?;
                    if !boundary.is_power_of_two() {
                        let text = format!("alignment {boundary} is not a power of 2");
                        return Err(Raised::text(self.lua, text));
                    }
                    self.boundary = boundary;
                    continue;
                }
                other => {
                    let text = format!("invalid format option '{}'", char::from(other));
                    return Err(Raised::argument(self.lua, 1, self.name, &text));
                }
            };
            let width = if letter == b'c' { 0 } else { size.min(self.boundary) };
            let padding = if width > 1 { at.wrapping_neg() & (width - 1) } else { 0 };
            return Ok(Some(Field { letter, size, padding }));
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a function of Lua owns what it is given")]
fn pack(lua: &Lua, given: Variadic<Value>) -> mlua::Result<mlua::LuaString> {
    const NAME: &str = "pack";
    let text = arguments::text(lua, &given, 1, NAME)?;
    let mut format = Format::new(lua, NAME, &text);
    let (mut out, mut place) = (Vec::new(), 2);
    // What is missing is nothing, not absent.
    let mut given = given.to_vec();
    given.resize(given.len().max(text.len() + 2), Value::Nil);
    while let Some(field) = format.next(out.len())? {
        out.resize(out.len() + field.padding, 0);
        match field.letter {
            b'x' => {
                out.push(0);
                continue;
            }
            b's' | b'c' => {
                let bytes = arguments::text(lua, &given, place, NAME)?;
                let size = if field.size == 0 { bytes.len() } else { field.size };
                let Some(bytes) = bytes.get(..size) else {
                    return Err(Raised::argument(lua, place + 1, NAME, "string too short"));
                };
                out.extend_from_slice(bytes);
                if field.letter == b's' {
                    out.push(0);
                }
            }
            b'f' | b'd' => {
                let number = arguments::number(lua, &given, place, NAME)?;
                #[expect(clippy::cast_possible_truncation, reason = "as the format asks")]
                let mut bytes = if field.letter == b'f' {
                    (number as f32).to_be_bytes().to_vec()
                } else {
                    number.to_be_bytes().to_vec()
                };
                if !format.is_big {
                    bytes.reverse();
                }
                out.extend(bytes);
            }
            _ => {
                let number = arguments::number(lua, &given, place, NAME)?;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "as C converts it"
                )]
                let number = if number < 0.0 {
                    values::truncated(number).cast_unsigned()
                } else {
                    number as u64
                };
                let mut bytes = number.to_le_bytes().to_vec();
                bytes.resize(field.size, 0);
                if format.is_big {
                    bytes.reverse();
                }
                out.extend(bytes);
            }
        }
        place += 1;
    }
    lua.create_string(out)
}

#[expect(clippy::needless_pass_by_value, reason = "a function of Lua owns what it is given")]
fn unpack(lua: &Lua, given: Variadic<Value>) -> mlua::Result<MultiValue> {
    const NAME: &str = "unpack";
    let text = arguments::text(lua, &given, 1, NAME)?;
    let data = arguments::text(lua, &given, 2, NAME)?;
    let at = match given.get(2) {
        None | Some(Value::Nil) => 1,
        Some(_) => values::truncated(arguments::number(lua, &given, 3, NAME)?),
    };
    if at == 0 {
        return Err(Raised::argument(lua, 3, NAME, "offset must be 1 or greater"));
    }
    let short = || Raised::argument(lua, 2, NAME, "data string too short");
    let mut at = usize::try_from(at - 1).map_err(|_| short())?;
    let mut format = Format::new(lua, NAME, &text);
    let mut found: Vec<Value> = Vec::new();
    while let Some(field) = format.next(at)? {
        if found.len() >= MOST {
            return Err(Raised::text(lua, "too many results"));
        }
        at = at.saturating_add(field.padding);
        let rest = data.get(at..).ok_or_else(short)?;
        let mut bytes = rest.get(..field.size).ok_or_else(short)?;
        let mut read = field.size;
        match field.letter {
            b'x' => {}
            b'c' => {
                if field.size == 0 {
                    let size = found.pop().filter(|size| size.is_number() || size.is_integer());
                    let Some(size) = size else {
                        return Err(Raised::text(lua, "format 'c0' needs a previous size"));
                    };
                    let size = lua.coerce_number(size)?.map_or(0, values::truncated);
                    read = usize::try_from(size).map_err(|_| short())?;
                    bytes = rest.get(..read).ok_or_else(short)?;
                }
                found.push(Value::String(lua.create_string(bytes)?));
            }
            b's' => {
                let Some(end) = memchr::memchr(0, rest) else {
                    return Err(Raised::text(lua, "unfinished string in data"));
                };
                let text = rest.get(..end).unwrap_or_default();
                found.push(Value::String(lua.create_string(text)?));
                read = end + 1;
            }
            letter => {
                let mut bytes = bytes.to_vec();
                if !format.is_big {
                    bytes.reverse();
                }
                found.push(Value::Number(number(letter, &bytes)));
            }
        }
        at += read;
    }
    found.push(Value::Number((at + 1) as f64));
    Ok(found.into_iter().collect())
}

/// A number of bytes, the highest one first.
fn number(letter: u8, bytes: &[u8]) -> f64 {
    let bits = bytes.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    match letter {
        b'd' => f64::from_bits(bits),
        b'f' => f64::from(f32::from_bits(u32::try_from(bits).unwrap_or(0))),
        b'b' | b'h' | b'l' | b'i' => {
            let unused = 64_usize.saturating_sub(8 * bytes.len());
            let unused = u32::try_from(unused).unwrap_or(0).min(63);
            ((bits << unused).cast_signed() >> unused) as f64
        }
        _ => bits as f64,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a function of Lua owns what it is given")]
fn size(lua: &Lua, given: Variadic<Value>) -> mlua::Result<f64> {
    const NAME: &str = "size";
    let text = arguments::text(lua, &given, 1, NAME)?;
    let mut format = Format::new(lua, NAME, &text);
    let mut total = 0_usize;
    while let Some(field) = format.next(total)? {
        let name = match (field.letter, field.size) {
            (b's', _) => "option 's' has no fixed size",
            (b'c', 0) => "option 'c0' has no fixed size",
            _ => {
                total = total.saturating_add(field.padding).saturating_add(field.size);
                continue;
            }
        };
        return Err(Raised::argument(lua, 1, NAME, name));
    }
    Ok(total as f64)
}
