//! Volumes at places: `-v redis-data:/data` and `--mount type=volume,src=redis-data,dst=/data`.
//!
//! Judges text only: whether the volume is there is decided later.

use nom::branch::alt;
use nom::bytes::complete::take_till1;
use nom::character::complete::char;
use nom::combinator::{all_consuming, recognize, rest};
use nom::sequence::{pair, separated_pair};
use nom::{IResult, Parser};

use super::is_name;

/// What `-v` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What is mounted.
    pub source: Source,
    /// Where in the container.
    pub target: String,
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A volume of its own.
    Anonymous,
    /// The volume of this name.
    Volume(String),
    /// A directory of the machine; the lab keeps it in itself. `./data`, `/srv/data`.
    Folder(String),
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
    let target = place(target);
    if target == "/" {
        return Err(format!(
            "Error response from daemon: invalid volume specification: '{typed}': invalid mount config for type \"volume\": invalid specification: destination can't be '/'"
        ));
    }
    let source = match source {
        None => Source::Anonymous,
        Some(path) if is_path(path) => Source::Folder(folder(path)),
        Some(name) => {
            volume_name(name)?;
            Source::Volume(name.to_owned())
        }
    };
    Ok(Mount { source, target })
}

/// Whether a source is a directory and no volume's name.
fn is_path(source: &str) -> bool {
    source.starts_with(['/', '.', '~', '$'])
}

/// A directory as it is known from now on: the place where one works has several spellings.
fn folder(path: &str) -> String {
    let here = ["$(pwd)", "${PWD}", "$PWD", "."];
    let inside = here.iter().find_map(|here| {
        path.strip_prefix(here).filter(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let path = inside.map_or_else(|| path.to_owned(), |rest| format!(".{rest}"));
    let path = path.trim_end_matches('/');
    if path.is_empty() { "/".to_owned() } else { path.to_owned() }
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

/// A place in a container, without blanks of the path that mean nothing.
fn place(target: &str) -> String {
    format!("/{}", target.trim_matches('/'))
}

/// Reads what follows `--mount`; the error is Docker's.
pub fn mount_flag(typed: &str) -> Result<Mount, String> {
    let (mut kind, mut source, mut target) = ("volume", None, None);
    for field in typed.split(',') {
        let (key, value) = field.split_once('=').unwrap_or((field, ""));
        match key.to_ascii_lowercase().as_str() {
            "type" if matches!(value, "volume" | "bind") => kind = value,
            "type" => return Err(format!("the lab mounts volumes and directories, no {value}")),
            "source" | "src" => source = Some(value).filter(|name| !name.is_empty()),
            "target" | "dst" | "destination" => target = Some(value),
            "volume-nocopy" => {}
            "readonly" | "ro" => {
                return Err("the lab mounts for reading and writing only".to_owned());
            }
            _ if !field.contains('=') => {
                return Err(format!("invalid field '{field}' must be a key=value pair"));
            }
            other => return Err(format!("unexpected key '{other}' in '{field}'")),
        }
    }
    let Some(target) = target.filter(|target| !target.is_empty()) else {
        return Err("target is required".to_owned());
    };
    if !target.starts_with('/') || place(target) == "/" {
        return Err(format!("invalid mount path: '{target}' mount path must be absolute"));
    }
    let source = match (kind, source) {
        ("bind", Some(path)) => Source::Folder(folder(path)),
        ("bind", None) => return Err("field Source must not be empty".to_owned()),
        (_, None) => Source::Anonymous,
        (_, Some(name)) => {
            volume_name(name)?;
            Source::Volume(name.to_owned())
        }
    };
    Ok(Mount { source, target: place(target) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volume(name: &str) -> Result<Mount, String> {
        Ok(Mount { source: Source::Volume(name.to_owned()), target: "/data".to_owned() })
    }

    fn directory(path: &str) -> Result<Mount, String> {
        Ok(Mount { source: Source::Folder(path.to_owned()), target: "/data".to_owned() })
    }

    fn anonymous() -> Result<Mount, String> {
        Ok(Mount { source: Source::Anonymous, target: "/data".to_owned() })
    }

    #[test]
    fn volumes_have_a_name_and_an_absolute_place() {
        assert_eq!(mount("redis-data:/data"), volume("redis-data"));
        assert_eq!(mount("redis-data:/data/"), volume("redis-data"));
        assert_eq!(mount("redis-data:/data:rw"), volume("redis-data"));
        assert_eq!(mount("/data"), anonymous());
        for wrong in [
            "",
            ":",
            "a:",
            ":/data",
            "a:data",
            "data",
            "a:/",
            "a:/data:ro",
            "a b:/data",
            "a:/x:y:z",
        ] {
            assert!(mount(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_directory_is_known_by_one_spelling() {
        for typed in ["./data", "./data/", "$(pwd)/data", "$PWD/data", "${PWD}/data"] {
            assert_eq!(mount(&format!("{typed}:/data")), directory("./data"), "{typed}");
        }
        assert_eq!(mount("/srv/data:/data"), directory("/srv/data"));
        assert_eq!(mount("~/data:/data"), directory("~/data"));
        assert_eq!(mount(".:/data"), directory("."));
        assert_eq!(mount("../data:/data"), directory("../data"));
    }

    #[test]
    fn the_long_form_means_the_same() {
        assert_eq!(mount_flag("type=volume,source=redis-data,target=/data"), volume("redis-data"));
        assert_eq!(mount_flag("src=redis-data,dst=/data/"), volume("redis-data"));
        assert_eq!(mount_flag("target=/data"), anonymous());
        assert_eq!(mount_flag("type=bind,src=./data,dst=/data"), directory("./data"));
        for (typed, error) in [
            ("foo", "invalid field 'foo' must be a key=value pair"),
            ("foo=1,dst=/data", "unexpected key 'foo' in 'foo=1'"),
            ("src=redis-data", "target is required"),
            ("src=redis-data,dst=data", "invalid mount path: 'data' mount path must be absolute"),
            ("type=tmpfs,dst=/data", "the lab mounts volumes and directories, no tmpfs"),
            ("type=bind,dst=/data", "field Source must not be empty"),
        ] {
            assert_eq!(mount_flag(typed), Err(error.to_owned()), "{typed}");
        }
    }
}
