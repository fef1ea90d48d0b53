//! `kvtutor report` and `kvtutor play --export`: what a learner hands in, and what a teacher sees.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use kvtutor::lesson::catalogue::Catalogue;
use tempfile::TempDir;

use crate::peer::Peer;

/// A folder with a home in it.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::with_prefix("kvtutor-report").unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs `kvtutor ARGS` with lines on its input: standard output, standard error, exit code.
    fn run(&self, args: &[&str], input: &str) -> (String, String, Option<i32>) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
            .args(args)
            .current_dir(self.path())
            .env("KVTUTOR_HOME", self.path().join("home"))
            .env_remove("KVTUTOR_LEARNER")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may have ended before the input was written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr), output.status.code())
    }

    fn ok(&self, args: &[&str], input: &str) -> String {
        let (said, wrong, code) = self.run(args, input);
        assert_eq!((wrong.as_str(), code), ("", Some(0)), "{said}");
        said
    }
}

/// What a learner types in the first steps of exercise 1: three mistakes, a hint, a skip.
const ADA: &str = "answer chains=1 field=chain_id\nhint\nanswer chains=4\nanswer 1\nanswer 3\n\
                   SET 4HHB '{\"chains\": [{\"chain_id\": \"A\"}]}'\nSELECT 1\n\
                   SET x '{\"chain_id\": \"A\"}'\n:skip\n";
const EVE: &str = "answer chains=1 field=chain_id\n";

#[test]
fn a_class_is_summed_up_from_its_receipts() {
    let desk = Desk::new();
    desk.ok(&["--as", "Ada", "learn", "4hhb-load"], ADA);
    desk.ok(&["--as", "Eve", "learn", "4hhb-load"], EVE);
    assert_eq!(
        desk.ok(&["--as", "Ada", "report", "--receipt", "ada.json"], ""),
        "ada.json: the receipt of Ada, 11 entries\n"
    );
    // The name on the receipt need not be that of the folder.
    assert_eq!(
        desk.ok(&["--as", "Eve", "report", "--receipt", "eve.json", "--name", "Eve, B."], ""),
        "eve.json: the receipt of Eve, B., 2 entries\n"
    );
    let of = Catalogue::course().unwrap().entries().len();
    let of = format!("{of:<2}");
    assert_eq!(
        desk.ok(&["report", "eve.json", "ada.json"], ""),
        format!(
            "name     lessons  steps  applied  hints  mistakes  minutes\n\
         Ada      0 of {of}  2      1        1      3         0\n\
         Eve, B.  0 of {of}  0      0        0      1         0\n\
         \n\
         The commonest mistake of each step\n\
         - 4hhb-load#look: chains, 2 of 2 learners, 2 times in all\n\
         - 4hhb-load#choose: quiz/1, 1 of 2 learners, once in all\n\
         - 4hhb-load#store: stored/missing-field, 1 of 2 learners, once in all\n"
        )
    );
}

#[test]
fn a_table_becomes_rows_for_a_spreadsheet_and_data_for_a_program() {
    let desk = Desk::new();
    desk.ok(&["--as", "Ada", "learn", "4hhb-load"], ADA);
    desk.ok(&["--as", "Ada", "report", "--receipt", "r.json", "--name", "=Ada, \"A\""], "");
    let csv = desk.ok(&["report", "r.json", "--csv"], "");
    let (head, row) = csv.split_once('\n').unwrap();
    assert_eq!(head, "name,lesson,version,steps,passed,applied,hints,mistakes,seconds,file");
    let fields: Vec<&str> = row.trim_end().rsplitn(8, ',').collect();
    // The name begins with a sign that a spreadsheet would take for a formula.
    assert!(row.starts_with("\"'=Ada, \"\"A\"\"\",4hhb-load,"), "{row}");
    assert_eq!((fields[0], &fields[2..7]), ("r.json", &["3", "1", "1", "2", "4"][..]));
    let json = desk.ok(&["report", "r.json", "--json"], "");
    let data: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(data["learners"][0]["name"], "=Ada, \"A\"");
    assert_eq!(data["learners"][0]["lessons"][0]["passed"], serde_json::json!(["look", "choose"]));
    assert_eq!(data["mistakes"][0]["what"], "chains");
}

