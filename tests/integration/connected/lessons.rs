//! The binary with `--connect`, on real servers: the prompt, lessons, walkthroughs and proofs.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Printed, kvtutor, session};
use crate::remote::cluster::Nodes;
use crate::remote::servers::{Server, free_port};

#[test]
fn the_prompt_is_connected_to_a_real_server() {
    let Some(server) = Server::start(&[]) else { return };
    let home = TempDir::new().unwrap();
    let lines = "SET a 1\nHSET h f 1\n:changed\nHGET a f\nSELECT 2\nredis-cli -n 0 DBSIZE\n";
    assert_eq!(
        session(home.path(), &server.url(), lines),
        "HERE> SET a 1
OK
HERE> HSET h f 1
(integer) 1
HERE> :changed
added \"h\": hash {\"f\": \"1\"}
HERE> HGET a f
(error) WRONGTYPE Operation against a key holding the wrong kind of value
note: a holds a string; HGET reads hashes. GET a reads it.
HERE> SELECT 2
OK
HERE[2]> redis-cli -n 0 DBSIZE
(integer) 2
HERE[2]> "
    );
    let told = kvtutor(home.path(), &["play", "--connect", &server.url()], ":kill\ndocker ps\n");
    let told: String = told.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in [":kill", "docker"] {
        let sentence = format!(
            "note: {word} works on kvtutor's own servers, and the prompt is connected to \
             127.0.0.1:{}: what happens to that server is done where it runs. kvtutor without \
             --connect has a lab for it",
            server.port
        );
        assert!(told.contains(&sentence), "{told}");
    }
    assert_eq!(server.say("GET a"), "1");
}

#[test]
fn a_second_prompt_on_a_home_is_a_client_of_the_first() {
    let home = TempDir::new().unwrap();
    let mut first = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["play", "--listen", "always", "--home"])
        .arg(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = first.stdin.take().unwrap();
    let mut output = BufReader::new(first.stdout.take().unwrap()).lines();
    input.write_all(b"SET a 1\n").unwrap();
    assert!(output.any(|line| line.unwrap() == "OK"));
    let second = kvtutor(home.path(), &["play"], "GET a\nSET b 2\n:kill\n");
    assert_eq!((second.err.as_str(), second.code), ("", Some(0)));
    let told: String = second.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        told,
        "note: another kvtutor has this home open: this prompt is a client of its server note: you \
         are connected to 127.0.0.1:6379, Redis 7.0.15, and can change all that is there. `help` explains, `quit` \
         leaves 127.0.0.1:6379> GET a \"1\" 127.0.0.1:6379> SET b 2 OK 127.0.0.1:6379> :kill note: \
         :kill works on kvtutor's own servers, and the prompt is connected to 127.0.0.1:6379: what \
         happens to that server is done where it runs. Type it at the prompt of the kvtutor that was \
         there first 127.0.0.1:6379>"
    );
    input.write_all(b"GET b\n").unwrap();
    assert!(output.any(|line| line.unwrap() == "\"2\""));
    drop(input);
    assert!(first.wait().unwrap().success());
}

#[test]
fn the_prompt_says_which_server_it_is_connected_to() {
    for (server, name) in
        Server::start_each(&[]).iter().zip(["Redis 7.0", "Redis 8.2", "Valkey 9.1"])
    {
        let (home, url) = (TempDir::new().unwrap(), server.url());
        for words in [&["play"][..], &[]] {
            let words = [words, &["--connect", &url]].concat();
            let told = unwrapped(&kvtutor(home.path(), &words, "").out);
            let said = format!("connected to 127.0.0.1:{}, {name}.", server.port);
            assert!(told.contains(&said), "{told}");
        }
    }
}

#[test]
fn a_prompt_beside_a_lesson_is_a_client_of_its_server() {
    let home = TempDir::new().unwrap();
    let mut first = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["learn", "hashes", "--listen", "always", "--home"])
        .arg(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = first.stdin.take().unwrap();
    let mut output = BufReader::new(first.stdout.take().unwrap()).lines();
    input.write_all(b"SET a 1\n").unwrap();
    assert!(output.any(|line| line.unwrap() == "OK"));
    let lines = "GET a\nHSET bike:7 model Swift gears 8 state free\n";
    let second = kvtutor(home.path(), &["play"], lines);
    assert_eq!((second.err.as_str(), second.code), ("", Some(0)));
    assert!(second.out.contains("> GET a\n\"1\"\n"), "{}", second.out);
    assert!(output.any(|line| line.unwrap() == "done: step 1 of 5, Store a bike"));
    drop(input);
    assert!(first.wait().unwrap().success());
}

