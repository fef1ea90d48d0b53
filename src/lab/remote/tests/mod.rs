//! What a console does to a server elsewhere, tried on an engine behind a door.

mod watch;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use std::ops::ControlFlow;
use std::time::Duration;

use super::*;
use crate::engine::data::Value;
use crate::engine::{Now, Peer};
use crate::persistence::storage::MemoryDisk;
use crate::server::{Clock, Instance, Options};

/// A server that several homes connect to.
#[derive(Clone)]
struct Shared(Arc<Mutex<Instance>>);

struct Through {
    server: Shared,
    id: SessionId,
    heard: Vec<Reply>,
}

fn replies(out: &[u8]) -> Vec<Reply> {
    let mut decoder = crate::resp::Decoder::new(out);
    std::iter::from_fn(|| decoder.reply().ok()).collect()
}

impl Link for Through {
    fn call(&mut self, words: &[&[u8]]) -> Result<Reply, String> {
        let mut server = self.server.0.lock().unwrap();
        if server.session(self.id).is_none_or(|session| session.closing) {
            return Err("the server has closed the connection".to_owned());
        }
        Ok(server.call(self.id, words))
    }
    fn start(&mut self, words: &[&[u8]]) -> Result<(), String> {
        let mut out = Vec::new();
        self.server.0.lock().unwrap().ask(self.id, words, &mut out);
        self.heard.extend(replies(&out));
        Ok(())
    }
    fn hear(&mut self, _: Duration) -> Result<Option<Heard>, String> {
        let mut out = Vec::new();
        let mut server = self.server.0.lock().unwrap();
        if server.session(self.id).is_none_or(|session| session.closing) {
            return Err("the server has closed the connection".to_owned());
        }
        server.hear(self.id, &mut out);
        drop(server);
        self.heard.extend(replies(&out));
        let mut all = std::mem::take(&mut self.heard).into_iter();
        let next = all.next();
        self.heard = all.collect();
        Ok(next.map(|next| {
            if matches!(next, Reply::Push(_)) { Heard::Message(next) } else { Heard::Reply(next) }
        }))
    }
}

impl Drop for Through {
    fn drop(&mut self) {
        self.server.0.lock().unwrap().disconnect(self.id);
    }
}

impl Door for Shared {
    fn open(&self, _: To<'_>) -> Result<Box<dyn Link>, String> {
        let peer =
            Peer { address: "10.0.0.2:5".into(), local: "10.0.0.1:6379".into(), descriptor: 9 };
        let id = self.0.lock().unwrap().connect(peer);
        Ok(Box::new(Through { server: self.clone(), id, heard: Vec::new() }))
    }
    fn shown(&self) -> String {
        "10.0.0.1:6379".to_owned()
    }
    fn place(&self) -> Option<(String, u16)> {
        Some(("10.0.0.1".to_owned(), 6379))
    }
    fn db(&self) -> u32 {
        3
    }
    fn is_cluster(&self) -> bool {
        false
    }
}

impl Shared {
    fn new() -> Self {
        let options = Options::sandbox(Arc::new(MemoryDisk::new()), PathBuf::from("/data"), 1);
        let clock = Clock::virtual_at(Now::from_ms(1_000_000));
        Self(Arc::new(Mutex::new(Instance::start(&options, clock).unwrap().0)))
    }

    fn remote(&self, keep: Keep) -> Remote {
        Remote::open(self.connect(keep)).unwrap()
    }

    fn connect(&self, keep: Keep) -> Connect {
        Connect { databases: vec![0, 1], ..Connect::new(self.clone(), keep) }
    }

    /// A line as somebody at the server itself types it, in a database.
    fn say(&self, db: u32, line: &str) -> String {
        let mut link = self.open(To::Everything).unwrap();
        link.call(&[b"SELECT", db.to_string().as_bytes()]).unwrap();
        told(&link.call(&words(line)).unwrap())
    }
}

fn own(token: &str) -> Keep {
    Keep::Own { token: token.to_owned() }
}

fn words(line: &str) -> Vec<&[u8]> {
    line.split(' ').map(str::as_bytes).collect()
}

