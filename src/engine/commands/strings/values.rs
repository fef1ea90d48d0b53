//! Whole strings: `SET`, `GET` and their kin, with expire times.

use super::{read, reply, reply_or_null};
use crate::engine::data::Value;
use crate::engine::{
    Arg, Args, Command, Ctx, Entry, Error, Flag, Group, KeyEvent, KeySpec, Outcome, parse_i64,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("SET", set)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Stores a string under a key, replacing what was there.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@string", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update", "variable_flags"])
            .notes("RW and ACCESS due to the optional `GET` argument")])
        .args(&[
            Arg::key("key", 0),
            Arg::string("value"),
            Arg::oneof("condition", &[Arg::token("nx", "NX"), Arg::token("xx", "XX")])
                .optional()
                .since("2.6.12"),
            Arg::token("get", "GET").optional().since("6.2.0"),
            Arg::oneof(
                "expiration",
                &[
                    Arg::integer("seconds").with_token("EX").since("2.6.12"),
                    Arg::integer("milliseconds").with_token("PX").since("2.6.12"),
                    Arg::unix_time("unix-time-seconds").with_token("EXAT").since("6.2.0"),
                    Arg::unix_time("unix-time-milliseconds").with_token("PXAT").since("6.2.0"),
                    Arg::token("keepttl", "KEEPTTL").since("6.0.0"),
                ],
            )
            .optional(),
        ]),
    Command::new("GET", get)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Gives the string stored under a key.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("SETNX", setnx)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Stores a string only if the key does not exist yet.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["OW", "insert"])])
        .args(&[Arg::key("key", 0), Arg::string("value")]),
    Command::new("SETEX", setex)
        .since("2.0.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Stores a string that goes away after some seconds.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@string", "@slow"])
        .keys(&[KeySpec::at(1, &["OW", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("seconds"), Arg::string("value")]),
    Command::new("PSETEX", psetex)
        .since("2.6.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Stores a string that goes away after some milliseconds.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@string", "@slow"])
        .keys(&[KeySpec::at(1, &["OW", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("milliseconds"), Arg::string("value")]),
    Command::new("GETSET", getset)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Stores a string and gives the one it replaces.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .deprecated("6.2.0", "SET GET")
        .args(&[Arg::key("key", 0), Arg::string("value")]),
    Command::new("GETDEL", getdel)
        .since("6.2.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Gives a string and deletes its key.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("GETEX", getex)
        .since("6.2.0")
        .group(Group::String)
        .complexity("O(1)")
        .summary("Gives a string and sets, changes or removes its expire time.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@string", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])
            .notes("RW and UPDATE because it changes the TTL")])
        .args(&[
            Arg::key("key", 0),
            Arg::oneof(
                "expiration",
                &[
                    Arg::integer("seconds").with_token("EX"),
                    Arg::integer("milliseconds").with_token("PX"),
                    Arg::unix_time("unix-time-seconds").with_token("EXAT"),
                    Arg::unix_time("unix-time-milliseconds").with_token("PXAT"),
                    Arg::token("persist", "PERSIST"),
                ],
            )
            .optional(),
        ]),
    Command::new("MGET", mget)
        .since("1.0.0")
        .group(Group::String)
        .complexity("O(N) for N keys")
        .summary("Gives the strings of several keys at once.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@string", "@fast"])
        .tips(&["request_policy:multi_shard"])
        .keys(&[KeySpec::range(1, -1, 1, &["RO", "access"])])
        .args(&[Arg::key("key", 0).multiple()]),
    Command::new("MSET", mset)
        .since("1.0.1")
        .group(Group::String)
        .complexity("O(N) for N keys")
        .summary("Stores several strings at once.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@string", "@slow"])
        .tips(&["request_policy:multi_shard", "response_policy:all_succeeded"])
        .keys(&[KeySpec::range(1, -1, 2, &["OW", "update"])])
        .args(&[Arg::block("key_value", &[Arg::key("key", 0), Arg::string("value")]).multiple()]),
    Command::new("MSETNX", msetnx)
        .since("1.0.1")
        .group(Group::String)
        .complexity("O(N) for N keys")
        .summary("Stores several strings at once, or none if any key exists.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@write", "@string", "@slow"])
        .tips(&["request_policy:multi_shard", "response_policy:agg_min"])
        .keys(&[KeySpec::range(1, -1, 2, &["OW", "insert"])])
        .args(&[Arg::block("key_value", &[Arg::key("key", 0), Arg::string("value")]).multiple()]),
];

