//! The command line: what was asked for, and who does it. Exit codes are decided here.

pub mod args;
mod ask;
mod connect;
mod course;
mod exec;
mod export;
mod home;
mod learn;
mod man;
mod new;
mod play;
mod report;
mod serve;
mod sources;
mod test;
mod usage;
mod walk;

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _};
use indicatif::{ProgressBar, ProgressStyle};

use args::{Cli, ColorChoice, Command, Global};
use home::Home;

use crate::escape::{LineEnds, sanitize};
use crate::persistence::storage::reason;
use crate::repl::help;
use crate::screen::Look;
use crate::server::Watch;

/// Why a command could not be done, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// Asked for wrongly, or a mistake in a lesson: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    /// Not done: exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: not yet, or an error reply.
    NotYet,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // The explanations are many, and every other start would make them for nothing.
    let asks = std::env::args_os().any(|word| word == "help");
    let parsed = if asks { with_topics() } else { Cli::command() }.try_get_matches();
    let parsed = parsed.and_then(|matches| {
        let typed = matches.value_source("connect") == Some(ValueSource::CommandLine);
        Cli::from_arg_matches(&matches).map(|cli| (cli, typed))
    });
    let cli = match parsed {
        Ok((cli, typed)) => {
            if typed && let Err(failure) = connect::accepts(cli.command.as_ref()) {
                return ended(Err(failure));
            }
            cli
        }
        Err(error) => {
            if error.use_stderr() {
                return ended(Err(Failure::usage(usage::explain(&error))));
            }
            let printed = error.print();
            return ended(printed.map_or_else(|error| unwritten(&error), |()| Ok(Outcome::Done)));
        }
    };
    ended(run(cli))
}

/// The command line, with what the manual page explains in `kvtutor help --help`.
fn with_topics() -> clap::Command {
    let mut text = String::new();
    for section in help::manual() {
        let _ = write!(text, "\n{}\n", section.heading);
        for (name, told) in section.entries {
            let _ = writeln!(text, "  {name}");
            for line in told.lines() {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    Cli::command().mut_subcommand("help", |command| command.after_long_help(text))
}

/// Tells a failure, and makes the exit code.
fn ended(outcome: Result<Outcome, Failure>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NotYet) => ExitCode::from(1),
        Err(failure) => {
            // Names of files and lessons are in it: they must not steer the terminal.
            let text = failure.to_string();
            let text = sanitize(text.as_bytes(), LineEnds::Keep);
            let _ = std::io::stderr().write_all(&[b"kvtutor: ", &*text, b"\n"].concat());
            ExitCode::from(failure.code)
        }
    }
}

fn run(cli: Cli) -> Result<Outcome, Failure> {
    let home = Home::find(cli.global.home.as_deref(), cli.global.learner.as_deref())?;
    if needs_home(cli.command.as_ref(), &cli.global) {
        home.check()?;
    }
    match cli.command {
        Some(Command::Exec(options)) => exec::run(&home, &cli.global, &options),
        Some(Command::Play { dir, export: Some(file), lesson }) => {
            export::run(&home, dir, lesson.as_deref(), &file)
        }
        Some(Command::Play { dir, .. }) => play::run(&home, &cli.global, dir.as_deref()),
        None => learn::run(&home, &cli.global, learn::Open::Home, None),
        Some(Command::Learn { lesson, lessons }) => {
            let open = learn::Open::Lesson(lesson.as_deref());
            learn::run(&home, &cli.global, open, lessons.as_deref())
        }
        Some(Command::New { name: Some(name), dir, guide: _ }) => new::run(&name, dir.as_deref()),
        Some(Command::New { name: None, .. }) => new::guide(),
        Some(Command::Test { paths, update, strict, suggest_wrong: suggest, watch }) => {
            let mode = match (update, watch) {
                (true, _) => test::Mode::Record,
                (false, true) => test::Mode::Watch,
                (false, false) => test::Mode::Compare,
            };
            test::run(&home, &cli.global, test::Asked { paths, mode, strict, suggest })
        }
        Some(Command::Serve { words }) => serve::run(&home, &words),
        Some(Command::Report(options)) => report::run(&home, &cli.global, &options),
        Some(Command::Walk(options)) => walk::run(&home, &cli.global, &options),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "kvtutor", &mut script);
            print(&script)
        }
        Some(Command::Help { topic }) => {
            let text = explained(&topic, look(&cli.global));
            text.map_err(Failure::usage).and_then(|text| print(text.as_bytes()))
        }
        Some(Command::Man) => {
            let page = man::page().map_err(|error| Failure::failed(error.to_string()))?;
            print(&page)
        }
        Some(Command::Lessons { json, lessons }) => {
            course::list(&home, lessons.as_deref(), json, look(&cli.global))
        }
        Some(Command::Reset { lesson, all: _ }) => {
            course::reset(&home, lesson.as_deref(), cli.global.yes)
        }
    }
}

