//! Lines that take their time: their client waits for a key, listens to channels, or says the same
//! many times over.
//!
//! The console never waits. A line that has not come to its end is kept here, and [`Console::go_on`]
//! looks what has become of it; who has a clock and a keyboard decides when to look, and when to
//! [interrupt](Console::interrupt) it. Where nobody would look again, in a script, a wait is over as
//! soon as it begins: [`Patience::None`].

use super::remote::hang_up;
use super::{Client, Console, Event, Origin, Ran, Shown};
use crate::engine::{self, SessionId};
use crate::resp::show::Style;
use crate::resp::{Decoder, Reply};
use crate::server::Standing;
use crate::syntax::Line;

/// How often a command with a number before it is run before somebody may interrupt it.
const SLICE: u64 = 1000;

/// From so many milliseconds on the prompt says how long a line took, as `redis-cli` does.
const LONG_MS: i64 = 500;

/// Whether a line may take its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patience {
    /// It is a line of a script: a wait is over as soon as it begins.
    #[default]
    None,
    /// It may, but no other program can connect: a wait without an end is refused.
    Alone,
    /// Others can connect and end a wait.
    Company,
}

/// What a line that has not come to its end waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// A reply, or only for time to pass, until a time in milliseconds since 1970; `None` is for ever.
    Reply(Option<i64>),
    /// Messages, until it is interrupted.
    Messages,
    /// Nothing: it goes on at once.
    Nothing,
}

/// A line that has not come to its end.
#[derive(Debug)]
pub(super) struct Pending {
    state: State,
    words: Vec<Vec<u8>>,
    client: String,
    /// How many times it is still to be said.
    left: u64,
    pub(super) began_ms: i64,
    /// The client came for this command only.
    pub(super) leaves: bool,
    pub(super) line: Option<Line>,
}

/// What it waits for.
#[derive(Debug)]
pub(super) enum State {
    /// The client waits for its reply, or for its turn.
    Blocked(Asked, Standing),
    /// It listens.
    Listening(Asked),
    /// The reply of a server elsewhere has not come, or it sends messages.
    Elsewhere { asked: Asked, listens: bool },
    /// Nobody was asked anything: time passes, and then this is said.
    Passing { until_ms: i64, said: String },
    /// The command is to be said again.
    Busy,
}

/// A command that a client has sent.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) words: Vec<Vec<u8>>,
    pub(super) style: Option<Style>,
    pub(super) origin: Origin,
    /// Which start of the server it was sent to, and under which id that knows the client.
    pub(super) room: usize,
    pub(super) id: SessionId,
}

impl Console {
    /// What the line that was run last waits for, if it has not come to its end.
    pub fn waiting(&self) -> Option<Waiting> {
        Some(match &self.pending.as_ref()?.state {
            State::Blocked(asked, _) => Waiting::Reply(
                self.instances.get(&asked.origin.answer).and_then(|i| i.waits_until(asked.id)),
            ),
            State::Passing { until_ms, .. } => Waiting::Reply(Some(*until_ms)),
            State::Elsewhere { listens: false, .. } => Waiting::Reply(None),
            State::Elsewhere { listens: true, .. } | State::Listening(_) => Waiting::Messages,
            State::Busy => Waiting::Nothing,
        })
    }

