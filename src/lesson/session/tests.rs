//! A learner's run, line by line: what is said to each.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Desk, Progress, Said, Session};
use crate::engine::Now;
use crate::lesson::catalogue::{Catalogue, Source};
use crate::lesson::shown::piece_text;
use crate::persistence::storage::MemoryDisk;
use crate::screen::Look;
use crate::server::Clock;

const LESSON: &str = r"---
id: pets
title: Pets
minutes: 5
files: [pets.json]
---
The *beginning*.

```redis db=9
> PING
PONG
```

## Look {#look}
Look around.

## Store {#store}
Store both pets, and `n`.

```ask
count integer How many pets?
```
```check
[stored] objects by id == file pets.json $.pets
[n] db=1 GET n == 2
  else == 1: Only one. There are two.
[count] answer count == 2
```
```hint
Use `HSET`.
```
```hint
Twice.
```
```solution
> HSET a id 1 name Mia
> HSET b id 2 name Rex
> SELECT 1
> SET n 2
> answer count=2
```

## Choose {#choose}
```quiz
Which two are types?

- [x] Hash
  Yes, a type.
- [x] List
  Yes, that too.
- [ ] Table
  Redis has no tables.
```

## Mend {#mend}
```setup
> SELECT 1
> SET n 0
```
```check
[n] db=1 GET n == 2
[m] db=1 GET m is nil
```
```solution
> SELECT 1
> SET n 2
```
";

const PETS: &[u8] = br#"{"pets": [{"id": 1, "name": "Mia"}, {"id": 2, "name": "Rex"}]}"#;

/// A learner with a home on a disk in memory.
struct Learner {
    desk: Desk,
    session: Option<Session>,
}

impl Learner {
    fn new() -> Self {
        let desk = Desk {
            connect: None,
            home: PathBuf::from("/home"),
            storage: Arc::new(MemoryDisk::new()),
            clock: Clock::virtual_at(Now { unix_micros: 1_767_225_600_000_000 }),
            seed: 4,
            agrees: false,
        };
        Self { desk, session: None }
    }

    /// Opens the lesson; what a session before this one left unsaid is lost, as in a crash.
    fn open(&mut self, lesson: &str, step: Option<&str>) -> String {
        self.session = None;
        let mut files = crate::lab::console::Files::new();
        files.insert("pets.json", PETS);
        let source = Source { path: "pets.md".into(), bytes: lesson.into(), files };
        let catalogue = Arc::new(Catalogue::new(vec![source]).unwrap());
        let (session, said) =
            Session::open(self.desk.clone(), &catalogue, self.progress(), "pets", step).unwrap();
        self.session = Some(session);
        text(b"", &said)
    }

    fn progress(&self) -> Progress {
        Progress::load(Arc::clone(&self.desk.storage), &self.desk.home).unwrap()
    }

    fn types(&mut self, line: &str) -> String {
        let (said, _) = self.session.as_mut().unwrap().submit(line.as_bytes());
        text(line.as_bytes(), &said)
    }

    fn status(&self) -> String {
        let look = Look { width: 80, color: false, plain: false };
        self.session.as_ref().unwrap().status(look)
    }
}

fn text(line: &[u8], said: &[Said]) -> String {
    let piece = |said: &Said| {
        if let Said::Shown(shown) = said {
            return piece_text(shown, line);
        }
        said.render(Look::PLAIN).unwrap()
    };
    said.iter().map(piece).collect()
}

/// A learner at the step `store`.
fn at_store() -> Learner {
    let mut learner = Learner::new();
    learner.open(LESSON, None);
    learner.types("next");
    learner
}

#[test]
fn a_lesson_begins_with_all_that_stands_before_its_steps() {
    let mut learner = Learner::new();
    assert_eq!(
        learner.open(LESSON, None),
        "\nPets\nabout 5 minutes\n\nThe beginning.\n\n    > PING\n    PONG\n\n\
         Step 1 of 4: Look\n\nLook around.\n\nnote: `next` goes on.\n"
    );
    assert_eq!(learner.status(), "pets · step 1 of 4 · `next` goes on");
}

