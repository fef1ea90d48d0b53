//! The journal of a home: a line for each entry, appended as things happen.
//!
//! A torn last line, which a crash in the middle of a write leaves, is cut off before anything is
//! added. A journal that cannot be read otherwise is left as it is, and nothing is added to it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chain::{Entry, Event, first};
use crate::persistence::storage::{FileError, Mode, Storage, reason};

/// Longer pauses between two lines are not counted as work: the learner was away.
const PAUSE: i64 = 300;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be read.
    #[error("cannot read {}: {}; it was left as it is: move it away to begin anew", path.display(), reason(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is no entry.
    #[error("{}, line {line}, is no entry of a journal ({source}); it was left as it is: mend it, or move it away to begin anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] FileError),
}

/// The journal of a home.
#[derive(Debug)]
pub struct Journal {
    storage: Arc<dyn Storage>,
    path: PathBuf,
    last: String,
    step: Option<Busy>,
}

/// How long the learner was busy with a step.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Busy {
    lesson: String,
    step: String,
    seconds: i64,
    seen: i64,
}

impl Journal {
    /// Opens the journal of a home; a new one if there is none.
    pub fn open(storage: Arc<dyn Storage>, home: &Path) -> Result<Self, JournalError> {
        let path = home.join("journal.jsonl");
        let (mut entries, torn) = entries(storage.as_ref(), &path)?;
        if let Some(whole) = torn {
            let at = |doing| FileError::at(doing, &path);
            let mut file = storage.open(&path, Mode::Append).map_err(at("open"))?;
            file.truncate(whole).map_err(at("cut"))?;
        }
        let last = entries.pop().map_or_else(first, |entry| entry.link);
        Ok(Self { storage, path, last, step: None })
    }

    /// Everything in the journal of a home.
    pub fn read(storage: &dyn Storage, home: &Path) -> Result<Vec<Entry>, JournalError> {
        entries(storage, &home.join("journal.jsonl")).map(|(entries, _)| entries)
    }

    /// The learner did something in a step: the time since the last line counts, unless they were
    /// away.
    pub fn busy(&mut self, lesson: &str, step: &str, now: i64) {
        match &mut self.step {
            Some(busy) if busy.lesson == lesson && busy.step == step => {
                let passed = now.saturating_sub(busy.seen);
                if (0..=PAUSE).contains(&passed) {
                    busy.seconds += passed;
                }
                busy.seen = now;
            }
            Some(_) | None => {
                let (lesson, step) = (lesson.to_owned(), step.to_owned());
                self.step = Some(Busy { lesson, step, seconds: 0, seen: now });
            }
        }
    }

    /// Appends an entry; the time that the learner was busy comes with it.
    pub fn note(
        &mut self,
        lesson: &str,
        version: &str,
        step: &str,
        event: Event,
        now: i64,
    ) -> Result<(), JournalError> {
        self.busy(lesson, step, now);
        let seconds = self.step.as_ref().and_then(|busy| u64::try_from(busy.seconds).ok());
        let mut entry = Entry {
            at: now,
            lesson: lesson.to_owned(),
            version: version.to_owned(),
            step: step.to_owned(),
            event,
            seconds: seconds.unwrap_or(0),
            link: String::new(),
        };
        entry.link = entry.link_behind(&self.last);
        self.append(&entry)?;
        self.last = entry.link;
        Ok(())
    }

    fn append(&self, entry: &Entry) -> Result<(), JournalError> {
        let mut line = serde_json::to_vec(entry).map_err(|error| FileError {
            doing: "write",
            path: self.path.clone(),
            source: error.into(),
        })?;
        line.push(b'\n');
        if let Some(folder) = self.path.parent() {
            self.storage.create_dir(folder).map_err(FileError::at("make", folder))?;
        }
        let at = |doing| FileError::at(doing, &self.path);
        let before = self.storage.len(&self.path).map_err(at("read"))?.unwrap_or(0);
        let mut file = self.storage.open(&self.path, Mode::Append).map_err(at("open"))?;
        file.write_all(&line).map_err(|error| {
            // Half a line would be damage as soon as another stands behind it.
            let _ = file.truncate(before);
            at("write")(error)
        })?;
        Ok(())
    }
}