    /// What has become of the line that waits since it was looked at last.
    pub fn go_on(&mut self) -> Ran {
        let Some(Pending { state, .. }) = &mut self.pending else { return Ran::default() };
        let state = std::mem::replace(state, State::Busy);
        let mut ran = Ran::default();
        match state {
            State::Busy => {}
            State::Passing { until_ms, said } => {
                if self.settings.clock.now().ms() < until_ms {
                    self.keep(State::Passing { until_ms, said });
                    return ran;
                }
                ran.shown.push(Shown::Notice(said));
            }
            State::Elsewhere { asked, listens } => {
                if let Some(listens) = self.heard_elsewhere(&asked, listens, &mut ran) {
                    self.keep(State::Elsewhere { asked, listens });
                    return ran;
                }
            }
            State::Listening(asked) => {
                let (out, standing) = self.hear(&asked);
                ran.shown.extend(replies(&out).into_iter().map(|reply| asked.shown(reply)));
                if standing.is_some_and(|standing| standing.is_listening) {
                    self.keep(State::Listening(asked));
                    return ran;
                }
                self.lost(&asked, &mut ran);
            }
            State::Blocked(asked, before) => {
                let (out, standing) = self.hear(&asked);
                if standing.is_some_and(|standing| standing.is_blocked) {
                    ran.shown.extend(replies(&out).into_iter().map(|news| asked.shown(news)));
                    self.keep(State::Blocked(asked, before));
                    return ran;
                }
                if !out.is_empty() {
                    self.replied(&asked, &out, &mut ran);
                } else if standing.is_some() && before.is_held_up {
                    if let Some(state) = self.put(asked, &mut ran) {
                        self.keep(state);
                        return ran;
                    }
                } else {
                    self.lost(&asked, &mut ran);
                }
            }
        }
        let Some(pending) = self.pending.take() else { return ran };
        let words: Vec<&[u8]> = pending.words.iter().map(Vec::as_slice).collect();
        if pending.left > 0 && !ran.is_cut_off() {
            ran.append(self.repeat(&words, pending.left));
            if let Some(next) = &mut self.pending {
                next.began_ms = pending.began_ms;
                next.line = pending.line;
                return ran;
            }
        }
        drop(words);
        self.finish(&pending, &mut ran);
        ran
    }

    /// Ctrl-C: the line ends. As with `redis-cli`, so does the connection of a client that waits or
    /// listens, and a new one takes its place.
    pub fn interrupt(&mut self) -> Ran {
        let mut ran = match self.waiting() {
            // What has come already was taken for this client: it is shown, and not lost.
            Some(Waiting::Reply(_) | Waiting::Messages) => self.go_on(),
            Some(Waiting::Nothing) | None => Ran::default(),
        };
        let Some(pending) = self.pending.take() else { return ran };
        match &pending.state {
            State::Blocked(_, standing) => {
                self.hang_up(&pending.client);
                let left = if standing.is_held_up {
                    "the command was not run"
                } else {
                    "the wait is over; nothing was taken"
                };
                ran.shown.push(Shown::Notice(left.to_owned()));
            }
            State::Passing { .. } => {
                let went = self.settings.clock.now().ms() - pending.began_ms;
                ran.shown.push(Shown::Notice(format!("{}ms went by", went.max(0))));
            }
            State::Elsewhere { listens: false, .. } => {
                self.hang_up(&pending.client);
                ran.shown.push(Shown::Notice("the wait is over".to_owned()));
            }
            State::Elsewhere { listens: true, .. } | State::Listening(_) => {
                self.hang_up(&pending.client);
            }
            State::Busy => {
                let left = pending.left;
                ran.shown.push(Shown::Notice(format!("stopped, {left} times before the end")));
            }
        }
        self.finish(&pending, &mut ran);
        ran
    }

    /// Sends a command, and tells what came of it; what it waits for, if it does.
    pub(super) fn put(&mut self, asked: Asked, ran: &mut Ran) -> Option<State> {
        let patience = self.patience;
        let answer = asked.origin.answer.clone();
        let instance = self.instances.get_mut(&answer)?;
        let words: Vec<&[u8]> = asked.words.iter().map(Vec::as_slice).collect();
        let mut out = Vec::new();
        if patience != Patience::None && !instance.standing(asked.id).is_listening {
            // What a server tells unasked, redis-cli shows before the next reply.
            instance.take_mail(asked.id, &mut out);
        }
        instance.heed(self.interrupt.clone());
        let (standing, changes) = instance.recorded(|instance| match patience {
            Patience::None => {
                instance.execute(asked.id, &words, &mut out);
                None
            }
            Patience::Alone | Patience::Company => Some(instance.ask(asked.id, &words, &mut out)),
        });
        self.past.changed(&answer, &changes);
        ran.changes.extend(changes);
        let state = match standing {
            Some(standing) if standing.is_blocked => {
                if self.ends(&asked) {
                    Some(State::Blocked(asked, standing))
                } else {
                    self.refuse_wait(&asked, &mut out, ran);
                    None
                }
            }
            Some(standing) => {
                self.replied(&asked, &out, ran);
                standing.is_listening.then_some(State::Listening(asked))
            }
            None => {
                self.replied(&asked, &out, ran);
                None
            }
        };
        self.notice_end(&answer, ran);
        state
    }

