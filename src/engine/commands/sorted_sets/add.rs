//! Scores that are set or counted up: `ZADD` and `ZINCRBY`.

use smallvec::SmallVec;

use super::write;
use crate::engine::data::{Limits, SortedSet, Value};
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome, parse_f64,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("ZADD", zadd)
        .since("1.2.0")
        .group(Group::SortedSet)
        .complexity("O(log N) for each member, N members in the set")
        .summary("Adds members with scores, or gives members new scores.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[
            Arg::key("key", 0),
            Arg::oneof("condition", &[Arg::token("nx", "NX"), Arg::token("xx", "XX")])
                .optional()
                .since("3.0.2"),
            Arg::oneof("comparison", &[Arg::token("gt", "GT"), Arg::token("lt", "LT")])
                .optional()
                .since("6.2.0"),
            Arg::token("change", "CH").optional().since("3.0.2"),
            Arg::token("increment", "INCR").optional().since("3.0.2"),
            Arg::block("score_member", &[Arg::double("score"), Arg::string("member")]).multiple(),
        ]),
    Command::new("ZINCRBY", zincrby)
        .since("1.2.0")
        .group(Group::SortedSet)
        .complexity("O(log N) for N members in the set")
        .summary("Adds a number to a member's score; a new member starts from 0.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@sortedset", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("increment"), Arg::string("member")]),
];

/// The option words of `ZADD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Nx,
    Xx,
    Gt,
    Lt,
    Ch,
    Incr,
}

impl Word {
    const ALL: [(Word, &str); 6] = [
        (Word::Nx, "NX"),
        (Word::Xx, "XX"),
        (Word::Gt, "GT"),
        (Word::Lt, "LT"),
        (Word::Ch, "CH"),
        (Word::Incr, "INCR"),
    ];

    fn next(args: &mut Args<'_>) -> Option<Word> {
        let known = |word: &[u8]| {
            Word::ALL.iter().find(|(_, text)| word.eq_ignore_ascii_case(text.as_bytes()))
        };
        let (word, _) = args.peek().and_then(known)?;
        args.skip(1);
        Some(*word)
    }
}

/// Which members are touched and what is done to them.
struct Options {
    /// Usually empty, and then nothing is allocated.
    words: Vec<Word>,
}

impl Options {
    fn has(&self, word: Word) -> bool {
        self.words.contains(&word)
    }

    fn check(&self, pairs: usize) -> Result<(), Error> {
        let [nx, xx, gt, lt] = [Word::Nx, Word::Xx, Word::Gt, Word::Lt].map(|word| self.has(word));
        if nx && xx {
            let text = "ERR XX and NX options at the same time are not compatible";
            return Err(Error::text(text));
        }
        if (nx && (gt || lt)) || (gt && lt) {
            let text = "ERR GT, LT, and/or NX options at the same time are not compatible";
            return Err(Error::text(text));
        }
        if self.has(Word::Incr) && pairs > 1 {
            return Err(Error::text("ERR INCR option supports a single increment-element pair"));
        }
        Ok(())
    }

    /// Sets or counts up one score.
    fn put(
        &self,
        set: &mut SortedSet,
        member: &[u8],
        score: f64,
        limits: &Limits,
    ) -> Result<Put, Error> {
        if self.words.iter().all(|&word| word == Word::Ch) {
            // The plain case needs no look at the old score before.
            return Ok(match set.insert(member, score, limits) {
                None => Put::Added(score),
                Some(old) if old < score || score < old => Put::Updated(score),
                Some(_) => Put::Same(score),
            });
        }
        let Some(old) = set.score(member) else {
            if self.has(Word::Xx) {
                return Ok(Put::Refused);
            }
            set.insert(member, score, limits);
            return Ok(Put::Added(score));
        };
        if self.has(Word::Nx) {
            return Ok(Put::Refused);
        }
        let score = if self.has(Word::Incr) { old + score } else { score };
        if score.is_nan() {
            return Err(Error::text("ERR resulting score is not a number (NaN)"));
        }
        if (self.has(Word::Lt) && score >= old) || (self.has(Word::Gt) && score <= old) {
            return Ok(Put::Refused);
        }
        set.insert(member, score, limits);
        Ok(if old < score || score < old { Put::Updated(score) } else { Put::Same(score) })
    }
}

