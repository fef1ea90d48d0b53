//! Strings as numbers: `INCR` and its kin, in 64-bit integers or in long doubles.

use super::{integer, long_double};
use crate::engine::data::{Bytes, Value};
use crate::engine::{
    Arg, Args, Command, Ctx, Entry, Error, Flag, Group, KeyEvent, KeySpec, LongDouble, Outcome,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("INCR", incr)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Adds one to a number; a missing key counts as 0.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("DECR", decr)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Takes one from a number; a missing key counts as 0.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("INCRBY", incrby)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Adds an integer to a number; a missing key counts as 0.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("increment")]),
    Command::new("DECRBY", decrby)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Takes an integer from a number; a missing key counts as 0.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("decrement")]),
    Command::new("INCRBYFLOAT", incrbyfloat)
        .since("2.6.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Adds a number that may have a fraction; a missing key counts as 0.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0), Arg::double("increment")]),
];

fn incr(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    add(ctx, args.next_word()?, 1)
}

fn decr(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    add(ctx, args.next_word()?, -1)
}

fn incrby(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, increment) = (args.next_word()?, args.next_i64()?);
    add(ctx, key, increment)
}

fn decrby(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, decrement) = (args.next_word()?, args.next_i64()?);
    let increment = decrement.checked_neg().ok_or(Error::text("ERR decrement would overflow"))?;
    add(ctx, key, increment)
}

/// Adds in place, so that an expire time stays.
fn add(ctx: &mut Ctx<'_>, key: &[u8], increment: i64) -> Outcome {
    let sum = if let Some(value) = ctx.keys.write(key) {
        let sum = integer(value)?.checked_add(increment).ok_or(Error::Overflow)?;
        *value = Value::Int(sum);
        sum
    } else {
        ctx.keys.insert(key, Value::Int(increment));
        increment
    };
    ctx.keys.changed(key, 1, KeyEvent::string("incrby"));
    ctx.reply.int(sum);
    Ok(())
}

fn incrbyfloat(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, increment) = (args.next_word()?, args.next_word()?);
    let (old, expire_at) = match ctx.keys.peek(key) {
        Some(entry) => (long_double(&entry.value)?, entry.expire_at()),
        None => (LongDouble::from(0), None),
    };
    let increment = LongDouble::parse(increment).ok_or(Error::NotAFloat)?;
    let sum = old.checked_add(increment).ok_or(Error::NanOrInfinity)?.to_string();
    // Redis keeps the digits, even where they make an integer.
    let value = Value::Str(Bytes::from(sum.as_str()));
    ctx.keys.insert_entry(key, Entry::new(value).with_expire_at(expire_at));
    ctx.keys.changed(key, 1, KeyEvent::string("incrbyfloat"));
    // Another machine might add differently: the log gets the sum.
    ctx.keys.effects().rewrite(&[b"SET".as_slice(), key, sum.as_bytes(), b"KEEPTTL"]);
    ctx.reply.bulk(sum.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn a_count_starts_at_zero_and_keeps_its_expire_time() {
        let mut prompt = Prompt::new();
        assert_eq!(prompt.line("INCR n"), Reply::Integer(1));
        prompt.line("SET n 10 EX 100");
        assert_eq!(prompt.line("DECRBY n 3"), Reply::Integer(7));
        assert_eq!(prompt.line("GETEX n"), Reply::Bulk(b"7".to_vec()));
        prompt.log();
        prompt.line("INCR n");
        assert_eq!(prompt.log(), "INCR n");
        prompt.now = crate::engine::Now::from_ms(prompt.now.ms() + 100_000);
        assert_eq!(prompt.line("INCR n"), Reply::Integer(1));
    }

    #[test]
    fn what_cannot_be_counted_says_why() {
        let mut prompt = Prompt::new();
        prompt.line("SET n 9223372036854775807");
        prompt.line("SET s one");
        prompt.log();
        for (line, error) in [
            ("INCR n", "ERR increment or decrement would overflow"),
            ("INCR s", "ERR value is not an integer or out of range"),
            ("INCRBY n 1.5", "ERR value is not an integer or out of range"),
            ("DECRBY n -9223372036854775808", "ERR decrement would overflow"),
            ("INCRBYFLOAT s 1", "ERR value is not a valid float"),
            ("INCRBYFLOAT n x", "ERR value is not a valid float"),
            ("INCRBYFLOAT n inf", "ERR increment would produce NaN or Infinity"),
        ] {
            assert_eq!(prompt.line(line), Reply::Error(error.into()), "{line}");
        }
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn a_sum_of_fractions_is_logged_as_its_result() {
        let mut prompt = Prompt::new();
        prompt.line("SET n 0.1");
        prompt.log();
        assert_eq!(prompt.line("INCRBYFLOAT n 0.2"), Reply::Bulk(b"0.3".to_vec()));
        assert_eq!(prompt.log(), "SET n 0.3 KEEPTTL");
    }
}
