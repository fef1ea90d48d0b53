//! Elements by what they are: finding, inserting beside and removing them.

use super::{element, read, write};
use crate::engine::data::{End, Piece};
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome};
use crate::resp::{Collection, Writer};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("LINSERT", linsert)
        .since("2.2.0")
        .group(Group::List)
        .complexity("O(N) for N elements before the pivot")
        .summary("Puts an element into a list before or after another one.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@list", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "insert"])])
        .args(&[
            Arg::key("key", 0),
            Arg::oneof("where", &[Arg::token("before", "BEFORE"), Arg::token("after", "AFTER")]),
            Arg::string("pivot"),
            Arg::string("element"),
        ]),
    Command::new("LREM", lrem)
        .since("1.0.0")
        .group(Group::List)
        .complexity("O(N) for the N elements of the list")
        .summary("Removes elements of a list that equal a given one.")
        .flags(&[Flag::Write])
        .categories(&["@write", "@list", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "delete"])])
        .args(&[Arg::key("key", 0), Arg::integer("count"), Arg::string("element")]),
    Command::new("LPOS", lpos)
        .since("6.0.6")
        .group(Group::List)
        .complexity("O(N) for N elements looked at")
        .summary("Tells at which places of a list an element stands.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@list", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[
            Arg::key("key", 0),
            Arg::string("element"),
            Arg::integer("rank").with_token("RANK").optional(),
            Arg::integer("num-matches").with_token("COUNT").optional(),
            Arg::integer("len").with_token("MAXLEN").optional(),
        ]),
];

fn linsert(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let behind = usize::from(args.keyword("AFTER"));
    if behind == 0 && !args.keyword("BEFORE") {
        return Err(Error::Syntax);
    }
    let (pivot, text) = (element(args.next_word()?), args.next_word()?);
    let Some(list) = write(&mut ctx.keys, key)? else {
        ctx.reply.int(0);
        return Ok(());
    };
    let Some(index) = list.iter().position(|element| element == pivot) else {
        ctx.reply.int(-1);
        return Ok(());
    };
    list.insert(index + behind, text);
    ctx.reply.count(list.len());
    ctx.keys.changed(key, 1, KeyEvent::list("linsert"));
    Ok(())
}

fn lrem(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, count, text) = (args.next_word()?, args.next_i64()?, args.next_word()?);
    let mut removed = 0;
    if let Some(list) = write(&mut ctx.keys, key)? {
        let from = if count < 0 { End::Back } else { End::Front };
        removed = list.remove_matching(text, number_or_all(count.unsigned_abs()), from);
    }
    if removed > 0 {
        ctx.keys.changed(key, removed, KeyEvent::list("lrem"));
        ctx.keys.remove_if_empty(key);
    }
    ctx.reply.count(removed);
    Ok(())
}

/// 0 means all of them.
fn number_or_all(count: u64) -> usize {
    usize::try_from(count).ok().filter(|count| *count > 0).unwrap_or(usize::MAX)
}

/// What `LPOS` was told besides key and element.
#[derive(Debug, Clone, Copy)]
struct PosOptions {
    from: End,
    /// How many matches are passed over first.
    skip: usize,
    /// How many matches to tell; `None` tells one, and not as an array.
    count: Option<usize>,
    /// How many elements to look at.
    look_at: usize,
}

impl PosOptions {
    fn parse(args: &mut Args<'_>) -> Result<Self, Error> {
        let mut options = Self { from: End::Front, skip: 0, count: None, look_at: usize::MAX };
        while !args.is_empty() {
            // Each option has a value: a last word alone is no option, whatever it says.
            if args.remaining() < 2 {
                return Err(Error::Syntax);
            } else if args.keyword("RANK") {
                options.rank(args.next_i64()?)?;
            } else if args.keyword("COUNT") {
                let count = args.next_i64_in(0..=i64::MAX, "ERR COUNT can't be negative")?;
                options.count = Some(number_or_all(count.unsigned_abs()));
            } else if args.keyword("MAXLEN") {
                let len = args.next_i64_in(0..=i64::MAX, "ERR MAXLEN can't be negative")?;
                options.look_at = number_or_all(len.unsigned_abs());
            } else {
                return Err(Error::Syntax);
            }
        }
        Ok(options)
    }

