//! Writes values as bytes that Redis 7.0 reads.
//!
//! They keep the encoding that they have here, so they have it again in whoever loads them.

use super::codes::{Layout, node, special};
use super::packed::{ListpackWriter, write_int_set};
use crate::engine::data::{Hash, List, Piece, Set, SortedSet, Value};

/// Shorter strings are not worth the time that compressing takes.
const COMPRESS_FROM: usize = 1024;
/// The length of a list's node from which the next element begins another; Redis's default.
const NODE: usize = 8 * 1024;

/// The layout in which a value is written.
pub(crate) fn layout_of(value: &Value) -> Layout {
    match value {
        Value::Int(_) | Value::Str(_) => Layout::String,
        Value::List(_) => Layout::Quicklist2,
        Value::Set(set) if set.encoding() == "intset" => Layout::IntSet,
        Value::Set(_) => Layout::Set,
        Value::Hash(hash) => match (hash.is_packed(), hash.first_time()) {
            (true, None) => Layout::HashListpack,
            (false, None) => Layout::Hash,
            (true, Some(_)) => Layout::HashListpackTimes,
            (false, Some(_)) => Layout::HashTimes,
        },
        Value::SortedSet(set) if set.encoding() == "listpack" => Layout::SortedSetListpack,
        Value::SortedSet(_) => Layout::SortedSet,
    }
}

/// Bytes that grow by lengths, strings and values.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) buffer: Vec<u8>,
    listpack: ListpackWriter,
}

impl Output {
    pub(crate) fn byte(&mut self, byte: u8) {
        self.buffer.push(byte);
    }

    pub(crate) fn size(&mut self, len: usize) {
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
    pub(crate) fn string(&mut self, text: &[u8]) {
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

    /// The value, in the layout that [`layout_of`] names.
    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Int(number) => self.piece(Piece::Int(*number)),
            Value::Str(text) => self.string(text),
            Value::List(list) => self.list(list),
            Value::Set(set) => self.set(set),
            Value::Hash(hash) => self.hash(hash),
            Value::SortedSet(set) => self.sorted_set(set),
        }
    }

    fn list(&mut self, list: &List) {
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
        self.size(nodes.len());
        for block in nodes {
            self.length(node::PACKED);
            self.raw_string(&block);
        }
    }

    fn set(&mut self, set: &Set) {
        if set.encoding() == "intset" {
            let members: Vec<i64> = set.iter().filter_map(Piece::as_int).collect();
            self.raw_string(&write_int_set(&members));
            return;
        }
        self.size(set.len());
        for member in set {
            self.piece(member);
        }
    }

    fn hash(&mut self, hash: &Hash) {
        if let Some(first) = hash.first_time() {
            self.hash_with_times(hash, first);
            return;
        }
        if hash.is_packed() {
            for (field, text) in hash {
                self.listpack.push(field);
                self.listpack.push(text);
            }
            self.packed();
            return;
        }
        self.size(hash.len());
        for (field, text) in hash {
            self.piece(field);
            self.piece(text);
        }
    }

    fn hash_with_times(&mut self, hash: &Hash, first: i64) {
        self.buffer.extend(first.to_le_bytes());
        let packed = hash.is_packed();
        if !packed {
            self.size(hash.len());
        }
        for (field, text) in hash {
            let at = hash.time(&field.to_cow());
            if packed {
                self.listpack.push(field);
                self.listpack.push(text);
                self.listpack.push(Piece::Int(at.unwrap_or(0)));
            } else {
                // Nothing stands for a field that stays, so the first to go has one.
                self.length(at.map_or(0, |at| at.abs_diff(first) + 1));
                self.piece(field);
                self.piece(text);
            }
        }
        if packed {
            self.packed();
        }
    }

    fn sorted_set(&mut self, set: &SortedSet) {
        if set.encoding() == "listpack" {
            for (member, score) in set {
                self.listpack.push(member);
                let text = crate::resp::number::format_double(score);
                self.listpack.push(Piece::Bytes(text.as_bytes()));
            }
            self.packed();
            return;
        }
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
