//! The unit of the log: a record alone, or all records of a transaction.
//!
//! A unit is loaded as a whole or not at all. Judges bytes that are at hand; knows no file.

use crate::resp::{DecodeError, Decoder};

/// A unit of the log, borrowed from the block that was read.
#[derive(Debug, Clone, Copy)]
pub struct Unit<'a> {
    /// Where in the file it begins.
    pub offset: u64,
    /// Whether `MULTI` and `EXEC` stood around the records.
    pub is_transaction: bool,
    words: &'a [&'a [u8]],
    ends: &'a [usize],
}

impl<'a> Unit<'a> {
    /// The commands, each as its words; never an empty one. `MULTI` and `EXEC` are left out.
    pub fn records(&self) -> impl Iterator<Item = &'a [&'a [u8]]> {
        let words = self.words;
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let record = words.get(start..*end).unwrap_or_default();
            start = *end;
            record
        })
    }
}

/// Why the bytes at hand do not begin with a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAUnit {
    /// So far all is well: more bytes are needed.
    #[error("the file ends in the middle of a record")]
    Incomplete,
    /// A record cannot be read.
    #[error("{0}")]
    Malformed(DecodeError),
    /// A record of no words.
    #[error("a record holds no command")]
    Empty,
    /// `MULTI` inside a transaction.
    #[error("MULTI stands inside a transaction")]
    NestedMulti,
    /// `EXEC` outside of a transaction.
    #[error("EXEC stands outside of a transaction")]
    StrayExec,
}

impl From<DecodeError> for NotAUnit {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Incomplete => Self::Incomplete,
            DecodeError::UnexpectedByte { .. }
            | DecodeError::InvalidLength
            | DecodeError::InvalidNumber
            | DecodeError::MissingTerminator
            | DecodeError::TooDeep => Self::Malformed(error),
        }
    }
}

/// Takes units off the front of a block; its lists are used again for each.
#[derive(Debug, Default)]
pub(super) struct Scanner<'a> {
    words: Vec<&'a [u8]>,
    ends: Vec<usize>,
    record: Vec<&'a [u8]>,
}

impl<'a> Scanner<'a> {
    /// Reads the unit at the front of `block`, which begins at `offset` in its file, and says how
    /// many bytes it takes. `None` for the unit: the bytes are an annotation, to be passed over.
    pub(super) fn next(
        &mut self,
        block: &'a [u8],
        offset: u64,
    ) -> Result<(usize, Option<Unit<'_>>), NotAUnit> {
        if block.first() == Some(&b'#') {
            return Ok((annotation(block)?, None));
        }
        let mut decoder = Decoder::new(block);
        decoder.request(&mut self.words)?;
        self.ends.clear();
        let name = *self.words.first().ok_or(NotAUnit::Empty)?;
        if name.eq_ignore_ascii_case(b"EXEC") {
            return Err(NotAUnit::StrayExec);
        }
        let is_transaction = name.eq_ignore_ascii_case(b"MULTI");
        let mut len = decoder.offset();
        if is_transaction {
            len = self.transaction(block, len)?;
        } else {
            self.ends.push(self.words.len());
        }
        let (words, ends) = (&self.words, &self.ends);
        Ok((len, Some(Unit { offset, is_transaction, words, ends })))
    }

    fn transaction(&mut self, block: &'a [u8], mut at: usize) -> Result<usize, NotAUnit> {
        self.words.clear();
        loop {
            let rest = block.get(at..).unwrap_or_default();
            if rest.first() == Some(&b'#') {
                at += annotation(rest)?;
                continue;
            }
            let mut decoder = Decoder::new(rest);
            decoder.request(&mut self.record)?;
            at += decoder.offset();
            let name = *self.record.first().ok_or(NotAUnit::Empty)?;
            if name.eq_ignore_ascii_case(b"EXEC") {
                return Ok(at);
            }
            if name.eq_ignore_ascii_case(b"MULTI") {
                return Err(NotAUnit::NestedMulti);
            }
            self.words.append(&mut self.record);
            self.ends.push(self.words.len());
        }
    }
}

/// The length of a line such as `#TS:1795363871`, which says when the next records were written.
fn annotation(block: &[u8]) -> Result<usize, NotAUnit> {
    memchr::memchr(b'\n', block).map(|end| end + 1).ok_or(NotAUnit::Incomplete)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The length of the unit and its records, a line each.
    fn scan(block: &[u8]) -> Result<(usize, String), NotAUnit> {
        let mut scanner = Scanner::default();
        let (len, unit) = scanner.next(block, 0)?;
        let records = unit.iter().flat_map(Unit::records);
        let lines: Vec<_> =
            records.map(|words| String::from_utf8_lossy(&words.join(&b' ')).into_owned()).collect();
        Ok((len, lines.join("\n")))
    }

    const TRANSACTION: &[u8] =
        b"*1\r\n$5\r\nmulti\r\n*2\r\n$3\r\nDEL\r\n$1\r\na\r\n#TS:1\r\n*1\r\n$1\r\nX\r\n*1\r\n$4\r\nEXEC\r\n";

    #[test]
    fn a_record_alone_is_a_unit() {
        assert_eq!(scan(b"*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n*1"), Ok((21, "INCR n".to_owned())));
    }

    #[test]
    fn a_transaction_is_a_unit_without_its_frame() {
        assert_eq!(scan(TRANSACTION), Ok((TRANSACTION.len(), "DEL a\nX".to_owned())));
    }

    #[test]
    fn every_cut_of_a_transaction_is_incomplete() {
        for cut in 0..TRANSACTION.len() {
            assert_eq!(scan(&TRANSACTION[..cut]), Err(NotAUnit::Incomplete), "{cut}");
        }
    }

    #[test]
    fn annotations_are_passed_over() {
        assert_eq!(scan(b"#TS:1795363871\r\n*1"), Ok((16, String::new())));
        assert_eq!(scan(b"#TS:17"), Err(NotAUnit::Incomplete));
    }

    #[test]
    fn records_that_cannot_stand_there_are_named() {
        assert_eq!(scan(b"*0\r\n"), Err(NotAUnit::Empty));
        assert_eq!(scan(b"*1\r\n$4\r\nEXEC\r\n"), Err(NotAUnit::StrayExec));
        assert_eq!(scan(&TRANSACTION[..15].repeat(2)), Err(NotAUnit::NestedMulti));
        assert_eq!(scan(b"\0"), Err(NotAUnit::Malformed(DecodeError::UnexpectedByte { found: 0 })));
    }
}
