//! Clients that wait for a key to be filled: how they begin, and how their wait ends.
//!
//! The engine never waits. A command that finds nothing says what it waits for and gives no reply;
//! when a later command fills a key, the waiting one runs again on that key alone, after the command
//! or transaction that filled it, in the order in which the clients came. Its reply is the client's
//! [mail](super::mail). When the time is over is judged by whoever has a clock: it asks for
//! [`Engine::next_deadline`] and calls [`Engine::end_waits`].

use super::data::{Bytes, Value};
use super::{Command, Ctx, Engine, Error, Flag, Host, Keyspace, Now, Server, Session, SessionId};
use crate::resp::Writer;

/// What is answered to who waits for a log that is not written.
pub(super) const NO_LOG: &str =
    "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.";

/// What is answered to a time that is over before it begins.
const NEGATIVE: &str = "ERR timeout is negative";

/// What a client waits for.
#[derive(Debug)]
pub struct Blocked {
    db: usize,
    keys: Vec<Bytes>,
    until_ms: Option<i64>,
    again: Option<Again>,
    late: Late,
}

/// How a command goes on when there is a key.
#[derive(Debug)]
struct Again {
    row: &'static Command,
    words: Vec<Box<[u8]>>,
    key_at: usize,
    filling: Filling,
}

/// What a key must hold to end a wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filling {
    List,
    SortedSet,
}

/// The reply when the time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Late {
    NullArray,
    Int(i64),
    /// On how many disks its writes are safe: here, and at replicas.
    Synced,
    /// None: its command is to be run now.
    Nothing,
}

/// What a command waits for.
pub(super) struct Wait<'a> {
    pub(super) keys: &'a [&'a [u8]],
    /// In milliseconds since 1970; `None` is for ever.
    pub(super) until_ms: Option<i64>,
    /// The words to run once a key is filled; at `key_at` that key is put.
    pub(super) words: &'a [&'a [u8]],
    pub(super) key_at: usize,
    pub(super) filling: Filling,
}

/// A time in which commands are held up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paused {
    /// Its end, in milliseconds since 1970.
    pub until_ms: i64,
    /// Only those that write.
    pub writes_only: bool,
}

/// How a wait is ended from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unblock {
    /// As if its time were over.
    Timeout,
    /// With the error `UNBLOCKED`.
    Error,
    /// It would wait for ever: there is no other client.
    Alone,
    /// There is no log any more that it could wait for.
    Unlogged,
}

impl Blocked {
    /// When the wait is over, in milliseconds since 1970; `None` is never.
    pub fn until_ms(&self) -> Option<i64> {
        self.until_ms
    }

    /// Whether it waits for the end of a pause: then its command was not run yet, and is to be sent
    /// once more.
    pub fn is_held_up(&self) -> bool {
        self.late == Late::Nothing
    }

    /// Whether it waits for its writes to be synced.
    pub fn waits_for_sync(&self) -> bool {
        self.late == Late::Synced
    }

    fn fits(&self, value: &Value) -> bool {
        let Some(again) = &self.again else { return false };
        match value {
            Value::List(_) => again.filling == Filling::List,
            Value::SortedSet(_) => again.filling == Filling::SortedSet,
            Value::Int(_) | Value::Str(_) | Value::Hash(_) | Value::Set(_) => false,
        }
    }
}

impl Command {
    /// Whether a pause of writes holds it up.
    pub(super) fn changes(&self) -> bool {
        // Publishing is told to replicas too.
        let publishes = self.has(Flag::Pubsub) && self.has(Flag::Fast);
        self.has(Flag::Write) || self.has(Flag::MayReplicate) || publishes
    }
}

impl Late {
    /// Writes the reply; `is_synced` says whether the client's writes are safe on this disk.
    pub(super) fn write(self, reply: &mut Writer<'_>, is_synced: bool) {
        match self {
            Late::NullArray => reply.null_array(),
            Late::Int(number) => reply.int(number),
            Late::Synced => {
                reply.array(2);
                reply.int(i64::from(is_synced));
                reply.int(0);
            }
            Late::Nothing => {}
        }
    }
}

