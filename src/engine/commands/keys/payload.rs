//! Values as bytes that another server takes: `DUMP`, `RESTORE`.

use crate::engine::codec::{self, Unreadable};
use crate::engine::{
    Arg, Args, Command, Ctx, Entry, Error, Flag, Group, KeyEvent, KeySpec, Outcome, parse_i64,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("DUMP", dump)
        .since("2.6.0")
        .group(Group::Generic)
        .complexity("O(N) for N bytes of the value")
        .summary("Gives a key's value as bytes that RESTORE takes, here or on another server.")
        .flags(&[Flag::Readonly])
        .categories(&["@keyspace", "@read", "@slow"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("RESTORE", restore)
        .since("2.6.0")
        .group(Group::Generic)
        .complexity("O(N) for N bytes of the value, O(N log N) for a sorted set of N members")
        .summary("Makes a key of the bytes that DUMP gave.")
        .history(HISTORY)
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@keyspace", "@write", "@slow", "@dangerous"])
        .keys(&[KeySpec::at(1, &["OW", "update"])])
        .args(ARGS),
    Command::new("RESTORE-ASKING", restore)
        .since("3.0.0")
        .group(Group::Server)
        .complexity("O(N) for N bytes of the value, O(N log N) for a sorted set of N members")
        .summary("Is RESTORE as the nodes of a cluster send it.")
        .history(HISTORY)
        .internal()
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Asking])
        .categories(&["@keyspace", "@write", "@slow", "@dangerous"])
        .keys(&[KeySpec::at(1, &["OW", "update"])])
        .args(ARGS),
];

const ARGS: &[Arg] = &[
    Arg::key("key", 0),
    Arg::integer("ttl"),
    Arg::string("serialized-value"),
    Arg::token("replace", "REPLACE").since("3.0.0").optional(),
    Arg::token("absttl", "ABSTTL").since("5.0.0").optional(),
    Arg::integer("seconds").with_token("IDLETIME").since("5.0.0").optional(),
    Arg::integer("frequency").with_token("FREQ").since("5.0.0").optional(),
];

const HISTORY: &[(&str, &str)] = &[
    ("3.0.0", "Takes REPLACE."),
    ("5.0.0", "Takes ABSTTL."),
    ("5.0.0", "Takes IDLETIME and FREQ."),
];

fn dump(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    match ctx.keys.read(args.next_word()?).map(codec::dump) {
        Some(payload) => ctx.reply.bulk(&payload),
        None => ctx.reply.null(),
    }
    Ok(())
}

/// What `RESTORE` was told besides key, time and payload.
#[derive(Debug, Clone, Copy, Default)]
struct Options {
    replace: bool,
    /// The time is one of the clock, not a span.
    absolute: bool,
    /// For how many seconds the key counts as not used.
    idle: Option<i64>,
    /// How often it counts as used.
    frequency: Option<u8>,
}

impl Options {
    fn parse(args: &mut Args<'_>) -> Result<Self, Error> {
        let mut options = Self::default();
        while !args.is_empty() {
            let has_value = args.remaining() > 1;
            if args.keyword("REPLACE") {
                options.replace = true;
            } else if args.keyword("ABSTTL") {
                options.absolute = true;
            } else if has_value && options.frequency.is_none() && args.keyword("IDLETIME") {
                let idle = args.next_i64()?;
                if idle < 0 {
                    return Err(Error::text("ERR Invalid IDLETIME value, must be >= 0"));
                }
                options.idle = Some(idle);
            } else if has_value && options.idle.is_none() && args.keyword("FREQ") {
                let frequency = u8::try_from(args.next_i64()?)
                    .map_err(|_| Error::text("ERR Invalid FREQ value, must be >= 0 and <= 255"))?;
                options.frequency = Some(frequency);
            } else {
                return Err(Error::Syntax);
            }
        }
        Ok(options)
    }
}

