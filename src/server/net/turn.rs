//! The loop: one turn after the other.

use std::io;
use std::time::Duration;

use mio::{Events, Interest, Poll, Token, Waker};
use slab::Slab;

use super::beside::{self, Early};
use super::client::{Client, Fate, Incoming};
use super::clients::Clients;
use super::doors::Door;
use super::rooms::{Room, Rooms};
use crate::engine::Now;
use crate::server::{Clock, Instance};

/// The token of the waker; doors and clients have those behind it.
const WAKER: Token = Token(0);
/// Doors have the tokens below this, clients those from it on.
pub(super) const FIRST_CLIENT: usize = 1024;

/// A door that nobody could be let in through, for want of sockets, is tried again so soon.
const RETRY: Duration = Duration::from_millis(100);

/// What a turn changed, for whoever watches the data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turned {
    /// The rooms in which a client ran something.
    pub busy: Vec<usize>,
}

/// Sockets, and the clients that are connected through them.
///
/// A turn has two halves. [`Net::wait`] needs no instance: it waits, and reads what has come. Then
/// [`Net::act`] runs it and writes the replies. So a thread that shares its instances with others
/// holds them for the second half only.
pub struct Net {
    pub(super) poll: Poll,
    events: Events,
    pub(super) doors: Slab<Door>,
    pub(super) clients: Clients,
    pub(super) rooms: Vec<Room>,
    clock: Clock,
    /// Clients that have something to run or to write, in the order in which they were heard.
    pub(super) ready: Vec<usize>,
    /// Doors that somebody stands before.
    pub(super) knocked: Vec<usize>,
    /// Who came while nobody could be let in.
    pub(super) early: Vec<Early>,
    block: Vec<u8>,
    swept_ms: i64,
    /// When the next client has waited long enough, in milliseconds since 1970.
    wake_ms: Option<i64>,
    /// How soon instances want to go on with what they do beside the commands.
    pace: Option<Duration>,
}

