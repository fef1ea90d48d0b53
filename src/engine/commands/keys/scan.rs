//! Which keys there are: `KEYS`, `SCAN`, `RANDOMKEY`, `DBSIZE`.

use crate::engine::commands::scan_options::{ScanOptions, Walk, parse_cursor};
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, Outcome, glob};
use crate::resp::Collection;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("KEYS", keys)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(N) for N keys in the database")
        .summary("Lists the keys whose names match a pattern.")
        .flags(&[Flag::Readonly])
        .categories(&["@keyspace", "@read", "@slow", "@dangerous"])
        .tips(&["request_policy:all_shards", "nondeterministic_output_order"])
        .args(&[Arg::pattern("pattern")]),
    Command::new("SCAN", scan)
        .since("2.8.0")
        .group(Group::Generic)
        .complexity("O(N) for N keys looked at")
        .summary("Lists keys a few at a time, from a cursor on.")
        .flags(&[Flag::Readonly])
        .categories(&["@keyspace", "@read", "@slow"])
        .tips(&["nondeterministic_output", "request_policy:special"])
        .args(&[
            Arg::integer("cursor"),
            Arg::pattern("pattern").with_token("MATCH").optional(),
            Arg::integer("count").with_token("COUNT").optional(),
            Arg::string("type").with_token("TYPE").optional().since("6.0.0"),
        ]),
    Command::new("RANDOMKEY", randomkey)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Names a key of the database at random.")
        .flags(&[Flag::Readonly])
        .categories(&["@keyspace", "@read", "@slow"])
        .tips(&["request_policy:all_shards", "nondeterministic_output"]),
    Command::new("DBSIZE", dbsize)
        .since("1.0.0")
        .group(Group::Server)
        .complexity("O(1)")
        .summary("Tells how many keys the database holds.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@keyspace", "@read", "@fast"])
        .tips(&["request_policy:all_shards", "response_policy:agg_sum"]),
];

fn keys(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let pattern = args.next_word()?;
    let mark = ctx.reply.begin();
    let mut count = 0;
    for (key, _) in ctx.keys.iter() {
        if glob::matches(pattern, key) {
            ctx.reply.bulk(key);
            count += 1;
        }
    }
    ctx.reply.end(mark, Collection::Array, count);
    Ok(())
}

fn scan(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let cursor = parse_cursor(args.next_word()?)?;
    let options = ScanOptions::parse(args, Walk::Keys)?;
    let (next, mut seen) = ctx.keys.scan(cursor, options.count);
    seen.retain(|key| {
        options.shows(key)
            && ctx.keys.peek(key).is_some_and(|entry| {
                let name = entry.value.kind().type_name().as_bytes();
                options.type_name.is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
            })
    });
    ctx.reply.array(2);
    ctx.reply.bulk(next.to_string().as_bytes());
    ctx.reply.array(seen.len());
    for key in &seen {
        ctx.reply.bulk(key);
    }
    Ok(())
}

fn randomkey(ctx: &mut Ctx<'_>, _: &mut Args<'_>) -> Outcome {
    // Every dead key that is met goes, so this ends.
    while !ctx.keys.is_empty() {
        let place = ctx.server.rng.usize(..ctx.keys.len());
        let Some(key) = ctx.keys.key_at(place).cloned() else { break };
        if ctx.keys.contains(&key) {
            ctx.reply.bulk(&key);
            return Ok(());
        }
    }
    ctx.reply.null();
    Ok(())
}

fn dbsize(ctx: &mut Ctx<'_>, _: &mut Args<'_>) -> Outcome {
    ctx.reply.count(ctx.keys.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::engine::Now;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn bulks(words: &[&str]) -> Reply {
        Reply::Array(words.iter().map(|word| Reply::Bulk(word.as_bytes().to_vec())).collect())
    }

    #[test]
    fn dead_keys_are_never_shown() {
        let mut prompt = Prompt::new();
        prompt.line("MSET a1 x a2 y b z");
        prompt.line("PEXPIRE a1 5");
        prompt.log();
        assert_eq!(prompt.line("KEYS a*"), bulks(&["a1", "a2"]));
        prompt.now = Now::from_ms(prompt.now.ms() + 5);
        assert_eq!(prompt.line("DBSIZE"), Reply::Integer(3));
        assert_eq!(prompt.line("KEYS a*"), bulks(&["a2"]));
        assert_eq!(prompt.log(), "");
        let page = Reply::Array(vec![Reply::Bulk(b"0".to_vec()), bulks(&["a2"])]);
        assert_eq!(prompt.line("SCAN 0 MATCH a*"), page);
        assert_eq!(prompt.log(), "DEL a1");
    }

    #[test]
    fn a_scan_in_steps_shows_every_key() {
        let mut prompt = Prompt::new();
        for number in 0..100 {
            prompt.line(&format!("SET key:{number} v"));
        }
        let (mut seen, mut cursor) = (BTreeSet::new(), b"0".to_vec());
        loop {
            let reply = prompt.call(&[b"SCAN", &cursor, b"COUNT", b"7", b"TYPE", b"String"]);
            let Reply::Array(parts) = reply else { panic!("not a page") };
            let [Reply::Bulk(next), Reply::Array(keys)] = &parts[..] else { panic!("no cursor") };
            seen.extend(keys.iter().map(|key| format!("{key:?}")));
            cursor.clone_from(next);
            if cursor == b"0" {
                break;
            }
        }
        assert_eq!(seen.len(), 100);
    }

    #[test]
    fn a_random_key_is_a_living_one() {
        let mut prompt = Prompt::new();
        assert_eq!(prompt.line("RANDOMKEY"), Reply::Null);
        prompt.line("MSET a 1 b 2 c 3");
        prompt.line("PEXPIRE a 5");
        prompt.line("PEXPIRE c 5");
        prompt.now = Now::from_ms(prompt.now.ms() + 5);
        assert_eq!(prompt.line("RANDOMKEY"), Reply::Bulk(b"b".to_vec()));
    }
}
