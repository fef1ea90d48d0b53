//! Union, intersection and difference of sets, sorted or not, told, counted or stored.

use super::combine::{self, Aggregate, Combined, Source, Weighted};
use super::{Show, store};
use crate::engine::commands::counts::at_least;
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome, parse_f64,
};

/// `WEIGHTS weight [weight …]`, where the command is.
const WEIGHTS: Arg = Arg::integer("weight").with_token("WEIGHTS").optional().multiple();

/// `AGGREGATE SUM|MIN|MAX`, where the command is.
const AGGREGATE: Arg = Arg::oneof(
    "aggregate",
    &[Arg::token("sum", "SUM"), Arg::token("min", "MIN"), Arg::token("max", "MAX")],
)
.with_token("AGGREGATE")
.optional();

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("ZUNION", zunion)
        .since("6.2.0")
        .group(Group::SortedSet)
        .complexity("O(N + M log M) for N members in all sets, M in the result")
        .summary("Gives the members that at least one of the sets has, with their scores joined.")
        .flags(&[Flag::Readonly, Flag::MovableKeys])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::counted(1, &["RO", "access"])])
        .args(&[
            Arg::integer("numkeys"),
            Arg::key("key", 0).multiple(),
            WEIGHTS,
            AGGREGATE,
            Arg::token("withscores", "WITHSCORES").optional(),
        ]),
    Command::new("ZUNIONSTORE", zunionstore)
        .since("2.0.0")
        .group(Group::SortedSet)
        .complexity("O(N + M log M) for N members in all sets, M in the result")
        .summary("Stores the members that at least one of the sets has, with their scores joined.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::MovableKeys])
        .categories(&["@write", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["OW", "update"]), KeySpec::counted(2, &["RO", "access"])])
        .args(&[
            Arg::key("destination", 0),
            Arg::integer("numkeys"),
            Arg::key("key", 1).multiple(),
            WEIGHTS,
            AGGREGATE,
        ]),
    Command::new("ZINTER", zinter)
        .since("6.2.0")
        .group(Group::SortedSet)
        .complexity("O(N*K + M log M) for N members in the smallest of K sets, M in the result")
        .summary("Gives the members that all the sets have, with their scores joined.")
        .flags(&[Flag::Readonly, Flag::MovableKeys])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::counted(1, &["RO", "access"])])
        .args(&[
            Arg::integer("numkeys"),
            Arg::key("key", 0).multiple(),
            WEIGHTS,
            AGGREGATE,
            Arg::token("withscores", "WITHSCORES").optional(),
        ]),
    Command::new("ZINTERSTORE", zinterstore)
        .since("2.0.0")
        .group(Group::SortedSet)
        .complexity("O(N*K + M log M) for N members in the smallest of K sets, M in the result")
        .summary("Stores the members that all the sets have, with their scores joined.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::MovableKeys])
        .categories(&["@write", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["OW", "update"]), KeySpec::counted(2, &["RO", "access"])])
        .args(&[
            Arg::key("destination", 0),
            Arg::integer("numkeys"),
            Arg::key("key", 1).multiple(),
            WEIGHTS,
            AGGREGATE,
        ]),
    Command::new("ZINTERCARD", zintercard)
        .since("7.0.0")
        .group(Group::SortedSet)
        .complexity("O(N*K) for N members in the smallest of K sets")
        .summary("Counts the members that all the sets have.")
        .flags(&[Flag::Readonly, Flag::MovableKeys])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::counted(1, &["RO", "access"])])
        .args(&[
            Arg::integer("numkeys"),
            Arg::key("key", 0).multiple(),
            Arg::integer("limit").with_token("LIMIT").optional(),
        ]),
    Command::new("ZDIFF", zdiff)
        .since("6.2.0")
        .group(Group::SortedSet)
        .complexity("O(N*K + M log M) for N members in the first of K sets, M in the result")
        .summary("Gives the members of the first set that none of the others has.")
        .flags(&[Flag::Readonly, Flag::MovableKeys])
        .categories(&["@read", "@sortedset", "@slow"])
        .keys(&[KeySpec::counted(1, &["RO", "access"])])
        .args(&[
            Arg::integer("numkeys"),
            Arg::key("key", 0).multiple(),
            Arg::token("withscores", "WITHSCORES").optional(),
        ]),
    Command::new("ZDIFFSTORE", zdiffstore)
        .since("6.2.0")
        .group(Group::SortedSet)
        .complexity("O(N*K + M log M) for N members in the first of K sets, M in the result")
        .summary("Stores the members of the first set that none of the others has.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::MovableKeys])
        .categories(&["@write", "@sortedset", "@slow"])
        .keys(&[KeySpec::at(1, &["OW", "update"]), KeySpec::counted(2, &["RO", "access"])])
        .args(&[
            Arg::key("destination", 0),
            Arg::integer("numkeys"),
            Arg::key("key", 1).multiple(),
        ]),
];

