//! Strings as rows of bits: `SETBIT`, `GETBIT`, `BITCOUNT`, `BITPOS`, `BITOP`.
//!
//! Bit 0 is the highest bit of the first byte. Behind its end a string counts as zeros.

use super::ranges::{clamped, is_backward};
use super::{MAX_LEN, grow, read, text};
use crate::engine::data::{Bytes, Piece, Value};
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome, parse_i64,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("SETBIT", setbit)
        .since("2.2.0")
        .group(Group::Bitmap)
        .complexity("O(1), or O(N) for N zero bytes that fill a gap")
        .summary("Sets or clears one bit of a string and tells what it was.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@bitmap", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("offset"), Arg::integer("value")]),
    Command::new("GETBIT", getbit)
        .since("2.2.0")
        .group(Group::Bitmap)
        .complexity("O(1)")
        .summary("Tells one bit of a string.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@bitmap", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::integer("offset")]),
    Command::new("BITCOUNT", bitcount)
        .since("2.6.0")
        .group(Group::Bitmap)
        .complexity("O(N) for N bytes of the range")
        .summary("Counts the bits that are set in a string or in a part of it.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@bitmap", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[
            Arg::key("key", 0),
            Arg::block(
                "index",
                &[
                    Arg::integer("start"),
                    Arg::integer("end"),
                    Arg::oneof(
                        "index_unit",
                        &[Arg::token("byte", "BYTE"), Arg::token("bit", "BIT")],
                    )
                    .optional()
                    .since("7.0.0"),
                ],
            )
            .optional(),
        ]),
    Command::new("BITPOS", bitpos)
        .since("2.8.7")
        .group(Group::Bitmap)
        .complexity("O(N) for N bytes of the range")
        .summary("Finds the first bit that is set, or the first that is clear.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@bitmap", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[
            Arg::key("key", 0),
            Arg::integer("bit"),
            Arg::block(
                "index",
                &[
                    Arg::integer("start"),
                    Arg::block(
                        "end_index",
                        &[
                            Arg::integer("end"),
                            Arg::oneof(
                                "index_unit",
                                &[Arg::token("byte", "BYTE"), Arg::token("bit", "BIT")],
                            )
                            .optional()
                            .since("7.0.0"),
                        ],
                    )
                    .optional(),
                ],
            )
            .optional(),
        ]),
    Command::new("BITOP", bitop)
        .since("2.6.0")
        .group(Group::Bitmap)
        .complexity("O(N) for N bytes of all the strings")
        .summary("Combines strings bit by bit (AND, OR, XOR, NOT) and stores the result.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@bitmap", "@slow"])
        .keys(&[KeySpec::at(2, &["OW", "update"]), KeySpec::range(3, -1, 1, &["RO", "access"])])
        .args(&[Arg::string("operation"), Arg::key("destkey", 0), Arg::key("key", 1).multiple()]),
];

const BAD_OFFSET: Error = Error::text("ERR bit offset is not an integer or out of range");
const BAD_BIT: Error = Error::text("ERR bit is not an integer or out of range");

/// A bit's offset as Redis accepts it: within 512 MB, except while a log is loaded.
pub(super) fn offset(ctx: &Ctx<'_>, number: Option<i64>) -> Result<usize, Error> {
    let offset = number.and_then(|number| usize::try_from(number).ok()).ok_or(BAD_OFFSET)?;
    if offset >> 3 >= MAX_LEN && !ctx.keys.is_loading() {
        return Err(BAD_OFFSET);
    }
    Ok(offset)
}

fn setbit(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let offset = offset(ctx, parse_i64(args.next_word()?))?;
    let on = match parse_i64(args.next_word()?) {
        Some(0) => false,
        Some(1) => true,
        Some(_) | None => return Err(BAD_BIT),
    };
    let old_len = match ctx.keys.peek(key) {
        Some(entry) => text(&entry.value)?.len(),
        None => 0,
    };
    let place = offset >> 3;
    let bytes = grow(&mut ctx.keys, key, place + 1)?;
    let mask = 0x80 >> (offset & 7);
    let mut was = false;
    if let Some(byte) = bytes.get_mut(place) {
        was = *byte & mask != 0;
        *byte = if on { *byte | mask } else { *byte & !mask };
    }
    // A bit that was so before and stands in no new byte is no change.
    if was != on || old_len <= place {
        ctx.keys.changed(key, 1, KeyEvent::string("setbit"));
    }
    ctx.reply.int(i64::from(was));
    Ok(())
}

