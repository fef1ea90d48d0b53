//! What a client is sent without having asked just now: the reply it waited for, or a push.
//!
//! It lies with the client's session until the transport takes it. Knows no socket.

use super::{Engine, Server, Session, SessionId};
use crate::resp::Writer;

/// What waits to be sent to a client.
#[derive(Debug, Default)]
pub struct Mail {
    /// Replies and pushes, encoded in the client's protocol.
    pub(super) bytes: Vec<u8>,
    /// The transport was told, or will be.
    is_listed: bool,
}

impl Mail {
    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl Session {
    /// A writer of what is sent to this client later.
    pub(super) fn letter(&mut self) -> Writer<'_> {
        Writer::new(&mut self.mail.bytes, self.protocol)
    }
}

impl Server {
    /// Sees to it that the transport hears of a client's mail.
    pub(super) fn list_mail(&mut self, session: &mut Session) {
        if !session.mail.is_listed && !session.mail.is_empty() {
            session.mail.is_listed = true;
            self.mailed.push(session.id);
        }
    }

    /// Writes something to a client that is not running a command now.
    pub(super) fn post(&mut self, id: SessionId, write: impl FnOnce(&mut Writer<'_>)) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        if session.closing {
            return;
        }
        write(&mut session.letter());
        if self.config.listener_output.is_exceeded(session.mail.len()) {
            // It does not take what it listens to: its connection ends, and the memory is free.
            session.mail.bytes = Vec::new();
            session.closing = true;
            self.closing.push(id);
            return;
        }
        if !session.mail.is_listed {
            session.mail.is_listed = true;
            self.mailed.push(id);
        }
    }
}

impl Server {
    /// Ends a client's connection once its replies have left.
    pub(super) fn send_away(&mut self, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(id).filter(|session| !session.closing) {
            session.closing = true;
            self.closing.push(id);
        }
    }
}

impl Engine {
    /// The clients that have got mail since this was last asked.
    pub fn take_mailed(&mut self) -> Vec<SessionId> {
        self.broadcast();
        let mailed = std::mem::take(&mut self.server.mailed);
        for id in &mailed {
            if let Some(session) = self.server.sessions.get_mut(*id) {
                session.mail.is_listed = false;
            }
        }
        mailed
    }

    /// Moves a client's mail to the end of `out`.
    pub fn take_mail(&mut self, id: SessionId, out: &mut Vec<u8>) {
        if let Some(session) = self.server.sessions.get_mut(id) {
            out.append(&mut session.mail.bytes);
        }
    }
}
