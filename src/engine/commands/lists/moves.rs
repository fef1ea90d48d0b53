//! Taking elements off one list to put them on another, or off the first of several that has any.
//!
//! [`move_element`] and [`pop_first`] say whether there was anything to take, so a command that
//! can wait for elements may use them too.

use super::{end, ends, list_mut, obtain, popped, pushed, write};
use crate::engine::commands::elements;
use crate::engine::data::{End, Piece};
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("LMOVE", lmove)
        .since("6.2.0")
        .group(Group::List)
        .complexity("O(1)")
        .summary("Takes an element off one end of a list and puts it at an end of another.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@list", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"]), KeySpec::at(2, &["RW", "insert"])])
        .args(&[
            Arg::key("source", 0),
            Arg::key("destination", 1),
            Arg::oneof("wherefrom", &[Arg::token("left", "LEFT"), Arg::token("right", "RIGHT")]),
            Arg::oneof("whereto", &[Arg::token("left", "LEFT"), Arg::token("right", "RIGHT")]),
        ]),
    Command::new("RPOPLPUSH", rpoplpush)
        .since("1.2.0")
        .group(Group::List)
        .complexity("O(1)")
        .summary("Takes the last element of a list and puts it first in another.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@list", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"]), KeySpec::at(2, &["RW", "insert"])])
        .deprecated("6.2.0", "LMOVE RIGHT LEFT")
        .args(&[Arg::key("source", 0), Arg::key("destination", 1)]),
    Command::new("LMPOP", lmpop)
        .since("7.0.0")
        .group(Group::List)
        .complexity("O(K+N) for K keys and N elements taken")
        .summary("Takes elements off the first list that has any.")
        .flags(&[Flag::Write, Flag::MovableKeys])
        .categories(&["@write", "@list", "@slow"])
        .keys(&[KeySpec::counted(1, &["RW", "access", "delete"])])
        .args(&[
            Arg::integer("numkeys"),
            Arg::key("key", 0).multiple(),
            Arg::oneof("where", &[Arg::token("left", "LEFT"), Arg::token("right", "RIGHT")]),
            Arg::integer("count").with_token("COUNT").optional(),
        ]),
];

fn lmove(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let lists = (args.next_word()?, args.next_word()?);
    let ends = (end(args)?, end(args)?);
    if !move_element(ctx, lists, ends)? {
        ctx.reply.null();
    }
    Ok(())
}

fn rpoplpush(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let lists = (args.next_word()?, args.next_word()?);
    if !move_element(ctx, lists, (End::Back, End::Front))? {
        ctx.reply.null();
    }
    Ok(())
}

/// Moves an element from the first list's first end to the second's second, and replies it; false,
/// and no reply, if there is no first list.
pub(super) fn move_element(
    ctx: &mut Ctx<'_>,
    (source, destination): (&[u8], &[u8]),
    (from, to): (End, End),
) -> Result<bool, Error> {
    if write(&mut ctx.keys, source)?.is_none() {
        return Ok(false);
    }
    // Judged before anything is taken. The source itself is a list, as was just seen.
    ctx.keys.write(destination).map(list_mut).transpose()?;
    let Some(moved) = write(&mut ctx.keys, source)?.and_then(|list| list.pop(from)) else {
        return Ok(false);
    };
    obtain(&mut ctx.keys, destination)?.push(to, &moved);
    ctx.keys.changed(destination, 1, pushed(to));
    ctx.keys.changed(source, 0, popped(from));
    ctx.keys.remove_if_empty(source);
    elements::bulk(&mut ctx.reply, Piece::Bytes(&moved));
    Ok(true)
}

fn lmpop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let request = PopRequest::parse(args)?;
    if !pop_first(ctx, &request)? {
        ctx.reply.null_array();
    }
    Ok(())
}

/// What `LMPOP` was told.
#[derive(Debug, Clone, Copy)]
pub(super) struct PopRequest<'a> {
    pub(super) keys: &'a [&'a [u8]],
    end: End,
    count: usize,
}

