//! When keys go away: `EXPIRE`, `TTL`, `PERSIST` and their kin.

use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome, parse_i64,
};

/// The condition that every one of the four `EXPIRE` commands takes.
const CONDITION: Arg = Arg::oneof(
    "condition",
    &[
        Arg::token("nx", "NX"),
        Arg::token("xx", "XX"),
        Arg::token("gt", "GT"),
        Arg::token("lt", "LT"),
    ],
)
.optional()
.since("7.0.0");

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("EXPIRE", expire)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Lets a key go away after some seconds.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@keyspace", "@write", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("seconds"), CONDITION]),
    Command::new("PEXPIRE", pexpire)
        .since("2.6.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Lets a key go away after some milliseconds.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@keyspace", "@write", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("milliseconds"), CONDITION]),
    Command::new("EXPIREAT", expireat)
        .since("1.2.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Lets a key go away at a moment given in seconds since 1970.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@keyspace", "@write", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::unix_time("unix-time-seconds"), CONDITION]),
    Command::new("PEXPIREAT", pexpireat)
        .since("2.6.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Lets a key go away at a moment given in milliseconds since 1970.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@keyspace", "@write", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::unix_time("unix-time-milliseconds"), CONDITION]),
    Command::new("TTL", ttl)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Tells how many seconds a key has left: -1 for ever, -2 no such key.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@keyspace", "@read", "@fast"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("PTTL", pttl)
        .since("2.6.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Tells how many milliseconds a key has left: -1 for ever, -2 no such key.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@keyspace", "@read", "@fast"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("EXPIRETIME", expiretime)
        .since("7.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Tells when a key goes away, in seconds since 1970.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@keyspace", "@read", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("PEXPIRETIME", pexpiretime)
        .since("7.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Tells when a key goes away, in milliseconds since 1970.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@keyspace", "@read", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("PERSIST", persist)
        .since("2.2.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Takes the expire time off a key, so that it stays.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@keyspace", "@write", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0)]),
];

/// What the number of an `EXPIRE` command counts.
#[derive(Debug, Clone, Copy)]
struct Clock {
    /// Milliseconds in its unit.
    unit: i64,
    /// What it counts from, in milliseconds since 1970.
    base: i64,
    /// The command, for the error.
    command: &'static str,
}

fn expire(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let clock = Clock { unit: 1000, base: ctx.now.ms(), command: "expire" };
    set_expiry(ctx, args, clock)
}

fn pexpire(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let clock = Clock { unit: 1, base: ctx.now.ms(), command: "pexpire" };
    set_expiry(ctx, args, clock)
}

fn expireat(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    set_expiry(ctx, args, Clock { unit: 1000, base: 0, command: "expireat" })
}

fn pexpireat(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    set_expiry(ctx, args, Clock { unit: 1, base: 0, command: "pexpireat" })
}

/// When an expire time is set at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// If the key has none.
    Nx,
    /// If the key has one.
    Xx,
    /// If it is later than the old one.
    Gt,
    /// If it is earlier than the old one.
    Lt,
}

