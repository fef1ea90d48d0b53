//! What a person should know about a load that succeeded.

use std::fmt;
use std::path::PathBuf;

/// Something worth saying. `Display` is one sentence or two, without a line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The end of the log was the beginning of a record.
    TornTail {
        /// The file.
        file: PathBuf,
        /// Where the last whole unit ends.
        offset: u64,
        /// How many bytes were dropped.
        dropped: u64,
    },
    /// The end of the log was a transaction without its `EXEC`.
    CutTransaction {
        /// The file.
        file: PathBuf,
        /// Where the last whole unit ends.
        offset: u64,
        /// How many bytes were dropped.
        dropped: u64,
    },
    /// The log is on but has no files yet, so the snapshot that is there was not loaded.
    SnapshotNotLoaded {
        /// The snapshot.
        file: PathBuf,
    },
    /// A single log file of an earlier version was taken into the log's directory.
    Upgraded {
        /// Where it was.
        from: PathBuf,
    },
    /// A snapshot holds functions, which this engine has not.
    FunctionsSkipped {
        /// How many libraries.
        libraries: usize,
        /// The snapshot.
        file: PathBuf,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TornTail { file, offset, dropped } => write!(
                f,
                "{} ended in the middle of a command, as after a crash: its last {dropped} bytes \
                 were dropped, everything up to byte {offset} was loaded",
                file.display()
            ),
            Self::CutTransaction { file, offset, dropped } => write!(
                f,
                "{} ended in the middle of a transaction, as after a crash: its last {dropped} \
                 bytes were dropped, everything up to byte {offset} was loaded",
                file.display()
            ),
            Self::SnapshotNotLoaded { file } => write!(
                f,
                "the append-only file is on and empty, so {} was NOT loaded, and the next save \
                 replaces it. To keep what it holds, copy it, start with appendonly no, then \
                 CONFIG SET appendonly yes",
                file.display()
            ),
            Self::Upgraded { from } => write!(
                f,
                "{} is a log of an earlier version; it is now the base file in the log's directory",
                from.display()
            ),
            Self::FunctionsSkipped { libraries, file } => write!(
                f,
                "{} holds {libraries} function libraries, which this engine does not know; they \
                 were passed over and will not be in the next snapshot",
                file.display()
            ),
        }
    }
}
