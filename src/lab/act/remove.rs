//! `docker rm`, and what goes with a container: its anonymous volumes if that was asked for.

use super::Job;
use super::life::{Ending, end};
use super::volumes::drop_volume;
use crate::lab::model::Container;
use crate::lab::output::LabEvent;

/// `docker rm`
pub fn rm(job: &mut Job, containers: &[String], force: bool, volumes: bool) {
    for reference in containers {
        let before = job.output.code;
        let Some(who) = job.find(reference) else {
            // With --force, Docker says that nothing was there and calls it a success.
            if force {
                job.output.code = before;
            }
            continue;
        };
        let running = job.model.container(&who.id).is_some_and(Container::is_running);
        if running && !force {
            let text = format!(
                "cannot remove container \"/{}\": container is running: stop the container before removing or force remove",
                who.name
            );
            job.daemon(1, &text);
            job.output.hint(format!("docker stop {0} first, or docker rm -f {0}", who.name));
            continue;
        }
        if running {
            end(job, &who.id, Ending::Kill);
            job.output.events.push(LabEvent::Killed(who.clone()));
        }
        discard(job, &who.id, volumes);
        job.output.out(format!("{reference}\n"));
    }
}

/// Removes every container, volume and directory, whatever uses it.
pub fn wipe(job: &mut Job) {
    let ids: Vec<String> = job.model.containers.iter().map(|c| c.id.clone()).collect();
    for id in ids {
        if job.model.container(&id).is_some_and(Container::is_running) {
            end(job, &id, Ending::Kill);
        }
        discard(job, &id, true);
    }
    let names: Vec<String> = job.model.volumes.iter().map(|v| v.name.clone()).collect();
    for name in names {
        drop_volume(job, &name);
    }
}

/// Removes a container that does not run, and its anonymous volumes if `volumes` or if it was made
/// with `--rm`.
pub fn discard(job: &mut Job, id: &str, volumes: bool) {
    let Some(place) = job.model.containers.iter().position(|container| container.id == id) else {
        return;
    };
    let container = job.model.containers.remove(place);
    job.output.events.push(LabEvent::Removed(super::who(&container)));
    if !volumes && !container.auto_remove {
        return;
    }
    for mount in container.mounts.iter().filter(|mount| mount.anonymous) {
        if job.model.users(&mount.volume).next().is_none() {
            drop_volume(job, &mount.volume);
        }
    }
}
