//! `DEBUG`: the part of it that a course needs.
//!
//! Redis answers it only where `enable-debug-command` says so; here that parameter is `local`
//! unless configured otherwise.

use std::fmt::Write as _;

use super::allows;
use crate::engine::data::Value;
use crate::engine::{Args, Command, Ctx, Entry, Error, Flag, Group, Outcome, parse_f64};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("DEBUG", debug)
    .since("1.0.0")
    .group(Group::Server)
    .complexity("depends on the subcommand")
    .summary("Looks behind the scenes and lets time pass, for tests and lessons.")
    .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
    .categories(&["@admin", "@slow", "@dangerous"])
    .internal()
    .arity_exception(-2)];

/// The subcommands, which Redis keeps out of its own table of commands.
const HELP: &[(&str, &str)] = &[
    ("HELP", "Lists the subcommands."),
    ("OBJECT key", "Tells how the value of a key is stored."),
    ("SET-ACTIVE-EXPIRE 0|1", "Stops or starts the search for keys whose time has come."),
    ("SLEEP seconds", "Makes the server wait; a fraction of a second is fine."),
];

fn debug(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    if !allows(ctx, "enable-debug-command") {
        return Err(Error::text(
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to \
             \"local\", you can run it from a local connection, otherwise you need to set this \
             option in the configuration file, and then restart the server.",
        ));
    }
    let word = args.next_word()?;
    match (word.to_ascii_lowercase().as_slice(), args.rest()) {
        (b"help", []) => {
            ctx.reply.array(1 + 2 * HELP.len());
            ctx.reply.simple("DEBUG and one of these words:");
            for (syntax, summary) in HELP {
                ctx.reply.simple(syntax);
                ctx.reply.simple(&format!("    {summary}"));
            }
        }
        (b"object", [key]) => {
            let now = ctx.now.seconds();
            let line = ctx.keys.peek(key).map(|entry| describe(key, entry, now));
            ctx.reply.simple(&line.ok_or(Error::NoSuchKey)?);
        }
        (b"sleep", [seconds]) => {
            // Redis reads the longest number at the front, and nothing as 0.
            let micros = parse_f64(seconds).unwrap_or(0.0).max(0.0) * 1e6;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "not negative, and a longer sleep than there are microseconds saturates"
            )]
            ctx.host.sleep(micros as u64);
            ctx.reply.ok();
        }
        (b"set-active-expire", [on]) => {
            ctx.keys.space().active_expire = parse_f64(on).is_some_and(|on| on != 0.0);
            ctx.reply.ok();
        }
        _ => {
            return Err(Error::err(format_args!(
                "unknown subcommand or wrong number of arguments for '{}'. Try DEBUG HELP.",
                String::from_utf8_lossy(word.get(..128).unwrap_or(word))
            )));
        }
    }
    Ok(())
}

/// The line of `DEBUG OBJECT`. The place in memory is made up from the key, so that it is the
/// same on every machine.
fn describe(key: &[u8], entry: &Entry, now: i64) -> String {
    let value = &entry.value;
    let place = key.iter().fold(0x7f00_0000_0000_u64, |place, byte| {
        0x7f00_0000_0000 | ((place ^ u64::from(*byte)).wrapping_mul(0x0100_0193) & 0xffff_fff0)
    });
    let references = match value {
        Value::Int(0..10_000) => i32::MAX,
        Value::Int(_)
        | Value::Str(_)
        | Value::List(_)
        | Value::Set(_)
        | Value::Hash(_)
        | Value::SortedSet(_) => 1,
    };
    let accessed = i64::from(entry.accessed);
    let mut line = format!(
        "Value at:{place:#x} refcount:{references} encoding:{} serializedlength:{} lru:{} \
         lru_seconds_idle:{}",
        value.encoding(),
        serialized_length(value),
        accessed & 0xff_ffff,
        (now - accessed).max(0),
    );
    if let Value::List(list) = value {
        let bytes = list.heap_size();
        // Redis cuts lists into blocks of 8 KB.
        let nodes = bytes.div_ceil(8192).max(1);
        let _ = write!(
            line,
            " ql_nodes:{nodes} ql_avg_node:{:.2} ql_listpack_max:-2 ql_compressed:0 \
             ql_uncompressed_size:{bytes}",
            list.len() as f64 / nodes as f64,
        );
    }
    line
}

/// About how many bytes the value takes in a snapshot.
fn serialized_length(value: &Value) -> usize {
    match value {
        Value::Int(number) => match *number {
            -0x80..=0x7f => 2,
            -0x8000..=0x7fff => 3,
            -0x8000_0000..=0x7fff_ffff => 5,
            number => 1 + number.to_string().len(),
        },
        Value::Str(bytes) => bytes.len() + if bytes.len() < 64 { 1 } else { 2 },
        Value::List(_) | Value::Set(_) | Value::Hash(_) | Value::SortedSet(_) => {
            value.memory_usage() - size_of::<Value>()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::Peer;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn only_clients_on_this_machine_may_debug() {
        let mut prompt = Prompt::new();
        for (address, allowed) in [
            ("", true),
            ("/tmp/redis.sock:0", true),
            ("127.0.0.1:5000", true),
            ("[::1]:5000", true),
            ("192.168.1.5:5000", false),
        ] {
            let peer = Peer { address: address.to_owned(), ..Peer::default() };
            prompt.id = prompt.engine.connect(peer, prompt.now);
            let ok = prompt.line("DEBUG SLEEP 0") == Reply::Simple("OK".into());
            assert_eq!(ok, allowed, "{address}");
        }
    }

    #[test]
    fn an_object_is_told_in_one_line() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v");
        prompt.now.unix_micros += 5_000_000;
        let Reply::Simple(line) = prompt.line("DEBUG OBJECT k") else { panic!() };
        let line = String::from_utf8(line).unwrap();
        let (_, rest) = line.split_once(' ').unwrap().1.split_once(' ').unwrap();
        assert_eq!(
            rest,
            "refcount:1 encoding:embstr serializedlength:2 lru:5501184 lru_seconds_idle:5"
        );
    }
}
