//! The Lua state of an engine: made when the first script comes, with globals that no script can change
//! and libraries that reach nothing outside. Knows no key and no client.

use mlua::chunk::ChunkMode;
use mlua::{Function, HookTriggers, Lua, LuaOptions, StdLib, Table, Value, Variadic, VmState};

use super::api::{self, Arrangement};
use super::raised::{self, PRELUDE, Raised};
use super::{libraries, values};
use crate::engine::Error;
use crate::resp::number::format_digits;

/// So much memory may all scripts together hold, in bytes: a script that wants more fails.
const MEMORY: usize = 256 << 20;
/// After so many instructions of a script it is asked whether it may go on.
const INSTRUCTIONS: u32 = 100_000;
/// Under this name the state keeps the function that is asked.
const GOES_ON: &str = "goes on";
/// How errors name a line of a script.
const CHUNK: &str = "@user_script";

/// A Lua state with the scripts that it has compiled.
pub(super) struct Machine {
    pub(super) lua: Lua,
    /// The table that scripts know as `redis`.
    pub(super) redis: Table,
    pub(super) arrangement: Arrangement,
    /// Compiled scripts by their digests.
    scripts: Table,
    run: Function,
}

/// How a script ended: what it returned, or what it raised.
pub(super) type Ended = Result<Value, Value>;

impl Machine {
    /// A state without a script.
    pub(super) fn new(version: &str) -> mlua::Result<Self> {
        let libraries = StdLib::TABLE | StdLib::STRING | StdLib::MATH;
        let lua = Lua::new_with(libraries, LuaOptions::default())?;
        let arrangement = Arrangement::default();
        let redis = api::table(&lua, &arrangement, version)?;

        let host = lua.create_table()?;
        host.raw_set("redis", redis.clone())?;
        host.raw_set("math", lua.globals().get::<Table>("math")?)?;
        host.raw_set("random", arrangement.random().function(&lua)?)?;
        host.raw_set("randomseed", arrangement.random().seed_function(&lua)?)?;
        libraries::add(&lua, &host)?;
        host.raw_set("faces", weak_table(&lua)?)?;
        host.raw_set("pairs", pairs(&lua, &host)?)?;
        host.raw_set("handler", handler(&lua)?)?;
        host.raw_set("plain", caught(&lua, &arrangement, raised::plain)?)?;
        host.raw_set("caught", caught(&lua, &arrangement, as_text)?)?;

        let prelude = lua.load(include_str!("prelude.lua")).set_name(PRELUDE);
        let (globals, run): (Table, Function) = prelude.call(host)?;
        lua.set_globals(globals)?;
        let triggers = HookTriggers::new().every_nth_instruction(INSTRUCTIONS);
        lua.set_global_hook(triggers, |lua, _| {
            let asked: Option<Function> = lua.named_registry_value(GOES_ON)?;
            asked.map_or(Ok(()), |asked| asked.call(()))?;
            Ok(VmState::Continue)
        })?;
        lua.set_memory_limit(MEMORY)?;
        Ok(Self { redis, arrangement, scripts: lua.create_table()?, run, lua })
    }

    /// Compiles a script and keeps it under its digest.
    pub(super) fn compile(&self, digest: &str, text: &[u8]) -> Result<(), Error> {
        let chunk = self.lua.load(text).set_name(CHUNK).set_mode(ChunkMode::Text);
        let kept = chunk.into_function().and_then(|script| self.scripts.raw_set(digest, script));
        kept.map_err(|error| {
            Error::err(format_args!(
                "Error compiling script (new function): {}",
                raised::words_of(&error)
            ))
        })
    }

    /// Runs a script; `goes_on` is asked now and then, and its error ends the script.
    pub(super) fn run(
        &self,
        digest: &str,
        keys: &[&[u8]],
        arguments: &[&[u8]],
        goes_on: Function,
    ) -> mlua::Result<Ended> {
        self.arrangement.begin();
        self.lua.set_named_registry_value(GOES_ON, goes_on)?;
        let script: Function = self.scripts.raw_get(digest)?;
        let strings = |words: &[&[u8]]| {
            let table = self.lua.create_table_with_capacity(words.len(), 0)?;
            for (place, word) in words.iter().enumerate() {
                table.raw_set(place + 1, self.lua.create_string(word)?)?;
            }
            Ok::<_, mlua::Error>(table)
        };
        let (keys, arguments) = (strings(keys)?, strings(arguments)?);
        let (is_done, value): (bool, Value) = self.run.call((script, keys, arguments))?;
        Ok(if is_done { Ok(value) } else { Err(value) })
    }

