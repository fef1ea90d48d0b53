//! Transactions: what EXEC did, and what it did not take back.

use super::Case;
use super::view::{count_of, name};
use crate::engine::{self, Flag};
use crate::repl::desk::Queued;
use crate::resp::Reply;

/// The replies of EXEC.
pub(super) fn replies(case: &Case<'_>, items: &[Reply]) -> String {
    let failed: Vec<usize> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| matches!(item, Reply::Error(_)))
        .map(|(place, _)| place + 1)
        .collect();
    if items.is_empty() {
        return "nothing was queued, so EXEC had nothing to run.".to_owned();
    }
    if failed.is_empty() {
        return match items.len() {
            1 => "the queued command ran.".to_owned(),
            count => format!(
                "{} ran one after the other, and no other client came between.",
                count_of(count, "command")
            ),
        };
    }
    let written: Vec<usize> = items
        .iter()
        .enumerate()
        .filter(|(place, item)| !matches!(item, Reply::Error(_)) && writes(case, *place))
        .map(|(place, _)| place + 1)
        .collect();
    let errors = plural("reply", "replies", &failed);
    let verb = if failed.len() == 1 { "is an error" } else { "are errors" };
    if written.is_empty() {
        return format!("{errors} {verb}. The others ran: EXEC stops at no error.");
    }
    let kept = plural("reply", "replies", &written);
    let were = if written.len() == 1 { "was" } else { "were" };
    format!("EXEC did not roll back: {kept} {were} written, although {errors} {verb}.")
}

/// `reply 1`, `replies 1 and 3`.
fn plural(one: &str, many: &str, numbers: &[usize]) -> String {
    let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    match texts.as_slice() {
        [only] => format!("{one} {only}"),
        [first @ .., last] => format!("{many} {} and {last}", first.join(", ")),
        [] => many.to_owned(),
    }
}

/// Whether a queued command may have written; what is not known counts as a write.
fn writes(case: &Case<'_>, place: usize) -> bool {
    let Some(queued) = case.asked.queue.get(place) else { return true };
    let words: Vec<&[u8]> = queued.words.iter().map(Vec::as_slice).collect();
    engine::find(&words).is_ok_and(|found| found.command.has(Flag::Write))
}

/// EXEC gave `(nil)`.
pub(super) fn watched() -> String {
    "(nil): a key that WATCH marked was changed before EXEC, so nothing was run. Read it again and \
     try once more."
        .to_owned()
}

/// EXECABORT.
pub(super) fn aborted(case: &Case<'_>) -> String {
    // MULTI and WATCH are refused as well, and the transaction goes on.
    let spoils = |queued: &&Queued| {
        let is_let_go = queued.words.first().is_some_and(|name| {
            [&b"MULTI"[..], b"WATCH"].iter().any(|other| name.eq_ignore_ascii_case(other))
        });
        let is_written_right = queued
            .refused
            .as_ref()
            .is_some_and(|error| !error.starts_with(b"ERR wrong number of arguments"));
        queued.refused.is_some() && !(is_let_go && is_written_right)
    };
    let refused = case.asked.queue.iter().find(spoils).map(|queued| {
        let words: Vec<String> = queued.words.iter().map(|word| name(word)).collect();
        words.join(" ")
    });
    match refused {
        Some(line) => format!(
            "{line} was refused when it was queued, so EXEC ran none of the commands. Nothing has \
             changed."
        ),
        None => "a command was refused when it was queued, so EXEC ran none. Nothing has changed."
            .to_owned(),
    }
}
