//! `docker compose stop`, `start`, `restart` and `kill`: containers that are there.

use super::project::Project;
use super::{Job, say, up};
use crate::lab::act::life::{Ending, NotStarted, boot, finish, hint_at_logs, hint_at_port};
use crate::lab::act::who;
use crate::lab::docker::line::Signal;
use crate::lab::machines::From;
use crate::lab::model::Container;
use crate::lab::output::{LabEvent, Who};

/// The containers of these services that pass; none if a service is unknown, which is said.
fn chosen(
    job: &mut Job,
    project: &Project,
    services: &[String],
    passes: impl Fn(&Container) -> bool,
) -> Vec<Who> {
    if !project.has(job, services) {
        return Vec::new();
    }
    project.containers(job.model, services).filter(|c| passes(c)).map(who).collect()
}

/// `docker compose stop`
pub(super) fn stop(job: &mut Job, project: &Project, services: &[String], grace: bool) {
    let how = if grace { Ending::Shutdown } else { Ending::Kill };
    for who in chosen(job, project, services, Container::is_running) {
        say(job, "Container", &who.name, "Stopping");
        finish(job, &who, how);
        say(job, "Container", &who.name, "Stopped");
    }
}

/// `docker compose kill`
pub(super) fn kill(job: &mut Job, project: &Project, services: &[String], signal: Signal) {
    let how = match signal {
        Signal::Kill => Ending::Kill,
        Signal::Term => Ending::Shutdown,
    };
    for who in chosen(job, project, services, Container::is_running) {
        say(job, "Container", &who.name, "Killing");
        finish(job, &who, how);
        say(job, "Container", &who.name, "Killed");
    }
}

/// `docker compose start`
pub(super) fn start(job: &mut Job, project: &Project, services: &[String]) {
    if !project.has(job, services) {
        return;
    }
    for service in project.services(services) {
        let own = std::slice::from_ref(&service.name);
        if project.containers(job.model, own).next().is_none() {
            let text = format!("service \"{}\" has no container to start\n", service.name);
            job.output.fail(1, text);
            job.output.hint("docker compose up -d makes it and starts it");
            return;
        }
    }
    for who in chosen(job, project, services, |container| !container.is_running()) {
        if !up::start(job, &who) {
            return;
        }
    }
}

/// `docker compose restart`
pub(super) fn restart(job: &mut Job, project: &Project, services: &[String], grace: bool) {
    let how = if grace { Ending::Shutdown } else { Ending::Kill };
    let all = chosen(job, project, services, |_| true);
    if all.is_empty() && job.output.code == 0 {
        job.output.hint("there is no container to restart: docker compose up -d makes them");
    }
    for who in all {
        say(job, "Container", &who.name, "Restarting");
        if job.model.container(&who.id).is_some_and(Container::is_running) {
            crate::lab::act::life::end(job, &who.id, how);
        }
        match boot(job, &who.id, From::Volume) {
            Ok(()) => {
                say(job, "Container", &who.name, "Started");
                job.output.events.push(LabEvent::Restarted(who));
            }
            Err(NotStarted::Port(text)) => {
                job.daemon(1, &text);
                hint_at_port(job, &who.id);
                return;
            }
            Err(NotStarted::Ended(code)) => {
                say(job, "Container", &who.name, "Started");
                hint_at_logs(job, &who, code);
                job.output.events.push(LabEvent::Stopped(who));
            }
            Err(NotStarted::Gone) => {}
        }
    }
}
