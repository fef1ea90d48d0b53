//! Slips of an author that make a right solution fail: what the learner would be told does not name them.
//!
//! Guesses only, from what the solution left; changes nothing.

use super::rig::Rig;
use crate::engine;
use crate::lesson::check::ast::{Literal, Subject, Test, Value};
use crate::lesson::check::eval::{Facts, Outcome, first_failure};
use crate::lesson::format::{Script, Step};
use crate::resp::Reply;

/// Why a solution may fail, and what to do about it.
pub(super) fn likely(
    rig: &Rig<'_>,
    stage: &mut dyn Facts,
    step: &Step,
    script: &Script,
    outcomes: &[Outcome],
) -> Option<String> {
    let (outcome, _) = first_failure(outcomes)?;
    let item = step.check()?.items.iter().find(|item| item.label() == outcome.label)?;
    let assertion = item.assertions().first()?;
    if let (Subject::Command { words, place }, Test::Compare(_, Value::Literals(literals))) =
        (&assertion.subject, &assertion.test)
        && literals.len() > 1
    {
        let db = place.db.unwrap_or(rig.entry.lesson.front.db);
        let got = stage.run(db, place.on.as_deref(), words).ok()?;
        if let Some(said) = several(literals, &got) {
            return Some(said);
        }
    }
    elsewhere(rig, stage, script)
}

/// Several values are compared with one.
fn several(literals: &[Literal], got: &Reply) -> Option<String> {
    let got = match got {
        Reply::Array(_) | Reply::Set(_) | Reply::Push(_) | Reply::Map(_) => return None,
        Reply::Bulk(text) | Reply::Simple(text) | Reply::Verbatim { text, .. } => text.as_slice(),
        Reply::Error(_)
        | Reply::Integer(_)
        | Reply::Double(_)
        | Reply::BigNumber(_)
        | Reply::Boolean(_)
        | Reply::Null => b"",
    };
    let words: Vec<_> = literals.iter().map(|word| String::from_utf8_lossy(&word.bytes)).collect();
    let text = words.join(" ");
    let first = literals.first().filter(|first| !first.quoted)?;
    if let Some(row) = engine::by_name(&first.bytes) {
        let rest = text.get(first.bytes.len()..).unwrap_or_default();
        return Some(format!(
            "`{text}` stands for the values themselves; if a command is meant, write it in capitals: \
             `{}{rest}`",
            row.name
        ));
    }
    Some(if got == text.as_bytes() {
        format!("a value with a space in it needs quotes: `\"{text}\"`")
    } else {
        format!("the reply is one value, and `{text}` asks for {} of them", literals.len())
    })
}

/// The solution works in database 0, and the check looks into another one.
fn elsewhere(rig: &Rig<'_>, stage: &mut dyn Facts, script: &Script) -> Option<String> {
    let db = rig.entry.lesson.front.db;
    let chooses = script.lines.iter().any(|line| {
        let text = line.text.to_ascii_uppercase();
        text.starts_with("SELECT") || text.contains(" -N ") || text.contains("MOVE")
    });
    let is_stored_in_0 =
        matches!(stage.run(0, None, &[b"DBSIZE".to_vec()]), Ok(Reply::Integer(1..)));
    (db != 0 && !chooses && is_stored_in_0).then(|| {
        format!("it stores in database 0, and this lesson looks into database {db}: begin it with `> SELECT {db}`")
    })
}
