//! Keys as names of values: `DEL`, `EXISTS`, `TYPE`, `RENAME`, `COPY` and their kin.

use crate::engine::commands::counts::database;
use crate::engine::data::ValueKind;
use crate::engine::{
    Arg, Args, Command, Ctx, Entry, Error, Flag, Group, KeyEvent, KeySpec, Outcome,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("DEL", del)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(N) for N keys")
        .summary("Deletes keys and tells how many there were.")
        .flags(&[Flag::Write])
        .categories(&["@keyspace", "@write", "@slow"])
        .tips(&["request_policy:multi_shard", "response_policy:agg_sum"])
        .keys(&[KeySpec::range(1, -1, 1, &["RM", "delete"])])
        .args(&[Arg::key("key", 0).multiple()]),
    Command::new("UNLINK", del)
        .since("4.0.0")
        .group(Group::Generic)
        .complexity("O(N) for N keys")
        .summary("Deletes keys; here it is the same as DEL.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@keyspace", "@write", "@fast"])
        .tips(&["request_policy:multi_shard", "response_policy:agg_sum"])
        .keys(&[KeySpec::range(1, -1, 1, &["RM", "delete"])])
        .args(&[Arg::key("key", 0).multiple()]),
    Command::new("EXISTS", exists)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(N) for N keys")
        .summary("Tells how many of the keys exist; a key named twice counts twice.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@keyspace", "@read", "@fast"])
        .tips(&["request_policy:multi_shard", "response_policy:agg_sum"])
        .keys(&[KeySpec::range(1, -1, 1, &["RO"])])
        .args(&[Arg::key("key", 0).multiple()]),
    Command::new("TYPE", type_of)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Tells what type of value a key holds.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@keyspace", "@read", "@fast"])
        .keys(&[KeySpec::at(1, &["RO"])])
        .args(&[Arg::key("key", 0)]),
    Command::new("TOUCH", touch)
        .since("3.2.1")
        .group(Group::Generic)
        .complexity("O(N) for N keys")
        .summary("Marks keys as just used and tells how many of them exist.")
        .flags(&[Flag::Readonly, Flag::Fast])
        .categories(&["@keyspace", "@read", "@fast"])
        .tips(&["request_policy:multi_shard", "response_policy:agg_sum"])
        .keys(&[KeySpec::range(1, -1, 1, &["RO"])])
        .args(&[Arg::key("key", 0).multiple()]),
    Command::new("RENAME", rename)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Gives a key another name, replacing a key that has it already.")
        .flags(&[Flag::Write])
        .categories(&["@keyspace", "@write", "@slow"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"]), KeySpec::at(2, &["OW", "update"])])
        .args(&[Arg::key("key", 0), Arg::key("newkey", 1)]),
    Command::new("RENAMENX", renamenx)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Gives a key another name unless that name is taken.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@keyspace", "@write", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"]), KeySpec::at(2, &["OW", "insert"])])
        .args(&[Arg::key("key", 0), Arg::key("newkey", 1)]),
    Command::new("COPY", copy)
        .since("6.2.0")
        .group(Group::Generic)
        .complexity("O(N) for N bytes of the value")
        .summary("Copies a key with its value and its expire time.")
        .flags(&[Flag::Write, Flag::DenyOom])
        .categories(&["@keyspace", "@write", "@slow"])
        .keys(&[KeySpec::at(1, &["RO", "access"]), KeySpec::at(2, &["OW", "update"])])
        .args(&[
            Arg::key("source", 0),
            Arg::key("destination", 1),
            Arg::integer("destination-db").with_token("DB").optional(),
            Arg::token("replace", "REPLACE").optional(),
        ]),
    Command::new("MOVE", r#move)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(1)")
        .summary("Moves a key to another database.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@keyspace", "@write", "@fast"])
        .keys(&[KeySpec::at(1, &["RW", "access", "update"])])
        .args(&[Arg::key("key", 0), Arg::integer("db")]),
];

const SAME_OBJECT: Error = Error::text("ERR source and destination objects are the same");

/// `UNLINK` too: here it takes no longer to give memory back than to take a key out.
fn del(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let mut deleted = 0;
    for key in args.take_rest() {
        if ctx.keys.remove(key).is_some() {
            ctx.keys.changed(key, 1, KeyEvent::DEL);
            deleted += 1;
        }
    }
    ctx.reply.count(deleted);
    Ok(())
}

fn exists(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let found = args.take_rest().iter().filter(|key| ctx.keys.look(key).is_some()).count();
    ctx.reply.count(found);
    Ok(())
}

fn type_of(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let kind = ctx.keys.look(args.next_word()?).map(|entry| entry.value.kind());
    ctx.reply.simple(kind.map_or("none", ValueKind::type_name));
    Ok(())
}

fn touch(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    // It is an access even by a client that said `CLIENT NO-TOUCH`.
    let no_touch = std::mem::take(&mut ctx.keys.space().no_touch);
    let found = args.take_rest().iter().filter(|key| ctx.keys.read(key).is_some()).count();
    ctx.keys.space().no_touch = no_touch;
    ctx.reply.count(found);
    Ok(())
}

fn rename(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (old, new) = (args.next_word()?, args.next_word()?);
    if !ctx.keys.contains(old) {
        return Err(Error::NoSuchKey);
    }
    if old != new {
        give_name(ctx, old, new);
    }
    ctx.reply.ok();
    Ok(())
}

