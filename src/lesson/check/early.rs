//! Answers that come too early: a count of data is an answer only after the work that it is about.
//!
//! Without this rule a learner who answers first and restarts then would pass without having looked.

use super::eval::Outcome;
use super::{Assertion, Check, Subject, Test, Value};

/// What is still to be done before the question `name` can be answered: what is told of the first
/// assertion above that fails and is not about an answer. An answer that is compared with something
/// fixed is never too early.
pub fn too_early<'a>(check: &Check, outcomes: &'a [Outcome], name: &str) -> Option<&'a str> {
    let is_live = |assertion: &&Assertion| {
        is_about(assertion, Some(name))
            && matches!(&assertion.test, Test::Compare(_, Value::Command { .. }))
    };
    check.assertions().find(is_live)?;
    for (item, outcome) in check.items.iter().zip(outcomes) {
        let about = |name| item.assertions().iter().any(|assertion| is_about(assertion, name));
        if about(Some(name)) {
            return None;
        }
        if !about(None)
            && let Some(failure) = &outcome.failure
        {
            return Some(&failure.message);
        }
    }
    None
}

/// Whether an assertion is about the answer to this question, or to any.
fn is_about(assertion: &Assertion, name: Option<&str>) -> bool {
    match &assertion.subject {
        Subject::Answer(known) => name.is_none_or(|name| name == known),
        Subject::Command { .. }
        | Subject::Objects { .. }
        | Subject::Keys(_)
        | Subject::Event(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::eval::Failure;
    use super::super::tests::read;
    use super::*;

    const CHECK: &str = "[guess] answer guess ~ /./
[restarted] restarted
[keys] answer keys == DBSIZE
[word] answer word == yes
[later] GET k == 1
";

    /// What comes first if the assertions of these labels fail, with their labels as messages.
    fn first(name: &str, failing: &[&str]) -> Option<String> {
        let check = read(CHECK).unwrap();
        let outcomes: Vec<Outcome> = check
            .items
            .iter()
            .map(|item| Outcome {
                label: item.label().to_owned(),
                failure: failing
                    .contains(&item.label())
                    .then(|| Failure { message: item.label().to_owned(), ..Failure::default() }),
            })
            .collect();
        too_early(&check, &outcomes, name).map(str::to_owned)
    }

    #[test]
    fn a_count_waits_for_the_work_above_it() {
        assert_eq!(first("keys", &["guess", "restarted", "keys"]), Some("restarted".to_owned()));
        assert_eq!(first("keys", &["guess", "keys", "later"]), None);
    }

    #[test]
    fn other_answers_are_taken_at_any_time() {
        for name in ["guess", "word", "unknown"] {
            assert_eq!(first(name, &["guess", "restarted", "keys", "word", "later"]), None);
        }
    }
}
