//! Whether the end of a log file is a torn tail, which may be dropped, or damage.
//!
//! A process that dies while it writes leaves the beginning of a unit at the very end of the
//! file. A damaged length looks alike, since the record then seems to reach past the end; what
//! tells them apart is that whole records stand behind it. Pure: judges bytes.

use crate::engine::find;
use crate::resp::{DecodeError, Decoder};

/// What the end of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// The beginning of one record.
    TornRecord,
    /// `MULTI` and perhaps some records, but no `EXEC`.
    CutTransaction,
    /// Neither: `at` bytes into the rest stands what cannot be there.
    Damage {
        /// How far into the rest.
        at: usize,
        /// What is wrong.
        what: &'static str,
    },
}

/// Judges `rest`, all bytes from the beginning of the last, incomplete unit to the file's end.
pub(super) fn judge(rest: &[u8]) -> Tail {
    let mut words = Vec::new();
    let mut is_transaction = false;
    let mut torn = 0;
    loop {
        let left = rest.get(torn..).unwrap_or_default();
        if left.first() == Some(&b'#') {
            let Some(end) = memchr::memchr(b'\n', left) else { break };
            torn += end + 1;
            continue;
        }
        let mut decoder = Decoder::new(left);
        if decoder.request(&mut words).is_err() {
            break;
        }
        is_transaction = true;
        // A damaged EXEC leaves its transaction open; everything behind would be lost.
        if find(&words).and_then(|found| found.check_arity(&words)).is_err() {
            return Tail::Damage { at: torn, what: "a transaction holds what is no command" };
        }
        torn += decoder.offset();
    }
    match whole_record_in(rest.get(torn + 1..).unwrap_or_default()) {
        Some(_) => Tail::Damage { at: torn, what: "a record is cut off, but whole ones follow" },
        None if is_transaction => Tail::CutTransaction,
        None => Tail::TornRecord,
    }
}

/// Where in `bytes` a whole record begins.
fn whole_record_in(bytes: &[u8]) -> Option<usize> {
    let mut words = Vec::new();
    memchr::memchr_iter(b'*', bytes).find(|start| {
        let from = bytes.get(*start..).unwrap_or_default();
        let decoded: Result<(), DecodeError> = Decoder::new(from).request(&mut words);
        decoded.is_ok() && !words.is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_record_is_a_torn_tail() {
        let record = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\n*1\r\r\n";
        for cut in 1..record.len() {
            assert_eq!(judge(&record[..cut]), Tail::TornRecord, "{cut}");
        }
    }

    #[test]
    fn a_transaction_without_its_end_is_cut() {
        let unit =
            b"*1\r\n$5\r\nMULTI\r\n#TS:1\r\n*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n*1\r\n$4\r\nEXEC\r\n";
        for cut in 15..unit.len() {
            assert_eq!(judge(&unit[..cut]), Tail::CutTransaction, "{cut}");
        }
    }

    #[test]
    fn a_record_that_swallows_others_is_damage() {
        let log = b"*2\r\n$4\r\nINCR\r\n$99\r\nn\r\n*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n";
        assert_eq!(
            judge(log),
            Tail::Damage { at: 0, what: "a record is cut off, but whole ones follow" }
        );
    }

    #[test]
    fn a_transaction_with_a_damaged_exec_is_damage() {
        let log =
            b"*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nEXEB\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
        assert_eq!(
            judge(log),
            Tail::Damage { at: 15, what: "a transaction holds what is no command" }
        );
    }
}
