//! Members one by one: adding, removing, asking, moving and walking through them.

use super::{read, set, write};
use crate::engine::commands::elements::bulk;
use crate::engine::commands::scan_options::{ScanOptions, Walk, parse_cursor};
use crate::engine::data::{Set, Value};
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, KeyEvent, KeySpec, Outcome};
use crate::resp::Collection;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("SADD", sadd)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N) for N members")
        .summary("Adds members to a set and counts the new ones.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@set", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "insert"])])
        .args(&[Arg::key("key", 0), Arg::string("member").multiple()]),
    Command::new("SREM", srem)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N) for N members")
        .summary("Removes members from a set and counts those that were in it.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@set", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "delete"])])
        .args(&[Arg::key("key", 0), Arg::string("member").multiple()]),
    Command::new("SCARD", scard)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(1)")
        .summary("Counts the members of a set.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@set", "@fast"])
        .keys(&[KeySpec::at(1, &["RO"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("SISMEMBER", sismember)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(1); O(log N) in a set of N integers")
        .summary("Tells whether something is a member of a set.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@set", "@fast"])
        .keys(&[KeySpec::at(1, &["RO"])])
        .args(&[Arg::key("key", 0), Arg::string("member")]),
    Command::new("SMISMEMBER", smismember)
        .since("6.2.0")
        .group(Group::Set)
        .complexity("O(N) for N questions")
        .summary("Tells of several things whether they are members of a set.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@set", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::string("member").multiple()]),
    Command::new("SMEMBERS", smembers)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N) for N members")
        .summary("Gives all members of a set.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@set", "@slow"])
        .tips(&["nondeterministic_output_order"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("SMOVE", smove)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(1)")
        .summary("Moves a member from one set to another in one step.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@set", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"]), KeySpec::at(2, &["RW", "insert"])])
        .args(&[Arg::key("source", 0), Arg::key("destination", 1), Arg::string("member")]),
    Command::new("SSCAN", sscan)
        .since("2.8.0")
        .group(Group::Set)
        .complexity("O(COUNT) a step; a set of integers comes in one")
        .summary("Walks through a set in steps, a few members at a time.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@set", "@slow"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[
            Arg::key("key", 0),
            Arg::integer("cursor"),
            Arg::pattern("pattern").with_token("MATCH").optional(),
            Arg::integer("count").with_token("COUNT").optional(),
        ]),
];

fn sadd(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let members = args.take_rest();
    let limits = &ctx.server.config.limits;
    let add = |set: &mut Set| members.iter().filter(|member| set.insert(member, limits)).count();
    let added = if let Some(set) = write(&mut ctx.keys, key)? {
        add(set)
    } else {
        let mut set = Set::new();
        let added = add(&mut set);
        ctx.keys.insert(key, Value::Set(set));
        added
    };
    if added > 0 {
        ctx.keys.changed(key, added, KeyEvent::set("sadd"));
    }
    ctx.reply.count(added);
    Ok(())
}

fn srem(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let members = args.take_rest();
    let removed = write(&mut ctx.keys, key)?
        .map_or(0, |set| members.iter().filter(|member| set.remove(member)).count());
    if removed > 0 {
        ctx.keys.changed(key, removed, KeyEvent::set("srem"));
        ctx.keys.remove_if_empty(key);
    }
    ctx.reply.count(removed);
    Ok(())
}

fn scard(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let len = read(&mut ctx.keys, args.next_word()?)?.map_or(0, Set::len);
    ctx.reply.count(len);
    Ok(())
}

fn sismember(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, member) = (args.next_word()?, args.next_word()?);
    let found = read(&mut ctx.keys, key)?.is_some_and(|set| set.contains(member));
    ctx.reply.int(i64::from(found));
    Ok(())
}

fn smismember(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let set = read(&mut ctx.keys, args.next_word()?)?;
    let members = args.take_rest();
    ctx.reply.array(members.len());
    for member in members {
        ctx.reply.int(i64::from(set.is_some_and(|set| set.contains(member))));
    }
    Ok(())
}

fn smembers(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let Some(set) = read(&mut ctx.keys, args.next_word()?)? else {
        ctx.reply.set(0);
        return Ok(());
    };
    ctx.reply.set(set.len());
    for member in set {
        bulk(&mut ctx.reply, member);
    }
    Ok(())
}

fn smove(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (source, destination, member) = (args.next_word()?, args.next_word()?, args.next_word()?);
    let Some(entry) = ctx.keys.peek(source) else {
        ctx.reply.int(0);
        return Ok(());
    };
    let there = set(&entry.value)?.contains(member);
    ctx.keys.peek(destination).map(|entry| set(&entry.value)).transpose()?;
    if !there || source == destination {
        ctx.reply.int(i64::from(there));
        return Ok(());
    }
    if let Some(set) = write(&mut ctx.keys, source)? {
        set.remove(member);
    }
    ctx.keys.changed(source, 1, KeyEvent::set("srem"));
    ctx.keys.remove_if_empty(source);
    let limits = &ctx.server.config.limits;
    let added = if let Some(set) = write(&mut ctx.keys, destination)? {
        set.insert(member, limits)
    } else {
        let mut set = Set::new();
        set.insert(member, limits);
        ctx.keys.insert(destination, Value::Set(set));
        true
    };
    if added {
        ctx.keys.changed(destination, 1, KeyEvent::set("sadd"));
    }
    ctx.reply.int(1);
    Ok(())
}

fn sscan(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let cursor = parse_cursor(args.next_word()?)?;
    let Some(set) = read(&mut ctx.keys, key)? else {
        ctx.reply.array(2);
        ctx.reply.bulk(b"0");
        ctx.reply.array(0);
        return Ok(());
    };
    let options = ScanOptions::parse(args, Walk::Elements)?;
    let (next, members) = set.scan(cursor, options.count);
    let mut digits = itoa::Buffer::new();
    ctx.reply.array(2);
    ctx.reply.bulk(digits.format(next).as_bytes());
    let (mark, mut shown) = (ctx.reply.begin(), 0);
    for member in members {
        let member = member.text(&mut digits);
        if options.shows(member) {
            ctx.reply.bulk(member);
            shown += 1;
        }
    }
    ctx.reply.end(mark, Collection::Array, shown);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn only_new_members_are_counted_and_logged() {
        let mut prompt = Prompt::new();
        assert_eq!(prompt.line("SADD s a b a"), Reply::Integer(2));
        assert_eq!(prompt.log(), "SELECT 0\nSADD s a b a");
        assert_eq!(prompt.line("SADD s a"), Reply::Integer(0));
        assert_eq!(prompt.line("SREM s x"), Reply::Integer(0));
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn a_set_without_members_is_no_key() {
        let mut prompt = Prompt::new();
        prompt.line("SADD s a");
        assert_eq!(prompt.line("SMOVE s t a"), Reply::Integer(1));
        assert_eq!(prompt.line("SCARD s"), Reply::Integer(0));
        assert!(prompt.engine.keyspace.select(0).peek(b"s").is_none());
        assert_eq!(prompt.line("SREM t a"), Reply::Integer(1));
        assert!(prompt.engine.keyspace.select(0).is_empty());
    }

    #[test]
    fn a_member_moved_onto_itself_stays() {
        let mut prompt = Prompt::new();
        prompt.line("SADD s a");
        prompt.log();
        assert_eq!(prompt.line("SMOVE s s a"), Reply::Integer(1));
        assert_eq!(prompt.line("SMOVE s s b"), Reply::Integer(0));
        assert_eq!(prompt.line("SCARD s"), Reply::Integer(1));
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn a_walk_gives_each_member_that_stays() {
        let mut prompt = Prompt::new();
        for number in 0..100 {
            prompt.line(&format!("SADD s m{number}"));
        }
        let (mut cursor, mut seen) = (String::from("0"), std::collections::BTreeSet::new());
        loop {
            let Reply::Array(reply) = prompt.line(&format!("SSCAN s {cursor} COUNT 7")) else {
                panic!("a step is an array");
            };
            let [Reply::Bulk(next), Reply::Array(members)] = &reply[..] else {
                panic!("of a cursor and members");
            };
            seen.extend(members.iter().map(|member| format!("{member:?}")));
            cursor = String::from_utf8(next.clone()).unwrap();
            if cursor == "0" {
                break;
            }
        }
        assert_eq!(seen.len(), 100);
    }
}
