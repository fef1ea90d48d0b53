//! A docker line as one typed value: what was asked for, before anything is looked up.

use super::pieces::{ImageRef, Mount, Publish};
use crate::lab::redis_cli::{RedisCli, Refused};

/// A docker line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// `docker --help`, or of a command: the text to print.
    Help(String),
    /// `docker run`
    Run(Run),
    /// `docker ps`
    Ps(Ps),
    /// `docker stop`
    Stop(Stop),
    /// `docker start`
    Start(Vec<String>),
    /// `docker restart`
    Restart(Stop),
    /// `docker kill`
    Kill {
        /// Which containers.
        containers: Vec<String>,
        /// The signal to send.
        signal: Signal,
    },
    /// `docker rm`
    Rm {
        /// Which containers.
        containers: Vec<String>,
        /// Kill them first.
        force: bool,
        /// Remove their anonymous volumes.
        volumes: bool,
    },
    /// `docker logs`
    Logs(Logs),
    /// `docker exec`
    Exec(Exec),
    /// `docker pull`
    Pull {
        /// Which image.
        image: ImageRef,
        /// Only its name is printed.
        quiet: bool,
    },
    /// `docker images`
    Images(Images),
    /// `docker inspect`
    Inspect(Inspect),
    /// `docker volume create`; without a name it gets one of 64 digits.
    VolumeCreate(Option<String>),
    /// `docker volume ls`
    VolumeLs {
        /// Names only.
        quiet: bool,
    },
    /// `docker volume inspect`
    VolumeInspect(Inspect),
    /// `docker volume rm`
    VolumeRm {
        /// Which volumes.
        volumes: Vec<String>,
        /// Say nothing of one that is not there.
        force: bool,
    },
}

/// What `docker run` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// In the background.
    pub detach: bool,
    /// Remove it when it stops.
    pub remove: bool,
    /// Its name, if one was given.
    pub name: Option<String>,
    /// Published ports.
    pub ports: Vec<Publish>,
    /// Volumes.
    pub mounts: Vec<Mount>,
    /// Which image.
    pub image: ImageRef,
    /// What `redis-server` gets.
    pub args: Vec<String>,
}

/// What `docker ps` shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ps {
    /// Which containers.
    pub which: Which,
    /// Only those that match all of these.
    pub filters: Vec<Filter>,
    /// How much of each.
    pub columns: Columns,
}

/// Which containers `docker ps` lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// Those that run.
    #[default]
    Running,
    /// All.
    All,
    /// The newest, whether it runs or not.
    Latest,
}

/// How much a listing shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    /// Ids only.
    pub quiet: bool,
    /// Nothing cut off.
    pub whole: bool,
}

/// One `--filter`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Part of a name.
    Name(String),
    /// The beginning of an id.
    Id(String),
    /// `running`, `exited` or `created`.
    Status(String),
    /// A volume's name.
    Volume(String),
}

/// What `docker stop` and `docker restart` ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Which containers.
    pub containers: Vec<String>,
    /// Whether there is time for a shutdown: `-t 0` leaves none.
    pub grace: bool,
}

/// The signals the lab knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGKILL: at once.
    Kill,
    /// SIGTERM or SIGINT: a shutdown.
    Term,
}

/// What `docker logs` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logs {
    /// Which container.
    pub container: String,
    /// Only so many of the last lines.
    pub tail: Option<usize>,
    /// The time before each.
    pub timestamps: bool,
    /// Go on waiting.
    pub follow: bool,
}

/// What `docker exec` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exec {
    /// Which container.
    pub container: String,
    /// Whether it has a terminal, so that replies are printed for people.
    pub terminal: bool,
    /// What to run.
    pub program: Program,
}

/// What runs inside a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// `redis-cli …`
    RedisCli(RedisCli),
    /// `redis-cli` with arguments it refuses: what it prints.
    Refused(Refused),
    /// Anything else, by name.
    Other(String),
}

/// What `docker images` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// Only this repository, and tag if one is named.
    pub only: Option<String>,
    /// How much of each.
    pub columns: Columns,
}

/// What an `inspect` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspect {
    /// Which containers or volumes.
    pub names: Vec<String>,
    /// The way to the one value that is printed.
    pub path: Option<Vec<String>>,
}
