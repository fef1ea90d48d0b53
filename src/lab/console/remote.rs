//! A console that is connected to a server elsewhere: what is done through [`Remote`] there, and what
//! can only be done to kvtutor's own servers.

use std::time::Duration;

use super::waits::{Asked, State};
use super::{Answer, Client, Console, Instances, Origin, Patience, Place, Ran, Shown};
use crate::engine::{self, Flag, Peer, SessionId};
use crate::lab::Target;
use crate::lab::redis_cli::{HOST, PORT, RedisCli};
use crate::lab::remote::{Called, Heard, Remote};
use crate::resp::Reply;
use crate::resp::show::Style;
use crate::server::Instance;

impl Console {
    /// Whether the prompt is connected to a server elsewhere.
    pub fn is_elsewhere(&self) -> bool {
        self.remote.is_some()
    }

    /// The server elsewhere that the prompt is connected to, as it is shown.
    pub fn server_elsewhere(&self) -> Option<String> {
        self.remote.as_ref().map(Remote::shown)
    }

    /// What the server elsewhere says it is, such as `Valkey 9.1.2`.
    pub fn server_name(&self) -> Option<&str> {
        self.remote.as_ref().and_then(Remote::name)
    }

    /// Whether the server elsewhere is a cluster.
    pub fn is_cluster(&self) -> bool {
        self.remote.as_ref().is_some_and(Remote::is_cluster)
    }

    /// Why the server elsewhere was not reached the last time.
    pub fn remote_failure(&self) -> Option<&str> {
        self.remote.as_ref()?.failure()
    }

    /// The database of the server behind one that is typed; they differ where others use the server.
    pub fn real_db(&self, db: u32) -> u32 {
        self.remote.as_ref().and_then(|remote| remote.real_db(db)).unwrap_or(db)
    }

    /// What the keys of a database begin with on the server, where that is not shown.
    pub fn hidden_prefix(&self, db: u32) -> Option<Vec<u8>> {
        self.remote.as_ref()?.prefix(db)
    }

    /// On a server elsewhere: notes that what is kept there belongs to a lesson from now on, and tells
    /// whether it is that lesson's already. Of kvtutor's own servers each belongs to one lesson.
    pub fn begin_lesson(&mut self, lesson: &str) -> Result<bool, String> {
        self.remote.as_mut().map_or(Ok(true), |remote| remote.begin_lesson(lesson))
    }

    /// On a server elsewhere: writes down what is one's own there now, unless somebody else may have
    /// stored something among it.
    pub fn take_stock(&mut self) {
        if let Some(remote) = &mut self.remote {
            // Where it fails, it is asked about more than was necessary.
            let _ = remote.leave();
        }
    }

    /// Whether Python's package is connected to the server elsewhere, to a database of one's own.
    pub fn has_python_client(&mut self) -> bool {
        self.remote.as_mut().is_some_and(Remote::has_python_client)
    }

    /// The server elsewhere, if it is the one that answers.
    pub(super) fn remote_at(&mut self, answer: &Answer) -> Option<&mut Remote> {
        self.remote.as_mut().filter(|_| *answer == Answer::Elsewhere)
    }

    /// A client that is to connect to where the prompt of this console begins.
    pub(super) fn new_client(&self, name: &str) -> Client {
        match &self.remote {
            Some(remote) => {
                let target = Target::Elsewhere { shown: remote.shown() };
                Client::at(name, Place::new(target, remote.first_db(), false))
            }
            None => Client::new(name),
        }
    }

    /// Where a `redis-cli` line goes from a prompt that is connected elsewhere: to the same server, unless
    /// it names another one.
    pub(super) fn elsewhere_target(&self, cli: &RedisCli) -> Option<Result<Target, Ran>> {
        let remote = self.remote.as_ref()?;
        let is_default = cli.host == HOST && cli.port == i64::from(PORT) && !cli.sandbox;
        let is_same = remote
            .place()
            .is_some_and(|(host, port)| cli.host == host && cli.port == i64::from(port));
        if is_default || is_same {
            return Some(Ok(Target::Elsewhere { shown: remote.shown() }));
        }
        Some(Err(Ran::notice(format!(
            "the prompt is connected to {}; for another server start kvtutor again, with \
             --connect redis://{}:{}",
            remote.shown(),
            cli.host,
            cli.port
        ))))
    }

    /// Sends a command to the server elsewhere, and tells what came of it.
    pub(super) fn call_elsewhere(
        &mut self,
        words: &[&[u8]],
        style: Option<Style>,
        origin: Origin,
        id: SessionId,
        ran: &mut Ran,
    ) {
        let Some(remote) = &mut self.remote else { return };
        if self.patience != Patience::None && takes_its_time(words) {
            match remote.start(id, words) {
                Ok(true) => {
                    let own = words.iter().map(|word| word.to_vec()).collect();
                    let asked = Asked { words: own, style, origin, room: 0, id };
                    self.wait_for(State::Elsewhere { asked, listens: false }, words);
                    ran.waits = true;
                    return;
                }
                Ok(false) => {}
                Err(reason) => {
                    self.lost_elsewhere(&origin.client, &reason, ran);
                    return;
                }
            }
        }
        let Some(remote) = &mut self.remote else { return };
        let Called { reply, redirect, changes, notices } = match remote.call(id, words) {
            Ok(called) => called,
            Err(reason) => {
                self.lost_elsewhere(&origin.client, &reason, ran);
                return;
            }
        };
        ran.shown.extend(notices.into_iter().map(Shown::Notice));
        let Some(reply) = reply else { return };
        if let Some((slot, server)) = redirect.filter(|_| style.is_none()) {
            ran.shown
                .push(Shown::Text(format!("-> Redirected to slot [{slot}] located at {server}\n")));
            // As in redis-cli, the prompt is where its last command went.
            if let Some(place) = self.clients.get_mut(&origin.client).and_then(Client::place_mut) {
                place.target = Target::Elsewhere { shown: server };
            }
        }
        self.past.changed(&origin.answer, &changes);
        ran.changes.extend(changes);
        let words = words.iter().map(|word| word.to_vec()).collect();
        let asked = Asked { words, style, origin, room: 0, id };
        self.replied_with(&asked, vec![reply], ran);
    }

