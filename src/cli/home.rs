//! Where kvtutor keeps what it must remember.

use std::io;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::persistence::storage::{DirLock, Disk, LockError, Storage as _, reason};

/// The home: progress, history, the sandbox and the lab live below it.
#[derive(Debug, Clone)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The folder that `--home` or `KVTUTOR_HOME` names, or the platform's own; in it the learner's
    /// own folder, if one is named.
    pub fn find(given: Option<&Path>, learner: Option<&str>) -> Result<Self, Failure> {
        let root = match given {
            Some(root) => root.to_owned(),
            None => directories::ProjectDirs::from("", "", "kvtutor")
                .map(|dirs| dirs.data_dir().to_owned())
                .ok_or_else(|| {
                    Failure::usage("this account has no home folder: name one with --home DIR")
                })?,
        };
        match learner {
            Some(name) => Ok(Self { root: root.join("learners").join(folder_name(name)?) }),
            None => Ok(Self { root }),
        }
    }

    /// Refuses a home that cannot be one, before anything is looked for in it.
    pub fn check(&self) -> Result<(), Failure> {
        let told = match self.root.metadata() {
            Ok(found) if found.is_dir() => return Ok(()),
            Ok(_) => "it is not a directory".to_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => reason(&error),
        };
        Err(self.unusable("use", &told))
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The lines that were typed at the prompt.
    pub fn history(&self) -> PathBuf {
        self.root.join("history")
    }

    /// Makes the home if it is not there.
    pub fn make(&self) -> Result<(), Failure> {
        Disk.create_dir(&self.root).map_err(|error| self.unusable("make", &reason(&error)))
    }

    /// Makes the home if it is not there, and owns it until the lock is dropped.
    pub fn lock(&self) -> Result<DirLock, Failure> {
        self.make()?;
        lock(&self.root)
    }

    /// The same for lessons, which are one prompt's at a time: says what works beside it.
    pub fn lock_for_lessons(&self) -> Result<DirLock, Failure> {
        self.make()?;
        Disk.lock(&self.root).map_err(|error| match error {
            LockError::Held { pid, .. } => {
                let process = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
                Failure::failed(format!(
                    "another kvtutor{process} has this home open: go on with the lesson there. Here \
                     `kvtutor play` is a second client of its server, and `kvtutor --as NAME learn` \
                     has a home of its own"
                ))
            }
            LockError::Io { .. } => Failure::failed(error.to_string()),
        })
    }

    /// Where servers of this home's prompt may be: the sandbox, and those of lessons.
    pub fn servers(&self) -> Vec<PathBuf> {
        // Without the folder, or the right to look, there is none that could be used.
        let lessons = std::fs::read_dir(self.root.join("lessons")).into_iter().flatten().flatten();
        let of_lessons = lessons.map(|lesson| lesson.path().join("sandbox"));
        std::iter::once(self.sandbox()).chain(of_lessons).collect()
    }

    fn unusable(&self, doing: &str, told: &str) -> Failure {
        Failure::failed(format!(
            "cannot {doing} the home {}: {told}; name another home with --home DIR",
            self.root.display()
        ))
    }

    /// The data of the prompt without a lesson.
    pub fn sandbox(&self) -> PathBuf {
        self.root.join("sandbox")
    }
}

/// Owns a directory that is there.
pub(super) fn lock(dir: &Path) -> Result<DirLock, Failure> {
    Disk.lock(dir).map_err(|error| Failure::failed(error.to_string()))
}

/// A learner's name as a folder's, the same in any case of letters.
fn folder_name(name: &str) -> Result<String, Failure> {
    let name = name.trim().to_lowercase();
    let fits = |letter: char| letter.is_alphanumeric() || " -_.'".contains(letter);
    let well = !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && !name.ends_with('.')
        && name.chars().all(fits);
    if well {
        return Ok(name);
    }
    Err(Failure::usage(
        "a name for --as is made of letters, digits, spaces, - and _, and at most 100 bytes long",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_folder_and_no_way_out_of_it() {
        assert_eq!(folder_name(" Zoë O'Hara-1 ").unwrap(), "zoë o'hara-1");
        for name in ["", " ", "..", ".x", "a/b", "a\\b", "a\u{1b}b", "C:"] {
            assert!(folder_name(name).is_err(), "{name:?}");
        }
    }
}
