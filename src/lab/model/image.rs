//! The images there are: which tags of `redis` exist, and which version each one is.

use serde::{Deserialize, Serialize};

use super::ids;

/// A version as the registry has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// The whole version, as INFO reports it.
    pub version: &'static str,
    /// The tags that name it.
    pub tags: &'static [&'static str],
    /// When it was made, in milliseconds.
    pub made: u64,
    /// Its size in megabytes, on Debian and on Alpine.
    sizes: (u32, u32),
}

/// The system that an image is built on: what follows the version in its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// Without a word, or with the name of a release such as `bookworm`.
    Debian,
    /// `alpine`: smaller.
    Alpine,
}

/// An image: a version on a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// The version.
    pub release: &'static Release,
    base: Base,
}

/// The only repository of the lab.
pub const REPOSITORY: &str = "redis";

/// What the registry offers. One engine stands behind all of them: the version is what it reports.
pub const RELEASES: &[Release] = &[
    release("8.6.0", &["latest", "8", "8.6", "8.6.0"], 1_770_768_000_000, (137, 99)),
    release("8.4.0", &["8.4", "8.4.0"], 1_763_424_000_000, (137, 99)),
    release("8.2.3", &["8.2", "8.2.3"], 1_762_128_000_000, (137, 98)),
    release("8.0.5", &["8.0", "8.0.5"], 1_762_128_000_000, (128, 90)),
    release("7.4.7", &["7", "7.4", "7.4.7"], 1_762_128_000_000, (117, 41)),
    release("7.2.12", &["7.2", "7.2.12"], 1_762_128_000_000, (117, 41)),
    release("7.0.15", &["7.0", "7.0.15"], 1_704_844_800_000, (113, 30)),
    release("6.2.21", &["6", "6.2", "6.2.21"], 1_762_128_000_000, (105, 28)),
];

const fn release(
    version: &'static str,
    tags: &'static [&'static str],
    made: u64,
    sizes: (u32, u32),
) -> Release {
    Release { version, tags, made, sizes }
}

/// The image that a tag names: `8`, `8.6-alpine`, `alpine`, `7-bookworm`.
pub fn find(tag: &str) -> Option<Image> {
    if let Some(base) = base(tag) {
        return of("latest", base);
    }
    match tag.split_once('-') {
        None => of(tag, Base::Debian),
        Some(("latest", _)) => None,
        Some((number, system)) => of(number, base(system)?),
    }
}

fn of(tag: &str, base: Base) -> Option<Image> {
    let release = RELEASES.iter().find(|release| release.tags.contains(&tag))?;
    Some(Image { release, base })
}

/// The system of a word in a tag.
fn base(word: &str) -> Option<Base> {
    if matches!(word, "bookworm" | "trixie") {
        return Some(Base::Debian);
    }
    let version = word.strip_prefix("alpine")?;
    let is_version = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_version.then_some(Base::Alpine)
}

impl Image {
    /// What its ids are derived from.
    fn name(&self) -> String {
        match self.base {
            Base::Debian => self.release.version.to_owned(),
            Base::Alpine => format!("{}-alpine", self.release.version),
        }
    }

    /// The image's id, 64 digits.
    pub fn id(&self) -> String {
        ids::derived(&format!("image {}", self.name()))
    }

    /// The digest that a pull prints, without `sha256:`.
    pub fn digest(&self) -> String {
        ids::derived(&format!("digest {}", self.name()))
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        let (debian, alpine) = self.release.sizes;
        let megabytes = match self.base {
            Base::Debian => debian,
            Base::Alpine => alpine,
        };
        u64::from(megabytes) * 1_000_000
    }

    /// Its layers' ids, 64 digits each. The first one, the operating system, is shared by the
    /// releases of a major version.
    pub fn layers(&self) -> Vec<String> {
        let major = self.release.version.split('.').next().unwrap_or_default();
        let system = match self.base {
            Base::Debian => format!("base {major}"),
            Base::Alpine => format!("base {major}-alpine"),
        };
        let own = (1..7).map(|n| format!("layer {n} {}", self.name()));
        let all = std::iter::once(system).chain(own);
        all.map(|text| ids::derived(&text)).collect()
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
    fn tags_say_how_much_of_a_version_may_change() {
        for (tag, version) in [
            ("latest", "8.6.0"),
            ("8", "8.6.0"),
            ("8.6", "8.6.0"),
            ("8.6.0", "8.6.0"),
            ("8.2", "8.2.3"),
            ("7", "7.4.7"),
            ("7.2", "7.2.12"),
            ("7.0", "7.0.15"),
            ("6", "6.2.21"),
            ("alpine", "8.6.0"),
            ("7-alpine", "7.4.7"),
            ("7.2-alpine3.22", "7.2.12"),
            ("8-bookworm", "8.6.0"),
            ("trixie", "8.6.0"),
        ] {
            assert_eq!(find(tag).map(|image| image.release.version), Some(version), "{tag}");
        }
        for tag in ["99", "8.7", "8.6.1", "latest-alpine", "8-slim", "8-", "-alpine", "8-alpinex"] {
            assert_eq!(find(tag), None, "{tag}");
        }
    }

    #[test]
    fn the_same_version_is_the_same_image_and_another_system_is_not() {
        let id = |tag: &str| find(tag).map(|image| image.id());
        assert_eq!(id("8"), id("8.6.0"));
        assert_eq!(id("8"), id("bookworm"));
        assert_ne!(id("8"), id("8-alpine"));
        assert_ne!(id("8"), id("8.4"));
    }

    #[test]
    fn an_image_has_seven_layers() {
        let layers = find("8").map(|image| image.layers()).unwrap_or_default();
        assert_eq!(layers.iter().collect::<HashSet<_>>().len(), 7);
    }
}
