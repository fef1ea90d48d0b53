//! What the configuration says about the log.

use std::path::PathBuf;

use crate::engine::data::Limits;
use crate::persistence::Format;

/// When what was written is made to survive a power loss (`appendfsync`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fsync {
    /// Before the reply.
    Always,
    /// Once a second.
    #[default]
    EverySecond,
    /// When the system likes.
    No,
}

impl Fsync {
    /// The policy by the word that the configuration uses.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Always, Self::EverySecond, Self::No]
            .into_iter()
            .find(|policy| policy.name().eq_ignore_ascii_case(word))
    }

    /// The word that the configuration uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::EverySecond => "everysec",
            Self::No => "no",
        }
    }
}

/// What the configuration says about the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The data directory (`dir`).
    pub dir: PathBuf,
    /// The log's directory in it (`appenddirname`).
    pub dirname: String,
    /// What the names of the log's files begin with (`appendfilename`).
    pub filename: String,
    /// The snapshot's name in the data directory (`dbfilename`).
    pub snapshot: String,
    /// `appendfsync`.
    pub fsync: Fsync,
    /// Whether `everysec` syncs on a thread of its own, where the disk allows it.
    pub syncs_aside: bool,
    /// Whether a rewrite writes its base as RDB (`aof-use-rdb-preamble`).
    pub rdb_base: bool,
    /// When packed encodings give way to others, for the values of a base file.
    pub limits: Limits,
    /// Whether a torn tail is dropped (`aof-load-truncated`); otherwise it is refused.
    pub drop_torn_tail: bool,
}

/// What a file of the log is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Base,
    Incremental,
}

impl Settings {
    /// Redis's defaults in `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            dirname: "appendonlydir".to_owned(),
            filename: "appendonly.aof".to_owned(),
            snapshot: "dump.rdb".to_owned(),
            fsync: Fsync::default(),
            syncs_aside: false,
            rdb_base: true,
            limits: Limits::default(),
            drop_torn_tail: true,
        }
    }

    /// The log's directory.
    pub fn log_dir(&self) -> PathBuf {
        self.dir.join(&self.dirname)
    }

    /// A file in the log's directory.
    pub(super) fn log_file(&self, name: &str) -> PathBuf {
        self.log_dir().join(name)
    }

    /// The manifest.
    pub fn manifest(&self) -> PathBuf {
        self.log_file(&format!("{}.manifest", self.filename))
    }

    /// The single file that versions before 7 kept in the data directory.
    pub(super) fn old_log(&self) -> PathBuf {
        self.dir.join(&self.filename)
    }

    /// What a base is written as.
    pub(super) fn base_format(&self) -> Format {
        if self.rdb_base { Format::Base } else { Format::Commands }
    }

    /// The name of the base file with this number.
    pub(super) fn base_name(&self, seq: u64) -> String {
        let format = if self.rdb_base { "rdb" } else { "aof" };
        format!("{}.{seq}.base.{format}", self.filename)
    }

    /// The number and the kind of a file that has a name such as a log gives.
    pub(super) fn log_file_kind(&self, name: &str) -> Option<(u64, Kind)> {
        let rest = name.strip_prefix(&self.filename)?.strip_prefix('.')?;
        let (seq, rest) = rest.split_once('.')?;
        let kind = match rest {
            "base.rdb" | "base.aof" => Kind::Base,
            "incr.aof" => Kind::Incremental,
            _ => return None,
        };
        Some((seq.parse().ok()?, kind))
    }

    /// The name of the incremental file with this number.
    pub(super) fn incremental_name(&self, seq: u64) -> String {
        format!("{}.{seq}.incr.aof", self.filename)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_redis() {
        let mut settings = Settings::new("/data");
        assert_eq!(settings.base_name(2), "appendonly.aof.2.base.rdb");
        assert_eq!(settings.incremental_name(3), "appendonly.aof.3.incr.aof");
        settings.rdb_base = false;
        assert_eq!(settings.base_name(2), "appendonly.aof.2.base.aof");
        assert_eq!(settings.log_file_kind("appendonly.aof.12.base.rdb"), Some((12, Kind::Base)));
        assert_eq!(
            settings.log_file_kind("appendonly.aof.3.incr.aof"),
            Some((3, Kind::Incremental))
        );
        assert_eq!(settings.log_file_kind("temp-appendonly.aof.3.incr.aof"), None);
        assert_eq!(
            settings.manifest(),
            PathBuf::from("/data/appendonlydir/appendonly.aof.manifest")
        );
        assert_eq!(Fsync::parse("EverySec"), Some(Fsync::EverySecond));
        assert_eq!(Fsync::parse("sometimes"), None);
    }
}