fn told(reply: &Reply) -> String {
    match reply {
        Reply::Integer(number) => number.to_string(),
        Reply::Null => "nil".to_owned(),
        Reply::Array(items) => {
            let mut items: Vec<String> = items.iter().map(told).collect();
            items.sort();
            format!("[{}]", items.join(" "))
        }
        Reply::Simple(text) | Reply::Bulk(text) => String::from_utf8_lossy(text).into_owned(),
        Reply::Error(text) => format!("(error) {}", String::from_utf8_lossy(text)),
        Reply::Map(_)
        | Reply::Set(_)
        | Reply::Double(_)
        | Reply::Boolean(_)
        | Reply::BigNumber(_)
        | Reply::Verbatim { .. }
        | Reply::Push(_) => format!("{reply:?}"),
    }
}

/// Changes, a line each: the database, the key, before and after.
fn tell(changes: &[Change]) -> Vec<String> {
    let text = |seen: &Option<crate::server::Seen>| {
        seen.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)
    };
    let lines = changes.iter().map(|change| {
        let key = String::from_utf8_lossy(&change.key);
        format!("{} {key} {} {}", change.db, text(&change.before), text(&change.after))
    });
    lines.collect()
}

/// A client that types lines.
struct Typist {
    remote: Remote,
    id: SessionId,
}

impl Typist {
    fn new(mut remote: Remote) -> Self {
        let id = remote.connect().unwrap();
        Self { remote, id }
    }

    fn type_line(&mut self, line: &str) -> String {
        let called = self.remote.call(self.id, &words(line)).unwrap();
        match called.reply {
            Some(reply) => told(&reply),
            None => called.notices.concat(),
        }
    }

    fn see(&mut self, db: u32, line: &str) -> String {
        told(&self.remote.observe(db, &words(line)).unwrap())
    }

    fn keys(&mut self, db: u32) -> Vec<String> {
        let mut keys = Vec::new();
        let mut see = |key: &[u8], _: &Value| {
            keys.push(String::from_utf8_lossy(key).into_owned());
            ControlFlow::Continue(())
        };
        self.remote.visit(db, &mut see).unwrap();
        keys.sort();
        keys
    }
}

#[test]
fn the_whole_server_is_as_it_is() {
    let server = Shared::new();
    let mut typist = Typist::new(server.remote(Keep::Whole));
    assert_eq!(typist.remote.first_db(), 3);
    assert_eq!(typist.type_line("SELECT 0"), "OK");
    assert_eq!(typist.type_line("SET a 1"), "OK");
    assert_eq!(server.say(0, "GET a"), "1");
    assert_eq!(typist.see(0, "GET a"), "1");
    assert_eq!(typist.remote.observe(0, &words("SET a 2")).unwrap_err(), "SET may change data");
    assert_eq!(typist.keys(0), ["a"]);
}

#[test]
fn what_a_command_changed_is_told() {
    let server = Shared::new();
    let mut typist = Typist::new(server.remote(own("t1")));
    let mut call = |line: &str| tell(&typist.remote.call(typist.id, &words(line)).unwrap().changes);
    assert_eq!(call("SELECT 1"), Vec::<String>::new());
    assert_eq!(call("HSET h f v"), ["1 h - hash {\"f\": \"v\"}"]);
    assert_eq!(call("HSET h f v"), Vec::<String>::new());
    assert_eq!(call("MULTI"), Vec::<String>::new());
    assert_eq!(call("SET s x"), Vec::<String>::new());
    assert_eq!(call("EXEC"), ["1 s - \"x\""]);
    assert_eq!(call("DEL s h"), ["1 s \"x\" -", "1 h hash {\"f\": \"v\"} -"]);
}

#[test]
fn an_empty_server_gives_the_databases_that_are_typed() {
    let server = Shared::new();
    let mut typist = Typist::new(server.remote(own("t1")));
    assert_eq!(typist.type_line("SET zero 0"), "OK");
    assert_eq!(typist.type_line("SELECT 1"), "OK");
    assert_eq!(typist.type_line("SET one 1"), "OK");
    assert_eq!(server.say(0, "GET zero"), "0");
    assert_eq!(server.say(1, "GET one"), "1");
    assert_eq!(typist.type_line("DBSIZE"), "1");
    assert_eq!(typist.see(2, "DBSIZE"), "0");
    // It is the same after kvtutor was left.
    let mut again = Typist::new(server.remote(own("t1")));
    assert_eq!(again.see(1, "KEYS *"), "[one]");
    assert_eq!(Remote::survey(&server.connect(own("t1"))).unwrap().own, 2);
}

