//! `CLIENT` and its subcommands.

use super::super::help::{help, wrong_subcommand};
use super::client_line::client_line;
use crate::engine::data::Bytes;
use crate::engine::{
    Arg, Args, Command, Ctx, Error, Flag, Group, Outcome, Session, SessionId, Unblock, parse_i64,
};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::container("CLIENT")
    .since("2.4.0")
    .group(Group::Connection)
    .complexity("depends on the subcommand")
    .summary("Tells about client connections and names this one.")
    .categories(&["@slow"])
    .subcommands(&[
        Command::new("GETNAME", getname)
            .since("2.6.9")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Gives the name of this connection.")
            .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"]),
        Command::new("HELP", help)
            .since("5.0.0")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Lists the subcommands.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"]),
        Command::new("ID", id)
            .since("5.0.0")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Gives the number of this connection, which no other ever gets.")
            .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"]),
        Command::new("INFO", info)
            .since("6.2.0")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Tells about this connection in one line.")
            .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .tips(&["nondeterministic_output"]),
        Command::new("LIST", list)
            .since("2.4.0")
            .group(Group::Connection)
            .complexity("O(N log N) for N connections")
            .summary("Tells about every connection, or the chosen ones, in a line each.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous", "@connection"])
            .tips(&["nondeterministic_output"])
            .args(&[
                Arg::oneof(
                    "normal_master_replica_pubsub",
                    &[
                        Arg::token("normal", "NORMAL"),
                        Arg::token("master", "MASTER"),
                        Arg::token("replica", "REPLICA"),
                        Arg::token("pubsub", "PUBSUB"),
                    ],
                )
                .with_token("TYPE")
                .optional()
                .since("5.0.0"),
                Arg::block("id", &[Arg::integer("client-id").multiple()])
                    .with_token("ID")
                    .optional()
                    .since("6.2.0"),
            ]),
        Command::new("NO-EVICT", no_evict)
            .since("7.0.0")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Says whether this connection may be closed when memory is short.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous", "@connection"])
            .args(&[Arg::oneof("enabled", &[Arg::token("on", "ON"), Arg::token("off", "OFF")])]),
        Command::new("SETNAME", setname)
            .since("2.6.9")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Gives this connection a name, which CLIENT LIST shows.")
            .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .args(&[Arg::string("connection-name")]),
        Command::new("UNBLOCK", unblock)
            .since("5.0.0")
            .group(Group::Connection)
            .complexity("O(log N) for N connections")
            .summary("Ends the wait of another connection.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous", "@connection"])
            .args(&[
                Arg::integer("client-id"),
                Arg::oneof(
                    "timeout_error",
                    &[Arg::token("timeout", "TIMEOUT"), Arg::token("error", "ERROR")],
                )
                .optional(),
            ]),
    ])];

fn getname(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    let name = &ctx.session.name;
    ctx.reply.bulk_or_null((!name.is_empty()).then_some(name));
    Ok(())
}

fn id(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.reply.int(i64::try_from(ctx.session.id).unwrap_or(i64::MAX));
    Ok(())
}

fn info(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let line = client_line(ctx.session, args.words(), ctx.now);
    ctx.reply.verbatim(*b"txt", format!("{line}\n").as_bytes());
    Ok(())
}

/// Which clients `CLIENT LIST` tells about.
enum Chosen {
    All,
    /// Those who listen to channels, or those who do not.
    Listening(bool),
    /// Of a kind that this server never has: replicas.
    None,
    Ids(Vec<SessionId>),
}

impl Chosen {
    fn parse(args: &mut Args<'_>) -> Result<Self, Error> {
        if args.is_empty() {
            return Ok(Self::All);
        }
        if args.remaining() == 2 && args.keyword("TYPE") {
            return match args.next_word()?.to_ascii_lowercase().as_slice() {
                b"normal" => Ok(Self::Listening(false)),
                b"pubsub" => Ok(Self::Listening(true)),
                b"master" | b"replica" | b"slave" => Ok(Self::None),
                other => Err(Error::err(format_args!(
                    "Unknown client type '{}'",
                    String::from_utf8_lossy(args.words().last().copied().unwrap_or(other))
                ))),
            };
        }
        if args.remaining() > 1 && args.keyword("ID") {
            // Numbers that no client can have are no mistake, only no client.
            let id = |word: &&[u8]| match parse_i64(word) {
                Some(id) => Ok(SessionId::try_from(id).unwrap_or(0)),
                None => Err(Error::text("ERR Invalid client ID")),
            };
            return Ok(Self::Ids(args.take_rest().iter().map(id).collect::<Result<_, _>>()?));
        }
        Err(Error::Syntax)
    }
}

