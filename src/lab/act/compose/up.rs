//! `docker compose up` and `pull`.

use super::project::Project;
use super::{Job, is_new, say, show_logs};
use crate::lab::act::images::{find_image, keep, layers};
use crate::lab::act::life::{Ending, NotStarted, boot, hint_at_logs, hint_at_port, tell_started};
use crate::lab::act::remove::discard;
use crate::lab::act::volumes::{drop_volume, ensure_volume};
use crate::lab::act::{life, run, who};
use crate::lab::compose::Service;
use crate::lab::docker::line::{Begin, LogView, PullPolicy, Run, Up};
use crate::lab::docker::{Mount, Source};
use crate::lab::machines::From;
use crate::lab::model::image::{self, Image, REPOSITORY};
use crate::lab::model::{self, Container};
use crate::lab::output::{LabEvent, Who};

/// Exit code of compose for an image that cannot be had.
const NO_IMAGE: i32 = 18;

/// `docker compose up`
pub(super) fn up(job: &mut Job, project: &Project, ask: &Up) {
    project.tell_remarks(job);
    if !project.has(job, &ask.services) {
        return;
    }
    let services = project.services(&ask.services);
    let Some(images) = images(job, &services, ask.pull, false) else { return };
    tell_orphans(job, project, ask.orphans);
    make_network(job, project);
    if !make_volumes(job, project, &services) {
        return;
    }
    let mut waiting = Vec::new();
    let mut all = Vec::new();
    for (service, image) in services.iter().zip(&images) {
        match container(job, project, service, image, ask.recreate) {
            Ok((who, starts)) => {
                all.push(who.clone());
                waiting.extend(starts.then_some(who));
            }
            Err(text) => {
                job.daemon(1, &text);
                if text.starts_with("Conflict") {
                    let name = project.container_name(service);
                    job.output.hint(format!(
                        "a container of that name is there and not of this project: docker rm -f {name} removes it"
                    ));
                }
                return;
            }
        }
    }
    for who in &waiting {
        if !start(job, who) {
            return;
        }
    }
    if !ask.detach {
        attach(job, project, &all);
    }
}

/// `docker compose pull`
pub(super) fn pull(job: &mut Job, project: &Project, services: &[String], quiet: bool) {
    if project.has(job, services) {
        let services = project.services(services);
        let _ = images(job, &services, PullPolicy::Always, quiet);
    }
}

/// The image of each service, fetched where it is not here; none if one cannot be had, which is said.
fn images(
    job: &mut Job,
    services: &[&Service],
    policy: PullPolicy,
    quiet: bool,
) -> Option<Vec<Image>> {
    let mut images = Vec::new();
    for service in services {
        let reference = &service.image;
        let is_ours = reference.repository == REPOSITORY;
        let here = is_ours && job.model.has_image(&reference.tag);
        let always = policy == PullPolicy::Always || service.pull == PullPolicy::Always;
        if here && !always {
            images.extend(image::find(&reference.tag));
            continue;
        }
        let never = policy == PullPolicy::Never || service.pull == PullPolicy::Never;
        if never {
            job.daemon(1, &format!("No such image: {}", reference.full()));
            job.output.hint(format!("docker pull {} fetches it", reference.typed));
            return None;
        }
        if !quiet {
            job.output.err(format!(" {} Pulling\n", service.name));
        }
        match find_image(reference) {
            Ok(image) => {
                if !quiet {
                    for (layer, state) in layers(job, &image) {
                        job.output.err(format!(" {layer} {state}\n"));
                    }
                    job.output.err(format!(" {} Pulled\n", service.name));
                }
                keep(job, reference, &image);
                images.push(image);
            }
            Err(missing) => {
                job.output.err(format!(" {} Error\n", service.name));
                job.output.fail(NO_IMAGE, format!("{}\n", missing.text));
                job.output.hint(missing.hint);
                return None;
            }
        }
    }
    Some(images)
}

