//! What can stand at a place in a docker line: commands, flags, the names of what is there.
//!
//! Offers; judges nothing.

use super::table::{Command, ComposeVerb, Flag, GROUPS, Opt, Verb, named};
use super::wrong::{group, members};
use crate::lab::model::image::{RELEASES, REPOSITORY};
use crate::lab::model::{Container, Model};

/// Something that could be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word.
    pub text: String,
    /// What it is, a few words.
    pub about: String,
}

fn candidate(text: impl Into<String>, about: impl Into<String>) -> Candidate {
    Candidate { text: text.into(), about: about.into() }
}

/// What can follow `before`, the whole words between `docker` and the one that begins with `start`.
pub fn complete(model: &Model, before: &[&str], start: &str) -> Vec<Candidate> {
    let mut all = match before {
        [] => {
            let groups = GROUPS.iter().map(|group| candidate(group.name, group.about));
            members(None).map(|(name, row)| candidate(name, row.about)).chain(groups).collect()
        }
        [first] if group(first).is_some() => {
            let of_group = members(group(first));
            of_group.map(|(name, row)| candidate(name, row.about)).collect()
        }
        [first, rest @ ..] => match group(first) {
            Some(_) => {
                let name = rest.first().map(|second| format!("{first} {second}"));
                arguments(model, name.as_deref(), rest.get(1..).unwrap_or_default(), start)
            }
            None => arguments(model, Some(first), rest, start),
        },
    };
    all.retain(|candidate| candidate.text.starts_with(start));
    all
}

/// The command that `before` names, for the grey rest of its usage.
pub fn command_of(before: &[&str]) -> Option<&'static Command> {
    let mut words = before.iter();
    let first = words.next()?;
    match group(first) {
        Some(group) => named(&format!("{} {}", group.name, words.next()?)),
        None => named(first),
    }
}

/// The grey rest of the usage behind `before`, the words after `docker`; nothing where they name no
/// command.
pub fn rest(before: &[&str]) -> Option<String> {
    let row = command_of(before)?;
    let named = before.first().map_or(1, |first| 1 + usize::from(group(first).is_some()));
    let mut operands: Vec<&str> = row.arguments.split_whitespace().collect();
    let mut positional = 0_usize;
    let mut awaited: Option<&Flag> = None;
    for word in before.get(named..).unwrap_or_default() {
        if awaited.take().is_some() {
            continue;
        }
        if word.starts_with('-') && (positional == 0 || !row.ends_flags) {
            awaited = row.flags.iter().find(|flag| flag.value.is_some() && ends_in(flag, word));
            continue;
        }
        positional += 1;
        // What may come again stays to the end.
        if operands.first().is_some_and(|operand| !operand.ends_with("...]")) {
            operands.remove(0);
        }
    }
    let mut parts = Vec::new();
    parts.extend(awaited.and_then(|flag| flag.value));
    if positional == 0 && !row.flags.is_empty() {
        parts.push("[OPTIONS]");
    }
    parts.append(&mut operands);
    Some(parts.join(" "))
}

/// What can follow a command's name.
fn arguments(model: &Model, name: Option<&str>, words: &[&str], start: &str) -> Vec<Candidate> {
    let Some(row) = name.and_then(named) else { return Vec::new() };
    let mut positional = 0_usize;
    let mut awaited: Option<&Flag> = None;
    for word in words {
        if awaited.take().is_some() {
            continue;
        }
        if word.starts_with('-') && (positional == 0 || !row.ends_flags) {
            awaited = row.flags.iter().find(|flag| flag.value.is_some() && ends_in(flag, word));
        } else {
            positional += 1;
        }
    }
    if let Some(flag) = awaited {
        return values(model, flag);
    }
    if start.starts_with('-') && (positional == 0 || !row.ends_flags) {
        return row.flags.iter().map(|flag| candidate(spelling(flag, start), flag.about)).collect();
    }
    operands(model, row.verb, positional, words)
}

/// Whether a word is this flag, without a value of its own.
fn ends_in(flag: &Flag, word: &str) -> bool {
    match word.strip_prefix("--") {
        Some(long) => long == flag.long,
        None => flag.short.is_some_and(|short| word.ends_with(short)),
    }
}

/// A flag as it completes what was begun.
fn spelling(flag: &Flag, start: &str) -> String {
    match flag.short {
        Some(short) if !start.starts_with("--") => format!("-{short}"),
        Some(_) | None => format!("--{}", flag.long),
    }
}

