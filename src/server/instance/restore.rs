//! Keys put back as they were: what `:undo` does. Knows no prompt.

use super::Instance;
use crate::persistence::rewrite::commands_for;
use crate::resp::Reply;
use crate::server::Change;

impl Instance {
    /// Puts keys back as they were before `changes`, and tells what that changed.
    ///
    /// The keys are rebuilt by commands of one transaction, so the log and every watching client
    /// learn of it, and all of it happens or nothing. The error is the reply of a server that takes
    /// no writes.
    pub fn restore(&mut self, changes: &[Change]) -> Result<Vec<Change>, String> {
        self.own(&[b"MULTI"])?;
        if let Err(refused) = self.queue_restore(changes) {
            self.own(&[b"DISCARD"])?;
            return Err(refused);
        }
        let (ran, changes) = self.recorded(|instance| instance.own(&[b"EXEC"]));
        ran.map(|_| changes)
    }

    fn queue_restore(&mut self, changes: &[Change]) -> Result<(), String> {
        for change in changes {
            let db = change.db.to_string();
            self.own(&[b"SELECT", db.as_bytes()])?;
            self.own(&[b"DEL", &change.key])?;
            if let Some(before) = &change.before {
                let mut done = Ok(());
                commands_for(&change.key, &before.entry, &mut |words| {
                    if done.is_ok() {
                        done = self.own(words).map(|_| ());
                    }
                });
                done?;
            }
        }
        Ok(())
    }

    /// A command of the observer's; an error reply is the error.
    fn own(&mut self, words: &[&[u8]]) -> Result<Reply, String> {
        let reply = self.call(self.observer, words);
        if let Reply::Error(text) = &reply {
            return Err(String::from_utf8_lossy(text).into_owned());
        }
        Ok(reply)
    }
}
