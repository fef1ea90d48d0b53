//! Beginning to listen, and stopping: `SUBSCRIBE`, `PSUBSCRIBE`, `SSUBSCRIBE` and their opposites.

use crate::engine::data::Bytes;
use crate::engine::pubsub::Kind;
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("SUBSCRIBE", subscribe)
        .since("2.0.0")
        .group(Group::Pubsub)
        .complexity("O(N) for N channels")
        .summary("Listens to channels: what is published there is sent to this connection.")
        .flags(&[Flag::Pubsub, Flag::Noscript, Flag::Loading, Flag::Stale])
        .categories(&["@pubsub", "@slow"])
        .args(&[Arg::string("channel").multiple()]),
    Command::new("UNSUBSCRIBE", unsubscribe)
        .since("2.0.0")
        .group(Group::Pubsub)
        .complexity("O(N) for N channels")
        .summary("Stops listening to these channels, or to all.")
        .flags(&[Flag::Pubsub, Flag::Noscript, Flag::Loading, Flag::Stale])
        .categories(&["@pubsub", "@slow"])
        .args(&[Arg::string("channel").optional().multiple()]),
    Command::new("PSUBSCRIBE", psubscribe)
        .since("2.0.0")
        .group(Group::Pubsub)
        .complexity("O(N*M) for N patterns, M of them known already")
        .summary("Listens to all channels whose names fit a pattern.")
        .flags(&[Flag::Pubsub, Flag::Noscript, Flag::Loading, Flag::Stale])
        .categories(&["@pubsub", "@slow"])
        .args(&[Arg::block("pattern", &[Arg::pattern("pattern")]).multiple()]),
    Command::new("PUNSUBSCRIBE", punsubscribe)
        .since("2.0.0")
        .group(Group::Pubsub)
        .complexity("O(N*M) for N patterns of M known")
        .summary("Stops listening to these patterns, or to all.")
        .flags(&[Flag::Pubsub, Flag::Noscript, Flag::Loading, Flag::Stale])
        .categories(&["@pubsub", "@slow"])
        .args(&[Arg::pattern("pattern").optional().multiple()]),
    Command::new("SSUBSCRIBE", ssubscribe)
        .since("7.0.0")
        .group(Group::Pubsub)
        .complexity("O(N) for N channels")
        .summary("Listens to shard channels, which in a cluster stay within a shard.")
        .flags(&[Flag::Pubsub, Flag::Noscript, Flag::Loading, Flag::Stale])
        .categories(&["@pubsub", "@slow"])
        .keys(&[KeySpec::range(1, -1, 1, &["not_key"])])
        .args(&[Arg::string("shardchannel").multiple()]),
    Command::new("SUNSUBSCRIBE", sunsubscribe)
        .since("7.0.0")
        .group(Group::Pubsub)
        .complexity("O(N) for N channels")
        .summary("Stops listening to these shard channels, or to all.")
        .flags(&[Flag::Pubsub, Flag::Noscript, Flag::Loading, Flag::Stale])
        .categories(&["@pubsub", "@slow"])
        .keys(&[KeySpec::range(1, -1, 1, &["not_key"])])
        .args(&[Arg::string("shardchannel").optional().multiple()]),
];

fn subscribe(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    listen(ctx, args, Kind::Channel)
}

fn psubscribe(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    listen(ctx, args, Kind::Pattern)
}

fn ssubscribe(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    listen(ctx, args, Kind::Shard)
}

fn unsubscribe(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    stop(ctx, args, Kind::Channel)
}

fn punsubscribe(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    stop(ctx, args, Kind::Pattern)
}

fn sunsubscribe(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    stop(ctx, args, Kind::Shard)
}

fn listen(ctx: &mut Ctx<'_>, args: &mut Args<'_>, kind: Kind) -> Outcome {
    let [word, _, _] = kind.words();
    for name in args.take_rest() {
        ctx.session.subscribe(&mut ctx.server.listeners, kind, name);
        tell(ctx, word, Some(name), kind);
    }
    Ok(())
}

fn stop(ctx: &mut Ctx<'_>, args: &mut Args<'_>, kind: Kind) -> Outcome {
    let [_, word, _] = kind.words();
    let names: Vec<Bytes> = if args.is_empty() {
        let all = ctx.session.subscriptions.iter().flat_map(|mine| mine.of(kind).iter());
        all.map(|(name, ())| name.clone()).collect()
    } else {
        args.take_rest().iter().map(|name| Bytes::from(*name)).collect()
    };
    if names.is_empty() {
        tell(ctx, word, None, kind);
    }
    for name in &names {
        ctx.session.unsubscribe(&mut ctx.server.listeners, kind, name);
        tell(ctx, word, Some(name), kind);
    }
    Ok(())
}

/// What has changed, and how much is listened to now.
fn tell(ctx: &mut Ctx<'_>, word: &[u8], name: Option<&[u8]>, kind: Kind) {
    ctx.reply.push(3);
    ctx.reply.bulk(word);
    ctx.reply.bulk_or_null(name);
    ctx.reply.count(ctx.session.subscribed(kind));
}
