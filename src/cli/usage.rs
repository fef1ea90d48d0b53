//! What is wrong with a command line, in one line that says what to do.
//!
//! The parser's own messages take several lines and name what was typed by its own rules; the facts
//! in them are the same.

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::Cli;
use crate::lesson::nearest;

/// The line, without the program's name before it.
#[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enums, not ours")]
pub(super) fn explain(error: &clap::Error) -> String {
    let one = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.first().cloned(),
        _ => None,
    };
    let all = |kind| match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    };
    let help = format!("`{} --help`", named(error));
    let near = |kind| one(kind).map(|near| format!(", did you mean {near}?")).unwrap_or_default();
    let arg = one(ContextKind::InvalidArg).unwrap_or_default();
    let value = one(ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = one(ContextKind::InvalidSubcommand).unwrap_or_default();
            let cli = Cli::command();
            let known = cli.get_subcommands().map(clap::Command::get_name);
            let near = nearest(&name, known).map(|near| format!(", did you mean {near}?"));
            let near = near.unwrap_or_default();
            format!("there is no command {}{near}; {help} lists them", shown(&name))
        }
        ErrorKind::UnknownArgument => {
            let near = near(ContextKind::SuggestedArg);
            format!("{} is not expected here{near}; {help} shows what is", shown(&arg))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{arg} needs a value; {help} says which")
        }
        ErrorKind::InvalidValue => {
            let near = near(ContextKind::SuggestedValue);
            let values = all(ContextKind::ValidValue).join(", ");
            format!("{} is none of {values}, which {arg} takes{near}", shown(&value))
        }
        ErrorKind::ValueValidation => {
            let source = std::error::Error::source(error);
            let wanted = match source {
                Some(source) if source.is::<std::num::ParseIntError>() => {
                    ", which takes a whole number from 0 on".to_owned()
                }
                Some(source) => format!(": {source}"),
                None => String::new(),
            };
            format!("{} is no value for {arg}{wanted}", shown(&value))
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = all(ContextKind::InvalidArg).join(" and ");
            format!("{missing} is missing; {help} shows how it is written")
        }
        ErrorKind::ArgumentConflict => {
            let other = one(ContextKind::PriorArg).unwrap_or_default();
            format!("{arg} and {other} exclude each other; {help} shows how it is written")
        }
        _ => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            format!("{first}; {help} shows how it is written")
        }
    }
}

/// A word as it was typed, safe to print.
fn shown(word: &str) -> String {
    format!("`{}`", word.escape_debug())
}

/// The command whose help says more: `kvtutor`, or with a subcommand behind it.
fn named(error: &clap::Error) -> String {
    let usage = error.get(ContextKind::Usage).map(ToString::to_string).unwrap_or_default();
    let cli = Cli::command();
    let words = usage.split_whitespace();
    let sub = words
        .skip_while(|word| *word != "kvtutor")
        .nth(1)
        .filter(|word| cli.get_subcommands().any(|command| command.get_name() == *word));
    sub.map_or_else(|| "kvtutor".to_owned(), |sub| format!("kvtutor {sub}"))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn check(line: &str, expected: &str) {
        let error = Cli::try_parse_from(line.split(' ')).unwrap_err();
        assert_eq!(explain(&error), expected, "{line}");
    }

    #[test]
    fn every_mistake_is_one_line() {
        check(
            "kvtutor lern",
            "there is no command `lern`, did you mean learn?; `kvtutor --help` lists them",
        );
        check("kvtutor xyzzy", "there is no command `xyzzy`; `kvtutor --help` lists them");
        check(
            "kvtutor learn --lesson x",
            "`--lesson` is not expected here, did you mean --lessons?; `kvtutor learn --help` shows what is",
        );
        check(
            "kvtutor learn a b",
            "`b` is not expected here; `kvtutor learn --help` shows what is",
        );
        check("kvtutor --home", "--home <DIR> needs a value; `kvtutor --help` says which");
        check(
            "kvtutor --color sometimes",
            "`sometimes` is none of auto, always, never, which --color <WHEN> takes",
        );
        check(
            "kvtutor completions tcsh",
            "`tcsh` is none of bash, elvish, fish, powershell, zsh, which <SHELL> takes, did you mean zsh?",
        );
        check(
            "kvtutor exec -n x PING",
            "`x` is no value for -n <N>, which takes a whole number from 0 on",
        );
        check(
            "kvtutor reset",
            "<LESSON> is missing; `kvtutor reset --help` shows how it is written",
        );
        check(
            "kvtutor reset a --all",
            "[LESSON] and --all exclude each other; `kvtutor reset --help` shows how it is written",
        );
    }
}