/// Containers of the project that the file does not describe.
pub(super) fn orphans(job: &Job, project: &Project) -> Vec<Who> {
    let known = |name: &str| project.file().services.iter().any(|service| service.name == name);
    let orphans = job.model.of_project(project.name()).filter(|container| {
        container.service.as_ref().is_some_and(|service| !known(&service.name))
    });
    orphans.map(who).collect()
}

fn tell_orphans(job: &mut Job, project: &Project, remove: bool) {
    let orphans = orphans(job, project);
    if orphans.is_empty() {
        return;
    }
    if remove {
        for who in orphans {
            super::down::remove(job, &who, true, false);
        }
        return;
    }
    let names: Vec<&str> = orphans.iter().map(|who| who.name.as_str()).collect();
    job.output.hint(format!(
        "Found orphan containers ([{}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.",
        names.join(" ")
    ));
}

/// The network is there as long as a container of the project is.
fn make_network(job: &mut Job, project: &Project) {
    if job.model.of_project(project.name()).next().is_none() {
        let network = project.network();
        say(job, "Network", &network, "Creating");
        say(job, "Network", &network, "Created");
    }
}

/// Makes the volumes that the services mount; whether all are there.
fn make_volumes(job: &mut Job, project: &Project, services: &[&Service]) -> bool {
    for volume in &project.file().volumes {
        let mounts = services.iter().flat_map(|service| &service.mounts);
        let is_mounted =
            mounts.clone().any(|mount| mount.source == Source::Volume(volume.key.clone()));
        let name = project.volume_name(&volume.key);
        if !is_mounted || job.model.volume(&name).is_some() {
            continue;
        }
        if volume.external {
            job.output.fail(1, format!("external volume \"{name}\" not found\n"));
            job.output.hint(format!(
                "external: true says that it is there already: docker volume create {name} makes it"
            ));
            return false;
        }
        let shown = format!("\"{name}\"");
        say(job, "Volume", &shown, "Creating");
        if let Err(text) = ensure_volume(job, &name, false) {
            job.daemon(1, &text);
            return false;
        }
        let made = job.model.volumes.iter_mut().find(|made| made.name == name);
        if let Some(made) = made {
            made.project = Some(project.name().to_owned());
        }
        say(job, "Volume", &shown, "Created");
    }
    true
}

/// What a service asks of its container.
fn ask_of(project: &Project, service: &Service) -> Run {
    let mounts = service.mounts.iter().map(|mount| Mount {
        source: match &mount.source {
            Source::Volume(key) => Source::Volume(project.volume_name(key)),
            Source::Anonymous => Source::Anonymous,
            Source::Folder(path) => Source::Folder(path.clone()),
        },
        target: mount.target.clone(),
    });
    Run {
        begin: Begin::Detached,
        remove: false,
        name: Some(project.container_name(service)),
        ports: service.ports.clone(),
        mounts: mounts.collect(),
        image: service.image.clone(),
        args: service.args.clone(),
        restart: service.restart,
        env: service.env.clone(),
        user: service.user.clone(),
        pull: service.pull,
        quiet: true,
        idle: Vec::new(),
    }
}

/// Whether a container is what a service asks for.
fn is_as_asked(container: &Container, ask: &Run) -> bool {
    let mounts = ask.mounts.iter().all(|asked| {
        let mut there = container.mounts.iter().filter(|mount| mount.target == asked.target);
        there.any(|mount| match &asked.source {
            Source::Anonymous => mount.anonymous,
            Source::Volume(name) => mount.volume == *name,
            Source::Folder(path) => mount.folder.as_deref() == Some(path),
        })
    });
    let named = container.mounts.iter().filter(|mount| !mount.anonymous).count();
    let asked = ask.mounts.iter().filter(|mount| mount.source != Source::Anonymous).count();
    let ports = ask.ports.len() == container.ports.len()
        && ask.ports.iter().zip(&container.ports).all(|(asked, port)| {
            asked.container == port.container && asked.host.is_none_or(|host| host == port.host)
        });
    mounts
        && named == asked
        && ports
        && ask.name.as_deref() == Some(container.name.as_str())
        && container.image == ask.image.typed
        && container.args == ask.args
        && container.restart == ask.restart
        && container.env == ask.env
        && container.user == ask.user
}

