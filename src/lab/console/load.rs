//! `:load FILE PATH by FIELD as string|hash|json`: one command for each object of a JSON file,
//! shown as it is typed, so that a learner sees what a program would do.

use serde_json::Value;

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
const USAGE: &str = ":load FILE PATH by FIELD as string|hash";

impl Load {
    /// Reads the words after `:load`.
    pub(super) fn parse(words: &[String]) -> Result<Self, String> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (file, path, by, form) = match words.as_slice() {
            [file, path, "by", by, "as", form] => (file, path, by, form),
            [file, "by", by, "as", form] => (file, &"", by, form),
            _ => {
                return Err(format!(
                    "write {USAGE}, for example :load 4HHB_summary.json chains by chain_id as hash"
                ));
            }
        };
        let form = match *form {
            "string" => Form::Text,
            "hash" => Form::Hash,
            "json" => {
                return Err(
                    "`as json` needs the JSON type of Redis 8, which this version does not \
                            have; `as string` stores the same text"
                        .to_owned(),
                );
            }
            other => return Err(format!("`{other}` is none of string, hash; write {USAGE}")),
        };
        let path = path.trim_start_matches("$.").trim_start_matches('$');
        let path = path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Ok(Self { file: (*file).to_owned(), path, by: (*by).to_owned(), form })
    }

    /// The file it reads.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The commands, each as its words.
    pub(super) fn commands(&self, bytes: &[u8]) -> Result<Vec<Vec<Vec<u8>>>, String> {
        let file = &self.file;
        let mut value: Value = serde_json::from_slice(bytes)
            .map_err(|error| format!("{file} is not JSON: {error}"))?;
        for part in &self.path {
            value = value
                .get_mut(part)
                .map(Value::take)
                .ok_or_else(|| format!("{file} has no member `{part}` there"))?;
        }
        let Value::Array(objects) = value else {
            let known = match &value {
                Value::Object(members) => members
                    .iter()
                    .find(|(_, member)| member.is_array())
                    .map_or_else(String::new, |(name, _)| format!("; perhaps you mean `{name}`")),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => String::new(),
            };
            return Err(format!("there is no list of objects at that place of {file}{known}"));
        };
        objects.iter().enumerate().map(|(index, object)| self.command(index, object)).collect()
    }

    fn command(&self, index: usize, object: &Value) -> Result<Vec<Vec<u8>>, String> {
        let Value::Object(members) = object else {
            return Err(format!("element {index} of the list is not an object"));
        };
        let key = match members.get(&self.by) {
            Some(Value::String(text)) => text.clone(),
            Some(number @ Value::Number(_)) => number.to_string(),
            Some(_) => return Err(format!("`{}` of element {index} cannot be a key", self.by)),
            None => {
                let names: Vec<&str> = members.keys().map(String::as_str).collect();
                return Err(format!(
                    "element {index} has no member `{}`; it has {}",
                    self.by,
                    names.join(", ")
                ));
            }
        };
        Ok(match self.form {
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
        })
    }
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

    const FILE: &[u8] = br#"{"chains":[{"chain_id":"A","total_residues":198}]}"#;

    fn lines(words: &str) -> Result<Vec<String>, String> {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        Ok(Load::parse(&words)?.commands(FILE)?.iter().map(|words| typed(words)).collect())
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
    }

    #[test]
    fn mistakes_say_what_there_is() {
        assert_eq!(
            lines("f.json by chain_id as hash").unwrap_err(),
            "there is no list of objects at that place of f.json; perhaps you mean `chains`"
        );
        assert_eq!(
            lines("f.json chains by id as hash").unwrap_err(),
            "element 0 has no member `id`; it has chain_id, total_residues"
        );
        assert!(lines("f.json chains").unwrap_err().starts_with("write :load FILE"));
    }
}
