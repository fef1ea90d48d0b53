//! Keys as the bytes of a file, a portion at a time: what is made where the keys are, and what is left for
//! whoever writes the file.
//!
//! Knows formats, no file's name and no thread.

use std::io;

use super::rdb::Snapshot;
use super::rewrite::Commands;
use super::storage::Handle;
use crate::engine::codec::{Late, Output, crc64};
use crate::engine::{Keyspace, Now, Picked};

/// How much is written to a file at once.
const BLOCK: usize = 256 * 1024;

/// After so many bytes a long file is synced, so that the last sync does not find all of it in the
/// system's cache and hold up everything else on that disk.
const SYNCED_BLOCK: u64 = 8 * 1024 * 1024;

/// What a file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A snapshot by itself.
    Snapshot,
    /// A snapshot that is the base of a log.
    Base,
    /// The commands that make the keys.
    Commands,
}

/// Turns keys into portions.
#[derive(Debug)]
pub enum Encoder {
    /// In the snapshot's format.
    Snapshot(Snapshot),
    /// As commands.
    Commands(Commands),
}

impl Encoder {
    /// Begins a file with all keys of `keyspace` as they are now.
    pub fn new(format: Format, keyspace: &Keyspace, now: Now) -> Self {
        match format {
            Format::Snapshot | Format::Base => {
                let is_base = format == Format::Base;
                Self::Snapshot(Snapshot::begin(is_base, keyspace.has_field_times(), now))
            }
            Format::Commands => Self::Commands(Commands::default()),
        }
    }

    /// Adds a key, or of a long value as much as makes the portion weigh `limit`; says where in the
    /// value to go on.
    pub fn add(&mut self, picked: &Picked<'_>, limit: usize) -> Option<usize> {
        match self {
            Self::Snapshot(snapshot) => snapshot.add(picked, limit),
            Self::Commands(commands) => commands.add(picked, limit),
        }
    }

    /// How many bytes the portion has.
    pub fn weight(&self) -> usize {
        match self {
            Self::Snapshot(snapshot) => snapshot.out.weight(),
            Self::Commands(commands) => commands.buffer.len(),
        }
    }

    /// Takes the portion.
    pub fn take(&mut self) -> Portion {
        match self {
            Self::Snapshot(snapshot) => {
                let late = snapshot.out.take_late();
                Portion { bytes: std::mem::take(&mut snapshot.out.buffer), late }
            }
            Self::Commands(commands) => {
                Portion { bytes: std::mem::take(&mut commands.buffer), late: Vec::new() }
            }
        }
    }

    /// Ends the file, and takes the last portion.
    pub fn end(mut self) -> Portion {
        if let Self::Snapshot(snapshot) = &mut self {
            snapshot.end();
        }
        self.take()
    }
}

/// Bytes of a file, but for strings that are still to be compressed.
#[derive(Debug)]
pub struct Portion {
    bytes: Vec<u8>,
    late: Vec<Late>,
}

impl Portion {
    /// How many bytes it has before anything is compressed.
    pub fn weight(&self) -> usize {
        self.bytes.len() + self.late.iter().map(|late| late.text.len()).sum::<usize>()
    }
}

/// Puts portions into a file.
#[derive(Debug)]
pub struct Sink {
    /// Of what was written; none where the format has no checksum.
    crc: Option<u64>,
    out: Output,
    /// A string that comes in pieces.
    text: Vec<u8>,
    written: u64,
    synced: u64,
}

impl Sink {
    /// For a file of this format.
    pub fn new(format: Format) -> Self {
        let crc = match format {
            Format::Snapshot | Format::Base => Some(0),
            Format::Commands => None,
        };
        Self { crc, out: Output::default(), text: Vec::new(), written: 0, synced: 0 }
    }

    /// Writes a portion.
    pub fn write(&mut self, file: &mut dyn Handle, portion: Portion) -> io::Result<()> {
        if portion.late.is_empty() && self.out.buffer.is_empty() {
            return self.put(file, &portion.bytes);
        }
        let mut start = 0;
        for late in portion.late {
            self.out
                .buffer
                .extend_from_slice(portion.bytes.get(start..late.at).unwrap_or_default());
            start = late.at;
            if late.goes_on || !self.text.is_empty() {
                self.text.extend_from_slice(&late.text);
                if !late.goes_on {
                    let text = std::mem::take(&mut self.text);
                    self.out.raw_string(&text);
                }
            } else {
                self.out.raw_string(&late.text);
            }
        }
        self.out.buffer.extend_from_slice(portion.bytes.get(start..).unwrap_or_default());
        let mut bytes = std::mem::take(&mut self.out.buffer);
        self.put(file, &bytes)?;
        bytes.clear();
        self.out.buffer = bytes;
        Ok(())
    }