fn list(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let chosen = Chosen::parse(args)?;
    let fits = |session: &Session| match chosen {
        Chosen::All | Chosen::Ids(_) => true,
        Chosen::Listening(listening) => session.subscriptions.is_some() == listening,
        Chosen::None => false,
    };
    let mut lines: Vec<(SessionId, String)> = ctx
        .server
        .sessions
        .iter()
        .filter(|session| !session.is_unseen() && fits(session))
        .map(|session| (session.id, client_line(session, &[], ctx.now)))
        .collect();
    if fits(ctx.session) {
        lines.push((ctx.session.id, client_line(ctx.session, args.words(), ctx.now)));
    }
    lines.sort_unstable_by_key(|(id, _)| *id);
    let mut text = String::new();
    match chosen {
        Chosen::All | Chosen::Listening(_) | Chosen::None => {
            for (_, line) in &lines {
                text.extend([line, "\n"]);
            }
        }
        // In the order asked for, a client twice if it was asked for twice.
        Chosen::Ids(ids) => {
            for id in ids {
                if let Ok(place) = lines.binary_search_by_key(&id, |(id, _)| *id)
                    && let Some((_, line)) = lines.get(place)
                {
                    text.extend([line, "\n"]);
                }
            }
        }
    }
    ctx.reply.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

fn no_evict(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    ctx.session.no_evict = if args.keyword("ON") {
        true
    } else if args.keyword("OFF") {
        false
    } else {
        return Err(Error::Syntax);
    };
    ctx.reply.ok();
    Ok(())
}

fn unblock(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    if args.remaining() > 2 {
        return Err(wrong_subcommand(args));
    }
    let id = args.peek().unwrap_or_default();
    args.skip(1);
    let how = if args.is_empty() || args.keyword("TIMEOUT") {
        Unblock::Timeout
    } else if args.keyword("ERROR") {
        Unblock::Error
    } else {
        return Err(Error::text("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"));
    };
    let id = parse_i64(id).ok_or(Error::NotAnInteger)?;
    let ended =
        SessionId::try_from(id).is_ok_and(|id| ctx.server.unblock(ctx.keys.space(), id, how));
    ctx.reply.int(i64::from(ended));
    Ok(())
}

fn setname(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let name = args.next_word()?;
    check_name(name)?;
    set_name(ctx, name);
    ctx.reply.ok();
    Ok(())
}

/// A name must fit into a field of `CLIENT LIST`: printable ASCII without spaces.
pub(super) fn check_name(name: &[u8]) -> Result<(), Error> {
    if name.iter().all(|byte| (b'!'..=b'~').contains(byte)) {
        return Ok(());
    }
    Err(Error::text("ERR Client names cannot contain spaces, newlines or special characters."))
}

/// Names the connection; an empty name takes the name away.
pub(super) fn set_name(ctx: &mut Ctx<'_>, name: &[u8]) {
    ctx.session.name = Bytes::from(name);
}

#[cfg(test)]
mod tests {
    use crate::engine::Peer;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn text(reply: Reply) -> String {
        let Reply::Bulk(bytes) = reply else { panic!("{reply:?}") };
        String::from_utf8(bytes).unwrap()
    }

    fn ids(reply: Reply) -> Vec<String> {
        text(reply).lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn list_tells_about_other_clients_too_in_order_of_their_ids() {
        let mut prompt = Prompt::new();
        prompt.engine.connect(Peer::default(), prompt.now);
        prompt.engine.connect(Peer::default(), prompt.now);
        prompt.line("PING");
        assert_eq!(ids(prompt.line("CLIENT LIST")), ["id=1", "id=2", "id=3"]);
        assert_eq!(ids(prompt.line("CLIENT LIST ID 3 9 1 3")), ["id=3", "id=1", "id=3"]);
        assert_eq!(ids(prompt.line("CLIENT LIST TYPE replica")), Vec::<String>::new());
    }

    #[test]
    fn help_is_made_from_the_table() {
        let mut prompt = Prompt::new();
        let Reply::Array(lines) = prompt.line("CLIENT HELP") else { panic!() };
        assert_eq!(lines.len(), 17);
        assert_eq!(lines[1], Reply::Simple("GETNAME".into()));
        assert_eq!(lines[2], Reply::Simple("    Gives the name of this connection.".into()));
    }
}