#[test]
fn a_cluster_says_which_keys_do_not_lie_together() {
    let Some(nodes) = Nodes::start(&[]) else { return };
    let home = TempDir::new().unwrap();
    let url = format!("redis+cluster://127.0.0.1:{}", nodes.0[0].port);
    let told =
        kvtutor(home.path(), &["play", "--connect", &url], "SET a 1\nMGET a b\nDBSIZE\n:py\n");
    let port = nodes.0[0].port;
    let told: Vec<&str> = told.out.lines().skip_while(|line| !line.contains("> SET")).collect();
    let third = nodes.0[2].port.to_string();
    let shown = told.join("\n").replace(&port.to_string(), "PORT").replace(&third, "THIRD");
    assert_eq!(
        shown,
        "127.0.0.1:PORT> SET a 1
-> Redirected to slot [15495] located at 127.0.0.1:THIRD
OK
127.0.0.1:THIRD> MGET a b
(error) CROSSSLOT Keys in request don't hash to the same slot
note: a command works on one slot of a cluster, and these keys lie in several: a
      in slot 15495, b in slot 3300. Keys with the same part in braces share a
      slot, as {erik}:a and {erik}:b do.
127.0.0.1:THIRD> DBSIZE
(integer) 1
127.0.0.1:THIRD> :py
>>> import redis
>>> r = redis.RedisCluster(host='127.0.0.1', port=THIRD)
>>> r.dbsize()
1
127.0.0.1:THIRD> "
    );
}

#[test]
fn lessons_ask_before_they_write_beside_other_data_and_leave_it_alone() {
    let Some(server) = Server::start(&[]) else { return };
    let (home, url) = (TempDir::new().unwrap(), server.url());
    server.say("SET theirs 1");
    let lines = "HSET user:1 name Ada\nFLUSHALL\n";
    let refused = kvtutor(home.path(), &["learn", "hashes", "--connect", &url], lines);
    let told = format!(
        "kvtutor: 127.0.0.1:{} holds other data (1 key in db 0). Lessons keep to databases or keys of \
         their own there, and touch nothing else. Nobody is here to be asked: say --yes if they may\n",
        server.port
    );
    assert_eq!(refused, Printed { out: String::new(), err: told, code: Some(2) });
    assert_eq!(server.say("INFO keyspace"), "# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n");
    let begun = kvtutor(home.path(), &["learn", "hashes", "--yes", "--connect", &url], lines);
    assert_eq!((begun.err.as_str(), begun.code), ("", Some(0)));
    let note = "others use this server too: your database 0 is its database 14. In Python";
    assert!(begun.out.contains(note), "{}", begun.out);
    assert_eq!(server.say("KEYS *"), "*1\r\n$6\r\ntheirs\r\n");
    // It was agreed to, and is not asked again.
    let again = kvtutor(home.path(), &["learn", "hashes", "--connect", &url], "");
    assert_eq!((again.err.as_str(), again.code), ("", Some(0)));
}

#[test]
fn a_lesson_goes_on_with_what_it_left_on_the_server_and_notices_what_it_did_not() {
    let Some(server) = Server::start(&[]) else { return };
    let (home, url) = (TempDir::new().unwrap(), server.url());
    let learn = |lesson: &str, lines: &str| {
        kvtutor(home.path(), &["learn", lesson, "--connect", &url], lines)
    };
    let first = learn("4hhb-load", "answer chains=4 field=chain_id\nanswer 3\nSELECT 1\nSET x y\n");
    assert_eq!((first.err.as_str(), first.code), ("", Some(0)));
    let again = learn("4hhb-load", "SELECT 1\nGET x\n");
    assert!(again.out.contains("[1]> GET x\n\"y\"\n"), "{}", again.out);
    // Another lesson begins with empty databases, and after it this one has lost its own.
    let other = learn("hashes", "DBSIZE\n");
    assert!(other.out.contains("> DBSIZE\n(integer) 0\n"), "{}", other.out);
    let lost = learn("4hhb-load", "DBSIZE\n");
    let gone = "the server does not hold your data of this lesson any more";
    assert!(lost.out.contains(gone), "{}", lost.out);
    // Somebody else has stored something there meanwhile.
    server.say("SET project 1");
    // Who goes on is not asked, since nothing is emptied; and kvtutor may have been killed.
    let on = learn("4hhb-load", "GET project\n");
    assert!(on.out.contains("> GET project\n\"1\"\n"), "{}", on.out);
    let changed = learn("hashes", "");
    assert_eq!(changed.code, Some(2));
    let told = format!(
        "kvtutor: the databases of your lessons on 127.0.0.1:{} hold 1 key, and not those that kvtutor \
         left there. A lesson empties them when it begins; if you say no, they stay, and lessons take \
         others. Nobody is here to be asked: say --yes if they may\n",
        server.port
    );
    assert_eq!(changed.err, told);
}

