//! Elements by their place: reading one or a part, replacing one, trimming.

use std::ops::Range;

use super::{read, write};
use crate::engine::commands::elements;
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("LINDEX", lindex)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(N), N blocks of elements from the nearer end")
        .summary("Gives the element at one place of a list.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@list", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::integer("index")]),
    Command::new("LRANGE", lrange)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(S+N) for N elements, S blocks from the nearer end")
        .summary("Gives the elements of a part of a list.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@list", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::integer("start"), Arg::integer("stop")]),
    Command::new("LSET", lset)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(N), N blocks of elements from the nearer end")
        .summary("Replaces the element at one place of a list.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@list", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("index"), Arg::string("element")]),
    Command::new("LTRIM", ltrim)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(N) for the N blocks of elements removed")
        .summary("Keeps only a part of a list.")
        .flags(&[Flag::Write])
        .categories(&["@write", "@list", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "delete"])])
        .args(&[Arg::key("key", 0), Arg::integer("start"), Arg::integer("stop")]),
];

fn lindex(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    // A missing key is told before an index that is no number.
    let Some(list) = read(&mut ctx.keys, key)? else {
        ctx.reply.null();
        return Ok(());
    };
    match place(args.next_i64()?, list.len()).and_then(|index| list.get(index)) {
        Some(element) => elements::bulk(&mut ctx.reply, element),
        None => ctx.reply.null(),
    }
    Ok(())
}

fn lrange(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, start, stop) = (args.next_word()?, args.next_i64()?, args.next_i64()?);
    let Some(list) = read(&mut ctx.keys, key)? else {
        ctx.reply.array(0);
        return Ok(());
    };
    let part = list.range(range(start, stop, list.len()));
    ctx.reply.array(part.len());
    for element in part {
        elements::bulk(&mut ctx.reply, element);
    }
    Ok(())
}

fn lset(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let list = write(&mut ctx.keys, key)?.ok_or(Error::NoSuchKey)?;
    let (index, text) = (args.next_i64()?, args.next_word()?);
    let index = place(index, list.len()).ok_or(Error::IndexOutOfRange)?;
    list.set(index, text);
    ctx.keys.changed(key, 1, KeyEvent::list("lset"));
    ctx.reply.ok();
    Ok(())
}

fn ltrim(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, start, stop) = (args.next_word()?, args.next_i64()?, args.next_i64()?);
    if let Some(list) = write(&mut ctx.keys, key)? {
        let before = list.len();
        list.trim(range(start, stop, before));
        let removed = before - list.len();
        // Said even of nothing removed: whoever watches the key is told, the log is not.
        ctx.keys.changed(key, removed, KeyEvent::list("ltrim"));
        ctx.keys.remove_if_empty(key);
    }
    ctx.reply.ok();
    Ok(())
}

/// The place that an index names, which counts from the end if it is negative.
fn place(index: i64, len: usize) -> Option<usize> {
    let distance = usize::try_from(index.unsigned_abs()).ok()?;
    let place = if index < 0 { len.checked_sub(distance)? } else { distance };
    (place < len).then_some(place)
}

/// The places from `start` to `stop`, both with it; what lies outside the list is cut off.
fn range(start: i64, stop: i64, len: usize) -> Range<usize> {
    let from_front = |index: i64| {
        let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
        if index < 0 { len.checked_sub(distance) } else { Some(distance) }
    };
    let start = from_front(start).unwrap_or(0);
    let end = from_front(stop).map_or(0, |last| last.saturating_add(1)).min(len);
    start.min(end)..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn ranges_are_cut_to_the_list() {
        for ((start, stop), expected) in [
            ((0, -1), 0..5),
            ((1, 2), 1..3),
            ((-2, -1), 3..5),
            ((-100, 100), 0..5),
            ((3, 1), 2..2),
            ((5, 9), 5..5),
            ((0, -6), 0..0),
            ((i64::MIN, i64::MAX), 0..5),
            ((i64::MAX, i64::MIN), 0..0),
        ] {
            assert_eq!(range(start, stop, 5), expected, "{start} {stop}");
        }
    }

    #[test]
    fn places_count_from_either_end() {
        for (index, expected) in
            [(0, Some(0)), (4, Some(4)), (5, None), (-1, Some(4)), (-5, Some(0)), (-6, None)]
        {
            assert_eq!(place(index, 5), expected, "{index}");
        }
    }

    #[test]
    fn a_trim_that_removes_nothing_is_not_logged() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH l a b c");
        prompt.line("LTRIM l 0 -1");
        prompt.line("LTRIM l 1 1");
        assert_eq!(prompt.line("LINDEX l 0"), Reply::Bulk(b"b".to_vec()));
        prompt.line("LTRIM l 1 0");
        assert_eq!(prompt.log(), "SELECT 0\nRPUSH l a b c\nLTRIM l 1 1\nLTRIM l 1 0");
        assert_eq!(prompt.engine.keyspace.databases()[0].len(), 0);
    }
}
