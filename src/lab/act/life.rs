//! `docker stop`, `start`, `restart`, `kill`: how an instance begins and how it is ended.

use super::Job;
use super::programs;
use super::remove::discard;
use super::run::show_log;
use crate::lab::connect::wrong_port;
use crate::lab::docker::line::{Signal, Stop};
use crate::lab::log;
use crate::lab::machines::{Boot, From};
use crate::lab::model::{Container, Line, State, ids};
use crate::lab::output::{LabEvent, Who};
use crate::lab::redis_cli::PORT;

/// The exit code of what SIGKILL ended.
pub const KILLED: i32 = 137;

/// Why a container did not come to run.
pub enum NotStarted {
    /// The text of the daemon's error.
    Port(String),
    /// Its server ended at once, with this exit code.
    Ended(i32),
    /// There is no such container.
    Gone,
}

/// Starts a container that does not run.
pub fn boot(job: &mut Job, id: &str, from: From) -> Result<(), NotStarted> {
    let container = job.model.container(id).ok_or(NotStarted::Gone)?;
    if let Some(text) = port_conflict(job, container) {
        return Err(NotStarted::Port(text));
    }
    if let Some(answer) = programs::version_answer(container) {
        return Err(finished(job, id, answer));
    }
    let boot = Boot {
        id,
        volume: container.data().map(|mount| mount.volume.as_str()).unwrap_or_default(),
        args: &container.args,
        version: &container.version,
        now: job.now,
        from,
    };
    let said = job.machines.start(&boot);
    let now = job.now;
    let container = job.model.container_mut(id).ok_or(NotStarted::Gone)?;
    let anew = from == From::Volume;
    let notes = match said {
        Ok(notes) => notes,
        Err(error) => {
            let why = log::refusal(container, now, error);
            container.started = Some(now);
            container.state = State::Exited { code: 1, at: now };
            if let Some(why) = why {
                job.output.hint(format!("Redis did not start: {why}"));
            }
            return Err(NotStarted::Ended(1));
        }
    };
    if anew {
        let mut lines = log::begin(container, now);
        lines.extend(log::notes(notes));
        lines.push(log::ready(container, now));
        container.write(lines);
        container.started = Some(now);
        container.state = State::Running { since: now };
    }
    if container.behind(PORT).is_some() {
        job.model.sandbox_away = true;
    }
    Ok(())
}

/// A container that only answers a question and is done.
fn finished(job: &mut Job, id: &str, answer: String) -> NotStarted {
    let now = job.now;
    let Some(container) = job.model.container_mut(id) else { return NotStarted::Gone };
    container.write([Line { at: now, text: answer }]);
    container.started = Some(now);
    container.state = State::Exited { code: 0, at: now };
    NotStarted::Ended(0)
}

/// Docker's words if another container has published one of a container's ports.
fn port_conflict(job: &Job, container: &Container) -> Option<String> {
    let mut hosts: Vec<u16> = container.ports.iter().map(|port| port.host).collect();
    hosts.sort_unstable();
    let twice = hosts.windows(2).find_map(|pair| match pair {
        [one, other] if one == other => Some(*one),
        _ => None,
    });
    let foreign = |port: &u16| {
        job.model.publisher(*port).is_some_and(|publisher| publisher.id != container.id)
    };
    let taken = twice.or_else(|| hosts.iter().copied().find(foreign))?;
    Some(format!(
        "failed to set up container networking: driver failed programming external connectivity on endpoint {} ({}): Bind for 0.0.0.0:{taken} failed: port is already allocated",
        container.name,
        ids::derived(&format!("endpoint {}", container.id)),
    ))
}

/// Says which container has a port that another one wants.
pub fn hint_at_port(job: &mut Job, id: &str) {
    let Some(wanting) = job.model.container(id) else { return };
    let holder = wanting.ports.iter().find_map(|port| {
        let holder = job.model.publisher(port.host).filter(|holder| holder.id != id)?;
        Some((port.host, holder.name.clone()))
    });
    if let Some((port, holder)) = holder {
        let free = port.saturating_add(1);
        job.output.hint(format!(
            "container {holder} has published port {port}: stop it first, or publish another port, as in -p {free}:6379"
        ));
    }
}

/// How a container is to end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// SIGTERM
    Shutdown,
    /// SIGKILL
    Kill,
}

/// Ends a running container. Whether it is then removed is for the caller to say.
pub fn end(job: &mut Job, id: &str, how: Ending) {
    let now = job.now;
    let ended = match how {
        Ending::Kill => {
            collect(job, id);
            job.machines.kill(id, now);
            Ok(None)
        }
        Ending::Shutdown => {
            collect(job, id);
            job.machines.stop(id, now).map(Some)
        }
    };
    let Some(container) = job.model.container_mut(id) else { return };
    let code = match ended {
        Ok(Some(notes)) => {
            let lines = log::shutdown(container, now, notes);
            container.write(lines);
            0
        }
        Ok(None) => KILLED,
        Err(error) => {
            container.write(log::notes(error.notes));
            let name = container.name.clone();
            job.machines.kill(id, now);
            job.output.hint(format!(
                "Redis in {name} could not save and would not stop ({}), so docker killed it: what was not on disk is gone",
                error.reason
            ));
            KILLED
        }
    };
    if let Some(container) = job.model.container_mut(id) {
        container.state = State::Exited { code, at: now };
    }
}

