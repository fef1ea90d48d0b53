//! The packed blocks that values are written as: listpacks (written and read), and the older ziplists,
//! zipmaps and integer sets (integer sets written too).
//!
//! Reads what came from outside: every length is judged against the bytes at hand.

use crate::engine::data::Piece;

/// Why a block cannot be read.
pub(crate) type Wrong = &'static str;

/// Takes bytes off the front.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], Wrong> {
        let (bytes, rest) =
            self.0.split_at_checked(count).ok_or("a packed block ends too early")?;
        self.0 = rest;
        Ok(bytes)
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Wrong> {
        let (bytes, rest) =
            self.0.split_first_chunk::<N>().ok_or("a packed block ends too early")?;
        self.0 = rest;
        Ok(*bytes)
    }
    fn byte(&mut self) -> Result<u8, Wrong> {
        self.array::<1>().map(|[byte]| byte)
    }
    fn int(&mut self, bytes: usize) -> Result<i64, Wrong> {
        Ok(little_endian(self.bytes(bytes)?))
    }
    /// A length of four bytes, the lowest first.
    fn len32(&mut self) -> Result<usize, Wrong> {
        size(u32::from_le_bytes(self.array()?))
    }
}

fn size(len: u32) -> Result<usize, Wrong> {
    usize::try_from(len).map_err(|_| "a length is out of range")
}

/// A signed number of one to eight bytes, the lowest first.
fn little_endian(bytes: &[u8]) -> i64 {
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let start = if negative { -1 } else { 0 };
    bytes.iter().rev().fold(start, |sum: i64, byte| (sum << 8) | i64::from(*byte))
}

/// A listpack that is being built.
#[derive(Debug, Default)]
pub(crate) struct ListpackWriter {
    entries: Vec<u8>,
    count: usize,
}

impl ListpackWriter {
    /// The length of the block so far.
    pub(crate) fn len(&self) -> usize {
        self.entries.len() + 7
    }

    /// Adds an element. It fits: a block is kept far below four gigabytes.
    pub(crate) fn push(&mut self, piece: Piece<'_>) {
        let start = self.entries.len();
        match piece.as_int() {
            Some(number) => self.push_int(number),
            None => piece.write_to_listpack(&mut self.entries),
        }
        let entry = self.entries.len() - start;
        write_back_length(&mut self.entries, entry);
        self.count += 1;
    }

    fn push_int(&mut self, number: i64) {
        let out = &mut self.entries;
        let [b0, b1, b2, b3, ..] = number.to_le_bytes();
        match number {
            0..=127 => out.push(b0),
            -4096..=4095 => out.extend([0xc0 | (b1 & 0x1f), b0]),
            -0x8000..=0x7fff => out.extend([0xf1, b0, b1]),
            -0x80_0000..=0x7f_ffff => out.extend([0xf2, b0, b1, b2]),
            -0x8000_0000..=0x7fff_ffff => out.extend([0xf3, b0, b1, b2, b3]),
            _ => {
                out.push(0xf4);
                out.extend(number.to_le_bytes());
            }
        }
    }

    /// The block; the writer is empty again.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        let mut block = Vec::with_capacity(self.len());
        block.extend(u32::try_from(self.len()).unwrap_or(u32::MAX).to_le_bytes());
        // More than fit into two bytes are counted by the reader.
        block.extend(u16::try_from(self.count).unwrap_or(u16::MAX).to_le_bytes());
        block.append(&mut self.entries);
        block.push(0xff);
        self.count = 0;
        block
    }
}

trait WriteToListpack {
    fn write_to_listpack(self, out: &mut Vec<u8>);
}

impl WriteToListpack for Piece<'_> {
    /// The element as a string.
    fn write_to_listpack(self, out: &mut Vec<u8>) {
        let mut digits = itoa::Buffer::new();
        let text = self.text(&mut digits);
        let [b0, b1, b2, b3] = u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes();
        match text.len() {
            0..=63 => out.push(0x80 | b0),
            64..=4095 => out.extend([0xe0 | b1, b0]),
            _ => out.extend([0xf0, b0, b1, b2, b3]),
        }
        out.extend_from_slice(text);
    }
}

/// How many bytes the length behind an entry takes.
fn back_length_size(len: usize) -> usize {
    match len {
        0..=127 => 1,
        128..=16_382 => 2,
        16_383..=2_097_150 => 3,
        2_097_151..=268_435_454 => 4,
        _ => 5,
    }
}

/// Appends the length behind an entry: seven bits a byte, the highest first.
fn write_back_length(out: &mut Vec<u8>, len: usize) {
    let size = back_length_size(len);
    for place in (0..size).rev() {
        let [low, ..] = (len >> (7 * place)).to_le_bytes();
        let more = if place + 1 == size { 0 } else { 0x80 };
        out.push((low & 0x7f) | more);
    }
}

