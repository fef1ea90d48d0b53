//! `docker compose`: the services of a file become containers.
//!
//! What is told follows compose's plain progress: a line for each step of a container, a volume, the
//! network.

mod down;
mod project;
mod run;
mod up;

use super::Job;
use super::exec::exec;
use super::look::{hint_at_following, seen};
use crate::lab::docker::line::{Compose, ComposeCommand, Exec, LogView, Only};
use crate::lab::model::{Container, State};
use crate::lab::output::Who;
use crate::lab::show::compose as shown;
use project::Project;

/// The version of compose whose output the lab follows.
const VERSION: &str = "v2.36.2";

/// Carries out a line of `docker compose`.
pub fn compose(job: &mut Job, ask: &Compose) {
    if ask.command == ComposeCommand::Version {
        job.output.out(format!("Docker Compose version {VERSION}\n"));
        return;
    }
    let Some(project) = Project::open(job, ask) else { return };
    match &ask.command {
        ComposeCommand::Up(ask) => up::up(job, &project, ask),
        ComposeCommand::Down { services, volumes, orphans, grace } => {
            let ask = down::Down { volumes: *volumes, orphans: *orphans, grace: *grace };
            down::down(job, &project, services, &ask);
        }
        ComposeCommand::Ps { services, all, only } => ps(job, &project, services, *all, *only),
        ComposeCommand::Logs { services, view, prefix } => {
            logs(job, &project, services, *view, *prefix);
        }
        ComposeCommand::Stop { services, grace } => run::stop(job, &project, services, *grace),
        ComposeCommand::Start(services) => run::start(job, &project, services),
        ComposeCommand::Restart { services, grace } => {
            run::restart(job, &project, services, *grace);
        }
        ComposeCommand::Kill { services, signal } => run::kill(job, &project, services, *signal),
        ComposeCommand::Exec(ask) => exec_in(job, &project, ask),
        ComposeCommand::Pull { services, quiet } => up::pull(job, &project, services, *quiet),
        ComposeCommand::Config(only) => config(job, &project, *only),
        ComposeCommand::Version => {}
    }
}

/// A step of something, as compose tells it: ` Container redis  Started`.
fn say(job: &mut Job, what: &str, name: &str, step: &str) {
    job.output.err(format!(" {what} {name}  {step}\n"));
}

/// `docker compose ps`
fn ps(job: &mut Job, project: &Project, services: &[String], all: bool, only: Option<Only>) {
    if !project.has(job, services) {
        return;
    }
    let now = job.now;
    let wanted = |container: &&Container| all || container.is_running();
    let mut chosen: Vec<&Container> =
        project.containers(job.model, services).filter(wanted).collect();
    chosen.sort_by(|one, other| one.name.cmp(&other.name));
    let text = shown::ps(&chosen, only, now);
    job.output.out(text);
}

/// `docker compose logs`: the lines of all, in the order of time.
fn logs(job: &mut Job, project: &Project, services: &[String], view: LogView, prefix: bool) {
    if !project.has(job, services) {
        return;
    }
    let whos: Vec<Who> = project.containers(job.model, services).map(super::who).collect();
    show_logs(job, project, &whos, view, prefix);
    let runs = |who: &Who| job.model.container(&who.id).is_some_and(Container::is_running);
    if view.follow && whos.iter().any(runs) {
        hint_at_following(job, "docker compose logs");
    }
}

/// The logs of some containers, each line behind a name.
fn show_logs(job: &mut Job, project: &Project, whos: &[Who], view: LogView, prefix: bool) {
    for who in whos {
        super::life::collect(job, &who.id);
    }
    let names: Vec<String> = whos.iter().map(|who| project.short_name(&who.name)).collect();
    let width = names.iter().map(|name| name.chars().count() + 1).max().unwrap_or(0);
    let mut lines: Vec<(u64, String)> = Vec::new();
    for (who, name) in whos.iter().zip(&names) {
        let Some(container) = job.model.container(&who.id) else { continue };
        let skipped = view.tail.map_or(0, |tail| container.log.len().saturating_sub(tail));
        let times = container.log.iter().skip(skipped).map(|line| line.at);
        for (at, line) in times.zip(seen(&container.log, view)) {
            let before = if prefix { format!("{name:<width$} | ") } else { String::new() };
            lines.push((at, format!("{before}{line}\n")));
        }
    }
    // Sorting keeps the order of lines of the same moment.
    lines.sort_by_key(|(at, _)| *at);
    let text: String = lines.into_iter().map(|(_, line)| line).collect();
    job.output.out(text);
}

/// `docker compose exec`
fn exec_in(job: &mut Job, project: &Project, ask: &Exec) {
    if !project.has(job, std::slice::from_ref(&ask.container)) {
        return;
    }
    let services = std::slice::from_ref(&ask.container);
    let running = project.containers(job.model, services).find(|c| c.is_running());
    let Some(id) = running.map(|container| container.id.clone()) else {
        job.output.fail(1, format!("service \"{}\" is not running\n", ask.container));
        job.output.hint("docker compose up -d starts what the file describes");
        return;
    };
    exec(job, &Exec { container: id, ..ask.clone() });
}

/// `docker compose config`
fn config(job: &mut Job, project: &Project, only: Option<Only>) {
    project.tell_remarks(job);
    let text = shown::config(project.name(), project.file(), only);
    job.output.out(text);
}

/// Whether a container has never run.
fn is_new(container: &Container) -> bool {
    container.state == State::Created
}
