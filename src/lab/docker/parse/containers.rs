//! `run`, `create`, `stop`, `logs`, `exec`: what they ask for.

use super::{bad_value, container_name, first, grace, image, names, signal};
use crate::lab::docker::flags::{Given, Text};
use crate::lab::docker::line::{
    Begin, Exec, LogView, Logs, Program, PullPolicy, Run, Signal, Stop,
};
use crate::lab::docker::pieces::{self, Mount, Publish};
use crate::lab::docker::table::Opt;
use crate::lab::docker::wrong::Wrong;
use crate::lab::model::Restart;
use crate::lab::redis_cli;

/// `docker run`, or `docker create`, which does not start it.
pub(super) fn run(given: &Given, starts: bool) -> Result<Run, Wrong> {
    let name = match given.last(Opt::Name).filter(|name| !name.text.is_empty()) {
        Some(name) => Some(container_name(given, name)?),
        None => None,
    };
    let begin = match (starts, given.has(Opt::Detach)) {
        (false, _) => Begin::NotYet,
        (true, true) => Begin::Detached,
        (true, false) => Begin::Attached,
    };
    let remove = given.has(Opt::Remove);
    Ok(Run {
        begin,
        remove,
        name,
        ports: ports(given)?,
        mounts: mounts(given)?,
        image: image(given)?,
        args: server_args(given)?,
        restart: restart(given, remove)?,
        env: given.all(Opt::Env).map(|word| word.text.clone()).collect(),
        user: given.last(Opt::User).map(|word| word.text.clone()),
        pull: pull(given)?,
        quiet: given.has(Opt::Quiet),
        idle: idle(given),
    })
}

fn ports(given: &Given) -> Result<Vec<Publish>, Wrong> {
    let hint = || "write -p HOST:CONTAINER, as in -p 6379:6379".to_owned();
    let mut ports = given
        .all(Opt::Publish)
        .map(|word| {
            pieces::publish(&word.text).map_err(|text| given.piece(word, text, Some(hint())))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if given.has(Opt::PublishAll) && ports.iter().all(|port| port.container != redis_cli::PORT) {
        ports.push(Publish { host: None, container: redis_cli::PORT });
    }
    Ok(ports)
}

/// `-v` and `--mount`
fn mounts(given: &Given) -> Result<Vec<Mount>, Wrong> {
    let hint = || "write -v NAME:/data, as in -v redis-data:/data".to_owned();
    let short = given.all(Opt::Volume).map(|word| {
        pieces::mount(&word.text).map_err(|text| given.piece(word, text, Some(hint())))
    });
    let long = given.all(Opt::Mount).map(|word| {
        pieces::mount_flag(&word.text).map_err(|text| bad_value(given, Opt::Mount, word, &text))
    });
    short.chain(long).collect()
}

fn restart(given: &Given, remove: bool) -> Result<Restart, Wrong> {
    let Some(word) = given.last(Opt::Restart) else { return Ok(Restart::No) };
    let policy = pieces::restart(&word.text).map_err(|text| given.piece(word, text, None))?;
    if remove && policy != Restart::No {
        let text = "conflicting options: cannot specify both --restart and --rm".to_owned();
        return Err(given.piece(word, text, None));
    }
    Ok(policy)
}

/// `--pull`
pub(super) fn pull(given: &Given) -> Result<PullPolicy, Wrong> {
    let Some(word) = given.last(Opt::Pull) else { return Ok(PullPolicy::Missing) };
    match word.text.as_str() {
        "always" => Ok(PullPolicy::Always),
        "missing" => Ok(PullPolicy::Missing),
        "never" => Ok(PullPolicy::Never),
        other => {
            let text = format!(
                "invalid pull option: '{other}': must be one of \"always\", \"missing\" or \"never\""
            );
            Err(given.piece(word, text, None))
        }
    }
}

/// Flags that are accepted and change nothing.
fn idle(given: &Given) -> Vec<&'static str> {
    [
        (Opt::Network, "--network"),
        (Opt::Hostname, "--hostname"),
        (Opt::Platform, "--platform"),
        (Opt::Workdir, "--workdir"),
    ]
    .into_iter()
    .filter(|(opt, _)| given.last(*opt).is_some())
    .map(|(_, flag)| flag)
    .collect()
}

/// What stands after the image.
fn server_args(given: &Given) -> Result<Vec<String>, Wrong> {
    let command: Vec<&Text> = given.rest.iter().skip(1).collect();
    let words: Vec<String> = command.iter().map(|word| word.text.clone()).collect();
    match (pieces::server_args(&words), command.first()) {
        (Ok(args), _) => Ok(args.to_vec()),
        (Err(refusal), Some(program)) => {
            Err(given.piece(program, refusal.text, Some(refusal.hint.to_owned())))
        }
        (Err(_), None) => Ok(Vec::new()),
    }
}

/// `docker stop` and `docker restart`
pub(super) fn stop(given: &Given) -> Result<Stop, Wrong> {
    let grace = grace(given)? && signal(given)? != Some(Signal::Kill);
    Ok(Stop { containers: names(given), grace })
}

pub(super) fn logs(given: &Given) -> Logs {
    Logs { container: first(given), view: view(given) }
}

/// How a log is shown.
pub(super) fn view(given: &Given) -> LogView {
    LogView {
        // As in Docker, what is no number means all of them.
        tail: given.last(Opt::Tail).and_then(|word| word.text.parse().ok()),
        timestamps: given.has(Opt::Timestamps),
        follow: given.has(Opt::Follow),
    }
}

/// `docker exec`, and that of `docker compose`.
pub(super) fn exec(given: &Given, terminal: bool) -> Exec {
    let mut words = given.rest.iter().map(|word| word.text.as_str());
    let container = words.next().unwrap_or_default().to_owned();
    let name = words.next().unwrap_or_default();
    let args: Vec<&str> = words.collect();
    let program = match name {
        "redis-cli" | "/usr/local/bin/redis-cli" => match redis_cli::parse(&args) {
            Ok(cli) => Program::RedisCli(cli),
            Err(refused) => Program::Refused(refused),
        },
        other => Program::Other(other.to_owned(), args.into_iter().map(str::to_owned).collect()),
    };
    Exec { container, terminal, program }
}
