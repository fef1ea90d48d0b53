//! Check blocks in, assertions or exact error texts out.

use super::parse::{Context, parse};
use super::{Check, Commands};
use crate::lesson::problem::Span;

/// A command table of a few commands.
pub struct Few;

const FEW: &[&str] =
    &["GET", "SET", "DBSIZE", "TYPE", "LRANGE", "KEYS", "CONFIG", "LASTSAVE", "HGETALL", "CLIENT"];

impl Commands for Few {
    fn exists(&self, name: &[u8]) -> bool {
        FEW.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
    }

    fn names(&self) -> Vec<&'static str> {
        FEW.to_vec()
    }

    fn full_name(&self, words: &[&str]) -> Result<String, Vec<String>> {
        let words: Vec<String> = words.iter().map(|word| word.to_uppercase()).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["CONFIG", "GET", ..] => Ok("CONFIG GET".to_owned()),
            ["CONFIG", _, ..] => Err(vec!["CONFIG GET".to_owned()]),
            [name, ..] if FEW.contains(name) => Ok((*name).to_owned()),
            _ => Err(FEW.iter().map(|name| (*name).to_owned()).collect()),
        }
    }

    fn reads_only(&self, words: &[Vec<u8>]) -> Result<(), String> {
        match words.first().map(|name| name.to_ascii_uppercase()).as_deref() {
            Some(b"SET") => Err("`SET` writes".to_owned()),
            Some(_) | None => Ok(()),
        }
    }
}

