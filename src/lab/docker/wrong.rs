//! What can be wrong with a docker line as text, and how that is told: Docker's own words first,
//! then a hint of the lab. Knows no container.

use std::fmt::Write as _;
use std::ops::Range;

use super::table::{Absent, Command, Flag, GROUPS, Group, Verb, commands};

/// A line that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong.
    pub kind: WrongKind,
    /// Which word, or part of one, in the typed line.
    pub span: Option<Range<usize>>,
}

/// The ways in which a line can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongKind {
    /// No command of that name, within a group such as `volume` or at the top.
    UnknownCommand {
        /// `volume`; none: at the top.
        group: Option<&'static Group>,
        /// What was typed.
        word: String,
    },
    /// A command that Docker has and the lab does not.
    Absent {
        /// What is said of it.
        absent: &'static Absent,
        /// As typed, with its group.
        name: String,
    },
    /// `--foo`, where the command has no such flag.
    UnknownFlag {
        /// Which command; none: before any.
        command: Option<Names>,
        /// What was typed, with its dashes.
        flag: String,
    },
    /// `-x` within `-dx`.
    UnknownShort {
        /// Which command; none: before any.
        command: Option<Names>,
        /// The letter.
        letter: char,
        /// The word it stands in.
        word: String,
    },
    /// A flag that Docker has and the lab does not.
    ForeignFlag {
        /// Which command.
        command: Names,
        /// What was typed, with its dashes.
        flag: String,
    },
    /// `---x`
    BadFlag {
        /// Which command.
        command: Names,
        /// What was typed.
        word: String,
    },
    /// A flag at the end of the line that needs a value.
    NoValue {
        /// Which command.
        command: Names,
        /// As Docker names it: `--name`, or `'p' in -p`.
        flag: String,
    },
    /// A value that the flag cannot take.
    BadValue {
        /// Which command.
        command: Names,
        /// The value.
        value: String,
        /// As Docker names it: `--rm`, or `-t, --timeout`.
        flag: String,
        /// Docker's reason.
        reason: String,
    },
    /// Too few or too many arguments.
    Count {
        /// Which command.
        command: Names,
    },
    /// A port, volume, image or name that is not one.
    Piece {
        /// Which command.
        command: Names,
        /// Docker's words, or the lab's where Docker would go on and the lab cannot.
        text: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A `--format` that is no template.
    Template {
        /// Go's words.
        reason: String,
    },
    /// A word that is not text.
    NotText,
}

/// A command by its usual name: what an error needs of the row.
#[derive(Debug, Clone, Copy)]
pub struct Names(pub &'static Command);

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.0.verb == other.0.verb
    }
}

impl Eq for Names {}

impl Wrong {
    /// The exit code that docker gives.
    pub fn code(&self) -> i32 {
        match self.kind {
            WrongKind::UnknownCommand { .. }
            | WrongKind::Absent { .. }
            | WrongKind::Count { .. }
            | WrongKind::NotText => 1,
            WrongKind::Piece { command, .. } if !makes_container(command) => 1,
            WrongKind::Template { .. } => 64,
            WrongKind::UnknownFlag { .. }
            | WrongKind::UnknownShort { .. }
            | WrongKind::ForeignFlag { .. }
            | WrongKind::BadFlag { .. }
            | WrongKind::NoValue { .. }
            | WrongKind::BadValue { .. }
            | WrongKind::Piece { .. } => 125,
        }
    }

