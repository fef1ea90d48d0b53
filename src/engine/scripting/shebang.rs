//! The first line of a script, `#!lua flags=no-writes`: what the script says of itself. Runs nothing.

use crate::engine::Error;

/// What a script may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::engine) struct Manners {
    /// It has a first line that says so: without one, only what it does is judged.
    pub(super) declared: bool,
    /// `no-writes`: its write commands are refused.
    pub(super) reads_only: bool,
}

/// Reads the first line, and gives the script without it; the line itself stays, empty, so that the
/// numbers of the others are right.
pub(super) fn read(body: &[u8]) -> Result<(Manners, &[u8]), Error> {
    if !body.starts_with(b"#!") {
        return Ok((Manners::default(), body));
    }
    let Some(end) = memchr::memchr(b'\n', body) else {
        return Err(Error::text("ERR Invalid script shebang"));
    };
    let (line, rest) = body.split_at(end);
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let engine = words.next().unwrap_or_default();
    if engine != b"#!lua" {
        return Err(quoting(b"ERR Unexpected engine in script shebang: ", engine));
    }
    let mut manners = Manners { declared: true, reads_only: false };
    for word in words {
        let Some(flags) = word.strip_prefix(b"flags=") else {
            return Err(quoting(b"ERR Unknown lua shebang option: ", word));
        };
        for flag in flags.split(|byte| *byte == b',').filter(|flag| !flag.is_empty()) {
            match flag {
                b"no-writes" => manners.reads_only = true,
                // About memory, replicas and clusters, of which there are none here.
                b"allow-oom" | b"allow-stale" | b"no-cluster" | b"allow-cross-slot-keys" => {}
                _ => return Err(quoting(b"ERR Unexpected flag in script shebang: ", flag)),
            }
        }
    }
    Ok((manners, rest))
}

fn quoting(text: &[u8], word: &[u8]) -> Error {
    Error::Bytes([text, word].concat())
}
