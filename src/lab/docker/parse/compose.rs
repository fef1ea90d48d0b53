//! `docker compose …`: its own flags, then the command's.

use super::containers::{exec, pull, view};
use super::{find, grace, help, line as command_line, names, signal};
use crate::lab::docker::flags::{Given, split, text};
use crate::lab::docker::line::{Compose, ComposeCommand, Line, Only, Signal, Up};
use crate::lab::docker::table::{COMPOSE, ComposeVerb, Group, Opt};
use crate::lab::docker::wrong::Wrong;
use crate::syntax::Word;

/// Reads the words after `docker compose`.
pub(super) fn parse(group: &'static Group, words: &[Word]) -> Result<Line, Wrong> {
    let own = split(&COMPOSE, words)?;
    let Some(first) = own.rest.first().filter(|_| !own.has(Opt::Help)) else {
        return Ok(Line::Help(help(Some(group), None)));
    };
    let place = words.iter().position(|word| word.span == first.span).unwrap_or(0);
    let Some((first, after)) = words.get(place..).and_then(<[Word]>::split_first) else {
        return Ok(Line::Help(help(Some(group), None)));
    };
    let read = command_line(find(Some(group), &text(first)?)?, after)?;
    let Line::Compose(mut compose) = read else { return Ok(read) };
    compose.file = own.last(Opt::File).map(|word| word.text.clone());
    compose.project = own.last(Opt::Project).map(|word| word.text.clone());
    Ok(Line::Compose(compose))
}

/// A command of `docker compose` by its flags and arguments; which file is still open.
pub(super) fn line(verb: ComposeVerb, given: &Given) -> Result<Line, Wrong> {
    let services = names(given);
    let command = match verb {
        ComposeVerb::Up => ComposeCommand::Up(Up {
            services,
            detach: given.has(Opt::Detach) || given.has(Opt::Wait),
            recreate: given.has(Opt::Recreate),
            orphans: given.has(Opt::RemoveOrphans),
            pull: pull(given)?,
        }),
        ComposeVerb::Down => ComposeCommand::Down {
            services,
            volumes: given.has(Opt::Volumes),
            orphans: given.has(Opt::RemoveOrphans),
            grace: grace(given)?,
        },
        ComposeVerb::Ps => {
            ComposeCommand::Ps { services, all: given.has(Opt::All), only: only(given) }
        }
        ComposeVerb::Logs => ComposeCommand::Logs {
            services,
            view: view(given),
            prefix: !given.has(Opt::NoLogPrefix),
        },
        ComposeVerb::Stop => ComposeCommand::Stop { services, grace: grace(given)? },
        ComposeVerb::Start => ComposeCommand::Start(services),
        ComposeVerb::Restart => ComposeCommand::Restart { services, grace: grace(given)? },
        ComposeVerb::Kill => {
            ComposeCommand::Kill { services, signal: signal(given)?.unwrap_or(Signal::Kill) }
        }
        // A terminal is what it has unless -T takes it away.
        ComposeVerb::Exec => ComposeCommand::Exec(exec(given, !given.has(Opt::NoTty))),
        ComposeVerb::Pull => ComposeCommand::Pull { services, quiet: given.has(Opt::Quiet) },
        ComposeVerb::Config => ComposeCommand::Config(only(given)),
        ComposeVerb::Version => ComposeCommand::Version,
    };
    Ok(Line::Compose(Compose { file: None, project: None, command }))
}

fn only(given: &Given) -> Option<Only> {
    if given.has(Opt::Quiet) {
        Some(Only::Quiet)
    } else if given.has(Opt::Services) {
        Some(Only::Services)
    } else if given.has(Opt::Volumes) {
        Some(Only::Volumes)
    } else {
        None
    }
}
