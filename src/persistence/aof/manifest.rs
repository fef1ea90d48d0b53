//! The manifest: which files make up the log, in which order.
//!
//! A line for each file, such as `file appendonly.aof.1.incr.aof seq 1 type i`. Type `b` is the
//! base, `i` an incremental file, `h` one that a rewrite has replaced and that may be removed.
//! Judges text only: whether the files are there is seen when they are read.

use std::fmt::Write;

use super::quote;

/// Redis's longest line, its end included.
const MAX_LINE: usize = 1024;

/// A file of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Its name in the log's directory.
    pub name: String,
    /// Its number, counted for base and incremental files apart.
    pub seq: u64,
}

/// Which files make up the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// What a rewrite wrote: the data at one moment.
    pub base: Option<LogFile>,
    /// Replaced files that were not removed yet.
    pub history: Vec<LogFile>,
    /// What was done since, oldest first; the last one is written to.
    pub incremental: Vec<LogFile>,
}

/// Why a manifest cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ManifestError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

impl Manifest {
    /// Reads a manifest.
    pub fn parse(text: &[u8]) -> Result<Self, ManifestError> {
        let mut manifest = Self::default();
        let mut line = 0;
        for raw in text.split_inclusive(|byte| *byte == b'\n') {
            line += 1;
            let at = |what| ManifestError { line, what };
            if raw.first() == Some(&b'#') {
                continue;
            }
            if raw.len() >= MAX_LINE || raw.last() != Some(&b'\n') {
                return Err(at("the line is too long, or its end is missing"));
            }
            let raw = std::str::from_utf8(raw).map_err(|_| at("the line is not text"))?;
            manifest.add(raw.trim_ascii()).map_err(at)?;
        }
        if line == 0 {
            return Err(ManifestError { line: 1, what: "the manifest is empty" });
        }
        manifest.check_history().map_err(|what| ManifestError { line, what })?;
        Ok(manifest)
    }

