//! `Bytes`: an owned byte string of 24 bytes, short ones without an allocation.
//!
//! Knows nothing of text, numbers or commands.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// The longest string that is kept inline.
const INLINE: usize = 22;

/// A binary-safe byte string.
///
/// Up to 22 bytes stand inside the value itself: most keys, fields and members of a tutorial, and
/// of many a production database, need no allocation. Longer ones are a boxed slice without spare
/// capacity. A string that was changed in place (APPEND, SETRANGE, SETBIT) becomes a growable
/// vector and stays one: that is what Redis calls `raw`, and what makes repeated appends cheap.
///
/// The tag byte leaves room for the tags of an enum around it: `Value` is 24 bytes, too.
///
/// Equality, order and hash are those of the content, however it is kept.
#[derive(Clone)]
pub struct Bytes(Repr);

#[derive(Clone)]
enum Repr {
    /// Invariant: `len` is at most 22.
    Inline {
        len: u8,
        buf: [u8; INLINE],
    },
    Heap(Box<[u8]>),
    #[expect(clippy::box_collection, reason = "a vector and a tag do not fit into 24 bytes")]
    Grown(Box<Vec<u8>>),
}

impl Bytes {
    /// The empty string.
    pub const fn new() -> Self {
        Self(Repr::Inline { len: 0, buf: [0; INLINE] })
    }

    /// The content.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline { len, buf } => buf.get(..usize::from(*len)).unwrap_or(buf),
            Repr::Heap(bytes) => bytes,
            Repr::Grown(bytes) => bytes,
        }
    }

    /// The content as a vector to change in place. From here on the string is [grown](Self::is_grown).
    pub fn to_mut(&mut self) -> &mut Vec<u8> {
        if !self.is_grown() {
            let bytes = std::mem::take(self).into_vec();
            self.0 = Repr::Grown(Box::new(bytes));
        }
        match &mut self.0 {
            Repr::Grown(bytes) => bytes,
            Repr::Inline { .. } | Repr::Heap(_) => unreachable!("made growable just above"),
        }
    }

    /// Whether the string was changed in place at some time, and so may hold spare capacity.
    pub const fn is_grown(&self) -> bool {
        matches!(self.0, Repr::Grown(_))
    }

    /// The content, without copying it where it was allocated.
    pub fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Repr::Inline { .. } => self.as_slice().to_vec(),
            Repr::Heap(bytes) => bytes.into_vec(),
            Repr::Grown(bytes) => *bytes,
        }
    }

    /// Bytes allocated outside the 24 of the value itself.
    pub fn heap_size(&self) -> usize {
        match &self.0 {
            Repr::Inline { .. } => 0,
            Repr::Heap(bytes) => bytes.len(),
            Repr::Grown(bytes) => size_of::<Vec<u8>>() + bytes.capacity(),
        }
    }
}

/// Inline if it fits.
fn inline(bytes: &[u8]) -> Option<Repr> {
    let len = u8::try_from(bytes.len()).ok()?;
    let mut buf = [0; INLINE];
    buf.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(Repr::Inline { len, buf })
}

impl From<&[u8]> for Bytes {
    #[inline]
    fn from(bytes: &[u8]) -> Self {
        Self(inline(bytes).unwrap_or_else(|| Repr::Heap(bytes.into())))
    }
}

impl<const N: usize> From<&[u8; N]> for Bytes {
    fn from(bytes: &[u8; N]) -> Self {
        Self::from(bytes.as_slice())
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        match inline(&bytes) {
            Some(repr) => Self(repr),
            None => Self(Repr::Heap(bytes.into_boxed_slice())),
        }
    }
}

impl Default for Bytes {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Bytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl Borrow<[u8]> for Bytes {
    fn borrow(&self) -> &[u8] {
        self.as_slice()
    }
}

impl PartialEq for Bytes {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Bytes {}

impl PartialEq<[u8]> for Bytes {
    #[inline]
    fn eq(&self, other: &[u8]) -> bool {
        self.as_slice() == other
    }
}

impl PartialOrd for Bytes {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bytes {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_slice().cmp(other.as_slice())
    }
}

impl Hash for Bytes {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.as_slice().escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn is_24_bytes() {
        assert_eq!(size_of::<Bytes>(), 24);
        assert_eq!(size_of::<Option<Bytes>>(), 24);
    }

    #[test]
    fn short_strings_allocate_nothing() {
        assert_eq!(Bytes::from(&[b'x'; 22]).heap_size(), 0);
        assert_eq!(Bytes::from(&[b'x'; 23]).heap_size(), 23);
        assert_eq!(Bytes::from(vec![b'x'; 22]).heap_size(), 0);
    }

    #[test]
    fn a_string_changed_in_place_is_grown_and_stays_so() {
        let mut bytes = Bytes::from("ab");
        assert!(!bytes.is_grown());
        bytes.to_mut().push(b'c');
        assert!(bytes.is_grown());
        bytes.to_mut().pop();
        assert!(bytes.clone().is_grown());
        assert_eq!(bytes, Bytes::from("ab"));
    }

    proptest! {
        #[test]
        fn behaves_as_its_content(
            a in prop::collection::vec(any::<u8>(), 0..60),
            b in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            let (x, y) = (Bytes::from(a.as_slice()), Bytes::from(b.clone()));
            prop_assert_eq!(x.as_slice(), a.as_slice());
            prop_assert_eq!(x == y, a == b);
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(x.into_vec(), a.clone());
            let mut grown = Bytes::from(a.as_slice());
            grown.to_mut().extend_from_slice(&b);
            prop_assert_eq!(grown.into_vec(), [a, b].concat());
        }
    }
}
