//! The `HELP` subcommand of every container (`CLIENT HELP`, `CONFIG HELP`, …): two lines for each
//! subcommand, its syntax and its summary, read from the table.

use crate::engine::table;
use crate::engine::{Args, Ctx, Error, Outcome};

/// The handler of a row named `HELP`.
pub(super) fn help(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let container = args.words().first().and_then(|word| table::by_name(word));
    let container = container.ok_or(Error::Syntax)?;
    ctx.reply.array(1 + 2 * container.subcommands.len());
    ctx.reply.simple(&format!("{} and one of these words:", container.name));
    for row in container.subcommands {
        ctx.reply.simple(format!("{} {}", row.name, row.usage()).trim_end());
        ctx.reply.simple(&format!("    {}", row.summary));
    }
    Ok(())
}

/// What Redis says of a subcommand with words that its arity lets through and it does not take.
pub(super) fn wrong_subcommand(args: &Args<'_>) -> Error {
    let word = |place: usize| {
        String::from_utf8_lossy(args.words().get(place).copied().unwrap_or_default()).into_owned()
    };
    Error::err(format_args!(
        "unknown subcommand or wrong number of arguments for '{}'. Try {} HELP.",
        word(1),
        word(0).to_uppercase()
    ))
}
