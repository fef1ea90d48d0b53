//! `--suggest-wrong`: blocks that prove when they are pasted.

use super::{Desk, OBJECTS, TINY, TWO, check, with};

/// The `wrong` blocks of what was printed.
fn blocks(said: &str) -> Vec<&str> {
    let starts: Vec<usize> = said.match_indices("```wrong ").map(|(at, _)| at).collect();
    let end = |at: usize| at + said[at..].find("\n```\n").unwrap() + 5;
    starts.into_iter().map(|at| &said[at..end(at)]).collect()
}

fn desk(lesson: &str) -> Desk {
    Desk::new(&[("l/o.md", lesson), ("l/data/two.json", TWO)])
}

#[test]
fn what_is_suggested_proves_when_it_is_pasted() {
    let desk = desk(OBJECTS);
    let said = desk.run(&["l", "--suggest-wrong"]);
    assert_eq!(said.code, 0);
    let found = blocks(&said.out);
    let opened: Vec<&str> = found.iter().map(|block| block.lines().next().unwrap()).collect();
    let kinds = [
        "empty",
        "whole-file",
        "list-of-objects",
        "elsewhere",
        "nested",
        "python-repr",
        "double-encoded",
        "not-an-object",
        "missing-field",
        "value-differs",
        "extra-field",
        "duplicate",
        "extra-object",
        "missing-object",
    ];
    let wanted = kinds.map(|kind| format!("```wrong name={kind} expect=stored/{kind}"));
    assert_eq!(opened, wanted);
    desk.write("l/o.md", &[&[OBJECTS], &*found].concat().concat());
    desk.run(&["l", "--update"]);
    check(
        &desk.run(&["l", "--strict", "--suggest-wrong"]),
        "objects: 1 step, 15 fixtures, 36 generated states, transcript: proved

objects: no mistake was found that it does not foresee
",
        0,
    );
}

#[test]
fn a_mistake_that_passes_is_kept_once_the_check_sees_it() {
    let objects = "[stored] objects by id == file two.json $.all";
    let loose = format!("[stored] any of\n  {}\n  DBSIZE == 2\nend", &objects[9..]);
    let desk = desk(&with(OBJECTS, &[(objects, &loose)]));
    let said = desk.run(&["l", "--suggest-wrong"]).out;
    let (_, after) = said.split_once("\nx wrapped in another object").unwrap();
    let (nested, _) = after.split_once("x as Python prints it").unwrap();
    assert_eq!(
        nested,
        r#", and another one like it. This passes: tighten the check, then keep the block:

```wrong name=nested expect=stored/nested
> SELECT 1
> SET x '{"object": {"id":"x","n":1}}'
> SET y '{"id":"y","n":2}'
```

"#
    );
    desk.write("l/o.md", &[&[OBJECTS], &*blocks(nested)].concat().concat());
    desk.run(&["l", "--update"]);
    check(
        &desk.run(&["l", "--strict"]),
        "objects: 1 step, 2 fixtures, 36 generated states, transcript: proved\n",
        0,
    );
}

#[test]
fn a_line_that_is_left_out_shows_what_nothing_breaks_yet() {
    let two = [
        ("[a] GET a == 1", "[a] GET a == 1\n[b] GET b == 1\n[c] EXISTS c == 1\n[a-] GET a == 1"),
        ("[a-] GET a == 1\n", ""),
        ("  else == 2: It is {got}, and two is too many.\n", ""),
        ("```solution\n> SET a 1\n", "```solution\n> SET a 1\n> SET b 1\n> SET c 1\n"),
        ("> INCR a\n", "> MSET a 1 b 1 c 1\n"),
    ];
    let text = with(TINY, &two);
    let desk = Desk::new(&[("tiny.md", &text)]);
    let said = desk.run(&["tiny.md", "--suggest-wrong"]).out;
    let (_, suggested) = said.split_once("records there\n").unwrap();
    assert_eq!(
        suggested,
        "
tiny, step set: mistakes that no `wrong` makes yet. Paste those that learners make:

`SET b 1` left out:

```wrong name=without-line-2 expect=b
> SET a 1
> SET c 1
```

`SET c 1` left out:

```wrong name=without-line-3 expect=c
> SET a 1
> SET b 1
```
"
    );
    desk.write("tiny.md", &[&[&*text], &*blocks(suggested)].concat().concat());
    desk.run(&["tiny.md", "--update"]);
    check(
        &desk.run(&["tiny.md", "--strict", "--suggest-wrong"]),
        "tiny: 1 step, 5 fixtures, 2 shown replies, transcript: proved

tiny: no mistake was found that it does not foresee
",
        0,
    );
}

#[test]
fn the_data_of_a_container_is_spoilt_there() {
    let text = with(
        OBJECTS,
        &[
            ("db: 1\n", ""),
            ("[stored] objects by id", "[stored] on box objects by id"),
            ("> :load", "> docker run -d --name box -p 6379:6379 redis:8\n> :load"),
        ],
    );
    let desk = desk(&text);
    let said = desk.run(&["l", "--suggest-wrong"]).out;
    let found = blocks(&said);
    let missing = found.iter().find(|block| block.contains("name=missing-object")).unwrap();
    assert_eq!(
        *missing,
        "```wrong name=missing-object expect=stored/missing-object
> docker run -d --name box -p 6379:6379 redis:8
> :load two.json all by id as string
> docker exec -it box redis-cli
> SELECT 0
> FLUSHDB
> SELECT 0
> HSET y id y n 2
> exit
```
"
    );
    desk.write("l/o.md", &[&[&*text], &*found].concat().concat());
    desk.run(&["l", "--update"]);
    let said = desk.run(&["l", "--strict"]);
    assert_eq!((said.code, said.out.lines().count()), (0, 1), "{}", said.out);
}

#[test]
fn what_a_data_file_holds_does_not_steer_the_terminal() {
    let data = r#"{"all": [{"id": "x\u001b[2J", "n\u001b[2J": 1}, {"id": "y", "n\u001b[2J": 2}]}"#;
    let loose = with(
        OBJECTS,
        &[("[stored]", "[stored] any of\n  DBSIZE == 2\n "), ("$.all", "$.all\nend")],
    );
    let desk = Desk::new(&[("l/o.md", &loose), ("l/data/two.json", data)]);
    let said = desk.run(&["l", "--suggest-wrong"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("note: l/o.md:11:1: wrong states of kind `value-differs` pass: `n\\x1b[2J` of x\\x1b[2J changed"), "{}", said.out);
    assert!(
        said.out.contains(
            "`n\\x1b[2J` of x\\x1b[2J changed (hash), and another one like it. This passes"
        ),
        "{}",
        said.out
    );
    assert!(!said.out.contains('\x1b'));
}