/// Help about a topic, or about a command of this program where no topic has its name.
fn explained(topic: &[String], look: Look) -> Result<String, String> {
    help::known(topic, look).or_else(|told| match topic {
        [name] => match Cli::command().find_subcommand_mut(name) {
            Some(command) => {
                let mut command = command.clone().bin_name(format!("kvtutor {name}"));
                Ok(command.render_long_help().to_string())
            }
            None => Err(told),
        },
        [] | [..] => Err(told),
    })
}

/// Whether somebody looks at standard output.
fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether a command looks into the home.
fn needs_home(command: Option<&Command>, global: &Global) -> bool {
    match command {
        Some(Command::Exec(options)) => options.dir.is_none() && global.connect.is_none(),
        Some(
            Command::Play { .. }
            | Command::Learn { .. }
            | Command::Lessons { .. }
            | Command::Report(_)
            | Command::Walk(_)
            | Command::Reset { .. },
        )
        | None => true,
        Some(
            Command::New { .. }
            | Command::Test { .. }
            | Command::Serve { .. }
            | Command::Help { .. }
            | Command::Completions { .. }
            | Command::Man,
        ) => false,
    }
}

/// What standard output can show.
fn look(global: &Global) -> Look {
    look_on(global, std::io::stdout().is_terminal())
}

/// What a stream can show.
fn look_on(global: &Global, terminal: bool) -> Look {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let plain = global.plain || !terminal;
    let color = match global.color {
        ColorChoice::Auto => terminal && !global.plain && !is_dumb() && !set("NO_COLOR"),
        ColorChoice::Always => !global.plain,
        ColorChoice::Never => false,
    };
    let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = columns.filter(|_| terminal).unwrap_or(Look::PLAIN.width);
    Look { width, color, plain }
}

/// Whether the terminal can only print one line after the other.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|name| name == "dumb" || name.is_empty())
}

/// A bar on standard error while a large log is loaded; nothing where nobody would see it.
fn load_bar(plain: bool) -> Option<Watch> {
    /// Loads of fewer bytes are over before a bar could be read.
    const WORTH_A_BAR: u64 = 32 * 1024 * 1024;
    if plain || !std::io::stderr().is_terminal() || is_dumb() {
        return None;
    }
    let bar: Mutex<Option<ProgressBar>> = Mutex::new(None);
    Some(Watch(Arc::new(move |done, total| {
        if total < WORTH_A_BAR {
            return;
        }
        let mut shown = bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = shown.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("loading {bar:30} {bytes} of {total_bytes}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(total).with_style(style)
        });
        bar.set_position(done);
        if done >= total {
            bar.finish_and_clear();
        }
    })))
}

/// Prints to standard output.
fn print(bytes: &[u8]) -> Result<Outcome, Failure> {
    let mut output = std::io::stdout().lock();
    let written = output.write_all(bytes).and_then(|()| output.flush());
    written.map_or_else(|error| unwritten(&error), |()| Ok(Outcome::Done))
}

/// What it means that standard output takes no more. Whoever closed a pipe has seen enough, so that
/// ends the command quietly.
fn unwritten(error: &std::io::Error) -> Result<Outcome, Failure> {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        return Ok(Outcome::Done);
    }
    Err(Failure::failed(format!("cannot write to standard output: {}", reason(error))))
}

/// What it means that a prompt could not go on.
fn prompt_ended(error: &std::io::Error) -> Failure {
    Failure::failed(format!(
        "the prompt cannot read or write any more: {}; your data and progress are kept",
        reason(error)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_of_help_holds_every_topic_of_the_manual_page() {
        let mut parsed = with_topics();
        let page = parsed.find_subcommand_mut("help").unwrap().render_long_help().to_string();
        for section in help::manual() {
            assert!(page.contains(&format!("\n{}\n", section.heading)), "{}", section.heading);
            for (name, text) in section.entries {
                let text: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
                let entry = format!("  {name}\n{}", text.join("\n"));
                // Where a line is too long for the page it is broken; blanks do not count.
                let packed = |text: &str| text.split_whitespace().collect::<String>();
                assert!(packed(&page).contains(&packed(&entry)), "{entry}");
            }
        }
    }
}
