//! What `SCAN`, `SSCAN`, `HSCAN` and `ZSCAN` have in common: the cursor and the options.
//!
//! Parses only; the walk itself is the data's.

use crate::engine::{Args, Error, glob, parse_i64};

/// How many elements a step looks at when nothing is said.
const COUNT: usize = 10;

/// The options behind the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScanOptions<'a> {
    /// How many elements a step looks at; never 0.
    pub(super) count: usize,
    /// `TYPE`, as typed.
    pub(super) type_name: Option<&'a [u8]>,
    /// `NOVALUES`.
    pub(super) names_only: bool,
    pattern: Option<&'a [u8]>,
}

/// What is walked: only keys have types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    /// The keys of a database.
    Keys,
    /// The elements of one key.
    Elements,
    /// The fields of a hash, which have values.
    Fields,
}

/// The cursor, as C's `strtoul` reads it: a sign is allowed, a leading space is not.
pub(super) fn parse_cursor(word: &[u8]) -> Result<u64, Error> {
    let invalid = || Error::text("ERR invalid cursor");
    let text = word.split(|&byte| byte == 0).next().unwrap_or_default();
    if text.is_empty() {
        return Ok(0);
    }
    let negative = text.starts_with(b"-");
    let digits = text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(text);
    if !digits.first().is_some_and(u8::is_ascii_digit) {
        return Err(invalid());
    }
    let digits = std::str::from_utf8(digits).map_err(|_| invalid())?;
    let cursor: u64 = digits.parse().map_err(|_| invalid())?;
    Ok(if negative { cursor.wrapping_neg() } else { cursor })
}

impl<'a> ScanOptions<'a> {
    /// Reads all that is left: `MATCH pattern`, `COUNT count` and, for keys, `TYPE type`.
    pub(super) fn parse(args: &mut Args<'a>, walk: Walk) -> Result<Self, Error> {
        let mut options = Self { count: COUNT, type_name: None, names_only: false, pattern: None };
        while !args.is_empty() {
            if args.keyword("COUNT") {
                let count = args.next_word()?;
                let count = parse_i64(count).ok_or(Error::NotAnInteger)?;
                options.count = usize::try_from(count).unwrap_or(0);
                if options.count == 0 {
                    return Err(Error::Syntax);
                }
            } else if args.keyword("MATCH") {
                options.pattern = Some(args.next_word()?);
            } else if walk == Walk::Keys && args.keyword("TYPE") {
                options.type_name = Some(args.next_word()?);
            } else if walk == Walk::Fields && args.keyword("NOVALUES") {
                options.names_only = true;
            } else {
                return Err(Error::Syntax);
            }
        }
        Ok(options)
    }

    /// Whether an element of this name is to be shown.
    pub(super) fn shows(&self, name: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| glob::matches(pattern, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_what_strtoul_takes() {
        for (word, cursor) in [
            ("0", Some(0)),
            ("007", Some(7)),
            ("+7", Some(7)),
            ("-1", Some(u64::MAX)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("", Some(0)),
            ("-", None),
            ("+-1", None),
            (" 1", None),
            ("1 ", None),
            ("1.5", None),
        ] {
            assert_eq!(parse_cursor(word.as_bytes()).ok(), cursor, "{word:?}");
        }
    }

    fn parse<'a>(words: &'a [&'a [u8]], walk: Walk) -> Result<ScanOptions<'a>, Error> {
        ScanOptions::parse(&mut Args::new(words, 0), walk)
    }

    #[test]
    fn the_last_option_of_a_kind_counts_and_only_keys_have_types() {
        let words: [&[u8]; 6] = [b"count", b"5", b"MATCH", b"a*", b"COUNT", b"7"];
        let options = parse(&words, Walk::Elements).unwrap();
        assert_eq!(options.count, 7);
        assert_eq!([options.shows(b"ab"), options.shows(b"b")], [true, false]);
        let words: [&[u8]; 2] = [b"TYPE", b"set"];
        assert_eq!(parse(&words, Walk::Elements), Err(Error::Syntax));
        assert_eq!(parse(&words, Walk::Keys).unwrap().type_name, Some(&b"set"[..]));
    }

    #[test]
    fn a_wrong_count_is_told() {
        for (count, error) in
            [("0", Error::Syntax), ("-1", Error::Syntax), ("x", Error::NotAnInteger)]
        {
            let words: [&[u8]; 2] = [b"COUNT", count.as_bytes()];
            assert_eq!(parse(&words, Walk::Elements), Err(error));
        }
        assert_eq!(parse(&[b"COUNT"], Walk::Elements), Err(Error::Syntax));
    }
}
