//! The docker commands the lab knows, as one table: names, usage lines, how many arguments, flags.
//!
//! Parsing, help, error texts and completion all come from these rows. Knows no container.

/// One option of a command. Its own enum, so that a misspelt flag name cannot compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opt {
    /// `-a`: stopped ones as well.
    All,
    /// `-d`: in the background.
    Detach,
    /// `-f`: which rows.
    Filter,
    /// `-f` of `logs`: go on reading.
    Follow,
    /// `-f`: do it although it runs.
    Force,
    /// `-f` of `inspect`: one value of it.
    Format,
    /// `--help`
    Help,
    /// `-i`: keep standard input open.
    Interactive,
    /// `-l`: only the newest.
    Latest,
    /// `--name`
    Name,
    /// `--no-trunc`: whole ids and commands.
    NoTrunc,
    /// `-p`
    Publish,
    /// `-q`: ids or names only.
    Quiet,
    /// `--rm`
    Remove,
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
    /// `-v`: a volume at a place in the container; of `rm`: its anonymous volumes too.
    Volume,
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
    /// `docker pull`
    Pull,
    /// `docker images`
    Images,
    /// `docker inspect`
    Inspect,
    /// `docker volume create`
    VolumeCreate,
    /// `docker volume ls`
    VolumeLs,
    /// `docker volume inspect`
    VolumeInspect,
    /// `docker volume rm`
    VolumeRm,
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
        let line = format!("docker {} [OPTIONS] {}", self.name(), self.arguments);
        line.trim_end().to_owned()
    }
}

const NONE: Arity = Arity { least: 0, most: Some(0) };
const ONE: Arity = Arity { least: 1, most: Some(1) };
const MAYBE_ONE: Arity = Arity { least: 0, most: Some(1) };
const SOME: Arity = Arity { least: 1, most: None };
const TWO_OR_MORE: Arity = Arity { least: 2, most: None };

/// A switch: a flag without a value.
const fn switch(opt: Opt, short: Option<char>, long: &'static str, about: &'static str) -> Flag {
    Flag { opt, long, short, value: None, about }
}

/// A flag with a value.
const fn value(
    opt: Opt,
    short: Option<char>,
    long: &'static str,
    value: &'static str,
    about: &'static str,
) -> Flag {
    Flag { opt, long, short, value: Some(value), about }
}

/// The flag that every command has.
pub const HELP: Flag = switch(Opt::Help, None, "help", "Show this help");

const QUIET_IDS: Flag = switch(Opt::Quiet, Some('q'), "quiet", "Show ids only");
const NO_TRUNC: Flag = switch(Opt::NoTrunc, None, "no-trunc", "Show ids and commands in full");
const GRACE: Flag =
    value(Opt::Timeout, Some('t'), "timeout", "int", "Seconds it has for its shutdown");
/// The older name of `--timeout`, still accepted.
const TIME: Flag = value(Opt::Timeout, None, "time", "int", "The same as --timeout");
const KEEP_OPEN: Flag =
    switch(Opt::Interactive, Some('i'), "interactive", "Keep standard input open");
const TERMINAL: Flag = switch(Opt::Tty, Some('t'), "tty", "Give it a terminal");
const ONE_VALUE: Flag =
    value(Opt::Format, Some('f'), "format", "string", "Print one value, as {{.State.Status}}");

