//! Why data could not be loaded, or not be kept, in words that say what to do.

use std::path::{Path, PathBuf};

use super::storage::FileError;

/// Why a directory could not be loaded. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be opened or read.
    #[error("{0}. Nothing was changed. See what stands in its place, or use another directory")]
    File(#[from] FileError),
    /// A log file is damaged elsewhere than at its end.
    #[error(
        "{path} is damaged at byte {offset}: {what}. Nothing was changed. Copy the file, then \
         `redis-check-aof --fix {path}` cuts it there: what stands behind is lost",
        path = path.display()
    )]
    Log {
        /// The file.
        path: PathBuf,
        /// Where the last whole unit ends.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// A record of the log reads well, but its command does not run.
    #[error(
        "{path} cannot be loaded from byte {offset} on: {what}. Nothing was changed. If the file \
         is damaged, copy it, then `truncate -s {offset} {path}` cuts it there: what stands \
         behind is lost",
        path = path.display()
    )]
    Command {
        /// The file.
        path: PathBuf,
        /// Where the unit begins that holds the command.
        offset: u64,
        /// Which command, and why it does not run.
        what: String,
    },
    /// A record of the log names a command that this engine has not.
    #[error(
        "{path} holds the command {name} at byte {offset}, which this engine does not have. \
         Nothing was changed. If another server wrote the file, delete there what needs {name}, \
         and let it rewrite its log. If the file is damaged, copy it, then \
         `truncate -s {offset} {path}` cuts it there: what stands behind is lost",
        path = path.display()
    )]
    UnknownCommand {
        /// The file.
        path: PathBuf,
        /// Where the unit begins that holds the command.
        offset: u64,
        /// The command's name, quoted if it is none.
        name: String,
    },
    /// A snapshot, or a base file in its format, is damaged.
    #[error(
        "{path} is damaged at byte {offset}: {what}. Nothing was changed. \
         `redis-check-rdb {path}` shows more; put a copy back, or move the file away{also} to \
         start without it",
        path = path.display(), also = also(path)
    )]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// Where.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// A snapshot holds a value that this engine has no type for.
    #[error(
        "{} holds the key {key}, which is a {kind}: this engine has no such type. Nothing was \
         changed. Delete the key with the server that wrote it and save again",
        path.display()
    )]
    UnknownType {
        /// The file.
        path: PathBuf,
        /// The key, quoted.
        key: String,
        /// What it is.
        kind: &'static str,
    },
    /// A snapshot holds something else that this engine cannot keep.
    #[error(
        "{} holds {what}: this engine cannot keep that. Nothing was changed. Take it away with \
         the server that wrote the file and save again",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it holds.
        what: &'static str,
    },
    /// The manifest cannot be used.
    #[error(
        "{}: {error}. Nothing was changed. Put the right lines back: the files it must name are \
         beside it",
        path.display()
    )]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Why.
        error: super::aof::ManifestError,
    },
    /// The manifest names a file that is not there.
    #[error(
        "{} is missing, but the manifest beside it names it. Nothing was changed. Put the file \
         back",
        path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The log's directory holds data that the manifest, if there is one, does not name.
    #[error(
        "{file} holds data, but {manifest} beside it is missing or does not name it. Nothing was \
         changed. Put the manifest back, or move {file} away to start without it",
        manifest = manifest.display()
    )]
    Unnamed {
        /// Where the manifest is or should be.
        manifest: PathBuf,
        /// A file that holds data.
        file: String,
    },
}

/// What else has to go with a snapshot: the manifest of the log would miss its base.
fn also(path: &Path) -> &'static str {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.ends_with(".base.rdb") { " and take its line out of the manifest" } else { "" }
}
