//! Running scripts: `EVAL`, `EVALSHA`, and the same without writing.

use crate::engine::commands::show_script_to_monitors;
use crate::engine::scripting::Script;
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeySpec, Outcome};

const FLAGS: &[Flag] =
    &[Flag::Noscript, Flag::Stale, Flag::SkipMonitor, Flag::NoMandatoryKeys, Flag::MovableKeys];
const CHANGING: KeySpec = KeySpec::counted(2, &["RW", "access", "update"]);
const READING: KeySpec = KeySpec::counted(2, &["RO", "access"]);

/// What a row of this file has in common with the others.
const fn row(name: &'static str, handler: crate::engine::Handler) -> Command {
    Command::new(name, handler)
        .group(Group::Scripting)
        .complexity("that of the script, and O(N) for N arguments")
        .flags(FLAGS)
        .categories(&["@slow", "@scripting"])
}

const SCRIPT: &[Arg] = &[
    Arg::string("script"),
    Arg::integer("numkeys"),
    Arg::key("key", 0).optional().multiple(),
    Arg::string("arg").optional().multiple(),
];
const DIGEST: &[Arg] = &[
    Arg::string("sha1"),
    Arg::integer("numkeys"),
    Arg::key("key", 0).optional().multiple(),
    Arg::string("arg").optional().multiple(),
];

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    row("EVAL", eval)
        .since("2.6.0")
        .summary("Runs a Lua script with no other client in between, and gives what it returns.")
        .keys(&[CHANGING.notes(
            "We cannot tell how the keys will be used so we assume the worst, RW and UPDATE",
        )])
        .args(SCRIPT),
    row("EVALSHA", evalsha)
        .since("2.6.0")
        .summary("Runs a script that the server knows, named by its SHA-1 digest.")
        .keys(&[CHANGING])
        .args(DIGEST),
    row("EVAL_RO", eval_ro)
        .since("7.0.0")
        .summary("Runs a Lua script that must not write.")
        .flags(&[Flag::Readonly])
        .keys(&[READING.notes(
            "We cannot tell how the keys will be used so we assume the worst, RO and ACCESS",
        )])
        .args(SCRIPT),
    row("EVALSHA_RO", evalsha_ro)
        .since("7.0.0")
        .summary("Runs a script that the server knows and that must not write.")
        .flags(&[Flag::Readonly])
        .keys(&[READING])
        .args(DIGEST),
];

fn eval(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    run_text(ctx, args, false)
}

fn eval_ro(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    run_text(ctx, args, true)
}

fn evalsha(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    run_digest(ctx, args, false)
}

fn evalsha_ro(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    run_digest(ctx, args, true)
}

fn run_text(ctx: &mut Ctx<'_>, args: &mut Args<'_>, reads_only: bool) -> Outcome {
    show_script_to_monitors(ctx, args.words());
    let body = args.next_word()?;
    let (keys, arguments) = keys_and_arguments(args)?;
    let version = ctx.host.process().version;
    let digest = ctx.server.scripts.load(body, &version)?;
    ctx.run_script(&Script { digest: &digest, keys, arguments, reads_only })
}

fn run_digest(ctx: &mut Ctx<'_>, args: &mut Args<'_>, reads_only: bool) -> Outcome {
    show_script_to_monitors(ctx, args.words());
    let digest = String::from_utf8_lossy(args.next_word()?).to_ascii_lowercase();
    // A name of another length is none, whatever stands behind it.
    if digest.len() != 40 {
        return Err(Error::text("NOSCRIPT No matching script. Please use EVAL."));
    }
    let (keys, arguments) = keys_and_arguments(args)?;
    ctx.run_script(&Script { digest: &digest, keys, arguments, reads_only })
}

type Words<'a> = &'a [&'a [u8]];

/// How many keys there are, the keys, and what stands behind them.
fn keys_and_arguments<'a>(args: &mut Args<'a>) -> Result<(Words<'a>, Words<'a>), Error> {
    let count = args.next_i64()?;
    let Ok(count) = usize::try_from(count) else {
        return Err(Error::text("ERR Number of keys can't be negative"));
    };
    if count > args.remaining() {
        return Err(Error::text("ERR Number of keys can't be greater than number of args"));
    }
    let keys = args.take(count)?;
    Ok((keys, args.take_rest()))
}
