//! `ROLE`: whether a server follows another. This one never does, and nobody follows it.

use crate::engine::{Args, Command, Ctx, Flag, Group, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("ROLE", role)
    .since("2.8.12")
    .group(Group::Server)
    .complexity("O(1)")
    .summary("Tells whether the server leads or follows others, and who follows it.")
    .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale, Flag::Fast])
    .categories(&["@admin", "@fast", "@dangerous"])];

fn role(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.reply.array(3);
    ctx.reply.bulk(b"master");
    ctx.reply.int(0);
    ctx.reply.array(0);
    Ok(())
}
