//! The engine and its prompt beside a real `redis-server` and `redis-cli`: every line of `tests/differential/`
//! goes through both, and what they print must be the same bytes. It must not know what is right: the
//! server is asked anew each time.
//!
//! A corpus file is what one types at the prompt, a command a line, from an empty server on. `#` opens a
//! heading; `#!` before a line says how its output is compared where bytes cannot be equal:
//!
//! | directive | compared | because |
//! |---|---|---|
//! | `unordered` | the elements, in any order | Redis's order is that of its hash tables, seeded at start |
//! | `unordered-pairs` | the same, two by two | as above, of fields and values |
//! | `near` | integers within three percent, at most 5000 | the clock goes on between the two runs |
//! | `shape` | the kind of reply | the value is the machine's, random, or text in our own words |
//! | `count` | the kind and the number of lines | as `shape`, for random elements |
//! | `invalid` | bytes | the line itself is refused by the prompt, so it is its own marker |
//!
//! A reply may span lines, so the script has a marker after every command: a lone quote, which both prompts
//! answer with `Invalid argument(s)` without asking the engine. A transaction therefore stays whole.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, thread};

use crate::peer::Peer;
use crate::version::Version;

/// What both prompts say of a line with an unfinished quote.
const MARKER: &str = "Invalid argument(s)\n";

/// More mismatches than these are counted, not shown.
const SHOWN: usize = 60;

/// The directories of the corpus, one test for each.
const GROUPS: [&str; 15] = [
    "connection",
    "databases",
    "errors",
    "hashes",
    "keys",
    "lists",
    "resp3",
    "scan",
    "scripting",
    "server",
    "sets",
    "since_redis_8",
    "sorted_sets",
    "strings",
    "transactions",
];

#[test]
fn connection() {
    check_group("connection");
}

#[test]
fn databases() {
    check_group("databases");
}

#[test]
fn errors() {
    check_group("errors");
}

#[test]
fn hashes() {
    check_group("hashes");
}

#[test]
fn keys() {
    check_group("keys");
}

#[test]
fn lists() {
    check_group("lists");
}

#[test]
fn resp3() {
    check_group("resp3");
}

#[test]
fn scan() {
    check_group("scan");
}

#[test]
fn scripting() {
    check_group("scripting");
}

#[test]
fn server() {
    check_group("server");
}

#[test]
fn sets() {
    check_group("sets");
}

/// What 7.0 has not is asked of a newer server.
#[test]
fn since_redis_8() {
    check_group_with(Version::Redis8, "since_redis_8");
}

#[test]
fn sorted_sets() {
    check_group("sorted_sets");
}

#[test]
fn strings() {
    check_group("strings");
}

#[test]
fn transactions() {
    check_group("transactions");
}

#[test]
fn every_directory_of_the_corpus_is_a_group() {
    let mut found: Vec<String> = entries(&corpus()).iter().map(|path| file_name(path)).collect();
    found.sort();
    assert_eq!(found, GROUPS);
}

#[test]
fn the_corpus_has_at_least_1500_lines_and_few_of_them_are_loosely_compared() {
    let lines: Vec<Line> = GROUPS
        .iter()
        .flat_map(|group| entries(&corpus().join(group)))
        .flat_map(|path| read_corpus(&path))
        .collect();
    let exact = lines.iter().filter(|line| line.rule == Rule::Bytes).count();
    assert!(lines.len() >= 1500, "{} lines", lines.len());
    assert!(
        exact * 20 >= lines.len() * 19,
        "only {exact} of {} are compared by bytes",
        lines.len()
    );
}

/// How the outputs of one line are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Bytes,
    Unordered,
    UnorderedPairs,
    Near,
    Shape,
    Count,
    Invalid,
}

struct Line {
    number: usize,
    text: String,
    rule: Rule,
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("differential")
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn read_corpus(path: &Path) -> Vec<Line> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = Vec::new();
    let mut rule = Rule::Bytes;
    for (index, line) in text.lines().enumerate() {
        if let Some(word) = line.strip_prefix("#! ") {
            rule = match word {
                "unordered" => Rule::Unordered,
                "unordered-pairs" => Rule::UnorderedPairs,
                "near" => Rule::Near,
                "shape" => Rule::Shape,
                "count" => Rule::Count,
                "invalid" => Rule::Invalid,
                _ => panic!("{}:{}: unknown directive {word}", path.display(), index + 1),
            };
        } else if !line.is_empty() && !line.starts_with('#') {
            lines.push(Line { number: index + 1, text: line.to_owned(), rule });
            rule = Rule::Bytes;
        }
    }
    lines
}

fn check_group(group: &str) {
    check_group_with(Version::Redis7, group);
}

