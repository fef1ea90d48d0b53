//! Finds where a reply ends while it still comes in, each byte looked at once.
//!
//! The decoder starts anew when more has come, which is right for what fits into one read; a reply of
//! a hundred megabytes would be read a thousand times. Knows lengths, and nothing of what they hold.

use super::decoder::{MAX_ARRAY, MAX_BULK, parse_int};
use super::{DecodeError, Decoder};

/// How far into a reply the search has come.
#[derive(Debug, Clone)]
pub struct Extent {
    /// Where the next value begins, or the rest of the one that is awaited.
    at: usize,
    /// How much of the line at `at` holds no line end.
    searched: usize,
    /// How many values are still to come.
    open: u64,
}

impl Default for Extent {
    fn default() -> Self {
        Self { at: 0, searched: 0, open: 1 }
    }
}

impl Extent {
    /// How long the reply at the front of `input` is; `None` until all of it is there. Between two
    /// calls `input` may only grow.
    pub fn end(&mut self, input: &[u8]) -> Result<Option<usize>, DecodeError> {
        while self.open > 0 {
            let rest = input.get(self.at..).unwrap_or_default();
            let Some((&marker, _)) = rest.split_first() else { return Ok(None) };
            if !b"+-:$*~>%_,(#=!|".contains(&marker) {
                return Err(DecodeError::UnexpectedByte { found: marker });
            }
            let fresh = rest.get(self.searched..).unwrap_or_default();
            let Some(end) = memchr::memchr(b'\n', fresh).map(|end| end + self.searched) else {
                self.searched = rest.len();
                return Ok(None);
            };
            let line = rest.get(1..end).and_then(|line| line.strip_suffix(b"\r"));
            let line = line.ok_or(DecodeError::MissingTerminator)?;
            let behind = end + 1;
            let inside = match marker {
                b'$' | b'=' | b'!' => {
                    let bulk = length(line, MAX_BULK)?.map_or(0, |len| len.saturating_add(2));
                    let whole = behind.saturating_add(usize::try_from(bulk).unwrap_or(usize::MAX));
                    if rest.len() < whole {
                        // The line is short: to read it again is cheaper than to remember it.
                        self.searched = end;
                        return Ok(None);
                    }
                    self.at += whole;
                    self.searched = 0;
                    self.open -= 1;
                    continue;
                }
                b'*' | b'~' | b'>' => length(line, MAX_ARRAY)?.unwrap_or(0),
                b'%' => length(line, MAX_ARRAY)?.unwrap_or(0).saturating_mul(2),
                // An attribute stands before its value, which is still to come.
                b'|' => length(line, MAX_ARRAY)?.unwrap_or(0).saturating_mul(2).saturating_add(1),
                _ => 0,
            };
            self.at += behind;
            self.searched = 0;
            self.open = (self.open - 1).saturating_add(inside);
        }
        Ok(Some(self.at))
    }

    /// Takes the reply at the front of `input` out of it, if all of it is there and it is one.
    pub fn take(&mut self, input: &mut Vec<u8>) -> Result<Option<Vec<u8>>, DecodeError> {
        let Some(end) = self.end(input)? else { return Ok(None) };
        *self = Self::default();
        let rest = input.split_off(end);
        let whole = std::mem::replace(input, rest);
        Decoder::new(&whole).reply()?;
        Ok(Some(whole))
    }
}

fn length(digits: &[u8], most: i64) -> Result<Option<u64>, DecodeError> {
    match parse_int(digits) {
        Some(-1) => Ok(None),
        Some(len) if len <= most => {
            u64::try_from(len).map(Some).map_err(|_| DecodeError::InvalidLength)
        }
        Some(_) | None => Err(DecodeError::InvalidLength),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLIES: [&[u8]; 9] = [
        b"+OK\r\n",
        b"-ERR no\r\n",
        b"$5\r\na\r\nbc\r\n",
        b"$-1\r\n",
        b"*-1\r\n",
        b"*3\r\n:1\r\n*2\r\n$0\r\n\r\n+a\r\n_\r\n",
        b"%1\r\n+a\r\n~2\r\n#t\r\n,1.5\r\n",
        b">2\r\n+invalidate\r\n*0\r\n",
        b"|1\r\n+ttl\r\n:1\r\n*1\r\n=5\r\ntxt:a\r\n",
    ];

    #[test]
    fn a_reply_that_comes_byte_by_byte_ends_where_it_ends() {
        for reply in REPLIES {
            let mut extent = Extent::default();
            for come in 0..reply.len() {
                assert_eq!(extent.end(&reply[..come]), Ok(None), "{}", reply.escape_ascii());
            }
            let more = [reply, b"+next\r\n"].concat();
            assert_eq!(extent.end(&more), Ok(Some(reply.len())), "{}", reply.escape_ascii());
        }
    }

    #[test]
    fn replies_are_taken_one_by_one() {
        let mut input = REPLIES.concat();
        let mut extent = Extent::default();
        for reply in REPLIES {
            assert_eq!(extent.take(&mut input), Ok(Some(reply.to_vec())));
        }
        assert_eq!(extent.take(&mut input), Ok(None));
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for (input, error) in [
            (b"HTTP/1.1 400".as_slice(), DecodeError::UnexpectedByte { found: b'H' }),
            (b"$9223372036854775807\r\n", DecodeError::InvalidLength),
            (b"*-2\r\n", DecodeError::InvalidLength),
            (b"+OK\n", DecodeError::MissingTerminator),
            (b"$1\r\nabc", DecodeError::MissingTerminator),
        ] {
            let mut extent = Extent::default();
            assert_eq!(extent.take(&mut input.to_vec()), Err(error), "{}", input.escape_ascii());
        }
    }
}
