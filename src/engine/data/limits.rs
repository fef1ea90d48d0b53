//! `Limits`: up to which size the packed forms are kept.
//!
//! Knows nothing of the configuration these come from.

/// When a packed form becomes a table, named as Redis's configuration names it.
///
/// `list-max-listpack-size` and `list-compress-depth` are not here: Redis 7.0 calls every list a
/// `quicklist`, so how one is cut into blocks cannot be observed, and ours has a fixed size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A hash with more fields becomes a table.
    pub hash_max_listpack_entries: usize,
    /// A hash with a longer field or value becomes a table.
    pub hash_max_listpack_value: usize,
    /// A set of integers with more members becomes a table.
    pub set_max_intset_entries: usize,
    /// A sorted set with more members becomes a table.
    pub zset_max_listpack_entries: usize,
    /// A sorted set with a longer member becomes a table.
    pub zset_max_listpack_value: usize,
}

impl Limits {
    /// What Redis 7.0 starts with.
    pub const DEFAULT: Self = Self {
        hash_max_listpack_entries: 512,
        hash_max_listpack_value: 64,
        set_max_intset_entries: 512,
        zset_max_listpack_entries: 128,
        zset_max_listpack_value: 64,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
