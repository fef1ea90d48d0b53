//! The words of a docker line become one typed value.
//!
//! Judges text only: what is there and what is running is decided by who carries it out.

mod compose;
mod containers;
mod listings;
#[cfg(test)]
mod tests;

use super::flags::{Given, Text, named, split, text};
use super::line::{Format, Inspect, Kind, Line, Prune, Scope, Signal};
use super::pieces::{self, ImageRef};
use super::table::{self, Command, Group, Opt, Verb};
use super::template;
use super::wrong::{Wrong, WrongKind, group, help};
use crate::syntax::Word;

/// Reads the words after `docker`.
pub fn parse(words: &[Word]) -> Result<Line, Wrong> {
    let Some((first, after)) = words.split_first() else { return Ok(Line::Help(help(None, None))) };
    let word = text(first)?;
    match word.text.as_str() {
        "--help" | "-h" => return Ok(Line::Help(help(None, None))),
        "--version" | "-v" => return Ok(Line::Version(None)),
        "help" => return help_on(after),
        _ => {}
    }
    if word.text.starts_with('-') {
        return Err(flag_before_command(&word));
    }
    let Some(group) = group(&word.text) else {
        let command = find(None, &word)?;
        return line(command, after);
    };
    if group.name == "compose" {
        return compose::parse(group, after);
    }
    let Some((second, after)) = after.split_first() else {
        return Ok(Line::Help(help(Some(group), None)));
    };
    let second = text(second)?;
    if second.text == "--help" || second.text == "-h" {
        return Ok(Line::Help(help(Some(group), None)));
    }
    line(find(Some(group), &second)?, after)
}

/// `docker help run`
fn help_on(words: &[Word]) -> Result<Line, Wrong> {
    let Some((first, after)) = words.split_first() else { return Ok(Line::Help(help(None, None))) };
    let word = text(first)?;
    let Some(group) = group(&word.text) else {
        return Ok(Line::Help(help(None, Some(find(None, &word)?))));
    };
    match after.first() {
        None => Ok(Line::Help(help(Some(group), None))),
        Some(second) => Ok(Line::Help(help(None, Some(find(Some(group), &text(second)?)?)))),
    }
}

/// `docker -x ps`
fn flag_before_command(word: &Text) -> Wrong {
    let mut letters = word.text.chars().skip(1);
    let kind = match letters.next() {
        Some(letter) if letter != '-' => {
            WrongKind::UnknownShort { command: None, letter, word: word.text.clone() }
        }
        Some(_) | None => WrongKind::UnknownFlag { command: None, flag: word.text.clone() },
    };
    Wrong { kind, span: Some(word.span.clone()) }
}

