//! The catalogue: every lesson there is, in the order to take them, with the files they use.
//!
//! Lessons come as bytes: those of the course are embedded in the binary, an author's are read by
//! whoever calls.

use include_dir::{Dir, include_dir};

use super::check::{Table, verify_files};
use super::format::{self, Lesson, Step, StepRef};
use super::problem::{Problem, Problems, Span};
use super::suggest::{did_you_mean, nearest};
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
                        if *id == front.id {
                            format!("`{id}` comes after itself")
                        } else {
                            format!("`{}` and `{id}` come after each other", front.id)
                        },
                        "a circle of `after`",
                        "take one of the references out",
                    ));
                }
            }
            if let Some(reference) = &front.starts_from {
                let written = format!("{}#{}", reference.lesson, reference.step);
                let span = at("starts-from", &written);
                if self.step(reference).is_none() {
                    problems.push(Problem::new(
                        span,
                        format!("`starts-from` names `{written}`, and there is no such step"),
                        "no such step",
                        self.meant_step(reference),
                    ));
                } else if self.starts_in_a_circle(lesson) {
                    problems.push(Problem::new(
                        span,
                        format!("`{}` starts from itself, by way of `{written}`", front.id),
                        "a circle of `starts-from`",
                        "start from a lesson that can be done before this one",
                    ));
                }
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

    fn meant_step(&self, reference: &StepRef) -> String {
        let Some(entry) = self.get(&reference.lesson) else { return self.meant(&reference.lesson) };
        let steps: Vec<String> = entry
            .lesson
            .steps
            .iter()
            .map(|step| format!("{}#{}", reference.lesson, step.id))
            .collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        did_you_mean(&format!("{}#{}", reference.lesson, reference.step), &steps)
    }

    /// Whether one comes back to a lesson along `starts-from`.
    fn starts_in_a_circle(&self, lesson: &Lesson) -> bool {
        let mut here = lesson;
        for _ in 0..=self.entries.len() {
            let next = here.front.starts_from.as_ref().and_then(|from| self.get(&from.lesson));
            match next {
                Some(next) if next.lesson.front.id == lesson.front.id => return true,
                Some(next) => here = &next.lesson,
                None => return false,
            }
        }
        false
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
                match nearest(name, files.names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "put it beside the lesson, or into a folder `data` there".to_owned(),
                },
            )
        })
        .collect();
    let read = |name: &str| files.get(name).map(<[u8]>::to_vec);
    for check in lesson.steps.iter().filter_map(Step::check) {
        problems.extend(verify_files(check, &read));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mistakes of these lessons, each a pair of its id and more front matter.
    fn told(lessons: &[(&str, &str)]) -> Vec<String> {
        let mut files = Files::new();
        files.insert("two.json", b"[]");
        let sources = lessons.iter().map(|(id, front)| Source {
            path: format!("{id}.md"),
            bytes: format!("---\nid: {id}\ntitle: T\nminutes: 5\n{front}\n---\n## One {{#one}}\n")
                .into_bytes(),
            files: files.clone(),
        });
        let wrong = Catalogue::new(sources.collect()).err().unwrap_or_default();
        let lines = |problems: &Problems| {
            let helps = problems.list.iter().map(|problem| &problem.help);
            let lines = problems.lines();
            lines.iter().zip(helps).map(|(l, h)| format!("{l} ({h})")).collect::<Vec<_>>()
        };
        wrong.iter().flat_map(lines).collect()
    }

    #[test]
    fn lessons_that_name_each_other_rightly_stand_in_order() {
        let front = |after: &str, id: &str| Source {
            path: format!("{id}.md"),
            bytes: format!(
                "---\nid: {id}\ntitle: T\nminutes: 5\nafter: [{after}]\n---\n## One {{#one}}\n"
            )
            .into_bytes(),
            files: Files::new(),
        };
        let catalogue = Catalogue::new(vec![front("b", "a"), front("", "b")]).unwrap();
        let ids = catalogue.entries().iter().map(|entry| entry.lesson.front.id.as_str());
        assert_eq!(ids.collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn names_of_other_lessons_steps_and_files() {
        assert_eq!(told(&[("a", "after: [b]"), ("b", "")]), [""; 0]);
        assert_eq!(
            told(&[("a", ""), ("a", "")]),
            [
                "a.md:2:5: another lesson has the id `a` (a.md has it too; give one of them another id)"
            ]
        );
        assert_eq!(
            told(&[("hashes", "after: [stringz, banana]"), ("strings", "")]),
            [
                "hashes.md:5:9: `after` names `stringz`, and there is no such lesson (did you mean `strings`?)",
                "hashes.md:5:18: `after` names `banana`, and there is no such lesson (name a lesson that is there, or take it out)",
            ]
        );
        assert_eq!(
            told(&[("a", "after: a"), ("b", "after: [c]"), ("c", "after: [b]")]),
            [
                "a.md:5:8: `a` comes after itself (take one of the references out)",
                "b.md:5:9: `b` and `c` come after each other (take one of the references out)",
                "c.md:5:9: `c` and `b` come after each other (take one of the references out)",
            ]
        );
        assert_eq!(
            told(&[
                ("a", "starts-from: b#on"),
                ("b", "starts-from: banana#one"),
                ("c", "starts-from: b#x")
            ]),
            [
                "a.md:5:14: `starts-from` names `b#on`, and there is no such step (did you mean `b#one`?)",
                "b.md:5:14: `starts-from` names `banana#one`, and there is no such step (name a lesson that is there, or take it out)",
                "c.md:5:14: `starts-from` names `b#x`, and there is no such step (possible here: `b#one`)",
            ]
        );
        assert_eq!(
            told(&[
                ("a", "starts-from: b#one"),
                ("b", "starts-from: a#one"),
                ("c", "starts-from: c#one")
            ]),
            [
                "a.md:5:14: `a` starts from itself, by way of `b#one` (start from a lesson that can be done before this one)",
                "b.md:5:14: `b` starts from itself, by way of `a#one` (start from a lesson that can be done before this one)",
                "c.md:5:14: `c` starts from itself, by way of `c#one` (start from a lesson that can be done before this one)",
            ]
        );
        assert_eq!(
            told(&[("a", "files: [tow.json, banana.json]")]),
            [
                "a.md:5:9: `files` names tow.json, and there is no such file (did you mean `two.json`?)",
                "a.md:5:19: `files` names banana.json, and there is no such file (put it beside the lesson, or into a folder `data` there)",
            ]
        );
    }
}
