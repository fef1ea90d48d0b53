//! Parts of strings: `APPEND`, `STRLEN`, `GETRANGE`, `SETRANGE`.

use super::{MAX_LEN, grow, read, text};
use crate::engine::data::{Piece, Value};
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("APPEND", append)
        .since("2.0.0")
        .group(Group::String)
        .complexity("O(N) for N appended bytes, averaged over many calls")
        .summary("Adds bytes at the end of a string; a missing key is made.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "insert"])])
        .args(&[Arg::key("key", 0), Arg::string("value")]),
    Command::new("STRLEN", strlen)
        .since("2.2.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Tells how many bytes a string has.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RO"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("GETRANGE", getrange)
        .since("2.4.0")
        .group(Group::String)
        .complexity("O(N) for N bytes of the part")
        .summary("Gives a part of a string, from one offset up to another.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@string", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::integer("start"), Arg::integer("end")]),
    Command::new("SUBSTR", getrange)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(N) for N bytes of the part")
        .summary("The old name of GETRANGE: gives a part of a string.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@string", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .deprecated("2.0.0", "GETRANGE")
        .args(&[Arg::key("key", 0), Arg::integer("start"), Arg::integer("end")]),
    Command::new("SETRANGE", setrange)
        .since("2.2.0")
        .group(Group::String)
        .complexity("O(N) for N new bytes, those that fill a gap included")
        .summary("Overwrites a part of a string, from an offset on.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@string", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("offset"), Arg::string("value")]),
];

/// Refuses a string of more than 512 MB. While a log is loaded its word is taken.
fn check_length(ctx: &Ctx<'_>, len: usize, more: usize) -> Outcome {
    let fits = len.checked_add(more).is_some_and(|total| total <= MAX_LEN);
    if fits || ctx.keys.is_loading() {
        return Ok(());
    }
    Err(Error::text("ERR string exceeds maximum allowed size (proto-max-bulk-len)"))
}

fn append(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, addition) = (args.next_word()?, args.next_word()?);
    let len = if let Some(entry) = ctx.keys.peek(key) {
        let len = text(&entry.value)?.len();
        check_length(ctx, len, addition.len())?;
        let bytes = grow(&mut ctx.keys, key, len)?;
        bytes.extend_from_slice(addition);
        bytes.len()
    } else {
        ctx.keys.insert(key, Value::string(addition));
        addition.len()
    };
    ctx.keys.changed(key, 1, KeyEvent::string("append"));
    ctx.reply.count(len);
    Ok(())
}

fn strlen(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let text = read(&mut ctx.keys, args.next_word()?)?;
    ctx.reply.count(text.map_or(0, Piece::len));
    Ok(())
}

fn getrange(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, start, end) = (args.next_word()?, args.next_i64()?, args.next_i64()?);
    let mut digits = itoa::Buffer::new();
    let text = read(&mut ctx.keys, key)?;
    let bytes = text.as_ref().map_or(b"".as_slice(), |text| text.text(&mut digits));
    let part = part(bytes.len(), start, end).and_then(|(start, end)| bytes.get(start..=end));
    ctx.reply.bulk(part.unwrap_or_default());
    Ok(())
}

/// The first and the last place that a range of offsets means in something of `len` elements,
/// negative ones counted from the end; `None` if it means none.
pub(super) fn part(len: usize, start: i64, end: i64) -> Option<(usize, usize)> {
    if is_backward(start, end) { None } else { clamped(len, start, end) }
}

/// Whether both offsets count from the end, the wrong way round: not even clamping both to the
/// first element makes a range of that.
pub(super) fn is_backward(start: i64, end: i64) -> bool {
    start < 0 && end < 0 && start > end
}

/// As [`part`], but for offsets that are not judged before they are clamped: that is how `BITPOS`
/// reads its range.
pub(super) fn clamped(len: usize, start: i64, end: i64) -> Option<(usize, usize)> {
    let count = i64::try_from(len).ok()?;
    let place = |offset: i64| if offset < 0 { (offset + count).max(0) } else { offset };
    let (start, end) = (place(start), place(end).min(count - 1));
    if start > end {
        return None;
    }
    Some((usize::try_from(start).ok()?, usize::try_from(end).ok()?))
}

fn setrange(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, offset, part) = (args.next_word()?, args.next_i64()?, args.next_word()?);
    let offset = usize::try_from(offset).map_err(|_| Error::text("ERR offset is out of range"))?;
    let old = match ctx.keys.peek(key) {
        Some(entry) => text(&entry.value)?.len(),
        None => 0,
    };
    // Nothing to write makes no key and fills no gap.
    if part.is_empty() {
        ctx.reply.count(old);
        return Ok(());
    }
    check_length(ctx, offset, part.len())?;
    let end = offset + part.len();
    let bytes = grow(&mut ctx.keys, key, end)?;
    if let Some(place) = bytes.get_mut(offset..end) {
        place.copy_from_slice(part);
    }
    let len = bytes.len();
    ctx.keys.changed(key, 1, KeyEvent::string("setrange"));
    ctx.reply.count(len);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::part;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn offsets_count_from_either_end() {
        for (len, start, end, expected) in [
            (5, 0, -1, Some((0, 4))),
            (5, -3, -2, Some((2, 3))),
            (5, -100, 100, Some((0, 4))),
            (5, 3, 2, None),
            (5, -1, -5, None),
            (5, 0, -6, Some((0, 0))),
            (5, 5, 9, None),
            (0, 0, -1, None),
            (5, i64::MIN, i64::MAX, Some((0, 4))),
        ] {
            assert_eq!(part(len, start, end), expected, "{len} {start} {end}");
        }
    }

    #[test]
    fn a_part_written_behind_the_end_leaves_zero_bytes_between() {
        let mut prompt = Prompt::new();
        assert_eq!(prompt.line("SETRANGE k 3 ab"), Reply::Integer(5));
        assert_eq!(prompt.line("GET k"), Reply::Bulk(b"\0\0\0ab".to_vec()));
        assert_eq!(prompt.line("APPEND k c"), Reply::Integer(6));
        assert_eq!(prompt.log(), "SELECT 0\nSETRANGE k 3 ab\nAPPEND k c");
    }

    #[test]
    fn nothing_grows_beyond_512_megabytes() {
        let mut prompt = Prompt::new();
        let error = b"ERR string exceeds maximum allowed size (proto-max-bulk-len)";
        assert_eq!(prompt.line("SETRANGE k 536870912 x"), Reply::Error(error.to_vec()));
        assert_eq!(prompt.line("SETRANGE k 9223372036854775807 x"), Reply::Error(error.to_vec()));
        assert_eq!(prompt.line("STRLEN k"), Reply::Integer(0));
        assert_eq!(prompt.log(), "");
    }
}
