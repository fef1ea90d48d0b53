//! Client-side caching (`CLIENT TRACKING`): which client has read which keys, and who is told that a
//! key has changed, so that it forgets its copy.
//!
//! A client that tracks is told once about each key that it has read; then the key is forgotten here,
//! until the client reads it again. One that broadcasts is told of every key with one of its prefixes,
//! once a turn, and nothing is remembered for it. What is told goes to the client itself as a push
//! (RESP3), or to another client that it has named. Knows no command but by whether it only reads.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{Bytes, Dict};
use super::{Command, Ctx, Engine, Found, Server, Session, SessionId, find, key_positions};
use crate::resp::{Protocol, Writer};

/// Where a client in RESP2 that listens is told what another has asked to be told.
const CHANNEL: &[u8] = b"__redis__:invalidate";

/// How one client tracks.
#[derive(Debug, Default)]
pub struct Tracks {
    /// The client that is told in its place, or 0.
    pub(super) redirect: SessionId,
    pub(super) mode: Mode,
    /// What it changes itself it is not told.
    pub(super) no_loop: bool,
    /// `CLIENT CACHING` was said: it concerns the next command.
    pub(super) caching: bool,
    /// The client that is told in its place is gone.
    pub(super) is_broken: bool,
    /// What it broadcasts for.
    pub(super) prefixes: BTreeSet<Bytes>,
}

/// Which keys a client is told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mode {
    /// Those that it has read.
    #[default]
    Read,
    /// Those that it has read behind `CLIENT CACHING YES`.
    OptIn,
    /// Those that it has read, but not behind `CLIENT CACHING NO`.
    OptOut,
    /// All with one of its prefixes.
    Broadcast,
}

impl Tracks {
    fn remembers(&self) -> bool {
        match self.mode {
            Mode::Read => true,
            Mode::OptIn => self.caching,
            Mode::OptOut => !self.caching,
            Mode::Broadcast => false,
        }
    }
}

/// What all clients together track.
#[derive(Debug, Default)]
pub struct Tracking {
    /// How many clients track.
    pub(super) clients: usize,
    /// Who has read a key.
    readers: Dict<BTreeSet<SessionId>>,
    /// How many entries `readers` have together.
    items: usize,
    prefixes: BTreeMap<Bytes, Broadcast>,
    /// What the client whose command is running is told behind its reply.
    pending: Vec<Invalid>,
}

/// Who is told of keys with one prefix, and the keys that have changed since that was done.
#[derive(Debug, Default)]
struct Broadcast {
    clients: BTreeSet<SessionId>,
    /// Each with the client that has changed it.
    keys: BTreeMap<Bytes, Option<SessionId>>,
}

/// What a client is told to forget.
#[derive(Debug, Clone)]
enum Invalid {
    Keys(Vec<Bytes>),
    /// All it has.
    Everything,
}

/// The client whose command is running, which is not among the others, and where it is written to.
pub(super) struct Own<'o, 'w> {
    pub(super) session: &'o mut Session,
    pub(super) reply: &'o mut Writer<'w>,
}

impl Tracking {
    /// Whether it matters to anybody that a key changes.
    pub(super) fn is_needed(&self) -> bool {
        self.clients > 0 || self.items > 0
    }

    /// How many keys are remembered, how many readers they have together, and how many prefixes there
    /// are.
    pub(super) fn totals(&self) -> [usize; 3] {
        [self.readers.len(), self.items, self.prefixes.len()]
    }

    /// A client begins to track, or goes on in another way.
    pub(super) fn begin(&mut self, session: &mut Session, mut tracks: Tracks) {
        // Prefixes that it has already stay.
        match session.tracks.take() {
            Some(before) => tracks.prefixes.extend(before.prefixes),
            None => self.clients += 1,
        }
        for prefix in &tracks.prefixes {
            self.prefixes.entry(prefix.clone()).or_default().clients.insert(session.id);
        }
        session.tracks = Some(Box::new(tracks));
    }

    /// A client tracks no more. What it has read is remembered until it changes: as in Redis, a client
    /// that tracks again is told of that too.
    pub(super) fn end(&mut self, session: &mut Session) {
        let Some(tracks) = session.tracks.take() else { return };
        self.clients -= 1;
        for prefix in tracks.prefixes {
            if let Some(broadcast) = self.prefixes.get_mut(&prefix) {
                broadcast.clients.remove(&session.id);
                if broadcast.clients.is_empty() {
                    self.prefixes.remove(&prefix);
                }
            }
        }
    }
}

