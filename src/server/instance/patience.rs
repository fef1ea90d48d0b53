//! Clients in this process whose commands take their time: they wait for a key or for the end of a
//! pause, or they listen. Knows no thread: whoever asked looks again, or lets the time pass.

use super::{Instance, Standing, change};
use crate::engine::{Recorder, SessionId, Unblock};
use crate::persistence::aof::Fsync;
use crate::resp::Writer;
use crate::server::Change;

/// A pause of the server is sat out for no longer than this, in milliseconds, where others are kept
/// waiting meanwhile.
const LONGEST_MS: i64 = 10_000;

/// The longest wait for a sync on a virtual clock, in milliseconds: everything that is ever synced by
/// itself is so by then.
const LONGEST_SYNC_MS: i64 = 60_000;

/// Time passes in such steps while a client waits for a sync, in milliseconds.
const STEP_MS: i64 = 100;

impl Instance {
    /// Runs one command and appends its reply to `out`. When this returns, what the fsync policy
    /// promises has been done. What the client would wait for is over, too: nobody can bring it before
    /// somebody else is served.
    pub fn execute(&mut self, id: SessionId, words: &[&[u8]], out: &mut Vec<u8>) {
        let standing = self.ask(id, words, out);
        if standing.is_blocked {
            let longest = if standing.is_held_up { LONGEST_MS } else { 0 };
            self.sit_out(id, words, longest, out);
        }
    }

    /// As [`Instance::execute`], but the client really waits for its time: for who has the instance
    /// alone.
    pub fn execute_at_length(&mut self, id: SessionId, words: &[&[u8]], out: &mut Vec<u8>) {
        if self.ask(id, words, out).is_blocked {
            self.sit_out(id, words, i64::MAX, out);
        }
    }

    /// Runs one command. The client may wait or listen afterwards, as its standing says: then
    /// [`Instance::hear`] gives what has come for it.
    pub fn ask(&mut self, id: SessionId, words: &[&[u8]], out: &mut Vec<u8>) -> Standing {
        // Whoever reads one reply a command cannot listen in between: with its next command a client
        // in this process stops, as one does that presses Ctrl-C in redis-cli.
        self.engine.stop_listening(id);
        self.world.clock.tick();
        let now = self.world.clock.now();
        let start = out.len();
        self.engine.execute(id, words, now, &mut self.world, out);
        self.world.interrupt.rest();
        self.engine.broadcast();
        let refusal = self.log_effects(now);
        self.engine.settle_served(refusal.as_deref());
        if let Some(refusal) = refusal {
            out.truncate(start);
            let protocol = self.engine.session(id).map(|s| s.protocol).unwrap_or_default();
            Writer::new(out, protocol).error(refusal.as_bytes());
        }
        self.work();
        // Whoever types sees what a short save has left with the next line.
        if self.world.background.is_nearly_done() {
            self.world.finish_background(&mut self.engine.keyspace);
            self.note_synced();
        }
        let standing = self.standing(id);
        if !standing.is_blocked && out.len() == start {
            // A wait for a sync that has ended meanwhile.
            self.engine.take_mail(id, out);
        }
        standing
    }

    /// What has come for a client that waits or listens goes to the end of `out`, and how it stands
    /// now.
    pub fn hear(&mut self, id: SessionId, out: &mut Vec<u8>) -> Standing {
        self.engine.end_waits(self.world.clock.now());
        self.engine.take_mail(id, out);
        self.standing(id)
    }

    /// When a client's wait is over by itself, in milliseconds since 1970; `None` is never, or that it
    /// does not wait.
    pub fn waits_until(&self, id: SessionId) -> Option<i64> {
        self.engine.blocked(id)?.until_ms()
    }

    /// A client waits no more, and gets nothing.
    pub fn end_wait(&mut self, id: SessionId) {
        self.engine.unblock(id, Unblock::Timeout);
        self.engine.take_mail(id, &mut Vec::new());
    }

    /// What `work` changes.
    pub fn recorded<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, Vec<Change>) {
        self.engine.keyspace.recorder = Some(Recorder::default());
        let done = work(self);
        let recorder = self.engine.keyspace.recorder.take().unwrap_or_default();
        (done, change::changes(&self.engine, &recorder))
    }

    /// A client waits while nobody else is served: its time passes, `longest` milliseconds of it really,
    /// and nothing comes. A command that was held up runs then.
    fn sit_out(&mut self, id: SessionId, words: &[&[u8]], longest: i64, out: &mut Vec<u8>) {
        let Some(blocked) = self.engine.blocked(id) else { return };
        if blocked.waits_for_sync() {
            self.sit_out_sync(id, longest, out);
            return;
        }
        let (is_held_up, clock) = (blocked.is_held_up(), &self.world.clock);
        let wait = blocked.until_ms().map(|until| (until - clock.now().ms()).max(0));
        let is_over = wait.is_some_and(|wait| {
            let passes = if clock.is_virtual() { wait } else { wait.min(longest) };
            clock.advance(u64::try_from(passes).unwrap_or(0).saturating_mul(1000));
            // Nobody sees whether a wait for a key was long, but in a pause nothing may run.
            passes == wait || !is_held_up
        });
        self.engine.unblock(id, if is_over { Unblock::Timeout } else { Unblock::Alone });
        self.engine.take_mail(id, out);
        if is_over && is_held_up {
            self.ask(id, words, out);
        }
    }

    /// A client that waits for a sync, where nobody else is served meanwhile, gets its reply as soon as the
    /// log is synced. False if it waits for something else, or nothing ever syncs the log by itself.
    pub fn sit_out_a_sync(&mut self, id: SessionId, out: &mut Vec<u8>) -> bool {
        let syncs = self.world.log.as_ref().is_some_and(|log| log.fsync() != Fsync::No);
        let waits = syncs && self.engine.waits_for_sync(id);
        if waits {
            self.sit_out_sync(id, LONGEST_MS, out);
        }
        waits
    }

    /// Whether a client waits for its writes to be synced.
    pub fn waits_for_sync(&self, id: SessionId) -> bool {
        self.engine.waits_for_sync(id)
    }

    /// As [`Instance::sit_out`], for a client that waits until its writes are synced: that is done
    /// meanwhile, as it is in any other time that passes.
    fn sit_out_sync(&mut self, id: SessionId, longest: i64, out: &mut Vec<u8>) {
        let syncs = self.world.log.as_ref().is_some_and(|log| log.fsync() != Fsync::No);
        let until = self.waits_until(id);
        let longest = match until {
            _ if !self.world.clock.is_virtual() => longest,
            Some(_) => i64::MAX,
            None if syncs => LONGEST_SYNC_MS,
            None => 0,
        };
        let give_up = self.world.clock.now().ms().saturating_add(longest);
        let until = until.unwrap_or(i64::MAX);
        while self.engine.blocked(id).is_some() {
            let now = self.world.clock.now().ms();
            if now >= until || now >= give_up {
                let how = if now >= until { Unblock::Timeout } else { Unblock::Alone };
                self.engine.unblock(id, how);
                break;
            }
            let passes = STEP_MS.min(until - now).min(give_up - now);
            self.world.clock.advance(u64::try_from(passes).unwrap_or(0).saturating_mul(1000));
            self.tick();
        }
        self.engine.take_mail(id, out);
    }
}
