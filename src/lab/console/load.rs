//! `:load FILE LIST by FIELD as string|hash|json`: one command for each object of a JSON file,
//! shown as it is typed, so that a learner sees what a program would do.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::Files;
use crate::syntax::join;

/// A `:load` line that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Load {
    file: String,
    /// The members to go through from the top of the file to the array.
    path: Vec<String>,
    by: String,
    form: Form,
}

/// How an object is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Its JSON text, with SET.
    Text,
    /// Its members as fields, with HSET.
    Hash,
}

/// How the line is written.
const USAGE: &str = ":load FILE LIST by FIELD as string|hash";

/// The words of [`USAGE`] behind `:load`, for hints. The list may be left out.
const WORDS: [&str; 6] = ["FILE", "[LIST]", "by", "FIELD", "as", "string|hash|json"];

impl Load {
    /// Reads the words after `:load`; what is missing is told with what the file has.
    pub(super) fn parse(words: &[String], files: &Files) -> Result<Self, String> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let Some(file) = words.first() else {
            let example = files.names().find_map(|name| example(name, "", files));
            return Err(written(example));
        };
        if files.get(file).is_none() {
            return Err(no_such_file(file, files));
        }
        let (path, by, form) = match words.get(1..).unwrap_or_default() {
            [path, "by", by, "as", form] => (*path, *by, *form),
            ["by", by, "as", form] => ("", *by, *form),
            [path, ..] if *path != "by" => return Err(written(example(file, path, files))),
            [] | [_, ..] => return Err(written(example(file, "", files))),
        };
        let form = match form {
            "string" => Form::Text,
            "hash" => Form::Hash,
            "json" => {
                return Err(
                    "`as json` needs the JSON type of Redis 8, which this version does not \
                            have; `as string` stores the same text"
                        .to_owned(),
                );
            }
            other => return Err(format!("`{other}` is none of string and hash; write {USAGE}")),
        };
        Ok(Self { file: (*file).to_owned(), path: parts(path), by: by.to_owned(), form })
    }

    /// The file it reads.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The commands, each as its words. None is given if any object cannot be stored.
    pub(super) fn commands(&self, bytes: &[u8]) -> Result<Vec<Vec<Vec<u8>>>, String> {
        let file = &self.file;
        let whole: Value = serde_json::from_slice(bytes)
            .map_err(|error| format!("{file} is not JSON, which :load reads: {error}"))?;
        let objects = self.list(&whole)?;
        if objects.is_empty() {
            return Err(format!("{} is an empty list: there is nothing to store", self.place()));
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut commands = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            let Value::Object(members) = object else {
                return Err(format!(
                    "element {index} of the list is {}, not an object",
                    kind(object)
                ));
            };
            let key = self.key(index, members)?;
            if let Some(first) = seen.insert(key.clone(), index) {
                return Err(format!(
                    "elements {first} and {index} both have {} {key:?}: the second would replace the \
                     first. Take a field that tells them apart; there is {}",
                    self.by,
                    names(members)
                ));
            }
            commands.push(self.command(key, object, members));
        }
        Ok(commands)
    }

    /// `chains of FILE`
    fn place(&self) -> String {
        if self.path.is_empty() {
            self.file.clone()
        } else {
            format!("{} of {}", self.path.join("."), self.file)
        }
    }

    fn list<'v>(&self, whole: &'v Value) -> Result<&'v Vec<Value>, String> {
        let file = &self.file;
        let mut value = whole;
        for (depth, part) in self.path.iter().enumerate() {
            let above = match self.path.get(..depth).unwrap_or_default() {
                [] => "at its top".to_owned(),
                parts => format!("in {}", parts.join(".")),
            };
            let Value::Object(members) = value else {
                return Err(format!(
                    "{file} has {} {above}, so there is no `{part}` inside",
                    kind(value)
                ));
            };
            value = members.get(part).ok_or_else(|| {
                let meant = part.split('[').next().filter(|name| members.contains_key(*name));
                match meant {
                    Some(name) => {
                        format!("write the list as a whole, {name}: every object of it is stored")
                    }
                    None => {
                        format!("{file} has no member `{part}` {above}; it has {}", names(members))
                    }
                }
            })?;
        }
        if let Value::Array(objects) = value {
            return Ok(objects);
        }
        let lists = lists(whole);
        let known = match lists.as_slice() {
            [] => "it has no list of objects anywhere".to_owned(),
            [only] => format!("the list of objects in it is `{only}`"),
            several => format!("the lists of objects in it are {}", several.join(", ")),
        };
        Err(format!("{} is {}, not a list of objects; {known}", self.place(), kind(value)))
    }

    fn key(&self, index: usize, members: &Map<String, Value>) -> Result<String, String> {
        match members.get(&self.by) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(number @ Value::Number(_)) => Ok(number.to_string()),
            Some(other) => Err(format!(
                "`{}` of element {index} is {}, which cannot name a key",
                self.by,
                kind(other)
            )),
            None => Err(format!(
                "element {index} has no member `{}`; it has {}",
                self.by,
                names(members)
            )),
        }
    }

    fn command(&self, key: String, object: &Value, members: &Map<String, Value>) -> Vec<Vec<u8>> {
        match self.form {
            Form::Text => vec![b"SET".to_vec(), key.into_bytes(), python_spacing(object)],
            Form::Hash => {
                let mut words = vec![b"HSET".to_vec(), key.into_bytes()];
                for (name, member) in members {
                    words.push(name.clone().into_bytes());
                    words.push(match member {
                        Value::String(text) => text.clone().into_bytes(),
                        Value::Null
                        | Value::Bool(_)
                        | Value::Number(_)
                        | Value::Array(_)
                        | Value::Object(_) => member.to_string().into_bytes(),
                    });
                }
                words
            }
        }
    }
}

