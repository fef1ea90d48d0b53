//! Several sets together: intersection, union and difference, told, counted or stored.

use std::ops::ControlFlow;

use super::set;
use crate::engine::commands::counts::{at_least, counted_keys};
use crate::engine::commands::elements::bulk;
use crate::engine::data::{Set, Value};
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Keys, Outcome,
};
use crate::resp::Collection;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("SINTER", sinter)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N*M) for N members in the smallest of M sets")
        .summary("Gives the members that all the sets have.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@set", "@slow"])
        .tips(&["nondeterministic_output_order"])
        .keys(&[KeySpec::range(1, -1, 1, &["RO", "access"])])
        .args(&[Arg::key("key", 0).multiple()]),
    Command::new("SINTERCARD", sintercard)
        .since("7.0.0")
        .group(Group::Set)
        .complexity("O(N*M) for N members in the smallest of M sets")
        .summary("Counts the members that all the sets have.")
        .flags(&[Flag::Readonly, Flag::MovableKeys])
        .categories(&["@read", "@set", "@slow"])
        .keys(&[KeySpec::counted(1, &["RO", "access"])])
        .args(&[
            Arg::integer("numkeys"),
            Arg::key("key", 0).multiple(),
            Arg::integer("limit").with_token("LIMIT").optional(),
        ]),
    Command::new("SINTERSTORE", sinterstore)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N*M) for N members in the smallest of M sets")
        .summary("Stores the members that all the sets have.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@set", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "update"]), KeySpec::range(2, -1, 1, &["RO", "access"])])
        .args(&[Arg::key("destination", 0), Arg::key("key", 1).multiple()]),
    Command::new("SUNION", sunion)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N) for N members in all sets")
        .summary("Gives the members that at least one of the sets has.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@set", "@slow"])
        .tips(&["nondeterministic_output_order"])
        .keys(&[KeySpec::range(1, -1, 1, &["RO", "access"])])
        .args(&[Arg::key("key", 0).multiple()]),
    Command::new("SUNIONSTORE", sunionstore)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N) for N members in all sets")
        .summary("Stores the members that at least one of the sets has.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@set", "@slow"])
        .keys(&[KeySpec::at(1, &["OW", "update"]), KeySpec::range(2, -1, 1, &["RO", "access"])])
        .args(&[Arg::key("destination", 0), Arg::key("key", 1).multiple()]),
    Command::new("SDIFF", sdiff)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N*M) for N members in the first of M sets")
        .summary("Gives the members of the first set that none of the others has.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@set", "@slow"])
        .tips(&["nondeterministic_output_order"])
        .keys(&[KeySpec::range(1, -1, 1, &["RO", "access"])])
        .args(&[Arg::key("key", 0).multiple()]),
    Command::new("SDIFFSTORE", sdiffstore)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N*M) for N members in the first of M sets")
        .summary("Stores the members of the first set that none of the others has.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@set", "@slow"])
        .keys(&[KeySpec::at(1, &["OW", "update"]), KeySpec::range(2, -1, 1, &["RO", "access"])])
        .args(&[Arg::key("destination", 0), Arg::key("key", 1).multiple()]),
];

/// The sets at `names`, `None` where there is no key; each counts as read.
fn sources<'k>(keys: &'k mut Keys<'_>, names: &[&[u8]]) -> Result<Vec<Option<&'k Set>>, Error> {
    for name in names {
        keys.read(name).map(set).transpose()?;
    }
    // Dead keys went in the first round, so all entries may be looked at now, side by side.
    let db = keys.db();
    let Some(database) = keys.space().databases().get(db) else { return Ok(Vec::new()) };
    names
        .iter()
        .map(|name| database.entry(name).map(|entry| set(&entry.value)).transpose())
        .collect()
}

/// Calls `each` with every member that all sets have, until it breaks.
fn intersect(sources: Vec<Option<&Set>>, mut each: impl FnMut(&[u8]) -> ControlFlow<()>) {
    let Some(mut sets) = sources.into_iter().collect::<Option<Vec<_>>>() else { return };
    sets.sort_by_key(|set| set.len());
    let Some((smallest, others)) = sets.split_first() else { return };
    let mut digits = itoa::Buffer::new();
    for member in *smallest {
        let member = member.text(&mut digits);
        if others.iter().all(|set| set.contains(member)) && each(member).is_break() {
            return;
        }
    }
}

