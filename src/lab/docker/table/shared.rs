//! What the rows of several files share: how flags are written down, and flags of many commands.

use super::{Arity, Flag, Opt};

pub(super) const ANY: Arity = Arity { least: 0, most: None };
pub(super) const NONE: Arity = Arity { least: 0, most: Some(0) };
pub(super) const ONE: Arity = Arity { least: 1, most: Some(1) };
pub(super) const TWO: Arity = Arity { least: 2, most: Some(2) };
pub(super) const ONE_OR_TWO: Arity = Arity { least: 1, most: Some(2) };
pub(super) const MAYBE_ONE: Arity = Arity { least: 0, most: Some(1) };
pub(super) const SOME: Arity = Arity { least: 1, most: None };
pub(super) const TWO_OR_MORE: Arity = Arity { least: 2, most: None };

/// A switch: a flag without a value.
pub(super) const fn switch(
    opt: Opt,
    short: Option<char>,
    long: &'static str,
    about: &'static str,
) -> Flag {
    Flag { opt, long, short, value: None, about }
}

/// A flag with a value.
pub(super) const fn value(
    opt: Opt,
    short: Option<char>,
    long: &'static str,
    value: &'static str,
    about: &'static str,
) -> Flag {
    Flag { opt, long, short, value: Some(value), about }
}

pub(super) const QUIET_IDS: Flag = switch(Opt::Quiet, Some('q'), "quiet", "Show ids only");
pub(super) const NO_TRUNC: Flag =
    switch(Opt::NoTrunc, None, "no-trunc", "Show ids and commands in full");
pub(super) const GRACE: Flag =
    value(Opt::Timeout, Some('t'), "timeout", "int", "Seconds it has for its shutdown");
/// The older name of `--timeout`, still accepted.
pub(super) const TIME: Flag = value(Opt::Timeout, None, "time", "int", "The same as --timeout");
pub(super) const SIGNAL: Flag =
    value(Opt::Signal, Some('s'), "signal", "string", "The signal to send: TERM or KILL");
pub(super) const KEEP_OPEN: Flag =
    switch(Opt::Interactive, Some('i'), "interactive", "Keep standard input open");
pub(super) const TERMINAL: Flag = switch(Opt::Tty, Some('t'), "tty", "Give it a terminal");
pub(super) const TEMPLATE: Flag = value(
    Opt::Format,
    Some('f'),
    "format",
    "string",
    "Print by a template, as {{.State.Status}}, or json",
);
pub(super) const ROW_TEMPLATE: Flag = value(
    Opt::Format,
    None,
    "format",
    "string",
    "Print each by a template, as {{.Names}}, or json",
);
pub(super) const FORCE: Flag =
    switch(Opt::Force, Some('f'), "force", "Do not ask before it is done");
pub(super) const TAIL: Flag =
    value(Opt::Tail, Some('n'), "tail", "string", "Show only so many of the last lines");
pub(super) const TIMESTAMPS: Flag =
    switch(Opt::Timestamps, Some('t'), "timestamps", "Show the time of each line");
pub(super) const FOLLOW: Flag =
    switch(Opt::Follow, Some('f'), "follow", "Wait for further lines (the lab shows those so far)");
