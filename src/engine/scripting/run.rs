//! A script from its words to its reply: what it may do is judged, its commands run one after another
//! as one client's, and its writes are one unit of the log.

use std::cell::RefCell;

use mlua::{Lua, Value, Variadic};

use super::api::{self, Arrangement};
use super::busy::{Busy, Progress, Wish};
use super::machine::{self, Machine};
use super::raised::{self, Raised};
use super::{Known, values};
use crate::engine::table::{self, Found};
use crate::engine::{Ctx, Error, Flag, Outcome, Peer, Session, UNSEEN};
use crate::resp::{Decoder, Reply, Writer};

/// A script that is to run.
pub(in crate::engine) struct Script<'a> {
    /// Which one.
    pub(in crate::engine) digest: &'a str,
    pub(in crate::engine) keys: &'a [&'a [u8]],
    pub(in crate::engine) arguments: &'a [&'a [u8]],
    /// It was asked to run without writing (`EVAL_RO`).
    pub(in crate::engine) reads_only: bool,
}

impl Ctx<'_> {
    /// Runs a known script and writes its reply.
    pub(in crate::engine) fn run_script(&mut self, script: &Script<'_>) -> Outcome {
        let unknown = Error::text("NOSCRIPT No matching script. Please use EVAL.");
        let Some(&Known { manners, .. }) = self.server.scripts.known.get(script.digest) else {
            return Err(unknown);
        };
        if manners.declared && !manners.reads_only {
            if script.reads_only {
                return Err(Error::text(
                    "ERR Can not execute a script with write flag using *_ro command.",
                ));
            }
            if let Some(reason) = self.host.refuses_writes() {
                return Err(Error::Other(reason.into()));
            }
        }
        let Some(machine) = self.server.scripts.machine.take() else { return Err(unknown) };
        let reads_only = script.reads_only || manners.reads_only;
        let outcome = self.run_on(&machine, script, reads_only);
        self.server.scripts.machine = Some(machine);
        outcome
    }

    fn run_on(&mut self, machine: &Machine, script: &Script<'_>, reads_only: bool) -> Outcome {
        let kept = self.server.scripts.session.take();
        let mut session = kept.unwrap_or_else(|| {
            let peer = Peer { address: "lua".to_owned(), ..Peer::default() };
            Box::new(Session::new(UNSEEN, peer, true, self.now))
        });
        self.lend(&mut session);
        let is_unit = self.keys.effects().begin_script();
        self.server.scripts.running = Some(Progress::default());
        let running = RefCell::new(Running {
            ctx: self,
            session: &mut session,
            arrangement: machine.arrangement.clone(),
            reads_only,
            asked: 0,
        });
        let ended = machine.lua.scope(|scope| {
            let call = scope.create_function(|lua, words: Variadic<Value>| {
                let reply = command(&running, &words)?;
                values::from_reply(lua, &reply, machine.arrangement.protocol())
            })?;
            let pcall = scope.create_function(|lua, words: Variadic<Value>| {
                caught(lua, command(&running, &words), machine.arrangement.protocol())
            })?;
            let goes_on = scope.create_function(|_, ()| goes_on(&running))?;
            machine.redis.raw_set("call", call)?;
            machine.redis.raw_set("pcall", pcall)?;
            machine.run(script.digest, script.keys, script.arguments, goes_on)
        });
        let progress = self.server.scripts.running.take().unwrap_or_default();
        if is_unit && progress.wish == Wish::Abandon {
            self.keys.effects().abandon_unit();
        } else if is_unit {
            self.keys.effects().end_transaction();
        }
        self.take_back(&mut session);
        self.server.scripts.session = Some(session);
        for (level, text) in machine.arrangement.take_said() {
            self.host.say(level, &text);
        }

        let problem = match ended {
            Ok(Ok(value)) => {
                let written =
                    values::write(&mut self.reply, &value, machine.arrangement.protocol());
                machine.tidy(false);
                return written.map_err(|error| Error::err(raised::words_of(&error)));
            }
            Ok(Err(problem)) => problem,
            // Not the script failed, but what runs it: for want of memory, for example.
            Err(error) => {
                machine.tidy(true);
                let (digest, words) = (script.digest, raised::words_of(&error));
                return Err(Error::err(format_args!("Error running script {digest}, {words}")));
            }
        };
        let failure = machine::failure(script.digest, &problem);
        let was_short_of_memory = matches!(problem, Value::String(_));
        drop(problem);
        machine.tidy(was_short_of_memory);
        if failure.is_counted {
            self.reply.error(&failure.text);
            return Ok(());
        }
        Err(Error::Bytes(failure.text))
    }

    /// The script's own client takes the place of the caller's: it begins in the same database, and
    /// what the caller listens to and tracks is its own for a while.
    fn lend(&mut self, session: &mut Session) {
        let caller = &mut *self.session;
        session.id = caller.id;
        session.db = caller.db;
        session.protocol = caller.protocol;
        session.tracks = caller.tracks.take();
        session.subscriptions = caller.subscriptions.take();
    }

    /// The caller goes on, and first gets what came for it meanwhile.
    fn take_back(&mut self, session: &mut Session) {
        self.session.tracks = session.tracks.take();
        self.session.subscriptions = session.subscriptions.take();
        let mail = std::mem::take(&mut session.mail.bytes);
        self.reply.append(&mail);
        // A script may have selected another database, for itself.
        let db = self.session.db;
        self.keys.select(db);
    }
}

