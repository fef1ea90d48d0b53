//! The catalogue: every lesson there is, in the order to take them, with the files they use.
//!
//! Lessons come as bytes: those of the course are embedded in the binary, an author's are read by
//! whoever calls.

use include_dir::{Dir, include_dir};

use super::check::Table;
use super::check::eval::verify_files;
use super::format::{self, Lesson, Step, StepRef};
use super::problem::{Problem, Problems, Span};
use super::suggest::nearest;
use crate::lab::console::Files;

/// The course, as it was when this binary was built.
static COURSE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// One lesson with its files.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What its file says.
    pub lesson: Lesson,
    /// The files that its front matter names.
    pub files: Files,
}

/// A lesson file before it is read.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file as its author knows it.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The files beside it and in its `data/`.
    pub files: Files,
}

/// Every lesson there is.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
}

impl Catalogue {
    /// The course in the binary.
    pub fn course() -> Result<Self, Vec<Problems>> {
        Self::new(course_sources())
    }

    /// Reads lessons; every mistake in every file is told at once.
    pub fn new(sources: Vec<Source>) -> Result<Self, Vec<Problems>> {
        let mut entries = Vec::new();
        let mut wrong = Vec::new();
        for source in sources {
            match format::parse(&source.path, &source.bytes, &Table) {
                Ok(lesson) => {
                    let problems = file_problems(&lesson, &source.files);
                    if !problems.is_empty() {
                        wrong.push(Problems::new(&lesson.path, &lesson.source, problems));
                    }
                    entries.push(Entry { lesson, files: source.files });
                }
                Err(problems) => wrong.push(problems),
            }
        }
        let catalogue = Self { entries };
        wrong.extend(catalogue.reference_problems());
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(catalogue.ordered())
    }

    /// The lessons, in the order to take them.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The lesson of that id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.lesson.front.id == id)
    }

    /// The id that was probably meant.
    pub fn nearest(&self, id: &str) -> Option<&str> {
        nearest(id, self.entries.iter().map(|entry| entry.lesson.front.id.as_str()))
    }

    /// The step that a reference names.
    pub fn step(&self, reference: &StepRef) -> Option<(&Entry, usize, &Step)> {
        let entry = self.get(&reference.lesson)?;
        let place = entry.lesson.steps.iter().position(|step| step.id == reference.step)?;
        Some((entry, place, entry.lesson.steps.get(place)?))
    }

    /// Lessons that come after others stand behind them; the rest keeps the order it came in.
    fn ordered(mut self) -> Self {
        let mut ordered: Vec<Entry> = Vec::new();
        while !self.entries.is_empty() {
            let ready = self.entries.iter().position(|entry| {
                entry
                    .lesson
                    .front
                    .after
                    .iter()
                    .all(|id| !self.entries.iter().any(|other| other.lesson.front.id == *id))
            });
            // A circle is a problem that was told already; any lesson may break it.
            ordered.push(self.entries.remove(ready.unwrap_or(0)));
        }
        Self { entries: ordered }
    }

    /// What is wrong between lessons: ids twice, references to nothing, circles.
    fn reference_problems(&self) -> Vec<Problems> {
        let mut wrong = Vec::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let lesson = &entry.lesson;
            let front = &lesson.front;
            let at = |key: &str, word: &str| place_in_front(&lesson.source, key, word);
            let mut problems = Vec::new();
            let twin = self.entries.iter().take(place).find(|e| e.lesson.front.id == front.id);
            if let Some(twin) = twin {
                problems.push(Problem::new(
                    at("id", &front.id),
                    format!("another lesson has the id `{}`", front.id),
                    "the same id",
                    format!("{} has it too; give one of them another id", twin.lesson.path),
                ));
            }
            for id in &front.after {
                if self.get(id).is_none() {
                    problems.push(Problem::new(
                        at("after", id),
                        format!("`after` names `{id}`, and there is no such lesson"),
                        "no such lesson",
                        self.meant(id),
                    ));
                } else if self.leads_to(id, &front.id) {
                    problems.push(Problem::new(
                        at("after", id),
                        format!("`{}` and `{id}` come after each other", front.id),
                        "a circle of `after`",
                        "take one of the references out",
                    ));
                }
            }
            if let Some(reference) = &front.starts_from
                && self.step(reference).is_none()
            {
                problems.push(Problem::new(
                    at("starts-from", &format!("{}#{}", reference.lesson, reference.step)),
                    format!(
                        "`starts-from` names `{}#{}`, and there is no such step",
                        reference.lesson, reference.step
                    ),
                    "no such step",
                    self.meant(&reference.lesson),
                ));
            }
            if !problems.is_empty() {
                wrong.push(Problems::new(&lesson.path, &lesson.source, problems));
            }
        }
        wrong
    }

    fn meant(&self, id: &str) -> String {
        match self.nearest(id) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a lesson that is there, or take it out".to_owned(),
        }
    }

    /// Whether one goes from lesson `from` along `after` to lesson `to`.
    fn leads_to(&self, from: &str, to: &str) -> bool {
        let mut seen: Vec<&str> = Vec::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            if let Some(entry) = self.get(id) {
                open.extend(entry.lesson.front.after.iter().map(String::as_str));
            }
        }
        false
    }
}

/// The lesson files in the binary.
pub fn course_sources() -> Vec<Source> {
    let shared = course_files();
    let mut sources: Vec<Source> = COURSE
        .files()
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "md"))
        .map(|file| Source {
            path: format!("lessons/{}", file.path().display()),
            bytes: file.contents().to_vec(),
            files: shared.clone(),
        })
        .collect();
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources
}

/// The data files of the course in the binary.
pub fn course_files() -> Files {
    let mut files = Files::new();
    for file in COURSE.get_dir("data").into_iter().flat_map(Dir::files) {
        if let Some(name) = file.path().file_name().and_then(|name| name.to_str()) {
            files.insert(name, file.contents());
        }
    }
    files
}

/// Where a word stands behind a key of the front matter; the key itself, or the first line, where it
/// is written in a way that hides it.
fn place_in_front(source: &str, key: &str, word: &str) -> Span {
    let end = source.find("\n---").unwrap_or(source.len());
    let front = source.get(..end).unwrap_or_default();
    let Some(start) = front.find(&format!("\n{key}:")).map(|before| before + 1) else {
        return Span::new(0, front.find('\n').unwrap_or(end));
    };
    let value = start + key.len() + 1;
    match front.get(value..).and_then(|rest| rest.find(word)) {
        Some(at) => Span::new(value + at, value + at + word.len()),
        None => Span::new(start, start + key.len()),
    }
}

/// Files that are named and not there, and checks that do not fit what is in them.
fn file_problems(lesson: &Lesson, files: &Files) -> Vec<Problem> {
    let mut problems: Vec<Problem> = lesson
        .front
        .files
        .iter()
        .filter(|name| files.get(name).is_none())
        .map(|name| {
            Problem::new(
                place_in_front(&lesson.source, "files", name),
                format!("`files` names {name}, and there is no such file"),
                "no such file",
                "put it beside the lesson, or into a folder `data` there",
            )
        })
        .collect();
    let read = |name: &str| files.get(name).map(<[u8]>::to_vec);
    for check in lesson.steps.iter().filter_map(Step::check) {
        problems.extend(verify_files(check, &read));
    }
    problems
}
