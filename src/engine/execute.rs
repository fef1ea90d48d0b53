//! The one way through: words in, a reply out, and what the log must know.
//!
//! A typed line, a request from a socket, a check and a replayed log record all come here as the
//! same vector of byte strings.

use super::config::Config;
use super::synced::Synced;
use super::table::{self, Found};
use super::{
    Args, Command, Error, Events, Flag, Host, Keys, Keyspace, Listeners, Outcome, Paused, Peer,
    Replies, Scripts, Session, SessionId, Sessions, SlowLog, Stats, Tracking, UNSEEN,
};
use crate::resp::{Protocol, Writer};

/// A moment, handed in with each command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Now {
    /// Microseconds since 1970.
    pub unix_micros: i64,
}

impl Now {
    /// A moment given in milliseconds since 1970.
    pub fn from_ms(ms: i64) -> Self {
        Self { unix_micros: ms.saturating_mul(1000) }
    }
    /// Milliseconds since 1970.
    pub fn ms(self) -> i64 {
        self.unix_micros.div_euclid(1000)
    }
    /// Seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.unix_micros.div_euclid(1_000_000)
    }
}

/// What belongs to the engine but to no single key: configuration, clients, counters.
#[derive(Debug)]
pub struct Server {
    /// `CONFIG GET` and `CONFIG SET`.
    pub config: Config,
    /// Every client but the one whose command is running.
    pub sessions: Sessions,
    /// Counters.
    pub stats: Stats,
    /// Clients whose connection ends once their replies have left, for the transport to take.
    pub closing: Vec<SessionId>,
    /// Who listens to which channel.
    pub listeners: Listeners,
    /// Who is told when which key changes.
    pub tracking: Tracking,
    /// `CLIENT PAUSE`.
    pub paused: Option<Paused>,
    /// Clients that are sent every command.
    pub(super) monitors: Vec<SessionId>,
    /// Commands that took long.
    pub slow_log: SlowLog,
    /// Lua scripts.
    pub scripts: Scripts,
    /// When what was slow.
    pub events: Events,
    /// Clients that have got mail, for the transport to take.
    pub(super) mailed: Vec<SessionId>,
    /// Clients whose wait has ended with something that the logs do not hold yet.
    pub(super) served: Vec<SessionId>,
    /// How much of the log is safe, and who waits for it.
    pub(super) synced: Synced,
    /// Random members and keys: the same seed gives the same answers.
    pub rng: fastrand::Rng,
    next_session: SessionId,
}

/// A Redis-compatible state machine.
pub struct Engine {
    /// The data.
    pub keyspace: Keyspace,
    /// Everything else.
    pub server: Server,
}

/// All that a handler can reach.
pub struct Ctx<'e> {
    /// The selected database.
    pub keys: Keys<'e>,
    /// Where the reply goes.
    pub reply: Writer<'e>,
    /// The client.
    pub session: &'e mut Session,
    /// Configuration, other clients, counters.
    pub server: &'e mut Server,
    /// The world.
    pub host: &'e mut dyn Host,
    /// The time.
    pub now: Now,
}

impl Engine {
    /// An empty engine. `seed` decides every random answer it will give.
    pub fn new(seed: u64) -> Self {
        Self {
            keyspace: Keyspace::default(),
            server: Server {
                config: Config::default(),
                sessions: Sessions::default(),
                stats: Stats::default(),
                closing: Vec::new(),
                listeners: Listeners::default(),
                tracking: Tracking::default(),
                paused: None,
                monitors: Vec::new(),
                slow_log: SlowLog::default(),
                scripts: Scripts::default(),
                events: Events::new(),
                mailed: Vec::new(),
                served: Vec::new(),
                synced: Synced::default(),
                rng: fastrand::Rng::with_seed(seed),
                next_session: 1,
            },
        }
    }

    /// A client connects.
    pub fn connect(&mut self, peer: Peer, now: Now) -> SessionId {
        self.server.connect(peer, now)
    }

    /// A client of the program around the engine connects: see [`Session::is_unseen`]. There is one.
    pub fn connect_unseen(&mut self, now: Now) -> SessionId {
        self.disconnect(UNSEEN);
        self.server.sessions.add(Session::unseen(now));
        UNSEEN
    }