/// The members that a path goes through: `chains`, `$.data.chains`.
fn parts(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("$.").trim_start_matches('$');
    path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn names(members: &Map<String, Value>) -> String {
    let names: Vec<&str> = members.keys().map(String::as_str).collect();
    names.join(", ")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn no_such_file(file: &str, files: &Files) -> String {
    let names: Vec<&str> = files.names().collect();
    if names.is_empty() {
        return format!("there is no file {file:?}: no files are here");
    }
    format!("there is no file {file:?}; there is {}", names.join(", "))
}

/// How the line is written, with an example that works.
fn written(example: Option<String>) -> String {
    match example {
        Some(example) => format!("write {USAGE}, here for example\n{example}"),
        None => format!("write {USAGE}"),
    }
}

/// A whole line for a file, if there is a list of objects in it.
fn example(file: &str, path: &str, files: &Files) -> Option<String> {
    let whole: Value = serde_json::from_slice(files.get(file)?).ok()?;
    let lists = lists(&whole);
    let path = lists.iter().find(|list| *list == path).or_else(|| lists.first())?;
    let field = fields(&whole, &parts(path)).into_iter().next()?;
    let gap = if path.is_empty() { "" } else { " " };
    Some(format!(":load {file} {path}{gap}by {field} as hash"))
}

/// The paths of the lists of objects in a file; the path of the whole file is empty.
fn lists(whole: &Value) -> Vec<String> {
    /// Deeper ones are hardly meant, and a hostile file may be very deep.
    const DEEPEST: usize = 4;
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), whole, 0)];
    while let Some((path, value, depth)) = pending.pop() {
        match value {
            Value::Array(items) if matches!(items.first(), Some(Value::Object(_))) => {
                found.push(path);
            }
            Value::Object(members) if depth < DEEPEST => {
                let dot = if path.is_empty() { "" } else { "." };
                pending.extend(
                    members
                        .iter()
                        .rev()
                        .map(|(name, member)| (format!("{path}{dot}{name}"), member, depth + 1)),
                );
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {}
        }
    }
    found
}

/// The fields of the first object of a list.
fn fields(whole: &Value, path: &[String]) -> Vec<String> {
    let list = path.iter().try_fold(whole, |value, part| value.get(part));
    match list.and_then(|list| list.get(0)) {
        Some(Value::Object(members)) => members.keys().cloned().collect(),
        Some(_) | None => Vec::new(),
    }
}