/// Takes what an instance has written into its container's log.
pub fn collect(job: &mut Job, id: &str) {
    let notes = job.machines.take_log(id);
    if let Some(container) = job.model.container_mut(id) {
        container.write(log::notes(notes));
    }
}

/// Whether a container runs.
fn runs(job: &Job, id: &str) -> bool {
    job.model.container(id).is_some_and(Container::is_running)
}

/// Removes a container that was made with `--rm` and has ended.
pub fn remove_if_asked(job: &mut Job, id: &str) {
    if job.model.container(id).is_some_and(|container| container.auto_remove) {
        discard(job, id, true);
    }
}

/// `docker stop`
pub fn stop(job: &mut Job, ask: &Stop) {
    for reference in &ask.containers {
        let Some(who) = job.find(reference) else { continue };
        if runs(job, &who.id) {
            let how = if ask.grace { Ending::Shutdown } else { Ending::Kill };
            finish(job, &who, how);
        }
        job.output.out(format!("{reference}\n"));
    }
}

/// Ends a container for good, tells of it, and removes it if that was asked for.
pub fn finish(job: &mut Job, who: &Who, how: Ending) {
    end(job, &who.id, how);
    let event = match how {
        Ending::Shutdown => LabEvent::Stopped(who.clone()),
        Ending::Kill => LabEvent::Killed(who.clone()),
    };
    job.output.events.push(event);
    remove_if_asked(job, &who.id);
}

/// `docker kill`
pub fn kill(job: &mut Job, containers: &[String], signal: Signal) {
    for reference in containers {
        let Some(who) = job.find(reference) else { continue };
        if !runs(job, &who.id) {
            let text =
                format!("cannot kill container: {reference}: container {} is not running", who.id);
            job.daemon(1, &text);
            continue;
        }
        let how = match signal {
            Signal::Kill => Ending::Kill,
            Signal::Term => Ending::Shutdown,
        };
        finish(job, &who, how);
        job.output.out(format!("{reference}\n"));
    }
}

/// `docker start`; with `attach`, what they write is shown instead of their names.
pub fn start(job: &mut Job, containers: &[String], attach: bool) {
    let mut failed = Vec::new();
    let told = |job: &mut Job, who: &Who, reference: &str| {
        if attach {
            show_log(job, who);
        } else {
            job.output.out(format!("{reference}\n"));
        }
    };
    for reference in containers {
        let Some(who) = job.find(reference) else {
            failed.push(reference.as_str());
            continue;
        };
        if runs(job, &who.id) {
            told(job, &who, reference);
            continue;
        }
        let first = job.model.container(&who.id).is_some_and(|c| c.started.is_none());
        match boot(job, &who.id, From::Volume) {
            Ok(()) => {
                tell_started(job, &who, first);
                told(job, &who, reference);
            }
            Err(NotStarted::Port(text)) => {
                job.daemon(1, &text);
                hint_at_port(job, &who.id);
                failed.push(reference.as_str());
            }
            Err(NotStarted::Ended(code)) => {
                told(job, &who, reference);
                if !attach {
                    hint_at_logs(job, &who, code);
                }
                remove_if_asked(job, &who.id);
            }
            Err(NotStarted::Gone) => {}
        }
    }
    if !failed.is_empty() {
        let text = format!("Error: failed to start containers: {}\n", failed.join(", "));
        job.output.fail(1, text);
    }
}

/// Tells that a container runs.
pub fn tell_started(job: &mut Job, who: &Who, first: bool) {
    let ports = job
        .model
        .container(&who.id)
        .map(|container| container.ports.iter().map(|port| port.host).collect());
    let ports: Vec<u16> = ports.unwrap_or_default();
    for host in &ports {
        if let Some(why) = wrong_port(job.model, *host) {
            job.output.hint(why);
        }
    }
    job.output.events.push(LabEvent::Started { who: who.clone(), ports, first });
}

/// Says where a container that ended at once has written why.
pub fn hint_at_logs(job: &mut Job, who: &Who, code: i32) {
    let removed = job.model.container(&who.id).is_some_and(|container| container.auto_remove);
    let what = if code == 0 { "what it wrote" } else { "why" };
    let name = &who.name;
    job.output.hint(if removed {
        format!(
            "the container ended at once (exit code {code}) and, with --rm, was removed; without --rm docker logs can show {what}"
        )
    } else {
        format!("the container ended at once (exit code {code}): docker logs {name} shows {what}")
    });
}

/// `docker restart`
pub fn restart(job: &mut Job, ask: &Stop) {
    for reference in &ask.containers {
        let Some(who) = job.find(reference) else { continue };
        if runs(job, &who.id) {
            end(job, &who.id, if ask.grace { Ending::Shutdown } else { Ending::Kill });
        }
        match boot(job, &who.id, From::Volume) {
            Ok(()) => {
                job.output.events.push(LabEvent::Restarted(who));
                job.output.out(format!("{reference}\n"));
            }
            Err(NotStarted::Port(text)) => {
                job.daemon(1, &format!("Cannot restart container {reference}: {text}"));
                hint_at_port(job, &who.id);
            }
            Err(NotStarted::Ended(code)) => {
                hint_at_logs(job, &who, code);
                job.output.events.push(LabEvent::Stopped(who));
                job.output.out(format!("{reference}\n"));
            }
            Err(NotStarted::Gone) => {}
        }
    }
}
