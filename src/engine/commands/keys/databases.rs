//! Whole databases: `FLUSHDB`, `FLUSHALL`, `SWAPDB`.

use crate::engine::commands::counts::{existing_database, int32};
use crate::engine::{Arg, Args, Command, Ctx, DATABASES, Error, Flag, Group, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("FLUSHDB", flushdb)
        .since("1.0.0")
        .group(Group::Server)
        .complexity("O(N) for N keys")
        .summary("Deletes every key of the database.")
        .flags(&[Flag::Write])
        .categories(&["@keyspace", "@write", "@slow", "@dangerous"])
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .args(&[Arg::oneof(
            "async",
            &[
                Arg::token("async", "ASYNC").since("4.0.0"),
                Arg::token("sync", "SYNC").since("6.2.0"),
            ],
        )
        .optional()]),
    Command::new("FLUSHALL", flushall)
        .since("1.0.0")
        .group(Group::Server)
        .complexity("O(N) for N keys")
        .summary("Deletes every key of every database.")
        .flags(&[Flag::Write])
        .categories(&["@keyspace", "@write", "@slow", "@dangerous"])
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .args(&[Arg::oneof(
            "async",
            &[
                Arg::token("async", "ASYNC").since("4.0.0"),
                Arg::token("sync", "SYNC").since("6.2.0"),
            ],
        )
        .optional()]),
    Command::new("SWAPDB", swapdb)
        .since("4.0.0")
        .group(Group::Server)
        .complexity("O(N) for N watched keys")
        .summary("Exchanges two databases.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@keyspace", "@write", "@fast", "@dangerous"])
        .args(&[Arg::integer("index1"), Arg::integer("index2")]),
];

/// `ASYNC` or `SYNC`: no difference here.
fn mode(args: &mut Args<'_>) -> Outcome {
    let _ = args.keyword("ASYNC") || args.keyword("SYNC");
    args.finish()
}

fn flushdb(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    mode(args)?;
    let db = ctx.keys.db();
    let removed = ctx.keys.space().flush(db);
    ctx.keys.space().note_flushed();
    // Logged even where there was nothing to delete, as in Redis.
    ctx.keys.changed_otherwise(removed.max(1));
    ctx.reply.ok();
    Ok(())
}

fn flushall(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    mode(args)?;
    let removed: usize = (0..DATABASES).map(|db| ctx.keys.space().flush(db)).sum();
    ctx.keys.space().note_flushed();
    ctx.keys.changed_otherwise(removed + 1);
    if !ctx.keys.is_loading() {
        ctx.host.flushed(ctx.keys.space());
    }
    ctx.reply.ok();
    Ok(())
}

fn swapdb(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let first = int32(args.next_word()?).ok_or(Error::text("ERR invalid first DB index"))?;
    let second = int32(args.next_word()?).ok_or(Error::text("ERR invalid second DB index"))?;
    let (first, second) = (existing_database(first)?, existing_database(second)?);
    ctx.keys.space().swap(first, second);
    ctx.keys.changed_otherwise(1);
    ctx.reply.ok();
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn databases_are_exchanged_and_emptied_and_the_log_says_so() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v EX 100");
        prompt.log();
        assert_eq!(prompt.line("SWAPDB 0 1"), Reply::Simple("OK".into()));
        assert_eq!(prompt.line("DBSIZE"), Reply::Integer(0));
        assert_eq!(prompt.line("FLUSHDB"), Reply::Simple("OK".into()));
        prompt.line("SELECT 1");
        assert_eq!(prompt.line("TTL k"), Reply::Integer(100));
        assert_eq!(prompt.line("FLUSHALL async"), Reply::Simple("OK".into()));
        assert_eq!(prompt.line("DBSIZE"), Reply::Integer(0));
        assert_eq!(prompt.log(), "SWAPDB 0 1\nFLUSHDB\nSELECT 1\nFLUSHALL async");
    }

    #[test]
    fn a_wrong_number_of_a_database_names_which() {
        let mut prompt = Prompt::new();
        for (line, error) in [
            ("SWAPDB x y", "ERR invalid first DB index"),
            ("SWAPDB 0 y", "ERR invalid second DB index"),
            ("SWAPDB 4294967296 0", "ERR invalid first DB index"),
            ("SWAPDB 16 y", "ERR invalid second DB index"),
            ("SWAPDB 16 0", "ERR DB index is out of range"),
            ("FLUSHDB NOW", "ERR syntax error"),
            ("FLUSHALL ASYNC SYNC", "ERR syntax error"),
        ] {
            assert_eq!(prompt.line(line), Reply::Error(error.into()), "{line}");
        }
    }

    #[test]
    fn a_watched_key_notices_that_its_database_went() {
        for line in ["FLUSHALL", "SWAPDB 0 5"] {
            let mut prompt = Prompt::new();
            prompt.line("SET k v");
            prompt.line("WATCH k");
            prompt.line(line);
            prompt.line("MULTI");
            prompt.line("PING");
            assert_eq!(prompt.line("EXEC"), Reply::Null, "{line}");
        }
    }
}
