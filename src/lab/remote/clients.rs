//! Clients of a server elsewhere: their commands, on the way that the space has for them, and what they
//! change.

use std::time::Duration;

use super::link::{Heard, ask, texts};
use super::prefix::{self, Whole};
use super::space::{Space, Way};
use super::{Called, Client, Remote, databases, guard, script, send_words};
use crate::engine::{Error, Flag, SessionId, find, key_positions};
use crate::resp::Reply;

/// Of a command on more keys than this it is not looked at what it changed.
const MOST_KEYS: usize = 32;

impl Remote {
    /// A client connects, in [`Remote::first_db`].
    pub fn connect(&mut self) -> Result<SessionId, String> {
        // A server that was away may have come back without what was claimed there.
        let found = match self.failure {
            Some(_) => self.space.look_again(&self.connect),
            None => Ok(()),
        };
        match found.and_then(|()| self.enter()) {
            Ok(client) => {
                (self.failure, self.is_deaf) = (None, false);
                self.last += 1;
                self.clients.insert(self.last, client);
                Ok(self.last)
            }
            Err(reason) => {
                self.failure = Some(reason.clone());
                Err(reason)
            }
        }
    }

    pub(super) fn enter(&mut self) -> Result<Client, String> {
        let db = self.first_db();
        if let Space::Databases(claims) = &mut self.space
            && self.connect.databases.iter().any(|db| claims.real(*db).is_none())
        {
            let mut link = self.connect.open()?;
            if !claims.settle(link.as_mut(), &self.connect.databases)? {
                self.space.take_prefix(&self.connect.keep);
            }
        }
        let mut link = self.space.open(&self.connect)?;
        // It begins in the first one, and may be allowed no other.
        let real = self.space.real(db).filter(|real| *real != 0 && !self.space.is_whole());
        if let Some(real) = real {
            ask(link.as_mut(), &[b"SELECT", real.to_string().as_bytes()])?;
        }
        self.tell_where(db);
        Ok(Client { link, db, queued: None })
    }

    /// A client goes.
    pub fn disconnect(&mut self, id: SessionId) {
        self.clients.remove(&id);
    }

    /// Whether a client is connected, as far as is known.
    pub fn holds(&self, id: SessionId) -> bool {
        self.clients.contains_key(&id)
    }

    /// Runs a client's command. The error is why no reply came; the client is gone then.
    pub fn call(&mut self, id: SessionId, words: &[&[u8]]) -> Result<Called, String> {
        let Some(mut client) = self.clients.remove(&id) else {
            return Err("the connection is gone".to_owned());
        };
        match self.call_as(&mut client, words) {
            Ok(called) => {
                self.clients.insert(id, client);
                Ok(called)
            }
            Err(reason) => {
                self.failure = Some(reason.clone());
                Err(reason)
            }
        }
    }

    /// Sends a client's command that may take its time; [`Remote::hear`] brings the reply. False where
    /// it is not one that is sent like this: [`Remote::call`] does it then.
    pub fn start(&mut self, id: SessionId, words: &[&[u8]]) -> Result<bool, String> {
        if guard::objection(&self.space, words).is_some() {
            return Ok(false);
        }
        self.sent(words, false);
        let Some(client) = self.clients.get_mut(&id) else { return Ok(false) };
        let sent = match self.space.way(client.db, words) {
            Way::Same => client.link.start(words),
            Way::Words(words) => {
                let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
                client.link.start(&words)
            }
            Way::Unknown
            | Way::Select(_)
            | Way::Whole(_)
            | Way::Flush
            | Way::OutOfRange
            | Way::Nowhere(_) => return Ok(false),
        };
        sent.inspect_err(|_| self.disconnect(id)).map(|()| true)
    }

    /// The next reply or message for a client, if one comes within that time. The error is why none
    /// will; the client is gone then.
    pub fn hear(&mut self, id: SessionId, patience: Duration) -> Result<Option<Heard>, String> {
        let Some(client) = self.clients.get_mut(&id) else {
            return Err("the connection is gone".to_owned());
        };
        let prefix = self.space.prefix(client.db);
        let strip = |reply: Reply| match &prefix {
            Some(prefix) => prefix::strip(prefix, reply),
            None => reply,
        };
        let heard = client.link.hear(patience).inspect_err(|reason| {
            self.failure = Some(reason.clone());
            self.clients.remove(&id);
        })?;
        Ok(heard.map(|heard| match heard {
            Heard::Reply(reply) => Heard::Reply(strip(reply)),
            Heard::Message(message) => Heard::Message(strip(message)),
        }))
    }

