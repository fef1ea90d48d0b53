//! When two values are the same, whether stored as JSON or as text in a hash.

use serde_json::Value;

use super::kind::Kind;
use super::python;
use crate::lesson::number::Number;

/// What a value is part of: it decides how it may be spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    /// JSON, which has types of its own.
    Json,
    /// A hash, whose fields can only hold text.
    Hash,
}

/// Whether `got` is what the source means by `want`.
///
/// Numbers compare exactly and by value; lists in order; objects by field. A number, `true`, `false`
/// or `null` is the same as its text. In a hash a list or an object is the same as its JSON text,
/// and a truth or nothing may be written as Python and Redis have them.
pub fn same(want: &Value, got: &Value, dress: Dress) -> bool {
    match (want, got) {
        (Value::Null, Value::Null) => true,
        (Value::Null, Value::String(text)) => null_words(dress).contains(&text.as_str()),
        (Value::String(text), Value::Null) => text == "null",
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Bool(flag), Value::String(text)) => {
            truth_words(*flag, dress).contains(&text.as_str())
        }
        (Value::String(text), Value::Bool(flag)) => *text == flag.to_string(),
        (Value::Number(a), Value::Number(b)) => same_number(&a.to_string(), &b.to_string()),
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => {
            same_number(&number.to_string(), text.trim())
        }
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, Dress::Json))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(field, a)| b.get(field).is_some_and(|b| same(a, b, Dress::Json)))
        }
        (Value::Array(_) | Value::Object(_), Value::String(text)) if dress == Dress::Hash => {
            is_json_of(want, text)
        }
        (
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_),
            _,
        ) => false,
    }
}

fn null_words(dress: Dress) -> &'static [&'static str] {
    match dress {
        Dress::Json => &["null"],
        Dress::Hash => &["null", "None", ""],
    }
}

fn truth_words(flag: bool, dress: Dress) -> &'static [&'static str] {
    match (flag, dress) {
        (true, Dress::Json) => &["true"],
        (false, Dress::Json) => &["false"],
        (true, Dress::Hash) => &["true", "True", "1"],
        (false, Dress::Hash) => &["false", "False", "0"],
    }
}

fn is_json_of(want: &Value, text: &str) -> bool {
    serde_json::from_str(text)
        .is_ok_and(|inner: Value| !inner.is_string() && same(want, &inner, Dress::Json))
}

