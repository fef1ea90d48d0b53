//! `kvtutor play` as a learner meets it.

use super::harness::Terminal;

fn play(columns: u16, rows: u16) -> Terminal {
    let mut terminal = Terminal::start(&["play"], columns, rows);
    terminal.wait_for_prompt();
    terminal
}

#[test]
fn a_line_is_typed_hinted_and_run() {
    let mut terminal = play(80, 24);
    terminal.send("SET name ");
    terminal.wait_for("127.0.0.1:6379> SET name value [NX|XX] [GET] [EX seconds|PX");
    terminal.send("Erik\r");
    let screen = terminal.wait_for_prompt();
    assert_eq!(
        screen,
        "│ your sandbox: data stays here. `help` explains, `quit` leaves\n\
         127.0.0.1:6379> SET name Erik\nOK\n127.0.0.1:6379>"
    );
    terminal.line("SELECT 1");
    terminal.line("MULTI");
    terminal.wait_for("127.0.0.1:6379[1](TX)>");
    terminal.line("DISCARD");
    terminal.send("quit\r");
    assert_eq!(terminal.wait_end(), 0);
}

#[test]
fn tab_completes_what_fits() {
    let mut terminal = play(80, 24);
    terminal.line("HSET chain:A type protein");
    terminal.line("SET chains 4");
    terminal.send("hget ch\tty\t");
    terminal.wait_for("> hget chain:A type");
    terminal.send("\r");
    terminal.wait_for("\"protein\"");
}

#[test]
fn ctrl_c_clears_the_line_and_ctrl_d_leaves() {
    let mut terminal = play(80, 24);
    terminal.send("FLUSHALL");
    terminal.wait_for("> FLUSHALL");
    terminal.send("\x03");
    terminal.wait_for_prompt();
    terminal.line("SET j 'open");
    terminal.wait_for("'>");
    terminal.send("\x03");
    terminal.wait_for("'>\n127.0.0.1:6379>");
    terminal.send("\x04");
    assert_eq!(terminal.wait_end(), 0);
}

#[test]
fn a_quote_goes_on_in_the_next_line() {
    let mut terminal = play(80, 24);
    terminal.line("SET j '{");
    terminal.line("\"a\": 1}'");
    terminal.line("GET j");
    terminal.wait_for("\"{\\n\\\"a\\\": 1}\"");
    // The history has it as one line.
    terminal.send("\x1b[A\x1b[A");
    terminal.wait_for("> SET j '{\n\"a\": 1}'");
}

#[test]
fn pasted_lines_run_one_by_one() {
    let mut terminal = play(80, 24);
    terminal.paste("SET a 1\r\nSET b '2\n3'\nMGET a b\n");
    terminal.wait_for("MGET a b");
    terminal.send("\r");
    let screen = terminal.wait_for("2) \"2\\n3\"\n127");
    let replies = screen.split_once("\n> ").unwrap().1;
    assert_eq!(
        replies,
        "SET a 1\nOK\n> SET b '2\n3'\nOK\n> MGET a b\n1) \"1\"\n2) \"2\\n3\"\n127.0.0.1:6379>"
    );
}

#[test]
fn lines_typed_ahead_are_not_lost() {
    let mut terminal = play(80, 24);
    terminal.send("INCR n\rINCR n\rINCR n\rINCR n\r");
    terminal.wait_for("(integer) 4");
}

#[test]
fn a_mistake_in_quoting_is_pointed_at() {
    let mut terminal = play(80, 24);
    let screen = terminal.line("SET j {\"a\": 1}");
    assert!(
        screen.contains(
            "SET j {\"a\": 1}\n       ^\na quote may not stand inside a bare word; put '…' around the JSON"
        ),
        "{screen}"
    );
}

#[test]
fn undo_takes_a_change_back() {
    let mut terminal = play(80, 24);
    terminal.line("SET k 1");
    terminal.line("FLUSHALL");
    terminal.line("undo");
    terminal.wait_for("│ taken back: \"k\" is back");
    terminal.line("GET k");
    terminal.wait_for("\"1\"");
}

