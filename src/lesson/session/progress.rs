//! What a learner has done, on disk: one JSON file in the home, replaced as a whole after each line.
//!
//! A file that cannot be read is never replaced: the learner is told, and nothing is lost.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::edition::Mark;
use crate::persistence::storage::{self, FileError, Storage, reason};

/// The shape that this version writes.
const FORMAT: u32 = 1;

/// Why progress could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ProgressError {
    /// The file cannot be read.
    #[error("cannot read {}: {}; it was left as it is: move it away to begin anew", path.display(), reason(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is damaged.
    #[error("{} is damaged ({source}); it was left as it is: mend it, or move it away to begin anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The file was written by a later version.
    #[error("{} was written by a newer kvtutor (format {format}); use that one, or move the file away to begin anew", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u64,
    },
}

/// What is known of every lesson, and the file it is kept in.
#[derive(Debug)]
pub struct Progress {
    path: PathBuf,
    storage: Arc<dyn Storage>,
    book: Book,
    /// Why it could not be written, said once.
    pub failed: Option<String>,
    /// What was written last.
    saved: Option<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Book {
    format: u32,
    /// The lesson that was opened last.
    #[serde(default)]
    last: Option<String>,
    lessons: BTreeMap<String, Record>,
}

/// What is known of one lesson. Steps are named by their ids, so a changed lesson keeps what is
/// still valid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The step the learner is at; nothing if the lesson was not begun or is over.
    pub at: Option<String>,
    /// Steps that were passed by doing.
    pub done: Vec<String>,
    /// Steps whose solution was applied.
    pub skipped: Vec<String>,
    /// How many hints were asked for, by step.
    pub hints: BTreeMap<String, usize>,
    /// How often a step was judged as not right after its learner asked or erred.
    pub tries: BTreeMap<String, usize>,
    /// Lines typed in each step, for `:compare`.
    pub typed: BTreeMap<String, Vec<String>>,
    /// What the learner noted, by step.
    pub notes: BTreeMap<String, Vec<String>>,
    /// What was answered in the step that is open.
    pub answers: BTreeMap<String, String>,
    /// What happened in the step that is open.
    pub events: Vec<String>,
    /// Choices picked in the quizzes of the open step.
    pub picked: BTreeMap<usize, Vec<usize>>,
    /// Steps that were come to on the data there is, so that their setup has run.
    pub entered: Vec<String>,
    /// What the lesson's steps were like when it was open last.
    pub marks: BTreeMap<String, Mark>,
}

impl Record {
    /// Whether a step counts as passed.
    pub fn has(&self, step: &str) -> bool {
        self.done.iter().chain(&self.skipped).any(|id| id == step)
    }

    /// Keeps a line that was typed in a step, for `:compare`.
    pub fn keep_line(&mut self, step: &str, line: &[u8]) {
        /// Enough to compare; a pasted flood is not kept.
        const KEPT: usize = 200;
        /// The file is written after each line, so it stays small.
        const LONGEST: usize = 1000;
        let typed = self.typed.entry(step.to_owned()).or_default();
        let text = String::from_utf8_lossy(line);
        let mut letters = text.chars();
        let mut kept: String = letters.by_ref().take(LONGEST).collect();
        if letters.next().is_some() {
            kept.push('…');
        }
        typed.push(kept);
        if typed.len() > KEPT {
            typed.remove(0);
        }
    }
}

