//! What Redis writes when it does not start, and what helps a learner beside it.

use crate::engine::config::ConfigError;
use crate::lab::machines::StartError as Refused;
use crate::server::StartError;

/// The refusal of a container's server whose arguments are `args`.
pub(super) fn refusal(error: &StartError, args: &[String], version: &str) -> Refused {
    match error {
        StartError::Argument(word) if is_file(word) => {
            let line = format!(
                "Fatal error, can't open config file '/data/{word}': No such file or directory"
            );
            let why = "the lab reads no configuration file: write each setting as --name value";
            Refused::Arguments { lines: vec![line], why: Some(why.to_owned()) }
        }
        StartError::Argument(word) => {
            let at = args.iter().position(|arg| arg == word).unwrap_or(0);
            let words = args.iter().skip(at).take_while(|arg| !arg.starts_with("--"));
            let directive: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
            let lines = config_lines(version, 2, &directive.join(" "), NO_DIRECTIVE);
            Refused::Arguments { lines, why: None }
        }
        StartError::Config(config) => {
            let (name, reason) = match config {
                ConfigError::Unknown { name, .. } | ConfigError::Absent { name, .. } => {
                    (name.as_str(), NO_DIRECTIVE)
                }
                ConfigError::Refused { name, reason, .. } => (*name, reason.as_str()),
            };
            let (line, directive) = place(args, name);
            let lines = config_lines(version, line, &directive, reason);
            Refused::Arguments { lines, why: Some(config.to_string()) }
        }
        StartError::Directory { .. }
        | StartError::Locked(_)
        | StartError::Load(_)
        | StartError::Log(_) => Refused::Data { reason: error.to_string() },
    }
}

const NO_DIRECTIVE: &str = "Bad directive or wrong number of arguments";

/// Whether a word before any directive is taken for a file.
fn is_file(word: &str) -> bool {
    !word.starts_with('-')
}

fn config_lines(version: &str, line: usize, directive: &str, reason: &str) -> Vec<String> {
    vec![
        String::new(),
        format!("*** FATAL CONFIG FILE ERROR (Redis {version}) ***"),
        format!("Reading the configuration file, at line {line}"),
        format!(">>> '{directive}'"),
        reason.to_owned(),
    ]
}

/// The line that Redis makes of a directive among the arguments: its number, and how it reads. The
/// first line is empty.
fn place(args: &[String], name: &str) -> (usize, String) {
    let mut line = 1;
    let mut found = (2, name.to_owned());
    let mut inside = false;
    for arg in args {
        match arg.strip_prefix("--") {
            Some(directive) => {
                line += 1;
                inside = directive.eq_ignore_ascii_case(name);
                if inside {
                    found = (line, directive.to_owned());
                }
            }
            None if inside => found.1.push_str(&format_value(arg)),
            None => {}
        }
    }
    found
}

fn format_value(arg: &str) -> String {
    format!(" \"{arg}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_is_shown_as_redis_reads_it() {
        let args: Vec<String> =
            ["--port", "6379", "--save", "1", "--appendonly", "maybe"].map(str::to_owned).into();
        assert_eq!(place(&args, "appendonly"), (4, "appendonly \"maybe\"".to_owned()));
        assert_eq!(place(&args, "save"), (3, "save \"1\"".to_owned()));
    }
}
