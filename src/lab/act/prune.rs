//! The `prune` commands and `docker system df`: what nothing uses, and how much is on the disk.

use std::fmt::Write as _;

use super::Job;
use super::images::{Words, is_made_of, untag};
use super::remove::discard;
use super::volumes::drop_volume;
use crate::lab::docker::line::{Prune, Scope};
use crate::lab::model::image::{self, Image};
use crate::lab::show::size::human;
use crate::lab::show::system;

/// How `prune` calls what it does.
const WORDS: Words = Words { untagged: "untagged", deleted: "deleted" };

/// A `prune`. Docker asks first; the lab cannot ask, so it wants `-f`.
pub fn prune(job: &mut Job, ask: Prune) {
    if !ask.force {
        job.output.out(warning(ask));
        let name = match ask.scope {
            Scope::Containers => "container",
            Scope::Images => "image",
            Scope::Volumes => "volume",
            Scope::System => "system",
        };
        let mut flags = String::from("-f");
        if ask.all {
            flags.push_str(" -a");
        }
        if ask.volumes {
            flags.push_str(" --volumes");
        }
        job.output.hint(format!(
            "docker asks here before it removes anything, and the lab cannot: nothing was removed; docker {name} prune {flags} does it without asking"
        ));
        return;
    }
    let mut text = String::new();
    let mut reclaimed = 0;
    if matches!(ask.scope, Scope::Containers | Scope::System) {
        text.push_str(&containers(job));
    }
    if ask.scope == Scope::Volumes || ask.scope == Scope::System && ask.volumes {
        let (told, bytes) = volumes(job, ask.scope == Scope::Volumes && ask.all);
        text.push_str(&told);
        reclaimed += bytes;
    }
    if matches!(ask.scope, Scope::Images | Scope::System) && ask.all {
        let (told, bytes) = images(job);
        text.push_str(&told);
        reclaimed += bytes;
    }
    let _ = writeln!(text, "Total reclaimed space: {}", human(reclaimed));
    job.output.out(text);
    if ask.scope == Scope::Volumes && !ask.all {
        let left = job.model.listed_volumes().filter(|volume| volume.is_named());
        let unused = left.filter(|volume| job.model.users(&volume.name).next().is_none()).count();
        if unused > 0 {
            job.output.hint("volumes that have a name stay: docker volume prune -a -f removes them too, with their data");
        }
    }
}

/// What Docker says before it asks.
fn warning(ask: Prune) -> String {
    let one = |what: &str| format!("WARNING! This will remove {what}.\n");
    match (ask.scope, ask.all) {
        (Scope::Containers, _) => one("all stopped containers"),
        (Scope::Images, false) => one("all dangling images"),
        (Scope::Images, true) => {
            one("all images without at least one container associated to them")
        }
        (Scope::Volumes, false) => {
            one("anonymous local volumes not used by at least one container")
        }
        (Scope::Volumes, true) => one("all local volumes not used by at least one container"),
        (Scope::System, all) => {
            let mut text = "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n".to_owned();
            if ask.volumes {
                text.push_str("  - all anonymous volumes not used by at least one container\n");
            }
            text.push_str(if all {
                "  - all images without at least one container associated to them\n  - all build cache\n"
            } else {
                "  - all dangling images\n  - unused build cache\n"
            });
            text
        }
    }
}

/// A list with a head and an empty line behind it; nothing if it is empty.
fn listed(head: &str, lines: &str) -> String {
    if lines.is_empty() { String::new() } else { format!("{head}:\n{lines}\n") }
}

fn containers(job: &mut Job) -> String {
    let stopped: Vec<String> = job
        .model
        .containers
        .iter()
        .rev()
        .filter(|container| !container.is_running())
        .map(|container| container.id.clone())
        .collect();
    let mut lines = String::new();
    for id in stopped {
        discard(job, &id, false);
        let _ = writeln!(lines, "{id}");
    }
    listed("Deleted Containers", &lines)
}

fn volumes(job: &mut Job, named: bool) -> (String, u64) {
    let unused: Vec<String> = job
        .model
        .listed_volumes()
        .filter(|volume| named || volume.anonymous)
        .filter(|volume| job.model.users(&volume.name).next().is_none())
        .map(|volume| volume.name.clone())
        .collect();
    let (mut lines, mut bytes) = (String::new(), 0);
    for name in unused {
        let size = system::volume_size(job.machines, &name);
        drop_volume(job, &name);
        if job.model.volume(&name).is_none() {
            bytes += size;
            let _ = writeln!(lines, "{name}");
        }
    }
    (listed("Deleted Volumes", &lines), bytes)
}

fn images(job: &mut Job) -> (String, u64) {
    let unused: Vec<String> = job
        .model
        .images
        .iter()
        .filter(|pulled| job.model.containers.iter().all(|c| !is_made_of(c, pulled)))
        .map(|pulled| pulled.tag.clone())
        .collect();
    let here = |job: &Job| {
        let mut images: Vec<Image> =
            job.model.images.iter().filter_map(|pulled| image::find(&pulled.tag)).collect();
        images.dedup();
        images
    };
    let before = here(job);
    let lines: String = unused.iter().map(|tag| untag(job, tag, &WORDS)).collect();
    let after = here(job);
    let mut gone: Vec<Image> = Vec::new();
    for image in before {
        if !after.contains(&image) && !gone.contains(&image) {
            gone.push(image);
        }
    }
    (listed("Deleted Images", &lines), gone.iter().map(Image::size).sum())
}

/// `docker system df`
pub fn disk_usage(job: &mut Job) {
    let text = system::disk_usage(job.model, job.machines);
    job.output.out(text);
}
