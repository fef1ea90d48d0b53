//! `CLIENT LIST`: which clients, and their lines.

use super::client_line::client_line;
use crate::engine::{Args, Ctx, Error, Outcome, Session, SessionId, parse_i64};

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

pub(super) fn list(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
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
