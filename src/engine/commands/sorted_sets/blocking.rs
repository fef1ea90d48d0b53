//! Taking members out of sorted sets, and waiting for them where there are none: `BZPOPMIN` and its kin.
//!
//! What is taken is logged as the command that does not wait: a log never waits.

use super::pop::{ManyKeys, Side, first_of, pop_from, take};
use crate::engine::blocking::{Filling, Wait, deadline};
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("BZPOPMIN", bzpopmin)
        .since("5.0.0")
        .group(Group::SortedSet)
        .complexity("O(K + log N) for K keys and N members")
        .summary("Takes the member with the lowest score out of the first sorted set that has any, and waits if none has.")
        .flags(&[Flag::Write, Flag::Noscript, Flag::Blocking, Flag::Fast])
        .categories(&["@write", "@sortedset", "@fast", "@blocking"])
        .keys(&[KeySpec::range(1, -2, 1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0).multiple(), Arg::double("timeout")]),
    Command::new("BZPOPMAX", bzpopmax)
        .since("5.0.0")
        .group(Group::SortedSet)
        .complexity("O(K + log N) for K keys and N members")
        .summary("Takes the member with the highest score out of the first sorted set that has any, and waits if none has.")
        .flags(&[Flag::Write, Flag::Noscript, Flag::Blocking, Flag::Fast])
        .categories(&["@write", "@sortedset", "@fast", "@blocking"])
        .keys(&[KeySpec::range(1, -2, 1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0).multiple(), Arg::double("timeout")]),
    Command::new("BZMPOP", bzmpop)
        .since("7.0.0")
        .group(Group::SortedSet)
        .complexity("O(K + M log N) for K keys, N members in the first, M of them taken")
        .summary("Takes members from one end of the first sorted set that has any, and waits if none has.")
        .flags(&[Flag::Write, Flag::Blocking, Flag::MovableKeys])
        .categories(&["@write", "@sortedset", "@slow", "@blocking"])
        .keys(&[KeySpec::counted(2, &["RW", "access", "delete"])])
        .args(&[Arg::double("timeout"), Arg::integer("numkeys"), Arg::key("key", 0).multiple(), Arg::oneof("where", &[Arg::token("min", "MIN"), Arg::token("max", "MAX")]), Arg::integer("count").with_token("COUNT").optional()]),
];

fn bzpopmin(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    pop(ctx, args, Side::Lowest)
}

fn bzpopmax(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    pop(ctx, args, Side::Highest)
}

fn pop(ctx: &mut Ctx<'_>, args: &mut Args<'_>, side: Side) -> Outcome {
    let keys = args.take(args.remaining() - 1)?;
    let timeout = args.next_word()?;
    let until_ms = deadline(timeout, ctx.now)?;
    if let Some(key) = first_of(&mut ctx.keys, keys)? {
        ctx.reply.array(3);
        ctx.reply.bulk(key);
        for (member, score) in take(ctx, key, side, 1)? {
            ctx.reply.bulk(&member);
            ctx.reply.double(score);
        }
        ctx.keys.effects().rewrite(&[side.command(), key]);
        return Ok(());
    }
    let words = [command(args), b"", timeout];
    let wait = Wait { keys, until_ms, words: &words, key_at: 1, filling: Filling::SortedSet };
    if !ctx.block(&wait) {
        ctx.reply.null_array();
    }
    Ok(())
}

/// The name of the command, as it was typed.
fn command<'a>(args: &Args<'a>) -> &'a [u8] {
    args.words().first().copied().unwrap_or_default()
}

fn bzmpop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let timeout = args.next_word()?;
    let request = ManyKeys::parse(args)?;
    let until_ms = deadline(timeout, ctx.now)?;
    if let Some(key) = first_of(&mut ctx.keys, request.keys)? {
        return pop_from(ctx, key, &request);
    }
    // The same request of one key.
    let behind = args.words().get(3 + request.keys.len()..).unwrap_or_default();
    let words = [&[command(args), timeout, b"1", b""], behind].concat();
    let wait = Wait {
        keys: request.keys,
        until_ms,
        words: &words,
        key_at: 3,
        filling: Filling::SortedSet,
    };
    if !ctx.block(&wait) {
        ctx.reply.null_array();
    }
    Ok(())
}