    fn rank(&mut self, rank: i64) -> Outcome {
        if rank == 0 {
            return Err(Error::text(
                "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
            ));
        }
        self.from = if rank < 0 { End::Back } else { End::Front };
        // The least integer has no positive counterpart, and Redis then passes over nothing.
        let nth = rank.checked_abs().unwrap_or(1);
        self.skip = usize::try_from(nth - 1).unwrap_or(usize::MAX);
        Ok(())
    }
}

fn lpos(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, wanted) = (args.next_word()?, element(args.next_word()?));
    let options = PosOptions::parse(args)?;
    let Some(list) = read(&mut ctx.keys, key)? else {
        match options.count {
            Some(_) => ctx.reply.array(0),
            None => ctx.reply.null(),
        }
        return Ok(());
    };
    match options.from {
        End::Front => tell(&mut ctx.reply, matches(list.iter(), wanted, options), options.count),
        End::Back => {
            let found = matches(list.iter().rev(), wanted, options);
            tell(&mut ctx.reply, found.map(|index| list.len() - 1 - index), options.count);
        }
    }
    Ok(())
}

/// The numbers of the elements that equal `wanted`, counted in the iterator's direction.
fn matches<'a>(
    elements: impl Iterator<Item = Piece<'a>>,
    wanted: Piece<'a>,
    options: PosOptions,
) -> impl Iterator<Item = usize> {
    let equal = elements.take(options.look_at).enumerate().filter(move |(_, e)| *e == wanted);
    equal.map(|(index, _)| index).skip(options.skip)
}

fn tell(reply: &mut Writer<'_>, mut found: impl Iterator<Item = usize>, count: Option<usize>) {
    let Some(count) = count else {
        match found.next() {
            Some(index) => reply.count(index),
            None => reply.null(),
        }
        return;
    };
    let mark = reply.begin();
    let told = found.take(count).map(|index| reply.count(index)).count();
    reply.end(mark, Collection::Array, told);
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn check(line: &str, expected: &[i64]) {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH l a b c 1 2 3 c c");
        let expected = Reply::Array(expected.iter().copied().map(Reply::Integer).collect());
        assert_eq!(prompt.line(line), expected, "{line}");
    }

    #[test]
    fn places_are_counted_from_the_front_whatever_the_direction() {
        check("LPOS l c COUNT 0", &[2, 6, 7]);
        check("LPOS l c RANK -1 COUNT 2", &[7, 6]);
        check("LPOS l c RANK 2 COUNT 0", &[6, 7]);
        check("LPOS l c COUNT 0 MAXLEN 7", &[2, 6]);
        check("LPOS l c RANK -1 COUNT 0 MAXLEN 1", &[7]);
        check("LPOS l 1 COUNT 1", &[3]);
        check("LPOS l zzz COUNT 1", &[]);
    }

    #[test]
    fn a_number_is_found_however_it_is_kept() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH l 12 012 12");
        assert_eq!(prompt.line("LPOS l 012"), Reply::Integer(1));
        assert_eq!(prompt.line("LINSERT l AFTER 012 x"), Reply::Integer(4));
        assert_eq!(prompt.line("LREM l 0 12"), Reply::Integer(2));
        assert_eq!(prompt.line("LLEN l"), Reply::Integer(2));
    }

    #[test]
    fn a_search_in_vain_is_not_logged() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH l a");
        prompt.log();
        assert_eq!(prompt.line("LREM l 0 x"), Reply::Integer(0));
        assert_eq!(prompt.line("LINSERT l BEFORE x y"), Reply::Integer(-1));
        assert_eq!(prompt.log(), "");
    }
}