#[test]
fn a_narrow_screen_wraps_and_a_resized_one_is_used() {
    let mut terminal = play(20, 10);
    terminal.wait_for("│ your sandbox: data\n│ stays here. `help`");
    terminal.resize(60, 10);
    terminal.line(":undo it please or not");
    terminal.line(":nothing");
    terminal.wait_for("│ there is no :nothing; `help` lists what there is");
}

#[test]
fn long_output_is_paged() {
    let mut terminal = play(80, 12);
    let members: Vec<String> = (10..60).map(|number| number.to_string()).collect();
    terminal.line(&format!("RPUSH l {}", members.join(" ")));
    terminal.line("CLEAR");
    terminal.send("LRANGE l 0 -1\r");
    let screen = terminal.wait_for("--More-- 40 lines: Space, Enter, q");
    assert!(screen.starts_with("127.0.0.1:6379> LRANGE l 0 -1\n 1) \"10\"\n"), "{screen}");
    terminal.send("\r");
    terminal.wait_for("11) \"20\"\n--More-- 39 lines");
    terminal.send(" ");
    terminal.wait_for("22) \"31\"\n--More-- 28 lines");
    terminal.send("q");
    terminal.wait_for("22) \"31\"\n28 more lines not shown\n127.0.0.1:6379>");
}

#[test]
fn who_types_on_below_a_full_screen_sees_the_rest_and_loses_no_letter() {
    let mut terminal = play(80, 12);
    let members: Vec<String> = (10..60).map(|number| number.to_string()).collect();
    terminal.line(&format!("RPUSH l {}", members.join(" ")));
    terminal.send("LRANGE l 0 -1\r");
    terminal.wait_for("--More-- 40 lines");
    terminal.send("DBSIZE\r");
    terminal.wait_for("50) \"59\"\n127.0.0.1:6379> DBSIZE\n(integer) 1\n127.0.0.1:6379>");
}

#[test]
fn the_history_is_kept_without_passwords() {
    let mut terminal = play(80, 24);
    let home = terminal.home().to_owned();
    terminal.line("SET k 1");
    terminal.line("AUTH hunter2");
    terminal.line("GET k");
    assert!(terminal.screen().contains("AUTH hunter2"));
    terminal.send("\x1b[A\x1b[A");
    terminal.wait_for("> SET k 1 [NX|XX]");
    let kept = std::fs::read_to_string(home.join("history")).unwrap();
    assert_eq!(kept, "SET k 1\nGET k\n");
}

#[test]
fn colour_is_left_out_where_it_is_not_wanted() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start_in(home.path(), &["play"], &[("NO_COLOR", "1")], 80, 24);
    terminal.line("SET k 1");
    terminal.line("GET k 1");
    assert!(!terminal.raw().contains("\x1b[3"), "{}", terminal.raw().escape_debug());
}

#[test]
fn a_history_that_cannot_be_used_is_said_once_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("history"), b"\xff\xfe\n").unwrap();
    let mut terminal = Terminal::start_in(home.path(), &["play"], &[], 80, 24);
    terminal.wait_for("cannot be read");
    terminal.line("SET k 1");
    let screen = terminal.line("GET k");
    assert_eq!(screen.matches("the history").count(), 1, "{screen}");
    assert_eq!(std::fs::read(home.path().join("history")).unwrap(), b"\xff\xfe\n");
}

#[test]
fn a_plain_terminal_gets_linear_text() {
    let mut terminal = Terminal::start(&["play", "--plain"], 40, 24);
    terminal.wait_for_prompt();
    terminal.send("SET k {\"a\": 1}\r");
    let screen = terminal.wait_for("JSON\n127.0.0.1:6379>");
    assert_eq!(
        screen,
        "note: your sandbox: data stays here.\n      `help` explains, `quit` leaves\n\
         127.0.0.1:6379> SET k {\"a\": 1}\nSET k {\"a\": 1}\n       ^\n\
         a quote may not stand inside a bare\nword; put '…' around the JSON\n127.0.0.1:6379>"
    );
    assert!(!terminal.raw().contains('\x1b'));
    terminal.send("\x04");
    assert_eq!(terminal.wait_end(), 0);
}
