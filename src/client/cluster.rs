//! A cluster as one server: each command goes to the node that has its key.
//!
//! # Where a command goes
//!
//! - With keys, to the node that has the first one's slot; the server says of each command where its
//!   keys are. `MOVED` and `ASK` are followed. Keys of several slots are refused by the node in its own words.
//! - `DBSIZE`, `KEYS` and `SCAN` ask all nodes that hold data ([`super::spread`]).
//! - Any other command without a key goes to the current node, where the last command went, as in
//!   `redis-cli -c`: so do `FLUSHALL`, `INFO` and `CONFIG`. Nothing is changed on all nodes unasked.
//! - `MULTI` waits for the first key, which says where the transaction belongs, unless `WATCH` has said
//!   so. Inside it nothing is followed: a key that is elsewhere gets `MOVED`, and `EXEC` aborts.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use super::address::{Address, Target};
use super::error::{ConnectError, Gone, Why};
use super::slots::{Elsewhere, SlotMap, slot_of};
use super::spread;
use super::stream::PATIENCE;
use super::talk::{Heard, Talk};
use super::wire::error_words;
use crate::resp::{Decoder, Reply};

/// How often one command may be sent on.
const HOPS: u8 = 8;

/// A client of a cluster.
#[derive(Debug)]
pub(super) struct Cluster {
    address: Address,
    resp3: bool,
    talks: BTreeMap<Target, Talk>,
    map: SlotMap,
    /// Where the keys of a command stand, by its name in capitals.
    keys: HashMap<Vec<u8>, Keys>,
    /// Where the last command went.
    current: Target,
    /// The node that holds a transaction, watched keys or subscriptions for this client.
    bound: Option<Target>,
    /// A MULTI that was not sent yet.
    multi: bool,
    job: Option<Job>,
    ready: VecDeque<Heard>,
    redirect: Option<Redirect>,
}

/// Where a command went that did not go where the one before it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Its key's slot.
    pub slot: u16,
    /// Who has it, as in `127.0.0.1:7001`.
    pub server: String,
}

/// A command that is on its way.
#[derive(Debug)]
struct Job {
    words: Vec<Vec<u8>>,
    node: Target,
    slot: Option<u16>,
    /// Whether it is sent on when the node says so.
    follow: bool,
    /// Whether a MULTI was sent before it, which goes with it.
    opens: bool,
    hops: u8,
}

/// Where the keys of a command stand.
#[derive(Debug, Clone, Copy)]
enum Keys {
    None,
    /// The first one is this word.
    At(usize),
    /// That depends on the other words.
    Ask,
}

impl Cluster {
    /// Asks the servers of the address, one after the other, who else there is.
    pub(super) fn open(address: &Address) -> Result<Self, ConnectError> {
        let mut opened = Self::ask(address, address.first());
        for seed in address.others() {
            if opened.is_ok() {
                break;
            }
            opened = Self::ask(address, seed);
        }
        opened
    }

    fn ask(address: &Address, seed: &Target) -> Result<Self, ConnectError> {
        let credentials = address.credentials().clone();
        let mut talk = Talk::new(seed.clone(), credentials, 0, address.resp3());
        talk.open()?;
        let map = slots(&mut talk)?;
        Ok(Self {
            address: address.clone(),
            resp3: address.resp3(),
            talks: BTreeMap::from([(seed.clone(), talk)]),
            map,
            keys: HashMap::new(),
            current: seed.clone(),
            bound: None,
            multi: false,
            job: None,
            ready: VecDeque::new(),
            redirect: None,
        })
    }

    pub(super) fn current(&self) -> &Target {
        &self.current
    }

    pub(super) fn in_transaction(&self) -> bool {
        let bound = self.bound.as_ref().and_then(|node| self.talks.get(node));
        self.multi || bound.is_some_and(Talk::in_transaction)
    }

    pub(super) fn redirect(&self) -> Option<&Redirect> {
        self.redirect.as_ref()
    }

    pub(super) fn map(&self) -> &SlotMap {
        &self.map
    }

    /// The connection to a node.
    pub(super) fn talk(&mut self, node: &Target) -> &mut Talk {
        let (address, resp3) = (&self.address, self.resp3);
        self.talks
            .entry(node.clone())
            .or_insert_with(|| Talk::new(node.clone(), address.credentials().clone(), 0, resp3))
    }

