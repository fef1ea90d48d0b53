//! Several clients at once, of `kvtutor serve` and of a real `redis-server`: every script of
//! `tests/clients/` is played to both, and what each client gets must be the same bytes. It must not
//! know what is right: the server is asked anew each time.
//!
//! A line begins with the client's name. Behind it:
//!
//! | | |
//! |---|---|
//! | `COMMAND …` | is sent, and one reply is read |
//! | `... COMMAND …` | is sent, and nothing is read: go on when the server says that the client waits |
//! | `>> COMMAND …` | is sent, and nothing is read: go on when the server has taken it |
//! | `>>> COMMAND …` | is sent, and that is all |
//! | `<` | one more reply, or push, is read |
//! | `!` | the connection must have ended |
//! | `~` | the client goes, and its server has seen it |
//!
//! Moments, ids and the path of the socket are left out. `{b}` stands for the id of client b, which differs. `#` opens a heading.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use crate::peer::Peer;
use crate::server::{Client, Server};
use crate::version::Version;
use kvtutor::resp::Reply;
use regex::Regex;
use tempfile::TempDir;

/// The clients of one server, and one more that looks after them.
struct Stage<'a> {
    socket: &'a Path,
    overseer: Client,
    clients: BTreeMap<String, (Client, String)>,
    played: String,
    moment: Regex,
    told_id: Regex,
}

impl Stage<'_> {
    fn new(socket: &Path) -> Stage<'_> {
        let moment = Regex::new(r"\b\d{10}(\.\d{6})?\b").unwrap();
        let told_id = Regex::new(r"(redirect|redir-broken)\r\n:[1-9]\d*").unwrap();
        let overseer = Client::connect(socket);
        let (clients, played) = (BTreeMap::new(), String::new());
        Stage { socket, overseer, clients, played, moment, told_id }
    }

    fn client(&mut self, name: &str) -> &mut (Client, String) {
        let socket = self.socket;
        self.clients.entry(name.to_owned()).or_insert_with(|| {
            let mut client = Client::connect(socket);
            let Reply::Integer(id) = client.call("CLIENT ID") else { panic!("no id") };
            (client, id.to_string())
        })
    }

    /// What the server tells of a client, or nothing if it is gone.
    fn told(&mut self, id: &str) -> String {
        let Reply::Bulk(text) = self.overseer.call("CLIENT LIST") else { panic!("no list") };
        let start = format!("id={id} ");
        let text = String::from_utf8(text).unwrap();
        text.lines().find(|line| line.starts_with(&start)).unwrap_or_default().to_owned()
    }

    fn play(&mut self, line: &str) {
        // Where a client waits in vain, this is what is told of it.
        eprintln!("{line}");
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut rest = rest.to_owned();
        let ids: Vec<(String, String)> =
            self.clients.iter().map(|(name, (_, id))| (name.clone(), id.clone())).collect();
        for (name, id) in ids {
            rest = rest.replace(&format!("{{{name}}}"), &id);
        }
        let (client, id) = self.client(name);
        let id = id.clone();
        let shown = match rest.as_str() {
            "<" => client.raw_reply(),
            "!" => {
                let mut left = Vec::new();
                client.stream.read_to_end(&mut left).unwrap();
                String::from_utf8_lossy(&left).into_owned()
            }
            "~" => {
                self.clients.remove(name);
                while !self.told(&id).is_empty() {}
                String::new()
            }
            rest => match rest.split_once(' ') {
                Some(("...", line)) => {
                    client.send_line(line);
                    while !self.told(&id).split(' ').any(is_waiting) {}
                    String::new()
                }
                Some((">>>", line)) => {
                    client.send_line(line);
                    String::new()
                }
                Some((">>", line)) => {
                    client.send_line(line);
                    let name = format!("cmd={}", line.split(' ').next().unwrap().to_lowercase());
                    while !self.told(&id).split(' ').any(|word| word.starts_with(&name)) {}
                    String::new()
                }
                // It tells the client's id.
                Some(("HELLO", _)) => {
                    client.call(rest);
                    String::new()
                }
                _ => {
                    client.send_line(rest);
                    client.raw_reply()
                }
            },
        };
        let shown = shown.replace(&self.socket.display().to_string(), "SOCKET");
        let shown = self.moment.replace_all(&shown, "TIME");
        let shown = self.told_id.replace_all(&shown, "$1\r\n:ID");
        writeln!(self.played, "{line}\n    {}", shown.escape_debug()).unwrap();
    }
}

/// Whether a word of `CLIENT LIST` says that the client waits for a key.
fn is_waiting(word: &str) -> bool {
    word.strip_prefix("flags=").is_some_and(|flags| flags.contains('b'))
}

fn play(socket: &Path, script: &str) -> String {
    let mut stage = Stage::new(socket);
    for line in script.lines().filter(|line| !line.is_empty()) {
        if line.starts_with('#') {
            writeln!(stage.played, "{line}").unwrap();
        } else {
            stage.play(line);
        }
    }
    stage.played
}

/// Plays a script to both servers.
fn check(script: &str) {
    check_with(Version::Redis7, script);
}

/// As [`check`], where a newer server decides.
fn check_with(version: Version, script: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
    let text = std::fs::read_to_string(path).unwrap();
    let debug = ["--enable-debug-command", "yes"];
    let Some(peer) = Peer::start_version(version, None, &debug) else { return };
    let theirs = play(&peer.socket(), &text);
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--save", "", "--enable-debug-command", "yes"]);
    let ours = play(&server.socket, &text);
    for (mine, yours) in ours.lines().zip(theirs.lines()) {
        assert_eq!(mine, yours, "\nours:\n{ours}\ntheirs:\n{theirs}");
    }
    assert_eq!(ours, theirs);
}

#[test]
fn clients_wait_for_keys() {
    check("blocking");
}

#[test]
fn clients_wait_for_what_they_wrote_to_be_safe() {
    check_with(Version::Redis8, "synced");
}

#[test]
fn clients_publish_and_listen() {
    check("pubsub");
}

#[test]
fn clients_hear_what_happens_to_keys() {
    check("events");
}

#[test]
fn clients_keep_copies_and_are_told_when_they_are_old() {
    check("tracking");
}

#[test]
fn clients_watch_what_the_server_does() {
    check("monitoring");
}

#[test]
fn clients_end_hold_up_and_silence_one_another() {
    check("connections");
}
