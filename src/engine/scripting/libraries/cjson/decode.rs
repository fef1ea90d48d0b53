//! JSON text to tables. It comes from anywhere: how deep it is costs no stack, and what is wrong with it
//! is told with its place.

use mlua::{Lua, Table, Value};

use super::{DEEPEST, Settings};
use crate::engine::scripting::raised::Raised;

/// One piece of JSON text.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    Text(Vec<u8>),
    Number(f64),
    Boolean(bool),
    Null,
    Colon,
    Comma,
    End,
    /// Something else, and what is to be said of it.
    Wrong(&'static str),
}

impl Token {
    fn name(&self) -> &'static str {
        match self {
            Token::ObjectBegin => "T_OBJ_BEGIN",
            Token::ObjectEnd => "T_OBJ_END",
            Token::ArrayBegin => "T_ARR_BEGIN",
            Token::ArrayEnd => "T_ARR_END",
            Token::Text(_) => "T_STRING",
            Token::Number(_) => "T_NUMBER",
            Token::Boolean(_) => "T_BOOLEAN",
            Token::Null => "T_NULL",
            Token::Colon => "T_COLON",
            Token::Comma => "T_COMMA",
            Token::End => "T_END",
            Token::Wrong(what) => what,
        }
    }
}

/// A table that is being filled.
enum Open {
    /// How many elements it has.
    Array(Table, usize),
    /// The key whose value comes next.
    Object(Table, mlua::LuaString),
}

/// Reads one value.
pub(super) fn decode(lua: &Lua, text: &[u8], settings: &Settings) -> mlua::Result<Value> {
    if text.len() >= 2 && text.iter().take(2).any(|byte| *byte == 0) {
        return Err(Raised::text(lua, "JSON parser does not support UTF-16 or UTF-32"));
    }
    let mut reader = Reader { lua, text, at: 0, begins: 0, settings };
    let mut open: Vec<Open> = Vec::new();
    loop {
        let Some(mut value) = reader.value(&mut open)? else { continue };
        // A value that is whole may be the last one of the tables around it.
        loop {
            match open.last_mut() {
                None => {
                    return match reader.next() {
                        Token::End => Ok(value),
                        other => Err(reader.expected("the end", &other)),
                    };
                }
                Some(Open::Array(table, count)) => {
                    *count += 1;
                    table.raw_set(*count, value)?;
                    match reader.next() {
                        Token::Comma => break,
                        Token::ArrayEnd => {}
                        other => return Err(reader.expected("comma or array end", &other)),
                    }
                }
                Some(Open::Object(table, key)) => {
                    table.raw_set(&*key, value)?;
                    match reader.next() {
                        Token::Comma => {
                            *key = reader.key(None)?;
                            break;
                        }
                        Token::ObjectEnd => {}
                        other => return Err(reader.expected("comma or object end", &other)),
                    }
                }
            }
            value = match open.pop() {
                Some(Open::Array(table, _) | Open::Object(table, _)) => Value::Table(table),
                None => Value::Nil,
            };
        }
    }
}

struct Reader<'a> {
    lua: &'a Lua,
    text: &'a [u8],
    at: usize,
    /// Where the last token begins, or what is wrong in it.
    begins: usize,
    settings: &'a Settings,
}