#[test]
fn a_folder_stands_for_the_receipts_in_it() {
    let desk = Desk::new();
    fs::create_dir(desk.path().join("class")).unwrap();
    for name in ["Ada", "Eve"] {
        let file = format!("class/{name}.json");
        desk.ok(&["report", "--receipt", &file, "--name", name], "");
    }
    fs::write(desk.path().join("class/notes.txt"), "bring cake").unwrap();
    let rows = desk.ok(&["report", "class", "--json"], "");
    let data: serde_json::Value = serde_json::from_str(&rows).unwrap();
    let files: Vec<_> = data["learners"].as_array().unwrap().iter().map(|l| &l["file"]).collect();
    assert_eq!(files, ["class/Ada.json", "class/Eve.json"]);
    assert_eq!(
        desk.run(&["report", "class/notes.txt"], ""),
        (
            String::new(),
            "kvtutor: class/notes.txt is no receipt of kvtutor: `kvtutor report --receipt FILE` makes one\n"
                .to_owned(),
            Some(1)
        )
    );
}

#[test]
fn a_receipt_that_was_changed_is_named() {
    let desk = Desk::new();
    desk.ok(&["--as", "Ada", "learn", "4hhb-load"], ADA);
    desk.ok(&["--as", "Ada", "report", "--receipt", "ada.json"], "");
    let text = fs::read_to_string(desk.path().join("ada.json")).unwrap();
    fs::write(desk.path().join("eve.json"), text.replacen("\"Ada\"", "\"Eve\"", 1)).unwrap();
    fs::write(desk.path().join("bob.json"), text.replacen("\"applied\"", "\"passed\"", 1)).unwrap();
    fs::write(desk.path().join("other.json"), "[1]").unwrap();
    fs::write(desk.path().join("cut.json"), &text[..100]).unwrap();
    fs::write(desk.path().join("empty.json"), "").unwrap();
    let alone = desk.ok(&["report", "ada.json"], "");
    let all = ["ada", "eve", "bob", "other", "cut", "empty", "gone"];
    let all: Vec<String> = all.iter().map(|name| format!("{name}.json")).collect();
    let all: Vec<&str> = ["report"].into_iter().chain(all.iter().map(String::as_str)).collect();
    assert_eq!(
        desk.run(&all, ""),
        (
            // Those of the others are summed up all the same.
            alone,
            "kvtutor: eve.json was changed: its seal does not fit its name, its time and its last entry\n\
             kvtutor: bob.json was changed: entry 10 (step store of 4hhb-load) does not follow from the one before\n\
             kvtutor: other.json is no receipt of kvtutor: `kvtutor report --receipt FILE` makes one\n\
             kvtutor: cut.json ends too early, so it was not copied whole: ask for it once more\n\
             kvtutor: empty.json ends too early, so it was not copied whole: ask for it once more\n\
             kvtutor: cannot read gone.json: No such file or directory\n\
             kvtutor: these files are not in the report, which holds 1\n"
                .to_owned(),
            Some(1)
        )
    );
}

#[test]
fn a_receipt_replaces_only_one_of_the_same_learner() {
    let desk = Desk::new();
    assert_eq!(
        desk.run(&["report", "--receipt", "r.json"], ""),
        (
            String::new(),
            "kvtutor: a receipt carries your name: add --name NAME, or begin with --as NAME\n"
                .to_owned(),
            Some(2)
        )
    );
    desk.ok(&["report", "--receipt", "r.json", "--name", "Ada"], "");
    desk.ok(&["report", "--receipt", "r.json", "--name", "Ada"], "");
    for (file, holds, told) in [
        ("r.json", None, "kvtutor: r.json is the receipt of \"Ada\": name another file\n"),
        (
            "x.json",
            Some("mine"),
            "kvtutor: x.json is there already and is no receipt: name another file\n",
        ),
    ] {
        if let Some(holds) = holds {
            fs::write(desk.path().join(file), holds).unwrap();
        }
        let before = fs::read(desk.path().join(file)).unwrap();
        let ran = desk.run(&["report", "--receipt", file, "--name", "Eve"], "");
        assert_eq!(ran, (String::new(), told.to_owned(), Some(2)));
        assert_eq!(fs::read(desk.path().join(file)).unwrap(), before);
    }
}

