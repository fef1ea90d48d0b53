//! The proof of one step: what holds on entry, and what each fixture earns.

use std::collections::BTreeSet;

use super::proof::Proof;
use super::rig::{Rig, all_hold, error_of, load_refused};
use super::{generated, hints, slips};
use crate::lab::console::{ConsoleError, Ran};
use crate::lesson::check::eval::{Outcome, first_failure};
use crate::lesson::check::{Check, Item};
use crate::lesson::format::{Content, Part, Script, Step, Wrong};
use crate::lesson::problem::{Problem, Span};
use crate::lesson::stage::Scene;
use crate::screen::{Look, markdown};

/// What the fixtures of a step earned, for the transcript.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// Each `wrong` and `right` in file order.
    pub verdicts: Vec<Verdict>,
}

/// What one fixture earned.
#[derive(Debug)]
pub(super) struct Verdict {
    /// `wrong one-key`, `right as-hash`, `solution by-hand`.
    pub fixture: String,
    /// Nothing if the step passes; else what failed first, and what is told of it.
    pub failure: Option<(String, String)>,
}

/// What was seen of a check while it was proved.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Every `else` line that was told.
    told: BTreeSet<(usize, usize)>,
    /// The labels of assertions that some fixture breaks.
    broken: BTreeSet<String>,
}

impl Seen {
    /// Remembers which messages an outcome tells.
    fn hear(&mut self, outcomes: &[Outcome]) {
        for failure in outcomes.iter().filter_map(|outcome| outcome.failure.as_ref()) {
            self.told.extend(failure.told.map(|span| (span.start, span.end)));
        }
    }

    /// Remembers what a state that must fail breaks and tells.
    pub(super) fn wrong(&mut self, outcomes: &[Outcome]) {
        self.hear(outcomes);
        let broken = outcomes.iter().filter(|outcome| !outcome.holds());
        self.broken.extend(broken.map(|outcome| outcome.label.clone()));
    }
}

/// Proves a step.
pub(super) fn prove(rig: &Rig<'_>, place: usize, proof: &mut Proof) -> Judged {
    let mut judged = Judged::default();
    let Some(step) = rig.steps().get(place) else { return judged };
    let done = setup(rig, place, step, proof).and_then(|()| match step.check() {
        Some(check) => task(rig, place, step, check, proof, &mut judged),
        None => Ok(()),
    });
    if let Err(error) = done {
        proof.fail(Problem::new(
            step.span,
            format!("this step cannot begin: {error}"),
            "in this step",
            "mend what leads to it",
        ));
    }
    judged
}

/// The lines that run on entry print no error.
fn setup(rig: &Rig<'_>, place: usize, step: &Step, proof: &mut Proof) -> Result<(), ConsoleError> {
    let Some(script) = step.setup() else { return Ok(()) };
    // The whole start state is made anew and its last scene is the setup, so its lines are seen.
    let mut stage = rig.empty()?;
    let scenes = crate::lesson::stage::scenes_before(rig.catalogue, rig.entry, place);
    let Some((own, before)) = scenes.split_last() else { return Ok(()) };
    for scene in before {
        stage.play(*scene);
    }
    let ran = stage.play(*own);
    for (line, error) in script.lines.iter().zip(&ran).filter_map(|(l, r)| Some((l, error_of(r)?)))
    {
        proof.fail(Problem::new(
            line.span,
            format!("a line of `setup` fails: {error}"),
            "this line",
            "mend it: every learner who enters the step would see what it leaves undone",
        ));
    }
    Ok(())
}

