//! The catalogue: every lesson there is, in the order to take them, with the files they use.
//!
//! Lessons come as bytes: those of the course are embedded in the binary, an author's are read by
//! whoever calls.

use include_dir::{Dir, include_dir};

use super::check::Table;
use super::format::{self, Lesson, Step, StepRef};
use super::problem::Problems;
use super::references;
use super::suggest::nearest;
use crate::lab::console::Files;

/// The course, as it was when this binary was built.
static COURSE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// Markdown beside lessons that is no lesson: for those who browse the folder.
const PAGES: [&str; 2] = ["readme", "authoring"];

/// Whether a Markdown file of that name, its ending left out, is taken for a lesson.
pub fn is_lesson_file(stem: &str) -> bool {
    !PAGES.iter().any(|page| stem.eq_ignore_ascii_case(page))
}

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
    is_course: bool,
}

impl Catalogue {
    /// The course in the binary.
    pub fn course() -> Result<Self, Vec<Problems>> {
        Ok(Self { is_course: true, ..Self::new(course_sources())? })
    }

    /// Whether it is the course in the binary, so that its lessons are there without a file.
    pub fn is_course(&self) -> bool {
        self.is_course
    }

    /// One lesson that stands alone.
    pub fn of(entry: Entry) -> Self {
        Self { entries: vec![entry], is_course: false }
    }

    /// Reads lessons; every mistake in every file is told at once.
    pub fn new(sources: Vec<Source>) -> Result<Self, Vec<Problems>> {
        let mut entries = Vec::new();
        let mut outlines = Vec::new();
        let mut found = Vec::new();
        for Source { path, bytes, files } in sources {
            let read = |name: &str| files.get(name).map(<[u8]>::to_vec);
            let (outline, mut problems) = match format::parse(&path, &bytes, &Table, &read) {
                Ok(lesson) => {
                    let outline = lesson.outline();
                    entries.push(Entry { lesson, files: files.clone() });
                    (outline, Vec::new())
                }
                Err(faulty) => (faulty.outline, faulty.problems),
            };
            problems.extend(references::files(&outline, &files));
            outlines.push(outline);
            found.push(problems);
        }
        let mut wrong = Vec::new();
        for (place, (outline, mut problems)) in outlines.iter().zip(found).enumerate() {
            problems.extend(references::between(&outlines, place));
            if !problems.is_empty() {
                wrong.push(Problems::new(&outline.path, &outline.source, problems));
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Self { entries, is_course: false }.ordered())
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
        Self { entries: ordered, ..self }
    }
}

/// The lesson files in the binary.
pub fn course_sources() -> Vec<Source> {
    let shared = course_files();
    let mut sources: Vec<Source> = COURSE
        .files()
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "md"))
        .filter(|file| {
            file.path().file_stem().and_then(|stem| stem.to_str()).is_some_and(is_lesson_file)
        })
        .map(|file| Source {
            path: format!("lessons/{}", file.path().display()),
            bytes: file.contents().to_vec(),
            files: shared.clone(),
        })
        .collect();
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources
}

/// The page on the lesson format.
pub fn guide() -> &'static str {
    COURSE.get_file("AUTHORING.md").and_then(|page| page.contents_utf8()).unwrap_or_default()
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
