//! What random commands tell whoever wants to know of changes: keyspace events, and the keys whose copies
//! are old. Both sides have the same listeners, who must get the same messages in the same order.
//!
//! It must not know which command tells what.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use kvtutor::engine::{Engine, NoHost, Now, Peer as Client, SessionId};
use kvtutor::resp::Decoder;

use crate::peer::Peer;

/// One who listens on either side.
struct Listener {
    ours: SessionId,
    theirs: UnixStream,
    /// What theirs is answered to `PING`.
    pong: &'static [u8],
}

impl Listener {
    fn new(
        engine: &mut Engine,
        now: Now,
        peer: &Peer,
        lines: &[&str],
        pong: &'static [u8],
    ) -> Self {
        let ours = engine.connect(Client::default(), now);
        let mut theirs = UnixStream::connect(peer.socket()).unwrap();
        for line in lines {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            engine.execute(ours, &words, now, &mut NoHost, &mut Vec::new());
            theirs.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        }
        let mut listener = Self { ours, theirs, pong };
        listener.theirs();
        listener
    }

    fn ours(&self, engine: &mut Engine) -> Vec<u8> {
        let mut told = Vec::new();
        engine.take_mail(self.ours, &mut told);
        told
    }

    /// All that came up to the answer to a `PING`. What the server tells in the same turn stands behind the
    /// answer.
    fn theirs(&mut self) -> Vec<u8> {
        self.theirs.write_all(b"PING\r\n").unwrap();
        let (mut told, mut buffer) = (Vec::new(), [0; 16 * 1024]);
        loop {
            let read = self.theirs.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "the server closed the connection");
            told.extend_from_slice(&buffer[..read]);
            let place = told.windows(self.pong.len()).position(|part| part == self.pong);
            if let Some(place) = place
                && is_whole(&told[place..])
            {
                told.drain(place..place + self.pong.len());
                return told;
            }
        }
    }
}

/// Whether the last message is there to its end.
fn is_whole(messages: &[u8]) -> bool {
    let mut decoder = Decoder::new(messages);
    while !decoder.is_empty() {
        if decoder.reply().is_err() {
            return false;
        }
    }
    true
}

/// Who listens to events, and who keeps copies of all keys.
pub struct Listeners(Listener, Listener);

impl Listeners {
    /// They begin to listen on either side.
    pub fn new(engine: &mut Engine, now: Now, peer: &Peer) -> Self {
        let events = ["CONFIG SET notify-keyspace-events KEAnm", "PSUBSCRIBE __key*__:*"];
        let copies = ["HELLO 3", "CLIENT TRACKING ON BCAST"];
        Self(
            Listener::new(engine, now, peer, &events, b"*2\r\n$4\r\npong\r\n$0\r\n\r\n"),
            Listener::new(engine, now, peer, &copies, b"+PONG\r\n"),
        )
    }

    /// What those of ours were told since they were last asked.
    pub fn ours(&self, engine: &mut Engine) -> [Vec<u8>; 2] {
        engine.broadcast();
        [self.0.ours(engine), self.1.ours(engine)]
    }

    /// What those of theirs were told since they were last asked.
    pub fn theirs(&mut self) -> [Vec<u8>; 2] {
        [self.0.theirs(), self.1.theirs()]
    }
}

/// Messages without the parts that they all have.
pub fn shown(told: &[Vec<u8>; 2]) -> String {
    let words = |told: &[u8]| {
        let text = String::from_utf8_lossy(told).into_owned();
        let words = text.split("\r\n").filter(|word| {
            !word.starts_with(['$', '*', '>']) && !word.contains("key*__") && *word != "pmessage"
        });
        words.collect::<Vec<_>>().join(" ")
    };
    format!("{} copies: {}", words(&told[0]), words(&told[1]))
}
