//! `CLIENT TRACKING`, `CLIENT CACHING` and what is told of both: clients that keep copies of keys.

use std::collections::BTreeSet;

use super::client_line::redirection;
use crate::engine::data::Bytes;
use crate::engine::tracking::{Mode, Tracks};
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, Outcome, SessionId};

/// Rows of this file's subcommands.
pub(super) const CACHING: Command = Command::new("CACHING", caching)
    .since("6.0.0")
    .group(Group::Connection)
    .complexity("O(1)")
    .summary("Says whether the next command's keys are remembered, so that their change is told.")
    .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
    .categories(&["@slow", "@connection"])
    .args(&[Arg::oneof("mode", &[Arg::token("yes", "YES"), Arg::token("no", "NO")])]);
pub(super) const GETREDIR: Command = Command::new("GETREDIR", getredir)
    .since("6.0.0")
    .group(Group::Connection)
    .complexity("O(1)")
    .summary("Gives the connection that is told in place of this one when keys change.")
    .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
    .categories(&["@slow", "@connection"]);
pub(super) const TRACKING: Command = Command::new("TRACKING", tracking)
    .since("6.0.0")
    .group(Group::Connection)
    .complexity("O(N) for N prefixes")
    .summary("Tells this connection when keys change that it has read, or all with some prefixes.")
    .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
    .categories(&["@slow", "@connection"])
    .args(&[
        Arg::oneof("status", &[Arg::token("on", "ON"), Arg::token("off", "OFF")]),
        Arg::integer("client-id").with_token("REDIRECT").optional(),
        Arg::string("prefix").with_token("PREFIX").optional().multiple().multiple_token(),
        Arg::token("bcast", "BCAST").optional(),
        Arg::token("optin", "OPTIN").optional(),
        Arg::token("optout", "OPTOUT").optional(),
        Arg::token("noloop", "NOLOOP").optional(),
    ]);
pub(super) const TRACKINGINFO: Command = Command::new("TRACKINGINFO", trackinginfo)
    .since("6.2.0")
    .group(Group::Connection)
    .complexity("O(1)")
    .summary("Tells how this connection tracks the keys that it keeps copies of.")
    .flags(&[Flag::Noscript, Flag::Loading, Flag::Stale])
    .categories(&["@slow", "@connection"]);

/// What `CLIENT TRACKING` was told besides `ON` or `OFF`.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[derive(Debug, Default)]
struct Options<'a> {
    redirect: SessionId,
    prefixes: Vec<&'a [u8]>,
    broadcasts: bool,
    opts_in: bool,
    opts_out: bool,
    no_loop: bool,
}

impl<'a> Options<'a> {
    fn parse(ctx: &Ctx<'_>, args: &mut Args<'a>) -> Result<Self, Error> {
        let mut options = Self::default();
        while !args.is_empty() {
            let has_value = args.remaining() > 1;
            if has_value && args.keyword("REDIRECT") {
                if options.redirect != 0 {
                    return Err(Error::text(
                        "ERR A client can only redirect to a single other client",
                    ));
                }
                let id = SessionId::try_from(args.next_i64()?).ok().filter(|id| {
                    *id == ctx.session.id || (*id > 0 && ctx.server.sessions.get(*id).is_some())
                });
                options.redirect =
                    id.ok_or(Error::text("ERR The client ID you want redirect to does not exist"))?;
            } else if args.keyword("BCAST") {
                options.broadcasts = true;
            } else if args.keyword("OPTIN") {
                options.opts_in = true;
            } else if args.keyword("OPTOUT") {
                options.opts_out = true;
            } else if args.keyword("NOLOOP") {
                options.no_loop = true;
            } else if has_value && args.keyword("PREFIX") {
                options.prefixes.push(args.next_word()?);
            } else {
                return Err(Error::Syntax);
            }
        }
        Ok(options)
    }

