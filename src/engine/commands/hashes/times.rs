//! When fields go away: `HEXPIRE`, `HTTL`, `HPERSIST` and their kin.

use super::{read, write};
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Keys, Outcome, parse_i64,
};

/// The condition that every one of the four `HEXPIRE` commands takes.
const CONDITION: Arg = Arg::oneof(
    "condition",
    &[
        Arg::token("nx", "NX"),
        Arg::token("xx", "XX"),
        Arg::token("gt", "GT"),
        Arg::token("lt", "LT"),
    ],
)
.optional();

/// The fields, behind their number.
pub(super) const FIELDS: Arg =
    Arg::block("fields", &[Arg::integer("numfields"), Arg::string("field").multiple()])
        .with_token("FIELDS");

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("HEXPIRE", hexpire)
        .since("7.4.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Lets fields of a hash go away after some seconds; the others stay.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("seconds"), CONDITION, FIELDS]),
    Command::new("HPEXPIRE", hpexpire)
        .since("7.4.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Lets fields of a hash go away after some milliseconds; the others stay.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("milliseconds"), CONDITION, FIELDS]),
    Command::new("HEXPIREAT", hexpireat)
        .since("7.4.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Lets fields of a hash go away at a moment given in seconds since 1970.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::unix_time("unix-time-seconds"), CONDITION, FIELDS]),
    Command::new("HPEXPIREAT", hpexpireat)
        .since("7.4.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Lets fields of a hash go away at a moment given in milliseconds since 1970.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), Arg::unix_time("unix-time-milliseconds"), CONDITION, FIELDS]),
    Command::new("HTTL", httl)
        .since("7.4.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Tells how many seconds fields of a hash have left: -1 for ever, -2 no such field.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@hash", "@fast"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), FIELDS]),
    Command::new("HPTTL", hpttl)
        .since("7.4.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary(
            "Tells how many milliseconds fields of a hash have left: -1 for ever, -2 no such field.",
        )
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@hash", "@fast"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), FIELDS]),
    Command::new("HEXPIRETIME", hexpiretime)
        .since("7.4.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Tells when fields of a hash go away, in seconds since 1970.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), FIELDS]),
    Command::new("HPEXPIRETIME", hpexpiretime)
        .since("7.4.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Tells when fields of a hash go away, in milliseconds since 1970.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), FIELDS]),
    Command::new("HPERSIST", hpersist)
        .since("7.4.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Takes the expire time off fields of a hash, so that they stay.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[Arg::key("key", 0), FIELDS]),
];

/// What happens to a hash whose fields are to go.
pub(super) const HEXPIRE: KeyEvent = KeyEvent::hash("hexpire");
/// What happens to a hash whose fields are deleted.
pub(super) const HDEL: KeyEvent = KeyEvent::hash("hdel");
/// What happens to a hash whose fields are to stay.
pub(super) const HPERSIST: KeyEvent = KeyEvent::hash("hpersist");

/// The last moment that a field can be given, in milliseconds since 1970: the year 4199.
const LAST: i64 = (1 << 46) - 1;

// What is replied of a field.
const NO_SUCH_FIELD: i64 = -2;
const STAYS: i64 = -1;
const REFUSED: i64 = 0;
const SET: i64 = 1;
const DELETED: i64 = 2;

/// What the number of an expire time counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// Milliseconds in its unit.
    pub(super) unit: i64,
    /// What it counts from, in milliseconds since 1970.
    pub(super) base: i64,
}

impl Clock {
    /// The moment that a number says, in milliseconds since 1970; the command is named in the error.
    pub(super) fn moment(self, number: i64, command: &'static str) -> Result<i64, Error> {
        if number < 0 {
            return Err(Error::text("ERR invalid expire time, must be >= 0"));
        }
        let at = number.checked_mul(self.unit).and_then(|span| span.checked_add(self.base));
        at.filter(|at| *at <= LAST).ok_or(Error::InvalidExpire(command))
    }
}

fn hexpire(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let base = ctx.now.ms();
    set_times(ctx, args, Clock { unit: 1000, base }, "hexpire")
}

fn hpexpire(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let base = ctx.now.ms();
    set_times(ctx, args, Clock { unit: 1, base }, "hpexpire")
}

fn hexpireat(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    set_times(ctx, args, Clock { unit: 1000, base: 0 }, "hexpireat")
}

fn hpexpireat(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    set_times(ctx, args, Clock { unit: 1, base: 0 }, "hpexpireat")
}

/// When a field is given a time at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// If it has none.
    Nx,
    /// If it has one.
    Xx,
    /// If it is later than the old one.
    Gt,
    /// If it is earlier than the old one.
    Lt,
}

impl Condition {
    const WORDS: [(&'static str, Condition); 4] =
        [("NX", Self::Nx), ("XX", Self::Xx), ("GT", Self::Gt), ("LT", Self::Lt)];

    fn parse(args: &mut Args<'_>) -> Option<Self> {
        Self::WORDS.into_iter().find(|(name, _)| args.keyword(name)).map(|(_, condition)| condition)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Nx => "NX",
            Self::Xx => "XX",
            Self::Gt => "GT",
            Self::Lt => "LT",
        }
    }

    /// Whether a field that goes at `old` may go at `new`; one that stays counts as one that goes
    /// after all others.
    fn allows(self, old: Option<i64>, new: i64) -> bool {
        match self {
            Self::Nx => old.is_none(),
            Self::Xx => old.is_some(),
            Self::Gt => old.is_some_and(|old| new > old),
            Self::Lt => old.is_none_or(|old| new < old),
        }
    }
}

/// `FIELDS`, a number, and that many fields, which are all that is left; `otherwise` is said of another
/// number.
pub(super) fn parse_fields<'a>(
    args: &mut Args<'a>,
    otherwise: &'static str,
) -> Result<&'a [&'a [u8]], Error> {
    if !args.keyword("FIELDS") {
        return Err(Error::text(
            "ERR Mandatory argument FIELDS is missing or not at the right position",
        ));
    }
    let count = args.next_i64_in(1..=i64::MAX, otherwise)?;
    let fields = args.take_rest();
    if usize::try_from(count) != Ok(fields.len()) {
        return Err(Error::text(
            "ERR The `numfields` parameter must match the number of arguments",
        ));
    }
    Ok(fields)
}

pub(super) const NOT_POSITIVE: &str = "ERR Number of fields must be a positive integer";

fn set_times(
    ctx: &mut Ctx<'_>,
    args: &mut Args<'_>,
    clock: Clock,
    command: &'static str,
) -> Outcome {
    let key = args.next_word()?;
    // A key of another type is told before the rest is read.
    write(&mut ctx.keys, key)?;
    let at = parse_i64(args.next_word()?).ok_or(Error::NotAnInteger)?;
    let at = clock.moment(at, command)?;
    let condition = Condition::parse(args);
    let fields = parse_fields(args, "ERR Parameter `numFields` should be greater than 0")?;
    let dies = is_past(&ctx.keys, at);
    let Some(hash) = write(&mut ctx.keys, key)? else {
        ctx.reply.array(fields.len());
        for _ in fields {
            ctx.reply.int(NO_SUCH_FIELD);
        }
        return Ok(());
    };
    hash.allow_times();
    let mut done: Vec<&[u8]> = Vec::new();
    let mut replies = Vec::with_capacity(fields.len());
    for &field in fields {
        let reply = if !hash.contains(field) {
            NO_SUCH_FIELD
        } else if condition.is_some_and(|condition| !condition.allows(hash.time(field), at)) {
            REFUSED
        } else if dies {
            hash.remove(field);
            DELETED
        } else {
            hash.set_time(field, Some(at));
            SET
        };
        if reply > REFUSED {
            done.push(field);
        }
        replies.push(reply);
    }
    ctx.reply.array(replies.len());
    for reply in replies {
        ctx.reply.int(reply);
    }
    if done.is_empty() {
        return Ok(());
    }
    if dies {
        delete_told(&mut ctx.keys, key, &done);
    } else {
        let mut digits = itoa::Buffer::new();
        let mut words = vec![b"HPEXPIREAT".as_slice(), key, digits.format(at).as_bytes()];
        words.extend(condition.map(|condition| condition.word().as_bytes()));
        let mut count = itoa::Buffer::new();
        words.extend([b"FIELDS", count.format(done.len()).as_bytes()]);
        words.extend(&done);
        ctx.keys.effects().rewrite(&words);
        ctx.keys.note_field_times();
        ctx.keys.changed(key, done.len(), HEXPIRE);
    }
    Ok(())
}

/// Whether a field that is to go at `at` goes at once. While a log is loaded, its own `HDEL` says so.
pub(super) fn is_past(keys: &Keys<'_>, at: i64) -> bool {
    at <= keys.now_ms() && !keys.is_loading()
}

/// After fields were removed because they were to go at once: tells it, and removes the hash with the last.
pub(super) fn delete_told(keys: &mut Keys<'_>, key: &[u8], fields: &[&[u8]]) {
    let mut words = vec![b"HDEL".as_slice(), key];
    words.extend(fields);
    keys.effects().rewrite(&words);
    keys.changed(key, fields.len(), HDEL);
    keys.remove_if_empty(key);
}

fn httl(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let now = ctx.now.ms();
    tell(ctx, args, |at| seconds((at - now).max(0)))
}

fn hpttl(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let now = ctx.now.ms();
    tell(ctx, args, |at| (at - now).max(0))
}

fn hexpiretime(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, seconds)
}