fn renamenx(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (old, new) = (args.next_word()?, args.next_word()?);
    if !ctx.keys.contains(old) {
        return Err(Error::NoSuchKey);
    }
    let free = old != new && !ctx.keys.contains(new);
    if free {
        give_name(ctx, old, new);
    }
    ctx.reply.int(i64::from(free));
    Ok(())
}

fn give_name(ctx: &mut Ctx<'_>, old: &[u8], new: &[u8]) {
    if let Some(entry) = ctx.keys.remove(old) {
        ctx.keys.insert_anew(new, entry);
        ctx.keys.changed(old, 0, KeyEvent::generic("rename_from"));
        ctx.keys.changed(new, 1, KeyEvent::generic("rename_to"));
    }
}

/// What `COPY` was told besides the names.
#[derive(Debug, Clone, Copy)]
struct CopyOptions {
    db: usize,
    replace: bool,
}

impl CopyOptions {
    fn parse(args: &mut Args<'_>, own_db: usize) -> Result<Self, Error> {
        let mut options = Self { db: own_db, replace: false };
        while !args.is_empty() {
            if args.keyword("REPLACE") {
                options.replace = true;
            } else if args.keyword("DB") {
                options.db = database(args.next_word()?)?;
            } else {
                return Err(Error::Syntax);
            }
        }
        Ok(options)
    }
}

fn copy(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (source, target) = (args.next_word()?, args.next_word()?);
    let own_db = ctx.keys.db();
    let options = CopyOptions::parse(args, own_db)?;
    if options.db == own_db && source == target {
        return Err(SAME_OBJECT);
    }
    // Counted as an access, as in Redis.
    let copied =
        ctx.keys.read(source).is_some() && (options.replace || is_free(ctx, options.db, target));
    if copied && let Some(entry) = ctx.keys.peek(source).cloned() {
        place(ctx, options.db, target, entry);
        arrived(ctx, options.db, target, KeyEvent::generic("copy_to"));
    }
    ctx.reply.int(i64::from(copied));
    Ok(())
}

fn r#move(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (key, db) = (args.next_word()?, database(args.next_word()?)?);
    if db == ctx.keys.db() {
        return Err(SAME_OBJECT);
    }
    let moved = ctx.keys.contains(key) && is_free(ctx, db, key);
    if moved && let Some(entry) = ctx.keys.remove(key) {
        place(ctx, db, key, entry);
        ctx.keys.changed(key, 0, KeyEvent::generic("move_from"));
        arrived(ctx, db, key, KeyEvent::generic("move_to"));
    }
    ctx.reply.int(i64::from(moved));
    Ok(())
}

/// Whether database `db` holds no such key.
fn is_free(ctx: &mut Ctx<'_>, db: usize, key: &[u8]) -> bool {
    let own_db = ctx.keys.db();
    ctx.keys.select(db);
    let free = !ctx.keys.contains(key);
    ctx.keys.select(own_db);
    free
}

/// Puts an entry into database `db`.
fn place(ctx: &mut Ctx<'_>, db: usize, key: &[u8], entry: Entry) {
    let own_db = ctx.keys.db();
    ctx.keys.select(db);
    ctx.keys.insert_anew(key, entry);
    ctx.keys.select(own_db);
}

/// Says what brought a key to database `db`.
fn arrived(ctx: &mut Ctx<'_>, db: usize, key: &[u8], event: KeyEvent) {
    let own_db = ctx.keys.db();
    ctx.keys.select(db);
    ctx.keys.changed(key, 1, event);
    ctx.keys.select(own_db);
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn ints(prompt: &mut Prompt, lines: &[(&str, i64)]) {
        for (line, expected) in lines {
            assert_eq!(prompt.line(line), Reply::Integer(*expected), "{line}");
        }
    }

    #[test]
    fn a_renamed_key_keeps_its_expire_time_and_replaces_another() {
        let mut prompt = Prompt::new();
        prompt.line("SET a 1 EX 10");
        prompt.line("SET b 2");
        prompt.log();
        assert_eq!(prompt.line("RENAME a b"), Reply::Simple("OK".into()));
        assert_eq!(prompt.log(), "RENAME a b");
        ints(&mut prompt, &[("TTL b", 10), ("EXISTS a b b", 2), ("RENAMENX b b", 0)]);
        assert_eq!(prompt.line("RENAME a a"), Reply::Error(b"ERR no such key".to_vec()));
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn a_key_goes_to_another_database_only_where_its_name_is_free() {
        let mut prompt = Prompt::new();
        prompt.line("SET k 1");
        ints(&mut prompt, &[("COPY k k DB 2", 1), ("COPY k k DB 2", 0), ("MOVE k 2", 0)]);
        ints(&mut prompt, &[("COPY k k DB 2 REPLACE", 1), ("MOVE k 3", 1), ("EXISTS k", 0)]);
        assert_eq!(
            prompt.line("MOVE k 0"),
            Reply::Error(b"ERR source and destination objects are the same".to_vec())
        );
        let log = "SELECT 0\nSET k 1\nCOPY k k DB 2\nCOPY k k DB 2 REPLACE\nMOVE k 3";
        assert_eq!(prompt.log(), log);
    }

    #[test]
    fn deleting_nothing_is_not_logged() {
        let mut prompt = Prompt::new();
        prompt.line("SET a 1");
        prompt.log();
        ints(&mut prompt, &[("DEL x y", 0), ("UNLINK a x a", 1), ("TOUCH a", 0)]);
        assert_eq!(prompt.log(), "UNLINK a x a");
    }
}