impl Ctx<'_> {
    /// Whether the running command may wait: not inside a transaction.
    pub(super) fn may_block(&mut self) -> bool {
        let is_observer = self.session.is_unseen() || self.keys.is_loading();
        !is_observer && !self.keys.effects().in_transaction()
    }

    /// Lets the client wait until a key is filled; false where it may not wait.
    pub(super) fn block(&mut self, wait: &Wait<'_>) -> bool {
        let row = self.session.last_command.map(|found| found.command);
        let Some(row) = row.filter(|_| self.may_block()) else { return false };
        self.begin_wait(Blocked {
            db: self.keys.db(),
            keys: wait.keys.iter().map(|key| Bytes::from(*key)).collect(),
            until_ms: wait.until_ms,
            again: Some(Again {
                row,
                words: wait.words.iter().map(|word| Box::from(*word)).collect(),
                key_at: wait.key_at,
                filling: wait.filling,
            }),
            late: Late::NullArray,
        });
        true
    }

    /// Lets the client wait until the time is over, and then get this reply.
    pub(super) fn block_until(&mut self, until_ms: Option<i64>, late: Late) {
        let db = self.keys.db();
        self.begin_wait(Blocked { db, keys: Vec::new(), until_ms, again: None, late });
    }

    /// Whether a command must wait for the end of a pause; then its client waits.
    pub(super) fn is_held_up(&mut self, command: &Command) -> bool {
        let Some(Paused { until_ms, writes_only }) = self.server.paused else { return false };
        if until_ms <= self.now.ms() {
            self.server.paused = None;
            return false;
        }
        let is_free = self.session.is_unseen()
            || (writes_only && !command.changes() && !self.runs_changes(command));
        if !is_free {
            self.block_until(Some(until_ms), Late::Nothing);
        }
        !is_free
    }

    /// Whether it is an `EXEC` of something that writes.
    fn runs_changes(&self, command: &Command) -> bool {
        let queued = self.session.transaction.iter().flat_map(|transaction| &transaction.queue);
        command.name == "EXEC" && queued.into_iter().any(|queued| queued.command.changes())
    }

    fn begin_wait(&mut self, blocked: Blocked) {
        let (id, waits) = (self.session.id, &mut self.keys.space().waits);
        waits.add(id, blocked.db, &blocked.keys, blocked.until_ms);
        self.session.blocked = Some(Box::new(blocked));
    }
}

impl Server {
    /// Ends a client's wait; false if it does not wait.
    pub(super) fn unblock(&mut self, space: &mut Keyspace, id: SessionId, how: Unblock) -> bool {
        let Some(blocked) = self.stop_waiting(space, id) else { return false };
        let is_synced = self.sessions.get(id).is_some_and(|session| self.is_synced(session));
        self.post(id, |letter| match how {
            Unblock::Timeout => blocked.late.write(letter, is_synced),
            Unblock::Error => letter.error(b"UNBLOCKED client unblocked via CLIENT UNBLOCK"),
            Unblock::Unlogged => letter.error(NO_LOG.as_bytes()),
            Unblock::Alone if blocked.waits_for_sync() => letter.error(
                b"UNBLOCKED nothing syncs the log by itself (see CONFIG GET appendfsync); give a \
                  timeout",
            ),
            Unblock::Alone => letter.error(
                b"UNBLOCKED no other client is there to end this wait; give a timeout, or fill \
                  the key first",
            ),
        });
        true
    }

    /// The pause is over: who was held up goes on.
    pub(super) fn go_on(&mut self, space: &mut Keyspace) {
        let is_held_up = |session: &Session| {
            session.blocked.as_ref().is_some_and(|blocked| blocked.is_held_up())
        };
        let held_up = self.sessions.iter().filter(|session| is_held_up(session));
        for id in held_up.map(|session| session.id).collect::<Vec<_>>() {
            self.unblock(space, id, Unblock::Timeout);
        }
    }

    fn stop_waiting(&mut self, space: &mut Keyspace, id: SessionId) -> Option<Box<Blocked>> {
        let blocked = self.sessions.get_mut(id)?.blocked.take()?;
        space.waits.remove(id, blocked.db, &blocked.keys, blocked.until_ms);
        if blocked.waits_for_sync() {
            self.forget_sync(id);
        }
        Some(blocked)
    }
}

impl Engine {
    /// Whether a client waits, and for how long.
    pub fn blocked(&self, id: SessionId) -> Option<&Blocked> {
        self.server.sessions.get(id)?.blocked.as_deref()
    }

    /// When the next wait is over, in milliseconds since 1970.
    pub fn next_deadline(&self) -> Option<i64> {
        self.keyspace.waits.next_deadline()
    }

