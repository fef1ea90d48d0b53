//! Writes a keyspace as a snapshot that Redis 7.0 reads, or 8.0 where fields of hashes have expire times.

use std::io;

use super::codes::op;
use crate::engine::codec::{Output, VERSION, VERSION_WITH_TIMES, crc64, layout_of};
use crate::engine::{Keyspace, NEW_KEY_FREQUENCY, Now, UseTold};
use crate::persistence::storage::Handle;

/// How much is written to the file at once.
const BLOCK: usize = 256 * 1024;

/// What a snapshot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Purpose {
    /// A file of its own.
    Snapshot,
    /// The base of a log.
    Base,
}

/// Writes the whole snapshot; the caller syncs.
pub(in super::super) fn write(
    file: &mut dyn Handle,
    keyspace: &Keyspace,
    purpose: Purpose,
    now: Now,
) -> io::Result<()> {
    let mut writer = Writer { file, crc: 0, out: Output::default() };
    let version = if keyspace.has_field_times() { VERSION_WITH_TIMES } else { VERSION };
    header(&mut writer.out, version, purpose, now);
    for (db, database) in keyspace.databases().iter().enumerate() {
        if database.is_empty() {
            continue;
        }
        writer.out.byte(op::SELECT_DB);
        writer.out.size(db);
        writer.out.byte(op::RESIZE_DB);
        writer.out.size(database.len());
        writer.out.size(database.expires());
        for (key, entry) in database.iter() {
            if let Some(at) = entry.expire_at() {
                writer.out.byte(op::EXPIRE_MS);
                writer.out.buffer.extend(at.to_le_bytes());
            }
            match keyspace.use_told {
                UseTold::Nothing => {}
                UseTold::Idle => {
                    let idle = keyspace.idle_seconds(entry);
                    writer.out.byte(op::IDLE);
                    writer.out.size(usize::try_from(idle).unwrap_or(0));
                }
                UseTold::Frequency => {
                    writer.out.byte(op::FREQ);
                    writer.out.byte(entry.frequency.unwrap_or(NEW_KEY_FREQUENCY));
                }
            }
            writer.out.byte(layout_of(&entry.value) as u8);
            writer.out.string(key);
            writer.out.value(&entry.value);
            if writer.out.buffer.len() >= BLOCK {
                writer.flush()?;
            }
        }
    }
    writer.out.byte(op::EOF);
    writer.flush()?;
    let crc = writer.crc;
    file.write_all(&crc.to_le_bytes())
}

struct Writer<'f> {
    file: &'f mut dyn Handle,
    crc: u64,
    out: Output,
}

impl Writer<'_> {
    fn flush(&mut self) -> io::Result<()> {
        self.crc = crc64::extend(self.crc, &self.out.buffer);
        self.file.write_all(&self.out.buffer)?;
        self.out.buffer.clear();
        Ok(())
    }
}

fn header(out: &mut Output, version: u16, purpose: Purpose, now: Now) {
    out.buffer.extend(format!("REDIS{version:04}").bytes());
    let aof_base = if purpose == Purpose::Base { "1" } else { "0" };
    for (name, value) in [
        ("redis-ver", "7.0.15"),
        ("redis-bits", "64"),
        ("ctime", &now.seconds().to_string()),
        ("aof-base", aof_base),
    ] {
        out.byte(op::AUX);
        out.string(name.as_bytes());
        out.string(value.as_bytes());
    }
}