/// What the functions of a running script reach.
struct Running<'r, 'e> {
    ctx: &'r mut Ctx<'e>,
    session: &'r mut Session,
    arrangement: Arrangement,
    reads_only: bool,
    /// How often it was asked whether it may go on.
    asked: u32,
}

/// `redis.call` and `redis.pcall`: the reply of a command, or the error that is to be raised.
fn command(running: &RefCell<Running<'_, '_>>, words: &[Value]) -> mlua::Result<Reply> {
    let words = api::words(words)?;
    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    let mut running = running.try_borrow_mut().map_err(mlua::Error::external)?;
    if running.arrangement.must_end() {
        return Err(mlua::Error::external(Raised::Ended));
    }
    let reply = running.run(&words)?;
    match reply.as_error() {
        Some(text) => Err(Raised::reply(text, true)),
        None => Ok(reply),
    }
}

/// What `redis.pcall` gives for an error.
fn caught(
    lua: &Lua,
    reply: mlua::Result<Reply>,
    protocol: crate::resp::Protocol,
) -> mlua::Result<Value> {
    match reply {
        Ok(reply) => values::from_reply(lua, &reply, protocol),
        Err(error) => raised::plain(lua, Value::Error(Box::new(error))),
    }
}

/// Whether a script that has taken a while may go on.
fn goes_on(running: &RefCell<Running<'_, '_>>) -> mlua::Result<()> {
    let mut running = running.try_borrow_mut().map_err(mlua::Error::external)?;
    if running.arrangement.must_end() || !running.goes_on() {
        running.arrangement.end();
        return Err(mlua::Error::external(Raised::Ended));
    }
    Ok(())
}

impl Running<'_, '_> {
    /// Lets others be served if it takes long, and says whether nobody wants it to end.
    fn goes_on(&mut self) -> bool {
        self.asked = self.asked.saturating_add(1);
        let longest = self.ctx.server.config.number("busy-reply-threshold");
        let Ctx { keys, server, host, now, .. } = &mut *self.ctx;
        if longest > 0 && host.script_has_run(*now, self.asked) >= longest {
            if let Some(progress) = &mut server.scripts.running {
                progress.is_busy = true;
            }
            let now = *now;
            host.lend(&mut |others, host| {
                others.serve(&mut Busy { keyspace: keys.space(), server, host, now });
            });
        }
        let is_killed =
            server.scripts.running.is_some_and(|progress| progress.wish != Wish::Nothing);
        !is_killed && !host.ends_script(self.asked)
    }

    /// Whether a script may run a command; the words are those of a real server.
    fn judge(&self, words: &[&[u8]]) -> mlua::Result<Found> {
        let found = table::find(words)
            .map_err(|_| Raised::err("Unknown Redis command called from script"))?;
        let command = found.command;
        if found.check_arity(words).is_err() {
            return Err(Raised::err("Wrong number of args calling Redis command from script"));
        }
        if command.has(Flag::Noscript) {
            return Err(Raised::err("This Redis command is not allowed from script"));
        }
        if command.has(Flag::Write) {
            if self.reads_only {
                return Err(Raised::err("Write commands are not allowed from read-only scripts."));
            }
            if let Some(reason) = self.ctx.host.refuses_writes() {
                return Err(Raised::reply(reason.as_bytes(), false));
            }
        }
        Ok(found)
    }

    /// Runs a command as any client's, but for its judgement.
    fn run(&mut self, words: &[&[u8]]) -> mlua::Result<Reply> {
        let found = self.judge(words)?;
        if found.command.has(Flag::Write)
            && let Some(progress) = &mut self.ctx.server.scripts.running
        {
            progress.has_written = true;
        }
        let mut out = Vec::new();
        let effects = self.ctx.keys.effects();
        let is_logging = effects.enabled;
        effects.enabled &= self.arrangement.is_logged();
        let mut ctx = Ctx {
            keys: self.ctx.keys.space().select(self.session.db),
            reply: Writer::new(&mut out, self.arrangement.protocol()),
            session: self.session,
            server: self.ctx.server,
            host: self.ctx.host,
            now: self.ctx.now,
        };
        ctx.run_row(found.command, found.container.is_some(), words);
        self.ctx.keys.effects().enabled = is_logging;
        self.last_reply(&out)
    }

    /// The last reply; what stands before it are pushes for the caller, which it gets later.
    fn last_reply(&mut self, out: &[u8]) -> mlua::Result<Reply> {
        let mut decoder = Decoder::new(out);
        loop {
            let start = decoder.offset();
            let reply = decoder.reply().map_err(mlua::Error::external)?;
            if decoder.is_empty() {
                return Ok(reply);
            }
            // A script that speaks RESP 2 gets them as arrays.
            let push = out.get(start + 1..decoder.offset()).unwrap_or_default();
            self.session.mail.bytes.push(b'>');
            self.session.mail.bytes.extend_from_slice(push);
        }
    }
}
