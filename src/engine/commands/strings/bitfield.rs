//! Strings as rows of small integers: `BITFIELD` and `BITFIELD_RO`.

use super::{bits, grow, read, text};
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome, parse_i64,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("BITFIELD", bitfield)
        .since("3.2.0")
        .group(Group::Bitmap)
        .complexity("O(N) for N operations, besides zero bytes that fill a gap")
        .summary("Reads, sets or increments integers of any width inside a string.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@bitmap", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update", "variable_flags"])
            .notes("This command allows both access and modification of the key")])
        .args(&[
            Arg::key("key", 0),
            Arg::oneof(
                "operation",
                &[
                    Arg::block(
                        "encoding_offset",
                        &[Arg::string("encoding"), Arg::integer("offset")],
                    )
                    .with_token("GET"),
                    Arg::block(
                        "write",
                        &[
                            Arg::oneof(
                                "wrap_sat_fail",
                                &[
                                    Arg::token("wrap", "WRAP"),
                                    Arg::token("sat", "SAT"),
                                    Arg::token("fail", "FAIL"),
                                ],
                            )
                            .with_token("OVERFLOW")
                            .optional(),
                            Arg::oneof(
                                "write_operation",
                                &[
                                    Arg::block(
                                        "encoding_offset_value",
                                        &[
                                            Arg::string("encoding"),
                                            Arg::integer("offset"),
                                            Arg::integer("value"),
                                        ],
                                    )
                                    .with_token("SET"),
                                    Arg::block(
                                        "encoding_offset_increment",
                                        &[
                                            Arg::string("encoding"),
                                            Arg::integer("offset"),
                                            Arg::integer("increment"),
                                        ],
                                    )
                                    .with_token("INCRBY"),
                                ],
                            ),
                        ],
                    ),
                ],
            )
            .optional()
            .multiple(),
        ]),
    Command::new("BITFIELD_RO", bitfield_ro)
        .since("6.0.0")
        .group(Group::Bitmap)
        .complexity("O(N) for N operations")
        .summary("Reads integers of any width inside a string.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@bitmap", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[
            Arg::key("key", 0),
            Arg::block("encoding_offset", &[Arg::string("encoding"), Arg::integer("offset")])
                .with_token("GET")
                .optional()
                .multiple()
                .multiple_token(),
        ]),
];

/// The width of an integer in bits, 1 to 64, and whether it has a sign. Unsigned ones have 63
/// bits at most, so that every one is an `i64`.
#[derive(Debug, Clone, Copy)]
struct Kind {
    signed: bool,
    width: u32,
}

impl Kind {
    /// Reads `i16`, `u8` and their like.
    fn parse(word: &[u8]) -> Option<Self> {
        let (signed, digits, most) = match word {
            [b'i', digits @ ..] => (true, digits, 64),
            [b'u', digits @ ..] => (false, digits, 63),
            _ => return None,
        };
        let width = u32::try_from(parse_i64(digits)?).ok()?;
        (1..=most).contains(&width).then_some(Self { signed, width })
    }

    /// The smallest and the largest number.
    fn range(self) -> (i128, i128) {
        if self.signed {
            let half = 1_i128 << (self.width - 1);
            (-half, half - 1)
        } else {
            (0, (1_i128 << self.width) - 1)
        }
    }

    /// The number of which these are the lowest bits.
    fn wrap(self, bits: u64) -> i64 {
        let unused = 64 - self.width;
        if self.signed {
            (bits << unused).cast_signed() >> unused
        } else {
            ((bits << unused) >> unused).cast_signed()
        }
    }

    /// The number at bit `offset`.
    fn get(self, bytes: &[u8], offset: usize) -> i64 {
        let bits = (offset..offset + self.width as usize).fold(0, |bits, place| {
            let byte = bytes.get(place >> 3).copied().unwrap_or(0);
            (bits << 1) | u64::from((byte >> (7 - (place & 7))) & 1)
        });
        self.wrap(bits)
    }

