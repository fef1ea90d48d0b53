//! The loop: one turn after the other.

use std::io;
use std::time::Duration;

use mio::{Events, Interest, Poll, Token, Waker};
use slab::Slab;

use super::client::{Client, Fate, Incoming};
use super::doors::{Door, Stream};
use super::request::{self, Bounds, Front};
use crate::engine::{Now, Peer, SessionId};
use crate::resp::{Protocol, Writer};
use crate::server::{Clock, Instance};

/// The token of the waker; doors and clients have those behind it.
const WAKER: Token = Token(0);
/// Doors have the tokens below this, clients those from it on.
const FIRST_CLIENT: usize = 1024;

/// How an instance behind a door is reached. The loop owns none, so that a lab can start and stop
/// them while it runs.
pub trait Rooms {
    /// The instance of that number, if it runs.
    fn room(&mut self, room: usize) -> Option<&mut Instance>;
}

/// What holds for every client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// No more clients than this.
    pub clients: usize,
    /// A client that sends nothing for so many seconds is sent away; 0 is never.
    pub idle_seconds: u64,
    /// After how many seconds the system looks whether a silent peer is still there; 0 is never.
    pub keep_alive: u64,
    /// Without a password, only this machine is served.
    pub is_protected: bool,
    /// The longest word of a request, in bytes.
    pub word: i64,
}

impl Limits {
    /// What an instance's configuration says.
    pub fn of(instance: &Instance) -> Self {
        let number = |name| u64::try_from(instance.setting(name)).unwrap_or(0);
        Self {
            clients: usize::try_from(number("maxclients")).unwrap_or(usize::MAX),
            idle_seconds: number("timeout"),
            keep_alive: number("tcp-keepalive"),
            is_protected: instance.setting_text("protected-mode") == "yes",
            word: instance.setting("proto-max-bulk-len"),
        }
    }
}

/// What a turn changed, for whoever watches the data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turned {
    /// The rooms in which a client ran something.
    pub busy: Vec<usize>,
}

/// Sockets, and the clients that are connected through them.
pub struct Net {
    poll: Poll,
    events: Events,
    doors: Slab<Door>,
    clients: Slab<Client>,
    limits: Limits,
    clock: Clock,
    /// Clients that have something to run or to write.
    ready: Vec<usize>,
    block: Vec<u8>,
    swept_ms: i64,
}

