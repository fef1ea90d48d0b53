//! `docker run` and `docker pull`: an image is fetched if need be, a container made of it, started.

use std::fmt::Write as _;

use super::life::{NotStarted, boot, hint_at_logs, hint_at_port, tell_started};
use super::remove::discard;
use super::volumes::ensure_volume;
use super::{Job, who};
use crate::lab::docker::line::Run;
use crate::lab::docker::{ImageRef, nearest};
use crate::lab::machines::From;
use crate::lab::model::image::{REPOSITORY, Release, release};
use crate::lab::model::{Container, DATA, Mount, Port, Pulled, State, ids};
use crate::lab::output::{LabEvent, Who};

/// The exit code of a `docker run` whose container never ran.
const NOT_RUN: i32 = 125;

/// An error of `docker run`.
fn refuse(job: &mut Job, text: &str) {
    let text = format!("docker: {text}\n\nRun 'docker run --help' for more information\n");
    job.output.fail(NOT_RUN, text);
}

/// Why an image cannot be had, in Docker's words, and what the lab says to it.
fn find_image(image: &ImageRef) -> Result<&'static Release, (String, String)> {
    if image.repository == REPOSITORY {
        return release(&image.tag).ok_or_else(|| {
            let full = image.full();
            let text = format!("manifest for {full} not found: manifest unknown: manifest unknown");
            let tags =
                "the lab has redis:8 (8.6), 8.4, 8.2, 8.0, 7 (7.4), 7.2, 7.0, 6.2 and latest";
            (format!("Error response from daemon: {text}"), tags.to_owned())
        });
    }
    let near = nearest(&image.repository, std::iter::once(REPOSITORY));
    if near.is_some() {
        let text = format!(
            "Error response from daemon: pull access denied for {}, repository does not exist or may require 'docker login'",
            image.repository
        );
        return Err((text, "did you mean redis? The lab has only redis images".to_owned()));
    }
    let text = format!(
        "the lab works without a network and has only redis images, not {}",
        image.repository
    );
    Err((text, "write redis:8, or another tag of redis".to_owned()))
}

/// Fetches an image and says so as a pull does, from the line that names the tag to the status.
fn fetch(job: &mut Job, image: &ImageRef, release: &Release) -> String {
    let mut text = format!("{}: Pulling from library/{REPOSITORY}\n", image.tag);
    let known = job.model.has_image(&image.tag);
    let same = job.model.images.iter().any(|pulled| pulled.version == release.version);
    if !same {
        let there: Vec<String> = job
            .model
            .images
            .iter()
            .filter_map(|pulled| crate::lab::model::image::release(&pulled.tag))
            .flat_map(Release::layers)
            .collect();
        for layer in release.layers() {
            let state = if there.contains(&layer) { "Already exists" } else { "Pull complete" };
            let _ = writeln!(text, "{layer}: {state}");
        }
    }
    let _ = writeln!(text, "Digest: sha256:{}", release.digest());
    let status = if known { "Image is up to date" } else { "Downloaded newer image" };
    let _ = writeln!(text, "Status: {status} for {}", image.full());
    if !known {
        let version = release.version.to_owned();
        job.model.images.push(Pulled { tag: image.tag.clone(), version });
        job.output.events.push(LabEvent::Pulled(image.full()));
    }
    text
}

/// `docker pull`
pub fn pull(job: &mut Job, image: &ImageRef, quiet: bool) {
    if !quiet && !image.typed.ends_with(&format!(":{}", image.tag)) {
        job.output.out(format!("Using default tag: {}\n", image.tag));
    }
    match find_image(image) {
        Ok(release) => {
            let text = fetch(job, image, release);
            if !quiet {
                job.output.out(text);
            }
            job.output.out(format!("docker.io/library/{}\n", image.full()));
        }
        Err((text, hint)) => {
            job.output.fail(1, format!("{text}\n"));
            job.output.hint(hint);
        }
    }
}

/// `docker run`
pub fn run(job: &mut Job, ask: &Run) {
    let known = ask.image.repository == REPOSITORY && job.model.has_image(&ask.image.tag);
    if !known {
        job.output.err(format!("Unable to find image '{}' locally\n", ask.image.full()));
    }
    let release = match find_image(&ask.image) {
        Ok(release) => release,
        Err((text, hint)) => {
            refuse(job, &text);
            job.output.hint(hint);
            return;
        }
    };
    if !known {
        let text = fetch(job, &ask.image, release);
        job.output.err(text);
    }
    let who = match make(job, ask, release) {
        Ok(who) => who,
        Err(text) => {
            refuse(job, &format!("Error response from daemon: {text}"));
            return;
        }
    };
    if ask.detach {
        job.output.out(format!("{}\n", who.id));
    }
    match boot(job, &who.id, From::Volume) {
        Ok(()) => {
            tell_started(job, &who, true);
            if !ask.detach {
                attach(job, &who);
            }
        }
        Err(NotStarted::Port(text)) => {
            refuse(job, &format!("Error response from daemon: {text}"));
            hint_at_port(job, &who.id);
            if ask.remove {
                discard(job, &who.id, true);
            } else {
                job.output.hint(format!(
                    "the container was made but not started: docker rm {} removes it",
                    who.name
                ));
            }
        }
        Err(NotStarted::Ended) => ended(job, ask, &who),
        Err(NotStarted::Gone) => {}
    }
}

