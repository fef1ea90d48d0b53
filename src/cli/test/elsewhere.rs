//! `kvtutor test --connect`: lessons proved on a real server. What a learner sees is neither compared nor
//! recorded, since it holds that server's version and numbers.

use super::record::Transcript;
use super::{Asked, Mode, authoring, entries, look, read, report};
use std::io::IsTerminal as _;

use crate::cli::args::Global;
use crate::cli::{Failure, Home, Outcome, connect, print};
use crate::lab::remote::Remote;
use crate::lesson::prove::prove_on;

/// Proves what was asked for on the server that `--connect` names.
pub(super) fn run(home: &Home, global: &Global, asked: &Asked) -> Result<Outcome, Failure> {
    if asked.mode != Mode::Compare || asked.suggest {
        return Err(Failure::usage(
            "--update, --watch and --suggest-wrong work with kvtutor's own servers: leave out \
             --connect",
        ));
    }
    let (catalogue, paths) = match read(&asked.paths)? {
        Ok(found) => found,
        Err(problems) => return Err(authoring(&problems, global)),
    };
    let Some(connect) = connect::for_trial(home, global)? else {
        return Err(Failure::usage("--connect names no server"));
    };
    let look = look(global, std::io::stdout().is_terminal());
    let mut proved = true;
    for entry in entries(&catalogue, &paths) {
        let proof = prove_on(&catalogue, entry, &connect);
        let (text, holds) = report::report(&proof, &Transcript::None, asked.strict, look);
        proved &= holds;
        print(text.as_bytes())?;
    }
    // What was tried leaves nothing behind.
    Remote::forget(&connect).map_err(Failure::failed)?;
    Ok(if proved { Outcome::Done } else { Outcome::NotYet })
}
