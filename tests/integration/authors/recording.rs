//! Transcripts and replies: compared, and recorded with `--update`.

use super::{Desk, TINY, TINY_IS_PROVED, check, with};

#[test]
fn a_transcript_is_recorded_and_compared() {
    let desk = Desk::new(&[("l/tiny.md", TINY)]);
    let recorded = format!("{TINY_IS_PROVED}recorded: l/snapshots/lesson__tiny.snap\n");
    check(&desk.run(&["l", "--update"]), &recorded, 0);
    assert_eq!(
        desk.read("l/snapshots/lesson__tiny.snap"),
        r#"---
source: l/tiny.md
---
Tiny
about 1 minute

Step 1 of 1: Set it

Set `a` to 1.

    > SET b 2
    OK
    > GET b
    "2"

127.0.0.1:6379> SET a 1
OK
done: a
done: step 1 of 1, Set it

done: lesson over: Tiny
That was the last lesson. `:recap` sums it up.


Beside step 1 of 1, Set it:

right slowly: passes

wrong two: a
not yet: It is 2, and two is too many.
"#
    );
    check(&desk.run(&["l"]), TINY_IS_PROVED, 0);
    check(&desk.run_as(&["l"], "true"), TINY_IS_PROVED, 0);
    // Nothing to record, so nothing is written.
    check(&desk.run(&["l", "--update"]), TINY_IS_PROVED, 0);

    desk.write("l/tiny.md", &with(TINY, &[("to 1.", "to one.")]));
    check(&desk.run(&["l"]), "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure
the transcript differs from l/snapshots/lesson__tiny.snap (- recorded, + now); `--update` records it:
@ line 4
  Step 1 of 1: Set it

- Set `a` to 1.
+ Set `a` to one.

      > SET b 2
", 1);
    check(&desk.run(&["l", "--update"]), &recorded, 0);
    check(&desk.run(&["l"]), TINY_IS_PROVED, 0);
}

#[test]
fn a_transcript_stands_beside_the_folder_of_the_lessons_if_there_is_a_place() {
    let desk = Desk::new(&[("lessons/tiny.md", TINY), ("snapshots/readme", "")]);
    let recorded = format!("{TINY_IS_PROVED}recorded: snapshots/lesson__tiny.snap\n");
    check(&desk.run(&["--update"]), &recorded, 0);
    check(&desk.run(&["lessons/tiny.md"]), TINY_IS_PROVED, 0);
}

#[test]
fn a_header_that_another_tool_wrote_stays() {
    let old = "---\nsource: x.rs\nexpression: text\n---\nold\n";
    let desk = Desk::new(&[("l/tiny.md", TINY), ("l/snapshots/lesson__tiny.snap", old)]);
    desk.run(&["l", "--update"]);
    let text = desk.read("l/snapshots/lesson__tiny.snap");
    assert_eq!(
        text.lines().take(5).collect::<Vec<_>>(),
        ["---", "source: x.rs", "expression: text", "---", "Tiny"]
    );
}

#[test]
fn a_missing_transcript_fails_under_strict() {
    let desk = Desk::new(&[("tiny.md", TINY)]);
    let said = "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 note
note: there is no snapshots/lesson__tiny.snap yet: read the transcript that `--update` records there
";
    check(&desk.run(&["tiny.md", "--strict"]), said, 1);
    check(&desk.run_as(&["tiny.md"], "true"), said, 1);
}

#[test]
fn a_lesson_that_is_not_proved_records_nothing() {
    let text = with(TINY, &[("> INCR a", "> INCRBY a 3"), ("\"2\"\n", "\"3\"\n")]);
    let desk = Desk::new(&[("l/tiny.md", &text)]);
    check(
        &desk.run(&["l", "--update"]),
        r#"tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 2 failures

l/tiny.md:11:3: `GET b` prints something else than shown
  > GET b
    ^^^^^ this command
  help: `--update` records what it prints:
        "2"

l/tiny.md:24:1: `right slowly` of step `set` does not pass
  ```right name=slowly
  ^^^^^^^^^^^^^^^^^^^^ fails at `a`
  help: the learner is told: In db 0, `GET a` gives 3. That is not yet what is asked.

"#,
        1,
    );
    assert_eq!(desk.read("l/tiny.md"), text);
    assert!(!desk.path("l/snapshots").exists());
}

#[test]
fn replies_are_recorded_in_the_file() {
    let wrong = with(TINY, &[("\"2\"\n", "\"3\"\nand more\n\n"), ("OK\n", "")]);
    let marked = format!("\u{feff}{}", wrong.replace('\n', "\r\n"));
    for (wrong, right) in [
        (wrong.clone(), with(TINY, &[("\"2\"\n", "\"2\"\n\n")])),
        (
            marked,
            format!("\u{feff}{}", with(TINY, &[("\"2\"\n", "\"2\"\n\n")]).replace('\n', "\r\n")),
        ),
    ] {
        let desk = Desk::new(&[("l/tiny.md", &wrong)]);
        let recorded = format!("{TINY_IS_PROVED}recorded: l/snapshots/lesson__tiny.snap\n");
        check(&desk.run(&["l", "--update"]), &recorded, 0);
        assert_eq!(desk.read("l/tiny.md"), right);
    }
}
