//! A console in memory for the tests of this layer.

use std::path::PathBuf;
use std::sync::Arc;

use super::gather::Gather;
use super::{Desk, Play, face};
use crate::engine::Now;
use crate::lab::console::{Console, Files, Settings};
use crate::screen::Look;
use crate::server::Clock;

/// What the last of some lines shows, on a wide and plain screen.
pub(super) fn last(lines: &str) -> String {
    let look = Look { width: 1000, color: false, plain: true };
    let mut desk = Desk::new(Play::new(console(), Vec::new()));
    let mut gather = Gather::default();
    let mut shown = String::new();
    for line in lines.lines() {
        let Some(whole) = gather.feed(line.as_bytes()) else { continue };
        let turn = desk.line(&whole, look);
        shown = turn.pieces.iter().map(|piece| face::render_piece(piece, &whole, look)).collect();
    }
    shown
}

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
        progress: None,
        connect: None,
    };
    Console::open(settings).unwrap().0
}