/// An expire time as typed: not judged yet, since syntax errors elsewhere come first.
#[derive(Debug, Clone, Copy)]
struct TypedExpiry<'a> {
    number: &'a [u8],
    form: Form,
}

/// What the number of an expire time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Seconds from now: `EX`.
    Seconds,
    /// Milliseconds from now: `PX`.
    Millis,
    /// Seconds since 1970: `EXAT`.
    AtSeconds,
    /// Milliseconds since 1970: `PXAT`.
    AtMillis,
}

impl Form {
    const WORDS: [(&'static str, Form); 4] = [
        ("EX", Form::Seconds),
        ("PX", Form::Millis),
        ("EXAT", Form::AtSeconds),
        ("PXAT", Form::AtMillis),
    ];

    fn is_absolute(self) -> bool {
        matches!(self, Form::AtSeconds | Form::AtMillis)
    }
}

impl<'a> TypedExpiry<'a> {
    /// Reads `EX`, `PX`, `EXAT` or `PXAT` with its number; anything else is a syntax error, and
    /// so is another form than the one of `earlier`. (The same form may be repeated: the last
    /// number counts.)
    fn option(args: &mut Args<'a>, earlier: Option<Self>) -> Result<Self, Error> {
        let (_, form) =
            Form::WORDS.into_iter().find(|(word, _)| args.keyword(word)).ok_or(Error::Syntax)?;
        if earlier.is_some_and(|earlier| earlier.form != form) {
            return Err(Error::Syntax);
        }
        Ok(Self { number: args.next_word()?, form })
    }

    /// The moment in milliseconds since 1970; `command` is named in the error.
    fn resolve(self, now_ms: i64, command: &'static str) -> Result<i64, Error> {
        let number = parse_i64(self.number).ok_or(Error::NotAnInteger)?;
        if number <= 0 {
            return Err(Error::InvalidExpire(command));
        }
        let moment = match self.form {
            Form::Seconds => number.checked_mul(1000).and_then(|span| span.checked_add(now_ms)),
            Form::Millis => number.checked_add(now_ms),
            Form::AtSeconds => number.checked_mul(1000),
            Form::AtMillis => Some(number),
        };
        moment.ok_or(Error::InvalidExpire(command))
    }
}

/// What happens to a key that gets a string, whichever command puts it there.
const SET: KeyEvent = KeyEvent::string("set");

/// Stores a string with an expire time and logs the moment, not the span.
fn store(ctx: &mut Ctx<'_>, key: &[u8], value: &[u8], expire_at: Option<i64>) {
    ctx.keys.insert_entry(key, Entry::new(Value::string(value)).with_expire_at(expire_at));
    ctx.keys.changed(key, 1, SET);
    if let Some(at) = expire_at {
        ctx.keys.happened(key, KeyEvent::EXPIRE);
        let mut digits = itoa::Buffer::new();
        let at = digits.format(at).as_bytes();
        ctx.keys.effects().rewrite(&[b"SET".as_slice(), key, value, b"PXAT", at]);
    }
}

/// What `SET` was told besides key and value.
#[derive(Debug, Default)]
struct SetOptions<'a> {
    condition: Condition,
    get: bool,
    keep_ttl: bool,
    expiry: Option<TypedExpiry<'a>>,
}

/// When `SET` may store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Condition {
    #[default]
    Always,
    IfMissing,
    IfPresent,
}