/// What a command of this family allows behind its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `ZUNION`, `ZINTER`: all but `LIMIT`.
    Told,
    /// `ZUNIONSTORE`, `ZINTERSTORE`: no scores to show.
    Stored,
    /// `ZDIFF`: nothing to join.
    Difference,
    /// `ZDIFFSTORE`: nothing at all.
    StoredDifference,
    /// `ZINTERCARD`: `LIMIT` only.
    Counted,
}

impl Form {
    fn joins(self) -> bool {
        matches!(self, Form::Told | Form::Stored)
    }

    fn shows(self) -> bool {
        matches!(self, Form::Told | Form::Difference)
    }
}

/// `numkeys key [key …]` and the options.
struct Query<'a> {
    keys: &'a [&'a [u8]],
    /// One for each key.
    weights: Vec<f64>,
    aggregate: Aggregate,
    show: Show,
    /// 0 is none.
    limit: usize,
}

impl<'a> Query<'a> {
    /// Reads all that is left. Redis looks at the keys' types before it looks at the options, and
    /// so does this.
    fn parse(
        ctx: &mut Ctx<'_>,
        args: &mut Args<'a>,
        form: Form,
        command: &str,
    ) -> Result<Self, Error> {
        let count = args.next_i64()?;
        if count < 1 {
            let text = format!("at least 1 input key is needed for '{command}' command");
            return Err(Error::err(text));
        }
        let keys = args.take(usize::try_from(count).unwrap_or(usize::MAX))?;
        combine::check_types(&mut ctx.keys, keys)?;
        let mut query = Self {
            keys,
            weights: vec![1.0; keys.len()],
            aggregate: Aggregate::Sum,
            show: Show::Members,
            limit: 0,
        };
        while !args.is_empty() {
            if form.joins() && args.remaining() > keys.len() && args.keyword("WEIGHTS") {
                for weight in &mut query.weights {
                    let error = || Error::text("ERR weight value is not a float");
                    *weight = parse_f64(args.next_word()?).ok_or_else(error)?;
                }
            } else if form.joins() && args.keyword("AGGREGATE") {
                query.aggregate = if args.keyword("SUM") {
                    Aggregate::Sum
                } else if args.keyword("MIN") {
                    Aggregate::Min
                } else if args.keyword("MAX") {
                    Aggregate::Max
                } else {
                    return Err(Error::Syntax);
                };
            } else if form.shows() && args.keyword("WITHSCORES") {
                query.show = Show::Scores;
            } else if form == Form::Counted && args.keyword("LIMIT") {
                query.limit = at_least(0, args, "ERR LIMIT can't be negative")?;
            } else {
                return Err(Error::Syntax);
            }
        }
        Ok(query)
    }

    fn sources<'k>(&self, ctx: &'k mut Ctx<'_>) -> Result<Vec<Source<'k>>, Error> {
        combine::sources(&mut ctx.keys, self.keys)
    }

