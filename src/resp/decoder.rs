//! Decodes requests and replies from bytes that may still be incomplete.
//!
//! Everything here reads what came from outside: lengths are bounded, nesting is bounded, and
//! no input can make it panic or reserve memory that the input does not justify.

use super::Reply;

/// Collections inside collections beyond this depth are refused.
const MAX_DEPTH: usize = 64;
/// `proto-max-bulk-len`'s default: no string is longer.
pub(super) const MAX_BULK: i64 = 512 * 1024 * 1024;
/// No array header promises more elements than this.
pub(super) const MAX_ARRAY: i64 = 1024 * 1024 * 1024;

/// Why bytes could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// So far all is well: more bytes are needed.
    #[error("the data ends in the middle of a value")]
    Incomplete,
    /// A byte that starts no value stands where one must start.
    #[error("expected a value, found byte {found:#04x}")]
    UnexpectedByte {
        /// The byte.
        found: u8,
    },
    /// A length is not a number or is out of range.
    #[error("invalid length")]
    InvalidLength,
    /// A number does not parse.
    #[error("invalid number")]
    InvalidNumber,
    /// A value does not end with CR LF where its length says it must.
    #[error("a value does not end where its length says")]
    MissingTerminator,
    /// More than 64 collections inside one another.
    #[error("collections are nested too deeply")]
    TooDeep,
}

/// Reads values off the front of a slice.
#[derive(Debug, Clone, Copy)]
pub struct Decoder<'a> {
    input: &'a [u8],
    offset: usize,
}

impl<'a> Decoder<'a> {
    /// A decoder at the start of `input`.
    pub fn new(input: &'a [u8]) -> Self {
        Self { input, offset: 0 }
    }

    /// How many bytes were read by calls that succeeded.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Whether all the input was read.
    pub fn is_empty(&self) -> bool {
        self.offset >= self.input.len()
    }

    /// Reads one request, an array of bulk strings, into `words` (emptied first).
    ///
    /// On an error nothing is consumed.
    pub fn request(&mut self, words: &mut Vec<&'a [u8]>) -> Result<(), DecodeError> {
        words.clear();
        if let Some(rest) = self.input.get(self.offset..).and_then(|rest| plain(rest, words)) {
            self.offset = self.input.len() - rest.len();
            return Ok(());
        }
        words.clear();
        let start = self.offset;
        let result = self.request_inner(words);
        if result.is_err() {
            self.offset = start;
        }
        result
    }

    fn request_inner(&mut self, words: &mut Vec<&'a [u8]>) -> Result<(), DecodeError> {
        self.expect(b'*')?;
        let len = self.length(MAX_ARRAY)?.ok_or(DecodeError::InvalidLength)?;
        for _ in 0..len {
            self.expect(b'$')?;
            words.push(self.bulk()?.ok_or(DecodeError::InvalidLength)?);
        }
        Ok(())
    }

    /// Reads one reply. On an error nothing is consumed.
    pub fn reply(&mut self) -> Result<Reply, DecodeError> {
        let start = self.offset;
        let result = self.reply_at(0);
        if result.is_err() {
            self.offset = start;
        }
        result
    }

