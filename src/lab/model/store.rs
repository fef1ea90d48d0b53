//! The model on disk: one JSON file, replaced as a whole, never rewritten in place. A file that
//! cannot be read is left as it is.

use std::io;
use std::path::{Path, PathBuf};

use super::{FORMAT, Model};
use crate::persistence::storage::{self, FileError, Storage, reason};

/// Why the lab's file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be read.
    #[error("cannot read {}: {}; it was left as it is: move it away to begin anew", path.display(), reason(source))]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is damaged.
    #[error("{} is damaged ({source}); it was left as it is: mend it, or move it away to begin anew", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The file is of a later version.
    #[error("{} was written by a newer kvtutor (format {format}); use that one, or move the file away to begin anew", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its format.
        format: u64,
    },
    /// The file cannot be replaced.
    #[error(transparent)]
    Replace(#[from] FileError),
    /// The model cannot be written down.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Reads the model; a file that is not there is an empty lab.
pub fn load(storage: &dyn Storage, path: &Path) -> Result<Model, StoreError> {
    let bytes = match storage.read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Model::default()),
        Err(source) => return Err(StoreError::Read { path: path.to_owned(), source }),
    };
    decode(&bytes).map_err(|error| match error {
        Undecoded::Damaged(source) => StoreError::Damaged { path: path.to_owned(), source },
        Undecoded::Newer(format) => StoreError::Newer { path: path.to_owned(), format },
    })
}

/// Why bytes are no model.
enum Undecoded {
    Damaged(serde_json::Error),
    Newer(u64),
}

fn decode(bytes: &[u8]) -> Result<Model, Undecoded> {
    // The format first: a later shape must not be called damaged.
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(Undecoded::Damaged)?;
    if !value.is_object() {
        let told = serde::de::Error::custom("it is not a JSON object");
        return Err(Undecoded::Damaged(told));
    }
    match value.get("format").and_then(serde_json::Value::as_u64) {
        Some(format) if format > u64::from(FORMAT) => Err(Undecoded::Newer(format)),
        Some(_) | None => serde_json::from_value(value).map_err(Undecoded::Damaged),
    }
}

/// Writes the model aside, syncs it, and puts it in place of the old one.
pub fn save(storage: &dyn Storage, path: &Path, model: &Model) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec_pretty(model)
        .map_err(|error| StoreError::Write { path: path.to_owned(), source: error.into() })?;
    storage::replace(storage, path, |file| file.write_all(&bytes))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persistence::storage::Disk;

    #[test]
    fn a_missing_file_is_an_empty_lab() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(&Disk, &folder.path().join("lab.json")).unwrap(), Model::default());
    }

    #[test]
    fn what_was_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        let model = Model { sandbox_away: true, ..Model::default() };
        save(&Disk, &path, &model).unwrap();
        save(&Disk, &path, &model).unwrap();
        assert_eq!(load(&Disk, &path).unwrap(), model);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_or_newer_file_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.json");
        for (text, part) in [
            ("", "is damaged (EOF"),
            ("{\"format\":1", "is damaged (EOF"),
            ("{\"format\":1}", "is damaged (missing field"),
            ("{\"format\":2,\"other\":[]}", "was written by a newer kvtutor (format 2)"),
        ] {
            std::fs::write(&path, text).unwrap();
            let message = load(&Disk, &path).unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
