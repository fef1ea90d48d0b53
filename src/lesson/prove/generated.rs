//! Generated states: put in place of what the first solution left, and judged.

use std::collections::BTreeMap;

use super::proof::Proof;
use super::rig::{Rig, all_hold};
use super::task::{Seen, seen_as};
use crate::lab::console::ConsoleError;
use crate::lesson::check::eval::{Facts as _, first_failure};
use crate::lesson::check::{Accept, Check, Wanted, wanted_objects};
use crate::lesson::format::Step;
use crate::lesson::generate::{Generated, generate};
use crate::lesson::problem::{Problem, Span};
use crate::lesson::stage::Stage;

/// Judges the generated states of a step.
pub(super) fn prove(
    rig: &Rig<'_>,
    place: usize,
    step: &Step,
    check: &Check,
    proof: &mut Proof,
    seen: &mut Seen,
) -> Result<(), ConsoleError> {
    let files = &rig.entry.files;
    let read = |name: &str| files.get(name).map(<[u8]>::to_vec);
    let wanted = wanted_objects(check, rig.entry.lesson.front.db, &read);
    let Some(solution) = step.solutions().next().filter(|_| !wanted.is_empty()) else {
        return Ok(());
    };
    let mut used = vec![false; check.accepts.len()];
    for wanted in &wanted {
        let (mut stage, _) = rig.after(place, solution)?;
        // A solution that does not pass was told, and nothing follows from what it leaves.
        if !all_hold(&stage.judge(step)) {
            return Ok(());
        }
        let stored = stage
            .snapshot(wanted.db, wanted.on.as_deref(), wanted.expected.enough())
            .unwrap_or_default();
        let at = wanted.span;
        let mut survivors: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for state in generate(&wanted.expected, wanted.db, &stored) {
            proof.counts.generated += 1;
            let (mut stage, _) = rig.after(place, solution)?;
            put(&mut stage, wanted, &state);
            let outcomes = stage.judge(step);
            let failed = first_failure(&outcomes);
            let kind = state.variant.name();
            if !state.variant.is_right() {
                seen.wrong(&outcomes);
            }
            if state.variant.is_right() == failed.is_none() {
                continue;
            }
            let mut accepted = false;
            for (accept, used) in check.accepts.iter().zip(&mut used) {
                if accept.kind == kind {
                    *used = true;
                    accepted = true;
                }
            }
            match failed {
                Some(_) | None if accepted => {}
                Some((outcome, failure)) => {
                    let seen = seen_as(&failure.message);
                    let told = format!("fails at `{}`: {seen}", outcome.label);
                    proof.fail(refused(at, kind, &state, &told));
                }
                None => survivors.entry(kind).or_default().push(state.what),
            }
        }
        for (kind, states) in survivors {
            proof.note(survived(at, kind, &states));
        }
    }
    for (accept, _) in check.accepts.iter().zip(&used).filter(|(_, used)| !**used) {
        proof.note(idle(accept));
    }
    Ok(())
}

/// Replaces what is in the database by the state.
fn put(stage: &mut Stage, wanted: &Wanted, state: &Generated) {
    if let Some(container) = &wanted.on {
        stage.console.run(format!("docker exec -it {container} redis-cli").as_bytes());
    }
    stage.console.run(format!("SELECT {}", wanted.db).as_bytes());
    stage.console.run(b"FLUSHDB");
    for line in state.lines() {
        stage.console.run(line.as_bytes());
    }
    if wanted.on.is_some() {
        stage.console.run(b"exit");
    }
}

fn refused(at: Span, kind: &str, state: &Generated, told: &str) -> Problem {
    Problem::new(
        at,
        format!("a right state is refused: {} (`{kind}`)", state.what),
        "derived from this",
        format!("it {told}\nmend the check, or write `accept {kind}: …` with the reason"),
    )
}

fn survived(at: Span, kind: &str, states: &[String]) -> Problem {
    Problem::new(
        at,
        format!("wrong states of kind `{kind}` pass: {}", states.join("; ")),
        "derived from this",
        format!("tighten the check, or write `accept {kind}: …` with the reason"),
    )
}

fn idle(accept: &Accept) -> Problem {
    Problem::new(
        accept.span,
        format!("`accept {}` accepts nothing", accept.kind),
        "every such state is judged rightly",
        "take it out",
    )
}
