//! Ranges of a sorted set, told or stored: `ZRANGE` and `ZRANGESTORE`, and the one way in which
//! their older forms run too.

use std::ops::Range;

use super::bounds::{self, Direction};
use super::{Show, read, store};
use crate::engine::data::{LexBound, Piece, ScoreBound, SortedSet};
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome, parse_i64,
};
use crate::resp::Writer;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("ZRANGE", zrange)
        .since("1.2.0")
        .group(Group::SortedSet)
        .complexity("O(log N + M) for N members, M of them given")
        .summary("Gives the members of a range of places, scores or names.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[
            Arg::key("key", 0),
            Arg::string("start"),
            Arg::string("stop"),
            Arg::oneof("sortby", &[Arg::token("byscore", "BYSCORE"), Arg::token("bylex", "BYLEX")])
                .optional()
                .since("6.2.0"),
            Arg::token("rev", "REV").optional().since("6.2.0"),
            Arg::block("offset_count", &[Arg::integer("offset"), Arg::integer("count")])
                .with_token("LIMIT")
                .optional()
                .since("6.2.0"),
            Arg::token("withscores", "WITHSCORES").optional(),
        ]),
    Command::new("ZRANGESTORE", zrangestore)
        .since("6.2.0")
        .group(Group::SortedSet)
        .complexity("O(log N + M log M) for N members, M of them stored")
        .summary("Stores the members of a range as a sorted set of their own.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["OW", "update"]), KeySpec::at(2, &["RO", "access"])])
        .args(&[
            Arg::key("dst", 0),
            Arg::key("src", 1),
            Arg::string("min"),
            Arg::string("max"),
            Arg::oneof("sortby", &[Arg::token("byscore", "BYSCORE"), Arg::token("bylex", "BYLEX")])
                .optional(),
            Arg::token("rev", "REV").optional(),
            Arg::block("offset_count", &[Arg::integer("offset"), Arg::integer("count")])
                .with_token("LIMIT")
                .optional(),
        ]),
];

/// What a range is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Places.
    Rank,
    /// Scores.
    Score,
    /// Names of members.
    Lex,
}

/// What a command's name says of its ranges; `None` where an option says it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// What the range is measured by.
    pub(super) by: Option<By>,
    /// From which end it is walked.
    pub(super) direction: Option<Direction>,
}

/// A range with its two ends.
enum Span<'a> {
    Rank(i64, i64),
    Score(ScoreBound, ScoreBound),
    Lex(LexBound<'a>, LexBound<'a>),
}

/// All that the arguments say but the key.
struct Query<'a> {
    span: Span<'a>,
    direction: Direction,
    /// How many members are left out at first.
    offset: i64,
    /// How many are given; all if negative.
    limit: i64,
    show: Show,
}

impl<'a> Query<'a> {
    /// Reads two ends and the options. The order of the judgements is Redis's.
    fn parse(args: &mut Args<'a>, form: Form, stores: bool) -> Result<Self, Error> {
        let (first, last) = (args.next_word()?, args.next_word()?);
        let Form { mut by, mut direction } = form;
        let (mut offset, mut limit, mut show) = (0, -1, Show::Members);
        while !args.is_empty() {
            if !stores && args.keyword("WITHSCORES") {
                show = Show::Scores;
            } else if args.remaining() >= 3 && args.keyword("LIMIT") {
                (offset, limit) = (args.next_i64()?, args.next_i64()?);
            } else if direction.is_none() && args.keyword("REV") {
                direction = Some(Direction::Down);
            } else if by.is_none() && args.keyword("BYLEX") {
                by = Some(By::Lex);
            } else if by.is_none() && args.keyword("BYSCORE") {
                by = Some(By::Score);
            } else {
                return Err(Error::Syntax);
            }
        }
        let (by, direction) = (by.unwrap_or(By::Rank), direction.unwrap_or(Direction::Up));
        if limit != -1 && by == By::Rank {
            return Err(Error::text(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
            ));
        }
        if show == Show::Scores && by == By::Lex {
            return Err(Error::text(
                "ERR syntax error, WITHSCORES not supported in combination with BYLEX",
            ));
        }
        let (min, max) = match direction {
            Direction::Up => (first, last),
            Direction::Down => (last, first),
        };
        let span = match by {
            By::Rank => {
                let rank = |word| parse_i64(word).ok_or(Error::NotAnInteger);
                Span::Rank(rank(first)?, rank(last)?)
            }
            By::Score => {
                let (min, max) = bounds::scores(min, max)?;
                Span::Score(min, max)
            }
            By::Lex => {
                let (min, max) = bounds::members(min, max)?;
                Span::Lex(min, max)
            }
        };
        Ok(Self { span, direction, offset, limit, show })
    }

