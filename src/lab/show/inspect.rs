//! What `docker inspect` knows, as JSON in docker's shape. Only what the lab really has is there.

use serde_json::{Map, Value, json};

use super::system;
use crate::lab::model::image::{self, REPOSITORY};
use crate::lab::model::{Container, DATA, Model, Mount, Pulled, State, Volume, when};

/// A container.
pub fn container(container: &Container, mountpoint: impl Fn(&str) -> String) -> Value {
    let (code, finished) = match container.state {
        State::Created | State::Running { .. } => (0, None),
        State::Exited { code, at } => (code, Some(at)),
    };
    let moment =
        |at: Option<u64>| at.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), when::rfc3339_nano);
    let mut args = vec!["redis-server".to_owned()];
    args.extend(container.args.iter().cloned());
    let mounts: Vec<Value> = container.mounts.iter().map(|at| mount(at, &mountpoint)).collect();
    let mut env = container.env.clone();
    env.push(format!("REDIS_VERSION={}", container.version));
    json!({
        "Id": container.id,
        "Created": when::rfc3339_nano(container.created),
        "Path": "docker-entrypoint.sh",
        "Args": args,
        "State": {
            "Status": container.state_word(),
            "Running": container.is_running(),
            "Paused": false,
            "Restarting": false,
            "OOMKilled": false,
            "Dead": false,
            "Pid": if container.is_running() { system::pid(container) } else { 0 },
            "ExitCode": code,
            "Error": "",
            "StartedAt": moment(container.started),
            "FinishedAt": moment(finished),
        },
        "Image": container.image().map(|image| format!("sha256:{}", image.id())),
        "Name": format!("/{}", container.name),
        "HostConfig": {
            "PortBindings": ports(container),
            "RestartPolicy": { "Name": container.restart.word(), "MaximumRetryCount": 0 },
            "AutoRemove": container.auto_remove,
        },
        "Mounts": mounts,
        "Config": {
            "Hostname": container.short_id(),
            "User": container.user.clone().unwrap_or_default(),
            "ExposedPorts": { "6379/tcp": {} },
            "Env": env,
            "Cmd": args,
            "Image": container.image,
            "Volumes": { DATA: {} },
            "WorkingDir": DATA,
            "Entrypoint": ["docker-entrypoint.sh"],
            "Labels": labels(container.labels()),
        },
        "NetworkSettings": {
            "Ports": if container.is_running() { ports(container) } else { json!({}) },
        },
    })
}

fn labels(pairs: impl Iterator<Item = (&'static str, String)>) -> Value {
    Value::Object(pairs.map(|(name, value)| (name.to_owned(), value.into())).collect())
}

/// A volume or a directory at its place.
fn mount(mount: &Mount, mountpoint: impl Fn(&str) -> String) -> Value {
    match &mount.folder {
        Some(path) => json!({
            "Type": "bind",
            "Source": path,
            "Destination": mount.target,
            "Mode": "",
            "RW": true,
            "Propagation": "rprivate",
        }),
        None => json!({
            "Type": "volume",
            "Name": mount.volume,
            "Source": mountpoint(&mount.volume),
            "Destination": mount.target,
            "Driver": "local",
            "Mode": if mount.anonymous { "" } else { "z" },
            "RW": true,
            "Propagation": "",
        }),
    }
}

/// Published ports by the container's port.
fn ports(container: &Container) -> Value {
    let mut ports = Map::new();
    for port in &container.ports {
        let bound = json!({ "HostIp": "127.0.0.1", "HostPort": port.host.to_string() });
        let key = format!("{}/tcp", port.container);
        match ports.entry(key).or_insert_with(|| json!([])) {
            Value::Array(list) => list.push(bound),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => {}
        }
    }
    Value::Object(ports)
}

/// An image, by one of the tags that were pulled; none if there is none.
pub fn image(model: &Model, named: &[&Pulled]) -> Option<Value> {
    let image = image::find(&named.first()?.tag)?;
    let same = model.images.iter().filter(|pulled| image::find(&pulled.tag) == Some(image));
    let tags: Vec<String> = same.map(|pulled| format!("{REPOSITORY}:{}", pulled.tag)).collect();
    let layers: Vec<String> =
        image.layers().iter().map(|layer| format!("sha256:{layer}")).collect();
    Some(json!({
        "Id": format!("sha256:{}", image.id()),
        "RepoTags": tags,
        "RepoDigests": [format!("{REPOSITORY}@sha256:{}", image.digest())],
        "Created": when::rfc3339(image.release.made),
        "Config": {
            "ExposedPorts": { "6379/tcp": {} },
            "Env": [format!("REDIS_VERSION={}", image.release.version)],
            "Cmd": ["redis-server"],
            "Volumes": { DATA: {} },
            "WorkingDir": DATA,
            "Entrypoint": ["docker-entrypoint.sh"],
            "Labels": null,
        },
        "Architecture": system::ARCHITECTURE,
        "Os": "linux",
        "Size": image.size(),
        "RootFS": { "Type": "layers", "Layers": layers },
    }))
}

/// A volume.
pub fn volume(volume: &Volume, mountpoint: &str) -> Value {
    let mut all = volume.labels().peekable();
    let labels = if all.peek().is_some() { labels(all) } else { Value::Null };
    json!({
        "CreatedAt": when::rfc3339(volume.created),
        "Driver": "local",
        "Labels": labels,
        "Mountpoint": mountpoint,
        "Name": volume.name,
        "Options": null,
        "Scope": "local",
    })
}

/// A list as docker prints it, indented by four blanks.
pub fn pretty(values: &[Value]) -> String {
    let mut bytes = Vec::new();
    let indent = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, indent);
    if serde::Serialize::serialize(values, &mut writer).is_err() {
        bytes.clear();
    }
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}
