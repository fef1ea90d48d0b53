//! `PUBSUB` and its subcommands: who listens to what.

use super::super::help::{help, wrong_subcommand};
use crate::engine::glob::matches;
use crate::engine::pubsub::Kind;
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::container("PUBSUB")
    .since("2.8.0")
    .group(Group::Pubsub)
    .complexity("depends on the subcommand")
    .summary("Tells who listens to what.")
    .categories(&["@slow"])
    .subcommands(&[
        Command::new("CHANNELS", channels)
            .since("2.8.0")
            .group(Group::Pubsub)
            .complexity("O(N) for N channels")
            .summary("Lists the channels that somebody listens to.")
            .flags(&[Flag::Pubsub, Flag::Loading, Flag::Stale])
            .categories(&["@pubsub", "@slow"])
            .args(&[Arg::pattern("pattern").optional()]),
        Command::new("HELP", help)
            .since("6.2.0")
            .group(Group::Pubsub)
            .complexity("O(1)")
            .summary("Lists the subcommands.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow"]),
        Command::new("NUMPAT", numpat)
            .since("2.8.0")
            .group(Group::Pubsub)
            .complexity("O(1)")
            .summary("Counts the patterns that somebody listens to.")
            .flags(&[Flag::Pubsub, Flag::Loading, Flag::Stale])
            .categories(&["@pubsub", "@slow"]),
        Command::new("NUMSUB", numsub)
            .since("2.8.0")
            .group(Group::Pubsub)
            .complexity("O(N) for N channels")
            .summary("Counts the listeners of channels.")
            .flags(&[Flag::Pubsub, Flag::Loading, Flag::Stale])
            .categories(&["@pubsub", "@slow"])
            .args(&[Arg::string("channel").optional().multiple()]),
        Command::new("SHARDCHANNELS", shardchannels)
            .since("7.0.0")
            .group(Group::Pubsub)
            .complexity("O(N) for N channels")
            .summary("Lists the shard channels that somebody listens to.")
            .flags(&[Flag::Pubsub, Flag::Loading, Flag::Stale])
            .categories(&["@pubsub", "@slow"])
            .args(&[Arg::pattern("pattern").optional()]),
        Command::new("SHARDNUMSUB", shardnumsub)
            .since("7.0.0")
            .group(Group::Pubsub)
            .complexity("O(N) for N channels")
            .summary("Counts the listeners of shard channels.")
            .flags(&[Flag::Pubsub, Flag::Loading, Flag::Stale])
            .categories(&["@pubsub", "@slow"])
            .args(&[Arg::string("shardchannel").optional().multiple()]),
    ])];

fn channels(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    list(ctx, args, Kind::Channel)
}

fn shardchannels(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    list(ctx, args, Kind::Shard)
}

fn list(ctx: &mut Ctx<'_>, args: &mut Args<'_>, kind: Kind) -> Outcome {
    if args.remaining() > 1 {
        return Err(wrong_subcommand(args));
    }
    let pattern = args.peek();
    let all = ctx.server.listeners.of(kind).iter().map(|(name, _)| name);
    let fits: Vec<_> =
        all.filter(|name| pattern.is_none_or(|pattern| matches(pattern, name))).collect();
    ctx.reply.array(fits.len());
    for name in fits {
        ctx.reply.bulk(name);
    }
    Ok(())
}

fn numpat(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.reply.count(ctx.server.listeners.of(Kind::Pattern).len());
    Ok(())
}

fn numsub(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    count(ctx, args, Kind::Channel)
}

fn shardnumsub(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    count(ctx, args, Kind::Shard)
}

fn count(ctx: &mut Ctx<'_>, args: &mut Args<'_>, kind: Kind) -> Outcome {
    let names = args.take_rest();
    ctx.reply.array(2 * names.len());
    for name in names {
        ctx.reply.bulk(name);
        ctx.reply.count(ctx.server.listeners.of(kind).get(name).map_or(0, Vec::len));
    }
    Ok(())
}
