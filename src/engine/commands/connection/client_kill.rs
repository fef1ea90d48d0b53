//! `CLIENT KILL`: connections that are ended by another.

use crate::engine::{Args, Ctx, Error, Outcome, Session, SessionId, parse_i64};

/// Which connections; each filter that was given must fit.
#[derive(Default)]
struct Filter<'a> {
    id: Option<SessionId>,
    /// Whether it listens to channels; a kind that there is never here fits nobody.
    listens: Option<bool>,
    is_nobody: bool,
    address: Option<&'a [u8]>,
    local: Option<&'a [u8]>,
    spares_me: bool,
}

impl<'a> Filter<'a> {
    fn parse(args: &mut Args<'a>) -> Result<Self, Error> {
        let mut filter = Self { spares_me: true, ..Self::default() };
        while !args.is_empty() {
            if args.remaining() == 1 {
                return Err(Error::Syntax);
            }
            if args.keyword("ID") {
                let id = parse_i64(args.next_word()?).and_then(|id| SessionId::try_from(id).ok());
                let id = id.filter(|id| *id > 0);
                let wrong = Error::text("ERR client-id should be greater than 0");
                filter.id = Some(id.ok_or(wrong)?);
            } else if args.keyword("TYPE") {
                let word = args.next_word()?;
                match word.to_ascii_lowercase().as_slice() {
                    b"normal" => filter.listens = Some(false),
                    b"pubsub" => filter.listens = Some(true),
                    b"master" | b"replica" | b"slave" => filter.is_nobody = true,
                    _ => {
                        let word = String::from_utf8_lossy(word);
                        return Err(Error::err(format_args!("Unknown client type '{word}'")));
                    }
                }
            } else if args.keyword("ADDR") {
                filter.address = Some(args.next_word()?);
            } else if args.keyword("LADDR") {
                filter.local = Some(args.next_word()?);
            } else if args.keyword("USER") {
                let user = args.next_word()?;
                if user != b"default" {
                    let user = String::from_utf8_lossy(user);
                    return Err(Error::err(format_args!("No such user '{user}'")));
                }
            } else if args.keyword("SKIPME") {
                if args.keyword("YES") {
                    filter.spares_me = true;
                } else if args.keyword("NO") {
                    filter.spares_me = false;
                } else {
                    return Err(Error::Syntax);
                }
            } else {
                return Err(Error::Syntax);
            }
        }
        Ok(filter)
    }

    fn fits(&self, session: &Session) -> bool {
        let is = |wanted: Option<&[u8]>, text: &str| {
            wanted.is_none_or(|wanted| wanted == text.as_bytes())
        };
        !self.is_nobody
            && !session.is_unseen()
            && self.id.is_none_or(|id| id == session.id)
            && self.listens.is_none_or(|listens| listens == session.subscriptions.is_some())
            && is(self.address, &session.peer.address)
            && is(self.local, &session.peer.local)
    }
}

pub(super) fn kill(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    // One word is an address: so it was before there were filters.
    let is_old = args.remaining() == 1;
    let filter = if is_old {
        Filter { address: Some(args.next_word()?), ..Filter::default() }
    } else {
        Filter::parse(args)?
    };
    let fits = ctx.server.sessions.iter().filter(|session| filter.fits(session));
    let others: Vec<SessionId> = fits.map(|session| session.id).collect();
    for &id in &others {
        ctx.server.send_away(id);
    }
    let is_me = !filter.spares_me && filter.fits(ctx.session);
    ctx.session.closing |= is_me;
    let killed = others.len() + usize::from(is_me);
    if !is_old {
        ctx.reply.count(killed);
    } else if killed == 0 {
        return Err(Error::text("ERR No such client"));
    } else {
        ctx.reply.ok();
    }
    Ok(())
}
