//! Ranges of a sorted set under the names they had before `ZRANGE` learned its options, and
//! ranges that are counted or removed.

use std::ops::Range;

use super::bounds::{self, Direction};
use super::range::{By, Form, tell};
use super::{read, write};
use crate::engine::data::SortedSet;
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, KeyEvent, KeySpec, Outcome};

/// `LIMIT offset count`, where the command is.
const LIMIT: Arg = Arg::block("offset_count", &[Arg::integer("offset"), Arg::integer("count")])
    .with_token("LIMIT")
    .optional();

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("ZREVRANGE", zrevrange)
        .since("1.2.0")
        .group(Group::SortedSet)
        .complexity("O(log N + M) for N members, M of them given")
        .summary("Gives the members of a range of places, the highest score first.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .deprecated("6.2.0", "ZRANGE REV")
        .args(&[
            Arg::key("key", 0),
            Arg::integer("start"),
            Arg::integer("stop"),
            Arg::token("withscores", "WITHSCORES").optional(),
        ]),
    Command::new("ZRANGEBYSCORE", zrangebyscore)
        .since("1.0.5")
        .group(Group::SortedSet)
        .complexity("O(log N + M) for N members, M of them given")
        .summary("Gives the members whose scores lie between two ends.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .deprecated("6.2.0", "ZRANGE BYSCORE")
        .args(&[
            Arg::key("key", 0),
            Arg::double("min"),
            Arg::double("max"),
            Arg::token("withscores", "WITHSCORES").optional().since("2.0.0"),
            LIMIT,
        ]),
    Command::new("ZREVRANGEBYSCORE", zrevrangebyscore)
        .since("2.2.0")
        .group(Group::SortedSet)
        .complexity("O(log N + M) for N members, M of them given")
        .summary("Gives the members whose scores lie between two ends, the highest first.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .deprecated("6.2.0", "ZRANGE REV BYSCORE")
        .args(&[
            Arg::key("key", 0),
            Arg::double("max"),
            Arg::double("min"),
            Arg::token("withscores", "WITHSCORES").optional(),
            LIMIT,
        ]),
    Command::new("ZRANGEBYLEX", zrangebylex)
        .since("2.8.9")
        .group(Group::SortedSet)
        .complexity("O(log N + M) for N members, M of them given")
        .summary("Gives the members whose names lie between two ends; all scores must be equal.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .deprecated("6.2.0", "ZRANGE BYLEX")
        .args(&[
            Arg::key("key", 0),
            Arg::string("min"),
            Arg::string("max"),
            LIMIT,
        ]),
    Command::new("ZREVRANGEBYLEX", zrevrangebylex)
        .since("2.8.9")
        .group(Group::SortedSet)
        .complexity("O(log N + M) for N members, M of them given")
        .summary("Gives the members whose names lie between two ends, the last first; all scores must be equal.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .deprecated("6.2.0", "ZRANGE REV BYLEX")
        .args(&[
            Arg::key("key", 0),
            Arg::string("max"),
            Arg::string("min"),
            LIMIT,
        ]),
    Command::new("ZCOUNT", zcount)
        .since("2.0.0")
        .group(Group::SortedSet)
        .complexity("O(log N) for N members")
        .summary("Counts the members whose scores lie between two ends.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::double("min"), Arg::double("max")]),
    Command::new("ZLEXCOUNT", zlexcount)
        .since("2.8.9")
        .group(Group::SortedSet)
        .complexity("O(log N) for N members")
        .summary("Counts the members whose names lie between two ends; all scores must be equal.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::string("min"), Arg::string("max")]),
    Command::new("ZREMRANGEBYRANK", zremrangebyrank)
        .since("2.0.0")
        .group(Group::SortedSet)
        .complexity("O(log N + M log N) for N members, M of them removed")
        .summary("Removes the members of a range of places.")
        .flags(&[Flag::Write])
        .categories(&["@write", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "delete"])])
        .args(&[Arg::key("key", 0), Arg::integer("start"), Arg::integer("stop")]),
    Command::new("ZREMRANGEBYSCORE", zremrangebyscore)
        .since("1.2.0")
        .group(Group::SortedSet)
        .complexity("O(log N + M log N) for N members, M of them removed")
        .summary("Removes the members whose scores lie between two ends.")
        .flags(&[Flag::Write])
        .categories(&["@write", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "delete"])])
        .args(&[Arg::key("key", 0), Arg::double("min"), Arg::double("max")]),
    Command::new("ZREMRANGEBYLEX", zremrangebylex)
        .since("2.8.9")
        .group(Group::SortedSet)
        .complexity("O(log N + M log N) for N members, M of them removed")
        .summary("Removes the members whose names lie between two ends; all scores must be equal.")
        .flags(&[Flag::Write])
        .categories(&["@write", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "delete"])])
        .args(&[Arg::key("key", 0), Arg::string("min"), Arg::string("max")]),
];

