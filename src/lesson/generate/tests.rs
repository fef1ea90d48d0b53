//! Each generated state, run and judged.

use super::{Generated, Variant, Words, generate};
use crate::lesson::objects::{Expected, Kind, Stored, StoredKey, judge};

/// What the commands leave in each database.
fn run(commands: &[Words]) -> Vec<(u32, StoredKey)> {
    let mut db = 0;
    let mut keys = Vec::new();
    for words in commands {
        let rest = || words[2..].to_vec();
        let value = match words[0].as_slice() {
            b"SELECT" => {
                db = String::from_utf8_lossy(&words[1]).parse().unwrap();
                continue;
            }
            b"SET" => Stored::String(words[2].clone()),
            b"HSET" => Stored::Hash(
                words[2..].chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
            ),
            b"RPUSH" => Stored::List(rest()),
            b"SADD" => Stored::Set(rest()),
            other => panic!("{}", String::from_utf8_lossy(other)),
        };
        keys.push((db, StoredKey { key: words[1].clone(), value }));
    }
    keys
}

fn in_db(keys: &[(u32, StoredKey)], db: u32) -> Vec<StoredKey> {
    keys.iter().filter(|(at, _)| *at == db).map(|(_, key)| key.clone()).collect()
}

/// Every generated state is judged as what it was made to be.
fn check(source: &str, by: &str, db: u32) -> Vec<Generated> {
    let list: Vec<serde_json::Value> = serde_json::from_str(source).unwrap();
    let expected = Expected::new(&list, by).unwrap();
    let states = generate(&expected, db, &[]);
    for state in &states {
        let keys = run(&state.commands);
        let zero = in_db(&keys, 0);
        let verdict = judge(&expected, db, &in_db(&keys, db), (db != 0).then_some(&zero));
        let found = verdict.map(|verdict| verdict.kind);
        let wanted = match state.variant {
            Variant::Right(_) => None,
            Variant::Wrong(kind) => Some(kind),
        };
        assert_eq!(found, wanted, "{}: {:?}", state.what, state.lines());
    }
    states
}

fn chains() -> String {
    let source = include_str!("../../../lessons/data/4HHB_summary.json");
    let root: serde_json::Value = serde_json::from_str(source).unwrap();
    root["chains"].to_string()
}

#[test]
fn every_state_is_judged_as_what_it_was_made_to_be() {
    let states = check(&chains(), "chain_id", 1);
    for (name, kind) in Kind::ALL {
        assert!(states.iter().any(|state| state.variant == Variant::Wrong(kind)), "{name}");
    }
    assert_eq!(states.iter().filter(|state| state.variant.is_right()).count(), 6);
}

#[test]
fn other_sources_work_too() {
    check(&chains(), "chain_id", 0);
    check(
        r#"[{"id": 1, "tags": ["a", "b"], "ok": true, "none": null, "name": "it's \"q\""}]"#,
        "id",
        0,
    );
    check(r#"[{"id": 1, "n": 1.5}, {"id": 2, "n": 12345678901234567890123}]"#, "id", 3);
}

#[test]
fn keys_are_the_solutions_own() {
    let list: Vec<serde_json::Value> = serde_json::from_str(&chains()).unwrap();
    let expected = Expected::new(&list, "chain_id").unwrap();
    let stored = |id: &str| StoredKey {
        key: format!("chain:{id}").into_bytes(),
        value: Stored::Hash(vec![
            (b"chain_id".to_vec(), id.as_bytes().to_vec()),
            (b"total_residues".to_vec(), b"1".to_vec()),
        ]),
    };
    let states = generate(&expected, 1, &[stored("B"), stored("A")]);
    assert_eq!(
        states[0].lines(),
        [
            "SELECT 1",
            "HSET chain:A chain_id A total_residues 198 standard_residues 141 hetero_residue_count 57",
            "HSET chain:B chain_id B total_residues 205 standard_residues 146 hetero_residue_count 59",
            "HSET C chain_id C total_residues 201 standard_residues 141 hetero_residue_count 60",
            "HSET D chain_id D total_residues 197 standard_residues 146 hetero_residue_count 51",
        ]
    );
    let whole = states.iter().find(|state| state.variant.name() == "python-repr").unwrap();
    assert_eq!(
        whole.lines()[1],
        r#"SET chain:A "{'chain_id': 'A', 'total_residues': 198, 'standard_residues': 141, 'hetero_residue_count': 57}""#
    );
    assert_eq!(
        states[1].lines()[1],
        r#"SET chain:A '{"chain_id":"A","total_residues":198,"standard_residues":141,"hetero_residue_count":57}'"#
    );
}
