//! `CLIENT PAUSE` and `CLIENT UNPAUSE` for everybody, `CLIENT UNBLOCK` for one.

use super::super::help::wrong_subcommand;
use crate::engine::blocking::deadline_ms;
use crate::engine::{Args, Ctx, Error, Outcome, Paused, SessionId, Unblock, parse_i64};

pub(super) fn pause(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    if args.remaining() > 2 {
        return Err(wrong_subcommand(args));
    }
    let length = args.next_word()?;
    let writes_only = if args.is_empty() || args.keyword("ALL") {
        false
    } else if args.keyword("WRITE") {
        true
    } else {
        return Err(Error::text("ERR CLIENT PAUSE mode must be WRITE or ALL"));
    };
    let until_ms = deadline_ms(length, ctx.now)?.unwrap_or(ctx.now.ms());
    // A second pause can only make the first longer, and hold up more.
    let pause = match ctx.server.paused {
        Some(now) if now.until_ms > ctx.now.ms() => Paused {
            until_ms: now.until_ms.max(until_ms),
            writes_only: now.writes_only && writes_only,
        },
        Some(_) | None => Paused { until_ms, writes_only },
    };
    ctx.server.paused = Some(pause);
    ctx.keys.space().paused_until_ms = pause.until_ms;
    ctx.reply.ok();
    Ok(())
}

pub(super) fn unpause(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.server.paused = None;
    ctx.keys.space().paused_until_ms = i64::MIN;
    ctx.server.go_on(ctx.keys.space());
    ctx.reply.ok();
    Ok(())
}

pub(super) fn unblock(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
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
