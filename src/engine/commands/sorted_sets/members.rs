//! Members one by one: their scores and ranks, removal, and the walk through all of them.

use super::{read, write};
use crate::engine::commands::scan_options::{ScanOptions, Walk, parse_cursor};
use crate::engine::data::SortedSet;
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome};
use crate::resp::Collection;
use crate::resp::number::format_double;

/// What `ZRANK` and `ZREVRANK` can be asked besides.
const WITHSCORE: Arg = Arg::token("withscore", "WITHSCORE").optional().since("7.2.0");

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("ZREM", zrem)
        .since("1.2.0")
        .group(Group::SortedSet)
        .complexity("O(log N) for each member, N members in the set")
        .summary("Removes members from a sorted set and counts those that were in it.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "delete"])])
        .args(&[Arg::key("key", 0), Arg::string("member").multiple()]),
    Command::new("ZCARD", zcard)
        .since("1.2.0")
        .group(Group::SortedSet)
        .complexity("O(1)")
        .summary("Counts the members of a sorted set.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RO"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("ZSCORE", zscore)
        .since("1.2.0")
        .group(Group::SortedSet)
        .complexity("O(1)")
        .summary("Gives the score of a member.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::string("member")]),
    Command::new("ZMSCORE", zmscore)
        .since("6.2.0")
        .group(Group::SortedSet)
        .complexity("O(N) for N questions")
        .summary("Gives the scores of several members.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::string("member").multiple()]),
    Command::new("ZRANK", zrank)
        .since("2.0.0")
        .group(Group::SortedSet)
        .complexity("O(log N) for N members")
        .summary("Gives a member's place, counted from the lowest score, which is 0.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::string("member"), WITHSCORE]),
    Command::new("ZREVRANK", zrevrank)
        .since("2.0.0")
        .group(Group::SortedSet)
        .complexity("O(log N) for N members")
        .summary("Gives a member's place, counted from the highest score, which is 0.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::string("member"), WITHSCORE]),
    Command::new("ZSCAN", zscan)
        .since("2.8.0")
        .group(Group::SortedSet)
        .complexity("O(COUNT) a step; a small sorted set comes in one")
        .summary("Walks through a sorted set in steps, a few members at a time.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@sortedset", "@slow"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[
            Arg::key("key", 0),
            Arg::integer("cursor"),
            Arg::pattern("pattern").with_token("MATCH").optional(),
            Arg::integer("count").with_token("COUNT").optional(),
        ]),
];

fn zrem(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let members = args.take_rest();
    let removed = write(&mut ctx.keys, key)?
        .map_or(0, |set| members.iter().filter(|member| set.remove(member).is_some()).count());
    if removed > 0 {
        ctx.keys.changed(key, removed, KeyEvent::sorted_set("zrem"));
        ctx.keys.remove_if_empty(key);
    }
    ctx.reply.count(removed);
    Ok(())
}

fn zcard(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let len = read(&mut ctx.keys, args.next_word()?)?.map_or(0, SortedSet::len);
    ctx.reply.count(len);
    Ok(())
}

fn zscore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, member) = (args.next_word()?, args.next_word()?);
    match read(&mut ctx.keys, key)?.and_then(|set| set.score(member)) {
        Some(score) => ctx.reply.double(score),
        None => ctx.reply.null(),
    }
    Ok(())
}

fn zmscore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let set = read(&mut ctx.keys, args.next_word()?)?;
    let members = args.take_rest();
    ctx.reply.array(members.len());
    for member in members {
        match set.and_then(|set| set.score(member)) {
            Some(score) => ctx.reply.double(score),
            None => ctx.reply.null(),
        }
    }
    Ok(())
}

fn zrank(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell_rank(ctx, args, "zrank", SortedSet::rank)
}

fn zrevrank(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell_rank(ctx, args, "zrevrank", |set, member| Some(set.len() - 1 - set.rank(member)?))
}

fn tell_rank(
    ctx: &mut Ctx<'_>,
    args: &mut Args<'_>,
    command: &str,
    rank: impl Fn(&SortedSet, &[u8]) -> Option<usize>,
) -> Outcome {
    let (key, member) = (args.next_word()?, args.next_word()?);
    if args.remaining() > 1 {
        return Err(Error::WrongArity(command.to_owned()));
    }
    let with_score = args.keyword("WITHSCORE");
    args.finish()?;
    let set = read(&mut ctx.keys, key)?;
    let found = set.and_then(|set| Some((rank(set, member)?, set.score(member)?)));
    match found {
        Some((rank, score)) if with_score => {
            ctx.reply.array(2);
            ctx.reply.count(rank);
            ctx.reply.double(score);
        }
        Some((rank, _)) => ctx.reply.count(rank),
        None if with_score => ctx.reply.null_array(),
        None => ctx.reply.null(),
    }
    Ok(())
}

fn zscan(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let cursor = parse_cursor(args.next_word()?)?;
    let Some(set) = read(&mut ctx.keys, key)? else {
        ctx.reply.array(2);
        ctx.reply.bulk(b"0");
        ctx.reply.array(0);
        return Ok(());
    };
    let options = ScanOptions::parse(args, Walk::Elements)?;
    let (next, members) = set.scan(cursor, options.count);
    let mut digits = itoa::Buffer::new();
    ctx.reply.array(2);
    ctx.reply.bulk(digits.format(next).as_bytes());
    let (mark, mut shown) = (ctx.reply.begin(), 0);
    for (member, score) in members {
        let member = member.text(&mut digits);
        if options.shows(member) {
            ctx.reply.bulk(member);
            ctx.reply.bulk(stored_score(set, score).as_bytes());
            shown += 2;
        }
    }
    ctx.reply.end(mark, Collection::Array, shown);
    Ok(())
}

/// A score as the set's encoding writes it: packed, whole numbers are kept as digits, and a walk
/// shows them as they are kept.
fn stored_score(set: &SortedSet, score: f64) -> String {
    /// Half the range of 64-bit integers: up to here Redis keeps whole scores as integers.
    const WHOLE: f64 = 4_611_686_018_427_387_904.0;
    match set {
        SortedSet::Packed(_) if score.abs() <= WHOLE && score.fract() == 0.0 => {
            // Adding zero takes away the sign of -0.
            format!("{:.0}", score + 0.0)
        }
        SortedSet::Packed(_) | SortedSet::Table(_) => format_double(score),
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn a_sorted_set_without_members_is_no_key() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1 a 2 b");
        assert_eq!(prompt.line("ZREM z b a c"), Reply::Integer(2));
        assert!(prompt.engine.keyspace.select(0).is_empty());
    }

    #[test]
    fn ranks_count_from_both_ends() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1 a 2 b 3 c");
        assert_eq!(prompt.line("ZRANK z c"), Reply::Integer(2));
        assert_eq!(prompt.line("ZREVRANK z c"), Reply::Integer(0));
        assert_eq!(prompt.line("ZREVRANK z d"), Reply::Null);
    }

    #[test]
    fn a_walk_shows_large_whole_scores_as_they_are_kept() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1e17 a");
        let bulk = |text: &str| Reply::Bulk(text.as_bytes().to_vec());
        let page = vec![bulk("a"), bulk("100000000000000000")];
        assert_eq!(prompt.line("ZSCAN z 0"), Reply::Array(vec![bulk("0"), Reply::Array(page)]));
        assert_eq!(prompt.line("ZSCORE z a"), bulk("1e+17"));
    }
}