fn task(
    rig: &Rig<'_>,
    place: usize,
    step: &Step,
    check: &Check,
    proof: &mut Proof,
    judged: &mut Judged,
) -> Result<(), ConsoleError> {
    let mut seen = Seen::default();
    // Where nothing fails on entry, nothing that follows means anything.
    let Some(held) = entry(rig, place, step, check, proof, &mut seen)? else { return Ok(()) };
    for part in &step.parts {
        let verdict = match &part.content {
            Content::Solution(script) => {
                let name = script
                    .name
                    .as_ref()
                    .map_or("solution".to_owned(), |name| format!("solution {name}"));
                Some(right(rig, place, part, script, name, proof)?)
            }
            Content::Right(script) => {
                let name = format!("right {}", script.name.as_deref().unwrap_or_default());
                Some(right(rig, place, part, script, name, proof)?)
            }
            Content::Wrong(mistake) => Some(wrong(rig, place, mistake, proof, &mut seen)?),
            Content::Text(_)
            | Content::Listing(_)
            | Content::Redis(_)
            | Content::Setup(_)
            | Content::Ask(_)
            | Content::Check(_)
            | Content::Hint(_)
            | Content::Quiz(_)
            | Content::Python(_)
            | Content::Teacher(_) => None,
        };
        judged.verdicts.extend(verdict);
    }
    generated::prove(rig, place, step, check, proof, &mut seen)?;
    hints::prove(rig, place, step, proof)?;
    for item in &check.items {
        idle(step, item, &held, &seen, proof);
        unreached(item, &seen, proof);
    }
    Ok(())
}

/// Something must fail on entry; what holds there is given back, and nothing if all does.
fn entry(
    rig: &Rig<'_>,
    place: usize,
    step: &Step,
    check: &Check,
    proof: &mut Proof,
    seen: &mut Seen,
) -> Result<Option<Vec<String>>, ConsoleError> {
    let outcomes = rig.start(place)?.judge(step);
    seen.hear(&outcomes);
    if all_hold(&outcomes) {
        proof.fail(Problem::new(
            check.items.first().map_or(step.span, Item::span),
            format!("every assertion of step `{}` holds before anything is done", step.id),
            "this check decides nothing",
            "assert something that the step's start state lacks, or take that away in a `setup`",
        ));
        return Ok(None);
    }
    let held = outcomes.iter().filter(|outcome| outcome.holds());
    Ok(Some(held.map(|outcome| outcome.label.clone()).collect()))
}

/// A solution or another right end state: it passes, and the lesson can go on from it.
fn right(
    rig: &Rig<'_>,
    place: usize,
    part: &Part,
    script: &Script,
    fixture: String,
    proof: &mut Proof,
) -> Result<Verdict, ConsoleError> {
    proof.counts.fixtures += 1;
    let Some(step) = rig.steps().get(place) else {
        return Ok(Verdict { fixture, failure: None });
    };
    let (mut stage, ran) = rig.after(place, script)?;
    lines(script, &ran, &fixture, proof);
    let outcomes = stage.judge(step);
    let failure = feedback(&outcomes);
    if let Some((label, message)) = &failure {
        let told = format!("the learner is told: {}", seen_as(message));
        let slip = slips::likely(rig, &mut stage, step, script, &outcomes);
        proof.fail(Problem::new(
            rig.opening(part),
            format!("`{fixture}` of step `{}` does not pass", step.id),
            format!("fails at `{label}`"),
            slip.map_or(told.clone(), |slip| format!("{slip}; {told}")),
        ));
    } else if let Some(stuck) = stuck_after(rig, place, script)? {
        proof.fail(Problem::new(
            rig.opening(part),
            format!("after `{fixture}` nothing that is written for step `{stuck}` passes it"),
            "a learner could come this way",
            format!("add a `solution` or `right` to `{stuck}` that works on what this leaves"),
        ));
    }
    Ok(Verdict { fixture, failure })
}

/// Lines that print an error, unless a comment above announces it.
fn lines(script: &Script, ran: &[Ran], fixture: &str, proof: &mut Proof) {
    let mut announced = false;
    for (line, ran) in script.lines.iter().zip(ran) {
        if let Some(error) = error_of(ran).or_else(|| load_refused(&line.text, ran))
            && !announced
        {
            proof.fail(Problem::new(
                line.span,
                format!("a line of `{fixture}` fails: {error}"),
                "this line",
                "mend it; if the error is meant, say so in a line above it: `> # …`",
            ));
        }
        announced = line.text.trim_start().starts_with('#');
    }
}

