//! What random commands tell whoever listens to keyspace events: the same messages in the same order.
//!
//! Both sides have one client that listens to all of them. It must not know which command tells what.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use kvtutor::engine::{Engine, NoHost, Now, Peer as Client, SessionId};

use crate::peer::Peer;

/// Every class there is.
const CLASSES: &[u8] = b"KEAnm";
/// The patterns of the channels, as requests on the wire.
const LISTEN: &[u8] = b"PSUBSCRIBE __key*__:*\r\n";
/// What a listener in RESP2 is answered to `PING`.
const PONG: &[u8] = b"*2\r\n$4\r\npong\r\n$0\r\n\r\n";

/// One who listens on either side.
pub struct Listeners {
    ours: SessionId,
    theirs: UnixStream,
}

impl Listeners {
    /// Both begin to listen.
    pub fn new(engine: &mut Engine, now: Now, peer: &mut Peer) -> Self {
        let ours = engine.connect(Client::default(), now);
        let set: [&[u8]; 4] = [b"CONFIG", b"SET", b"notify-keyspace-events", CLASSES];
        for words in [&set[..], &[b"PSUBSCRIBE", b"__key*__:*"]] {
            engine.execute(ours, words, now, &mut NoHost, &mut Vec::new());
        }
        peer.call(&set);
        let mut theirs = UnixStream::connect(peer.socket()).unwrap();
        theirs.write_all(LISTEN).unwrap();
        let mut listeners = Self { ours, theirs };
        listeners.theirs();
        listeners
    }

    /// What ours was told since it was last asked.
    pub fn ours(&self, engine: &mut Engine) -> Vec<u8> {
        let mut told = Vec::new();
        engine.take_mail(self.ours, &mut told);
        told
    }

    /// What theirs was told since it was last asked: all that stands before the answer to a `PING`.
    pub fn theirs(&mut self) -> Vec<u8> {
        self.theirs.write_all(b"PING\r\n").unwrap();
        let (mut told, mut buffer) = (Vec::new(), [0; 16 * 1024]);
        while !told.ends_with(PONG) {
            let read = self.theirs.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "the server closed the connection");
            told.extend_from_slice(&buffer[..read]);
        }
        told.truncate(told.len() - PONG.len());
        told
    }
}

/// The events of messages, each as its channel and its text.
pub fn shown(told: &[u8]) -> String {
    let text = String::from_utf8_lossy(told);
    let lines: Vec<&str> = text.split("\r\n").collect();
    let messages = lines.chunks(9).filter_map(|message| Some((message.get(6)?, message.get(8)?)));
    messages.map(|(channel, text)| format!("{channel} {text}")).collect::<Vec<_>>().join("; ")
}