#[test]
fn what_others_hold_is_left_alone() {
    let server = Shared::new();
    server.say(0, "SET theirs 1");
    server.say(1, "SET theirs 1");
    let survey = Remote::survey(&server.connect(own("t1"))).unwrap();
    assert_eq!(
        survey,
        Survey {
            foreign: vec![(0, 1), (1, 1)],
            own: 0,
            others: false,
            is_changed: false,
            lesson: None
        }
    );
    let mut one = Typist::new(server.remote(own("t1")));
    assert_eq!(one.see(0, "DBSIZE"), "0");
    assert_eq!(one.type_line("SET a 1"), "OK");
    let called = one.remote.call(one.id, &words("SELECT 1")).unwrap();
    assert_eq!(
        called.notices,
        ["others use this server too: your database 1 is its database 13. In Python it is db=13"]
    );
    one.type_line("SET b 1");
    assert_eq!(one.type_line("MOVE b 0"), "1");
    assert_eq!(one.see(0, "KEYS *"), "[a b]");
    assert_eq!(one.type_line("FLUSHALL"), "OK");
    assert_eq!((one.see(0, "DBSIZE"), one.see(1, "DBSIZE")), ("0".into(), "0".into()));
    assert_eq!(server.say(0, "KEYS *"), "[theirs]");
    assert_eq!(server.say(1, "KEYS *"), "[theirs]");
    let notice = one.type_line("SHUTDOWN NOSAVE");
    assert!(notice.starts_with("SHUTDOWN was not sent: others use this server too"), "{notice}");
    assert_eq!(one.type_line("SELECT 16"), "(error) ERR DB index is out of range");
    assert_eq!(one.type_line("SET a 1"), "OK");
    let nowhere = "you have no database 5 on this server yet: SELECT 5 takes one that is free";
    assert_eq!(one.type_line("MOVE a 5"), nowhere);
    assert_eq!(one.type_line("COPY a b DB 5"), nowhere);
    assert_eq!(one.type_line("MOVE a 20"), "(error) ERR DB index is out of range");
    assert_eq!(server.say(5, "DBSIZE"), "0");
}

#[test]
fn many_homes_use_one_server_and_never_meet() {
    let server = Shared::new();
    let mut typists: Vec<Typist> =
        (0..20).map(|n| Typist::new(server.remote(own(&format!("t{n}"))))).collect();
    for (n, typist) in typists.iter_mut().enumerate() {
        typist.type_line(&format!("SET mine {n}"));
        typist.type_line("SELECT 1");
        typist.type_line(&format!("HSET h:{n} f v"));
        typist.type_line("RPUSH l a b");
    }
    for (n, typist) in typists.iter_mut().enumerate() {
        // The first few have databases, and when none is free the others have a prefix.
        assert_eq!(typist.remote.prefix(0).is_some(), n >= 7, "{n}");
        assert_eq!(typist.see(0, "GET mine"), n.to_string());
        assert_eq!(typist.see(0, "KEYS *"), "[mine]");
        assert_eq!(typist.see(1, "KEYS h*"), format!("[h:{n}]"));
        assert_eq!(typist.see(1, "DBSIZE"), "2");
        assert_eq!(typist.keys(1), [format!("h:{n}"), "l".to_owned()]);
        assert_eq!(typist.type_line("SCAN 0"), format!("[0 [h:{n} l]]"));
        assert_eq!(typist.type_line("SCAN 0 TYPE list"), "[0 [l]]");
        assert_eq!(typist.type_line("BLPOP l 0"), "[a l]");
        assert_eq!(typist.type_line("MULTI"), "OK");
        assert_eq!(typist.type_line("GET l"), "QUEUED");
        assert_eq!(typist.type_line("EXEC").split(' ').next(), Some("[(error)"));
    }
    let last = typists.last_mut().unwrap();
    assert_eq!(last.remote.prefix(1).unwrap(), b"kvtutor:{t19}:1:");
    assert_eq!(last.type_line("MOVE l 0"), "1");
    assert_eq!(last.type_line("MOVE l 0"), "0");
    assert_eq!(last.type_line("COPY h:19 h DB 5"), "1");
    assert_eq!(last.see(5, "HGETALL h"), "[f v]");
    assert_eq!(last.type_line("FLUSHDB"), "OK");
    assert_eq!(last.type_line("RANDOMKEY"), "nil");
    assert_eq!(last.see(0, "KEYS *"), "[l mine]");
    // It goes on so, even if a database is free by then.
    server.say(15, "HDEL kvtutor:databases 0 1");
    let mut again = Typist::new(server.remote(own("t19")));
    assert_eq!(again.see(0, "KEYS *"), "[l mine]");
    assert_eq!(last.type_line("FLUSHALL"), "OK");
    assert_eq!(Remote::survey(&server.connect(own("t19"))).unwrap().own, 0);
    assert_eq!(typists[0].see(0, "GET mine"), "0");
}

