//! Stored data in, the mistake and its message out.

use proptest::prelude::*;

use super::{Expected, Kind, Stored, StoredKey, judge};

const SOURCE: &str = include_str!("../../../lessons/data/4HHB_summary.json");
const FIELDS: [&str; 4] =
    ["chain_id", "total_residues", "standard_residues", "hetero_residue_count"];
const ROWS: [[&str; 4]; 4] = [
    ["A", "198", "141", "57"],
    ["B", "205", "146", "59"],
    ["C", "201", "141", "60"],
    ["D", "197", "146", "51"],
];

fn expected() -> Expected {
    let source: serde_json::Value = serde_json::from_str(SOURCE).unwrap();
    Expected::new(source["chains"].as_array().unwrap(), "chain_id").unwrap()
}

fn key(key: &str, value: Stored) -> StoredKey {
    StoredKey { key: key.into(), value }
}

fn string(name: &str, text: &str) -> StoredKey {
    key(name, Stored::String(text.into()))
}

fn hash(name: &str, fields: &[(&str, &str)]) -> StoredKey {
    let pair =
        |(field, value): &(&str, &str)| (field.as_bytes().to_vec(), value.as_bytes().to_vec());
    key(name, Stored::Hash(fields.iter().map(pair).collect()))
}

fn json_of(row: usize) -> String {
    let [id, total, standard, hetero] = ROWS[row];
    format!(
        r#"{{"chain_id": "{id}", "total_residues": {total}, "standard_residues": {standard}, "hetero_residue_count": {hetero}}}"#
    )
}

fn hash_of(name: &str, row: usize) -> StoredKey {
    let fields: Vec<(&str, &str)> = FIELDS.into_iter().zip(ROWS[row]).collect();
    hash(name, &fields)
}

fn strings() -> Vec<StoredKey> {
    (0..4).map(|row| string(ROWS[row][0], &json_of(row))).collect()
}

/// The four strings with the first replaced.
fn but_first(first: StoredKey) -> Vec<StoredKey> {
    let mut keys = strings();
    keys[0] = first;
    keys
}

/// `kind key id field got: message`, or `pass`.
fn told(here: &[StoredKey]) -> String {
    told_with(here, &[])
}

fn told_with(here: &[StoredKey], zero: &[StoredKey]) -> String {
    match judge(&expected(), 1, here, Some(zero)) {
        None => "pass".to_owned(),
        Some(verdict) => format!("{}: {}", verdict.kind.name(), verdict.message()),
    }
}

#[track_caller]
fn check(here: &[StoredKey], expected: &str) {
    assert_eq!(told(here), expected);
}

#[test]
fn every_right_way_passes() {
    check(&strings(), "pass");
    let hashes: Vec<_> = (0..4).map(|row| hash_of(&format!("chain:{row}"), row)).collect();
    check(&hashes, "pass");
    check(&but_first(hash_of("x", 0)), "pass");
    check(&but_first(key("A", Stored::Json(json_of(0).into()))), "pass");
    check(
        &but_first(string(
            "",
            "\u{feff} {\"hetero_residue_count\":\"57\",\n\"standard_residues\":141.0,\"total_residues\":1.98e2,\"chain_id\":\"A\"}\n",
        )),
        "pass",
    );
    let reversed: Vec<(&str, &str)> = FIELDS.into_iter().zip(ROWS[0]).rev().collect();
    check(&but_first(hash("A", &reversed)), "pass");
}

#[test]
fn elsewhere_and_empty() {
    let zero = strings();
    assert_eq!(
        told_with(&[], &zero),
        "elsewhere: Every object is right, but they are in db 0 and not in db 1. `SELECT 1`, then store them there."
    );
    let mut more = strings();
    more.push(string("mykey", "myvalue"));
    assert_eq!(
        told_with(&[], &more),
        "elsewhere: Every object is right, but they are in db 0 and not in db 1. `SELECT 1`, then store them there."
    );
    assert_eq!(
        told_with(&[string("note", "x")], &zero),
        "elsewhere: Every object is right, but they are in db 0 and not in db 1. `SELECT 1`, then store them there."
    );
    assert_eq!(told_with(&strings()[..1], &zero), "missing-object: Object B is not stored yet.");
    assert_eq!(
        told_with(&[], &[string("all", SOURCE)]),
        "empty: db 1 is empty, but db 0 is not. `SELECT 1` chooses the database; do it before you store."
    );
    assert_eq!(told_with(&[], &[]), "empty: db 1 is empty: nothing is stored yet.");
    assert_eq!(judge(&expected(), 0, &[], None).map(|v| v.kind), Some(Kind::Empty));
}

