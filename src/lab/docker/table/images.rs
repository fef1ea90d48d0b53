//! Rows: commands on images.

use super::shared::{
    FORCE, MAYBE_ONE, NO_TRUNC, NONE, ONE, QUIET_IDS, ROW_TEMPLATE, SOME, TEMPLATE, switch, value,
};
use super::{Command, Opt, Verb};

pub(super) const ROWS: &[Command] = &[
    Command {
        verb: Verb::Pull,
        names: &["pull", "image pull"],
        arguments: "NAME[:TAG|@DIGEST]",
        arity: ONE,
        ends_flags: false,
        flags: &[
            switch(Opt::Quiet, Some('q'), "quiet", "Print the image's name only"),
            value(
                Opt::Platform,
                None,
                "platform",
                "string",
                "Accepted: one engine runs everywhere",
            ),
        ],
        foreign: &["a", "all-tags", "disable-content-trust"],
        about: "Fetch an image",
    },
    Command {
        verb: Verb::Images,
        names: &["images", "image ls", "image list"],
        arguments: "[REPOSITORY[:TAG]]",
        arity: MAYBE_ONE,
        ends_flags: false,
        flags: &[
            switch(Opt::All, Some('a'), "all", "Show all images"),
            switch(Opt::Digests, None, "digests", "Show digests"),
            ROW_TEMPLATE,
            NO_TRUNC,
            QUIET_IDS,
        ],
        foreign: &["f", "filter", "tree"],
        about: "List the images fetched so far",
    },
    Command {
        verb: Verb::ImageInspect,
        names: &["image inspect"],
        arguments: "IMAGE [IMAGE...]",
        arity: SOME,
        ends_flags: false,
        flags: &[TEMPLATE],
        foreign: &["platform"],
        about: "Show all that is known of an image, as JSON",
    },
    Command {
        verb: Verb::Rmi,
        names: &["rmi", "image rm", "image remove"],
        arguments: "IMAGE [IMAGE...]",
        arity: SOME,
        ends_flags: false,
        flags: &[switch(Opt::Force, Some('f'), "force", "Although a container was made of it")],
        foreign: &["no-prune", "platform"],
        about: "Remove images",
    },
    Command {
        verb: Verb::ImagePrune,
        names: &["image prune"],
        arguments: "",
        arity: NONE,
        ends_flags: false,
        flags: &[
            switch(Opt::All, Some('a'), "all", "Remove all images that no container was made of"),
            FORCE,
        ],
        foreign: &["filter"],
        about: "Remove images that nothing uses",
    },
];
