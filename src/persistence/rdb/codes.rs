//! The numbers of the format, as Redis's `rdb.h` has them.

/// The version that is written: Redis 7.0's.
pub(super) const VERSION: u16 = 10;
/// The versions that are read: Redis 5 to 8.0.
pub(super) const READ: std::ops::RangeInclusive<u16> = 9..=12;

/// What stands before a key or between keys.
pub(super) mod op {
    pub(in super::super) const SLOT_INFO: u8 = 244;
    pub(in super::super) const FUNCTION2: u8 = 245;
    pub(in super::super) const FUNCTION_PRE_GA: u8 = 246;
    pub(in super::super) const MODULE_AUX: u8 = 247;
    pub(in super::super) const IDLE: u8 = 248;
    pub(in super::super) const FREQ: u8 = 249;
    pub(in super::super) const AUX: u8 = 250;
    pub(in super::super) const RESIZE_DB: u8 = 251;
    pub(in super::super) const EXPIRE_MS: u8 = 252;
    pub(in super::super) const EXPIRE_S: u8 = 253;
    pub(in super::super) const SELECT_DB: u8 = 254;
    pub(in super::super) const EOF: u8 = 255;
}

/// How a value is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Layout {
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
}

impl Layout {
    /// The layout with this number; for one of a type that this engine has not, what that is.
    pub(super) fn from_code(code: u8) -> Result<Self, Option<&'static str>> {
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
            6 | 7 => return Err(Some("value of a module")),
            15 | 19 | 21 => return Err(Some("stream")),
            22..=25 => return Err(Some("hash with expire times of fields")),
            _ => return Err(None),
        })
    }
}

/// The forms of a length whose first two bits are set: not a length, but a string's encoding.
pub(super) mod special {
    pub(in super::super) const INT8: u8 = 0;
    pub(in super::super) const INT16: u8 = 1;
    pub(in super::super) const INT32: u8 = 2;
    pub(in super::super) const LZF: u8 = 3;
}

/// What a node of [`Layout::Quicklist2`] is.
pub(super) mod node {
    /// One element as it is.
    pub(in super::super) const PLAIN: u64 = 1;
    /// A listpack.
    pub(in super::super) const PACKED: u64 = 2;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_layouts_belong_together() {
        for code in 0..=255 {
            if let Ok(layout) = Layout::from_code(code) {
                assert_eq!(layout as u8, code);
            }
        }
    }
}
