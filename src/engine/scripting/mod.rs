//! Lua scripts: a state for each engine, the scripts it knows, and how they run.
//!
//! A script's `redis.call` passes the same table and runs the same rows as a typed command; only what
//! it may not do is judged here. The state is made when the first script comes, so that whoever
//! sends none pays nothing. Reading order: [`Scripts`] (what the engine keeps), `run` (a script from
//! its words to its reply), `machine` (the Lua state), `values` (what passes between the two),
//! `raised` (errors on their way), `libraries` (what Redis adds to Lua's own).

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the values and errors of Lua are the library's: what is none of those meant is refused"
)]

mod api;
mod arguments;
mod busy;
mod libraries;
mod machine;
mod raised;
mod random;
mod run;
mod shebang;
mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use super::{Error, Session};
pub use busy::{Busy, Others};
pub(super) use busy::{Progress, Wish};
use machine::Machine;
pub(super) use run::Script;
use shebang::Manners;

/// The scripts that an engine knows, and the state that runs them.
#[derive(Default)]
pub struct Scripts {
    machine: Option<Box<Machine>>,
    known: BTreeMap<String, Known>,
    /// The client as which scripts run commands; out while one runs.
    session: Option<Box<Session>>,
    /// The script that runs.
    pub(super) running: Option<Progress>,
}

/// What is known of a script before it runs.
#[derive(Debug, Clone, Copy)]
struct Known {
    manners: Manners,
    bytes: usize,
}

impl fmt::Debug for Scripts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripts").field("known", &self.known).finish_non_exhaustive()
    }
}

impl Scripts {
    /// Learns a script and gives its digest; `version` is what scripts are told of the server.
    pub(super) fn load(&mut self, body: &[u8], version: &str) -> Result<String, Error> {
        let digest = api::sha1_hex(body);
        if self.knows(&digest) {
            return Ok(digest);
        }
        let (manners, text) = shebang::read(body)?;
        let machine = match &mut self.machine {
            Some(machine) => machine,
            place @ None => {
                let machine = Machine::new(version)
                    .map_err(|error| Error::err(format_args!("scripts cannot be run: {error}")))?;
                place.insert(Box::new(machine))
            }
        };
        machine.compile(&digest, text)?;
        self.known.insert(digest.clone(), Known { manners, bytes: body.len() });
        Ok(digest)
    }

    /// Whether a script has run for so long that others are refused.
    #[inline]
    pub(super) fn are_busy(&self) -> bool {
        self.running.is_some_and(|running| running.is_busy)
    }

    /// Whether a script of that digest can be run.
    pub(super) fn knows(&self, digest: &str) -> bool {
        self.known.contains_key(digest)
    }

    /// Forgets every script.
    pub(super) fn clear(&mut self) {
        self.machine = None;
        self.known.clear();
    }

    /// How many scripts are known.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// How many bytes the texts of the scripts take.
    pub(super) fn text_memory(&self) -> usize {
        self.known.values().map(|known| known.bytes).sum()
    }

    /// How many bytes the state takes.
    pub(super) fn state_memory(&self) -> usize {
        self.machine.as_ref().map_or(0, |machine| machine.memory())
    }
}