/// The row of a command, by its name within a group.
fn find(group: Option<&'static Group>, word: &Text) -> Result<&'static Command, Wrong> {
    let name = match group {
        Some(group) => format!("{} {}", group.name, word.text),
        None => word.text.clone(),
    };
    table::named(&name).ok_or_else(|| {
        let kind = match table::absent(&word.text) {
            Some(absent) if group.is_none_or(|group| group.name != "compose") => {
                WrongKind::Absent { absent, name }
            }
            Some(_) | None => WrongKind::UnknownCommand { group, word: word.text.clone() },
        };
        Wrong { kind, span: Some(word.span.clone()) }
    })
}

/// A command's flags and arguments.
fn line(command: &'static Command, words: &[Word]) -> Result<Line, Wrong> {
    let given = split(command, words)?;
    if given.has(Opt::Help) {
        return Ok(Line::Help(help(None, Some(command))));
    }
    let prune = |scope| {
        Line::Prune(Prune {
            scope,
            all: given.has(Opt::All),
            volumes: given.has(Opt::Volumes),
            force: given.has(Opt::Force),
        })
    };
    Ok(match command.verb {
        Verb::Run => Line::Run(containers::run(&given, true)?),
        Verb::Create => Line::Run(containers::run(&given, false)?),
        Verb::Ps => Line::Ps(listings::ps(&given)?),
        Verb::Stop => Line::Stop(containers::stop(&given)?),
        Verb::Start => Line::Start {
            containers: names(&given),
            attach: given.has(Opt::Attach) || given.has(Opt::Interactive),
        },
        Verb::Restart => Line::Restart(containers::stop(&given)?),
        Verb::Kill => Line::Kill {
            containers: names(&given),
            signal: signal(&given)?.unwrap_or(Signal::Kill),
        },
        Verb::Rm => Line::Rm {
            containers: names(&given),
            force: given.has(Opt::Force),
            volumes: given.has(Opt::Volume),
        },
        Verb::Logs => Line::Logs(containers::logs(&given)),
        Verb::Exec => Line::Exec(containers::exec(&given, given.has(Opt::Tty))),
        Verb::Port => Line::Port { container: first(&given), port: nth(&given, 1) },
        Verb::Top => Line::Top(first(&given)),
        Verb::Rename => Line::Rename { container: first(&given), name: new_name(&given)? },
        Verb::Wait => Line::Wait(names(&given)),
        Verb::Inspect => Line::Inspect(inspect(&given, kind(&given)?)?),
        Verb::ContainerInspect => Line::Inspect(inspect(&given, Some(Kind::Container))?),
        Verb::ContainerPrune => prune(Scope::Containers),
        Verb::Pull => Line::Pull { image: image(&given)?, quiet: given.has(Opt::Quiet) },
        Verb::Images => Line::Images(listings::images(&given)?),
        Verb::ImageInspect => Line::Inspect(inspect(&given, Some(Kind::Image))?),
        Verb::Rmi => Line::Rmi { images: names(&given), force: given.has(Opt::Force) },
        Verb::ImagePrune => prune(Scope::Images),
        Verb::VolumeCreate => Line::VolumeCreate(volume_name(&given)?),
        Verb::VolumeLs => Line::VolumeLs(listings::volumes(&given)?),
        Verb::VolumeInspect => Line::Inspect(inspect(&given, Some(Kind::Volume))?),
        Verb::VolumeRm => Line::VolumeRm { volumes: names(&given), force: given.has(Opt::Force) },
        Verb::VolumePrune => prune(Scope::Volumes),
        Verb::Version => Line::Version(format(&given)?),
        Verb::Info => Line::Info(format(&given)?),
        Verb::SystemDf => Line::SystemDf,
        Verb::SystemPrune => prune(Scope::System),
        Verb::Compose(verb) => compose::line(verb, &given)?,
    })
}

/// All arguments.
fn names(given: &Given) -> Vec<String> {
    given.rest.iter().map(|word| word.text.clone()).collect()
}

/// One of the arguments.
fn nth(given: &Given, place: usize) -> Option<String> {
    given.rest.get(place).map(|word| word.text.clone())
}

/// The first argument, which the row asks for.
fn first(given: &Given) -> String {
    nth(given, 0).unwrap_or_default()
}

/// The first argument as an image.
fn image(given: &Given) -> Result<ImageRef, Wrong> {
    let Some(word) = given.rest.first() else {
        return Err(Wrong { kind: WrongKind::Count { command: given.command }, span: None });
    };
    pieces::image(&word.text).map_err(|text| given.piece(word, text, None))
}

/// A name for a container: Docker's rule and words.
fn container_name(given: &Given, name: &Text) -> Result<String, Wrong> {
    let bare = name.text.strip_prefix('/').unwrap_or(&name.text);
    if pieces::is_name(bare) {
        return Ok(bare.to_owned());
    }
    let text = format!(
        "Error response from daemon: Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
        name.text
    );
    let hint = (bare.chars().count() < 2).then(|| "a name has two characters or more".to_owned());
    Err(given.piece(name, text, hint))
}

/// The second argument of `rename`.
fn new_name(given: &Given) -> Result<String, Wrong> {
    let Some(word) = given.rest.get(1) else {
        return Err(Wrong { kind: WrongKind::Count { command: given.command }, span: None });
    };
    container_name(given, word)
}

/// An error in a flag's value.
fn bad_value(given: &Given, opt: Opt, word: &Text, reason: &str) -> Wrong {
    let flag = given.command.0.flags.iter().find(|flag| flag.opt == opt).map(named);
    let kind = WrongKind::BadValue {
        command: given.command,
        value: word.text.clone(),
        flag: flag.unwrap_or_default(),
        reason: reason.replace("{}", &word.text),
    };
    Wrong { kind, span: Some(word.span.clone()) }
}

/// Whether `-t` leaves time for a shutdown; no `-t` does.
fn grace(given: &Given) -> Result<bool, Wrong> {
    let Some(word) = given.last(Opt::Timeout) else { return Ok(true) };
    let reason = "strconv.ParseInt: parsing \"{}\": invalid syntax";
    let seconds: i64 =
        word.text.parse().map_err(|_| bad_value(given, Opt::Timeout, word, reason))?;
    Ok(seconds != 0)
}

fn signal(given: &Given) -> Result<Option<Signal>, Wrong> {
    let Some(word) = given.last(Opt::Signal) else { return Ok(None) };
    let name = word.text.to_ascii_uppercase();
    match name.strip_prefix("SIG").unwrap_or(&name) {
        "KILL" | "9" => Ok(Some(Signal::Kill)),
        "TERM" | "15" | "INT" | "2" => Ok(Some(Signal::Term)),
        _ => Err(given.piece(
            word,
            format!("Error response from daemon: invalid signal: {}", word.text),
            Some("the lab knows KILL and TERM".to_owned()),
        )),
    }
}

/// `--format`, where a table has no place.
fn format(given: &Given) -> Result<Option<Format>, Wrong> {
    let Some(word) = given.last(Opt::Format) else { return Ok(None) };
    if word.text.trim() == "json" {
        return Ok(Some(Format::Json));
    }
    let template = template::parse(&word.text).map_err(|reason| {
        let kind = WrongKind::Template { reason };
        Wrong { kind, span: Some(word.span.clone()) }
    })?;
    Ok(Some(Format::Lines(template)))
}

fn inspect(given: &Given, kind: Option<Kind>) -> Result<Inspect, Wrong> {
    Ok(Inspect { names: names(given), kind, format: format(given)? })
}

/// `--type`
fn kind(given: &Given) -> Result<Option<Kind>, Wrong> {
    let Some(word) = given.last(Opt::Type) else { return Ok(None) };
    match word.text.as_str() {
        "container" => Ok(Some(Kind::Container)),
        "image" => Ok(Some(Kind::Image)),
        "volume" => Ok(Some(Kind::Volume)),
        other => Err(given.piece(
            word,
            format!("unknown type: {other:?}"),
            Some("the lab knows the types container, image and volume".to_owned()),
        )),
    }
}

/// The name of a new volume, if one was given.
fn volume_name(given: &Given) -> Result<Option<String>, Wrong> {
    let Some(word) = given.rest.first().or(given.last(Opt::Name)) else { return Ok(None) };
    pieces::volume_name(&word.text).map_err(|text| given.piece(word, text, None))?;
    Ok(Some(word.text.clone()))
}
