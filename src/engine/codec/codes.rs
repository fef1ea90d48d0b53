//! The numbers of the format inside values, as Redis's `rdb.h` has them.

use super::input::Fault;

/// The version that is written: Redis 7.0's.
pub(crate) const VERSION: u16 = 10;
/// The version that is written where fields of hashes have expire times, which 7.0 has not: Redis 8.0's.
pub(crate) const VERSION_WITH_TIMES: u16 = 12;
/// The newest version of Redis's that is read: that of 8.0.
const NEWEST: u16 = 12;
/// Valkey's version: it counts from 80 on, lest its numbers be taken for those of newer Redis servers.
const VALKEY: u16 = 80;

/// Whose format a version is, since it is those two that decide what the numbers mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Redis,
    Valkey,
}

impl Dialect {
    /// The one that a version belongs to; `None` where it cannot be read.
    pub(crate) fn of_version(version: u16) -> Option<Self> {
        match version {
            0..=NEWEST => Some(Self::Redis),
            VALKEY => Some(Self::Valkey),
            _ => None,
        }
    }
}

/// How a value is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Layout {
    String = 0,
    List = 1,
    Set = 2,
    /// Scores as text.
    SortedSetText = 3,
    Hash = 4,
    /// Scores as eight bytes.
    SortedSet = 5,
    HashZipmap = 9,
    ListZiplist = 10,
    IntSet = 11,
    SortedSetZiplist = 12,
    HashZiplist = 13,
    /// A list of ziplists.
    Quicklist = 14,
    HashListpack = 16,
    SortedSetListpack = 17,
    /// A list of listpacks, and of elements too large for one.
    Quicklist2 = 18,
    SetListpack = 20,
    /// Fields with the moments at which they go, as a test version of Redis wrote them.
    HashTimesOld = 22,
    HashListpackTimesOld = 23,
    /// Fields with the moments at which they go, behind the first of those.
    HashTimes = 24,
    HashListpackTimes = 25,
    /// The same as Valkey writes it. Its number is 22; here it is one that nobody has.
    HashTimesValkey = 255,
}

impl Layout {
    /// The layout with this number.
    pub(crate) fn from_code<E>(code: u8, dialect: Dialect) -> Result<Self, Fault<E>> {
        if dialect == Dialect::Valkey {
            match code {
                22 => return Ok(Self::HashTimesValkey),
                23.. => return Err("a value of an unknown type".into()),
                _ => {}
            }
        }
        Ok(match code {
            0 => Self::String,
            1 => Self::List,
            2 => Self::Set,
            3 => Self::SortedSetText,
            4 => Self::Hash,
            5 => Self::SortedSet,
            9 => Self::HashZipmap,
            10 => Self::ListZiplist,
            11 => Self::IntSet,
            12 => Self::SortedSetZiplist,
            13 => Self::HashZiplist,
            14 => Self::Quicklist,
            16 => Self::HashListpack,
            17 => Self::SortedSetListpack,
            18 => Self::Quicklist2,
            20 => Self::SetListpack,
            6 | 7 => return Err(Fault::UnknownType("value of a module")),
            15 | 19 | 21 => return Err(Fault::UnknownType("stream")),
            22 => Self::HashTimesOld,
            23 => Self::HashListpackTimesOld,
            24 => Self::HashTimes,
            25 => Self::HashListpackTimes,
            _ => return Err("a value of an unknown type".into()),
        })
    }
}

/// The forms of a length whose first two bits are set: not a length, but a string's encoding.
pub(crate) mod special {
    pub(crate) const INT8: u8 = 0;
    pub(crate) const INT16: u8 = 1;
    pub(crate) const INT32: u8 = 2;
    pub(crate) const LZF: u8 = 3;
}

/// What a node of [`Layout::Quicklist2`] is.
pub(crate) mod node {
    /// One element as it is.
    pub(crate) const PLAIN: u64 = 1;
    /// A listpack.
    pub(crate) const PACKED: u64 = 2;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_layouts_belong_together() {
        for code in 0..=255 {
            if let Ok(layout) = Layout::from_code::<()>(code, Dialect::Redis) {
                assert_eq!(layout as u8, code);
            }
            if let Ok(layout) = Layout::from_code::<()>(code, Dialect::Valkey) {
                assert!(layout as u8 == code || layout == Layout::HashTimesValkey && code == 22);
            }
        }
    }
}
