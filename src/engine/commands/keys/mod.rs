//! Commands on keys of any type: their names, their expire times, their databases.

pub(super) mod databases;
pub(super) mod expiry;
pub(super) mod names;
pub(super) mod object;
pub(super) mod payload;
pub(super) mod scan;
pub(super) mod sort;
