//! `kvtutor play`: the prompt with no lesson.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;

use super::args::{Global, ListenChoice};
use super::{Failure, Home, Outcome, connect};
use crate::lab::console::{Console, Settings};
use crate::lab::remote::Connect;
use crate::lesson::catalogue::course_files;
use crate::persistence::storage::Disk;
use crate::repl::{self, Input, Play, Setting};
use crate::server::Clock;

/// Runs `kvtutor play`.
pub(super) fn run(home: &Home, global: &Global, dir: Option<&Path>) -> Result<Outcome, Failure> {
    let settings = |connect: Option<Connect>| Settings {
        root: home.root().to_owned(),
        sandbox: dir.map(Path::to_owned),
        storage: Arc::new(Disk),
        clock: Clock::System,
        seed: fastrand::u64(..),
        files: course_files(),
        progress: super::load_bar(global.plain),
        connect,
    };
    // The lab and its volumes are the home's: two prompts would each lose what the other did. Where
    // another one has it open, this one is a client of that one's sandbox.
    let owner = || {
        let servers = dir.map_or_else(|| home.servers(), |dir| vec![dir.to_owned()]);
        servers.iter().find_map(|server| connect::through_owner(server))
    };
    let (locked, through) = match home.lock() {
        Ok(locked) => (Some(locked), None),
        Err(refused) if global.connect.is_none() => (None, Some(owner().ok_or(refused)?)),
        // Nothing of the home is used but the history.
        Err(_) => (None, None),
    };
    let is_through = through.is_some();
    let opened = match through {
        Some(connect) => Console::open(settings(Some(connect))),
        None => match Console::open(settings(connect::whole(global)?)) {
            Err(error) => match (error.is_locked(), owner()) {
                (true, Some(connect)) => Console::open(settings(Some(connect))),
                (_, _) => Err(error),
            },
            opened => opened,
        },
    };
    let (console, told) = opened.map_err(|error| Failure::failed(error.to_string()))?;
    let mut notices: Vec<String> = told.iter().map(|notice| notice.text().to_owned()).collect();
    if is_through {
        notices.push(
            "another kvtutor has this home open: this prompt is a client of its server".to_owned(),
        );
    }
    repl::run(Play::new(console, notices), &setting(home, global))
        .map_err(|error| super::prompt_ended(&error))?;
    drop(locked);
    Ok(Outcome::Done)
}

/// How the prompt meets this process's input and output.
pub(super) fn setting(home: &Home, global: &Global) -> Setting {
    let input = std::io::stdin().is_terminal();
    let output = std::io::stdout().is_terminal();
    let look = super::look(global);
    let edits = input && output && !look.plain && !super::is_dumb();
    let input = match (input, edits) {
        (_, true) => Input::Edited,
        (true, false) => Input::Echoed,
        (false, false) => Input::Silent,
    };
    let listens = match global.listen {
        ListenChoice::Auto => input != Input::Silent,
        ListenChoice::Always => true,
        ListenChoice::Never => false,
    };
    Setting { input, look, history: home.history(), listens }
}
