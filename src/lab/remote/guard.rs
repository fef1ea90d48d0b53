//! Commands that a lesson does not send to a server which others use as well.

use super::script;
use super::space::Space;

/// What such a command would do to the others.
const HARM: &[(&str, &str)] = &[
    ("SHUTDOWN", "it ends the server for everybody"),
    ("DEBUG", "it stops or changes the server for everybody"),
    ("REPLICAOF", "it replaces everybody's data"),
    ("SLAVEOF", "it replaces everybody's data"),
    ("FAILOVER", "it changes which server everybody talks to"),
    ("SWAPDB", "it exchanges databases under everybody's hands"),
    ("MIGRATE", "it takes keys to another server"),
    ("CONFIG SET", "it changes how the server works for everybody"),
    ("CONFIG REWRITE", "it changes how the server works for everybody"),
    ("CONFIG RESETSTAT", "it sets everybody's counters to zero"),
    ("CLIENT PAUSE", "it makes everybody wait"),
    ("CLIENT KILL", "it may end somebody else's connection"),
    ("SCRIPT FLUSH", "it removes everybody's scripts"),
    ("FUNCTION FLUSH", "it removes everybody's functions"),
    ("FUNCTION DELETE", "it removes everybody's functions"),
    ("ACL SETUSER", "it changes who may do what"),
    ("ACL DELUSER", "it changes who may do what"),
    ("ACL LOAD", "it changes who may do what"),
    ("CLUSTER", "it may change the cluster for everybody"),
    ("MONITOR", "it shows everybody's commands, and slows them down"),
];

/// Subcommands of [`HARM`]'s containers that only read.
const HARMLESS: &[&str] = &[
    "CLUSTER INFO",
    "CLUSTER NODES",
    "CLUSTER SLOTS",
    "CLUSTER SHARDS",
    "CLUSTER KEYSLOT",
    "CLUSTER MYID",
    "CLUSTER COUNTKEYSINSLOT",
    "DEBUG OBJECT",
    "DEBUG DIGEST",
];

/// Why a command is not sent; one line for the learner.
pub(super) fn objection(space: &Space, words: &[&[u8]]) -> Option<String> {
    if let Some(objection) = script::objection(space, words) {
        return Some(objection);
    }
    let (name, harm) = harm(words).filter(|_| space.is_shared())?;
    Some(format!(
        "{name} was not sent: others use this server too, and {harm}. Without --connect you can try \
         it on kvtutor's own"
    ))
}

/// A command that would do something to others, by its name, and what.
pub(super) fn harm(words: &[&[u8]]) -> Option<(&'static str, &'static str)> {
    let word = |place: usize| {
        words.get(place).map(|word| String::from_utf8_lossy(word).to_ascii_uppercase())
    };
    let first = word(0)?;
    let both = format!("{first} {}", word(1).unwrap_or_default());
    if HARMLESS.contains(&both.as_str()) {
        return None;
    }
    HARM.iter().copied().find(|(name, _)| *name == first || *name == both)
}
