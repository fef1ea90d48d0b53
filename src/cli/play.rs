//! `kvtutor play`: the prompt with no lesson.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::args::{ColorChoice, Global};
use super::{Failure, Home, Outcome};
use crate::lab::console::{Console, Files, Settings};
use crate::persistence::storage::Disk;
use crate::repl::{self, Input, Play, Setting};
use crate::screen::Look;
use crate::server::Clock;

/// The data files of the course, which `ls`, `cat` and `:load` find.
static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lessons/data");

/// Columns of a screen that does not tell.
const COLUMNS: usize = 80;

/// Runs `kvtutor play`.
pub(super) fn run(home: &Home, global: &Global, dir: Option<PathBuf>) -> Result<Outcome, Failure> {
    let mut files = Files::new();
    for file in DATA.files() {
        if let Some(name) = file.path().file_name().and_then(|name| name.to_str()) {
            files.insert(name, file.contents());
        }
    }
    let settings = Settings {
        root: home.root().to_owned(),
        sandbox: dir,
        storage: Arc::new(Disk),
        clock: Clock::System,
        seed: fastrand::u64(..),
        files,
    };
    let (console, notices) =
        Console::open(settings).map_err(|error| Failure::failed(error.to_string()))?;
    let notices = notices.iter().map(|notice| notice.text().to_owned()).collect();
    repl::run(Play::new(console, notices), &setting(home, global))
        .map_err(|error| Failure::failed(format!("the prompt ended: {error}")))?;
    Ok(Outcome::Done)
}

/// How the prompt meets this process's input and output.
pub(super) fn setting(home: &Home, global: &Global) -> Setting {
    let input = std::io::stdin().is_terminal();
    let output = std::io::stdout().is_terminal();
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|name| name == "dumb" || name.is_empty());
    let plain = global.plain || !output;
    let color = match global.color {
        ColorChoice::Auto => output && !global.plain && !dumb && !set("NO_COLOR"),
        ColorChoice::Always => !global.plain,
        ColorChoice::Never => false,
    };
    let width = terminal_size::terminal_size().map_or(COLUMNS, |(width, _)| usize::from(width.0));
    let width = if output { width } else { COLUMNS };
    let input = match (input, input && output && !plain && !dumb) {
        (_, true) => Input::Edited,
        (true, false) => Input::Echoed,
        (false, false) => Input::Silent,
    };
    Setting { input, look: Look { width, color, plain }, history: home.history() }
}
