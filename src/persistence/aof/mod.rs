//! The append-only log, in Redis 7's layout: a directory with a manifest, a base file and
//! incremental files.
//!
//! Reading order: [`Manifest`] (which files), [`Unit`] (what they hold), [`load()`] (reading them
//! all), [`Log`] (writing on), [`Switch`] (a rewrite beside that). Commands go out through a closure and come in as bytes: this
//! module runs none.

mod aside;
mod entry;
mod files;
mod load;
mod log;
mod manifest;
mod quote;
mod reader;
mod settings;
mod switch;
mod tail;
#[cfg(test)]
mod tests;

pub use entry::{NotAUnit, Unit};
pub use files::StartError;
pub use load::{Item, Loaded, Progress, load};
pub use log::{Log, LogError};
pub use manifest::{LogFile, Manifest, ManifestError};
pub use settings::{Fsync, Settings};
pub use switch::{Switch, Switched, rewrite_closed};
