//! The scripts that the server keeps: `SCRIPT` and its subcommands.

use crate::engine::commands::help::help;
use crate::engine::scripting::Wish;
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::container("SCRIPT")
    .since("2.6.0")
    .group(Group::Scripting)
    .complexity("that of the subcommand")
    .summary("Commands about the scripts that the server keeps.")
    .categories(&["@slow"])
    .subcommands(&[
        row("DEBUG", debug)
            .since("3.2.0")
            .complexity("O(1)")
            .summary("Switches the debugger of scripts, which this server does not have.")
            .flags(&[Flag::Noscript])
            .args(&[Arg::oneof(
                "mode",
                &[Arg::token("yes", "YES"), Arg::token("sync", "SYNC"), Arg::token("no", "NO")],
            )]),
        row("EXISTS", exists)
            .since("2.6.0")
            .complexity("O(N) for N digests")
            .summary("Tells of each digest whether the server knows a script of that name.")
            .flags(&[Flag::Noscript])
            .tips(&["request_policy:all_shards", "response_policy:agg_logical_and"])
            .args(&[Arg::string("sha1").multiple()]),
        row("FLUSH", flush)
            .since("2.6.0")
            .complexity("O(N) for N scripts")
            .summary("Forgets every script.")
            .flags(&[Flag::Noscript])
            .tips(&["request_policy:all_nodes", "response_policy:all_succeeded"])
            .history(&[("6.2.0", "Took the words `ASYNC` and `SYNC`.")])
            .args(&[Arg::oneof(
                "async",
                &[Arg::token("async", "ASYNC"), Arg::token("sync", "SYNC")],
            )
            .optional()
            .since("6.2.0")]),
        row("HELP", help)
            .since("5.0.0")
            .complexity("O(1)")
            .summary("Lists the subcommands of SCRIPT.")
            .flags(&[Flag::Loading, Flag::Stale]),
        row("KILL", kill)
            .since("2.6.0")
            .complexity("O(1)")
            .summary("Ends the script that runs, if it has written nothing yet.")
            .flags(&[Flag::Noscript, Flag::AllowBusy])
            .tips(&["request_policy:all_shards", "response_policy:one_succeeded"]),
        row("LOAD", load)
            .since("2.6.0")
            .complexity("O(N) for N bytes of script")
            .summary("Keeps a script for EVALSHA, and gives its SHA-1 digest.")
            .flags(&[Flag::Noscript, Flag::Stale])
            .tips(&["request_policy:all_nodes", "response_policy:all_succeeded"])
            .args(&[Arg::string("script")]),
    ])];

/// What the rows of this file have in common.
const fn row(name: &'static str, handler: crate::engine::Handler) -> Command {
    Command::new(name, handler).group(Group::Scripting).categories(&["@slow", "@scripting"])
}

fn load(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let version = ctx.host.process().version;
    let digest = ctx.server.scripts.load(args.next_word()?, &version)?;
    ctx.reply.bulk(digest.as_bytes());
    Ok(())
}

fn exists(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let digests = args.take_rest();
    ctx.reply.array(digests.len());
    for digest in digests {
        let digest = String::from_utf8_lossy(digest).to_ascii_lowercase();
        ctx.reply.int(i64::from(ctx.server.scripts.knows(&digest)));
    }
    Ok(())
}

fn flush(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    match args.take_rest() {
        [] => {}
        [how] if how.eq_ignore_ascii_case(b"SYNC") || how.eq_ignore_ascii_case(b"ASYNC") => {}
        _ => return Err(Error::text("ERR SCRIPT FLUSH only support SYNC|ASYNC option")),
    }
    ctx.server.scripts.clear();
    ctx.reply.ok();
    Ok(())
}

fn kill(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    let Some(running) = &mut ctx.server.scripts.running else {
        return Err(Error::text("NOTBUSY No scripts in execution right now."));
    };
    if running.has_written {
        return Err(Error::text(
            "UNKILLABLE Sorry the script already executed write commands against the dataset. You \
             can either wait the script termination or kill the server in a hard way using the \
             SHUTDOWN NOSAVE command.",
        ));
    }
    running.wish = Wish::End;
    ctx.reply.ok();
    Ok(())
}

fn debug(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    if args.keyword("NO") {
        ctx.reply.ok();
        return Ok(());
    }
    if args.keyword("YES") || args.keyword("SYNC") {
        return Err(Error::text(
            "ERR this server has no debugger of scripts; redis.log() writes to its log",
        ));
    }
    Err(Error::text("ERR Use SCRIPT DEBUG YES/SYNC/NO"))
}