/// The check, or each problem as text.
pub fn read(text: &str) -> Result<Check, Vec<String>> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.lines() {
        lines.push((line, at));
        at += line.len() + 1;
    }
    let mut problems = Vec::new();
    let files = ["data.json".to_owned()];
    let context = Context { commands: &Few, files: Some(&files), read: &|_| None };
    let check = parse(&lines, Span::new(0, 1), context, &mut problems);
    if problems.is_empty() {
        return Ok(check);
    }
    Err(problems
        .iter()
        .map(|p| format!("`{}` {} ({}; {})", p.span.of(text), p.message, p.label, p.help))
        .collect())
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let told = read(text).err().unwrap_or_default();
    assert_eq!(
        told,
        expected,
        "\n{}",
        told.iter().map(|t| format!("{t:?},")).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn good_checks_are_read() {
    let text = r#"
# The design's own sample.
[stored] objects by chain_id == file data.json $.chains
  else whole-file: `{key}` holds the whole file.
  else: {kind of} {"a": 1}
[count] DBSIZE == file data.json $.chains length
  else > 4: db 1 holds {got} keys for {want} chains.
  else < 4: fewer
db=2 on redis GET "db=1" == "x y"
LRANGE l 0 -1 db=3 on other == a b c
TYPE a is hash
GET a is nil
GET a ~ /^[0-9]+\/x$/i
GET n in -1..5.5
GET j json== {"a": [1, 2]}
LRANGE l 0 -1 set== b a
CONFIG GET save has save
keys set== A B
answer place == "memory"
  else == disk: no
DBSIZE == db=0 DBSIZE
DBSIZE == DBSIZE db=0
used HGETALL
used config get
keys db=2 == a
objects by id db=2 on redis == file data.json $.chains
restarted
killed
power-loss
client python
[kept] any of
  CONFIG GET appendonly has yes
    else: inner
  LASTSAVE > 0
end
  else: outer
accept extra-field: notes are welcome
"#;
    let check = read(&text.replace("{kind of} ", "")).unwrap();
    let labels: Vec<&str> = check.items.iter().map(super::Item::label).collect();
    assert_eq!(labels[..4], ["stored", "count", "3", "4"]);
    assert_eq!(check.items.last().unwrap().label(), "kept");
    assert_eq!(check.items.last().unwrap().assertions().len(), 2);
    assert_eq!(check.items.last().unwrap().elses().count(), 2);
    assert_eq!(check.accepts.len(), 1);
    let debug = |label: &str| format!("{:?}", check.item(label).unwrap().assertions()[0].subject);
    assert_eq!(
        debug("3"),
        format!(
            "{:?}",
            super::Subject::Command {
                words: vec![b"GET".to_vec(), b"db=1".to_vec()],
                place: super::Place { db: Some(2), on: Some("redis".into()) },
            }
        )
    );
    assert_eq!(
        debug("4"),
        format!(
            "{:?}",
            super::Subject::Command {
                words: vec![b"LRANGE".to_vec(), b"l".to_vec(), b"0".to_vec(), b"-1".to_vec()],
                place: super::Place { db: Some(3), on: Some("other".into()) },
            }
        )
    );
    assert!(debug("12").contains("Keys"), "{}", debug("12"));
}

#[test]
fn subjects_that_cannot_be() {
    check(
        "SET a 1 == OK\n  else: lost\ndb=1 restarted\non redis killed\nused CONFIG GTE\nused HGETALL h\nobjects by x on redis is 4\nGTE a == 1\nobjekts by x == file data.json $\nobjects == 1\n== 1\nanswer == 1\nanswer a b == 1\ndb=16 DBSIZE == 1\nused\nused NOPE\nrestarted == 1\nrestartd\n",
        &[
            "`SET a 1` `SET` writes (not for a check; a check may only use commands that read, so that checking changes nothing)",
            "`db=1 restarted` an event belongs to the whole step, not to a database or a container (a place before an event; take out `db=…` or `on …`)",
            "`on redis killed` an event belongs to the whole step, not to a database or a container (a place before an event; take out `db=…` or `on …`)",
            "`CONFIG GTE` `CONFIG GTE` is not a command (unknown command; did you mean `CONFIG GET`?)",
            "`HGETALL h` `used` takes the name of a command and no arguments (more than a name; write `used HGETALL`)",
            "`is 4` objects are compared with the list of objects in a file (expected `== file NAME $.path`; write for example `== file 4HHB_summary.json $.chains`)",
            "`GTE` `GTE` is not a command (unknown command; did you mean `GET`?)",
            "`objekts` `objekts` is not a subject (unknown subject; did you mean `objects`?)",
            "`objects` the object view needs the field that tells objects apart (expected `objects by FIELD`; write for example `objects by chain_id == file 4HHB_summary.json $.chains`)",
            "`==` nothing stands before this operator (no subject; begin with a command that reads, `answer NAME`, `objects by FIELD` or `keys`)",
            "`answer` an answer is looked up by its name alone (expected `answer NAME`; write for example `answer keys == 4`)",
            "`answer a b` an answer is looked up by its name alone (expected `answer NAME`; write for example `answer keys == 4`)",
            "`db=16` `db` must be a whole number from 0 to 15 (not a database; write for example `db=1`; a key of that name goes in quotes)",
            "`used` `used` names a command (no command; write for example `used HGETALL`)",
            "`NOPE` `NOPE` is not a command (unknown command; write for example `used HGETALL`)",
            "`==` an event is not compared: it has happened or not (an operator; take out the operator and what follows)",
            "`restartd` this assertion compares nothing (no operator; did you mean `restarted`?)",
        ],
    );
}

#[test]
fn operators_and_values_that_cannot_be() {
    check(
        "DBSIZE = 4\nDBSIZE 4\nDBSIZE ==\nDBSIZE > many\nDBSIZE in 5..1\nDBSIZE in 5\nGET a ~ x\nGET a ~ /(/\nGET a is hsh\nGET a is hash\nGET a json== {a}\nGET a is nil nil\nDBSIZE == SET a 1\nGET a == SET\nanswer a == one two\nGET \"a == 1\n",
        &[
            "`=` this is not an operator (unknown operator; did you mean `==`?)",
            "`DBSIZE 4` this assertion compares nothing (no operator; write one of `== != < <= > >= in ~ is json== set== has` and a value)",
            "`==` nothing follows `==` (expected a value; write a value after it)",
            "`many` `>` compares numbers (not a number; write a number, or compare with `==`)",
            "`5..1` a range is two numbers, the smaller one first (not a range; write for example `in 1..5`)",
            "`5` a range is two numbers, the smaller one first (not a range; write for example `in 1..5`)",
            "`x` a pattern stands between slashes (not a pattern; write for example `~ /^[0-9]+$/`)",
            "`/(/` this pattern cannot be read (unclosed group; mend it; `\\` before a sign takes its meaning away)",
            "`hsh` `hsh` is not something a reply can be (unknown type; did you mean `hash`?)",
            "`hash` `is hash` looks at what `TYPE key` replies (another subject; write `TYPE key is hash`)",
            "`{a}` what follows `json==` is not JSON (not JSON; write it as in a file, for example `json== {\"a\": 1}`)",
            "`nil nil` `is` takes one value (more than one; put a value with spaces in quotes)",
            "`SET a 1` `SET` writes (not for a check; a check may only use commands that read, so that checking changes nothing)",
            "`SET` `SET` writes (not for a check; if the word itself is meant, put it in quotes: `\"SET\"`)",
            "`one two` an answer is one value (more than one; put a value with spaces in quotes; for several right answers write `any of`, or `~ /^(one|other)$/i`)",
            "`\"a == 1` this is opened and never closed (opened here; close it before the end of the line)",
        ],
    );
}

#[test]
fn files_that_cannot_be() {
    check(
        "objects by id == 4\nobjects by id != file data.json $\nobjects by id == file data.json $ length\nDBSIZE == file dat.json $.x\nDBSIZE == file other.json $.x\nDBSIZE == file data.json x\nDBSIZE == file data.json $.x size\nDBSIZE == file data.json\n",
        &[
            "`== 4` objects are compared with the list of objects in a file (expected `== file NAME $.path`; write for example `== file 4HHB_summary.json $.chains`)",
            "`!= file data.json $` objects are compared with the list of objects in a file (expected `== file NAME $.path`; write for example `== file 4HHB_summary.json $.chains`)",
            "`== file data.json $ length` objects are compared with the list of objects in a file (expected `== file NAME $.path`; write for example `== file 4HHB_summary.json $.chains`)",
            "`dat.json` `dat.json` is not among the lesson's files (unknown file; did you mean `data.json`?)",
            "`other.json` `other.json` is not among the lesson's files (unknown file; add it to the front matter: `files: [other.json]`)",
            "`x` this is not a path into JSON (not a path; write for example `$.chains`, `$.chains[0].chain_id` or `$.chains[*].chain_id`)",
            "`size` only `length` may follow a path (unknown word; take it out, or write `length` for how many there are)",
            "`file` `file` is followed by a file and a path (expected `file NAME $.path`; write for example `file 4HHB_summary.json $.chains`)",
        ],
    );
}

#[test]
fn messages_that_cannot_be() {
    check(
        "else: early\nDBSIZE == 4\n  else\n  else:\n  else whole-file: x\n  else ~ 4: x\n  else == 4: see {ky}\n  else == 4: again\n  else: last\n  else < 2: never\nobjects by id == file data.json $\n  else wholefile: x\n  else == 4: x\nrestarted\n  else == 4: x\n  else: {got}\n",
        &[
            "`else: early` this `else` belongs to nothing (no assertion above; put it below the assertion it speaks for)",
            "`else` this `else` has no message (expected `: message`; write `else: …`, `else KIND: …` or `else == 3: …`)",
            "`else:` this `else` has no message (nothing after the colon; write what the learner should read)",
            "`whole-file` only `objects` assertions name kinds of mistakes (a kind; write `else: …` or `else == 3: …`)",
            "`~ 4` this `else` has no condition that can be judged (not a condition; write `else: …`, `else == 3: …`, `else < 3: …` or `else > 3: …`)",
            "`{ky}` `{ky}` means nothing here (unknown placeholder; possible here: `got`, `want`, `db`, `keys`)",
            "`else == 4: again` this `else` is never told: the same `else` stands above it (not reached; put `else:` last, and each condition once)",
            "`else < 2: never` this `else` is never told: an `else:` stands above it (not reached; put `else:` last, and each condition once)",
            "`wholefile` `wholefile` is not a kind of mistake (unknown kind; did you mean `whole-file`?)",
            "`== 4` there is no value here to compare (a comparison; write `else KIND: …`, for example `else missing-field: …`)",
            "`== 4` there is no value here to compare (a comparison; write `else: …`)",
            "`{got}` `{got}` means nothing here (unknown placeholder; this message has no placeholders)",
        ],
    );
}

#[test]
fn groups_labels_and_accepts_that_cannot_be() {
    check(
        "[a] DBSIZE == 1\n[a] DBSIZE == 2\n[B] DBSIZE == 3\n[b DBSIZE == 3\nend\nany of\nend\nany of\n[x] DBSIZE == 1\nDBSIZE == 1\nany of\nend now\nend\naccept nothing: x\naccept extra-field\nany of\nDBSIZE == 1\n",
        &[
            "`[a]` two assertions are called `a` (the second one; give it another label)",
            "`[B]` a label is a name in square brackets (not a label; use lower-case letters, digits and hyphens: `[count] DBSIZE == 4`)",
            "`[b DBSIZE == 3` a label is a name in square brackets (not a label; use lower-case letters, digits and hyphens: `[count] DBSIZE == 4`)",
            "`end` this `end` closes nothing (no `any of` above; take it out, or open the group with `any of`)",
            "`any of` this `any of` has no alternatives (nothing in it; write assertions between it and `end`)",
            "`[x]` an alternative has no label of its own (a label; label the `any of` line instead)",
            "`any of` an `any of` stands inside another one (here; close the first one with `end`; alternatives are single assertions)",
            "`end now` `end` stands alone on its line (something follows; put what follows on the next line)",
            "`accept nothing: x` `nothing` is not a kind of generated state (unknown kind; possible here: `as-hash`, `as-json`, `spaced`, `reordered`, `as-text`, `other-keys`, `elsewhere`, `empty`, `whole-file`, `nested`, `list-of-objects`, `python-repr`, `double-encoded`, `not-an-object`, `missing-field`, `extra-field`, `value-differs`, `duplicate`, `extra-object`, `missing-object`)",
            "`accept extra-field` an `accept` says why (no reason; write `accept extra-field: …` with the reason)",
            "`any of` this `any of` has no `end` (opened here; write a line `end` after its last alternative)",
        ],
    );
    check(
        "# only a comment\n",
        &[
            "`#` this `check` asserts nothing (no assertion; write one a line, such as `[count] DBSIZE == 4`)",
        ],
    );
}
