//! Writes keys as a snapshot that Redis 7.0 reads, or 8.0 where fields of hashes have expire times.

use super::codes::op;
use crate::engine::codec::{Output, VERSION, VERSION_WITH_TIMES, layout_of};
use crate::engine::{NEW_KEY_FREQUENCY, Now, Picked, UseTold};

/// A snapshot that is being written: all but its checksum.
#[derive(Debug)]
pub struct Snapshot {
    pub(in super::super) out: Output,
    /// The database that the last key was in.
    db: Option<usize>,
    /// The databases whose sizes were told.
    sized: Vec<usize>,
}

impl Snapshot {
    /// Begins a snapshot, which is the base of a log or a file of its own; `has_field_times` if fields of
    /// hashes go at times of their own.
    pub(in super::super) fn begin(is_base: bool, has_field_times: bool, now: Now) -> Self {
        let mut out = Output::deferring();
        let version = if has_field_times { VERSION_WITH_TIMES } else { VERSION };
        header(&mut out, version, is_base, now);
        Self { out, db: None, sized: Vec::new() }
    }

    /// Adds a key, or of a long value as much as makes the output weigh `limit`; says where in the value
    /// to go on.
    pub(in super::super) fn add(&mut self, picked: &Picked<'_>, limit: usize) -> Option<usize> {
        if picked.from == 0 {
            self.select(picked);
            self.head(picked);
        }
        self.out.value_from(&picked.entry.value, picked.from, limit)
    }

    fn select(&mut self, picked: &Picked<'_>) {
        if self.db == Some(picked.db) {
            return;
        }
        self.db = Some(picked.db);
        self.out.byte(op::SELECT_DB);
        self.out.size(picked.db);
        if !self.sized.contains(&picked.db) {
            self.sized.push(picked.db);
            self.out.byte(op::RESIZE_DB);
            self.out.size(picked.sizes.0);
            self.out.size(picked.sizes.1);
        }
    }

    /// What stands before a value.
    fn head(&mut self, picked: &Picked<'_>) {
        let (out, entry) = (&mut self.out, picked.entry);
        if let Some(at) = entry.expire_at() {
            out.byte(op::EXPIRE_MS);
            out.buffer.extend(at.to_le_bytes());
        }
        match picked.use_told {
            UseTold::Nothing => {}
            UseTold::Idle => {
                out.byte(op::IDLE);
                out.size(usize::try_from(picked.idle).unwrap_or(0));
            }
            UseTold::Frequency => {
                out.byte(op::FREQ);
                out.byte(entry.frequency.unwrap_or(NEW_KEY_FREQUENCY));
            }
        }
        out.byte(layout_of(&entry.value) as u8);
        out.string(picked.key);
    }

    pub(in super::super) fn end(&mut self) {
        self.out.byte(op::EOF);
    }
}

fn header(out: &mut Output, version: u16, is_base: bool, now: Now) {
    out.buffer.extend(format!("REDIS{version:04}").bytes());
    for (name, value) in [
        ("redis-ver", "7.0.15"),
        ("redis-bits", "64"),
        ("ctime", &now.seconds().to_string()),
        ("aof-base", if is_base { "1" } else { "0" }),
    ] {
        out.byte(op::AUX);
        out.string(name.as_bytes());
        out.string(value.as_bytes());
    }
}
