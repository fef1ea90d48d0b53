//! Image references: `redis`, `redis:8`, `docker.io/library/redis:8`.
//!
//! Judges text only: whether the image is there is decided later.

use nom::bytes::complete::take_while1;
use nom::character::complete::char;
use nom::combinator::{all_consuming, opt};
use nom::sequence::{pair, preceded};
use nom::{IResult, Parser};

/// An image as it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    /// `redis`; a registry and `library/` in front are dropped where they change nothing.
    pub repository: String,
    /// After the colon; `latest` if none was given.
    pub tag: String,
    /// As typed, for listings.
    pub typed: String,
}

impl ImageRef {
    /// `redis:8`
    pub fn full(&self) -> String {
        format!("{}:{}", self.repository, self.tag)
    }
}

/// Reads `redis`, `redis:8`, `library/redis`, `docker.io/library/redis:8`; the error is Docker's.
pub fn image(typed: &str) -> Result<ImageRef, String> {
    let invalid = || "invalid reference format".to_owned();
    let (_, (name, tag)) = all_consuming(image_parts).parse(typed).map_err(|_| invalid())?;
    let repository = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"]
        .iter()
        .find_map(|registry| name.strip_prefix(registry))
        .unwrap_or(name);
    let repository = repository.strip_prefix("library/").unwrap_or(repository);
    if !repository.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(invalid());
    }
    if repository.contains(|c: char| c.is_ascii_uppercase()) {
        let library = if repository.contains('/') { "" } else { "library/" };
        return Err(format!(
            "invalid reference format: repository name ({library}{repository}) must be lowercase"
        ));
    }
    Ok(ImageRef {
        repository: repository.to_owned(),
        tag: tag.unwrap_or("latest").to_owned(),
        typed: typed.to_owned(),
    })
}

/// The name and the tag of an image.
fn image_parts(input: &str) -> IResult<&str, (&str, Option<&str>)> {
    let name = take_while1(|c: char| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let tag = take_while1(|c: char| c.is_ascii_alphanumeric() || "._-".contains(c));
    pair(name, opt(preceded(char(':'), tag))).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_named_with_or_without_registry_and_tag() {
        for (typed, full) in [
            ("redis", "redis:latest"),
            ("redis:8", "redis:8"),
            ("library/redis:7.2", "redis:7.2"),
            ("docker.io/library/redis", "redis:latest"),
            ("postgres:16", "postgres:16"),
        ] {
            assert_eq!(image(typed).map(|image| image.full()), Ok(full.to_owned()), "{typed}");
        }
        for typed in ["", "redis:", ":8", "-", "redis:a b", "redis:8:8", "re dis"] {
            assert_eq!(image(typed), Err("invalid reference format".to_owned()), "{typed}");
        }
        assert_eq!(
            image("REDIS"),
            Err("invalid reference format: repository name (library/REDIS) must be lowercase"
                .to_owned())
        );
    }
}