/// The mistake of a field that holds the right value, spelt so that it is another one: encoded once
/// more than it should be, or as Python prints it.
pub fn misspelt(want: &Value, got: &Value, dress: Dress) -> Option<Kind> {
    let Value::String(text) = got else { return None };
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let encoded = match &value {
            Value::String(_) => same(want, &value, Dress::Hash),
            // In JSON a list or an object needs no quotes around it.
            Value::Array(_) | Value::Object(_) => {
                dress == Dress::Json && same(want, &value, Dress::Json)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        };
        return encoded.then_some(Kind::DoubleEncoded);
    }
    match python::parse(text)? {
        inner @ Value::String(_) if same(want, &inner, Dress::Hash) => {
            // Quotes alone are quotes too many; `b'…'` is what Python prints for bytes.
            let printed = text.trim_start().starts_with('b');
            Some(if printed { Kind::PythonRepr } else { Kind::DoubleEncoded })
        }
        value @ (Value::Array(_) | Value::Object(_)) if same(want, &value, Dress::Json) => {
            Some(Kind::PythonRepr)
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => None,
    }
}

fn same_number(a: &str, b: &str) -> bool {
    match (Number::parse(a.as_bytes()), Number::parse(b.as_bytes())) {
        (Some(a), Some(b)) => a == b,
        (Some(_) | None, _) => false,
    }
}

/// The one way of writing an id that is a number; nothing for another id.
pub fn number_text(id: &str) -> Option<String> {
    Number::parse(id.trim().as_bytes()).map(|number| number.to_string())
}

/// A value as it is read in a sentence: a text without its quotes, all else as JSON.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dress, Kind, misspelt, same};

    fn value(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn sameness_is_of_values_not_of_spelling() {
        for (want, got) in [
            ("198", "198"),
            ("198", "198.0"),
            ("198", "\"198\""),
            ("\"198\"", "198"),
            ("1.0", "1"),
            ("1", "\"1e0\""),
            ("-0.0", "0"),
            ("6.02e23", "\"602000000000000000000000\""),
            ("123456789012345678901", "\"123456789012345678901\""),
            ("true", "\"true\""),
            ("\"true\"", "true"),
            ("null", "\"null\""),
            ("[1, 2]", "[1.0, \"2\"]"),
            ("\"\"", "\"\""),
            ("\"é\"", "\"\\u00e9\""),
            ("\"😀\"", "\"\\ud83d\\ude00\""),
            (r#"{"a": 1, "b": 2}"#, r#"{"b": 2, "a": 1}"#),
        ] {
            for dress in [Dress::Json, Dress::Hash] {
                assert!(same(&value(want), &value(got), dress), "{want} {got}");
            }
        }
        for (want, got) in [
            ("198", "199"),
            ("198", "\"198x\""),
            ("198", "\"\""),
            ("9007199254740993", "9007199254740992"),
            ("0.1", "0.1000000000000000055"),
            ("\"A\"", "\"a\""),
            ("\"A\"", "\"A \""),
            ("\"198\"", "\"198.0\""),
            ("\"\"", "null"),
            ("\"1\"", "true"),
            ("[1, 2]", "[2, 1]"),
            ("true", "false"),
            ("true", "1"),
            ("null", "0"),
            ("null", "[]"),
            ("\"A\"", "[\"A\"]"),
            ("[\"[1]\"]", "[[1]]"),
            (r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#),
            (r#"{"a": 1, "b": null}"#, r#"{"a": 1}"#),
        ] {
            for dress in [Dress::Json, Dress::Hash] {
                assert!(!same(&value(want), &value(got), dress), "{want} {got}");
            }
        }
    }

    #[test]
    fn a_hash_can_only_hold_text() {
        for (want, got) in [
            ("true", "\"True\""),
            ("true", "\"1\""),
            ("false", "\"0\""),
            ("null", "\"None\""),
            ("null", "\"\""),
            ("[1, 2]", "\"[1, 2]\""),
            (r#"{"a": [1]}"#, r#""{\"a\":[1]}""#),
        ] {
            assert!(same(&value(want), &value(got), Dress::Hash), "{want} {got}");
            assert!(!same(&value(want), &value(got), Dress::Json), "{want} {got}");
        }
    }

    #[test]
    fn a_right_value_in_the_wrong_spelling_is_named() {
        use Kind::{DoubleEncoded, PythonRepr};
        let check = |want: &str, got: &str, hash, json| {
            let kind =
                |dress| misspelt(&value(want), &serde_json::Value::String(got.into()), dress);
            assert_eq!((kind(Dress::Hash), kind(Dress::Json)), (hash, json), "{want} {got}");
        };
        check("\"A\"", "\"A\"", Some(DoubleEncoded), Some(DoubleEncoded));
        check("\"A\"", "'A'", Some(DoubleEncoded), Some(DoubleEncoded));
        check("\"A\"", "b'A'", Some(PythonRepr), Some(PythonRepr));
        check("198", "\"198\"", Some(DoubleEncoded), Some(DoubleEncoded));
        check("[1, 2]", "[1, 2]", None, Some(DoubleEncoded));
        check("[1, 2]", "\"[1, 2]\"", Some(DoubleEncoded), Some(DoubleEncoded));
        check("[\"a\"]", "['a']", Some(PythonRepr), Some(PythonRepr));
        check("{\"a\": true}", "{'a': True}", Some(PythonRepr), Some(PythonRepr));
        check("\"A\"", "\"B\"", None, None);
        check("[\"a\"]", "['b']", None, None);
        check("198", "199", None, None);
    }
}