fn zrevrange(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, Form { by: Some(By::Rank), direction: Some(Direction::Down) })
}

fn zrangebyscore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, Form { by: Some(By::Score), direction: Some(Direction::Up) })
}

fn zrevrangebyscore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, Form { by: Some(By::Score), direction: Some(Direction::Down) })
}

fn zrangebylex(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, Form { by: Some(By::Lex), direction: Some(Direction::Up) })
}

fn zrevrangebylex(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, Form { by: Some(By::Lex), direction: Some(Direction::Down) })
}

fn zcount(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let (min, max) = bounds::scores(args.next_word()?, args.next_word()?)?;
    let count = read(&mut ctx.keys, key)?.map_or(0, |set| set.score_range(min, max).len());
    ctx.reply.count(count);
    Ok(())
}

fn zlexcount(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let (min, max) = bounds::members(args.next_word()?, args.next_word()?)?;
    let count = read(&mut ctx.keys, key)?
        .map_or(0, |set| bounds::member_ranks(set, min, max, Direction::Up).len());
    ctx.reply.count(count);
    Ok(())
}

fn zremrangebyrank(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let (first, last) = (args.next_i64()?, args.next_i64()?);
    remove(ctx, key, "zremrangebyrank", |set| bounds::ranks(first, last, set.len()))
}

fn zremrangebyscore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let (min, max) = bounds::scores(args.next_word()?, args.next_word()?)?;
    remove(ctx, key, "zremrangebyscore", |set| set.score_range(min, max))
}

fn zremrangebylex(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let (min, max) = bounds::members(args.next_word()?, args.next_word()?)?;
    remove(ctx, key, "zremrangebylex", |set| bounds::member_ranks(set, min, max, Direction::Up))
}

fn remove(
    ctx: &mut Ctx<'_>,
    key: &[u8],
    event: &'static str,
    ranks: impl Fn(&SortedSet) -> Range<usize>,
) -> Outcome {
    let removed = write(&mut ctx.keys, key)?.map_or(0, |set| set.remove_range(ranks(set)));
    if removed > 0 {
        ctx.keys.changed(key, removed, KeyEvent::sorted_set(event));
        ctx.keys.remove_if_empty(key);
    }
    ctx.reply.count(removed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn ranges_are_removed_and_the_last_member_takes_the_key_with_it() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1 a 2 b 3 c 4 d");
        prompt.log();
        assert_eq!(prompt.line("ZREMRANGEBYRANK z -1 -1"), Reply::Integer(1));
        assert_eq!(prompt.line("ZREMRANGEBYSCORE z (1 2"), Reply::Integer(1));
        assert_eq!(prompt.line("ZREMRANGEBYSCORE z (1 2"), Reply::Integer(0));
        assert_eq!(prompt.line("ZREMRANGEBYLEX z - +"), Reply::Integer(2));
        assert!(prompt.engine.keyspace.select(0).is_empty());
        assert_eq!(
            prompt.log(),
            "ZREMRANGEBYRANK z -1 -1\nZREMRANGEBYSCORE z (1 2\nZREMRANGEBYLEX z - +"
        );
    }
}
