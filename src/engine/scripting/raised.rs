//! What the engine's own functions raise inside a script, and how a script sees it.

use std::fmt;

use mlua::{Lua, Table, Value};

/// An error on its way through a script.
#[derive(Debug, Clone)]
pub(super) enum Raised {
    /// An error reply: a script sees a table whose `err` is its text.
    Reply {
        /// The text, its code first.
        text: Vec<u8>,
        /// It was counted when its command failed.
        is_counted: bool,
    },
    /// What a function of a library says: a script sees a string.
    Text(Vec<u8>),
    /// The script is to end, whatever it does.
    Ended,
}

/// What whoever waits for a script hears that was ended from outside.
const ENDED: &[u8] = b"Script killed by user with SCRIPT KILL...";

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Raised::Reply { text, .. } | Raised::Text(text) => text,
            Raised::Ended => ENDED,
        };
        f.write_str(&String::from_utf8_lossy(text))
    }
}

impl std::error::Error for Raised {}

impl Raised {
    /// An error reply with the code `ERR` that no command has given.
    pub(super) fn err(text: &str) -> mlua::Error {
        Self::reply(&[b"ERR ", text.as_bytes()].concat(), false)
    }

    /// An error reply.
    pub(super) fn reply(text: &[u8], is_counted: bool) -> mlua::Error {
        mlua::Error::external(Raised::Reply { text: text.to_vec(), is_counted })
    }

    /// What a library's function says, behind the place in the script that called it.
    pub(super) fn text(lua: &Lua, text: impl fmt::Display) -> mlua::Error {
        let place = place(lua, 1).map(|place| format!("{}:{}: ", place.short, place.line));
        let text = format!("{}{text}", place.unwrap_or_default());
        mlua::Error::external(Raised::Text(text.into_bytes()))
    }

    /// An argument that a library's function does not take.
    pub(super) fn argument(lua: &Lua, number: usize, name: &str, text: &str) -> mlua::Error {
        Self::text(lua, format_args!("bad argument #{number} to '{name}' ({text})"))
    }
}

/// A line of a script.
pub(super) struct Place {
    /// As an error of Lua begins: `user_script`.
    pub(super) short: String,
    /// As an error of Redis ends: `@user_script`.
    pub(super) source: String,
    pub(super) line: usize,
}

/// Where the function at a level of the stack stands; nothing for one that is not written in Lua.
fn place(lua: &Lua, level: usize) -> Option<Place> {
    lua.inspect_stack(level, |debug| {
        let source = debug.source();
        let text = |text: Option<std::borrow::Cow<'_, str>>| {
            text.map_or_else(String::new, std::borrow::Cow::into_owned)
        };
        debug.current_line().map(|line| Place {
            short: text(source.short_src),
            source: text(source.source),
            line,
        })
    })
    .flatten()
}

/// The name of the chunk in which the globals are made.
pub(super) const PRELUDE: &str = "=globals";

/// What raised an error: the function that ran, or the one that called it where that is one of ours.
pub(super) fn culprit(lua: &Lua) -> Option<Place> {
    let mut level = 1;
    if place(lua, level).is_none() {
        level += 1;
    }
    loop {
        let place = place(lua, level)?;
        if place.source != PRELUDE {
            return Some(place);
        }
        level += 1;
    }
}

/// An error as a script sees it that handles errors: a table or a string, never one of the engine's.
pub(super) fn plain(lua: &Lua, value: Value) -> mlua::Result<Value> {
    match value {
        Value::Error(error) => match of(&error) {
            Some(Raised::Reply { text, is_counted }) => {
                let table = error_table(lua, text)?;
                if *is_counted {
                    table.raw_set(COUNTED, true)?;
                }
                Ok(Value::Table(table))
            }
            Some(Raised::Text(text)) => lua.create_string(text).map(Value::String),
            Some(Raised::Ended) => Ok(Value::Table(error_table(lua, &[b"ERR ", ENDED].concat())?)),
            None => lua.create_string(words_of(&error)).map(Value::String),
        },
        Value::String(text) => match without_prelude(&text.as_bytes()) {
            Some(text) => lua.create_string(text).map(Value::String),
            None => Ok(Value::String(text)),
        },
        other => Ok(other),
    }
}

/// What an error says that Lua's own libraries raised because of a script, without the line of the prelude
/// that called them.
fn without_prelude(text: &[u8]) -> Option<&[u8]> {
    let rest = text.strip_prefix(b"globals:")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(digits..)?.strip_prefix(b": ")
}

/// Marks an error that was counted when its command failed, as Redis names it.
pub(super) const COUNTED: &str = "ignore_error_stats_update";

/// What a script sees of an error reply.
pub(super) fn error_table(lua: &Lua, text: &[u8]) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("err", lua.create_string(text)?)?;
    Ok(table)
}

/// Our own error inside one of the library's.
fn of(error: &mlua::Error) -> Option<&Raised> {
    match error {
        mlua::Error::CallbackError { cause, .. } => of(cause),
        mlua::Error::ExternalError(error) => error.downcast_ref(),
        _ => None,
    }
}

/// What any other error says, without a trace of the stack.
pub(super) fn words_of(error: &mlua::Error) -> String {
    match error {
        mlua::Error::CallbackError { cause, .. } => words_of(cause),
        mlua::Error::SyntaxError { message, .. } => message.clone(),
        mlua::Error::RuntimeError(text) | mlua::Error::MemoryError(text) => {
            text.lines().next().unwrap_or_default().to_owned()
        }
        other => other.to_string(),
    }
}
