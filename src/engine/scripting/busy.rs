//! A server whose script takes long, as other clients meet it meanwhile: most of what they ask is refused,
//! but they can end the script. Knows no socket.

use crate::engine::execute::execute_on;
use crate::engine::{Host, Keyspace, Now, Peer, Server, Session, SessionId};

/// Who else wants to be served while a script runs: a transport, which is asked now and then.
pub trait Others {
    /// Serves them, without waiting for any.
    fn serve(&mut self, busy: &mut Busy<'_>);
}

/// The engine, but for the client whose script runs.
pub struct Busy<'a> {
    pub(super) keyspace: &'a mut Keyspace,
    pub(super) server: &'a mut Server,
    pub(super) host: &'a mut dyn Host,
    pub(super) now: Now,
}

impl Busy<'_> {
    /// A client connects.
    pub fn connect(&mut self, peer: Peer) -> SessionId {
        self.server.connect(peer, self.now)
    }

    /// Runs a command of another client than the script's, if it may run now, and appends its reply. The
    /// time in which the script runs stands still.
    pub fn execute(&mut self, id: SessionId, words: &[&[u8]], out: &mut Vec<u8>) {
        let (is_unseen, no_touch) = (self.keyspace.unseen, self.keyspace.no_touch);
        execute_on(self.keyspace, self.server, id, words, self.now, self.host, out);
        (self.keyspace.unseen, self.keyspace.no_touch) = (is_unseen, no_touch);
    }

    /// What is known of a client; of the script's own, nothing.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.server.sessions.get(id)
    }
}

/// How far a script has come, for those who want to end it.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::engine) struct Progress {
    /// Others are served meanwhile, and refused.
    pub(in crate::engine) is_busy: bool,
    /// It has called a command that writes.
    pub(in crate::engine) has_written: bool,
    /// What others want of it.
    pub(in crate::engine) wish: Wish,
}

/// What others want of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::engine) enum Wish {
    /// Nothing.
    #[default]
    Nothing,
    /// It is to end.
    End,
    /// It is to end, and what it wrote is not to be logged: the server ends as well.
    Abandon,
}
