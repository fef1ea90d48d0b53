//! `AUTH` and `HELLO`: the password, the protocol and the client's name.
//!
//! There is one user, `default`, as in a Redis without an ACL file.

use super::client::{check_name, set_name};
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, Outcome, parse_i64};
use crate::resp::Protocol;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("AUTH", auth)
        .since("1.0.0")
        .group(Group::Connection)
        .complexity("O(N) for N bytes of password")
        .summary("Tells the server the password that it asks for.")
        .flags(&[
            Flag::Noscript,
            Flag::Loading,
            Flag::Stale,
            Flag::Fast,
            Flag::NoAuth,
            Flag::AllowBusy,
        ])
        .categories(&["@fast", "@connection"])
        .args(&[Arg::string("username").optional().since("6.0.0"), Arg::string("password")]),
    Command::new("HELLO", hello)
        .since("6.0.0")
        .group(Group::Connection)
        .complexity("O(1)")
        .summary("Chooses the protocol version, and says what the server is.")
        .flags(&[
            Flag::Noscript,
            Flag::Loading,
            Flag::Stale,
            Flag::Fast,
            Flag::NoAuth,
            Flag::AllowBusy,
        ])
        .categories(&["@fast", "@connection"])
        .args(&[Arg::block(
            "arguments",
            &[
                Arg::integer("protover"),
                Arg::block(
                    "username_password",
                    &[Arg::string("username"), Arg::string("password")],
                )
                .with_token("AUTH")
                .optional(),
                Arg::string("clientname").with_token("SETNAME").optional(),
            ],
        )
        .optional()]),
];

fn auth(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let (user, password) = match args.rest() {
        [password] => {
            if ctx.server.config.password().is_empty() {
                return Err(Error::text(
                    "ERR AUTH <password> called without any password configured for the default \
                     user. Are you sure your configuration is correct?",
                ));
            }
            (b"default".as_slice(), *password)
        }
        [user, password] => (*user, *password),
        _ => return Err(Error::Syntax),
    };
    authenticate(ctx, user, password)?;
    ctx.reply.ok();
    Ok(())
}

/// Lets the client in if user and password fit. Without a configured password every one fits.
fn authenticate(ctx: &mut Ctx<'_>, user: &[u8], password: &[u8]) -> Result<(), Error> {
    let wanted = ctx.server.config.password();
    if user != b"default" || (!wanted.is_empty() && wanted != password) {
        return Err(Error::text("WRONGPASS invalid username-password pair or user is disabled."));
    }
    ctx.session.authenticated = true;
    Ok(())
}

/// Carries out the options of `HELLO` one by one: what stands before a wrong one stays.
fn hello_options(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Result<(), Error> {
    while let Some(word) = args.peek() {
        if args.remaining() > 2 && args.keyword("AUTH") {
            let (user, password) = (args.next_word()?, args.next_word()?);
            authenticate(ctx, user, password)?;
        } else if args.remaining() > 1 && args.keyword("SETNAME") {
            let name = args.next_word()?;
            check_name(name)?;
            set_name(ctx, name);
        } else {
            return Err(Error::err(format_args!(
                "Syntax error in HELLO option '{}'",
                String::from_utf8_lossy(word)
            )));
        }
    }
    Ok(())
}

fn hello(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let protocol = if args.is_empty() { None } else { Some(next_protocol(args)?) };
    hello_options(ctx, args)?;
    if !ctx.session.authenticated {
        return Err(Error::text(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the \
             HELLO AUTH <user> <pass> option can be used to authenticate the client and \
             select the RESP protocol version at the same time",
        ));
    }
    if let Some(protocol) = protocol {
        ctx.session.protocol = protocol;
        ctx.reply.set_protocol(protocol);
    }
    let facts = ctx.host.process();
    ctx.reply.map(7);
    ctx.reply.bulk(b"server");
    ctx.reply.bulk(b"redis");
    ctx.reply.bulk(b"version");
    ctx.reply.bulk(facts.version.as_bytes());
    ctx.reply.bulk(b"proto");
    ctx.reply.int(version_number(ctx.session.protocol));
    ctx.reply.bulk(b"id");
    ctx.reply.int(i64::try_from(ctx.session.id).unwrap_or(i64::MAX));
    ctx.reply.bulk(b"mode");
    ctx.reply.bulk(b"standalone");
    ctx.reply.bulk(b"role");
    ctx.reply.bulk(b"master");
    ctx.reply.bulk(b"modules");
    ctx.reply.array(0);
    Ok(())
}

fn next_protocol(args: &mut Args<'_>) -> Result<Protocol, Error> {
    match parse_i64(args.next_word()?) {
        None => Err(Error::text("ERR Protocol version is not an integer or out of range")),
        Some(2) => Ok(Protocol::Resp2),
        Some(3) => Ok(Protocol::Resp3),
        Some(_) => Err(Error::text("NOPROTO unsupported protocol version")),
    }
}

/// The number by which clients ask for a protocol.
pub(super) fn version_number(protocol: Protocol) -> i64 {
    match protocol {
        Protocol::Resp2 => 2,
        Protocol::Resp3 => 3,
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn hello_3_switches_its_own_reply_already() {
        let mut prompt = Prompt::new();
        assert!(matches!(prompt.line("HELLO 3"), Reply::Map(_)));
        assert!(matches!(prompt.line("HELLO 2"), Reply::Array(_)));
    }

    #[test]
    fn a_refused_hello_says_why() {
        let mut prompt = Prompt::new();
        for (line, error) in [
            ("HELLO 4 SETNAME x", "NOPROTO unsupported protocol version"),
            ("HELLO x", "ERR Protocol version is not an integer or out of range"),
            ("HELLO 3 SETNAME x AUTH a", "ERR Syntax error in HELLO option 'AUTH'"),
            (
                "HELLO 3 SETNAME x AUTH nobody y",
                "WRONGPASS invalid username-password pair or user is disabled.",
            ),
        ] {
            assert_eq!(prompt.line(line), Reply::Error(error.into()));
        }
        // As in Redis, the options before the wrong one have been carried out.
        assert_eq!(prompt.line("CLIENT GETNAME"), Reply::Bulk(b"x".to_vec()));
    }
}
