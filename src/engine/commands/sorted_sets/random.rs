//! Random members that stay where they are: `ZRANDMEMBER`.

use super::{Show, read};
use crate::engine::commands::counts::{Draw, distinct};
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, KeySpec, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("ZRANDMEMBER", zrandmember)
    .since("6.2.0")
    .group(Group::SortedSet)
    .complexity("O(N) for N members given")
    .summary("Gives random members of a sorted set, which stay in it.")
    .flags(&[Flag::Readonly])
    .categories(&["@read", "@sortedset", "@slow"])
    .tips(&["nondeterministic_output"])
    .keys(&[KeySpec::at(1, &["RO", "access"])])
    .args(&[
        Arg::key("key", 0),
        Arg::block(
            "options",
            &[Arg::integer("count"), Arg::token("withscores", "WITHSCORES").optional()],
        )
        .optional(),
    ])];

fn zrandmember(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let key = args.next_word()?;
    let rng = &mut ctx.server.rng;
    let mut digits = itoa::Buffer::new();
    if args.is_empty() {
        match read(&mut ctx.keys, key)?.and_then(|set| set.get_index(rng.usize(..set.len()))) {
            Some((member, _)) => ctx.reply.bulk(member.text(&mut digits)),
            None => ctx.reply.null(),
        }
        return Ok(());
    }
    let draw = Draw::parse(args.next_word()?)?;
    let show = if args.keyword("WITHSCORES") { Show::Scores } else { Show::Members };
    args.finish()?;
    if show == Show::Scores {
        check_pairs(draw)?;
    }
    let Some(set) = read(&mut ctx.keys, key)? else {
        ctx.reply.array(0);
        return Ok(());
    };
    match draw {
        Draw::Repeated(count) => {
            show.header(&mut ctx.reply, count);
            for _ in 0..count {
                let Some((member, score)) = set.get_index(rng.usize(..set.len())) else { break };
                show.member(&mut ctx.reply, member.text(&mut digits), score);
            }
        }
        Draw::Distinct(count) if count >= set.len() => {
            show.header(&mut ctx.reply, set.len());
            for (member, score) in set.iter().rev() {
                show.member(&mut ctx.reply, member.text(&mut digits), score);
            }
        }
        Draw::Distinct(count) => {
            show.header(&mut ctx.reply, count);
            for index in distinct(rng, count, set.len()) {
                let Some((member, score)) = set.get_index(index) else { break };
                show.member(&mut ctx.reply, member.text(&mut digits), score);
            }
        }
    }
    Ok(())
}

/// Twice as many words as members must be countable.
fn check_pairs(draw: Draw) -> Result<(), Error> {
    /// Half of what a signed number of 64 bits can count.
    const MOST: usize = 0x3fff_ffff_ffff_ffff;
    match draw {
        Draw::Distinct(count) | Draw::Repeated(count) if count > MOST => {
            Err(Error::text("ERR value is out of range"))
        }
        Draw::Distinct(_) | Draw::Repeated(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn distinct_members_are_distinct_and_repeated_ones_as_many_as_asked() {
        let mut prompt = Prompt::new();
        prompt.line("ZADD z 1 a 2 b 3 c 4 d");
        let Reply::Array(members) = prompt.line("ZRANDMEMBER z 3") else { panic!("an array") };
        let members: std::collections::BTreeSet<_> =
            members.iter().map(|member| format!("{member:?}")).collect();
        assert_eq!(members.len(), 3);
        let Reply::Array(words) = prompt.line("ZRANDMEMBER z -9 WITHSCORES") else {
            panic!("an array");
        };
        assert_eq!(words.len(), 18);
        assert_eq!(prompt.line("ZCARD z"), Reply::Integer(4));
    }
}