impl<'a> SetOptions<'a> {
    fn parse(args: &mut Args<'a>) -> Result<Self, Error> {
        let mut options = Self::default();
        while !args.is_empty() {
            if options.condition != Condition::IfPresent && args.keyword("NX") {
                options.condition = Condition::IfMissing;
            } else if options.condition != Condition::IfMissing && args.keyword("XX") {
                options.condition = Condition::IfPresent;
            } else if args.keyword("GET") {
                options.get = true;
            } else if options.expiry.is_none() && args.keyword("KEEPTTL") {
                options.keep_ttl = true;
            } else if !options.keep_ttl {
                options.expiry = Some(TypedExpiry::option(args, options.expiry)?);
            } else {
                return Err(Error::Syntax);
            }
        }
        Ok(options)
    }
}

fn set(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, value) = (args.next_word()?, args.next_word()?);
    let options = SetOptions::parse(args)?;
    let expire_at = options.expiry.map(|e| e.resolve(ctx.now.ms(), "set")).transpose()?;

    if options.get {
        reply_or_null(&mut ctx.reply, read(&mut ctx.keys, key)?);
    }
    let stored = match options.condition {
        Condition::Always => true,
        Condition::IfMissing => !ctx.keys.contains(key),
        Condition::IfPresent => ctx.keys.contains(key),
    };
    if !stored {
        if !options.get {
            ctx.reply.null();
        }
        return Ok(());
    }
    if options.keep_ttl {
        let kept = ctx.keys.expire_at(key);
        ctx.keys.insert_entry(key, Entry::new(Value::string(value)).with_expire_at(kept));
        ctx.keys.changed(key, 1, SET);
    } else {
        store(ctx, key, value, expire_at);
    }
    if !options.get {
        ctx.reply.ok();
    } else if expire_at.is_none() {
        // A replay needs no reply. (With an expire time all options are gone from the log.)
        let words = args.words().iter().enumerate();
        let kept = words.filter(|(place, word)| *place < 3 || !word.eq_ignore_ascii_case(b"GET"));
        let kept: Vec<&[u8]> = kept.map(|(_, word)| *word).collect();
        ctx.keys.effects().rewrite(&kept);
    }
    Ok(())
}

fn get(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    reply_or_null(&mut ctx.reply, read(&mut ctx.keys, args.next_word()?)?);
    Ok(())
}

fn setnx(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, value) = (args.next_word()?, args.next_word()?);
    let stored = !ctx.keys.contains(key);
    if stored {
        store(ctx, key, value, None);
    }
    ctx.reply.int(i64::from(stored));
    Ok(())
}

fn setex(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    store_for_a_while(ctx, args, Form::Seconds, "setex")
}

fn psetex(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    store_for_a_while(ctx, args, Form::Millis, "psetex")
}

fn store_for_a_while(
    ctx: &mut Ctx<'_>,
    args: &mut Args<'_>,
    form: Form,
    command: &'static str,
) -> Outcome {
    let (key, number, value) = (args.next_word()?, args.next_word()?, args.next_word()?);
    let expiry = TypedExpiry { number, form };
    let expire_at = expiry.resolve(ctx.now.ms(), command)?;
    store(ctx, key, value, Some(expire_at));
    ctx.reply.ok();
    Ok(())
}

fn getset(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, value) = (args.next_word()?, args.next_word()?);
    reply_or_null(&mut ctx.reply, read(&mut ctx.keys, key)?);
    store(ctx, key, value, None);
    ctx.keys.effects().rewrite(&[b"SET".as_slice(), key, value]);
    Ok(())
}

fn getdel(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let Some(value) = read(&mut ctx.keys, key)? else {
        ctx.reply.null();
        return Ok(());
    };
    reply(&mut ctx.reply, value);
    ctx.keys.remove(key);
    ctx.keys.changed(key, 1, KeyEvent::DEL);
    ctx.keys.effects().rewrite(&[b"DEL".as_slice(), key]);
    Ok(())
}