#[test]
fn the_whole_file_in_one_value() {
    let source: serde_json::Value = serde_json::from_str(SOURCE).unwrap();
    let list = source["chains"].to_string();
    check(
        &[string("4HHB", SOURCE)],
        "whole-file: `4HHB` holds all the objects in one value. Store each object under a key of its own.",
    );
    check(
        &[string("4HHB", &list)],
        "whole-file: `4HHB` holds all the objects in one value. Store each object under a key of its own.",
    );
    check(
        &[hash("4HHB", &[("chains", &list)])],
        "whole-file: `4HHB` holds all the objects in one value. Store each object under a key of its own.",
    );
    let fields: Vec<(&str, String)> = (0..4).map(|row| (ROWS[row][0], json_of(row))).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(id, text)| (*id, text.as_str())).collect();
    check(
        &[hash("chains", &fields)],
        "whole-file: `chains` is one hash with the objects as its fields. Store each object under a key of its own.",
    );
    let by_id = format!(r#"{{"A": {}, "B": {}}}"#, json_of(0), json_of(1));
    check(
        &[string("chains", &by_id)],
        "whole-file: `chains` holds all the objects in one value. Store each object under a key of its own.",
    );
    check(
        &[string("4HHB", &serde_json::to_string(SOURCE).unwrap())],
        "whole-file: `4HHB` holds all the objects in one value. Store each object under a key of its own.",
    );
    check(
        &[string("4HHB", "{'chains': [{'chain_id': 'A'}, {'chain_id': 'B'}]}")],
        "whole-file: `4HHB` holds all the objects in one value. Store each object under a key of its own.",
    );
}

