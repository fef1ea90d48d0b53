//! What `docker compose` asks for, before any file is looked up.

use super::{Exec, LogView, PullPolicy, Signal};

/// `docker compose`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compose {
    /// `-f`
    pub file: Option<String>,
    /// `-p`
    pub project: Option<String>,
    /// What to do.
    pub command: ComposeCommand,
}

/// A command of `docker compose`. Where services can be named, none means all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComposeCommand {
    /// `up`
    Up(Up),
    /// `down`
    Down {
        /// Which services.
        services: Vec<String>,
        /// `-v`: the volumes of the file too.
        volumes: bool,
        /// `--remove-orphans`
        orphans: bool,
        /// Whether there is time for a shutdown.
        grace: bool,
    },
    /// `ps`
    Ps {
        /// Which services.
        services: Vec<String>,
        /// Stopped ones as well.
        all: bool,
        /// What of each.
        only: Option<Only>,
    },
    /// `logs`
    Logs {
        /// Which services.
        services: Vec<String>,
        /// How the lines are shown.
        view: LogView,
        /// Whether each line begins with a name.
        prefix: bool,
    },
    /// `stop`
    Stop {
        /// Which services.
        services: Vec<String>,
        /// Whether there is time for a shutdown.
        grace: bool,
    },
    /// `start`
    Start(Vec<String>),
    /// `restart`
    Restart {
        /// Which services.
        services: Vec<String>,
        /// Whether there is time for a shutdown.
        grace: bool,
    },
    /// `kill`
    Kill {
        /// Which services.
        services: Vec<String>,
        /// The signal to send.
        signal: Signal,
    },
    /// `exec`: the container is a service's name.
    Exec(Exec),
    /// `pull`
    Pull {
        /// Which services.
        services: Vec<String>,
        /// Say less.
        quiet: bool,
    },
    /// `config`
    Config(Option<Only>),
    /// `version`
    Version,
}

/// What `docker compose up` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Up {
    /// Which services.
    pub services: Vec<String>,
    /// In the background.
    pub detach: bool,
    /// Make containers anew although nothing changed.
    pub recreate: bool,
    /// Remove containers of services that are no more in the file.
    pub orphans: bool,
    /// When images are fetched.
    pub pull: PullPolicy,
}

/// What alone is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// Nothing, or ids.
    Quiet,
    /// Names of services.
    Services,
    /// Names of volumes.
    Volumes,
}
