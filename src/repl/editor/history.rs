//! The history of a home: a file that is only appended to, and never holds a password.
//!
//! A line each, `\n` and `\\` for line ends and backslashes. Two prompts on one home append to the
//! same file. A file that cannot be read is left as it is, and nothing is added to it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::persistence::storage::reason;
use crate::syntax::{self, Shape};

/// Where lines are kept.
#[derive(Debug)]
pub(super) struct History {
    path: PathBuf,
    file: Option<File>,
    broken: bool,
}

impl History {
    /// Reads the history; what it holds and what is to be said about it come with it.
    pub(super) fn open(path: &Path, most: usize) -> (Self, Vec<String>, Vec<String>) {
        let mut history = Self { path: path.to_owned(), file: None, broken: false };
        match read(path) {
            Ok(mut entries) => {
                let surplus = entries.len().saturating_sub(most);
                // Far too long a file is cut, aside and renamed.
                if surplus > most
                    && replace(path, entries.get(surplus..).unwrap_or_default()).is_err()
                {
                    history.broken = true;
                }
                entries.drain(..surplus);
                (history, entries, Vec::new())
            }
            Err(error) => {
                history.broken = true;
                let why = if error.kind() == io::ErrorKind::InvalidData {
                    "it is not UTF-8 text".to_owned()
                } else {
                    reason(&error)
                };
                let told = format!(
                    "the history {} cannot be read ({why}); it is left as it is, and this \
                     session's lines are not kept: move it away to begin anew",
                    path.display()
                );
                (history, Vec::new(), vec![told])
            }
        }
    }

    /// Keeps a line. The first time that fails, the reason is given.
    pub(super) fn append(&mut self, line: &str) -> Option<String> {
        if self.broken {
            return None;
        }
        match self.write(line) {
            Ok(()) => None,
            Err(error) => {
                self.broken = true;
                Some(format!(
                    "the history {} cannot be written ({}), so it ends with this session",
                    self.path.display(),
                    reason(&error)
                ))
            }
        }
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        if self.file.is_none() {
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder)?;
            }
            self.file = Some(private().append(true).create(true).open(&self.path)?);
        }
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(encode(line).as_bytes()))
    }
}

/// A file that others on the machine cannot read.
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

fn read(path: &Path) -> io::Result<Vec<String>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(text.lines().filter(|line| !line.is_empty()).map(decode).collect())
}

fn replace(path: &Path, entries: &[String]) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = private().write(true).create(true).truncate(true).open(&aside)?;
    for entry in entries {
        file.write_all(encode(entry).as_bytes())?;
    }
    file.sync_all()?;
    fs::rename(&aside, path)
}

fn encode(line: &str) -> String {
    format!("{}\n", line.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r"))
}

fn decode(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            other => text.push(other),
        }
    }
    text
}

/// Words that come before a secret, wherever in a line they stand.
const SECRET_WORDS: &[&str] =
    &["requirepass", "masterauth", "masteruser", "auth", "auth2", "setuser", "tls-key-file-pass"];

/// Whether a line holds a password, however broken it is.
pub(super) fn is_secret(line: &[u8]) -> bool {
    let scan = syntax::scan(line);
    let words: Vec<String> = scan
        .words
        .iter()
        .map(|word| String::from_utf8_lossy(&word.bytes).to_ascii_lowercase())
        .collect();
    let options = |word: &String| matches!(word.as_str(), "-a" | "--pass" | "--askpass");
    match scan.shape {
        Shape::Empty | Shape::Comment | Shape::Tutor => false,
        Shape::Command => {
            let names = match words.first() {
                Some(first) if first.parse::<i64>().is_ok() => words.get(1..),
                Some(_) | None => words.get(..),
            };
            let names = names.unwrap_or_default();
            let first = names.first().map(String::as_str);
            match first {
                Some("auth") => true,
                Some("hello" | "migrate" | "acl" | "config") => {
                    names.iter().skip(1).any(|word| SECRET_WORDS.contains(&word.as_str()))
                }
                Some(_) | None => false,
            }
        }
        Shape::Lab => words.iter().any(|word| {
            let bare = word.trim_start_matches('-');
            options(word)
                || word.starts_with("redis://") && word.contains('@')
                || SECRET_WORDS.contains(&bare)
                || bare.starts_with("requirepass=")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_kept() {
        for line in [
            "AUTH hunter2",
            "auth default hunter2",
            "AUTH 'unfinished",
            "2 AUTH x",
            "HELLO 3 AUTH default x",
            "CONFIG SET requirepass x",
            "config set maxmemory 1 RequirePass x",
            "ACL SETUSER erik on >x",
            "MIGRATE h 1 k 0 1 AUTH x",
            "redis-cli -a x GET k",
            "redis-cli --pass x",
            "redis-cli -u redis://:x@127.0.0.1",
            "redis-cli AUTH x",
            "docker exec -it r redis-cli -a x",
            "docker run -d redis redis-server --requirepass x",
        ] {
            assert!(is_secret(line.as_bytes()), "{line}");
        }
        for line in [
            "SET auth x",
            "GET k",
            "HELLO 3",
            "CONFIG GET requirepasses",
            "docker ps -a --no-trunc # nothing",
            ":note auth",
            "",
        ] {
            assert_eq!(is_secret(line.as_bytes()), line.starts_with("docker ps -a"), "{line}");
        }
    }

    #[test]
    fn lines_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/history");
        let (mut history, entries, told) = History::open(&path, 10);
        assert!(entries.is_empty() && told.is_empty());
        assert_eq!(history.append("SET j '{\n\\n}'"), None);
        assert_eq!(history.append("GET j"), None);
        let (_, entries, _) = History::open(&path, 10);
        assert_eq!(entries, ["SET j '{\n\\n}'", "GET j"]);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        fs::write(&path, b"\xff\xfe").unwrap();
        let (mut history, entries, told) = History::open(&path, 10);
        assert_eq!((entries.len(), told.len()), (0, 1));
        assert_eq!(history.append("GET j"), None);
        assert_eq!(fs::read(&path).unwrap(), b"\xff\xfe");
    }

    #[test]
    fn what_cannot_be_written_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let (mut history, _, told) = History::open(&folder.path().join("no/history"), 10);
        assert!(told.is_empty());
        fs::write(folder.path().join("no"), "a file").unwrap();
        assert!(history.append("GET j").is_some());
        assert_eq!(history.append("GET j"), None);
    }

    #[test]
    fn a_long_history_is_cut_by_replacing_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let text = (0..50).map(|number| format!("GET {number}")).collect::<Vec<_>>().join("\n");
        fs::write(&path, text).unwrap();
        let (_, entries, _) = History::open(&path, 10);
        assert_eq!((entries.len(), entries.first().map(String::as_str)), (10, Some("GET 40")));
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 10);
    }
}