    /// A wait that nobody can end: it is refused, but for one that the server itself ends soon.
    fn refuse_wait(&mut self, asked: &Asked, out: &mut Vec<u8>, ran: &mut Ran) {
        let Some(instance) = self.instances.get_mut(&asked.origin.answer) else { return };
        if instance.sit_out_a_sync(asked.id, out) {
            self.replied(asked, out, ran);
            return;
        }
        let why = if instance.waits_for_sync(asked.id) { NEVER_SYNCED } else { FOR_EVER };
        instance.end_wait(asked.id);
        ran.shown.push(Shown::Notice(why.to_owned()));
    }

    /// Whether a client's wait will be over, or somebody can end it.
    fn ends(&self, asked: &Asked) -> bool {
        let instance = self.instances.get(&asked.origin.answer);
        instance.is_some_and(|instance| instance.waits_until(asked.id).is_some())
            || (self.patience == Patience::Company && self.is_reached(asked.room))
    }

    /// Lets time pass, and says so.
    pub(super) fn pass_time(&mut self, millis: u64, said: String) -> Ran {
        if self.patience == Patience::None {
            self.settings.clock.advance(millis * 1000);
            self.tick();
            return Ran::notice(said);
        }
        let length = i64::try_from(millis).unwrap_or(i64::MAX);
        let until_ms = self.settings.clock.now().ms().saturating_add(length);
        self.wait_for(State::Passing { until_ms, said }, &[]);
        Ran { waits: true, ..Ran::default() }
    }

    /// The line goes on later.
    pub(super) fn wait_for(&mut self, state: State, words: &[&[u8]]) {
        self.pending = Some(Pending {
            state,
            words: words.iter().map(|word| word.to_vec()).collect(),
            client: self.current.clone(),
            left: 0,
            began_ms: self.settings.clock.now().ms(),
            leaves: false,
            line: None,
        });
    }

    /// Says a command so many times, or begins to.
    pub(super) fn repeat(&mut self, words: &[&[u8]], times: u64) -> Ran {
        let mut ran = Ran::default();
        let now = if self.patience == Patience::None { times } else { times.min(SLICE) };
        for done in 1..=now {
            ran.append(self.call(words, None));
            if let Some(pending) = self.pending.as_mut().filter(|_| ran.waits) {
                pending.left = times - done;
                return ran;
            }
            if ran.leave || ran.is_cut_off() {
                return ran;
            }
        }
        if times > now {
            self.wait_for(State::Busy, words);
            ran.waits = true;
            if let Some(pending) = &mut self.pending {
                pending.left = times - now;
            }
        }
        ran
    }

    /// As `redis-cli` does at its prompt, says how long a line took, if that was long.
    pub(super) fn tell_time(&self, began_ms: i64, ran: &mut Ran) {
        let took = self.settings.clock.now().ms() - began_ms;
        if self.patience != Patience::None && took >= LONG_MS {
            ran.shown.push(Shown::Text(format!("({}.{:02}s)\n", took / 1000, took % 1000 / 10)));
        }
    }

    fn keep(&mut self, state: State) {
        if let Some(pending) = &mut self.pending {
            pending.state = state;
        }
    }

    /// What has come for a client that waits or listens, and how it stands, if it is still there.
    fn hear(&mut self, asked: &Asked) -> (Vec<u8>, Option<Standing>) {
        let mut out = Vec::new();
        let answer = &asked.origin.answer;
        if self.instances.room_of(answer) != Some(asked.room) {
            return (out, None);
        }
        let Some(instance) = self.instances.get_mut(answer) else { return (out, None) };
        let standing = instance.hear(asked.id, &mut out);
        (out, Some(standing).filter(|standing| !standing.is_leaving))
    }

    /// The server has ended, or has sent the client away.
    fn lost(&mut self, asked: &Asked, ran: &mut Ran) {
        ran.shown.push(Shown::Problem("Error: Server closed the connection\n".to_owned()));
        if self.instances.room_of(&asked.origin.answer) == Some(asked.room)
            && let Some(place) =
                self.clients.get_mut(&asked.origin.client).and_then(Client::place_mut)
        {
            self.instances.disconnect(place);
            place.connection = None;
            place.transaction = None;
        }
    }