fn getbit(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let offset = offset(ctx, parse_i64(args.next_word()?))?;
    let mut digits = itoa::Buffer::new();
    let text = read(&mut ctx.keys, key)?;
    let byte = text.and_then(|text| text.text(&mut digits).get(offset >> 3).copied());
    ctx.reply.int(i64::from(byte.is_some_and(|byte| byte & (0x80 >> (offset & 7)) != 0)));
    Ok(())
}

/// Whether a range counts bits: an optional `BYTE` or `BIT`.
fn in_bits(args: &mut Args<'_>) -> Result<bool, Error> {
    let bits = args.keyword("BIT");
    if !bits && !args.is_empty() && !args.keyword("BYTE") {
        return Err(Error::Syntax);
    }
    args.finish()?;
    Ok(bits)
}

/// A range of bits in a string: first and last, and the number of bytes they lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bits {
    first: usize,
    last: usize,
}

impl Bits {
    /// The bits that a range of bits or bytes means in a string of `len` bytes.
    fn of(len: usize, start: i64, end: i64, in_bits: bool) -> Option<Self> {
        if in_bits {
            let (first, last) = clamped(len.checked_mul(8)?, start, end)?;
            return Some(Self { first, last });
        }
        let (first, last) = clamped(len, start, end)?;
        Some(Self { first: first * 8, last: last * 8 + 7 })
    }

    /// Each byte with its place, and a mask of its bits that are in the range.
    fn bytes(self, bytes: &[u8]) -> impl Iterator<Item = (usize, u8, u8)> {
        let (low, high) = (self.first >> 3, self.last >> 3);
        let part = bytes.get(low..=high).unwrap_or_default();
        part.iter().enumerate().map(move |(index, byte)| {
            let place = low + index;
            let mut mask = 0xff;
            if place == low {
                mask &= 0xff >> (self.first & 7);
            }
            if place == high {
                mask &= 0xff << (7 - (self.last & 7));
            }
            (place, *byte, mask)
        })
    }

    /// How many of them are set.
    fn count(self, bytes: &[u8]) -> usize {
        self.bytes(bytes).map(|(_, byte, mask)| (byte & mask).count_ones() as usize).sum()
    }

    /// The first that is set, or the first that is clear.
    fn find(self, bytes: &[u8], set: bool) -> Option<usize> {
        self.bytes(bytes).find_map(|(place, byte, mask)| {
            let wanted = (if set { byte } else { !byte }) & mask;
            (wanted != 0).then(|| place * 8 + wanted.leading_zeros() as usize)
        })
    }
}

fn bitcount(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    // A missing key is told before what is wrong with the range.
    let Some(text) = read(&mut ctx.keys, args.next_word()?)? else {
        ctx.reply.int(0);
        return Ok(());
    };
    let mut digits = itoa::Buffer::new();
    let bytes = text.text(&mut digits);
    let (mut start, mut end, mut bits) = (0, -1, false);
    if !args.is_empty() {
        if args.remaining() == 1 || args.remaining() > 3 {
            return Err(Error::Syntax);
        }
        (start, end) = (args.next_i64()?, args.next_i64()?);
        if is_backward(start, end) {
            ctx.reply.int(0);
            return Ok(());
        }
        bits = in_bits(args)?;
    }
    let range = Bits::of(bytes.len(), start, end, bits);
    ctx.reply.count(range.map_or(0, |range| range.count(bytes)));
    Ok(())
}

fn bitpos(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, bit) = (args.next_word()?, args.next_i64()?);
    let set = match bit {
        0 => false,
        1 => true,
        _ => return Err(Error::text("ERR The bit argument must be 1 or 0.")),
    };
    let Some(text) = read(&mut ctx.keys, key)? else {
        // Zeros without end, whatever the range.
        ctx.reply.int(if set { -1 } else { 0 });
        return Ok(());
    };
    let mut digits = itoa::Buffer::new();
    let bytes = text.text(&mut digits);
    if args.remaining() > 3 {
        return Err(Error::Syntax);
    }
    let start = if args.is_empty() { 0 } else { args.next_i64()? };
    let end = args.peek();
    args.skip(1);
    let bits = in_bits(args)?;
    let last = match end {
        Some(word) => parse_i64(word).ok_or(Error::NotAnInteger)?,
        None => -1,
    };
    let found = Bits::of(bytes.len(), start, last, bits).and_then(|range| {
        let found = range.find(bytes, set);
        // Without an end the zeros behind the string count.
        found.or_else(|| (!set && end.is_none()).then_some(bytes.len() * 8))
    });
    match found {
        Some(place) => ctx.reply.count(place),
        None => ctx.reply.int(-1),
    }
    Ok(())
}

