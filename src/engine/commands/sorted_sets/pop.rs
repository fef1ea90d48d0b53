//! The lowest and the highest members taken away: `ZPOPMIN`, `ZPOPMAX`, `ZMPOP`.

use super::{sorted_set, write};
use crate::engine::commands::counts::{at_least, positive};
use crate::engine::data::Bytes;
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Keys, Outcome,
};
use crate::resp::Protocol;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("ZPOPMIN", zpopmin)
        .since("5.0.0")
        .group(Group::SortedSet)
        .complexity("O(M log N) for N members, M of them taken")
        .summary("Takes the members with the lowest scores out of a sorted set.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0), Arg::integer("count").optional()]),
    Command::new("ZPOPMAX", zpopmax)
        .since("5.0.0")
        .group(Group::SortedSet)
        .complexity("O(M log N) for N members, M of them taken")
        .summary("Takes the members with the highest scores out of a sorted set.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0), Arg::integer("count").optional()]),
    Command::new("ZMPOP", zmpop)
        .since("7.0.0")
        .group(Group::SortedSet)
        .complexity("O(K + M log N) for K keys, N members in the first, M of them taken")
        .summary("Takes members from one end of the first sorted set that is not empty.")
        .flags(&[Flag::Write, Flag::MovableKeys])
        .categories(&["@write", "@sortedset", "@slow"])
        .keys(&[KeySpec::counted(1, &["RW", "access", "delete"])])
        .args(&[
            Arg::integer("numkeys"),
            Arg::key("key", 0).multiple(),
            Arg::oneof("where", &[Arg::token("min", "MIN"), Arg::token("max", "MAX")]),
            Arg::integer("count").with_token("COUNT").optional(),
        ]),
];

/// Which end members are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Lowest,
    Highest,
}

impl Side {
    /// The command that takes from this end of one key, which is what the log is told.
    pub(super) fn command(self) -> &'static [u8] {
        match self {
            Side::Lowest => b"ZPOPMIN",
            Side::Highest => b"ZPOPMAX",
        }
    }

    /// What happens to the sorted set.
    fn event(self) -> KeyEvent {
        KeyEvent::sorted_set(match self {
            Side::Lowest => "zpopmin",
            Side::Highest => "zpopmax",
        })
    }
}

/// Takes up to `count` members from one end of the sorted set at `key`, and the key with the last.
pub(super) fn take(
    ctx: &mut Ctx<'_>,
    key: &[u8],
    side: Side,
    count: usize,
) -> Result<Vec<(Bytes, f64)>, Error> {
    let Some(set) = write(&mut ctx.keys, key)? else { return Ok(Vec::new()) };
    let count = count.min(set.len());
    let ranks = match side {
        Side::Lowest => 0..count,
        Side::Highest => set.len() - count..set.len(),
    };
    let members = set.range(ranks.clone()).map(|(member, score)| (member.to_bytes(), score));
    let mut taken: Vec<_> = members.collect();
    if side == Side::Highest {
        taken.reverse();
    }
    set.remove_range(ranks);
    if count > 0 {
        ctx.keys.changed(key, count, side.event());
        ctx.keys.remove_if_empty(key);
    }
    Ok(taken)
}

/// The first of these keys that exists; it must be a sorted set.
pub(super) fn first_of<'a>(
    keys: &mut Keys<'_>,
    names: &[&'a [u8]],
) -> Result<Option<&'a [u8]>, Error> {
    for name in names {
        if let Some(entry) = keys.peek(name) {
            sorted_set(&entry.value)?;
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Tells members that were taken, each as a pair of its own.
fn tell_pairs(ctx: &mut Ctx<'_>, taken: &[(Bytes, f64)]) {
    ctx.reply.array(taken.len());
    for (member, score) in taken {
        ctx.reply.array(2);
        ctx.reply.bulk(member);
        ctx.reply.double(*score);
    }
}

fn zpopmin(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    pop(ctx, args, Side::Lowest)
}

fn zpopmax(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    pop(ctx, args, Side::Highest)
}

fn pop(ctx: &mut Ctx<'_>, args: &mut Args<'_>, side: Side) -> Outcome {
    let key = args.next_word()?;
    let counted = !args.is_empty();
    if args.remaining() > 1 {
        return Err(Error::Syntax);
    }
    let count = if counted { positive(args.next_word()?)? } else { 1 };
    let taken = take(ctx, key, side, count)?;
    if counted && ctx.reply.protocol() == Protocol::Resp3 {
        tell_pairs(ctx, &taken);
        return Ok(());
    }
    ctx.reply.array(2 * taken.len());
    for (member, score) in &taken {
        ctx.reply.bulk(member);
        ctx.reply.double(*score);
    }
    Ok(())
}

/// `numkeys key [key …] MIN|MAX [COUNT count]`
pub(super) struct ManyKeys<'a> {
    pub(super) keys: &'a [&'a [u8]],
    side: Side,
    count: usize,
}

impl<'a> ManyKeys<'a> {
    pub(super) fn parse(args: &mut Args<'a>) -> Result<Self, Error> {
        let number = at_least(1, args, "ERR numkeys should be greater than 0")?;
        let keys = args.take(number)?;
        let side = if args.keyword("MIN") {
            Side::Lowest
        } else if args.keyword("MAX") {
            Side::Highest
        } else {
            return Err(Error::Syntax);
        };
        let mut count = None;
        while !args.is_empty() {
            if count.is_some() || !args.keyword("COUNT") {
                return Err(Error::Syntax);
            }
            count = Some(at_least(1, args, "ERR count should be greater than 0")?);
        }
        Ok(Self { keys, side, count: count.unwrap_or(1) })
    }
}

fn zmpop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let request = ManyKeys::parse(args)?;
    let Some(key) = first_of(&mut ctx.keys, request.keys)? else {
        ctx.reply.null_array();
        return Ok(());
    };
    pop_from(ctx, key, &request)
}

/// Takes members from this key, and tells which.
pub(super) fn pop_from(ctx: &mut Ctx<'_>, key: &[u8], request: &ManyKeys<'_>) -> Outcome {
    let ManyKeys { side, count, .. } = *request;
    let taken = take(ctx, key, side, count)?;
    ctx.reply.array(2);
    ctx.reply.bulk(key);
    tell_pairs(ctx, &taken);
    let count = taken.len().to_string();
    ctx.keys.effects().rewrite(&[side.command(), key, count.as_bytes()]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn the_highest_comes_first_from_the_top() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1 a 2 b 3 c");
        let words = ["c", "3", "b", "2"].map(|word| Reply::Bulk(word.as_bytes().to_vec()));
        assert_eq!(prompt.line("ZPOPMAX z 2"), Reply::Array(words.to_vec()));
        assert_eq!(prompt.line("ZPOPMIN z 0"), Reply::Array(Vec::new()));
        prompt.line("ZPOPMIN z 5");
        assert!(prompt.engine.keyspace.select(0).is_empty());
    }

    #[test]
    fn the_log_is_told_which_key_it_was() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1 a 2 b 3 c");
        prompt.log();
        prompt.line("ZMPOP 2 none z MAX COUNT 2");
        assert_eq!(prompt.log(), "ZPOPMAX z 2");
        prompt.line("ZMPOP 2 none z MIN COUNT 9");
        assert_eq!(prompt.log(), "ZPOPMIN z 1");
        assert_eq!(prompt.line("ZMPOP 2 none z MIN"), Reply::Null);
        assert_eq!(prompt.log(), "");
    }
}
