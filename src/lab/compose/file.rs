//! A compose file as a whole: its services, its volumes, and what of it changes nothing.

use super::fault::{Fault, Faults, line_of};
use super::is_project_name;
use super::known::{Idle, TOP, TOP_IDLE, VOLUME};
use super::service;
use super::values::Notes;
use super::yaml::{self, Entry, Node, Value};
use crate::lab::docker::line::PullPolicy;
use crate::lab::docker::{ImageRef, Mount, Publish, Source};
use crate::lab::model::Restart;

/// What a compose file describes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// The project's name, if it is given.
    pub name: Option<String>,
    /// The services, in the order in which they start: what another depends on comes first.
    pub services: Vec<Service>,
    /// The volumes.
    pub volumes: Vec<Volume>,
    /// What changes nothing here, a line each.
    pub remarks: Vec<String>,
}

/// One service: a container to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Which image.
    pub image: ImageRef,
    /// The container's name, if it is given.
    pub container_name: Option<String>,
    /// Published ports.
    pub ports: Vec<Publish>,
    /// What is mounted; volumes by their key in the file.
    pub mounts: Vec<Mount>,
    /// What `redis-server` gets.
    pub args: Vec<String>,
    /// Whose rights it has.
    pub user: Option<String>,
    /// When it starts again by itself.
    pub restart: Restart,
    /// Variables of its environment.
    pub env: Vec<String>,
    /// When its image is fetched.
    pub pull: PullPolicy,
    /// The services that start before it.
    pub depends_on: Vec<String>,
}

/// A volume that the file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// What the file calls it.
    pub key: String,
    /// Its whole name, if it is given.
    pub name: Option<String>,
    /// It must be there already.
    pub external: bool,
}

/// Reads a compose file, or tells every mistake in it.
pub fn read(path: &str, bytes: &[u8]) -> Result<File, Faults> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let valid = String::from_utf8_lossy(valid).into_owned();
            let end = valid.len();
            let fault = Fault::new(&(end..end), "this is not text in UTF-8");
            return Err(Faults::new(path, &valid, vec![fault]));
        }
    };
    let root = yaml::parse(text).map_err(|faults| Faults::new(path, text, faults))?;
    let mut reader = Reader { text, notes: Notes::default(), idle: Vec::new() };
    let mut file = reader.file(&root);
    let Reader { notes, idle, .. } = reader;
    if !notes.faults.is_empty() {
        return Err(Faults::new(path, text, notes.faults));
    }
    file.remarks = idle;
    file.remarks.extend(notes.unset.iter().map(|name| {
        format!("the variable {name} is not set here, so it is empty: ${{{name}:-value}} gives it a value")
    }));
    file.remarks.dedup();
    Ok(file)
}

pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) notes: Notes,
    /// What changes nothing.
    idle: Vec<String>,
}

