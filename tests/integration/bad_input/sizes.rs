//! Huge and senseless lines, values of ten megabytes, a hundred thousand keys, lists ten thousand
//! deep: answered, and soon.

use super::rig::Home;
use crate::terminal::harness::Terminal;

const TEN_MEGABYTES: usize = 10_000_000;

#[test]
fn ten_megabytes_go_in_and_come_out() {
    let home = Home::new();
    let value = "x".repeat(TEN_MEGABYTES);
    let script = format!("SET k \"{value}\"\nHSET h {value} 1\nRPUSH l '{value}'\nSTRLEN k\n");
    assert_eq!(home.ask(&["exec"], script), "OK\n1\n1\n10000000\n");
    assert_eq!(home.ask(&["exec", "GET", "k"], "").len(), TEN_MEGABYTES + 1);
    assert_eq!(home.ask(&["exec", "HGET", "h", "absent"], ""), "\n");
    assert_eq!(home.ask(&["exec"], "BGREWRITEAOF\nSAVE\nHLEN h\n").lines().last(), Some("1"));
    assert_eq!(home.ask(&["exec", "LINDEX", "l", "0"], "").len(), TEN_MEGABYTES + 1);
}

#[test]
fn nul_and_bytes_that_are_no_text_come_back_as_they_were() {
    let home = Home::new();
    let script = b"SET \"a\\x00\\xffb\" \"\\x00\\xfe\\r\\n\"\nGET \"a\\x00\\xffb\"\nHSET h \xff\x00 \x80\nHGETALL h\n";
    let output = super::rig::feed(home.command(&["exec"]), script);
    assert_eq!(output.stdout, b"OK\n\x00\xfe\r\n\n1\n\xff\x00\n\x80\n");
    let output = super::rig::feed(home.command(&["exec"]), b"KEYS *\n");
    assert_eq!(output.stdout, b"a\x00\xffb\nh\n");
}

#[test]
fn a_megabyte_of_nonsense_is_one_mistake() {
    let home = Home::new();
    for (line, said) in [
        ("\"".repeat(1_000_000), "Invalid argument(s)\n"),
        ("'".repeat(1_000_001), "Invalid argument(s)\n"),
        ("{\"a\":".repeat(200_000), "Invalid argument(s)\n"),
        ("\"\\x".repeat(300_000), "Invalid argument(s)\n"),
        (" ".repeat(1_000_000), ""),
        ("#".repeat(1_000_000), ""),
    ] {
        let told = home.run(&["exec"], format!("{line}\nPING\n"));
        assert_eq!((told.out.as_str(), told.err.as_str()), (&*format!("{said}PONG\n"), ""));
    }
    for line in [
        "x".repeat(1_000_000),
        format!(":{}", "x".repeat(1_000_000)),
        format!("docker {}", "x".repeat(1_000_000)),
        format!("help {}", "x".repeat(1_000_000)),
        format!("SET j {}", "{\"a\":".repeat(200_000)),
    ] {
        let told = home.run(&["play"], format!("{line}\nPING\n"));
        assert_eq!((told.err.as_str(), told.code), ("", 0));
        assert!(told.out.ends_with("> PING\nPONG\n127.0.0.1:6379> "));
    }
}

#[test]
fn a_hundred_thousand_keys_leave_the_prompt_usable() {
    let home = Home::new();
    let pairs: Vec<String> = (0..100_000).map(|n| format!("key:{n:05} {n}")).collect();
    let answer = home.ask(&["exec"], format!("MSET {}\nDBSIZE\nKEYS *\n", pairs.join(" ")));
    assert_eq!(answer.lines().count(), 100_002);
    let mut scanned = 0;
    let mut cursor = "0".to_owned();
    loop {
        let page = home.ask(&["exec", "SCAN", &cursor, "COUNT", "40000"], "");
        let mut lines = page.lines();
        lines.next().unwrap().clone_into(&mut cursor);
        scanned += lines.count();
        if cursor == "0" {
            break;
        }
    }
    assert_eq!(scanned, 100_000);
    let mut terminal = Terminal::start_in(home.path(), &["play"], &[], 80, 24);
    terminal.wait_for_prompt();
    terminal.send("GET key:9999\t");
    terminal.wait_for("key:99999");
    terminal.send("\x03");
    terminal.wait_for_prompt();
    terminal.send("KEYS *\r");
    terminal.wait_for("--More-- 99978 lines");
    terminal.send("q");
    terminal.wait_for("99978 more lines not shown\n127.0.0.1:6379>");
    terminal.line("GET key:00007");
    terminal.wait_for("\"7\"\n127");
}

#[test]
fn json_that_is_too_deep_or_too_large_is_judged() {
    let home = Home::new();
    for value in [
        "[".repeat(10_000),
        "{\\\"a\\\":".repeat(10_000),
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        "{'a': ".repeat(10_000),
        "{\\\"chain_id\\\": \\\"A\\\", \\\"total_residues\\\": 1e999999999999999}".to_owned(),
        format!("{{\\\"chain_id\\\": \\\"A\\\", \\\"total_residues\\\": {}}}", "9".repeat(100_000)),
        format!(
            "{{\\\"chain_id\\\": \\\"A\\\", \\\"total_residues\\\": -0.{}e-99}}",
            "0".repeat(9_999)
        ),
        "\\x00\\xff".to_owned(),
    ] {
        let line = format!("SELECT 1\nSET A \"{value}\"\n:check\nSTRLEN A\n");
        let told = home.run(&["learn", "4hhb-load#store"], line);
        assert_eq!((told.err.as_str(), told.code), ("", 0));
        assert!(told.out.contains("(integer) "), "{}", told.out.len());
    }
}
