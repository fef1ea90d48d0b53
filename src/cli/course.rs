//! `kvtutor lessons` and `kvtutor reset`, and where lessons come from.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{Failure, Home, Outcome, ask, home, print, sources};
use crate::lesson::catalogue::{Catalogue, Source};
use crate::lesson::course_map;
use crate::lesson::problem::{self, Problems};
use crate::lesson::session::Progress;
use crate::persistence::storage::{Disk, Storage, reason};
use crate::screen::Look;

/// The lessons: those of a folder if one is named, otherwise the course in the binary.
pub(super) fn catalogue(folder: Option<&Path>) -> Result<Arc<Catalogue>, Failure> {
    match folder {
        Some(folder) => read(sources::given(&[folder.to_owned()])?.sources),
        None => Catalogue::course().map(Arc::new).map_err(|wrong| mistakes(&wrong)),
    }
}

/// The lessons and the id that a reference names: a lesson's id, or a lesson file, which comes with
/// the lessons it builds on. `#STEP` may follow either, and stays.
pub(super) fn find(
    reference: &str,
    folder: Option<&Path>,
) -> Result<(Arc<Catalogue>, String), Failure> {
    let (file, step) = match reference.split_once('#') {
        Some((file, step)) => (file, format!("#{step}")),
        None => (reference, String::new()),
    };
    let path = Path::new(file);
    let is_file = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
    if !is_file || folder.is_some() {
        return Ok((catalogue(folder)?, reference.to_owned()));
    }
    let given = sources::given(&[path.to_owned()])?;
    let asked = given.asked.first().cloned().unwrap_or_default();
    let catalogue = read(given.sources)?;
    let id = catalogue.entries().iter().find(|entry| entry.lesson.path == asked);
    let id = id.map(|entry| entry.lesson.front.id.as_str()).unwrap_or_default();
    let id = format!("{id}{step}");
    Ok((catalogue, id))
}

/// Reads lessons; their mistakes are told all at once.
pub(super) fn read(sources: Vec<Source>) -> Result<Arc<Catalogue>, Failure> {
    Catalogue::new(sources).map(Arc::new).map_err(|wrong| mistakes(&wrong))
}

fn mistakes(wrong: &[Problems]) -> Failure {
    let told: Vec<String> =
        wrong.iter().map(|problems| problems.render(problem::Look::Plain)).collect();
    Failure::usage(format!("the lessons have mistakes:\n{}", told.join("\n")))
}

/// Reads the progress kept in a home.
pub(super) fn progress(home: &Home) -> Result<Progress, Failure> {
    let storage: Arc<dyn Storage> = Arc::new(Disk);
    Progress::load(storage, home.root()).map_err(|error| Failure::failed(error.to_string()))
}

/// `kvtutor lessons`
pub(super) fn list(
    home: &Home,
    folder: Option<&Path>,
    json: bool,
    look: Look,
) -> Result<Outcome, Failure> {
    let catalogue = catalogue(folder)?;
    let rows = course_map::rows(&catalogue, &progress(home)?);
    if json {
        let mut text = serde_json::to_string_pretty(&rows)
            .map_err(|error| Failure::failed(error.to_string()))?;
        text.push('\n');
        return print(text.as_bytes());
    }
    print(course_map::render(&rows, look).as_bytes())
}

/// Refuses a lesson that neither the course nor the learner's progress knows.
pub(super) fn known(home: &Home, id: &str) -> Result<(), Failure> {
    let catalogue = catalogue(None)?;
    if catalogue.get(id).is_some() || progress(home)?.knows(id) {
        return Ok(());
    }
    let near =
        catalogue.nearest(id).map_or_else(String::new, |near| format!(", did you mean {near}?"));
    Err(Failure::usage(format!("there is no lesson {id:?}{near}")))
}

/// `kvtutor reset`
pub(super) fn reset(home: &Home, lesson: Option<&str>, yes: bool) -> Result<Outcome, Failure> {
    if let Some(id) = lesson {
        known(home, id)?;
    }
    let what = match lesson {
        Some(id) => format!("your progress and data of lesson {id}"),
        None => "the progress and data of every lesson, and the sandbox's data".to_owned(),
    };
    if !yes && !confirmed(&what)? {
        return Ok(Outcome::NotYet);
    }
    let locked = home.lock()?;
    let mut progress = progress(home)?;
    let (data, sandbox): (Vec<_>, _) = if let Some(id) = lesson {
        progress.forget(id);
        let data = home.root().join("lessons").join(id);
        (vec![data.clone()], data.join("sandbox"))
    } else {
        progress.forget_all();
        let names = ["lessons", "sandbox", "volumes", "journals", "lab.json", "journal.jsonl"];
        (names.map(|name| home.root().join(name)).to_vec(), home.sandbox())
    };
    // A script may be running there: `exec` owns no more than its data.
    let busy = if sandbox.is_dir() { Some(home::lock(&sandbox)?) } else { None };
    // Progress first: without its data a step could not be gone on with.
    progress.save().map_err(|error| Failure::failed(error.to_string()))?;
    for path in data {
        forget(&path).map_err(|error| {
            Failure::failed(format!("cannot remove {}: {}", path.display(), reason(&error)))
        })?;
    }
    drop((busy, locked));
    print(format!("forgotten: {what}\n").as_bytes())
}

/// Removes a file or a folder, if it is there. A folder goes from its place in one step: half of it
/// would be damaged data.
fn forget(path: &Path) -> io::Result<()> {
    let aside = path.with_extension("forgotten");
    if aside.is_dir() {
        std::fs::remove_dir_all(&aside)?;
    }
    let gone = if path.is_dir() {
        std::fs::rename(path, &aside).and_then(|()| std::fs::remove_dir_all(&aside))
    } else {
        std::fs::remove_file(path)
    };
    match gone {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Asks before something is forgotten. Without a terminal nobody can answer.
fn confirmed(what: &str) -> Result<bool, Failure> {
    if !ask::can_be_answered() {
        return Err(Failure::usage("nobody is here to be asked: say --yes if you mean it"));
    }
    let yes = ask::is_yes(&format!("This forgets {what}. "))?;
    if !yes {
        print(b"nothing was changed\n")?;
    }
    Ok(yes)
}
