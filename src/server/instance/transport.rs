//! What a transport asks of an instance: many commands, one commit, and who is to be sent away. Knows
//! no socket.

use super::Instance;
use crate::engine::config::OutputLimit;
use crate::engine::{Now, Others, Session, SessionId};
use crate::server::beside::Beside;

/// How a client stands after its command.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// It may send more than its password.
    pub is_known: bool,
    /// It waits: nothing more of it is run until it has got [mail](Instance::take_mail).
    pub is_blocked: bool,
    /// Its command was not run: it is to be sent once more when the client waits no more.
    pub is_held_up: bool,
    /// It listens to channels: messages come without being asked for.
    pub is_listening: bool,
    /// Nothing more of it is to be run: its connection ends once its replies have left.
    pub is_leaving: bool,
}

impl Standing {
    /// How a client stands, in a server that ends or not.
    pub(in crate::server) fn of(session: Option<&Session>, is_stopping: bool) -> Self {
        Self {
            is_known: session.is_some_and(|session| session.authenticated),
            is_blocked: session.is_some_and(|session| session.blocked.is_some()),
            is_held_up: session
                .and_then(|session| session.blocked.as_ref())
                .is_some_and(|blocked| blocked.is_held_up()),
            is_listening: session
                .is_some_and(|session| session.subscriptions.is_some() || session.monitors),
            is_leaving: is_stopping || session.is_none_or(|session| session.closing),
        }
    }
}

impl Instance {
    /// Runs one command and appends its reply to `out`; a script that takes long lets the others be served
    /// meanwhile. Nothing of it may be told before
    /// [`Instance::commit`] has done what the fsync policy promises.
    pub fn execute_uncommitted(
        &mut self,
        id: SessionId,
        words: &[&[u8]],
        now: Now,
        out: &mut Vec<u8>,
        others: &mut dyn Others,
    ) -> Standing {
        let (start, before) = (out.len(), self.uncommitted());
        let mut world = Beside { world: &mut self.world, others };
        self.engine.execute(id, words, now, &mut world, out);
        if self.heard.is_some() {
            let reply = out.get(start..).unwrap_or_default();
            let has_changed = self.uncommitted() != before;
            if let Some(heard) = &mut self.heard {
                heard.hear(id, words, reply, has_changed);
            }
        }
        self.standing(id)
    }

    /// How a client stands.
    pub fn standing(&self, id: SessionId) -> Standing {
        Standing::of(self.engine.session(id), self.world.stopping)
    }

    /// How many bytes of records are not in the logs yet: a command that changes data adds to them.
    pub fn uncommitted(&self) -> usize {
        self.engine.keyspace.effects.records().len()
    }

    /// Writes what was done since the last time to the logs; the error is what every client must
    /// see whose command changed something.
    pub fn commit(&mut self, now: Now) -> Result<(), String> {
        // After a rewrite there is something to do even if nothing is to be logged: what comes next is
        // no longer in its base.
        let refusal = if self.uncommitted() == 0 && !self.world.rebased {
            // The configuration may have opened or closed the log.
            self.note_synced();
            None
        } else {
            self.log_effects(now)
        };
        self.engine.settle_served(refusal.as_deref());
        refusal.map_or(Ok(()), Err)
    }

    /// Takes a client whose connection is to end once its replies have left.
    pub fn take_closing(&mut self) -> Option<SessionId> {
        self.engine.server.closing.pop()
    }

    /// Ends the waits whose time is over, and tells when the next one is, in milliseconds since 1970.
    pub fn end_waits(&mut self, now: Now) -> Option<i64> {
        self.engine.end_waits(now);
        self.engine.next_deadline()
    }

    /// The clients that have got mail since this was last asked: the reply they waited for, or a push.
    pub fn take_mailed(&mut self) -> Vec<SessionId> {
        self.engine.take_mailed()
    }

    /// Moves a client's mail to the end of `out`.
    pub fn take_mail(&mut self, id: SessionId, out: &mut Vec<u8>) {
        self.engine.take_mail(id, out);
    }

    /// Another number after each change of the configuration.
    pub fn settings_version(&self) -> u64 {
        self.engine.server.config.version()
    }

    /// How much may wait for a client of a class, `normal` or `pubsub`.
    pub fn output_limit(&self, class: &str) -> OutputLimit {
        self.engine.server.config.output_limit(class)
    }

    /// A number of the configuration.
    pub fn setting(&self, name: &str) -> i64 {
        self.engine.server.config.number(name)
    }

    /// A text of the configuration.
    pub fn setting_text(&self, name: &str) -> String {
        String::from_utf8_lossy(self.engine.server.config.get(name)).into_owned()
    }
}
