//! `kvtutor test`: proves that a lesson can be done, that its checks mean something, and that every
//! mistake it foresees earns the feedback it promises.
//!
//! [`prove`] runs everything a lesson holds on disks in memory and on a clock of its own, so nothing
//! sleeps and two runs give the same bytes on every machine. Knows no file and no terminal: it gives
//! findings and a transcript, and the command line compares, records and prints them.
//!
//! # What is proved of a step
//!
//! - **Entry.** In the step's start state some assertion fails. One that holds there should be broken
//!   by some fixture, or it decides nothing.
//! - **Solutions and rights** pass from the step's start state, and after each of them every later
//!   step can still be passed by one of its own solutions or rights, since a learner goes on with the
//!   state they made.
//! - **Lines** of `setup`, `solution` and `right` print no error. Where an error is meant, a comment
//!   line (`> # …`) right above says so; `setup` has no such exception.
//! - **Wrongs** fail first at the assertion, and with the kind, that they name.
//! - **Messages.** Every `else` is told in some state: on entry, after a `wrong`, or in a generated
//!   state.
//! - **Generated states** (see [`super::generate`]) replace what the first solution left; right ones
//!   pass and wrong ones fail, unless an `accept` gives a reason.
//! - **Hints** alone, their code typed line by line, do not pass the step.
//! - **`redis` blocks** print what they show. Those without `db=` run in order on the step's start
//!   state, each as a new client; those with `db=n` run in order on one server of their own that
//!   lasts for the whole lesson, so that a story may go on from block to block.
//! - **The learner's run** passes every step with the first solutions, typed line by line.

mod generated;
mod hints;
mod proof;
pub mod python;
mod replies;
mod rig;
mod slips;
pub mod snapshot;
mod suggest;
mod task;
mod transcript;

use std::sync::Arc;

pub use proof::{Counts, Finding, Proof, Recording, Weight};
pub use suggest::Suggestion;

use super::catalogue::{Catalogue, Entry};
use super::elsewhere::needs_lab;
use crate::lab::remote::Connect;
use rig::Rig;

/// Proves the lesson of that entry, which belongs to the catalogue.
pub fn prove(catalogue: &Arc<Catalogue>, entry: &Entry) -> Proof {
    prove_with(catalogue, entry, None)
}

/// Proves a lesson on a server elsewhere, in databases or keys of its own there, in real time. One that
/// works with containers is left out, and what a learner sees is not written down: it holds that
/// server's version and numbers.
pub fn prove_on(catalogue: &Arc<Catalogue>, entry: &Entry, connect: &Connect) -> Proof {
    if let Some(step) = needs_lab(catalogue, entry) {
        let mut proof = Proof::new(&entry.lesson);
        proof.skipped = Some(format!("works with kvtutor's own servers, in {step:?}"));
        return proof;
    }
    prove_with(catalogue, entry, Some(connect))
}

fn prove_with(catalogue: &Arc<Catalogue>, entry: &Entry, connect: Option<&Connect>) -> Proof {
    let mut proof = Proof::new(&entry.lesson);
    if let Some(reason) = &entry.lesson.front.skip {
        proof.skipped = Some(reason.clone());
        return proof;
    }
    let rig = Rig { catalogue, entry, connect };
    let mut judged = Vec::new();
    for place in 0..entry.lesson.steps.len() {
        judged.push(task::prove(&rig, place, &mut proof));
    }
    replies::prove(&rig, &mut proof);
    if connect.is_none() {
        transcript::write(&rig, &judged, &mut proof);
    }
    proof
}

/// Proves one step of the lesson and nothing around it: no shown replies, no learner's run.
pub fn prove_step(catalogue: &Arc<Catalogue>, entry: &Entry, step: usize) -> Proof {
    let mut proof = Proof::new(&entry.lesson);
    task::prove(&Rig { catalogue, entry, connect: None }, step, &mut proof);
    proof
}

/// Mistakes that the lesson does not foresee, as `wrong` blocks to keep; none for a lesson that is left
/// out. What cannot be run suggests nothing: the proof tells why.
pub fn suggest(catalogue: &Arc<Catalogue>, entry: &Entry) -> Vec<Suggestion> {
    if entry.lesson.front.skip.is_some() {
        return Vec::new();
    }
    suggest::all(&Rig { catalogue, entry, connect: None }).unwrap_or_default()
}