impl Session {
    /// `CLIENT CACHING` has concerned the command, or the transaction, that was just run.
    #[cold]
    pub(super) fn forget_caching(&mut self, words: &[&[u8]]) {
        let said_again = find(words)
            .is_ok_and(|found| found.container.is_some_and(|container| container.name == "CLIENT"));
        if let Some(tracks) = &mut self.tracks
            && self.transaction.is_none()
            && !said_again
        {
            tracks.caching = false;
        }
    }
}

impl Server {
    /// A key has changed: by the client `by`, or because its time had come.
    pub(super) fn invalidate(
        &mut self,
        key: &Bytes,
        by: Option<SessionId>,
        own: &mut Option<Own<'_, '_>>,
    ) {
        for (prefix, broadcast) in &mut self.tracking.prefixes {
            if key.starts_with(prefix) {
                broadcast.keys.insert(key.clone(), by);
            }
        }
        let Some((_, readers)) = self.tracking.readers.remove(key) else { return };
        self.tracking.items -= readers.len();
        for id in readers {
            let invalid = || Invalid::Keys(vec![key.clone()]);
            let wants = |session: &Session| {
                session.tracks.as_ref().is_some_and(|tracks| {
                    tracks.mode != Mode::Broadcast && !(tracks.no_loop && by == Some(id))
                })
            };
            match own {
                Some(own) if own.session.id == id => {
                    if wants(own.session) {
                        self.tracking.pending.push(invalid());
                    }
                }
                Some(_) | None => {
                    if self.sessions.get(id).is_some_and(wants) {
                        self.tell_invalid(id, &invalid(), own);
                    }
                }
            }
        }
    }

    /// Everything has gone: every client that tracks is told.
    pub(super) fn invalidate_everything(&mut self, own: &mut Option<Own<'_, '_>>) {
        let tracking = self.sessions.iter().filter(|session| session.tracks.is_some());
        for id in tracking.map(|session| session.id).collect::<Vec<_>>() {
            self.tell_invalid(id, &Invalid::Everything, own);
        }
        if own.as_ref().is_some_and(|own| own.session.tracks.is_some()) {
            self.tracking.pending.push(Invalid::Everything);
        }
        self.tracking.readers = Dict::default();
        self.tracking.items = 0;
    }

    /// Tells a client that tracks what to forget, or the client that it has named.
    fn tell_invalid(&mut self, id: SessionId, invalid: &Invalid, own: &mut Option<Own<'_, '_>>) {
        let Some(tracker) = self.session_mut(id, own) else { return };
        let protocol = tracker.protocol;
        let Some(tracks) = &mut tracker.tracks else { return };
        let redirect = tracks.redirect;
        let told = if redirect == 0 { id } else { redirect };
        let Some(session) = self.session_mut(told, own) else {
            if let Some(tracks) = self.session_mut(id, own).and_then(|s| s.tracks.as_mut()) {
                tracks.is_broken = true;
            }
            if protocol == Protocol::Resp3 {
                self.write_to(id, own, |letter| {
                    letter.push(2);
                    letter.bulk(b"tracking-redir-broken");
                    letter.int(i64::try_from(redirect).unwrap_or(i64::MAX));
                });
            }
            return;
        };
        let is_push = session.protocol == Protocol::Resp3;
        if !is_push && (redirect == 0 || session.subscriptions.is_none()) {
            return;
        }
        self.write_to(told, own, |letter| {
            if is_push {
                letter.push(2);
                letter.bulk(b"invalidate");
            } else {
                letter.push(3);
                letter.bulk(b"message");
                letter.bulk(CHANNEL);
            }
            match invalid {
                Invalid::Keys(keys) => {
                    letter.array(keys.len());
                    for key in keys {
                        letter.bulk(key);
                    }
                }
                Invalid::Everything => {
                    // As the client that tracks would read it, as in Redis.
                    let before = letter.protocol();
                    letter.set_protocol(protocol);
                    letter.null();
                    letter.set_protocol(before);
                }
            }
        });
    }

    fn session_mut<'s>(
        &'s mut self,
        id: SessionId,
        own: &'s mut Option<Own<'_, '_>>,
    ) -> Option<&'s mut Session> {
        match own {
            Some(own) if own.session.id == id => Some(own.session),
            Some(_) | None => self.sessions.get_mut(id),
        }
    }

    /// Writes to a client, whether its command is running or not.
    pub(super) fn write_to(
        &mut self,
        id: SessionId,
        own: &mut Option<Own<'_, '_>>,
        write: impl FnOnce(&mut Writer<'_>),
    ) {
        match own {
            Some(own) if own.session.id == id => write(own.reply),
            Some(_) | None => self.post(id, write),
        }
    }

    /// Behind the reply of a client's command: what it is told to forget itself.
    pub(super) fn tell_pending(&mut self, session: &mut Session, out: &mut Vec<u8>) {
        if self.tracking.pending.is_empty() {
            return;
        }
        let (id, mut reply) = (session.id, Writer::new(out, session.protocol));
        let mut own = Some(Own { session, reply: &mut reply });
        for invalid in std::mem::take(&mut self.tracking.pending) {
            self.tell_invalid(id, &invalid, &mut own);
        }
    }
}