impl Net {
    /// A loop without a door. The waker ends a wait from another thread.
    pub fn new(clock: Clock) -> io::Result<(Self, Waker)> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKER)?;
        let swept_ms = clock.now().ms();
        let net = Self {
            poll,
            events: Events::with_capacity(1024),
            doors: Slab::new(),
            clients: Clients::default(),
            rooms: Vec::new(),
            clock,
            ready: Vec::new(),
            knocked: Vec::new(),
            early: Vec::new(),
            block: Vec::new(),
            swept_ms,
            wake_ms: None,
            pace: None,
        };
        Ok((net, waker))
    }

    /// Lets clients in through a door.
    pub fn open(&mut self, mut door: Door) -> io::Result<()> {
        let entry = self.doors.vacant_entry();
        let number = entry.key();
        if number + 1 >= FIRST_CLIENT {
            return Err(io::Error::other("no more doors can be opened"));
        }
        door.register(self.poll.registry(), Token(number + 1))?;
        entry.insert(door);
        Ok(())
    }

    /// Closes the doors of a room and ends the connections of those inside.
    pub fn close(&mut self, room: usize, rooms: &mut dyn Rooms) {
        self.doors.retain(|_, door| door.room != room);
        self.empty(room, rooms);
        self.rooms.retain(|known| known.number != room);
    }

    /// How many doors are open.
    pub fn doors(&self) -> usize {
        self.doors.len()
    }

    /// Waits for something to happen, for `longest` at most, and reads what clients have sent.
    pub fn wait(&mut self, longest: Duration) -> io::Result<()> {
        // What was left over from the last turn does not wait.
        let longest = if !self.ready.is_empty() {
            Duration::ZERO
        } else if !self.knocked.is_empty() {
            longest.min(RETRY)
        } else {
            longest
        };
        let longest = match self.wake_ms {
            Some(at) => longest.min(millis(at - self.clock.now().ms())),
            None => longest,
        };
        let longest = self.pace.map_or(longest, |pace| longest.min(pace));
        self.heed(longest)
    }

    /// Waits for so long at most, and reads what clients have sent.
    pub(super) fn heed(&mut self, longest: Duration) -> io::Result<()> {
        match self.poll.poll(&mut self.events, Some(longest)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(error),
        }
        let now = self.clock.now();
        for event in &self.events {
            let Token(token) = event.token();
            let Some(key) = token.checked_sub(FIRST_CLIENT) else {
                if let Some(door) = token.checked_sub(1)
                    && !self.knocked.contains(&door)
                {
                    self.knocked.push(door);
                }
                continue;
            };
            let Some(client) = self.clients.get_mut(key) else { continue };
            if event.is_read_closed() && client.incoming == Incoming::Open {
                client.incoming = Incoming::Ending;
            }
            if event.is_readable() {
                client.seen_ms = now.ms();
                if client.is_heard() {
                    client.read(&mut self.block);
                } else {
                    // The poll tells of it once only.
                    client.heed.has_more = true;
                }
            }
            if !client.heed.is_ready {
                client.heed.is_ready = true;
                self.ready.push(key);
            }
        }
        Ok(())
    }

    /// For who cannot [act](Net::act), because a script holds the instances: reads what has come, and says
    /// whether a client wants the script to end. It is answered at once.
    pub fn is_told_to_end_script(&mut self, longest: Duration) -> io::Result<bool> {
        self.heed(longest)?;
        let mut is_told = false;
        for &key in &self.ready {
            if let Some(client) = self.clients.get_mut(key)
                && beside::wants_script_to_end(client)
            {
                is_told = true;
            }
        }
        Ok(is_told | self.hears_early())
    }

    /// Runs what was read, appends to the logs once, and writes the replies.
    pub fn act(&mut self, rooms: &mut dyn Rooms) -> Turned {
        let now = self.clock.now();
        self.look_after_rooms(rooms);
        self.next_deadline(rooms, now);
        self.let_early_in(rooms, now);
        for door in std::mem::take(&mut self.knocked) {
            self.let_in(door, rooms, now);
        }
        let ready = std::mem::take(&mut self.ready);
        for &key in &ready {
            if let Some(client) = self.clients.get_mut(key) {
                client.heed.is_ready = false;
            }
        }
        let turned = self.run(&ready, rooms, now);
        let touched = self.deliver(rooms);
        for key in ready.into_iter().chain(touched) {
            self.finish(key, rooms, now);
        }
        self.sweep(rooms, now);
        self.wake_ms = self.next_deadline(rooms, now);
        self.pace = rooms.work();
        turned
    }

    /// What is kept of a room, read anew where its configuration has changed.
    pub(super) fn room(&mut self, number: usize, instance: &Instance) -> Option<&mut Room> {
        let place = self.rooms.iter().position(|room| room.number == number);
        let place = place.unwrap_or_else(|| {
            self.rooms.push(Room::new(number, instance));
            self.rooms.len() - 1
        });
        self.rooms.get_mut(place)
    }

    /// Sends everybody away whose instance has ended, and follows the configuration of the others.
    fn look_after_rooms(&mut self, rooms: &mut dyn Rooms) {
        let mut ended = Vec::new();
        for room in &mut self.rooms {
            match rooms.room(room.number) {
                Some(instance) => room.follow(instance),
                None => ended.push(room.number),
            }
        }
        for number in ended {
            self.empty(number, rooms);
            self.rooms.retain(|room| room.number != number);
        }
    }

    /// Ends the waits of clients whose time is over, and tells when the next one is.
    fn next_deadline(&self, rooms: &mut dyn Rooms, now: Now) -> Option<i64> {
        let deadlines =
            self.rooms.iter().filter_map(|room| rooms.room(room.number)?.end_waits(now));
        deadlines.min()
    }

    /// Ends the connections of a room.
    fn empty(&mut self, room: usize, rooms: &mut dyn Rooms) {
        let inside = self.clients.iter().filter(|(_, client)| client.room == room);
        for key in inside.map(|(key, _)| key).collect::<Vec<_>>() {
            self.end(key, rooms);
        }
    }

    /// Writes what a client takes; ends it, or sees to it that it is heard of again.
    fn finish(&mut self, key: usize, rooms: &mut dyn Rooms, now: Now) {
        let Some(client) = self.clients.get_mut(key) else { return };
        client.write();
        if let Some(room) = self.rooms.iter().find(|room| room.number == client.room)
            && client.is_overfull(room.limits.output(client.is_listening), now.ms())
        {
            client.fate = Fate::Gone;
        }
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
        if wants_write != client.heed.is_watched {
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
            client.heed.is_watched = wants_write;
        }
        // The poll tells when it takes more.
        if client.waiting() > 0 {
            return;
        }
        if client.heed.has_more && client.is_heard() {
            client.read(&mut self.block);
        }
        // One that has ended is looked at once more, and then leaves.
        let has_ended = client.incoming == Incoming::Ended && client.fate == Fate::Stays;
        let goes_on = client.has_request() || (client.heed.has_more && client.is_heard());
        if (goes_on || has_ended) && !client.heed.is_ready {
            client.heed.is_ready = true;
            self.ready.push(key);
        }
    }

    pub(super) fn end(&mut self, key: usize, rooms: &mut dyn Rooms) {
        let Some(mut client) = self.clients.remove(key) else { return };
        // A socket that cannot be taken off the list is closed all the same.
        let _ = mio::event::Source::deregister(&mut client.stream, self.poll.registry());
        if let Some(room) = self.rooms.iter_mut().find(|room| room.number == client.room) {
            room.clients.remove(&client.session);
        }
        if let Some(instance) = rooms.room(client.room) {
            instance.disconnect(client.session);
        }
    }

    /// Once a second: sends away who was silent, or took no replies, for too long.
    fn sweep(&mut self, rooms: &mut dyn Rooms, now: Now) {
        if (0..1000).contains(&(now.ms() - self.swept_ms)) {
            return;
        }
        self.swept_ms = now.ms();
        let full = self.clients.iter().filter(|(_, client)| client.over_since.is_some());
        for key in full.map(|(key, _)| key).collect::<Vec<_>>() {
            self.finish(key, rooms, now);
        }
        let limits = self.rooms.iter().map(|room| (room.number, room.limits.idle_seconds));
        for (room, longest) in limits.filter(|(_, longest)| *longest > 0).collect::<Vec<_>>() {
            let is_idle = |client: &Client| {
                client.room == room && (now.ms() - client.seen_ms) / 1000 > longest
            };
            let idle = self.clients.iter().filter(|(_, client)| is_idle(client));
            for key in idle.map(|(key, _)| key).collect::<Vec<_>>() {
                self.end(key, rooms);
            }
        }
    }
}

fn millis(count: i64) -> Duration {
    Duration::from_millis(u64::try_from(count).unwrap_or(0))
}