    /// After a script: nothing of it is held, and the collector runs although it switched it off.
    pub(super) fn tidy(&self, was_short_of_memory: bool) {
        // What cannot be forgotten is replaced by the next script.
        let _ = self.lua.unset_named_registry_value(GOES_ON);
        self.lua.gc_restart();
        if was_short_of_memory {
            let _ = self.lua.gc_collect();
        }
    }

    /// How many bytes the state takes.
    pub(super) fn memory(&self) -> usize {
        self.lua.used_memory()
    }
}

/// A table whose keys may go.
fn weak_table(lua: &Lua) -> mlua::Result<Table> {
    let (table, metatable) = (lua.create_table()?, lua.create_table()?);
    metatable.raw_set("__mode", "k")?;
    table.set_metatable(Some(metatable))?;
    Ok(table)
}

/// `pairs`, which goes through what a face shows.
fn pairs(lua: &Lua, host: &Table) -> mlua::Result<Function> {
    let (faces, next): (Table, Function) = (host.raw_get("faces")?, lua.globals().get("next")?);
    lua.create_function(move |lua, given: Variadic<Value>| {
        let Some(Value::Table(table)) = given.first() else {
            return Err(super::arguments::wrong(lua, 1, "pairs", "table", given.first()));
        };
        let shown: Option<Table> = faces.raw_get(table)?;
        Ok((next.clone(), shown.unwrap_or_else(|| table.clone()), Value::Nil))
    })
}

/// What makes a table of every error that nobody caught, with the line that raised it.
fn handler(lua: &Lua) -> mlua::Result<Function> {
    lua.create_function(|lua, problem: Value| {
        let place = raised::culprit(lua);
        let from_prelude =
            matches!(&problem, Value::String(text) if text.as_bytes().starts_with(b"globals:"));
        let table = match raised::plain(lua, problem)? {
            Value::Table(table) => table,
            other => {
                let mut text = b"ERR ".to_vec();
                if let Some(place) = place.as_ref().filter(|_| from_prelude) {
                    text.extend_from_slice(format!("{}:{}: ", place.short, place.line).as_bytes());
                }
                text.extend_from_slice(&described(&other));
                raised::error_table(lua, &text)?
            }
        };
        if let Some(place) = place {
            table.raw_set("source", place.source)?;
            table.raw_set("line", place.line)?;
        }
        Ok(table)
    })
}

/// What `tostring` gives, but for the addresses of things that have no text.
fn described(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.as_bytes().to_vec(),
        Value::Integer(number) => format_digits(*number as f64, 14).into_bytes(),
        Value::Number(number) => format_digits(*number, 14).into_bytes(),
        Value::Boolean(value) => value.to_string().into_bytes(),
        other => super::arguments::kind(other).as_bytes().to_vec(),
    }
}

/// An error that `pcall` gives back: of a table with a text for an error, that text.
fn as_text(lua: &Lua, problem: Value) -> mlua::Result<Value> {
    let problem = raised::plain(lua, problem)?;
    if let Value::Table(table) = &problem
        && let error @ (Value::String(_) | Value::Integer(_) | Value::Number(_)) =
            table.get("err")?
    {
        return Ok(error);
    }
    Ok(problem)
}

/// A function that looks at what was caught; a script that is to end catches nothing.
fn caught(
    lua: &Lua,
    arrangement: &Arrangement,
    look: fn(&Lua, Value) -> mlua::Result<Value>,
) -> mlua::Result<Function> {
    let arrangement = arrangement.clone();
    lua.create_function(move |lua, problem: Value| {
        if arrangement.must_end() {
            return Err(mlua::Error::external(Raised::Ended));
        }
        look(lua, problem)
    })
}

/// The reply to a script that raised something.
pub(super) fn failure(digest: &str, problem: &Value) -> Failure {
    let Value::Table(table) = problem else {
        let mut text = format!("ERR Error running script {digest}, ").into_bytes();
        let said = match problem {
            Value::String(said) => said.as_bytes().to_vec(),
            _ => b"execution failure".to_vec(),
        };
        text.extend(said.iter().take(100));
        return Failure { text, is_counted: false };
    };
    let field = |name: &str| table.raw_get::<Value>(name).unwrap_or(Value::Nil);
    let mut text = values::word(&field("err")).unwrap_or(b"ERR unknown error".to_vec());
    if let (Some(source), Some(line)) =
        (values::word(&field("source")), values::word(&field("line")))
    {
        text.extend_from_slice(format!(" script: {digest}, on ").as_bytes());
        text.extend_from_slice(&[source.as_slice(), b":", &line, b"."].concat());
    }
    Failure { text, is_counted: matches!(field(raised::COUNTED), Value::Boolean(true)) }
}

/// An error reply, and whether it was counted already.
pub(super) struct Failure {
    pub(super) text: Vec<u8>,
    pub(super) is_counted: bool,
}