impl Condition {
    const WORDS: [(&'static str, Condition); 4] =
        [("NX", Self::Nx), ("XX", Self::Xx), ("GT", Self::Gt), ("LT", Self::Lt)];

    /// Reads all that is left.
    fn parse_all(args: &mut Args<'_>) -> Result<Vec<Self>, Error> {
        let mut all = Vec::new();
        while let Some(word) = args.peek() {
            let found = Self::WORDS.into_iter().find(|(name, _)| args.keyword(name));
            let Some((_, condition)) = found else {
                // Redis prints the word as a C string.
                let shown = word.split(|&byte| byte == 0).next().unwrap_or_default();
                return Err(Error::Bytes([b"ERR Unsupported option ", shown].concat()));
            };
            all.push(condition);
        }
        let has = |condition| all.contains(&condition);
        if has(Self::Nx) && all.iter().any(|condition| *condition != Self::Nx) {
            return Err(Error::text(
                "ERR NX and XX, GT or LT options at the same time are not compatible",
            ));
        }
        if has(Self::Gt) && has(Self::Lt) {
            return Err(Error::text("ERR GT and LT options at the same time are not compatible"));
        }
        Ok(all)
    }

    /// Whether a key that expires at `old` may expire at `new`; a key that stays counts as one
    /// that goes after all others.
    fn allows(self, old: Option<i64>, new: i64) -> bool {
        match self {
            Self::Nx => old.is_none(),
            Self::Xx => old.is_some(),
            Self::Gt => old.is_some_and(|old| new > old),
            Self::Lt => old.is_none_or(|old| new < old),
        }
    }
}

fn set_expiry(ctx: &mut Ctx<'_>, args: &mut Args<'_>, clock: Clock) -> Outcome {
    let (key, number) = (args.next_word()?, args.next_word()?);
    let options = args.rest();
    let conditions = Condition::parse_all(args)?;
    let number = parse_i64(number).ok_or(Error::NotAnInteger)?;
    let at = number.checked_mul(clock.unit).and_then(|span| span.checked_add(clock.base));
    let at = at.ok_or(Error::InvalidExpire(clock.command))?;
    let allowed = ctx.keys.peek(key).is_some_and(|entry| {
        conditions.iter().all(|condition| condition.allows(entry.expire_at(), at))
    });
    ctx.reply.int(i64::from(allowed));
    if !allowed {
        return Ok(());
    }
    // While a log is loaded, its own DEL says when the key goes.
    if at <= ctx.now.ms() && !ctx.keys.is_loading() {
        ctx.keys.remove(key);
        ctx.keys.effects().rewrite(&[b"DEL", key]);
        ctx.keys.changed(key, 1, KeyEvent::DEL);
    } else {
        ctx.keys.set_expire_at(key, Some(at));
        let mut digits = itoa::Buffer::new();
        let mut words = vec![b"PEXPIREAT", key, digits.format(at).as_bytes()];
        words.extend_from_slice(options);
        ctx.keys.effects().rewrite(&words);
        ctx.keys.changed(key, 1, KeyEvent::EXPIRE);
    }
    Ok(())
}

fn ttl(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let now = ctx.now.ms();
    tell(ctx, args, |at| seconds((at - now).max(0)))
}

fn pttl(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let now = ctx.now.ms();
    tell(ctx, args, |at| (at - now).max(0))
}

fn expiretime(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, seconds)
}

fn pexpiretime(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, |at| at)
}

/// Milliseconds as the nearest number of seconds.
fn seconds(ms: i64) -> i64 {
    ms.saturating_add(500) / 1000
}

/// Replies with a key's expire time as `form` gives it, -1 for a key that stays, -2 for none.
fn tell(ctx: &mut Ctx<'_>, args: &mut Args<'_>, form: impl Fn(i64) -> i64) -> Outcome {
    let reply = match ctx.keys.look(args.next_word()?) {
        Some(entry) => entry.expire_at().map_or(-1, form),
        None => -2,
    };
    ctx.reply.int(reply);
    Ok(())
}

fn persist(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let had = ctx.keys.expire_at(key).is_some();
    if had {
        ctx.keys.set_expire_at(key, None);
        ctx.keys.changed(key, 1, KeyEvent::generic("persist"));
    }
    ctx.reply.int(i64::from(had));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::Now;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn check(prompt: &mut Prompt, lines: &[(&str, i64)]) {
        for (line, expected) in lines {
            assert_eq!(prompt.line(line), Reply::Integer(*expected), "{line}");
        }
    }

    #[test]
    fn a_span_is_logged_as_a_moment_and_a_past_moment_as_a_deletion() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v");
        check(&mut prompt, &[("EXPIRE k 10 nx", 1), ("EXPIRE k 20 NX", 0), ("PEXPIRE k -5", 1)]);
        let log = "SELECT 0\nSET k v\nPEXPIREAT k 1700000010000 nx\nDEL k";
        assert_eq!(prompt.log(), log);
        check(&mut prompt, &[("EXPIRE k 10", 0), ("TTL k", -2), ("PERSIST k", 0)]);
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn what_is_left_is_told_to_the_nearest_second() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v PX 2500");
        check(&mut prompt, &[("TTL k", 3), ("PTTL k", 2500), ("EXPIRETIME k", 1_700_000_003)]);
        prompt.now = Now::from_ms(prompt.now.ms() + 2100);
        check(&mut prompt, &[("TTL k", 0), ("PERSIST k", 1), ("TTL k", -1), ("PERSIST k", 0)]);
    }

    #[test]
    fn a_key_that_stays_counts_as_the_last_to_go() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v");
        check(&mut prompt, &[("EXPIRE k 10 GT", 0), ("EXPIRE k 10 LT", 1), ("EXPIRE k 10 LT", 0)]);
        check(&mut prompt, &[("EXPIRE k 11 XX GT", 1), ("TTL k", 11)]);
        for (line, error) in [
            ("EXPIRE k 1 GT LT", "ERR GT and LT options at the same time are not compatible"),
            (
                "EXPIRE k x NX LT",
                "ERR NX and XX, GT or LT options at the same time are not compatible",
            ),
            ("EXPIRE k x AT", "ERR Unsupported option AT"),
            ("EXPIRE k 9223372036854775807", "ERR invalid expire time in 'expire' command"),
        ] {
            assert_eq!(prompt.line(line), Reply::Error(error.into()), "{line}");
        }
    }
}