    fn weighted<'k>(&self, ctx: &'k mut Ctx<'_>) -> Result<Vec<Weighted<'k>>, Error> {
        let sources = self.sources(ctx)?;
        Ok(sources.into_iter().zip(self.weights.iter().copied()).collect())
    }
}

fn tell(ctx: &mut Ctx<'_>, show: Show, combined: &Combined) {
    show.header(&mut ctx.reply, combined.members().len());
    for (member, score) in combined.members() {
        show.member(&mut ctx.reply, member, *score);
    }
}

fn keep(ctx: &mut Ctx<'_>, destination: &[u8], combined: Combined, event: KeyEvent) {
    let set = combined.into_value(&ctx.server.config.limits);
    store(ctx, destination, set, event);
}

fn zunion(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let query = Query::parse(ctx, args, Form::Told, "zunion")?;
    let combined = combine::union(query.weighted(ctx)?, query.aggregate);
    tell(ctx, query.show, &combined);
    Ok(())
}

fn zunionstore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let destination = args.next_word()?;
    let query = Query::parse(ctx, args, Form::Stored, "zunionstore")?;
    let combined = combine::union(query.weighted(ctx)?, query.aggregate);
    keep(ctx, destination, combined, KeyEvent::sorted_set("zunionstore"));
    Ok(())
}

fn zinter(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let query = Query::parse(ctx, args, Form::Told, "zinter")?;
    let combined = combine::intersection(query.weighted(ctx)?, query.aggregate);
    tell(ctx, query.show, &combined);
    Ok(())
}

fn zinterstore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let destination = args.next_word()?;
    let query = Query::parse(ctx, args, Form::Stored, "zinterstore")?;
    let combined = combine::intersection(query.weighted(ctx)?, query.aggregate);
    keep(ctx, destination, combined, KeyEvent::sorted_set("zinterstore"));
    Ok(())
}

fn zintercard(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let query = Query::parse(ctx, args, Form::Counted, "zintercard")?;
    let count = combine::count_common(query.weighted(ctx)?, query.limit);
    ctx.reply.count(count);
    Ok(())
}

fn zdiff(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let query = Query::parse(ctx, args, Form::Difference, "zdiff")?;
    let combined = combine::difference(&query.sources(ctx)?);
    tell(ctx, query.show, &combined);
    Ok(())
}

fn zdiffstore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let destination = args.next_word()?;
    let query = Query::parse(ctx, args, Form::StoredDifference, "zdiffstore")?;
    let combined = combine::difference(&query.sources(ctx)?);
    keep(ctx, destination, combined, KeyEvent::sorted_set("zdiffstore"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn check(prompt: &mut Prompt, line: &str, words: &str) {
        let bulk = |text: &str| Reply::Bulk(text.as_bytes().to_vec());
        let words = words.split_whitespace().map(bulk).collect();
        assert_eq!(prompt.line(line), Reply::Array(words), "{line}");
    }

    #[test]
    fn sorted_and_unsorted_sets_go_together() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1 a 2 b");
        prompt.line("SADD s b c");
        check(&mut prompt, "ZUNION 2 z s WITHSCORES", "a 1 c 1 b 3");
        check(&mut prompt, "ZUNION 2 z s WEIGHTS 2 10 WITHSCORES", "a 2 c 10 b 14");
        check(&mut prompt, "ZINTER 2 z s AGGREGATE MIN WITHSCORES", "b 1");
        check(&mut prompt, "ZDIFF 2 z s WITHSCORES", "a 1");
        assert_eq!(prompt.line("ZINTERCARD 2 z s"), Reply::Integer(1));
    }

    #[test]
    fn a_reply_shows_the_sign_of_zero() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 0 a");
        check(&mut prompt, "ZUNION 1 z WEIGHTS -1 WITHSCORES", "a -0");
    }

    #[test]
    fn a_wrong_type_is_told_before_a_wrong_option() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v");
        let error = crate::engine::Error::WrongType.wire().into_owned();
        assert_eq!(prompt.line("ZUNION 1 k BOGUS"), Reply::Error(error));
    }
}
