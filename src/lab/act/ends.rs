//! Instances that end without a command: by themselves, by `:kill`, when the power fails, and how
//! containers come back when the machine does, or kvtutor.

use super::life::{KILLED, NotStarted, boot, collect, remove_if_asked, tell_started};
use super::{Job, who};
use crate::lab::machines::From;
use crate::lab::model::{Restart, State};
use crate::lab::output::{LabEvent, Who};

/// The power fails, and comes back. Then docker starts containers again by their restart policy;
/// those that were made with `--rm` are gone.
pub fn power_loss(job: &mut Job) {
    let now = job.now;
    let ran = running(job);
    for who in &ran {
        collect(job, &who.id);
        job.machines.power_loss(&who.id, now);
        set_exited(job, who, KILLED);
        job.output.events.push(LabEvent::Killed(who.clone()));
        remove_if_asked(job, &who.id);
    }
    let all: Vec<Who> = job.model.containers.iter().map(who).collect();
    for who in all {
        let returns = match policy(job, &who) {
            Restart::Always => true,
            Restart::UnlessStopped => ran.contains(&who),
            Restart::No | Restart::OnFailure => false,
        };
        if returns {
            start_again(job, &who);
        }
    }
}

/// The process of a container is killed from outside, as `kill -9` does it.
pub fn die(job: &mut Job, id: &str) {
    let Some(who) = job.model.container(id).map(who) else { return };
    collect(job, id);
    job.machines.kill(id, job.now);
    set_exited(job, &who, KILLED);
    job.output.events.push(LabEvent::Killed(who.clone()));
    match policy(job, &who) {
        Restart::No => remove_if_asked(job, id),
        Restart::Always | Restart::UnlessStopped | Restart::OnFailure => start_again(job, &who),
    }
}

/// Brings the model up to date with instances that have ended by themselves, through SHUTDOWN.
pub fn settle(job: &mut Job) {
    for who in without_instance(job) {
        collect(job, &who.id);
        set_exited(job, &who, 0);
        job.output.events.push(LabEvent::Stopped(who.clone()));
        match policy(job, &who) {
            Restart::No | Restart::OnFailure => remove_if_asked(job, &who.id),
            Restart::Always | Restart::UnlessStopped => start_again(job, &who),
        }
    }
}

/// Brings the containers back that ran when kvtutor ended, as they were.
pub fn resume(job: &mut Job) {
    for who in without_instance(job) {
        match boot(job, &who.id, From::Journal) {
            Ok(()) | Err(NotStarted::Gone) => {}
            Err(NotStarted::Port(text)) => job.output.hint(text),
            Err(NotStarted::Ended(_)) => {
                job.output.hint(format!(
                    "container {} could not be brought back: docker logs {0} shows why, and \
                     docker start {0} starts it from its volume",
                    who.name
                ));
                job.output.events.push(LabEvent::Stopped(who));
            }
        }
    }
}

/// Starts a container because its policy says so.
fn start_again(job: &mut Job, who: &Who) {
    let word = policy(job, who).word();
    match boot(job, &who.id, From::Volume) {
        Ok(()) => {
            tell_started(job, who, false);
            job.output.hint(format!(
                "docker started {} again by itself: --restart {word} asks for that",
                who.name
            ));
        }
        Err(NotStarted::Port(text)) => job.output.hint(text),
        Err(NotStarted::Ended(_)) => job.output.hint(format!(
            "docker tried to start {} again, and it ended at once: docker logs {0} shows why",
            who.name
        )),
        Err(NotStarted::Gone) => {}
    }
}

fn policy(job: &Job, who: &Who) -> Restart {
    job.model.container(&who.id).map(|container| container.restart).unwrap_or_default()
}

fn set_exited(job: &mut Job, who: &Who, code: i32) {
    let at = job.now;
    if let Some(container) = job.model.container_mut(&who.id) {
        container.state = State::Exited { code, at };
    }
}

/// The containers that run, as far as the model knows.
fn running(job: &Job) -> Vec<Who> {
    job.model.containers.iter().filter(|container| container.is_running()).map(who).collect()
}

/// Those of them whose instance does not.
fn without_instance(job: &Job) -> Vec<Who> {
    let mut all = running(job);
    all.retain(|who| !job.machines.is_running(&who.id));
    all
}
