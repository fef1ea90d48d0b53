//! One connection: what came in and was not run yet, what is to go out and was not taken yet.

use std::io::{self, Read as _, Write as _};

use super::doors::Stream;
use super::request::Words;
use crate::engine::SessionId;
use crate::engine::config::OutputLimit;
use crate::server::Standing;

/// How much is read at once.
const BLOCK: usize = 64 * 1024;
/// How much of one client is read in one turn: the others wait meanwhile.
const SHARE: usize = 1024 * 1024;
/// A client that takes its replies slower than it asks is not read from while so much waits for it.
pub(super) const HIGH_WATER: usize = 4 * 1024 * 1024;
/// A buffer that has grown beyond this is given back once it is empty.
const KEPT: usize = 256 * 1024;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It goes on.
    Stays,
    /// Nothing more is read or run: it ends when the last reply has left.
    Leaving,
    /// The other end is gone.
    Gone,
}

/// What is to be expected of the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Incoming {
    /// More may come.
    Open,
    /// The poll has seen the end, behind what is still to be read; it tells so only once.
    Ending,
    /// Everything was read. The other end may still take replies.
    Ended,
}

/// What the loop has to see to next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Heed {
    /// What was read last left more in the socket.
    pub(super) has_more: bool,
    /// It stands in the list of those that have something to run or to write.
    pub(super) is_ready: bool,
    /// Whether the poll tells when it can be written to.
    pub(super) is_watched: bool,
}

/// A connected client.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) stream: Stream,
    /// Which instance it talks to, and under which id that knows it.
    pub(super) room: usize,
    pub(super) session: SessionId,
    pub(super) input: Vec<u8>,
    /// How much of `input` was run.
    pub(super) run: usize,
    /// How long `input` must be, from `run` on, before there is another request in it.
    pub(super) needs: usize,
    pub(super) output: Vec<u8>,
    /// How much of `output` was taken.
    taken: usize,
    pub(super) words: Words,
    /// It may send more than its password.
    pub(super) is_known: bool,
    /// It waits for a key: nothing of it is run meanwhile.
    pub(super) is_blocked: bool,
    /// It listens to channels: messages come without being asked for.
    pub(super) is_listening: bool,
    /// Since when more waits for it than may for long, in milliseconds since 1970.
    pub(super) over_since: Option<i64>,
    pub(super) fate: Fate,
    pub(super) incoming: Incoming,
    pub(super) heed: Heed,
    /// When something came last, in milliseconds since 1970.
    pub(super) seen_ms: i64,
}

impl Client {
    pub(super) fn new(
        stream: Stream,
        room: usize,
        session: SessionId,
        is_known: bool,
        now_ms: i64,
    ) -> Self {
        Self {
            stream,
            room,
            session,
            input: Vec::new(),
            run: 0,
            needs: 1,
            output: Vec::new(),
            taken: 0,
            words: Words::default(),
            is_known,
            is_blocked: false,
            is_listening: false,
            over_since: None,
            fate: Fate::Stays,
            incoming: Incoming::Open,
            heed: Heed::default(),
            seen_ms: now_ms,
        }
    }

    /// Reads what is there, up to this client's share of a turn. `block` is scratch space.
    pub(super) fn read(&mut self, block: &mut Vec<u8>) {
        self.heed.has_more = false;
        block.resize(BLOCK, 0);
        let mut read = 0;
        while read < SHARE {
            match self.stream.read(block) {
                Ok(0) => {
                    self.incoming = Incoming::Ended;
                    return;
                }
                Ok(count) => {
                    self.input.extend_from_slice(block.get(..count).unwrap_or_default());
                    read += count;
                    if count < BLOCK && self.incoming != Incoming::Ending {
                        // A short read empties the socket: asking again would cost a call.
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.fate = Fate::Gone;
                    return;
                }
            }
        }
        self.heed.has_more = true;
    }

    /// How many bytes of its replies it has not taken yet.
    pub(super) fn waiting(&self) -> usize {
        self.output.len() - self.taken
    }

    /// Whether it must take replies before more of it is run.
    pub(super) fn is_slow(&self) -> bool {
        self.waiting() > HIGH_WATER
    }

    /// Follows what the instance says of it.
    pub(super) fn stands(&mut self, standing: Standing) {
        self.is_known = standing.is_known;
        self.is_blocked = standing.is_blocked;
        self.is_listening = standing.is_listening;
        if standing.is_leaving {
            self.leave();
        }
    }

    /// How much of what it sent was not run yet.
    pub(super) fn unrun(&self) -> usize {
        self.input.len() - self.run
    }

    /// Whether there are bytes that may hold a request.
    pub(super) fn has_request(&self) -> bool {
        self.fate == Fate::Stays && !self.is_blocked && self.unrun() >= self.needs
    }

    /// Whether it is to be read from. One that does not take its replies, or that has sent enough
    /// to go on with, is not: what it sends meanwhile waits in the system, and then with it.
    pub(super) fn is_heard(&self) -> bool {
        self.fate == Fate::Stays && !self.is_slow() && self.unrun() < self.needs.max(SHARE)
    }

    /// Whether more of its replies wait than may: too many at once, or many for too long.
    pub(super) fn is_overfull(&mut self, limit: OutputLimit, now_ms: i64) -> bool {
        let waiting = self.waiting();
        if limit.soft == 0 || waiting <= limit.soft {
            self.over_since = None;
        } else if now_ms - *self.over_since.get_or_insert(now_ms) >= limit.soft_ms {
            return true;
        }
        limit.is_exceeded(waiting)
    }

    /// Forgets what was run.
    pub(super) fn tidy(&mut self) {
        if self.run == self.input.len() {
            self.input.clear();
            if self.input.capacity() > KEPT {
                self.input = Vec::new();
            }
        } else if self.run > 0 {
            self.input.drain(..self.run);
        }
        self.run = 0;
    }

    /// Writes what the other end takes.
    pub(super) fn write(&mut self) {
        while self.taken < self.output.len() && self.fate != Fate::Gone {
            match self.stream.write(self.output.get(self.taken..).unwrap_or_default()) {
                Ok(count) => self.taken += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.fate = Fate::Gone,
            }
        }
        if self.taken == self.output.len() {
            self.output.clear();
            self.taken = 0;
            if self.output.capacity() > KEPT {
                self.output = Vec::new();
            }
        }
    }

    /// It ends when the last reply has left, unless it is gone already.
    pub(super) fn leave(&mut self) {
        if self.fate == Fate::Stays {
            self.fate = Fate::Leaving;
        }
    }

    /// Takes back the replies from `start` on, none of which has left.
    pub(super) fn take_back(&mut self, start: usize) {
        self.output.truncate(start.max(self.taken));
    }
}
