//! The docker commands the lab knows, as one table: names, usage lines, how many arguments, flags.
//!
//! Parsing, help, error texts and completion all come from these rows, a file for each kind of
//! thing. Knows no container.

mod absent;
mod compose;
mod containers;
mod images;
mod shared;
mod system;
mod volumes;

pub use absent::{Absent, absent};
pub use compose::{ComposeVerb, GLOBAL as COMPOSE};

/// One option of a command. Its own enum, so that a misspelt flag name cannot compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opt {
    /// `-a`: stopped ones as well, or all of a kind.
    All,
    /// `-a` of `start`: show what it writes.
    Attach,
    /// `-d`: in the background.
    Detach,
    /// `--digests`
    Digests,
    /// `-e`: a variable of its environment.
    Env,
    /// `-f`: which rows.
    Filter,
    /// `-f` of `logs`: go on reading.
    Follow,
    /// `-f`: do it although it runs, or without asking.
    Force,
    /// `-f` of `compose`: which file.
    File,
    /// `--format`: how it is printed.
    Format,
    /// `--help`
    Help,
    /// `-h`: its name in its network.
    Hostname,
    /// `-i`: keep standard input open.
    Interactive,
    /// `-n` of `ps`: so many of the newest.
    Last,
    /// `-l`: only the newest.
    Latest,
    /// `--mount`
    Mount,
    /// `--name`
    Name,
    /// `--network`
    Network,
    /// `--no-color` of `compose logs`
    NoColor,
    /// `--no-log-prefix` of `compose logs`
    NoLogPrefix,
    /// `-T` of `compose exec`: no terminal.
    NoTty,
    /// `--no-trunc`: whole ids and commands.
    NoTrunc,
    /// `--platform`
    Platform,
    /// `-p` of `compose`: what the project is called.
    Project,
    /// `-p`
    Publish,
    /// `-P`: every port of the image.
    PublishAll,
    /// `--pull`: when the image is fetched.
    Pull,
    /// `-q`: ids or names only, or less to read.
    Quiet,
    /// `--force-recreate`: containers are made anew.
    Recreate,
    /// `--rm`
    Remove,
    /// `--remove-orphans`: containers that the file does not describe go too.
    RemoveOrphans,
    /// `--restart`: what happens when it ends.
    Restart,
    /// `--services`: only their names.
    Services,
    /// `-s`: which signal.
    Signal,
    /// `-n`: how many of the last lines.
    Tail,
    /// `-t` of `logs`: the time before each line.
    Timestamps,
    /// `-t` of `stop` and `restart`: seconds before it is killed.
    Timeout,
    /// `-t`: a terminal.
    Tty,
    /// `--type` of `inspect`
    Type,
    /// `-u`: whose rights it has.
    User,
    /// `--volumes` of `prune` and `down`: volumes too.
    Volumes,
    /// `-v`: a volume at a place in the container; of `rm`: its anonymous volumes too.
    Volume,
    /// `--wait`: until they run.
    Wait,
    /// `-w`: where it begins to work.
    Workdir,
}

/// A flag as it is written.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// What it means.
    pub opt: Opt,
    /// Without the two dashes.
    pub long: &'static str,
    /// The letter after a single dash.
    pub short: Option<char>,
    /// What its value is called; none: the flag is a switch.
    pub value: Option<&'static str>,
    /// For help, one line.
    pub about: &'static str,
}

/// Which command a row describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `docker run`
    Run,
    /// `docker create`
    Create,
    /// `docker ps`
    Ps,
    /// `docker stop`
    Stop,
    /// `docker start`
    Start,
    /// `docker restart`
    Restart,
    /// `docker kill`
    Kill,
    /// `docker rm`
    Rm,
    /// `docker logs`
    Logs,
    /// `docker exec`
    Exec,
    /// `docker port`
    Port,
    /// `docker top`
    Top,
    /// `docker rename`
    Rename,
    /// `docker wait`
    Wait,
    /// `docker inspect`
    Inspect,
    /// `docker container inspect`
    ContainerInspect,
    /// `docker container prune`
    ContainerPrune,
    /// `docker pull`
    Pull,
    /// `docker images`
    Images,
    /// `docker image inspect`
    ImageInspect,
    /// `docker rmi`
    Rmi,
    /// `docker image prune`
    ImagePrune,
    /// `docker volume create`
    VolumeCreate,
    /// `docker volume ls`
    VolumeLs,
    /// `docker volume inspect`
    VolumeInspect,
    /// `docker volume rm`
    VolumeRm,
    /// `docker volume prune`
    VolumePrune,
    /// `docker version`
    Version,
    /// `docker info`
    Info,
    /// `docker system df`
    SystemDf,
    /// `docker system prune`
    SystemPrune,
    /// `docker compose`, one of its commands.
    Compose(ComposeVerb),
}