/// The entries of a journal, and the length that stays if its last line is torn.
fn entries(storage: &dyn Storage, path: &Path) -> Result<(Vec<Entry>, Option<u64>), JournalError> {
    let bytes = match storage.read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), None)),
        Err(source) => return Err(JournalError::Read { path: path.to_owned(), source }),
    };
    let mut entries = Vec::new();
    let mut start = 0;
    for (place, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match serde_json::from_slice(line) {
            Ok(entry) if line.ends_with(b"\n") => entries.push(entry),
            _ if line == b"\n" => {}
            // Only the beginning of an entry can be what a crash has left of one.
            Ok(_) => return Ok((entries, Some(start))),
            Err(source) if source.is_eof() && !line.ends_with(b"\n") => {
                return Ok((entries, Some(start)));
            }
            Err(source) => {
                let path = path.to_owned();
                return Err(JournalError::Damaged { path, line: place + 1, source });
            }
        }
        start += line.len() as u64;
    }
    Ok((entries, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::receipt::chain::broken_at;
    use crate::persistence::storage::MemoryDisk;

    const HOME: &str = "/home";

    fn disk(bytes: &[u8]) -> Arc<MemoryDisk> {
        let disk = MemoryDisk::new();
        disk.put(Path::new("/home/journal.jsonl"), bytes);
        Arc::new(disk)
    }

    fn open(disk: &Arc<MemoryDisk>) -> Result<Journal, JournalError> {
        let storage: Arc<dyn Storage> = disk.clone();
        Journal::open(storage, Path::new(HOME))
    }

    #[test]
    fn entries_go_on_where_they_stopped_and_time_away_is_not_counted() {
        let disk = Arc::new(MemoryDisk::new());
        let mut journal = open(&disk).unwrap();
        journal.note("l", "v", "one", Event::Began, 1_000).unwrap();
        journal.busy("l", "one", 1_010);
        journal.busy("l", "one", 9_000);
        let mut journal = Journal { step: journal.step, ..open(&disk).unwrap() };
        let what = "stored/whole-file".to_owned();
        journal.note("l", "v", "one", Event::Mistake { what }, 9_005).unwrap();
        let entries = Journal::read(disk.as_ref(), Path::new(HOME)).unwrap();
        assert_eq!(entries.iter().map(|entry| entry.seconds).collect::<Vec<_>>(), [0, 15]);
        assert_eq!(broken_at(&entries), None);
    }

    #[test]
    fn a_torn_line_is_cut_and_a_damaged_one_is_told_and_left() {
        let disk = Arc::new(MemoryDisk::new());
        open(&disk).unwrap().note("l", "v", "one", Event::Began, 1).unwrap();
        let whole = disk.read(Path::new("/home/journal.jsonl")).unwrap();
        let torn = self::disk(&[&whole[..], b"{\"at\":1,\"les"].concat());
        open(&torn).unwrap().note("l", "v", "one", Event::Passed, 2).unwrap();
        let entries = Journal::read(torn.as_ref(), Path::new(HOME)).unwrap();
        assert_eq!((entries.len(), broken_at(&entries)), (2, None));

        for tail in [b"nonsense\n".as_slice(), b"nonsense"] {
            let bytes = [&whole[..], tail].concat();
            let damaged = self::disk(&bytes);
            assert_eq!(
                open(&damaged).unwrap_err().to_string(),
                "/home/journal.jsonl, line 2, is no entry of a journal (expected ident at line 1 column 2); it was left as it is: mend it, or move it away to begin anew"
            );
            assert_eq!(damaged.read(Path::new("/home/journal.jsonl")).unwrap(), bytes);
        }
    }

    #[test]
    fn a_journal_is_not_changed_by_reading_it_nor_torn_by_a_full_disk() {
        let disk = Arc::new(MemoryDisk::new());
        let mut journal = open(&disk).unwrap();
        journal.note("l", "v", "one", Event::Began, 1).unwrap();
        let path = Path::new("/home/journal.jsonl");
        let whole = disk.read(path).unwrap();
        disk.fill(20);
        let error = journal.note("l", "v", "one", Event::Passed, 2).unwrap_err();
        assert_eq!(error.to_string(), "cannot write /home/journal.jsonl: No space left on device");
        assert_eq!(disk.read(path).unwrap(), whole);
        let torn = self::disk(&whole[..whole.len() - 1]);
        assert_eq!(Journal::read(torn.as_ref(), Path::new(HOME)).unwrap(), []);
        assert_eq!(torn.read(path).unwrap(), &whole[..whole.len() - 1]);
    }
}