    /// A client goes; its transaction is dropped and its watches end.
    pub fn disconnect(&mut self, id: SessionId) {
        self.server.closing.retain(|closing| *closing != id);
        self.stop_waiting(id);
        if let Some(mut session) = self.server.sessions.remove(id) {
            self.server.forget_listener(&mut session);
            self.server.tracking.end(&mut session);
            self.follow();
            self.server.monitors.retain(|monitor| *monitor != id);
            for watched in session.watched.drain(..) {
                self.keyspace.select(watched.db).unwatch(&watched.key);
            }
        }
    }

    /// What is known of a client.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.server.sessions.get(id)
    }

    /// Runs one command of client `id` and appends its reply to `out`.
    ///
    /// `words` may be empty, which does nothing. A client that is not connected gets an error.
    pub fn execute(
        &mut self,
        id: SessionId,
        words: &[&[u8]],
        now: Now,
        host: &mut dyn Host,
        out: &mut Vec<u8>,
    ) {
        self.keyspace.set_now_ms(now.ms());
        execute_on(&mut self.keyspace, &mut self.server, id, words, now, host, out);
        if self.keyspace.waits.has_ready() {
            self.serve_waiting(now, host);
        }
    }

    /// Replays one record of a log: no checks of the client, nothing is propagated.
    ///
    /// `session` is the log's own client, so that `SELECT` and `MULTI` in the log work.
    pub fn replay(
        &mut self,
        session: &mut Session,
        words: &[&[u8]],
        now: Now,
        host: &mut dyn Host,
        out: &mut Vec<u8>,
    ) {
        self.keyspace.set_now_ms(now.ms());
        self.keyspace.loading = true;
        let reply = Writer::new(out, session.protocol);
        let mut ctx = Ctx {
            keys: self.keyspace.select(session.db),
            reply,
            session,
            server: &mut self.server,
            host,
            now,
        };
        ctx.process(words);
        self.keyspace.loading = false;
    }
}

impl Server {
    /// A client connects.
    pub(super) fn connect(&mut self, peer: Peer, now: Now) -> SessionId {
        let id = self.next_session;
        self.next_session += 1;
        self.stats.connections += 1;
        let authenticated = self.config.password().is_empty();
        self.sessions.add(Session::new(id, peer, authenticated, now));
        id
    }
}

/// Runs one command of a client, but for whoever waited for what it fills.
pub(super) fn execute_on(
    keyspace: &mut Keyspace,
    server: &mut Server,
    id: SessionId,
    words: &[&[u8]],
    now: Now,
    host: &mut dyn Host,
    out: &mut Vec<u8>,
) {
    let Some(mut session) = server.sessions.take(id) else {
        Writer::new(out, crate::resp::Protocol::Resp2).error(b"ERR no such client");
        return;
    };
    keyspace.unseen = session.is_unseen();
    keyspace.no_touch = session.no_touch;
    let logged = keyspace.effects.place();
    session.active_ms = now.ms();
    if !session.mail.is_empty() {
        // What was sent to it before must not come behind this reply.
        out.append(&mut session.mail.bytes);
    }
    let (start, replies) = (out.len(), session.replies);
    let reply = Writer::new(out, session.protocol);
    let mut ctx = Ctx {
        keys: keyspace.select(session.db),
        reply,
        session: &mut session,
        server: &mut *server,
        host,
        now,
    };
    ctx.process(words);
    keyspace.unseen = false;
    keyspace.no_touch = false;
    let place = keyspace.effects.place();
    if place != logged {
        session.written = place;
    }
    if replies != Replies::On || session.replies != Replies::On {
        hold_back(&mut session, replies, out, start);
    }
    if session.tracks.is_some() {
        session.forget_caching(words);
        server.tell_pending(&mut session, out);
    }
    if session.closing {
        server.closing.push(id);
    }
    server.sessions.put_back(session);
}

