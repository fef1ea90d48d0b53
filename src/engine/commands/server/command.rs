//! `COMMAND`: the table of commands, told to clients.

use super::super::help::help;
use super::command_docs::write_docs;
use super::command_info::write_info;
use crate::engine::glob;
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Found, Group, KeySpec, Outcome, by_name, find,
    keys_with_specs, subcommand, table,
};
use crate::resp::Collection;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("COMMAND", info)
    .since("2.8.13")
    .group(Group::Server)
    .complexity("O(N) for N commands")
    .summary("Describes the commands that the server knows, for clients.")
    .flags(&[Flag::Loading, Flag::Stale])
    .categories(&["@slow", "@connection"])
    .tips(&["nondeterministic_output_order"])
    .arity_exception(-1)
    .subcommands(&[
        Command::new("COUNT", count)
            .since("2.8.13")
            .group(Group::Server)
            .complexity("O(N) for N commands")
            .summary("Counts the commands that the server knows.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"]),
        Command::new("DOCS", docs)
            .since("7.0.0")
            .group(Group::Server)
            .complexity("O(N) for N commands")
            .summary("Tells what commands do and how they are written.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .tips(&["nondeterministic_output_order"])
            .args(&[Arg::string("command-name").optional().multiple()]),
        Command::new("GETKEYS", getkeys)
            .since("2.8.13")
            .group(Group::Server)
            .complexity("O(N) for N arguments")
            .summary("Finds the keys in a command with its arguments.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .arity_exception(-4),
        Command::new("GETKEYSANDFLAGS", getkeysandflags)
            .since("7.0.0")
            .group(Group::Server)
            .complexity("O(N) for N arguments")
            .summary("Finds the keys in a command, and what it does with each.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .arity_exception(-4),
        Command::new("HELP", help)
            .since("5.0.0")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Lists the subcommands.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"]),
        Command::new("INFO", info)
            .since("2.8.13")
            .group(Group::Server)
            .complexity("O(N) for N commands")
            .summary("Describes commands: arity, flags, places of keys.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .tips(&["nondeterministic_output_order"])
            .args(&[Arg::string("command-name").optional().multiple()]),
        Command::new("LIST", list)
            .since("7.0.0")
            .group(Group::Server)
            .complexity("O(N) for N commands")
            .summary("Lists the names of commands, all of them or those of a kind.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .tips(&["nondeterministic_output_order"])
            .args(&[Arg::oneof(
                "filterby",
                &[
                    Arg::string("module-name").with_token("MODULE"),
                    Arg::string("category").with_token("ACLCAT"),
                    Arg::pattern("pattern").with_token("PATTERN"),
                ],
            )
            .with_token("FILTERBY")
            .optional()]),
    ])];

/// The row called `name`, which may be `config|get`.
fn look_up(name: &[u8]) -> Option<Found> {
    let mut parts = name.splitn(2, |byte| *byte == b'|');
    let container = by_name(parts.next()?)?;
    match parts.next() {
        None => Some(Found { command: container, container: None }),
        Some(word) => {
            Some(Found { command: subcommand(container, word)?, container: Some(container) })
        }
    }
}

fn count(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.reply.count(table().count());
    Ok(())
}

/// `COMMAND` and `COMMAND INFO`.
fn info(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let names = args.take_rest();
    if names.is_empty() {
        ctx.reply.array(table().count());
        for command in table() {
            write_info(&mut ctx.reply, &Found { command, container: None });
        }
        return Ok(());
    }
    ctx.reply.array(names.len());
    for name in names {
        match look_up(name) {
            Some(found) => write_info(&mut ctx.reply, &found),
            None => ctx.reply.null_array(),
        }
    }
    Ok(())
}

fn docs(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let names = args.take_rest();
    let found: Vec<Found> = if names.is_empty() {
        table().map(|command| Found { command, container: None }).collect()
    } else {
        names.iter().filter_map(|name| look_up(name)).collect()
    };
    ctx.reply.map(found.len());
    for found in &found {
        write_docs(&mut ctx.reply, found);
    }
    Ok(())
}

/// Which commands `COMMAND LIST` names.
enum Filter<'a> {
    All,
    /// Of a module: there are none.
    Module,
    Category(&'a [u8]),
    Pattern(Vec<u8>),
}

impl<'a> Filter<'a> {
    fn parse(args: &mut Args<'a>) -> Result<Self, Error> {
        if args.is_empty() {
            return Ok(Self::All);
        }
        if args.remaining() != 3 || !args.keyword("FILTERBY") {
            return Err(Error::Syntax);
        }
        if args.keyword("MODULE") {
            Ok(Self::Module)
        } else if args.keyword("ACLCAT") {
            Ok(Self::Category(args.next_word()?))
        } else if args.keyword("PATTERN") {
            Ok(Self::Pattern(args.next_word()?.to_ascii_lowercase()))
        } else {
            Err(Error::Syntax)
        }
    }

    fn takes(&self, found: &Found) -> bool {
        match self {
            Self::All => true,
            Self::Module => false,
            Self::Category(name) => found.command.categories.iter().any(|category| {
                category.trim_start_matches('@').as_bytes().eq_ignore_ascii_case(name)
            }),
            Self::Pattern(pattern) => glob::matches(pattern, found.lower_name().as_bytes()),
        }
    }
}

fn list(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let filter = Filter::parse(args)?;
    let mark = ctx.reply.begin();
    let mut names = 0;
    for command in table() {
        let itself = Found { command, container: None };
        let inner =
            command.subcommands.iter().map(|row| Found { command: row, container: Some(command) });
        for found in std::iter::once(itself).chain(inner).filter(|found| filter.takes(found)) {
            ctx.reply.bulk(found.lower_name().as_bytes());
            names += 1;
        }
    }
    ctx.reply.end(mark, Collection::Array, names);
    Ok(())
}

/// Where keys stand, each with the specification that found it.
type Places = Vec<(usize, &'static KeySpec)>;

/// The places of the keys among `words`, or Redis's reason why there are none.
fn keys_of(words: &[&[u8]]) -> Result<(Found, Places), Error> {
    let found = find(words).map_err(|_| Error::text("ERR Invalid command specified"))?;
    if found.command.keys.is_empty() {
        return Err(Error::text("ERR The command has no key arguments"));
    }
    if found.check_arity(words).is_err() {
        return Err(Error::text("ERR Invalid number of arguments specified for command"));
    }
    let keys = keys_with_specs(&found, words).unwrap_or_default();
    if keys.is_empty() && !found.command.has(Flag::NoMandatoryKeys) {
        return Err(Error::text("ERR Invalid arguments specified for command"));
    }
    Ok((found, keys))
}

fn getkeys(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let words = args.take_rest();
    let (_, keys) = keys_of(words)?;
    ctx.reply.array(keys.len());
    for (place, _) in keys {
        ctx.reply.bulk(words.get(place).copied().unwrap_or_default());
    }
    Ok(())
}

fn getkeysandflags(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let words = args.take_rest();
    let (found, keys) = keys_of(words)?;
    ctx.reply.array(keys.len());
    for (place, spec) in keys {
        let flags = flags_in_use(&found, spec, words);
        ctx.reply.array(2);
        ctx.reply.bulk(words.get(place).copied().unwrap_or_default());
        ctx.reply.set(flags.len());
        for flag in flags {
            ctx.reply.simple(flag);
        }
    }
    Ok(())
}

/// What a command does with a key, where that depends on its options.
fn flags_in_use(found: &Found, spec: &KeySpec, words: &[&[u8]]) -> &'static [&'static str] {
    if !spec.flags.contains(&"variable_flags") {
        return spec.flags;
    }
    let says = |option: &[u8]| words.iter().skip(3).any(|word| word.eq_ignore_ascii_case(option));
    match found.command.name {
        "SET" if !says(b"GET") => &["OW", "update"],
        "BITFIELD" if !says(b"SET") && !says(b"INCRBY") => &["RO", "access"],
        _ => &["RW", "access", "update"],
    }
}
