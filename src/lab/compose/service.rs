//! One service of a compose file.

use super::fault::Fault;
use super::file::{Reader, Service};
use super::known::{FOREIGN, MOUNT, PORT, SERVICE, SERVICE_IDLE};
use super::yaml::{Entry, Node, Value};
use crate::lab::docker::line::PullPolicy;
use crate::lab::docker::{self, ImageRef, Mount, Publish};
use crate::lab::model::Restart;
use crate::syntax;

/// Reads a service; what is wrong in it is noted.
pub(super) fn read(reader: &mut Reader<'_>, entry: &Entry) -> Service {
    let name = entry.key.clone();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if name.is_empty() || !name.chars().all(allowed) {
        let message = format!("{name:?} cannot be the name of a service");
        let fault = Fault::new(&entry.key_span, message);
        reader.notes.fault(fault.help("letters, digits, `_`, `.` and `-` can stand in it"));
    }
    let mut image = None;
    let mut service = Service {
        name,
        image: nothing(),
        container_name: None,
        ports: Vec::new(),
        mounts: Vec::new(),
        args: Vec::new(),
        user: None,
        restart: Restart::No,
        env: Vec::new(),
        pull: PullPolicy::Missing,
        depends_on: Vec::new(),
    };
    let entries = reader.notes.map(&entry.node, "a service");
    for entry in entries {
        let node = &entry.node;
        match entry.key.as_str() {
            "image" => image = Some(read_image(reader, node)),
            "container_name" => service.container_name = container_name(reader, node),
            "ports" => service.ports = items(reader, node, "`ports`", port),
            "volumes" => service.mounts = items(reader, node, "`volumes`", mount),
            "command" => service.args = command(reader, node),
            "user" => service.user = reader.notes.text(node, "`user`"),
            "restart" => service.restart = restart(reader, node),
            "environment" => {
                service.env = environment(reader, node);
                reader.idle_or_unknown(entry, "a service", SERVICE, SERVICE_IDLE);
            }
            "depends_on" => service.depends_on = depends_on(reader, node),
            "pull_policy" => service.pull = pull_policy(reader, node),
            key if key.starts_with("x-") => {}
            key => match FOREIGN.iter().find(|row| row.key == key) {
                Some(row) => {
                    let message = format!("the lab does not have {key:?}");
                    reader.notes.fault(Fault::new(&entry.key_span, message).help(row.why));
                }
                None => reader.idle_or_unknown(entry, "a service", SERVICE, SERVICE_IDLE),
            },
        }
    }
    match image {
        // A service without one is kept for what the rest of the file says of it.
        Some(image) => service.image = image.unwrap_or_else(nothing),
        None if entries.iter().any(|entry| entry.key == "build") => {}
        None => {
            let message = format!(
                "service \"{}\" has neither an image nor a build context specified: invalid compose project",
                service.name
            );
            let fault = Fault::new(&entry.key_span, message);
            reader.notes.fault(fault.help("write `image: redis:8` below it"));
        }
    }
    service
}

/// An image that is never looked at: whoever has none is not used.
fn nothing() -> ImageRef {
    ImageRef { repository: String::new(), tag: String::new(), typed: String::new() }
}

/// What docker says of a value, without the part that names the daemon.
fn bare(text: &str) -> String {
    text.strip_prefix("Error response from daemon: ").unwrap_or(text).to_owned()
}

fn read_image(reader: &mut Reader<'_>, node: &Node) -> Option<ImageRef> {
    let text = reader.notes.text(node, "`image`")?;
    match docker::image(&text) {
        Ok(image) => Some(image),
        Err(error) => {
            let fault = Fault::new(&node.span, bare(&error));
            reader.notes.fault(fault.help("write `image: redis:8`"));
            None
        }
    }
}