    fn reply_at(&mut self, depth: usize) -> Result<Reply, DecodeError> {
        if depth > MAX_DEPTH {
            return Err(DecodeError::TooDeep);
        }
        let marker = self.byte()?;
        Ok(match marker {
            b'+' => Reply::Simple(self.line()?.to_vec()),
            b'-' => Reply::Error(self.line()?.to_vec()),
            b':' => Reply::Integer(parse_int(self.line()?).ok_or(DecodeError::InvalidNumber)?),
            b'$' => self.bulk()?.map_or(Reply::Null, |bytes| Reply::Bulk(bytes.to_vec())),
            b'*' => match self.length(MAX_ARRAY)? {
                None => Reply::Null,
                Some(len) => Reply::Array(self.replies(len, depth)?),
            },
            b'~' => Reply::Set(self.counted(depth)?),
            b'>' => Reply::Push(self.counted(depth)?),
            b'%' => Reply::Map(self.pairs(depth)?),
            // What an attribute says of the value behind it is not for whoever asked for the value.
            b'|' => {
                self.pairs(depth)?;
                self.reply_at(depth + 1)?
            }
            b'!' => Reply::Error(self.bulk()?.ok_or(DecodeError::InvalidLength)?.to_vec()),
            b'_' => {
                self.line()?;
                Reply::Null
            }
            b',' => Reply::Double(self.line()?.to_vec()),
            b'(' => Reply::BigNumber(self.line()?.to_vec()),
            b'#' => match self.line()? {
                b"t" => Reply::Boolean(true),
                b"f" => Reply::Boolean(false),
                _ => return Err(DecodeError::InvalidNumber),
            },
            b'=' => {
                let bytes = self.bulk()?.ok_or(DecodeError::InvalidLength)?;
                match bytes.split_first_chunk::<3>() {
                    Some((format, [b':', text @ ..])) => {
                        Reply::Verbatim { format: *format, text: text.to_vec() }
                    }
                    _ => return Err(DecodeError::InvalidLength),
                }
            }
            found => return Err(DecodeError::UnexpectedByte { found }),
        })
    }

    fn pairs(&mut self, depth: usize) -> Result<Vec<(Reply, Reply)>, DecodeError> {
        let len = self.length(MAX_ARRAY)?.ok_or(DecodeError::InvalidLength)?;
        let mut pairs = Vec::new();
        for _ in 0..len {
            pairs.push((self.reply_at(depth + 1)?, self.reply_at(depth + 1)?));
        }
        Ok(pairs)
    }

    fn counted(&mut self, depth: usize) -> Result<Vec<Reply>, DecodeError> {
        let len = self.length(MAX_ARRAY)?.ok_or(DecodeError::InvalidLength)?;
        self.replies(len, depth)
    }

    fn replies(&mut self, len: usize, depth: usize) -> Result<Vec<Reply>, DecodeError> {
        // Grown as elements arrive: a header alone must not reserve memory.
        let mut replies = Vec::new();
        for _ in 0..len {
            replies.push(self.reply_at(depth + 1)?);
        }
        Ok(replies)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = *self.input.get(self.offset).ok_or(DecodeError::Incomplete)?;
        self.offset += 1;
        Ok(byte)
    }

    fn expect(&mut self, wanted: u8) -> Result<(), DecodeError> {
        match self.byte()? {
            found if found == wanted => Ok(()),
            found => Err(DecodeError::UnexpectedByte { found }),
        }
    }

    fn line(&mut self) -> Result<&'a [u8], DecodeError> {
        let rest = self.input.get(self.offset..).unwrap_or_default();
        let end = memchr::memchr(b'\r', rest).ok_or(DecodeError::Incomplete)?;
        match rest.get(end + 1) {
            None => Err(DecodeError::Incomplete),
            Some(b'\n') => {
                self.offset += end + 2;
                Ok(rest.get(..end).unwrap_or_default())
            }
            Some(_) => Err(DecodeError::MissingTerminator),
        }
    }

    fn length(&mut self, max: i64) -> Result<Option<usize>, DecodeError> {
        match parse_int(self.line()?) {
            Some(-1) => Ok(None),
            Some(len) if (0..=max).contains(&len) => {
                usize::try_from(len).map(Some).map_err(|_| DecodeError::InvalidLength)
            }
            _ => Err(DecodeError::InvalidLength),
        }
    }

    fn bulk(&mut self) -> Result<Option<&'a [u8]>, DecodeError> {
        let Some(len) = self.length(MAX_BULK)? else { return Ok(None) };
        let rest = self.input.get(self.offset..).unwrap_or_default();
        let (bytes, rest) = rest.split_at_checked(len).ok_or(DecodeError::Incomplete)?;
        match rest {
            [b'\r', b'\n', ..] => {
                self.offset += len + 2;
                Ok(Some(bytes))
            }
            [] | [b'\r'] => Err(DecodeError::Incomplete),
            _ => Err(DecodeError::MissingTerminator),
        }
    }
}

