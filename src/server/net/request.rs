//! Requests off the front of what a client sent: arrays of bulk strings, or a typed line.
//!
//! Everything here comes from outside. Lengths are bounded before anything is kept for them, and
//! what is no request ends the connection with the words that Redis has for it.

use smallvec::SmallVec;

use crate::syntax;

/// The longest line that may be typed, and the longest header.
const INLINE_MAX: usize = 64 * 1024;
/// The most words of one request.
const WORDS_MAX: i64 = 1024 * 1024;
/// The most words, and the longest, before a client has told its password.
const STRANGER_WORDS: i64 = 10;
const STRANGER_WORD: i64 = 16 * 1024;

/// What stands at the front of the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Front {
    /// A request of so many bytes; its words are in the list.
    Whole(usize),
    /// The beginning of one: nothing can be said before there are so many bytes.
    Needs(usize),
    /// No request: these words end the connection.
    Broken(String),
}

/// What a client may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// The longest word, in bytes (`proto-max-bulk-len`).
    pub(super) word: i64,
    /// Whether the client may do anything but tell its password.
    pub(super) is_known: bool,
}

/// Room for so many words stays reserved.
const KEPT: usize = 1024;

/// Where the words of a request stand in the bytes, or the words of a typed line.
///
/// A request that comes in pieces is read on where the last piece ended: reading it from its start
/// each time would cost the square of its length.
#[derive(Debug, Default)]
pub(super) struct Words {
    spans: Vec<(usize, usize)>,
    typed: Vec<Vec<u8>>,
    /// An array was begun: how many of its words are still to be read, and where the next stands.
    begun: Option<Begun>,
}

#[derive(Debug, Clone, Copy)]
struct Begun {
    words: i64,
    at: usize,
}

impl Words {
    /// The words, as they stand in `bytes`. Up to sixteen cost no allocation.
    pub(super) fn of<'b>(&'b self, bytes: &'b [u8]) -> SmallVec<[&'b [u8]; 16]> {
        if self.typed.is_empty() {
            let word = |&(start, end): &(usize, usize)| bytes.get(start..end).unwrap_or_default();
            self.spans.iter().map(word).collect()
        } else {
            self.typed.iter().map(Vec::as_slice).collect()
        }
    }
}

/// Reads the request at the front of `bytes`, or goes on reading the one that was begun there.
pub(super) fn read(bytes: &[u8], bounds: Bounds, words: &mut Words) -> Front {
    if words.begun.is_none() {
        words.spans.clear();
        words.spans.shrink_to(KEPT);
        words.typed.clear();
    }
    match bytes.first() {
        None => Front::Needs(1),
        Some(b'*') => array(bytes, bounds, words),
        Some(_) => inline(bytes, words),
    }
}

fn array(bytes: &[u8], bounds: Bounds, words: &mut Words) -> Front {
    let mut begun = match words.begun {
        Some(begun) => begun,
        None => match line(bytes, 1) {
            Line::Number(words, at) => Begun { words, at },
            Line::Partial => return partial(bytes, 0, "too big mbulk count string"),
            Line::Wrong => return broken("invalid multibulk length"),
        },
    };
    if begun.words > WORDS_MAX {
        return broken("invalid multibulk length");
    }
    if !bounds.is_known && begun.words > STRANGER_WORDS {
        return broken("unauthenticated multibulk length");
    }
    while begun.words > 0 {
        match word(bytes, begun.at, bounds) {
            Ok((start, end)) => {
                words.spans.push((start, end));
                begun = Begun { words: begun.words - 1, at: end + 2 };
            }
            Err(front) => {
                words.begun = Some(begun);
                return front;
            }
        }
    }
    words.begun = None;
    Front::Whole(begun.at)
}

/// Where the word whose header stands at `at` begins and ends.
fn word(bytes: &[u8], at: usize, bounds: Bounds) -> Result<(usize, usize), Front> {
    match bytes.get(at) {
        None => return Err(Front::Needs(at + 1)),
        Some(b'$') => {}
        Some(&other) => return Err(broken(&format!("expected '$', got '{}'", char::from(other)))),
    }
    let (length, start) = match line(bytes, at + 1) {
        Line::Number(length, next) => (length, next),
        Line::Partial => return Err(partial(bytes, at, "too big bulk count string")),
        Line::Wrong => return Err(broken("invalid bulk length")),
    };
    if !bounds.is_known && length > STRANGER_WORD {
        return Err(broken("unauthenticated bulk length"));
    }
    let size = match usize::try_from(length) {
        Ok(size) if length <= bounds.word => size,
        Ok(_) | Err(_) => return Err(broken("invalid bulk length")),
    };
    let end = start + size;
    if bytes.len() < end + 2 { Err(Front::Needs(end + 2)) } else { Ok((start, end)) }
}

/// A line with a number in it.
enum Line {
    /// The number, and where the next line begins.
    Number(i64, usize),
    /// The line has no end yet.
    Partial,
    /// It holds something else.
    Wrong,
}

fn line(bytes: &[u8], at: usize) -> Line {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(end) = memchr::memchr(b'\r', rest) else { return Line::Partial };
    if rest.len() < end + 2 {
        return Line::Partial;
    }
    let digits = rest.get(..end).unwrap_or_default();
    match crate::engine::parse_i64(digits) {
        Some(number) => Line::Number(number, at + end + 2),
        None => Line::Wrong,
    }
}

