//! `docker run` and `docker create`: an image is fetched if need be, a container made of it, started.

use super::images::{fetch, find_image};
use super::life::{NotStarted, boot, hint_at_logs, hint_at_port, tell_started};
use super::remove::discard;
use super::volumes::{ensure_folder, ensure_volume};
use super::{Job, who};
use crate::lab::docker::line::{Begin, PullPolicy, Run};
use crate::lab::docker::{ImageRef, Source};
use crate::lab::machines::From;
use crate::lab::model::image::{self, Image, REPOSITORY};
use crate::lab::model::{Container, DATA, Mount, Port, State, ids};
use crate::lab::output::{LabEvent, Who};

/// The exit code of a `docker run` whose container never ran.
const NOT_RUN: i32 = 125;

/// An error of `docker run` or `docker create`.
fn refuse(job: &mut Job, ask: &Run, text: &str) {
    if ask.begin == Begin::NotYet {
        job.output.fail(1, format!("{text}\n"));
        return;
    }
    let text = format!("docker: {text}\n\nRun 'docker run --help' for more information\n");
    job.output.fail(NOT_RUN, text);
}

/// `docker run`
pub fn run(job: &mut Job, ask: &Run) {
    let Some(image) = provide(job, ask) else { return };
    let who = match make(job, ask, &image) {
        Ok(who) => who,
        Err(text) => {
            refuse(job, ask, &format!("Error response from daemon: {text}"));
            if let Some(name) = &ask.name {
                hint_at_holder(job, name);
            }
            return;
        }
    };
    tell_idle(job, ask);
    if ask.begin != Begin::Attached {
        job.output.out(format!("{}\n", who.id));
    }
    if ask.begin == Begin::NotYet {
        return;
    }
    match boot(job, &who.id, From::Volume) {
        Ok(()) => {
            tell_started(job, &who, true);
            if ask.begin == Begin::Attached {
                attach(job, &who);
            }
        }
        Err(NotStarted::Port(text)) => {
            refuse(job, ask, &format!("Error response from daemon: {text}"));
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
        Err(NotStarted::Ended(code)) => ended(job, ask, &who, code),
        Err(NotStarted::Gone) => {}
    }
}

/// The image to make a container of, fetched if it is not here; if it cannot be had, that is said.
fn provide(job: &mut Job, ask: &Run) -> Option<Image> {
    let here = local(job, &ask.image);
    if ask.pull != PullPolicy::Always
        && let Some(image) = here
    {
        return Some(image);
    }
    if ask.pull == PullPolicy::Never {
        let text = format!("Error response from daemon: No such image: {}", ask.image.full());
        refuse(job, ask, &text);
        job.output.hint(format!("docker pull {} fetches it", ask.image.typed));
        return None;
    }
    if here.is_none() && !ask.quiet {
        job.output.err(format!("Unable to find image '{}' locally\n", ask.image.full()));
    }
    match find_image(&ask.image) {
        Ok(image) => {
            let text = fetch(job, &ask.image, &image);
            if !ask.quiet {
                job.output.err(text);
            }
            Some(image)
        }
        Err(missing) => {
            refuse(job, ask, &missing.text);
            job.output.hint(missing.hint);
            None
        }
    }
}

/// The image if it was fetched before, by its tag or by the beginning of its id.
fn local(job: &Job, reference: &ImageRef) -> Option<Image> {
    if reference.repository == REPOSITORY {
        return job.model.has_image(&reference.tag).then(|| image::find(&reference.tag)).flatten();
    }
    let named = job.model.images_named(&reference.typed);
    named.first().and_then(|pulled| image::find(&pulled.tag))
}

/// Says which flags changed nothing.
fn tell_idle(job: &mut Job, ask: &Run) {
    if !ask.env.is_empty() {
        job.output.hint(
            "redis reads no environment variables, so -e changes nothing: settings stand behind the image, as in redis:8 redis-server --appendonly yes",
        );
    }
    match ask.idle.as_slice() {
        [] => {}
        [only] => job.output.hint(format!("{only} changes nothing in the lab")),
        several => job.output.hint(format!("{} change nothing in the lab", several.join(", "))),
    }
}

/// Makes the container and its volumes; the error is the daemon's text.
pub fn make(job: &mut Job, ask: &Run, image: &Image) -> Result<Who, String> {
    if let Some(name) = &ask.name
        && let Some(text) = name_conflict(job, name)
    {
        return Err(text);
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
        version: image.release.version.to_owned(),
        args: ask.args.clone(),
        mounts,
        ports: Vec::new(),
        auto_remove: ask.remove,
        restart: ask.restart,
        user: ask.user.clone(),
        env: ask.env.clone(),
        service: None,
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

/// Docker's words if another container has a name.
pub fn name_conflict(job: &Job, name: &str) -> Option<String> {
    let holder = job.model.containers.iter().find(|container| container.name == name)?;
    let id = &holder.id;
    Some(format!(
        "Conflict. The container name \"/{name}\" is already in use by container \"{id}\". You have to remove (or rename) that container to be able to reuse that name."
    ))
}

/// What can be done about the container that has a name already.
fn hint_at_holder(job: &mut Job, name: &str) {
    let Some(holder) = job.model.containers.iter().find(|container| container.name == name) else {
        return;
    };
    job.output.hint(match holder.state {
        State::Running { .. } => format!(
            "a container {name} is running already: docker ps shows it, docker rm -f {name} removes it"
        ),
        State::Created | State::Exited { .. } => format!(
            "a container {name} is there and does not run: docker start {name} starts it, docker rm \
             {name} removes it"
        ),
    });
}

/// The volumes of a new container: those named, and one of its own at `/data` if none is there.
fn mount(job: &mut Job, ask: &Run) -> Result<Vec<Mount>, String> {
    let mut mounts = Vec::new();
    for asked in &ask.mounts {
        let target = asked.target.clone();
        mounts.push(match &asked.source {
            Source::Anonymous => anonymous(job, target)?,
            Source::Volume(name) => {
                ensure_volume(job, name, false)?;
                Mount { volume: name.clone(), target, anonymous: false, folder: None }
            }
            Source::Folder(path) => {
                let volume = ensure_folder(job, path)?;
                Mount { volume, target, anonymous: false, folder: Some(path.clone()) }
            }
        });
    }
    if mounts.iter().all(|mount| mount.target != DATA) {
        if let Some(elsewhere) = mounts.iter().find(|mount| !mount.anonymous) {
            let source = elsewhere.source();
            job.output.hint(format!(
                "Redis keeps its files in /data, and {source} is mounted at {}: nothing will reach it. -v {source}:/data is what keeps them",
                elsewhere.target
            ));
        }
        let own = anonymous(job, DATA.to_owned())?;
        mounts.push(own);
    }
    Ok(mounts)
}

/// A volume of a container's own.
fn anonymous(job: &mut Job, target: String) -> Result<Mount, String> {
    let volume = ids::random(job.random);
    ensure_volume(job, &volume, true)?;
    Ok(Mount { volume, target, anonymous: true, folder: None })
}

/// Shows a container's log, as its terminal would.
pub fn show_log(job: &mut Job, who: &Who) {
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

/// The server ended at once.
fn ended(job: &mut Job, ask: &Run, who: &Who, code: i32) {
    job.output.events.push(LabEvent::Started { who: who.clone(), ports: Vec::new(), first: true });
    job.output.events.push(LabEvent::Stopped(who.clone()));
    if ask.begin == Begin::Attached {
        show_log(job, who);
        job.output.code = code;
    } else {
        hint_at_logs(job, who, code);
    }
    let misplaced = code != 0
        && ask.args.first().is_some_and(|arg| {
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
