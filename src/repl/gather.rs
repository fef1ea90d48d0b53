//! Gathers typed lines until they make one that can be run: an unfinished quote goes on with the
//! next line.

use super::words;
use crate::syntax::{self, Open};

/// What was typed so far of a line that is not whole yet.
#[derive(Debug, Default)]
pub(super) struct Gather {
    pending: Vec<u8>,
    open: Option<Open>,
}

impl Gather {
    /// Takes a line; gives the whole of it once nothing is open any more.
    pub(super) fn feed(&mut self, line: &[u8]) -> Option<Vec<u8>> {
        if let Some(open) = self.open {
            self.pending.push(b'\n');
            self.pending.extend_from_slice(line);
            if !open.may_close(line) {
                return None;
            }
        } else {
            self.pending = with_colon(line);
        }
        self.open = syntax::parse(&self.pending).err().and_then(|error| error.open());
        if self.open.is_some() {
            return None;
        }
        Some(std::mem::take(&mut self.pending))
    }

    /// What is still open.
    pub(super) fn open(&self) -> Option<Open> {
        self.open
    }

    /// What stands before the line that is typed now.
    pub(super) fn pending(&self) -> &[u8] {
        &self.pending
    }

    /// Forgets what was typed so far, and says whether there was anything.
    pub(super) fn drop_pending(&mut self) -> bool {
        self.pending.clear();
        self.open.take().is_some()
    }
}

/// A line that begins with a bare tutor word, with its colon; others as they are. Quotes in such a
/// line mean what they mean behind a colon: a note may say *don't*.
fn with_colon(line: &[u8]) -> Vec<u8> {
    let body = line.trim_ascii_start();
    let first = body.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    if words::bare(first).is_none() {
        return line.to_vec();
    }
    [b":", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_quote_waits_for_its_end() {
        let mut gather = Gather::default();
        assert_eq!(gather.feed(b"SET j '{"), None);
        assert_eq!(gather.open(), Some(Open::Single));
        assert_eq!(gather.feed(b" \"a\": 1"), None);
        assert_eq!(gather.feed(b"}'"), Some(b"SET j '{\n \"a\": 1\n}'".to_vec()));
        assert_eq!(gather.open(), None);
    }

    #[test]
    fn a_quote_that_was_left_is_forgotten() {
        let mut gather = Gather::default();
        assert_eq!(gather.feed(b"SET j \""), None);
        assert!(gather.drop_pending());
        assert_eq!(gather.feed(b"GET j"), Some(b"GET j".to_vec()));
        assert!(!gather.drop_pending());
    }

    #[test]
    fn bare_tutor_words_get_their_colon() {
        let mut gather = Gather::default();
        assert_eq!(gather.feed(b"  hint"), Some(b":hint".to_vec()));
        assert_eq!(gather.feed(b"note it's 'open"), Some(b":note it's 'open".to_vec()));
        assert_eq!(gather.feed(b"client list"), Some(b"client list".to_vec()));
        assert_eq!(gather.feed(b""), Some(Vec::new()));
    }
}
