//! Writes a keyspace as a snapshot that Redis 7.0 reads.
//!
//! Values keep the encoding that they have here, so they have it again in whoever loads them.

use std::io;

use super::codes::{Layout, VERSION, node, op, special};
use super::crc64;
use super::packed::{ListpackWriter, write_int_set};
use crate::engine::data::{Hash, List, Piece, Set, SortedSet, Value};
use crate::engine::{Keyspace, Now};
use crate::persistence::storage::Handle;

/// How much is written to the file at once.
const BLOCK: usize = 256 * 1024;
/// Shorter strings are not worth the time that compressing takes.
const COMPRESS_FROM: usize = 1024;
/// The length of a list's node from which the next element begins another; Redis's default.
const NODE: usize = 8 * 1024;

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
    let mut writer =
        Writer { file, buffer: Vec::new(), crc: 0, listpack: ListpackWriter::default() };
    writer.header(purpose, now);
    for (db, database) in keyspace.databases().iter().enumerate() {
        if database.is_empty() {
            continue;
        }
        writer.byte(op::SELECT_DB);
        writer.size(db);
        writer.byte(op::RESIZE_DB);
        writer.size(database.len());
        writer.size(database.expires());
        for (key, entry) in database.iter() {
            if let Some(at) = entry.expire_at() {
                writer.byte(op::EXPIRE_MS);
                writer.buffer.extend(at.to_le_bytes());
            }
            writer.value(key, &entry.value);
            if writer.buffer.len() >= BLOCK {
                writer.flush()?;
            }
        }
    }
    writer.byte(op::EOF);
    writer.flush()?;
    let crc = writer.crc;
    file.write_all(&crc.to_le_bytes())
}

struct Writer<'f> {
    file: &'f mut dyn Handle,
    buffer: Vec<u8>,
    crc: u64,
    listpack: ListpackWriter,
}

impl Writer<'_> {
    fn flush(&mut self) -> io::Result<()> {
        self.crc = crc64::extend(self.crc, &self.buffer);
        self.file.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    fn header(&mut self, purpose: Purpose, now: Now) {
        self.buffer.extend(format!("REDIS{VERSION:04}").bytes());
        let aof_base = if purpose == Purpose::Base { "1" } else { "0" };
        for (name, value) in [
            ("redis-ver", "7.0.15"),
            ("redis-bits", "64"),
            ("ctime", &now.seconds().to_string()),
            ("aof-base", aof_base),
        ] {
            self.byte(op::AUX);
            self.string(name.as_bytes());
            self.string(value.as_bytes());
        }
    }

    fn byte(&mut self, byte: u8) {
        self.buffer.push(byte);
    }

    fn size(&mut self, len: usize) {
        self.length(len as u64);
    }

    fn length(&mut self, len: u64) {
        let out = &mut self.buffer;
        let [.., b3, b2, b1, b0] = len.to_be_bytes();
        match len {
            0..=0x3f => out.push(b0),
            0x40..=0x3fff => out.extend([0x40 | b1, b0]),
            0x4000..=0xffff_ffff => out.extend([0x80, b3, b2, b1, b0]),
            _ => {
                out.push(0x81);
                out.extend(len.to_be_bytes());
            }
        }
    }

    fn piece(&mut self, piece: Piece<'_>) {
        self.string(piece.text(&mut itoa::Buffer::new()));
    }

    /// A string in its shortest form.
    fn string(&mut self, text: &[u8]) {
        match Piece::Bytes(text).as_int() {
            Some(number) if self.short_number(number) => {}
            Some(_) | None => self.raw_string(text),
        }
    }

    /// A number of up to 32 bits as such; says whether it is one.
    fn short_number(&mut self, number: i64) -> bool {
        let out = &mut self.buffer;
        let [b0, b1, b2, b3, ..] = number.to_le_bytes();
        match number {
            -0x80..=0x7f => out.extend([0xc0 | special::INT8, b0]),
            -0x8000..=0x7fff => out.extend([0xc0 | special::INT16, b0, b1]),
            -0x8000_0000..=0x7fff_ffff => out.extend([0xc0 | special::INT32, b0, b1, b2, b3]),
            _ => return false,
        }
        true
    }

    /// A string that is no number, compressed if that pays.
    fn raw_string(&mut self, text: &[u8]) {
        if text.len() >= COMPRESS_FROM
            && let Ok(compressed) = lzf::compress(text)
            && compressed.len() + 4 < text.len()
        {
            self.byte(0xc0 | special::LZF);
            self.size(compressed.len());
            self.size(text.len());
            self.buffer.extend(compressed);
            return;
        }
        self.size(text.len());
        self.buffer.extend_from_slice(text);
    }

    fn start(&mut self, layout: Layout, key: &[u8]) {
        self.byte(layout as u8);
        self.string(key);
    }

    fn value(&mut self, key: &[u8], value: &Value) {
        match value {
            Value::Int(number) => {
                self.start(Layout::String, key);
                self.piece(Piece::Int(*number));
            }
            Value::Str(text) => {
                self.start(Layout::String, key);
                self.string(text);
            }
            Value::List(list) => self.list(key, list),
            Value::Set(set) => self.set(key, set),
            Value::Hash(hash) => self.hash(key, hash),
            Value::SortedSet(set) => self.sorted_set(key, set),
        }
    }

    fn list(&mut self, key: &[u8], list: &List) {
        let mut nodes = Vec::new();
        for item in list {
            if !self.listpack.is_empty() && self.listpack.len() + item.len() > NODE {
                nodes.push(self.listpack.finish());
            }
            self.listpack.push(item);
        }
        if !self.listpack.is_empty() {
            nodes.push(self.listpack.finish());
        }
        self.start(Layout::Quicklist2, key);
        self.size(nodes.len());
        for block in nodes {
            self.length(node::PACKED);
            self.raw_string(&block);
        }
    }

    fn set(&mut self, key: &[u8], set: &Set) {
        if set.encoding() == "intset" {
            let members: Vec<i64> = set.iter().filter_map(Piece::as_int).collect();
            self.start(Layout::IntSet, key);
            self.raw_string(&write_int_set(&members));
            return;
        }
        self.start(Layout::Set, key);
        self.size(set.len());
        for member in set {
            self.piece(member);
        }
    }

    fn hash(&mut self, key: &[u8], hash: &Hash) {
        if hash.encoding() == "listpack" {
            for (field, text) in hash {
                self.listpack.push(field);
                self.listpack.push(text);
            }
            self.start(Layout::HashListpack, key);
            self.packed();
            return;
        }
        self.start(Layout::Hash, key);
        self.size(hash.len());
        for (field, text) in hash {
            self.piece(field);
            self.piece(text);
        }
    }

    fn sorted_set(&mut self, key: &[u8], set: &SortedSet) {
        if set.encoding() == "listpack" {
            for (member, score) in set {
                self.listpack.push(member);
                let text = crate::resp::number::format_double(score);
                self.listpack.push(Piece::Bytes(text.as_bytes()));
            }
            self.start(Layout::SortedSetListpack, key);
            self.packed();
            return;
        }
        self.start(Layout::SortedSet, key);
        self.size(set.len());
        for (member, score) in set {
            self.piece(member);
            self.buffer.extend(score.to_le_bytes());
        }
    }

    fn packed(&mut self) {
        let block = self.listpack.finish();
        self.raw_string(&block);
    }
}
