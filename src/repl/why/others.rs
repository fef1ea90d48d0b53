//! Strings and status replies: what they say, and how a string is shown.

use super::Case;
use super::view::{View, keys, name};
use crate::engine::{DATABASES, Flag};
use crate::resp::Reply;

/// Explains a string or a status.
pub(super) fn explain(case: &Case<'_>, view: &mut View<'_>) -> Option<String> {
    match &case.asked.reply {
        Reply::Simple(status) if status == b"QUEUED" => {
            Some("the command waits: EXEC runs all that is queued, DISCARD drops it.".to_owned())
        }
        Reply::Simple(status) if status == b"OK" => ok(case, view),
        Reply::Simple(_) if case.name == "TYPE" => kind(case, view),
        Reply::Bulk(bytes) => string(bytes),
        Reply::Simple(_)
        | Reply::Error(_)
        | Reply::Integer(_)
        | Reply::Null
        | Reply::Array(_)
        | Reply::Map(_)
        | Reply::Set(_)
        | Reply::Double(_)
        | Reply::Boolean(_)
        | Reply::BigNumber(_)
        | Reply::Verbatim { .. }
        | Reply::Push(_) => None,
    }
}

fn ok(case: &Case<'_>, view: &mut View<'_>) -> Option<String> {
    match case.name.as_str() {
        "SELECT" => {
            let number = String::from_utf8_lossy(case.word(1)).into_owned();
            let db = number.parse::<u32>().ok()?;
            Some(format!(
                "you are in db {db} of {DATABASES} now; it holds {}.",
                keys(view.size(db))
            ))
        }
        "MULTI" => Some("a transaction is open: commands are queued until EXEC.".to_owned()),
        "WATCH" => {
            Some("if one of these keys changes before EXEC, EXEC will run nothing.".to_owned())
        }
        "CONFIG SET" => Some(
            "the setting holds until this server ends: a start begins with those of its command line."
                .to_owned(),
        ),
        "DISCARD" => Some("the queued commands were dropped; nothing has changed.".to_owned()),
        "FLUSHDB" => Some(format!("db {} is empty now; `:undo` takes it back.", view.db)),
        "FLUSHALL" => Some("every database is empty now; `:undo` takes it back.".to_owned()),
        "SET" => {
            let key = case.key()?;
            Some(match view.ttl(key) {
                Some(left) => {
                    format!("stored; {} goes in about {} seconds.", name(key), (left + 999) / 1000)
                }
                None if case.words_from(3).iter().any(|w| w.eq_ignore_ascii_case(b"NX")) => {
                    format!("stored: there was no {} before.", name(key))
                }
                None => format!("stored. Whatever {} held before is replaced.", name(key)),
            })
        }
        _ if case.found.is_some_and(|found| found.command.has(Flag::Write)) => {
            Some("it was done; `:changed` shows what is different now.".to_owned())
        }
        _ => None,
    }
}

fn kind(case: &Case<'_>, view: &mut View<'_>) -> Option<String> {
    let key = case.key()?;
    if view.kind(key).is_none() {
        return Some(view.absent(key));
    }
    None
}

/// How the prompt writes a string: learners take its backslashes for data.
fn string(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let length = bytes.len();
    if bytes.contains(&b'"') {
        return Some(format!(
            "a string of {length} bytes. The prompt puts \"…\" around it and a backslash before \
             each quote inside; neither is stored."
        ));
    }
    if !text.is_ascii() {
        return Some(format!(
            "a string of {length} bytes. The prompt shows letters beyond ASCII as \\xHH, a byte \
             each; they are stored as they were typed."
        ));
    }
    None
}
