//! `kvtutor lessons` and `kvtutor reset`, and where lessons come from.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::{Failure, Home, Outcome, print, sources};
use crate::lesson::catalogue::{Catalogue, Source, course_sources};
use crate::lesson::course_map;
use crate::lesson::problem;
use crate::lesson::session::Progress;
use crate::persistence::storage::{Disk, Storage};
use crate::screen::Look;

/// The lessons: those of a folder if one is named, otherwise the course in the binary.
pub(super) fn catalogue(folder: Option<&Path>) -> Result<Rc<Catalogue>, Failure> {
    match folder {
        Some(folder) => read(sources::given(&[folder.to_owned()])?.sources),
        None => read(course_sources()),
    }
}

/// Reads lessons; their mistakes are told all at once.
pub(super) fn read(sources: Vec<Source>) -> Result<Rc<Catalogue>, Failure> {
    Catalogue::new(sources).map(Rc::new).map_err(|wrong| {
        let told: Vec<String> =
            wrong.iter().map(|problems| problems.render(problem::Look::Plain)).collect();
        Failure::usage(format!("the lessons have mistakes:\n{}", told.join("\n")))
    })
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
    // `kvtutor exec` owns the sandbox without the home.
    let sandbox = home.sandbox();
    let owned = (lesson.is_none() && sandbox.is_dir()).then(|| Disk.lock(&sandbox)).transpose();
    let owned = owned.map_err(|error| Failure::failed(error.to_string()))?;
    let mut progress = progress(home)?;
    let folders: Vec<_> = if let Some(id) = lesson {
        progress.forget(id);
        vec![home.root().join("lessons").join(id)]
    } else {
        progress.forget_all();
        ["lessons", "sandbox", "volumes", "journals", "lab.json", "journal.jsonl"]
            .iter()
            .map(|name| home.root().join(name))
            .collect()
    };
    for path in folders {
        let removed =
            if path.is_dir() { std::fs::remove_dir_all(&path) } else { remove_file(&path) };
        removed.map_err(|error| {
            Failure::failed(format!("cannot remove {}: {error}", path.display()))
        })?;
    }
    progress.save().map_err(|error| Failure::failed(error.to_string()))?;
    drop((owned, locked));
    print(format!("forgotten: {what}\n").as_bytes())
}

fn remove_file(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Asks before something is forgotten. Without a terminal nobody can answer.
fn confirmed(what: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody is here to be asked: say --yes if you mean it"));
    }
    print(format!("This forgets {what}. Type yes to go on: ").as_bytes())?;
    let _ = std::io::stdout().flush();
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::failed(format!("cannot read the answer: {error}")))?;
    let yes = answer.trim().eq_ignore_ascii_case("yes");
    if !yes {
        print(b"nothing was changed\n")?;
    }
    Ok(yes)
}