#[test]
fn nested_objects() {
    check(
        &but_first(string("A", &format!(r#"{{"A": {}}}"#, json_of(0)))),
        "nested: `A` holds the object wrapped in a field `A`. Store the object itself, its fields at the top.",
    );
    check(
        &but_first(string("A", &format!(r#"{{"chain": {}}}"#, json_of(0)))),
        "nested: `A` holds the object wrapped in a field `chain`. Store the object itself, its fields at the top.",
    );
    check(
        &but_first(string("A", &format!("[{}]", json_of(0)))),
        "nested: `A` holds a list with the object in it. Store the object itself, without `[` and `]`.",
    );
    check(
        &but_first(hash("A", &[("data", &json_of(0))])),
        "nested: `A` holds the object wrapped in a field `data`. Store the object itself, its fields at the top.",
    );
    check(
        &but_first(hash("A", &[("chain_id", "A"), ("data", &json_of(0))])),
        "nested: `A` holds the object wrapped in a field `data`. Store the object itself, its fields at the top.",
    );
    check(
        &but_first(hash("A", &[("data", "{'chain_id': 'A', 'total_residues': 198}")])),
        "nested: `A` holds the object wrapped in a field `data`. Store the object itself, its fields at the top.",
    );
    check(
        &but_first(string("A", r#"{"A": {"total_residues": 198, "standard_residues": 141}}"#)),
        "nested: `A` holds the object wrapped in a field `A`. Store the object itself, its fields at the top.",
    );
}

#[test]
fn lists_of_objects() {
    let all: Vec<Vec<u8>> = (0..4).map(|row| json_of(row).into_bytes()).collect();
    check(
        &[key("chains", Stored::List(all.clone()))],
        "list-of-objects: `chains` is a list with objects in it, so none has a key of its own. Store each object under its own key, as a hash or as JSON text.",
    );
    check(
        &[key("chains", Stored::Set(all.clone()))],
        "list-of-objects: `chains` is a set with objects in it, so none has a key of its own. Store each object under its own key, as a hash or as JSON text.",
    );
    let scored = all.iter().map(|text| (text.clone(), b"0".to_vec())).collect();
    check(
        &[key("chains", Stored::SortedSet(scored))],
        "list-of-objects: `chains` is a sorted set with objects in it, so none has a key of its own. Store each object under its own key, as a hash or as JSON text.",
    );
    check(
        &but_first(key("A", Stored::List(vec![all[0].clone()]))),
        "list-of-objects: `A` is a list with objects in it, so none has a key of its own. Store each object under its own key, as a hash or as JSON text.",
    );
    check(
        &but_first(key("A", Stored::List(vec![b"{'chain_id': 'A'}".to_vec()]))),
        "list-of-objects: `A` is a list with objects in it, so none has a key of its own. Store each object under its own key, as a hash or as JSON text.",
    );
}

#[test]
fn python_and_double_encoding() {
    let python = json_of(0).replace('"', "'");
    check(
        &but_first(string("A", &python)),
        "python-repr: `A` holds what Python prints for a dict, which is not JSON. Store `json.dumps(d)` instead of `str(d)`; at the prompt, write double quotes.",
    );
    check(
        &but_first(string("A", "{'chain_id': 'A', 'x': None, 'ok': True}")),
        "python-repr: `A` holds what Python prints for a dict, which is not JSON. Store `json.dumps(d)` instead of `str(d)`; at the prompt, write double quotes.",
    );
    let twice = serde_json::to_string(&json_of(0)).unwrap();
    check(
        &but_first(string("A", &twice)),
        "double-encoded: `A` holds JSON within a JSON text: it was encoded twice. Encode it once.",
    );
    let thrice = serde_json::to_string(&twice).unwrap();
    check(
        &but_first(string("A", &thrice)),
        "double-encoded: `A` holds JSON within a JSON text: it was encoded twice. Encode it once.",
    );
    check(
        &but_first(string("A", &format!("'{}'", json_of(0)))),
        "double-encoded: `A` holds JSON within a JSON text: it was encoded twice. Encode it once.",
    );
    check(
        &but_first(string("A", &format!("b'{}'", json_of(0)))),
        "double-encoded: `A` holds JSON within a JSON text: it was encoded twice. Encode it once.",
    );
    check(
        &but_first(hash(
            "A",
            &[(FIELDS[0], "\"A\""), (FIELDS[1], "198"), (FIELDS[2], "141"), (FIELDS[3], "57")],
        )),
        "double-encoded: Object A (key `A`): the value of `chain_id` has quotes of its own, so it was encoded twice. Store it without them.",
    );
}

#[test]
fn values_that_are_no_objects() {
    check(
        &but_first(string("A", "198")),
        "not-an-object: `A` holds `198`, which is no object: it has no fields. Store all fields of an object together, as a hash or as JSON text.",
    );
    check(&but_first(string("A", "")), "not-an-object: `A` holds an empty text, not an object.");
    check(
        &but_first(string("A", "hemoglobin")),
        "not-an-object: `A` holds `hemoglobin`, which is no object: it has no fields. Store all fields of an object together, as a hash or as JSON text.",
    );
    check(
        &but_first(string("A", "true")),
        "not-an-object: `A` holds `true`, which is no object: it has no fields. Store all fields of an object together, as a hash or as JSON text.",
    );
    check(&but_first(string("A", "{}")), "not-an-object: `A` holds an object without fields.");
    check(
        &but_first(string("A", "[]")),
        "not-an-object: `A` holds values without names. An object needs field names: store a hash, or JSON text in `{…}`.",
    );
    check(
        &but_first(string("A", r#"["A", 198, 141, 57]"#)),
        "not-an-object: `A` holds values without names. An object needs field names: store a hash, or JSON text in `{…}`.",
    );
    check(
        &but_first(key("A", Stored::List(vec![b"A".to_vec(), b"198".to_vec()]))),
        "not-an-object: `A` holds values without names. An object needs field names: store a hash, or JSON text in `{…}`.",
    );
    check(
        &but_first(hash("total_residues", &[("A", "198"), ("B", "205")])),
        "not-an-object: `total_residues` has fields, but none that an object of the source has: it has A, B.",
    );
    check(
        &but_first(string("A", json_of(0).trim_end_matches('}'))),
        "not-an-object: `A` looks like JSON but is not: it ends too early.",
    );
    check(
        &but_first(string("A", &json_of(0).replace("57}", "57,}"))),
        "not-an-object: `A` looks like JSON but is not: a comma too many before column 95.",
    );
    check(
        &but_first(string("A", &json_of(0).replace("\"chain_id\"", "chain_id"))),
        "not-an-object: `A` looks like JSON but is not: a word without double quotes at column 2.",
    );
    check(
        &but_first(string("A", &json_of(0).replace("\"A\"", "“A”"))),
        "not-an-object: `A` looks like JSON but is not: a curly quote at column 14 instead of a straight one.",
    );
    check(
        &but_first(string("A", &json_of(0).replace("\"A\"", "'A'"))),
        "python-repr: `A` holds what Python prints for a dict, which is not JSON. Store `json.dumps(d)` instead of `str(d)`; at the prompt, write double quotes.",
    );
    check(
        &but_first(string("A", &(json_of(0) + " x"))),
        "not-an-object: `A` looks like JSON but is not: text follows after its end, at column 96.",
    );
    check(
        &but_first(key("A", Stored::Other("stream"))),
        "not-an-object: `A` is a stream, not an object.",
    );
    check(
        &but_first(key("A", Stored::String(b"\xff\x00\x1b[2J".to_vec()))),
        "not-an-object: `A` holds `�\\x00\\x1b[2J`, which is no object: it has no fields. Store all fields of an object together, as a hash or as JSON text.",
    );
}

#[test]
fn fields_that_are_missing_or_too_many() {
    check(
        &but_first(string("A", &json_of(0).replace(", \"hetero_residue_count\": 57", ""))),
        "missing-field: Object A (key `A`) has no field `hetero_residue_count`.",
    );
    check(
        &but_first(string("A", &json_of(0).replace("total_residues", "total_residue"))),
        "missing-field: Object A (key `A`) has no field `total_residues`. It has `total_residue`: is that the one?",
    );
    check(
        &but_first(string("A", &json_of(0).replace("57}", "57, \"note\": \"x\"}"))),
        "extra-field: Object A (key `A`) has a field `note` that the source does not have.",
    );
    check(
        &but_first(hash("A", &[("total_residues", "198"), ("standard_residues", "141")])),
        "missing-field: Object A (key `A`) has no field `chain_id`.",
    );
    check(
        &but_first(string("first", &json_of(0).replace("\"chain_id\": \"A\", ", ""))),
        "missing-field: Object A (key `first`) has no field `chain_id`.",
    );
    check(
        &but_first(string("first", &json_of(0).replace("chain_id", "Chain_ID"))),
        "missing-field: Object A (key `first`) has no field `chain_id`. It has `Chain_ID`: is that the one?",
    );
    check(
        &but_first(hash("x", &[("total_residues", "1")])),
        "missing-field: The object under `x` has no field `chain_id`.",
    );
}

#[test]
fn values_that_differ() {
    check(
        &but_first(string("A", &json_of(0).replace("198", "199"))),
        "value-differs: Object A (key `A`): `total_residues` is `199`, which is not what the source says.",
    );
    check(
        &but_first(string("A", &json_of(0).replace("198", "null"))),
        "value-differs: Object A (key `A`): `total_residues` is `null`, which is not what the source says.",
    );
    check(
        &but_first(string("A", &json_of(0).replace("\"A\"", "\"a\""))),
        "value-differs: The object under `A`: `chain_id` is `a`, which is not what the source says.",
    );
    check(
        &but_first(string("A", &json_of(0).replace("\"A\"", "\"\\u001b[2J\""))),
        "value-differs: The object under `A`: `chain_id` is `\\x1b[2J`, which is not what the source says.",
    );
    check(
        &but_first(hash(
            "A",
            &[(FIELDS[0], "A"), (FIELDS[1], "198 "), (FIELDS[2], "141"), (FIELDS[3], "x57")],
        )),
        "value-differs: Object A (key `A`): `hetero_residue_count` is `x57`, which is not what the source says.",
    );
}

#[test]
fn objects_that_are_missing_or_too_many() {
    let mut copied = strings();
    copied.push(hash_of("copy", 1));
    check(&copied, "duplicate: Object B is stored more than once: `B`, `copy`. Keep one.");
    check(&strings()[..3], "missing-object: Object D is not stored yet.");
    check(
        &but_first(string("A", &json_of(1))),
        "duplicate: Object B is stored more than once: `A`, `B`. Keep one.",
    );
    check(
        &but_first(string("A", &json_of(0).replace("\"A\"", "\"Z\"").replace("57", "58"))),
        "extra-object: `A` holds an object `Z` that the source does not have.",
    );
}

#[test]
fn of_several_mistakes_the_larger_is_told() {
    let mut keys = strings();
    keys[0] = string("A", &json_of(0).replace("198", "199"));
    keys[1] = string("B", &json_of(1).replace(", \"hetero_residue_count\": 59", ""));
    keys.remove(3);
    check(&keys, "missing-field: Object B (key `B`) has no field `hetero_residue_count`.");
    keys.push(string("D", &format!("[{}]", json_of(3))));
    check(
        &keys,
        "nested: `D` holds a list with the object in it. Store the object itself, without `[` and `]`.",
    );
}

#[test]
fn one_object_alone_is_a_whole_file_when_the_source_has_one() {
    let source = serde_json::json!([{"id": 1, "name": "x"}]);
    let expected = Expected::new(source.as_array().unwrap(), "id").unwrap();
    let kind = |text: &str| judge(&expected, 0, &[string("k", text)], None).map(|v| v.kind);
    assert_eq!(kind(r#"[{"id": 1, "name": "x"}]"#), Some(Kind::WholeFile));
    assert_eq!(kind(r#"{"all": [{"id": 1, "name": "x"}]}"#), Some(Kind::WholeFile));
    assert_eq!(kind(r#"{"one": {"id": 1, "name": "x"}}"#), Some(Kind::Nested));
    assert_eq!(kind(r#"{"id": "1.0", "name": "x"}"#), None);
}

#[test]
fn a_source_that_cannot_be_used_is_said() {
    let told = |text: &str| {
        let list: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
        Expected::new(&list, "id").unwrap_err()
    };
    assert_eq!(told("[]"), "the source has no objects");
    assert_eq!(told("[{\"id\": 1}, 2]"), "element 1 of the source is not an object");
    assert_eq!(told("[{\"i\": 1}]"), "object 0 of the source has no field `id`");
    assert_eq!(
        told("[{\"id\": 1}, {\"id\": 2}, {\"id\": \"1\"}]"),
        "objects 0 and 2 of the source have the same `id`: 1"
    );
}

#[test]
fn monstrous_values_are_judged_too() {
    let deep = "[".repeat(1_000_000);
    let kind = |text: String| {
        let verdict = judge(&expected(), 1, &but_first(string("A", &text)), None).unwrap();
        assert!(verdict.message().len() < 400);
        verdict.kind
    };
    assert_eq!(kind(deep.clone()), Kind::NotAnObject);
    assert_eq!(kind("{\"a\":".repeat(1_000_000)), Kind::NotAnObject);
    assert_eq!(kind("{'a':".repeat(1_000_000)), Kind::NotAnObject);
    assert_eq!(kind("x".repeat(10_000_000)), Kind::NotAnObject);
    assert_eq!(kind(format!("\"{}\"", "x".repeat(10_000_000))), Kind::NotAnObject);
    assert_eq!(kind(json_of(0).replace("198", &"9".repeat(10_000_000))), Kind::ValueDiffers);
    assert_eq!(kind(json_of(0).replace("\"A\"", &format!("\"{deep}\""))), Kind::ValueDiffers);
}

#[test]
fn every_kind_has_its_own_name() {
    for (name, kind) in Kind::ALL {
        assert_eq!((Kind::parse(name), kind.name()), (Some(kind), name));
    }
    assert_eq!(Kind::parse("nest"), None);
}

proptest! {
    #[test]
    fn no_bytes_panic(value in proptest::collection::vec(any::<u8>(), 0..60), text in "[\\[{'\"a-c:, 0-9}\\]\\\\bTrueNone]{0,40}") {
        for bytes in [value, text.into_bytes()] {
            for stored in [
                Stored::String(bytes.clone()),
                Stored::Hash(vec![(bytes.clone(), bytes.clone()), (b"chain_id".to_vec(), bytes.clone())]),
                Stored::List(vec![bytes.clone()]),
                Stored::SortedSet(vec![(bytes.clone(), b"1".to_vec())]),
            ] {
                let verdict = judge(&expected(), 1, &but_first(key("A", stored)), Some(&[]));
                let message = verdict.expect("random bytes are not chain A").message();
                prop_assert!(!message.contains(|c: char| c.is_control()), "{message:?}");
            }
        }
    }
}
