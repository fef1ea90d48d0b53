//! Clients come in: through which door, and who is sent away at once.

use std::io;

use mio::{Interest, Token};

use super::beside::Early;
use super::client::Client;
use super::doors::Stream;
use super::limits::Limits;
use super::rooms::Rooms;
use super::turn::{FIRST_CLIENT, Net};
use crate::engine::{Now, Peer, SessionId};

/// So many are let in through a door in one turn: who is inside already waits no longer.
const AT_ONCE: usize = 1000;

/// Makes a client known to the instance of a room.
type Connect<'a> = dyn FnMut(Peer, usize) -> Option<(SessionId, bool)> + 'a;

impl Net {
    /// Takes everyone in who stands before a door.
    pub(super) fn let_in(&mut self, door: usize, rooms: &mut dyn Rooms, now: Now) {
        let number = self.doors.get(door).map(|open| open.room);
        if let Some(number) = number
            && let Some(instance) = rooms.room(number)
        {
            // What is kept of the room begins with the first who comes.
            self.room(number, instance);
        }
        let is_done = self.let_in_by(door, now, &mut |peer, number| {
            let instance = rooms.room(number)?;
            let session = instance.connect(peer);
            Some((session, instance.standing(session).is_known))
        });
        if !is_done {
            self.knocked.push(door);
        }
    }

    /// Takes in who came while nobody could be let in.
    pub(super) fn let_early_in(&mut self, rooms: &mut dyn Rooms, now: Now) {
        for early in std::mem::take(&mut self.early) {
            let Some(instance) = rooms.room(early.room) else { continue };
            self.room(early.room, instance);
            let Early { stream, room, is_local, input } = early;
            self.welcome(stream, room, is_local, input, now, &mut |peer, number| {
                let instance = rooms.room(number)?;
                let session = instance.connect(peer);
                Some((session, instance.standing(session).is_known))
            });
        }
    }

    /// The same, where `connect` makes a client of a room known to its instance, and says whether it may
    /// send more than its password. False if somebody may still stand there.
    pub(super) fn let_in_by(&mut self, door: usize, now: Now, connect: &mut Connect<'_>) -> bool {
        for _ in 0..AT_ONCE {
            let Some(open) = self.doors.get(door) else { return true };
            let (room, is_local) = (open.room, open.is_local());
            match open.accept() {
                Ok(stream) => self.welcome(stream, room, is_local, Vec::new(), now, connect),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return true,
                // This one went before it came in.
                Err(error) if is_of_one(&error) => {}
                // There are no sockets left, or no memory. The poll tells of a door once only.
                Err(_) => break,
            }
        }
        false
    }

    /// Takes one in; `input` is what was read of it already.
    fn welcome(
        &mut self,
        mut stream: Stream,
        number: usize,
        is_local: bool,
        input: Vec<u8>,
        now: Now,
        connect: &mut Connect<'_>,
    ) {
        let Some(room) = self.rooms.iter().find(|room| room.number == number) else { return };
        let limits = room.limits;
        if let Some(refusal) = refusal(&stream, is_local, limits, room.clients.len()) {
            // It is told why, if it can be told at once.
            let _ = io::Write::write(&mut stream, refusal);
            return;
        }
        stream.keep_alive(limits.keep_alive);
        let (address, local) = stream.ends();
        let key = self.clients.next_key();
        let registered = mio::event::Source::register(
            &mut stream,
            self.poll.registry(),
            Token(FIRST_CLIENT + key),
            Interest::READABLE,
        );
        // One that the poll does not take is closed.
        if registered.is_err() {
            return;
        }
        let peer = Peer { address, local, descriptor: -1 };
        let Some((session, is_known)) = connect(peer, number) else { return };
        let mut client = Client::new(stream, number, session, is_known, now.ms());
        if !input.is_empty() {
            client.input = input;
            client.heed.is_ready = true;
            self.ready.push(key);
        }
        self.clients.insert(client);
        if let Some(room) = self.rooms.iter_mut().find(|room| room.number == number) {
            room.clients.insert(session, key);
        }
    }
}

/// Whether it is about one client, and the next may be let in.
fn is_of_one(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted)
}

/// Why somebody is not let in, as the reply they get.
fn refusal(
    stream: &Stream,
    is_local: bool,
    limits: Limits,
    inside: usize,
) -> Option<&'static [u8]> {
    if inside >= limits.clients {
        return Some(b"-ERR max number of clients reached\r\n");
    }
    let is_foreign = stream.peer().is_some_and(|address| !address.is_loopback());
    if limits.is_protected && is_foreign && !is_local {
        return Some(
            b"-DENIED this server has no password, so it serves its own machine only; set one \
              with requirepass, or switch protected-mode off\r\n",
        );
    }
    None
}