/// Reads a whole request that is written in the plainest way, and gives what stands behind it. All
/// that clients send comes this way, in few steps; whatever else there is, or what is wrong with it,
/// [`Decoder::request`] finds out.
fn plain<'a>(input: &'a [u8], words: &mut Vec<&'a [u8]>) -> Option<&'a [u8]> {
    let (count, mut rest) = plain_length(b'*', input)?;
    for _ in 0..count {
        let (len, behind) = plain_length(b'$', rest)?;
        let (word, behind) = behind.split_at_checked(len)?;
        let [b'\r', b'\n', behind @ ..] = behind else { return None };
        words.push(word);
        rest = behind;
    }
    Some(rest)
}

/// A length behind its marker, and what stands behind its line end.
#[inline]
fn plain_length(marker: u8, input: &[u8]) -> Option<(usize, &[u8])> {
    let digit = |byte: &u8| usize::from(byte - b'0');
    match input {
        [first, one @ b'0'..=b'9', b'\r', b'\n', rest @ ..] if *first == marker => {
            Some((digit(one), rest))
        }
        [first, ten @ b'0'..=b'9', one @ b'0'..=b'9', b'\r', b'\n', rest @ ..]
            if *first == marker =>
        {
            Some((10 * digit(ten) + digit(one), rest))
        }
        [first, rest @ ..] if *first == marker => longer_length(rest),
        _ => None,
    }
}

/// The same for a length of up to nine digits, behind its marker.
fn longer_length(input: &[u8]) -> Option<(usize, &[u8])> {
    let digits = input.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, [b'\r', b'\n', rest @ ..]) = input.split_at_checked(digits)? else { return None };
    if !(1..=9).contains(&digits.len()) {
        return None;
    }
    let length = digits.iter().fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
    i64::try_from(length).is_ok_and(|length| length <= MAX_BULK).then_some((length, rest))
}

