//! Who answers at an address: the sandbox, a container, or nobody. Pure: the model says it.
//!
//! The sandbox answers at 127.0.0.1:6379 until a container publishes that port. When that one stops,
//! nothing answers there, as on a machine with no other server, until a container publishes it again
//! or the learner goes back with `redis-cli --sandbox`.

use super::model::Model;
use super::redis_cli::{HOST, PORT, RedisCli};

/// Where a client wants to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// From this machine.
    Address {
        /// A host name or address.
        host: String,
        /// A port; only 1 to 65535 can be one.
        port: i64,
    },
    /// From inside a container.
    Inside {
        /// The container's id.
        container: String,
        /// A host name or address, as seen from there.
        host: String,
        /// A port.
        port: i64,
    },
    /// kvtutor's own store, whatever has its port.
    Sandbox,
    /// The server that `--connect` names.
    Elsewhere {
        /// What the prompt shows, such as `127.0.0.1:6379`.
        shown: String,
    },
}

impl Default for Target {
    fn default() -> Self {
        Self::Address { host: HOST.to_owned(), port: i64::from(PORT) }
    }
}

impl Target {
    /// Where a `redis-cli` line on this machine connects.
    pub fn of(cli: &RedisCli) -> Self {
        if cli.sandbox {
            return Self::Sandbox;
        }
        Self::Address { host: cli.host.clone(), port: cli.port }
    }

    /// Where a `redis-cli` line connects that runs inside a container.
    pub fn inside(container: &str, cli: &RedisCli) -> Self {
        Self::Inside { container: container.to_owned(), host: cli.host.clone(), port: cli.port }
    }

    /// `127.0.0.1:6379`, as prompts show it.
    pub fn shown(&self) -> String {
        match self {
            Self::Address { host, port } | Self::Inside { host, port, .. } => {
                format!("{host}:{port}")
            }
            Self::Sandbox => format!("{HOST}:{PORT}"),
            Self::Elsewhere { shown } => shown.clone(),
        }
    }

    /// What `redis-cli` prints when nobody answers, without a line break.
    pub fn refusal(&self) -> String {
        let reason = match self {
            Self::Address { host, .. } | Self::Inside { host, .. }
                if !is_here(host) && host.parse::<std::net::IpAddr>().is_err() =>
            {
                "Name or service not known"
            }
            Self::Address { .. } | Self::Inside { .. } | Self::Sandbox | Self::Elsewhere { .. } => {
                "Connection refused"
            }
        };
        format!("Could not connect to Redis at {}: {reason}", self.shown())
    }
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// kvtutor's own store.
    Sandbox,
    /// A container, by id.
    Container(String),
    /// Nobody: the prompt says `not connected>`.
    Nobody,
    /// The server that `--connect` names.
    Elsewhere,
}

/// Whether a host name means the machine it is typed on.
fn is_here(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost" | "0.0.0.0" | "::1")
}

/// Who answers at a target.
pub fn answer(model: &Model, target: &Target) -> Answer {
    let (host, port) = match target {
        Target::Sandbox => return Answer::Sandbox,
        Target::Elsewhere { .. } => return Answer::Elsewhere,
        Target::Inside { container, host, port } => {
            let answers = model.container(container).is_some_and(|container| {
                let own = is_here(host) || host == container.short_id();
                container.is_running() && own && i64::from(container.listens_on()) == *port
            });
            return if answers { Answer::Container(container.clone()) } else { Answer::Nobody };
        }
        Target::Address { host, port } => (host, *port),
    };
    let Some(port) = u16::try_from(port).ok().filter(|_| is_here(host)) else {
        return Answer::Nobody;
    };
    match model.publisher(port) {
        Some(container) if container.behind(port) == Some(container.listens_on()) => {
            Answer::Container(container.id.clone())
        }
        None if port == PORT && !model.sandbox_away => Answer::Sandbox,
        Some(_) | None => Answer::Nobody,
    }
}

/// One line on a change of who answers at a target; none if it is the same.
pub fn notice(model: &Model, target: &Target, before: &Answer, after: &Answer) -> Option<String> {
    if before == after {
        return None;
    }
    let place = target.shown();
    let name = |id: &String| match model.container(id) {
        Some(c) => format!("container {} (redis {})", c.name, c.version),
        None => "a container".to_owned(),
    };
    Some(match (before, after) {
        (Answer::Sandbox, Answer::Container(id)) => format!(
            "{} now answers on {place}; the sandbox keeps its data, redis-cli --sandbox goes back to it",
            name(id)
        ),
        (Answer::Container(_) | Answer::Nobody | Answer::Elsewhere, Answer::Container(id)) => {
            format!("{} now answers on {place}", name(id))
        }
        (_, Answer::Sandbox) => format!("the sandbox answers on {place}"),
        (_, Answer::Elsewhere) => return None,
        (_, Answer::Nobody) => {
            let because = if *target == Target::default() {
                "; the prompt connects again when a container publishes that port, and redis-cli --sandbox goes back to the sandbox"
            } else {
                ""
            };
            format!("nothing answers on {place} now{because}")
        }
    })
}

/// Why nobody answers at a port although a container has published it: its server listens elsewhere.
pub fn wrong_port(model: &Model, host: u16) -> Option<String> {
    let container = model.publisher(host)?;
    let (behind, listens) = (container.behind(host)?, container.listens_on());
    (behind != listens).then(|| {
        format!(
            "container {} has published its port {behind} as {host}, but Redis listens on {listens} in there: -p {host}:{listens} is what connects",
            container.name
        )
    })
}
