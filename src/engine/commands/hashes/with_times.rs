//! Fields read or set together with their expire times, or read and deleted: `HGETEX`, `HSETEX`, `HGETDEL`.

use super::times::{
    Clock, FIELDS, HDEL, HEXPIRE, HPERSIST, NOT_POSITIVE, delete_told, is_past, parse_fields,
};
use super::{obtain, write};
use crate::engine::commands::elements;
use crate::engine::data::Piece;
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome, parse_i64,
};
use crate::resp::Writer;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("HGETDEL", hgetdel)
        .since("8.0.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Gives the values of fields and deletes the fields.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0), FIELDS]),
    Command::new("HGETEX", hgetex)
        .since("8.0.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Gives the values of fields; can set or take away their expire times as well.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
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
            FIELDS,
        ]),
    Command::new("HSETEX", hsetex)
        .since("8.0.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Sets fields of a hash and when they go away.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[
            Arg::key("key", 0),
            Arg::oneof("condition", &[Arg::token("fnx", "FNX"), Arg::token("fxx", "FXX")])
                .optional(),
            Arg::oneof(
                "expiration",
                &[
                    Arg::integer("seconds").with_token("EX"),
                    Arg::integer("milliseconds").with_token("PX"),
                    Arg::unix_time("unix-time-seconds").with_token("EXAT"),
                    Arg::unix_time("unix-time-milliseconds").with_token("PXAT"),
                    Arg::token("keepttl", "KEEPTTL"),
                ],
            )
            .optional(),
            Arg::block(
                "fields",
                &[
                    Arg::integer("numfields"),
                    Arg::block("data", &[Arg::string("field"), Arg::string("value")]).multiple(),
                ],
            )
            .with_token("FIELDS"),
        ]),
];

/// The four words that an expire time comes behind: milliseconds of the unit, and whether it counts from now.
const SPANS: [(&str, i64, bool); 4] =
    [("EX", 1000, true), ("PX", 1, true), ("EXAT", 1000, false), ("PXAT", 1, false)];

/// Reads an expire time in one of the four forms, as milliseconds since 1970; the command is named in the error.
fn moment(args: &mut Args<'_>, now: i64, command: &'static str) -> Result<Option<i64>, Error> {
    let found = SPANS.into_iter().find(|(word, _, _)| args.keyword(word));
    let Some((_, unit, from_now)) = found else { return Ok(None) };
    let number = parse_i64(args.next_word()?).ok_or(Error::NotAnInteger)?;
    let clock = Clock { unit, base: if from_now { now } else { 0 } };
    clock.moment(number, command).map(Some)
}

fn reply_value(reply: &mut Writer<'_>, value: Option<Piece<'_>>) {
    match value {
        Some(value) => elements::bulk(reply, value),
        None => reply.null(),
    }
}

fn hgetdel(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    write(&mut ctx.keys, key)?;
    let fields = parse_fields(args, NOT_POSITIVE)?;
    let mut removed = 0;
    let mut hash = write(&mut ctx.keys, key)?;
    ctx.reply.array(fields.len());
    for field in fields {
        // One after the other: a field that is named twice is there only once.
        reply_value(&mut ctx.reply, hash.as_ref().and_then(|hash| hash.get(field)));
        removed += usize::from(hash.as_mut().is_some_and(|hash| hash.remove(field)));
    }
    if removed > 0 {
        let words: Vec<&[u8]> = [b"HDEL".as_slice(), key].iter().chain(fields).copied().collect();
        ctx.keys.effects().rewrite(&words);
        ctx.keys.changed(key, removed, HDEL);
        ctx.keys.remove_if_empty(key);
    }
    Ok(())
}

fn hgetex(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    write(&mut ctx.keys, key)?;
    let at = moment(args, ctx.now.ms(), "hgetex")?;
    let stays = at.is_none() && args.keyword("PERSIST");
    let fields = parse_fields(args, NOT_POSITIVE)?;
    let dies = at.is_some_and(|at| is_past(&ctx.keys, at));
    let mut hash = write(&mut ctx.keys, key)?;
    if let Some(hash) = hash.as_mut().filter(|_| at.is_some() || stays) {
        hash.allow_times();
    }
    let mut done: Vec<&[u8]> = Vec::new();
    ctx.reply.array(fields.len());
    for &field in fields {
        reply_value(&mut ctx.reply, hash.as_ref().and_then(|hash| hash.get(field)));
        let Some(hash) = &mut hash else { continue };
        let changed = match at {
            Some(_) if dies => hash.remove(field),
            Some(_) => hash.contains(field),
            None => stays && hash.time(field).is_some(),
        };
        if changed {
            done.push(field);
        }
        if changed && !dies {
            hash.set_time(field, at);
        }
    }
    if done.is_empty() {
        return Ok(());
    }
    match at {
        Some(_) if dies => delete_told(&mut ctx.keys, key, &done),
        Some(at) => {
            let mut digits = itoa::Buffer::new();
            let at = digits.format(at).as_bytes();
            rewrite(ctx, &[b"HPEXPIREAT", key, at], &done);
            ctx.keys.note_field_times();
            ctx.keys.changed(key, done.len(), HEXPIRE);
        }
        None => {
            rewrite(ctx, &[b"HPERSIST", key], &done);
            ctx.keys.changed(key, done.len(), HPERSIST);
        }
    }
    Ok(())
}

