//! One stored value: is it an object, and if not, what is it instead?

use serde_json::{Map, Value};

use super::judge::Expected;
use super::kind::Kind;
use super::{Stored, python};

/// What a value turned out to be.
#[derive(Debug)]
pub enum Reading {
    /// An object, by its fields.
    Object(Map<String, Value>),
    /// A mistake in the form of the whole value, and what more can be said of it.
    Mistake(Kind, Form),
}

/// How a value came to be no object: chooses the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Nothing more is known.
    Plain,
    /// The objects are fields of a hash.
    InHash,
    /// The object is an element of a JSON list.
    InList,
    /// The object is the value of this field.
    InField(String),
    /// It begins like JSON, but is not: what is wrong, and at which column.
    BrokenJson(String),
    /// It is a value with these fields, none of which the source has.
    OtherFields(String),
    /// It is a number, `true`, `false` or `null`, or plain text.
    Scalar,
    /// It is a list of values without names.
    Unnamed,
}

/// Reads one value.
pub fn read(value: &Stored, expected: &Expected) -> Reading {
    match value {
        Stored::String(bytes) | Stored::Json(bytes) => string(bytes, expected),
        Stored::Hash(fields) => hash(fields, expected),
        Stored::List(items) | Stored::Set(items) => elements(items.iter(), expected),
        Stored::SortedSet(items) => elements(items.iter().map(|(member, _)| member), expected),
        Stored::Other(_) => Reading::Mistake(Kind::NotAnObject, Form::Plain),
    }
}

/// Text as a value, and in which dress it came.
enum Dressed {
    Json(Value),
    Encoded(Value),
    Python(Value),
    Nothing(Form),
}

fn undress(bytes: &[u8]) -> Dressed {
    let Ok(text) = std::str::from_utf8(bytes) else { return Dressed::Nothing(Form::Scalar) };
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str::<Value>(text) {
        Ok(Value::String(inner)) => match inside(&inner) {
            Some(value) => Dressed::Encoded(value),
            None => Dressed::Json(Value::String(inner)),
        },
        Ok(value) => Dressed::Json(value),
        Err(error) => match python::parse(text) {
            // A text in Python's quotes that holds JSON was encoded first and printed then.
            Some(Value::String(inner)) => match inside(&inner) {
                Some(value) => Dressed::Encoded(value),
                None => Dressed::Nothing(Form::Scalar),
            },
            Some(value @ (Value::Object(_) | Value::Array(_))) if is_pythonic(text) => {
                Dressed::Python(value)
            }
            // JSON with a comma too many is Python too, but nobody printed it.
            Some(_) | None if text.starts_with(['{', '[']) => {
                Dressed::Nothing(Form::BrokenJson(broken(text, &error)))
            }
            Some(_) | None => Dressed::Nothing(Form::Scalar),
        },
    }
}

/// The object or list that a text holds, however often it was encoded.
fn inside(text: &str) -> Option<Value> {
    let mut text = text.to_owned();
    for _ in 0..8 {
        match serde_json::from_str::<Value>(text.trim()).ok().or_else(|| python::parse(&text))? {
            Value::String(inner) => text = inner,
            value @ (Value::Object(_) | Value::Array(_)) => return Some(value),
            Value::Null | Value::Bool(_) | Value::Number(_) => return None,
        }
    }
    None
}

/// Whether something in the text, outside of double quotes, is Python's way and not JSON's.
fn is_pythonic(text: &str) -> bool {
    let mut outside = String::new();
    let mut quoted = false;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' if !quoted => return true,
            '"' => quoted = !quoted,
            '\\' if quoted => {
                letters.next();
            }
            other if !quoted => outside.push(other),
            _ => {}
        }
    }
    ["True", "False", "None", "("].iter().any(|sign| outside.contains(sign))
}

/// What is wrong with JSON, in a few words of our own for the mistakes that people make.
fn broken(text: &str, error: &serde_json::Error) -> String {
    let column = error.column();
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let at = line.get(column.saturating_sub(1)..).and_then(|rest| rest.chars().next());
    if error.is_eof() {
        return "it ends too early".to_owned();
    }
    if error.to_string().starts_with("trailing characters") {
        return format!("text follows after its end, at column {column}");
    }
    match at {
        Some('“' | '”' | '„') => {
            format!("a curly quote at column {column} instead of a straight one")
        }
        Some('\'') => format!("a single quote at column {column} instead of a double one"),
        Some(c) if c.is_alphabetic() => format!("a word without double quotes at column {column}"),
        Some('}' | ']') => format!("a comma too many before column {column}"),
        Some(_) | None => format!("it stops being JSON at column {column}"),
    }
}

