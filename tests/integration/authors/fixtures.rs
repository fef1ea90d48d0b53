//! Checks, fixtures, hints and shown replies: what each failure says.

use super::{Said, check, spoilt};

#[test]
fn a_check_that_holds_on_entry_proves_nothing() {
    check(
        &spoilt(&[("GET a == 1", "GET a != 1")]),
        "tiny: 1 step, 0 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:15:1: every assertion of step `set` holds before anything is done
  [a] GET a != 1
  ^^^^^^^^^^^^^^ this check decides nothing
  help: assert something that the step's start state lacks, or take that away in a `setup`

",
        1,
    );
}

#[test]
fn an_assertion_that_holds_on_entry_needs_a_fixture_that_breaks_it() {
    check(
        &spoilt(&[("[a] GET", "[b] GET b is nil\n[a] GET")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: proved, with 2 notes
note: l/tiny.md:15:1: `b` of step `set` holds on entry, and no fixture breaks it
note: there is no l/snapshots/lesson__tiny.snap yet: read the transcript that `--update` records there
",
        0,
    );
}

#[test]
fn a_solution_must_pass() {
    check(
        &spoilt(&[("```solution\n> SET a 1", "```solution\n> SET a 3")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:21:1: `solution` of step `set` does not pass
  ```solution
  ^^^^^^^^^^^ fails at `a`
  help: the learner is told: In db 0, `GET a` gives 3. That is not yet what is asked.

",
        1,
    );
}

/// What stands behind `help: ` when `[a] GET a == 1` and its solution are written so.
fn help(assertion: &str, solution: &str, db: &str) -> String {
    let said = spoilt(&[
        ("minutes: 1\n", &format!("minutes: 1\n{db}")),
        ("[a] GET a == 1", assertion),
        ("```solution\n> SET a 1", &format!("```solution\n{solution}")),
    ])
    .out;
    let help = said.lines().find_map(|line| line.trim_start().strip_prefix("help: "));
    help.unwrap_or(&said).to_owned()
}

#[test]
fn the_slip_that_makes_a_solution_fail_is_named() {
    for (assertion, solution, db, expected) in [
        (
            "[a] GET a == two words",
            "> SET a \"two words\"",
            "",
            "a value with a space in it needs quotes: `\"two words\"`; the learner is told: In db 0, `GET a` gives two words. That is not yet what is asked.",
        ),
        (
            "[a] LLEN a == 8 quakes",
            "> RPUSH a 1",
            "",
            "the reply is one value, and `8 quakes` asks for 2 of them; the learner is told: In db 0, `LLEN a` gives 1. That is not yet what is asked.",
        ),
        (
            "[a] GET a == zcount s 5 +inf",
            "> SET a 0",
            "",
            "`zcount s 5 +inf` stands for the values themselves; if a command is meant, write it in capitals: `ZCOUNT s 5 +inf`; the learner is told: In db 0, `GET a` gives 0. That is not yet what is asked.",
        ),
        (
            "[a] GET a == 1",
            "> SET a 1",
            "db: 1\n",
            "it stores in database 0, and this lesson looks into database 1: begin it with `> SELECT 1`; the learner is told: There is no key `a` in db 1 yet.",
        ),
    ] {
        assert_eq!(help(assertion, solution, db), expected, "{assertion}");
    }
}

#[test]
fn a_load_that_stores_nothing_is_a_line_that_fails() {
    check(
        &spoilt(&[(
            "```solution\n> SET a 1",
            "```solution\n> :load none.json by id as hash\n> SET a 1",
        )]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:22:3: a line of `solution` fails: there is no file \"none.json\": no files are here
  > :load none.json by id as hash
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this line
  help: mend it; if the error is meant, say so in a line above it: `> # …`

",
        1,
    );
}

#[test]
fn a_right_end_state_must_pass() {
    check(
        &spoilt(&[("> INCR a", "> INCRBY a 3")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:24:1: `right slowly` of step `set` does not pass
  ```right name=slowly
  ^^^^^^^^^^^^^^^^^^^^ fails at `a`
  help: the learner is told: In db 0, `GET a` gives 3. That is not yet what is asked.

",
        1,
    );
}

#[test]
fn a_line_of_a_solution_must_not_fail() {
    check(
        &spoilt(&[("```solution\n> SET a 1", "```solution\n> SAT a 1\n> SET a 1")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:22:3: a line of `solution` fails: ERR unknown command 'SAT', with args beginning with: 'a' '1'
  > SAT a 1
    ^^^^^^^ this line
  help: mend it; if the error is meant, say so in a line above it: `> # …`

",
        1,
    );
}

#[test]
fn an_error_that_a_comment_announces_is_meant() {
    check(
        &spoilt(&[("```solution\n> SET a 1", "```solution\n> # A command that is not there:\n> SAT a 1\n> SET a 1")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: proved, with 1 note
note: there is no l/snapshots/lesson__tiny.snap yet: read the transcript that `--update` records there
",
        0,
    );
}

#[test]
fn a_line_of_a_setup_must_not_fail() {
    check(
        &spoilt(&[("```check", "```setup\n> SAT a 1\n```\n```check")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:15:3: a line of `setup` fails: ERR unknown command 'SAT', with args beginning with: 'a' '1'
  > SAT a 1
    ^^^^^^^ this line
  help: mend it: every learner who enters the step would see what it leaves undone

",
        1,
    );
}

#[test]
fn a_wrong_fixture_must_fail() {
    check(
        &spoilt(&[("> SET a 2", "> SET a 1")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure and 1 note

l/tiny.md:27:26: `wrong two` passes step `set`
  ```wrong name=two expect=a
                           ^ no assertion fails
  help: tighten the check, or make this a `right`

note: l/tiny.md:16:3: no fixture reaches this message of `a`
",
        1,
    );
}

#[test]
fn a_wrong_fixture_must_earn_the_feedback_it_names() {
    check(
        &spoilt(&[("[a] GET", "[b] GET b is nil\n[a] GET"), ("> SET a 2", "> SET b 2\n> SET a 2")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies, holds on entry: set/b: not proved: 1 failure

l/tiny.md:28:26: `wrong two` fails at `b`, not at `a`
  ```wrong name=two expect=a
                           ^ expected here
  help: the learner is told: In db 0, `GET b` gives 2. That is not yet what is asked.

",
        1,
    );
}

#[test]
fn a_message_that_nothing_reaches_is_noted() {
    check(
        &spoilt(&[("two is too many.", "two is too many.\n  else == 7: It is seven.")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: proved, with 2 notes
note: l/tiny.md:17:3: no fixture reaches this message of `a`
note: there is no l/snapshots/lesson__tiny.snap yet: read the transcript that `--update` records there
",
        0,
    );
}

#[test]
fn a_hint_must_not_solve() {
    check(
        &spoilt(&[("The command is `SET`.", "Type `SET a 1`.")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:18:1: hint 1 of step `set` solves the step
  ```hint
  ^^^^^^^ its commands alone pass
  help: leave something to find out: the solution has a block of its own

",
        1,
    );
}

#[test]
fn a_hint_in_a_block_must_not_solve() {
    check(
        &spoilt(&[(
            "```hint\nThe command is `SET`.\n```",
            "~~~hint\nAs `a` says:\n```\n127.0.0.1:6379> SET a 1\n```\n~~~",
        )]),
        "tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:18:1: hint 1 of step `set` solves the step
  ~~~hint
  ^^^^^^^ its commands alone pass
  help: leave something to find out: the solution has a block of its own

",
        1,
    );
}

#[test]
fn a_shown_reply_must_be_the_real_one() {
    check(
        &spoilt(&[("\"2\"\n", "\"3\"\n")]),
        r#"tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:11:3: `GET b` prints something else than shown
  > GET b
    ^^^^^ this command
  help: `--update` records what it prints:
        "2"

"#,
        1,
    );
}

#[test]
fn a_python_block_is_skipped_by_name() {
    check(
        &spoilt(&[("```check", "```python\n>>> 1 + 1\n2\n```\n```check")]),
        "tiny: 1 step, 3 fixtures, 2 shown replies, 1 python block skipped (set): proved, with 1 note
note: there is no l/snapshots/lesson__tiny.snap yet: read the transcript that `--update` records there
",
        0,
    );
}

#[test]
fn a_lesson_can_be_left_out() {
    check(
        &spoilt(&[("minutes: 1", "minutes: 1\nskip: it is not finished")]),
        "tiny: skipped: it is not finished
",
        0,
    );
}

#[test]
fn an_authoring_error_has_a_place_and_a_suggestion() {
    let both = [("[a] GET a ==", "[a] SET a =="), ("```hint", "```hnt")];
    let err = "l/tiny.md:15:5: wrong number of arguments for 'set' command
  [a] SET a == 1
      ^^^^^ too few words, or too many
  help: write it as at the prompt, where `help SET` shows how

l/tiny.md:18:4: `hnt` is not a role
  ```hnt
     ^^^ unknown role
  help: did you mean `hint`?

kvtutor: 2 mistakes in the lesson files; nothing was run
";
    assert_eq!(spoilt(&both), Said { out: String::new(), err: err.to_owned(), code: 2 });
}