    /// What docker prints, ending in a line break.
    pub fn text(&self) -> String {
        match &self.kind {
            WrongKind::UnknownCommand { group: None, word } => {
                format!(
                    "docker: unknown command: docker {word}\n\nRun 'docker --help' for more information\n"
                )
            }
            WrongKind::UnknownCommand { group: Some(Group { name, has_usage, .. }), word } => {
                let usage = if *has_usage { " COMMAND" } else { "" };
                format!(
                    "docker: unknown command: docker {name} {word}\n\nUsage:  docker {name}{usage}\n\nRun 'docker {name} --help' for more information\n"
                )
            }
            WrongKind::Absent { name, .. } => {
                format!("docker {name} is a real command that the lab does not have\n")
            }
            WrongKind::ForeignFlag { command, flag } => format!(
                "{flag} is a real flag of docker {} that the lab does not have\n",
                command.0.name()
            ),
            WrongKind::Template { reason } => format!("template parsing error: {reason}\n"),
            WrongKind::UnknownFlag { command, flag } => {
                with_usage(&format!("unknown flag: {flag}"), *command)
            }
            WrongKind::UnknownShort { command, letter, word } => {
                with_usage(&format!("unknown shorthand flag: '{letter}' in {word}"), *command)
            }
            WrongKind::BadFlag { command, word } => {
                with_usage(&format!("bad flag syntax: {word}"), Some(*command))
            }
            WrongKind::NoValue { command, flag } => {
                with_usage(&format!("flag needs an argument: {flag}"), Some(*command))
            }
            WrongKind::BadValue { command, value, flag, reason } => with_usage(
                &format!("invalid argument \"{value}\" for \"{flag}\" flag: {reason}"),
                Some(*command),
            ),
            WrongKind::Count { command } => {
                let text = with_usage(&count(command.0), Some(*command));
                // Docker says "See" where the number of arguments is open.
                let open = command.0.arity.most.is_none();
                if open { text.replace("\nRun '", "\nSee '") } else { text }
            }
            WrongKind::Piece { command, text, .. } if !makes_container(*command) => {
                format!("{text}\n")
            }
            WrongKind::Piece { command, text, .. } => {
                format!(
                    "docker: {text}\n\nRun 'docker {} --help' for more information\n",
                    command.0.name()
                )
            }
            WrongKind::NotText => "docker: a word of this line is not text (UTF-8)\n".to_owned(),
        }
    }

    /// What the lab adds: what it knows, and the nearest thing to what was typed.
    pub fn hint(&self) -> Option<String> {
        match &self.kind {
            WrongKind::UnknownCommand { group, word } => Some(near_command(*group, word)),
            WrongKind::Absent { absent, .. } => Some(absent.instead.to_owned()),
            WrongKind::UnknownFlag { command: None, .. }
            | WrongKind::UnknownShort { command: None, .. } => {
                Some("flags stand after the command, as in docker ps -a".to_owned())
            }
            WrongKind::UnknownFlag { command: Some(command), flag } => {
                Some(near_flag(command.0, flag.trim_start_matches('-')))
            }
            WrongKind::UnknownShort { command: Some(command), word, .. } => {
                Some(near_flag(command.0, word.trim_start_matches('-')))
            }
            WrongKind::ForeignFlag { command, .. } | WrongKind::BadFlag { command, .. } => {
                Some(known(command.0))
            }
            WrongKind::Piece { hint, .. } => hint.clone(),
            WrongKind::Template { .. } => Some(
                "the lab knows templates such as '{{.State.Status}}', '{{json .Mounts}}' and '{{range .Mounts}}{{.Name}}{{end}}'"
                    .to_owned(),
            ),
            WrongKind::NoValue { .. }
            | WrongKind::BadValue { .. }
            | WrongKind::Count { .. }
            | WrongKind::NotText => None,
        }
    }
}

/// Whether a command's errors are those of `docker run`.
fn makes_container(command: Names) -> bool {
    matches!(command.0.verb, Verb::Run | Verb::Create)
}

/// An error line, then the usage.
fn with_usage(line: &str, command: Option<Names>) -> String {
    match command {
        Some(Names(row)) => format!(
            "{line}\n\nUsage:  {}\n\nRun 'docker {} --help' for more information\n",
            row.usage(),
            row.name()
        ),
        None => format!(
            "{line}\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n"
        ),
    }
}

/// Docker's sentence on the number of arguments.
fn count(row: &Command) -> String {
    let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
    let (name, least) = (row.name(), row.arity.least);
    match row.arity.most {
        Some(0) => format!("docker: 'docker {name}' accepts no arguments"),
        Some(most) if most == least => {
            format!("docker: 'docker {name}' requires {most} {}", plural(most))
        }
        Some(most) if least > 0 => format!(
            "docker: 'docker {name}' requires at least {least} and at most {most} arguments"
        ),
        Some(most) => format!("docker: 'docker {name}' requires at most {most} {}", plural(most)),
        None => format!("docker: 'docker {name}' requires at least {least} {}", plural(least)),
    }
}

