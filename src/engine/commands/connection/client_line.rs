//! One client as a line of `CLIENT LIST`, field by field as Redis 7.0 has them.
//!
//! What only a socket server has (buffers, memory) is told as Redis tells it for an idle client.

use std::fmt::Write as _;

use super::login::version_number;
use crate::engine::pubsub::Kind;
use crate::engine::tracking::Mode;
use crate::engine::{Now, Session};

/// A read buffer of Redis, in bytes.
const QUERY_BUFFER: usize = 20474;

/// A reply buffer of Redis, in bytes.
const REPLY_BUFFER: usize = 16384;

/// What a client of Redis takes besides its arguments, in bytes.
const CLIENT_MEMORY: usize = 37648;

/// The line of `session`, without a line end. `words` are the command it is running, if any.
pub(super) fn client_line(session: &Session, words: &[&[u8]], now: Now) -> String {
    let seconds = |since_ms: i64| (now.ms() - since_ms).max(0) / 1000;
    let arguments: usize = words.iter().map(|word| word.len()).sum();
    let request = if words.is_empty() { 0 } else { request_size(words) };
    let queue = session.transaction.as_ref().map(|transaction| &transaction.queue);
    let queued_bytes: usize =
        queue.into_iter().flatten().flat_map(|queued| &queued.words).map(|word| word.len()).sum();
    let queued = queue.map_or(-1, |queue| i64::try_from(queue.len()).unwrap_or(i64::MAX));
    let listens = session.subscriptions.as_deref();
    let subscribed = |kind| listens.map_or(0, |listens| listens.of(kind).len());
    let mut line = String::new();
    let _ = write!(
        line,
        "id={} addr={} laddr={} fd={} name={} age={} idle={} flags={} db={} sub={} psub={} ssub={} \
         multi={queued} qbuf={request} qbuf-free={} argv-mem={arguments} multi-mem={queued_bytes} \
         rbs={REPLY_BUFFER} rbp={REPLY_BUFFER} obl=0 oll=0 omem=0 tot-mem={} events=r cmd={} \
         user=default redir={} resp={}",
        session.id,
        session.peer.address,
        session.peer.local,
        session.peer.descriptor,
        String::from_utf8_lossy(&session.name),
        seconds(session.connected_ms),
        seconds(session.active_ms),
        flags(session),
        session.db,
        subscribed(Kind::Channel),
        subscribed(Kind::Pattern),
        subscribed(Kind::Shard),
        QUERY_BUFFER.saturating_sub(request),
        CLIENT_MEMORY + arguments + queued_bytes,
        session.last_command.map_or_else(|| "NULL".to_owned(), |found| found.lower_name()),
        redirection(session),
        version_number(session.protocol),
    );
    // Redis 7.0 knows of no library, so it is told only where a client has said it.
    let [name, version] = &session.library;
    if !name.is_empty() || !version.is_empty() {
        let (name, version) = (String::from_utf8_lossy(name), String::from_utf8_lossy(version));
        let _ = write!(line, " lib-name={name} lib-ver={version}");
    }
    line
}

/// The client that is told in its place: 0 is none, and -1 that it does not track.
pub(super) fn redirection(session: &Session) -> i64 {
    let tracks = session.tracks.as_ref();
    tracks.map_or(-1, |tracks| i64::try_from(tracks.redirect).unwrap_or(i64::MAX))
}

/// One letter for each state the client is in, `N` for none.
fn flags(session: &Session) -> String {
    let tracks = session.tracks.as_ref();
    let states = [
        (session.monitors, 'O'),
        (session.subscriptions.is_some(), 'P'),
        (session.transaction.is_some(), 'x'),
        (session.blocked.is_some(), 'b'),
        (tracks.is_some(), 't'),
        (tracks.is_some_and(|tracks| tracks.is_broken), 'R'),
        (tracks.is_some_and(|tracks| tracks.mode == Mode::Broadcast), 'B'),
        (session.closing, 'c'),
        (session.peer.address.starts_with('/'), 'U'),
        (session.no_evict, 'e'),
        (session.no_touch, 'T'),
    ];
    let letters: String = states.iter().filter(|(on, _)| *on).map(|(_, letter)| letter).collect();
    if letters.is_empty() { "N".to_owned() } else { letters }
}

/// The bytes of a request on the wire.
fn request_size(words: &[&[u8]]) -> usize {
    let digits = |number: usize| itoa::Buffer::new().format(number).len();
    let bulk = |word: &&[u8]| 1 + digits(word.len()) + 2 + word.len() + 2;
    1 + digits(words.len()) + 2 + words.iter().map(bulk).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    #[test]
    fn a_line_has_every_field_of_redis_7_0() {
        let mut prompt = Prompt::new();
        prompt.line("CLIENT SETNAME me");
        prompt.now.unix_micros += 2_500_000;
        let line = "id=1 addr= laddr= fd=0 name=me age=2 idle=0 flags=N db=0 sub=0 psub=0 ssub=0 \
                    multi=-1 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 rbs=16384 rbp=16384 \
                    obl=0 oll=0 omem=0 tot-mem=37658 events=r cmd=client|info user=default \
                    redir=-1 resp=2\n";
        assert_eq!(prompt.line("CLIENT INFO"), Reply::Bulk(line.into()));
    }
}