#[test]
fn what_became_true_is_ticked_and_what_broke_is_told() {
    let mut learner = at_store();
    assert_eq!(learner.status(), "pets · step 2 of 4 · missing: stored, n, count");
    assert_eq!(learner.types("GET a"), "(nil)\n");
    assert_eq!(learner.types("HSET a id 1 name Mia"), "(integer) 2\n");
    assert_eq!(learner.types("HSET b id 2 name Rex"), "(integer) 2\ndone: stored\n");
    assert_eq!(learner.status(), "pets · step 2 of 4 · missing: n, count");
    assert_eq!(
        learner.types("HSET b name Max"),
        "(integer) 0\nnot yet: stored is not right any more: Object 2 (key `b`): `name` is `Max`,\n         \
         which is not what the source says.\n"
    );
    assert_eq!(learner.types("HSET b name Rex"), "(integer) 0\ndone: stored\n");
    assert_eq!(
        learner.types("answer count=2"),
        "note: count: 2\ndone: count\nto do: There is no key `n` in db 1 yet.\n"
    );
    assert_eq!(learner.types("SELECT 1"), "OK\n");
    assert_eq!(
        learner.types("SET n 2"),
        "OK\ndone: n\ndone: step 2 of 4, Store\n\nStep 3 of 4: Choose\n\nWhich two are types?\n\n\
         1. Hash\n2. List\n3. Table\n\ntype `answer` and the numbers of your choices, as in `answer 1,2`\n"
    );
    assert_eq!(learner.status(), "pets · step 3 of 4 · missing: the question");
}

#[test]
fn a_mistake_is_told_once_in_full() {
    let mut learner = at_store();
    assert_eq!(
        learner.types("SET a x"),
        "OK\nnot yet: `a` holds `x`, which is no object: it has no fields. Store all fields\n         \
         of an object together, as a hash or as JSON text.\n"
    );
    assert_eq!(learner.types("TTL a"), "(integer) -1\n");
}

#[test]
fn a_check_tells_the_first_failure_in_full_and_the_others_in_a_line_each() {
    let mut learner = at_store();
    learner.types("HSET a id 1 name Mia");
    assert_eq!(
        learner.types(":check"),
        "not yet: Object 2 is not stored yet.\n\
         to do: n: not yet\n\
         to do: count: not yet\n"
    );
}

#[test]
fn after_three_tries_a_hint_is_offered() {
    let mut learner = at_store();
    let missing = "not yet: Object 1 is not stored yet.\n\
                   to do: n: not yet\n\
                   to do: count: not yet\n";
    learner.types("SELECT 1");
    learner.types("SET n 1");
    learner.types("SELECT 0");
    learner.types("HSET b id 2 name Rex");
    assert_eq!(learner.types(":check"), missing);
    assert_eq!(learner.types("check"), missing);
    let offered = format!("{missing}note: `hint` helps.\n");
    assert_eq!(learner.types(":check"), offered);
    assert_eq!(learner.types("hint"), "Hint 1 of 2\nUse `HSET`.\n");
    assert_eq!(learner.types(":hint"), "Hint 2 of 2\nTwice.\n");
    assert_eq!(
        learner.types("hint"),
        "note: there are no more hints; `:solution` shows and applies one\n"
    );
    // Nothing is left to offer.
    assert_eq!(learner.types(":check"), missing);
    let record = learner.progress().lesson("pets");
    assert_eq!((record.hints["store"], record.tries["store"]), (2, 4));
}

