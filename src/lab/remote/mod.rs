//! A server elsewhere, as the console reaches it with `--connect`: clients of it, what checks look at,
//! and the databases or keys that a lesson keeps to there.
//!
//! It knows words and replies, no network: [`Door`] and [`Link`] stand for that, and no console.

mod copy;
mod databases;
mod door;
mod guard;
mod link;
mod prefix;
mod space;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::ControlFlow;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

pub use link::{Connect, Door, Heard, Keep, Link, To};

use crate::engine::data::Value;
use crate::engine::{Flag, SessionId, find, key_positions};
use crate::resp::Reply;
use crate::server::{Change, Mirror, Recipe};
use databases::Claims;
use link::{ask, texts};
use space::{Space, Way};

/// How many keys are asked for at once.
const BATCH: usize = 200;
/// Of a command on more keys than this it is not looked at what it changed.
const MOST_KEYS: usize = 32;

/// What came of a command.
#[derive(Debug, Default)]
pub struct Called {
    /// The reply; none where the command was not sent, and a notice says why.
    pub reply: Option<Reply>,
    /// The keys that it changed.
    pub changes: Vec<Change>,
    /// What is to be said besides.
    pub notices: Vec<String>,
}

/// What a server holds before a lesson begins there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The databases with data that no lesson made, and how many keys; on a cluster all is 0.
    pub foreign: Vec<(u32, u64)>,
    /// How many keys this home's lessons have left there.
    pub own: u64,
    /// Whether other homes' lessons keep data there.
    pub others: bool,
    /// The databases of this home's lessons hold other keys than when they were left: somebody may have
    /// stored something there.
    pub is_changed: bool,
}

impl Survey {
    /// Whether the server is not this learner's alone.
    pub fn is_shared(&self) -> bool {
        self.others || !self.foreign.is_empty()
    }
}

/// A client of the server.
struct Client {
    link: Box<dyn Link>,
    /// The database as it is typed.
    db: u32,
    /// Between `MULTI` and `EXEC`: the keys of what is queued.
    queued: Option<Vec<Vec<u8>>>,
}

/// A connection of the console's own, that reads for checks.
struct Observer {
    link: Box<dyn Link>,
    /// The real database that it is in, where that is known.
    at: Option<u32>,
}

/// A server elsewhere.
pub struct Remote {
    connect: Connect,
    space: Space,
    observer: Option<Observer>,
    clients: BTreeMap<SessionId, Client>,
    last: SessionId,
    mirror: Mirror,
    /// Why nobody could be reached the last time.
    failure: Option<String>,
    /// The databases of which it was said where they really are.
    told: BTreeSet<u32>,
    /// What is to be said.
    notices: Vec<String>,
}

impl Remote {
    /// Connects, and finds what is one's own there; nothing is written yet.
    pub fn open(connect: Connect) -> Result<Self, String> {
        let mut link = connect.open()?;
        let space = Space::find(&connect, link.as_mut())?;
        Ok(Self {
            connect,
            space,
            observer: None,
            clients: BTreeMap::new(),
            last: 0,
            mirror: Mirror::default(),
            failure: None,
            told: BTreeSet::new(),
            notices: Vec::new(),
        })
    }

    /// What the server holds, before anything is written to it.
    pub fn survey(connect: &Connect) -> Result<Survey, String> {
        let mut remote = Self::open(connect.clone())?;
        let own = remote.own_keys()?;
        let (foreign, others) = match &remote.space {
            Space::Whole { .. } => (Vec::new(), false),
            Space::Databases(claims) => {
                let foreign = claims.unclaimed.iter().map(|(db, size)| (*db, *size)).collect();
                (foreign, !claims.others.is_empty())
            }
            Space::Prefix { .. } => remote.sample()?,
        };
        let left = match &remote.space {
            Space::Databases(claims) => claims.left.clone(),
            Space::Whole { .. } | Space::Prefix { .. } => None,
        };
        let is_changed = match &remote.space {
            Space::Databases(_) if own > 0 => left != Some(remote.contents()?),
            Space::Whole { .. } | Space::Databases(_) | Space::Prefix { .. } => false,
        };
        Ok(Survey { foreign, own, others, is_changed })
    }

