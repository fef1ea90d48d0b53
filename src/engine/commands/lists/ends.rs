//! Putting elements at an end of a list and taking them off.

use super::{obtain, popped, pushed, read, write};
use crate::engine::commands::{counts, elements};
use crate::engine::data::{End, List};
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeySpec, Outcome};
use crate::resp::Writer;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("LPUSH", lpush)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(N) for N elements")
        .summary("Puts elements at the left end of a list, one after the other.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@list", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "insert"])])
        .args(&[Arg::key("key", 0), Arg::string("element").multiple()]),
    Command::new("RPUSH", rpush)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(N) for N elements")
        .summary("Puts elements at the right end of a list, one after the other.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@list", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "insert"])])
        .args(&[Arg::key("key", 0), Arg::string("element").multiple()]),
    Command::new("LPUSHX", lpushx)
        .since("2.2.0")
        .group(Group::List)
        .complexity("O(N) for N elements")
        .summary("Puts elements at the left end of a list that exists already.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@list", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "insert"])])
        .args(&[Arg::key("key", 0), Arg::string("element").multiple()]),
    Command::new("RPUSHX", rpushx)
        .since("2.2.0")
        .group(Group::List)
        .complexity("O(N) for N elements")
        .summary("Puts elements at the right end of a list that exists already.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@list", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "insert"])])
        .args(&[Arg::key("key", 0), Arg::string("element").multiple()]),
    Command::new("LPOP", lpop)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(N) for N elements taken")
        .summary("Takes elements off the left end of a list.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@list", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0), Arg::integer("count").optional().since("6.2.0")]),
    Command::new("RPOP", rpop)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(N) for N elements taken")
        .summary("Takes elements off the right end of a list.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@list", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0), Arg::integer("count").optional().since("6.2.0")]),
    Command::new("LLEN", llen)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(1)")
        .summary("Counts the elements of a list.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@list", "@fast"])
        .keys(&[KeySpec::at(1, &["RO"])])
        .args(&[Arg::key("key", 0)]),
];

fn lpush(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    push(ctx, args, End::Front)
}

fn rpush(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    push(ctx, args, End::Back)
}

fn lpushx(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    push_to_existing(ctx, args, End::Front)
}

fn rpushx(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    push_to_existing(ctx, args, End::Back)
}

fn push(ctx: &mut Ctx<'_>, args: &mut Args<'_>, end: End) -> Outcome {
    let (key, words) = (args.next_word()?, args.take_rest());
    let len = push_all(obtain(&mut ctx.keys, key)?, words, end);
    ctx.keys.changed(key, words.len(), pushed(end));
    ctx.reply.count(len);
    Ok(())
}

fn push_to_existing(ctx: &mut Ctx<'_>, args: &mut Args<'_>, end: End) -> Outcome {
    let (key, words) = (args.next_word()?, args.take_rest());
    let Some(list) = write(&mut ctx.keys, key)? else {
        ctx.reply.int(0);
        return Ok(());
    };
    let len = push_all(list, words, end);
    ctx.keys.changed(key, words.len(), pushed(end));
    ctx.reply.count(len);
    Ok(())
}

fn push_all(list: &mut List, words: &[&[u8]], end: End) -> usize {
    for word in words {
        list.push(end, word);
    }
    list.len()
}

fn lpop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    pop(ctx, args, End::Front, "lpop")
}

fn rpop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    pop(ctx, args, End::Back, "rpop")
}

fn pop(ctx: &mut Ctx<'_>, args: &mut Args<'_>, end: End, command: &str) -> Outcome {
    let key = args.next_word()?;
    let count = args.peek();
    args.skip(1);
    if !args.is_empty() {
        return Err(Error::WrongArity(command.to_owned()));
    }
    let Some(count) = count else {
        return pop_one(ctx, key, end);
    };
    let count = counts::positive(count)?;
    let Some(list) = write(&mut ctx.keys, key)? else {
        ctx.reply.null_array();
        return Ok(());
    };
    let taken = take(&mut ctx.reply, list, end, count);
    if taken > 0 {
        ctx.keys.changed(key, taken, popped(end));
        ctx.keys.remove_if_empty(key);
    }
    Ok(())
}

/// The command that takes off this end, for the log.
pub(super) fn name(end: End) -> &'static [u8] {
    match end {
        End::Front => b"LPOP",
        End::Back => b"RPOP",
    }
}

fn pop_one(ctx: &mut Ctx<'_>, key: &[u8], end: End) -> Outcome {
    let Some(list) = write(&mut ctx.keys, key)? else {
        ctx.reply.null();
        return Ok(());
    };
    list.pop_with(end, |element| elements::bulk(&mut ctx.reply, element));
    // Queues are popped one by one: most pops need not look the key up again.
    let emptied = list.is_empty();
    ctx.keys.changed(key, 1, popped(end));
    if emptied {
        ctx.keys.remove_if_empty(key);
    }
    Ok(())
}

/// Takes up to `count` elements off an end, replies them as an array and says how many they are.
pub(super) fn take(reply: &mut Writer<'_>, list: &mut List, end: End, count: usize) -> usize {
    let count = count.min(list.len());
    reply.array(count);
    for _ in 0..count {
        list.pop_with(end, |element| elements::bulk(reply, element));
    }
    count
}

fn llen(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let len = read(&mut ctx.keys, args.next_word()?)?.map_or(0, List::len);
    ctx.reply.count(len);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn bulks(texts: &[&str]) -> Reply {
        Reply::Array(texts.iter().map(|text| Reply::Bulk((*text).into())).collect())
    }

    #[test]
    fn elements_are_put_one_after_the_other() {
        let mut prompt = Prompt::new();
        assert_eq!(prompt.line("RPUSH l a b"), Reply::Integer(2));
        assert_eq!(prompt.line("LPUSH l y x"), Reply::Integer(4));
        assert_eq!(prompt.line("LRANGE l 0 -1"), bulks(&["x", "y", "a", "b"]));
        assert_eq!(prompt.line("RPUSHX missing a"), Reply::Integer(0));
        assert_eq!(prompt.log(), "SELECT 0\nRPUSH l a b\nLPUSH l y x");
    }

    #[test]
    fn the_key_goes_with_its_last_element() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH l 1 2 3");
        assert_eq!(prompt.line("RPOP l 2"), bulks(&["3", "2"]));
        assert_eq!(prompt.line("LPOP l"), Reply::Bulk(b"1".to_vec()));
        assert_eq!(prompt.engine.keyspace.databases()[0].len(), 0);
        assert_eq!(prompt.log(), "SELECT 0\nRPUSH l 1 2 3\nRPOP l 2\nLPOP l");
    }

    #[test]
    fn taking_nothing_changes_nothing() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH l 1");
        prompt.log();
        assert_eq!(prompt.line("LPOP l 0"), bulks(&[]));
        assert_eq!(prompt.line("LPOP missing 0"), Reply::Null);
        assert_eq!(prompt.log(), "");
    }
}
