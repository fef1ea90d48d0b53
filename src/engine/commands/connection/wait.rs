//! `WAIT` and `WAITAOF`: until replicas, or this server's own disk, have what was written. A server
//! without replicas has none to wait for, but the time passes all the same, as in Redis.

use crate::engine::blocking::{Late, NO_LOG, deadline_ms};
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, Outcome, parse_i64};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("WAIT", wait)
        .since("3.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Waits until replicas have what this connection wrote; here there are none.")
        .flags(&[Flag::Noscript])
        .categories(&["@slow", "@connection"])
        .tips(&["request_policy:all_shards", "response_policy:agg_min"])
        .args(&[Arg::integer("numreplicas"), Arg::integer("timeout")]),
    Command::new("WAITAOF", waitaof)
        .since("7.2.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary(
            "Waits until what this connection wrote is safe on this server's disk, or replicas'.",
        )
        .flags(&[Flag::Blocking])
        .categories(&["@slow", "@blocking", "@connection"])
        .tips(&["request_policy:all_shards", "response_policy:agg_min"])
        .args(&[Arg::integer("numlocal"), Arg::integer("numreplicas"), Arg::integer("timeout")]),
];

fn wait(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let replicas = args.next_i64()?;
    let until_ms = deadline_ms(args.next_word()?, ctx.now)?;
    if replicas > 0 && ctx.may_block() {
        ctx.block_until(until_ms, Late::Int(0));
    } else {
        ctx.reply.int(0);
    }
    Ok(())
}

fn waitaof(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let locals = args.next_i64()?;
    if !(0..=1).contains(&locals) {
        return Err(Error::text("ERR value is out of range, value must between 0 and 1"));
    }
    let replicas = parse_i64(args.next_word()?)
        .filter(|count| *count >= 0)
        .ok_or(Error::text("ERR value is out of range, must be positive"))?;
    let until_ms = deadline_ms(args.next_word()?, ctx.now)?;
    let wants_log = locals > 0;
    if wants_log && !ctx.server.config.is_yes("appendonly") {
        return Err(Error::text(NO_LOG));
    }
    let is_synced = ctx.server.is_synced(ctx.session);
    if (replicas > 0 || (wants_log && !is_synced)) && ctx.may_block() {
        ctx.block_until(until_ms, Late::Synced);
        if wants_log {
            ctx.server.wait_for_sync(ctx.session.id, replicas > 0);
        }
    } else {
        Late::Synced.write(&mut ctx.reply, is_synced);
    }
    Ok(())
}
