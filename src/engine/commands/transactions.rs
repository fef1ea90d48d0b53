//! Transactions: `MULTI`, `EXEC`, `DISCARD`, `WATCH`, `UNWATCH`.
//!
//! Commands are queued by [`Ctx::process`] and run here, one after another. A command that fails
//! while it runs does not undo the others: Redis has no rollback, and neither have we.

use crate::engine::data::Bytes;
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeySpec, Outcome, Transaction, Watched,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("DISCARD", discard)
        .since("2.0.0")
        .group(Group::Transactions)
        .complexity("O(N) for N queued commands")
        .summary("Throws the queued commands away and ends the transaction.")
        .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale, Flag::Fast, Flag::AllowBusy])
        .categories(&["@fast", "@transaction"]),
    Command::new("EXEC", exec)
        .since("1.2.0")
        .group(Group::Transactions)
        .complexity("the sum of its commands")
        .summary("Runs the queued commands one after another, with no other client in between.")
        .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale, Flag::SkipSlowlog])
        .categories(&["@slow", "@transaction"]),
    Command::new("MULTI", multi)
        .since("1.2.0")
        .group(Group::Transactions)
        .complexity("O(1)")
        .summary("Begins a transaction: commands are queued until EXEC.")
        .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale, Flag::Fast, Flag::AllowBusy])
        .categories(&["@fast", "@transaction"]),
    Command::new("UNWATCH", unwatch)
        .since("2.2.0")
        .group(Group::Transactions)
        .complexity("O(N) for N watched keys")
        .summary("Stops watching every key.")
        .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale, Flag::Fast, Flag::AllowBusy])
        .categories(&["@fast", "@transaction"]),
    Command::new("WATCH", watch)
        .since("2.2.0")
        .group(Group::Transactions)
        .complexity("O(N) for N keys")
        .summary("Watches keys: if one changes before EXEC, the transaction is not run.")
        .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale, Flag::Fast, Flag::AllowBusy])
        .categories(&["@fast", "@transaction"])
        .keys(&[KeySpec::range(1, -1, 1, &["RO"])])
        .args(&[Arg::key("key", 0).multiple()]),
];

fn multi(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    if ctx.session.transaction.is_some() {
        return Err(Error::text("ERR MULTI calls can not be nested"));
    }
    ctx.session.transaction = Some(Transaction::default());
    ctx.reply.ok();
    Ok(())
}

fn discard(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    if ctx.session.transaction.take().is_none() {
        return Err(Error::text("ERR DISCARD without MULTI"));
    }
    end_watches(ctx);
    ctx.reply.ok();
    Ok(())
}

fn exec(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    let Some(transaction) = ctx.session.transaction.take() else {
        return Err(Error::text("ERR EXEC without MULTI"));
    };
    let changed = end_watches(ctx);
    if transaction.aborted {
        return Err(Error::text("EXECABORT Transaction discarded because of previous errors."));
    }
    if changed {
        ctx.reply.null_array();
        return Ok(());
    }
    ctx.keys.effects().begin_transaction();
    ctx.reply.array(transaction.queue.len());
    for queued in &transaction.queue {
        let words: Vec<&[u8]> = queued.words.iter().map(|word| &**word).collect();
        ctx.run_row(queued.command, queued.is_subcommand, &words);
    }
    ctx.keys.effects().end_transaction();
    Ok(())
}

/// What a refused `EXEC` leaves: no transaction and no watch.
pub(in crate::engine) fn drop_transaction(ctx: &mut Ctx<'_>) {
    ctx.session.transaction = None;
    end_watches(ctx);
}

fn watch(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    if ctx.session.transaction.is_some() {
        return Err(Error::text("ERR WATCH inside MULTI is not allowed"));
    }
    let db = ctx.keys.db();
    for key in args.take_rest() {
        let known = ctx.session.watched.iter().any(|w| w.db == db && *w.key == **key);
        if !known {
            let was_expired = ctx.keys.is_dead(key);
            let version = ctx.keys.watch(key);
            ctx.session.watched.push(Watched { db, key: Bytes::from(*key), version, was_expired });
        }
    }
    ctx.reply.ok();
    Ok(())
}

fn unwatch(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    end_watches(ctx);
    ctx.reply.ok();
    Ok(())
}

/// Ends every watch of this client and says whether a watched key has changed.
pub(super) fn end_watches(ctx: &mut Ctx<'_>) -> bool {
    let selected = ctx.keys.db();
    let mut changed = false;
    for watched in std::mem::take(&mut ctx.session.watched) {
        ctx.keys.select(watched.db);
        // A key that has died since, unnoticed so far, has changed as well.
        let died = ctx.keys.is_dead(&watched.key) && !watched.was_expired;
        let end = ctx.keys.unwatch(&watched.key);
        // One that was dead already, and was only taken away since, has not.
        let buried = watched.was_expired && end.only_buried_since == Some(watched.version);
        changed |= died || (end.version != watched.version && !buried);
    }
    ctx.keys.select(selected);
    changed
}

#[cfg(test)]
mod tests {
    use crate::engine::Peer;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn a_transaction_is_one_unit_of_the_log() {
        let mut prompt = Prompt::new();
        prompt.line("MULTI");
        prompt.line("SET a 1");
        prompt.line("GET a");
        prompt.line("SET b 2");
        prompt.line("EXEC");
        assert_eq!(prompt.log(), "MULTI\nSELECT 0\nSET a 1\nSET b 2\nEXEC");
    }

    #[test]
    fn a_transaction_that_only_reads_logs_nothing() {
        let mut prompt = Prompt::new();
        for line in ["MULTI", "GET a", "EXEC"] {
            prompt.line(line);
        }
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn a_watched_key_that_another_client_changes_stops_exec() {
        let mut prompt = Prompt::new();
        prompt.line("WATCH k");
        prompt.line("MULTI");
        prompt.line("SET k mine");
        let (me, now) = (prompt.id, prompt.now);
        prompt.id = prompt.engine.connect(Peer::default(), now);
        prompt.line("SET k theirs");
        prompt.id = me;
        assert_eq!(prompt.line("EXEC"), Reply::Null);
        assert_eq!(prompt.line("GET k"), Reply::Bulk(b"theirs".to_vec()));
    }

    #[test]
    fn a_key_that_was_dead_when_the_watch_began_may_be_taken_away() {
        for (between, reply) in [("TYPE k", Reply::Array(Vec::new())), ("SET k w", Reply::Null)] {
            let mut prompt = Prompt::new();
            for line in ["SET k v EXAT 1000000", "WATCH k", between, "MULTI"] {
                prompt.line(line);
            }
            assert_eq!(prompt.line("EXEC"), reply, "{between}");
        }
    }

    #[test]
    fn a_command_refused_while_queueing_aborts_exec() {
        let mut prompt = Prompt::new();
        prompt.line("MULTI");
        assert_eq!(
            prompt.line("GET"),
            Reply::Error(b"ERR wrong number of arguments for 'get' command".to_vec())
        );
        assert_eq!(
            prompt.line("EXEC"),
            Reply::Error(b"EXECABORT Transaction discarded because of previous errors.".to_vec())
        );
    }
}
