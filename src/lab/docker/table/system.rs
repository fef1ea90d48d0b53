//! Rows: commands on all of the lab.

use super::shared::{FORCE, NONE, SOME, TEMPLATE, switch, value};
use super::{Command, Opt, Verb};

pub(super) const ROWS: &[Command] = &[
    Command {
        verb: Verb::Inspect,
        names: &["inspect"],
        arguments: "NAME|ID [NAME|ID...]",
        arity: SOME,
        ends_flags: false,
        flags: &[
            TEMPLATE,
            value(Opt::Type, None, "type", "string", "Only a container, an image or a volume"),
        ],
        foreign: &["s", "size"],
        about: "Show all that is known of a container, image or volume, as JSON",
    },
    Command {
        verb: Verb::Version,
        names: &["version"],
        arguments: "",
        arity: NONE,
        ends_flags: false,
        flags: &[TEMPLATE],
        foreign: &[],
        about: "Say what stands behind these commands",
    },
    Command {
        verb: Verb::Info,
        names: &["info", "system info"],
        arguments: "",
        arity: NONE,
        ends_flags: false,
        flags: &[TEMPLATE],
        foreign: &[],
        about: "Count what is in the lab",
    },
    Command {
        verb: Verb::SystemDf,
        names: &["system df"],
        arguments: "",
        arity: NONE,
        ends_flags: false,
        flags: &[],
        foreign: &["format", "v", "verbose"],
        about: "Show how much is on the disk",
    },
    Command {
        verb: Verb::SystemPrune,
        names: &["system prune"],
        arguments: "",
        arity: NONE,
        ends_flags: false,
        flags: &[
            switch(Opt::All, Some('a'), "all", "Remove all images that nothing uses"),
            FORCE,
            switch(Opt::Volumes, None, "volumes", "Remove anonymous volumes too"),
        ],
        foreign: &["filter"],
        about: "Remove all that nothing uses",
    },
];