    /// Takes away everything of one's own.
    pub fn forget(connect: &Connect) -> Result<(), String> {
        let mut remote = Self::open(connect.clone())?;
        remote.flush()?;
        if let Keep::Own { token } = &connect.keep
            && remote.space.slot().is_some()
        {
            let key = format!("{}:lesson", prefix::tag(token));
            ask(remote.observer(None)?, &[b"DEL", key.as_bytes()])?;
            return Ok(());
        }
        Self::release(connect)
    }

    /// Gives back the databases of this home's lessons as they are; the next lesson takes others.
    pub fn release(connect: &Connect) -> Result<(), String> {
        let mut link = connect.open()?;
        match Space::find(connect, link.as_mut())? {
            Space::Databases(mut claims) => claims.release(link.as_mut()),
            Space::Prefix { token, slot: None, .. } => {
                Claims::read(link.as_mut(), &token)?.release(link.as_mut())
            }
            Space::Whole { .. } | Space::Prefix { .. } => Ok(()),
        }
    }

    /// To be called before kvtutor ends: what stands in one's own databases is written down, so that it
    /// is known later whether somebody else has used them.
    pub fn leave(&mut self) -> Result<(), String> {
        let contents = self.contents()?;
        match &self.space {
            Space::Databases(claims) if claims.own().next().is_some() => {
                let mut link = self.connect.open()?;
                claims.leave(link.as_mut(), &contents)
            }
            Space::Whole { .. } | Space::Databases(_) | Space::Prefix { .. } => Ok(()),
        }
    }

    /// Notes that what is one's own there belongs to a lesson from now on; tells whether it did before.
    pub fn begin_lesson(&mut self, lesson: &str) -> Result<bool, String> {
        let token = match &self.connect.keep {
            Keep::Whole => return Ok(true),
            Keep::Own { token } => token.clone(),
        };
        let before = if self.space.slot().is_some() {
            let key = format!("{}:lesson", prefix::tag(&token));
            let link = self.observer(None)?;
            ask(link, &[b"GETSET", key.as_bytes(), lesson.as_bytes()])?
        } else {
            let mut link = self.connect.open()?;
            databases::begin_lesson(link.as_mut(), &token, lesson)?
        };
        Ok(texts(before).first().is_some_and(|before| before == lesson.as_bytes()))
    }

    /// Which keys are one's own, in a few letters.
    fn contents(&mut self) -> Result<Vec<u8>, String> {
        let dbs: Vec<u32> = match &self.space {
            Space::Databases(claims) => claims.own().map(|(typed, _)| typed).collect(),
            Space::Whole { .. } | Space::Prefix { .. } => Vec::new(),
        };
        let mut digest = Sha256::new();
        for db in dbs {
            digest.update(db.to_le_bytes());
            for key in self.keys(db)? {
                digest.update(key.len().to_le_bytes());
                digest.update(&key);
            }
        }
        let digest: Vec<String> =
            digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(digest.concat().into_bytes())
    }

    /// What the prompt shows.
    pub fn shown(&self) -> String {
        self.connect.door.shown()
    }

    /// Whether it is a cluster.
    pub fn is_cluster(&self) -> bool {
        self.connect.door.is_cluster()
    }

    /// The host and the port, for a line of Python.
    pub fn place(&self) -> Option<(String, u16)> {
        self.connect.door.place()
    }

    /// The database that a new client begins in, as it is typed.
    pub fn first_db(&self) -> u32 {
        if self.space.is_whole() { self.connect.door.db() } else { 0 }
    }

    /// The real database behind one that is typed, where there is such a thing.
    pub fn real_db(&self, db: u32) -> Option<u32> {
        self.space.real(db)
    }

    /// What every key in a database really begins with.
    pub fn prefix(&self, db: u32) -> Option<Vec<u8>> {
        self.space.prefix(db)
    }

