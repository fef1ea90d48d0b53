//! `TIME`.

use crate::engine::{Args, Command, Ctx, Flag, Group, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("TIME", time)
    .since("2.6.0")
    .group(Group::Server)
    .complexity("O(1)")
    .summary("Tells the server's time: seconds since 1970, and microseconds besides.")
    .flags(&[Flag::Loading, Flag::Stale, Flag::Fast])
    .categories(&["@fast"])
    .tips(&["nondeterministic_output"])];

fn time(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.reply.array(2);
    ctx.reply.bulk_int(ctx.now.seconds());
    ctx.reply.bulk_int(ctx.now.unix_micros.rem_euclid(1_000_000));
    Ok(())
}
