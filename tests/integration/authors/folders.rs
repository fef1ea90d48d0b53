//! Which files are read, and what is said when they are not there.

use super::{Desk, Said, TINY, check, with};

#[test]
fn a_lesson_may_build_on_its_neighbours() {
    let second = with(
        TINY,
        &[
            ("id: tiny", "id: second\nstarts-from: tiny#set"),
            ("GET a == 1", "GET a == 2"),
            ("else == 2", "else == 1"),
            ("> INCR a", "> INCR  a"),
            ("> SET a 2", "> SET a 1"),
            ("```solution\n> SET a 1", "```solution\n> INCR a"),
        ],
    );
    let desk = Desk::new(&[("l/tiny.md", TINY), ("l/x.md", &second), ("l/README.md", "no lesson")]);
    check(&desk.run(&["l/x.md"]), "second: 1 step, 3 fixtures, 2 shown replies: proved, with 1 note
note: there is no l/snapshots/lesson__second.snap yet: read the transcript that `--update` records there
", 0);
    // What it builds on has a mistake: that is what its author must know.
    desk.write("l/tiny.md", &with(TINY, &[("```hint", "```hnt")]));
    let err = "l/tiny.md:18:4: `hnt` is not a role
  ```hnt
     ^^^ unknown role
  help: did you mean `hint`?

kvtutor: 1 mistake in the lesson files; nothing was run
";
    assert_eq!(desk.run(&["l/x.md"]), Said { out: String::new(), err: err.to_owned(), code: 2 });
}

#[test]
fn what_is_not_there_is_said() {
    let desk = Desk::new(&[("d/x.txt", "")]);
    for (args, message) in [
        (["u.md"].as_slice(), "cannot read u.md: No such file or directory"),
        (&["d"], "d holds no lessons: a lesson is a file that ends in .md"),
        (
            &["--update"],
            "there is no folder lessons here to record for: name it, as in `kvtutor test lessons --update`",
        ),
    ] {
        let err = format!("kvtutor: {message}\n");
        assert_eq!(desk.run(args), Said { out: String::new(), err, code: 2 });
    }
}
