//! `docker logs`, `port`, `top`, `wait`, `inspect` and `docker info`: looking without changing.

use serde_json::Value;

use super::Job;
use super::images::no_such_image;
use super::life::collect;
use super::volumes::no_such_volume;
use crate::lab::docker::line::{Format, Inspect, Kind, LogView, Logs};
use crate::lab::model::{Container, Line, when};
use crate::lab::redis_cli::PORT;
use crate::lab::show::{inspect as json, system, template};

/// `docker logs`
pub fn logs(job: &mut Job, ask: &Logs) {
    let Some(who) = job.find(&ask.container) else { return };
    collect(job, &who.id);
    let Some(container) = job.model.container(&who.id) else { return };
    let lines = seen(&container.log, ask.view);
    let text: String = lines.map(|line| line + "\n").collect();
    let running = container.is_running();
    job.output.out(text);
    if ask.view.follow && running {
        hint_at_following(job, &format!("docker logs {}", ask.container));
    }
}

/// The lines of a log that are asked for, as they are shown.
pub fn seen(log: &[Line], view: LogView) -> impl Iterator<Item = String> {
    let skipped = view.tail.map_or(0, |tail| log.len().saturating_sub(tail));
    log.iter().skip(skipped).map(move |line| {
        if view.timestamps {
            format!("{} {}", when::rfc3339_nano(line.at), line.text)
        } else {
            line.text.clone()
        }
    })
}

/// Says that nothing is waited for.
pub fn hint_at_following(job: &mut Job, line: &str) {
    job.output.hint(format!(
        "docker would stay here and show each new line; the lab shows the log so far, and {line} shows more later"
    ));
}

/// `docker port`
pub fn port(job: &mut Job, reference: &str, port: Option<&str>) {
    let Some(who) = job.find(reference) else { return };
    let Some(container) = job.model.container(&who.id) else { return };
    let mut published: Vec<(u16, u16)> = if container.is_running() {
        container.ports.iter().map(|port| (port.container, port.host)).collect()
    } else {
        Vec::new()
    };
    published.sort_unstable();
    let Some(typed) = port else {
        let lines = published.iter().map(|(own, host)| format!("{own}/tcp -> 127.0.0.1:{host}\n"));
        let text: String = lines.collect();
        job.output.out(&text);
        if text.is_empty() {
            job.output.hint(format!(
                "{} has no published port: -p {PORT}:{PORT} publishes one when the container is made",
                who.name
            ));
        }
        return;
    };
    let (number, protocol) = typed.split_once('/').unwrap_or((typed, "tcp"));
    let Ok(number) = number.parse::<u16>() else {
        let text = format!(
            "Error: invalid port ({number}): strconv.ParseUint: parsing \"{number}\": invalid syntax\n"
        );
        job.output.fail(1, text);
        return;
    };
    let found: Vec<u16> = published
        .iter()
        .filter(|(own, _)| *own == number && protocol == "tcp")
        .map(|(_, host)| *host)
        .collect();
    if found.is_empty() {
        let text = format!("Error: No public port '{typed}' published for {reference}\n");
        job.output.fail(1, text);
        return;
    }
    for host in found {
        job.output.out(format!("127.0.0.1:{host}\n"));
    }
}

/// `docker top`
pub fn top(job: &mut Job, reference: &str) {
    let Some(who) = job.find(reference) else { return };
    let text = match job.model.container(&who.id) {
        Some(container) if container.is_running() => system::top(container),
        Some(_) | None => {
            job.daemon(1, &format!("container {} is not running", who.id));
            return;
        }
    };
    job.output.out(text);
}

/// `docker wait`
pub fn wait(job: &mut Job, references: &[String]) {
    for reference in references {
        let Some(who) = job.find(reference) else { continue };
        match job.model.container(&who.id).and_then(Container::exit_code) {
            Some(code) => job.output.out(format!("{code}\n")),
            None => job.output.hint(format!(
                "docker would wait here until {0} stops; the lab does not: docker stop {0}, then docker wait {0} shows its exit code",
                who.name
            )),
        }
    }
}

/// What a name means, as JSON.
fn find(job: &Job, name: &str, kind: Option<Kind>) -> Option<Value> {
    let machines = &*job.machines;
    let wanted = |asked: Kind| kind.is_none_or(|kind| kind == asked);
    if wanted(Kind::Container)
        && let Ok(container) = job.model.find(name)
    {
        return Some(json::container(container, |name| machines.mountpoint(name)));
    }
    if wanted(Kind::Image)
        && let Some(image) = json::image(job.model, &job.model.images_named(name))
    {
        return Some(image);
    }
    let volume = job.model.volume(name).filter(|_| wanted(Kind::Volume))?;
    Some(json::volume(volume, &machines.mountpoint(name)))
}

/// `docker inspect`: gathers what is known of each name, prints it, then says which names are none.
pub fn inspect(job: &mut Job, ask: &Inspect) {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for name in &ask.names {
        match find(job, name, ask.kind) {
            Some(value) => found.push(value),
            None => missing.push(name),
        }
    }
    match &ask.format {
        None => job.output.out(json::pretty(&found)),
        Some(format) => {
            for value in &found {
                print(job, format, value);
            }
        }
    }
    for name in missing {
        match ask.kind {
            None => {
                job.output.fail(1, format!("Error: No such object: {name}\n"));
                job.suggest(name);
            }
            Some(Kind::Container) => {
                job.daemon(1, &format!("No such container: {name}"));
                job.suggest(name);
            }
            Some(Kind::Image) => no_such_image(job, name),
            Some(Kind::Volume) => no_such_volume(job, name),
        }
    }
}

/// Prints one value by a format.
fn print(job: &mut Job, format: &Format, value: &Value) {
    match format {
        Format::Json => job.output.out(format!("{}\n", template::json(value))),
        Format::Lines(template) | Format::Table(template) => {
            match template::fill(template, value) {
                Ok(text) => job.output.out(format!("{text}\n")),
                Err(reason) => {
                    job.output.fail(1, format!("template parsing error: {reason}\n"));
                }
            }
        }
    }
}

/// `docker version`
pub fn version(job: &mut Job, format: Option<&Format>) {
    if let Some(format) = format {
        print(job, format, &system::version_value());
        return;
    }
    job.output.out(system::version());
    job.output.hint("no Docker runs here: the lab answers as this version of it would");
}

/// `docker info`
pub fn info(job: &mut Job, format: Option<&Format>) {
    if let Some(format) = format {
        print(job, format, &system::info_value(job.model));
        return;
    }
    let text = system::info(job.model);
    job.output.out(text);
}
