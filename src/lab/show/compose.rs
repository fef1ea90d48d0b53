//! What `docker compose ps` and `config` print.

use std::fmt::Write as _;

use super::columns::{cut, table};
use crate::lab::compose::{File, Service};
use crate::lab::docker::Source;
use crate::lab::docker::line::Only;
use crate::lab::model::{Container, when};

/// `docker compose ps`
pub fn ps(containers: &[&Container], only: Option<Only>, now: u64) -> String {
    let service = |container: &Container| {
        container.service.as_ref().map(|service| service.name.clone()).unwrap_or_default()
    };
    match only {
        Some(Only::Quiet) => containers.iter().map(|c| c.id.clone() + "\n").collect(),
        Some(Only::Services | Only::Volumes) => {
            containers.iter().map(|container| service(container) + "\n").collect()
        }
        None => {
            let rows: Vec<Vec<String>> = containers
                .iter()
                .map(|container| {
                    vec![
                        container.name.clone(),
                        container.image.clone(),
                        format!("\"{}\"", cut(&container.command(), 20)),
                        service(container),
                        when::ago(container.created, now),
                        container.status(now),
                        container.ports_shown(),
                    ]
                })
                .collect();
            table(&["NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS"], &rows)
        }
    }
}

/// `docker compose config`: the file as it is understood.
pub fn config(name: &str, file: &File, only: Option<Only>) -> String {
    match only {
        Some(Only::Quiet) => return String::new(),
        Some(Only::Services) => {
            return file.services.iter().map(|service| service.name.clone() + "\n").collect();
        }
        Some(Only::Volumes) => {
            return file.volumes.iter().map(|volume| volume.key.clone() + "\n").collect();
        }
        None => {}
    }
    let mut text = format!("name: {name}\nservices:\n");
    let mut services: Vec<&Service> = file.services.iter().collect();
    services.sort_by(|one, other| one.name.cmp(&other.name));
    for service in services {
        one(&mut text, service);
    }
    let _ = writeln!(text, "networks:\n  default:\n    name: {name}_default");
    if !file.volumes.is_empty() {
        text.push_str("volumes:\n");
    }
    for volume in &file.volumes {
        let full = match (&volume.name, volume.external) {
            (Some(full), _) => full.clone(),
            (None, true) => volume.key.clone(),
            (None, false) => format!("{name}_{}", volume.key),
        };
        let _ = writeln!(text, "  {}:\n    name: {full}", volume.key);
        if volume.external {
            text.push_str("    external: true\n");
        }
    }
    text
}

fn one(text: &mut String, service: &Service) {
    let _ = writeln!(text, "  {}:", service.name);
    if !service.args.is_empty() {
        text.push_str("    command:\n      - redis-server\n");
        for arg in &service.args {
            let _ = writeln!(text, "      - {}", scalar(arg));
        }
    }
    if let Some(name) = &service.container_name {
        let _ = writeln!(text, "    container_name: {name}");
    }
    if !service.depends_on.is_empty() {
        text.push_str("    depends_on:\n");
        for name in &service.depends_on {
            let _ = writeln!(
                text,
                "      {name}:\n        condition: service_started\n        required: true"
            );
        }
    }
    if !service.env.is_empty() {
        text.push_str("    environment:\n");
        for variable in &service.env {
            let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
            let _ = writeln!(text, "      {name}: {}", scalar(value));
        }
    }
    let _ = writeln!(text, "    image: {}", service.image.typed);
    text.push_str("    networks:\n      default: null\n");
    if !service.ports.is_empty() {
        text.push_str("    ports:\n");
    }
    for port in &service.ports {
        let _ = writeln!(text, "      - mode: ingress\n        target: {}", port.container);
        if let Some(host) = port.host {
            let _ = writeln!(text, "        published: \"{host}\"");
        }
        text.push_str("        protocol: tcp\n");
    }
    if !service.restart.is_no() {
        let _ = writeln!(text, "    restart: {}", service.restart.word());
    }
    if let Some(user) = &service.user {
        let _ = writeln!(text, "    user: {}", scalar(user));
    }
    if !service.mounts.is_empty() {
        text.push_str("    volumes:\n");
    }
    for mount in &service.mounts {
        let target = &mount.target;
        let _ = match &mount.source {
            Source::Anonymous => writeln!(
                text,
                "      - type: volume\n        target: {target}\n        volume: {{}}"
            ),
            Source::Volume(key) => writeln!(
                text,
                "      - type: volume\n        source: {key}\n        target: {target}\n        volume: {{}}"
            ),
            Source::Folder(path) => writeln!(
                text,
                "      - type: bind\n        source: {path}\n        target: {target}\n        bind:\n          create_host_path: true"
            ),
        };
    }
}

/// A word as YAML has to write it so that it stays a text.
fn scalar(word: &str) -> String {
    let is_plain = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-' || c == '/')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        && word != "-"
        && !matches!(word, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if is_plain { word.to_owned() } else { format!("{word:?}") }
}