/// Gives every element of a listpack to `each`.
pub(crate) fn listpack<'a>(
    block: &'a [u8],
    mut each: impl FnMut(Piece<'a>) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    let mut cursor = Cursor(block);
    let total = cursor.len32()?;
    let count = usize::from(u16::from_le_bytes(cursor.array()?));
    if total != block.len() {
        return Err("a listpack has another length than it says");
    }
    let mut found = 0;
    let mut back = Vec::with_capacity(5);
    loop {
        let before = cursor.0.len();
        let first = cursor.byte()?;
        let piece = match first {
            0xff => break,
            0..=0x7f => Piece::Int(i64::from(first)),
            0x80..=0xbf => Piece::Bytes(cursor.bytes(usize::from(first & 0x3f))?),
            0xc0..=0xdf => {
                let low = i64::from(cursor.byte()?);
                let value = (i64::from(first & 0x1f) << 8) | low;
                Piece::Int(if value >= 4096 { value - 8192 } else { value })
            }
            0xe0..=0xef => {
                let low = usize::from(cursor.byte()?);
                Piece::Bytes(cursor.bytes((usize::from(first & 0x0f) << 8) | low)?)
            }
            0xf0 => {
                let len = cursor.len32()?;
                Piece::Bytes(cursor.bytes(len)?)
            }
            0xf1 => Piece::Int(cursor.int(2)?),
            0xf2 => Piece::Int(cursor.int(3)?),
            0xf3 => Piece::Int(cursor.int(4)?),
            0xf4 => Piece::Int(cursor.int(8)?),
            0xf5..=0xfe => return Err("a listpack holds an unknown encoding"),
        };
        back.clear();
        write_back_length(&mut back, before - cursor.0.len());
        if cursor.bytes(back.len())? != back {
            return Err("the two lengths of an entry of a listpack differ");
        }
        found += 1;
        each(piece)?;
    }
    let counted = count == found || count == usize::from(u16::MAX);
    if counted && cursor.0.is_empty() { Ok(()) } else { Err("a listpack counts wrong") }
}

/// Gives every element of a ziplist to `each`.
pub(crate) fn ziplist<'a>(
    block: &'a [u8],
    mut each: impl FnMut(Piece<'a>) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    let mut cursor = Cursor(block);
    let total = cursor.len32()?;
    let _place_of_last = cursor.len32()?;
    let count = usize::from(u16::from_le_bytes(cursor.array()?));
    if total != block.len() {
        return Err("a ziplist has another length than it says");
    }
    let (mut found, mut previous) = (0, 0);
    loop {
        let before = cursor.0.len();
        let said = match cursor.byte()? {
            0xff => break,
            0xfe => cursor.len32()?,
            len => usize::from(len),
        };
        if said != previous {
            return Err("the two lengths of an entry of a ziplist differ");
        }
        let first = cursor.byte()?;
        let piece = match first {
            0..=0x3f => Piece::Bytes(cursor.bytes(usize::from(first))?),
            0x40..=0x7f => {
                let low = usize::from(cursor.byte()?);
                Piece::Bytes(cursor.bytes((usize::from(first & 0x3f) << 8) | low)?)
            }
            0x80..=0xbf => {
                let len = size(u32::from_be_bytes(cursor.array()?))?;
                Piece::Bytes(cursor.bytes(len)?)
            }
            0xc0 => Piece::Int(cursor.int(2)?),
            0xd0 => Piece::Int(cursor.int(4)?),
            0xe0 => Piece::Int(cursor.int(8)?),
            0xf0 => Piece::Int(cursor.int(3)?),
            0xfe => Piece::Int(cursor.int(1)?),
            0xf1..=0xfd => Piece::Int(i64::from(first & 0x0f) - 1),
            _ => return Err("a ziplist holds an unknown encoding"),
        };
        previous = before - cursor.0.len();
        found += 1;
        each(piece)?;
    }
    let counted = count == found || count == usize::from(u16::MAX);
    if counted && cursor.0.is_empty() { Ok(()) } else { Err("a ziplist counts wrong") }
}

/// Gives every field and value of a zipmap to `each`, one after the other.
pub(crate) fn zipmap<'a>(
    block: &'a [u8],
    mut each: impl FnMut(Piece<'a>) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    fn len(cursor: &mut Cursor<'_>) -> Result<Option<usize>, Wrong> {
        match cursor.byte()? {
            0xff => Ok(None),
            0xfe => cursor.len32().map(Some),
            len => Ok(Some(usize::from(len))),
        }
    }
    let mut cursor = Cursor(block);
    let _count = cursor.byte()?;
    while let Some(field) = len(&mut cursor)? {
        each(Piece::Bytes(cursor.bytes(field)?))?;
        let value = len(&mut cursor)?.ok_or("a zipmap has a field without a value")?;
        let unused = usize::from(cursor.byte()?);
        each(Piece::Bytes(cursor.bytes(value)?))?;
        cursor.bytes(unused)?;
    }
    if cursor.0.is_empty() { Ok(()) } else { Err("a zipmap ends too early") }
}

