//! Values as bytes, in Redis's own form: what `DUMP` gives, `RESTORE` takes, and snapshots hold.
//!
//! Version 10 is written, which Redis 7.0 and later read, and 12 only where fields of hashes have expire
//! times, which 7.0 has not. Values of all versions up to 12 are read, those in the packed blocks of older
//! servers too, and Valkey's. Knows no file: a snapshot is made of these pieces by the persistence.

mod codes;
pub(crate) mod crc64;
mod field_times;
mod input;
mod packed;
mod payload;
mod read;
mod write;

pub(crate) use codes::{Dialect, Layout, VERSION, VERSION_WITH_TIMES};
pub(crate) use input::{Fault, Input, Supply};
pub(crate) use payload::{Unreadable, dump, restore};
pub(crate) use read::read;
pub(crate) use write::{Late, Output, layout_of};
