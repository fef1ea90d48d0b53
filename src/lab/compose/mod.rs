//! Compose files: what containers they describe, and what is wrong with them.
//!
//! Text comes in and typed services come out, every mistake with its line. Knows no container and
//! no file system: [`Sources`] hands over the text.

mod fault;
mod file;
mod known;
mod service;
mod values;
mod yaml;

pub use fault::{Fault, Faults};
pub use file::{File, Service, Volume, read};

/// The usual names of a compose file, in the order in which they are looked for.
pub const NAMES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// A compose file as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// How it is named in messages.
    pub path: String,
    /// The name of the folder it is in, after which its project is called.
    pub folder: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Where compose files are looked for.
pub trait Sources {
    /// The file of this name, or one of the usual [`NAMES`]. The error is what docker says, and what
    /// the lab adds.
    fn compose_file(&self, named: Option<&str>) -> Result<Source, (String, String)>;
}

/// The name that a project has after a folder: small letters, digits, `-` and `_`.
pub fn project_name(folder: &str) -> String {
    let name: String = folder
        .to_lowercase()
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
        .collect();
    let name = name.trim_start_matches(['-', '_']);
    if name.is_empty() { "lab".to_owned() } else { name.to_owned() }
}

/// Whether a project may have this name, as it is.
pub fn is_project_name(name: &str) -> bool {
    !name.is_empty() && project_name(name) == name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_called_after_its_folder() {
        for (folder, name) in [
            ("mbs-337", "mbs-337"),
            ("My Project", "myproject"),
            ("_data_", "data_"),
            ("Größe", "gre"),
            ("", "lab"),
        ] {
            assert_eq!(project_name(folder), name, "{folder}");
        }
        assert!(is_project_name("lab") && !is_project_name("Lab") && !is_project_name(""));
    }
}
