//! What is said of a lesson that was tried. Prints nothing itself.

use std::fmt::Write as _;

use super::record::Transcript;
use crate::escape::{LineEnds, sanitize_text};
use crate::lesson::problem::Look;
use crate::lesson::prove::{Proof, Suggestion};

/// What is said of a lesson, and whether it is proved.
pub(super) fn report(
    proof: &Proof,
    transcript: &Transcript,
    strict: bool,
    look: Look,
) -> (String, bool) {
    if let Some(reason) = &proof.skipped {
        return (format!("{}: skipped: {reason}\n", proof.lesson), true);
    }
    let (failures, notes) = (proof.failures(), proof.notes());
    let mut failed = failures.list.len();
    let mut noted = notes.list.len();
    let mut tail = String::new();
    match transcript {
        Transcript::None | Transcript::Same => {}
        Transcript::Recorded(path) => {
            let _ = writeln!(tail, "recorded: {}", path.display());
        }
        Transcript::Missing(path) => {
            noted += 1;
            let _ = writeln!(
                tail,
                "note: there is no {} yet: read the transcript that `--update` records there",
                path.display()
            );
        }
        Transcript::Differs(path, diff) => {
            failed += 1;
            let _ = write!(
                tail,
                "the transcript differs from {} (- recorded, + now); `--update` records it:\n{diff}",
                path.display()
            );
        }
    }
    let holds = failed == 0 && (noted == 0 || !strict);
    let mut parts = Vec::new();
    if failed > 0 {
        parts.push(many(failed, "failure", "failures"));
    }
    if noted > 0 {
        parts.push(many(noted, "note", "notes"));
    }
    let verdict = match (holds, parts.is_empty()) {
        (true, true) => "proved".to_owned(),
        (true, false) => format!("proved, with {}", parts.join(" and ")),
        (false, _) => format!("not proved: {}", parts.join(" and ")),
    };
    let mut text = format!("{}: {}: {verdict}\n", proof.lesson, counts(proof, transcript, holds));
    if failed > 0 && !failures.list.is_empty() {
        let _ = write!(text, "\n{}\n", failures.render(look));
    }
    if strict && !notes.list.is_empty() {
        let _ = write!(text, "\n{}\n", notes.render(look));
    } else {
        for line in notes.lines() {
            let _ = writeln!(text, "note: {line}");
        }
    }
    text.push_str(&tail);
    (text, holds)
}

fn counts(proof: &Proof, transcript: &Transcript, holds: bool) -> String {
    let counts = proof.counts;
    let mut parts =
        vec![many(counts.steps, "step", "steps"), many(counts.fixtures, "fixture", "fixtures")];
    if counts.generated > 0 {
        parts.push(many(counts.generated, "generated state", "generated states"));
    }
    if counts.replies > 0 {
        parts.push(many(counts.replies, "shown reply", "shown replies"));
    }
    if counts.python > 0 {
        parts.push(many(counts.python, "python block", "python blocks"));
    }
    if !proof.python.is_empty() {
        let count = many(proof.python.len(), "python block", "python blocks");
        parts.push(format!("{count} skipped ({})", proof.python.join(", ")));
    }
    if !proof.held.is_empty() {
        parts.push(format!("holds on entry: {}", proof.held.join(" ")));
    }
    match transcript {
        Transcript::Same | Transcript::Recorded(_) if holds => parts.push("transcript".to_owned()),
        Transcript::None
        | Transcript::Same
        | Transcript::Recorded(_)
        | Transcript::Missing(_)
        | Transcript::Differs(..) => {}
    }
    parts.join(", ")
}

pub(super) fn many(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// The mistakes that a lesson does not foresee, as blocks to paste.
pub(super) fn suggestions(lesson: &str, all: &[Suggestion]) -> String {
    if all.is_empty() {
        return format!("\n{lesson}: no mistake was found that it does not foresee\n");
    }
    let mut text = String::new();
    let mut step = "";
    for suggestion in all {
        if suggestion.step != step {
            step = &suggestion.step;
            let _ = writeln!(
                text,
                "\n{lesson}, step {step}: mistakes that no `wrong` makes yet. Paste those that learners make:"
            );
        }
        let alike = match suggestion.alike {
            0 => String::new(),
            1 => ", and another one like it".to_owned(),
            count => format!(", and {count} others like it"),
        };
        let survives = if suggestion.survives {
            ". This passes: tighten the check, then keep the block"
        } else {
            ""
        };
        let _ = write!(text, "\n{}{alike}{survives}:\n\n{}", suggestion.what, suggestion.block);
    }
    // Names come from data files, and must not steer the terminal.
    sanitize_text(&text, LineEnds::Keep).into_owned()
}
