//! What is known of a value besides its content: `OBJECT`.

use crate::engine::commands::help::help;
use crate::engine::data::Value;
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeySpec, NEW_KEY_FREQUENCY, Outcome,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::container("OBJECT")
    .since("2.2.3")
    .group(Group::Generic)
    .complexity("O(1)")
    .summary("Looks inside: how a value is kept and when it was used.")
    .categories(&["@slow"])
    .subcommands(&[
        Command::new("ENCODING", encoding)
            .since("2.2.3")
            .group(Group::Generic)
            .complexity("O(1)")
            .summary("Tells in which form a value is kept.")
            .flags(&[Flag::Readonly])
            .categories(&["@keyspace", "@read", "@slow"])
            .tips(&["nondeterministic_output"])
            .keys(&[KeySpec::at(2, &["RO"])])
            .args(&[Arg::key("key", 0)]),
        Command::new("FREQ", freq)
            .since("4.0.0")
            .group(Group::Generic)
            .complexity("O(1)")
            .summary("Tells how often a key was used, where that is counted.")
            .flags(&[Flag::Readonly])
            .categories(&["@keyspace", "@read", "@slow"])
            .tips(&["nondeterministic_output"])
            .keys(&[KeySpec::at(2, &["RO"])])
            .args(&[Arg::key("key", 0)]),
        Command::new("HELP", help)
            .since("6.2.0")
            .group(Group::Generic)
            .complexity("O(1)")
            .summary("Lists these subcommands.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@keyspace", "@slow"]),
        Command::new("IDLETIME", idletime)
            .since("2.2.3")
            .group(Group::Generic)
            .complexity("O(1)")
            .summary("Tells for how many seconds a key was not used.")
            .flags(&[Flag::Readonly])
            .categories(&["@keyspace", "@read", "@slow"])
            .tips(&["nondeterministic_output"])
            .keys(&[KeySpec::at(2, &["RO"])])
            .args(&[Arg::key("key", 0)]),
        Command::new("REFCOUNT", refcount)
            .since("2.2.3")
            .group(Group::Generic)
            .complexity("O(1)")
            .summary("Tells how many places share a value.")
            .flags(&[Flag::Readonly])
            .categories(&["@keyspace", "@read", "@slow"])
            .tips(&["nondeterministic_output"])
            .keys(&[KeySpec::at(2, &["RO"])])
            .args(&[Arg::key("key", 0)]),
    ])];

/// Redis keeps the integers below this one once and for all.
const SHARED_INTEGERS: i64 = 10_000;
/// What `OBJECT REFCOUNT` says of them.
const SHARED: i64 = i32::MAX as i64;

/// Whether the maxmemory policy is one of those that count how often keys are used.
pub(super) fn counts_frequency(ctx: &Ctx<'_>) -> bool {
    ctx.server.config.get("maxmemory-policy").ends_with(b"-lfu")
}

/// Whether small integers are shared: not where every key needs a use time of its own.
fn shares_integers(ctx: &Ctx<'_>) -> bool {
    let config = &ctx.server.config;
    let policy = config.get("maxmemory-policy");
    config.number("maxmemory") == 0 || !(policy.ends_with(b"-lru") || policy.ends_with(b"-lfu"))
}

fn is_small_integer(value: &Value) -> bool {
    matches!(value, Value::Int(number) if (0..SHARED_INTEGERS).contains(number))
}

fn encoding(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    match ctx.keys.peek(args.next_word()?) {
        Some(entry) => ctx.reply.bulk(entry.value.encoding().as_bytes()),
        None => ctx.reply.null(),
    }
    Ok(())
}

fn refcount(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let shares = shares_integers(ctx);
    let Some(entry) = ctx.keys.peek(args.next_word()?) else {
        ctx.reply.null();
        return Ok(());
    };
    ctx.reply.int(if shares && is_small_integer(&entry.value) { SHARED } else { 1 });
    Ok(())
}

fn idletime(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let Some(accessed) = ctx.keys.peek(args.next_word()?).map(|entry| entry.accessed) else {
        ctx.reply.null();
        return Ok(());
    };
    if counts_frequency(ctx) {
        return Err(Error::text(
            "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that \
             when switching between policies at runtime LRU and LFU data will take some time to \
             adjust.",
        ));
    }
    // Both sides wrap, so their difference does not.
    let now = u32::try_from(ctx.now.seconds().rem_euclid(1 << 32)).unwrap_or(0);
    ctx.reply.int(i64::from(now.wrapping_sub(accessed)));
    Ok(())
}

fn freq(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let Some(entry) = ctx.keys.peek(args.next_word()?) else {
        ctx.reply.null();
        return Ok(());
    };
    let (frequency, small_integer) = (entry.frequency, is_small_integer(&entry.value));
    if !counts_frequency(ctx) {
        return Err(Error::text(
            "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please \
             note that when switching between policies at runtime LRU and LFU data will take \
             some time to adjust.",
        ));
    }
    // What is shared has no frequency of its own.
    let shared = small_integer && ctx.server.config.number("maxmemory") == 0;
    let new = if shared { 0 } else { NEW_KEY_FREQUENCY };
    ctx.reply.int(i64::from(frequency.unwrap_or(new)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::Now;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn small_integers_are_shared_and_idle_time_counts_from_the_last_read() {
        let mut prompt = Prompt::new();
        prompt.line("MSET small 9999 large 10000 text a");
        for (key, count) in [("small", i64::from(i32::MAX)), ("large", 1), ("text", 1)] {
            assert_eq!(prompt.line(&format!("OBJECT REFCOUNT {key}")), Reply::Integer(count));
        }
        assert_eq!(prompt.line("OBJECT ENCODING small"), Reply::Bulk(b"int".to_vec()));
        assert_eq!(prompt.line("OBJECT ENCODING none"), Reply::Null);
        prompt.now = Now::from_ms(prompt.now.ms() + 30_000);
        prompt.line("GET text");
        prompt.line("TTL small");
        assert_eq!(prompt.line("OBJECT IDLETIME text"), Reply::Integer(0));
        assert_eq!(prompt.line("OBJECT IDLETIME small"), Reply::Integer(30));
    }

    #[test]
    fn help_names_every_subcommand_with_a_sentence() {
        let Reply::Array(lines) = Prompt::new().line("OBJECT HELP") else { panic!("no list") };
        assert_eq!(lines.len(), 11);
        assert_eq!(lines.get(1), Some(&Reply::Simple("ENCODING key".into())));
    }
}
