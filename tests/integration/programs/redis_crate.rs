//! The `redis` crate: commands, pipelines, transactions, scans and messages, in both versions of the protocol.

use std::collections::HashMap;

use redis::{Client, Commands as _, PushKind};
use tempfile::TempDir;

use crate::peer::Peer;
use crate::server::Server;

/// Does what its users do, and checks what they get.
fn session(client: &Client, third_protocol: bool) {
    let mut one = client.get_connection().unwrap();
    let () = redis::cmd("FLUSHDB").query(&mut one).unwrap();
    let () = one.set("k", "v").unwrap();
    assert_eq!(one.get("k"), Ok(Some("v".to_owned())));
    assert_eq!(one.get("nothing"), Ok(None::<String>));
    assert_eq!(one.hset_multiple("h", &[("f", 1), ("g", 2)]), Ok(()));
    let fields = HashMap::from([("f".to_owned(), 1), ("g".to_owned(), 2)]);
    assert_eq!(one.hgetall("h"), Ok(fields));
    assert_eq!(one.zadd("z", "a", 1.5), Ok(1));
    assert_eq!(one.zrange_withscores("z", 0, -1), Ok(vec![("a".to_owned(), 1.5)]));
    let mut keys: Vec<String> = one.scan().unwrap().map(Result::unwrap).collect();
    keys.sort();
    assert_eq!(keys, ["h", "k", "z"]);
    let refused = one.lpush::<_, _, i64>("k", "x").unwrap_err();
    assert_eq!(refused.code(), Some("WRONGTYPE"));

    let mut pipe = redis::pipe();
    for _ in 0..1000 {
        pipe.incr("n", 1);
    }
    assert_eq!(pipe.query(&mut one), Ok((1..=1000).collect::<Vec<i64>>()));
    let both: (i64, String) = redis::pipe().atomic().incr("n", 1).get("k").query(&mut one).unwrap();
    assert_eq!(both, (1001, "v".to_owned()));

    // A transaction is tried again when somebody else was faster.
    let mut other = client.get_connection().unwrap();
    let mut tries = 0;
    let doubled: (i64,) = redis::transaction(&mut one, &["n"], |one, pipe| {
        tries += 1;
        let n: i64 = one.get("n")?;
        if tries == 1 {
            let () = other.set("n", 7)?;
        }
        pipe.set("n", n * 2).ignore().get("n").query(one)
    })
    .unwrap();
    assert_eq!((doubled, tries), ((14,), 2));

    let mut heard = other.as_pubsub();
    heard.subscribe("news").unwrap();
    heard.psubscribe("w*").unwrap();
    assert_eq!((one.publish("news", "hello"), one.publish("weather", "sun")), (Ok(1), Ok(1)));
    for (channel, payload, from_pattern) in [("news", "hello", false), ("weather", "sun", true)] {
        let message = heard.get_message().unwrap();
        assert_eq!(message.get_channel_name(), channel);
        assert_eq!(message.get_payload(), Ok(payload.to_owned()));
        assert_eq!(message.from_pattern(), from_pattern);
    }
    drop(heard);
    // The connection is as before when nobody listens on it any more.
    assert_eq!(other.get("n"), Ok(14));

    if third_protocol {
        let (sender, pushed) = std::sync::mpsc::channel();
        other.set_push_sender(sender);
        other.subscribe_resp3("news").unwrap();
        assert_eq!(one.publish("news", "again"), Ok(1));
        assert_eq!(other.get("n"), Ok(14));
        let kinds: Vec<PushKind> = pushed.try_iter().map(|push| push.kind).collect();
        assert_eq!(kinds, [PushKind::Subscribe, PushKind::Message]);
    }
}

#[test]
fn it_takes_our_server_for_redis() {
    let folder = TempDir::new().unwrap();
    let (server, port) = Server::start_on_a_port(folder.path(), &["--save", ""]);
    let peer = Peer::start(&[]);
    let mut places = vec![
        format!("redis+unix://{}?db=1", server.socket.display()),
        format!("redis://127.0.0.1:{port}/1?"),
    ];
    // What is expected here is what a real server gives, too.
    places
        .extend(peer.as_ref().map(|peer| format!("redis+unix://{}?db=1", peer.socket().display())));
    for place in places {
        session(&Client::open(place.as_str()).unwrap(), false);
        session(&Client::open(format!("{place}&protocol=resp3")).unwrap(), true);
    }
}
