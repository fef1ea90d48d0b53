//! Right answers in every dress, which must pass, and what is said of keys beside them.

use serde_json::Value;

use super::{Expected, Stored, StoredKey, judge};

/// A source in which everything is awkward.
const SOURCE: &str = r#"[
  {"id": 7, "name": "Ærø \"north\"", "size": 1.0, "big": 12345678901234567890123, "tiny": 1e-7,
   "ok": true, "none": null, "empty": "", "code": "007", "tags": ["a", "b c"],
   "place": {"lat": 54.9, "names": ["Æ", null]}},
  {"id": 8, "name": "日本", "size": -0.5, "big": 0, "tiny": 0,
   "ok": false, "none": null, "empty": "", "code": "1e3", "tags": [],
   "place": {}}
]"#;

fn source() -> Vec<Value> {
    serde_json::from_str(SOURCE).unwrap()
}

fn string(key: &str, text: impl Into<Vec<u8>>) -> StoredKey {
    StoredKey { key: key.into(), value: Stored::String(text.into()) }
}

fn hash(key: &str, fields: &[(&str, &str)]) -> StoredKey {
    let fields = fields.iter().map(|(field, value)| (field.as_bytes().to_vec(), (*value).into()));
    StoredKey { key: key.into(), value: Stored::Hash(fields.collect()) }
}

/// The first object as a hash, with some fields in other words.
fn first(key: &str, other: &[(&str, &str)]) -> StoredKey {
    let fields = [
        ("id", "7"),
        ("name", "Ærø \"north\""),
        ("size", "1.0"),
        ("big", "12345678901234567890123"),
        ("tiny", "1e-07"),
        ("ok", "True"),
        ("none", "None"),
        ("empty", ""),
        ("code", "007"),
        ("tags", "[\"a\", \"b c\"]"),
        ("place", "{\"names\": [\"\\u00c6\", null], \"lat\": 54.90}"),
    ];
    let told = |field: &str| other.iter().find(|(name, _)| *name == field).map(|(_, text)| *text);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(field, text)| (*field, told(field).unwrap_or(text))).collect();
    hash(key, &fields)
}

fn second() -> StoredKey {
    string("item:8", source()[1].to_string())
}

#[track_caller]
fn check(here: &[StoredKey], expected: &str) {
    let source = Expected::new(&source(), "id").unwrap();
    let told = match judge(&source, 1, here, Some(&[])) {
        None => "pass".to_owned(),
        Some(verdict) => format!("{}: {}", verdict.kind.name(), verdict.message()),
    };
    assert_eq!(told, expected);
}

#[test]
fn a_hash_may_spell_values_as_text_can() {
    for other in [
        &[][..],
        &[("id", "7.0"), ("size", "1"), ("tiny", "0.0000001"), ("ok", "1"), ("none", "")],
        &[("ok", "true"), ("none", "null"), ("tags", "[\"a\",\"b c\"]"), ("size", "1e0")],
        &[("id", " 7"), ("big", "1.2345678901234567890123e22")],
    ] {
        check(&[first("a key with spaces", other), second()], "pass");
    }
}

#[test]
fn json_text_may_be_written_in_any_way() {
    let pretty = |at: usize| serde_json::to_string_pretty(&source()[at]).unwrap();
    check(&[string("a", pretty(0)), string("b", pretty(1))], "pass");
    let mut texts = source()[0].clone();
    for (field, text) in
        [("id", "7"), ("size", "1"), ("ok", "true"), ("none", "null"), ("tiny", "1E-7")]
    {
        texts[field] = Value::String(text.to_owned());
    }
    check(&[string("", texts.to_string()), second()], "pass");
    let escaped = source()[0].to_string().replace("Æ", "\\u00c6").replace('ø', "\\u00F8");
    check(&[string("a", format!("\t{escaped}\r\n")), second()], "pass");
    let document = StoredKey { key: b"d".to_vec(), value: Stored::Json(escaped.into()) };
    check(&[document, second()], "pass");
}

#[test]
fn values_that_only_look_alike_are_told_apart() {
    let differs = |other: &[(&str, &str)], told: &str| {
        check(&[first("a", other), second()], told);
    };
    let object = "Object 7 (key `a`)";
    differs(
        &[("big", "12345678901234567890124")],
        &format!(
            "value-differs: {object}: `big` is `12345678901234567890124`, which is not what the source says."
        ),
    );
    differs(
        &[("code", "7")],
        &format!("value-differs: {object}: `code` is `7`, which is not what the source says."),
    );
    differs(
        &[("ok", "yes")],
        &format!("value-differs: {object}: `ok` is `yes`, which is not what the source says."),
    );
    differs(
        &[("empty", " ")],
        &format!("value-differs: {object}: `empty` is ` `, which is not what the source says."),
    );
    differs(
        &[("tags", "['a', 'b c']")],
        &format!(
            "python-repr: {object}: `tags` is `['a', 'b c']`, as Python prints it. Store the value itself; for a list or a dict store `json.dumps(value)`."
        ),
    );
    differs(
        &[("name", "b'Ærø \"north\"'")],
        &format!(
            "python-repr: {object}: `name` is `b'Ærø \"north\"'`, as Python prints it. Store the value itself; for a list or a dict store `json.dumps(value)`."
        ),
    );
    differs(
        &[("code", "\"007\"")],
        &format!(
            "double-encoded: {object}: the value of `code` has quotes of its own, so it was encoded twice. Store it without them."
        ),
    );
    let mut texts = source()[0].clone();
    texts["tags"] = Value::String("[\"a\", \"b c\"]".to_owned());
    check(
        &[string("a", texts.to_string()), second()],
        &format!(
            "double-encoded: {object}: the value of `tags` has quotes of its own, so it was encoded twice. Store it without them."
        ),
    );
    texts["tags"] = Value::Null;
    check(
        &[string("a", texts.to_string()), second()],
        &format!("value-differs: {object}: `tags` is `null`, which is not what the source says."),
    );
}