    /// Why nobody could be reached the last time.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// A client connects, in [`Remote::first_db`].
    pub fn connect(&mut self) -> Result<SessionId, String> {
        match self.enter() {
            Ok(client) => {
                self.failure = None;
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

    fn enter(&mut self) -> Result<Client, String> {
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
        if let Some(real) = self.space.real(db).filter(|_| !self.space.is_whole()) {
            ask(link.as_mut(), &[b"SELECT", real.to_string().as_bytes()])?;
        }
        self.tell_where(db);
        Ok(Client { link, db, queued: None })
    }

    /// What is to be said since this was last asked.
    pub fn take_notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }

    /// Says once of a database where on the server it really is, if that is not where its number says.
    fn tell_where(&mut self, db: u32) {
        let text = match (&self.space, self.space.real(db)) {
            (Space::Databases(_), Some(real)) if real != db => format!(
                "others use this server too: your database {db} is its database {real}. In Python it \
                 is db={real}"
            ),
            (Space::Prefix { .. }, _) => {
                let prefix = self.space.prefix(db).unwrap_or_default();
                let prefix = String::from_utf8_lossy(&prefix).into_owned();
                format!(
                    "others use this server too: in your database {db} the names of your keys really \
                     begin with {prefix}, and that is not shown. In Python you have to write it"
                )
            }
            (Space::Whole { .. } | Space::Databases(_), _) => return,
        };
        if self.told.insert(db) {
            self.notices.push(text);
        }
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
        let Some(client) = self.clients.get_mut(&id) else { return Ok(false) };
        let sent = match self.space.way(client.db, words) {
            Way::Same => client.link.start(words),
            Way::Words(words) => {
                let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
                client.link.start(&words)
            }
            Way::Unknown | Way::Select(_) | Way::Whole(_) | Way::Flush => return Ok(false),
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
        if let Some(notice) = guard::objection(&self.space, words) {
            return Ok(Called { notices: vec![notice], ..Called::default() });
        }
        let keys = self.touched(client, words);
        if let Some(keys) = &keys {
            self.look(client.db, keys, false)?;
        }
        let mut called = self.send(client, words)?;
        if let Some(keys) = &keys {
            self.look(client.db, keys, true)?;
            called.changes = self.mirror.changes();
        }
        if let Some(reply) = &called.reply {
            follow(client, words, reply);
        }
        Ok(called)
    }

    /// The keys that a command is about to change, as far as its words say.
    fn touched(&self, client: &mut Client, words: &[&[u8]]) -> Option<Vec<Vec<u8>>> {
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

    /// Copies keys into the mirror; `again` sets them beside what was copied before.
    fn look(&mut self, db: u32, keys: &[Vec<u8>], again: bool) -> Result<(), String> {
        let recipes = self.recipes(db, keys)?;
        if again {
            self.mirror.begin();
        } else {
            self.mirror.clear();
        }
        for (key, recipe) in keys.iter().zip(&recipes) {
            self.mirror.put(db, key, recipe);
        }
        Ok(())
    }

    /// Sends a command on the way that the space has for it.
    fn send(&mut self, client: &mut Client, words: &[&[u8]]) -> Result<Called, String> {
        let reply = match self.space.way(client.db, words) {
            Way::Same => client.link.call(words)?,
            Way::Words(words) => call(client.link.as_mut(), &words)?,
            Way::Unknown => {
                let request: Vec<&[u8]> = [&[b"COMMAND".as_slice(), b"GETKEYS"], words].concat();
                let keys = texts(client.link.call(&request)?);
                call(client.link.as_mut(), &self.space.words(client.db, words, &keys))?
            }
            Way::Select(db) => match self.claimed(db)? {
                Some(real) => {
                    self.tell_where(db);
                    client.link.call(&[b"SELECT", real.to_string().as_bytes()])?
                }
                None => {
                    let text = format!(
                        "no database of this server is free to be your database {db}: `SELECT 0` \
                         goes on where you were"
                    );
                    return Ok(Called { notices: vec![text], ..Called::default() });
                }
            },
            Way::Whole(whole) if client.queued.is_some() => {
                let text = format!(
                    "{} works on all keys of a database, and here that takes several commands: send \
                     it outside of MULTI",
                    String::from_utf8_lossy(words.first().unwrap_or(&&b""[..])).to_uppercase()
                );
                drop(whole);
                return Ok(Called { notices: vec![text], ..Called::default() });
            }
            Way::Whole(whole) => self.whole(client, whole)?,
            Way::Flush => {
                self.flush()?;
                Reply::Simple(b"OK".to_vec())
            }
        };
        let reply = match self.space.prefix(client.db) {
            Some(prefix) => prefix::strip(&prefix, reply),
            None => reply,
        };
        Ok(Called { reply: Some(reply), changes: Vec::new(), notices: self.take_notices() })
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

    /// A reply made of the keys with the prefix.
    fn whole(&mut self, client: &mut Client, whole: prefix::Whole) -> Result<Reply, String> {
        use prefix::Whole;
        let ok = || Reply::Simple(b"OK".to_vec());
        let count = |n: usize| Reply::Integer(i64::try_from(n).unwrap_or(i64::MAX));
        let db = client.db;
        Ok(match whole {
            Whole::Count => count(self.keys(db)?.len()),
            Whole::Keys(pattern) => prefix::listed(prefix::fitting(self.keys(db)?, &pattern)),
            Whole::Random => {
                let keys = self.keys(db)?;
                let at = fastrand::usize(..keys.len().max(1));
                keys.into_iter().nth(at).map_or(Reply::Null, Reply::Bulk)
            }
            Whole::Scan { pattern, kind } => {
                let mut keys = self.keys(db)?;
                if let Some(pattern) = pattern {
                    keys = prefix::fitting(keys, &pattern);
                }
                if let Some(kind) = kind {
                    keys = self.of_kind(db, keys, &kind)?;
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
            Whole::Select(to) if to < databases::TYPED => {
                client.db = to;
                self.tell_where(to);
                ok()
            }
            Whole::Select(_) => Reply::Error(crate::engine::Error::DbIndexOutOfRange.wire().into()),
            Whole::Move { key, db: to } => {
                let (old, new) = (self.space.key(db, &key), self.space.key(to, &key));
                let words: [&[u8]; 3] = [b"RENAMENX", &old, &new];
                match client.link.call(&words)? {
                    // There is no such key to move.
                    Reply::Error(_) => Reply::Integer(0),
                    reply => reply,
                }
            }
            Whole::Copy { from, to, db: there, replace } => {
                let (old, new) = (self.space.key(db, &from), self.space.key(there, &to));
                let mut words: Vec<&[u8]> = vec![b"COPY", &old, &new];
                if replace {
                    words.push(b"REPLACE");
                }
                client.link.call(&words)?
            }
        })
    }

    fn of_kind(
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

    /// Empties the databases that are one's own, or takes away the keys that are.
    pub fn flush(&mut self) -> Result<(), String> {
        match &self.space {
            Space::Whole { .. } => {
                ask(self.observer(None)?, &[b"FLUSHALL"])?;
            }
            Space::Databases(claims) => {
                let own: Vec<u32> = claims.own().map(|(_, real)| real).collect();
                for real in own {
                    ask(self.observer(Some(real))?, &[b"FLUSHDB"])?;
                }
            }
            Space::Prefix { .. } => {
                for db in 0..databases::TYPED {
                    self.flush_db(db)?;
                }
            }
        }
        Ok(())
    }

    fn flush_db(&mut self, db: u32) -> Result<(), String> {
        let keys = self.keys(db)?;
        for batch in keys.chunks(BATCH) {
            let keys: Vec<Vec<u8>> = batch.iter().map(|key| self.space.key(db, key)).collect();
            let mut words: Vec<&[u8]> = vec![b"UNLINK"];
            words.extend(keys.iter().map(Vec::as_slice));
            let real = self.space.real(db);
            ask(self.observer(real)?, &words)?;
        }
        Ok(())
    }

    /// Runs a command that only reads, for a check.
    pub fn observe(&mut self, db: u32, words: &[&[u8]]) -> Result<Reply, String> {
        let found =
            find(words).map_err(|error| String::from_utf8_lossy(&error.wire()).into_owned())?;
        if found.command.has(Flag::Write) {
            return Err(format!("{} may change data", found.command.name));
        }
        if self.space.is_nowhere(db) {
            // No database was claimed for that number, so nothing was ever stored in it.
            return Ok(self.mirror.reply_of_nothing(words));
        }
        let real = self.space.real(db);
        let (way, prefix) = (self.space.way(db, words), self.space.prefix(db));
        let reply = match way {
            Way::Same | Way::Select(_) | Way::Flush | Way::Unknown => {
                self.observer(real)?.call(words)
            }
            Way::Words(words) => call(self.observer(real)?, &words),
            Way::Whole(whole) => {
                let link = self.space.open(&self.connect)?;
                // Only what reads comes here, and that needs no connection but the observer's.
                self.whole(&mut Client { link, db, queued: None }, whole)
            }
        };
        let reply = reply.inspect_err(|_| self.observer = None)?;
        Ok(match prefix {
            Some(prefix) => prefix::strip(&prefix, reply),
            None => reply,
        })
    }

    /// Whether Python's package is connected to what is one's own.
    pub fn has_python_client(&mut self) -> bool {
        let Ok(list) = self.observe(0, &[b"CLIENT", b"LIST"]) else { return false };
        let list = texts(list).concat();
        String::from_utf8_lossy(&list).lines().any(|client| {
            let field = |name: &str| client.split(' ').find_map(|part| part.strip_prefix(name));
            let db = field("db=").and_then(|db| db.parse().ok());
            field("lib-name=").is_some_and(|name| name.starts_with("redis-py"))
                && db.is_some_and(|db| self.space.holds(db))
        })
    }

    /// Looks at copies of the keys in a database until `see` has seen enough.
    pub fn visit(
        &mut self,
        db: u32,
        see: &mut dyn FnMut(&[u8], &Value) -> ControlFlow<()>,
    ) -> Result<(), String> {
        if self.space.is_nowhere(db) {
            return Ok(());
        }
        let mut cursor = Some(b"0".to_vec());
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        while let Some(from) = cursor {
            let (next, mut keys) = self.some_keys(db, &from)?;
            cursor = next;
            // A scan may name a key twice.
            keys.retain(|key| seen.insert(key.clone()));
            for batch in keys.chunks(BATCH) {
                self.look(db, batch, false)?;
                if self.mirror.visit(db, see).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// A copy of one key's value.
    pub fn value(&mut self, db: u32, key: &[u8]) -> Option<&Value> {
        if self.space.is_nowhere(db) {
            return None;
        }
        self.look(db, &[key.to_vec()], false).ok()?;
        self.mirror.value(db, key)
    }

    fn recipes(&mut self, db: u32, keys: &[Vec<u8>]) -> Result<Vec<Recipe>, String> {
        let real = self.space.real(db);
        let names: Vec<Vec<u8>> = keys.iter().map(|key| self.space.key(db, key)).collect();
        let recipes = copy::recipes(self.observer(real)?, &names);
        let mut recipes = recipes.inspect_err(|_| self.observer = None)?;
        if self.space.prefix(db).is_some() {
            for (key, recipe) in keys.iter().zip(&mut recipes) {
                for word in recipe.iter_mut().filter_map(|words| words.get_mut(1)) {
                    word.clone_from(key);
                }
            }
        }
        Ok(recipes)
    }

    /// Every key of a database, as they are typed.
    fn keys(&mut self, db: u32) -> Result<Vec<Vec<u8>>, String> {
        let mut all = Vec::new();
        let mut cursor = Some(b"0".to_vec());
        while let Some(from) = cursor {
            let (next, keys) = self.some_keys(db, &from)?;
            all.extend(keys);
            cursor = next;
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    /// Some keys of a database as they are typed, and the cursor of those behind them.
    fn some_keys(
        &mut self,
        db: u32,
        cursor: &[u8],
    ) -> Result<(Option<Vec<u8>>, Vec<Vec<u8>>), String> {
        let (real, prefix, slot) = (self.space.real(db), self.space.prefix(db), self.space.slot());
        let link = self.observer(real)?;
        if let (Some(slot), Some(prefix)) = (slot, &prefix) {
            // Everything of a learner lies in one slot of a cluster, and next to nothing else.
            let slot = slot.to_string();
            let all: [&[u8]; 4] = [b"CLUSTER", b"GETKEYSINSLOT", slot.as_bytes(), b"1000000"];
            return Ok((None, own(texts(ask(link, &all)?), prefix)));
        }
        let pattern = prefix.as_ref().map(|prefix| prefix::pattern(prefix));
        let mut words: Vec<&[u8]> = vec![b"SCAN", cursor, b"COUNT", b"500"];
        if let Some(pattern) = &pattern {
            words.extend([b"MATCH".as_slice(), pattern]);
        }
        let mut found = texts(ask(link, &words)?).into_iter();
        let next = found.next().filter(|cursor| cursor != b"0");
        let keys: Vec<Vec<u8>> = found.collect();
        Ok((next, prefix.map_or(keys.clone(), |prefix| own(keys, &prefix))))
    }

    fn own_keys(&mut self) -> Result<u64, String> {
        let dbs: Vec<u32> = match &self.space {
            Space::Whole { .. } => Vec::new(),
            Space::Databases(claims) => claims.own().map(|(typed, _)| typed).collect(),
            Space::Prefix { .. } => (0..databases::TYPED).collect(),
        };
        let mut count = 0;
        for db in dbs {
            count += u64::try_from(self.keys(db)?.len()).unwrap_or(u64::MAX);
        }
        Ok(count)
    }

    /// Whether there are keys of nobody's lessons, and of others', among the first that a scan names.
    fn sample(&mut self) -> Result<(Vec<(u32, u64)>, bool), String> {
        let mine = prefix::tag(self.space.token()).into_bytes();
        let real = self.space.real(0);
        let found = ask(self.observer(real)?, &[b"SCAN", b"0", b"COUNT", b"1000"])?;
        let keys: Vec<Vec<u8>> = texts(found).into_iter().skip(1).collect();
        let is_lesson = |key: &&Vec<u8>| key.starts_with(b"kvtutor:");
        let strange = keys.iter().filter(|key| !is_lesson(key)).count();
        let others = keys.iter().filter(is_lesson).any(|key| !key.starts_with(&mine));
        let strange = u64::try_from(strange).unwrap_or(u64::MAX);
        Ok((if strange > 0 { vec![(0, strange)] } else { Vec::new() }, others))
    }

    /// The console's own connection, in that real database.
    fn observer(&mut self, db: Option<u32>) -> Result<&mut dyn Link, String> {
        if self.observer.is_none() {
            let link = self.space.open(&self.connect)?;
            self.observer = Some(Observer { link, at: None });
        }
        let Some(observer) = &mut self.observer else { return Err("no connection".to_owned()) };
        if db.is_some() && observer.at != db && !self.connect.door.is_cluster() {
            let wanted = db.unwrap_or(0);
            let selected = ask(observer.link.as_mut(), &[b"SELECT", wanted.to_string().as_bytes()]);
            if let Err(reason) = selected {
                self.observer = None;
                return Err(reason);
            }
            observer.at = db;
        }
        match &mut self.observer {
            Some(observer) => Ok(observer.link.as_mut()),
            None => Err("no connection".to_owned()),
        }
    }
}

fn call(link: &mut dyn Link, words: &[Vec<u8>]) -> Result<Reply, String> {
    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    link.call(&words)
}

/// The keys that begin with the prefix, without it.
fn own(keys: Vec<Vec<u8>>, prefix: &[u8]) -> Vec<Vec<u8>> {
    keys.into_iter().filter_map(|key| Some(key.strip_prefix(prefix)?.to_vec())).collect()
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
