//! Writes values as bytes that Redis 7.0 reads.
//!
//! They keep the encoding that they have here, so they have it again in whoever loads them.

use super::codes::{Layout, node, special};
use super::packed::{ListpackWriter, write_int_set};
use crate::engine::data::{Hash, Piece, Pieces, SortedSet, Value};

/// Shorter strings are not worth the time that compressing takes.
const COMPRESS_FROM: usize = 1024;

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

/// A longer string is handed over piece by piece where long ones are compressed later.
const PIECE: usize = 1024 * 1024;

/// Bytes that grow by lengths, strings and values.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) buffer: Vec<u8>,
    listpack: ListpackWriter,
    /// Strings to be compressed by somebody else, if that is wanted.
    late: Option<Vec<Late>>,
    late_len: usize,
}

/// A string that belongs into the output at a place, and may be compressed there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Late {
    /// Before which byte of the buffer.
    pub(crate) at: usize,
    /// The string, or the next piece of it.
    pub(crate) text: Vec<u8>,
    /// Another piece comes behind.
    pub(crate) goes_on: bool,
}

impl Output {
    /// Compresses nothing itself: [`Output::take_late`] gives what may be.
    pub(crate) fn deferring() -> Self {
        Self { late: Some(Vec::new()), ..Self::default() }
    }

    /// The strings that belong into the buffer.
    pub(crate) fn take_late(&mut self) -> Vec<Late> {
        self.late_len = 0;
        self.late.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// How many bytes there are, strings for later included.
    pub(crate) fn weight(&self) -> usize {
        self.buffer.len() + self.late_len
    }

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
    pub(crate) fn raw_string(&mut self, text: &[u8]) {
        if text.len() >= COMPRESS_FROM && self.late.is_some() {
            self.add_late(text, false);
            return;
        }
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

    fn add_late(&mut self, text: &[u8], goes_on: bool) {
        if let Some(late) = &mut self.late {
            self.late_len += text.len();
            late.push(Late { at: self.buffer.len(), text: text.to_vec(), goes_on });
        }
    }

    /// The value, in the layout that [`layout_of`] names.
    pub(crate) fn value(&mut self, value: &Value) {
        self.value_from(value, 0, usize::MAX);
    }

    /// The value from element `from` on, until the output weighs `limit`: says with which element to go
    /// on. Bytes of a string count as elements; packed forms come as a whole.
    pub(crate) fn value_from(&mut self, value: &Value, from: usize, limit: usize) -> Option<usize> {
        match value {
            Value::Int(number) => self.piece(Piece::Int(*number)),
            Value::Str(text) if self.late.is_some() && text.len() > PIECE => {
                let end = text.len().min(from.saturating_add(PIECE));
                let goes_on = end < text.len();
                self.add_late(text.get(from..end).unwrap_or_default(), goes_on);
                return goes_on.then_some(end);
            }
            Value::Str(text) => self.string(text),
            Value::List(list) => {
                let blocks = (from..list.blocks()).filter_map(|number| list.block(number));
                return self.elements((from, list.blocks(), limit), blocks, Self::list_node);
            }
            Value::Set(set) if set.encoding() == "intset" => {
                let members: Vec<i64> = set.iter().filter_map(Piece::as_int).collect();
                self.raw_string(&write_int_set(&members));
            }
            Value::Set(set) => {
                let range = (from, set.len(), limit);
                return self.elements(range, set.iter_from(from), Self::piece);
            }
            Value::Hash(hash) if hash.is_packed() => self.packed_hash(hash),
            Value::Hash(hash) => {
                let range = (from, hash.len(), limit);
                if let Some(first) = hash.first_time() {
                    if from == 0 {
                        self.buffer.extend(first.to_le_bytes());
                    }
                    return self.elements(range, hash.iter_from(from), |out, (field, text)| {
                        let at = hash.time(&field.to_cow());
                        // Nothing stands for a field that stays, so the first to go has one.
                        out.length(at.map_or(0, |at| at.abs_diff(first) + 1));
                        out.piece(field);
                        out.piece(text);
                    });
                }
                return self.elements(range, hash.iter_from(from), |out, (field, text)| {
                    out.piece(field);
                    out.piece(text);
                });
            }
            Value::SortedSet(set) if set.encoding() == "listpack" => self.packed_sorted_set(set),
            Value::SortedSet(set) => {
                let (len, members) = (set.len(), set.range(from..set.len()));
                return self.elements((from, len, limit), members, |out, (member, score)| {
                    out.piece(member);
                    out.buffer.extend(score.to_le_bytes());
                });
            }
        }
        None
    }

    /// Elements from the first number on, with their count before the very first of them.
    fn elements<T>(
        &mut self,
        (from, count, limit): (usize, usize, usize),
        elements: impl Iterator<Item = T>,
        write: impl Fn(&mut Self, T),
    ) -> Option<usize> {
        if from == 0 {
            self.size(count);
        }
        let mut next = from;
        for element in elements {
            write(self, element);
            next += 1;
            if self.weight() >= limit && next < count {
                return Some(next);
            }
        }
        None
    }

    fn list_node(&mut self, block: Pieces<'_>) {
        for item in block {
            self.listpack.push(item);
        }
        self.length(node::PACKED);
        self.packed();
    }

    fn packed_hash(&mut self, hash: &Hash) {
        let first = hash.first_time();
        if let Some(first) = first {
            self.buffer.extend(first.to_le_bytes());
        }
        for (field, text) in hash {
            self.listpack.push(field);
            self.listpack.push(text);
            if first.is_some() {
                let at = hash.time(&field.to_cow());
                self.listpack.push(Piece::Int(at.unwrap_or(0)));
            }
        }
        self.packed();
    }

    fn packed_sorted_set(&mut self, set: &SortedSet) {
        for (member, score) in set {
            self.listpack.push(member);
            let text = crate::resp::number::format_double(score);
            self.listpack.push(Piece::Bytes(text.as_bytes()));
        }
        self.packed();
    }

    fn packed(&mut self) {
        let block = self.listpack.finish();
        self.raw_string(&block);
    }
}
