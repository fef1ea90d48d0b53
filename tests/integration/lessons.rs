//! The course: proved, and reading as it was recorded.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use kvtutor::lab::console::Files;
use kvtutor::lesson::catalogue::{Catalogue, Source};
use kvtutor::lesson::prove::{prove, python, snapshot};

use crate::terminal::walk;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_course_is_proved_and_reads_as_recorded() {
    let catalogue = Arc::new(Catalogue::course().unwrap());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for entry in catalogue.entries() {
        let proof = prove(&catalogue, entry);
        let found = [proof.failures().lines(), proof.notes().lines()].concat();
        assert!(found.is_empty(), "{}", found.join("\n"));
        let Some(text) = proof.transcript else { continue };
        let name = snapshot::file_name(&proof.lesson);
        settings.bind(|| insta::assert_snapshot!(name.trim_end_matches(".snap"), text));
    }
}

#[test]
fn python_shows_what_the_course_says() {
    let Some(program) = crate::python::python() else { return };
    let catalogue = Arc::new(Catalogue::course().unwrap());
    let mut blocks = 0;
    for entry in catalogue.entries() {
        let mut proof = prove(&catalogue, entry);
        python::run(&catalogue, entry, Path::new(&program), &mut proof);
        let found = proof.failures().lines();
        assert!(found.is_empty(), "{}", found.join("\n"));
        assert_eq!(proof.python, Vec::<String>::new(), "{}", proof.lesson);
        blocks += proof.counts.python;
    }
    assert!(blocks >= 7, "the course holds {blocks} python blocks");
}

#[test]
fn python_that_shows_something_else_is_told_and_recorded() {
    let Some(program) = crate::python::python() else { return };
    let text = "---\nid: birds\ntitle: Birds\nobjectives: [count]\nminutes: 5\n---\n\
                ## Count {#count}\n```setup\n> SET birds 12\n```\n```python\n\
                >>> import redis\n>>> r = redis.Redis()\n>>> r.get('birds')\n'12'\n\
                >>> r.incr('birds')\n>>> r.hget('birds', 'x')\n```\n";
    let (path, bytes) = ("birds.md".to_owned(), text.into());
    let source = Source { path, bytes, files: Files::new() };
    let catalogue = Arc::new(Catalogue::new(vec![source]).unwrap());
    let entry = &catalogue.entries()[0];
    let mut proof = prove(&catalogue, entry);
    python::run(&catalogue, entry, Path::new(&program), &mut proof);
    assert_eq!(
        proof.failures().lines(),
        [
            "birds.md:14:1: `r.get('birds')` shows something else in Python",
            "birds.md:17:1: `r.hget('birds', 'x')` shows something else in Python",
        ]
    );
    let recorded = proof.recorded_source();
    let block = recorded.split_once(">>> r.get").unwrap().1;
    assert_eq!(
        block,
        "('birds')\nb'12'\n>>> r.incr('birds')\n>>> r.hget('birds', 'x')\n\
         redis.exceptions.ResponseError: WRONGTYPE Operation against a key holding the wrong kind \
         of value\n```\n"
    );
}

/// A lesson that its author wrote from `lessons/AUTHORING.md` alone.
#[test]
fn a_lesson_on_other_data_is_proved() {
    let output = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["test", "--strict", "tests/lessons/quakes.md"])
        .current_dir(root())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "quakes: 6 steps, 26 fixtures, 54 generated states, 3 shown replies, transcript: proved\n"
    );
    assert_eq!((output.stderr, output.status.code()), (Vec::new(), Some(0)));
}

#[test]
fn every_snapshot_belongs_to_a_lesson_or_a_screen() {
    let catalogue = Catalogue::course().unwrap();
    let known: BTreeSet<String> = catalogue
        .entries()
        .iter()
        .map(|entry| snapshot::file_name(&entry.lesson.front.id))
        .chain(walk::SCREENS.iter().map(|&name| name.to_owned()))
        .collect();
    let stray: Vec<String> = fs::read_dir(root().join("snapshots"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "snap"))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| !known.contains(name))
        .collect();
    assert!(stray.is_empty(), "nothing is compared with these: {}", stray.join(", "));
}

/// The number that a lesson's file begins with.
fn number(path: &str) -> u32 {
    let name = path.strip_prefix("lessons/").unwrap();
    let (number, _) = name.split_once('-').unwrap();
    assert_eq!(number.len(), 2, "{path}");
    number.parse().unwrap()
}

/// Numbers say the order to a reader of the folder, `after` to the program: they must agree, and
/// leave no lesson beside the course.
#[test]
fn the_lessons_follow_one_another_as_their_files_are_numbered() {
    let catalogue = Catalogue::course().unwrap();
    let lessons: Vec<_> = catalogue.entries().iter().map(|entry| &entry.lesson).collect();
    let numbers: Vec<u32> = lessons.iter().map(|lesson| number(&lesson.path)).collect();
    assert_eq!(numbers, (1..=13).collect::<Vec<_>>());
    let mut before: Vec<&str> = Vec::new();
    for lesson in lessons {
        let (path, front) = (&lesson.path, &lesson.front);
        let known = front.after.iter().all(|id| before.contains(&id.as_str()));
        assert!(known, "{path} comes after {:?}; before it stand {before:?}", front.after);
        assert_eq!(front.after.is_empty(), before.is_empty(), "{path} must name what it is after");
        assert!(path.ends_with(&format!("-{}.md", front.id)), "{path} holds {}", front.id);
        assert!((5..=20).contains(&front.minutes), "{path} takes {} minutes", front.minutes);
        assert!(!front.objectives.is_empty(), "{path} names no objective");
        before.push(&front.id);
    }
}

#[test]
fn the_binary_proves_the_course_strictly() {
    let output = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["test", "--strict"])
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

/// What the module promises its students, and the lessons that teach it.
const OBJECTIVES: &[(&str, &[&str])] = &[
    ("explain the differences between SQL and NoSQL databases", &["sql-nosql"]),
    ("choose the appropriate type of database for a given application or data set", &["sql-nosql"]),
    ("find the correct port for a Redis server", &["server"]),
    ("install and import the Redis Python library", &["python"]),
    ("add data to a Redis database from Python, and retrieve it", &["python"]),
];

#[test]
fn every_objective_of_the_module_is_named_by_a_lesson() {
    let catalogue = Catalogue::course().unwrap();
    for (objective, lessons) in OBJECTIVES {
        let named: Vec<&str> = catalogue
            .entries()
            .iter()
            .filter(|entry| entry.lesson.front.objectives.iter().any(|own| own == objective))
            .map(|entry| entry.lesson.front.id.as_str())
            .collect();
        assert_eq!(named, *lessons, "{objective}");
    }
}