    /// Ends the waits whose time is over.
    pub fn end_waits(&mut self, now: Now) {
        while let Some(id) = self.keyspace.waits.due(now.ms()) {
            self.unblock(id, Unblock::Timeout);
        }
    }

    /// Ends a client's wait; false if it does not wait.
    pub fn unblock(&mut self, id: SessionId, how: Unblock) -> bool {
        self.server.unblock(&mut self.keyspace, id, how)
    }

    /// What a client waited for; it waits no more.
    pub(super) fn stop_waiting(&mut self, id: SessionId) -> Option<Box<Blocked>> {
        self.server.stop_waiting(&mut self.keyspace, id)
    }

    /// After a command or a transaction: whoever waited for what it filled gets it.
    pub(super) fn serve_waiting(&mut self, now: Now, host: &mut dyn Host) {
        while let Some((db, key, clients)) = self.keyspace.waits.next_ready() {
            for id in clients {
                self.serve(id, db, &key, now, host);
            }
        }
    }

    fn serve(&mut self, id: SessionId, db: usize, key: &[u8], now: Now, host: &mut dyn Host) {
        // A key whose time has come goes first.
        let is_there = self.keyspace.select(db).contains(key);
        self.tell_what_happened();
        if !is_there {
            return;
        }
        let entry = self.keyspace.databases().get(db).and_then(|database| database.entry(key));
        let fits = |blocked: &Blocked| entry.is_some_and(|entry| blocked.fits(&entry.value));
        if !self.blocked(id).is_some_and(fits) {
            return;
        }
        let Some(Blocked { again: Some(again), .. }) = self.stop_waiting(id).map(|b| *b) else {
            return;
        };
        let Some(mut session) = self.server.sessions.take(id) else { return };
        let mut mail = std::mem::take(&mut session.mail.bytes);
        let mut words: Vec<&[u8]> = again.words.iter().map(|word| &**word).collect();
        if let Some(word) = words.get_mut(again.key_at) {
            *word = key;
        }
        let mut ctx = Ctx {
            keys: self.keyspace.select(db),
            reply: Writer::new(&mut mail, session.protocol),
            session: &mut session,
            server: &mut self.server,
            host,
            now,
        };
        ctx.run_again(again.row, &words);
        self.server.tell_pending(&mut session, &mut mail);
        session.written = self.keyspace.effects.place();
        session.mail.bytes = mail;
        self.server.list_mail(&mut session);
        self.server.served.push(id);
        self.server.sessions.put_back(session);
    }

    /// What was done since the last call is in the logs; or it is not, and then nobody who waited is
    /// told that they got something: `refusal` is what they get, and their connection ends.
    pub fn settle_served(&mut self, refusal: Option<&str>) {
        for id in std::mem::take(&mut self.server.served) {
            let Some(refusal) = refusal else { continue };
            let Some(session) = self.server.sessions.get_mut(id) else { continue };
            session.mail.bytes.clear();
            self.server.post(id, |letter| letter.error(refusal.as_bytes()));
            self.server.send_away(id);
        }
    }
}

/// When a wait of so many seconds ends, as milliseconds since 1970; 0 is for ever.
pub(super) fn deadline(word: &[u8], now: Now) -> Result<Option<i64>, Error> {
    let seconds = super::parse_f64(word)
        .or_else(|| is_too_large(word).then_some(f64::INFINITY))
        .ok_or(Error::text("ERR timeout is not a float or out of range"))?;
    milliseconds(seconds * 1000.0, now)
}

/// As [`deadline`], of a number of milliseconds.
pub(super) fn deadline_ms(word: &[u8], now: Now) -> Result<Option<i64>, Error> {
    let length = super::parse_i64(word)
        .ok_or(Error::text("ERR timeout is not an integer or out of range"))?;
    whole_milliseconds(length, now)
}

/// Whether a word is a number that no double holds.
fn is_too_large(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|text| text.parse().is_ok_and(f64::is_infinite))
}

fn milliseconds(length: f64, now: Now) -> Result<Option<i64>, Error> {
    // As in Redis, a number too large for it has become a negative one.
    if length < 0.0 || length >= i64::MAX as f64 {
        return Err(Error::text(NEGATIVE));
    }
    #[expect(clippy::cast_possible_truncation, reason = "judged above")]
    let length = length.ceil() as i64;
    whole_milliseconds(length, now)
}

