//! Which commands a check may use, read off the engine's command table.

use super::Commands;
use crate::engine::{Command, Flag, by_name, find, full_name, table};

/// Commands without the flag `readonly` that change nothing either: they tell of the server, of the
/// clients, or of a value. Subcommands stand after a bar.
const ALSO_READ: &[&str] = &[
    "CLIENT|GETNAME",
    "CLIENT|ID",
    "CLIENT|INFO",
    "CLIENT|LIST",
    "COMMAND|COUNT",
    "COMMAND|DOCS",
    "COMMAND|GETKEYS",
    "COMMAND|INFO",
    "COMMAND|LIST",
    "CONFIG|GET",
    "ECHO",
    "INFO",
    "LASTSAVE",
    "MEMORY|USAGE",
    "OBJECT|ENCODING",
    "OBJECT|FREQ",
    "OBJECT|IDLETIME",
    "OBJECT|REFCOUNT",
    "PING",
    "TIME",
];

/// The engine's command table.
#[derive(Debug, Clone, Copy)]
pub struct Table;

impl Commands for Table {
    fn exists(&self, name: &[u8]) -> bool {
        find(&[name]).is_ok()
    }

    fn names(&self) -> Vec<&'static str> {
        table().map(|row| row.name).collect()
    }

    fn full_name(&self, words: &[&str]) -> Result<String, Vec<String>> {
        let bytes: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        match find(&bytes) {
            Ok(found) => Ok(full_name(&found).replace('|', " ")),
            Err(_) => Err(match bytes.first().and_then(|name| by_name(name)) {
                Some(row) => {
                    let name = |sub: &Command| format!("{} {}", row.name, sub.name);
                    row.subcommands.iter().map(name).collect()
                }
                None => table().map(|row| row.name.to_owned()).collect(),
            }),
        }
    }

    fn reads_only(&self, words: &[Vec<u8>]) -> Result<(), String> {
        let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        let found = find(&words)
            .and_then(|found| found.check_arity(&words).map(|()| found))
            .map_err(|error| {
                let wire = error.wire();
                let text = String::from_utf8_lossy(&wire);
                text.strip_prefix("ERR ").unwrap_or(&text).to_owned()
            })?;
        let name = full_name(&found);
        let reads = found.command.has(Flag::Readonly) || ALSO_READ.contains(&&*name);
        if reads {
            return Ok(());
        }
        Err(format!("`{}` does more than read", name.replace('|', " ")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Commands;
    use super::Table;

    fn judge(line: &str) -> String {
        let words: Vec<Vec<u8>> = line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
        Table.reads_only(&words).err().unwrap_or_default()
    }

    #[test]
    fn commands_that_read_may_be_used_and_no_others() {
        for line in ["GET a", "get a", "CLIENT LIST", "client id", "PING"] {
            assert_eq!(judge(line), "", "{line}");
        }
        assert_eq!(judge("SET a 1"), "`SET` does more than read");
        assert_eq!(judge("CLIENT SETNAME x"), "`CLIENT SETNAME` does more than read");
        assert_eq!(judge("GET"), "wrong number of arguments for 'get' command");
        assert!(Table.exists(b"get"));
        assert!(!Table.exists(b"GETT"));
    }

    #[test]
    fn a_name_is_written_in_one_way_and_a_slip_has_neighbours() {
        assert_eq!(Table.full_name(&["hgetall", "h"]), Ok("HGETALL".to_owned()));
        assert_eq!(Table.full_name(&["config"]), Ok("CONFIG".to_owned()));
        assert_eq!(Table.full_name(&["Config", "get"]), Ok("CONFIG GET".to_owned()));
        let names = Table.full_name(&["CONFIG", "GTE"]).unwrap_err();
        assert!(names.iter().any(|name| name == "CONFIG GET"), "{names:?}");
        let names = Table.full_name(&["HGETAL"]).unwrap_err();
        assert!(names.iter().any(|name| name == "HGETALL"), "{names:?}");
    }
}
