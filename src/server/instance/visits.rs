//! What clients that connect through sockets do to an instance that somebody watches: which commands
//! they sent, and which keys they changed. A server that nobody watches keeps none of it.

use std::collections::{BTreeSet, HashSet};

use super::{Change, Instance, change};
use crate::engine::{Recorder, SessionId, find, full_name, is_about_form};

/// How `CLIENT SETINFO LIB-NAME` names Python's package.
const PYTHON: &[u8] = b"redis-py";

/// What was heard since the last time somebody asked.
#[derive(Debug, Default)]
pub(super) struct Heard {
    used: BTreeSet<(String, bool)>,
    first: Option<Vec<Vec<u8>>>,
    by_python: bool,
    /// The clients that have said that they are Python's package.
    python: HashSet<SessionId>,
}

/// What the clients behind the sockets did.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// The commands they sent, but for those that were not written as they must be, by their names in upper case (`CONFIG|GET` for a subcommand), and
    /// whether the reply was an error.
    pub used: Vec<(String, bool)>,
    /// The first of them that changed a key.
    pub first: Option<Vec<Vec<u8>>>,
    /// Whether one of them came from Python's package.
    pub by_python: bool,
    /// The keys that were changed, with what they held before and hold now.
    pub changes: Vec<Change>,
}

impl Visit {
    /// Whether nobody came.
    pub fn is_empty(&self) -> bool {
        self.used.is_empty() && self.changes.is_empty() && !self.by_python
    }
}

impl Heard {
    /// A client sent a command, got this reply to it, and has changed data or not.
    pub(super) fn hear(&mut self, id: SessionId, words: &[&[u8]], reply: &[u8], has_changed: bool) {
        // An older version refuses it, but how a package names itself was heard.
        self.listen(id, words);
        let Ok(found) = find(words) else { return };
        self.by_python |= self.python.contains(&id);
        if reply.strip_prefix(b"-").is_some_and(is_about_form) {
            return;
        }
        self.used.insert((full_name(&found).into_owned(), reply.first() == Some(&b'-')));
        if has_changed && self.first.is_none() {
            self.first = Some(words.iter().map(|word| word.to_vec()).collect());
        }
    }

    fn listen(&mut self, id: SessionId, words: &[&[u8]]) {
        if let [client, setinfo, kind, name] = words
            && client.eq_ignore_ascii_case(b"CLIENT")
            && setinfo.eq_ignore_ascii_case(b"SETINFO")
            && kind.eq_ignore_ascii_case(b"LIB-NAME")
            && name.starts_with(PYTHON)
        {
            self.python.insert(id);
            self.by_python = true;
        }
    }

    /// That client is gone.
    pub(super) fn forget(&mut self, id: SessionId) {
        self.python.remove(&id);
    }

    /// What was heard; the next visit begins.
    pub(super) fn take(&mut self, changes: Vec<Change>) -> Visit {
        Visit {
            used: std::mem::take(&mut self.used).into_iter().collect(),
            first: self.first.take(),
            by_python: std::mem::take(&mut self.by_python),
            changes,
        }
    }
}

impl Instance {
    /// Keeps from now on what clients behind sockets do, until [`Instance::visited`] asks for it.
    pub fn receive(&mut self) {
        self.heard.get_or_insert_default();
        self.engine.keyspace.recorder = Some(Recorder::default());
    }

    /// What clients behind sockets did since [`Instance::receive`].
    pub fn visited(&mut self) -> Visit {
        let recorder = self.engine.keyspace.recorder.take().unwrap_or_default();
        let changes = change::changes(&self.engine, &recorder);
        self.heard.as_mut().map_or_else(Visit::default, |heard| heard.take(changes))
    }
}
