//! Holds the rules of ARCHITECTURE.md that a compiler does not: which module may know which,
//! what every file opens with, where time is read.

use std::fs;
use std::path::{Path, PathBuf};

/// Each top-level module and those it may import, besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("escape", &[]),
    ("resp", &["escape"]),
    ("syntax", &["escape"]),
    ("client", &["resp", "escape"]),
    ("engine", &["resp", "escape"]),
    ("persistence", &["engine", "resp", "escape"]),
    ("server", &["persistence", "engine", "resp", "syntax", "escape"]),
    ("lab", &["server", "persistence", "engine", "resp", "syntax", "client", "escape"]),
    ("screen", &["escape"]),
    ("lesson", &["screen", "lab", "server", "persistence", "engine", "resp", "syntax", "escape"]),
    (
        "repl",
        &[
            "screen",
            "lesson",
            "lab",
            "server",
            "persistence",
            "engine",
            "resp",
            "syntax",
            "client",
            "escape",
        ],
    ),
    (
        "cli",
        &[
            "repl",
            "screen",
            "lesson",
            "lab",
            "server",
            "persistence",
            "engine",
            "resp",
            "syntax",
            "client",
            "escape",
        ],
    ),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests", "benches"] {
        walk(&root.join(folder), &mut found);
    }
    found.sort();
    found
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(root).unwrap().to_owned(), text))
        .collect()
}

#[test]
fn every_module_knows_only_those_to_its_right() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let mut parts = path.components().map(|part| part.as_os_str().to_str().unwrap());
        if parts.next() != Some("src") {
            continue;
        }
        let module = parts.next().unwrap().trim_end_matches(".rs");
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{}: `{module}` has no place in LAYERS", path.display()));
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            // A link in a comment is no import.
            let code = line.split("//").next().unwrap();
            for import in code.split("crate::").skip(1) {
                let target: String = import
                    .chars()
                    .take_while(|letter| letter.is_ascii_lowercase() || *letter == '_')
                    .collect();
                if target != module && !allowed.contains(&target.as_str()) {
                    wrong.push(format!("{}:{}: imports {target}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "against the layers:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of:\n{}", silent.join("\n"));
}

#[test]
fn nothing_is_ignored_or_left_for_later() {
    let marks = ["#[ignore", "#[should_panic", concat!("TO", "DO"), concat!("FIX", "ME")];
    let mut found = Vec::new();
    for (path, text) in sources() {
        if path.ends_with("architecture.rs") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark)) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