/// What is asked before a lesson's databases are emptied, as a paragraph.
fn question(server: &Server, keys: &str) -> String {
    format!(
        "the databases of your lessons on 127.0.0.1:{} hold {keys}, and not those that kvtutor left \
         there. A lesson empties them when it begins; if you say no, they stay, and lessons take \
         others. `yes` empties them, `no` leaves them; after any other line nothing is done",
        server.port
    )
}

/// Text in one line, whatever the width it was wrapped for.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn it_is_asked_at_the_prompt_too_before_something_is_emptied() {
    let Some(server) = Server::start(&[]) else { return };
    let (home, url) = (TempDir::new().unwrap(), server.url());
    let learn = |lines: &str| {
        let told = kvtutor(home.path(), &["learn", "hashes", "--connect", &url], lines);
        assert_eq!((told.err.as_str(), told.code), ("", Some(0)), "{told:?}");
        unwrapped(&told.out)
    };
    learn("SET mine 1\n");
    server.say("SET project 1");
    // The lesson goes on, and nothing is emptied for that; but it would be for another one.
    let told = learn(
        "learn 4hhb-load\nGET project\n:reset\nno\nGET project\nlearn 4hhb-load\nno\nKEYS *\n",
    );
    let asked = question(&server, "2 keys");
    let prompt = format!("127.0.0.1:{}>", server.port);
    let shown = format!(
        "{prompt} learn 4hhb-load note: {asked} {prompt} GET project \"1\" {prompt} :reset note: {asked} \
         {prompt} no note: everything stays as it is {prompt} GET project \"1\" {prompt} learn 4hhb-load \
         note: {asked} {prompt} no note: others use this server too: your database 0 is its database 14. \
         In Python it is db=14 Exercise 1: store the four chains"
    );
    let told = told.replace(" hashes, step 1 of 5, missing: fields", "");
    assert!(told.contains(&shown), "{told}\n\n{shown}");
    assert!(told.contains("> KEYS * (empty array)"), "{told}");
    assert_eq!(server.say("GET project"), "1");
}

#[test]
fn what_a_lesson_itself_stores_is_no_reason_to_ask() {
    let Some(server) = Server::start(&[]) else { return };
    let (home, url) = (TempDir::new().unwrap(), server.url());
    let lines = "SET mine 2\nlearn keys-values\nDBSIZE\nlearn acid\n";
    let told = kvtutor(home.path(), &["learn", "hashes", "--connect", &url], lines);
    let told = unwrapped(&told.out);
    assert!(!told.contains("`yes` empties them"), "{told}");
    let refused = "note: lesson acid works with kvtutor's own servers";
    assert!(told.contains(refused), "{told}");
}

#[test]
fn it_is_asked_at_the_home_screen_too() {
    let Some(server) = Server::start(&[]) else { return };
    let (home, url) = (TempDir::new().unwrap(), server.url());
    kvtutor(home.path(), &["learn", "hashes", "--connect", &url], "");
    // The prompt there can change everything, and what it stores stands where the lesson's data do.
    let home_screen = |lines: &str| {
        let told = kvtutor(home.path(), &["--connect", &url], lines);
        assert_eq!((told.err.as_str(), told.code), ("", Some(0)), "{told:?}");
        unwrapped(&told.out)
    };
    let told = home_screen(
        "SET project 1\nlearn keys-values\nGET project\nlearn keys-values\nyes\nGET project\n",
    );
    let asked = question(&server, "1 key");
    let prompt = format!("127.0.0.1:{}>", server.port);
    let shown = format!(
        "{prompt} SET project 1 OK {prompt} learn keys-values note: {asked} {prompt} GET project \"1\" \
         {prompt} learn keys-values note: {asked} {prompt} yes Keys and values"
    );
    assert!(told.contains(&shown), "{told}\n\n{shown}");
    assert!(told.contains("> GET project (nil)"), "{told}");
}