#[test]
fn a_quiz_with_several_right_choices_wants_all_of_them() {
    let mut learner = Learner::new();
    learner.open(LESSON, Some("choose"));
    assert_eq!(
        learner.types("answer 1"),
        "done: Yes, a type.\nnote: that is right, and there is more: write all the numbers in one answer\n"
    );
    assert_eq!(
        learner.types("answer 1, and 3"),
        "done: Yes, a type.\nnot yet: Redis has no tables.\n"
    );
    assert_eq!(learner.types("answer 4"), "note: there is no choice 4; take 1 to 3\n");
    assert_eq!(
        learner.types("answer hash"),
        "note: write `answer` and the numbers of all your choices, 1 to 3\n"
    );
    assert_eq!(
        learner.types("b"),
        "(error) ERR unknown command 'b', with args beginning with: \n\
         note: write `answer` and the numbers of all your choices, 1 to 3\n"
    );
    assert_eq!(
        learner.types("answer 2 1"),
        "done: Yes, that too.\ndone: Yes, a type.\ndone: step 3 of 4, Choose\n\nStep 4 of 4: Mend\n\n"
    );
    assert_eq!(learner.progress().lesson("pets").tries["choose"], 3);
}

#[test]
fn solutions_and_skips_are_applied_and_recorded() {
    let mut learner = at_store();
    learner.types("SET a 1");
    assert_eq!(
        learner.types(":solution"),
        "    HSET a id 1 name Mia\n    HSET b id 2 name Rex\n    SELECT 1\n    SET n 2\n    answer count=2\n\n\
         note: the step was put back to its beginning before the solution was applied\n\
         done: step 2 of 4, Store, with the solution applied\n\n\
         Step 3 of 4: Choose\n\nWhich two are types?\n\n1. Hash\n2. List\n3. Table\n\n\
         type `answer` and the numbers of your choices, as in `answer 1,2`\n"
    );
    assert_eq!(learner.types("HGETALL b"), "1) \"id\"\n2) \"2\"\n3) \"name\"\n4) \"Rex\"\n");
    assert_eq!(
        learner.types(":skip"),
        "done: step 3 of 4, Choose, with the solution applied\n\nStep 4 of 4: Mend\n\n"
    );
    let record = learner.progress().lesson("pets");
    assert_eq!(
        (record.done, record.skipped),
        (vec!["look".into()], vec!["store".into(), "choose".into()])
    );
}

#[test]
fn a_solved_step_can_be_opened_again() {
    let mut learner = at_store();
    learner.types(":skip");
    learner.types("answer 1,2");
    assert_eq!(learner.types("GET n"), "(nil)\n");
    learner.types("SELECT 1");
    assert_eq!(
        learner.types("SET m 1"),
        "OK\nnot yet: m is not right any more: In db 1, `GET m` gives 1. That is not yet what\n         is asked.\n"
    );
    assert_eq!(
        learner.types(":back"),
        "Step 3 of 4: Choose\n\nWhich two are types?\n\n1. Hash\n2. List\n3. Table\n\n\
         type `answer` and the numbers of your choices, as in `answer 1,2`\n"
    );
    assert_eq!(
        learner.types(":back"),
        "note: your data stays as it is; `:reset` puts it as this step begins\n\
         Step 2 of 4: Store\n\nStore both pets, and `n`.\n\n- How many pets?\n  answer count=…\n\
         note: you have done this step before: `next` goes on\n"
    );
    learner.types(":next");
    learner.types(":next");
    // The setup of a step runs once: what was done in it is still there.
    assert_eq!(learner.types("GET m"), "\"1\"\n");
    assert_eq!(learner.status(), "pets · step 4 of 4 · missing: n, m");
    learner.types("DEL m");
    assert_eq!(
        learner.types("SET n 2"),
        "OK\ndone: n\ndone: step 4 of 4, Mend\n\ndone: lesson over: Pets\n\
         That was the last lesson. `:recap` sums it up.\n"
    );
    learner.types(":back");
    // It is right, and still it stays open.
    assert_eq!(learner.types("SET other 1"), "OK\n");
    assert_eq!(learner.status(), "pets · step 4 of 4 · `next` goes on");
    assert_eq!(
        learner.types("next"),
        "done: step 4 of 4, Mend\n\ndone: lesson over: Pets\n\
         That was the last lesson. `:recap` sums it up.\n"
    );
}