impl Ctx<'_> {
    /// Judges a command, then queues or runs it. The order of the judgements is Redis's.
    fn process(&mut self, words: &[&[u8]]) {
        let Some(name) = words.first() else { return };
        let found = match self.judge(words) {
            Ok(found) => found,
            Err(error) => {
                // An EXEC that cannot run takes the transaction with it.
                let error = if name.eq_ignore_ascii_case(b"EXEC") {
                    super::commands::drop_transaction(self);
                    Error::ExecAbort(Box::new(error))
                } else {
                    error
                };
                if let Some(transaction) = &mut self.session.transaction {
                    transaction.aborted = true;
                }
                let wire = error.wire();
                self.reply.error(&wire);
                if !self.session.is_unseen() {
                    self.server.stats.error(&wire);
                    if let Ok(found) = table::find(words) {
                        self.server.stats.rejected(found.command, || found.lower_name());
                    }
                }
                return;
            }
        };
        if self.server.paused.is_some() && self.is_held_up(found.command) {
            return;
        }
        if self.session.transaction.is_some() && !commands_that_never_queue(found.command) {
            self.queue(&found, words);
            return;
        }
        self.session.last_command = Some(found);
        self.run(&found, words);
    }

    fn judge(&mut self, words: &[&[u8]]) -> Result<Found, Error> {
        let found = table::find(words)?;
        found.check_arity(words)?;
        let command = found.command;
        let asks = !self.server.config.password().is_empty();
        if asks && !self.session.authenticated && !command.has(Flag::NoAuth) {
            return Err(Error::text("NOAUTH Authentication required."));
        }
        if self.session.transaction.is_some() && command.has(Flag::NoMulti) {
            return Err(Error::text("ERR Command not allowed inside a transaction"));
        }
        if command.has(Flag::Write)
            && !self.keys.is_loading()
            && let Some(reason) = self.host.refuses_writes()
        {
            return Err(Error::Other(reason.into()));
        }
        let is_about_keys = command.changes() || command.has(Flag::Readonly);
        if self.session.monitors && is_about_keys {
            return Err(Error::text("ERR Replica can't interact with the keyspace"));
        }
        if self.session.subscriptions.is_some()
            && self.session.protocol == Protocol::Resp2
            && !may_be_said_while_listening(command)
        {
            return Err(Error::err(format_args!(
                "Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET \
                 are allowed in this context",
                found.lower_name()
            )));
        }
        if self.server.scripts.are_busy() && !command.has(Flag::AllowBusy) {
            return Err(Error::text(BUSY));
        }
        Ok(found)
    }

    fn queue(&mut self, found: &Found, words: &[&[u8]]) {
        if let Some(transaction) = &mut self.session.transaction {
            transaction.queue.push(super::Queued {
                command: found.command,
                is_subcommand: found.container.is_some(),
                words: words.iter().map(|word| Box::from(*word)).collect(),
            });
            self.reply.simple("QUEUED");
        }
    }

    /// Runs a judged command: its reply or its error is written, its effect is logged.
    fn run(&mut self, found: &Found, words: &[&[u8]]) {
        self.run_row(found.command, found.container.is_some(), words);
    }

    /// Runs a row, as [`Ctx::run`] does for a typed command and `EXEC` for a queued one.
    pub fn run_row(&mut self, command: &'static Command, is_subcommand: bool, words: &[&[u8]]) {
        let counts = !self.session.is_unseen();
        self.run_counted(command, is_subcommand, words, counts);
    }

    /// Runs a row that was counted when its client began to wait.
    pub(super) fn run_again(&mut self, command: &'static Command, words: &[&[u8]]) {
        self.run_counted(command, false, words, false);
    }

    fn run_counted(
        &mut self,
        command: &'static Command,
        is_subcommand: bool,
        words: &[&[u8]],
        counts: bool,
    ) {
        let position = self.reply.position();
        let (db, dirty) = (self.keys.db(), self.keys.space().dirty);
        self.keys.effects().begin_command();
        let began = if counts { self.begin_timing(command, words) } else { None };
        let mut args = Args::new(words, 1 + usize::from(is_subcommand));
        let outcome: Outcome = (command.handler)(self, &mut args);
        if counts {
            let untimed = began.is_none() && self.server.config.time_limits.tracking;
            self.server.stats.ran(command, outcome.is_err(), untimed, || {
                // A container's row has no name of its own for its subcommands: the words have it.
                let names = words.iter().take(1 + usize::from(is_subcommand));
                let names: Vec<_> = names.map(|word| String::from_utf8_lossy(word)).collect();
                names.join("|").to_ascii_lowercase()
            });
        }
        if let Err(error) = outcome {
            self.reply.rewind(position);
            let wire = error.wire();
            if counts {
                self.server.stats.error(&wire);
            }
            self.reply.error(&wire);
        }
        if self.keys.space().dirty != dirty && command.has(Flag::Write) {
            self.keys.effects().commit(db, words);
        }
        if self.keys.space().has_happened() || self.session.tracks.is_some() {
            self.tell_afterwards(position, command, words);
        }
        if let Some(began) = began {
            self.end_timing(began, command, words);
        }
        if counts && !self.server.monitors.is_empty() {
            super::commands::show_to_monitors(self, command, words);
        }
    }
}

