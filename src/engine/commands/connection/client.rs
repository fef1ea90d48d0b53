//! `CLIENT` and its subcommands.

use super::super::help::help;
use super::client_kill::kill;
use super::client_line::client_line;
use super::client_list::list;
use super::client_pause::{pause, unblock, unpause};
use super::client_tracking::{CACHING, GETREDIR, TRACKING, TRACKINGINFO};
use crate::engine::data::Bytes;
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, Outcome, Replies};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::container("CLIENT")
    .since("2.4.0")
    .group(Group::Connection)
    .complexity("depends on the subcommand")
    .summary("Tells about client connections and names this one.")
    .categories(&["@slow"])
    .subcommands(&[
        CACHING,
        Command::new("GETNAME", getname)
            .since("2.6.9")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Gives the name of this connection.")
            .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"]),
        GETREDIR,
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
        Command::new("KILL", kill)
            .since("2.4.0")
            .group(Group::Connection)
            .arity_exception(-3)
            .complexity("O(N) for N connections")
            .summary("Ends other connections: the one at an address, or all that fit.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous", "@connection"])
            .args(&[Arg::oneof(
                "filter",
                &[
                    Arg::string("ip:port").deprecated_since("2.8.12"),
                    Arg::oneof(
                        "new-format",
                        &[
                            Arg::integer("client-id").with_token("ID").optional().since("2.8.12"),
                            Arg::oneof(
                                "normal_master_slave_pubsub",
                                &[
                                    Arg::token("normal", "NORMAL"),
                                    Arg::token("master", "MASTER").since("3.2.0"),
                                    Arg::token("slave", "SLAVE"),
                                    Arg::token("replica", "REPLICA").since("5.0.0"),
                                    Arg::token("pubsub", "PUBSUB"),
                                ],
                            )
                            .with_token("TYPE")
                            .optional()
                            .since("2.8.12"),
                            Arg::string("username").with_token("USER").optional(),
                            Arg::string("ip:port").with_token("ADDR").optional(),
                            Arg::string("ip:port").with_token("LADDR").optional().since("6.2.0"),
                            Arg::string("yes/no").with_token("SKIPME").optional(),
                        ],
                    )
                    .multiple(),
                ],
            )]),
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
        Command::new("NO-TOUCH", no_touch)
            .since("7.2.0")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Says whether what this connection does leaves keys' access times alone.")
            .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .args(&[Arg::oneof("enabled", &[Arg::token("on", "ON"), Arg::token("off", "OFF")])]),
        Command::new("PAUSE", pause)
            .since("2.9.50")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Lets all clients wait for a while, or those that write.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous", "@connection"])
            .args(&[
                Arg::integer("timeout"),
                Arg::oneof("mode", &[Arg::token("write", "WRITE"), Arg::token("all", "ALL")])
                    .optional()
                    .since("6.2.0"),
            ]),
        Command::new("REPLY", reply)
            .since("3.2.0")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Says whether this connection wants replies.")
            .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .args(&[Arg::oneof(
                "on_off_skip",
                &[Arg::token("on", "ON"), Arg::token("off", "OFF"), Arg::token("skip", "SKIP")],
            )]),
        TRACKING,
        TRACKINGINFO,
        Command::new("UNPAUSE", unpause)
            .since("6.2.0")
            .group(Group::Connection)
            .complexity("O(N) for N waiting connections")
            .summary("Ends a pause.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous", "@connection"]),
        Command::new("SETINFO", setinfo)
            .since("7.2.0")
            .group(Group::Connection)
            .complexity("O(1)")
            .summary("Says which library the client uses; libraries send it by themselves.")
            .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@slow", "@connection"])
            .tips(&["request_policy:all_nodes", "response_policy:all_succeeded"])
            .args(&[Arg::oneof(
                "attr",
                &[
                    Arg::string("libname").with_token("LIB-NAME"),
                    Arg::string("libver").with_token("LIB-VER"),
                ],
            )]),
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

fn reply(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    if args.keyword("ON") {
        ctx.session.replies = Replies::On;
        ctx.reply.ok();
    } else if args.keyword("OFF") {
        ctx.session.replies = Replies::Off;
    } else if args.keyword("SKIP") {
        if ctx.session.replies != Replies::Off {
            ctx.session.replies = Replies::SkipNext;
        }
    } else {
        return Err(Error::Syntax);
    }
    Ok(())
}

fn no_evict(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    ctx.session.no_evict = on_or_off(args)?;
    ctx.reply.ok();
    Ok(())
}

fn no_touch(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    ctx.session.no_touch = on_or_off(args)?;
    ctx.reply.ok();
    Ok(())
}

fn on_or_off(args: &mut Args<'_>) -> Result<bool, Error> {
    if args.keyword("ON") {
        Ok(true)
    } else if args.keyword("OFF") {
        Ok(false)
    } else {
        Err(Error::Syntax)
    }
}

fn setname(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let name = args.next_word()?;
    check_name(name)?;
    set_name(ctx, name);
    ctx.reply.ok();
    Ok(())
}

fn setinfo(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (attribute, value) = (args.next_word()?, args.next_word()?);
    let words = [b"LIB-NAME".as_slice(), b"LIB-VER"];
    let place = words.iter().position(|word| attribute.eq_ignore_ascii_case(word));
    let Some(slot) = place.and_then(|place| ctx.session.library.get_mut(place)) else {
        // Redis prints the word as a C string.
        let shown = attribute.split(|&byte| byte == 0).next().unwrap_or_default();
        return Err(Error::Bytes([b"ERR Unrecognized option '", shown, b"'"].concat()));
    };
    if check_name(value).is_err() {
        let said = b" cannot contain spaces, newlines or special characters.".as_slice();
        return Err(Error::Bytes([b"ERR ", attribute, said].concat()));
    }
    *slot = Bytes::from(value);
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
        let rows = crate::engine::by_name(b"CLIENT").unwrap().subcommands;
        assert_eq!(lines.len(), 1 + 2 * rows.len());
        assert_eq!(lines[3], Reply::Simple("GETNAME".into()));
        assert_eq!(lines[4], Reply::Simple("    Gives the name of this connection.".into()));
    }

    #[test]
    fn a_client_that_must_not_touch_leaves_access_times_alone() {
        let mut prompt = Prompt::new();
        prompt.line("SET k v");
        prompt.now.unix_micros += 5_000_000;
        prompt.line("CLIENT NO-TOUCH ON");
        for line in ["GET k", "APPEND k v", "SET k w", "GETSET k v", "MGET k"] {
            prompt.line(line);
            assert_eq!(prompt.line("OBJECT IDLETIME k"), Reply::Integer(5), "{line}");
        }
        // A key that was not there has no access time to keep, and TOUCH asks for one.
        prompt.line("RENAME k l");
        assert_eq!(prompt.line("OBJECT IDLETIME l"), Reply::Integer(0));
        prompt.now.unix_micros += 5_000_000;
        prompt.line("TOUCH l");
        assert_eq!(prompt.line("OBJECT IDLETIME l"), Reply::Integer(0));
        assert!(text(prompt.line("CLIENT INFO")).contains(" flags=T "));
        prompt.now.unix_micros += 5_000_000;
        prompt.line("RESET");
        assert!(text(prompt.line("CLIENT INFO")).contains(" flags=N "));
        prompt.line("GET l");
        assert_eq!(prompt.line("OBJECT IDLETIME l"), Reply::Integer(0));
    }
}
