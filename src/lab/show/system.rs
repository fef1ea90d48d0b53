//! What is told of the lab as a whole, and of a container's process: `version`, `info`,
//! `system df`, `top`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::columns::table;
use super::size::human;
use crate::lab::machines::Machines;
use crate::lab::model::image::{self, Image};
use crate::lab::model::{Container, Model, when};

/// The version of Docker whose output the lab follows.
pub const DOCKER: &str = "28.2.2";

/// What images say that they are made for.
pub const ARCHITECTURE: &str = "amd64";

/// `docker version`
pub fn version() -> String {
    let own = env!("CARGO_PKG_VERSION");
    format!(
        "Client: the lab of kvtutor\n Version:           {DOCKER}\n Context:           default\n\nServer: the lab of kvtutor\n Engine:\n  Version:          {DOCKER}\n  kvtutor:          {own}\n"
    )
}

/// The same for a template.
pub fn version_value() -> Value {
    let part = json!({ "Version": DOCKER, "Os": "linux", "Arch": ARCHITECTURE });
    json!({ "Client": part, "Server": part })
}

/// How many containers run, and how many do not.
fn counts(model: &Model) -> (usize, usize) {
    let running = model.containers.iter().filter(|container| container.is_running()).count();
    (running, model.containers.len() - running)
}

/// The images that were pulled, each once.
fn images(model: &Model) -> Vec<Image> {
    let mut images: Vec<Image> = Vec::new();
    for image in model.images.iter().filter_map(|pulled| image::find(&pulled.tag)) {
        if !images.contains(&image) {
            images.push(image);
        }
    }
    images
}

/// `docker info`
pub fn info(model: &Model) -> String {
    let (running, stopped) = counts(model);
    format!(
        "Client: the lab of kvtutor\n Version:    {DOCKER}\n Context:    default\n\nServer:\n Containers: {}\n  Running: {running}\n  Paused: 0\n  Stopped: {stopped}\n Images: {}\n Server Version: {DOCKER}\n Operating System: the lab of kvtutor\n OSType: linux\n Name: lab\n Docker Root Dir: /var/lib/docker\n",
        model.containers.len(),
        images(model).len()
    )
}

/// The same for a template.
pub fn info_value(model: &Model) -> Value {
    let (running, stopped) = counts(model);
    json!({
        "Containers": model.containers.len(),
        "ContainersRunning": running,
        "ContainersPaused": 0,
        "ContainersStopped": stopped,
        "Images": images(model).len(),
        "ServerVersion": DOCKER,
        "OperatingSystem": "the lab of kvtutor",
        "OSType": "linux",
        "Name": "lab",
        "DockerRootDir": "/var/lib/docker",
    })
}

/// How much a volume's files hold.
pub fn volume_size(machines: &dyn Machines, name: &str) -> u64 {
    machines.files(name).iter().map(|(_, size)| size).sum()
}

/// `docker system df`
pub fn disk_usage(model: &Model, machines: &dyn Machines) -> String {
    let (running, stopped) = counts(model);
    let images = images(model);
    let is_used = |image: &Image| model.containers.iter().any(|c| c.image() == Some(*image));
    let (mut image_bytes, mut free_images, mut used_images) = (0, 0, 0);
    for image in &images {
        image_bytes += image.size();
        if is_used(image) {
            used_images += 1;
        } else {
            free_images += image.size();
        }
    }
    let (mut volumes, mut used_volumes, mut volume_bytes, mut free_volumes) = (0, 0, 0, 0);
    for volume in model.listed_volumes() {
        let size = volume_size(machines, &volume.name);
        volumes += 1;
        volume_bytes += size;
        if model.users(&volume.name).next().is_some() {
            used_volumes += 1;
        } else {
            free_volumes += size;
        }
    }
    let line = |kind: &str, total: usize, active: usize, size: u64, free: u64| {
        let share = (free * 100).checked_div(size);
        let share = share.map(|share| format!(" ({share}%)")).unwrap_or_default();
        let free = format!("{}{share}", human(free));
        vec![kind.to_owned(), total.to_string(), active.to_string(), human(size), free]
    };
    table(
        &["TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"],
        &[
            line("Images", images.len(), used_images, image_bytes, free_images),
            line("Containers", running + stopped, running, 0, 0),
            line("Local Volumes", volumes, used_volumes, volume_bytes, free_volumes),
            line("Build Cache", 0, 0, 0, 0),
        ],
    )
}

/// The process id that a container's server has outside, where nobody can look: always the same
/// for the same container.
pub fn pid(container: &Container) -> u32 {
    let digits = container.id.get(..4).unwrap_or_default();
    2000 + u32::from_str_radix(digits, 16).unwrap_or(0) % 60_000
}

/// `docker top`
pub fn top(container: &Container) -> String {
    let (pid, port) = (pid(container), container.listens_on());
    let started = container.started.unwrap_or(container.created);
    let user = match container.user.as_deref().and_then(|user| user.split(':').next()) {
        Some(user) => user.to_owned(),
        None => "999".to_owned(),
    };
    let cells = [
        user,
        pid.to_string(),
        (pid - 25).to_string(),
        "0".to_owned(),
        when::hour_and_minute(started),
        "?".to_owned(),
        "00:00:00".to_owned(),
        format!("redis-server *:{port}"),
    ];
    let heads = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"].map(str::to_owned);
    let mut text = String::new();
    for row in [&heads, &cells] {
        let last = row.len() - 1;
        for (place, cell) in row.iter().enumerate() {
            let width = if place == last { 0 } else { 20 };
            let _ = write!(text, "{cell:<width$}");
        }
        text.push('\n');
    }
    text
}