    /// What has come for a client of the server elsewhere that waits; whether it listens, if it is to be
    /// looked at again.
    pub(super) fn heard_elsewhere(
        &mut self,
        asked: &Asked,
        mut listens: bool,
        ran: &mut Ran,
    ) -> Option<bool> {
        loop {
            match self.remote.as_mut()?.hear(asked.id, LOOK) {
                Ok(None) => return Some(listens),
                Ok(Some(Heard::Message(message))) => {
                    listens = true;
                    ran.shown.push(asked.shown(message));
                }
                Ok(Some(Heard::Reply(reply))) => {
                    let failed = matches!(reply, Reply::Error(_));
                    self.replied_with(asked, vec![reply], ran);
                    if failed || !begins_to_listen(&asked.words) {
                        return None;
                    }
                    listens = true;
                }
                Err(reason) => {
                    self.lost_elsewhere(&asked.origin.client, &reason, ran);
                    return None;
                }
            }
        }
    }

    fn lost_elsewhere(&mut self, client: &str, reason: &str, ran: &mut Ran) {
        if let Some(place) = self.clients.get_mut(client).and_then(Client::place_mut) {
            place.connection = None;
            place.transaction = None;
        }
        ran.shown.push(Shown::Problem(format!("Error: {reason}\n")));
    }

    /// Why a line of the lab is not run: what it acts on is not there.
    pub(super) fn without_lab(&self, what: &str) -> Option<Ran> {
        let remote = self.remote.as_ref()?;
        Some(Ran::notice(format!(
            "{what} works on kvtutor's own servers, and the prompt is connected to {}: what happens to \
             that server is done where it runs. {}",
            remote.shown(),
            remote.advice()
        )))
    }
}

/// How long one look for what a server elsewhere has sent may take.
const LOOK: Duration = Duration::from_millis(1);

/// Whether a command may wait for somebody, or begins to listen.
fn takes_its_time(words: &[&[u8]]) -> bool {
    let blocks = engine::find(words).is_ok_and(|found| found.command.has(Flag::Blocking));
    let own: Vec<Vec<u8>> = words.iter().take(1).map(|word| word.to_vec()).collect();
    blocks || begins_to_listen(&own)
}

fn begins_to_listen(words: &[Vec<u8>]) -> bool {
    let name = words.first().map(|name| name.to_ascii_uppercase()).unwrap_or_default();
    [&b"SUBSCRIBE"[..], b"PSUBSCRIBE", b"SSUBSCRIBE", b"MONITOR"].contains(&name.as_slice())
}

/// What is printed when nobody answers.
pub(super) fn refusal(remote: Option<&Remote>, target: &Target) -> String {
    let failure = remote.and_then(Remote::failure);
    match (target, failure) {
        (Target::Elsewhere { shown }, Some(reason)) => {
            format!("Could not connect to Redis at {shown}: {reason}")
        }
        _ => target.refusal(),
    }
}

/// Ends a place's connection.
pub(super) fn hang_up(instances: &mut Instances, remote: &mut Option<Remote>, place: &Place) {
    match (&place.connection, remote) {
        (Some((Answer::Elsewhere, id)), Some(remote)) => remote.disconnect(*id),
        _ => instances.disconnect(place),
    }
}

/// Who is spoken to over a connection.
pub(super) enum Spoken<'a> {
    /// An instance of kvtutor's own.
    Own(&'a mut Instance),
    /// A server elsewhere.
    Elsewhere(&'a mut Remote),
}

impl Spoken<'_> {
    /// A command's reply, if one came.
    pub(super) fn call(&mut self, id: SessionId, words: &[&[u8]]) -> Option<Reply> {
        match self {
            Self::Own(instance) => Some(instance.call(id, words)),
            Self::Elsewhere(remote) => remote.call(id, words).ok()?.reply,
        }
    }
}

/// Connects to whoever answers, if somebody does.
pub(super) fn reach<'a>(
    instances: &'a mut Instances,
    remote: &'a mut Option<Remote>,
    answer: &Answer,
    peer: Peer,
) -> Option<(SessionId, Spoken<'a>)> {
    match (answer, remote) {
        (Answer::Elsewhere, Some(remote)) => {
            let id = remote.connect().ok()?;
            Some((id, Spoken::Elsewhere(remote)))
        }
        (answer, _) => {
            let instance = instances.get_mut(answer)?;
            Some((instance.connect(peer), Spoken::Own(instance)))
        }
    }
}