    fn add(&mut self, line: &str) -> Result<(), &'static str> {
        const FORMAT: &str = "expected: file NAME seq NUMBER type b|i|h";
        let words = quote::split(line).ok_or("a quote is not closed")?;
        if words.len() < 6 || !words.len().is_multiple_of(2) {
            return Err(FORMAT);
        }
        let (mut name, mut seq, mut kind) = (None, None, None);
        for pair in words.chunks_exact(2) {
            let [key, value] = pair else { return Err(FORMAT) };
            if key.eq_ignore_ascii_case("file") {
                name = Some(value.clone());
            } else if key.eq_ignore_ascii_case("seq") {
                seq = Some(value.parse().ok().filter(|seq| *seq > 0).ok_or("seq is no number")?);
            } else if key.eq_ignore_ascii_case("type") {
                kind = Some(value.as_str());
            }
            // Other keys belong to versions to come and are passed over, as Redis does.
        }
        let (Some(name), Some(seq), Some(kind)) = (name, seq, kind) else { return Err(FORMAT) };
        if name.is_empty() || name.contains(['/', '\\', '\0']) || name == "." || name == ".." {
            return Err("a file of the log is named without a path");
        }
        let file = LogFile { name, seq };
        match kind {
            "b" if self.base.is_some() => return Err("there is a second base file"),
            "b" => self.base = Some(file),
            "h" => self.history.push(file),
            "i" => {
                if self.incremental.last().is_some_and(|last| last.seq >= seq) {
                    return Err("incremental files must be in the order of their numbers");
                }
                self.incremental.push(file);
            }
            _ => return Err(FORMAT),
        }
        Ok(())
    }

    /// Files called history will be removed: none may be newer than those in use.
    ///
    /// A rewrite never writes such a manifest, but one damaged letter makes it.
    fn check_history(&self) -> Result<(), &'static str> {
        let oldest = self.incremental.first().map_or(0, |file| file.seq);
        let base = self.base.as_ref().map_or(0, |file| file.seq);
        let replaced = |file: &LogFile| {
            if file.name.ends_with(".incr.aof") { file.seq < oldest } else { file.seq < base }
        };
        if self.history.iter().all(replaced) {
            Ok(())
        } else {
            Err("a file is said to be replaced, but no newer one is in use")
        }
    }

    /// The manifest as text.
    pub fn format(&self) -> String {
        let base = self.base.iter().map(|file| (file, 'b'));
        let history = self.history.iter().map(|file| (file, 'h'));
        let incremental = self.incremental.iter().map(|file| (file, 'i'));
        let mut text = String::new();
        for (file, kind) in base.chain(history).chain(incremental) {
            // Writing to a string cannot fail.
            let _ =
                writeln!(text, "file {} seq {} type {kind}", quote::quoted(&file.name), file.seq);
        }
        text
    }

    /// The files to load, in order.
    pub fn live(&self) -> impl Iterator<Item = &LogFile> {
        self.base.iter().chain(&self.incremental)
    }

    /// Whether it names no file to load.
    pub fn is_empty(&self) -> bool {
        self.base.is_none() && self.incremental.is_empty()
    }

    /// The number of the next base file.
    pub(super) fn next_base_seq(&self) -> u64 {
        self.base.as_ref().map_or(1, |file| file.seq + 1)
    }

    /// The number of the next incremental file.
    pub(super) fn next_incremental_seq(&self) -> u64 {
        self.incremental.last().map_or(1, |file| file.seq + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Manifest::parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_manifest_reads_as_it_was_written() {
        let text = "file appendonly.aof.2.base.rdb seq 2 type b\n\
                    file appendonly.aof.1.base.rdb seq 1 type h\n\
                    file appendonly.aof.4.incr.aof seq 4 type h\n\
                    file appendonly.aof.5.incr.aof seq 5 type i\n\
                    file \"my log.aof.6.incr.aof\" seq 6 type i\n";
        let manifest = Manifest::parse(text.as_bytes()).unwrap();
        assert_eq!(manifest.format(), text);
        assert_eq!(manifest.next_base_seq(), 3);
        assert_eq!(manifest.next_incremental_seq(), 7);
        let live: Vec<&str> = manifest.live().map(|file| file.name.as_str()).collect();
        assert_eq!(
            live,
            ["appendonly.aof.2.base.rdb", "appendonly.aof.5.incr.aof", "my log.aof.6.incr.aof"]
        );
    }

    #[test]
    fn comments_unknown_keys_and_other_orders_are_read() {
        let text = "# made by hand\r\n  SEQ 1 Type i startoffset 0 FILE a\r\n";
        let manifest = Manifest::parse(text.as_bytes()).unwrap();
        assert_eq!(manifest.format(), "file a seq 1 type i\n");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_line() {
        const FORMAT: &str = "expected: file NAME seq NUMBER type b|i|h";
        assert_eq!(error(""), "line 1: the manifest is empty");
        assert_eq!(error("\n"), format!("line 1: {FORMAT}"));
        assert_eq!(error("file a seq 1\n"), format!("line 1: {FORMAT}"));
        assert_eq!(error("file a seq 1 type x\n"), format!("line 1: {FORMAT}"));
        assert_eq!(
            error("#\nfile a seq 1 type i"),
            "line 2: the line is too long, or its end is missing"
        );
        assert_eq!(error("file a seq 0 type i\n"), "line 1: seq is no number");
        assert_eq!(
            error("file ../a seq 1 type i\n"),
            "line 1: a file of the log is named without a path"
        );
        assert_eq!(error("file \"a seq 1 type i\n"), "line 1: a quote is not closed");
        assert_eq!(
            error("file a seq 1 type b\nfile b seq 2 type b\n"),
            "line 2: there is a second base file"
        );
        assert_eq!(
            error("file a seq 2 type i\nfile b seq 2 type i\n"),
            "line 2: incremental files must be in the order of their numbers"
        );
        assert_eq!(
            error("file a.1.base.rdb seq 1 type b\nfile a.1.incr.aof seq 1 type h\n"),
            "line 2: a file is said to be replaced, but no newer one is in use"
        );
    }

    #[test]
    fn no_damage_makes_it_panic() {
        let text = b"file a.1.base.rdb seq 1 type b\nfile \"a\\x20b\" seq 1 type i\n";
        for at in 0..text.len() {
            let _ = Manifest::parse(&text[..at]);
            for flip in 1..=255 {
                let mut text = *text;
                text[at] ^= flip;
                let _ = Manifest::parse(&text);
            }
        }
    }
}
