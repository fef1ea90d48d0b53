//! A lesson on a real server sees what other programs do there, though nobody types at its prompt.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::remote::cluster::Nodes;
use crate::remote::servers::{Server, open, scan};
use crate::version::Version;

/// A prompt that nobody types at.
struct Prompt {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    _home: TempDir,
}

impl Prompt {
    fn open(url: &str) -> Self {
        let home = TempDir::new().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
            .args(["learn", "hashes", "--listen", "always", "--yes", "--connect", url, "--home"])
            .arg(home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines, _home: home }
    }

    /// Reads until that line has come.
    #[track_caller]
    fn wait_for(&mut self, line: &str) {
        assert!(self.lines.by_ref().any(|read| read.unwrap() == line), "{line}");
    }

    fn leave(mut self) {
        self.process.stdin.take().unwrap().write_all(b"quit\n").unwrap();
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Prompt {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const BIKE: &str = "HSET bike:7 model Swift gears 8 state free";

#[test]
fn what_another_client_stores_passes_a_step_at_once() {
    for server in Server::start_each(&[]) {
        let mut prompt = Prompt::open(&server.url());
        prompt.wait_for("hashes, step 1 of 5, missing: fields");
        server.say(BIKE);
        prompt.wait_for("done: step 1 of 5, Store a bike");
        prompt.leave();
    }
}

#[test]
fn so_it_does_where_the_server_must_be_asked() {
    let asked = ["--user", "few", "on", ">pw", "~*", "&*", "+@all", "-client", "-config"];
    for server in Server::start_each(&asked) {
        let mut prompt = Prompt::open(&format!("redis://few:pw@127.0.0.1:{}", server.port));
        prompt.wait_for("hashes, step 1 of 5, missing: fields");
        server.say(BIKE);
        prompt.wait_for("done: step 1 of 5, Store a bike");
        prompt.leave();
    }
}

#[test]
fn so_it_does_on_a_cluster() {
    for version in [Version::Redis7, Version::Redis8, Version::Valkey9] {
        let Some(nodes) = Nodes::start_version(version, &[]) else { continue };
        let url = format!("redis+cluster://127.0.0.1:{}", nodes.0[0].port);
        let mut prompt = Prompt::open(&url);
        prompt.wait_for("hashes, step 1 of 5, missing: fields");
        // The lesson's keys all have one prefix, which stands in the key that names it.
        let mut others = open(&url);
        let lesson = scan(&mut others, "kvtutor:*:lesson").remove(0);
        let lesson = String::from_utf8(lesson).unwrap();
        let key = lesson.replace(":lesson", ":0:bike:7");
        let words: Vec<&str> =
            BIKE.split(' ').map(|w| if w == "bike:7" { &key } else { w }).collect();
        others.call(&words).unwrap();
        prompt.wait_for("done: step 1 of 5, Store a bike");
        prompt.leave();
    }
}