/// Gives every member of an integer set to `each`.
pub(crate) fn int_set(
    block: &[u8],
    mut each: impl FnMut(i64) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    let mut cursor = Cursor(block);
    let width = cursor.len32()?;
    let count = cursor.len32()?;
    if !matches!(width, 2 | 4 | 8) || count.checked_mul(width) != Some(cursor.0.len()) {
        return Err("an integer set has another length than it says");
    }
    cursor.0.chunks_exact(width).try_for_each(|number| each(little_endian(number)))
}

/// An integer set, from its members in ascending order.
pub(crate) fn write_int_set(members: &[i64]) -> Vec<u8> {
    let fits = |bits: u32| {
        members.iter().all(|number| (-(1_i64 << (bits - 1))..1 << (bits - 1)).contains(number))
    };
    let width: usize = if fits(16) {
        2
    } else if fits(32) {
        4
    } else {
        8
    };
    let mut block = Vec::with_capacity(8 + members.len() * width);
    block.extend(u32::try_from(width).unwrap_or(8).to_le_bytes());
    block.extend(u32::try_from(members.len()).unwrap_or(u32::MAX).to_le_bytes());
    for number in members {
        block.extend(number.to_le_bytes().iter().take(width));
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(
        read: impl Fn(&mut dyn FnMut(Piece<'_>) -> Result<(), Wrong>) -> Result<(), Wrong>,
    ) -> Result<Vec<Vec<u8>>, Wrong> {
        let mut texts = Vec::new();
        read(&mut |piece| {
            texts.push(piece.to_vec());
            Ok(())
        })?;
        Ok(texts)
    }

    #[test]
    fn a_listpack_gives_back_what_was_put_in() {
        let numbers = [
            0,
            127,
            128,
            -1,
            4095,
            -4096,
            4096,
            32767,
            -32768,
            32768,
            8_388_607,
            -8_388_608,
            8_388_608,
            i64::from(i32::MAX),
            i64::from(i32::MIN),
            i64::MAX,
            i64::MIN,
        ];
        let mut elements: Vec<Vec<u8>> = numbers.iter().map(|n| n.to_string().into()).collect();
        for len in [0, 1, 63, 64, 127, 4095, 4096, 16_383, 70_000, 2_100_000] {
            elements.push(vec![b'x'; len]);
        }
        let mut writer = ListpackWriter::default();
        for element in &elements {
            writer.push(Piece::Bytes(element));
        }
        let block = writer.finish();
        assert_eq!(texts(|each| listpack(&block, each)).unwrap(), elements);
        assert!(writer.entries.is_empty());
    }

    #[test]
    fn a_ziplist_with_every_encoding_is_read() {
        let block = b"\x2d\0\0\0\x1d\0\0\0\x08\0\
            \x00\x02hi\
            \x04\x40\x01x\
            \x04\xc0\xff\x7f\
            \x04\xfe\x80\
            \x03\xf1\
            \x02\xf0\x00\x00\x80\
            \x05\xd0\x01\x00\x00\x80\
            \x06\x80\0\0\0\x01y\xff";
        let mut block = block.to_vec();
        block[0] = u8::try_from(block.len()).unwrap();
        assert_eq!(
            texts(|each| ziplist(&block, each)).unwrap(),
            ["hi", "x", "32767", "-128", "0", "-8388608", "-2147483647", "y"].map(Vec::from)
        );
    }

    #[test]
    fn a_zipmap_is_read() {
        let block = b"\x02\x01a\x01\x001\x02bc\x02\x0322...\xff";
        assert_eq!(
            texts(|each| zipmap(block, each)).unwrap(),
            ["a", "1", "bc", "22"].map(Vec::from)
        );
    }

    #[test]
    fn an_integer_set_takes_the_narrowest_width() {
        for (members, len) in [
            (vec![], 8),
            (vec![-32768, 32767], 12),
            (vec![-1, 32768], 16),
            (vec![i64::MIN, 0, i64::MAX], 32),
        ] {
            let block = write_int_set(&members);
            assert_eq!(block.len(), len);
            let mut found = Vec::new();
            int_set(&block, |number| {
                found.push(number);
                Ok(())
            })
            .unwrap();
            assert_eq!(found, members);
        }
    }

    #[test]
    fn no_damage_makes_them_panic() {
        let mut writer = ListpackWriter::default();
        for text in [b"abc".as_slice(), b"1", b"70000", &[b'x'; 70]] {
            writer.push(Piece::Bytes(text));
        }
        let blocks = [
            writer.finish(),
            b"\x0e\0\0\0\x0a\0\0\0\x01\0\0\x02hi\xff".to_vec(),
            b"\x01\x01a\x01\x001\xff".to_vec(),
            write_int_set(&[1, 2]),
        ];
        for block in blocks {
            for at in 0..block.len() {
                for flip in 0..=255 {
                    let mut damaged = block.clone();
                    damaged[at] ^= flip;
                    for block in [&damaged, &damaged[..at]] {
                        let _ = listpack(block, |_| Ok(()));
                        let _ = ziplist(block, |_| Ok(()));
                        let _ = zipmap(block, |_| Ok(()));
                        let _ = int_set(block, |_| Ok(()));
                    }
                }
            }
        }
    }
}