fn check_group_with(version: Version, group: &str) {
    let mut report = String::new();
    let mut found = 0;
    for path in entries(&corpus().join(group)) {
        let lines = read_corpus(&path);
        for output in ["--no-raw", "--raw"] {
            let Some(mismatches) = compare(version, &lines, output) else { return };
            for mismatch in mismatches {
                found += 1;
                if found <= SHOWN {
                    writeln!(report, "{group}/{}:{mismatch}", file_name(&path)).unwrap();
                }
            }
        }
    }
    assert!(found == 0, "{found} mismatches in {group}\n{report}");
}

/// The mismatches of one file, each with its line number first; `None` without a server.
fn compare(version: Version, lines: &[Line], output: &str) -> Option<Vec<String>> {
    let mut script = String::new();
    for line in lines {
        script.push_str(&line.text);
        script.push_str(if line.rule == Rule::Invalid { "\n" } else { "\n\"\n" });
    }
    let wanted = ask_redis(version, &script, output)?;
    let got = ask_kvtutor(&script, output);
    let mut mismatches = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let wanted = wanted.get(index).map(Vec::as_slice);
        let got = got.get(index).map(Vec::as_slice);
        let same = match (wanted, got) {
            (Some(wanted), Some(got)) => agree(line.rule, wanted, got, output == "--raw"),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !same {
            mismatches.push(format!(
                "{} ({output}) {}\n  redis   {}\n  kvtutor {}",
                line.number,
                line.text,
                shown(wanted),
                shown(got)
            ));
        }
    }
    Some(mismatches)
}

fn shown(output: Option<&[u8]>) -> String {
    output.map_or("nothing more".to_owned(), |bytes| {
        let text = bytes.escape_ascii().to_string();
        if text.len() > 600 { format!("{}…", &text[..600]) } else { text }
    })
}

/// `None` where there is no server to ask.
fn ask_redis(version: Version, script: &str, output: &str) -> Option<Vec<Vec<u8>>> {
    let server = Peer::start_version(version, None, &["--enable-debug-command", "yes"])?;
    let home = tempfile::tempdir().unwrap();
    let mut client = Command::new("redis-cli");
    client
        .arg("-s")
        .arg(server.socket())
        .arg(output)
        .env("HOME", home.path())
        .env_remove("REDISCLI_AUTH")
        .env_remove("REDISCLI_RCFILE");
    Some(run_script(client, script))
}

fn ask_kvtutor(script: &str, output: &str) -> Vec<Vec<u8>> {
    let home = tempfile::tempdir().unwrap();
    let mut client = Command::new(env!("CARGO_BIN_EXE_kvtutor"));
    client.arg("exec").arg(output).arg("--home").arg(home.path());
    run_script(client, script)
}

/// What each command of the script printed.
fn run_script(mut client: Command, script: &str) -> Vec<Vec<u8>> {
    let mut child = client
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let script = script.to_owned();
    let writer = thread::spawn(move || {
        // A client that left early (QUIT) reads no more; what it printed is compared all the same.
        let _ = input.write_all(script.as_bytes());
    });
    let output = child.wait_with_output().unwrap().stdout;
    writer.join().unwrap();
    split_at_markers(&output)
}

fn split_at_markers(output: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    let mut rest = output;
    while let Some(place) =
        rest.windows(MARKER.len()).position(|window| window == MARKER.as_bytes())
    {
        parts.push(without_durations(&rest[..place]));
        rest = &rest[place + MARKER.len()..];
    }
    parts.push(without_durations(rest));
    parts
}

fn without_durations(part: &[u8]) -> Vec<u8> {
    let lines = part.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !is_duration(line)).flatten().copied().collect()
}

