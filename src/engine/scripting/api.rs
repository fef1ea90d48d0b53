//! The functions of the table `redis` that need no data: replies made by hand, the log, which protocol
//! and which replication the rest of the script wants.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use mlua::{Lua, Table, Value, Variadic};
use sha1::{Digest, Sha1};

use super::raised::{Raised, error_table};
use super::random::Random;
use super::{arguments, values};
use crate::engine::find;
use crate::resp::Protocol;

/// Effects go to the log.
const TO_LOG: u8 = 1;
/// Effects go to the log and to replicas, as every script begins.
const TO_ALL: u8 = 3;

/// How the running script has arranged itself. Functions that live as long as the state share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Arrangement(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    speaks_resp3: AtomicBool,
    replication: AtomicU8,
    must_end: AtomicBool,
    said: Mutex<Vec<(u8, String)>>,
    random: Random,
}

impl Arrangement {
    /// A script begins.
    pub(super) fn begin(&self) {
        self.0.speaks_resp3.store(false, Ordering::Relaxed);
        self.0.replication.store(TO_ALL, Ordering::Relaxed);
        self.0.must_end.store(false, Ordering::Relaxed);
    }

    /// Which protocol the script has chosen for the replies it gets.
    pub(super) fn protocol(&self) -> Protocol {
        if self.0.speaks_resp3.load(Ordering::Relaxed) { Protocol::Resp3 } else { Protocol::Resp2 }
    }

    /// Whether effects are logged.
    pub(super) fn is_logged(&self) -> bool {
        self.0.replication.load(Ordering::Relaxed) & TO_LOG != 0
    }

    /// From now on everything that the script does fails, and so does catching that.
    pub(super) fn end(&self) {
        self.0.must_end.store(true, Ordering::Relaxed);
    }

    /// Whether the script is to end.
    pub(super) fn must_end(&self) -> bool {
        self.0.must_end.load(Ordering::Relaxed)
    }

