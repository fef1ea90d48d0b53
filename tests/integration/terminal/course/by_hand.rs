//! The whole of all three exercises, from the first step to the end, with the chains stored in three
//! ways. Every word that the tutor says is compared; of the text of a step its heading.

use super::{Learner, Leaving};

/// Exercise 1 in one way, then the other two.
fn takes_all_three(store: &str) {
    let mut learner = Learner::opens("4hhb-load");
    learner.plays(store);
    learner.plays(include_str!("dialogues/count-and-check.txt"));
    learner.plays(include_str!("dialogues/restart-and-look-again.txt"));
    learner.leaves(Leaving::Quit);
}

#[test]
fn all_three_with_the_chains_as_json_text() {
    takes_all_three(include_str!("dialogues/store-as-text.txt"));
}

#[test]
fn all_three_with_the_chains_as_hashes_under_names_of_ones_own() {
    takes_all_three(include_str!("dialogues/store-as-hashes.txt"));
}

#[test]
fn all_three_with_the_chains_loaded_by_the_tutor() {
    takes_all_three(include_str!("dialogues/store-by-load.txt"));
}