#[test]
fn what_needs_containers_says_so() {
    let Some(server) = Server::start(&[]) else { return };
    let (home, url) = (TempDir::new().unwrap(), server.url());
    for word in ["learn", "walk"] {
        let refused = kvtutor(home.path(), &[word, "acid", "--connect", &url], "");
        assert_eq!(refused.code, Some(2), "{refused:?}");
        let told = "kvtutor: lesson acid works with kvtutor's own servers";
        assert!(refused.err.starts_with(told), "{refused:?}");
    }
}

#[test]
fn a_walkthrough_shows_a_lesson_on_a_real_server() {
    let Some(server) = Server::start(&[]) else { return };
    let (home, url) = (TempDir::new().unwrap(), server.url());
    let shown = kvtutor(home.path(), &["walk", "hashes", "--connect", &url], &"\n".repeat(60));
    assert_eq!((shown.err.as_str(), shown.code), ("", Some(0)), "{shown:?}");
    assert!(shown.out.contains("HGETALL"), "{}", shown.out);
    let commands = server.say("INFO commandstats");
    assert!(commands.contains("cmdstat_hgetall"), "{commands}");
}

#[test]
fn lessons_are_proved_on_a_real_server_and_leave_nothing_there() {
    let Some(server) = Server::start(&[]) else { return };
    let (home, url) = (TempDir::new().unwrap(), server.url());
    server.say("SET theirs 1");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    let lessons = ["07-hashes.md", "10-4hhb-load.md", "03-acid.md"];
    let paths: Vec<String> =
        lessons.iter().map(|name| root.join(name).display().to_string()).collect();
    let mut words = vec!["test", "--yes", "--connect", &url];
    words.extend(paths.iter().map(String::as_str));
    let proved = kvtutor(home.path(), &words, "");
    assert_eq!(
        proved.out,
        "acid: skipped: works with kvtutor's own servers, in \"The power fails\"
hashes: 5 steps, 31 fixtures, 1 shown reply, holds on entry: change/kept: proved
4hhb-load: 4 steps, 37 fixtures, 48 generated states, 4 shown replies: proved
"
    );
    assert_eq!((proved.err.as_str(), proved.code), ("", Some(0)));
    assert_eq!(server.say("INFO keyspace"), "# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n");
}

#[test]
fn a_server_that_is_not_there_or_wants_a_password_is_said_in_one_line() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let nobody = format!("redis://127.0.0.1:{port}");
    for words in [["play"].as_slice(), &["learn", "hashes"], &["walk", "hashes"], &["test"]] {
        let told = kvtutor(home.path(), &[words, &["--connect", &nobody]].concat(), "");
        let line = format!(
            "kvtutor: no server listens at 127.0.0.1:{port}; start it, or check the port in --connect\n"
        );
        assert_eq!(told, Printed { out: String::new(), err: line, code: Some(1) });
    }
    let Some(server) = Server::start(&["--requirepass", "secret"]) else { return };
    let url = format!("redis://:wrong@127.0.0.1:{}", server.port);
    let told = kvtutor(home.path(), &["play", "--connect", &url], "PING\n");
    assert_eq!(told.code, Some(1));
    assert!(!told.err.contains("wrong@"), "{told:?}");
    let url = format!("redis://:secret@127.0.0.1:{}", server.port);
    let told = kvtutor(home.path(), &["play", "--connect", &url], "PING\n");
    assert!(
        told.out
            .ends_with("PONG\n127.0.0.1:PORT> ".replace("PORT", &server.port.to_string()).as_str()),
        "{told:?}"
    );
    let told = kvtutor(home.path(), &["play", "--connect", "http://h"], "");
    assert_eq!(
        told.err,
        "kvtutor: --connect: the URL must begin with redis://, rediss://, unix://, redis+cluster:// or \
         rediss+cluster://, as in redis://127.0.0.1:6379\n"
    );
    assert_eq!(told.code, Some(2));
}
