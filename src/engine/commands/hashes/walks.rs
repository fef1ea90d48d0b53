//! All fields of a hash, at once or step by step.

use super::read;
use crate::engine::commands::elements;
use crate::engine::commands::scan_options::{ScanOptions, Walk, parse_cursor};
use crate::engine::data::Hash;
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, KeySpec, Outcome};
use crate::resp::Collection;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("HGETALL", hgetall)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(N) for the N fields of the hash")
        .summary("Gives every field of a hash with its value.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@hash", "@slow"])
        .tips(&["nondeterministic_output_order"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("HKEYS", hkeys)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(N) for the N fields of the hash")
        .summary("Lists the fields of a hash without their values.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@hash", "@slow"])
        .tips(&["nondeterministic_output_order"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("HVALS", hvals)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(N) for the N fields of the hash")
        .summary("Lists the values of a hash without their fields.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@hash", "@slow"])
        .tips(&["nondeterministic_output_order"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("HSCAN", hscan)
        .since("2.8.0")
        .group(Group::Hash)
        .complexity("O(N) for the N fields of a step; a small hash comes in one")
        .summary("Walks through the fields of a hash step by step.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@hash", "@slow"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[
            Arg::key("key", 0),
            Arg::integer("cursor"),
            Arg::pattern("pattern").with_token("MATCH").optional(),
            Arg::integer("count").with_token("COUNT").optional(),
            Arg::token("novalues", "NOVALUES").optional().since("7.4.0"),
        ]),
];

fn hgetall(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let Some(hash) = read(&mut ctx.keys, args.next_word()?)? else {
        ctx.reply.map(0);
        return Ok(());
    };
    ctx.reply.map(hash.len());
    for (field, value) in hash {
        elements::bulk(&mut ctx.reply, field);
        elements::bulk(&mut ctx.reply, value);
    }
    Ok(())
}

fn hkeys(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let hash = read(&mut ctx.keys, args.next_word()?)?;
    ctx.reply.array(hash.map_or(0, Hash::len));
    for (field, _) in hash.into_iter().flatten() {
        elements::bulk(&mut ctx.reply, field);
    }
    Ok(())
}

fn hvals(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let hash = read(&mut ctx.keys, args.next_word()?)?;
    ctx.reply.array(hash.map_or(0, Hash::len));
    for (_, value) in hash.into_iter().flatten() {
        elements::bulk(&mut ctx.reply, value);
    }
    Ok(())
}

fn hscan(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let cursor = parse_cursor(args.next_word()?)?;
    let Some(hash) = read(&mut ctx.keys, key)? else {
        // A missing key is told before the options are read.
        ctx.reply.array(2);
        ctx.reply.bulk(b"0");
        ctx.reply.array(0);
        return Ok(());
    };
    let options = ScanOptions::parse(args, Walk::Fields)?;
    let (next, fields) = hash.scan(cursor, options.count);
    ctx.reply.array(2);
    ctx.reply.bulk(itoa::Buffer::new().format(next).as_bytes());
    let mark = ctx.reply.begin();
    let mut words = 0;
    for (field, value) in fields {
        if options.shows(field.text(&mut itoa::Buffer::new())) {
            elements::bulk(&mut ctx.reply, field);
            words += 1;
            if !options.names_only {
                elements::bulk(&mut ctx.reply, value);
                words += 1;
            }
        }
    }
    ctx.reply.end(mark, Collection::Array, words);
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
    fn a_packed_hash_is_scanned_in_one_step() {
        let mut prompt = Prompt::new();
        prompt.line("HSET h a 1 b 2 ab 3");
        let found = Reply::Array(["a", "1", "ab", "3"].map(bulk).into());
        assert_eq!(prompt.line("HSCAN h 0 MATCH a* COUNT 1"), Reply::Array(vec![bulk("0"), found]));
    }

    #[test]
    fn a_table_is_scanned_in_steps_and_wholly() {
        let mut prompt = Prompt::new();
        prompt.engine.server.config.limits.hash_max_listpack_entries = 0;
        for n in 0..100 {
            prompt.line(&format!("HSET h {n} v"));
        }
        let (mut cursor, mut fields, mut steps) = ("0".to_owned(), Vec::new(), 0);
        loop {
            let Reply::Array(reply) = prompt.line(&format!("HSCAN h {cursor} COUNT 7")) else {
                panic!("no array");
            };
            let (Reply::Bulk(next), Reply::Array(page)) = (&reply[0], &reply[1]) else {
                panic!("no cursor and page");
            };
            cursor = String::from_utf8(next.clone()).unwrap();
            fields.extend(page.iter().step_by(2).cloned());
            steps += 1;
            if cursor == "0" {
                break;
            }
        }
        let count = fields.len();
        fields.sort_by_key(|field| format!("{field:?}"));
        fields.dedup();
        assert_eq!((count, fields.len(), steps), (100, 100, 15));
    }
}
