//! The tutor's words: hints, the solution, going back and forth, starting in the middle, and what is
//! written down of all that.

use super::Learner;

#[test]
fn a_hint_is_offered_at_every_third_failure_and_given_level_by_level() {
    Learner::opens("4hhb-load#store").plays(include_str!("dialogues/words/hints.txt"));
}

#[test]
fn the_solution_is_applied_and_written_down() {
    let mut learner = Learner::opens("4hhb-load");
    learner.plays(include_str!("dialogues/words/solution-and-skip.txt"));
}

#[test]
fn a_step_begins_anew() {
    Learner::opens("4hhb-check#repair").plays(include_str!("dialogues/words/reset.txt"));
}

#[test]
fn ones_own_lines_stand_beside_the_solution() {
    Learner::opens("4hhb-load").plays(include_str!("dialogues/words/compare-and-recap.txt"));
}

#[test]
fn a_latecomer_starts_at_any_step_without_penalty() {
    Learner::opens("4hhb-load").plays(include_str!("dialogues/words/latecomer.txt"));
}
