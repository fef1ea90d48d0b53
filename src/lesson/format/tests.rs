//! Whole files in, lessons or exact error texts out.

use proptest::prelude::*;

use super::{Answer, Content, Lesson, parse};
use crate::lesson::check::tests::Few;
use crate::lesson::problem::{Look, Problems};

const GOOD: &str = include_str!("good.md");

/// Reads a file that has a data file beside it.
fn read(path: &str, source: &[u8]) -> Result<Lesson, Problems> {
    let data = |name: &str| (name == "data.json").then(|| br#"{"all": [{"id": 1}]}"#.to_vec());
    parse(path, source, &Few, &data)
        .map_err(|faulty| Problems::new(path, &faulty.outline.source, faulty.problems))
}

fn render(source: &[u8]) -> String {
    match read("lesson.md", source) {
        Ok(_) => "no problem\n".to_owned(),
        Err(problems) => problems.render(Look::Drawn { width: 80, colour: false }),
    }
}

/// A lesson with `body` as its only step's text.
fn step(body: &str) -> String {
    format!("---\nid: a\ntitle: A\nminutes: 5\n---\n## One {{#one}}\n{body}")
}

/// `line:column: message (label; help)` for each problem.
#[track_caller]
fn check(source: &str, expected: &[&str]) {
    let told = match read("l", source.as_bytes()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .lines()
            .iter()
            .zip(&problems.list)
            .map(|(line, p)| format!("{} ({}; {})", &line[2..], p.label, p.help))
            .collect(),
    };
    assert_eq!(
        told,
        expected,
        "\n{}",
        told.iter().map(|t| format!("{t:?},")).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn a_good_lesson_is_read_whole() {
    let lesson = read("good.md", GOOD.as_bytes()).unwrap();
    assert_eq!(lesson.front.id, "4hhb-load");
    assert_eq!(lesson.front.title, "Exercise 1: load 4HHB");
    assert_eq!(lesson.front.objectives, ["store objects", "name keys"]);
    assert_eq!((lesson.front.minutes, lesson.front.db, lesson.front.format), (15, 1, 1));
    assert_eq!(lesson.front.after, ["hashes"]);
    assert_eq!(lesson.front.files, ["4HHB_summary.json"]);
    let from = lesson.front.starts_from.as_ref().unwrap();
    assert_eq!((from.lesson.as_str(), from.step.as_str()), ("hashes", "done"));
    assert_eq!(lesson.intro.len(), 1);
    let ids: Vec<_> = lesson.steps.iter().map(|s| (s.id.as_str(), s.points)).collect();
    assert_eq!(ids, [("read", 0), ("store", 2)]);
    let read = &lesson.steps[0];
    assert_eq!(read.title, "Read {about} it");
    let exchanges = &read.transcripts().next().unwrap().exchanges;
    assert_eq!(exchanges[0].command.text, "SET a 1");
    assert_eq!(exchanges[0].reply, ["OK"]);
    assert_eq!(exchanges[0].reply_span.of(&lesson.source), "OK\n");
    assert_eq!(exchanges[1].reply_span.of(&lesson.source), "1) \"a\"\n2) \"b\"\n");
    assert!(exchanges[1].unordered);
    assert_eq!(exchanges[1].command.span.of(&lesson.source), "KEYS *");
    let store = &lesson.steps[1];
    assert!(store.is_task());
    let question = &store.questions()[1];
    assert_eq!(question.label, "Where is it?");
    assert_eq!(question.answer, Answer::Choice(vec!["memory".into(), "disk".into()]));
    assert_eq!(store.hints().count(), 2);
    assert_eq!(store.solutions().next().unwrap().lines[1].text, "SET A '{}'");
    assert_eq!(store.wrongs().next().unwrap().expect.kind.as_deref(), Some("whole-file"));
    let quiz = store.quizzes().next().unwrap();
    assert_eq!(quiz.question, "How many databases?");
    assert_eq!(quiz.choices[1].reply, "Sixteen, from 0 to 15.");
    assert!(quiz.choices[1].right);
    for part in lesson.steps.iter().flat_map(|s| &s.parts) {
        if let Content::Text(text) = &part.content {
            assert_eq!(part.span.of(&lesson.source), text);
        }
    }
}

#[test]
fn windows_files_read_the_same() {
    let mut windows = b"\xef\xbb\xbf".to_vec();
    windows.extend(GOOD.replace('\n', "\r\n").bytes());
    assert_eq!(read("x", &windows).unwrap(), read("x", GOOD.as_bytes()).unwrap());
}

#[test]
fn a_transcript_accepts_gaps_and_any_order() {
    let shown = |reply: &str| {
        let source = step(&format!("```redis\n> X\n{reply}\n```\n"));
        read("l", source.as_bytes()).unwrap().steps[0].transcripts().next().unwrap().exchanges[0]
            .clone()
    };
    assert!(shown("OK").accepts("OK\n"));
    assert!(!shown("OK").accepts("OK\nOK"));
    assert!(shown("a\n...\nd").accepts("a\nb\nc\nd"));
    assert!(shown("a\n...\nd").accepts("a\nd"));
    assert!(!shown("a\n...\nd").accepts("a\nd\ne"));
    assert!(shown("...").accepts(""));
    assert!(shown("(unordered)\n1) \"b\"\n2) \"a\"").accepts("1) \"a\"\n2) \"b\""));
    assert!(!shown("(unordered)\n1) \"b\"\n2) \"b\"").accepts("1) \"a\"\n2) \"b\""));
}

#[test]
fn mistakes_are_drawn_all_at_once() {
    assert_eq!(
        render(
            b"---\nidd: a\ntitle: A\nminutes: soon\n---\n## One\n```chekc\nDBSIZE == 1\n```\n\
              ```wrong nam=x\n> SET a 1\nOK\n```\n"
        ),
        r"  × the front matter has no key `idd`
   ╭─[lesson.md:2:1]
 1 │ ---
 2 │ idd: a
   · ─┬─
   ·  ╰── unknown key
 3 │ title: A
   ╰────
  help: did you mean `id`?

  × `minutes` must be a whole number from 1 to 600
   ╭─[lesson.md:4:10]
 3 │ title: A
 4 │ minutes: soon
   ·          ──┬─
   ·            ╰── `soon` is not
 5 │ ---
   ╰────
  help: write for example `1`

  × this step has no id
   ╭─[lesson.md:6:1]
 5 │ ---
 6 │ ## One
   · ───┬──
   ·    ╰── expected `{#id}` at the end
 7 │ ```chekc
   ╰────
  help: write `## One {#one}`; an id stays as it is for ever

  × `chekc` is not a role
   ╭─[lesson.md:7:4]
 6 │ ## One
 7 │ ```chekc
   ·    ──┬──
   ·      ╰── unknown role
 8 │ DBSIZE == 1
   ╰────
  help: did you mean `check`?

  × a `wrong` block needs `expect=…`
    ╭─[lesson.md:10:1]
  9 │ ```
 10 │ ```wrong nam=x
    · ───────┬──────
    ·        ╰── no `expect` here
 11 │ > SET a 1
    ╰────
  help: write for example `wrong name=one-key expect=stored/whole-file`

  × a `wrong` block takes no `nam`
    ╭─[lesson.md:10:10]
  9 │ ```
 10 │ ```wrong nam=x
    ·          ─┬─
    ·           ╰── unknown attribute
 11 │ > SET a 1
    ╰────
  help: did you mean `name`?

  × this line is not typed
    ╭─[lesson.md:12:1]
 11 │ > SET a 1
 12 │ OK
    · ─┬
    ·  ╰── expected `> ` before it
 13 │ ```
    ╰────
  help: write `> OK`; only `redis` blocks show replies
"
    );
}

#[test]
fn mistakes_in_a_check_are_drawn_too() {
    let front =
        "---\nid: a\ntitle: A\nminutes: 5\nfiles: [4HHB_summary.json]\n---\n## One {#one}\n";
    let body = "```check\n\
                [stored] objects by chain_id == file 4HHB_sumary.json $.chains\n\
                \x20 else whole-file: lost\n\
                [count] DBSIZE = 4\n\
                [kept] SET a 1 == OK\n\
                [here] DBSIZE == 4\n\
                \x20 else > 4: {gott} keys\n```\n\
                ```solution\n> PING\n```\n";
    assert_eq!(
        render(format!("{front}{body}").as_bytes()),
        r"  × `4HHB_sumary.json` is not among the lesson's files
    ╭─[lesson.md:9:38]
  8 │ ```check
  9 │ [stored] objects by chain_id == file 4HHB_sumary.json $.chains
    ·                                      ────────┬───────
    ·                                              ╰── unknown file
 10 │   else whole-file: lost
    ╰────
  help: did you mean `4HHB_summary.json`?

  × this is not an operator
    ╭─[lesson.md:11:16]
 10 │   else whole-file: lost
 11 │ [count] DBSIZE = 4
    ·                ┬
    ·                ╰── unknown operator
 12 │ [kept] SET a 1 == OK
    ╰────
  help: did you mean `==`?

  × `SET` writes
    ╭─[lesson.md:12:8]
 11 │ [count] DBSIZE = 4
 12 │ [kept] SET a 1 == OK
    ·        ───┬───
    ·           ╰── not for a check
 13 │ [here] DBSIZE == 4
    ╰────
  help: a check may only use commands that read, so that checking changes
        nothing

  × `{gott}` means nothing here
    ╭─[lesson.md:14:13]
 13 │ [here] DBSIZE == 4
 14 │   else > 4: {gott} keys
    ·             ───┬──
    ·                ╰── unknown placeholder
 15 │ ```
    ╰────
  help: did you mean `got`?
"
    );
}

#[test]
fn files_that_are_hardly_lessons() {
    check(
        "",
        &[
            "1:1: the file is empty (here; begin the file with `---`, `id: my-lesson`, `title: My lesson`, `minutes: 10` and `---`, each on a line of its own)",
        ],
    );
    check(
        "  \n\n",
        &[
            "1:1: the file is empty (here; begin the file with `---`, `id: my-lesson`, `title: My lesson`, `minutes: 10` and `---`, each on a line of its own)",
        ],
    );
    check(
        "# Title\n",
        &[
            "1:1: the file does not begin with front matter (expected `---`; begin the file with `---`, `id: my-lesson`, `title: My lesson`, `minutes: 10` and `---`, each on a line of its own)",
        ],
    );
    check(
        "---\nid: a\n",
        &[
            "1:1: the front matter is never closed (opened here; write a line `---` after its last key)",
        ],
    );
    check(
        "---\n---\n## A {#a}\n",
        &[
            "1:1: the front matter lacks `id` (in this front matter; add a line `id: …`)",
            "1:1: the front matter lacks `title` (in this front matter; add a line `title: …`)",
            "1:1: the front matter lacks `minutes` (in this front matter; add a line `minutes: …`)",
        ],
    );
    check(
        "---\nid: a\ntitle: A: b\nminutes: 5\n---\n## A {#a}\n",
        &[
            "3:9: the front matter is not YAML (mapping values are not allowed in this context; write `key: value` lines; put a value that holds `: ` or `#` in \"quotes\")",
        ],
    );
    check(
        "---\nid: a\ntitle: A\nminutes: 5\n---\n",
        &["5:4: the lesson has no step (expected a step; begin one with a line `## Title {#id}`)"],
    );
    check(
        "---\n- a\n---\n## A {#a}\n",
        &[
            "2:1: the front matter has no keys (expected `key: value`; write one `key: value` a line, such as `id: my-lesson`)",
        ],
    );
    check(
        "---\nid: a\ntitle: \x1b[2J\nminutes: 5\n---\n## A {#a}\n",
        &[
            "3:8: a control character (U+001B) stands in the text (here; remove it: lesson text is sent to a terminal as it is)",
        ],
    );
}

#[test]
fn bytes_that_are_not_text() {
    assert_eq!(
        render(b"---\nid: a\ntitle: caf\xe9\n---\n"),
        r"  × the file is not UTF-8
   ╭─[lesson.md:3:11]
 2 │ id: a
 3 │ title: caf�
   ·           ┬
   ·           ╰── byte 0xe9
 4 │ ---
   ╰────
  help: save the file as UTF-8 in your editor
"
    );
}

#[test]
fn front_matter() {
    check(
        "---\nid: My Lesson\ntitle: [a]\nminutes: 0\nminutes: 5\ndb: 16\nformat: 2\nafter: [A, b, b]\n\
         starts-from: load\nfiles: [data/x.json, {a: b}]\nobjectives: {a: b}\nskip:\n---\n## A {#a}\n",
        &[
            "2:5: `My Lesson` cannot be a lesson's id (not a name; use lower-case letters, digits and hyphens, for example `my-lesson`)",
            "3:8: `title` holds a list (expected one value; write `title: …` on one line)",
            "4:10: `minutes` must be a whole number from 1 to 600 (`0` is not; write for example `1`)",
            "5:1: `minutes` is given twice (the second one; keep one of them)",
            "6:5: `db` must be a whole number from 0 to 15 (`16` is not; write for example `0`)",
            "7:9: `format` must be 1 (`2` is not; write for example `1`)",
            "8:9: `A` cannot be a lesson's id (not a name; use lower-case letters, digits and hyphens, for example `a`)",
            "8:15: `after` names `b` twice (the second one; keep one of them)",
            "9:14: `starts-from` must name a lesson and a step (expected `LESSON#STEP`; write for example `starts-from: 4hhb-load#store`)",
            "10:22: `files` holds a list of lists or mappings (expected a list of texts; write `files: [one, another]`)",
            "11:13: `objectives` holds a mapping (expected a list of texts; write `objectives: [one, another]`)",
            "12:1: `skip` holds nothing (expected one value; write `skip: …` on one line)",
        ],
    );
}

#[test]
fn headings() {
    check(
        "---\nid: a\ntitle: A\nminutes: 5\n---\n## One\n## {#a}\n## Two {#b #c}\n## Three {#B_c}\n## Four {#b point=2}\n## Five {#five points=many}\ntext\n---\n",
        &[
            "6:1: this step has no id (expected `{#id}` at the end; write `## One {#one}`; an id stays as it is for ever)",
            "7:1: this step has no title (expected a title; write `## Title {#id}`)",
            "8:12: this step has two ids (the second one; keep one of them)",
            "9:12: `B_c` cannot be a step's id (not a name; use lower-case letters, digits and hyphens, for example `b-c`)",
            "10:1: two steps have the id `b` (the second one; give it an id of its own)",
            "10:13: a step takes no `point` (unknown attribute; did you mean `points`?)",
            "11:23: `points` must be a whole number from 0 to 100 (`many` is not; write for example `0`)",
            "12:1: a line of dashes below makes a heading of this line (taken as a step's title; leave a blank line above the dashes, or begin a step with `## Title {#id}`)",
        ],
    );
}

#[test]
fn blocks_in_wrong_places() {
    check(
        "---\nid: a\ntitle: A\nminutes: 5\n---\n```check\nDBSIZE == 1\n```\n## One {#one}\n- item\n  ```solution\n  > PING\n  ```\n",
        &[
            "6:1: a `check` block stands before the first step (no step yet; move it below a `## Title {#id}` heading)",
            "11:3: a `solution` block stands inside a list or a quote (here; move it to the left margin, outside of the list or quote)",
        ],
    );
    check(
        &step("```check\nDBSIZE == 1\n```\n"),
        &[
            "7:1: step `one` has a `check` but no `solution` (nothing proves that it can be passed; add a `solution` block with the lines that solve it)",
        ],
    );
    check(
        &step("```hint\nTry.\n```\n```solution\n> PING\n```\n"),
        &[
            "7:1: step `one` has a `hint` block but no `check` (nothing to check it against; add a `check` block, or take this one out)",
            "10:1: step `one` has a `solution` block but no `check` (nothing to check it against; add a `check` block, or take this one out)",
        ],
    );
    check(
        &step(
            "```check\nDBSIZE == 1\n```\n```check\nDBSIZE == 1\n```\n```solution\n> PING\n```\n```solution\n> PING\n```\n```right name=a\n> PING\n```\n```right name=a\n> PING\n```\n",
        ),
        &[
            "10:1: step `one` has two `check` blocks (the second one; put their lines into one block)",
            "16:1: this is not the first `solution`, so it needs a name (no `name` here; write `solution name=…`)",
            "22:1: two blocks of step `one` are called `a` (the second one; give it another name)",
        ],
    );
    check(
        &step("```check\nDBSIZE == 1\n"),
        &[
            "7:1: this block is never closed (opened here; close it with a line of as many ` or ~ as open it)",
        ],
    );
}

#[test]
fn attributes_and_roles() {
    check(
        &step(
            "```redis db=16\n> PING\nPONG\n```\n```redis db=1 db=2\n> PING\n```\n```redis db\n> PING\n```\n```redis Db=1\n> PING\n```\n",
        ),
        &[
            "7:13: `db` must be a whole number from 0 to 15 (`16` is not; write for example `0`)",
            "11:15: `db` is given twice (the second one; keep one of them)",
            "14:10: `db` has no value (expected a value; write `db=…` without spaces)",
            "17:10: a `redis` block takes no `Db` (unknown attribute; did you mean `db`?)",
        ],
    );
    check(
        &step(
            "```hint name=a\nx\n```\n```Redis\nx\n```\n```banana\nx\n```\n```json {a}\n{}\n```\n```\nx\n```\n",
        ),
        &[
            "7:9: a `hint` block takes no `name` (unknown attribute; nothing may follow here)",
            "10:4: `Redis` is not a role (unknown role; did you mean `redis`?)",
            "13:4: `banana` is not a role (unknown role; possible here: `redis`, `setup`, `ask`, `check`, `hint`, `solution`, `right`, `wrong`, `quiz`, `python`, `teacher`; a listing that is only shown may begin with `text`, `json`, `bash`, `py` and the like, or with no word at all)",
        ],
    );
    check(
        &step(
            "```setup\n```\n```python\nimport json\n```\n```setup\nPING\n\n> PING\n# note\n```\n```redis\n(nil)\n> GET a\n```\n",
        ),
        &[
            "7:1: this `setup` block is empty (nothing follows; fill it or take it out)",
            "10:1: a `python` block is a transcript and begins with `>>> ` (expected `>>> ` before it; write `>>> ` before what is typed; for a listing that is not run begin the block with `py`)",
            "13:1: this line is not typed (expected `> ` before it; write `> PING`; only `redis` blocks show replies)",
            "16:1: this line is not typed (expected `> ` before it; write `> # note`; only `redis` blocks show replies)",
            "19:1: a transcript begins with a command (expected `> ` before it; write the command first, as `> GET key`, and its reply below)",
        ],
    );
    check(
        &step(
            "```check\nDBSIZE == 1\n```\n```solution name=A\n> PING\n```\n```right\n> PING\n```\n```wrong\n> PING\n```\n",
        ),
        &[
            "10:18: `A` cannot be a name (not a name; use lower-case letters, digits and hyphens, for example `a`)",
            "13:1: a `right` block needs `name=…` (no `name` here; write for example `right name=as-hash`)",
            "16:1: a `wrong` block needs `name=…` (no `name` here; write for example `wrong name=one-key expect=stored/whole-file`)",
            "16:1: a `wrong` block needs `expect=…` (no `expect` here; write for example `wrong name=one-key expect=stored/whole-file`)",
        ],
    );
}

#[test]
fn questions_and_quizzes() {
    check(
        &step(
            "```check\nDBSIZE == 1\n```\n```solution\n> PING\n```\n```ask\nkeys\nkeys int How many?\nKeys text What?\nplace choice Where?\nplace choice Where? (a | A)\na text A?\na text B?\n```\n",
        ),
        &[
            "14:1: a question is a name, a type and a label (something is missing; write for example `keys integer How many keys are there?`)",
            "15:6: `int` is not a type of answer (unknown type; did you mean `integer`?)",
            "16:1: `Keys` cannot be a question's name (not a name; use lower-case letters, digits and hyphens, for example `keys`)",
            "17:14: a `choice` question lists what can be chosen (no choices here; end the label with the choices: `Where is it? (memory | disk)`)",
            "18:14: a `choice` question lists what can be chosen (no choices here; end the label with the choices: `Where is it? (memory | disk)`)",
            "19:1: no assertion looks at the answer `a` (asked for nothing; add `answer a == …` to the step's `check`; `answer a ~ /./` takes any answer)",
            "20:1: two questions are called `a` (the second one; give it another name)",
        ],
    );
    check(
        &step(
            "```quiz\nWhat?\n- [ ] a\n- [y] b\n```\n```quiz\n- [ ] a\n  No.\n- [ ] b\n```\n```quiz\nWhat?\n- [x] a\n  Yes.\n```\n```quiz\nWhat?\n- [x] a\nYes.\n- [ ]\n  No.\n```\n```quiz\nWhat?\n- [x] a, which\n  goes on\n  Yes.\n- [ ] b\n  `b` is wrong.\n```\n",
        ),
        &[
            "10:1: a choice begins with `- [ ]` or `- [x]` (neither of them; write `- [x]` for a right choice and `- [ ]` for a wrong one)",
            "12:1: this quiz asks nothing (no question; write the question above the choices)",
            "12:1: this quiz has no right choice (no `- [x]` in it; mark the right one with `- [x]`)",
            "15:1: this choice has no reply (nothing below it; write what its chooser should read, indented, on the next line)",
            "17:1: this quiz leaves nothing to choose (fewer than two choices; write two choices at least, each as `- [ ] text` or `- [x] text`)",
            "25:1: a reply stands indented below its choice (not indented; begin the line with two spaces)",
            "26:1: this choice is empty (no text; write it out)",
            "32:3: a reply begins with a capital letter; this may be the rest of its choice (begins small; a choice stands on one line, however long; its reply begins on the next)",
        ],
    );
}

#[test]
fn lines_that_are_nearly_what_they_should_be() {
    check(
        &step(
            "```redis\n> KEYS *\n(unordred)\n1) \"a\"\n> GET a\n(nil)\n> INFO\n# Server\n…\n>PING\n```\n```setup\n>SET a 1\n> :lod x\n> :hint\n> :client b\n```\n```quiz\nWhat?\n- [x] a\n  Yes.\n- b\n* c\n```\n```quiz\nWhat?\n* [ ] a\n  No.\n- [x] b\n  Yes.\n* [ ] c\n```\n",
        ),
        &[
            "9:1: `(unordred)` is nearly a word of a transcript (unknown word; did you mean `(unordered)`?)",
            "15:1: lines that may differ are three dots, `...` (one sign; write `...`)",
            "16:1: a line that is typed begins with `> `, a space included (no space; write `> PING`)",
            "19:1: a line that is typed begins with `> `, a space included (no space; write `> SET a 1`)",
            "20:3: `:lod` does nothing in a lesson's blocks (unknown tutor command; did you mean `:load`?)",
            "21:3: `:hint` does nothing in a lesson's blocks (unknown tutor command; possible here: `:load`, `:client`, `:undo`, `:changed`, `:wait`, `:kill`, `:power-loss`, `:disk`, `:answer`, `:note`)",
            "28:1: a choice begins with `- [ ]` or `- [x]` (neither of them; write `- [ ] b`, with an `x` in the brackets if it is right)",
            "29:1: a choice begins with `- [ ]` or `- [x]` (neither of them; write `- [ ] c`, with an `x` in the brackets if it is right)",
            "33:1: a choice begins with a hyphen (another mark; write `- [ ] a`)",
            "37:1: a choice begins with `- [ ]` or `- [x]` (neither of them; write `- [ ] c`, with an `x` in the brackets if it is right)",
        ],
    );
}

#[test]
fn mistakes_everywhere_are_told_at_once() {
    check(
        "---\nid: a\ntitel: A\nminutes: 5\nfiles: [data.json]\n---\n## One {#one}\n```check\n[a] GET a = 1\n[b] GET b == file dta.json $.all\n[c] objects by di == file data.json $.all\n[d] GET d == file data.json $.al length\n```\n```solution\n> PING\n```\n```wrong name=x expect=a\n> PING\n```\n```wrong name=y expect=e\n> PING\n```\n```wrong name=z expect=c/emty\n> PING\n```\n## Two {#two}\n```chekc\nx\n```\n```hint\nx\n```\n",
        &[
            "3:1: the front matter has no key `titel` (unknown key; did you mean `title`?)",
            "9:11: this is not an operator (unknown operator; did you mean `==`?)",
            "10:19: `dta.json` is not among the lesson's files (unknown file; did you mean `data.json`?)",
            "11:16: object 0 of the source has no field `di` (this field; did you mean `id`?)",
            "12:29: `data.json` has nothing at `$.al` (this path; did you mean `$.all`?)",
            "20:24: no assertion of this step is called `e` (unknown label; possible here: `c`, `d`, `a`, `b`)",
            "23:24: `emty` is not a kind of mistake (unknown kind; did you mean `empty`?)",
            "27:4: `chekc` is not a role (unknown role; did you mean `check`?)",
        ],
    );
}

#[test]
fn names_that_point_to_nothing() {
    check(
        &step(
            "```ask\nkeys integer How many?\nplace text Where?\n```\n```check\n[n] answer kyes == 4\n[db] DBSIZE == 1\n```\n```solution\n> PING\n```\n```wrong name=a expect=/empty\n> PING\n```\n```wrong name=b expect=n/\n> PING\n```\n```wrong name=c expect=dbb\n> PING\n```\n```wrong name=d expect=db/empty\n> PING\n```\n",
        ),
        &[
            "9:1: no assertion looks at the answer `place` (asked for nothing; add `answer place == …` to the step's `check`; `answer place ~ /./` takes any answer)",
            "12:1: step `one` asks no question `kyes` (unknown answer; did you mean `keys`?)",
            "18:24: `expect` names an assertion, and after a `/` the kind of its mistake (no label; write for example `expect=count` or `expect=stored/whole-file`)",
            "21:24: `expect` names an assertion, and after a `/` the kind of its mistake (no kind; write for example `expect=count` or `expect=stored/whole-file`)",
            "24:24: no assertion of this step is called `dbb` (unknown label; did you mean `db`?)",
            "27:24: `db` names no kinds of mistakes (a kind; write `expect=db`; only `objects` assertions name kinds)",
        ],
    );
}

proptest! {
    #[test]
    fn no_bytes_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
        text in "[-a-z:\\[\\]#{}=`~>\"' \n0-9éx.|]{0,200}",
    ) {
        let _ = read("l", &bytes);
        let body = step(&format!("```check\n{text}\n```\n"));
        for source in [text.clone(), format!("---\n{text}\n---\n"), step(&text), body] {
            if let Err(problems) = read("l", source.as_bytes()) {
                prop_assert!(!problems.list.is_empty());
                problems.render(Look::Drawn { width: 20, colour: false });
            }
        }
    }

    #[test]
    fn no_cut_of_a_good_lesson_panics(at in 0..GOOD.len()) {
        if let Err(problems) = read("l", &GOOD.as_bytes()[..at]) {
            prop_assert!(!problems.render(Look::Plain).is_empty());
        }
    }

    #[test]
    fn no_check_line_panics(line in "(\\[a\\] )?(DBSIZE|objects by x|keys|answer a|GET a|any of|end|else|accept)( (==|~|in|is|has|<|json==|set==|:))?( (/a/|\"x|'y'|1\\.\\.2|file|good|\\$\\.a|length|db=1|on|é|\\{|: x)){0,4}") {
        let _ = read("l", step(&format!("```check\n{line}\n{line}\n```\n")).as_bytes());
    }
}
