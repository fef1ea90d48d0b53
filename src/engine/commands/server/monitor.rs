//! `MONITOR`: every command that the server runs, as it runs.

use std::fmt::Write as _;

use super::super::redacted;
use crate::engine::{Args, Command, Ctx, Error, Flag, Group, Outcome};
use crate::escape::repr;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("MONITOR", monitor)
    .since("1.0.0")
    .group(Group::Server)
    .complexity("O(1)")
    .summary("Sends this connection every command that the server runs.")
    .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
    .categories(&["@admin", "@slow", "@dangerous"])];

fn monitor(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    if !ctx.may_block() {
        return Err(Error::text("ERR MONITOR isn't allowed for DENY BLOCKING client"));
    }
    if !ctx.session.monitors {
        ctx.session.monitors = true;
        ctx.server.monitors.push(ctx.session.id);
    }
    ctx.reply.ok();
    Ok(())
}

/// Shows a command that has run to everybody who watches.
pub(in crate::engine) fn show(ctx: &mut Ctx<'_>, command: &Command, words: &[&[u8]]) {
    if command.has(Flag::SkipMonitor) || command.has(Flag::Admin) {
        return;
    }
    show_line(ctx, words);
}

/// Shows the words of a command to everybody who watches.
pub(in crate::engine) fn show_line(ctx: &mut Ctx<'_>, words: &[&[u8]]) {
    if ctx.server.monitors.is_empty() || ctx.session.is_unseen() {
        return;
    }
    let address = &ctx.session.peer.address;
    // The end of a socket file has no port, and is told without one.
    let (kind, address) = match address.strip_suffix(":0") {
        Some(path) if path.starts_with('/') => ("unix:", path),
        Some(_) | None => ("", address.as_str()),
    };
    let (seconds, micros) = (ctx.now.seconds(), ctx.now.unix_micros.rem_euclid(1_000_000));
    let mut line = format!("{seconds}.{micros:06} [{} {kind}{address}]", ctx.session.db);
    for word in redacted(words) {
        let _ = write!(line, " {}", String::from_utf8_lossy(&repr(word)));
    }
    for id in ctx.server.monitors.clone() {
        if id == ctx.session.id {
            ctx.reply.simple(&line);
        } else {
            ctx.server.post(id, |letter| letter.simple(&line));
        }
    }
}