impl Reader<'_> {
    /// A whole value, or nothing if a table has begun that is not empty.
    fn value(&mut self, open: &mut Vec<Open>) -> mlua::Result<Option<Value>> {
        Ok(Some(match self.next() {
            Token::Text(text) => Value::String(self.lua.create_string(text)?),
            Token::Number(number) => Value::Number(number),
            Token::Boolean(value) => Value::Boolean(value),
            Token::Null => Value::NULL,
            Token::ArrayBegin => {
                self.descend(open.len())?;
                let table = self.lua.create_table()?;
                let before = self.at;
                if self.next() == Token::ArrayEnd {
                    return Ok(Some(Value::Table(table)));
                }
                self.at = before;
                open.push(Open::Array(table, 0));
                return Ok(None);
            }
            Token::ObjectBegin => {
                self.descend(open.len())?;
                let table = self.lua.create_table()?;
                let first = self.next();
                if first == Token::ObjectEnd {
                    return Ok(Some(Value::Table(table)));
                }
                let key = self.key(Some(first))?;
                open.push(Open::Object(table, key));
                return Ok(None);
            }
            other => return Err(self.expected("value", &other)),
        }))
    }

    /// A key and its colon; `read` was read already.
    fn key(&mut self, read: Option<Token>) -> mlua::Result<mlua::LuaString> {
        let token = match read {
            Some(token) => token,
            None => self.next(),
        };
        let Token::Text(key) = token else {
            return Err(self.expected("object key string", &token));
        };
        match self.next() {
            Token::Colon => self.lua.create_string(key),
            other => Err(self.expected("colon", &other)),
        }
    }

    fn descend(&self, depth: usize) -> mlua::Result<()> {
        let depth = i64::try_from(depth).unwrap_or(i64::MAX) + 1;
        if depth <= self.settings.decode_depth.min(DEEPEST) {
            return Ok(());
        }
        let text =
            format!("Found too many nested data structures ({depth}) at character {}", self.at);
        Err(Raised::text(self.lua, text))
    }

    fn expected(&self, what: &str, found: &Token) -> mlua::Error {
        let (found, place) = (found.name(), self.begins + 1);
        Raised::text(
            self.lua,
            format_args!("Expected {what} but found {found} at character {place}"),
        )
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Token {
        while let [b' ' | b'\t' | b'\n' | b'\r', ..] = self.rest() {
            self.at += 1;
        }
        self.begins = self.at;
        let (token, length) = match self.rest() {
            [] | [0, ..] => return Token::End,
            [b'{', ..] => (Token::ObjectBegin, 1),
            [b'}', ..] => (Token::ObjectEnd, 1),
            [b'[', ..] => (Token::ArrayBegin, 1),
            [b']', ..] => (Token::ArrayEnd, 1),
            [b':', ..] => (Token::Colon, 1),
            [b',', ..] => (Token::Comma, 1),
            [b't', b'r', b'u', b'e', ..] => (Token::Boolean(true), 4),
            [b'f', b'a', b'l', b's', b'e', ..] => (Token::Boolean(false), 5),
            [b'n', b'u', b'l', b'l', ..] => (Token::Null, 4),
            [b'"', ..] => return self.string(),
            [b'-' | b'0'..=b'9', ..] => return self.number(),
            rest if self.settings.decodes_invalid && is_odd(rest) => return self.number(),
            _ => return Token::Wrong("invalid token"),
        };
        self.at += length;
        token
    }

    fn number(&mut self) -> Token {
        if !self.settings.decodes_invalid && is_odd(self.rest()) {
            return Token::Wrong("invalid number");
        }
        let Some((number, length)) = leading_number(self.rest()) else {
            return Token::Wrong("invalid number");
        };
        self.at += length;
        Token::Number(number)
    }

    fn string(&mut self) -> Token {
        let mut text = Vec::new();
        self.at += 1;
        loop {
            match *self.rest() {
                [] => {
                    self.begins = self.at;
                    return Token::Wrong("unexpected end of string");
                }
                [b'"', ..] => {
                    self.at += 1;
                    return Token::Text(text);
                }
                [b'\\', b'u', ..] => {
                    let Some((letter, length)) = code(self.rest()) else {
                        self.begins = self.at;
                        return Token::Wrong("invalid unicode escape code");
                    };
                    text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    self.at += length;
                }
                [b'\\', letter, ..] => {
                    text.push(match letter {
                        b'"' | b'\\' | b'/' => letter,
                        b'b' => 8,
                        b'f' => 12,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        _ => {
                            self.begins = self.at;
                            return Token::Wrong("invalid escape code");
                        }
                    });
                    self.at += 2;
                }
                [b'\\'] => {
                    self.begins = self.at;
                    return Token::Wrong("invalid escape code");
                }
                [byte, ..] => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
    }
}

/// A letter as `\uXXXX`, or as two of them, and how many bytes that takes.
fn code(text: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| -> Option<u32> {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let first = unit(0)?;
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, 6));
    }
    let second = unit(6).filter(|second| (0xDC00..0xE000).contains(second))?;
    let letter = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    Some((char::from_u32(letter)?, 12))
}

/// Whether a number begins here that C reads and JSON does not have.
fn is_odd(text: &[u8]) -> bool {
    let begins = |text: &[u8], word: &[u8]| {
        text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    match text {
        [b'+', ..] => true,
        [b'-', rest @ ..] | rest => match rest {
            [b'0', b'x' | b'X' | b'0'..=b'9', ..] => true,
            _ => begins(rest, b"inf") || begins(rest, b"nan"),
        },
    }
}

/// The number that a text begins with, as C's `strtod` reads it, and how many bytes that takes.
fn leading_number(text: &[u8]) -> Option<(f64, usize)> {
    let (sign, rest) = match text {
        [b'-', rest @ ..] => (-1.0, rest),
        [b'+', rest @ ..] | rest => (1.0, rest),
    };
    let before = text.len() - rest.len();
    let begins = |word: &str| {
        rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    for (word, value) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        if begins(word) {
            return Some((sign * value, before + word.len()));
        }
    }
    let digits = |text: &[u8], is_digit: fn(&u8) -> bool| {
        text.iter().take_while(|byte| is_digit(byte)).count()
    };
    if begins("0x") {
        let hex = rest.get(2..).unwrap_or_default();
        let count = digits(hex, u8::is_ascii_hexdigit);
        if count > 0 {
            let text = std::str::from_utf8(rest.get(..2 + count)?).ok()?;
            return Some((sign * crate::engine::parse_f64(text.as_bytes())?, before + 2 + count));
        }
    }
    let whole = digits(rest, u8::is_ascii_digit);
    let mut length = whole;
    if let Some([b'.', fraction @ ..]) = rest.get(length..) {
        let count = digits(fraction, u8::is_ascii_digit);
        if whole + count > 0 {
            length += 1 + count;
        }
    }
    if length == 0 {
        return None;
    }
    if let Some([b'e' | b'E', exponent @ ..]) = rest.get(length..) {
        let sign = usize::from(matches!(exponent, [b'+' | b'-', ..]));
        let count = digits(exponent.get(sign..).unwrap_or_default(), u8::is_ascii_digit);
        if count > 0 {
            length += 1 + sign + count;
        }
    }
    let number: f64 = std::str::from_utf8(rest.get(..length)?).ok()?.parse().ok()?;
    Some((sign * number, before + length))
}