/// `redis-cli` tells how long a command of half a second or more took: on a slow day that is any command.
fn is_duration(line: &[u8]) -> bool {
    line.strip_prefix(b"(")
        .and_then(|rest| rest.strip_suffix(b"s)\n"))
        .is_some_and(|number| number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'))
}

fn agree(rule: Rule, wanted: &[u8], got: &[u8], raw: bool) -> bool {
    if wanted == got {
        return true;
    }
    match rule {
        Rule::Bytes | Rule::Invalid => false,
        Rule::Unordered => sorted(elements(wanted)) == sorted(elements(got)),
        Rule::UnorderedPairs => pairs(wanted) == pairs(got),
        Rule::Near => near(wanted, got),
        Rule::Shape => kind(wanted, raw) == kind(got, raw),
        Rule::Count => {
            kind(wanted, raw) == kind(got, raw) && elements(wanted).len() == elements(got).len()
        }
    }
}

/// The lines of an output without their `1) ` numbering.
fn elements(output: &[u8]) -> Vec<&[u8]> {
    output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(unnumbered).collect()
}

fn unnumbered(line: &[u8]) -> &[u8] {
    let rest = line.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.get(digits..) {
        Some([b')' | b'#' | b'~', b' ', inner @ ..]) if digits > 0 => unnumbered(inner),
        Some(_) | None => rest,
    }
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}

/// The pairs in a fixed order; an element too many is a cursor and stands in front. A map of RESP3
/// has each pair on a line already.
fn pairs(output: &[u8]) -> (Vec<&[u8]>, Vec<Vec<&[u8]>>) {
    let all = elements(output);
    let size = if output.trim_ascii_start().starts_with(b"1#") { 1 } else { 2 };
    let (cursor, flat) = all.split_at(all.len() % size);
    (cursor.to_vec(), sorted(flat.chunks(size).map(<[&[u8]]>::to_vec).collect()))
}

fn near(wanted: &[u8], got: &[u8]) -> bool {
    let number = |output: &[u8]| -> Option<i64> {
        let text = str::from_utf8(output).ok()?;
        text.trim_start_matches("(integer) ").trim().parse().ok()
    };
    match (number(wanted), number(got)) {
        (Some(wanted), Some(got)) => {
            let room = (wanted.abs() / 100 * 3).clamp(3, 5000);
            (wanted > 0) == (got > 0) && wanted.abs_diff(got) <= room.unsigned_abs()
        }
        (None, _) | (_, None) => false,
    }
}

/// The kind of a reply: raw output shows only whether there is any.
fn kind(output: &[u8], raw: bool) -> String {
    if raw || output.is_empty() {
        return if output.is_empty() { "nothing" } else { "something" }.to_owned();
    }
    let text = String::from_utf8_lossy(output);
    let word = text.split_whitespace().next().unwrap_or_default();
    match word {
        "(error)" => text.split_whitespace().take(2).collect::<Vec<_>>().join(" "),
        "(empty" => text.trim().to_owned(),
        "(integer)" | "(double)" | "(nil)" | "(true)" | "(false)" => word.to_owned(),
        _ if word.starts_with('"') => "string".to_owned(),
        _ if unnumbered(output).len() < output.trim_ascii_start().len() => {
            format!("array {}", word.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        _ => "text".to_owned(),
    }
}

#[test]
fn rules_accept_what_they_say_and_no_more() {
    let cases: [(Rule, &str, &str, bool); 19] = [
        (Rule::Bytes, "OK\n", "OK\n", true),
        (Rule::Bytes, "OK\n", "ok\n", false),
        (Rule::Unordered, "1) \"a\"\n2) \"b\"\n", "1) \"b\"\n2) \"a\"\n", true),
        (Rule::Unordered, "1) \"a\"\n2) \"a\"\n", "1) \"a\"\n2) \"b\"\n", false),
        (
            Rule::Unordered,
            "1) \"0\"\n2) 1) \"a\"\n   2) \"b\"\n",
            "1) \"0\"\n2) 1) \"b\"\n   2) \"a\"\n",
            true,
        ),
        (Rule::UnorderedPairs, "a\n1\nb\n2\n", "b\n2\na\n1\n", true),
        (Rule::UnorderedPairs, "a\n1\nb\n2\n", "b\n1\na\n2\n", false),
        (Rule::UnorderedPairs, "0\na\n1\nb\n2\n", "0\nb\n2\na\n1\n", true),
        (Rule::UnorderedPairs, "1# a => 1\n2# b => 2\n", "1# b => 2\n2# a => 1\n", true),
        (Rule::Near, "(integer) 100\n", "(integer) 99\n", true),
        (Rule::Near, "(integer) 100\n", "(integer) 96\n", false),
        (Rule::Near, "(integer) 2\n", "(integer) -1\n", false),
        (Rule::Near, "(integer) 2\n", "(nil)\n", false),
        (Rule::Shape, "(integer) 3\n", "(integer) 9\n", true),
        (Rule::Shape, "(integer) 3\n", "\"3\"\n", false),
        (Rule::Shape, "(error) ERR a\n", "(error) WRONGTYPE a\n", false),
        (Rule::Shape, "1) \"a\"\n", "1) (integer) 2\n2) x\n", true),
        (Rule::Shape, "1~ \"a\"\n", "1) \"a\"\n", false),
        (Rule::Count, "1) \"a\"\n2) \"b\"\n", "1) \"a\"\n", false),
    ];
    for (rule, wanted, got, expected) in cases {
        assert_eq!(
            agree(rule, wanted.as_bytes(), got.as_bytes(), false),
            expected,
            "{rule:?} {wanted:?} {got:?}"
        );
    }
}
