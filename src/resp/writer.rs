//! The typed writer: each reply goes straight into the client's buffer, as RESP2 or RESP3.
//!
//! There is no tree of values on the way. Knows no command and no key.

use super::number;

/// Which version of the protocol a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// What every client starts with.
    #[default]
    Resp2,
    /// After `HELLO 3`.
    Resp3,
}

/// Writes replies into a byte buffer.
///
/// Where the two protocols differ (maps, sets, nulls, doubles, booleans) the writer picks the
/// form, so a handler says only what it means.
#[derive(Debug)]
pub struct Writer<'a> {
    buffer: &'a mut Vec<u8>,
    protocol: Protocol,
}

/// Where a collection began whose length is not known yet; see [`Writer::begin`].
#[derive(Debug, Clone, Copy)]
#[must_use = "the collection has no header until Writer::end is called"]
pub struct Mark(usize);

/// The three RESP collections a handler can open before it knows how many elements follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// An array.
    Array,
    /// Pairs: counted in pairs, sent as a flat array in RESP2.
    Map,
    /// A set: an array in RESP2.
    Set,
}

impl<'a> Writer<'a> {
    /// A writer that appends to `buffer`.
    pub fn new(buffer: &'a mut Vec<u8>, protocol: Protocol) -> Self {
        Self { buffer, protocol }
    }

    /// The protocol in use.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Switches the protocol for what follows (`HELLO`, `RESET`).
    pub fn set_protocol(&mut self, protocol: Protocol) {
        self.protocol = protocol;
    }

    /// How many bytes the buffer holds now; pass it to [`Writer::rewind`].
    pub fn position(&self) -> usize {
        self.buffer.len()
    }

    /// Takes back everything written since `position`.
    pub fn rewind(&mut self, position: usize) {
        self.buffer.truncate(position);
    }

    /// Takes out everything written since `position`, to be [appended](Writer::append) later.
    pub fn split_off(&mut self, position: usize) -> Vec<u8> {
        self.buffer.split_off(position.min(self.buffer.len()))
    }

    /// Writes again what was split off.
    pub fn append(&mut self, written: &[u8]) {
        self.buffer.extend_from_slice(written);
    }

    /// `+OK`
    pub fn ok(&mut self) {
        self.buffer.extend_from_slice(b"+OK\r\n");
    }

    /// A simple string. Line breaks, which the protocol cannot carry here, become spaces.
    pub fn simple(&mut self, text: &str) {
        self.line(b'+', text.as_bytes());
    }

    /// A simple string that need not be text.
    pub fn status(&mut self, status: &[u8]) {
        self.line(b'+', status);
    }

    /// An error; `text` starts with its code, such as `ERR`.
    pub fn error(&mut self, text: &[u8]) {
        self.line(b'-', text);
    }

    /// An integer.
    pub fn int(&mut self, value: i64) {
        self.header(b':', value);
    }

    /// A count, as an integer.
    pub fn count(&mut self, value: usize) {
        self.int(i64::try_from(value).unwrap_or(i64::MAX));
    }

    /// A bulk string.
    pub fn bulk(&mut self, bytes: &[u8]) {
        // Elements of collections are mostly this short.
        match u8::try_from(bytes.len()) {
            Ok(digit @ 0..=9) => {
                self.buffer.extend_from_slice(&[b'$', b'0' + digit, b'\r', b'\n']);
            }
            Ok(_) | Err(_) => self.length(b'$', bytes.len()),
        }
        self.buffer.extend_from_slice(bytes);
        self.buffer.extend_from_slice(b"\r\n");
    }

    /// An integer sent as a bulk string.
    pub fn bulk_int(&mut self, value: i64) {
        let mut digits = itoa::Buffer::new();
        self.bulk(digits.format(value).as_bytes());
    }