/// Values of a flag.
fn values(model: &Model, flag: &Flag) -> Vec<Candidate> {
    if flag.opt == Opt::Publish {
        return vec![candidate("6379:6379", "Redis's port, the same on both sides")];
    }
    if flag.opt == Opt::Volume {
        let named = model.volumes.iter().filter(|volume| volume.is_named());
        return named.map(|volume| candidate(format!("{}:/data", volume.name), "volume")).collect();
    }
    Vec::new()
}

/// What a command works on.
fn operands(model: &Model, verb: Verb, positional: usize, words: &[&str]) -> Vec<Candidate> {
    let containers = |wanted: fn(&Container) -> bool| {
        model
            .containers
            .iter()
            .rev()
            .filter(|container| wanted(container) && !words.contains(&container.name.as_str()))
            .map(|container| candidate(&container.name, container.state_word()))
            .collect::<Vec<_>>()
    };
    let volumes = || {
        let named = model.volumes.iter().filter(|volume| volume.is_named());
        named.map(|volume| candidate(&volume.name, "volume")).collect::<Vec<_>>()
    };
    match verb {
        Verb::Run | Verb::Create | Verb::Pull if positional == 0 => images(),
        Verb::Run | Verb::Create if positional == 1 => {
            vec![candidate("redis-server", "its arguments follow")]
        }
        Verb::Rmi | Verb::ImageInspect => pulled(model),
        Verb::Stop | Verb::Kill => containers(Container::is_running),
        Verb::Start => containers(|container| !container.is_running()),
        Verb::Restart | Verb::Rm | Verb::ContainerInspect | Verb::Wait => containers(|_| true),
        Verb::Logs | Verb::Rename | Verb::Port if positional == 0 => containers(|_| true),
        Verb::Exec | Verb::Top if positional == 0 => containers(Container::is_running),
        Verb::Exec if positional == 1 => vec![candidate("redis-cli", "a client inside")],
        Verb::Inspect => {
            let mut all = containers(|_| true);
            all.extend(volumes());
            all.extend(pulled(model));
            all
        }
        Verb::VolumeInspect | Verb::VolumeRm => volumes(),
        Verb::Compose(verb) => services(model, verb, positional, words),
        Verb::Run
        | Verb::Create
        | Verb::Pull
        | Verb::Logs
        | Verb::Rename
        | Verb::Port
        | Verb::Exec
        | Verb::Top
        | Verb::Ps
        | Verb::Images
        | Verb::VolumeCreate
        | Verb::VolumeLs
        | Verb::ContainerPrune
        | Verb::ImagePrune
        | Verb::VolumePrune
        | Verb::SystemPrune
        | Verb::SystemDf
        | Verb::Version
        | Verb::Info => Vec::new(),
    }
}

/// The services that have a container; what else is in a file, no container tells.
fn services(model: &Model, verb: ComposeVerb, positional: usize, words: &[&str]) -> Vec<Candidate> {
    match verb {
        ComposeVerb::Exec if positional == 1 => {
            return vec![candidate("redis-cli", "a client inside")];
        }
        ComposeVerb::Exec if positional > 1 => return Vec::new(),
        ComposeVerb::Config | ComposeVerb::Version => return Vec::new(),
        ComposeVerb::Up
        | ComposeVerb::Down
        | ComposeVerb::Ps
        | ComposeVerb::Logs
        | ComposeVerb::Stop
        | ComposeVerb::Start
        | ComposeVerb::Restart
        | ComposeVerb::Kill
        | ComposeVerb::Exec
        | ComposeVerb::Pull => {}
    }
    let made = model.containers.iter().filter_map(|container| {
        let service = container.service.as_ref()?;
        let is_new = !words.contains(&service.name.as_str());
        is_new.then(|| candidate(&service.name, container.state_word()))
    });
    made.collect()
}

/// The images that were fetched.
fn pulled(model: &Model) -> Vec<Candidate> {
    let pulled = model.images.iter();
    pulled.map(|image| candidate(format!("{REPOSITORY}:{}", image.tag), "image")).collect()
}