pub(super) fn parse_int(digits: &[u8]) -> Option<i64> {
    // `from_str` would also take a leading plus sign, which the protocol has not.
    if digits.first() == Some(&b'+') {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_word_by_word_and_leaves_the_rest() {
        let mut decoder = Decoder::new(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n");
        let mut words = Vec::new();
        assert_eq!(decoder.request(&mut words), Ok(()));
        assert_eq!(words, [b"GET".as_slice(), b"k"]);
        assert_eq!(decoder.offset(), 20);
        assert_eq!(decoder.request(&mut words), Err(DecodeError::Incomplete));
        assert_eq!(decoder.offset(), 20);
    }

    #[test]
    fn plain_and_other_requests_are_read_the_same() {
        let word = |len: usize| vec![b'x'; len];
        for len in [0, 9, 10, 99, 100, 1234] {
            for length in [format!("{len}"), format!("0{len}"), format!("00000000{len}")] {
                let input =
                    [format!("*2\r\n$1\r\nk\r\n${length}\r\n").as_bytes(), &word(len), b"\r\n+"]
                        .concat();
                let (mut decoder, mut words) = (Decoder::new(&input), Vec::new());
                assert_eq!(decoder.request(&mut words), Ok(()), "{length}");
                assert_eq!(words, [b"k".as_slice(), &word(len)]);
                assert_eq!(decoder.offset(), input.len() - 1);
                for cut in 0..input.len() - 1 {
                    let cut = decoder_error(&input[..cut]);
                    assert_eq!(cut, DecodeError::Incomplete);
                }
            }
        }
        for (input, error) in [
            (b"*1\r\n+OK\r\n".as_slice(), DecodeError::UnexpectedByte { found: b'+' }),
            (b"*1\r\n$1\r\nab\r\n", DecodeError::MissingTerminator),
            (b"*1\r\n$-1\r\n", DecodeError::InvalidLength),
            (b"*-1\r\n", DecodeError::InvalidLength),
            (b"*1\r\n$536870913\r\n", DecodeError::InvalidLength),
            (b"PING\r\n", DecodeError::UnexpectedByte { found: b'P' }),
        ] {
            assert_eq!(decoder_error(input), error, "{}", input.escape_ascii());
        }
    }

    fn decoder_error(input: &[u8]) -> DecodeError {
        let (mut decoder, mut words) = (Decoder::new(input), Vec::new());
        let error = decoder.request(&mut words).unwrap_err();
        assert_eq!(decoder.offset(), 0);
        error
    }

    #[test]
    fn every_prefix_of_a_value_is_incomplete_and_nothing_else() {
        let whole = b"%2\r\n+a\r\n*2\r\n:1\r\n$-1\r\n,1.5\r\n=7\r\ntxt:abc\r\n";
        for cut in 0..whole.len() {
            assert_eq!(Decoder::new(&whole[..cut]).reply(), Err(DecodeError::Incomplete), "{cut}");
        }
        assert_eq!(
            Decoder::new(whole).reply(),
            Ok(Reply::Map(vec![
                (Reply::Simple(b"a".to_vec()), Reply::Array(vec![Reply::Integer(1), Reply::Null])),
                (
                    Reply::Double(b"1.5".to_vec()),
                    Reply::Verbatim { format: *b"txt", text: b"abc".to_vec() }
                ),
            ]))
        );
    }

    #[test]
    fn attributes_are_passed_over_and_long_errors_are_errors() {
        let mut decoder = Decoder::new(b"|1\r\n+ttl\r\n:9\r\n*1\r\n:1\r\n!8\r\nERR a\r\nb\r\n");
        assert_eq!(decoder.reply(), Ok(Reply::Array(vec![Reply::Integer(1)])));
        assert_eq!(decoder.reply(), Ok(Reply::Error(b"ERR a\r\nb".to_vec())));
    }

    #[test]
    fn lengths_of_any_writing_are_read_the_same() {
        for (input, read) in [
            (b"$3\r\nabc\r\n".as_slice(), Ok(Reply::Bulk(b"abc".to_vec()))),
            (b"$000000003\r\nabc\r\n", Ok(Reply::Bulk(b"abc".to_vec()))),
            (b"$0000000003\r\nabc\r\n", Ok(Reply::Bulk(b"abc".to_vec()))),
            (b"$-1\r\n", Ok(Reply::Null)),
            (b"$\r\n", Err(DecodeError::InvalidLength)),
            (b"$3x\r\n", Err(DecodeError::InvalidLength)),
            (b"$3\rx", Err(DecodeError::MissingTerminator)),
            (b"$999999999\r\n", Err(DecodeError::InvalidLength)),
            (b"$536870912\r\n", Err(DecodeError::Incomplete)),
            (b"$536870913\r\n", Err(DecodeError::InvalidLength)),
        ] {
            assert_eq!(Decoder::new(input).reply(), read, "{}", input.escape_ascii());
        }
    }

    #[test]
    fn hostile_lengths_and_nesting_are_refused() {
        for (input, error) in [
            (b"*9223372036854775807\r\n".to_vec(), DecodeError::InvalidLength),
            (b"$-2\r\n".to_vec(), DecodeError::InvalidLength),
            (b"$+1\r\na\r\n".to_vec(), DecodeError::InvalidLength),
            (b"$1\r\nabc\r\n".to_vec(), DecodeError::MissingTerminator),
            (b"?".to_vec(), DecodeError::UnexpectedByte { found: b'?' }),
            (b"*1\r\n".repeat(1000), DecodeError::TooDeep),
        ] {
            assert_eq!(Decoder::new(&input).reply(), Err(error));
        }
    }
}
