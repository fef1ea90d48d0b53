//! What a transport asks of an instance: many commands, one commit, and who is to be sent away. Knows
//! no socket.

use super::Instance;
use crate::engine::{Now, SessionId};

/// How a client stands after its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// It may send more than its password.
    pub is_known: bool,
    /// Nothing more of it is to be run: its connection ends once its replies have left.
    pub is_leaving: bool,
}

impl Instance {
    /// Runs one command and appends its reply to `out`. Nothing of it may be told before
    /// [`Instance::commit`] has done what the fsync policy promises.
    pub fn execute_uncommitted(
        &mut self,
        id: SessionId,
        words: &[&[u8]],
        now: Now,
        out: &mut Vec<u8>,
    ) -> Standing {
        self.engine.execute(id, words, now, &mut self.world, out);
        self.standing(id)
    }

    /// How a client stands.
    pub fn standing(&self, id: SessionId) -> Standing {
        let session = self.engine.session(id);
        Standing {
            is_known: session.is_some_and(|session| session.authenticated),
            is_leaving: self.world.stopping || session.is_none_or(|session| session.closing),
        }
    }

    /// How many bytes of records are not in the logs yet: a command that changes data adds to them.
    pub fn uncommitted(&self) -> usize {
        self.engine.keyspace.effects.records().len()
    }

    /// Writes what was done since the last time to the logs; the error is what every client must
    /// see whose command changed something.
    pub fn commit(&mut self, now: Now) -> Result<(), String> {
        self.log_effects(now).map_or(Ok(()), Err)
    }

    /// Takes a client whose connection is to end once its replies have left.
    pub fn take_closing(&mut self) -> Option<SessionId> {
        self.engine.server.closing.pop()
    }

    /// Another number after each change of the configuration.
    pub fn settings_version(&self) -> u64 {
        self.engine.server.config.version()
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