    /// What the script wrote to the server's log: level and text.
    pub(super) fn take_said(&self) -> Vec<(u8, String)> {
        std::mem::take(&mut self.0.said.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn random(&self) -> &Random {
        &self.0.random
    }

    fn say(&self, level: u8, text: String) {
        self.0.said.lock().unwrap_or_else(PoisonError::into_inner).push((level, text));
    }
}

/// The table `redis`, but for `call` and `pcall`.
pub(super) fn table(lua: &Lua, arrangement: &Arrangement, version: &str) -> mlua::Result<Table> {
    let redis = lua.create_table()?;
    for (name, level) in
        [("LOG_DEBUG", 0), ("LOG_VERBOSE", 1), ("LOG_NOTICE", 2), ("LOG_WARNING", 3)]
    {
        redis.raw_set(name, level)?;
    }
    for (name, flags) in [
        ("REPL_NONE", 0),
        ("REPL_AOF", 1),
        ("REPL_SLAVE", 2),
        ("REPL_REPLICA", 2),
        ("REPL_ALL", TO_ALL),
    ] {
        redis.raw_set(name, flags)?;
    }
    redis.raw_set("REDIS_VERSION", version)?;
    redis.raw_set("REDIS_VERSION_NUM", version_number(version))?;

    let sha1hex = lua.create_function(|lua, arguments: Variadic<Value>| {
        let [text] = arguments.as_slice() else {
            return Err(Raised::err("wrong number of arguments"));
        };
        let text = lua.coerce_string(text.clone())?.map(|text| text.as_bytes().to_vec());
        Ok(sha1_hex(&text.unwrap_or_default()))
    })?;
    redis.raw_set("sha1hex", sha1hex)?;
    redis.raw_set(
        "status_reply",
        one_text(lua, |lua, status| {
            let reply = lua.create_table()?;
            reply.raw_set("ok", lua.create_string(status)?)?;
            Ok(reply)
        })?,
    )?;
    let error_reply = one_text(lua, |lua, text| error_table(lua, &coded(text)))?;
    redis.raw_set("error_reply", error_reply)?;

    redis.raw_set("log", log(lua, arrangement)?)?;
    redis.raw_set("setresp", setresp(lua, arrangement)?)?;
    redis.raw_set("set_repl", set_repl(lua, arrangement)?)?;
    redis.raw_set("replicate_commands", lua.create_function(|_, ()| Ok(true))?)?;
    redis.raw_set("breakpoint", lua.create_function(|_, ()| Ok(false))?)?;
    redis.raw_set("debug", lua.create_function(|_, _: Variadic<Value>| Ok(()))?)?;
    redis.raw_set("acl_check_cmd", acl_check_cmd(lua)?)?;
    Ok(redis)
}

/// 40 hexadecimal digits that name a text.
pub(super) fn sha1_hex(text: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).map_or('0', |digit| char::from(*digit));
    let digest = Sha1::digest(text);
    digest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// `7.0.15` as 0x0007000F.
fn version_number(version: &str) -> u32 {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0) & 0xFF;
    (next() << 16) | (next() << 8) | next()
}

/// A function of one text, which answers anything else with an error reply that it does not raise.
fn one_text(
    lua: &Lua,
    make: impl Fn(&Lua, &[u8]) -> mlua::Result<Table> + Send + 'static,
) -> mlua::Result<mlua::Function> {
    lua.create_function(move |lua, arguments: Variadic<Value>| match arguments.as_slice() {
        [Value::String(text)] => make(lua, &text.as_bytes()),
        _ => error_table(lua, b"ERR wrong number or type of arguments"),
    })
}

/// The text of an error with a code: the first of several words is one.
fn coded(text: &[u8]) -> Vec<u8> {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let trimmed = |text: &[u8]| {
        let start = text.iter().position(|byte| !is_break(byte)).unwrap_or(text.len());
        let end = text.iter().rposition(|byte| !is_break(byte)).map_or(start, |end| end + 1);
        text.get(start..end).unwrap_or_default().to_vec()
    };
    match text.iter().position(|byte| *byte == b' ') {
        Some(space) => {
            let (code, rest) = text.split_at(space);
            [code, b" ", &trimmed(rest.get(1..).unwrap_or_default())].concat()
        }
        None => [b"ERR ".as_slice(), &trimmed(text)].concat(),
    }
}

fn log(lua: &Lua, arrangement: &Arrangement) -> mlua::Result<mlua::Function> {
    let arrangement = arrangement.clone();
    lua.create_function(move |lua, arguments: Variadic<Value>| {
        let Some((level, texts)) = arguments.split_first().filter(|(_, texts)| !texts.is_empty())
        else {
            return Err(Raised::err("redis.log() requires two arguments or more."));
        };
        let (Value::Integer(_) | Value::Number(_)) = level else {
            return Err(Raised::err("First argument must be a number (log level)."));
        };
        let level = arguments::number(lua, &arguments, 1, "log")?;
        let Some(level) = u8::try_from(values::truncated(level)).ok().filter(|level| *level <= 3)
        else {
            return Err(Raised::err("Invalid debug level."));
        };
        let words = texts.iter().filter_map(values::word);
        let text = words.collect::<Vec<_>>().join(&b' ');
        arrangement.say(level, String::from_utf8_lossy(&text).into_owned());
        Ok(())
    })
}

fn setresp(lua: &Lua, arrangement: &Arrangement) -> mlua::Result<mlua::Function> {
    let arrangement = arrangement.clone();
    lua.create_function(move |_, arguments: Variadic<Value>| {
        let [version] = arguments.as_slice() else {
            return Err(Raised::err("redis.setresp() requires one argument."));
        };
        match version {
            Value::Integer(version @ (2 | 3)) => {
                arrangement.0.speaks_resp3.store(*version == 3, Ordering::Relaxed);
                Ok(())
            }
            _ => Err(Raised::err("RESP version must be 2 or 3.")),
        }
    })
}

fn set_repl(lua: &Lua, arrangement: &Arrangement) -> mlua::Result<mlua::Function> {
    let arrangement = arrangement.clone();
    lua.create_function(move |lua, arguments: Variadic<Value>| {
        let [flags] = arguments.as_slice() else {
            return Err(Raised::err("redis.set_repl() requires two arguments."));
        };
        let flags = lua.coerce_number(flags.clone())?.map_or(0, values::truncated);
        let Some(flags) = u8::try_from(flags).ok().filter(|flags| *flags <= TO_ALL) else {
            return Err(Raised::err(
                "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.",
            ));
        };
        arrangement.0.replication.store(flags, Ordering::Relaxed);
        Ok(())
    })
}

/// There is one user, who may do everything.
fn acl_check_cmd(lua: &Lua) -> mlua::Result<mlua::Function> {
    lua.create_function(|_, arguments: Variadic<Value>| {
        let words = words(&arguments)?;
        let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        match find(&words) {
            Ok(_) => Ok(true),
            Err(_) => Err(Raised::err("Invalid command passed to redis.acl_check_cmd()")),
        }
    })
}

/// The words of a command.
pub(super) fn words(arguments: &[Value]) -> mlua::Result<Vec<Vec<u8>>> {
    if arguments.is_empty() {
        return Err(Raised::err("Please specify at least one argument for this redis lib call"));
    }
    let words: Option<Vec<Vec<u8>>> = arguments.iter().map(values::word).collect();
    words.ok_or_else(|| Raised::err("Lua redis lib command arguments must be strings or integers"))
}
