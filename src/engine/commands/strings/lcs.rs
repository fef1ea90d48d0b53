//! What two strings have in common: `LCS`.

use super::text;
use crate::engine::data::Piece;
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeySpec, Keys, Outcome, parse_i64,
};
use crate::resp::Collection;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("LCS", lcs)
    .since("7.0.0")
    .group(Group::String)
    .complexity("O(N*M) for strings of N and M bytes, in time and in memory")
    .summary("Finds the longest text that two strings hold in the same order, gaps allowed.")
    .flags(&[Flag::Readonly])
    .categories(&["@read", "@string", "@slow"])
    .keys(&[KeySpec::range(1, 1, 1, &["RO", "access"])])
    .args(&[
        Arg::key("key1", 0),
        Arg::key("key2", 0),
        Arg::token("len", "LEN").optional(),
        Arg::token("idx", "IDX").optional(),
        Arg::integer("len").with_token("MINMATCHLEN").optional(),
        Arg::token("withmatchlen", "WITHMATCHLEN").optional(),
    ])];

/// The largest table of lengths, in bytes: `proto-max-bulk-len`'s default, as in Redis.
const MOST: usize = 512 * 1024 * 1024;

/// What of the common text is replied.
#[derive(Debug, Clone, Copy, Default)]
struct Options {
    length_only: bool,
    places: bool,
    shortest: usize,
    with_lengths: bool,
}

impl Options {
    fn parse(args: &mut Args<'_>) -> Result<Self, Error> {
        let mut options = Self::default();
        while !args.is_empty() {
            if args.keyword("IDX") {
                options.places = true;
            } else if args.keyword("LEN") {
                options.length_only = true;
            } else if args.keyword("WITHMATCHLEN") {
                options.with_lengths = true;
            } else if args.remaining() > 1 && args.keyword("MINMATCHLEN") {
                let shortest = parse_i64(args.next_word()?).ok_or(Error::NotAnInteger)?;
                options.shortest = usize::try_from(shortest.max(0)).unwrap_or(usize::MAX);
            } else {
                return Err(Error::Syntax);
            }
        }
        if options.places && options.length_only {
            return Err(Error::text(
                "ERR If you want both the length and indexes, please just use IDX.",
            ));
        }
        Ok(options)
    }
}

fn lcs(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (one, other) = (args.next_word()?, args.next_word()?);
    // Both are looked for before either is judged.
    let (a, b) = (string(&mut ctx.keys, one), string(&mut ctx.keys, other));
    let (a, b) = (a?, b?);
    let options = Options::parse(args)?;
    let common = Common::new(&a, &b)?;
    if options.places {
        reply_places(ctx, &common, options);
    } else if options.length_only {
        ctx.reply.count(common.len());
    } else {
        let (mut found, matches) = (Vec::new(), common.matches());
        for Match { a: place, len, .. } in matches.into_iter().rev() {
            found.extend_from_slice(a.get(place..place + len).unwrap_or_default());
        }
        ctx.reply.bulk(&found);
    }
    Ok(())
}

fn string(keys: &mut Keys<'_>, key: &[u8]) -> Result<Vec<u8>, Error> {
    let read = keys.read(key).map(text).transpose();
    let wrong = |_| Error::text("ERR The specified keys must contain string values");
    Ok(read.map_err(wrong)?.map(Piece::to_vec).unwrap_or_default())
}

fn reply_places(ctx: &mut Ctx<'_>, common: &Common<'_>, options: Options) {
    ctx.reply.map(2);
    ctx.reply.bulk(b"matches");
    let mark = ctx.reply.begin();
    let mut told = 0;
    for each in common.matches().into_iter().filter(|each| each.len >= options.shortest) {
        ctx.reply.array(if options.with_lengths { 3 } else { 2 });
        for start in [each.a, each.b] {
            ctx.reply.array(2);
            ctx.reply.count(start);
            ctx.reply.count(start + each.len - 1);
        }
        if options.with_lengths {
            ctx.reply.count(each.len);
        }
        told += 1;
    }
    ctx.reply.end(mark, Collection::Array, told);
    ctx.reply.bulk(b"len");
    ctx.reply.count(common.len());
}

/// A stretch that is the same in both strings: where it begins in either, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Match {
    a: usize,
    b: usize,
    len: usize,
}

/// The lengths of what the beginnings of two strings have in common.
struct Common<'a> {
    a: &'a [u8],
    b: &'a [u8],
    lengths: Vec<u32>,
}

impl<'a> Common<'a> {
    fn new(a: &'a [u8], b: &'a [u8]) -> Result<Self, Error> {
        let cells = (a.len() + 1).checked_mul(b.len() + 1).filter(|cells| *cells <= MOST / 4);
        let cells = cells.ok_or(Error::text(
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
        ))?;
        let mut common = Self { a, b, lengths: vec![0; cells] };
        for (i, left) in a.iter().enumerate() {
            for (j, right) in b.iter().enumerate() {
                let length = if left == right {
                    common.at(i, j) + 1
                } else {
                    common.at(i, j + 1).max(common.at(i + 1, j))
                };
                let place = (i + 1) * (b.len() + 1) + j + 1;
                if let Some(cell) = common.lengths.get_mut(place) {
                    *cell = length;
                }
            }
        }
        Ok(common)
    }

    /// The length for the first `i` and `j` bytes.
    fn at(&self, i: usize, j: usize) -> u32 {
        self.lengths.get(i * (self.b.len() + 1) + j).copied().unwrap_or(0)
    }

    fn len(&self) -> usize {
        self.at(self.a.len(), self.b.len()) as usize
    }

    /// The stretches, from the end of the strings to their beginning.
    fn matches(&self) -> Vec<Match> {
        let (mut i, mut j) = (self.a.len(), self.b.len());
        let mut all: Vec<Match> = Vec::new();
        while i > 0 && j > 0 {
            if self.a.get(i - 1) != self.b.get(j - 1) {
                if self.at(i - 1, j) > self.at(i, j - 1) {
                    i -= 1;
                } else {
                    j -= 1;
                }
                continue;
            }
            match all.last_mut() {
                Some(last) if last.a == i && last.b == j => {
                    *last = Match { a: i - 1, b: j - 1, len: last.len + 1 };
                }
                Some(_) | None => all.push(Match { a: i - 1, b: j - 1, len: 1 }),
            }
            (i, j) = (i - 1, j - 1);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(a: &str, b: &str) -> (usize, Vec<(usize, usize, usize)>) {
        let common = Common::new(a.as_bytes(), b.as_bytes()).unwrap();
        let matches = common.matches().into_iter().map(|each| (each.a, each.b, each.len));
        (common.len(), matches.collect())
    }

    #[test]
    fn stretches_are_found_from_the_end() {
        assert_eq!(common("ohmytext", "mynewtext"), (6, vec![(4, 5, 4), (2, 0, 2)]));
        assert_eq!(common("abc", "xyz"), (0, vec![]));
        assert_eq!(common("", "a"), (0, vec![]));
        assert_eq!(common("aa", "aa"), (2, vec![(0, 0, 2)]));
    }
}
