//! Numbers in fields: `HINCRBY` and `HINCRBYFLOAT`.

use super::obtain;
use crate::engine::data::{Hash, Piece};
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, LongDouble, Outcome,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("HINCRBY", hincrby)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(1)")
        .summary("Adds a whole number to the number in a field of a hash.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0), Arg::string("field"), Arg::integer("increment")]),
    Command::new("HINCRBYFLOAT", hincrbyfloat)
        .since("2.6.0")
        .group(Group::Hash)
        .complexity("O(1)")
        .summary("Adds a decimal number to the number in a field of a hash.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0), Arg::string("field"), Arg::double("increment")]),
];

fn hincrby(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, field) = (args.next_word()?, args.next_word()?);
    let by = args.next_i64()?;
    let hash = obtain(&mut ctx.keys, key)?;
    // A hash that was just made has no field that could be refused here, so it never stays empty.
    let old = number(hash, field)?;
    let new = old.checked_add(by).ok_or(Error::Overflow)?;
    let mut digits = itoa::Buffer::new();
    hash.set_keeping_time(field, digits.format(new).as_bytes(), &ctx.server.config.limits);
    ctx.keys.changed(key, 1, KeyEvent::hash("hincrby"));
    ctx.reply.int(new);
    Ok(())
}

fn number(hash: &Hash, field: &[u8]) -> Result<i64, Error> {
    hash.get(field)
        .map_or(Some(0), Piece::as_int)
        .ok_or(Error::text("ERR hash value is not an integer"))
}

fn hincrbyfloat(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, field) = (args.next_word()?, args.next_word()?);
    let by = LongDouble::parse(args.next_word()?).ok_or(Error::NotAFloat)?;
    if !by.is_finite() {
        return Err(Error::text("ERR value is NaN or Infinity"));
    }
    let hash = obtain(&mut ctx.keys, key)?;
    let old = match hash.get(field) {
        Some(Piece::Int(number)) => LongDouble::from(number),
        Some(Piece::Bytes(text)) => {
            LongDouble::parse(text).ok_or(Error::text("ERR hash value is not a float"))?
        }
        None => LongDouble::from(0),
    };
    let sum = old.checked_add(by).ok_or(Error::NanOrInfinity)?.to_string();
    let sum = sum.as_bytes();
    hash.set_keeping_time(field, sum, &ctx.server.config.limits);
    let has_time = hash.time(field).is_some();
    ctx.keys.changed(key, 1, KeyEvent::hash("hincrbyfloat"));
    // The log holds the sum, so that a replay cannot round it otherwise.
    if has_time {
        let words = [b"HSETEX", key, b"KEEPTTL", b"FIELDS", b"1", field, sum];
        ctx.keys.effects().rewrite(&words);
    } else {
        ctx.keys.effects().rewrite(&[b"HSET".as_slice(), key, field, sum]);
    }
    ctx.reply.bulk(sum);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn a_float_sum_is_logged_as_a_value() {
        let mut prompt = Prompt::new();
        prompt.line("HSET h f 10.50");
        assert_eq!(prompt.line("HINCRBYFLOAT h f 0.1"), Reply::Bulk(b"10.6".to_vec()));
        assert_eq!(prompt.line("HINCRBY h n -5"), Reply::Integer(-5));
        assert_eq!(prompt.log(), "SELECT 0\nHSET h f 10.50\nHSET h f 10.6\nHINCRBY h n -5");
    }

    #[test]
    fn a_refused_increment_leaves_no_empty_hash() {
        let mut prompt = Prompt::new();
        for line in ["HINCRBY h f x", "HINCRBYFLOAT h f inf", "HINCRBYFLOAT h f x"] {
            let reply = prompt.line(line);
            assert!(matches!(reply, Reply::Error(_)), "{line}: {reply:?}");
        }
        assert_eq!(prompt.engine.keyspace.databases()[0].len(), 0);
    }
}
