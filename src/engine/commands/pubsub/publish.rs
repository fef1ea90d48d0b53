//! Sending a message: `PUBLISH` and `SPUBLISH`.

use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("PUBLISH", publish)
        .since("2.0.0")
        .group(Group::Pubsub)
        .complexity("O(N+M) for N listeners and M patterns")
        .summary("Sends a message to everybody who listens to a channel, and counts them.")
        .flags(&[Flag::Pubsub, Flag::Loading, Flag::Stale, Flag::Fast])
        .categories(&["@pubsub", "@fast"])
        .args(&[Arg::string("channel"), Arg::string("message")]),
    Command::new("SPUBLISH", spublish)
        .since("7.0.0")
        .group(Group::Pubsub)
        .complexity("O(N) for N listeners")
        .summary("Sends a message to everybody who listens to a shard channel, and counts them.")
        .flags(&[Flag::Pubsub, Flag::Loading, Flag::Stale, Flag::Fast])
        .categories(&["@pubsub", "@fast"])
        .keys(&[KeySpec::at(1, &["not_key"])])
        .args(&[Arg::string("shardchannel"), Arg::string("message")]),
];

fn publish(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let reached = ctx.publish(args.next_word()?, args.next_word()?);
    ctx.reply.count(reached);
    Ok(())
}

fn spublish(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let reached = ctx.publish_to_shard(args.next_word()?, args.next_word()?);
    ctx.reply.count(reached);
    Ok(())
}
