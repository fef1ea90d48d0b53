//! `HRANDFIELD`: fields at random, each once or with repetition.

use super::read;
use crate::engine::commands::counts::{self, Draw};
use crate::engine::commands::elements;
use crate::engine::data::Hash;
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeySpec, Outcome};
use crate::resp::{Protocol, Writer};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("HRANDFIELD", hrandfield)
    .since("6.2.0")
    .group(Group::Hash)
    .complexity("O(N) for N fields asked for")
    .summary("Gives fields of a hash at random.")
    .flags(&[Flag::Readonly])
    .categories(&["@read", "@hash", "@slow"])
    .tips(&["nondeterministic_output"])
    .keys(&[KeySpec::at(1, &["RO", "access"])])
    .args(&[
        Arg::key("key", 0),
        Arg::block(
            "options",
            &[Arg::integer("count"), Arg::token("withvalues", "WITHVALUES").optional()],
        )
        .optional(),
    ])];

/// How many repeated fields a reply may have. Redis has no limit, and its client's memory ends
/// first; here that would end the learner's prompt.
const MOST_REPEATED: usize = 1 << 24;

const OUT_OF_RANGE: Error = Error::text("ERR value is out of range");

/// What of each field is replied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Fields,
    Pairs,
}

fn hrandfield(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    if !args.is_empty() {
        let (count, shape) = parse_count(args)?;
        return with_count(ctx, key, count, shape);
    }
    let Some(hash) = read(&mut ctx.keys, key)? else {
        ctx.reply.null();
        return Ok(());
    };
    let index = ctx.server.rng.usize(0..hash.len().max(1));
    match hash.get_index(index) {
        Some((field, _)) => elements::bulk(&mut ctx.reply, field),
        None => ctx.reply.null(),
    }
    Ok(())
}

fn parse_count(args: &mut Args<'_>) -> Result<(Draw, Shape), Error> {
    let draw = Draw::parse(args.next_word()?)?;
    let shape = if args.keyword("WITHVALUES") { Shape::Pairs } else { Shape::Fields };
    args.finish()?;
    let (Draw::Distinct(count) | Draw::Repeated(count)) = draw;
    if shape == Shape::Pairs && count as u64 > i64::MAX.unsigned_abs() / 2 {
        return Err(OUT_OF_RANGE);
    }
    Ok((draw, shape))
}

fn with_count(ctx: &mut Ctx<'_>, key: &[u8], draw: Draw, shape: Shape) -> Outcome {
    let Some(hash) = read(&mut ctx.keys, key)? else {
        ctx.reply.array(0);
        return Ok(());
    };
    let (rng, len) = (&mut ctx.server.rng, hash.len());
    match draw {
        Draw::Repeated(count) if count > MOST_REPEATED => return Err(OUT_OF_RANGE),
        Draw::Repeated(count) => {
            let chosen = std::iter::repeat_with(|| rng.usize(0..len)).take(count);
            write_fields(&mut ctx.reply, hash, count, chosen, shape);
        }
        Draw::Distinct(count) if count >= len => {
            write_fields(&mut ctx.reply, hash, len, 0..len, shape);
        }
        Draw::Distinct(count) => {
            let chosen = counts::distinct(rng, count, len);
            write_fields(&mut ctx.reply, hash, count, chosen.into_iter(), shape);
        }
    }
    Ok(())
}

/// `count` fields by their numbers, with their values in pairs if asked for: flat in RESP2, an
/// array for each pair in RESP3.
fn write_fields(
    reply: &mut Writer<'_>,
    hash: &Hash,
    count: usize,
    chosen: impl Iterator<Item = usize>,
    shape: Shape,
) {
    let nested = reply.protocol() == Protocol::Resp3;
    reply.array(if shape == Shape::Pairs && !nested { count.saturating_mul(2) } else { count });
    for (field, value) in chosen.filter_map(|index| hash.get_index(index)) {
        if shape == Shape::Pairs && nested {
            reply.array(2);
        }
        elements::bulk(reply, field);
        if shape == Shape::Pairs {
            elements::bulk(reply, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn a_negative_count_repeats_and_is_limited() {
        let mut prompt = Prompt::new();
        prompt.line("HSET h f v");
        let f = || Reply::Bulk(b"f".to_vec());
        assert_eq!(prompt.line("HRANDFIELD h -2"), Reply::Array(vec![f(), f()]));
        assert_eq!(
            prompt.line("HRANDFIELD h -9223372036854775807"),
            Reply::Error(b"ERR value is out of range".to_vec())
        );
    }

    #[test]
    fn pairs_are_nested_in_resp3_only() {
        let mut prompt = Prompt::new();
        prompt.line("HSET h f v");
        let pair = || vec![Reply::Bulk(b"f".to_vec()), Reply::Bulk(b"v".to_vec())];
        assert_eq!(prompt.line("HRANDFIELD h 1 WITHVALUES"), Reply::Array(pair()));
        prompt.line("HELLO 3");
        let nested = Reply::Array(vec![Reply::Array(pair())]);
        assert_eq!(prompt.line("HRANDFIELD h 1 WITHVALUES"), nested);
    }
}
