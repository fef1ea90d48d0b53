//! `kvtutor test`: proves lessons, compares or records their transcripts, and says what it found.

use std::fmt::Write as _;
use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Global;
use super::sources::{self, Given};
use super::{Failure, Outcome, look_on, print};
use crate::lesson::catalogue::{Catalogue, course_sources};
use crate::lesson::problem::{Look, Problems};
use crate::lesson::prove::{Proof, prove, snapshot};
use crate::persistence::storage::{Disk, Storage as _, replace};

/// What was asked for.
pub(super) struct Asked {
    /// Files and folders; none is the course.
    pub paths: Vec<PathBuf>,
    /// Record instead of comparing.
    pub update: bool,
    /// Notes are failures.
    pub strict: bool,
}

/// Runs `kvtutor test`.
pub(super) fn run(global: &Global, mut asked: Asked) -> Result<Outcome, Failure> {
    asked.strict |= std::env::var_os("CI").is_some_and(|ci| ci == "true");
    if asked.update && asked.paths.is_empty() {
        // What is in the binary cannot be written, but it was built from here.
        if !Path::new("lessons").is_dir() {
            return Err(Failure::usage(
                "there is no folder lessons here to record for: name it, as in `kvtutor test lessons --update`",
            ));
        }
        asked.paths.push(PathBuf::from("lessons"));
    }
    let (catalogue, paths) = match read(&asked.paths)? {
        Ok(found) => found,
        Err(problems) => return authoring(&problems, global),
    };
    let mut proofs = prove_all(&catalogue, &paths);
    if asked.update && record_replies(&proofs)? {
        // Replies are part of what a learner sees, so everything is seen anew.
        let (catalogue, paths) = match read(&asked.paths)? {
            Ok(found) => found,
            Err(problems) => return authoring(&problems, global),
        };
        proofs = prove_all(&catalogue, &paths);
    }
    let look = look(global, std::io::stdout().is_terminal());
    let mut proved = true;
    for proof in &proofs {
        let transcript = transcript(proof, asked.update, asked.paths.is_empty())?;
        let (text, holds) = report(proof, &transcript, asked.strict, look);
        proved &= holds;
        print(text.as_bytes())?;
    }
    Ok(if proved { Outcome::Done } else { Outcome::NotYet })
}

/// All lessons, and the paths of those to prove; or what is wrong in the files.
type Read = Result<(Arc<Catalogue>, Vec<String>), Vec<Problems>>;

fn read(paths: &[PathBuf]) -> Result<Read, Failure> {
    let Given { sources, asked } = if paths.is_empty() {
        let sources = course_sources();
        let asked = sources.iter().map(|source| source.path.clone()).collect();
        Given { sources, asked }
    } else {
        sources::given(paths)?
    };
    Ok(Catalogue::new(sources).map(|catalogue| (Arc::new(catalogue), asked)))
}

