//! The files that a line may name: those of the lesson, and the learner's own beside them.
//!
//! The learner's own stand in one folder of the home, with no folder below it, so that no name can
//! lead out of it. Where both have a name, the learner's own is meant.

use std::io;
use std::path::{Path, PathBuf};

use super::files::{Files, base};
use crate::lab::compose::{NAMES, Source, Sources};
use crate::persistence::storage::{self, Storage};

/// The largest file that is read.
const LARGEST: u64 = 64 << 20;

/// The name of the folder that the files are in, after which a project of compose is called.
const FOLDER: &str = "lab";

/// Both kinds of files.
#[derive(Clone, Copy)]
pub(super) struct Shelf<'a> {
    pub(super) files: &'a Files,
    pub(super) root: &'a Path,
    pub(super) storage: &'a dyn Storage,
}

impl Shelf<'_> {
    /// Where the learner's own files are.
    fn folder(&self) -> PathBuf {
        self.root.join("files")
    }

    /// The whole path of an own file; none where the name is none.
    fn path(&self, name: &str) -> Option<PathBuf> {
        plain(name).map(|name| self.folder().join(name))
    }

    /// What a file holds.
    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.own(name).or_else(|| self.files.get(name).map(<[u8]>::to_vec))
    }

    /// What a file of the learner's own holds.
    pub(super) fn own(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.path(name)?;
        let size = self.storage.len(&path).ok().flatten()?;
        if size > LARGEST {
            return None;
        }
        self.storage.read(&path).ok()
    }

    /// All files, for whoever looks at several.
    pub(super) fn all(&self) -> Files {
        let mut all = self.files.clone();
        for name in self.storage.list(&self.folder()).unwrap_or_default() {
            if let Some(bytes) = self.own(&name) {
                all.insert_own(&name, &bytes);
            }
        }
        all
    }

    /// Writes a file of the learner's own.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let Some(path) = self.path(name) else { return Err(io::ErrorKind::InvalidInput.into()) };
        self.storage.create_dir(&self.folder())?;
        storage::replace(self.storage, &path, |file| file.write_all(bytes))
            .map_err(io::Error::other)
    }

    /// Removes a file of the learner's own.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        let Some(path) = self.path(name) else { return Err(io::ErrorKind::InvalidInput.into()) };
        self.storage.remove(&path)
    }
}

/// A name as a file of the one folder can have it: `./` before it does not matter.
pub(super) fn plain(name: &str) -> Option<&str> {
    let name = name.trim_start_matches("./");
    let allowed = |c: char| c.is_alphanumeric() || "._-+ ".contains(c);
    let is_name = !name.is_empty()
        && name.len() <= 100
        && !name.starts_with(['.', '-', ' '])
        && !name.ends_with(' ')
        && name.chars().all(allowed);
    is_name.then_some(name)
}

impl Sources for Shelf<'_> {
    fn compose_file(&self, named: Option<&str>) -> Result<Source, (String, String)> {
        let source = |name: &str| {
            let bytes = self.get(name)?;
            Some(Source { path: base(name).to_owned(), folder: FOLDER.to_owned(), bytes })
        };
        let hint =
            "cat > docker-compose.yml <<EOF writes one: its lines follow, and EOF alone ends it";
        match named {
            Some(name) => source(name).ok_or_else(|| {
                let all = self.all();
                let names: Vec<&str> = all.names().collect();
                let hint = if names.is_empty() {
                    hint.to_owned()
                } else {
                    format!("there is: {}", names.join(", "))
                };
                (format!("open {name}: no such file or directory"), hint)
            }),
            None => NAMES.iter().find_map(|name| source(name)).ok_or_else(|| {
                ("no configuration file provided: not found".to_owned(), hint.to_owned())
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["a.yml", "./a.yml", "docker-compose.yml", "Größe 2.json"] {
            assert_eq!(plain(name), Some(name.trim_start_matches("./")), "{name}");
        }
        let long = "x".repeat(101);
        for name in [
            "",
            ".",
            "..",
            "../a",
            "./../a",
            "/etc/passwd",
            "a/b",
            "a\\b",
            "C:x",
            "-rf",
            ".x",
            "a\0",
            " ",
            &long,
        ] {
            assert_eq!(plain(name), None, "{name}");
        }
    }
}
