//! One container as plain data: what it was made of, what state it is in, what it has written.

use serde::{Deserialize, Serialize};

use super::image::{self, Image};
use super::{ids, when};

/// Where the image keeps Redis's files.
pub const DATA: &str = "/data";

/// A container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Container {
    /// 64 digits.
    pub id: String,
    /// Its name, without the slash that some of Docker's messages put before it.
    pub name: String,
    /// The image as it was named, such as `redis:8`.
    pub image: String,
    /// The version the image stands for.
    pub version: String,
    /// What `redis-server` gets.
    pub args: Vec<String>,
    /// Its volumes; one of them is mounted at `/data`.
    pub mounts: Vec<Mount>,
    /// Its published ports.
    pub ports: Vec<Port>,
    /// `--rm`
    pub auto_remove: bool,
    /// When it starts again by itself.
    #[serde(default, skip_serializing_if = "Restart::is_no")]
    pub restart: Restart,
    /// Whose rights it has, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Variables of its environment, as `NAME=value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<String>,
    /// What of a compose file it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// When it was made, in milliseconds.
    pub created: u64,
    /// What it does now.
    pub state: State,
    /// When it last began to run, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<u64>,
    /// What it has written, oldest first.
    #[serde(default)]
    pub log: Vec<Line>,
}

/// A volume at a place in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// The volume's name.
    pub volume: String,
    /// Where.
    pub target: String,
    /// Whether it was made for this container.
    pub anonymous: bool,
    /// The directory of this machine that it stands for, if it is no volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
}

impl Mount {
    /// What is mounted, as it is written before the colon.
    pub fn source(&self) -> &str {
        self.folder.as_deref().unwrap_or(&self.volume)
    }
}

/// The service of a compose file that a container was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The project's name.
    pub project: String,
    /// The service's name.
    pub name: String,
    /// The file, as it was named.
    pub file: String,
}

/// When a container starts again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// Never.
    #[default]
    No,
    /// Whenever its server ended, and when the machine comes back.
    Always,
    /// The same, unless it had been stopped by a command.
    UnlessStopped,
    /// When its server ended with an exit code other than 0.
    OnFailure,
}

impl Restart {
    /// As it is written in a line.
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Always => "always",
            Self::UnlessStopped => "unless-stopped",
            Self::OnFailure => "on-failure",
        }
    }

    /// Whether it is the one that is not written down.
    pub fn is_no(&self) -> bool {
        *self == Self::No
    }
}

/// A published port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// On this machine.
    pub host: u16,
    /// In the container.
    pub container: u16,
}

/// What a container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum State {
    /// Made, never started.
    Created,
    /// It runs.
    Running {
        /// Since when, in milliseconds.
        since: u64,
    },
    /// It has ended.
    Exited {
        /// Its exit code.
        code: i32,
        /// When, in milliseconds.
        at: u64,
    },
}

/// One line of a container's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// When it was written, in milliseconds.
    pub at: u64,
    /// The line, without its end.
    pub text: String,
}

/// How many lines of a log are kept.
const LOG_LINES: usize = 2000;

impl Container {
    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    /// What holds its data: a named volume, a directory, or what `docker run` made for it.
    pub fn data(&self) -> Option<&Mount> {
        self.mounts.iter().find(|mount| mount.target == DATA)
    }

    /// What it was made of.
    pub fn image(&self) -> Option<Image> {
        let tag = match self.image.rsplit_once(':') {
            Some((_, tag)) => tag,
            None => "latest",
        };
        let named = image::find(tag).filter(|image| image.release.version == self.version);
        named.or_else(|| image::find(&self.version))
    }

    /// The port its server listens on, inside.
    pub fn listens_on(&self) -> u16 {
        let mut words = self.args.iter();
        let mut port = None;
        while let Some(word) = words.next() {
            if word.eq_ignore_ascii_case("--port") {
                port = words.next().and_then(|port| port.parse().ok()).or(port);
            }
        }
        port.unwrap_or(6379)
    }

    /// The container's port behind a port of this machine.
    pub fn behind(&self, host: u16) -> Option<u16> {
        self.ports.iter().find(|port| port.host == host).map(|port| port.container)
    }

    /// `Up 9 seconds`
    pub fn status(&self, now: u64) -> String {
        match self.state {
            State::Created => "Created".to_owned(),
            State::Running { since } => format!("Up {}", when::span(now.saturating_sub(since))),
            State::Exited { code, at } => {
                format!("Exited ({code}) {} ago", when::span(now.saturating_sub(at)))
            }
        }
    }

    /// How it ended, if it has.
    pub fn exit_code(&self) -> Option<i32> {
        match self.state {
            State::Exited { code, .. } => Some(code),
            State::Created | State::Running { .. } => None,
        }
    }

    /// The state in a word, as `docker inspect` and filters have it.
    pub fn state_word(&self) -> &'static str {
        match self.state {
            State::Created => "created",
            State::Running { .. } => "running",
            State::Exited { .. } => "exited",
        }
    }

    /// `127.0.0.1:6379->6379/tcp`: the lab listens there only. A port the image exposes without
    /// publishing it stands alone.
    pub fn ports_shown(&self) -> String {
        if !self.is_running() {
            return String::new();
        }
        let exposed =
            [6379].into_iter().filter(|port| self.ports.iter().all(|p| p.container != *port));
        let mut shown: Vec<(u16, String)> =
            exposed.map(|port| (port, format!("{port}/tcp"))).collect();
        shown.extend(self.ports.iter().map(|port| {
            (port.container, format!("127.0.0.1:{}->{}/tcp", port.host, port.container))
        }));
        shown.sort();
        shown.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(", ")
    }

    /// The whole command, as the image's start script runs it.
    pub fn command(&self) -> String {
        let mut command = "docker-entrypoint.sh redis-server".to_owned();
        for arg in &self.args {
            command.push(' ');
            command.push_str(arg);
        }
        command
    }

    /// The 12 digits of its id.
    pub fn short_id(&self) -> &str {
        ids::short(&self.id)
    }

    /// What compose writes on the containers that it makes.
    pub fn labels(&self) -> impl Iterator<Item = (&'static str, String)> {
        let of_service = |service: &Service| {
            [
                ("com.docker.compose.project", service.project.clone()),
                ("com.docker.compose.project.config_files", service.file.clone()),
                ("com.docker.compose.service", service.name.clone()),
            ]
        };
        self.service.iter().flat_map(of_service)
    }

    /// Adds lines to its log, of which only the last are kept.
    pub fn write(&mut self, lines: impl IntoIterator<Item = Line>) {
        self.log.extend(lines);
        let surplus = self.log.len().saturating_sub(LOG_LINES);
        self.log.drain(..surplus);
    }
}
