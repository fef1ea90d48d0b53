//! `kvtutor new`: what it writes is proved, and what it refuses to write.

use super::{Desk, Said};

const WRITTEN: &str = "wrote birds.md, a small lesson to make your own
kvtutor learn birds.md   runs it
kvtutor test birds.md   proves it
kvtutor test birds.md --update   records what a learner sees
kvtutor new --guide   prints the page on the lesson format
";

fn refused(message: &str, code: i32) -> Said {
    Said { out: String::new(), err: format!("kvtutor: {message}\n"), code }
}

#[test]
fn a_new_lesson_is_proved_and_can_be_recorded() {
    let desk = Desk::new(&[]);
    let said = desk.kvtutor(&["new", "birds"], "");
    assert_eq!(said, Said { out: WRITTEN.to_owned(), err: String::new(), code: 0 });
    let line = "birds: 2 steps, 3 fixtures, 2 shown replies";
    let strict = desk.run(&["birds.md", "--strict"]);
    let missing = "note: there is no snapshots/lesson__birds.snap yet: read the transcript that `--update` records there\n";
    assert_eq!(strict.out, format!("{line}: not proved: 1 note\n{missing}"));
    let recorded = desk.run(&["birds.md", "--update"]);
    assert_eq!(
        recorded.out,
        format!("{line}, transcript: proved\nrecorded: snapshots/lesson__birds.snap\n")
    );
    let strict = desk.run(&["birds.md", "--strict"]);
    assert_eq!((strict.out, strict.code), (format!("{line}, transcript: proved\n"), 0));
}

#[test]
fn a_new_lesson_can_be_put_into_a_folder() {
    let desk = Desk::new(&[]);
    let said = desk.kvtutor(&["new", "a-b.md", "--dir", "mine/too"], "");
    assert_eq!(
        said.out.lines().next(),
        Some("wrote mine/too/a-b.md, a small lesson to make your own")
    );
    let said = desk.run(&["mine/too"]);
    assert_eq!(
        said.out.lines().next(),
        Some("a-b: 2 steps, 3 fixtures, 2 shown replies: proved, with 1 note")
    );
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let desk = Desk::new(&[("birds.md", "mine")]);
    let told = "birds.md is there already and was left as it is: take another name";
    assert_eq!(desk.kvtutor(&["new", "birds"], ""), refused(told, 1));
    assert_eq!(desk.read("birds.md"), "mine");
}

#[test]
fn a_name_that_cannot_be_an_id_is_refused() {
    let desk = Desk::new(&[]);
    for (name, told) in [
        (
            "My Birds",
            "\"My Birds\" cannot be a lesson's id: use lower-case letters, digits and hyphens, for example my-birds",
        ),
        (
            "Ö",
            "\"Ö\" cannot be a lesson's id: use lower-case letters, digits and hyphens, for example my-lesson",
        ),
        ("a/birds", "\"a/birds\" names a folder: write `kvtutor new NAME --dir FOLDER`"),
        ("readme", "readme.md would be passed over as a page about lessons: take another name"),
        (
            "",
            "\"\" cannot be a lesson's id: use lower-case letters, digits and hyphens, for example my-lesson",
        ),
    ] {
        assert_eq!(desk.kvtutor(&["new", name], ""), refused(told, 2));
    }
    let told = "<NAME> is missing; `kvtutor new --help` shows how it is written";
    assert_eq!(desk.kvtutor(&["new"], ""), refused(told, 2));
}

#[test]
fn the_guide_is_in_the_binary() {
    let said = Desk::new(&[]).kvtutor(&["new", "--guide"], "");
    let page = include_str!("../../../lessons/AUTHORING.md").to_owned();
    assert_eq!(said, Said { out: page, err: String::new(), code: 0 });
}