    /// Writes a number at bit `offset`, as far as there are bytes.
    fn set(self, bytes: &mut [u8], offset: usize, number: i64) {
        for (place, left) in (offset..).zip((0..self.width).rev()) {
            let mask = 0x80 >> (place & 7);
            if let Some(byte) = bytes.get_mut(place >> 3) {
                let on = (number >> left) & 1 == 1;
                *byte = if on { *byte | mask } else { *byte & !mask };
            }
        }
    }
}

/// What happens to a number that does not fit.
#[derive(Debug, Clone, Copy, Default)]
enum Overflow {
    /// Its lowest bits are stored.
    #[default]
    Wrap,
    /// The nearest number that fits is stored.
    Sat,
    /// Nothing is stored.
    Fail,
}

impl Overflow {
    /// The number to store for one that need not fit, if any.
    fn apply(self, kind: Kind, number: i128) -> Option<i64> {
        let (min, max) = kind.range();
        if let Ok(fits) = i64::try_from(number)
            && (min..=max).contains(&number)
        {
            return Some(fits);
        }
        match self {
            #[expect(clippy::cast_possible_truncation, reason = "wrapping keeps the low bits")]
            Overflow::Wrap => Some(kind.wrap(number.cast_unsigned() as u64)),
            Overflow::Sat => i64::try_from(number.clamp(min, max)).ok(),
            Overflow::Fail => None,
        }
    }
}

/// One operation on one integer.
#[derive(Debug, Clone, Copy)]
struct Step {
    kind: Kind,
    offset: usize,
    action: Action,
}

/// What is done with it.
#[derive(Debug, Clone, Copy)]
enum Action {
    Get,
    Set(i64, Overflow),
    Incr(i64, Overflow),
}

/// Reads all operations; nothing is done before all are right.
fn parse(ctx: &Ctx<'_>, args: &mut Args<'_>) -> Result<Vec<Step>, Error> {
    let mut steps = Vec::new();
    let mut overflow = Overflow::default();
    while !args.is_empty() {
        // A word counts as an operation only with enough words behind it.
        let behind = args.remaining() - 1;
        let action: fn(i64, Overflow) -> Action = if behind >= 2 && args.keyword("GET") {
            let (kind, offset) = place(ctx, args)?;
            steps.push(Step { kind, offset, action: Action::Get });
            continue;
        } else if behind >= 3 && args.keyword("SET") {
            Action::Set
        } else if behind >= 3 && args.keyword("INCRBY") {
            Action::Incr
        } else if behind >= 1 && args.keyword("OVERFLOW") {
            overflow = overflow_kind(args)?;
            continue;
        } else {
            return Err(Error::Syntax);
        };
        let (kind, offset) = place(ctx, args)?;
        steps.push(Step { kind, offset, action: action(args.next_i64()?, overflow) });
    }
    Ok(steps)
}

fn overflow_kind(args: &mut Args<'_>) -> Result<Overflow, Error> {
    let kinds = [("WRAP", Overflow::Wrap), ("SAT", Overflow::Sat), ("FAIL", Overflow::Fail)];
    let found = kinds.into_iter().find(|(word, _)| args.keyword(word));
    found.map(|(_, kind)| kind).ok_or(Error::text("ERR Invalid OVERFLOW type specified"))
}

/// A type and an offset, which counts integers instead of bits after a `#`.
fn place(ctx: &Ctx<'_>, args: &mut Args<'_>) -> Result<(Kind, usize), Error> {
    let (kind, offset) = (args.next_word()?, args.next_word()?);
    let kind = Kind::parse(kind).ok_or(Error::text(
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported \
         but i64 is.",
    ))?;
    let offset = match offset.strip_prefix(b"#") {
        Some(count) => parse_i64(count).and_then(|n| n.checked_mul(i64::from(kind.width))),
        None => parse_i64(offset),
    };
    Ok((kind, bits::offset(ctx, offset)?))
}