fn container_name(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let name = reader.notes.text(node, "`container_name`")?;
    if docker::is_name(&name) {
        return Some(name);
    }
    let message =
        format!("Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    reader.notes.fault(Fault::new(&node.span, message));
    None
}

/// The items of a list, each read by itself.
fn items<T>(
    reader: &mut Reader<'_>,
    node: &Node,
    what: &str,
    read: impl Fn(&mut Reader<'_>, &Node) -> Option<T>,
) -> Vec<T> {
    match &node.value {
        Value::List(items) => items.iter().filter_map(|item| read(reader, item)).collect(),
        Value::Null => Vec::new(),
        Value::Scalar { .. } | Value::Map(_) => {
            reader.notes.wrong_kind(node, what, "a list of `- value` lines");
            Vec::new()
        }
    }
}

/// `"6379:6379"`, or the long form.
fn port(reader: &mut Reader<'_>, node: &Node) -> Option<Publish> {
    if let Value::Map(entries) = &node.value {
        return long_port(reader, node, entries);
    }
    let text = reader.notes.text(node, "a port")?;
    match docker::publish(&text) {
        Ok(port) => Some(port),
        Err(error) => {
            let fault = Fault::new(&node.span, bare(&error));
            reader.notes.fault(fault.help("write \"HOST:CONTAINER\", as in \"6379:6379\""));
            None
        }
    }
}

fn long_port(reader: &mut Reader<'_>, node: &Node, entries: &[Entry]) -> Option<Publish> {
    let (mut target, mut published) = (None, None);
    for entry in entries {
        match entry.key.as_str() {
            "target" => target = reader.notes.text(&entry.node, "`target`"),
            "published" => published = reader.notes.text(&entry.node, "`published`"),
            "protocol" => {
                let protocol = reader.notes.text(&entry.node, "`protocol`");
                if protocol.is_some_and(|protocol| protocol != "tcp") {
                    let message = "the lab publishes tcp ports only";
                    reader.notes.fault(Fault::new(&entry.node.span, message));
                }
            }
            "host_ip" | "mode" | "name" | "app_protocol" => {}
            _ => reader.notes.unknown_key(entry, "a port", PORT, &[]),
        }
    }
    let Some(target) = target else {
        let fault = Fault::new(&node.span, "a port in the long form has a `target`");
        reader.notes.fault(
            fault.help("`target` is the port in the container, `published` that of this machine"),
        );
        return None;
    };
    let text = match published {
        Some(published) => format!("{published}:{target}"),
        None => target,
    };
    docker::publish(&text)
        .map_err(|error| reader.notes.fault(Fault::new(&node.span, bare(&error))))
        .ok()
}

/// `redis-data:/data`, or the long form.
fn mount(reader: &mut Reader<'_>, node: &Node) -> Option<Mount> {
    if let Value::Map(entries) = &node.value {
        return long_mount(reader, node, entries);
    }
    let text = reader.notes.text(node, "a volume of a service")?;
    match docker::mount(&text) {
        Ok(mount) => Some(mount),
        Err(error) => {
            let fault = Fault::new(&node.span, bare(&error));
            reader.notes.fault(fault.help("write NAME:/data, as in redis-data:/data"));
            None
        }
    }
}

fn long_mount(reader: &mut Reader<'_>, node: &Node, entries: &[Entry]) -> Option<Mount> {
    let (mut kind, mut source, mut target) = (None, None, None);
    for entry in entries {
        match entry.key.as_str() {
            "type" => kind = reader.notes.text(&entry.node, "`type`"),
            "source" => source = reader.notes.text(&entry.node, "`source`"),
            "target" => target = reader.notes.text(&entry.node, "`target`"),
            "read_only" => {
                let value = reader.notes.text(&entry.node, "`read_only`");
                if value.is_some_and(|value| value != "false") {
                    let message = "the lab mounts volumes for reading and writing only";
                    reader.notes.fault(Fault::new(&entry.node.span, message));
                }
            }
            "volume" | "bind" => {}
            _ => reader.notes.unknown_key(entry, "a volume of a service", MOUNT, &[]),
        }
    }
    let target = target.unwrap_or_default();
    let kind = kind.unwrap_or_else(|| "volume".to_owned());
    let source = source.map(|source| format!(",source={source}")).unwrap_or_default();
    match docker::mount_flag(&format!("type={kind}{source},target={target}")) {
        Ok(mount) => Some(mount),
        Err(error) => {
            let fault = Fault::new(&node.span, bare(&error));
            reader
                .notes
                .fault(fault.help("the long form has `type: volume`, `source` and `target`"));
            None
        }
    }
}

/// Words in one text, or a list of them.
fn command(reader: &mut Reader<'_>, node: &Node) -> Vec<String> {
    let words = match &node.value {
        Value::List(_) => reader.notes.texts(node, "`command`"),
        Value::Null => return Vec::new(),
        Value::Scalar { .. } => {
            let text = reader.notes.text(node, "`command`").unwrap_or_default();
            match syntax::shell_words(text.as_bytes()) {
                Ok(words) => words
                    .iter()
                    .map(|word| String::from_utf8_lossy(&word.bytes).into_owned())
                    .collect(),
                Err(error) => {
                    reader.notes.fault(Fault::new(&node.span, error.to_string()));
                    return Vec::new();
                }
            }
        }
        Value::Map(_) => {
            reader.notes.wrong_kind(node, "`command`", "one line, or a list of words");
            return Vec::new();
        }
    };
    match docker::server_args(&words) {
        Ok(args) => args.to_vec(),
        Err(refusal) => {
            let fault = Fault::new(&node.span, refusal.text);
            reader.notes.fault(fault.help("write `command: redis-server --appendonly yes`"));
            Vec::new()
        }
    }
}

fn restart(reader: &mut Reader<'_>, node: &Node) -> Restart {
    let Some(text) = reader.notes.text(node, "`restart`") else { return Restart::No };
    // Whoever leaves the quotes of "no" out means it all the same.
    let text = if text == "false" { "no".to_owned() } else { text };
    docker::restart(&text).unwrap_or_else(|error| {
        reader.notes.fault(Fault::new(&node.span, bare(&error)));
        Restart::No
    })
}

/// `NAME: value` lines, or a list of `NAME=value`.
fn environment(reader: &mut Reader<'_>, node: &Node) -> Vec<String> {
    let Value::Map(entries) = &node.value else {
        return reader.notes.texts(node, "`environment`");
    };
    entries
        .iter()
        .map(|entry| {
            let value = match entry.node.value {
                Value::Null => None,
                Value::Scalar { .. } | Value::List(_) | Value::Map(_) => {
                    reader.notes.text(&entry.node, "a variable")
                }
            };
            format!("{}={}", entry.key, value.unwrap_or_default())
        })
        .collect()
}

/// A list of services, or a mapping with conditions, which all mean the same here.
fn depends_on(reader: &mut Reader<'_>, node: &Node) -> Vec<String> {
    match &node.value {
        Value::Map(entries) => entries.iter().map(|entry| entry.key.clone()).collect(),
        Value::Null | Value::Scalar { .. } | Value::List(_) => {
            reader.notes.texts(node, "`depends_on`")
        }
    }
}

fn pull_policy(reader: &mut Reader<'_>, node: &Node) -> PullPolicy {
    match reader.notes.text(node, "`pull_policy`").as_deref() {
        Some("always") => PullPolicy::Always,
        Some("never") => PullPolicy::Never,
        Some("missing" | "if_not_present") | None => PullPolicy::Missing,
        Some(other) => {
            let message = format!("{other:?} is no pull policy: always, missing or never is");
            reader.notes.fault(Fault::new(&node.span, message));
            PullPolicy::Missing
        }
    }
}
