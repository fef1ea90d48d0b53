//! A file read in big blocks, from which parsers borrow.
//!
//! Knows nothing of what the bytes mean. Memory grows only with bytes that really came.

use std::io;

use super::storage::Handle;

/// How much is read at once.
const BLOCK: usize = 1024 * 1024;

/// The unread part of a file.
#[derive(Debug)]
pub(super) struct Source {
    file: Box<dyn Handle>,
    buffer: Vec<u8>,
    /// Where in `buffer` the unread bytes begin and end.
    start: usize,
    end: usize,
    offset: u64,
    ended: bool,
}

impl Source {
    pub(super) fn new(file: Box<dyn Handle>) -> Self {
        Self { file, buffer: Vec::new(), start: 0, end: 0, offset: 0, ended: false }
    }

    /// Where in the file the unread bytes begin.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The unread bytes at hand.
    pub(super) fn available(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Goes on behind the first `count` bytes at hand.
    pub(super) fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.offset += count as u64;
    }

    /// Reads more, at least as much again as is at hand; says whether anything came.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let wanted = self.end + BLOCK.max(self.end);
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = self.file.read(room)?;
        self.end += read;
        self.ended = read == 0;
        Ok(read > 0)
    }

    /// Reads until `count` bytes are at hand; `None` if the file ends before.
    pub(super) fn need(&mut self, count: usize) -> io::Result<Option<&[u8]>> {
        while self.end - self.start < count {
            if !self.fill()? {
                return Ok(None);
            }
        }
        Ok(self.available().get(..count))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::persistence::storage::{MemoryDisk, Mode, Storage};

    #[test]
    fn what_is_needed_may_be_larger_than_a_block() {
        let disk = MemoryDisk::new();
        let bytes: Vec<u8> = (0..3 * BLOCK + 5).map(|n| u8::try_from(n % 251).unwrap()).collect();
        disk.put(Path::new("/f"), &bytes);
        let mut source = Source::new(disk.open(Path::new("/f"), Mode::Read).unwrap());
        assert_eq!(source.need(3).unwrap(), Some(&bytes[..3]));
        source.consume(2);
        assert_eq!(source.need(2 * BLOCK).unwrap(), Some(&bytes[2..2 + 2 * BLOCK]));
        source.consume(2 * BLOCK);
        assert_eq!(source.offset(), 2 + 2 * BLOCK as u64);
        assert_eq!(source.need(BLOCK + 3).unwrap(), Some(&bytes[2 + 2 * BLOCK..]));
        assert_eq!(source.need(4 * BLOCK).unwrap(), None);
    }
}