#[test]
fn ones_own_lines_stand_beside_the_solution() {
    let mut learner = Learner::new();
    assert_eq!(
        learner.open(LESSON, Some("mend")),
        "\nPets\nabout 5 minutes\n\nStep 4 of 4: Mend\n\n"
    );
    for line in ["SELECT 1", "AUTH secret", "INCRBY n 2"] {
        learner.types(line);
    }
    assert_eq!(
        learner.types(":compare"),
        "Mend\n\nYou typed:\n\n    SELECT 1\n    INCRBY n 2\n\nOne solution:\n\n    SELECT 1\n    SET n 2\n\n"
    );
    assert_eq!(
        learner.types(":recap"),
        "Pets\n\nMend\n\ndone\n\nYou typed:\n\n    SELECT 1\n    INCRBY n 2\n\nOne solution:\n\n    SELECT 1\n    SET n 2\n\nStill to come\n\n- Look\n- Store\n- Choose\n\nnote: written as Markdown to /home/recaps/pets.md\n"
    );
    assert_eq!(
        learner.types(":compare store"),
        "note: a step can be compared when it is done; `:compare STEP` takes a certain\n      one\n"
    );
}

#[test]
fn a_latecomer_begins_in_the_proved_state() {
    let mut learner = Learner::new();
    learner.open(LESSON, Some("mend"));
    assert_eq!(learner.types("HGET b name"), "\"Rex\"\n");
    assert_eq!(learner.status(), "pets · step 4 of 4 · missing: n");
    assert_eq!(
        learner.types(":learn #stor"),
        "note: lesson pets has no step \"stor\"; it has look, store, choose, mend\n"
    );
    assert_eq!(
        learner.types(":learn #store"),
        "Step 2 of 4: Store\n\nStore both pets, and `n`.\n\n- How many pets?\n  answer count=…\n"
    );
    assert_eq!(learner.types("KEYS *"), "(empty array)\n");
}

#[test]
fn a_learner_goes_on_where_kvtutor_was_killed() {
    let mut learner = at_store();
    learner.types("HSET a id 1 name Mia");
    learner.types("answer count=2");
    assert_eq!(
        learner.open(LESSON, None),
        "\nPets\nabout 5 minutes\n\nYou go on where you stopped, with your data. You type as a new client, so you\nare in database 0.\n\n\
         Step 2 of 4: Store\n\nStore both pets, and `n`.\n\n- How many pets?\n  answer count=…\n"
    );
    assert_eq!(learner.status(), "pets · step 2 of 4 · missing: stored (1 of 2), n");
    assert_eq!(learner.types("HGETALL a"), "1) \"id\"\n2) \"1\"\n3) \"name\"\n4) \"Mia\"\n");
}

#[test]
fn a_step_that_was_right_when_kvtutor_was_killed_passes() {
    let mut learner = at_store();
    for line in ["HSET a id 1 name Mia", "HSET b id 2 name Rex", "answer count=2", "SELECT 1"] {
        learner.types(line);
    }
    // The command was stored, and what followed from it was not written down any more.
    learner.session.as_mut().unwrap().console_mut().run(b"SET n 2");
    let said = learner.open(LESSON, None);
    assert_eq!(
        said.split_once("answer count=…\n").unwrap().1,
        "done: step 2 of 4, Store\n\nStep 3 of 4: Choose\n\nWhich two are types?\n\n1. Hash\n2. List\n3. Table\n\n\
         type `answer` and the numbers of your choices, as in `answer 1,2`\n"
    );
}

