//! `docker rename`.

use super::Job;
use super::run::name_conflict;
use crate::lab::output::{LabEvent, Who};

/// Gives a container another name; its id and its data stay.
pub fn rename(job: &mut Job, reference: &str, name: &str) {
    let Some(who) = job.find(reference) else { return };
    if who.name == name {
        job.daemon(1, "Error when allocating new name: Renaming a container with the same name as its current name");
        return;
    }
    if let Some(text) = name_conflict(job, name) {
        job.daemon(1, &format!("Error when allocating new name: {text}"));
        return;
    }
    if let Some(container) = job.model.container_mut(&who.id) {
        name.clone_into(&mut container.name);
    }
    let renamed = Who { id: who.id, name: name.to_owned() };
    job.output.events.push(LabEvent::Renamed(renamed));
}
