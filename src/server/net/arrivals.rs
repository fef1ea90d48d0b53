//! Clients come in: through which door, and who is sent away at once.

use std::io;

use mio::{Interest, Token};

use super::client::Client;
use super::doors::Stream;
use super::limits::Limits;
use super::rooms::Rooms;
use super::turn::{FIRST_CLIENT, Net};
use crate::engine::{Now, Peer};

/// So many are let in through a door in one turn: who is inside already waits no longer.
const AT_ONCE: usize = 1000;

impl Net {
    /// Takes everyone in who stands before a door.
    pub(super) fn let_in(&mut self, door: usize, rooms: &mut dyn Rooms, now: Now) {
        for _ in 0..AT_ONCE {
            let Some(open) = self.doors.get(door) else { return };
            let (room, is_local) = (open.room, open.is_local());
            match open.accept() {
                Ok(stream) => self.welcome(stream, room, is_local, rooms, now),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // This one went before it came in.
                Err(error) if is_of_one(&error) => {}
                // There are no sockets left, or no memory. The poll tells of a door once only.
                Err(_) => break,
            }
        }
        self.knocked.push(door);
    }

    fn welcome(
        &mut self,
        mut stream: Stream,
        number: usize,
        is_local: bool,
        rooms: &mut dyn Rooms,
        now: Now,
    ) {
        let Some(instance) = rooms.room(number) else { return };
        let Some(room) = self.room(number, instance) else { return };
        let limits = room.limits;
        if let Some(refusal) = refusal(&stream, is_local, limits, room.clients.len()) {
            // It is told why, if it can be told at once.
            let _ = io::Write::write(&mut stream, refusal);
            return;
        }
        stream.keep_alive(limits.keep_alive);
        let (address, local) = stream.ends();
        let entry = self.clients.vacant_entry();
        let key = entry.key();
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
        let session = instance.connect(Peer { address, local, descriptor: -1 });
        let is_known = instance.standing(session).is_known;
        entry.insert(Client::new(stream, number, session, is_known, now.ms()));
        if let Some(room) = self.room(number, instance) {
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