#[test]
fn learners_who_share_a_computer_have_progress_of_their_own() {
    let desk = Desk::new();
    desk.ok(&["--as", "Ada", "learn", "4hhb-load"], ADA);
    let row = |args: &[&str]| {
        let said = desk.ok(args, "");
        assert!(said.starts_with("lesson "), "{said}");
        let row = said.lines().find(|line| line.starts_with("4hhb-load ")).unwrap();
        row.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row(&["--as", "ada ", "report"]), "3 of 4 1 1 3 0");
    assert_eq!(row(&["report"]), "0 of 4 0 0 0 0");
    assert_eq!(
        desk.run(&["--as", "../up", "report"], "").1,
        "kvtutor: a name for --as is made of letters, digits, spaces, - and _, and at most 100 bytes long\n"
    );
}

#[test]
fn a_journal_that_cannot_be_read_is_left_and_the_lesson_goes_on() {
    let desk = Desk::new();
    fs::create_dir(desk.path().join("home")).unwrap();
    let journal = desk.path().join("home/journal.jsonl");
    fs::write(&journal, "nonsense\n").unwrap();
    let said = desk.ok(&["learn", "4hhb-load"], "answer chains=4 field=chain_id\n");
    assert_eq!(said.matches("your receipt is not kept: ").count(), 1, "{said}");
    assert_eq!(said.matches("done: step 1 of 4").count(), 1, "{said}");
    assert_eq!(fs::read_to_string(&journal).unwrap(), "nonsense\n");
    assert_eq!(desk.run(&["report"], "").2, Some(1));
}

#[test]
fn an_exported_store_is_the_same_in_a_real_server() {
    let Some(mut peer) = Peer::start(&[]) else { return };
    let desk = Desk::new();
    let script = "SET plain value\nSET quoted \"a \\\"b\\\" \\x00\\xff\\n'c' #\"\nSET empty \"\"\n\
                  HSET h f1 1 \"f 2\" two\nRPUSH l a b '#c'\nSADD s 1 2 x\nZADD z 1.5 a -inf b\n\
                  SELECT 3\nSET other db\nPEXPIREAT other 4000000000123\n";
    desk.run(&["exec"], script);
    assert_eq!(
        desk.ok(&["play", "--export", "store.redis"], ""),
        "store.redis: 8 keys; `redis-cli < store.redis` stores them in a Redis\n"
    );
    assert_eq!(
        desk.run(&["play", "--export", "store.redis"], ""),
        (
            String::new(),
            "kvtutor: store.redis is there already: name a new file\n".to_owned(),
            Some(2)
        )
    );
    let file = fs::File::open(desk.path().join("store.redis")).unwrap();
    let output =
        Command::new("redis-cli").arg("-s").arg(peer.socket()).stdin(file).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains("ERR"), "{said}");
    for line in [
        "GET plain",
        "GET quoted",
        "GET empty",
        "HGETALL h",
        "LRANGE l 0 -1",
        "SMISMEMBER s 1 2 x y",
        "SCARD s",
        "ZRANGE z 0 -1 WITHSCORES",
        "DBSIZE",
        "SELECT 3",
        "GET other",
        "PEXPIRETIME other",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let theirs = peer.call(&words);
        let db = if line.ends_with("other") { "3" } else { "0" };
        let ours = desk.run(&[&["exec", "--no-raw", "-n", db][..], &words].concat(), "").0;
        let theirs = kvtutor::resp::show::show(&theirs, kvtutor::resp::show::Style::Tty);
        assert_eq!(ours, String::from_utf8(theirs).unwrap(), "{line}");
    }
}

#[test]
fn what_was_stored_in_a_lesson_can_be_exported() {
    let desk = Desk::new();
    let script = ":learn #store\nSELECT 1\nHSET A chain_id A\nquit\n";
    desk.ok(&["learn", "4hhb-load"], script);
    desk.ok(&["play", "--lesson", "4hhb-load", "--export", "lesson.redis"], "");
    assert_eq!(
        fs::read_to_string(desk.path().join("lesson.redis")).unwrap(),
        "SELECT 1\nHSET A chain_id A\n"
    );
    assert_eq!(
        desk.run(&["play", "--lesson", "4hhb-laod", "--export", "x"], "").1,
        "kvtutor: there is no lesson \"4hhb-laod\", did you mean 4hhb-load?\n"
    );
}
