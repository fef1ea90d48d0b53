//! The middle of a turn: whole requests are run, and the logs are appended to once for each room.

use super::beside::Beside;
use super::client::{Client, Fate, HIGH_WATER};
use super::limits::Limits;
use super::request::{self, Bounds, Front};
use super::rooms::Rooms;
use super::turn::{Net, Turned};
use crate::engine::{Now, SessionId};
use crate::resp::{Protocol, Writer};
use crate::server::Standing;

impl Net {
    /// Runs the requests of every ready client.
    pub(super) fn run(&mut self, ready: &[usize], rooms: &mut dyn Rooms, now: Now) -> Turned {
        let mut turned = Turned::default();
        // Where the replies begin that tell of changes.
        let mut told: Vec<(usize, usize)> = Vec::new();
        for &key in ready {
            let Some(mut client) = self.clients.take(key) else { continue };
            let told_at = self.run_one(&mut client, rooms, &mut turned, now);
            told.extend(told_at.map(|start| (key, start)));
            self.clients.put_back(key, client);
        }
        for &room in &turned.busy {
            let Some(instance) = rooms.room(room) else { continue };
            if let Err(refusal) = instance.commit(now) {
                self.unsay(room, &told, &refusal);
            }
        }
        turned
    }

    /// Runs the requests of a client, which is taken out. Where its replies begin, if they tell of a change.
    fn run_one(
        &mut self,
        client: &mut Client,
        rooms: &mut dyn Rooms,
        turned: &mut Turned,
        now: Now,
    ) -> Option<usize> {
        let room = self.rooms.iter().find(|room| room.number == client.room)?;
        let limits = room.limits;
        if !client.has_request() {
            if client.unrun() > limits.input(client.is_known) {
                client.fate = Fate::Gone;
            }
            return None;
        }
        let Some(instance) = rooms.room(client.room) else {
            client.fate = Fate::Gone;
            return None;
        };
        if !turned.busy.contains(&client.room) {
            turned.busy.push(client.room);
        }
        let before = instance.uncommitted();
        let start = client.output.len();
        let room = client.room;
        let mut others = Beside { net: self, room, limits, now, has_looked: false };
        serve(client, limits, |session, words, output| {
            instance.execute_uncommitted(session, words, now, output, &mut others)
        });
        // What the poll has told of it meanwhile was not for others.
        client.heed.has_more |= others.has_looked;
        (instance.uncommitted() != before).then_some(start)
    }

    /// Gives the clients their mail, and sees off those who are sent away. The list says for whom
    /// there is something to write.
    pub(super) fn deliver(&mut self, rooms: &mut dyn Rooms) -> Vec<usize> {
        let mut touched = Vec::new();
        for room in &self.rooms {
            let Some(instance) = rooms.room(room.number) else { continue };
            for session in instance.take_mailed() {
                let Some(&key) = room.clients.get(&session) else { continue };
                let Some(client) = self.clients.get_mut(key) else { continue };
                instance.take_mail(session, &mut client.output);
                client.stands(instance.standing(session));
                touched.push(key);
            }
            while let Some(session) = instance.take_closing() {
                let Some(&key) = room.clients.get(&session) else { continue };
                let Some(client) = self.clients.get_mut(key) else { continue };
                // One that is sent away is not waited for, as one that leaves by itself is.
                if client.fate == Fate::Stays {
                    client.write();
                    client.fate = Fate::Gone;
                }
                touched.push(key);
            }
        }
        touched
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
}

/// Runs the whole requests that a client has sent, as long as it takes its replies. `execute` runs one,
/// and says how the client stands then.
pub(super) fn serve(
    client: &mut Client,
    limits: Limits,
    mut execute: impl FnMut(SessionId, &[&[u8]], &mut Vec<u8>) -> Standing,
) {
    while client.has_request() && client.output.len() < HIGH_WATER {
        let rest = client.input.get(client.run..).unwrap_or_default();
        let bounds = Bounds { word: limits.word, is_known: client.is_known };
        match request::read(rest, bounds, &mut client.words) {
            Front::Whole(size) => {
                let words = client.words.of(rest);
                let standing = (!words.is_empty())
                    .then(|| execute(client.session, &words, &mut client.output));
                drop(words);
                if !standing.is_some_and(|standing| standing.is_held_up) {
                    client.run += size;
                }
                client.needs = 1;
                if let Some(standing) = standing {
                    client.stands(standing);
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