#[test]
fn ids_that_are_one_number_in_two_spellings_are_two_ids() {
    let list: Vec<Value> =
        serde_json::from_str(r#"[{"id": "1E3", "n": 1}, {"id": "1000", "n": 2}]"#).unwrap();
    let source = Expected::new(&list, "id").unwrap();
    let stored =
        [hash("a", &[("id", "1E3"), ("n", "1")]), hash("b", &[("id", "1000"), ("n", "2")])];
    assert_eq!(judge(&source, 0, &stored, None), None);
}

#[test]
fn a_comma_too_many_is_not_pythons() {
    let list: Vec<Value> = serde_json::from_str(r#"[{"id": "Hb (A)", "n": 1}]"#).unwrap();
    let source = Expected::new(&list, "id").unwrap();
    let told = |text: &str| judge(&source, 0, &[string("a", text)], None).unwrap().message();
    assert_eq!(
        told(r#"{"id": "Hb (A)", "n": 1,}"#),
        "`a` looks like JSON but is not: a comma too many before column 25."
    );
    assert_eq!(
        told(r#"{"id": "it's None", "n": 1,}"#),
        "`a` looks like JSON but is not: a comma too many before column 28."
    );
    assert_eq!(
        told(r#"{"id": "Hb (A)", "n": None}"#),
        "`a` holds what Python prints for a dict, which is not JSON. Store `json.dumps(d)` instead of `str(d)`; at the prompt, write double quotes."
    );
}

#[test]
fn a_key_beside_right_objects_is_named_and_the_rest_called_right() {
    let beside = |key: StoredKey, told: &str| {
        check(&[first("a", &[]), second(), key], told);
    };
    let list = |value| StoredKey { key: b"my notes".to_vec(), value };
    beside(
        string("my notes", "x"),
        "not-an-object: Every object is right, and beside them is `my notes`, which holds no object. `DEL \"my notes\"` removes it.",
    );
    beside(
        list(Stored::Set(vec![b"7".to_vec(), b"8".to_vec()])),
        "not-an-object: Every object is right, and beside them is `my notes`, which is a set and no object. `DEL \"my notes\"` removes it.",
    );
    beside(
        list(Stored::SortedSet(vec![(b"7".to_vec(), b"1".to_vec())])),
        "not-an-object: Every object is right, and beside them is `my notes`, which is a sorted set and no object. `DEL \"my notes\"` removes it.",
    );
    beside(
        hash("count", &[("x", "1")]),
        "not-an-object: Every object is right, and beside them is `count`, which has none of the fields of an object. `DEL count` removes it.",
    );
    beside(
        hash("count", &[("name", "x")]),
        "missing-field: Every object is right, and beside them is `count`, which has no field `id`. `DEL count` removes it.",
    );
    beside(
        string("all", SOURCE),
        "whole-file: Every object is right, and beside them is `all`, which holds all of them in one value. `DEL all` removes it.",
    );
    beside(
        list(Stored::List(vec![source()[0].to_string().into()])),
        "list-of-objects: Every object is right, and beside them is `my notes`, which is a list with objects in it. `DEL \"my notes\"` removes it.",
    );
    beside(
        hash("item:9", &[("id", "9"), ("name", "x")]),
        "extra-object: Every object is right, and beside them is `item:9`, which holds an object `9` that the source does not have. `DEL item:9` removes it.",
    );
    // A second object 7 is no key beside the others: one of the two is wrong, and the learner chooses.
    beside(
        first("copy", &[("code", "8")]),
        "value-differs: Object 7 (key `copy`): `code` is `8`, which is not what the source says.",
    );
}

#[test]
fn enough_keys_always_hold_a_mistake() {
    let source = Expected::new(&source(), "id").unwrap();
    let many = |key: &dyn Fn(usize) -> StoredKey| {
        let here: Vec<StoredKey> = (0..source.enough()).map(key).collect();
        judge(&source, 1, &here, None).unwrap().kind.name()
    };
    assert_eq!(many(&|at| first(&format!("copy:{at}"), &[])), "duplicate");
    assert_eq!(many(&|at| string(&format!("n:{at}"), "1")), "not-an-object");
    assert_eq!(
        many(&|at| hash(&format!("o:{at}"), &[("id", &format!("x{at}")), ("name", "x")])),
        "extra-object"
    );
}