/// How many arguments a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arity {
    /// At least so many.
    pub least: usize,
    /// At most so many; none: any number.
    pub most: Option<usize>,
}

/// One row of the table.
#[derive(Debug)]
pub struct Command {
    /// What it is.
    pub verb: Verb,
    /// Its name after `docker`, first the usual one, then the others Docker accepts.
    pub names: &'static [&'static str],
    /// Its arguments in the usage line, after `[OPTIONS]`; may be empty.
    pub arguments: &'static str,
    /// How many arguments.
    pub arity: Arity,
    /// Whether the first argument ends the flags: what follows belongs to the container.
    pub ends_flags: bool,
    /// Its flags, beside `--help`.
    pub flags: &'static [Flag],
    /// Flags that Docker has and the lab does not, without their dashes.
    pub foreign: &'static [&'static str],
    /// For help, one line.
    pub about: &'static str,
}

impl Command {
    /// The usual name, such as `volume ls`.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    /// The usage line, without `Usage:`.
    pub fn usage(&self) -> String {
        let options = if self.flags.is_empty() { "" } else { " [OPTIONS]" };
        let line = format!("docker {}{options} {}", self.name(), self.arguments);
        line.trim_end().to_owned()
    }
}

/// The flag that every command has.
pub const HELP: Flag = shared::switch(Opt::Help, None, "help", "Show this help");

/// Every command of the lab, in the order of help.
pub fn commands() -> impl Iterator<Item = &'static Command> {
    [containers::ROWS, images::ROWS, volumes::ROWS, system::ROWS, compose::ROWS]
        .into_iter()
        .flatten()
}

/// The row of a name, such as `volume ls`.
pub fn named(name: &str) -> Option<&'static Command> {
    commands().find(|row| row.names.contains(&name))
}

/// A first word that needs a second one.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    /// The word.
    pub name: &'static str,
    /// Whether Docker's usage line for it has the word `COMMAND`.
    pub has_usage: bool,
    /// For help, one line.
    pub about: &'static str,
}

/// The groups, in the order of help.
pub const GROUPS: &[Group] = &[
    Group { name: "volume", has_usage: true, about: "Volumes: where data outlives containers" },
    Group { name: "compose", has_usage: true, about: "What a compose file describes, as one" },
    Group { name: "container", has_usage: false, about: "The commands above on containers" },
    Group { name: "image", has_usage: false, about: "The commands above on images" },
    Group { name: "system", has_usage: false, about: "All of the lab at once" },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_rows_share_a_name() {
        let mut seen = HashSet::new();
        for name in commands().flat_map(|row| row.names) {
            assert!(seen.insert(name), "`docker {name}` stands in two rows");
        }
    }

    #[test]
    fn no_two_flags_of_a_row_share_a_spelling() {
        for row in commands() {
            let mut longs = HashSet::from([HELP.long]);
            let mut shorts = HashSet::new();
            for flag in row.flags {
                assert!(longs.insert(flag.long), "--{} twice in {}", flag.long, row.name());
                if let Some(short) = flag.short {
                    assert!(shorts.insert(short), "-{short} twice in {}", row.name());
                }
            }
        }
    }

    #[test]
    fn every_name_of_two_words_belongs_to_a_group() {
        for name in commands().flat_map(|row| row.names) {
            if let Some((group, _)) = name.split_once(' ') {
                assert!(GROUPS.iter().any(|known| known.name == group), "{name} has no group");
            }
        }
    }
}
