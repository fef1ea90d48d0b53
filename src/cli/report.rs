//! `kvtutor report`: a learner's progress, their receipt, and what the receipts of a class say.

use std::path::{Path, PathBuf};

use super::args::{Global, Report};
use super::{Failure, Home, Outcome, course, print};
use crate::lesson::catalogue::Catalogue;
use crate::lesson::course_map;
use crate::lesson::receipt::{Class, Entry, Journal, Lesson, Receipt, lessons, minutes};
use crate::persistence::storage::{self, Disk, Storage as _, reason};
use crate::screen::{Look, table};
use crate::server::Clock;

/// Runs `kvtutor report`.
pub(super) fn run(home: &Home, global: &Global, asked: &Report) -> Result<Outcome, Failure> {
    let catalogue = course::catalogue(asked.lessons.as_deref())?;
    if let Some(file) = &asked.receipt {
        return hand_in(home, global, asked, file);
    }
    let look = super::look(global);
    if asked.files.is_empty() && !asked.json && !asked.csv {
        return own(home, &catalogue, look);
    }
    let receipts = if asked.files.is_empty() {
        let name = global.learner.clone().unwrap_or_else(|| "you".to_owned());
        vec![(String::new(), receipt(home, &name)?)]
    } else {
        read(&asked.files)?
    };
    let class = Class::new(&receipts, &catalogue);
    if asked.json {
        let mut text = serde_json::to_string_pretty(&class)
            .map_err(|error| Failure::failed(error.to_string()))?;
        text.push('\n');
        return print(text.as_bytes());
    }
    let text = if asked.csv { class.to_csv(&catalogue) } else { class.render(&catalogue, look) };
    print(text.as_bytes())
}

/// The learner's own progress.
fn own(home: &Home, catalogue: &Catalogue, look: Look) -> Result<Outcome, Failure> {
    let rows = course_map::rows(catalogue, &course::progress(home)?);
    let journal = entries(home)?;
    let worked = lessons(&journal);
    let head = ["lesson", "steps", "applied", "hints", "mistakes", "minutes"];
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let worked = worked.iter().find(|lesson| lesson.lesson == row.id);
            vec![
                row.id.clone(),
                format!("{} of {}", row.done, row.steps),
                row.skipped.to_string(),
                row.hints.to_string(),
                worked.map_or(0, Lesson::mistake_count).to_string(),
                worked.map_or(0, |lesson| minutes(lesson.seconds)).to_string(),
            ]
        })
        .collect();
    print(table(&head, &cells, look).as_bytes())
}

/// Writes the learner's receipt. An earlier receipt of the same learner is replaced, nothing else.
fn hand_in(home: &Home, global: &Global, asked: &Report, file: &Path) -> Result<Outcome, Failure> {
    let shown = file.display();
    let name = asked.name.as_ref().or(global.learner.as_ref()).ok_or_else(|| {
        Failure::usage("a receipt carries your name: add --name NAME, or begin with --as NAME")
    })?;
    let receipt = receipt(home, name)?;
    match Disk.read(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(Failure::failed(format!("cannot read {shown}: {}", reason(&error))));
        }
        Ok(bytes) => match Receipt::read(&bytes) {
            Ok(earlier) if earlier.name == receipt.name => {}
            Ok(earlier) => {
                return Err(Failure::usage(format!(
                    "{shown} is the receipt of {:?}: name another file",
                    earlier.name
                )));
            }
            Err(_) => {
                return Err(Failure::usage(format!(
                    "{shown} is there already and is no receipt: name another file"
                )));
            }
        },
    }
    storage::replace(&Disk, file, |output| output.write_all(&receipt.to_bytes()))
        .map_err(|error| Failure::failed(error.to_string()))?;
    let count = receipt.entries.len();
    print(format!("{shown}: the receipt of {}, {count} entries\n", receipt.name).as_bytes())
}

fn receipt(home: &Home, name: &str) -> Result<Receipt, Failure> {
    Ok(Receipt::new(name.trim(), Clock::System.now().seconds(), entries(home)?))
}

fn entries(home: &Home) -> Result<Vec<Entry>, Failure> {
    Journal::read(&Disk, home.root()).map_err(|error| Failure::failed(error.to_string()))
}

/// Reads receipts; everything that is wrong with any of them is told.
fn read(files: &[PathBuf]) -> Result<Vec<(String, Receipt)>, Failure> {
    let (mut receipts, mut wrong) = (Vec::new(), Vec::new());
    for file in files {
        let shown = file.display().to_string();
        match Disk.read(file) {
            Err(error) => wrong.push(format!("cannot read {shown}: {}", reason(&error))),
            Ok(bytes) => match Receipt::read(&bytes) {
                Ok(receipt) => receipts.push((shown, receipt)),
                Err(error) => wrong.push(format!("{shown} {error}")),
            },
        }
    }
    if wrong.is_empty() { Ok(receipts) } else { Err(Failure::failed(wrong.join("\nkvtutor: "))) }
}
