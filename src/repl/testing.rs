//! A console in memory for the tests of this layer.

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::Now;
use crate::lab::console::{Console, Files, Settings};
use crate::server::Clock;

/// A console on a disk in memory, with the course's data file.
pub(super) fn console() -> Console {
    let mut files = Files::new();
    files.insert("4HHB_summary.json", include_bytes!("../../lessons/data/4HHB_summary.json"));
    let settings = Settings {
        root: PathBuf::from("/home"),
        sandbox: None,
        storage: Arc::new(crate::persistence::storage::MemoryDisk::new()),
        clock: Clock::virtual_at(Now::from_ms(1_771_697_069_000)),
        seed: 7,
        files,
    };
    Console::open(settings).unwrap().0
}