#[test]
fn a_changed_lesson_keeps_what_is_still_valid() {
    let mut learner = at_store();
    learner.types(":skip");
    learner.types("HSET own x 1");
    let changed = LESSON
        .replace("Look around.", "Look well.")
        .replace("[count] answer count == 2", "[count] answer count >= 2")
        .replace("## Choose {#choose}", "## Choose {#decide}")
        .replace("Use `HSET`.", "Think.");
    assert_eq!(
        learner.open(&changed, None),
        "\nPets\nabout 5 minutes\n\n\
         note: this lesson has changed since you were here. New steps: decide; steps that\n      \
         are gone: choose; steps with another task, which count as open again:\n      \
         store; steps in other words: look\n\
         The step that you were at is gone. You go on with the next one, with the data\n\
         you have.\n\n\
         Step 2 of 4: Store\n\nStore both pets, and `n`.\n\n- How many pets?\n  answer count=…\n"
    );
    let record = learner.progress().lesson("pets");
    assert_eq!((record.done, record.skipped), (vec!["look".to_owned()], Vec::<String>::new()));
    assert_eq!(learner.types("EXISTS own a b"), "(integer) 3\n");
    // Messages, hints and fixtures are nothing that a learner has to know of.
    let mended = changed.replace("Think.", "Think hard.").replace("Only one.", "One.");
    assert_eq!(
        learner.open(&mended, None),
        "\nPets\nabout 5 minutes\n\nYou go on where you stopped, with your data. You type as a new client, so you\nare in database 0.\n\n\
         Step 2 of 4: Store\n\nStore both pets, and `n`.\n\n- How many pets?\n  answer count=…\n"
    );
}

#[test]
fn a_lesson_that_was_done_begins_again() {
    let mut learner = Learner::new();
    learner.open(LESSON, None);
    for line in ["next", ":skip", ":skip", ":skip"] {
        learner.types(line);
    }
    assert_eq!(learner.status(), "pets · over");
    let said = learner.open(LESSON, None);
    assert_eq!(
        said.split_once("5 minutes\n\n").unwrap().1,
        "note: you have done this lesson; it begins again, with the data it began with\n\
         The beginning.\n\n    > PING\n    PONG\n\nStep 1 of 4: Look\n\nLook around.\n\nnote: `next` goes on.\n"
    );
    assert_eq!(learner.types("DBSIZE"), "(integer) 0\n");
}

#[test]
fn progress_is_replaced_as_a_whole_after_each_line() {
    let mut learner = at_store();
    learner.types("HSET a id 1 name Mia");
    let home = PathBuf::from("/home");
    let names = |learner: &Learner| learner.desk.storage.list(&home).unwrap();
    assert!(!names(&learner).iter().any(|name| name.contains("tmp")), "{:?}", names(&learner));
    assert_eq!(learner.progress().lesson("pets").typed["store"], ["HSET a id 1 name Mia"]);
}

const QUESTIONS: &str = "\
---
id: pets
title: Asked
objectives: [say]
minutes: 1
files: []
---
## Guess {#guess}
```ask
guess choice Is it kept? (kept | gone)
keys integer How many keys?
```
```check
[text] GET note json== '{\"a\": 1}'
  else: `note` does not hold the object yet.
[fields] HMGET bike model gears == Swift 8
  else: Model and gears are {got}.
[guess] answer guess ~ /./
[keys] answer keys == 2
```
```solution
> SET note '{\"a\": 1}'
> HSET bike model Swift gears 8
> answer guess=kept keys=2
```

## Choose {#choose}
```quiz
First?

- [x] One
  Yes.
- [ ] Two
  No.
```

Now the other one.

```quiz
Second?

- [ ] One
  No.
- [x] Two
  Yes, two.
```
";