    /// The ranks of the members that are asked for, counted from the lowest score.
    fn ranks(&self, set: &SortedSet) -> Range<usize> {
        let all = match self.span {
            Span::Rank(first, last) => {
                let ranks = bounds::ranks(first, last, set.len());
                return match self.direction {
                    Direction::Up => ranks,
                    Direction::Down => set.len() - ranks.end..set.len() - ranks.start,
                };
            }
            Span::Score(min, max) => set.score_range(min, max),
            Span::Lex(min, max) => bounds::member_ranks(set, min, max, self.direction),
        };
        // A negative offset leaves out everything.
        let offset = usize::try_from(self.offset).unwrap_or(usize::MAX).min(all.len());
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX).min(all.len() - offset);
        match self.direction {
            Direction::Up => all.start + offset..all.start + offset + limit,
            Direction::Down => all.end - offset - limit..all.end - offset,
        }
    }
}

/// Tells a range, in the way of `form`.
pub(super) fn tell(ctx: &mut Ctx<'_>, args: &mut Args<'_>, form: Form) -> Outcome {
    let key = args.next_word()?;
    let query = Query::parse(args, form, false)?;
    let Some(set) = read(&mut ctx.keys, key)? else {
        ctx.reply.array(0);
        return Ok(());
    };
    let members = set.range(query.ranks(set));
    match query.direction {
        Direction::Up => tell_members(&mut ctx.reply, query.show, members),
        Direction::Down => tell_members(&mut ctx.reply, query.show, members.rev()),
    }
    Ok(())
}

fn tell_members<'a>(
    reply: &mut Writer<'_>,
    show: Show,
    members: impl ExactSizeIterator<Item = (Piece<'a>, f64)>,
) {
    let mut digits = itoa::Buffer::new();
    show.header(reply, members.len());
    for (member, score) in members {
        show.member(reply, member.text(&mut digits), score);
    }
}

fn zrange(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, Form { by: None, direction: None })
}

fn zrangestore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (destination, source) = (args.next_word()?, args.next_word()?);
    let query = Query::parse(args, Form { by: None, direction: None }, true)?;
    let limits = &ctx.server.config.limits;
    let mut result = SortedSet::new();
    if let Some(set) = read(&mut ctx.keys, source)? {
        let mut digits = itoa::Buffer::new();
        for (member, score) in set.range(query.ranks(set)) {
            result.insert(member.text(&mut digits), score, limits);
        }
    }
    store(ctx, destination, result, KeyEvent::sorted_set("zrangestore"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::{Protocol, Reply};

    fn check(prompt: &mut Prompt, line: &str, members: &str) {
        let bulk = |text: &str| Reply::Bulk(text.as_bytes().to_vec());
        let members = members.split_whitespace().map(bulk).collect();
        assert_eq!(prompt.line(line), Reply::Array(members), "{line}");
    }

    #[test]
    fn a_window_slides_from_the_end_that_is_asked_for_first() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1 a 2 b 3 c 4 d");
        check(&mut prompt, "ZRANGE z 2 +inf BYSCORE LIMIT 1 1", "c");
        check(&mut prompt, "ZRANGE z +inf 2 BYSCORE REV LIMIT 1 1", "c");
        check(&mut prompt, "ZRANGE z +inf (1 BYSCORE REV LIMIT 0 2", "d c");
        check(&mut prompt, "ZRANGE z 0 9 BYSCORE LIMIT -1 2", "");
        check(&mut prompt, "ZRANGE z 0 9 BYSCORE LIMIT 9 2", "");
        check(&mut prompt, "ZRANGE z 0 9 BYSCORE LIMIT 3 -5", "d");
        check(&mut prompt, "ZRANGE z 0 1 REV", "d c");
    }

    #[test]
    fn in_resp3_each_score_stands_with_its_member() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1.5 a");
        prompt.line("HELLO 3");
        let pair = vec![Reply::Bulk(b"a".to_vec()), Reply::Double(b"1.5".to_vec())];
        let reply = Reply::Array(vec![Reply::Array(pair)]);
        assert_eq!(prompt.line("ZRANGE z 0 -1 WITHSCORES"), reply);
        assert_eq!(prompt.engine.session(prompt.id).unwrap().protocol, Protocol::Resp3);
    }

    #[test]
    fn names_among_different_scores_answer_as_redis_does() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1 c 2 a 3 b");
        check(&mut prompt, "ZRANGEBYLEX z [b [c", "c a b");
        check(&mut prompt, "ZREVRANGEBYLEX z [c [b", "b");
        check(&mut prompt, "ZRANGEBYLEX z [a [b", "");
    }

    #[test]
    fn storing_nothing_deletes() {
        let mut prompt = Prompt::new();
        prompt.line("SET d x");
        prompt.log();
        assert_eq!(prompt.line("ZRANGESTORE d none 0 -1"), Reply::Integer(0));
        assert_eq!(prompt.log(), "ZRANGESTORE d none 0 -1");
        assert_eq!(prompt.line("ZRANGESTORE d none 0 -1"), Reply::Integer(0));
        assert_eq!(prompt.log(), "");
    }
}
