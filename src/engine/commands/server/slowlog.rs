//! `SLOWLOG`: the commands that took long.

use super::super::help::{help, wrong_subcommand};
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::container("SLOWLOG")
    .since("2.2.12")
    .group(Group::Server)
    .complexity("depends on the subcommand")
    .summary("Tells which commands took long; quick ones are timed where the limit is below a millisecond.")
    .categories(&["@slow"])
    .subcommands(&[
    Command::new("GET", get)
        .since("2.2.12")
        .group(Group::Server)
        .complexity("O(N) for N entries")
        .summary("Lists the slowest commands kept, the last one first.")
        .flags(&[Flag::Admin, Flag::Loading, Flag::Stale])
        .categories(&["@admin", "@slow", "@dangerous"])
        .tips(&["request_policy:all_nodes", "nondeterministic_output"])
        .args(&[Arg::integer("count").optional()]),
    Command::new("HELP", help)
        .since("6.2.0")
        .group(Group::Server)
        .complexity("O(1)")
        .summary("Lists the subcommands.")
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&["@slow"]),
    Command::new("LEN", len)
        .since("2.2.12")
        .group(Group::Server)
        .complexity("O(1)")
        .summary("Counts the entries.")
        .flags(&[Flag::Admin, Flag::Loading, Flag::Stale])
        .categories(&["@admin", "@slow", "@dangerous"])
        .tips(&["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"]),
    Command::new("RESET", reset)
        .since("2.2.12")
        .group(Group::Server)
        .complexity("O(N) for N entries")
        .summary("Forgets all entries.")
        .flags(&[Flag::Admin, Flag::Loading, Flag::Stale])
        .categories(&["@admin", "@slow", "@dangerous"])
        .tips(&["request_policy:all_nodes", "response_policy:all_succeeded"]),
])];

fn get(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    if args.remaining() > 1 {
        return Err(wrong_subcommand(args));
    }
    let most = if args.is_empty() {
        10
    } else {
        args.next_i64_in(-1..=i64::MAX, "ERR count should be greater than or equal to -1")?
    };
    let log = &ctx.server.slow_log;
    let shown = usize::try_from(most).unwrap_or(usize::MAX).min(log.iter().len());
    ctx.reply.array(shown);
    for entry in log.iter().take(shown) {
        ctx.reply.array(6);
        ctx.reply.int(i64::try_from(entry.id).unwrap_or(i64::MAX));
        ctx.reply.int(entry.at);
        ctx.reply.int(entry.micros);
        ctx.reply.array(entry.words.len());
        for word in &entry.words {
            ctx.reply.bulk(word);
        }
        ctx.reply.bulk(entry.address.as_bytes());
        ctx.reply.bulk(&entry.name);
    }
    Ok(())
}

fn len(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    let len = ctx.server.slow_log.iter().len();
    ctx.reply.count(len);
    Ok(())
}

fn reset(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.server.slow_log.clear();
    ctx.reply.ok();
    Ok(())
}