/// What `BITOP` does with the bytes of its strings.
#[derive(Debug, Clone, Copy)]
enum Operation {
    And,
    Or,
    Xor,
    Not,
}

fn bitop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let operations = [
        ("AND", Operation::And),
        ("OR", Operation::Or),
        ("XOR", Operation::Xor),
        ("NOT", Operation::Not),
    ];
    let (_, operation) =
        operations.into_iter().find(|(word, _)| args.keyword(word)).ok_or(Error::Syntax)?;
    let (target, sources) = (args.next_word()?, args.take_rest());
    if matches!(operation, Operation::Not) && sources.len() != 1 {
        return Err(Error::text("ERR BITOP NOT must be called with a single source key."));
    }
    let mut texts = Vec::with_capacity(sources.len());
    for source in sources {
        texts.push(read(&mut ctx.keys, source)?.map(Piece::to_vec).unwrap_or_default());
    }
    let result = combine(operation, texts);
    ctx.reply.count(result.len());
    if result.is_empty() {
        if ctx.keys.remove(target).is_some() {
            ctx.keys.changed(target, 1, KeyEvent::DEL);
        }
        return Ok(());
    }
    let mut value = Bytes::new();
    *value.to_mut() = result;
    ctx.keys.insert(target, Value::Str(value));
    ctx.keys.changed(target, 1, KeyEvent::string("set"));
    Ok(())
}

/// Combines strings, the shorter ones filled up with zero bytes.
fn combine(operation: Operation, mut texts: Vec<Vec<u8>>) -> Vec<u8> {
    let len = texts.iter().map(Vec::len).max().unwrap_or(0);
    for text in &mut texts {
        text.resize(len, 0);
    }
    let mut texts = texts.into_iter();
    let mut result = texts.next().unwrap_or_default();
    if matches!(operation, Operation::Not) {
        for byte in &mut result {
            *byte = !*byte;
        }
    }
    for text in texts {
        for (byte, other) in result.iter_mut().zip(text) {
            match operation {
                Operation::And => *byte &= other,
                Operation::Or => *byte |= other,
                Operation::Xor => *byte ^= other,
                Operation::Not => {}
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn check(lines: &[(&str, i64)]) {
        let mut prompt = Prompt::new();
        for (line, expected) in lines {
            assert_eq!(prompt.line(line), Reply::Integer(*expected), "{line}");
        }
    }

    #[test]
    fn bits_are_counted_from_the_highest_of_the_first_byte() {
        check(&[
            ("SETBIT k 7 1", 0),
            ("SETBIT k 7 1", 1),
            ("GETBIT k 7", 1),
            ("GETBIT k 700", 0),
            ("STRLEN k", 1),
            ("APPEND k \u{7f}", 2),
            ("BITCOUNT k", 8),
            ("BITCOUNT k 1 1", 7),
            ("BITCOUNT k 7 9 BIT", 2),
            ("BITPOS k 1", 7),
            ("BITPOS k 1 1", 9),
            ("BITPOS k 0 9 -1 BIT", -1),
            ("BITPOS k 0 9", -1),
            ("BITPOS k 0 1", 8),
        ]);
    }

    #[test]
    fn a_bit_that_stays_is_not_logged() {
        let mut prompt = Prompt::new();
        prompt.line("SETBIT k 9 0");
        assert_eq!(prompt.log(), "SELECT 0\nSETBIT k 9 0");
        prompt.line("SETBIT k 3 0");
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn shorter_strings_are_filled_up_with_zeros() {
        check(&[
            ("APPEND a abc", 3),
            ("APPEND b a", 1),
            ("BITOP AND r a b", 3),
            ("BITCOUNT r", 3),
            ("BITOP OR r a b none", 3),
            ("BITOP NOT r none", 0),
            ("STRLEN r", 0),
        ]);
    }
}