fn whole_milliseconds(length: i64, now: Now) -> Result<Option<i64>, Error> {
    if length < 0 {
        return Err(Error::text(NEGATIVE));
    }
    if length == 0 {
        return Ok(None);
    }
    now.ms().checked_add(length).map(Some).ok_or(Error::text("ERR timeout is out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Peer;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn the_log_never_waits() {
        let mut prompt = Prompt::new();
        let id = prompt.engine.connect(Peer::default(), prompt.now);
        for (waits, fills, logged) in [
            ("BLPOP a b 0", "RPUSH b 1", "RPUSH b 1\nLPOP b"),
            ("BRPOP a 1", "RPUSH a 1", "RPUSH a 1\nRPOP a"),
            ("BLMOVE a b LEFT RIGHT 0", "RPUSH a 1", "RPUSH a 1\nLMOVE a b LEFT RIGHT"),
            ("BRPOPLPUSH a b 0", "RPUSH a 1", "RPUSH a 1\nRPOPLPUSH a b"),
            ("BLMPOP 0 2 x a LEFT COUNT 5", "RPUSH a 1 2", "RPUSH a 1 2\nLPOP a 2"),
            ("BZPOPMIN z 0", "ZADD z 1 m", "ZADD z 1 m\nZPOPMIN z"),
            ("BZPOPMAX z 0", "ZADD z 1 m", "ZADD z 1 m\nZPOPMAX z"),
            ("BZMPOP 0 1 z MAX", "ZADD z 1 m", "ZADD z 1 m\nZPOPMAX z 1"),
        ] {
            prompt.line("FLUSHALL");
            prompt.log();
            assert_eq!(prompt.line_of(id, waits), None, "{waits}");
            assert_eq!(prompt.log(), "", "{waits}");
            prompt.line(fills);
            assert_eq!(prompt.log(), logged, "{waits}");
            assert_ne!(prompt.mail(id), b"", "{waits}");
            // The same without a wait, as one unit with what another client did before.
            prompt.line("FLUSHALL");
            prompt.log();
            prompt.line(fills);
            assert_ne!(prompt.line_of(id, waits), None, "{waits}");
            assert_eq!(prompt.log(), logged, "{waits}");
        }
    }

    #[test]
    fn info_counts_who_waits() {
        let mut prompt = Prompt::new();
        let mut counts = Vec::new();
        for line in ["PING", "BLPOP k 0", "BLPOP k 5"] {
            let id = prompt.engine.connect(Peer::default(), prompt.now);
            prompt.line_of(id, line);
            let Reply::Bulk(info) = prompt.line("INFO clients") else { panic!() };
            let info = String::from_utf8(info).unwrap();
            let count = |name: &str| {
                let found = info.lines().find_map(|line| line.strip_prefix(name));
                found.unwrap().to_owned()
            };
            counts.push((count("blocked_clients:"), count("clients_in_timeout_table:")));
        }
        let wanted = [("0", "0"), ("1", "0"), ("2", "1")];
        assert_eq!(counts, wanted.map(|(blocked, timed)| (blocked.to_owned(), timed.to_owned())));
    }

    #[test]
    fn a_wait_ends_at_its_time_and_not_before() {
        let mut prompt = Prompt::new();
        let id = prompt.engine.connect(Peer::default(), prompt.now);
        let start = prompt.now.ms();
        assert_eq!(prompt.line_of(id, "BLPOP k 1.5"), None);
        assert_eq!(prompt.engine.next_deadline(), Some(start + 1500));
        prompt.engine.end_waits(Now::from_ms(start + 1499));
        assert_eq!(prompt.mail(id), b"");
        prompt.engine.end_waits(Now::from_ms(start + 1500));
        assert_eq!(prompt.engine.take_mailed(), [id]);
        assert_eq!(prompt.mail(id), b"*-1\r\n");
        assert_eq!(prompt.engine.next_deadline(), None);
        prompt.line("RPUSH k v");
        assert_eq!(prompt.line("LLEN k"), Reply::Integer(1));
    }

    #[test]
    fn nobody_keeps_what_the_log_does_not_hold() {
        let mut prompt = Prompt::new();
        let id = prompt.engine.connect(Peer::default(), prompt.now);
        prompt.line_of(id, "BLPOP k 0");
        prompt.line("RPUSH k v");
        prompt.engine.settle_served(Some("MISCONF the disk is full"));
        assert_eq!(prompt.mail(id), b"-MISCONF the disk is full\r\n");
        assert_eq!(prompt.engine.server.closing, [id]);
    }
}