impl Net {
    /// A loop without a door. The waker ends a turn from another thread.
    pub fn new(limits: Limits, clock: Clock) -> io::Result<(Self, Waker)> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKER)?;
        let swept_ms = clock.now().ms();
        let net = Self {
            poll,
            events: Events::with_capacity(1024),
            doors: Slab::new(),
            clients: Slab::new(),
            limits,
            clock,
            ready: Vec::new(),
            block: Vec::new(),
            swept_ms,
        };
        Ok((net, waker))
    }

    /// Lets clients in through a door; gives its number.
    pub fn open(&mut self, mut door: Door) -> io::Result<usize> {
        let entry = self.doors.vacant_entry();
        let number = entry.key();
        if number + 1 >= FIRST_CLIENT {
            return Err(io::Error::other("no more doors can be opened"));
        }
        door.register(self.poll.registry(), Token(number + 1))?;
        entry.insert(door);
        Ok(number)
    }

    /// Closes a door and ends the connections of the room behind it.
    pub fn close(&mut self, door: usize, rooms: &mut dyn Rooms) {
        let Some(door) = self.doors.try_remove(door) else { return };
        let inside: Vec<usize> = self
            .clients
            .iter()
            .filter(|(_, client)| client.room == door.room)
            .map(|(key, _)| key)
            .collect();
        for key in inside {
            self.end(key, rooms);
        }
    }

    /// What holds for every client from now on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// How many doors are open.
    pub fn doors(&self) -> usize {
        self.doors.len()
    }

    /// How many clients are connected.
    pub fn clients(&self) -> usize {
        self.clients.len()
    }

    /// Waits for something to happen, for `wait` at most, and does all of it: reads everything, runs
    /// it, appends once, writes everything.
    pub fn turn(&mut self, rooms: &mut dyn Rooms, wait: Duration) -> io::Result<Turned> {
        // What was left over from the last turn does not wait.
        let wait = if self.ready.is_empty() { wait } else { Duration::ZERO };
        match self.poll.poll(&mut self.events, Some(wait)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                return Ok(Turned::default());
            }
            Err(error) => return Err(error),
        }
        let now = self.clock.now();
        let mut ready = std::mem::take(&mut self.ready);
        let mut knocked = Vec::new();
        for event in &self.events {
            let Token(token) = event.token();
            let Some(key) = token.checked_sub(FIRST_CLIENT) else {
                knocked.extend(token.checked_sub(1));
                continue;
            };
            let Some(client) = self.clients.get_mut(key) else { continue };
            if event.is_read_closed() && client.incoming == Incoming::Open {
                client.incoming = Incoming::Ending;
            }
            if event.is_readable() && client.fate == Fate::Stays {
                client.seen_ms = now.ms();
                if client.is_slow() {
                    // The poll tells of it once only: it is read when the replies have left.
                    client.has_more = true;
                } else {
                    client.read(&mut self.block);
                }
            }
            ready.push(key);
        }
        for door in knocked {
            self.let_in(door, rooms, now);
        }
        ready.sort_unstable();
        ready.dedup();
        let turned = self.run(&ready, rooms, now);
        for key in ready {
            self.finish(key, rooms);
        }
        self.sweep(rooms, now);
        Ok(turned)
    }

    /// Takes everyone in who stands before a door.
    fn let_in(&mut self, door: usize, rooms: &mut dyn Rooms, now: Now) {
        while let Some(door) = self.doors.get(door) {
            let (room, is_local) = (door.room, door.is_local());
            let mut stream = match door.accept() {
                Ok(stream) => stream,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // Nobody is left, or this one went before it came in.
                Err(_) => return,
            };
            let Some(instance) = rooms.room(room) else { continue };
            if let Some(refusal) = self.refusal(&stream, is_local, instance) {
                // It is told why, if it can be told at once.
                let _ = io::Write::write(&mut stream, refusal);
                continue;
            }
            stream.keep_alive(self.limits.keep_alive);
            let (address, local) = stream.ends();
            let session = instance.connect(Peer { address, local, descriptor: -1 });
            let entry = self.clients.vacant_entry();
            let token = Token(FIRST_CLIENT + entry.key());
            let registered = mio::event::Source::register(
                &mut stream,
                self.poll.registry(),
                token,
                Interest::READABLE,
            );
            match registered {
                Ok(()) => {
                    entry.insert(Client::new(stream, room, session, now.ms()));
                }
                Err(_) => instance.disconnect(session),
            }
        }
    }

    /// Why somebody is not let in, as the reply they get.
    fn refusal(
        &self,
        stream: &Stream,
        is_local: bool,
        instance: &Instance,
    ) -> Option<&'static [u8]> {
        if self.clients.len() >= self.limits.clients {
            return Some(b"-ERR max number of clients reached\r\n");
        }
        let is_open = instance.setting_text("requirepass").is_empty();
        let is_foreign = stream.peer().is_some_and(|address| !address.is_loopback());
        if self.limits.is_protected && is_open && is_foreign && !is_local {
            return Some(
                b"-DENIED this server has no password, so it serves its own machine only; set one \
                  with requirepass, or switch protected-mode off\r\n",
            );
        }
        None
    }

    /// Runs the requests of every ready client, and appends to the logs once for each room.
    fn run(&mut self, ready: &[usize], rooms: &mut dyn Rooms, now: Now) -> Turned {
        let mut turned = Turned::default();
        // Where the replies begin that tell of changes.
        let mut told: Vec<(usize, usize)> = Vec::new();
        for &key in ready {
            let Some(client) = self.clients.get_mut(key) else { continue };
            if !client.has_request() {
                continue;
            }
            let Some(instance) = rooms.room(client.room) else {
                client.fate = Fate::Gone;
                continue;
            };
            if !turned.busy.contains(&client.room) {
                turned.busy.push(client.room);
            }
            let before = instance.changes_made();
            let start = client.output.len();
            serve(client, instance, self.limits.word, now);
            if instance.changes_made() != before {
                told.push((key, start));
            }
            while let Some(session) = instance.take_closing() {
                let leaving = self.clients.iter_mut().find(|(_, c)| c.session == session);
                if let Some((_, client)) = leaving {
                    client.leave();
                }
            }
        }
        for &room in &turned.busy {
            let Some(instance) = rooms.room(room) else { continue };
            if !instance.is_uncommitted() {
                continue;
            }
            if let Err(refusal) = instance.commit(now) {
                self.unsay(room, &told, &refusal);
            }
        }
        turned
    }

    /// The log could not be written: nobody is told that their change is safe. Their connection ends,
    /// since what came after in the same turn may have built on it.
    fn unsay(&mut self, room: usize, told: &[(usize, usize)], refusal: &str) {
        for &(key, start) in told {
            let Some(client) = self.clients.get_mut(key).filter(|client| client.room == room)
            else {
                continue;
            };
            client.take_back(start);
            Writer::new(&mut client.output, Protocol::Resp2).error(refusal.as_bytes());
            client.leave();
        }
    }

    /// Writes what a client takes; ends it, or sees to it that it is heard of again.
    fn finish(&mut self, key: usize, rooms: &mut dyn Rooms) {
        let Some(client) = self.clients.get_mut(key) else { return };
        client.write();
        // What was sent before the other end closed its side is run before the connection ends.
        if client.incoming == Incoming::Ended && !client.has_request() {
            client.leave();
        }
        let is_done = match client.fate {
            Fate::Stays => false,
            Fate::Leaving => client.waiting() == 0,
            Fate::Gone => true,
        };
        if is_done {
            self.end(key, rooms);
            return;
        }
        let wants_write = client.waiting() > 0;
        if wants_write != client.is_watched {
            let wants = if wants_write {
                Interest::READABLE | Interest::WRITABLE
            } else {
                Interest::READABLE
            };
            let token = Token(FIRST_CLIENT + key);
            let registry = self.poll.registry();
            if mio::event::Source::reregister(&mut client.stream, registry, token, wants).is_err() {
                self.end(key, rooms);
                return;
            }
            client.is_watched = wants_write;
        }
        // The poll tells when it takes more.
        if client.waiting() > 0 {
            return;
        }
        if client.has_more {
            client.read(&mut self.block);
        }
        // One that has ended is looked at once more, and then leaves.
        let has_ended = client.incoming == Incoming::Ended && client.fate == Fate::Stays;
        if client.has_request() || has_ended {
            self.ready.push(key);
        }
    }

    fn end(&mut self, key: usize, rooms: &mut dyn Rooms) {
        let Some(mut client) = self.clients.try_remove(key) else { return };
        // A socket that cannot be taken off the list is closed all the same.
        let _ = mio::event::Source::deregister(&mut client.stream, self.poll.registry());
        if let Some(instance) = rooms.room(client.room) {
            instance.disconnect(client.session);
        }
    }

    /// Once a second: sends away who was silent for too long.
    fn sweep(&mut self, rooms: &mut dyn Rooms, now: Now) {
        if now.ms() - self.swept_ms < 1000 || self.limits.idle_seconds == 0 {
            return;
        }
        self.swept_ms = now.ms();
        let longest = i64::try_from(self.limits.idle_seconds).unwrap_or(i64::MAX);
        let idle: Vec<usize> = self
            .clients
            .iter()
            .filter(|(_, client)| (now.ms() - client.seen_ms) / 1000 > longest)
            .map(|(key, _)| key)
            .collect();
        for key in idle {
            self.end(key, rooms);
        }
    }
}

/// Runs the whole requests that a client has sent, as long as it takes its replies.
fn serve(client: &mut Client, instance: &mut Instance, longest: i64, now: Now) {
    while client.has_request() && client.output.len() < super::client::HIGH_WATER {
        let rest = client.input.get(client.run..).unwrap_or_default();
        let bounds = Bounds { word: longest, is_known: is_known(instance, client.session) };
        match request::read(rest, bounds, &mut client.words) {
            Front::Whole(size) => {
                if !client.words.is_empty() {
                    let words = client.words.of(rest);
                    instance.execute_uncommitted(client.session, &words, now, &mut client.output);
                }
                client.run += size;
                client.needs = 1;
                if instance.is_stopping() || instance.has_closing(client.session) {
                    client.leave();
                }
            }
            Front::Needs(size) => client.needs = size,
            Front::Broken(text) => {
                Writer::new(&mut client.output, Protocol::Resp2).error(text.as_bytes());
                client.leave();
            }
        }
    }
    client.tidy();
}

fn is_known(instance: &Instance, session: SessionId) -> bool {
    instance.session(session).is_some_and(|session| session.authenticated)
}
