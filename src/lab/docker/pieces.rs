//! The small grammars within a word: image references, ports, volumes, names, seconds.
//!
//! Judges text only: whether the image or volume is there is decided later.

use nom::branch::alt;
use nom::bytes::complete::{take_till1, take_while1};
use nom::character::complete::{char, digit1};
use nom::combinator::{all_consuming, map_res, opt, recognize, rest};
use nom::sequence::{pair, preceded, separated_pair, terminated};
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

/// A published port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publish {
    /// On this machine; none: any free one.
    pub host: Option<u16>,
    /// In the container.
    pub container: u16,
}

/// Reads `6379:6379`, `127.0.0.1:6379:6379`, `6379`, each with `/tcp`; the error is Docker's.
pub fn publish(typed: &str) -> Result<Publish, String> {
    if typed.is_empty() {
        return Err("no port specified: <empty>".to_owned());
    }
    let ports = match typed.rsplit_once('/') {
        Some((ports, "tcp")) => ports,
        Some((_, "udp" | "sctp")) => return Err("the lab publishes tcp ports only".to_owned()),
        Some((_, other)) => return Err(format!("invalid proto: {other}")),
        None => typed,
    };
    let (container, before) = match ports.rsplit_once(':') {
        Some((before, container)) => (container, Some(before)),
        None => (ports, None),
    };
    if container.is_empty() {
        return Err(format!("no port specified: {typed}<empty>"));
    }
    let container = port(container).ok_or_else(|| format!("invalid containerPort: {container}"))?;
    let Some(before) = before else { return Ok(Publish { host: None, container }) };
    let (address, host) = before.rsplit_once(':').map_or((None, before), |(a, h)| (Some(a), h));
    if let Some(address) = address {
        address
            .parse::<std::net::Ipv4Addr>()
            .map_err(|_| format!("invalid IP address: {address}"))?;
    }
    if host.is_empty() {
        return Ok(Publish { host: None, container });
    }
    let host = port(host).ok_or_else(|| format!("invalid hostPort: {host}"))?;
    Ok(Publish { host: (host > 0).then_some(host), container })
}

/// A port number.
fn port(text: &str) -> Option<u16> {
    let mut number = all_consuming(map_res(digit1::<&str, nom::error::Error<&str>>, str::parse));
    number.parse(text).ok().map(|(_, port)| port)
}

/// What `-v` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The volume's name; none: an anonymous one.
    pub volume: Option<String>,
    /// Where in the container.
    pub target: String,
}

/// Reads `redis-data:/data` or `/data`; the error is Docker's, or says what the lab cannot do.
pub fn mount(typed: &str) -> Result<Mount, String> {
    let invalid = || format!("Error response from daemon: invalid volume specification: '{typed}'");
    let (_, (source, target)) =
        all_consuming(alt((mount_pair, anonymous))).parse(typed).map_err(|_| invalid())?;
    let (target, mode) = target.split_once(':').map_or((target, "rw"), |(t, m)| (t, m));
    if mode != "rw" && mode != "z" && mode != "Z" {
        return Err(if mode == "ro" {
            "the lab mounts volumes for reading and writing only: leave out :ro".to_owned()
        } else {
            format!("Error response from daemon: invalid mode: {mode}")
        });
    }
    if !target.starts_with('/') {
        return Err(format!(
            "Error response from daemon: invalid volume specification: '{typed}': invalid mount config for type \"volume\": invalid mount path: '{target}' mount path must be absolute"
        ));
    }
    let target = format!("/{}", target.trim_matches('/'));
    if target == "/" {
        return Err(format!(
            "Error response from daemon: invalid volume specification: '{typed}': invalid mount config for type \"volume\": invalid specification: destination can't be '/'"
        ));
    }
    let Some(source) = source else { return Ok(Mount { volume: None, target }) };
    if source.starts_with(['/', '.', '~', '$']) {
        return Err(format!(
            "the lab keeps data in named volumes, not in the directory {source}: write a plain name, as in -v redis-data:/data"
        ));
    }
    volume_name(source)?;
    Ok(Mount { volume: Some(source.to_owned()), target })
}