    fn call_as(&mut self, client: &mut Client, words: &[&[u8]]) -> Result<Called, String> {
        if guard::harm(words).is_some() || script::is_one(words) {
            // Others may have come since the server was looked at.
            self.space.look_again(&self.connect)?;
        }
        if let Some(notice) = guard::objection(&self.space, words) {
            return Ok(Called { notices: vec![notice], ..Called::default() });
        }
        let keys = Self::touched(client, words);
        if let Some(keys) = &keys {
            self.look(client.db, keys, false)?;
        }
        let mut called = self.send(client, words)?;
        if let Some(keys) = &keys {
            self.look(client.db, keys, true)?;
            called.changes = self.mirror.changes();
        }
        self.sent(words, keys.is_some());
        if let Some(reply) = &called.reply {
            follow(client, words, reply);
        }
        Ok(called)
    }

    /// The keys that a command is about to change, as far as its words say.
    pub(super) fn touched(client: &mut Client, words: &[&[u8]]) -> Option<Vec<Vec<u8>>> {
        let found = find(words).ok()?;
        let name = found.command.name;
        if name == "EXEC" {
            return client.queued.clone().filter(|keys| !keys.is_empty());
        }
        if !found.command.has(Flag::Write) {
            return None;
        }
        let places = key_positions(&found, words)?;
        let key = |place: usize| words.get(place).map(|word| word.to_vec());
        let keys: Vec<Vec<u8>> = places.into_iter().filter_map(key).collect();
        if let Some(queued) = &mut client.queued {
            queued.extend(keys);
            queued.truncate(MOST_KEYS);
            return None;
        }
        (!keys.is_empty() && keys.len() <= MOST_KEYS).then_some(keys)
    }

    /// Sends a command on the way that the space has for it.
    fn send(&mut self, client: &mut Client, words: &[&[u8]]) -> Result<Called, String> {
        let reply = match self.space.way(client.db, words) {
            Way::Same => client.link.call(words)?,
            Way::Words(words) => send_words(client.link.as_mut(), &words)?,
            Way::Unknown => {
                let request: Vec<&[u8]> = [&[b"COMMAND".as_slice(), b"GETKEYS"], words].concat();
                let keys = texts(client.link.call(&request)?);
                send_words(client.link.as_mut(), &self.space.words(client.db, words, &keys))?
            }
            Way::Select(db) => {
                let claimed = match self.claimed(db) {
                    Ok(claimed) => claimed,
                    // The client is where it was.
                    Err(reason) => {
                        return Ok(Called { notices: vec![reason], ..Called::default() });
                    }
                };
                if let Some(real) = claimed {
                    self.tell_where(db);
                    client.link.call(&[b"SELECT", real.to_string().as_bytes()])?
                } else {
                    let text = format!(
                        "no database of this server is free to be your database {db}: `SELECT 0` \
                         goes on where you were"
                    );
                    return Ok(Called { notices: vec![text], ..Called::default() });
                }
            }
            Way::Whole(_) if client.queued.is_some() => {
                let text = format!(
                    "{} works on all keys of a database, and here that takes several commands: send \
                     it outside of MULTI",
                    String::from_utf8_lossy(words.first().unwrap_or(&&b""[..])).to_uppercase()
                );
                return Ok(Called { notices: vec![text], ..Called::default() });
            }
            Way::Whole(whole) => match self.whole(client.db, &whole)? {
                Some(reply) => reply,
                None => self.between(client, whole)?,
            },
            Way::OutOfRange => out_of_range(),
            Way::Nowhere(db) => {
                let text = format!(
                    "you have no database {db} on this server yet: SELECT {db} takes one that is free"
                );
                return Ok(Called { notices: vec![text], ..Called::default() });
            }
            Way::Flush => {
                self.flush()?;
                Reply::Simple(b"OK".to_vec())
            }
        };
        let reply = match self.space.prefix(client.db) {
            Some(prefix) => prefix::strip(&prefix, reply),
            None => reply,
        };
        let (redirect, notices) = (client.link.redirect(), self.take_notices());
        Ok(Called { reply: Some(reply), redirect, notices, ..Called::default() })
    }

    /// The real database behind a number; one is claimed if there is none yet.
    fn claimed(&mut self, db: u32) -> Result<Option<u32>, String> {
        if let Space::Databases(claims) = &mut self.space {
            if let Some(real) = claims.real(db) {
                return Ok(Some(real));
            }
            let mut link = self.connect.open()?;
            return claims.claim(link.as_mut(), db);
        }
        Ok(Some(db))
    }

