//! `kvtutor test`: proves lessons, compares or records their transcripts, and says what it found.

mod elsewhere;
mod record;
mod report;
mod watch;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Global;
use super::sources::{self, Given};
use super::{Failure, Home, Outcome, look_on, print};
use crate::lesson::catalogue::{Catalogue, Entry, course_sources};
use crate::lesson::problem::{Look, Problems};
use crate::lesson::prove::{Proof, prove, python, suggest};

/// What was asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Files and folders; none is the course.
    pub paths: Vec<PathBuf>,
    /// What is done with what a learner sees.
    pub mode: Mode,
    /// Notes are failures.
    pub strict: bool,
    /// Print mistakes that are not foreseen.
    pub suggest: bool,
}

/// What is done with what a learner sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It is compared with what was recorded.
    Compare,
    /// It is recorded.
    Record,
    /// It is compared, and again when something is saved.
    Watch,
}

/// Runs `kvtutor test`.
pub(super) fn run(home: &Home, global: &Global, mut asked: Asked) -> Result<Outcome, Failure> {
    asked.strict |= std::env::var_os("CI").is_some_and(|ci| ci == "true");
    // What is in the binary cannot be written, but it was built from here.
    let wanted = match asked.mode {
        Mode::Compare => None,
        Mode::Record => Some(("record for", "lessons --update")),
        Mode::Watch => Some(("watch", "lessons --watch")),
    };
    if let Some((doing, example)) = wanted.filter(|_| asked.paths.is_empty()) {
        if !Path::new("lessons").is_dir() {
            return Err(Failure::usage(format!(
                "there is no folder lessons here to {doing}: name it, as in `kvtutor test {example}`"
            )));
        }
        asked.paths.push(PathBuf::from("lessons"));
    }
    if global.connect.is_some() {
        return elsewhere::run(home, global, &asked);
    }
    if asked.mode == Mode::Watch {
        return watch::run(global, &asked);
    }
    let (catalogue, paths) = match read(&asked.paths)? {
        Ok(found) => found,
        Err(problems) => return Err(authoring(&problems, global)),
    };
    let mut proofs = prove_all(&catalogue, &paths);
    if asked.mode == Mode::Record && record::replies(&proofs)? {
        // Replies are part of what a learner sees, so everything is seen anew.
        let (catalogue, paths) = match read(&asked.paths)? {
            Ok(found) => found,
            Err(problems) => return Err(authoring(&problems, global)),
        };
        proofs = prove_all(&catalogue, &paths);
    }
    let mut proved = true;
    for proof in &proofs {
        proved &= tell(proof, &catalogue, global, &asked)?;
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

/// Tells every mistake of every file at once, on standard error; what is left to say comes back.
fn authoring(problems: &[Problems], global: &Global) -> Failure {
    let look = look(global, std::io::stderr().is_terminal());
    let mut text = String::new();
    let mut count = 0;
    for problems in problems {
        count += problems.list.len();
        text.push_str(&problems.render(look));
        text.push('\n');
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
    let mistakes = report::many(count, "mistake", "mistakes");
    Failure::usage(format!("{mistakes} in the lesson files; nothing was run"))
}

/// The entries that were asked for.
fn entries<'a>(catalogue: &'a Catalogue, paths: &[String]) -> impl Iterator<Item = &'a Entry> {
    catalogue.entries().iter().filter(|entry| paths.contains(&entry.lesson.path))
}

fn prove_all(catalogue: &Arc<Catalogue>, paths: &[String]) -> Vec<Proof> {
    let mut proofs: Vec<Proof> =
        entries(catalogue, paths).map(|entry| prove(catalogue, entry)).collect();
    // Whether there is a Python is asked once, and only where it matters.
    if proofs.iter().all(|proof| proof.python.is_empty()) {
        return proofs;
    }
    let program = std::env::var_os("KVTUTOR_PYTHON").unwrap_or_else(|| "python3".into());
    let program = Path::new(&program);
    if python::has_package(program) {
        for (proof, entry) in proofs.iter_mut().zip(entries(catalogue, paths)) {
            python::run(catalogue, entry, program, proof);
        }
    }
    proofs
}

/// Prints what became of a lesson; whether it is proved.
fn tell(
    proof: &Proof,
    catalogue: &Arc<Catalogue>,
    global: &Global,
    asked: &Asked,
) -> Result<bool, Failure> {
    let look = look(global, std::io::stdout().is_terminal());
    let transcript = record::transcript(proof, asked.mode, asked.paths.is_empty())?;
    let (mut text, holds) = report::report(proof, &transcript, asked.strict, look);
    if asked.suggest
        && let Some(entry) = catalogue.get(&proof.lesson)
    {
        text.push_str(&report::suggestions(&proof.lesson, &suggest(catalogue, entry)));
    }
    print(text.as_bytes())?;
    Ok(holds)
}

/// How problems are drawn on that stream.
fn look(global: &Global, terminal: bool) -> Look {
    let screen = look_on(global, terminal);
    if screen.plain {
        return Look::Plain;
    }
    Look::Drawn { width: screen.columns(), colour: screen.color }
}
