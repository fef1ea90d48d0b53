//! Taking elements off lists, and waiting for them where there are none: `BLPOP` and its kin.
//!
//! What is taken is logged as the command that does not wait: a log never waits.

use super::moves::{PopRequest, move_element, pop_first};
use super::{end, ends, popped, write};
use crate::engine::blocking::{Filling, Wait, deadline};
use crate::engine::commands::elements;
use crate::engine::data::End;
use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("BLPOP", blpop)
        .since("2.0.0")
        .group(Group::List)
        .complexity("O(N) for N keys")
        .summary("Takes the first element off the first list that has any, and waits for one if none has.")
        .flags(&[Flag::Write, Flag::Noscript, Flag::Blocking])
        .categories(&["@write", "@list", "@slow", "@blocking"])
        .keys(&[KeySpec::range(1, -2, 1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0).multiple(), Arg::double("timeout")]),
    Command::new("BRPOP", brpop)
        .since("2.0.0")
        .group(Group::List)
        .complexity("O(N) for N keys")
        .summary("Takes the last element off the first list that has any, and waits for one if none has.")
        .flags(&[Flag::Write, Flag::Noscript, Flag::Blocking])
        .categories(&["@write", "@list", "@slow", "@blocking"])
        .keys(&[KeySpec::range(1, -2, 1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0).multiple(), Arg::double("timeout")]),
    Command::new("BLMOVE", blmove)
        .since("6.2.0")
        .group(Group::List)
        .complexity("O(1)")
        .summary("Moves an element from one list to another, and waits for one if there is none.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Noscript, Flag::Blocking])
        .categories(&["@write", "@list", "@slow", "@blocking"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"]), KeySpec::at(2, &["RW", "insert"])])
        .args(&[Arg::key("source", 0), Arg::key("destination", 1), Arg::oneof("wherefrom", &[Arg::token("left", "LEFT"), Arg::token("right", "RIGHT")]), Arg::oneof("whereto", &[Arg::token("left", "LEFT"), Arg::token("right", "RIGHT")]), Arg::double("timeout")]),
    Command::new("BRPOPLPUSH", brpoplpush)
        .since("2.2.0")
        .group(Group::List)
        .complexity("O(1)")
        .summary("Puts the last element of a list first in another, and waits for one if there is none.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::Noscript, Flag::Blocking])
        .categories(&["@write", "@list", "@slow", "@blocking"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"]), KeySpec::at(2, &["RW", "insert"])])
        .deprecated("6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments")
        .args(&[Arg::key("source", 0), Arg::key("destination", 1), Arg::double("timeout")]),
    Command::new("BLMPOP", blmpop)
        .since("7.0.0")
        .group(Group::List)
        .complexity("O(K+N) for K keys and N elements taken")
        .summary("Takes elements off the first list that has any, and waits for some if none has.")
        .flags(&[Flag::Write, Flag::Blocking, Flag::MovableKeys])
        .categories(&["@write", "@list", "@slow", "@blocking"])
        .keys(&[KeySpec::counted(2, &["RW", "access", "delete"])])
        .args(&[Arg::double("timeout"), Arg::integer("numkeys"), Arg::key("key", 0).multiple(), Arg::oneof("where", &[Arg::token("left", "LEFT"), Arg::token("right", "RIGHT")]), Arg::integer("count").with_token("COUNT").optional()]),
];

fn blpop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    pop(ctx, args, End::Front)
}

fn brpop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    pop(ctx, args, End::Back)
}

fn pop(ctx: &mut Ctx<'_>, args: &mut Args<'_>, end: End) -> Outcome {
    let keys = args.take(args.remaining() - 1)?;
    let timeout = args.next_word()?;
    let until_ms = deadline(timeout, ctx.now)?;
    for key in keys {
        let Some(list) = write(&mut ctx.keys, key)? else { continue };
        ctx.reply.array(2);
        ctx.reply.bulk(key);
        list.pop_with(end, |element| elements::bulk(&mut ctx.reply, element));
        ctx.keys.changed(key, 1, popped(end));
        ctx.keys.remove_if_empty(key);
        ctx.keys.effects().rewrite(&[ends::name(end), key]);
        return Ok(());
    }
    let words = [command(args), b"", timeout];
    let wait = Wait { keys, until_ms, words: &words, key_at: 1, filling: Filling::List };
    if !ctx.block(&wait) {
        ctx.reply.null_array();
    }
    Ok(())
}

/// The name of the command, as it was typed.
fn command<'a>(args: &Args<'a>) -> &'a [u8] {
    args.words().first().copied().unwrap_or_default()
}

fn blmove(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let lists = (args.next_word()?, args.next_word()?);
    let ends = (end(args)?, end(args)?);
    let typed = args.words().get(3..5).unwrap_or_default();
    let until_ms = deadline(args.next_word()?, ctx.now)?;
    if move_element(ctx, lists, ends)? {
        let words = [&[b"LMOVE".as_slice(), lists.0, lists.1], typed].concat();
        ctx.keys.effects().rewrite(&words);
        return Ok(());
    }
    wait_for_source(ctx, args, until_ms);
    Ok(())
}

fn brpoplpush(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let lists = (args.next_word()?, args.next_word()?);
    let until_ms = deadline(args.next_word()?, ctx.now)?;
    if move_element(ctx, lists, (End::Back, End::Front))? {
        ctx.keys.effects().rewrite(&[b"RPOPLPUSH".as_slice(), lists.0, lists.1]);
        return Ok(());
    }
    wait_for_source(ctx, args, until_ms);
    Ok(())
}

/// There is nothing to move yet.
fn wait_for_source(ctx: &mut Ctx<'_>, args: &Args<'_>, until_ms: Option<i64>) {
    let keys = args.words().get(1..2).unwrap_or_default();
    let wait = Wait { keys, until_ms, words: args.words(), key_at: 1, filling: Filling::List };
    if !ctx.block(&wait) {
        ctx.reply.null();
    }
}

fn blmpop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let timeout = args.next_word()?;
    let request = PopRequest::parse(args)?;
    let until_ms = deadline(timeout, ctx.now)?;
    if pop_first(ctx, &request)? {
        return Ok(());
    }
    // The same request of one key.
    let behind = args.words().get(3 + request.keys.len()..).unwrap_or_default();
    let words = [&[command(args), timeout, b"1", b""], behind].concat();
    let wait =
        Wait { keys: request.keys, until_ms, words: &words, key_at: 3, filling: Filling::List };
    if !ctx.block(&wait) {
        ctx.reply.null_array();
    }
    Ok(())
}
