//! Values given before anything runs: arguments of the command line and lines of a `redis.conf`.
//!
//! The errors are for a person, so they say what to do.

use thiserror::Error;

use super::{Config, PARAMETERS, Parameter, find};

/// Directives of a `redis.conf` that are no parameters, or parameters that ask for a part of
/// Redis which does not exist here, with their only possible value.
const ABSENT: &[(&str, Option<&str>)] = &[
    ("user", None),
    ("rename-command", None),
    ("loadmodule", None),
    ("include", None),
    ("replicaof", None),
    ("slaveof", None),
    ("aclfile", Some("")),
    ("cluster-enabled", Some("no")),
    ("tls-port", Some("0")),
    ("databases", Some("16")),
];

/// Why a directive cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// There is no parameter of that name.
    #[error("there is no directive '{name}'{}", did_you_mean(*nearest))]
    Unknown {
        /// The name given.
        name: String,
        /// The parameter that was perhaps meant.
        nearest: Option<&'static str>,
    },
    /// The value is none of the parameter's.
    #[error(
        "'{name}' cannot be '{value}': {reason}; the default is written `{name} {}`",
        quoted(default)
    )]
    Refused {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: String,
        /// Why, in Redis's words.
        reason: String,
        /// The value without any configuration.
        default: &'static str,
    },
    /// Redis has it, this server does not.
    #[error("'{name} {value}' asks for something that this server does not have; leave it out")]
    Absent {
        /// The directive.
        name: String,
        /// The value given.
        value: String,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean '{name}'?")).unwrap_or_default()
}

fn quoted(value: &str) -> &str {
    if value.is_empty() { "\"\"" } else { value }
}

impl Config {
    /// Sets a parameter before anything runs; `words` are what follows its name on the line.
    ///
    /// Takes immutable parameters too. A second `save` line adds to the first.
    pub fn set_at_start(&mut self, name: &str, words: &[&[u8]]) -> Result<(), ConfigError> {
        let value = || {
            let words: Vec<_> = words.iter().map(|word| String::from_utf8_lossy(word)).collect();
            words.join(" ")
        };
        let absent = ABSENT.iter().find(|(directive, _)| directive.eq_ignore_ascii_case(name));
        if let Some((_, only)) = absent
            && *only != Some(value().as_str())
        {
            return Err(ConfigError::Absent { name: name.to_owned(), value: value() });
        }
        let Some((number, row)) = find(name.as_bytes()) else {
            return Err(ConfigError::Unknown { name: name.to_owned(), nearest: nearest(name) });
        };
        let old = self.get(row.name).to_vec();
        let mut all = match words {
            [word] => row.split(word),
            _ => words.to_vec(),
        };
        let adds = row.name == "save" && !all.is_empty();
        if adds && self.save_given {
            let mut earlier = row.split(&old);
            earlier.append(&mut all);
            all = earlier;
        }
        let change = self.judge(number, &all).map_err(|reason| ConfigError::Refused {
            name: row.name,
            value: value(),
            reason: reason.into_owned(),
            default: row.default,
        })?;
        self.save_given |= adds;
        self.apply(change);
        Ok(())
    }
}

/// The parameter whose name is nearest to a mistyped one.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    PARAMETERS
        .iter()
        .flat_map(Parameter::names)
        .map(|known| (strsim::damerau_levenshtein(known, &name), known))
        .filter(|(distance, _)| *distance <= 1 + name.len() / 6)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(config: &mut Config, line: &str) -> Result<(), String> {
        let mut words = line.split(' ');
        let name = words.next().unwrap();
        let words: Vec<&[u8]> = words
            .map(|word| if word == "\"\"" { b"".as_slice() } else { word.as_bytes() })
            .collect();
        config.set_at_start(name, &words).map_err(|error| error.to_string())
    }

    #[test]
    fn immutable_parameters_can_be_set_at_the_start() {
        let mut config = Config::default();
        set(&mut config, "appendfilename log.aof").unwrap();
        set(&mut config, "APPENDONLY yes").unwrap();
        assert_eq!(config.get("appendfilename"), b"log.aof");
        assert!(config.is_yes("appendonly"));
    }

    #[test]
    fn save_lines_add_up_and_the_first_replaces_the_default() {
        let mut config = Config::default();
        set(&mut config, "save 900 1").unwrap();
        set(&mut config, "save 300 10").unwrap();
        assert_eq!(config.get("save"), b"900 1 300 10");
        set(&mut config, "save \"\"").unwrap();
        assert_eq!(config.get("save"), b"");
    }

    #[test]
    fn errors_say_what_to_do() {
        let mut config = Config::default();
        for (line, error) in [
            ("appendonyl yes", "there is no directive 'appendonyl'; did you mean 'appendonly'?"),
            ("frobnicate 1", "there is no directive 'frobnicate'"),
            (
                "appendonly maybe",
                "'appendonly' cannot be 'maybe': argument must be 'yes' or 'no'; the default is \
                 written `appendonly no`",
            ),
            (
                "requirepass a b",
                "'requirepass' cannot be 'a b': wrong number of arguments; the default is \
                 written `requirepass \"\"`",
            ),
            (
                "cluster-enabled yes",
                "'cluster-enabled yes' asks for something that this server does not have; leave \
                 it out",
            ),
        ] {
            assert_eq!(set(&mut config, line), Err(error.to_owned()));
        }
        assert_eq!(set(&mut config, "cluster-enabled no"), Ok(()));
    }
}
