//! `kvtutor new`: a small lesson to begin with, which is proved as it stands.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Failure, Outcome, print};
use crate::lesson::catalogue::{self, is_lesson_file};
use crate::lesson::format::{is_name, slug};
use crate::persistence::storage::reason;

/// The lesson, with its name left open.
const SCAFFOLD: &str = include_str!("scaffold.md");

/// Prints the page on the lesson format.
pub(super) fn guide() -> Result<Outcome, Failure> {
    print(catalogue::guide().as_bytes())
}

/// Writes `NAME.md` into the folder, which is made if need be. A file is never replaced.
pub(super) fn run(name: &str, folder: Option<&Path>) -> Result<Outcome, Failure> {
    let id = name.strip_suffix(".md").unwrap_or(name);
    judge(name, id)?;
    let path: PathBuf = folder.unwrap_or(Path::new("")).join(format!("{id}.md"));
    let shown = path.display();
    let cannot =
        |error: io::Error| Failure::failed(format!("cannot write {shown}: {}", reason(&error)));
    if let Some(folder) = folder {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(&path).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                let told = "is there already and was left as it is: take another name";
                return Failure::failed(format!("{shown} {told}"));
            }
            cannot(error)
        })?;
    let text = SCAFFOLD.replace("NAME", id);
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(cannot)?;
    print(
        format!(
            "wrote {shown}, a small lesson to make your own\n\
             kvtutor learn {shown}   runs it\n\
             kvtutor test {shown}   proves it\n\
             kvtutor test {shown} --update   records what a learner sees\n\
             kvtutor new --guide   prints the page on the lesson format\n"
        )
        .as_bytes(),
    )
}

/// Refuses what cannot be a lesson's id, or would not be read as a lesson.
fn judge(name: &str, id: &str) -> Result<(), Failure> {
    if id.contains(['/', '\\']) {
        return Err(Failure::usage(format!(
            "{name:?} names a folder: write `kvtutor new NAME --dir FOLDER`"
        )));
    }
    if !is_name(id) {
        let near = slug(id);
        let example = if near.is_empty() { "my-lesson" } else { &near };
        return Err(Failure::usage(format!(
            "{id:?} cannot be a lesson's id: use lower-case letters, digits and hyphens, for example {example}"
        )));
    }
    if !is_lesson_file(id) {
        return Err(Failure::usage(format!(
            "{id}.md would be passed over as a page about lessons: take another name"
        )));
    }
    Ok(())
}
