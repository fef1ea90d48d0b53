//! What a learner of an author's lesson is told by itself, and what only on asking.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{Desk, TINY, with};

/// Two assertions that are still open on entry, and a mistake in each that has a name.
const CHECK: &str = "[a] GET a == 1
  else == 2: It is 2, and two is too many.
  else: There is no a.
[b] GET b == 1
  else > 1: It is {got}, and one is enough.
  else: There is no b.";

/// Runs lines in the tiny lesson with the check above, and gives what is printed below its first step.
fn learn(lines: &str) -> String {
    let changes = [
        ("[a] GET a == 1\n  else == 2: It is {got}, and two is too many.", CHECK),
        ("> SET a 1\n", "> MSET a 1 b 1\n"),
    ];
    let text = in_lesson(&with(TINY, &changes), lines);
    let (_, after) = text.split_once("    \"2\"\n\n").unwrap();
    after.replace("tiny, step 1 of 1, missing", "missing")
}

/// Runs lines in a lesson called tiny and gives all that is printed.
fn in_lesson(lesson: &str, lines: &str) -> String {
    let desk = Desk::new(&[("tiny.md", lesson)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["learn", "tiny", "--lessons", ".", "--home", "home"])
        .current_dir(desk.path(""))
        .env_remove("KVTUTOR_HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_mistake_that_has_a_name_is_told_as_soon_as_it_is_made() {
    assert_eq!(
        learn("SET a 2\nGET a\nSET a 1\n"),
        "missing: a, b\n\
         127.0.0.1:6379> SET a 2\n\
         OK\n\
         not yet: It is 2, and two is too many.\n\
         missing: a, b\n\
         127.0.0.1:6379> GET a\n\
         \"2\"\n\
         127.0.0.1:6379> SET a 1\n\
         OK\n\
         done: a\n\
         missing: b\n\
         127.0.0.1:6379> "
    );
}

#[test]
fn what_is_still_open_is_told_on_asking() {
    assert_eq!(
        learn("SET b 2\nSET c 1\n:check\nSET a 1\n"),
        "missing: a, b\n\
         127.0.0.1:6379> SET b 2\n\
         OK\n\
         127.0.0.1:6379> SET c 1\n\
         OK\n\
         127.0.0.1:6379> :check\n\
         not yet: There is no a.\n\
         to do: b: not yet\n\
         missing: a, b\n\
         127.0.0.1:6379> SET a 1\n\
         OK\n\
         done: a\n\
         not yet: It is 2, and one is enough.\n\
         missing: b\n\
         127.0.0.1:6379> "
    );
}

#[test]
fn bare_numbers_answer_a_quiz() {
    let quiz = "---
id: tiny
title: Tiny
minutes: 1
---
## Ask {#ask}
```quiz
Even?
- [ ] 1
  One is odd.
- [x] 2
  Two is even.
- [x] 4
  Four is even.
```
";
    let text = in_lesson(quiz, "9\n2\n 2, 1\n3. 2\n2\n");
    let (_, after) = text.split_once("as in `answer 1,2`\n").unwrap();
    assert_eq!(
        after,
        "tiny, step 1 of 1, missing: the question\n\
         127.0.0.1:6379> 9\n\
         note: there is no choice 9; take 1 to 3\n\
         tiny, step 1 of 1, missing: the question\n\
         127.0.0.1:6379> 2\n\
         done: Two is even.\n\
         note: that is right, and there is more: write all the numbers in one answer\n\
         tiny, step 1 of 1, missing: the question\n\
         127.0.0.1:6379>  2, 1\n\
         done: Two is even.\n\
         not yet: One is odd.\n\
         tiny, step 1 of 1, missing: the question\n\
         127.0.0.1:6379> 3. 2\n\
         done: Four is even.\n\
         done: Two is even.\n\
         done: step 1 of 1, Ask\n\n\
         done: lesson over: Tiny\n\
         That was the last lesson. `:recap` sums it up.\n\
         tiny, over\n\
         127.0.0.1:6379> 2\n\
         (error) ERR unknown command '2', with args beginning with: \n\
         note: there is no command 2; `help` lists what there is.\n\
         127.0.0.1:6379> "
    );
}