/// Makes the container and its volumes; the error is the daemon's text.
fn make(job: &mut Job, ask: &Run, release: &Release) -> Result<Who, String> {
    if let Some(name) = &ask.name
        && let Some(holder) = job.model.containers.iter().find(|c| c.name == *name)
    {
        let id = &holder.id;
        return Err(format!(
            "Conflict. The container name \"/{name}\" is already in use by container \"{id}\". You have to remove (or rename) that container to be able to reuse that name."
        ));
    }
    for (place, mount) in ask.mounts.iter().enumerate() {
        if ask.mounts.iter().take(place).any(|other| other.target == mount.target) {
            return Err(format!("Duplicate mount point: {}", mount.target));
        }
    }
    let id = ids::random(job.random);
    let name = ask.name.clone().unwrap_or_else(|| job.model.free_name(job.random));
    let mounts = mount(job, ask)?;
    let mut container = Container {
        id,
        name,
        image: ask.image.typed.clone(),
        version: release.version.to_owned(),
        args: ask.args.clone(),
        mounts,
        ports: Vec::new(),
        auto_remove: ask.remove,
        created: job.now,
        state: State::Created,
        started: None,
        log: Vec::new(),
    };
    for publish in &ask.ports {
        let host = publish.host.unwrap_or_else(|| {
            let own = container.ports.iter().map(|port: &Port| port.host);
            job.model.free_port(own)
        });
        let port = Port { host, container: publish.container };
        // Docker takes the same -p twice for one.
        if !container.ports.contains(&port) {
            container.ports.push(port);
        }
    }
    let made = who(&container);
    job.model.containers.push(container);
    job.output.events.push(LabEvent::Created(made.clone()));
    Ok(made)
}

/// The volumes of a new container: those named, and one of its own at `/data` if none is there.
fn mount(job: &mut Job, ask: &Run) -> Result<Vec<Mount>, String> {
    let mut mounts = Vec::new();
    for asked in &ask.mounts {
        let anonymous = asked.volume.is_none();
        let volume = asked.volume.clone().unwrap_or_else(|| ids::random(job.random));
        ensure_volume(job, &volume, anonymous)?;
        mounts.push(Mount { volume, target: asked.target.clone(), anonymous });
    }
    if mounts.iter().all(|mount| mount.target != DATA) {
        let volume = ids::random(job.random);
        ensure_volume(job, &volume, true)?;
        if let Some(elsewhere) = mounts.iter().find(|mount| !mount.anonymous) {
            job.output.hint(format!(
                "Redis keeps its files in /data, and {} is mounted at {}: nothing will reach it. -v {}:/data is what keeps them",
                elsewhere.volume, elsewhere.target, elsewhere.volume
            ));
        }
        mounts.push(Mount { volume, target: DATA.to_owned(), anonymous: true });
    }
    Ok(mounts)
}

/// Shows a container's log, as its terminal would.
fn show_log(job: &mut Job, who: &Who) {
    let lines: Vec<String> = match job.model.container(&who.id) {
        Some(container) => container.log.iter().map(|line| line.text.clone() + "\n").collect(),
        None => Vec::new(),
    };
    job.output.out(lines.concat());
}

/// A run without `-d`: the terminal would stay with the container.
fn attach(job: &mut Job, who: &Who) {
    show_log(job, who);
    job.output.hint(format!(
        "without -d docker would stay here and show this log until Ctrl-C stopped Redis; in the lab {} runs on in the background, and docker stop {0} ends it",
        who.name
    ));
}

/// The server gave up at once.
fn ended(job: &mut Job, ask: &Run, who: &Who) {
    job.output.events.push(LabEvent::Started { who: who.clone(), ports: Vec::new(), first: true });
    job.output.events.push(LabEvent::Stopped(who.clone()));
    if ask.detach {
        hint_at_logs(job, who);
    } else {
        show_log(job, who);
        job.output.code = 1;
    }
    let misplaced = ask.args.first().is_some_and(|arg| {
        arg.starts_with('-') && !arg.starts_with("--")
            || ["--rm", "--name", "--publish", "--volume", "--detach"].contains(&arg.as_str())
    });
    if misplaced {
        let args = ask.args.join(" ");
        job.output.hint(format!(
            "what follows the image goes to redis-server: docker's own flags stand before it, as in docker run {args} {}",
            ask.image.typed
        ));
    }
    if ask.remove {
        discard(job, &who.id, true);
    }
}