/// The first later step that none of its own solutions and rights passes after this script.
fn stuck_after(
    rig: &Rig<'_>,
    place: usize,
    script: &Script,
) -> Result<Option<String>, ConsoleError> {
    let Some(own) = rig.steps().get(place) else { return Ok(None) };
    let (mut stage, _) = rig.after(place, script)?;
    let mut path: Vec<Scene<'_>> = vec![rig.scene(own, script)];
    for step in rig.steps().iter().skip(place + 1) {
        if let Some(script) = step.setup() {
            path.push(rig.scene(step, script));
            stage.play(rig.scene(step, script));
        }
        let mut passed = !step.is_task();
        for (attempt, script) in step.solutions().chain(step.rights()).enumerate() {
            if attempt > 0 {
                stage = rig.start(place)?;
                for scene in &path {
                    stage.play(*scene);
                }
            }
            stage.begin_step();
            stage.play(rig.scene(step, script));
            if all_hold(&stage.judge(step)) {
                path.push(rig.scene(step, script));
                passed = true;
                break;
            }
        }
        if !passed {
            return Ok(Some(step.id.clone()));
        }
    }
    Ok(None)
}

/// A mistake: it fails, and with the feedback it names.
fn wrong(
    rig: &Rig<'_>,
    place: usize,
    wrong: &Wrong,
    proof: &mut Proof,
    seen: &mut Seen,
) -> Result<Verdict, ConsoleError> {
    proof.counts.fixtures += 1;
    let name = wrong.script.name.as_deref().unwrap_or_default();
    let fixture = format!("wrong {name}");
    let Some(step) = rig.steps().get(place) else {
        return Ok(Verdict { fixture, failure: None });
    };
    let (mut stage, _) = rig.after(place, &wrong.script)?;
    let outcomes = stage.judge(step);
    seen.wrong(&outcomes);
    let failure = feedback(&outcomes);
    let expect = &wrong.expect;
    let wanted = match &expect.kind {
        Some(kind) => format!("{}/{kind}", expect.label),
        None => expect.label.clone(),
    };
    match (&failure, first_failure(&outcomes)) {
        (Some((found, message)), Some((outcome, _))) => {
            if !outcome.is(&expect.label, expect.kind.as_deref()) {
                proof.fail(Problem::new(
                    expect.span,
                    format!("`{fixture}` fails at `{found}`, not at `{wanted}`"),
                    "expected here",
                    format!("the learner is told: {}", seen_as(message)),
                ));
            }
        }
        (Some(_) | None, _) => proof.fail(Problem::new(
            expect.span,
            format!("`{fixture}` passes step `{}`", step.id),
            "no assertion fails",
            "tighten the check, or make this a `right`",
        )),
    }
    Ok(Verdict { fixture, failure })
}

/// The first assertion that fails, with its kind, and what is told.
fn feedback(outcomes: &[Outcome]) -> Option<(String, String)> {
    let (outcome, failure) = first_failure(outcomes)?;
    let label = match failure.kind {
        Some(kind) => format!("{}/{}", outcome.label, kind.name()),
        None => outcome.label.clone(),
    };
    Some((label, failure.message.clone()))
}

/// A message as a learner sees it.
pub(super) fn seen_as(message: &str) -> String {
    markdown::inline(message, Look::PLAIN)
}

/// An assertion that holds on entry and that nothing breaks decides nothing.
fn idle(step: &Step, item: &Item, held: &[String], seen: &Seen, proof: &mut Proof) {
    let label = item.label();
    if !held.iter().any(|held| held == label) {
        return;
    }
    if seen.broken.contains(label) {
        proof.held.push(format!("{}/{label}", step.id));
        return;
    }
    proof.note(Problem::new(
        item.span(),
        format!("`{label}` of step `{}` holds on entry, and no fixture breaks it", step.id),
        "decides nothing",
        "add a `wrong` that breaks it, or take it out",
    ));
}

/// Messages that were never told.
fn unreached(item: &Item, seen: &Seen, proof: &mut Proof) {
    for otherwise in item.elses() {
        let span: Span = otherwise.span;
        if !seen.told.contains(&(span.start, span.end)) {
            proof.note(Problem::new(
                span,
                format!("no fixture reaches this message of `{}`", item.label()),
                "never told",
                "add a `wrong` that earns it, or take it out",
            ));
        }
    }
}