fn bitfield(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let steps = parse(ctx, args)?;
    run(ctx, key, &steps)
}

fn bitfield_ro(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let steps = parse(ctx, args)?;
    if steps.iter().any(|step| !matches!(step.action, Action::Get)) {
        return Err(Error::text("ERR BITFIELD_RO only supports the GET subcommand"));
    }
    run(ctx, key, &steps)
}

fn run(ctx: &mut Ctx<'_>, key: &[u8], steps: &[Step]) -> Outcome {
    let writes = steps.iter().filter(|step| !matches!(step.action, Action::Get));
    let ends = writes.map(|step| (step.offset + step.kind.width as usize).div_ceil(8));
    let Some(len) = ends.max() else {
        let mut digits = itoa::Buffer::new();
        let text = read(&mut ctx.keys, key)?;
        let bytes = text.as_ref().map_or(b"".as_slice(), |text| text.text(&mut digits));
        ctx.reply.array(steps.len());
        for step in steps {
            ctx.reply.int(step.kind.get(bytes, step.offset));
        }
        return Ok(());
    };
    let old_len = match ctx.keys.peek(key) {
        Some(entry) => text(&entry.value)?.len(),
        None => 0,
    };
    // Where the string grows, every write counts as a change.
    let grows = old_len < len;
    let bytes = grow(&mut ctx.keys, key, len)?;
    let mut changes = 0;
    ctx.reply.array(steps.len());
    for step in steps {
        let before = step.kind.get(bytes, step.offset);
        let (after, reply) = match step.action {
            Action::Get => (Some(before), before),
            Action::Set(number, overflow) => {
                // For an integer without a sign Redis takes a negative number as a huge one.
                let number = if step.kind.signed {
                    i128::from(number)
                } else {
                    i128::from(number.cast_unsigned())
                };
                (overflow.apply(step.kind, number), before)
            }
            Action::Incr(increment, overflow) => {
                let sum = i128::from(before) + i128::from(increment);
                let after = overflow.apply(step.kind, sum);
                (after, after.unwrap_or_default())
            }
        };
        let Some(after) = after else {
            ctx.reply.null();
            continue;
        };
        ctx.reply.int(reply);
        if !matches!(step.action, Action::Get) && (grows || before != after) {
            step.kind.set(bytes, step.offset, after);
            changes += 1;
        }
    }
    if changes > 0 {
        ctx.keys.changed(key, changes, KeyEvent::string("setbit"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn numbers_that_do_not_fit_wrap_stop_or_are_refused() {
        let mut prompt = Prompt::new();
        let line = "BITFIELD k INCRBY u8 0 300 OVERFLOW SAT INCRBY u8 #1 300 INCRBY i8 #2 -300 \
                    OVERFLOW FAIL INCRBY u8 #0 300 GET i4 20";
        let expected = [Some(44), Some(255), Some(-128), None, Some(0)];
        let expected = expected.map(|number| number.map_or(Reply::Null, Reply::Integer));
        assert_eq!(prompt.line(line), Reply::Array(expected.into()));
        assert_eq!(prompt.line("GET k"), Reply::Bulk(vec![44, 255, 128]));
    }

    #[test]
    fn integers_may_stand_at_any_bit_and_have_any_width() {
        let mut prompt = Prompt::new();
        for (width, number) in [("i64", i64::MIN), ("u63", i64::MAX), ("i1", -1), ("u5", 21)] {
            for offset in [0, 3, 13] {
                prompt.line(&format!("BITFIELD k SET {width} {offset} {number}"));
                let read = prompt.line(&format!("BITFIELD_RO k GET {width} {offset}"));
                assert_eq!(read, Reply::Array(vec![Reply::Integer(number)]), "{width} {offset}");
            }
        }
    }
}
