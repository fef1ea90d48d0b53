//! How one element is written into a packed block, and read from either side.
//!
//! Knows nothing of the blocks around it, nor of what the elements mean.

use super::{Piece, parse_int};

// The tags; see [`Entry`].
const SHORT_MAX: u8 = 0x4F;
const MEDIUM: u8 = 0x50;
const MEDIUM_MAX: u8 = 0x5F;
const INT13: u8 = 0x60;
const INT13_MAX: u8 = 0x7F;
const SMALL: u8 = 0x80;
const SMALL_MAX: u8 = 0xF7;
/// The tag of an integer of `n` bytes, 2 to 8, is `INT_BYTES + n`.
const INT_BYTES: u8 = 0xF6;
const INT16: u8 = 0xF8;
const INT64: u8 = 0xFE;
const LONG: u8 = 0xFF;

/// The shortest string that is not short, and the first that is long.
const MEDIUM_LEN: usize = 80;
const LONG_LEN: usize = MEDIUM_LEN + 4096;

/// One element, ready to be written into a block.
///
/// # Layout
///
/// An entry ends with a mirror image of its beginning, so that it can be read from both sides. The
/// tag says everything for most:
///
/// | tag | bytes | element |
/// |---|---|---|
/// | `00`–`4F` | tag, text, tag | text of 0 to 79 bytes |
/// | `50`–`5F` | tag, low, text, low, tag | text of 80 to 4175 bytes: 12 bits of length |
/// | `60`–`7F` | tag, low, tag | number from −4096 to 4095: 13 bits |
/// | `80`–`F7` | tag | number from 0 to 119 |
/// | `F8`–`FE` | tag, 2 to 8 bytes, tag | any other number, in as many bytes as it needs |
/// | `FF` | tag, 4 bytes, text, 4 bytes, tag | longer text |
///
/// So a short text costs two bytes beside itself, and a small number one byte in all.
///
/// Every element has exactly one form: two are equal when their bytes are, and a search compares
/// bytes without reading what it passes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    head: [u8; 9],
    head_len: usize,
    text: &'a [u8],
    tail: [u8; 5],
    tail_len: usize,
}

impl<'a> Entry<'a> {
    /// A string, as a number if it is the text of one.
    #[inline]
    pub(super) fn new(text: &'a [u8]) -> Self {
        parse_int(text).map_or_else(|| Self::text(text), Entry::int)
    }

    /// A string as it is, even if it reads as a number.
    #[inline]
    pub(super) fn text(text: &'a [u8]) -> Self {
        let len = text.len();
        let (mut head, mut tail, mut ends) = ([0; 9], [0; 5], 1);
        if len < MEDIUM_LEN {
            head[0] = low_byte(len);
            tail[0] = low_byte(len);
        } else if len < LONG_LEN {
            let rest = len - MEDIUM_LEN;
            let (tag, low) = (MEDIUM + low_byte(rest >> 8), low_byte(rest));
            [head[0], head[1]] = [tag, low];
            [tail[0], tail[1]] = [low, tag];
            ends = 2;
        } else {
            let [a, b, c, d] = u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes();
            [head[0], head[1], head[2], head[3], head[4]] = [LONG, a, b, c, d];
            tail = [a, b, c, d, LONG];
            ends = 5;
        }
        Self { head, head_len: ends, text, tail, tail_len: ends }
    }

    /// A number.
    #[inline]
    pub(super) fn int(number: i64) -> Self {
        let (mut head, mut tail) = ([0; 9], [0; 5]);
        let (head_len, tail_len) = match number {
            0..=119 => {
                head[0] = SMALL + low_byte_of_int(number);
                (1, 0)
            }
            -4096..=4095 => {
                let biased = number + 4096;
                [head[0], head[1]] =
                    [INT13 + low_byte_of_int(biased >> 8), low_byte_of_int(biased)];
                (2, 1)
            }
            _ => {
                let width = (2..8).find(|&width| fits(number, width)).unwrap_or(8);
                head[0] = INT_BYTES + width;
                let [_, bytes @ ..] = &mut head;
                *bytes = number.to_le_bytes();
                (1 + usize::from(width), 1)
            }
        };
        tail[0] = head[0];
        Self { head, head_len, text: &[], tail, tail_len }
    }