    /// How a client tracks from now on that has tracked as `before` says, if these go together.
    fn tracks(self, before: Option<&Tracks>) -> Result<Tracks, Error> {
        if !self.broadcasts && !self.prefixes.is_empty() {
            return Err(Error::text("ERR PREFIX option requires BCAST mode to be enabled"));
        }
        let mode = before.map(|before| before.mode);
        if mode.is_some_and(|mode| (mode == Mode::Broadcast) != self.broadcasts) {
            return Err(Error::text(
                "ERR You can't switch BCAST mode on/off before disabling tracking for this client, \
                 and then re-enabling it with a different mode.",
            ));
        }
        if self.broadcasts && (self.opts_in || self.opts_out) {
            return Err(Error::text("ERR OPTIN and OPTOUT are not compatible with BCAST"));
        }
        if self.opts_in && self.opts_out {
            return Err(Error::text("ERR You can't specify both OPTIN mode and OPTOUT mode"));
        }
        if (self.opts_in && mode == Some(Mode::OptOut))
            || (self.opts_out && mode == Some(Mode::OptIn))
        {
            return Err(Error::text(
                "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, \
                 and then re-enabling it with a different mode.",
            ));
        }
        self.check_prefixes(before)?;
        let mut prefixes: BTreeSet<Bytes> =
            self.prefixes.iter().map(|prefix| Bytes::from(*prefix)).collect();
        if self.broadcasts && prefixes.is_empty() {
            prefixes.insert(Bytes::default());
        }
        Ok(Tracks {
            redirect: self.redirect,
            mode: match (self.broadcasts, self.opts_in, self.opts_out) {
                (true, _, _) => Mode::Broadcast,
                (false, true, _) => Mode::OptIn,
                (false, false, true) => Mode::OptOut,
                (false, false, false) => Mode::Read,
            },
            no_loop: self.no_loop,
            caching: before.is_some_and(|before| before.caching),
            is_broken: false,
            prefixes,
        })
    }

    /// A key must not have two prefixes of one client: it would be told twice.
    fn check_prefixes(&self, before: Option<&Tracks>) -> Outcome {
        for (place, prefix) in self.prefixes.iter().enumerate() {
            let overlaps = |other: &[u8], which: &str| {
                (other.starts_with(prefix) || prefix.starts_with(other)).then(|| {
                    Error::err(format_args!(
                        "Prefix '{}' overlaps with {which} '{}'. Prefixes for a single client must \
                         not overlap.",
                        String::from_utf8_lossy(prefix),
                        String::from_utf8_lossy(other)
                    ))
                })
            };
            let mut old = before.iter().flat_map(|before| &before.prefixes);
            let mut new = self.prefixes.iter().skip(place + 1);
            let error = old
                .find_map(|other| overlaps(other, "an existing prefix"))
                .or_else(|| new.find_map(|other| overlaps(other, "another provided prefix")));
            if let Some(error) = error {
                return Err(error);
            }
        }
        Ok(())
    }
}

fn tracking(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let status = args.next_word()?;
    let options = Options::parse(ctx, args)?;
    if status.eq_ignore_ascii_case(b"ON") {
        let tracks = options.tracks(ctx.session.tracks.as_deref())?;
        ctx.server.tracking.begin(ctx.session, tracks);
        ctx.follow();
    } else if status.eq_ignore_ascii_case(b"OFF") {
        ctx.server.tracking.end(ctx.session);
        ctx.follow();
    } else {
        return Err(Error::Syntax);
    }
    ctx.reply.ok();
    Ok(())
}

fn caching(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let Some(tracks) = &mut ctx.session.tracks else {
        return Err(Error::text(
            "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN \
             or OPTOUT mode enabled",
        ));
    };
    let (mode, error) = if args.keyword("YES") {
        (
            Mode::OptIn,
            "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.",
        )
    } else if args.keyword("NO") {
        (
            Mode::OptOut,
            "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
        )
    } else {
        return Err(Error::Syntax);
    };
    if tracks.mode != mode {
        return Err(Error::text(error));
    }
    tracks.caching = true;
    ctx.reply.ok();
    Ok(())
}

fn getredir(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.reply.int(redirection(ctx.session));
    Ok(())
}

fn trackinginfo(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    let mut flags = Vec::new();
    match &ctx.session.tracks {
        None => flags.push("off"),
        Some(tracks) => {
            flags.push("on");
            match (tracks.mode, tracks.caching) {
                (Mode::Read, _) => {}
                (Mode::Broadcast, _) => flags.push("bcast"),
                (Mode::OptIn, false) => flags.push("optin"),
                (Mode::OptIn, true) => flags.extend(["optin", "caching-yes"]),
                (Mode::OptOut, false) => flags.push("optout"),
                (Mode::OptOut, true) => flags.extend(["optout", "caching-no"]),
            }
            flags.extend(tracks.no_loop.then_some("noloop"));
            flags.extend(tracks.is_broken.then_some("broken_redirect"));
        }
    }
    ctx.reply.map(3);
    ctx.reply.bulk(b"flags");
    ctx.reply.set(flags.len());
    for flag in flags {
        ctx.reply.bulk(flag.as_bytes());
    }
    ctx.reply.bulk(b"redirect");
    ctx.reply.int(redirection(ctx.session));
    ctx.reply.bulk(b"prefixes");
    let prefixes = ctx.session.tracks.as_ref().map(|tracks| &tracks.prefixes);
    ctx.reply.array(prefixes.map_or(0, BTreeSet::len));
    for prefix in prefixes.into_iter().flatten() {
        ctx.reply.bulk(prefix);
    }
    Ok(())
}
