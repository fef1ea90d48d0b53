//! The numbers of the format outside values, as Redis's `rdb.h` has them.

/// The oldest version of a file that is read: that of Redis 5.
pub(super) const OLDEST: u16 = 9;

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