/// What may follow `before`, the whole words behind `:load`.
pub(super) fn choices(before: &[String], files: &Files) -> Vec<String> {
    let words: Vec<&str> = before.iter().map(String::as_str).collect();
    let read = |file: &str| -> Option<Value> { serde_json::from_slice(files.get(file)?).ok() };
    match words.as_slice() {
        [] => {
            let all: Vec<String> = files.names().map(str::to_owned).collect();
            let json: Vec<String> = all.iter().filter(|name| is_json(name)).cloned().collect();
            if json.is_empty() { all } else { json }
        }
        [file] => {
            let lists = read(file).map(|whole| lists(&whole)).unwrap_or_default();
            let whole = |path: String| if path.is_empty() { "by".to_owned() } else { path };
            lists.into_iter().map(whole).collect()
        }
        [file, "by"] => read(file).map(|whole| fields(&whole, &[])).unwrap_or_default(),
        [_, "by", _] => vec!["as".to_owned()],
        [_, "by", _, "as"] | [_, _, "by", _, "as"] => {
            ["string", "hash", "json"].map(str::to_owned).to_vec()
        }
        [_, _] => vec!["by".to_owned()],
        [file, path, "by"] => {
            read(file).map(|whole| fields(&whole, &parts(path))).unwrap_or_default()
        }
        [_, _, "by", _] => vec!["as".to_owned()],
        [_, ..] => Vec::new(),
    }
}

fn is_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "json")
}

/// What is still to come behind `before`.
pub(super) fn rest(before: &[&str]) -> String {
    let taken = match before {
        [_, "by", ..] => before.len() + 1,
        [..] => before.len(),
    };
    WORDS.get(taken..).unwrap_or_default().join(" ")
}

/// JSON text with the spaces that Python's `json.dumps` puts after commas and colons.
fn python_spacing(value: &Value) -> Vec<u8> {
    struct Spaced;
    impl serde_json::ser::Formatter for Spaced {
        fn begin_array_value<W: ?Sized + std::io::Write>(
            &mut self,
            writer: &mut W,
            first: bool,
        ) -> std::io::Result<()> {
            writer.write_all(if first { b"" } else { b", " })
        }
        fn begin_object_key<W: ?Sized + std::io::Write>(
            &mut self,
            writer: &mut W,
            first: bool,
        ) -> std::io::Result<()> {
            writer.write_all(if first { b"" } else { b", " })
        }
        fn begin_object_value<W: ?Sized + std::io::Write>(
            &mut self,
            writer: &mut W,
        ) -> std::io::Result<()> {
            writer.write_all(b": ")
        }
    }
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, Spaced);
    // Writing JSON into memory cannot fail.
    let _ = serde::Serialize::serialize(value, &mut serializer);
    text
}

