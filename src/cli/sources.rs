//! Lesson files on the disk: which there are, and the files they use. Reads, and judges nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::lab::console::Files;
use crate::lesson::catalogue::{Source, course_sources, is_lesson_file};
use crate::lesson::check::Table;
use crate::lesson::format::{self, Front};

/// The lessons that paths name, and after them those of the course that they build on.
pub(super) struct Given {
    /// Every lesson file, those that were asked for first.
    pub sources: Vec<Source>,
    /// The paths of those that were asked for.
    pub asked: Vec<String>,
}

/// The lessons of files and folders. Lessons that these name in `after` or `starts-from` come from
/// the folder of the file that was named, or else from the course.
pub(super) fn given(paths: &[PathBuf]) -> Result<Given, Failure> {
    let mut sources: Vec<Source> = Vec::new();
    let mut others: Vec<Source> = Vec::new();
    for path in paths {
        if path.is_dir() {
            sources.extend(folder(path)?);
        } else {
            sources.push(file(path, &files_of(folder_of(path))?)?);
            // A neighbour that cannot be read matters only if it is built on, and then it is missed.
            others.extend(folder(folder_of(path)).unwrap_or_default());
        }
    }
    sources.dedup_by(|one, other| one.path == other.path);
    let asked: Vec<String> = sources.iter().map(|source| source.path.clone()).collect();
    others.retain(|source| !asked.contains(&source.path));
    others.extend(course_sources());
    add_needed(&mut sources, others);
    Ok(Given { sources, asked })
}

/// A file with those beside it, whatever it holds.
pub(super) fn alone(path: &Path) -> Result<Source, Failure> {
    file(path, &files_of(folder_of(path))?)
}

/// Every lesson of a folder, by name.
pub(super) fn folder(path: &Path) -> Result<Vec<Source>, Failure> {
    let mut names: Vec<PathBuf> =
        entries(path)?.into_iter().filter(|path| is_lesson(path)).collect();
    names.sort();
    if names.is_empty() {
        return Err(Failure::usage(format!(
            "{} holds no lessons: a lesson is a file that ends in .md",
            path.display()
        )));
    }
    let files = files_of(path)?;
    names.iter().map(|name| file(name, &files)).collect()
}

fn file(path: &Path, files: &Files) -> Result<Source, Failure> {
    let bytes = fs::read(path).map_err(|error| cannot_read(path, &error))?;
    Ok(Source { path: path.display().to_string(), bytes, files: files.clone() })
}

/// The files beside the lessons of a folder, and in its `data/`.
fn files_of(path: &Path) -> Result<Files, Failure> {
    let mut files = Files::new();
    let data = path.join("data");
    for folder in [Some(data.as_path()).filter(|data| data.is_dir()), Some(path)] {
        for path in folder.map(entries).transpose()?.unwrap_or_default() {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if path.is_file() && !is_markdown(&path) && !name.starts_with('.') {
                let bytes = fs::read(&path).map_err(|error| cannot_read(&path, &error))?;
                files.insert(name, &bytes);
            }
        }
    }
    Ok(files)
}

fn entries(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    // A file without a folder before its name is in this one.
    let shown = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let entries = fs::read_dir(shown).map_err(|error| cannot_read(shown, &error))?;
    entries
        .map(|entry| Ok(path.join(entry.map_err(|error| cannot_read(shown, &error))?.file_name())))
        .collect()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "md")
}

fn is_lesson(path: &Path) -> bool {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    is_markdown(path) && stem.is_some_and(|stem| is_lesson_file(&stem)) && path.is_file()
}

fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("cannot read {}: {}", path.display(), reason(error)))
}

fn reason(error: &io::Error) -> String {
    crate::persistence::storage::reason(error)
}

/// Adds the lessons that others build on, from a pool of them.
fn add_needed(sources: &mut Vec<Source>, pool: Vec<Source>) {
    let mut fronts: Vec<Front> = sources.iter().map(front).collect();
    let mut pool: Vec<(Front, Source)> =
        pool.into_iter().map(|source| (front(&source), source)).collect();
    loop {
        let has = |id: &str| fronts.iter().any(|front| front.id == id);
        let needed = pool.iter().position(|(front, _)| {
            !has(&front.id) && fronts.iter().any(|other| builds_on(other, &front.id))
        });
        let Some(place) = needed else { break };
        let (front, source) = pool.remove(place);
        fronts.push(front);
        sources.push(source);
    }
    // What is missed may be a lesson whose front matter cannot be read: then that is what is to be told.
    let is_whole = fronts.iter().all(|front| {
        let earlier = front.starts_from.iter().map(|reference| &reference.lesson);
        front.after.iter().chain(earlier).all(|id| fronts.iter().any(|other| other.id == *id))
    });
    if !is_whole {
        let unnamed = pool.into_iter().filter(|(front, _)| front.id.is_empty());
        sources.extend(unnamed.map(|(_, source)| source));
    }
}

/// What a file says of itself; mistakes in it are told later, when all are read together.
fn front(source: &Source) -> Front {
    let read = |name: &str| source.files.get(name).map(<[u8]>::to_vec);
    match format::parse(&source.path, &source.bytes, &Table, &read) {
        Ok(lesson) => lesson.front,
        Err(faulty) => faulty.outline.front,
    }
}

fn builds_on(front: &Front, id: &str) -> bool {
    front.after.iter().any(|after| after == id)
        || front.starts_from.as_ref().is_some_and(|reference| reference.lesson == id)
}