fn restore(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, ttl, payload) = (args.next_word()?, args.next_word()?, args.next_word()?);
    let options = Options::parse(args)?;
    if !options.replace && ctx.keys.contains(key) {
        return Err(Error::text("BUSYKEY Target key name already exists."));
    }
    let ttl = parse_i64(ttl).ok_or(Error::NotAnInteger)?;
    if ttl < 0 {
        return Err(Error::text("ERR Invalid TTL value, must be >= 0"));
    }
    let limits = ctx.server.config.limits;
    let value = codec::restore(payload, &limits).map_err(|unreadable| match unreadable {
        Unreadable::Footer => Error::text("ERR DUMP payload version or checksum are wrong"),
        Unreadable::Format => Error::text("ERR Bad data format"),
        Unreadable::UnknownType(kind) => Error::err(format_args!(
            "Bad data format: the payload is a {kind}, and this engine has no such type"
        )),
    })?;
    let at = match (ttl, options.absolute) {
        (0, _) => None,
        (at, true) => Some(at),
        // A span beyond all time ends before all time, as in Redis.
        (span, false) => Some(span.wrapping_add(ctx.now.ms())),
    };
    ctx.reply.ok();
    // While a log is loaded, its own DEL says when the key goes.
    if at.is_some_and(|at| at <= ctx.now.ms()) && !ctx.keys.is_loading() {
        if ctx.keys.remove(key).is_some() {
            ctx.keys.effects().rewrite(&[b"DEL", key]);
            ctx.keys.changed(key, 1, KeyEvent::DEL);
        }
        return Ok(());
    }
    ctx.keys.insert_anew(key, Entry::new(value).with_expire_at(at));
    note_use(ctx, key, options);
    if let Some(at) = at
        && !options.absolute
    {
        let mut words = args.words().to_vec();
        let mut digits = itoa::Buffer::new();
        if let Some(word) = words.get_mut(2) {
            *word = digits.format(at).as_bytes();
        }
        words.push(b"ABSTTL");
        ctx.keys.effects().rewrite(&words);
    }
    ctx.keys.changed(key, 1, KeyEvent::generic("restore"));
    Ok(())
}

/// Notes how the key was used where it came from, as far as the policy asks for it.
fn note_use(ctx: &mut Ctx<'_>, key: &[u8], options: Options) {
    if super::object::counts_frequency(ctx) {
        if let Some(frequency) = options.frequency {
            ctx.keys.set_frequency(key, frequency);
        }
    } else if let Some(idle) = options.idle {
        ctx.keys.set_accessed(key, ctx.now.seconds().wrapping_sub(idle));
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::Now;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn payload(prompt: &mut Prompt, key: &str) -> Vec<u8> {
        let Reply::Bulk(payload) = prompt.line(&format!("DUMP {key}")) else { panic!("no bulk") };
        payload
    }

    #[test]
    fn a_span_is_logged_as_the_time_that_it_ends_at() {
        let mut prompt = Prompt::new();
        prompt.line("SET a 1");
        let bytes = payload(&mut prompt, "a");
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        prompt.log();
        let ok = Reply::Simple("OK".into());
        for (ttl, options, log) in [
            ("0", &[][..], format!("RESTORE b 0 {shown}")),
            ("5", &["REPLACE"], format!("RESTORE b 1700000000005 {shown} REPLACE ABSTTL")),
            (
                "1800000000000",
                &["ABSTTL", "replace", "IDLETIME", "7"],
                format!("RESTORE b 1800000000000 {shown} ABSTTL replace IDLETIME 7"),
            ),
            ("1", &["REPLACE", "ABSTTL"], "DEL b".to_owned()),
            ("1", &["REPLACE", "ABSTTL"], String::new()),
        ] {
            let mut words = vec![b"RESTORE".as_slice(), b"b", ttl.as_bytes(), &bytes];
            words.extend(options.iter().map(|word| word.as_bytes()));
            assert_eq!(prompt.call(&words), ok);
            assert_eq!(prompt.log(), log);
        }
        assert_eq!(prompt.line("EXISTS b"), Reply::Integer(0));
    }

    #[test]
    fn idle_time_and_frequency_come_with_the_key_as_the_policy_asks() {
        let mut prompt = Prompt::new();
        prompt.line("SET a x");
        let bytes = payload(&mut prompt, "a");
        let restore = |prompt: &mut Prompt, word: &[u8], number: &[u8]| {
            prompt.call(&[b"RESTORE", b"b", b"0", &bytes, b"REPLACE", word, number])
        };
        restore(&mut prompt, b"IDLETIME", b"100");
        prompt.now = Now::from_ms(prompt.now.ms() + 2000);
        assert_eq!(prompt.line("OBJECT IDLETIME b"), Reply::Integer(102));
        prompt.line("CONFIG SET maxmemory-policy allkeys-lfu");
        restore(&mut prompt, b"FREQ", b"77");
        assert_eq!(prompt.line("OBJECT FREQ b"), Reply::Integer(77));
        assert_eq!(prompt.line("OBJECT FREQ a"), Reply::Integer(5));
        restore(&mut prompt, b"IDLETIME", b"9");
        assert_eq!(prompt.line("OBJECT FREQ b"), Reply::Integer(5));
    }
}