/// Logs a command about fields.
fn rewrite(ctx: &mut Ctx<'_>, begin: &[&[u8]], fields: &[&[u8]]) {
    let mut count = itoa::Buffer::new();
    let mut words = begin.to_vec();
    words.extend([b"FIELDS", count.format(fields.len()).as_bytes()]);
    words.extend(fields);
    ctx.keys.effects().rewrite(&words);
}

/// Which fields `HSETEX` expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// None of them there.
    None,
    /// All of them there.
    All,
}

/// What `HSETEX` is told besides the key.
struct SetOptions<'a> {
    expected: Option<Expected>,
    at: Option<i64>,
    keeps_times: bool,
    data: &'a [&'a [u8]],
}

impl<'a> SetOptions<'a> {
    fn parse(args: &mut Args<'a>, now: i64) -> Result<Self, Error> {
        let arity = || Error::WrongArity("hsetex".to_owned());
        let mut options = Self { expected: None, at: None, keeps_times: false, data: &[] };
        loop {
            if args.keyword("FIELDS") {
                if args.remaining() < 3 {
                    return Err(arity());
                }
                let most = i64::from(i32::MAX);
                let count = args.next_i64_in(1..=most, "ERR invalid number of fields")?;
                options.data = args.take_rest();
                let words = usize::try_from(count).ok().and_then(|count| count.checked_mul(2));
                return if words == Some(options.data.len()) { Ok(options) } else { Err(arity()) };
            }
            let expected = [("FNX", Expected::None), ("FXX", Expected::All)];
            if let Some((_, expected)) = expected.into_iter().find(|(word, _)| args.keyword(word)) {
                if options.expected.replace(expected).is_some() {
                    return Err(Error::text(
                        "ERR Only one of FXX or FNX arguments can be specified",
                    ));
                }
                continue;
            }
            let timed = options.keeps_times || options.at.is_some();
            let is_time = |word: &[u8]| {
                let words = SPANS.iter().map(|(word, _, _)| *word).chain(["KEEPTTL"]);
                words.into_iter().any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
            };
            let Some(word) = args.peek() else {
                return Err(Error::text("ERR missing FIELDS argument"));
            };
            if !is_time(word) {
                // Redis prints the word as a C string.
                let shown = word.split(|&byte| byte == 0).next().unwrap_or_default();
                return Err(Error::Bytes([b"ERR unknown argument: ", shown].concat()));
            }
            if timed {
                return Err(Error::text(
                    "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
                ));
            }
            options.keeps_times = args.keyword("KEEPTTL");
            if !options.keeps_times {
                options.at = moment(args, now, "hsetex")?;
            }
        }
    }
}

fn hsetex(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let options = SetOptions::parse(args, ctx.now.ms())?;
    let at = options.at;
    let (pairs, _) = options.data.as_chunks::<2>();
    let hash = write(&mut ctx.keys, key)?;
    let has = |field| hash.as_ref().is_some_and(|hash| hash.contains(field));
    let fits = match options.expected {
        None => true,
        Some(Expected::None) => pairs.iter().all(|[field, _]| !has(field)),
        Some(Expected::All) => pairs.iter().all(|[field, _]| has(field)),
    };
    ctx.reply.int(i64::from(fits));
    if !fits {
        return Ok(());
    }
    let dies = at.is_some_and(|at| is_past(&ctx.keys, at));
    let limits = &ctx.server.config.limits;
    let hash = obtain(&mut ctx.keys, key)?;
    hash.prepare(options.data.iter().map(|word| word.len()).max().unwrap_or(0), limits);
    for [field, value] in pairs {
        if options.keeps_times {
            hash.set_keeping_time(field, value, limits);
        } else {
            hash.set(field, value, limits);
        }
    }
    if at.is_some() {
        hash.allow_times();
    }
    for [field, _] in pairs {
        if dies {
            hash.remove(field);
        } else if at.is_some() {
            hash.set_time(field, at);
        }
    }
    let fields: Vec<&[u8]> = pairs.iter().map(|[field, _]| *field).collect();
    tell_set(ctx, key, args.words(), &fields, at, dies);
    Ok(())
}

/// Logs what `HSETEX` did, its span as a moment, and tells the events.
fn tell_set(
    ctx: &mut Ctx<'_>,
    key: &[u8],
    words: &[&[u8]],
    fields: &[&[u8]],
    at: Option<i64>,
    dies: bool,
) {
    ctx.keys.changed(key, fields.len(), KeyEvent::hash("hset"));
    let Some(at) = at else { return };
    if dies {
        delete_told(&mut ctx.keys, key, fields);
        return;
    }
    let mut digits = itoa::Buffer::new();
    let at = digits.format(at).as_bytes();
    let mut logged = words.to_vec();
    // The option stands behind the key, which may be called as one, and before all fields.
    let is_span =
        |word: &&[u8]| SPANS.iter().any(|(span, _, _)| word.eq_ignore_ascii_case(span.as_bytes()));
    let mut options = logged.iter_mut().skip(2).skip_while(|word| !is_span(word));
    if let (Some(option), Some(number)) = (options.next(), options.next()) {
        (*option, *number) = (b"PXAT", at);
    }
    ctx.keys.effects().rewrite(&logged);
    ctx.keys.note_field_times();
    ctx.keys.happened(key, HEXPIRE);
}
