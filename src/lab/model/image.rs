//! The images there are: which tags of `redis` exist, and which version each one is.

use serde::{Deserialize, Serialize};

use super::ids;

/// An image as the registry has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// The whole version, as INFO reports it.
    pub version: &'static str,
    /// The tags that name it.
    pub tags: &'static [&'static str],
    /// When it was made, in milliseconds.
    pub made: u64,
    /// Its size as `docker images` shows it.
    pub size: &'static str,
}

/// The only repository of the lab.
pub const REPOSITORY: &str = "redis";

/// What the registry offers. One engine stands behind all of them: the version is what it reports.
pub const RELEASES: &[Release] = &[
    Release {
        version: "8.6.0",
        tags: &["latest", "8", "8.6", "8.6.0", "bookworm", "trixie", "alpine", "8-alpine"],
        made: 1_770_768_000_000,
        size: "137MB",
    },
    Release { version: "8.4.0", tags: &["8.4", "8.4.0"], made: 1_763_424_000_000, size: "137MB" },
    Release { version: "8.2.3", tags: &["8.2", "8.2.3"], made: 1_762_128_000_000, size: "137MB" },
    Release { version: "8.0.5", tags: &["8.0", "8.0.5"], made: 1_762_128_000_000, size: "128MB" },
    Release {
        version: "7.4.7",
        tags: &["7", "7.4", "7.4.7", "7-alpine"],
        made: 1_762_128_000_000,
        size: "117MB",
    },
    Release { version: "7.2.12", tags: &["7.2", "7.2.12"], made: 1_762_128_000_000, size: "117MB" },
    Release { version: "7.0.15", tags: &["7.0", "7.0.15"], made: 1_704_844_800_000, size: "113MB" },
    Release {
        version: "6.2.21",
        tags: &["6", "6.2", "6.2.21"],
        made: 1_762_128_000_000,
        size: "105MB",
    },
];

/// The release that a tag names.
pub fn release(tag: &str) -> Option<&'static Release> {
    RELEASES.iter().find(|release| release.tags.contains(&tag))
}

impl Release {
    /// The image's id, 64 digits.
    pub fn id(&self) -> String {
        ids::derived(&format!("image {}", self.version))
    }

    /// The digest that a pull prints, without `sha256:`.
    pub fn digest(&self) -> String {
        ids::derived(&format!("digest {}", self.version))
    }

    /// Its layers' ids, 12 digits each. The first one, the operating system, is shared by the
    /// releases of a major version.
    pub fn layers(&self) -> Vec<String> {
        let major = self.version.split('.').next().unwrap_or_default();
        let base = std::iter::once(format!("base {major}"));
        let own = (1..7).map(|n| format!("layer {n} {}", self.version));
        base.chain(own).map(|text| ids::short(&ids::derived(&text)).to_owned()).collect()
    }
}

/// An image that was pulled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pulled {
    /// The tag it was pulled under.
    pub tag: String,
    /// Its version.
    pub version: String,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_tag_names_two_releases() {
        let mut seen = HashSet::new();
        for tag in RELEASES.iter().flat_map(|release| release.tags) {
            assert!(seen.insert(tag), "{tag}");
        }
    }

    #[test]
    fn the_tags_of_the_course_resolve() {
        for (tag, version) in [
            ("8", "8.6.0"),
            ("latest", "8.6.0"),
            ("8.6", "8.6.0"),
            ("7", "7.4.7"),
            ("7.0", "7.0.15"),
        ] {
            assert_eq!(release(tag).map(|release| release.version), Some(version), "{tag}");
        }
        assert_eq!(release("99"), None);
    }

    #[test]
    fn an_image_has_seven_layers() {
        let layers = RELEASES.first().map(Release::layers).unwrap_or_default();
        assert_eq!(layers.iter().collect::<HashSet<_>>().len(), 7);
    }
}