fn getex(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let (mut persist, mut expiry) = (false, None);
    while !args.is_empty() {
        if expiry.is_none() && args.keyword("PERSIST") {
            persist = true;
        } else if !persist {
            expiry = Some(TypedExpiry::option(args, expiry)?);
        } else {
            return Err(Error::Syntax);
        }
    }
    let Some(value) = read(&mut ctx.keys, key)? else {
        ctx.reply.null();
        return Ok(());
    };
    reply(&mut ctx.reply, value);
    if let Some(expiry) = expiry {
        let at = expiry.resolve(ctx.now.ms(), "getex")?;
        if expiry.form.is_absolute() && at <= ctx.now.ms() && !ctx.keys.is_loading() {
            ctx.keys.remove(key);
            ctx.keys.changed(key, 1, KeyEvent::DEL);
            ctx.keys.effects().rewrite(&[b"DEL".as_slice(), key]);
        } else {
            ctx.keys.set_expire_at(key, Some(at));
            ctx.keys.changed(key, 1, KeyEvent::EXPIRE);
            let mut digits = itoa::Buffer::new();
            let at = digits.format(at).as_bytes();
            ctx.keys.effects().rewrite(&[b"PEXPIREAT".as_slice(), key, at]);
        }
    } else if persist && ctx.keys.expire_at(key).is_some() {
        ctx.keys.set_expire_at(key, None);
        ctx.keys.changed(key, 1, KeyEvent::generic("persist"));
        ctx.keys.effects().rewrite(&[b"PERSIST".as_slice(), key]);
    }
    Ok(())
}

fn mget(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let keys = args.take_rest();
    ctx.reply.array(keys.len());
    for key in keys {
        // A key of another type has no string to give.
        reply_or_null(&mut ctx.reply, ctx.keys.read(key).and_then(Value::as_string));
    }
    Ok(())
}

fn mset(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let pairs = pairs(args, "mset")?;
    store_all(ctx, pairs);
    ctx.reply.ok();
    Ok(())
}

fn msetnx(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let pairs = pairs(args, "msetnx")?;
    let mut keys = pairs.iter().step_by(2);
    let free = keys.all(|key| !ctx.keys.contains(key));
    if free {
        store_all(ctx, pairs);
    }
    ctx.reply.int(i64::from(free));
    Ok(())
}

fn pairs<'a>(args: &mut Args<'a>, command: &str) -> Result<&'a [&'a [u8]], Error> {
    let words = args.take_rest();
    if words.len().is_multiple_of(2) {
        Ok(words)
    } else {
        Err(Error::WrongArity(command.to_owned()))
    }
}

fn store_all(ctx: &mut Ctx<'_>, pairs: &[&[u8]]) {
    for pair in pairs.chunks_exact(2) {
        if let [key, value] = pair {
            store(ctx, key, value, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn set_with_get_returns_the_old_value() {
        let mut prompt = Prompt::new();
        assert_eq!(prompt.line("SET k 1 GET"), Reply::Null);
        assert_eq!(prompt.line("SET k 2 GET"), Reply::Bulk(b"1".to_vec()));
    }

    #[test]
    fn an_expire_time_is_logged_as_a_moment() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v EX 10");
        assert_eq!(prompt.log(), "SELECT 0\nSET k v PXAT 1700000010000");
    }

    #[test]
    fn a_refused_set_changes_and_logs_nothing() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v");
        prompt.log();
        assert_eq!(prompt.line("SET k w NX"), Reply::Null);
        assert_eq!(
            prompt.line("SET k w EX 0"),
            Reply::Error(b"ERR invalid expire time in 'set' command".to_vec())
        );
        assert_eq!(prompt.line("GET k"), Reply::Bulk(b"v".to_vec()));
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn a_read_never_shows_a_dead_key_and_the_log_says_when_it_went() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v PX 5");
        prompt.log();
        prompt.now = crate::engine::Now::from_ms(prompt.now.ms() + 5);
        assert_eq!(prompt.line("GET k"), Reply::Null);
        assert_eq!(prompt.log(), "DEL k");
    }
}