/// The commands of a group, or all of them, and the nearest to `word`.
fn near_command(group: Option<&Group>, word: &str) -> String {
    let mut names: Vec<&str> = members(group).map(|(name, _)| name).collect();
    if group.is_none() {
        names.extend(GROUPS.iter().map(|group| group.name));
    }
    let mut hint = nearest(word, names.iter().copied())
        .map(|name| match group {
            Some(group) => format!("did you mean docker {} {name}? ", group.name),
            None => format!("did you mean docker {name}? "),
        })
        .unwrap_or_default();
    let _ = write!(hint, "the lab knows {}", names.join(", "));
    hint
}

/// The commands of a group by the name they have in it; those without a group by their usual name.
pub fn members(group: Option<&Group>) -> impl Iterator<Item = (&'static str, &'static Command)> {
    let group = group.map(|group| group.name);
    commands().filter_map(move |row| {
        let name = match group {
            None => Some(row.name()).filter(|name| !name.contains(' ')),
            Some(group) => row.names.iter().find_map(|name| {
                let rest = name.strip_prefix(group)?;
                rest.strip_prefix(' ')
            }),
        };
        name.map(|name| (name, row))
    })
}

/// The flags of a command, and the nearest to what was typed.
fn near_flag(row: &Command, typed: &str) -> String {
    let typed = typed.split('=').next().unwrap_or_default();
    match nearest(typed, row.flags.iter().map(|flag| flag.long)) {
        Some(long) => format!("did you mean --{long}? {}", known(row)),
        None => known(row),
    }
}

/// The flags the lab knows for a command.
fn known(row: &Command) -> String {
    let flags: Vec<String> = row.flags.iter().map(spelt).collect();
    if flags.is_empty() {
        return format!("docker {} has no flags in the lab", row.name());
    }
    format!("the lab knows these flags of docker {}: {}", row.name(), flags.join(" "))
}

/// `-d/--detach`
fn spelt(flag: &Flag) -> String {
    flag.short
        .map_or_else(|| format!("--{}", flag.long), |short| format!("-{short}/--{}", flag.long))
}

/// The candidate closest to `word`, if it is close enough to have been meant.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody meant a short word by a megabyte, and the distance takes its time.
    if word.len() > 200 {
        return None;
    }
    let longest = 2.min(word.chars().count() / 2);
    candidates
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= longest)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The help of `docker`, of a group or of one command.
pub fn help(group: Option<&Group>, command: Option<&Command>) -> String {
    let mut text = String::new();
    if let Some(row) = command {
        let _ = writeln!(text, "Usage:  {}\n\n{}\n", row.usage(), row.about);
        if row.names.len() > 1 {
            let others: Vec<String> =
                row.names.iter().skip(1).map(|name| format!("docker {name}")).collect();
            let _ = writeln!(text, "Aliases:\n  {}\n", others.join(", "));
        }
        if !row.flags.is_empty() {
            let _ = writeln!(text, "Options:");
        }
        for flag in row.flags {
            let short = flag.short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
            let long = format!("--{} {}", flag.long, flag.value.unwrap_or_default());
            let _ = writeln!(text, "  {short}{long:<26} {}", flag.about);
        }
        return text.trim_end().to_owned() + "\n";
    }
    let prefix = group.map(|group| format!(" {}", group.name)).unwrap_or_default();
    let _ = writeln!(text, "Usage:  docker{prefix} COMMAND\n\nCommands:");
    for (name, row) in members(group) {
        let _ = writeln!(text, "  {name:<10} {}", row.about);
    }
    if group.is_none() {
        let _ = writeln!(text, "\nGroups:");
        for group in GROUPS {
            let _ = writeln!(text, "  {:<10} {}", group.name, group.about);
        }
    }
    let _ =
        writeln!(text, "\nRun 'docker{prefix} COMMAND --help' for more information on a command.");
    text
}

/// Whether a first word needs a second one.
pub fn group(word: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == word)
}
