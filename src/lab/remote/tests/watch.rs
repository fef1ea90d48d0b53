//! What is heard of others while nobody types.

use super::{Keep, Shared, Typist, own, tell};

/// One second later each time, so that a server that must be asked is asked.
fn hear(typist: &mut Typist, seconds: i64) -> Option<Vec<String>> {
    typist.remote.listen(seconds * 1000).map(|changes| tell(&changes))
}

/// The same changes with a server that tells them, and with one that must be asked.
fn others_are_heard(server: &Shared) {
    let mut typist = Typist::new(server.remote(own("t1")));
    typist.type_line("SET a 1");
    assert_eq!(hear(&mut typist, 0), Some(Vec::new()));
    typist.type_line("SET a 2");
    // One's own are no news.
    assert_eq!(hear(&mut typist, 1), None);
    server.say(0, "SET a 3");
    server.say(1, "HSET h f v");
    server.say(9, "SET a theirs");
    let told = ["0 a \"2\" \"3\"", "1 h - hash {\"f\": \"v\"}"].map(str::to_owned);
    assert_eq!(hear(&mut typist, 2), Some(told.to_vec()));
    assert_eq!(hear(&mut typist, 3), None);
    server.say(9, "SET a theirs");
    assert_eq!(hear(&mut typist, 4), None);
    server.say(0, "DEL a");
    assert_eq!(hear(&mut typist, 5), Some(vec!["0 a \"3\" -".to_owned()]));
    server.say(1, "FLUSHALL");
    assert_eq!(hear(&mut typist, 6), Some(vec!["1 h hash {\"f\": \"v\"} -".to_owned()]));
    // Of what one's own command did that names no key, nothing is said to be others'.
    typist.type_line("SET b 1");
    typist.type_line("FLUSHDB");
    assert_eq!(hear(&mut typist, 7), Some(Vec::new()));
    assert_eq!(hear(&mut typist, 8), None);
}

#[test]
fn a_server_tells_what_others_change() {
    others_are_heard(&Shared::new());
}

#[test]
fn a_server_that_does_not_tell_is_asked() {
    let server = Shared::new();
    server.say(0, "ACL SETUSER default -client|tracking");
    others_are_heard(&server);
}

#[test]
fn a_busy_server_is_asked_instead_of_telling_all_it_does() {
    let server = Shared::new();
    let mut typist = Typist::new(server.remote(own("t1")));
    assert_eq!(hear(&mut typist, 0), Some(Vec::new()));
    for n in 0..600 {
        server.say(9, &format!("SET k{n} v"));
    }
    assert_eq!(hear(&mut typist, 1), None);
    server.say(0, "SET a 1");
    // It is not yet time to ask.
    assert_eq!(hear(&mut typist, 1), None);
    assert_eq!(hear(&mut typist, 2), Some(vec!["0 a - \"1\"".to_owned()]));
}

#[test]
fn keys_with_a_prefix_are_heard_of_and_no_others() {
    let server = Shared::new();
    let mut typists: Vec<Typist> =
        (0..8).map(|n| Typist::new(server.remote(own(&format!("t{n}"))))).collect();
    let (last, before) = typists.split_last_mut().unwrap();
    assert_eq!(last.remote.prefix(3).unwrap(), b"kvtutor:{t7}:3:");
    assert_eq!(hear(last, 0), Some(Vec::new()));
    before[0].type_line("SET a 1");
    server.say(15, "SET kvtutor:{t6}:3:a 1");
    assert_eq!(hear(last, 1), None);
    server.say(15, "SET kvtutor:{t7}:3:a 1");
    assert_eq!(hear(last, 2), Some(vec!["3 a - \"1\"".to_owned()]));
}

#[test]
fn where_everything_may_be_touched_nobody_is_listened_to() {
    let server = Shared::new();
    let mut typist = Typist::new(server.remote(Keep::Whole));
    server.say(3, "SET a 1");
    assert_eq!(hear(&mut typist, 9), None);
}

#[test]
fn who_was_lost_is_listened_to_again_after_the_next_command() {
    let server = Shared::new();
    let mut typist = Typist::new(server.remote(own("t1")));
    assert_eq!(hear(&mut typist, 0), Some(Vec::new()));
    server.say(0, "CLIENT KILL TYPE normal SKIPME yes");
    assert_eq!(hear(&mut typist, 1), None);
    server.say(0, "SET a 1");
    assert_eq!(hear(&mut typist, 2), None);
    typist.remote.call(typist.id, &[b"PING"]).unwrap_err();
    typist.id = typist.remote.connect().unwrap();
    assert_eq!(hear(&mut typist, 3), Some(Vec::new()));
    server.say(0, "SET a 2");
    assert_eq!(hear(&mut typist, 4), Some(vec!["0 a \"1\" \"2\"".to_owned()]));
}
