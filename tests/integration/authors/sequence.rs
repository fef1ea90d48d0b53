//! Steps one after the other, as a learner takes them.

use super::{Desk, TINY, check, with};

const SECOND: &str = "## Then {#then}
Append to it.
```check
[length] STRLEN a == 2
[kept] TTL a == -1
```
```solution
> APPEND a x
```
```wrong name=soon expect=length
> EXPIRE a 10
```
";

#[test]
fn every_right_end_leads_on() {
    let text = format!("{}{SECOND}", with(TINY, &[("> INCR a", "> INCR a\n> EXPIRE a 1000")]));
    check(&Desk::new(&[("t.md", &text)]).run(&["t.md"]), "tiny: 2 steps, 5 fixtures, 2 shown replies, holds on entry: then/kept: not proved: 1 failure

t.md:24:1: after `right slowly` nothing that is written for step `then` passes it
  ```right name=slowly
  ^^^^^^^^^^^^^^^^^^^^ a learner could come this way
  help: add a `solution` or `right` to `then` that works on what this leaves

", 1);
    let mended = with(
        &text,
        &[("> APPEND a x\n```", "> APPEND a x\n```\n```right name=again\n> SET a 11\n```")],
    );
    let desk = Desk::new(&[("t.md", &mended)]);
    desk.run(&["t.md", "--update"]);
    check(
        &desk.run(&["t.md", "--strict"]),
        "tiny: 2 steps, 6 fixtures, 2 shown replies, holds on entry: then/kept, transcript: proved
",
        0,
    );
}

#[test]
fn a_learner_goes_on_with_the_same_client() {
    let text = format!(
        "{}{SECOND}",
        with(
            TINY,
            &[
                ("[a] GET", "[a] db=1 GET"),
                ("> SET a", "> SELECT 1\n> SET a"),
                ("> INCR a", "> SELECT 1\n> INCR a"),
            ]
        )
    );
    let text = with(&text, &[("> APPEND a x", "> SET a 11")]);
    check(&Desk::new(&[("t.md", &text)]).run(&["t.md"]), "tiny: 2 steps, 5 fixtures, 2 shown replies: not proved: 1 failure

t.md:33:1: a learner who types the first solution of step `then` does not pass
  ## Then {#then}
  ^^^^^^^^^^^^^^^ in a run of the whole lesson
  help: a learner goes on with one client: it stays in its database from step to step, and a step ends as soon as it is right

", 1);
    let mended = with(&text, &[("> SET a 11", "> SELECT 0\n> SET a 11")]);
    let desk = Desk::new(&[("t.md", &mended)]);
    desk.run(&["t.md", "--update"]);
    check(
        &desk.run(&["t.md", "--strict"]),
        "tiny: 2 steps, 5 fixtures, 2 shown replies, transcript: proved
",
        0,
    );
}
