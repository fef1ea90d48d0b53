//! Fields that are named: setting, reading, deleting and counting them.

use super::{obtain, read, write};
use crate::engine::commands::elements;
use crate::engine::data::{Hash, Piece};
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("HSET", hset)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Sets one or more fields of a hash; tells how many of them are new.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .args(&[
            Arg::key("key", 0),
            Arg::block("field_value", &[Arg::string("field"), Arg::string("value")]).multiple(),
        ]),
    Command::new("HMSET", hmset)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Sets one or more fields of a hash and just answers OK.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "update"])])
        .deprecated("4.0.0", "HSET")
        .args(&[
            Arg::key("key", 0),
            Arg::block("field_value", &[Arg::string("field"), Arg::string("value")]).multiple(),
        ]),
    Command::new("HSETNX", hsetnx)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(1)")
        .summary("Sets a field of a hash only if the hash has no such field yet.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "insert"])])
        .args(&[Arg::key("key", 0), Arg::string("field"), Arg::string("value")]),
    Command::new("HGET", hget)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(1)")
        .summary("Gives the value of one field of a hash.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::string("field")]),
    Command::new("HMGET", hmget)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Gives the values of several fields of a hash.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::string("field").multiple()]),
    Command::new("HDEL", hdel)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(N) for N fields")
        .summary("Deletes fields of a hash; with the last one the key goes too.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "delete"])])
        .args(&[Arg::key("key", 0), Arg::string("field").multiple()]),
    Command::new("HEXISTS", hexists)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(1)")
        .summary("Tells whether a hash has a field.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RO"])])
        .args(&[Arg::key("key", 0), Arg::string("field")]),
    Command::new("HLEN", hlen)
        .since("2.0.0")
        .group(Group::Hash)
        .complexity("O(1)")
        .summary("Counts the fields of a hash.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RO"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("HSTRLEN", hstrlen)
        .since("3.2.0")
        .group(Group::Hash)
        .complexity("O(1)")
        .summary("Tells how many bytes the value of a field has.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@read", "@hash", "@fast"])
        .keys(&[KeySpec::at(1, &["RO"])])
        .args(&[Arg::key("key", 0), Arg::string("field")]),
];

/// What happens to a hash whose field gets a value, whichever command puts it there.
const HSET: KeyEvent = KeyEvent::hash("hset");

fn hset(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let added = set_pairs(ctx, args, "hset")?;
    ctx.reply.count(added);
    Ok(())
}

fn hmset(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    set_pairs(ctx, args, "hmset")?;
    ctx.reply.ok();
    Ok(())
}

/// Sets each field to its value and says how many fields are new.
fn set_pairs(ctx: &mut Ctx<'_>, args: &mut Args<'_>, command: &str) -> Result<usize, Error> {
    let key = args.next_word()?;
    let words = args.take_rest();
    let (pairs, []) = words.as_chunks::<2>() else {
        return Err(Error::WrongArity(command.to_owned()));
    };
    let limits = &ctx.server.config.limits;
    let hash = obtain(&mut ctx.keys, key)?;
    // The longest word decides about the encoding before the first field is set.
    hash.prepare(words.iter().map(|word| word.len()).max().unwrap_or(0), limits);
    let added = pairs.iter().filter(|[field, value]| hash.set(field, value, limits)).count();
    ctx.keys.changed(key, pairs.len(), HSET);
    Ok(added)
}

fn hsetnx(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, field, value) = (args.next_word()?, args.next_word()?, args.next_word()?);
    let hash = obtain(&mut ctx.keys, key)?;
    let is_new = !hash.contains(field);
    if is_new {
        hash.set(field, value, &ctx.server.config.limits);
        ctx.keys.changed(key, 1, HSET);
    }
    ctx.reply.int(i64::from(is_new));
    Ok(())
}

fn hget(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, field) = (args.next_word()?, args.next_word()?);
    match read(&mut ctx.keys, key)?.and_then(|hash| hash.get(field)) {
        Some(value) => elements::bulk(&mut ctx.reply, value),
        None => ctx.reply.null(),
    }
    Ok(())
}

fn hmget(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, fields) = (args.next_word()?, args.take_rest());
    let hash = read(&mut ctx.keys, key)?;
    ctx.reply.array(fields.len());
    for field in fields {
        match hash.and_then(|hash| hash.get(field)) {
            Some(value) => elements::bulk(&mut ctx.reply, value),
            None => ctx.reply.null(),
        }
    }
    Ok(())
}

fn hdel(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, fields) = (args.next_word()?, args.take_rest());
    let mut removed = 0;
    if let Some(hash) = write(&mut ctx.keys, key)? {
        removed = fields.iter().filter(|field| hash.remove(field)).count();
    }
    if removed > 0 {
        ctx.keys.changed(key, removed, KeyEvent::hash("hdel"));
        ctx.keys.remove_if_empty(key);
    }
    ctx.reply.count(removed);
    Ok(())
}

fn hexists(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, field) = (args.next_word()?, args.next_word()?);
    let there = read(&mut ctx.keys, key)?.is_some_and(|hash| hash.contains(field));
    ctx.reply.int(i64::from(there));
    Ok(())
}

fn hlen(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let len = read(&mut ctx.keys, args.next_word()?)?.map_or(0, Hash::len);
    ctx.reply.count(len);
    Ok(())
}

fn hstrlen(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, field) = (args.next_word()?, args.next_word()?);
    let value = read(&mut ctx.keys, key)?.and_then(|hash| hash.get(field));
    ctx.reply.count(value.map_or(0, Piece::len));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn only_new_fields_are_counted() {
        let mut prompt = Prompt::new();
        assert_eq!(prompt.line("HSET h a 1 b 2"), Reply::Integer(2));
        assert_eq!(prompt.line("HSET h b 3 c 4"), Reply::Integer(1));
        assert_eq!(prompt.line("HGET h b"), Reply::Bulk(b"3".to_vec()));
        assert_eq!(prompt.log(), "SELECT 0\nHSET h a 1 b 2\nHSET h b 3 c 4");
    }

    #[test]
    fn half_a_pair_changes_nothing() {
        let mut prompt = Prompt::new();
        let refused = Reply::Error(b"ERR wrong number of arguments for 'hmset' command".to_vec());
        assert_eq!(prompt.line("HMSET h a 1 b"), refused);
        assert_eq!(prompt.line("HLEN h"), Reply::Integer(0));
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn the_key_goes_with_its_last_field() {
        let mut prompt = Prompt::new();
        prompt.line("HSET h a 1 b 2");
        assert_eq!(prompt.line("HDEL h a x"), Reply::Integer(1));
        assert_eq!(prompt.line("HDEL h b"), Reply::Integer(1));
        assert_eq!(prompt.engine.keyspace.databases()[0].len(), 0);
        prompt.log();
        assert_eq!(prompt.line("HDEL h b"), Reply::Integer(0));
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn a_key_of_another_type_is_refused_and_kept() {
        let mut prompt = Prompt::new();
        prompt.line("SET s v");
        prompt.log();
        let wrong = "WRONGTYPE Operation against a key holding the wrong kind of value";
        for line in ["HSET s a 1", "HSETNX s a 1", "HGET s a", "HDEL s a", "HLEN s"] {
            assert_eq!(prompt.line(line), Reply::Error(wrong.into()), "{line}");
        }
        assert_eq!(prompt.line("GET s"), Reply::Bulk(b"v".to_vec()));
        assert_eq!(prompt.log(), "");
    }
}
