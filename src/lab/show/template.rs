//! Fills a template with what a JSON value holds, as Go prints its values.

use serde_json::{Map, Value};

use crate::lab::docker::template::{Block, Expr, Function, Part, Path, Template};

/// Why a template could not be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// The path as a whole.
    pub path: String,
    /// The name in it that leads nowhere.
    pub name: String,
    /// Where in the template that name stands.
    pub at: usize,
    /// What is wrong, in Go's words.
    pub reason: String,
}

impl std::fmt::Display for Unfilled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, at, reason, .. } = self;
        write!(f, "template: :1:{at}: executing \"\" at <{path}>: {reason}")
    }
}

/// Fills a template with a value.
pub fn fill(template: &Template, value: &Value) -> Result<String, Unfilled> {
    let mut text = String::new();
    parts(&template.0, value, &mut text)?;
    Ok(text)
}

/// A value as compact JSON.
pub fn json(value: &Value) -> String {
    value.to_string()
}

fn parts(all: &[Part], here: &Value, text: &mut String) -> Result<(), Unfilled> {
    for part in all {
        match part {
            Part::Text(plain) => text.push_str(plain),
            Part::Print(expr) => text.push_str(&printed(&evaluate(expr, here)?)),
            Part::If(block) => {
                let holds = is_true(&evaluate(&block.over, here)?);
                parts(if holds { &block.body } else { &block.otherwise }, here, text)?;
            }
            Part::Range(block) => range(block, here, text)?,
        }
    }
    Ok(())
}

fn range(block: &Block, here: &Value, text: &mut String) -> Result<(), Unfilled> {
    let elements: Vec<Value> = match evaluate(&block.over, here)? {
        Value::Array(elements) => elements,
        Value::Object(map) => sorted(&map).into_iter().map(|(_, value)| value.clone()).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    if elements.is_empty() {
        return parts(&block.otherwise, here, text);
    }
    elements.iter().try_for_each(|element| parts(&block.body, element, text))
}

fn evaluate(expr: &Expr, here: &Value) -> Result<Value, Unfilled> {
    match expr {
        Expr::Text(text) => Ok(Value::String(text.clone())),
        Expr::Number(number) => Ok(Value::from(*number)),
        Expr::Path(path) => follow(path, here),
        Expr::Within(inner, path) => follow(path, &evaluate(inner, here)?),
        Expr::Call(function, given) => {
            let given =
                given.iter().map(|expr| evaluate(expr, here)).collect::<Result<Vec<_>, _>>()?;
            Ok(call(*function, &given))
        }
    }
}

fn follow(path: &Path, here: &Value) -> Result<Value, Unfilled> {
    let mut value = here;
    let mut at = path.at;
    for name in &path.names {
        let lost =
            |reason: String| Unfilled { path: path.to_string(), name: name.clone(), at, reason };
        value = match value {
            Value::Object(map) => {
                map.get(name).ok_or_else(|| lost(format!("map has no entry for key \"{name}\"")))?
            }
            Value::Null => {
                return Err(lost(format!("nil pointer evaluating interface {{}}.{name}")));
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                return Err(lost(format!(
                    "can't evaluate field {name} in type {}",
                    go_type(value)
                )));
            }
        };
        at += name.len() + 1;
    }
    Ok(value.clone())
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::Number(_) => "int",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
        Value::Null => "interface {}",
    }
}

