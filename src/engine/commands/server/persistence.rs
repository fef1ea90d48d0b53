//! `SAVE`, `BGSAVE`, `BGREWRITEAOF`, `LASTSAVE` and `SHUTDOWN`: what the world does with the data.
//!
//! The engine knows no file: all of these ask the [`Host`](crate::engine::Host).

use crate::engine::execute::BUSY;
use crate::engine::scripting::Wish;
use crate::engine::{Arg, Args, Begun, Command, Ctx, Error, Flag, Group, Outcome, Shutdown, When};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("BGREWRITEAOF", bgrewriteaof)
        .since("1.0.0")
        .group(Group::Server)
        .complexity("O(N) for N keys")
        .summary("Writes the append-only file anew, as short as the data allows.")
        .flags(&[Flag::Admin, Flag::Noscript, Flag::NoAsyncLoading])
        .categories(&["@admin", "@slow", "@dangerous"]),
    Command::new("BGSAVE", bgsave)
        .since("1.0.0")
        .group(Group::Server)
        .complexity("O(N) for N keys")
        .summary("Saves a snapshot of all databases without making other clients wait.")
        .flags(&[Flag::Admin, Flag::Noscript, Flag::NoAsyncLoading])
        .categories(&["@admin", "@slow", "@dangerous"])
        .args(&[Arg::token("schedule", "SCHEDULE").optional().since("3.2.2")]),
    Command::new("LASTSAVE", lastsave)
        .since("1.0.0")
        .group(Group::Server)
        .complexity("O(1)")
        .summary("Tells when the last snapshot was saved, in seconds since 1970.")
        .flags(&[Flag::Loading, Flag::Stale, Flag::Fast])
        .categories(&["@admin", "@fast", "@dangerous"])
        .tips(&["nondeterministic_output"]),
    Command::new("SAVE", save)
        .since("1.0.0")
        .group(Group::Server)
        .complexity("O(N) for N keys")
        .summary("Saves a snapshot of all databases; every client waits until it is done.")
        .flags(&[Flag::Admin, Flag::Noscript, Flag::NoAsyncLoading, Flag::NoMulti])
        .categories(&["@admin", "@slow", "@dangerous"]),
    Command::new("SHUTDOWN", shutdown)
        .since("1.0.0")
        .group(Group::Server)
        .complexity("O(N) for N keys if it saves a snapshot, else O(1)")
        .summary("Saves what has to be saved and ends the server.")
        .flags(&[
            Flag::Admin,
            Flag::Noscript,
            Flag::Loading,
            Flag::Stale,
            Flag::NoMulti,
            Flag::AllowBusy,
        ])
        .categories(&["@admin", "@slow", "@dangerous"])
        .args(&[
            Arg::oneof(
                "nosave_save",
                &[Arg::token("nosave", "NOSAVE"), Arg::token("save", "SAVE")],
            )
            .optional(),
            Arg::token("now", "NOW").optional().since("7.0.0"),
            Arg::token("force", "FORCE").optional().since("7.0.0"),
            Arg::token("abort", "ABORT").optional().since("7.0.0"),
        ]),
];

/// What the world says when it cannot: a whole error, its code first.
fn failed(reason: String) -> Error {
    Error::Other(reason.into())
}

fn save(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.host.save(ctx.keys.space()).map_err(failed)?;
    ctx.keys.space().dirty = 0;
    ctx.reply.ok();
    Ok(())
}

fn bgsave(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let is_patient = args.keyword("SCHEDULE");
    args.finish()?;
    let when = if ctx.keys.effects().in_transaction() {
        When::AfterTransaction
    } else if is_patient {
        When::Soon
    } else {
        When::Now
    };
    let begun = ctx.host.background_save(ctx.keys.space(), when).map_err(failed)?;
    ctx.reply.simple(match begun {
        Begun::Started => "Background saving started",
        Begun::Scheduled => "Background saving scheduled",
    });
    Ok(())
}

fn bgrewriteaof(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    let is_queued = ctx.keys.effects().in_transaction();
    let when = if is_queued { When::AfterTransaction } else { When::Soon };
    ctx.reply.simple(match ctx.host.rewrite_log(when).map_err(failed)? {
        Begun::Started => "Background append only file rewriting started",
        Begun::Scheduled => "Background append only file rewriting scheduled",
    });
    Ok(())
}

fn lastsave(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.reply.int(ctx.host.last_save());
    Ok(())
}

fn shutdown(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    match parse_shutdown(args)? {
        Some(how) => {
            if ctx.server.scripts.are_busy() && how.save != Some(false) {
                return Err(Error::text(BUSY));
            }
            if let Some(running) = &mut ctx.server.scripts.running {
                running.wish = Wish::Abandon;
            }
            ctx.host.shutdown(ctx.keys.space(), how).map_err(failed)?;
            // There is no reply: the connection ends.
            ctx.session.closing = true;
            Ok(())
        }
        // A shutdown here is done as soon as it is said, so none can be called off.
        None => Err(Error::text("ERR No shutdown in progress.")),
    }
}

/// How to shut down; `None` for `ABORT`.
fn parse_shutdown(args: &mut Args<'_>) -> Result<Option<Shutdown>, Error> {
    let mut how = Shutdown::default();
    let (mut abort, mut other) = (false, false);
    while !args.is_empty() {
        if args.keyword("ABORT") {
            abort = true;
            continue;
        }
        other = true;
        let save = if args.keyword("SAVE") {
            Some(true)
        } else if args.keyword("NOSAVE") {
            Some(false)
        } else if args.keyword("FORCE") {
            how.force = true;
            None
        } else if args.keyword("NOW") {
            // There are no replicas to wait for.
            None
        } else {
            return Err(Error::Syntax);
        };
        if save.is_some() {
            if how.save.is_some() && how.save != save {
                return Err(Error::Syntax);
            }
            how.save = save;
        }
    }
    match (abort, other) {
        (true, true) => Err(Error::Syntax),
        (true, false) => Ok(None),
        (false, true | false) => Ok(Some(how)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shutdown_options_may_not_contradict_each_other() {
        let parse = |line: &str| {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            parse_shutdown(&mut Args::new(&words, 1))
        };
        let how = |save, force| Ok(Some(Shutdown { save, force }));
        assert_eq!(parse("SHUTDOWN"), how(None, false));
        assert_eq!(parse("SHUTDOWN save SAVE now"), how(Some(true), false));
        assert_eq!(parse("SHUTDOWN FORCE NOSAVE"), how(Some(false), true));
        assert_eq!(parse("SHUTDOWN ABORT"), Ok(None));
        for line in ["SHUTDOWN SAVE NOSAVE", "SHUTDOWN ABORT NOW", "SHUTDOWN NOW ABORT", "S x"] {
            assert_eq!(parse(line), Err(Error::Syntax), "{line}");
        }
    }
}