    /// A client closes its connection and opens a new one.
    fn hang_up(&mut self, client: &str) {
        if let Some(place) = self.clients.get_mut(client).and_then(Client::place_mut) {
            hang_up(&mut self.instances, &mut self.remote, place);
            place.connection = None;
        }
        self.connect();
    }

    /// A command has got its reply, or several.
    fn replied(&mut self, asked: &Asked, out: &[u8], ran: &mut Ran) {
        self.replied_with(asked, replies(out), ran);
    }

    /// The same, of replies that were decoded.
    pub(super) fn replied_with(&mut self, asked: &Asked, all: Vec<Reply>, ran: &mut Ran) {
        if let Some(first) = all.iter().find(|reply| told_unasked(reply).is_none()) {
            let client = &asked.origin.client;
            if let Some(place) = self.clients.get_mut(client).and_then(Client::place_mut) {
                place.learn(&asked.words, first);
            }
            let words: Vec<&[u8]> = asked.words.iter().map(Vec::as_slice).collect();
            if let Ok(found) = engine::find(&words)
                && !first.as_error().is_some_and(engine::is_about_form)
            {
                ran.events.push(Event::Used {
                    command: engine::full_name(&found).into_owned(),
                    client: client.clone(),
                    failed: matches!(first, Reply::Error(_)),
                });
            }
        }
        ran.shown.extend(all.into_iter().map(|reply| asked.shown(reply)));
    }

    /// The line has come to its end.
    fn finish(&mut self, pending: &Pending, ran: &mut Ran) {
        ran.waits = false;
        if pending.leaves {
            self.leave();
        } else if matches!(pending.line, Some(Line::Command { .. })) {
            self.tell_time(pending.began_ms, ran);
        }
        if let Some(line) = &pending.line {
            self.past.end(line, &ran.events);
        }
        self.tick();
    }
}

impl Asked {
    pub(super) fn shown(&self, reply: Reply) -> Shown {
        let Self { words, style, origin, .. } = self;
        if style.is_none()
            && let Some(text) = told_unasked(&reply)
        {
            return Shown::Text(text);
        }
        Shown::Reply { words: words.clone(), reply, style: *style, origin: origin.clone() }
    }
}

impl Ran {
    /// Whether something other than a reply came last: the same command would not fare better.
    fn is_cut_off(&self) -> bool {
        matches!(self.shown.last(), Some(Shown::Problem(_) | Shown::Notice(_)))
    }
}

/// What `redis-cli` prints of a push that answers nothing: keys that a client keeps copies of are not
/// as they were.
fn told_unasked(reply: &Reply) -> Option<String> {
    let Reply::Push(parts) = reply else { return None };
    let [Reply::Bulk(kind), keys] = parts.as_slice() else { return None };
    if kind != b"invalidate" {
        return None;
    }
    // Of all of them at once, no name is told.
    let Reply::Array(keys) = keys else { return Some("1) \"invalidate\"\n2) (nil)\n".to_owned()) };
    let quoted = keys.iter().map(|key| {
        let name = if let Reply::Bulk(name) = key { name.as_slice() } else { b"" };
        format!("'{}'", String::from_utf8_lossy(name))
    });
    Some(format!("-> invalidate: {}\n", quoted.collect::<Vec<_>>().join(", ")))
}

/// The replies in these bytes.
fn replies(out: &[u8]) -> Vec<Reply> {
    let mut decoder = Decoder::new(out);
    let mut all = Vec::new();
    while !decoder.is_empty() {
        match decoder.reply() {
            Ok(reply) => all.push(reply),
            Err(error) => {
                all.push(Reply::Error(format!("ERR {error}").into_bytes()));
                break;
            }
        }
    }
    all
}

const FOR_EVER: &str = "nothing would ever end this wait: no other program can connect here. Fill the \
                        key first, or give a timeout in seconds";

const NEVER_SYNCED: &str = "nothing would ever end this wait: with appendfsync no, the log is synced when the \
                            system likes. Give a timeout in milliseconds";
