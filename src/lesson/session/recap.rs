//! `:recap` and `:note`: the lesson so far as Markdown, with the learner's own lines, notes, and a
//! solution beside each step that is done.

use std::fmt::Write as _;

use super::acts::solution_text;
use super::{Said, Session};
use crate::lesson::text::fenced;
use crate::persistence::storage::replace;

/// `:note TEXT`
pub(super) fn note(session: &mut Session, text: &str, said: &mut Vec<Said>) {
    if text.is_empty() {
        said.push(Said::Note("write :note and what you want to keep for the recap".to_owned()));
        return;
    }
    let step = session.current().map(|step| step.id.clone()).unwrap_or_default();
    let record = session.progress.record(&session.lesson);
    record.notes.entry(step).or_default().push(text.to_owned());
    said.push(Said::Note("kept: `:recap` shows it".to_owned()));
}

/// `:recap`: shown, and written to a file of the home.
pub(super) fn recap(session: &Session, said: &mut Vec<Said>) {
    let text = markdown(session);
    said.push(Said::Text(text.clone()));
    let folder = session.desk.home.join("recaps");
    let path = folder.join(format!("{}.md", session.lesson));
    let storage = session.desk.storage.as_ref();
    let written = storage.create_dir(&folder).map_err(|error| error.to_string()).and_then(|()| {
        replace(storage, &path, |file| file.write_all(text.as_bytes()))
            .map_err(|error| error.to_string())
    });
    said.push(Said::Note(match written {
        Ok(()) => format!("written as Markdown to {}", path.display()),
        Err(error) => format!("the recap could not be written: {error}"),
    }));
}

fn markdown(session: &Session) -> String {
    let Some(entry) = session.entry() else { return String::new() };
    let record = session.progress.lesson(&session.lesson);
    // Each part stands behind one blank line.
    let mut parts = vec![format!("# {}", entry.lesson.front.title)];
    let mut untouched = Vec::new();
    for step in &entry.lesson.steps {
        let lines = record.typed.get(&step.id).filter(|lines| !lines.is_empty());
        let has_notes = record.notes.contains_key(&step.id);
        let was_hinted = record.hints.contains_key(&step.id);
        if !record.has(&step.id) && lines.is_none() && !has_notes && !was_hinted {
            untouched.push(format!("- {}", step.title));
            continue;
        }
        let how = if record.done.contains(&step.id) {
            "done"
        } else if record.skipped.contains(&step.id) {
            "solution applied"
        } else {
            "open"
        };
        let mut facts = how.to_owned();
        if let Some(hints @ 1..) = record.hints.get(&step.id) {
            let _ = write!(facts, ", hints: {hints}");
        }
        if let Some(tries @ 1..) = record.tries.get(&step.id) {
            let _ = write!(facts, ", tries that were not right: {tries}");
        }
        parts.extend([format!("## {}", step.title), facts]);
        if let Some(lines) = lines {
            parts.extend(["You typed:".to_owned(), fenced(&lines.join("\n"))]);
        }
        if record.has(&step.id)
            && let Some(solution) = solution_text(step)
        {
            parts.extend(["One solution:".to_owned(), solution.trim().to_owned()]);
        }
        parts.extend(notes(record.notes.get(&step.id)));
    }
    if !untouched.is_empty() {
        parts.extend(["## Still to come".to_owned(), untouched.join("\n")]);
    }
    // Notes that were made when the lesson was over belong to no step.
    parts.extend(notes(record.notes.get("")));
    parts.join("\n\n") + "\n"
}

fn notes(notes: Option<&Vec<String>>) -> impl Iterator<Item = String> {
    notes.into_iter().flatten().map(|note| format!("> {note}"))
}
