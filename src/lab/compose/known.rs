//! The keys of a compose file: those the lab follows, and those that change nothing in it.

/// A key that is accepted and changes nothing, and why.
pub(super) struct Idle {
    /// The key.
    pub(super) key: &'static str,
    /// Why.
    pub(super) why: &'static str,
}

const fn idle(key: &'static str, why: &'static str) -> Idle {
    Idle { key, why }
}

const ONE_NETWORK: &str = "the lab has one network";

/// At the top of the file.
pub(super) const TOP: &[&str] = &["name", "services", "volumes"];

/// At the top, without meaning here.
pub(super) const TOP_IDLE: &[Idle] =
    &[idle("version", "docker does not read it any more either"), idle("networks", ONE_NETWORK)];

/// Of a service.
pub(super) const SERVICE: &[&str] = &[
    "image",
    "container_name",
    "ports",
    "volumes",
    "command",
    "user",
    "restart",
    "environment",
    "depends_on",
    "pull_policy",
];

/// Of a service, without meaning here.
pub(super) const SERVICE_IDLE: &[Idle] = &[
    idle("environment", "redis reads no environment variables"),
    idle("env_file", "redis reads no environment variables"),
    idle("networks", ONE_NETWORK),
    idle("network_mode", ONE_NETWORK),
    idle("hostname", "a container is called by its service's name"),
    idle("expose", "a port is published by `ports`"),
    idle("labels", "nobody reads them here"),
    idle("healthcheck", "the lab does not check health"),
    idle("logging", "docker compose logs shows the log"),
    idle("deploy", "the lab has one machine and one container of each service"),
    idle("platform", "one engine runs everywhere"),
    idle("init", "a container has one process"),
    idle("stdin_open", "redis-server reads nothing"),
    idle("tty", "redis-server needs no terminal"),
    idle("stop_grace_period", "a shutdown takes no time here"),
    idle("working_dir", "Redis works in /data"),
];

/// Of a service: keys that compose knows, with what to do instead.
pub(super) const FOREIGN: &[Idle] = &[
    idle("build", "the lab builds no images: write `image: redis:8`"),
    idle("entrypoint", "the lab runs redis-server: write its arguments as `command`"),
    idle("scale", "the lab has one container of each service"),
    idle("configs", "settings are arguments here: `command: redis-server --appendonly yes`"),
    idle("secrets", "a password is an argument here: `command: redis-server --requirepass …`"),
    idle("profiles", "name the services that you want: docker compose up -d redis"),
    idle("extends", "write the service out"),
];

/// Of a port in the long form.
pub(super) const PORT: &[&str] =
    &["target", "published", "protocol", "host_ip", "mode", "name", "app_protocol"];

/// Of a mount in the long form.
pub(super) const MOUNT: &[&str] = &["type", "source", "target", "read_only", "volume", "bind"];

/// Of a volume at the top.
pub(super) const VOLUME: &[&str] = &["name", "external", "driver", "labels"];
