//! `MEMORY`: what a key costs in this engine.

use super::super::help::help;
use crate::engine::data::{Bytes, Value};
use crate::engine::{Arg, Args, Command, Ctx, Entry, Error, Flag, Group, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::container("MEMORY")
    .since("4.0.0")
    .group(Group::Server)
    .complexity("depends on the subcommand")
    .summary("Tells about the memory that data takes.")
    .categories(&["@slow"])
    .subcommands(&[
        Command::new("HELP", help)
            .since("4.0.0")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Lists the subcommands.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow"]),
        Command::new("USAGE", usage)
            .since("4.0.0")
            .group(Group::Server)
            .complexity("O(N) for the N elements of a large collection, else O(1)")
            .summary("Estimates the bytes that a key and its value take in memory.")
            .flags(&[Flag::Readonly])
            .categories(&["@read", "@slow"])
            .keys(&[KeySpec::at(2, &["RO"])])
            .args(&[Arg::key("key", 0), Arg::integer("count").with_token("SAMPLES").optional()]),
    ])];

fn usage(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    while !args.is_empty() {
        // The whole value is measured, so the number of samples only has to be one.
        if !args.keyword("SAMPLES") || args.next_i64()? < 0 {
            return Err(Error::Syntax);
        }
    }
    let bytes = ctx.keys.peek(key).map(|entry| entry_size(key, entry));
    match bytes {
        Some(bytes) => ctx.reply.count(bytes),
        None => ctx.reply.null(),
    }
    Ok(())
}

/// The bytes of a key and its entry.
fn entry_size(key: &[u8], entry: &Entry) -> usize {
    let key = size_of::<Bytes>() + Bytes::from(key).heap_size();
    key + size_of::<Entry>() - size_of::<Value>() + entry.value.memory_usage()
}
