//! Random members: looked at with `SRANDMEMBER`, taken away with `SPOP`.

use super::{read, set, write};
use crate::engine::commands::counts::{Draw, distinct, positive};
use crate::engine::commands::elements::bulk;
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeyEvent, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("SPOP", spop)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N) for N members taken")
        .summary("Takes random members out of a set and gives them.")
        .flags(&[Flag::Write, Flag::Fast])
        .categories(&["@write", "@set", "@fast"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RW", "access", "delete"])])
        .args(&[Arg::key("key", 0), Arg::integer("count").optional().since("3.2.0")]),
    Command::new("SRANDMEMBER", srandmember)
        .since("1.0.0")
        .group(Group::Set)
        .complexity("O(N) for N members given")
        .summary("Gives random members of a set, which stay in it.")
        .flags(&[Flag::Readonly])
        .categories(&["@read", "@set", "@slow"])
        .tips(&["nondeterministic_output"])
        .keys(&[KeySpec::at(1, &["RO", "access"])])
        .args(&[Arg::key("key", 0), Arg::integer("count").optional().since("2.6.0")]),
];

/// What happens to a set that loses members by chance.
const SPOP: KeyEvent = KeyEvent::set("spop");

fn spop(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    match args.remaining() {
        0 => return pop_one(ctx, key),
        1 => {}
        _ => return Err(Error::Syntax),
    }
    let count = positive(args.next_word()?)?;
    let Some(entry) = ctx.keys.peek(key) else {
        ctx.reply.set(0);
        return Ok(());
    };
    let size = set(&entry.value)?.len();
    if count >= size {
        return pop_all(ctx, key);
    }
    let mut taken = Vec::with_capacity(count);
    if let Some(set) = write(&mut ctx.keys, key)? {
        let rng = &mut ctx.server.rng;
        taken.extend((0..count).map_while(|_| set.remove_index(rng.usize(..set.len()))));
    }
    ctx.reply.set(taken.len());
    for member in &taken {
        ctx.reply.bulk(member);
        ctx.keys.effects().rewrite(&[b"SREM".as_slice(), key, member]);
    }
    if count > 0 {
        ctx.keys.changed(key, count, SPOP);
    }
    Ok(())
}

fn pop_one(ctx: &mut Ctx<'_>, key: &[u8]) -> Outcome {
    let Some(set) = write(&mut ctx.keys, key)? else {
        ctx.reply.null();
        return Ok(());
    };
    if let Some(member) = set.remove_index(ctx.server.rng.usize(..set.len())) {
        ctx.reply.bulk(&member);
        ctx.keys.effects().rewrite(&[b"SREM".as_slice(), key, &member]);
        ctx.keys.changed(key, 1, SPOP);
        ctx.keys.remove_if_empty(key);
    }
    Ok(())
}

fn pop_all(ctx: &mut Ctx<'_>, key: &[u8]) -> Outcome {
    let Some(entry) = ctx.keys.remove(key) else { return Err(Error::NoSuchKey) };
    let set = set(&entry.value)?;
    ctx.reply.set(set.len());
    for member in set {
        bulk(&mut ctx.reply, member);
    }
    ctx.keys.changed(key, set.len(), SPOP);
    ctx.keys.happened(key, KeyEvent::DEL);
    ctx.keys.effects().rewrite(&[b"DEL".as_slice(), key]);
    Ok(())
}

fn srandmember(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let rng = &mut ctx.server.rng;
    let Some(count) = args.peek() else {
        match read(&mut ctx.keys, key)?.and_then(|set| set.get_index(rng.usize(..set.len()))) {
            Some(member) => bulk(&mut ctx.reply, member),
            None => ctx.reply.null(),
        }
        return Ok(());
    };
    args.skip(1);
    args.finish()?;
    let draw = Draw::parse(count)?;
    let Some(set) = read(&mut ctx.keys, key)? else {
        ctx.reply.array(0);
        return Ok(());
    };
    match draw {
        Draw::Repeated(count) => {
            ctx.reply.array(count);
            for _ in 0..count {
                let Some(member) = set.get_index(rng.usize(..set.len())) else { break };
                bulk(&mut ctx.reply, member);
            }
        }
        Draw::Distinct(count) if count >= set.len() => {
            ctx.reply.array(set.len());
            for member in set {
                bulk(&mut ctx.reply, member);
            }
        }
        Draw::Distinct(count) => {
            ctx.reply.array(count);
            for member in distinct(rng, count, set.len()) {
                let Some(member) = set.get_index(member) else { break };
                bulk(&mut ctx.reply, member);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn what_was_taken_is_logged_by_name() {
        let mut prompt = Prompt::new();
        prompt.line("SADD s a b c d");
        prompt.log();
        let Reply::Bulk(member) = prompt.line("SPOP s") else { panic!("one member") };
        assert_eq!(prompt.log(), format!("SREM s {}", String::from_utf8(member).unwrap()));
        let Reply::Array(members) = prompt.line("SPOP s 2") else { panic!("two members") };
        let [Reply::Bulk(first), Reply::Bulk(second)] = &members[..] else { panic!("two") };
        let [first, second] = [first, second].map(|member| String::from_utf8_lossy(member));
        assert_eq!(prompt.log(), format!("MULTI\nSREM s {first}\nSREM s {second}\nEXEC"));
        prompt.line("SPOP s 5");
        assert_eq!(prompt.log(), "DEL s");
        assert_eq!(prompt.line("SPOP s"), Reply::Null);
        assert_eq!(prompt.log(), "");
    }

    #[test]
    fn in_a_transaction_there_is_one_unit() {
        let mut prompt = Prompt::new();
        prompt.line("SADD s 1 1 2 3");
        prompt.log();
        for line in ["MULTI", "SPOP s 2", "EXEC"] {
            prompt.line(line);
        }
        let log = prompt.log();
        let words: Vec<_> = log.split_whitespace().collect();
        assert_eq!(words.len(), 8, "{log}");
        assert_eq!([words[0], words[1], words[4], words[7]], ["MULTI", "SREM", "SREM", "EXEC"]);
    }

    #[test]
    fn members_looked_at_stay() {
        let mut prompt = Prompt::new();
        prompt.line("SADD s a b c");
        let Reply::Array(members) = prompt.line("SRANDMEMBER s -20") else { panic!("an array") };
        assert_eq!(members.len(), 20);
        assert_eq!(prompt.line("SCARD s"), Reply::Integer(3));
    }
}