/// Makes a service's container, or keeps or replaces the one that is there; whether it is to start.
fn container(
    job: &mut Job,
    project: &Project,
    service: &Service,
    image: &Image,
    recreate: bool,
) -> Result<(Who, bool), String> {
    let ask = ask_of(project, service);
    let services = std::slice::from_ref(&service.name);
    let old = project.containers(job.model, services).next().cloned();
    let name = project.container_name(service);
    let Some(old) = old else {
        say(job, "Container", &name, "Creating");
        let who = make(job, project, service, &ask, image)?;
        say(job, "Container", &name, "Created");
        return Ok((who, true));
    };
    if is_as_asked(&old, &ask) && !recreate {
        let who = who(&old);
        if old.is_running() {
            say(job, "Container", &name, "Running");
        }
        return Ok((who, !old.is_running()));
    }
    say(job, "Container", &name, "Recreate");
    if old.is_running() {
        life::end(job, &old.id, Ending::Shutdown);
        job.output.events.push(LabEvent::Stopped(who(&old)));
    }
    discard(job, &old.id, false);
    let made = make(job, project, service, &ask, image)?;
    take_over(job, &made, &old);
    say(job, "Container", &name, "Recreated");
    Ok((made, true))
}

fn make(
    job: &mut Job,
    project: &Project,
    service: &Service,
    ask: &Run,
    image: &Image,
) -> Result<Who, String> {
    let who = run::make(job, ask, image)?;
    if let Some(container) = job.model.container_mut(&who.id) {
        container.service = Some(model::Service {
            project: project.name().to_owned(),
            name: service.name.clone(),
            file: project.path().to_owned(),
        });
    }
    Ok(who)
}

/// A new container gets the anonymous volumes of the one that it replaces, as compose does it.
fn take_over(job: &mut Job, made: &Who, old: &Container) {
    for kept in old.mounts.iter().filter(|mount| mount.anonymous) {
        let Some(container) = job.model.container_mut(&made.id) else { return };
        let own = container
            .mounts
            .iter_mut()
            .find(|mount| mount.anonymous && mount.target == kept.target);
        if let Some(own) = own {
            let fresh = std::mem::replace(&mut own.volume, kept.volume.clone());
            drop_volume(job, &fresh);
        }
    }
}

/// Starts a container; whether the next one may.
pub(super) fn start(job: &mut Job, who: &Who) -> bool {
    let first = job.model.container(&who.id).is_some_and(is_new);
    say(job, "Container", &who.name, "Starting");
    match boot(job, &who.id, From::Volume) {
        Ok(()) => {
            say(job, "Container", &who.name, "Started");
            tell_started(job, who, first);
            true
        }
        Err(NotStarted::Port(text)) => {
            job.daemon(1, &text);
            hint_at_port(job, &who.id);
            false
        }
        Err(NotStarted::Ended(code)) => {
            say(job, "Container", &who.name, "Started");
            let started = LabEvent::Started { who: who.clone(), ports: Vec::new(), first };
            job.output.events.push(started);
            job.output.events.push(LabEvent::Stopped(who.clone()));
            hint_at_logs(job, who, code);
            true
        }
        Err(NotStarted::Gone) => true,
    }
}

/// An `up` without `-d`: the terminal would stay with the containers.
fn attach(job: &mut Job, project: &Project, whos: &[Who]) {
    let names: Vec<String> = whos.iter().map(|who| project.short_name(&who.name)).collect();
    job.output.out(format!("Attaching to {}\n", names.join(", ")));
    show_logs(job, project, whos, LogView::default(), true);
    job.output.hint(
        "without -d docker would stay here and show these logs until Ctrl-C stopped the containers; in the lab they run on in the background, and docker compose stop ends them",
    );
}