fn call(function: Function, given: &[Value]) -> Value {
    let first = given.first().unwrap_or(&Value::Null);
    match function {
        Function::Json => Value::String(json(first)),
        Function::Len => Value::from(match first {
            Value::Array(list) => list.len(),
            Value::Object(map) => map.len(),
            Value::String(text) => text.len(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }),
        Function::Index => given.iter().skip(1).fold(first.clone(), |value, key| {
            let found = match (&value, key) {
                (Value::Array(list), Value::Number(place)) => place
                    .as_u64()
                    .and_then(|place| usize::try_from(place).ok())
                    .and_then(|place| list.get(place)),
                (Value::Object(map), Value::String(key)) => map.get(key),
                (_, _) => None,
            };
            found.cloned().unwrap_or_default()
        }),
        Function::Join => {
            let between = given.get(1).and_then(Value::as_str).unwrap_or_default();
            let list = first.as_array().map(Vec::as_slice).unwrap_or_default();
            Value::String(list.iter().map(printed).collect::<Vec<_>>().join(between))
        }
        Function::Upper => Value::String(printed(first).to_uppercase()),
        Function::Lower => Value::String(printed(first).to_lowercase()),
        Function::Println => {
            let words: Vec<String> = given.iter().map(printed).collect();
            Value::String(words.join(" ") + "\n")
        }
    }
}

/// Whether a value counts as true in an `if`.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(holds) => *holds,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// A value as Go prints it: `[a b]`, `map[key:value]`, and `{a b}` for what has fixed fields.
fn printed(value: &Value) -> String {
    match value {
        Value::Null => "<no value>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(list) => {
            format!("[{}]", list.iter().map(inner).collect::<Vec<_>>().join(" "))
        }
        Value::Object(map) if is_struct(map) => {
            format!("{{{}}}", map.values().map(inner).collect::<Vec<_>>().join(" "))
        }
        Value::Object(map) => {
            let entries = sorted(map);
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}:{}", inner(value))).collect();
            format!("map[{}]", entries.join(" "))
        }
    }
}

/// A value within another.
fn inner(value: &Value) -> String {
    if value.is_null() { "<nil>".to_owned() } else { printed(value) }
}

/// Whether the keys are names of fields, which Docker writes with a capital letter.
fn is_struct(map: &Map<String, Value>) -> bool {
    !map.is_empty() && map.keys().all(|key| key.starts_with(|c: char| c.is_ascii_uppercase()))
}

fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(key, _)| key.as_str());
    entries
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lab::docker::template::parse;

    fn filled(typed: &str) -> Result<String, String> {
        let value = json!({
            "Name": "/redis",
            "State": { "Status": "running", "Running": true, "ExitCode": 0 },
            "Mounts": [{ "Type": "volume", "Name": "redis-data", "RW": true, "Mode": "z" }],
            "Config": { "Cmd": ["redis-server", "--port"], "Labels": null },
            "NetworkSettings": { "Ports": { "6379/tcp": [{ "HostIp": "127.0.0.1", "HostPort": "6379" }] } },
        });
        fill(&parse(typed)?, &value).map_err(|error| error.to_string())
    }

    #[test]
    fn values_are_printed_as_go_prints_them() {
        for (typed, text) in [
            ("{{.State.Status}} {{.Name}}", "running /redis"),
            ("{{.Mounts}}", "[{volume redis-data true z}]"),
            (
                "{{json .Mounts}}",
                "[{\"Type\":\"volume\",\"Name\":\"redis-data\",\"RW\":true,\"Mode\":\"z\"}]",
            ),
            ("{{.NetworkSettings.Ports}}", "map[6379/tcp:[{127.0.0.1 6379}]]"),
            ("{{range .Mounts}}{{.Name}} {{end}}", "redis-data "),
            ("{{index .Config.Cmd 0}} {{len .Config.Cmd}}", "redis-server 2"),
            ("{{index (index .NetworkSettings.Ports \"6379/tcp\") 0}}", "{127.0.0.1 6379}"),
            ("{{(index (index .NetworkSettings.Ports \"6379/tcp\") 0).HostPort}}", "6379"),
            ("{{join .Config.Cmd \" \"}}", "redis-server --port"),
            ("{{.State.Status | upper}}", "RUNNING"),
            ("{{if .State.Running}}up{{else}}down{{end}}", "up"),
            ("{{if .State.ExitCode}}bad{{else}}good{{end}}", "good"),
            ("{{.Config.Labels}}", "<no value>"),
        ] {
            assert_eq!(filled(typed), Ok(text.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_is_not_there_is_told_with_its_place() {
        for (typed, told) in [
            (
                "{{.Nope}}",
                "template: :1:2: executing \"\" at <.Nope>: map has no entry for key \"Nope\"",
            ),
            (
                "{{.State.Nope}}",
                "template: :1:8: executing \"\" at <.State.Nope>: map has no entry for key \"Nope\"",
            ),
            (
                "x {{.Name.First}}",
                "template: :1:9: executing \"\" at <.Name.First>: can't evaluate field First in type string",
            ),
        ] {
            assert_eq!(filled(typed), Err(told.to_owned()), "{typed}");
        }
    }
}