    /// How many bytes it takes in a block.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.head_len + self.text.len() + self.tail_len
    }

    /// Writes it at the beginning of `out`, and gives back what is left of that.
    #[inline]
    pub(super) fn write<'b>(&self, out: &'b mut [u8]) -> Option<&'b mut [u8]> {
        let (head, out) = out.split_at_mut_checked(self.head_len)?;
        head.copy_from_slice(self.head.get(..self.head_len)?);
        let (text, out) = out.split_at_mut_checked(self.text.len())?;
        text.copy_from_slice(self.text);
        let (tail, out) = out.split_at_mut_checked(self.tail_len)?;
        tail.copy_from_slice(self.tail.get(..self.tail_len)?);
        Some(out)
    }

    /// Whether the block begins with this element.
    #[inline]
    pub(super) fn begins(&self, block: &[u8]) -> bool {
        block.first() == self.head.first()
            && block.split_at_checked(self.head_len).is_some_and(|(head, rest)| {
                Some(head) == self.head.get(..self.head_len) && rest.starts_with(self.text)
            })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low byte is what is asked for")]
const fn low_byte(number: usize) -> u8 {
    number as u8
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the low byte")]
const fn low_byte_of_int(number: i64) -> u8 {
    number as u8
}

const fn fits(number: i64, width: u8) -> bool {
    let spare = 64 - 8 * width as u32;
    (number << spare) >> spare == number
}

/// The length in bytes of the first entry of a block.
#[inline]
pub(super) fn first_len(block: &[u8]) -> Option<usize> {
    let (&tag, rest) = block.split_first()?;
    Some(match tag {
        0..=SHORT_MAX => usize::from(tag) + 2,
        MEDIUM..=MEDIUM_MAX => medium_len(tag, *rest.first()?) + 4,
        INT13..=INT13_MAX => 3,
        SMALL..=SMALL_MAX => 1,
        INT16..=INT64 => usize::from(tag - INT_BYTES) + 2,
        LONG => u32::from_le_bytes(*rest.first_chunk()?) as usize + 10,
    })
}

/// The length in bytes of the last entry of a block.
#[inline]
pub(super) fn last_len(block: &[u8]) -> Option<usize> {
    let (&tag, rest) = block.split_last()?;
    Some(match tag {
        0..=SHORT_MAX => usize::from(tag) + 2,
        MEDIUM..=MEDIUM_MAX => medium_len(tag, *rest.last()?) + 4,
        INT13..=INT13_MAX => 3,
        SMALL..=SMALL_MAX => 1,
        INT16..=INT64 => usize::from(tag - INT_BYTES) + 2,
        LONG => u32::from_le_bytes(*rest.last_chunk()?) as usize + 10,
    })
}

fn medium_len(tag: u8, low: u8) -> usize {
    MEDIUM_LEN + usize::from(u16::from_be_bytes([tag - MEDIUM, low]))
}

/// The element that is this entry, given exactly.
#[inline]
fn read(entry: &[u8]) -> Option<Piece<'_>> {
    let (&tag, rest) = entry.split_first()?;
    Some(match tag {
        0..=SHORT_MAX => Piece::Bytes(rest.split_last()?.1),
        MEDIUM..=MEDIUM_MAX => Piece::Bytes(entry.get(2..entry.len().checked_sub(2)?)?),
        INT13..=INT13_MAX => {
            Piece::Int(i64::from(u16::from_be_bytes([tag - INT13, *rest.first()?])) - 4096)
        }
        SMALL..=SMALL_MAX => Piece::Int(i64::from(tag - SMALL)),
        INT16..=INT64 => {
            let mut bytes = [0; 8];
            let stored = rest.split_last()?.1;
            bytes.get_mut(8 - stored.len().min(8)..)?.copy_from_slice(stored);
            Piece::Int(i64::from_le_bytes(bytes) >> (64 - 8 * stored.len()))
        }
        LONG => Piece::Bytes(entry.get(5..entry.len().checked_sub(5)?)?),
    })
}

/// The first element of a block, and the block behind it.
#[inline]
pub(super) fn split_first(block: &[u8]) -> Option<(Piece<'_>, &[u8])> {
    // Most elements are short texts: a walk over a list is as quick as this.
    if let [tag @ 0..=SHORT_MAX, rest @ ..] = block {
        let (text, rest) = rest.split_at_checked(usize::from(*tag))?;
        return Some((Piece::Bytes(text), rest.split_first()?.1));
    }
    let (entry, rest) = block.split_at_checked(first_len(block)?)?;
    Some((read(entry)?, rest))
}

/// The last element of a block, and the block before it.
#[inline]
pub(super) fn split_last(block: &[u8]) -> Option<(Piece<'_>, &[u8])> {
    let (rest, entry) = block.split_at_checked(block.len().checked_sub(last_len(block)?)?)?;
    Some((read(entry)?, rest))
}

/// The offset of the entry number `index` of `count`, walking from the nearer side; `count` itself
/// is the end.
pub(super) fn offset(block: &[u8], count: usize, index: usize) -> usize {
    if index <= count / 2 {
        let mut at = 0;
        for _ in 0..index {
            at += block.get(at..).and_then(first_len).unwrap_or(0);
        }
        return at;
    }
    let mut end = block.len();
    for _ in index..count {
        end -= block.get(..end).and_then(last_len).unwrap_or(0).min(end);
    }
    end
}

/// The elements of a block, from both sides.
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    block: &'a [u8],
    left: usize,
}

