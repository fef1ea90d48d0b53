//! `PING`, `ECHO`, `SELECT`, `RESET` and `QUIT`.

use crate::engine::commands::counts::database;
use crate::engine::commands::transactions;
use crate::engine::data::Bytes;
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, Outcome, table};
use crate::resp::Protocol;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("ECHO", echo)
        .since("1.0.0")
        .group(Group::Connection)
        .complexity("O(N) for N bytes")
        .summary("Gives back the text it was given.")
        .flags(&[Flag::Loading, Flag::Stale, Flag::Fast])
        .categories(&["@fast", "@connection"])
        .args(&[Arg::string("message")]),
    Command::new("PING", ping)
        .since("1.0.0")
        .group(Group::Connection)
        .complexity("O(1)")
        .summary("Answers PONG, or the text it was given: a sign that the server is there.")
        .flags(&[Flag::Fast])
        .categories(&["@fast", "@connection"])
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .args(&[Arg::string("message").optional()]),
    Command::new("QUIT", quit)
        .since("1.0.0")
        .group(Group::Connection)
        .complexity("O(1)")
        .summary("Ends this connection.")
        .flags(&[
            Flag::Noscript,
            Flag::Loading,
            Flag::Stale,
            Flag::Fast,
            Flag::NoAuth,
            Flag::AllowBusy,
        ])
        .categories(&["@fast", "@connection"])
        .arity_exception(-1),
    Command::new("RESET", reset)
        .since("6.2.0")
        .group(Group::Connection)
        .complexity("O(N) for N queued commands and watched keys")
        .summary("Puts this connection back to how it was when it began.")
        .flags(&[
            Flag::Noscript,
            Flag::Loading,
            Flag::Stale,
            Flag::Fast,
            Flag::NoAuth,
            Flag::AllowBusy,
        ])
        .categories(&["@fast", "@connection"]),
    Command::new("SELECT", select)
        .since("1.0.0")
        .group(Group::Connection)
        .complexity("O(1)")
        .summary("Chooses the database that this connection works on, by its number.")
        .flags(&[Flag::Loading, Flag::Stale, Flag::Fast])
        .categories(&["@fast", "@connection"])
        .args(&[Arg::integer("index")]),
];

fn echo(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    ctx.reply.bulk(args.next_word()?);
    Ok(())
}

fn ping(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let rest = args.rest();
    if ctx.session.subscriptions.is_some()
        && ctx.reply.protocol() == Protocol::Resp2
        && rest.len() < 2
    {
        // Like a message, so that a listener can tell it from one.
        ctx.reply.array(2);
        ctx.reply.bulk(b"pong");
        ctx.reply.bulk(rest.first().copied().unwrap_or_default());
        return Ok(());
    }
    match rest {
        [] => ctx.reply.simple("PONG"),
        [message] => ctx.reply.bulk(message),
        [_, _, ..] => {
            let row = table::find(args.words())?;
            return Err(Error::WrongArity(row.lower_name()));
        }
    }
    Ok(())
}

fn quit(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.session.closing = true;
    ctx.reply.ok();
    Ok(())
}

fn reset(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.session.transaction = None;
    transactions::end_watches(ctx);
    let id = ctx.session.id;
    ctx.session.monitors = false;
    ctx.server.monitors.retain(|monitor| *monitor != id);
    ctx.server.tracking.end(ctx.session);
    ctx.follow();
    ctx.session.unsubscribe_all(&mut ctx.server.listeners);
    ctx.session.db = 0;
    ctx.keys.select(0);
    ctx.session.name = Bytes::default();
    ctx.session.no_touch = false;
    ctx.session.protocol = Protocol::Resp2;
    ctx.reply.set_protocol(Protocol::Resp2);
    ctx.session.authenticated = ctx.server.config.password().is_empty();
    ctx.reply.simple("RESET");
    Ok(())
}

fn select(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let db = database(args.next_word()?)?;
    ctx.session.db = db;
    ctx.keys.select(db);
    ctx.reply.ok();
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn bulk(text: &str) -> Reply {
        Reply::Bulk(text.into())
    }

    #[test]
    fn select_works_inside_a_transaction_and_after_it() {
        let mut prompt = Prompt::new();
        for line in ["MULTI", "SELECT 3", "SET k three", "EXEC"] {
            prompt.line(line);
        }
        assert_eq!(prompt.line("GET k"), bulk("three"));
        assert_eq!(prompt.log(), "MULTI\nSELECT 3\nSET k three\nEXEC");
        prompt.line("SELECT 0");
        assert_eq!(prompt.line("GET k"), Reply::Null);
    }

    #[test]
    fn a_bad_database_number_leaves_the_selected_one() {
        let mut prompt = Prompt::new();
        prompt.line("SELECT 2");
        prompt.line("SET k two");
        for (line, error) in [
            ("SELECT 16", "ERR DB index is out of range"),
            ("SELECT x", "ERR value is not an integer or out of range"),
            (
                "SELECT 3000000000",
                "ERR value is out of range, value must between -2147483648 and 2147483647",
            ),
        ] {
            assert_eq!(prompt.line(line), Reply::Error(error.into()));
        }
        assert_eq!(prompt.line("GET k"), bulk("two"));
    }

    #[test]
    fn quit_marks_the_session_for_closing() {
        let mut prompt = Prompt::new();
        assert_eq!(prompt.line("QUIT"), Reply::Simple("OK".into()));
        assert!(prompt.engine.session(prompt.id).unwrap().closing);
    }

    #[test]
    fn reset_ends_the_transaction_and_goes_to_database_0() {
        let mut prompt = Prompt::new();
        for line in ["CLIENT SETNAME me", "SELECT 5", "MULTI", "SET a 1"] {
            prompt.line(line);
        }
        assert_eq!(prompt.line("RESET"), Reply::Simple("RESET".into()));
        assert_eq!(prompt.line("EXEC"), Reply::Error("ERR EXEC without MULTI".into()));
        assert_eq!(prompt.line("CLIENT GETNAME"), Reply::Null);
        prompt.line("SET b 1");
        assert_eq!(prompt.log(), "SELECT 0\nSET b 1");
    }
}