fn string(bytes: &[u8], expected: &Expected) -> Reading {
    match undress(bytes) {
        Dressed::Json(value) => json(value, expected),
        Dressed::Encoded(value) => dressed(&value, Kind::DoubleEncoded, expected),
        Dressed::Python(value) => dressed(&value, Kind::PythonRepr, expected),
        Dressed::Nothing(form) => Reading::Mistake(Kind::NotAnObject, form),
    }
}

/// A value in the wrong dress: the dress is the mistake, unless the whole file wears it.
fn dressed(value: &Value, kind: Kind, expected: &Expected) -> Reading {
    match json(value.clone(), expected) {
        Reading::Mistake(found @ (Kind::WholeFile | Kind::Nested), form) => {
            Reading::Mistake(found, form)
        }
        Reading::Mistake(..) | Reading::Object(_) => Reading::Mistake(kind, Form::Plain),
    }
}

fn json(value: Value, expected: &Expected) -> Reading {
    match value {
        Value::Object(fields) => object(fields, expected, false),
        Value::Array(items) => {
            let form = Form::InList;
            match count_in_list(&items, expected) {
                0 => Reading::Mistake(Kind::NotAnObject, Form::Unnamed),
                1 if expected.len() > 1 => Reading::Mistake(Kind::Nested, form),
                _ => Reading::Mistake(Kind::WholeFile, form),
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {
            Reading::Mistake(Kind::NotAnObject, Form::Scalar)
        }
    }
}

fn hash(fields: &[(Vec<u8>, Vec<u8>)], expected: &Expected) -> Reading {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let map = fields.iter().map(|(field, value)| (text(field), Value::String(text(value))));
    object(map.collect(), expected, true)
}

fn object(fields: Map<String, Value>, expected: &Expected, hash: bool) -> Reading {
    let complete = expected.fields().all(|field| fields.contains_key(field));
    if complete {
        return Reading::Object(fields);
    }
    // A field that holds objects of its own, where some of this one's are missing.
    let mut inner = 0;
    let mut listed = false;
    let mut wrappers = 0;
    let mut wrapper = None;
    for (field, value) in &fields {
        if expected.is_field(field) {
            continue;
        }
        let found = count(value, expected);
        inner += found;
        listed |= found > 0 && is_listed(value);
        if found > 0 {
            wrappers += 1;
            wrapper = wrapper.or(Some(field));
        }
    }
    let many = inner > 1 || (inner == 1 && listed && expected.len() == 1);
    match wrapper {
        Some(_) if many => {
            let form = if hash && wrappers > 1 { Form::InHash } else { Form::Plain };
            Reading::Mistake(Kind::WholeFile, form)
        }
        Some(field) => Reading::Mistake(Kind::Nested, Form::InField(field.clone())),
        None if expected.shares_fields(&fields) => Reading::Object(fields),
        None => {
            let names: Vec<&str> = fields.keys().map(String::as_str).take(8).collect();
            Reading::Mistake(Kind::NotAnObject, Form::OtherFields(names.join(", ")))
        }
    }
}

fn elements<'a>(items: impl Iterator<Item = &'a Vec<u8>>, expected: &Expected) -> Reading {
    for item in items {
        let value = match undress(item) {
            Dressed::Json(value) | Dressed::Encoded(value) | Dressed::Python(value) => value,
            Dressed::Nothing(_) => continue,
        };
        if count(&value, expected) > 0 {
            return Reading::Mistake(Kind::ListOfObjects, Form::Plain);
        }
    }
    Reading::Mistake(Kind::NotAnObject, Form::Unnamed)
}

/// How many objects of the source's kind stand in a value, itself included.
fn count(value: &Value, expected: &Expected) -> usize {
    match value {
        Value::Object(fields) if expected.shares_fields(fields) => 1,
        Value::Object(fields) => fields.values().map(|value| count(value, expected)).sum(),
        Value::Array(items) => count_in_list(items, expected),
        Value::String(text) => inside(text).map_or(0, |value| match value {
            // Texts within the inner value are not opened again: that would be without end.
            Value::Object(fields) if expected.shares_fields(&fields) => 1,
            Value::Object(fields) => fields.values().map(|v| plain_count(v, expected)).sum(),
            Value::Array(items) => items.iter().map(|v| plain_count(v, expected)).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn count_in_list(items: &[Value], expected: &Expected) -> usize {
    items.iter().map(|item| count(item, expected)).sum()
}

/// As [`count`], with texts left closed.
fn plain_count(value: &Value, expected: &Expected) -> usize {
    match value {
        Value::Object(fields) if expected.shares_fields(fields) => 1,
        Value::Object(fields) => fields.values().map(|v| plain_count(v, expected)).sum(),
        Value::Array(items) => items.iter().map(|v| plain_count(v, expected)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn is_listed(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::String(text) => inside(text).is_some_and(|value| value.is_array()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}
