//! A docker line as one typed value: what was asked for, before anything is looked up.

mod compose;

pub use compose::{Compose, ComposeCommand, Only, Up};

use super::pieces::{ImageRef, Mount, Publish};
use super::template::Template;
use crate::lab::model::Restart;
use crate::lab::redis_cli::{RedisCli, Refused};

/// A docker line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// `docker --help`, or of a command: the text to print.
    Help(String),
    /// `docker run` and `docker create`
    Run(Run),
    /// `docker ps`
    Ps(Ps),
    /// `docker stop`
    Stop(Stop),
    /// `docker start`
    Start {
        /// Which containers.
        containers: Vec<String>,
        /// Show what they write.
        attach: bool,
    },
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
    /// `docker port`
    Port {
        /// Whose.
        container: String,
        /// Only this port of the container, as typed.
        port: Option<String>,
    },
    /// `docker top`
    Top(String),
    /// `docker rename`
    Rename {
        /// Which container.
        container: String,
        /// Its new name.
        name: String,
    },
    /// `docker wait`
    Wait(Vec<String>),
    /// `docker pull`
    Pull {
        /// Which image.
        image: ImageRef,
        /// Only its name is printed.
        quiet: bool,
    },
    /// `docker images`
    Images(Images),
    /// `docker rmi`
    Rmi {
        /// Which images.
        images: Vec<String>,
        /// Although a container was made of it.
        force: bool,
    },
    /// `docker inspect` and those of the groups.
    Inspect(Inspect),
    /// `docker volume create`; without a name it gets one of 64 digits.
    VolumeCreate(Option<String>),
    /// `docker volume ls`
    VolumeLs(Volumes),
    /// `docker volume rm`
    VolumeRm {
        /// Which volumes.
        volumes: Vec<String>,
        /// Say nothing of one that is not there.
        force: bool,
    },
    /// A `prune`
    Prune(Prune),
    /// `docker version`
    Version(Option<Format>),
    /// `docker info`
    Info(Option<Format>),
    /// `docker system df`
    SystemDf,
    /// `docker compose`
    Compose(Compose),
}

/// What `docker run` and `docker create` ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Whether it starts, and where its log goes.
    pub begin: Begin,
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
    /// When it starts again by itself.
    pub restart: Restart,
    /// Variables of its environment.
    pub env: Vec<String>,
    /// Whose rights it has.
    pub user: Option<String>,
    /// When the image is fetched.
    pub pull: PullPolicy,
    /// Say nothing of a pull.
    pub quiet: bool,
    /// Flags that change nothing here, to be said.
    pub idle: Vec<&'static str>,
}

/// How a new container begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// It starts, and its log is shown.
    Attached,
    /// It starts in the background.
    Detached,
    /// It is only made: `docker create`.
    NotYet,
}

/// `--pull`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PullPolicy {
    /// Every time.
    Always,
    /// If it is not there.
    #[default]
    Missing,
    /// Not at all.
    Never,
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
    /// So many of the newest, whether they run or not.
    Last(usize),
}

/// How a listing is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// Ids only.
    pub quiet: bool,
    /// Nothing cut off.
    pub whole: bool,
    /// Another form than the table.
    pub format: Option<Format>,
}

/// `--format`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// `json`
    Json,
    /// A line each.
    Lines(Template),
    /// `table …`: with a head.
    Table(Template),
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
    /// An image: `redis`, `redis:8`.
    Ancestor(String),
}

/// What `docker stop` and `docker restart` ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Which containers.
    pub containers: Vec<String>,
    /// Whether there is time for a shutdown: `-t 0` and `-s KILL` leave none.
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
    /// How its lines are shown.
    pub view: LogView,
}

/// How the lines of a log are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogView {
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
    /// Anything else: its name and arguments.
    Other(String, Vec<String>),
}

/// What `docker images` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// Only this repository, and tag if one is named.
    pub only: Option<String>,
    /// `--digests`
    pub digests: bool,
    /// How it is printed.
    pub columns: Columns,
}

/// What `docker volume ls` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volumes {
    /// Only those that match all of these.
    pub filters: Vec<VolumeFilter>,
    /// How it is printed.
    pub columns: Columns,
}

/// One `--filter` of volumes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeFilter {
    /// Part of a name.
    Name(String),
    /// Whether nothing uses it.
    Dangling(bool),
}

/// What an `inspect` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspect {
    /// The names or ids.
    pub names: Vec<String>,
    /// What they may be; none: anything.
    pub kind: Option<Kind>,
    /// How it is printed, if not as a list.
    pub format: Option<Format>,
}

/// What a name can belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A container.
    Container,
    /// An image.
    Image,
    /// A volume.
    Volume,
}

/// A `prune`: what is removed if nothing uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prune {
    /// Of what.
    pub scope: Scope,
    /// `--all`
    pub all: bool,
    /// `--volumes` of `system prune`
    pub volumes: bool,
    /// `--force`: without asking.
    pub force: bool,
}

/// What a `prune` looks through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// `docker container prune`
    Containers,
    /// `docker image prune`
    Images,
    /// `docker volume prune`
    Volumes,
    /// `docker system prune`
    System,
}