#[test]
fn who_was_there_first_does_no_harm_to_who_came_later() {
    let server = Shared::new();
    let mut first = Typist::new(server.remote(own("t1")));
    assert_eq!(first.type_line("CONFIG SET hz 20"), "OK");
    let _second = Typist::new(server.remote(own("t2")));
    let refused = first.type_line("CONFIG SET hz 30");
    assert!(refused.starts_with("CONFIG SET was not sent"), "{refused}");
    assert_eq!(server.say(0, "CONFIG GET hz"), "[20 hz]");
}

#[test]
fn a_script_reaches_nobody_elses_data() {
    let server = Shared::new();
    let mut first = Typist::new(server.remote(own("t1")));
    let set = "EVAL return(redis.call('SET',KEYS[1],ARGV[1])) 1 a 1";
    let leave = "EVAL return(redis.call('SELECT',5)) 0";
    // Alone one may do what one likes.
    assert_eq!(first.type_line(leave), "OK");
    let mut typists: Vec<Typist> =
        (2..10).map(|n| Typist::new(server.remote(own(&format!("t{n}"))))).collect();
    let refused =
        "EVAL was not sent: others use this server too, and its SELECT leaves your database";
    for typist in [&mut first].into_iter().chain(&mut typists) {
        assert_eq!(typist.type_line(leave), refused);
        assert_eq!(typist.type_line(set), "OK");
        assert_eq!(typist.see(0, "GET a"), "1");
    }
    let last = typists.last_mut().unwrap();
    assert_eq!(last.remote.prefix(0).unwrap(), b"kvtutor:{t9}:0:");
    assert_eq!(
        last.type_line("EVAL return(redis.call('GET','kvtutor:databases')) 0"),
        "EVAL was not sent: others use this server too, and its GET does not take its key from KEYS, as \
         in `EVAL \"return redis.call('GET', KEYS[1])\" 1 name`"
    );
    assert_eq!(
        last.type_line("EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0"),
        "EVALSHA was not sent: others use this server too, and what the script does cannot be seen \
         here: EVAL with its text shows it"
    );
    assert_eq!(server.say(5, "DBSIZE"), "0");
}

#[test]
fn it_is_seen_whether_somebody_used_a_lessons_database() {
    let server = Shared::new();
    let changed = || Remote::survey(&server.connect(own("t1"))).unwrap().is_changed;
    assert!(!changed());
    let mut typist = Typist::new(server.remote(own("t1")));
    typist.type_line("SET a 1");
    // It was not left in good order.
    assert!(changed());
    typist.remote.leave().unwrap();
    assert!(!changed());
    server.say(0, "SET project 1");
    assert!(changed());
    Remote::release(&server.connect(own("t1"))).unwrap();
    let survey = Remote::survey(&server.connect(own("t1"))).unwrap();
    assert_eq!((survey.own, survey.is_changed), (0, false));
    assert_eq!(survey.foreign, [(0, 2)]);
    let mut typist = Typist::new(server.remote(own("t1")));
    assert_eq!(typist.type_line("DBSIZE"), "0");
    assert_eq!(server.say(0, "KEYS *"), "[a project]");
}

#[test]
fn a_lost_connection_is_told_and_made_again() {
    let server = Shared::new();
    let mut typist = Typist::new(server.remote(own("t1")));
    server.say(0, "CLIENT KILL TYPE normal SKIPME yes");
    let lost = typist.remote.call(typist.id, &words("PING")).unwrap_err();
    assert_eq!(lost, "the server has closed the connection");
    assert!(!typist.remote.holds(typist.id));
    typist.id = typist.remote.connect().unwrap();
    assert_eq!(typist.type_line("PING"), "PONG");
    // The server starts anew, with nothing, and somebody else comes first.
    server.say(0, "FLUSHALL");
    server.say(0, "SET theirs 1");
    server.say(0, "CLIENT KILL TYPE normal SKIPME yes");
    typist.remote.call(typist.id, &words("PING")).unwrap_err();
    typist.id = typist.remote.connect().unwrap();
    assert_eq!(typist.type_line("SET mine 1"), "OK");
    assert_eq!(server.say(0, "KEYS *"), "[theirs]");
    assert_eq!(server.say(14, "KEYS *"), "[mine]");
}
