//! Every mistake that a lesson's form can have, one after the other: the base lesson with a few lines
//! changed, and what its author is shown.
//!
//! The tables hold the cases: a name, `PART/THING/MISTAKE`; the lines that go (`- `) and those that
//! come (`+ `); and below them what is printed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::blocks::ROLES;
use super::front::{KEYS, REQUIRED};
use super::parse;
use crate::lesson::check::{OPERATORS, Table};
use crate::lesson::problem::{Look, Problems};

const BASE: &str = include_str!("base.md");
/// The front matter and the steps' headings; the blocks and what stands in them; the check language.
const TABLES: [&str; 3] =
    [include_str!("front.txt"), include_str!("blocks.txt"), include_str!("check.txt")];

/// One case of the table.
struct Case {
    name: String,
    gone: Vec<String>,
    new: Vec<String>,
    shown: String,
}

impl Case {
    /// The base with its lines changed.
    fn source(&self) -> String {
        let lines = |list: &[String]| list.iter().flat_map(|line| [line, "\n"]).collect::<String>();
        let gone = format!("\n{}", lines(&self.gone));
        assert_eq!(BASE.matches(&gone).count(), 1, "{}: {gone}", self.name);
        BASE.replacen(&gone, &format!("\n{}", lines(&self.new)), 1)
    }
}

fn cases(table: &str) -> Vec<Case> {
    let parts = table.split("==== ").skip(1);
    parts
        .map(|part| {
            let mut lines = part.lines();
            let name = lines.next().unwrap().to_owned();
            let mut case = Case { name, gone: Vec::new(), new: Vec::new(), shown: String::new() };
            for line in lines {
                if let Some(gone) = line.strip_prefix("- ") {
                    case.gone.push(gone.to_owned());
                } else if let Some(new) = line.strip_prefix("+ ") {
                    case.new.push(new.to_owned());
                } else {
                    let _ = writeln!(case.shown, "{line}");
                }
            }
            // An empty line sets the next case apart.
            case.shown.truncate(case.shown.trim_end().len());
            case.shown.push('\n');
            case
        })
        .collect()
}

fn problems(source: &str) -> Problems {
    let read = |name: &str| (name == "data.json").then(|| br#"{"all": [{"id": 1}]}"#.to_vec());
    let faulty = parse("l.md", source.as_bytes(), &Table, &read).unwrap_err();
    Problems::new("l.md", &faulty.outline.source, faulty.problems)
}

#[test]
fn the_base_has_no_mistake() {
    let read = |name: &str| (name == "data.json").then(|| br#"{"all": [{"id": 1}]}"#.to_vec());
    assert!(parse("l.md", BASE.as_bytes(), &Table, &read).is_ok());
}

#[test]
fn each_mistake_is_told_once_as_the_table_says() {
    for case in TABLES.into_iter().flat_map(cases) {
        let problems = problems(&case.source());
        assert_eq!(problems.render(Look::Plain), case.shown, "{}", case.name);
        assert_eq!(problems.list.len(), 1, "{}", case.name);
    }
}

/// A key, role, attribute or operator that is new has its mistakes tried too.
#[test]
fn nothing_that_can_be_written_wrongly_is_left_out() {
    let known: BTreeSet<String> =
        TABLES.into_iter().flat_map(cases).map(|case| case.name).collect();
    let mut wanted = Vec::new();
    let mut want = |part: &str, mistakes: &[&str]| {
        wanted.extend(mistakes.iter().map(|mistake| format!("{part}/{mistake}")));
    };
    for key in KEYS {
        want(&format!("front/{key}"), &["doubled", "misspelt", "type", "empty"]);
    }
    for key in REQUIRED {
        want(&format!("front/{key}"), &["missing"]);
    }
    for (role, attributes) in ROLES {
        want(&format!("block/{role}"), &["misspelt", "empty"]);
        for attribute in *attributes {
            want(
                &format!("attribute/{role}-{attribute}"),
                &["doubled", "misspelt", "type", "empty"],
            );
        }
    }
    for operator in OPERATORS {
        want(&format!("operator/{operator}"), &["missing", "misspelt", "doubled"]);
    }
    let left_out: Vec<&String> = wanted.iter().filter(|name| !known.contains(*name)).collect();
    assert!(left_out.is_empty(), "{left_out:?}");
}
