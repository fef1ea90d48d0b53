//! Transcripts and shown replies: compared with what was recorded, or recorded anew.

use std::fs;
use std::path::{Path, PathBuf};

use super::Mode;
use crate::cli::Failure;
use crate::lesson::prove::{Proof, snapshot};
use crate::persistence::storage::{Disk, Storage as _, replace};

/// Writes the replies of `redis` blocks into lessons that are proved otherwise; whether any was.
pub(super) fn replies(proofs: &[Proof]) -> Result<bool, Failure> {
    let mut any = false;
    for proof in proofs.iter().filter(|proof| proof.holds() && !proof.recordings.is_empty()) {
        let path = Path::new(&proof.path);
        let old = fs::read(path).map_err(|error| failed("read", path, &error))?;
        let mut text = proof.recorded_source();
        // What an editor put there stays.
        if old.windows(2).any(|pair| pair == b"\r\n") {
            text = text.replace('\n', "\r\n");
        }
        if old.starts_with(b"\xef\xbb\xbf") {
            text.insert(0, '\u{feff}');
        }
        write(path, &text)?;
        any = true;
    }
    Ok(any)
}

/// What became of a transcript.
pub(super) enum Transcript {
    /// The lesson is not proved, so it has none; or there is no place for one.
    None,
    /// As recorded.
    Same,
    /// Written now.
    Recorded(PathBuf),
    /// There is no file yet.
    Missing(PathBuf),
    /// The lines that differ.
    Differs(PathBuf, String),
}

/// Sets what a learner sees beside what was recorded, or records it.
pub(super) fn transcript(
    proof: &Proof,
    mode: Mode,
    in_binary: bool,
) -> Result<Transcript, Failure> {
    let whole = proof.holds() && proof.recordings.is_empty();
    let Some(text) = proof.transcript.as_ref().filter(|_| whole) else {
        return Ok(Transcript::None);
    };
    let folder = folder_of_snapshots(Path::new(&proof.path));
    if in_binary && !folder.is_dir() {
        return Ok(Transcript::None);
    }
    let path = path_of(Path::new(&proof.path), &proof.lesson);
    let old = match fs::read_to_string(&path) {
        Ok(old) => Some(old.replace("\r\n", "\n")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed("read", &path, &error)),
    };
    let recorded = old.as_deref().map(snapshot::text);
    if recorded.is_some_and(|recorded| snapshot::same(recorded, text)) {
        return Ok(Transcript::Same);
    }
    if mode == Mode::Record {
        Disk.create_dir(&folder).map_err(|error| failed("make", &folder, &error))?;
        // The test that asserts the same file, where there is one.
        let test = Path::new("tests/integration/lessons.rs");
        let asserted = folder.parent().is_some_and(|root| root.join(test).is_file());
        let source = if asserted { test } else { Path::new(&proof.path) };
        write(&path, &snapshot::file(text, &source.display().to_string(), old.as_deref()))?;
        return Ok(Transcript::Recorded(path));
    }
    Ok(match recorded {
        Some(recorded) => Transcript::Differs(path, snapshot::diff(recorded, text)),
        None => Transcript::Missing(path),
    })
}

/// Where the transcript of that file's lesson is recorded.
pub(super) fn path_of(lesson: &Path, id: &str) -> PathBuf {
    folder_of_snapshots(lesson).join(snapshot::file_name(id))
}

/// `snapshots/` beside the folder of the lesson if there is one, else in it.
pub(super) fn folder_of_snapshots(lesson: &Path) -> PathBuf {
    let folder = lesson.parent().unwrap_or(Path::new(""));
    let around = match folder.file_name() {
        Some(_) => folder.parent().unwrap_or(Path::new("")).to_owned(),
        None => folder.join(".."),
    };
    let beside = around.join("snapshots");
    if beside.is_dir() { beside } else { folder.join("snapshots") }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    replace(&Disk, path, |file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::failed(error.to_string()))
}

fn failed(doing: &str, path: &Path, error: &std::io::Error) -> Failure {
    let reason = crate::persistence::storage::reason(error);
    Failure::failed(format!("cannot {doing} {}: {reason}", path.display()))
}