impl Ctx<'_> {
    /// The client has read keys with a command: it will be told when they change.
    pub(super) fn remember_read(&mut self, command: &'static Command, words: &[&[u8]]) {
        if !self.session.tracks.as_ref().is_some_and(|tracks| tracks.remembers()) {
            return;
        }
        let keys = key_positions(&Found { command, container: None }, words).unwrap_or_default();
        let (id, tracking) = (self.session.id, &mut self.server.tracking);
        for key in keys.into_iter().filter_map(|place| words.get(place)) {
            let is_new = tracking.readers.get_or_insert_with(key, BTreeSet::new).insert(id);
            tracking.items += usize::from(is_new);
        }
    }
}

impl Engine {
    /// At the end of a turn: whoever broadcasts is told of all keys that have changed in it.
    pub fn broadcast(&mut self) {
        if self.server.tracking.prefixes.is_empty() {
            return;
        }
        let changed: Vec<_> = self
            .server
            .tracking
            .prefixes
            .values_mut()
            .filter(|broadcast| !broadcast.keys.is_empty())
            .map(|broadcast| (broadcast.clients.clone(), std::mem::take(&mut broadcast.keys)))
            .collect();
        for (clients, keys) in changed {
            for id in clients {
                let tracks = self.server.sessions.get(id).and_then(|s| s.tracks.as_ref());
                let no_loop = tracks.is_some_and(|tracks| tracks.no_loop);
                let foreign = keys.iter().filter(|(_, by)| !(no_loop && **by == Some(id)));
                let keys: Vec<Bytes> = foreign.map(|(key, _)| key.clone()).collect();
                if !keys.is_empty() {
                    self.server.tell_invalid(id, &Invalid::Keys(keys), &mut None);
                }
            }
        }
    }

    /// Once in a while: no more keys are remembered than `tracking-table-max-keys` says. Which go is
    /// left to chance; who has read them is told that they have changed.
    pub fn limit_tracking(&mut self) {
        let most = usize::try_from(self.server.config.number("tracking-table-max-keys"));
        let Some(most) = most.ok().filter(|most| *most > 0) else { return };
        while self.server.tracking.readers.len() > most {
            let place = self.server.rng.usize(..self.server.tracking.readers.len());
            let Some((key, _)) = self.server.tracking.readers.get_index(place) else { return };
            let key = key.clone();
            self.server.invalidate(&key, None, &mut None);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::engine::{NoHost, Peer};
    use crate::resp::{Decoder, Reply};

    #[test]
    fn no_more_keys_are_remembered_than_the_limit_says() {
        let mut prompt = Prompt::new();
        let reader = prompt.engine.connect(Peer::default(), prompt.now);
        let mut out = Vec::new();
        for line in ["HELLO 3", "CLIENT TRACKING ON", "MGET a b c d e"] {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            prompt.engine.execute(reader, &words, prompt.now, &mut NoHost, &mut out);
        }
        prompt.line("CONFIG SET tracking-table-max-keys 2");
        prompt.engine.limit_tracking();
        assert_eq!(prompt.engine.server.tracking.totals(), [2, 2, 0]);
        let mut mail = Vec::new();
        prompt.engine.take_mail(reader, &mut mail);
        let mut decoder = Decoder::new(&mail);
        let mut told = 0;
        while !decoder.is_empty() {
            let Reply::Push(parts) = decoder.reply().unwrap() else { panic!("no push") };
            assert_eq!(parts[0], Reply::Bulk(b"invalidate".to_vec()));
            told += 1;
        }
        assert_eq!(told, 3);
    }

    #[test]
    fn a_client_that_goes_leaves_nothing_that_is_told() {
        let mut prompt = Prompt::new();
        for tracking in ["CLIENT TRACKING ON", "CLIENT TRACKING ON BCAST"] {
            let reader = prompt.engine.connect(Peer::default(), prompt.now);
            for line in [tracking, "GET k"] {
                let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
                let mut out = Vec::new();
                prompt.engine.execute(reader, &words, prompt.now, &mut NoHost, &mut out);
            }
            prompt.engine.disconnect(reader);
            prompt.line("SET k v");
            prompt.engine.broadcast();
            assert_eq!(prompt.engine.server.tracking.clients, 0);
            assert_eq!(prompt.engine.server.tracking.totals(), [0, 0, 0]);
        }
    }
}