impl<'a> PopRequest<'a> {
    /// Reads all from `numkeys` on.
    pub(super) fn parse(args: &mut Args<'a>) -> Result<Self, Error> {
        let keys = args.next_i64_in(1..=i64::MAX, "ERR numkeys should be greater than 0")?;
        let keys = args.take(usize::try_from(keys).unwrap_or(usize::MAX))?;
        let end = end(args)?;
        let mut count = 1;
        if args.remaining() >= 2 && args.keyword("COUNT") {
            let number = args.next_i64_in(1..=i64::MAX, "ERR count should be greater than 0")?;
            count = usize::try_from(number).unwrap_or(usize::MAX);
        }
        args.finish()?;
        Ok(Self { keys, end, count })
    }
}

/// Takes elements off the first key that is a list, and replies key and elements; false, and no
/// reply, if there is none. The log holds what was taken from where.
pub(super) fn pop_first(ctx: &mut Ctx<'_>, request: &PopRequest<'_>) -> Result<bool, Error> {
    for key in request.keys {
        let Some(list) = write(&mut ctx.keys, key)? else { continue };
        ctx.reply.array(2);
        ctx.reply.bulk(key);
        let taken = ends::take(&mut ctx.reply, list, request.end, request.count);
        ctx.keys.changed(key, taken, popped(request.end));
        ctx.keys.remove_if_empty(key);
        let mut digits = itoa::Buffer::new();
        ctx.keys.effects().rewrite(&[
            ends::name(request.end),
            key,
            digits.format(taken).as_bytes(),
        ]);
        return Ok(true);
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn bulk(text: &str) -> Reply {
        Reply::Bulk(text.into())
    }

    #[test]
    fn a_move_is_logged_as_it_was_said() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH a 1 2");
        assert_eq!(prompt.line("RPOPLPUSH a b"), bulk("2"));
        assert_eq!(prompt.line("LMOVE a b LEFT RIGHT"), bulk("1"));
        assert_eq!(prompt.line("LMOVE a b LEFT RIGHT"), Reply::Null);
        assert_eq!(prompt.line("LRANGE b 0 -1"), Reply::Array(vec![bulk("2"), bulk("1")]));
        assert_eq!(prompt.log(), "SELECT 0\nRPUSH a 1 2\nRPOPLPUSH a b\nLMOVE a b LEFT RIGHT");
        assert_eq!(prompt.engine.keyspace.databases()[0].len(), 1);
    }

    #[test]
    fn a_list_can_be_turned_in_itself() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH l 1");
        assert_eq!(prompt.line("LMOVE l l LEFT RIGHT"), bulk("1"));
        prompt.line("RPUSH l 2 3");
        assert_eq!(prompt.line("RPOPLPUSH l l"), bulk("3"));
        let turned = ["3", "1", "2"].map(bulk).into();
        assert_eq!(prompt.line("LRANGE l 0 -1"), Reply::Array(turned));
    }

    #[test]
    fn nothing_is_taken_if_it_cannot_be_put() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH l 1");
        prompt.line("SET s v");
        prompt.log();
        let wrong = "WRONGTYPE Operation against a key holding the wrong kind of value";
        assert_eq!(prompt.line("RPOPLPUSH l s"), Reply::Error(wrong.into()));
        assert_eq!(prompt.line("RPOPLPUSH missing s"), Reply::Null);
        assert_eq!(prompt.line("LLEN l"), Reply::Integer(1));
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn a_pop_of_several_keys_is_logged_as_a_pop_of_the_one() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH m a b c");
        let taken = Reply::Array(["c", "b", "a"].map(bulk).into());
        assert_eq!(
            prompt.line("LMPOP 2 missing m RIGHT COUNT 10"),
            Reply::Array(vec![bulk("m"), taken])
        );
        assert_eq!(prompt.line("LMPOP 1 m LEFT"), Reply::Null);
        assert_eq!(prompt.log(), "SELECT 0\nRPUSH m a b c\nRPOP m 3");
    }
}