impl Progress {
    /// Reads the progress kept in `home`; none yet if there is no file.
    pub fn load(storage: Arc<dyn Storage>, home: &Path) -> Result<Self, ProgressError> {
        let path = home.join("progress.json");
        let empty = Book { format: FORMAT, last: None, lessons: BTreeMap::new() };
        let book = match storage.read(&path) {
            Ok(bytes) => decode(&path, &bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => empty,
            Err(source) => return Err(ProgressError::Read { path, source }),
        };
        Ok(Self { path, storage, book, failed: None, saved: None })
    }

    /// What is known of a lesson.
    pub fn lesson(&self, id: &str) -> Record {
        self.book.lessons.get(id).cloned().unwrap_or_default()
    }

    /// The lesson that was opened last.
    pub fn last(&self) -> Option<&str> {
        self.book.last.as_deref()
    }

    /// A lesson is opened.
    pub fn open(&mut self, id: &str) {
        self.book.last = Some(id.to_owned());
    }

    /// Whether the lesson was ever begun.
    pub fn knows(&self, id: &str) -> bool {
        self.book.lessons.contains_key(id)
    }

    /// What is to be known of a lesson from now on.
    pub fn record(&mut self, id: &str) -> &mut Record {
        self.book.lessons.entry(id.to_owned()).or_default()
    }

    /// Forgets a lesson.
    pub fn forget(&mut self, id: &str) {
        self.book.lessons.remove(id);
        self.book.last.take_if(|last| last == id);
    }

    /// Forgets everything.
    pub fn forget_all(&mut self) {
        self.book.lessons.clear();
        self.book.last = None;
    }

    /// Writes the file, if it would be another one than was written last: aside, synced, renamed.
    pub fn save(&mut self) -> Result<(), FileError> {
        let mut bytes = serde_json::to_vec_pretty(&self.book).map_err(|error| FileError {
            doing: "write",
            path: self.path.clone(),
            source: error.into(),
        })?;
        bytes.push(b'\n');
        if self.saved.as_ref() == Some(&bytes) {
            return Ok(());
        }
        self.saved = None;
        if let Some(folder) = self.path.parent() {
            self.storage.create_dir(folder).map_err(FileError::at("make", folder))?;
        }
        storage::replace(self.storage.as_ref(), &self.path, |file| file.write_all(&bytes))?;
        self.saved = Some(bytes);
        Ok(())
    }
}

fn decode(path: &Path, bytes: &[u8]) -> Result<Book, ProgressError> {
    let damaged = |source| ProgressError::Damaged { path: path.to_owned(), source };
    // The format first: a later shape must not be called damaged.
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(damaged)?;
    if !value.is_object() {
        return Err(damaged(serde::de::Error::custom("it is not a JSON object")));
    }
    match value.get("format").and_then(serde_json::Value::as_u64) {
        Some(format) if format > u64::from(FORMAT) => {
            Err(ProgressError::Newer { path: path.to_owned(), format })
        }
        Some(_) | None => serde_json::from_value(value).map_err(damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persistence::storage::MemoryDisk;

    #[test]
    fn long_lines_and_floods_are_not_kept_whole() {
        let mut record = Record::default();
        record.keep_line("s", "é".repeat(1000).as_bytes());
        record.keep_line("s", "é".repeat(1001).as_bytes());
        let whole = "é".repeat(1000);
        assert_eq!(record.typed["s"], [whole.clone(), format!("{whole}…")]);
        for line in 0..300 {
            record.keep_line("s", line.to_string().as_bytes());
        }
        let lines = &record.typed["s"];
        assert_eq!((lines.len(), lines[0].as_str()), (200, "100"));
    }

    #[test]
    fn what_was_saved_is_there_again() {
        let disk: Arc<dyn Storage> = Arc::new(MemoryDisk::new());
        let mut progress = Progress::load(Arc::clone(&disk), Path::new("/home")).unwrap();
        progress.record("4hhb-load").done.push("look".to_owned());
        progress.save().unwrap();
        let again = Progress::load(disk, Path::new("/home")).unwrap();
        assert!(again.lesson("4hhb-load").has("look"));
        assert!(!again.lesson("4hhb-load").has("store"));
    }

    #[test]
    fn what_has_not_changed_is_not_written_again() {
        let file = Path::new("/home/progress.json");
        let disk = Arc::new(MemoryDisk::new());
        let storage: Arc<dyn Storage> = disk.clone();
        let mut progress = Progress::load(storage, Path::new("/home")).unwrap();
        progress.record("acid").done.push("incr".to_owned());
        progress.save().unwrap();
        // Whoever looks after the file has put another one in its place.
        disk.put(file, b"other");
        progress.save().unwrap();
        assert_eq!(disk.read(file).unwrap(), b"other");
        progress.record("acid").done.push("power".to_owned());
        progress.save().unwrap();
        let again = Progress::load(disk, Path::new("/home")).unwrap();
        assert!(again.lesson("acid").has("power"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_and_left() {
        for (bytes, message) in [
            (
                b"{\"format\":1,\"les".as_slice(),
                "/home/progress.json is damaged (EOF while parsing a string at line 1 column 16); it was left as it is: mend it, or move it away to begin anew",
            ),
            (
                b"{\"format\":9}",
                "/home/progress.json was written by a newer kvtutor (format 9); use that one, or move the file away to begin anew",
            ),
        ] {
            let disk = MemoryDisk::new();
            disk.put(Path::new("/home/progress.json"), bytes);
            let disk = Arc::new(disk);
            let storage: Arc<dyn Storage> = disk.clone();
            let error = Progress::load(storage, Path::new("/home")).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert_eq!(disk.read(Path::new("/home/progress.json")).unwrap(), bytes);
        }
    }
}