/// A command as it would be typed.
pub(super) fn typed(words: &[Vec<u8>]) -> String {
    join(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = br#"{"id":"4HHB","chains":[{"chain_id":"A","total_residues":198}],
        "more":{"pets":[{"name":"Mia","age":3},{"name":"Rex","age":3}]},"empty":[],
        "odd":[{"id":1},2],"deep":[{"id":{"x":1}}]}"#;

    fn files() -> Files {
        let mut files = Files::new();
        files.insert("f.json", FILE);
        files.insert("list.json", br#"[{"n":1},{"n":2}]"#);
        files.insert("t.csv", b"a,b");
        files
    }

    fn lines(words: &str) -> Result<Vec<String>, String> {
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let files = files();
        let load = Load::parse(&words, &files)?;
        let commands = load.commands(files.get(load.file()).unwrap())?;
        Ok(commands.iter().map(|words| typed(words)).collect())
    }

    #[test]
    fn every_object_becomes_one_command() {
        assert_eq!(
            lines("f.json chains by chain_id as string").unwrap(),
            [r#"SET A '{"chain_id": "A", "total_residues": 198}'"#]
        );
        assert_eq!(
            lines("f.json $.chains by chain_id as hash").unwrap(),
            ["HSET A chain_id A total_residues 198"]
        );
        assert_eq!(lines("list.json by n as hash").unwrap(), ["HSET 1 n 1", "HSET 2 n 2"]);
        assert_eq!(
            lines("f.json more.pets by name as hash").unwrap(),
            ["HSET Mia name Mia age 3", "HSET Rex name Rex age 3"]
        );
    }

    #[test]
    fn mistakes_say_what_there_is() {
        let usage = "write :load FILE LIST by FIELD as string|hash, here for example";
        for (words, said) in [
            ("", format!("{usage}\n:load f.json chains by chain_id as hash")),
            ("f.json", format!("{usage}\n:load f.json chains by chain_id as hash")),
            ("f.json more.pets", format!("{usage}\n:load f.json more.pets by name as hash")),
            ("list.json by", format!("{usage}\n:load list.json by n as hash")),
            (
                "g.json chains",
                "there is no file \"g.json\"; there is f.json, list.json, t.csv".to_owned(),
            ),
            (
                "t.csv by a as hash",
                "t.csv is not JSON, which :load reads: expected value at line 1 column 1".to_owned(),
            ),
            (
                "f.json by chain_id as hash",
                "f.json is an object, not a list of objects; the lists of objects in it are \
                 chains, more.pets, odd, deep"
                    .to_owned(),
            ),
            (
                "f.json id by chain_id as hash",
                "id of f.json is a text, not a list of objects; the lists of objects in it are \
                 chains, more.pets, odd, deep"
                    .to_owned(),
            ),
            (
                "f.json chain by chain_id as hash",
                "f.json has no member `chain` at its top; it has id, chains, more, empty, odd, deep"
                    .to_owned(),
            ),
            (
                "f.json more.x by chain_id as hash",
                "f.json has no member `x` in more; it has pets".to_owned(),
            ),
            (
                "f.json chains.A by chain_id as hash",
                "f.json has a list in chains, so there is no `A` inside".to_owned(),
            ),
            (
                "f.json chains[0] by chain_id as hash",
                "write the list as a whole, chains: every object of it is stored".to_owned(),
            ),
            (
                "f.json chains by id as hash",
                "element 0 has no member `id`; it has chain_id, total_residues".to_owned(),
            ),
            (
                "f.json more.pets by age as hash",
                "elements 0 and 1 both have age \"3\": the second would replace the first. Take a \
                 field that tells them apart; there is name, age"
                    .to_owned(),
            ),
            (
                "f.json empty by id as hash",
                "empty of f.json is an empty list: there is nothing to store".to_owned(),
            ),
            ("f.json odd by id as hash", "element 1 of the list is a number, not an object".to_owned()),
            (
                "f.json deep by id as hash",
                "`id` of element 0 is an object, which cannot name a key".to_owned(),
            ),
            (
                "f.json chains by chain_id as xml",
                "`xml` is none of string and hash; write :load FILE LIST by FIELD as string|hash"
                    .to_owned(),
            ),
        ] {
            assert_eq!(lines(words).unwrap_err(), said, "{words}");
        }
    }

    #[test]
    fn every_word_can_be_chosen_and_the_rest_is_shown() {
        for (words, next, rest_of) in [
            ("", "f.json,list.json", "FILE [LIST] by FIELD as string|hash|json"),
            ("f.json", "chains,more.pets,odd,deep", "[LIST] by FIELD as string|hash|json"),
            ("f.json chains", "by", "by FIELD as string|hash|json"),
            ("f.json chains by", "chain_id,total_residues", "FIELD as string|hash|json"),
            ("f.json chains by chain_id", "as", "as string|hash|json"),
            ("f.json chains by chain_id as", "string,hash,json", "string|hash|json"),
            ("f.json chains by chain_id as hash", "", ""),
            ("list.json", "by", "[LIST] by FIELD as string|hash|json"),
            ("list.json by", "n", "FIELD as string|hash|json"),
            ("list.json by n as", "string,hash,json", "string|hash|json"),
        ] {
            let before: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            let texts: Vec<&str> = before.iter().map(String::as_str).collect();
            assert_eq!(choices(&before, &files()).join(","), next, "{words}");
            assert_eq!(rest(&texts), rest_of, "{words}");
        }
    }
}
