//! Whole screens of a lesson: 80 columns by 24 rows, 40 columns, and plain.

use crate::terminal::harness::Terminal;

/// The screen after some lines in a lesson, from its first row to its last.
fn screen(args: &[&str], columns: u16, rows: u16, lines: &[&str]) -> String {
    let mut terminal = Terminal::start(args, columns, rows);
    reads(&mut terminal);
    for line in lines {
        terminal.line(line);
    }
    terminal.screen()
}

/// Reads to the end of what is paged.
fn reads(terminal: &mut Terminal) {
    let mut question = String::new();
    while !question.ends_with('>') {
        let screen = terminal.wait_until("a prompt or another full screen", |screen| {
            let last = screen.lines().last().unwrap_or_default();
            last != question && (last.starts_with("--More--") || last.ends_with('>'))
        });
        screen.lines().last().unwrap().clone_into(&mut question);
        if question.starts_with("--More--") {
            terminal.send(" ");
        }
    }
}

#[test]
fn what_broke_and_what_is_to_be_done_stand_below_the_command() {
    let lines = ["SELECT 2", "DEL note", "SELECT 1", "DEL chain:D", "undo"];
    assert_eq!(
        screen(&["learn", "4hhb-check#repair"], 80, 24, &lines),
        "\
Commands you may need: HSET key field value sets one field, a new one or an old
one. DEL key removes a key.

4hhb-check · step 4 of 6 · missing: friends-copy
127.0.0.1:6379> SELECT 2
OK
127.0.0.1:6379[2]> DEL note
(integer) 1
○ The hash chain:C lacks the field hetero_residue_count. HSET adds one field and
  leaves the others alone. Is that the key you want to mend?
4hhb-check · step 4 of 6 · missing: friends-copy
127.0.0.1:6379[2]> SELECT 1
OK
127.0.0.1:6379[1]> DEL chain:D
(integer) 1
✗ own-data is not right any more: Your own chains in database 1 were right, and
  now they are not. :undo takes back the last command. The copy to repair is in
  database 2.
4hhb-check · step 4 of 6 · missing: own-data (3 of 4), friends-copy
127.0.0.1:6379[1]> undo
│ taken back: \"chain:D\" is back
✓ own-data
4hhb-check · step 4 of 6 · missing: friends-copy
127.0.0.1:6379[1]>"
    );
}

/// A number with two digits the wrong way round.
const MISTYPED: [&str; 3] = [
    "SELECT 1",
    "HSET A chain_id A total_residues 189 standard_residues 141 hetero_residue_count 57",
    "DBSIZE",
];

#[test]
fn forty_columns_are_enough() {
    assert_eq!(
        screen(&["learn", "4hhb-load#store"], 40, 24, &MISTYPED),
        "\
not in the value.

Type one command for each chain. Or let
the tutor type all four: :load FILE LIST
by FIELD as hash takes a list out of a
file and runs one command for each
object in it. The value of FIELD becomes
the key. With as string it stores JSON
text.

step 3 of 4 · missing: stored
127.0.0.1:6379> SELECT 1
OK
127.0.0.1:6379[1]> HSET A chain_id A total_residues 189 standard_residues 141 hetero_residue_count 57
(integer) 4
✗ In A the field total_residues is 189.
  The file says something else: cat
  4HHB_summary.json shows it.
step 3 of 4 · missing: stored
127.0.0.1:6379[1]> DBSIZE
(integer) 1
127.0.0.1:6379[1]>"
    );
}

#[test]
fn a_plain_terminal_has_words_for_marks() {
    assert_eq!(
        screen(&["learn", "--plain", "4hhb-load#store"], 40, 24, &MISTYPED),
        "
Type one command for each chain. Or let
the tutor type all four: `:load FILE
LIST by FIELD as hash` takes a list out
of a file and runs one command for each
object in it. The value of FIELD becomes
the key. With `as string` it stores JSON
text.

4hhb-load, step 3 of 4, missing: stored
127.0.0.1:6379> SELECT 1
OK
127.0.0.1:6379[1]> HSET A chain_id A total_residues 189 standard_residues 141 hetero_residue_count 57
(integer) 4
not yet: In `A` the field
         `total_residues` is `189`. The
         file says something else: `cat
         4HHB_summary.json` shows it.
4hhb-load, step 3 of 4, missing: stored
127.0.0.1:6379[1]> DBSIZE
(integer) 1
127.0.0.1:6379[1]>"
    );
}

#[test]
fn a_long_step_waits_for_its_reader() {
    let mut terminal = Terminal::start(&["learn", "4hhb-restart"], 80, 24);
    let first = terminal.wait_for("--More-- 7 lines: Space, Enter, q");
    assert!(
        first.starts_with("\nExercise 3: restart and look again\nabout 20 minutes\n────"),
        "{first}"
    );
    terminal.send(" ");
    assert_eq!(
        terminal.wait_for_prompt(),
        "
In each step you first say what you expect. A wrong guess costs nothing: it is
the best way to remember. Then you do it and see.

The lesson begins with the four chains in database 1 of the server at your
prompt. That server is part of kvtutor. We call it the sandbox.

Step 1 of 9: A new client

Think of a Python program that ends and is started again. The server runs on. A
new client connects to it. What does it find?

Write down your guess, then try it: redis-cli starts a new client here. (Do not
type quit for this: it would close kvtutor.) Count the keys twice: first as you
are, then in database 1.

• When one client ends and a new one connects, the chains are … (kept | gone)
  answer prediction=…
• How many keys does the new client count at first, before any SELECT?
  answer before=…
• How many keys does it count in database 1?
  answer after=…
4hhb-restart · step 1 of 9 · missing: prediction, first-count, second-count
127.0.0.1:6379>"
    );
}
