//! The pieces that snapshots are made of: bytes under a checksum, lengths, strings.
//!
//! Reads what came from outside: no length makes it reserve memory that the file's bytes do not
//! justify.

use std::io;

use super::codes::special;
use super::crc64;
use crate::persistence::source::Source;

/// `proto-max-bulk-len`'s default: no string is longer.
const MAX_STRING: u64 = 512 * 1024 * 1024;
/// A compressed string is at most this much shorter: three bytes stand for at most 264.
const MAX_RATIO: u64 = 88;

/// Why a snapshot cannot be read on.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    /// What is wrong; where is where the input stands.
    Damage(&'static str),
    /// The key's value has a type that this engine has not.
    UnknownType(&'static str),
    /// What the receiver said.
    Refused(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<&'static str> for Fault {
    fn from(what: &'static str) -> Self {
        Self::Damage(what)
    }
}

/// Either a length or the encoding of a string.
enum Length {
    Len(u64),
    Special(u8),
}

/// A file and the checksum of what was read of it.
#[derive(Debug)]
pub(super) struct Input<'s> {
    pub(super) source: &'s mut Source,
    pub(super) crc: u64,
    compressed: Vec<u8>,
}

impl<'s> Input<'s> {
    pub(super) fn new(source: &'s mut Source) -> Self {
        Self { source, crc: 0, compressed: Vec::new() }
    }

    /// Hands `count` bytes to `take` and goes on behind them.
    fn with<T>(&mut self, count: usize, take: impl FnOnce(&[u8]) -> T) -> Result<T, Fault> {
        let bytes = self.source.need(count)?.ok_or("the file ends too early")?;
        self.crc = crc64::extend(self.crc, bytes);
        let taken = take(bytes);
        self.source.consume(count);
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        self.with(N, |bytes| bytes.first_chunk().copied().unwrap_or([0; N]))
    }

    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn length_or_special(&mut self) -> Result<Length, Fault> {
        let first = self.byte()?;
        Ok(match first {
            0..=0x3f => Length::Len(u64::from(first)),
            0x40..=0x7f => {
                let low = self.byte()?;
                Length::Len(u64::from(u16::from_be_bytes([first & 0x3f, low])))
            }
            0x80 => Length::Len(u64::from(u32::from_be_bytes(self.array()?))),
            0x81 => Length::Len(u64::from_be_bytes(self.array()?)),
            0x82..=0xbf => return Err("a length is written in an unknown way".into()),
            0xc0..=0xff => Length::Special(first & 0x3f),
        })
    }

    pub(super) fn length(&mut self) -> Result<u64, Fault> {
        match self.length_or_special()? {
            Length::Len(len) => Ok(len),
            Length::Special(_) => Err("a length was expected".into()),
        }
    }

    /// Reads a string into `text`, which is emptied first.
    pub(super) fn string(&mut self, text: &mut Vec<u8>) -> Result<(), Fault> {
        text.clear();
        let number = match self.length_or_special()? {
            Length::Len(len) => {
                let len = bounded(len)?;
                return self.with(len, |bytes| text.extend_from_slice(bytes));
            }
            Length::Special(special::INT8) => i64::from(i8::from_le_bytes(self.array()?)),
            Length::Special(special::INT16) => i64::from(i16::from_le_bytes(self.array()?)),
            Length::Special(special::INT32) => i64::from(i32::from_le_bytes(self.array()?)),
            Length::Special(special::LZF) => return self.compressed(text),
            Length::Special(_) => return Err("a string is written in an unknown way".into()),
        };
        text.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        Ok(())
    }

    fn compressed(&mut self, text: &mut Vec<u8>) -> Result<(), Fault> {
        let compressed_len = bounded(self.length()?)?;
        let len = self.length()?;
        let mut compressed = std::mem::take(&mut self.compressed);
        compressed.clear();
        self.with(compressed_len, |bytes| compressed.extend_from_slice(bytes))?;
        // Only now is it sure that the file holds what would justify so much memory.
        if len > (compressed_len as u64).saturating_mul(MAX_RATIO) {
            return Err("a compressed string is too short for its length".into());
        }
        let len = bounded(len)?;
        let whole = lzf::decompress(&compressed, len).ok().filter(|whole| whole.len() == len);
        *text = whole.ok_or("a compressed string is damaged")?;
        self.compressed = compressed;
        Ok(())
    }
}

fn bounded(len: u64) -> Result<usize, Fault> {
    if len > MAX_STRING {
        return Err("a string is longer than 512 MB".into());
    }
    usize::try_from(len).map_err(|_| Fault::Damage("a length is out of range"))
}
