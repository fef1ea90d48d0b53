//! `Piece`: one element as it is kept, text or number, and the number that a text stands for.
//!
//! Knows nothing of how blocks are laid out.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Bytes;

/// An element read from a packed block or a table: a string, or a number that stands for its
/// decimal text. Two pieces are equal when their texts are.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// A string as it is.
    Bytes(&'a [u8]),
    /// The string that is this number's decimal text.
    Int(i64),
}

impl<'a> Piece<'a> {
    /// Whether the text is `bytes`.
    #[inline]
    pub fn eq_bytes(self, bytes: &[u8]) -> bool {
        match self {
            Self::Bytes(own) => own == bytes,
            Self::Int(number) => parse_int(bytes) == Some(number),
        }
    }

    /// The text; a number's is written into the buffer.
    #[inline]
    pub fn text<'b>(self, buffer: &'b mut itoa::Buffer) -> &'b [u8]
    where
        'a: 'b,
    {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Int(number) => buffer.format(number).as_bytes(),
        }
    }

    /// The text, owned only where it has to be made.
    pub fn to_cow(self) -> Cow<'a, [u8]> {
        match self {
            Self::Bytes(bytes) => Cow::Borrowed(bytes),
            Self::Int(_) => Cow::Owned(self.to_vec()),
        }
    }

    /// The text as a byte string of its own.
    pub fn to_bytes(self) -> Bytes {
        Bytes::from(self.text(&mut itoa::Buffer::new()))
    }

    /// The text as a vector of its own.
    pub fn to_vec(self) -> Vec<u8> {
        self.text(&mut itoa::Buffer::new()).to_vec()
    }

    /// Appends the text.
    pub fn write_to(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.text(&mut itoa::Buffer::new()));
    }

    /// The length of the text.
    pub fn len(self) -> usize {
        self.text(&mut itoa::Buffer::new()).len()
    }

    /// Whether the text is empty.
    pub const fn is_empty(self) -> bool {
        matches!(self, Self::Bytes([]))
    }

    /// The number whose decimal text this is.
    pub fn as_int(self) -> Option<i64> {
        match self {
            Self::Bytes(bytes) => parse_int(bytes),
            Self::Int(number) => Some(number),
        }
    }
}

impl PartialEq for Piece<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Int(a), Self::Int(b)) => a == b,
            (piece, Self::Bytes(bytes)) | (Self::Bytes(bytes), piece) => piece.eq_bytes(bytes),
        }
    }
}

impl Eq for Piece<'_> {}

impl PartialOrd for Piece<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By the bytes of the text: `10` comes before `9`.
impl Ord for Piece<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (itoa::Buffer::new(), itoa::Buffer::new());
        self.text(&mut a).cmp(other.text(&mut b))
    }
}

/// The number whose canonical decimal text this is: no plus sign, no leading zero, no `-0`, no
/// space, within 64 bits. Only such a text can be kept as a number without being changed.
pub fn parse_int(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text.split_first()? {
        (b'-', digits) => (true, digits),
        (b'0'..=b'9', _) => (false, text),
        _ => return None,
    };
    // Nineteen digits always fit into the 64 bits of `value`.
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut value = 0_u64;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    if negative { 0_i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_canonical_decimal_is_a_number() {
        for (text, number) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("18446744073709551617", None),
            ("-0", None),
            ("007", None),
            ("-01", None),
            ("+1", None),
            (" 1", None),
            ("1.0", None),
            ("-", None),
            ("", None),
            ("1a", None),
        ] {
            assert_eq!(parse_int(text.as_bytes()), number, "{text:?}");
        }
    }

    #[test]
    fn a_number_equals_its_text_and_sorts_by_it() {
        assert_eq!(Piece::Int(12), Piece::Bytes(b"12"));
        assert_ne!(Piece::Int(12), Piece::Bytes(b"012"));
        assert!(Piece::Int(10) < Piece::Int(9));
        assert_eq!(Piece::Int(-7).len(), 2);
    }

    proptest! {
        #[test]
        fn a_number_survives_its_text(number: i64) {
            prop_assert_eq!(parse_int(&Piece::Int(number).to_vec()), Some(number));
        }

        #[test]
        fn what_parses_prints_the_same(text in "-?[0-9]{1,21}") {
            if let Some(number) = parse_int(text.as_bytes()) {
                prop_assert_eq!(number.to_string(), text);
            } else {
                prop_assert!(text.parse::<i64>().map(|n| n.to_string()) != Ok(text));
            }
        }
    }
}
