//! The other clients of a room while a script of one of them takes long: they are read, let in, and served
//! by an engine that refuses most of it. Nothing waits here: the script goes on in between.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use super::client::Client;
use super::doors::Stream;
use super::limits::Limits;
use super::request::{self, Bounds, Front, Words};
use super::run::serve;
use super::turn::Net;
use crate::engine::{Busy, Now, Others, find, full_name};
use crate::resp::{Protocol, Writer};
use crate::server::Standing;

/// The loop, but for the client that is served just now.
pub(super) struct Beside<'a> {
    pub(super) net: &'a mut Net,
    /// The room whose instance runs.
    pub(super) room: usize,
    pub(super) limits: Limits,
    pub(super) now: Now,
    /// Somebody was looked after, so the poll may have told what the client must hear later.
    pub(super) has_looked: bool,
}

impl Others for Beside<'_> {
    fn serve(&mut self, busy: &mut Busy<'_>) {
        self.has_looked = true;
        // What the poll cannot tell now it tells later.
        if self.net.heed(Duration::ZERO).is_err() {
            return;
        }
        self.let_in(busy);
        let here = self.net.clients.iter().filter(|(_, client)| client.room == self.room);
        for key in here.map(|(key, _)| key).collect::<Vec<_>>() {
            let Some(client) = self.net.clients.get_mut(key) else { continue };
            serve(client, self.limits, |session, words, output| {
                busy.execute(session, words, output);
                Standing::of(busy.session(session), false)
            });
            client.write();
            // The turn after the script sees to what is left of it.
            if !client.heed.is_ready {
                client.heed.is_ready = true;
                self.net.ready.push(key);
            }
        }
    }
}

impl Beside<'_> {
    /// Lets in who stands before a door of the room; other doors wait.
    fn let_in(&mut self, busy: &mut Busy<'_>) {
        for door in std::mem::take(&mut self.net.knocked) {
            let is_here = self.net.doors.get(door).is_some_and(|door| door.room == self.room);
            if !is_here
                || !self.net.let_in_by(door, self.now, &mut |peer, room| {
                    let session = busy.connect(peer);
                    let is_known = Standing::of(busy.session(session), false).is_known;
                    (room == self.room).then_some((session, is_known))
                })
            {
                self.net.knocked.push(door);
            }
        }
    }
}

/// Somebody who came while a script held the instances, so that nobody could make them known there.
#[derive(Debug)]
pub(super) struct Early {
    pub(super) stream: Stream,
    pub(super) room: usize,
    pub(super) is_local: bool,
    /// What they have sent.
    pub(super) input: Vec<u8>,
}

/// So much is read of somebody who is not let in yet.
const FIRST_WORDS: usize = 1024;

impl Net {
    /// Looks who has come, and says whether one of them wants a script to end.
    pub(super) fn hears_early(&mut self) -> bool {
        for &door in &self.knocked {
            let Some(open) = self.doors.get(door) else { continue };
            while let Ok(stream) = open.accept() {
                let (room, is_local) = (open.room, open.is_local());
                self.early.push(Early { stream, room, is_local, input: Vec::new() });
            }
        }
        let mut is_told = false;
        for early in &mut self.early {
            let is_near = early.is_local || early.stream.peer().is_none_or(|at| at.is_loopback());
            let mut block = [0; FIRST_WORDS];
            if is_near
                && early.input.len() < FIRST_WORDS
                && let Ok(count) = early.stream.read(&mut block)
            {
                early.input.extend_from_slice(block.get(..count).unwrap_or_default());
            }
            if is_near && let Some(size) = is_kill(&early.input, &mut Words::default()) {
                early.input.drain(..size);
                // One that is gone already does not hear it.
                let _ = early.stream.write(b"+OK\r\n");
                is_told = true;
            }
        }
        is_told
    }
}

/// Whether `SCRIPT KILL` comes first, and how many bytes that takes.
fn is_kill(input: &[u8], words: &mut Words) -> Option<usize> {
    let longest = i64::try_from(input.len()).unwrap_or(i64::MAX);
    let bounds = Bounds { word: longest, is_known: true };
    let Front::Whole(size) = request::read(input, bounds, words) else { return None };
    let is_it = find(&words.of(input)).is_ok_and(|found| full_name(&found) == "SCRIPT|KILL");
    is_it.then_some(size)
}

/// Whether a client has sent `SCRIPT KILL` next; then it is answered.
pub(super) fn wants_script_to_end(client: &mut Client) -> bool {
    if !client.has_request() || !client.is_known {
        return false;
    }
    let rest = client.input.get(client.run..).unwrap_or_default();
    let Some(size) = is_kill(rest, &mut client.words) else { return false };
    client.run += size;
    client.tidy();
    Writer::new(&mut client.output, Protocol::Resp2).ok();
    client.write();
    true
}