    fn put(&mut self, file: &mut dyn Handle, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if let Some(crc) = &mut self.crc {
            *crc = crc64::extend(*crc, bytes);
        }
        file.write_all(bytes)?;
        self.written += bytes.len() as u64;
        if self.written - self.synced >= SYNCED_BLOCK {
            file.sync()?;
            self.synced = self.written;
        }
        Ok(())
    }

    /// Writes what stands at the end of the file, and says how long that is. The caller syncs.
    pub fn finish(&mut self, file: &mut dyn Handle) -> io::Result<u64> {
        if let Some(crc) = self.crc.take() {
            self.put(file, &crc.to_le_bytes())?;
        }
        Ok(self.written)
    }
}

/// Writes all keys to a file; the caller syncs. Gives the file's length.
pub(super) fn write_all(
    file: &mut dyn Handle,
    keyspace: &Keyspace,
    format: Format,
    now: Now,
) -> io::Result<u64> {
    let (mut encoder, mut sink) = (Encoder::new(format, keyspace, now), Sink::new(format));
    for mut picked in keyspace.picked() {
        loop {
            let next = encoder.add(&picked, usize::MAX);
            if encoder.weight() >= BLOCK {
                sink.write(file, encoder.take())?;
            }
            let Some(next) = next else { break };
            picked.from = next;
        }
    }
    sink.write(file, encoder.end())?;
    sink.finish(file)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::data::{Hash, Limits, List, Set, SortedSet, Value};
    use crate::engine::{Entry, Took};
    use crate::persistence::storage::{MemoryDisk, Mode, Storage};

    /// Values of many elements, and strings that come in pieces or are compressed.
    fn long_values() -> Keyspace {
        let limits = Limits::default();
        let (mut list, mut set, mut hash) = (List::new(), Set::new(), Hash::new());
        let mut sorted = SortedSet::new();
        for number in 0..700_u32 {
            let text = format!("element-{number}").into_bytes();
            list.push_back(&text);
            set.insert(&text, &limits);
            hash.set(&text, b"v", &limits);
            sorted.insert(&text, f64::from(number), &limits);
        }
        let long: Vec<u8> = (0..600_000_u32).flat_map(u32::to_be_bytes).collect();
        let mut keyspace = Keyspace::default();
        for (db, key, value) in [
            (0, "number", Value::Int(7)),
            (0, "list", Value::List(Box::new(list))),
            (0, "set", Value::Set(set)),
            (3, "hash", Value::Hash(hash)),
            (3, "sorted", Value::SortedSet(sorted)),
            (3, "long", Value::string(&long)),
            (4, "repeated", Value::string(&b"abc".repeat(3000))),
        ] {
            let entry = Entry::new(value).with_expire_at((db == 3).then_some(5_000));
            keyspace.restore(db, key.as_bytes(), entry);
        }
        keyspace
    }

    /// The file that portions of this weight make.
    fn in_portions(keyspace: &mut Keyspace, format: Format, limit: usize) -> (Vec<u8>, usize) {
        let disk = MemoryDisk::new();
        disk.put(Path::new("/f"), b"");
        let mut file = disk.open(Path::new("/f"), Mode::Append).unwrap();
        let (mut encoder, mut sink) =
            (Encoder::new(format, keyspace, Now::default()), Sink::new(format));
        let mut portions = 0;
        keyspace.freeze();
        while keyspace.take_frozen(&mut |picked| {
            let next = encoder.add(&picked, limit);
            Took { next, enough: encoder.weight() >= limit }
        }) {
            sink.write(file.as_mut(), encoder.take()).unwrap();
            portions += 1;
        }
        keyspace.thaw();
        sink.write(file.as_mut(), encoder.end()).unwrap();
        sink.finish(file.as_mut()).unwrap();
        (disk.read(Path::new("/f")).unwrap(), portions)
    }

    #[test]
    fn a_file_is_the_same_however_large_the_portions_are() {
        let mut keyspace = long_values();
        for format in [Format::Snapshot, Format::Base, Format::Commands] {
            let disk = MemoryDisk::new();
            disk.put(Path::new("/f"), b"");
            let mut file = disk.open(Path::new("/f"), Mode::Append).unwrap();
            let len = write_all(file.as_mut(), &keyspace, format, Now::default()).unwrap();
            let wanted = disk.read(Path::new("/f")).unwrap();
            assert_eq!(wanted.len() as u64, len);
            for (limit, at_least) in [(1, 40), (5000, 4), (usize::MAX, 0)] {
                let (found, portions) = in_portions(&mut keyspace, format, limit);
                assert!(found == wanted, "{format:?} {limit}: {} bytes", found.len());
                assert!(portions >= at_least, "{format:?} {limit}: {portions}");
            }
        }
    }
}