/// Every mistake of every file at once, on standard error.
fn authoring(problems: &[Problems], global: &Global) -> Result<Outcome, Failure> {
    let look = look(global, std::io::stderr().is_terminal());
    let mut text = String::new();
    let mut count = 0;
    for problems in problems {
        count += problems.list.len();
        text.push_str(&problems.render(look));
        text.push('\n');
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
    let mistakes = many(count, "mistake", "mistakes");
    Err(Failure::usage(format!("{mistakes} in the lesson files; nothing was run")))
}

fn prove_all(catalogue: &Arc<Catalogue>, paths: &[String]) -> Vec<Proof> {
    let entries = catalogue.entries().iter();
    entries
        .filter(|entry| paths.contains(&entry.lesson.path))
        .map(|entry| prove(catalogue, entry))
        .collect()
}

/// Writes the replies of `redis` blocks into lessons that are proved otherwise; whether any was.
fn record_replies(proofs: &[Proof]) -> Result<bool, Failure> {
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
enum Transcript {
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

fn transcript(proof: &Proof, update: bool, in_binary: bool) -> Result<Transcript, Failure> {
    let whole = proof.holds() && proof.recordings.is_empty();
    let Some(text) = proof.transcript.as_ref().filter(|_| whole) else {
        return Ok(Transcript::None);
    };
    let folder = folder_of_snapshots(Path::new(&proof.path));
    if in_binary && !folder.is_dir() {
        return Ok(Transcript::None);
    }
    let path = folder.join(snapshot::file_name(&proof.lesson));
    let old = match fs::read_to_string(&path) {
        Ok(old) => Some(old.replace("\r\n", "\n")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed("read", &path, &error)),
    };
    let recorded = old.as_deref().map(snapshot::text);
    if recorded.is_some_and(|recorded| snapshot::same(recorded, text)) {
        return Ok(Transcript::Same);
    }
    if update {
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

/// `snapshots/` beside the folder of the lesson if there is one, else in it.
fn folder_of_snapshots(lesson: &Path) -> PathBuf {
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

/// What is said of a lesson, and whether it is proved.
fn report(proof: &Proof, transcript: &Transcript, strict: bool, look: Look) -> (String, bool) {
    if let Some(reason) = &proof.skipped {
        return (format!("{}: skipped: {reason}\n", proof.lesson), true);
    }
    let (failures, notes) = (proof.failures(), proof.notes());
    let mut failed = failures.list.len();
    let mut noted = notes.list.len();
    let mut tail = String::new();
    match transcript {
        Transcript::None | Transcript::Same => {}
        Transcript::Recorded(path) => {
            let _ = writeln!(tail, "recorded: {}", path.display());
        }
        Transcript::Missing(path) => {
            noted += 1;
            let _ = writeln!(
                tail,
                "note: there is no {} yet: read the transcript that `--update` records there",
                path.display()
            );
        }
        Transcript::Differs(path, diff) => {
            failed += 1;
            let _ = write!(
                tail,
                "the transcript differs from {} (- recorded, + now); `--update` records it:\n{diff}",
                path.display()
            );
        }
    }
    let holds = failed == 0 && (noted == 0 || !strict);
    let mut parts = Vec::new();
    if failed > 0 {
        parts.push(many(failed, "failure", "failures"));
    }
    if noted > 0 {
        parts.push(many(noted, "note", "notes"));
    }
    let verdict = match (holds, parts.is_empty()) {
        (true, true) => "proved".to_owned(),
        (true, false) => format!("proved, with {}", parts.join(" and ")),
        (false, _) => format!("not proved: {}", parts.join(" and ")),
    };
    let mut text = format!("{}: {}: {verdict}\n", proof.lesson, counts(proof, transcript, holds));
    if failed > 0 && !failures.list.is_empty() {
        let _ = write!(text, "\n{}\n", failures.render(look));
    }
    if strict && !notes.list.is_empty() {
        let _ = write!(text, "\n{}\n", notes.render(look));
    } else {
        for line in notes.lines() {
            let _ = writeln!(text, "note: {line}");
        }
    }
    text.push_str(&tail);
    (text, holds)
}

fn counts(proof: &Proof, transcript: &Transcript, holds: bool) -> String {
    let counts = proof.counts;
    let mut parts =
        vec![many(counts.steps, "step", "steps"), many(counts.fixtures, "fixture", "fixtures")];
    if counts.generated > 0 {
        parts.push(many(counts.generated, "generated state", "generated states"));
    }
    if counts.replies > 0 {
        parts.push(many(counts.replies, "shown reply", "shown replies"));
    }
    if !proof.python.is_empty() {
        let count = many(proof.python.len(), "python block", "python blocks");
        parts.push(format!("{count} skipped ({})", proof.python.join(", ")));
    }
    if !proof.held.is_empty() {
        parts.push(format!("holds on entry: {}", proof.held.join(" ")));
    }
    match transcript {
        Transcript::Same | Transcript::Recorded(_) if holds => parts.push("transcript".to_owned()),
        Transcript::None
        | Transcript::Same
        | Transcript::Recorded(_)
        | Transcript::Missing(_)
        | Transcript::Differs(..) => {}
    }
    parts.join(", ")
}

fn many(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// How problems are drawn on that stream.
fn look(global: &Global, terminal: bool) -> Look {
    let screen = look_on(global, terminal);
    if screen.plain {
        return Look::Plain;
    }
    Look::Drawn { width: screen.columns(), colour: screen.color }
}
