//! Rows: commands on volumes.

use super::shared::{FORCE, MAYBE_ONE, NONE, ROW_TEMPLATE, SOME, TEMPLATE, switch, value};
use super::{Command, Opt, Verb};

pub(super) const ROWS: &[Command] = &[
    Command {
        verb: Verb::VolumeCreate,
        names: &["volume create"],
        arguments: "[VOLUME]",
        arity: MAYBE_ONE,
        ends_flags: false,
        flags: &[value(Opt::Name, None, "name", "string", "The same as the name alone")],
        foreign: &["d", "driver", "label", "o", "opt"],
        about: "Make a volume",
    },
    Command {
        verb: Verb::VolumeLs,
        names: &["volume ls", "volume list"],
        arguments: "",
        arity: NONE,
        ends_flags: false,
        flags: &[
            value(
                Opt::Filter,
                Some('f'),
                "filter",
                "KEY=VALUE",
                "Show those with this name, or dangling=true: those that nothing uses",
            ),
            ROW_TEMPLATE,
            switch(Opt::Quiet, Some('q'), "quiet", "Show names only"),
        ],
        foreign: &["cluster"],
        about: "List volumes",
    },
    Command {
        verb: Verb::VolumeInspect,
        names: &["volume inspect"],
        arguments: "VOLUME [VOLUME...]",
        arity: SOME,
        ends_flags: false,
        flags: &[TEMPLATE],
        foreign: &[],
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
        foreign: &[],
        about: "Remove volumes and their data",
    },
    Command {
        verb: Verb::VolumePrune,
        names: &["volume prune"],
        arguments: "",
        arity: NONE,
        ends_flags: false,
        flags: &[switch(Opt::All, Some('a'), "all", "Those that have a name as well"), FORCE],
        foreign: &["filter"],
        about: "Remove volumes that no container uses",
    },
];