    /// A reply made of the keys with the prefix; none for what only a client can do.
    pub(super) fn whole(&mut self, db: u32, whole: &Whole) -> Result<Option<Reply>, String> {
        let ok = || Reply::Simple(b"OK".to_vec());
        let count = |n: usize| Reply::Integer(i64::try_from(n).unwrap_or(i64::MAX));
        Ok(Some(match whole {
            Whole::Count => count(self.keys(db)?.len()),
            Whole::Keys(pattern) => prefix::listed(prefix::fitting(self.keys(db)?, pattern)),
            Whole::Random => {
                let keys = self.keys(db)?;
                let at = fastrand::usize(..keys.len().max(1));
                keys.into_iter().nth(at).map_or(Reply::Null, Reply::Bulk)
            }
            Whole::Scan { pattern, kind } => {
                let mut keys = self.keys(db)?;
                if let Some(pattern) = pattern {
                    keys = prefix::fitting(keys, pattern);
                }
                if let Some(kind) = kind {
                    keys = self.of_kind(db, keys, kind)?;
                }
                Reply::Array(vec![Reply::Bulk(b"0".to_vec()), prefix::listed(keys)])
            }
            Whole::Flush => {
                self.flush_db(db)?;
                ok()
            }
            Whole::FlushAll => {
                self.flush()?;
                ok()
            }
            Whole::Select(_) | Whole::Move { .. } | Whole::Copy { .. } => return Ok(None),
        }))
    }

    /// The rest of what speaks of databases that are only prefixes.
    fn between(&mut self, client: &mut Client, whole: Whole) -> Result<Reply, String> {
        let db = client.db;
        let is_one = |db: u32| db < databases::TYPED;
        match whole {
            Whole::Select(to) if is_one(to) => {
                client.db = to;
                self.tell_where(to);
                Ok(Reply::Simple(b"OK".to_vec()))
            }
            Whole::Move { key, db: to } if is_one(to) => {
                let (old, new) = (self.space.key(db, &key), self.space.key(to, &key));
                let reply = client.link.call(&[b"RENAMENX", &old, &new])?;
                // There is no such key to move.
                Ok(if reply.as_error().is_some() { Reply::Integer(0) } else { reply })
            }
            Whole::Copy { from, to, db: there, replace } if is_one(there) => {
                let (old, new) = (self.space.key(db, &from), self.space.key(there, &to));
                let mut words: Vec<&[u8]> = vec![b"COPY", &old, &new];
                if replace {
                    words.push(b"REPLACE");
                }
                client.link.call(&words)
            }
            Whole::Select(_)
            | Whole::Move { .. }
            | Whole::Copy { .. }
            | Whole::Count
            | Whole::Keys(_)
            | Whole::Random
            | Whole::Scan { .. }
            | Whole::Flush
            | Whole::FlushAll => Ok(out_of_range()),
        }
    }

    pub(super) fn of_kind(
        &mut self,
        db: u32,
        keys: Vec<Vec<u8>>,
        kind: &[u8],
    ) -> Result<Vec<Vec<u8>>, String> {
        let ask: Vec<Vec<Vec<u8>>> =
            keys.iter().map(|key| vec![b"TYPE".to_vec(), self.space.key(db, key)]).collect();
        let real = self.space.real(db);
        let kinds = self.observer(real)?.calls(&ask)?;
        let fits = |reply: &Reply| matches!(reply, Reply::Simple(name) if name == kind);
        Ok(keys.into_iter().zip(kinds).filter(|(_, k)| fits(k)).map(|(key, _)| key).collect())
    }
}

/// What a command and its reply say about the client.
fn follow(client: &mut Client, words: &[&[u8]], reply: &Reply) {
    let failed = matches!(reply, Reply::Error(_));
    let (Some(name), false) = (words.first(), failed) else { return };
    match (name.to_ascii_uppercase().as_slice(), words.get(1)) {
        (b"SELECT", Some(db)) => {
            let db = std::str::from_utf8(db).ok().and_then(|db| db.parse().ok());
            client.db = db.unwrap_or(client.db);
        }
        (b"MULTI", _) => client.queued = Some(Vec::new()),
        (b"EXEC" | b"DISCARD", _) => client.queued = None,
        (b"RESET", _) => {
            client.queued = None;
            client.db = 0;
        }
        _ => {}
    }
}

/// What the server says of a database that it does not have.
fn out_of_range() -> Reply {
    Reply::Error(Error::DbIndexOutOfRange.wire().into())
}
