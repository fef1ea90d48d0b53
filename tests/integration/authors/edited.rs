//! A lesson that changed since its learner began: what they are told, and what stays.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{Desk, with};

const LESSON: &str = "---
id: keys
title: Keys
minutes: 5
---
## One {#one}
Set a.
```check
[a] GET a == 1
```
```solution
> SET a 1
```
## Two {#two}
Set b and c.
```check
[b] GET b == 1
[c] GET c == 1
```
```solution
> MSET b 1 c 1
```
## Three {#three}
Set d.
```check
[d] GET d == 1
```
```solution
> SET d 1
```
";

/// Types lines into the lesson as it is now; what is printed below its title.
fn learn(desk: &Desk, lesson: &str, lines: &str) -> String {
    desk.write("keys.md", lesson);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["learn", "keys.md", "--home", "home"])
        .current_dir(desk.path(""))
        .env_remove("KVTUTOR_HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stdout).unwrap();
    said.strip_prefix("\nKeys\nabout 5 minutes\n\n").unwrap().to_owned()
}

/// A learner who has passed the first step and is half through the second.
fn half_way() -> Desk {
    let desk = Desk::new(&[]);
    learn(&desk, LESSON, "SET a 1\nSET b 1\n");
    desk
}

const GOES_ON: &str =
    "You go on where you stopped, with your data. You type as a new client, so you
are in database 0.
";

#[test]
fn other_words_change_nothing() {
    let desk = half_way();
    let text = with(LESSON, &[("Set b and c.", "Store 1 under b and c.")]);
    assert_eq!(
        learn(&desk, &text, ""),
        format!(
            "note: this lesson has changed since you were here. Steps in other words: two
{GOES_ON}
Step 2 of 3: Two

Store 1 under b and c.

keys, step 2 of 3, missing: c
127.0.0.1:6379> "
        )
    );
    // It is told once.
    assert!(learn(&desk, &text, "").starts_with(GOES_ON));
}

#[test]
fn a_step_with_another_task_is_open_again_and_the_rest_stays() {
    let desk = half_way();
    let text = with(LESSON, &[("GET a == 1", "GET a == 2")]);
    assert_eq!(
        learn(&desk, &text, "SET c 1\n:learn keys#one\nSET a 2\n:steps\n"),
        format!(
            "note: this lesson has changed since you were here. Steps with another task,
      which count as open again: one. `:learn keys#one` goes there
{GOES_ON}
Step 2 of 3: Two

Set b and c.

keys, step 2 of 3, missing: c
127.0.0.1:6379> SET c 1
OK
done: c
done: step 2 of 3, Two

Step 3 of 3: Three

Set d.

keys, step 3 of 3, missing: d
127.0.0.1:6379> :learn keys#one
Step 1 of 3: One

Set a.

keys, step 1 of 3, missing: a
127.0.0.1:6379> SET a 2
OK
done: a
done: step 1 of 3, One

note: your data stays as it is; `:reset` puts it as this step begins
Step 2 of 3: Two

Set b and c.

note: you have done this step before: `next` goes on
keys, step 2 of 3, missing: b, c
127.0.0.1:6379> :steps
done: 1. One #one
done: 2. Two (here) #two
to do: 3. Three #three
note: `:learn keys#STEP` goes to a step
keys, step 2 of 3, missing: b, c
127.0.0.1:6379> "
        )
    );
}

#[test]
fn the_step_one_stands_at_may_be_gone() {
    let desk = half_way();
    let text = with(LESSON, &[("## Two {#two}", "## Between {#between}")]);
    assert_eq!(
        learn(&desk, &text, "GET b\n:steps\n"),
        "note: this lesson has changed since you were here. New steps: between; steps
      that are gone: two
The step that you were at is gone. You go on with the next one, with the data
you have.

Step 2 of 3: Between

Set b and c.

keys, step 2 of 3, missing: c
127.0.0.1:6379> GET b
\"1\"
127.0.0.1:6379> :steps
done: 1. One #one
to do: 2. Between (here) #between
to do: 3. Three #three
note: `:learn keys#STEP` goes to a step
keys, step 2 of 3, missing: c
127.0.0.1:6379> "
    );
}

#[test]
fn the_task_one_stands_at_may_be_another() {
    let desk = half_way();
    let text = with(LESSON, &[("[c] GET c == 1", "[c] GET c == 3")]);
    assert_eq!(
        learn(&desk, &text, "SET c 3\n"),
        format!(
            "note: this lesson has changed since you were here. Steps with another task,
      which count as open again: two
{GOES_ON}
Step 2 of 3: Two

Set b and c.

keys, step 2 of 3, missing: c
127.0.0.1:6379> SET c 3
OK
done: c
done: step 2 of 3, Two

Step 3 of 3: Three

Set d.

keys, step 3 of 3, missing: d
127.0.0.1:6379> "
        )
    );
}