    /// A bulk string, or null.
    pub fn bulk_or_null(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.bulk(bytes),
            None => self.null(),
        }
    }

    /// No value: RESP2's null bulk string.
    pub fn null(&mut self) {
        self.buffer.extend_from_slice(match self.protocol {
            Protocol::Resp2 => b"$-1\r\n",
            Protocol::Resp3 => b"_\r\n",
        });
    }

    /// No value where an array would stand: RESP2's null array.
    pub fn null_array(&mut self) {
        self.buffer.extend_from_slice(match self.protocol {
            Protocol::Resp2 => b"*-1\r\n",
            Protocol::Resp3 => b"_\r\n",
        });
    }

    /// The header of an array of `len` replies, which the caller writes next.
    pub fn array(&mut self, len: usize) {
        self.length(b'*', len);
    }

    /// The header of a map of `pairs` pairs.
    pub fn map(&mut self, pairs: usize) {
        match self.protocol {
            Protocol::Resp2 => self.length(b'*', pairs.saturating_mul(2)),
            Protocol::Resp3 => self.length(b'%', pairs),
        }
    }

    /// The header of a set.
    pub fn set(&mut self, len: usize) {
        match self.protocol {
            Protocol::Resp2 => self.length(b'*', len),
            Protocol::Resp3 => self.length(b'~', len),
        }
    }

    /// The header of an out-of-band push (an array in RESP2).
    pub fn push(&mut self, len: usize) {
        match self.protocol {
            Protocol::Resp2 => self.length(b'*', len),
            Protocol::Resp3 => self.length(b'>', len),
        }
    }

    /// A double: a bulk string in RESP2.
    pub fn double(&mut self, value: f64) {
        let text = number::format_double(value);
        match self.protocol {
            Protocol::Resp2 => self.bulk(text.as_bytes()),
            Protocol::Resp3 => self.line(b',', text.as_bytes()),
        }
    }

    /// An integer of any length, as its digits: a bulk string in RESP2.
    pub fn big_number(&mut self, digits: &[u8]) {
        match self.protocol {
            Protocol::Resp2 => {
                let clean = |byte: &u8| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte };
                self.bulk(&digits.iter().map(clean).collect::<Vec<u8>>());
            }
            Protocol::Resp3 => self.line(b'(', digits),
        }
    }

    /// A boolean: `1` or `0` in RESP2.
    pub fn boolean(&mut self, value: bool) {
        match self.protocol {
            Protocol::Resp2 => self.int(i64::from(value)),
            Protocol::Resp3 => {
                self.buffer.extend_from_slice(if value { b"#t\r\n" } else { b"#f\r\n" });
            }
        }
    }

    /// Text for people; `format` is `txt` or `mkd`. A bulk string in RESP2.
    pub fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        match self.protocol {
            Protocol::Resp2 => self.bulk(text),
            Protocol::Resp3 => {
                self.length(b'=', text.len().saturating_add(4));
                self.buffer.extend_from_slice(&format);
                self.buffer.push(b':');
                self.buffer.extend_from_slice(text);
                self.buffer.extend_from_slice(b"\r\n");
            }
        }
    }

    /// Opens a collection whose length is known only after its elements were written.
    pub fn begin(&mut self) -> Mark {
        Mark(self.buffer.len())
    }

    /// Puts the header before the elements written since `mark`; `len` counts pairs for a map.
    pub fn end(&mut self, mark: Mark, collection: Collection, len: usize) {
        let start = self.buffer.len();
        match collection {
            Collection::Array => self.array(len),
            Collection::Map => self.map(len),
            Collection::Set => self.set(len),
        }
        let header = self.buffer.len() - start;
        if let Some(tail) = self.buffer.get_mut(mark.0..) {
            tail.rotate_right(header);
        }
    }

    /// Appends replies that are already encoded in this writer's protocol.
    pub fn raw(&mut self, encoded: &[u8]) {
        self.buffer.extend_from_slice(encoded);
    }

    fn line(&mut self, marker: u8, text: &[u8]) {
        self.buffer.push(marker);
        self.buffer.extend(
            text.iter().map(|&byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte }),
        );
        self.buffer.extend_from_slice(b"\r\n");
    }

    #[inline]
    fn header(&mut self, marker: u8, value: i64) {
        // Most are below ten: one store of four bytes.
        match u8::try_from(value) {
            Ok(digit @ 0..=9) => {
                self.buffer.extend_from_slice(&[marker, b'0' + digit, b'\r', b'\n']);
            }
            Ok(number @ 10..=99) => {
                let (tens, ones) = (b'0' + number / 10, b'0' + number % 10);
                self.buffer.extend_from_slice(&[marker, tens, ones, b'\r', b'\n']);
            }
            Ok(_) | Err(_) => self.long_header(marker, value),
        }
    }

    fn long_header(&mut self, marker: u8, value: i64) {
        let mut digits = itoa::Buffer::new();
        self.buffer.push(marker);
        self.buffer.extend_from_slice(digits.format(value).as_bytes());
        self.buffer.extend_from_slice(b"\r\n");
    }

    fn length(&mut self, marker: u8, len: usize) {
        self.header(marker, i64::try_from(len).unwrap_or(i64::MAX));
    }
}

/// Appends a request, an array of bulk strings, to `buffer`: what a client sends and what the
/// append-only file holds.
pub fn write_request<T: AsRef<[u8]>>(buffer: &mut Vec<u8>, words: &[T]) {
    let mut writer = Writer::new(buffer, Protocol::Resp2);
    writer.array(words.len());
    for word in words {
        writer.bulk(word.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(protocol: Protocol, write: impl Fn(&mut Writer<'_>)) -> String {
        let mut buffer = Vec::new();
        write(&mut Writer::new(&mut buffer, protocol));
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn each_protocol_has_its_own_nulls_and_collections() {
        let all = |writer: &mut Writer<'_>| {
            writer.null();
            writer.null_array();
            writer.map(1);
            writer.set(2);
            writer.boolean(true);
            writer.double(1.5);
        };
        assert_eq!(written(Protocol::Resp2, all), "$-1\r\n*-1\r\n*2\r\n*2\r\n:1\r\n$3\r\n1.5\r\n");
        assert_eq!(written(Protocol::Resp3, all), "_\r\n_\r\n%1\r\n~2\r\n#t\r\n,1.5\r\n");
    }

    #[test]
    fn numbers_of_any_length_are_written_in_decimal() {
        for value in [0, 9, 10, 99, 100, 255, 256, -1, -10, i64::MIN, i64::MAX] {
            let text = written(Protocol::Resp2, |writer| writer.int(value));
            assert_eq!(text, format!(":{value}\r\n"));
        }
    }

    #[test]
    fn a_collection_can_get_its_length_last() {
        let text = written(Protocol::Resp3, |writer| {
            writer.int(7);
            let mark = writer.begin();
            writer.bulk(b"a");
            writer.int(1);
            writer.end(mark, Collection::Map, 1);
        });
        assert_eq!(text, ":7\r\n%1\r\n$1\r\na\r\n:1\r\n");
    }

    #[test]
    fn line_breaks_cannot_split_an_error() {
        assert_eq!(written(Protocol::Resp2, |w| w.error(b"ERR a\r\nb")), "-ERR a  b\r\n");
    }

    #[test]
    fn a_request_is_an_array_of_bulk_strings() {
        let mut buffer = Vec::new();
        write_request(&mut buffer, &[b"SET".as_slice(), b"k", b""]);
        assert_eq!(buffer, b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n");
    }
}