fn intersection(ctx: &mut Ctx<'_>, names: &[&[u8]]) -> Result<Set, Error> {
    let limits = &ctx.server.config.limits;
    let mut result = Set::new();
    intersect(sources(&mut ctx.keys, names)?, |member| {
        result.insert(member, limits);
        ControlFlow::Continue(())
    });
    Ok(result)
}

fn union(ctx: &mut Ctx<'_>, names: &[&[u8]]) -> Result<Set, Error> {
    let limits = &ctx.server.config.limits;
    let mut result = Set::new();
    let mut digits = itoa::Buffer::new();
    for member in sources(&mut ctx.keys, names)?.into_iter().flatten().flatten() {
        result.insert(member.text(&mut digits), limits);
    }
    Ok(result)
}

fn difference(ctx: &mut Ctx<'_>, names: &[&[u8]]) -> Result<Set, Error> {
    let limits = &ctx.server.config.limits;
    let mut result = Set::new();
    let sources = sources(&mut ctx.keys, names)?;
    let Some((Some(first), others)) = sources.split_first() else { return Ok(result) };
    let mut digits = itoa::Buffer::new();
    for member in *first {
        let member = member.text(&mut digits);
        if !others.iter().flatten().any(|set| set.contains(member)) {
            result.insert(member, limits);
        }
    }
    Ok(result)
}

fn tell(ctx: &mut Ctx<'_>, set: &Set) {
    ctx.reply.set(set.len());
    for member in set {
        bulk(&mut ctx.reply, member);
    }
}

/// Puts a result in place of whatever `destination` holds; an empty result deletes it.
fn store(ctx: &mut Ctx<'_>, destination: &[u8], set: Set, event: KeyEvent) {
    ctx.reply.count(set.len());
    if !set.is_empty() {
        ctx.keys.insert(destination, Value::Set(set));
        ctx.keys.changed(destination, 1, event);
    } else if ctx.keys.remove(destination).is_some() {
        ctx.keys.changed(destination, 1, KeyEvent::DEL);
    }
}

fn sinter(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let sources = sources(&mut ctx.keys, args.take_rest())?;
    let (mark, mut len) = (ctx.reply.begin(), 0);
    intersect(sources, |member| {
        ctx.reply.bulk(member);
        len += 1;
        ControlFlow::Continue(())
    });
    ctx.reply.end(mark, Collection::Set, len);
    Ok(())
}

fn sintercard(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let names = counted_keys(args)?;
    let mut limit = 0;
    while !args.is_empty() {
        if !args.keyword("LIMIT") {
            return Err(Error::Syntax);
        }
        limit = at_least(0, args, "ERR LIMIT can't be negative")?;
    }
    let mut count = 0;
    intersect(sources(&mut ctx.keys, names)?, |_| {
        count += 1;
        if count == limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    ctx.reply.count(count);
    Ok(())
}

fn sinterstore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let destination = args.next_word()?;
    let result = intersection(ctx, args.take_rest())?;
    store(ctx, destination, result, KeyEvent::set("sinterstore"));
    Ok(())
}

fn sunion(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let result = union(ctx, args.take_rest())?;
    tell(ctx, &result);
    Ok(())
}

fn sunionstore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let destination = args.next_word()?;
    let result = union(ctx, args.take_rest())?;
    store(ctx, destination, result, KeyEvent::set("sunionstore"));
    Ok(())
}

fn sdiff(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let result = difference(ctx, args.take_rest())?;
    tell(ctx, &result);
    Ok(())
}

fn sdiffstore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let destination = args.next_word()?;
    let result = difference(ctx, args.take_rest())?;
    store(ctx, destination, result, KeyEvent::set("sdiffstore"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn an_empty_result_deletes_and_an_absent_one_logs_nothing() {
        let mut prompt = Prompt::new();
        prompt.line("SADD a 1 2");
        prompt.line("SET d x");
        prompt.log();
        assert_eq!(prompt.line("SINTERSTORE d a none"), Reply::Integer(0));
        assert_eq!(prompt.log(), "SINTERSTORE d a none");
        assert_eq!(prompt.line("SDIFFSTORE d a a"), Reply::Integer(0));
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn a_destination_can_be_a_source() {
        let mut prompt = Prompt::new();
        prompt.line("SADD a 1 2");
        prompt.line("SADD b 2 3");
        assert_eq!(prompt.line("SUNIONSTORE a a b"), Reply::Integer(3));
        assert_eq!(prompt.line("SINTERCARD 2 a b LIMIT 1"), Reply::Integer(1));
        assert_eq!(prompt.line("SDIFFSTORE b a b"), Reply::Integer(1));
    }
}
