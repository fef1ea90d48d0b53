//! `docker compose down`: what `up` made is taken away again.

use super::project::Project;
use super::{Job, say, up};
use crate::lab::act::life::{Ending, end};
use crate::lab::act::remove::discard;
use crate::lab::act::volumes::drop_volume;
use crate::lab::act::who;
use crate::lab::model::Container;
use crate::lab::output::{LabEvent, Who};

/// What `down` takes along.
pub(super) struct Down {
    /// The volumes of the file too.
    pub(super) volumes: bool,
    /// Containers of services that the file does not describe.
    pub(super) orphans: bool,
    /// Whether there is time for a shutdown.
    pub(super) grace: bool,
}

/// `docker compose down`
pub(super) fn down(job: &mut Job, project: &Project, services: &[String], ask: &Down) {
    if !project.has(job, services) {
        return;
    }
    let orphans = up::orphans(job, project);
    let all: Vec<Who> = project
        .containers(job.model, services)
        .map(who)
        .filter(|who| ask.orphans || !orphans.contains(who))
        .collect();
    let volumes = if ask.volumes { volumes(job, project) } else { Vec::new() };
    if all.is_empty() && volumes.is_empty() {
        job.output.err(format!(
            "Warning: No resource found to remove for project \"{}\".\n",
            project.name()
        ));
        return;
    }
    let had_containers = !all.is_empty();
    for who in all.iter().rev() {
        remove(job, who, ask.grace, ask.volumes);
    }
    for name in volumes {
        remove_volume(job, &name);
    }
    if had_containers && job.model.of_project(project.name()).next().is_none() {
        let network = project.network();
        say(job, "Network", &network, "Removing");
        say(job, "Network", &network, "Removed");
    }
    tell_kept(job, project, ask.volumes);
}

/// Stops and removes a container, its anonymous volumes too if asked.
pub(super) fn remove(job: &mut Job, who: &Who, grace: bool, volumes: bool) {
    if job.model.container(&who.id).is_some_and(Container::is_running) {
        say(job, "Container", &who.name, "Stopping");
        end(job, &who.id, if grace { Ending::Shutdown } else { Ending::Kill });
        job.output.events.push(LabEvent::Stopped(who.clone()));
        say(job, "Container", &who.name, "Stopped");
    }
    say(job, "Container", &who.name, "Removing");
    discard(job, &who.id, volumes);
    say(job, "Container", &who.name, "Removed");
}

/// The volumes of the file that are there and belong to it.
fn volumes(job: &Job, project: &Project) -> Vec<String> {
    let own = project.file().volumes.iter().filter(|volume| !volume.external);
    let names = own.map(|volume| project.volume_name(&volume.key));
    names.filter(|name| job.model.volume(name).is_some()).collect()
}

fn remove_volume(job: &mut Job, name: &str) {
    say(job, "Volume", name, "Removing");
    if job.model.users(name).next().is_some() {
        say(job, "Volume", name, "Resource is still in use");
        return;
    }
    drop_volume(job, name);
    if job.model.volume(name).is_none() {
        say(job, "Volume", name, "Removed");
    }
}

/// Says that the data are still there, for whoever expects otherwise.
fn tell_kept(job: &mut Job, project: &Project, removed: bool) {
    let kept = volumes(job, project);
    if !removed && let [name, ..] = kept.as_slice() {
        job.output.hint(format!(
            "volume {name} is still there, with its data: docker compose down -v would remove it too"
        ));
    }
}
