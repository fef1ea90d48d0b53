//! `WAIT`: until replicas have what was written. A server without replicas has none to wait for, but
//! the time passes all the same, as in Redis.

use crate::engine::blocking::{Late, deadline_ms};
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("WAIT", wait)
    .since("3.0.0")
    .group(Group::Generic)
    .complexity("O(1)")
    .summary("Waits until replicas have what this connection wrote; here there are none.")
    .flags(&[Flag::Noscript])
    .categories(&["@slow", "@connection"])
    .tips(&["request_policy:all_shards", "response_policy:agg_min"])
    .args(&[Arg::integer("numreplicas"), Arg::integer("timeout")])];

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
