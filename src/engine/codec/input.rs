//! The pieces that written values are made of: bytes under a checksum, lengths, strings.
//!
//! Reads what came from outside: no length makes it reserve memory that the bytes at hand do not
//! justify. Where the bytes come from it must not know.

use std::convert::Infallible;

use super::codes::special;
use super::crc64;

/// `proto-max-bulk-len`'s default: no string is longer.
const MAX_STRING: u64 = 512 * 1024 * 1024;
/// A compressed string is at most this much shorter: three bytes stand for at most 264.
const MAX_RATIO: u64 = 88;

/// Where the bytes come from.
pub(crate) trait Supply {
    /// Why it gives none.
    type Error;
    /// Gives the next `count` bytes, which stay unread; `None` if there are not so many.
    fn need(&mut self, count: usize) -> Result<Option<&[u8]>, Self::Error>;
    /// Goes on behind the next `count` bytes.
    fn consume(&mut self, count: usize);
}

impl Supply for &[u8] {
    type Error = Infallible;

    fn need(&mut self, count: usize) -> Result<Option<&[u8]>, Infallible> {
        Ok(self.get(..count))
    }

    fn consume(&mut self, count: usize) {
        *self = self.get(count..).unwrap_or_default();
    }
}

/// Why the input cannot be read on.
#[derive(Debug)]
pub(crate) enum Fault<E> {
    /// What the supply said.
    Supply(E),
    /// What is wrong; where is where the input stands.
    Damage(&'static str),
    /// A value has a type that this engine has not.
    UnknownType(&'static str),
}

impl<E> From<&'static str> for Fault<E> {
    fn from(what: &'static str) -> Self {
        Self::Damage(what)
    }
}

/// Either a length or the encoding of a string.
enum Length {
    Len(u64),
    Special(u8),
}

/// A supply of bytes and the checksum of what was read of them.
#[derive(Debug)]
pub(crate) struct Input<'s, S> {
    pub(crate) source: &'s mut S,
    pub(crate) crc: u64,
    compressed: Vec<u8>,
}

impl<'s, S: Supply> Input<'s, S> {
    pub(crate) fn new(source: &'s mut S) -> Self {
        Self { source, crc: 0, compressed: Vec::new() }
    }

    /// Hands `count` bytes to `take` and goes on behind them.
    fn with<T>(
        &mut self,
        count: usize,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Fault<S::Error>> {
        let bytes =
            self.source.need(count).map_err(Fault::Supply)?.ok_or("the file ends too early")?;
        self.crc = crc64::extend(self.crc, bytes);
        let taken = take(bytes);
        self.source.consume(count);
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault<S::Error>> {
        self.with(N, |bytes| bytes.first_chunk().copied().unwrap_or([0; N]))
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Fault<S::Error>> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn length_or_special(&mut self) -> Result<Length, Fault<S::Error>> {
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

    pub(crate) fn length(&mut self) -> Result<u64, Fault<S::Error>> {
        match self.length_or_special()? {
            Length::Len(len) => Ok(len),
            Length::Special(_) => Err("a length was expected".into()),
        }
    }

    /// Reads a string into `text`, which is emptied first.
    pub(crate) fn string(&mut self, text: &mut Vec<u8>) -> Result<(), Fault<S::Error>> {
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

    fn compressed(&mut self, text: &mut Vec<u8>) -> Result<(), Fault<S::Error>> {
        let compressed_len = bounded(self.length()?)?;
        let len = self.length()?;
        let mut compressed = std::mem::take(&mut self.compressed);
        compressed.clear();
        self.with(compressed_len, |bytes| compressed.extend_from_slice(bytes))?;
        // Only now is it sure that the bytes are there that would justify so much memory.
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

fn bounded(len: u64) -> Result<usize, &'static str> {
    if len > MAX_STRING {
        return Err("a string is longer than 512 MB");
    }
    usize::try_from(len).map_err(|_| "a length is out of range")
}