#[test]
fn an_answer_needs_no_name_where_only_one_question_takes_it() {
    let mut learner = Learner::new();
    learner.open(QUESTIONS, None);
    assert_eq!(
        learner.types("kept"),
        "(error) ERR unknown command 'kept', with args beginning with: \n\
         note: to answer, type `answer kept`\n"
    );
    assert_eq!(
        learner.types("answer kept"),
        "note: guess: kept\ndone: guess\nto do: `note` does not hold the object yet.\n"
    );
    // A number alone is no command of Redis.
    assert_eq!(
        learner.types("2"),
        "note: keys: 2\ndone: keys\nto do: `note` does not hold the object yet.\n"
    );
    assert_eq!(
        learner.types("answer maybe"),
        "note: which question does \"maybe\" answer? Write answer guess=… keys=…\n"
    );
}

#[test]
fn a_value_that_is_whole_and_wrong_is_told() {
    let mut learner = Learner::new();
    learner.open(QUESTIONS, None);
    let told = "OK\nto do: `note` does not hold the object yet.\n";
    assert_eq!(learner.types("SET note '{a: 1}'"), told);
    assert_eq!(learner.types("SET note x"), told);
    assert_eq!(learner.types("SET other x"), "OK\n");
    assert_eq!(learner.types("SET note '{\"a\": 1}'"), "OK\ndone: text\n");
    assert_eq!(learner.types("HSET bike model Swift"), "(integer) 1\n");
    assert_eq!(
        learner.types("HSET bike gears eight"),
        "(integer) 1\nto do: Model and gears are Swift, eight.\n"
    );
    assert_eq!(learner.types("HSET bike gears 8"), "(integer) 0\ndone: fields\n");
    // It is not a mistake yet: no try was counted.
    assert_eq!(learner.progress().lesson("pets").tries.get("guess"), None);
}

#[test]
fn the_second_quiz_of_a_step_is_shown_when_the_first_is_right() {
    let mut learner = Learner::new();
    let first = "Step 2 of 2: Choose\n\nFirst?\n\n1. One\n2. Two\n\n\
                 type `answer` and the number of your choice\n";
    let second = "Now the other one.\n\nSecond?\n\n1. One\n2. Two\n\n\
                  type `answer` and the number of your choice\n";
    let opened = learner.open(QUESTIONS, Some("choose"));
    assert_eq!(opened.split_once("Step 2").map(|(_, step)| step), first.strip_prefix("Step 2"));
    assert_eq!(
        learner.types("hint"),
        "note: a question has no hints: choose, and the tutor says why that is right or\n      not\n"
    );
    assert_eq!(learner.types("answer 2"), "not yet: No.\n");
    assert_eq!(learner.types("answer 1"), format!("done: Yes.\n{second}"));
    assert_eq!(learner.types("task"), format!("{}\n{second}", first.trim_end()));
    assert_eq!(
        learner.types("2"),
        "done: Yes, two.\ndone: step 2 of 2, Choose\n\ndone: lesson over: Asked\n\
         That was the last lesson. `:recap` sums it up.\n"
    );
    assert_eq!(
        learner.types("answer 1"),
        "note: this lesson is over: `:lessons` lists all, `:back` reopens the last step\n"
    );
}

#[test]
fn a_command_that_waits_counts_when_its_reply_has_come() {
    let lesson = "---\nid: pets\ntitle: Pets\nminutes: 5\n---\n## Wait {#wait}\n\n```check\n\
                  [took] used BLPOP\n```\n```solution\n> BLPOP q 1\n```\n\n## End {#end}\nThe end.\n";
    let mut learner = Learner::new();
    learner.open(lesson, None);
    let session = learner.session.as_mut().unwrap();
    session.console_mut().patience = crate::lab::console::Patience::Company;
    assert_eq!(learner.types("BLPOP q 1"), "");
    let clock = learner.desk.clock.clone();
    let session = learner.session.as_mut().unwrap();
    assert_eq!(text(b"", &session.go_on(false)), "");
    clock.advance(1_000_000);
    assert_eq!(
        text(b"", &session.go_on(false)),
        "(nil)\n(1.00s)\ndone: took\ndone: step 1 of 2, Wait\n\nStep 2 of 2: End\n\nThe end.\n\n\
         note: `next` goes on.\n"
    );
}