    /// Sends a command.
    pub(super) fn start<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<(), Gone> {
        let words: Vec<Vec<u8>> = words.iter().map(|word| word.as_ref().to_vec()).collect();
        if let Some(job) = self.job.take() {
            // Its reply would be taken for that of this command.
            self.talk(&job.node).close();
        }
        self.redirect = None;
        let name = words.first().map(|name| name.to_ascii_uppercase()).unwrap_or_default();
        let ties = matches!(
            name.as_slice(),
            b"MULTI" | b"EXEC" | b"DISCARD" | b"WATCH" | b"UNWATCH" | b"RESET"
        );
        if let Some(node) = self.bound.clone()
            && (ties || self.talk(&node).in_transaction() || name.ends_with(b"SUBSCRIBE"))
        {
            return self.send(Job::to(node, None, words, false));
        }
        if name == b"MULTI" && words.len() == 1 && !self.multi {
            self.multi = true;
            self.ready.push_back(Heard::Reply(b"+OK\r\n".to_vec()));
            return Ok(());
        }
        if !self.multi
            && let Some(reply) = spread::ask(self, &name, &words)?
        {
            self.ready.push_back(Heard::Reply(reply));
            return Ok(());
        }
        let (node, slot) = self.node_for(&words);
        let mut job = Job::to(node, slot, words, true);
        if std::mem::take(&mut self.multi) {
            if name == b"RESET" {
                return self.send(job);
            }
            job.opens = true;
        }
        self.send(job)
    }

    /// What comes next, as [`Talk::poll`] does.
    pub(super) fn poll(&mut self, timeout: Option<Duration>) -> Result<Option<Heard>, Gone> {
        loop {
            if let Some(heard) = self.ready.pop_front() {
                return Ok(Some(heard));
            }
            let node = match (&self.job, &self.bound) {
                (Some(job), _) => job.node.clone(),
                (None, Some(node)) => node.clone(),
                (None, None) => self.current.clone(),
            };
            let heard = match self.talk(&node).poll(timeout) {
                Ok(heard) => heard,
                Err(gone) => {
                    self.job = None;
                    self.untie(&node);
                    return Err(gone);
                }
            };
            let Some(Heard::Reply(reply)) = heard else { return Ok(heard) };
            let Some(job) = self.job.take() else { return Ok(Some(Heard::Reply(reply))) };
            if let Some(there) = Elsewhere::read(&reply, &node).filter(|_| job.may_go_on()) {
                self.go_on(job, there)?;
                continue;
            }
            if job.slot.is_some() && node != self.current {
                let server = node.to_string();
                self.redirect = job.slot.map(|slot| Redirect { slot, server });
            }
            self.current = node.clone();
            self.untie(&node);
            let resp3 = self.talk(&node).resp3();
            if resp3 != self.resp3 {
                // All nodes speak as the one that was told to; the others are greeted anew.
                self.resp3 = resp3;
                self.talks.retain(|other, _| *other == node);
            }
            return Ok(Some(Heard::Reply(reply)));
        }
    }

    /// Runs a command and waits for its reply; what else is heard is kept.
    pub(super) fn call<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Result<Vec<u8>, Gone> {
        self.start(words)?;
        let mut others = VecDeque::new();
        let reply = loop {
            match self.poll(None)? {
                Some(Heard::Reply(reply)) => break reply,
                Some(push) => others.push_back(push),
                None => {}
            }
        };
        self.ready.append(&mut others);
        Ok(reply)
    }

    /// Notes whether a node still holds something for this client.
    fn untie(&mut self, node: &Target) {
        if self.talks.get(node).is_some_and(Talk::is_bound) {
            self.bound = Some(node.clone());
        } else if self.bound.as_ref() == Some(node) {
            self.bound = None;
        }
    }

    /// Sends a command; a node that is gone may have handed its slots to another.
    fn send(&mut self, mut job: Job) -> Result<(), Gone> {
        let sent = self.give(&job);
        let (Err(Gone::Unreachable(_)), true) = (&sent, job.follow) else {
            if sent.is_ok() {
                self.job = Some(job);
            }
            return sent;
        };
        self.refresh();
        let node = match job.slot {
            Some(slot) => self.map.server(slot).cloned(),
            None => self.map.servers().into_iter().find(|node| self.talk(node).is_connected()),
        };
        match node.filter(|node| *node != job.node) {
            Some(node) => {
                job.node = node;
                self.give(&job)?;
                self.job = Some(job);
                Ok(())
            }
            None => sent,
        }
    }

    fn give(&mut self, job: &Job) -> Result<(), Gone> {
        let talk = self.talk(&job.node);
        if job.opens {
            talk.call_within(&["MULTI"], Some(PATIENCE))?;
        }
        talk.start(&job.words)
    }

    /// Follows a redirection.
    fn go_on(&mut self, mut job: Job, there: Elsewhere) -> Result<(), Gone> {
        if job.opens {
            // The node has taken the MULTI, and keeps it for nothing.
            self.talk(&job.node).call_within(&["DISCARD"], Some(PATIENCE))?;
        }
        if there.once {
            self.talk(&there.server).call_within(&["ASKING"], Some(PATIENCE))?;
        } else {
            self.refresh();
        }
        job.node = there.server;
        job.slot = Some(there.slot);
        job.hops += 1;
        self.send(job)
    }

