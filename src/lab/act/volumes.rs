//! `docker volume create` and `rm`, and the volumes that containers bring along.

use super::Job;
use crate::lab::docker::nearest;
use crate::lab::model::{Volume, ids};
use crate::lab::output::LabEvent;

/// Makes a volume unless it is there; the error is the daemon's text.
pub fn ensure_volume(job: &mut Job, name: &str, anonymous: bool) -> Result<(), String> {
    if job.model.volume(name).is_some() {
        return Ok(());
    }
    job.machines.make_volume(name).map_err(|error| format!("create {name}: {error}"))?;
    job.model.volumes.push(Volume::new(name, job.now, anonymous));
    job.output.events.push(LabEvent::VolumeCreated(name.to_owned()));
    Ok(())
}

/// Makes what a directory of the machine is kept in, unless it is there, and gives its name.
pub fn ensure_folder(job: &mut Job, path: &str) -> Result<String, String> {
    let name = Volume::name_of_folder(path);
    if job.model.volumes.iter().any(|volume| volume.name == name) {
        return Ok(name);
    }
    job.machines.make_volume(&name).map_err(|error| format!("create {path}: {error}"))?;
    let folder = Some(path.to_owned());
    job.model.volumes.push(Volume { folder, ..Volume::new(&name, job.now, false) });
    job.output.hint(format!(
        "the lab keeps the directory {path} in itself, beside its volumes: nothing is written to your own"
    ));
    Ok(name)
}

/// Removes a volume that nothing uses. If its files cannot be removed, it stays and that is said.
pub fn drop_volume(job: &mut Job, name: &str) {
    match job.machines.drop_volume(name) {
        Ok(()) => {
            job.model.volumes.retain(|volume| volume.name != name);
            job.output.events.push(LabEvent::VolumeRemoved(name.to_owned()));
        }
        Err(error) => job.daemon(1, &format!("remove {name}: {error}")),
    }
}

/// `docker volume create`; making one that is there changes nothing.
pub fn create_volume(job: &mut Job, name: Option<&str>) {
    let anonymous = name.is_none();
    let name = name.map_or_else(|| ids::random(job.random), str::to_owned);
    match ensure_volume(job, &name, anonymous) {
        Ok(()) => job.output.out(format!("{name}\n")),
        Err(text) => job.daemon(1, &text),
    }
}

/// `docker volume rm`
pub fn remove_volumes(job: &mut Job, names: &[String], force: bool) {
    for name in names {
        if job.model.volume(name).is_none() {
            if force {
                job.output.out(format!("{name}\n"));
                continue;
            }
            no_such_volume(job, name);
            continue;
        }
        let users: Vec<&str> = job.model.users(name).map(|user| user.id.as_str()).collect();
        if !users.is_empty() {
            let text = format!("remove {name}: volume is in use - [{}]", users.join(", "));
            let containers: Vec<&str> =
                job.model.users(name).map(|user| user.name.as_str()).collect();
            let hint = format!(
                "a container uses it, running or not: docker rm -f {} removes that first",
                containers.join(" ")
            );
            job.daemon(1, &text);
            job.output.hint(hint);
            continue;
        }
        let failed = job.output.code;
        job.output.code = 0;
        drop_volume(job, name);
        if job.output.code == 0 {
            job.output.code = failed;
            job.output.out(format!("{name}\n"));
        }
    }
}

/// Says that there is no such volume, and which one was probably meant.
pub fn no_such_volume(job: &mut Job, name: &str) {
    job.daemon(1, &format!("get {name}: no such volume"));
    let names = job.model.listed_volumes().map(|volume| volume.name.as_str());
    let hint = match nearest(name, names) {
        Some(near) => format!("did you mean {near}?"),
        None => "docker volume ls lists the volumes there are".to_owned(),
    };
    job.output.hint(hint);
}