/// What became of one member.
enum Put {
    /// An option forbade it.
    Refused,
    /// It has that score already.
    Same(f64),
    /// It is new.
    Added(f64),
    /// It has another score now.
    Updated(f64),
}

fn zadd(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    add(ctx, args, Options { words: Vec::new() })
}

fn zincrby(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    add(ctx, args, Options { words: vec![Word::Incr] })
}

fn add(ctx: &mut Ctx<'_>, args: &mut Args<'_>, mut options: Options) -> Outcome {
    let key = args.next_word()?;
    while let Some(word) = Word::next(args) {
        options.words.push(word);
    }
    let (pairs, []) = args.take_rest().as_chunks::<2>() else { return Err(Error::Syntax) };
    if pairs.is_empty() {
        return Err(Error::Syntax);
    }
    options.check(pairs.len())?;
    // All scores are judged before anything changes. Mostly there are few.
    let mut scores: SmallVec<[f64; 8]> = SmallVec::new();
    for [score, _] in pairs {
        scores.push(parse_f64(score).ok_or(Error::NotAFloat)?);
    }
    let limits = &ctx.server.config.limits;
    let put_all = |set: &mut SortedSet| {
        let (mut added, mut updated, mut last) = (0, 0, None);
        for ([_, member], score) in pairs.iter().zip(&scores) {
            match options.put(set, member, *score, limits)? {
                Put::Refused => {}
                Put::Same(score) => last = Some(score),
                Put::Added(score) => {
                    added += 1;
                    last = Some(score);
                }
                Put::Updated(score) => {
                    updated += 1;
                    last = Some(score);
                }
            }
        }
        Ok::<_, Error>((added, updated, last))
    };
    let (added, updated, last) = if let Some(set) = write(&mut ctx.keys, key)? {
        put_all(set)?
    } else if options.has(Word::Xx) {
        (0, 0, None)
    } else {
        let mut set = SortedSet::new();
        let put = put_all(&mut set)?;
        ctx.keys.insert(key, Value::SortedSet(set));
        put
    };
    if added + updated > 0 {
        let event = if options.has(Word::Incr) { "zincr" } else { "zadd" };
        ctx.keys.changed(key, added + updated, KeyEvent::sorted_set(event));
    }
    if options.has(Word::Incr) {
        match last {
            Some(score) => ctx.reply.double(score),
            None => ctx.reply.null(),
        }
    } else {
        ctx.reply.count(if options.has(Word::Ch) { added + updated } else { added });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn one_wrong_score_adds_nothing() {
        let mut prompt = Prompt::new();
        let error = Reply::Error(b"ERR value is not a valid float".to_vec());
        assert_eq!(prompt.line("ZADD z 1 a x b"), error);
        assert!(prompt.engine.keyspace.select(0).is_empty());
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn only_a_real_change_is_logged() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 5 a");
        prompt.log();
        for line in
            ["ZADD z 5 a", "ZADD z GT 4 a", "ZADD z NX 9 a", "ZADD z XX 1 b", "ZADD n XX 1 a"]
        {
            assert_eq!(prompt.line(line), Reply::Integer(0), "{line}");
            assert_eq!(prompt.log(), "", "{line}");
        }
        assert_eq!(prompt.line("ZADD z GT CH 6 a"), Reply::Integer(1));
        assert_eq!(prompt.log(), "ZADD z GT CH 6 a");
    }

    #[test]
    fn infinities_of_both_signs_have_no_sum() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z inf a");
        let error = Reply::Error(b"ERR resulting score is not a number (NaN)".to_vec());
        assert_eq!(prompt.line("ZINCRBY z -inf a"), error);
        assert_eq!(prompt.line("ZSCORE z a"), Reply::Bulk(b"inf".to_vec()));
    }
}
