//! Checks judged against a small world of facts.

use std::collections::HashMap;

use super::{Event, Facts, evaluate, first_failure};
use crate::lesson::check::tests::read;
use crate::lesson::check::verify_files;
use crate::lesson::objects::{Stored, StoredKey};
use crate::resp::Reply;
use crate::screen::Look;
use crate::screen::markdown::inline;

#[derive(Default)]
struct World {
    replies: HashMap<String, Reply>,
    keys: HashMap<u32, Vec<StoredKey>>,
    answer: Option<&'static str>,
    happened: bool,
}

impl Facts for World {
    fn run(&mut self, db: u32, on: Option<&str>, words: &[Vec<u8>]) -> Result<Reply, String> {
        if on == Some("gone") {
            return Err("container gone is not running".to_owned());
        }
        let words: Vec<String> =
            words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        if words == ["DBSIZE"] {
            let count = self.keys.get(&db).map_or(0, Vec::len);
            return Ok(Reply::Integer(i64::try_from(count).unwrap()));
        }
        Ok(self.replies.get(&words.join(" ")).cloned().unwrap_or(Reply::Null))
    }

    fn keys(&mut self, db: u32, on: Option<&str>) -> Result<Vec<Vec<u8>>, String> {
        Ok(self.snapshot(db, on, usize::MAX)?.into_iter().map(|stored| stored.key).collect())
    }