/// Every command of the lab, in the order of help.
pub const COMMANDS: &[Command] = &[
    Command {
        verb: Verb::Run,
        names: &["run", "container run"],
        arguments: "IMAGE [COMMAND] [ARG...]",
        arity: SOME,
        ends_flags: true,
        flags: &[
            switch(Opt::Detach, Some('d'), "detach", "Run in the background and print the id"),
            switch(Opt::Remove, None, "rm", "Remove the container when it stops"),
            value(Opt::Name, None, "name", "string", "Name the container"),
            value(Opt::Publish, Some('p'), "publish", "HOST:CONTAINER", "Publish a port"),
            value(Opt::Volume, Some('v'), "volume", "NAME:/data", "Keep a directory in a volume"),
            KEEP_OPEN,
            TERMINAL,
        ],
        about: "Make a container of an image and start it",
    },
    Command {
        verb: Verb::Ps,
        names: &["ps", "container ls", "container ps", "container list"],
        arguments: "",
        arity: NONE,
        ends_flags: false,
        flags: &[
            switch(Opt::All, Some('a'), "all", "Show stopped containers as well"),
            switch(Opt::Latest, Some('l'), "latest", "Show the newest container only"),
            value(
                Opt::Filter,
                Some('f'),
                "filter",
                "KEY=VALUE",
                "Show those with this name, id, status or volume",
            ),
            NO_TRUNC,
            QUIET_IDS,
        ],
        about: "List containers",
    },
    Command {
        verb: Verb::Stop,
        names: &["stop", "container stop"],
        arguments: "CONTAINER [CONTAINER...]",
        arity: SOME,
        ends_flags: false,
        flags: &[GRACE, TIME],
        about: "Ask containers to shut down (SIGTERM: Redis writes its snapshot first)",
    },
    Command {
        verb: Verb::Start,
        names: &["start", "container start"],
        arguments: "CONTAINER [CONTAINER...]",
        arity: SOME,
        ends_flags: false,
        flags: &[],
        about: "Start stopped containers again, with their data",
    },
    Command {
        verb: Verb::Restart,
        names: &["restart", "container restart"],
        arguments: "CONTAINER [CONTAINER...]",
        arity: SOME,
        ends_flags: false,
        flags: &[GRACE, TIME],
        about: "Stop containers and start them again, with their data",
    },
    Command {
        verb: Verb::Kill,
        names: &["kill", "container kill"],
        arguments: "CONTAINER [CONTAINER...]",
        arity: SOME,
        ends_flags: false,
        flags: &[value(Opt::Signal, Some('s'), "signal", "string", "KILL (as without it) or TERM")],
        about: "End containers at once (SIGKILL: nothing is written first)",
    },
    Command {
        verb: Verb::Rm,
        names: &["rm", "container rm", "container remove"],
        arguments: "CONTAINER [CONTAINER...]",
        arity: SOME,
        ends_flags: false,
        flags: &[
            switch(Opt::Force, Some('f'), "force", "Kill a running container first"),
            switch(Opt::Volume, Some('v'), "volumes", "Remove its anonymous volumes too"),
        ],
        about: "Remove containers",
    },
    Command {
        verb: Verb::Logs,
        names: &["logs", "container logs"],
        arguments: "CONTAINER",
        arity: ONE,
        ends_flags: false,
        flags: &[
            switch(
                Opt::Follow,
                Some('f'),
                "follow",
                "Wait for further lines (the lab shows those so far)",
            ),
            value(Opt::Tail, Some('n'), "tail", "string", "Show only so many of the last lines"),
            switch(Opt::Timestamps, Some('t'), "timestamps", "Show the time of each line"),
        ],
        about: "Show what a container has written",
    },
    Command {
        verb: Verb::Exec,
        names: &["exec", "container exec"],
        arguments: "CONTAINER COMMAND [ARG...]",
        arity: TWO_OR_MORE,
        ends_flags: true,
        flags: &[
            KEEP_OPEN,
            TERMINAL,
            switch(Opt::Detach, Some('d'), "detach", "Run it in the background"),
        ],
        about: "Run redis-cli inside a running container",
    },
    Command {
        verb: Verb::Pull,
        names: &["pull", "image pull"],
        arguments: "NAME[:TAG|@DIGEST]",
        arity: ONE,
        ends_flags: false,
        flags: &[switch(Opt::Quiet, Some('q'), "quiet", "Print the image's name only")],
        about: "Fetch an image",
    },
    Command {
        verb: Verb::Images,
        names: &["images", "image ls", "image list"],
        arguments: "[REPOSITORY[:TAG]]",
        arity: MAYBE_ONE,
        ends_flags: false,
        flags: &[switch(Opt::All, Some('a'), "all", "Show all images"), NO_TRUNC, QUIET_IDS],
        about: "List the images fetched so far",
    },
    Command {
        verb: Verb::Inspect,
        names: &["inspect", "container inspect"],
        arguments: "NAME|ID [NAME|ID...]",
        arity: SOME,
        ends_flags: false,
        flags: &[ONE_VALUE],
        about: "Show all that is known of a container or volume, as JSON",
    },
    Command {
        verb: Verb::VolumeCreate,
        names: &["volume create"],
        arguments: "[VOLUME]",
        arity: MAYBE_ONE,
        ends_flags: false,
        flags: &[],
        about: "Make a volume",
    },
    Command {
        verb: Verb::VolumeLs,
        names: &["volume ls", "volume list"],
        arguments: "",
        arity: NONE,
        ends_flags: false,
        flags: &[switch(Opt::Quiet, Some('q'), "quiet", "Show names only")],
        about: "List volumes",
    },
    Command {
        verb: Verb::VolumeInspect,
        names: &["volume inspect"],
        arguments: "VOLUME [VOLUME...]",
        arity: SOME,
        ends_flags: false,
        flags: &[ONE_VALUE],
        about: "Show all that is known of a volume, as JSON",
    },
    Command {
        verb: Verb::VolumeRm,
        names: &["volume rm", "volume remove"],
        arguments: "VOLUME [VOLUME...]",
        arity: SOME,
        ends_flags: false,
        flags: &[switch(
            Opt::Force,
            Some('f'),
            "force",
            "Say nothing of a volume that is not there",
        )],
        about: "Remove volumes and their data",
    },
];

/// The first words that need a second one, such as `volume`.
pub const GROUPS: &[&str] = &["container", "image", "volume"];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_rows_share_a_name() {
        let mut seen = HashSet::new();
        for name in COMMANDS.iter().flat_map(|row| row.names) {
            assert!(seen.insert(name), "`docker {name}` stands in two rows");
        }
    }

    #[test]
    fn no_two_flags_of_a_row_share_a_spelling() {
        for row in COMMANDS {
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
        for name in COMMANDS.iter().flat_map(|row| row.names) {
            if let Some((group, _)) = name.split_once(' ') {
                assert!(GROUPS.contains(&group), "{name} has no group");
            }
        }
    }
}
