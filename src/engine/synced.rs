//! How much of what clients did survives a power failure, and who waits for that (`WAITAOF`).
//!
//! Knows no log: whoever writes one tells how much of it is synced.

use super::{Engine, Keyspace, Server, Session, SessionId, Unblock};

/// What is known of the log. Places in it are those of [`super::Effects::place`].
#[derive(Debug, Default)]
pub(super) struct Synced {
    /// All before this is safe; `None` while nothing is logged.
    place: Option<u64>,
    /// Who waits for its own writes to be safe, the first one first; and whether it waits for replicas
    /// too, so that nothing but its time ends the wait.
    waiting: Vec<(SessionId, bool)>,
}

impl Server {
    /// Whether all that a client has written survives a power failure.
    pub(super) fn is_synced(&self, session: &Session) -> bool {
        self.synced.place.is_some_and(|place| place >= session.written)
    }

    /// A client waits for its writes to be safe.
    pub(super) fn wait_for_sync(&mut self, id: SessionId, and_replicas: bool) {
        self.synced.waiting.push((id, and_replicas));
    }

    /// A client waits no more.
    pub(super) fn forget_sync(&mut self, id: SessionId) {
        self.synced.waiting.retain(|(waiting, _)| *waiting != id);
    }

    /// Ends the waits that `place` fulfils, and all of them where there is no log any more.
    fn note_synced(&mut self, space: &mut Keyspace, place: Option<u64>) {
        self.synced.place = place;
        if self.synced.waiting.is_empty() {
            return;
        }
        for (id, and_replicas) in self.synced.waiting.clone() {
            let is_safe = self.sessions.get(id).is_some_and(|session| self.is_synced(session));
            if is_safe && !and_replicas {
                self.unblock(space, id, Unblock::Timeout);
            } else if place.is_none() {
                self.unblock(space, id, Unblock::Unlogged);
            }
        }
    }
}

impl Engine {
    /// Whether a client waits for its writes to be synced, and for nothing else.
    pub fn waits_for_sync(&self, id: SessionId) -> bool {
        self.server.synced.waiting.contains(&(id, false))
    }

    /// The log holds all records but those that are still in the keyspace's effects, and its last
    /// `unsynced` bytes are not safe; `None` where nothing is logged.
    pub fn note_synced(&mut self, unsynced: Option<u64>) {
        let effects = &self.keyspace.effects;
        let logged = effects.place() - effects.records().len() as u64;
        let place = unsynced.map(|unsynced| logged.saturating_sub(unsynced));
        self.server.note_synced(&mut self.keyspace, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::execute::testing::Prompt;
    use crate::engine::{Now, Peer};
    use crate::resp::Reply;

    /// A prompt whose server says that it keeps a log, and a second client.
    fn logging() -> (Prompt, SessionId) {
        let mut prompt = Prompt::new();
        prompt.line("CONFIG SET appendonly yes");
        prompt.engine.note_synced(Some(0));
        let id = prompt.engine.connect(Peer::default(), prompt.now);
        (prompt, id)
    }

    fn counts(local: i64) -> Reply {
        Reply::Array(vec![Reply::Integer(local), Reply::Integer(0)])
    }

    #[test]
    fn a_client_waits_for_its_own_writes_only() {
        let (mut prompt, id) = logging();
        let unsynced = |prompt: &Prompt| Some(prompt.engine.keyspace.effects.place());
        assert_eq!(prompt.line("WAITAOF 1 0 0"), counts(1));
        assert_eq!(prompt.line_of(id, "SET a 1"), Some(Reply::Simple("OK".into())));
        // What another client wrote and read is nothing to wait for.
        prompt.line("GET a");
        assert_eq!(prompt.line("WAITAOF 1 0 0"), counts(1));
        assert_eq!(prompt.line_of(id, "WAITAOF 1 0 0"), None);
        prompt.log();
        let rest = unsynced(&prompt);
        prompt.engine.note_synced(rest);
        assert_eq!(prompt.mail(id), b"");
        prompt.engine.note_synced(Some(1));
        assert_eq!(prompt.mail(id), b"");
        prompt.engine.note_synced(Some(0));
        assert_eq!(prompt.mail(id), b"*2\r\n:1\r\n:0\r\n");
        // A write that changes nothing is none.
        assert_eq!(prompt.line_of(id, "SET a 2 NX"), Some(Reply::Null));
        assert_eq!(prompt.line_of(id, "WAITAOF 1 0 0"), Some(counts(1)));
    }

    #[test]
    fn records_that_are_not_in_the_log_yet_are_not_safe() {
        let (mut prompt, id) = logging();
        prompt.line_of(id, "SET a 1");
        assert_eq!(prompt.line_of(id, "WAITAOF 1 0 0"), None);
        // All of the log is safe, but this record is not in it.
        prompt.engine.note_synced(Some(0));
        assert_eq!(prompt.mail(id), b"");
        prompt.log();
        prompt.engine.note_synced(Some(0));
        assert_eq!(prompt.mail(id), b"*2\r\n:1\r\n:0\r\n");
    }

    #[test]
    fn a_wait_ends_with_its_time_and_with_the_log() {
        let (mut prompt, id) = logging();
        let start = prompt.now.ms();
        prompt.line_of(id, "SET a 1");
        assert_eq!(prompt.line_of(id, "WAITAOF 1 0 500"), None);
        prompt.engine.end_waits(Now::from_ms(start + 499));
        assert_eq!(prompt.mail(id), b"");
        prompt.engine.end_waits(Now::from_ms(start + 500));
        assert_eq!(prompt.mail(id), b"*2\r\n:0\r\n:0\r\n");
        assert_eq!(prompt.line_of(id, "WAITAOF 1 0 0"), None);
        prompt.engine.note_synced(None);
        let gone =
            b"-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n";
        assert_eq!(prompt.mail(id), gone);
        assert!(prompt.engine.server.synced.waiting.is_empty());
        // Replicas are waited for whatever the log does.
        assert_eq!(prompt.line_of(id, "WAITAOF 0 1 0"), None);
        prompt.engine.note_synced(None);
        assert_eq!(prompt.mail(id), b"");
        assert_eq!(prompt.line(&format!("CLIENT UNBLOCK {id}")), Reply::Integer(1));
        assert_eq!(prompt.mail(id), b"*2\r\n:0\r\n:0\r\n");
    }

    #[test]
    fn a_client_that_goes_waits_no_more() {
        let (mut prompt, id) = logging();
        prompt.line_of(id, "SET a 1");
        prompt.line_of(id, "WAITAOF 1 0 0");
        prompt.engine.disconnect(id);
        assert!(prompt.engine.server.synced.waiting.is_empty());
    }
}