/// Takes a reply back that the client does not want; `before` is what it wanted before its command.
fn hold_back(session: &mut Session, before: Replies, out: &mut Vec<u8>, start: usize) {
    // A command that was refused is not the last one: an error is no push.
    let is_about_channels = session.last_command.is_some_and(|found| listens(found.command))
        && out.get(start) != Some(&b'-');
    match (before, session.replies) {
        (Replies::Off, Replies::Off) if is_about_channels => {}
        (_, Replies::Off) => out.truncate(start),
        (_, Replies::SkipNext) => {
            out.truncate(start);
            session.replies = Replies::Skip;
        }
        (_, Replies::Skip) => {
            out.truncate(start);
            session.replies = Replies::On;
        }
        (_, Replies::On) => {}
    }
}

/// Whether a command begins or ends listening to channels: it is answered with pushes.
fn listens(command: &Command) -> bool {
    command.has(Flag::Pubsub) && command.has(Flag::Noscript)
}

/// What is said while a script has run for long.
pub(super) const BUSY: &str =
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";

/// Commands that run at once although `MULTI` was said.
fn commands_that_never_queue(command: &Command) -> bool {
    matches!(command.name, "EXEC" | "DISCARD" | "MULTI" | "WATCH" | "QUIT" | "RESET")
}

/// What a client may say while it listens: in RESP 2 a reply cannot be told from a message.
fn may_be_said_while_listening(command: &Command) -> bool {
    matches!(command.name, "PING" | "QUIT" | "RESET") || listens(command)
}

#[cfg(test)]
pub(crate) mod testing {
    //! A prompt for unit tests: lines in, what `redis-cli --no-raw` would print out.

    use super::*;
    use crate::engine::NoHost;
    use crate::resp::Decoder;

    /// An engine with one client.
    pub(crate) struct Prompt {
        pub(crate) engine: Engine,
        pub(crate) id: SessionId,
        pub(crate) now: Now,
    }

    impl Prompt {
        pub(crate) fn new() -> Self {
            let mut engine = Engine::new(1);
            engine.keyspace.effects.enabled = true;
            let now = Now::from_ms(1_700_000_000_000);
            let id = engine.connect(Peer::default(), now);
            Self { engine, id, now }
        }

        /// The raw reply to words.
        pub(crate) fn call(&mut self, words: &[&[u8]]) -> crate::resp::Reply {
            let mut out = Vec::new();
            self.engine.execute(self.id, words, self.now, &mut NoHost, &mut out);
            Decoder::new(&out).reply().unwrap()
        }

        /// The reply to a line of plain words.
        pub(crate) fn line(&mut self, line: &str) -> crate::resp::Reply {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            self.call(&words)
        }

        /// The reply to another client's line; `None` while it waits.
        pub(crate) fn line_of(&mut self, id: SessionId, line: &str) -> Option<crate::resp::Reply> {
            let mut out = Vec::new();
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            self.engine.execute(id, &words, self.now, &mut NoHost, &mut out);
            Decoder::new(&out).reply().ok()
        }

        /// What has come for a client.
        pub(crate) fn mail(&mut self, id: SessionId) -> Vec<u8> {
            let mut out = Vec::new();
            self.engine.take_mail(id, &mut out);
            out
        }

        /// What the log holds since the last call, a record a line.
        pub(crate) fn log(&mut self) -> String {
            let mut bytes = Vec::new();
            self.engine.keyspace.effects.drain_into(&mut bytes);
            let mut decoder = Decoder::new(&bytes);
            let (mut words, mut lines) = (Vec::new(), Vec::new());
            while !decoder.is_empty() {
                decoder.request(&mut words).unwrap();
                let words: Vec<_> = words.iter().map(|w| String::from_utf8_lossy(w)).collect();
                lines.push(words.join(" "));
            }
            lines.join("\n")
        }
    }
}