    fn snapshot(
        &mut self,
        db: u32,
        on: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StoredKey>, String> {
        match on {
            Some("gone") => Err("container gone is not running".to_owned()),
            _ => Ok(self.keys.get(&db).into_iter().flatten().take(limit).cloned().collect()),
        }
    }

    fn answer(&self, _: &str) -> Option<String> {
        self.answer.map(str::to_owned)
    }

    fn file(&self, name: &str) -> Option<Vec<u8>> {
        (name == "data.json")
            .then(|| br#"{"list": [{"id": "A", "n": 1}, {"id": "B", "n": 2}], "x": "y"}"#.to_vec())
    }

    fn event(&self, _: &Event) -> bool {
        self.happened
    }
}

fn bulk(text: &str) -> Reply {
    Reply::Bulk(text.into())
}

fn world() -> World {
    let mut world = World::default();
    let mut reply = |command: &str, reply| world.replies.insert(command.to_owned(), reply);
    reply("GET n", bulk("4.0"));
    reply("GET t", bulk("Some text"));
    reply("GET esc", bulk("\x1b[2J"));
    reply("HGETALL bike", Reply::Array(["model", "8", "state", "free"].map(bulk).to_vec()));
    reply("GET j", bulk(r#"{"b": 2.0, "a": [1]}"#));
    reply("GET wrong", Reply::Error(b"WRONGTYPE no".to_vec()));
    reply("LRANGE l 0 -1", Reply::Array(vec![bulk("a"), bulk("b"), bulk("a")]));
    reply("TYPE t", Reply::Simple(b"string".to_vec()));
    reply("TYPE h", Reply::Simple(b"hash".to_vec()));
    reply("TYPE none", Reply::Simple(b"none".to_vec()));
    reply("CONFIG GET appendonly", Reply::Array(vec![bulk("appendonly"), bulk("yes")]));
    let key =
        |key: &str, text: &str| StoredKey { key: key.into(), value: Stored::String(text.into()) };
    world.keys.insert(1, vec![key("A", r#"{"id": "A", "n": 1}"#), key("B", "{'id': 'B'}")]);
    world.keys.insert(2, vec![key("x", "1")]);
    world
}

fn message(world: &mut World, text: &str) -> String {
    let check = read(text).unwrap();
    let outcomes = evaluate(&check, 1, world);
    match first_failure(&outcomes) {
        None => "holds".to_owned(),
        Some((outcome, failure)) => {
            let kind = failure.kind.map_or("", |kind| kind.name());
            format!("{}/{kind}: {}", outcome.label, inline(&failure.message, Look::PLAIN))
        }
    }
}

#[test]
fn assertions_that_hold() {
    for text in [
        "GET n == 4",
        "GET n == 4.0",
        "GET n == \"4.0\"",
        "GET n != 5",
        "GET n != \"4\"",
        "GET n in 4..5",
        "GET n >= 4",
        "GET n < 4.5",
        "GET t == \"Some text\"",
        "GET t has text",
        "GET t ~ /^some/i",
        "GET t is string",
        "GET x is nil",
        "GET wrong is error",
        "TYPE t is string",
        "TYPE h is hash",
        "TYPE none is nil",
        "GET j json== {\"a\": [1.0], \"b\": 2}",
        "LRANGE l 0 -1 == a b a",
        "LRANGE l 0 -1 set== b a a",
        "LRANGE l 0 -1 has b",
        "HGETALL bike set== state free model 8",
        "LRANGE l 0 -1 > 2",
        "DBSIZE == 2",
        "DBSIZE db=2 == 1",
        "db=0 DBSIZE < DBSIZE",
        "DBSIZE == file data.json $.list length",
        "keys == B A",
        "keys db=2 == x",
        "keys == file data.json $.list[*].id",
        "GET n == GET n",
        "CONFIG GET appendonly has yes",
        "DBSIZE == file data.json $.list[*] length",
    ] {
        assert_eq!(message(&mut world(), text), "holds", "{text}");
    }
}

#[test]
fn assertions_that_fail_say_what_was_found() {
    for (text, expected) in [
        ("GET n == \"4\"", "1/: In db 1, `GET n` gives 4.0. That is not yet what is asked."),
        ("GET t > 4", "1/: In db 1, `GET t` gives Some text. That is not yet what is asked."),
        ("GET x == 4", "1/: There is no key `x` in db 1 yet."),
        (
            "GET wrong != 4",
            "1/: In db 1, `GET wrong` gives (error) WRONGTYPE no. That is not yet what is asked.",
        ),
        ("GET esc == 4", "1/: In db 1, `GET esc` gives \\x1b[2J. That is not yet what is asked."),
        ("GET esc == 4\n else: got {got}", "1/: got \\x1b[2J"),
        (
            "HGETALL bike set== model free state 8",
            "1/: In db 1, `HGETALL bike` gives model, 8, state, free. That is not yet what is asked.",
        ),
        (
            "LRANGE l 0 -1 set== b a",
            "1/: In db 1, `LRANGE l 0 -1` gives a, b, a. That is not yet what is asked.",
        ),
        ("on gone DBSIZE == 1", "1/: Container gone is not running."),
        ("on gone objects by id == file data.json $.list", "1/: Container gone is not running."),
        ("keys == A", "1/: The keys of db 1 are not yet the ones that are asked. It has: A, B."),
        (
            "keys == A\n else > 1: {got} of {want} in db {db}: {keys}",
            "1/: A, B of A in db 1: `A`, `B`",
        ),
        (
            "DBSIZE == 4\n else > 4: more\n else < 4: {got} instead of {want}\n else: odd",
            "1/: 2 instead of 4",
        ),
        (
            "db=5 objects by id == file data.json $.list",
            "1/empty: db 5 is empty, but db 1 is not. `SELECT 5` chooses the database; do it before you store.",
        ),
        (
            "objects by id db=2 == file data.json $.list",
            "1/not-an-object: `x` holds `1`, which is no object: it has no fields. Store all fields of an object together, as a hash or as JSON text.",
        ),
        ("DBSIZE == 4\n else == 3: three\n else: odd", "1/: odd"),
        ("answer x == 4", "1/: `x` is not answered yet: type `answer x=…`."),
        ("restarted", "1/: The server has not been restarted in this step yet."),
        ("power-loss", "1/: The power has not failed in this step yet: `:power-loss`."),
        ("used HGETALL\n else: Read it with HGETALL.", "1/: Read it with HGETALL."),
        (
            "objects by id == file data.json $.list",
            "1/python-repr: `B` holds what Python prints for a dict, which is not JSON. Store `json.dumps(d)` instead of `str(d)`; at the prompt, write double quotes.",
        ),
        (
            "[a] objects by id == file data.json $.list\n else nested: no\n else python-repr: {key} in {db} as {type}",
            "a/python-repr: B in 1 as string",
        ),
        (
            "DBSIZE == file data.json $.none length",
            "1/: This lesson has a mistake: `data.json` has nothing at `$.none`.",
        ),
        (
            "[g] any of\nDBSIZE == 4\nDBSIZE == 5\nend",
            "g/: None of the ways to pass this holds yet. In db 1, `DBSIZE` gives 2. That is not yet what is asked.",
        ),
        ("any of\nDBSIZE == 4\nDBSIZE == 5\nelse: five\nend", "1/: five"),
        ("any of\nDBSIZE == 4\nDBSIZE == 5\nelse: five\nend\nelse: neither", "1/: neither"),
        ("any of\nDBSIZE == 4\nDBSIZE == 2\nend", "holds"),
    ] {
        assert_eq!(message(&mut world(), text), expected, "{text}");
    }
}

#[test]
fn answers_forgive_case_space_and_spelling_of_numbers() {
    let mut world = world();
    for (given, asked, expected) in [
        (" 4.0 ", "== 4", "holds"),
        // What a server prints of a score of 6.1.
        ("6.0999999999999996", "== 6.1", "holds"),
        ("MEMORY", "== memory", "holds"),
        ("Memory ", "== \"memory\"", "holds"),
        ("disk", "!= memory", "holds"),
        ("five", "> 4", "1/: `five` is not the answer to `x`."),
        ("3", "== DBSIZE\n else > 2: {got} is too many", "1/: 3 is too many"),
    ] {
        world.answer = Some(given);
        assert_eq!(message(&mut world, &format!("answer x {asked}")), expected, "{given}");
    }
    world.happened = true;
    assert_eq!(message(&mut world, "restarted\nkilled\npower-loss\nclient python"), "holds");
}

#[test]
fn files_are_verified_before_anything_runs() {
    let told = |text: &str| {
        let check = read(text).unwrap();
        let world = world();
        verify_files(&check, &|name| world.file(name))
            .into_iter()
            .map(|p| format!("`{}` {} ({}; {})", p.span.of(text), p.message, p.label, p.help))
            .collect::<Vec<_>>()
    };
    assert_eq!(told("DBSIZE == file data.json $.list length"), [""; 0]);
    assert_eq!(told("objects by id == file data.json $.list[*]"), [""; 0]);
    for (text, problem) in [
        (
            "DBSIZE == file data.json $.x length",
            "`$.x` `data.json` has no list at `$.x` to count (this path; name a list or an object, or take out `length`)",
        ),
        (
            "DBSIZE == file data.json $.lst length",
            "`$.lst` `data.json` has nothing at `$.lst` (this path; did you mean `$.list`?)",
        ),
        (
            "keys == file data.json $.list[*].banana",
            "`$.list[*].banana` `data.json` has nothing at `$.list[*].banana` (this path; there is: `id`, `n`)",
        ),
        (
            "objects by id == file data.json $.x",
            "`$.x` `data.json` has no list at `$.x` (this path; name the list of objects, such as `$.chains`; `$.chains[*]` are the values of an object)",
        ),
        (
            "objects by key == file data.json $.list",
            "`key` object 0 of the source has no field `key` (this field; name a field that tells the objects apart: `id`, `n`)",
        ),
        (
            "objects by ids == file data.json $.list",
            "`ids` object 0 of the source has no field `ids` (this field; did you mean `id`?)",
        ),
    ] {
        assert_eq!(told(text), [problem], "{text}");
    }
}