impl<'a> Pieces<'a> {
    /// Invariant: the block consists of that many entries.
    pub(super) const fn new(block: &'a [u8], left: usize) -> Self {
        Self { block, left }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    #[inline]
    fn next(&mut self) -> Option<Piece<'a>> {
        let (piece, rest) = split_first(self.block)?;
        self.block = rest;
        self.left = self.left.saturating_sub(1);
        Some(piece)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for Pieces<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        let (piece, rest) = split_last(self.block)?;
        self.block = rest;
        self.left = self.left.saturating_sub(1);
        Some(piece)
    }
}

impl ExactSizeIterator for Pieces<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(entry: &Entry<'_>) -> Vec<u8> {
        let mut block = vec![0; entry.len()];
        let rest = entry.write(&mut block).unwrap();
        assert_eq!(rest.len(), 0);
        block
    }

    fn check(entry: &Entry<'_>, piece: Piece<'_>) {
        let block = written(entry);
        assert_eq!(first_len(&block), Some(block.len()));
        assert_eq!(last_len(&block), Some(block.len()));
        assert_eq!(split_first(&block), Some((piece, &[][..])));
        assert_eq!(split_last(&block), Some((piece, &[][..])));
        assert!(entry.begins(&block));
        let kind = |piece| match piece {
            Piece::Int(_) => "number",
            Piece::Bytes(_) => "text",
        };
        assert_eq!(kind(split_first(&block).unwrap().0), kind(piece));
    }

    #[test]
    fn texts_at_the_edges_of_each_form_read_back() {
        for (len, size) in [
            (0, 2),
            (1, 3),
            (79, 81),
            (80, 84),
            (335, 339),
            (336, 340),
            (4175, 4179),
            (4176, 4186),
            (70_000, 70_010),
        ] {
            let text = vec![b'x'; len];
            let entry = Entry::new(&text);
            assert_eq!(entry.len(), size, "length {len}");
            check(&entry, Piece::Bytes(&text));
        }
    }

    #[test]
    fn numbers_at_the_edges_of_each_form_read_back() {
        for (number, size) in [
            (0, 1),
            (119, 1),
            (120, 3),
            (-1, 3),
            (-4096, 3),
            (4095, 3),
            (4096, 4),
            (-4097, 4),
            (32_767, 4),
            (32_768, 5),
            (-8_388_608, 5),
            (8_388_608, 6),
            (i64::from(i32::MIN), 6),
            (1 << 39, 8),
            (1 << 55, 10),
            (i64::MAX, 10),
            (i64::MIN, 10),
        ] {
            let text = number.to_string();
            let entry = Entry::new(text.as_bytes());
            assert_eq!(entry.len(), size, "{number}");
            check(&entry, Piece::Int(number));
        }
    }

    #[test]
    fn a_text_that_reads_as_a_number_can_be_kept_as_text() {
        check(&Entry::text(b"12345678"), Piece::Bytes(b"12345678"));
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in prop::collection::vec(any::<u8>(), 0..500)) {
            let piece = parse_int(&text).map_or(Piece::Bytes(&text), Piece::Int);
            check(&Entry::new(&text), piece);
        }

        #[test]
        fn any_number_reads_back(number: i64, shift in 0..64_u32) {
            check(&Entry::int(number >> shift), Piece::Int(number >> shift));
        }

        #[test]
        fn only_the_same_element_begins_a_block(a in "[0-9a]{0,4}", b in "[0-9a]{0,4}") {
            let block = written(&Entry::new(a.as_bytes()));
            prop_assert_eq!(Entry::new(b.as_bytes()).begins(&block), a == b);
        }
    }
}