/// `NAME:TARGET`
fn mount_pair(input: &str) -> IResult<&str, (Option<&str>, &str)> {
    separated_pair(
        take_till1(|c| c == ':').map(Some),
        char(':'),
        recognize(pair(take_till1(|c| c == ':'), rest)),
    )
    .parse(input)
}

/// `TARGET`
fn anonymous(input: &str) -> IResult<&str, (Option<&str>, &str)> {
    take_till1(|c| c == ':').map(|target| (None, target)).parse(input)
}

/// Judges a volume's name; the error is Docker's.
pub fn volume_name(name: &str) -> Result<(), String> {
    if is_name(name) {
        return Ok(());
    }
    let text = if name.chars().count() < 2 {
        "volume name is too short, names should be at least two alphanumeric characters".to_owned()
    } else {
        format!(
            "\"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
        )
    };
    Err(format!("Error response from daemon: create {name}: {text}"))
}

/// Whether a container or volume may have this name.
pub fn is_name(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// `{{.State.Status}}`: the names on the way to a value; none if it is another kind of template.
pub fn template(typed: &str) -> Option<Vec<&str>> {
    let step = preceded(char('.'), take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    let path = nom::multi::many1(step);
    let blank = || nom::character::complete::space0::<&str, nom::error::Error<&str>>;
    let open = pair(nom::bytes::complete::tag("{{"), blank());
    let close = pair(blank(), nom::bytes::complete::tag("}}"));
    let mut whole = all_consuming(terminated(preceded(open, path), close));
    whole.parse(typed).ok().map(|(_, path)| path)
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

    #[test]
    fn ports_are_read_as_docker_reads_them() {
        let host = |host, container| Ok(Publish { host, container });
        assert_eq!(publish("6379:6379"), host(Some(6379), 6379));
        assert_eq!(publish("127.0.0.1:6380:6379/tcp"), host(Some(6380), 6379));
        assert_eq!(publish("6379"), host(None, 6379));
        assert_eq!(publish("127.0.0.1::6379"), host(None, 6379));
        for (typed, error) in [
            ("", "no port specified: <empty>"),
            ("abc", "invalid containerPort: abc"),
            ("6379:abc", "invalid containerPort: abc"),
            ("99999:6379", "invalid hostPort: 99999"),
            ("1.2.3:6379:6379", "invalid IP address: 1.2.3"),
            ("6379:6379:6379", "invalid IP address: 6379"),
            ("6379:6379/xyz", "invalid proto: xyz"),
            ("6379:6379/udp", "the lab publishes tcp ports only"),
            ("6379:", "no port specified: 6379:<empty>"),
        ] {
            assert_eq!(publish(typed), Err(error.to_owned()), "{typed}");
        }
    }

    #[test]
    fn volumes_have_a_name_and_an_absolute_place() {
        let mounted = |volume: Option<&str>, target: &str| {
            Ok(Mount { volume: volume.map(str::to_owned), target: target.to_owned() })
        };
        assert_eq!(mount("redis-data:/data"), mounted(Some("redis-data"), "/data"));
        assert_eq!(mount("redis-data:/data/"), mounted(Some("redis-data"), "/data"));
        assert_eq!(mount("redis-data:/data:rw"), mounted(Some("redis-data"), "/data"));
        assert_eq!(mount("/data"), mounted(None, "/data"));
        for wrong in [
            "",
            ":",
            "a:",
            ":/data",
            "a:data",
            "data",
            "a:/",
            "./x:/data",
            "a:/data:ro",
            "a b:/data",
            "a:/x:y:z",
        ] {
            assert!(mount(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn templates_are_paths_in_double_braces() {
        assert_eq!(template("{{.State.Status}}"), Some(vec!["State", "Status"]));
        assert_eq!(template("{{ .Name }}"), Some(vec!["Name"]));
        for other in ["", "json", "{{}}", "{{json .}}", "{{.A}} x"] {
            assert_eq!(template(other), None, "{other}");
        }
    }
}