    /// Asks anew who has which slots, of whoever answers.
    fn refresh(&mut self) {
        let mut nodes = self.map.servers();
        nodes.push(self.address.first().clone());
        nodes.extend(self.address.others().iter().cloned());
        for node in nodes {
            let talk = self.talk(&node);
            if talk.is_connected() && !talk.is_quiet() {
                continue;
            }
            if !talk.is_connected() && talk.open().is_err() {
                continue;
            }
            if let Ok(map) = slots(talk) {
                self.map = map;
                return;
            }
        }
    }

    /// Where a command belongs, and the slot of its first key.
    fn node_for(&mut self, words: &[Vec<u8>]) -> (Target, Option<u16>) {
        let slot = self.first_key(words).map(|key| slot_of(&key));
        let node = slot.and_then(|slot| self.map.server(slot)).unwrap_or(&self.current);
        (node.clone(), slot)
    }

    fn first_key(&mut self, words: &[Vec<u8>]) -> Option<Vec<u8>> {
        let name = words.first()?.to_ascii_uppercase();
        let known = self.keys.get(&name).copied();
        let keys = match known {
            Some(keys) => keys,
            None => self.where_keys_are(&name)?,
        };
        self.keys.insert(name, keys);
        match keys {
            Keys::None => None,
            Keys::At(index) => words.get(index).cloned(),
            Keys::Ask => self.ask_for_key(words),
        }
    }

    /// The first key among the words, as a server finds it; none where it cannot be asked.
    fn ask_for_key(&mut self, words: &[Vec<u8>]) -> Option<Vec<u8>> {
        let mut question: Vec<&[u8]> = vec![b"COMMAND", b"GETKEYS"];
        question.extend(words.iter().map(Vec::as_slice));
        let reply = self.ask_anybody(&question).ok()?;
        let Ok(Reply::Array(keys)) = Decoder::new(&reply).reply() else { return None };
        match keys.into_iter().next() {
            Some(Reply::Bulk(key)) => Some(key),
            Some(_) | None => None,
        }
    }

    fn where_keys_are(&mut self, name: &[u8]) -> Option<Keys> {
        let reply = self.ask_anybody(&[b"COMMAND", b"INFO", name]).ok()?;
        let Ok(Reply::Array(rows)) = Decoder::new(&reply).reply() else { return None };
        let Some(Reply::Array(row)) = rows.first() else { return Some(Keys::None) };
        let (flags, first) = (row.get(2), row.get(3));
        let movable = match flags {
            Some(Reply::Array(flags) | Reply::Set(flags)) => {
                flags.contains(&Reply::Simple(b"movablekeys".to_vec()))
            }
            Some(_) | None => false,
        };
        let parts = matches!(row.get(9), Some(Reply::Array(parts)) if !parts.is_empty());
        let first = match first {
            Some(Reply::Integer(first)) => usize::try_from(*first).unwrap_or(0),
            Some(_) | None => 0,
        };
        Some(match (movable || parts, first) {
            (true, _) => Keys::Ask,
            (false, 0) => Keys::None,
            (false, first) => Keys::At(first),
        })
    }

    /// Asks a node that has nothing else to do, the current one if it can be.
    fn ask_anybody(&mut self, words: &[&[u8]]) -> Result<Vec<u8>, Gone> {
        let mut nodes = vec![self.current.clone()];
        nodes.extend(self.map.servers());
        let mut last = Gone::NoNode { server: self.address.to_string() };
        for node in nodes {
            let talk = self.talk(&node);
            if talk.is_quiet() {
                match talk.call_within(words, Some(PATIENCE)) {
                    Ok(reply) => return Ok(reply),
                    Err(gone) => last = gone,
                }
            }
        }
        Err(last)
    }
}

impl Job {
    fn to(node: Target, slot: Option<u16>, words: Vec<Vec<u8>>, follow: bool) -> Self {
        Self { words, node, slot, follow, opens: false, hops: 0 }
    }

    fn may_go_on(&self) -> bool {
        self.follow && self.hops < HOPS
    }
}

/// Who has which slots, as a node says.
fn slots(talk: &mut Talk) -> Result<SlotMap, ConnectError> {
    let asked = talk.target().clone();
    let reply = talk
        .call_within(&["CLUSTER", "SLOTS"], Some(PATIENCE))
        .map_err(|_| ConnectError::new(&asked, Why::Closed))?;
    SlotMap::read(&reply, &asked).ok_or_else(|| {
        ConnectError::new(&asked, Why::NoCluster(error_words(&reply).unwrap_or_default()))
    })
}
