//! Presentations, to the end and back.

use std::sync::Arc;

use super::*;
use crate::engine::Now;
use crate::lab::console::{Files, Shown};
use crate::lesson::catalogue::{Catalogue, Source};
use crate::lesson::check::eval::first_failure;
use crate::resp::show::{Style, show};
use crate::server::Clock;

const START: Now = Now { unix_micros: 1_767_225_600_000_000 };

fn open(catalogue: &Arc<Catalogue>, lesson: &str) -> Walk {
    Walk::open(catalogue, lesson, Clock::virtual_at(START), 4, None).unwrap().unwrap()
}

const STORY: &str = "---
id: story
title: A story
objectives: [count]
minutes: 1
---
It begins.

```teacher
Say hello.
```

## One {#one}
First.

```redis db=9
> SET shown 1
OK
```

```check
[a] GET a == 1
```

```hint
Think.
```

```solution
> SET a 1
```

## Two {#two}

```setup
> INCR entered
```

Second:

- with a list

```check
[b] GET b == 2
```

```solution
> SET b 2
```
";

fn story() -> Walk {
    let source = Source {
        path: "story.md".to_owned(),
        bytes: STORY.as_bytes().to_vec(),
        files: Files::new(),
    };
    open(&Arc::new(Catalogue::new(vec![source]).unwrap()), "story")
}

/// Goes on as far as it takes to show `count` pieces and slides, and runs what is to be typed.
fn go(walk: &mut Walk, count: usize) {
    for _ in 0..count {
        if let Next::Piece(Piece::Line(typing)) = walk.forward() {
            walk.run(typing.text.as_bytes());
        }
    }
}

fn ask(walk: &mut Walk, line: &str) -> String {
    let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
    let reply = walk.console_mut().observe(0, None, &words).unwrap();
    String::from_utf8(show(&reply, Style::Tty)).unwrap().trim_end().to_owned()
}

#[test]
fn a_lesson_is_cut_into_slides_and_pieces() {
    let walk = story();
    let deck = walk.deck();
    let line = |text: &str, db| Piece::Line(Typing { text: text.to_owned(), db });
    let text = |text: &str| Piece::Text(text.to_owned());
    assert_eq!(deck.slides.len(), 3);
    assert_eq!(deck.slides[0].pieces, [text("It begins."), text("You will learn to\n\n- count")]);
    assert_eq!(deck.slides[0].notes, ["Say hello."]);
    assert_eq!(
        deck.slides[1].pieces,
        [text("First."), line("SET shown 1", Some(9)), line("SET a 1", None), Piece::Check]
    );
    assert_eq!(deck.slides[1].hints, ["Think."]);
    assert_eq!(deck.slides[2].pieces[0], text("Second:\n\n- with a list"));
    assert_eq!((deck.find("two"), deck.find("#one"), deck.find("0")), (Some(2), Some(1), Some(0)));
    assert_eq!((deck.find("3"), deck.find("three"), deck.find("")), (None, None, None));
}

#[test]
fn lines_of_another_database_leave_the_prompt_where_it_was() {
    let mut walk = story();
    go(&mut walk, 5);
    assert_eq!(walk.console().prompt(), "127.0.0.1:6379[9]> ");
    let typed = walk.typed().last().unwrap();
    assert_eq!(
        (typed.prompt.as_str(), typed.line.as_slice()),
        ("127.0.0.1:6379[9]> ", &b"SET shown 1"[..])
    );
    go(&mut walk, 1);
    assert_eq!(walk.console().prompt(), "127.0.0.1:6379> ");
    assert_eq!(ask(&mut walk, "GET a"), "\"1\"");
    go(&mut walk, 1);
    assert_eq!(first_failure(&walk.judge()), None);
}

#[test]
fn going_back_takes_the_store_back_improvised_lines_too() {
    let mut walk = story();
    go(&mut walk, 6);
    walk.run(b"SET own 1");
    go(&mut walk, 4);
    walk.run(b"SET late 1");
    assert_eq!(walk.at(), At { slide: 2, shown: 2 });
    assert_eq!(
        ask(&mut walk, "KEYS *"),
        "1) \"a\"\n2) \"own\"\n3) \"entered\"\n4) \"b\"\n5) \"late\""
    );
    assert!(walk.back().unwrap());
    assert_eq!(ask(&mut walk, "KEYS *"), "1) \"a\"\n2) \"own\"\n3) \"entered\"");
    assert!(walk.back().unwrap() && walk.back().unwrap());
    assert_eq!(walk.at(), At { slide: 1, shown: 4 });
    assert_eq!(ask(&mut walk, "KEYS *"), "1) \"a\"\n2) \"own\"");
    assert!(walk.back().unwrap() && walk.back().unwrap());
    assert_eq!(ask(&mut walk, "KEYS *"), "(empty array)");
    let lines: Vec<&[u8]> = walk.typed().iter().map(|typed| typed.line.as_slice()).collect();
    assert_eq!(lines, [b"SET shown 1"]);
    for _ in 0..5 {
        assert!(walk.back().unwrap());
    }
    assert!(!walk.back().unwrap());
}

#[test]
fn jumping_ahead_brings_the_proved_state_and_jumping_back_ones_own() {
    let mut walk = story();
    walk.jump(2).unwrap();
    assert_eq!(ask(&mut walk, "KEYS *"), "1) \"a\"\n2) \"entered\"");
    go(&mut walk, 1);
    walk.run(b"SET own 1");
    walk.jump(2).unwrap();
    assert_eq!(walk.at(), At { slide: 2, shown: 0 });
    assert_eq!(ask(&mut walk, "KEYS *"), "1) \"a\"\n2) \"entered\"");
    // Before the place that was jumped to nothing was typed.
    assert!(walk.back().unwrap());
    assert_eq!(walk.at(), At { slide: 1, shown: 0 });
    assert_eq!(ask(&mut walk, "KEYS *"), "(empty array)");
    walk.jump(0).unwrap();
    assert_eq!(walk.at(), At::default());
}

#[test]
fn every_lesson_of_the_course_can_be_presented_to_its_end() {
    let catalogue = Arc::new(Catalogue::course().unwrap());
    for entry in catalogue.entries() {
        let id = &entry.lesson.front.id;
        let mut walk = open(&catalogue, id);
        loop {
            match walk.forward() {
                Next::Over => break,
                Next::Piece(Piece::Line(typing)) => {
                    let ran = walk.run(typing.text.as_bytes());
                    let wrong = ran.shown.iter().any(|shown| matches!(shown, Shown::Wrong { .. }));
                    assert!(!wrong, "{id}: {}", typing.text);
                }
                Next::Piece(Piece::Check) => {
                    let outcomes = walk.judge();
                    assert!(!outcomes.is_empty());
                    assert_eq!(first_failure(&outcomes), None, "{id} at {:?}", walk.at());
                }
                Next::Slide | Next::Piece(Piece::Text(_) | Piece::Quiz(_) | Piece::Answer(_)) => {}
            }
        }
    }
}