/// The image tags there are, without those that only repeat a version in full.
fn images() -> Vec<Candidate> {
    let tags = RELEASES.iter().flat_map(|release| {
        let short = release.tags.iter().filter(|tag| **tag != release.version);
        short.map(move |tag| candidate(format!("{REPOSITORY}:{tag}"), release.version))
    });
    std::iter::once(candidate(REPOSITORY, "the latest")).chain(tags).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::Bench;

    /// The offers for a line, of which the last word is unfinished.
    fn offers(line: &str) -> Vec<String> {
        let mut bench = Bench::new();
        bench.run("docker run -d --name up -v redis-data:/data redis");
        bench.run("docker run -d --name down redis");
        bench.run("docker stop down");
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        let (start, before) = words.split_last().unwrap();
        let offers = complete(bench.lab.model(), before, start);
        offers.into_iter().map(|offer| offer.text).collect()
    }

    #[test]
    fn every_place_has_its_own_offers() {
        let none: [&str; 0] = [];
        assert_eq!(offers("docker st"), ["stop", "start"]);
        assert_eq!(offers("docker vo"), ["volume"]);
        assert_eq!(offers("docker volume "), ["create", "ls", "inspect", "rm", "prune"]);
        assert_eq!(offers("docker container ru"), ["run"]);
        assert_eq!(offers("docker image "), ["pull", "ls", "inspect", "rm", "prune"]);
        assert_eq!(offers("docker rmi "), ["redis:latest", "redis:8"]);
        assert_eq!(offers("docker inspect r"), ["redis-data", "redis:latest", "redis:8"]);
        assert_eq!(offers("docker rename "), ["down", "up"]);
        assert_eq!(offers("docker port d"), ["down"]);
        assert_eq!(offers("docker stop "), ["up"]);
        assert_eq!(offers("docker start "), ["down"]);
        assert_eq!(offers("docker rm "), ["down", "up"]);
        assert_eq!(offers("docker rm up "), ["down"]);
        assert_eq!(offers("docker rm --"), ["--force", "--volumes"]);
        assert_eq!(offers("docker rm up -"), ["-f", "-v"]);
        assert_eq!(offers("docker volume rm r"), ["redis-data"]);
        assert_eq!(offers("docker run -d -p "), ["6379:6379"]);
        assert_eq!(offers("docker run -dp "), ["6379:6379"]);
        assert_eq!(offers("docker run -d -v "), ["redis-data:/data"]);
        assert_eq!(offers("docker run --name "), none);
        assert_eq!(
            offers("docker run --name x redis:8."),
            ["redis:8.6", "redis:8.4", "redis:8.2", "redis:8.0"]
        );
        assert_eq!(offers("docker run redis:8 r"), ["redis-server"]);
        assert_eq!(offers("docker run redis:8 -"), none);
        assert_eq!(offers("docker exec -it "), ["up"]);
        assert_eq!(offers("docker exec -it up "), ["redis-cli"]);
        assert_eq!(offers("docker nothing "), none);
        assert_eq!(offers("docker volume nothing "), none);
    }

    #[test]
    fn services_of_a_compose_file_are_offered() {
        let mut bench = Bench::new();
        let file = "services: {db: {image: redis}, cache: {image: redis}}";
        bench.folder.0 = Some(file.to_owned());
        bench.run("docker compose up -d");
        let offers = |line: &str| {
            let words: Vec<&str> = line.split(' ').skip(1).collect();
            let (start, before) = words.split_last().unwrap();
            let offers = complete(bench.lab.model(), before, start).into_iter();
            offers.map(|offer| offer.text).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(offers("docker compose st"), ["stop", "start"]);
        assert_eq!(offers("docker compose stop "), ["db", "cache"]);
        assert_eq!(offers("docker compose stop db "), ["cache"]);
        assert_eq!(offers("docker compose exec d"), ["db"]);
        assert_eq!(offers("docker compose exec db "), ["redis-cli"]);
        assert_eq!(offers("docker compose exec db redis-cli "), none);
        assert_eq!(offers("docker compose down --v"), ["--volumes"]);
        assert_eq!(offers("docker compose config "), none);
    }

    #[test]
    fn a_begun_command_has_a_usage() {
        assert_eq!(
            command_of(&["volume", "rm", "x"]).map(Command::usage),
            Some("docker volume rm [OPTIONS] VOLUME [VOLUME...]".to_owned())
        );
        assert_eq!(command_of(&["volume"]).map(Command::name), None);
        assert_eq!(command_of(&["container", "ls"]).map(Command::name), Some("ps"));
    }
}
