//! Which real servers there are to compare with, and where they are found. It must not know what is
//! compared, nor start any; the benchmarks find their peers here too.
//!
//! `redis-server` 7.0 is the one that is installed. Newer ones are in no distribution yet, so `.ci/run`
//! fetches them into `target/peers`; `KVTUTOR_PEERS` names another folder that has them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A real server of a certain version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The one of the path: it decides what is right.
    Redis7,
    /// What has come since, as the course's image has it.
    Redis8,
    /// The other descendant of Redis 7.
    Valkey9,
}

impl Version {
    /// The file's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Redis7 => "redis-server",
            Self::Redis8 => "redis-server-8",
            Self::Valkey9 => "valkey-server",
        }
    }

    /// What is run to start it, whether it is there or not.
    pub fn program(self) -> PathBuf {
        if self == Self::Redis7 {
            return self.name().into();
        }
        let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers").into();
        PathBuf::from(std::env::var_os("KVTUTOR_PEERS").unwrap_or_else(default)).join(self.name())
    }

    /// Whether it can be started.
    pub fn is_there(self) -> bool {
        let mut asked = Command::new(self.program());
        asked.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        asked.status().is_ok_and(|status| status.success())
    }
}
