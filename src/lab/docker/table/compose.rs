//! Rows: `docker compose`.

use super::shared::{
    ANY, FOLLOW, GRACE, KEEP_OPEN, NONE, SIGNAL, TAIL, TIMESTAMPS, TWO_OR_MORE, switch, value,
};
use super::{Command, Flag, Opt, Verb};

/// A command of `docker compose`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComposeVerb {
    /// `docker compose up`
    Up,
    /// `docker compose down`
    Down,
    /// `docker compose ps`
    Ps,
    /// `docker compose logs`
    Logs,
    /// `docker compose stop`
    Stop,
    /// `docker compose start`
    Start,
    /// `docker compose restart`
    Restart,
    /// `docker compose kill`
    Kill,
    /// `docker compose exec`
    Exec,
    /// `docker compose pull`
    Pull,
    /// `docker compose config`
    Config,
    /// `docker compose version`
    Version,
}

/// What stands between `docker compose` and the name of its command.
pub static GLOBAL: Command = Command {
    verb: Verb::Compose(ComposeVerb::Version),
    names: &["compose"],
    arguments: "COMMAND",
    arity: ANY,
    ends_flags: true,
    flags: &[
        value(Opt::File, Some('f'), "file", "FILE", "The compose file"),
        value(Opt::Project, Some('p'), "project-name", "NAME", "The project's name"),
    ],
    foreign: &[
        "all-resources",
        "ansi",
        "compatibility",
        "dry-run",
        "env-file",
        "parallel",
        "profile",
        "progress",
        "project-directory",
    ],
    about: "Start and stop the containers that a compose file describes",
};

const SERVICES: &str = "[SERVICE...]";
const QUIET: Flag = switch(Opt::Quiet, Some('q'), "quiet", "Show less");

const fn row(
    verb: ComposeVerb,
    names: &'static [&'static str],
    flags: &'static [Flag],
    foreign: &'static [&'static str],
    about: &'static str,
) -> Command {
    Command {
        verb: Verb::Compose(verb),
        names,
        arguments: SERVICES,
        arity: ANY,
        ends_flags: false,
        flags,
        foreign,
        about,
    }
}

pub(super) const ROWS: &[Command] = &[
    row(
        ComposeVerb::Up,
        &["compose up"],
        &[
            switch(Opt::Detach, Some('d'), "detach", "Run in the background"),
            switch(Opt::Recreate, None, "force-recreate", "Make the containers anew"),
            switch(Opt::RemoveOrphans, None, "remove-orphans", "Remove what is not in the file"),
            value(
                Opt::Pull,
                None,
                "pull",
                "string",
                "When images are fetched: always, missing, never",
            ),
            switch(Opt::Wait, None, "wait", "Wait until the services run"),
        ],
        &[
            "abort-on-container-exit",
            "always-recreate-deps",
            "attach",
            "build",
            "exit-code-from",
            "no-attach",
            "no-build",
            "no-color",
            "no-deps",
            "no-log-prefix",
            "no-recreate",
            "no-start",
            "V",
            "renew-anon-volumes",
            "scale",
            "t",
            "timeout",
            "timestamps",
            "w",
            "watch",
            "y",
            "yes",
        ],
        "Make and start the containers of the file",
    ),
    row(
        ComposeVerb::Down,
        &["compose down"],
        &[
            switch(Opt::Volumes, Some('v'), "volumes", "Remove its volumes and their data too"),
            switch(Opt::RemoveOrphans, None, "remove-orphans", "Remove what is not in the file"),
            GRACE,
        ],
        &["rmi"],
        "Stop and remove the containers of the file",
    ),
    row(
        ComposeVerb::Ps,
        &["compose ps"],
        &[
            switch(Opt::All, Some('a'), "all", "Show stopped containers as well"),
            switch(Opt::Quiet, Some('q'), "quiet", "Show ids only"),
            switch(Opt::Services, None, "services", "Show the names of services only"),
        ],
        &["filter", "format", "no-trunc", "orphans", "status"],
        "List the containers of the file",
    ),
    row(
        ComposeVerb::Logs,
        &["compose logs"],
        &[
            FOLLOW,
            TAIL,
            TIMESTAMPS,
            switch(Opt::NoLogPrefix, None, "no-log-prefix", "Leave the name before each line out"),
            switch(Opt::NoColor, None, "no-color", "Accepted: these lines have no colour"),
        ],
        &["index", "since", "until"],
        "Show what the containers have written",
    ),
    row(
        ComposeVerb::Stop,
        &["compose stop"],
        &[GRACE],
        &[],
        "Stop the containers without removing them",
    ),
    row(ComposeVerb::Start, &["compose start"], &[], &["wait"], "Start the containers again"),
    row(
        ComposeVerb::Restart,
        &["compose restart"],
        &[GRACE],
        &["no-deps"],
        "Stop the containers and start them again",
    ),
    row(ComposeVerb::Kill, &["compose kill"], &[SIGNAL], &["remove-orphans"], "End them at once"),
    Command {
        arguments: "SERVICE COMMAND [ARG...]",
        arity: TWO_OR_MORE,
        ends_flags: true,
        ..row(
            ComposeVerb::Exec,
            &["compose exec"],
            &[
                switch(Opt::NoTty, Some('T'), "no-TTY", "Give it no terminal"),
                KEEP_OPEN,
                switch(Opt::Tty, Some('t'), "tty", "Give it a terminal, as without it"),
            ],
            &["d", "detach", "e", "env", "index", "privileged", "u", "user", "w", "workdir"],
            "Run a program inside a service's container",
        )
    },
    row(ComposeVerb::Pull, &["compose pull"], &[QUIET], &[], "Fetch the images of the file"),
    row(
        ComposeVerb::Config,
        &["compose config"],
        &[
            QUIET,
            switch(Opt::Services, None, "services", "Show the names of services only"),
            switch(Opt::Volumes, None, "volumes", "Show the names of volumes only"),
        ],
        &["format", "hash", "images", "no-interpolate", "o", "output", "profiles"],
        "Check the file and show how it is understood",
    ),
    Command {
        arguments: "",
        arity: NONE,
        ..row(
            ComposeVerb::Version,
            &["compose version"],
            &[],
            &["f", "format", "short"],
            "Show the version",
        )
    },
];
