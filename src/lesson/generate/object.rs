//! An object of the source, and the ways of writing it down. Knows no mistake.

use serde_json::{Map, Value};

use super::Words;

/// How objects are written down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a hash.
    Hash,
    /// As JSON text.
    Json,
}

/// An object and its key.
#[derive(Clone)]
pub struct Object {
    /// The key.
    pub key: Vec<u8>,
    /// The fields.
    pub fields: Map<String, Value>,
}

impl Form {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Form::Hash => "hash",
            Form::Json => "JSON text",
        }
    }
}

impl Object {
    /// Its JSON text.
    pub fn json(&self) -> String {
        Value::Object(self.fields.clone()).to_string()
    }

    /// The command that stores it.
    pub fn store(&self, form: Form) -> Words {
        match form {
            Form::Json => set(&self.key, &self.json()),
            Form::Hash => {
                let mut words = words(&[b"HSET", &self.key]);
                for (field, value) in &self.fields {
                    words.push(field.clone().into_bytes());
                    words.push(plain(value).into_bytes());
                }
                words
            }
        }
    }
}

/// A command of these words.
pub fn words(words: &[&[u8]]) -> Words {
    words.iter().map(|word| word.to_vec()).collect()
}

/// `SET`.
pub fn set(key: &[u8], value: &str) -> Words {
    words(&[b"SET", key, value.as_bytes()])
}

/// A value as a hash holds it.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

/// An object's id as text.
pub fn id_of(fields: &Map<String, Value>, by: &str) -> String {
    fields.get(by).map(plain).unwrap_or_default()
}

/// Another value of the same type.
pub fn changed(value: &Value) -> Value {
    match value {
        Value::Null => Value::Bool(true),
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Number(number) => match number.as_i64().and_then(|n| n.checked_add(1)) {
            Some(next) => Value::Number(next.into()),
            None => Value::Number(0.into()),
        },
        Value::String(text) => Value::String(format!("{text}x")),
        Value::Array(items) => {
            Value::Array(items.iter().cloned().chain([Value::Bool(true)]).collect())
        }
        Value::Object(fields) => {
            let more = ("x".to_owned(), Value::Bool(true));
            Value::Object(fields.clone().into_iter().chain([more]).collect())
        }
    }
}

/// What Python's `str` prints.
pub fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => python_text(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(python).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let pair = |(field, value): (&String, &Value)| {
                format!("{}: {}", python_text(field), python(value))
            };
            let fields: Vec<String> = fields.iter().map(pair).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

fn python_text(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
    format!("'{text}'")
}
