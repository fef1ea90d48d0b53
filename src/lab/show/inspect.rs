//! What `docker inspect` and `docker volume inspect` know, as JSON in docker's shape. Only what the
//! lab really has is there.

use serde_json::{Map, Value, json};

use crate::lab::model::image::RELEASES;
use crate::lab::model::{Container, State, Volume, when};

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
    let mounts: Vec<Value> = container
        .mounts
        .iter()
        .map(|mount| {
            json!({
                "Type": "volume",
                "Name": mount.volume,
                "Source": mountpoint(&mount.volume),
                "Destination": mount.target,
                "Driver": "local",
                "RW": true,
            })
        })
        .collect();
    let image = RELEASES.iter().find(|release| release.version == container.version);
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
            "ExitCode": code,
            "StartedAt": moment(container.started),
            "FinishedAt": moment(finished),
        },
        "Image": image.map(|image| format!("sha256:{}", image.id())),
        "Name": format!("/{}", container.name),
        "HostConfig": {
            "AutoRemove": container.auto_remove,
            "PortBindings": ports(container),
        },
        "Mounts": mounts,
        "Config": {
            "Image": container.image,
            "Cmd": args,
            "Env": [format!("REDIS_VERSION={}", container.version)],
        },
        "NetworkSettings": {
            "Ports": if container.is_running() { ports(container) } else { json!({}) },
        },
    })
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

/// A volume.
pub fn volume(volume: &Volume, mountpoint: &str) -> Value {
    let labels =
        if volume.anonymous { json!({ "com.docker.volume.anonymous": "" }) } else { Value::Null };
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

/// The value at the end of a path, as a template prints it.
pub fn at(value: &Value, path: &[String]) -> Option<String> {
    let found = path.iter().try_fold(value, |value, step| value.get(step))?;
    Some(match found {
        Value::String(text) => text.clone(),
        Value::Null => "<no value>".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => found.to_string(),
    })
}