fn hpexpiretime(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    tell(ctx, args, |at| at)
}

/// Milliseconds as whole seconds; one that has begun counts.
fn seconds(ms: i64) -> i64 {
    ms.saturating_add(999) / 1000
}

/// Replies of each field when it goes, as `form` gives it.
fn tell(ctx: &mut Ctx<'_>, args: &mut Args<'_>, form: impl Fn(i64) -> i64) -> Outcome {
    let key = args.next_word()?;
    let hash = read(&mut ctx.keys, key)?;
    let fields = parse_fields(args, NOT_POSITIVE)?;
    ctx.reply.array(fields.len());
    for field in fields {
        ctx.reply.int(match hash {
            Some(hash) if hash.contains(field) => hash.time(field).map_or(STAYS, &form),
            Some(_) | None => NO_SUCH_FIELD,
        });
    }
    Ok(())
}

fn hpersist(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    write(&mut ctx.keys, key)?;
    let fields = parse_fields(args, NOT_POSITIVE)?;
    let mut kept = 0;
    let mut hash = write(&mut ctx.keys, key)?;
    ctx.reply.array(fields.len());
    for field in fields {
        ctx.reply.int(match &mut hash {
            Some(hash) if hash.contains(field) => {
                let had = hash.time(field).is_some();
                kept += usize::from(had);
                hash.set_time(field, None);
                if had { SET } else { STAYS }
            }
            Some(_) | None => NO_SUCH_FIELD,
        });
    }
    if kept > 0 {
        ctx.keys.changed(key, kept, HPERSIST);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::Now;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn check(prompt: &mut Prompt, line: &str, expected: &[i64]) {
        let expected = expected.iter().map(|number| Reply::Integer(*number)).collect();
        assert_eq!(prompt.line(line), Reply::Array(expected), "{line}");
    }

    #[test]
    fn a_span_is_logged_as_a_moment_with_the_fields_that_took_it() {
        let mut prompt = Prompt::new();
        prompt.line("HSET h a 1 b 2 c 3");
        check(&mut prompt, "HEXPIRE h 10 FIELDS 2 a x", &[1, -2]);
        check(&mut prompt, "HEXPIRE h 20 NX FIELDS 2 a b", &[0, 1]);
        check(&mut prompt, "HPEXPIRE h 0 FIELDS 2 x c", &[-2, 2]);
        check(&mut prompt, "HPERSIST h FIELDS 3 a x c", &[1, -2, -2]);
        check(&mut prompt, "HPERSIST h FIELDS 1 a", &[-1]);
        assert_eq!(
            prompt.log(),
            "SELECT 0\nHSET h a 1 b 2 c 3\nHPEXPIREAT h 1700000010000 FIELDS 1 a\n\
             HPEXPIREAT h 1700000020000 NX FIELDS 1 b\nHDEL h c\nHPERSIST h FIELDS 3 a x c"
        );
    }

    #[test]
    fn a_dead_field_is_seen_by_nobody_and_the_hash_goes_with_its_last() {
        let mut prompt = Prompt::new();
        prompt.line("HSET h a 1 b 2");
        check(&mut prompt, "HPEXPIRE h 1000 FIELDS 1 a", &[1]);
        check(&mut prompt, "HPEXPIRE h 2000 FIELDS 1 b", &[1]);
        prompt.log();
        prompt.now = Now::from_ms(prompt.now.ms() + 999);
        check(&mut prompt, "HTTL h FIELDS 2 a b", &[1, 2]);
        prompt.now = Now::from_ms(prompt.now.ms() + 1);
        assert_eq!(prompt.line("HLEN h"), Reply::Integer(1));
        assert_eq!(prompt.line("HGET h a"), Reply::Null);
        prompt.now = Now::from_ms(prompt.now.ms() + 1000);
        assert_eq!(prompt.line("KEYS *"), Reply::Array(Vec::new()));
        assert_eq!(prompt.line("EXISTS h"), Reply::Integer(0));
        assert_eq!(prompt.line("HSET h c 3"), Reply::Integer(1));
        assert_eq!(prompt.log(), "HDEL h a\nHDEL h b\nHSET h c 3");
        check(&mut prompt, "HTTL h FIELDS 1 c", &[-1]);
    }

    #[test]
    fn the_sweep_takes_dead_fields_and_forgets_that_there_were_any() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v");
        prompt.line("HSET h a 1 b 2");
        prompt.line("HSETEX g PX 5 FIELDS 1 a 1");
        check(&mut prompt, "HPEXPIRE h 5 FIELDS 1 a", &[1]);
        prompt.log();
        prompt.engine.keyspace.set_now_ms(prompt.now.ms() + 5);
        assert!(prompt.engine.keyspace.has_field_times());
        for _ in 0..3 {
            prompt.engine.keyspace.sweep(10);
        }
        assert!(!prompt.engine.keyspace.has_field_times());
        assert_eq!(prompt.engine.keyspace.stats.expired_fields, 2);
        let mut log: Vec<String> = prompt.log().lines().map(str::to_owned).collect();
        log.sort();
        assert_eq!(log, ["HDEL g a", "HDEL h a"]);
        assert_eq!(prompt.engine.keyspace.databases()[0].len(), 2);
    }

    #[test]
    fn what_dies_in_a_transaction_is_in_its_unit() {
        let mut prompt = Prompt::new();
        prompt.line("HSET h a 1 b 2");
        prompt.line("HPEXPIRE h 5 FIELDS 1 a");
        for line in ["MULTI", "HLEN h", "SET k v"] {
            prompt.line(line);
        }
        prompt.log();
        prompt.now = Now::from_ms(prompt.now.ms() + 5);
        let replies = vec![Reply::Integer(1), Reply::Simple(b"OK".to_vec())];
        assert_eq!(prompt.line("EXEC"), Reply::Array(replies));
        assert_eq!(prompt.log(), "MULTI\nHDEL h a\nSET k v\nEXEC");
    }
}
