//! When two values are the same, whether stored as JSON or as text in a hash.

use serde_json::Value;

use crate::lesson::number::Number;

/// Whether `got` is what the source means by `want`. Numbers compare exactly and by value, with a
/// text that is a number too; lists in order; objects by field.
pub fn same(want: &Value, got: &Value) -> bool {
    match (want, got) {
        (Value::Null, Value::Null) => true,
        (Value::Null, Value::String(text)) | (Value::String(text), Value::Null) => {
            matches!(text.as_str(), "" | "null" | "None")
        }
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Bool(flag), Value::String(text)) | (Value::String(text), Value::Bool(flag)) => {
            let words: &[&str] =
                if *flag { &["true", "True", "1"] } else { &["false", "False", "0"] };
            words.contains(&text.as_str())
        }
        (Value::Number(a), Value::Number(b)) => same_number(&a.to_string(), &b.to_string()),
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => {
            same_number(&number.to_string(), text.trim())
        }
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(field, a)| b.get(field).is_some_and(|b| same(a, b)))
        }
        // A hash field can only hold a list or an object as text.
        (Value::Array(_) | Value::Object(_), Value::String(text)) => serde_json::from_str(text)
            .is_ok_and(|inner: Value| !inner.is_string() && same(want, &inner)),
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

fn same_number(a: &str, b: &str) -> bool {
    match (Number::parse(a.as_bytes()), Number::parse(b.as_bytes())) {
        (Some(a), Some(b)) => a == b,
        (Some(_) | None, _) => false,
    }
}

/// An id as text, such that ids that are the same give the same text.
pub fn id_text(id: &Value) -> String {
    let text = plain(id);
    Number::parse(text.trim().as_bytes()).map_or(text, |number| number.to_string())
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
    use super::same;

    #[test]
    fn sameness_is_of_values_not_of_spelling() {
        let check = |want: &str, got: &str, expected: bool| {
            let (a, b) = (serde_json::from_str(want).unwrap(), serde_json::from_str(got).unwrap());
            assert_eq!(same(&a, &b), expected, "{want} {got}");
        };
        for (want, got) in [
            ("198", "198"),
            ("198", "198.0"),
            ("198", "\"198\""),
            ("\"198\"", "198"),
            ("123456789012345678901", "\"123456789012345678901\""),
            ("true", "\"True\""),
            ("null", "\"None\""),
            ("[1, 2]", "[1.0, \"2\"]"),
            ("[1, 2]", "\"[1, 2]\""),
            (r#"{"a": 1, "b": 2}"#, r#"{"b": 2, "a": 1}"#),
        ] {
            check(want, got, true);
        }
        for (want, got) in [
            ("198", "199"),
            ("198", "\"198x\""),
            ("9007199254740993", "9007199254740992"),
            ("\"A\"", "\"a\""),
            ("\"A\"", "\"A \""),
            ("\"198\"", "\"198.0\""),
            ("[1, 2]", "[2, 1]"),
            ("true", "false"),
            ("null", "0"),
            ("\"A\"", "[\"A\"]"),
            (r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#),
        ] {
            check(want, got, false);
        }
    }
}