impl Reader<'_> {
    fn file(&mut self, root: &Node) -> File {
        let mut file = File::default();
        if root.value == Value::Null {
            self.notes.fault(
                Fault::new(&root.span, "the file is empty")
                    .help("it needs `services:` and, below that, a service with an image"),
            );
            return file;
        }
        for entry in self.notes.map(root, "a compose file") {
            match entry.key.as_str() {
                "name" => file.name = self.project(&entry.node),
                "services" => {
                    for entry in self.notes.map(&entry.node, "`services`") {
                        file.services.push(service::read(self, entry));
                    }
                }
                "volumes" => {
                    for entry in self.notes.map(&entry.node, "`volumes`") {
                        file.volumes.extend(self.volume(entry));
                    }
                }
                key if key.starts_with("x-") => {}
                _ => self.idle_or_unknown(entry, "a compose file", TOP, TOP_IDLE),
            }
        }
        if file.services.is_empty() && self.notes.faults.is_empty() {
            self.notes.fault(
                Fault::new(&root.span, "no service is described")
                    .help("it needs `services:` and, below that, a service with an image"),
            );
        }
        self.check_volumes(root, &file);
        self.order(root, &mut file);
        file
    }

    fn project(&mut self, node: &Node) -> Option<String> {
        let name = self.notes.text(node, "`name`")?;
        if !is_project_name(&name) {
            let message = format!(
                "invalid project name {name:?}: must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number"
            );
            self.notes.fault(Fault::new(&node.span, message));
        }
        Some(name)
    }

    fn volume(&mut self, entry: &Entry) -> Option<Volume> {
        let mut volume = Volume { key: entry.key.clone(), name: None, external: false };
        if !crate::lab::docker::is_name(&entry.key) {
            let message = format!("{:?} cannot be the name of a volume", entry.key);
            self.notes.fault(
                Fault::new(&entry.key_span, message)
                    .help("letters, digits, `_`, `.` and `-` can stand in it, two at least"),
            );
            return None;
        }
        for entry in self.notes.map(&entry.node, "a volume") {
            match entry.key.as_str() {
                "name" => volume.name = self.notes.text(&entry.node, "`name`"),
                "external" => volume.external = self.flag(&entry.node, "`external`"),
                "labels" => self.idle(entry, "nobody reads them here"),
                "driver" => {
                    let driver = self.notes.text(&entry.node, "`driver`");
                    if driver.is_some_and(|driver| driver != "local") {
                        let message = "the lab has the driver local only";
                        self.notes.fault(Fault::new(&entry.node.span, message));
                    }
                }
                _ => self.notes.unknown_key(entry, "a volume", VOLUME, &[]),
            }
        }
        Some(volume)
    }

    /// `true` or `false`.
    fn flag(&mut self, node: &Node, what: &str) -> bool {
        match self.notes.text(node, what).as_deref() {
            Some("true") => true,
            Some("false") | None => false,
            Some(_) => {
                self.notes.fault(Fault::new(&node.span, format!("{what} is true or false")));
                false
            }
        }
    }

    /// Notes a key that changes nothing.
    pub(super) fn idle(&mut self, entry: &Entry, why: &str) {
        let line = line_of(self.text, entry.key_span.start);
        self.idle.push(format!("line {line}: {} changes nothing here: {why}", entry.key));
    }

    /// A key that the lab does not follow.
    pub(super) fn idle_or_unknown(
        &mut self,
        entry: &Entry,
        what: &str,
        known: &[&str],
        idle: &[Idle],
    ) {
        match idle.iter().find(|row| row.key == entry.key) {
            Some(row) => self.idle(entry, row.why),
            None => self.notes.unknown_key(entry, what, known, idle),
        }
    }

    /// Every volume that a service mounts must be named at the top.
    fn check_volumes(&mut self, root: &Node, file: &File) {
        for service in &file.services {
            for mount in &service.mounts {
                let Source::Volume(key) = &mount.source else { continue };
                if file.volumes.iter().any(|volume| volume.key == *key) {
                    continue;
                }
                let span = place(root, &["services", &service.name, "volumes"], key);
                let message = format!(
                    "service \"{}\" refers to undefined volume {key}: invalid compose project",
                    service.name
                );
                self.notes.fault(Fault::new(&span, message).help(format!(
                    "name it at the left edge of the file too: `volumes:` and, below that, `  {key}:`"
                )));
            }
        }
    }

    /// Sorts the services so that each starts behind those it depends on.
    fn order(&mut self, root: &Node, file: &mut File) {
        let mut waiting = std::mem::take(&mut file.services);
        let names: Vec<String> = waiting.iter().map(|service| service.name.clone()).collect();
        for service in &waiting {
            for name in service.depends_on.iter().filter(|name| !names.contains(name)) {
                let span = place(root, &["services", &service.name, "depends_on"], name);
                let message = format!(
                    "service \"{}\" depends on undefined service \"{name}\": invalid compose project",
                    service.name
                );
                self.notes.fault(
                    Fault::new(&span, message)
                        .help(format!("the file has the services {}", names.join(", "))),
                );
            }
        }
        while !waiting.is_empty() {
            let is_ready = |service: &Service| {
                service.depends_on.iter().all(|name| {
                    !names.contains(name) || file.services.iter().any(|done| done.name == *name)
                })
            };
            let Some(ready) = waiting.iter().position(is_ready) else {
                let names: Vec<&str> =
                    waiting.iter().map(|service| service.name.as_str()).collect();
                let span = place(root, &["services"], names.first().copied().unwrap_or_default());
                let message = format!("dependency cycle detected: {}", names.join(" -> "));
                self.notes
                    .fault(Fault::new(&span, message).help("leave out one of their `depends_on`"));
                file.services.append(&mut waiting);
                return;
            };
            file.services.push(waiting.remove(ready));
        }
    }
}

/// Where a text stands below a path of keys: its own place, or that of the last key found.
fn place(root: &Node, path: &[&str], text: &str) -> std::ops::Range<usize> {
    let mut node = root;
    let mut span = root.span.clone();
    for key in path {
        let Value::Map(entries) = &node.value else { return span };
        let Some(entry) = entries.iter().find(|entry| entry.key == *key) else { return span };
        span = entry.key_span.clone();
        node = &entry.node;
    }
    holding(node, text).unwrap_or(span)
}

/// The first piece of a node that holds a text.
fn holding(node: &Node, text: &str) -> Option<std::ops::Range<usize>> {
    match &node.value {
        Value::Null => None,
        Value::Scalar { text: own, .. } => own.contains(text).then(|| node.span.clone()),
        Value::List(items) => items.iter().find_map(|item| holding(item, text)),
        Value::Map(entries) => entries.iter().find_map(|entry| {
            let key = (entry.key == text).then(|| entry.key_span.clone());
            key.or_else(|| holding(&entry.node, text))
        }),
    }
}