/// The line that begins at `at` has no end yet: more is needed, unless it is too long already.
fn partial(bytes: &[u8], at: usize, too_long: &str) -> Front {
    if bytes.len() - at > INLINE_MAX { broken(too_long) } else { Front::Needs(bytes.len() + 1) }
}

fn broken(what: &str) -> Front {
    Front::Broken(format!("ERR Protocol error: {what}"))
}

/// A typed line: words as `redis-cli` quotes them, for people with `telnet`.
fn inline(bytes: &[u8], words: &mut Words) -> Front {
    let Some(end) = memchr::memchr(b'\n', bytes) else {
        return partial(bytes, 0, "too big inline request");
    };
    let text = bytes.get(..end).unwrap_or_default();
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    match syntax::split_args(text) {
        Some(typed) => {
            words.typed = typed;
            Front::Whole(end + 1)
        }
        None => broken("unbalanced quotes in request"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Bounds = Bounds { word: 512 * 1024 * 1024, is_known: true };

    fn words(bytes: &[u8]) -> Result<(Vec<String>, usize), Front> {
        let mut found = Words::default();
        match read(bytes, FREE, &mut found) {
            Front::Whole(size) => {
                let words = found.of(bytes);
                let text = |word: &&[u8]| String::from_utf8_lossy(word).into_owned();
                Ok((words.iter().map(text).collect(), size))
            }
            other @ (Front::Needs(_) | Front::Broken(_)) => Err(other),
        }
    }

    #[test]
    fn arrays_and_typed_lines_are_words() {
        let (found, size) = words(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\nrest").unwrap();
        assert_eq!((found, size), (vec!["GET".to_owned(), "k".to_owned()], 20));
        let (found, size) = words(b"SET k \"a b\"\r\nPING\r\n").unwrap();
        assert_eq!((found.len(), size), (3, 13));
        assert_eq!(words(b"\r\n").unwrap(), (Vec::new(), 2));
        assert_eq!(words(b"*0\r\n").unwrap(), (Vec::new(), 4));
        assert_eq!(words(b"*-1\r\n").unwrap(), (Vec::new(), 5));
    }

    #[test]
    fn a_part_says_how_much_it_needs() {
        assert_eq!(words(b""), Err(Front::Needs(1)));
        assert_eq!(words(b"*2"), Err(Front::Needs(3)));
        assert_eq!(words(b"*1\r\n$1000\r\nab"), Err(Front::Needs(1013)));
        assert_eq!(words(b"PING"), Err(Front::Needs(5)));
    }

    #[test]
    fn a_request_in_pieces_is_read_on_where_it_ended() {
        let bytes = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nvv\r\nrest";
        let mut found = Words::default();
        let mut places = Vec::new();
        for end in 1..bytes.len() {
            match read(&bytes[..end], FREE, &mut found) {
                Front::Whole(size) => {
                    assert_eq!(size, bytes.len() - 4);
                    assert_eq!(found.of(bytes).as_slice(), [b"SET".as_slice(), b"k", b"vv"]);
                    break;
                }
                Front::Needs(_) => places.extend(found.begun.map(|begun| begun.at)),
                broken @ Front::Broken(_) => panic!("{broken:?}"),
            }
        }
        places.dedup();
        assert_eq!(places, [4, 13, 20]);
    }

    #[test]
    fn what_is_no_request_is_refused_in_redis_words() {
        let broken = |text: &str| Err(Front::Broken(format!("ERR Protocol error: {text}")));
        for (bytes, text) in [
            (b"*x\r\n".as_slice(), "invalid multibulk length"),
            (b"*1048577\r\n", "invalid multibulk length"),
            (b"*99999999999999999999\r\n", "invalid multibulk length"),
            (b"*1\r\n:1\r\n", "expected '$', got ':'"),
            (b"*1\r\n$-1\r\n", "invalid bulk length"),
            (b"*1\r\n$9223372036854775807\r\n", "invalid bulk length"),
            (b"*1\r\n$536870913\r\n", "invalid bulk length"),
            (b"SET k \"open\r\n", "unbalanced quotes in request"),
        ] {
            assert_eq!(words(bytes), broken(text), "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(words(&vec![b'a'; 70_000]), broken("too big inline request"));
        assert_eq!(
            words(&[b"*".as_slice(), &vec![b'1'; 70_000][..]].concat()),
            broken("too big mbulk count string")
        );
        let header = [b"*1\r\n$".as_slice(), &vec![b'1'; 70_000][..]].concat();
        assert_eq!(words(&header), broken("too big bulk count string"));
    }

    #[test]
    fn a_stranger_may_send_little() {
        let stranger = Bounds { is_known: false, ..FREE };
        let mut found = Words::default();
        for (bytes, text) in [
            (b"*11\r\n".as_slice(), "unauthenticated multibulk length"),
            (b"*1\r\n$16385\r\n", "unauthenticated bulk length"),
        ] {
            let told = Front::Broken(format!("ERR Protocol error: {text}"));
            assert_eq!(read(bytes, stranger, &mut found), told);
        }
    }
}
