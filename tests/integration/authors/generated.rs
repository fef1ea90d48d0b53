//! Generated states: refused, surviving, accepted.

use super::{Desk, OBJECTS, TWO, check, with};

#[test]
fn wrong_states_that_pass_are_noted_or_accepted() {
    let loose = with(
        OBJECTS,
        &[(
            "[stored] objects by id == file two.json $.all",
            "[stored] any of\n  objects by id == file two.json $.all\n  DBSIZE == 2\nend",
        )],
    );
    let desk = Desk::new(&[("l/o.md", &loose), ("l/data/two.json", TWO)]);
    desk.run(&["l", "--update"]);
    check(&desk.run(&["l"]), "objects: 1 step, 1 fixture, 36 generated states, transcript: proved, with 7 notes
note: l/o.md:11:1: wrong states of kind `double-encoded` pass: x as JSON in a JSON text
note: l/o.md:11:1: wrong states of kind `extra-field` pass: a field too many in x (hash); a field too many in x (JSON text)
note: l/o.md:11:1: wrong states of kind `missing-field` pass: `n` of x left out (hash); `n` of x renamed (hash); `id` of x left out (hash); `n` of x left out (JSON text); `n` of x renamed (JSON text); `id` of x left out (JSON text)
note: l/o.md:11:1: wrong states of kind `nested` pass: x wrapped in another object; x as JSON in a field of a hash
note: l/o.md:11:1: wrong states of kind `not-an-object` pass: x as its id alone; x as JSON without its end
note: l/o.md:11:1: wrong states of kind `python-repr` pass: x as Python prints it
note: l/o.md:11:1: wrong states of kind `value-differs` pass: `n` of x changed (hash); `n` of x changed (JSON text)
", 0);
    let kinds = [
        "double-encoded",
        "extra-field",
        "missing-field",
        "nested",
        "not-an-object",
        "python-repr",
        "value-differs",
    ];
    let accepts: String =
        kinds.iter().flat_map(|kind| ["\naccept ", kind, ": counting is enough here"]).collect();
    desk.write("l/o.md", &with(&loose, &[("\nend", &format!("\nend{accepts}"))]));
    check(
        &desk.run(&["l", "--strict"]),
        "objects: 1 step, 1 fixture, 36 generated states, transcript: proved
",
        0,
    );
    desk.write(
        "l/o.md",
        &with(&loose, &[("\nend", &format!("\nend{accepts}\naccept empty: why not"))]),
    );
    check(
        &desk.run(&["l", "--strict"]),
        "objects: 1 step, 1 fixture, 36 generated states: not proved: 1 note

l/o.md:22:1: `accept empty` accepts nothing
  accept empty: why not
  ^^^^^^^^^^^^^^^^^^^^^ every such state is judged rightly
  help: take it out

",
        1,
    );
}

#[test]
fn a_right_state_must_not_be_refused() {
    let text = with(OBJECTS, &[("[stored]", "[type] TYPE x is string\n[stored]")]);
    let desk = Desk::new(&[("l/o.md", &text), ("l/data/two.json", TWO)]);
    check(
        &desk.run(&["l"]),
        "objects: 1 step, 1 fixture, 36 generated states: not proved: 2 failures

l/o.md:12:1: a right state is refused: every object as a hash (`as-hash`)
  [stored] objects by id == file two.json $.all
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ derived from this
  help: it fails at `type`: In db 1, `TYPE x` gives hash. That is not yet what is asked.
        mend the check, or write `accept as-hash: …` with the reason

l/o.md:12:1: a right state is refused: every object under another key (`other-keys`)
  [stored] objects by id == file two.json $.all
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ derived from this
  help: it fails at `type`: There is no key `x` in db 1 yet.
        mend the check, or write `accept other-keys: …` with the reason

",
        1,
    );
    let accepted = "$.all\naccept as-hash: the task is about texts\naccept other-keys: the task names the keys";
    desk.write("l/o.md", &with(&text, &[("$.all", accepted)]));
    desk.run(&["l", "--update"]);
    check(
        &desk.run(&["l", "--strict"]),
        "objects: 1 step, 1 fixture, 36 generated states, transcript: proved
",
        0,
    );
}
