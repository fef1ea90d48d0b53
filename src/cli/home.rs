//! Where kvtutor keeps what it must remember.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::persistence::storage::{DirLock, Disk, Storage as _, reason};

/// The home: progress, history, the sandbox and the lab live below it.
#[derive(Debug, Clone)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The folder that `--home` or `KVTUTOR_HOME` names, or the platform's own.
    pub fn find(given: Option<&Path>) -> Result<Self, Failure> {
        if let Some(root) = given {
            return Ok(Self { root: root.to_owned() });
        }
        directories::ProjectDirs::from("", "", "kvtutor")
            .map(|dirs| Self { root: dirs.data_dir().to_owned() })
            .ok_or_else(|| {
                Failure::usage("this account has no home folder: name one with --home DIR")
            })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The lines that were typed at the prompt.
    pub fn history(&self) -> PathBuf {
        self.root.join("history")
    }

    /// Makes the home if it is not there, and owns it until the lock is dropped.
    pub fn lock(&self) -> Result<DirLock, Failure> {
        let root = self.root.display();
        Disk.create_dir(&self.root).map_err(|error| {
            Failure::failed(format!(
                "cannot make {root}: {}; name another home with --home DIR",
                reason(&error)
            ))
        })?;
        Disk.lock(&self.root).map_err(|error| Failure::failed(error.to_string()))
    }

    /// The data of the prompt without a lesson.
    pub fn sandbox(&self) -> PathBuf {
        self.root.join("sandbox")
    }
}
