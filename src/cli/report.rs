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
    let (receipts, wrong) = if asked.files.is_empty() {
        let name = global.learner.clone().unwrap_or_else(|| "you".to_owned());
        (vec![(String::new(), receipt(home, &name)?)], Vec::new())
    } else {
        read(&asked.files)
    };
    // The others of the class are summed up all the same.
    if !receipts.is_empty() {
        print(summed_up(&Class::new(&receipts, &catalogue), asked, &catalogue, look)?.as_bytes())?;
    }
    if wrong.is_empty() { Ok(Outcome::Done) } else { Err(Failure::failed(told(wrong, &receipts))) }
}

fn summed_up(
    class: &Class,
    asked: &Report,
    catalogue: &Catalogue,
    look: Look,
) -> Result<String, Failure> {
    if asked.json {
        let mut text = serde_json::to_string_pretty(class)
            .map_err(|error| Failure::failed(error.to_string()))?;
        text.push('\n');
        return Ok(text);
    }
    Ok(if asked.csv { class.to_csv(catalogue) } else { class.render(catalogue, look) })
}

/// What is wrong with files of a class, and that the table is without them.
fn told(mut wrong: Vec<String>, receipts: &[(String, Receipt)]) -> String {
    if !receipts.is_empty() {
        let files = if wrong.len() == 1 { "this file is" } else { "these files are" };
        wrong.push(format!("{files} not in the report, which holds {}", receipts.len()));
    }
    wrong.join("\nkvtutor: ")
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
fn read(files: &[PathBuf]) -> (Vec<(String, Receipt)>, Vec<String>) {
    let (mut receipts, mut wrong) = (Vec::new(), Vec::new());
    for file in &of_folders(files) {
        let shown = file.display().to_string();
        match Disk.read(file) {
            Err(error) => wrong.push(format!("cannot read {shown}: {}", reason(&error))),
            Ok(bytes) => match Receipt::read(&bytes) {
                Ok(receipt) => receipts.push((shown, receipt)),
                Err(error) => wrong.push(format!("{shown} {error}")),
            },
        }
    }
    (receipts, wrong)
}

/// The files, with the `.json` files of a folder in place of the folder.
fn of_folders(named: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let inside = Disk.list(path).unwrap_or_default();
        let mut inside: Vec<PathBuf> = inside.iter().map(|name| path.join(name)).collect();
        inside.retain(|file| file.extension().is_some_and(|end| end == "json"));
        inside.sort();
        // Nothing to sum up there: the folder itself is what cannot be read.
        files.extend(if inside.is_empty() { vec![path.clone()] } else { inside });
    }
    files
}
