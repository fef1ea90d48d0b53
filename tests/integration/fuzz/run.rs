//! A script of commands, run on the engine and on a real server side by side: every reply is compared, and
//! after each command the keys it named. Finds the first difference; `shrink` makes the script short.

use kvtutor::engine::{Engine, NoHost, Now, Peer as Client, SessionId, find, key_positions};
use kvtutor::resp::{Reply, write_request};

use super::compare::{Rule, decode};
use super::events::{Listeners, shown};
use super::generate::Words;
use crate::peer::Peer;
use crate::version::Version;

/// The parameters that scripts may change, with their defaults.
const LIMITS: [(&str, &str); 7] = [
    ("hash-max-listpack-entries", "512"),
    ("hash-max-listpack-value", "64"),
    ("set-max-intset-entries", "512"),
    ("zset-max-listpack-entries", "128"),
    ("zset-max-listpack-value", "64"),
    ("list-max-listpack-size", "-2"),
    ("list-compress-depth", "0"),
];

/// Where the two differ.
pub struct Difference {
    /// How many commands it took.
    pub commands: usize,
    /// What was compared, and what either said.
    pub what: String,
}

/// The engine as one client sees it.
pub struct Ours {
    pub engine: Engine,
    client: SessionId,
    now: Now,
    /// What its log would hold.
    pub log: Vec<u8>,
}

impl Ours {
    /// An empty engine with one client.
    pub fn new(now: Now) -> Self {
        let mut engine = Engine::new(1);
        engine.keyspace.effects.enabled = true;
        let client = engine.connect(Client::default(), now);
        Self { engine, client, now, log: Vec::new() }
    }

    /// The reply to a command, as its bytes.
    pub fn call<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Vec<u8> {
        let words: Vec<&[u8]> = words.iter().map(AsRef::as_ref).collect();
        let mut out = Vec::new();
        self.engine.execute(self.client, &words, self.now, &mut NoHost, &mut out);
        self.engine.keyspace.effects.drain_into(&mut self.log);
        out
    }

    fn in_transaction(&self) -> bool {
        self.engine.session(self.client).unwrap().transaction.is_some()
    }
}

/// The commands that show all of a key.
fn questions(ours: &mut Ours, key: &[u8], version: Version) -> Vec<Words> {
    let ask = |words: &[&[u8]]| words.iter().map(|word| word.to_vec()).collect::<Words>();
    let kind = ours.call(&[b"TYPE", key]);
    let mut times = None;
    if kind == b"+hash\r\n" && version == Version::Redis8 {
        let Reply::Array(fields) = decode(&ours.call(&[b"HKEYS", key])) else {
            panic!("no fields")
        };
        let mut words =
            ask(&[b"HPEXPIRETIME", key, b"FIELDS", fields.len().to_string().as_bytes()]);
        words.extend(fields.into_iter().map(|field| {
            let Reply::Bulk(field) = field else { panic!("{field:?}") };
            field
        }));
        times = Some(words);
    }
    let value = match kind.as_slice() {
        b"+string\r\n" => ask(&[b"GET", key]),
        b"+list\r\n" => ask(&[b"LRANGE", key, b"0", b"-1"]),
        b"+set\r\n" => ask(&[b"SMEMBERS", key]),
        b"+hash\r\n" => ask(&[b"HGETALL", key]),
        b"+zset\r\n" => ask(&[b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"]),
        b"+none\r\n" => ask(&[b"EXISTS", key]),
        other => panic!("TYPE says {}", other.escape_ascii()),
    };
    let mut all = vec![ask(&[b"OBJECT", b"ENCODING", key]), value, ask(&[b"PEXPIRETIME", key])];
    all.extend(times);
    all
}

/// Both, with what a transaction still has to be compared by.
pub struct Pair<'p> {
    pub ours: Ours,
    pub peer: &'p mut Peer,
    listeners: Listeners,
    queued: Vec<Rule>,
}

impl<'p> Pair<'p> {
    /// Both as new: no data, all limits at their defaults.
    pub fn new(peer: &'p mut Peer, now: Now) -> Self {
        let mut ours = Ours::new(now);
        let listeners = Listeners::new(&mut ours.engine, now, peer);
        let mut pair = Self { ours, peer, listeners, queued: Vec::new() };
        for words in [vec!["RESET"], vec!["FLUSHALL"]] {
            pair.ours.call(&words);
            pair.peer.call(&words);
        }
        for (name, value) in LIMITS {
            pair.peer.call(&["CONFIG", "SET", name, value]);
        }
        pair
    }

    /// Runs a script up to the first difference.
    pub fn run(&mut self, script: &[Words]) -> Option<Difference> {
        for (number, words) in script.iter().enumerate() {
            if let Some(what) = self.step(words) {
                return Some(Difference { commands: number + 1, what });
            }
        }
        for end in [vec![b"DISCARD".to_vec()], vec![b"HELLO".to_vec(), b"2".to_vec()]] {
            self.ours.call(&end);
            self.peer.call(&end);
        }
        let what = self.compare_everything();
        what.map(|what| Difference { commands: script.len(), what })
    }

    /// Sends commands to the server; the reply to each as its bytes.
    fn ask_all(&mut self, commands: &[Words]) -> Vec<Vec<u8>> {
        let mut requests = Vec::new();
        for words in commands {
            write_request(&mut requests, words);
        }
        self.peer.send(&requests, commands.len())
    }

    /// Whether chance decides the answer: a range by member has one only where all scores are equal. The
    /// large form then says what its random levels make of it, and where a limit begins is anybody's guess.
    fn is_chance(&mut self, words: &Words) -> bool {
        let is = |word: &Vec<u8>, name: &[u8]| word.to_ascii_uppercase() == name;
        if is(&words[0], b"SORT") || is(&words[0], b"SORT_RO") {
            // Redis makes a sorted set large by sorting it, which nobody asked for.
            let key = words.get(1).map(Vec::as_slice).unwrap_or_default();
            if self.ours.in_transaction() || self.ours.call(&[b"TYPE", key]) == b"+zset\r\n" {
                return true;
            }
            // Sets have an order of their own, and what is sorted by the same text has none.
            let by = words.iter().position(|word| is(word, b"BY"));
            return by.and_then(|by| words.get(by + 1)).is_some_and(|pattern| {
                !pattern.contains(&b'*') || words.iter().any(|word| is(word, b"ALPHA"))
            });
        }
        let lexical = words[0].to_ascii_uppercase().windows(3).any(|part| part == b"LEX")
            || words.iter().any(|word| is(word, b"BYLEX"));
        let key = words.get(1 + usize::from(is(&words[0], b"ZRANGESTORE")));
        let Some(key) = key.filter(|_| lexical) else { return false };
        if self.ours.in_transaction() {
            return true;
        }
        let encoding = self.ours.call(&[b"OBJECT", b"ENCODING".as_slice(), key]);
        let mut score = |rank: &[u8]| {
            let reply = self.ours.call(&[b"ZRANGE", key.as_slice(), rank, rank, b"WITHSCORES"]);
            let lines = reply.split(|byte| *byte == b'\n').map(<[u8]>::to_vec);
            lines.rev().nth(1)
        };
        let limited = words.iter().any(|word| is(word, b"LIMIT"));
        (limited || !is_packed(&encoding)) && score(b"0") != score(b"-1")
    }

    fn step(&mut self, words: &Words) -> Option<String> {
        if self.is_chance(words) {
            return None;
        }
        let slices: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        let was_queueing = self.ours.in_transaction();
        if was_queueing && words[0].eq_ignore_ascii_case(b"SPOP") {
            // What follows in the transaction would depend on what was popped.
            return None;
        }
        let keys: Vec<Vec<u8>> = find(&slices)
            .ok()
            .and_then(|found| key_positions(&found, &slices))
            .into_iter()
            .flatten()
            .filter_map(|place| words.get(place).cloned())
            .collect();
        // What the questions were about before is no matter.
        self.listeners.ours(&mut self.ours.engine);
        self.listeners.theirs();
        let ours = self.ours.call(words);
        let told = self.listeners.ours(&mut self.ours.engine);
        let queueing = self.ours.in_transaction();
        let mut commands = Vec::new();
        if !was_queueing && let Some(key) = keys.first() {
            commands.push(vec![b"OBJECT".to_vec(), b"ENCODING".to_vec(), key.clone()]);
        }
        let place = commands.len();
        commands.push(words.clone());
        let replies = self.ask_all(&commands);
        let their_told = self.listeners.theirs();
        if told != their_told {
            return Some(format!(
                "what is told of {}\n  redis   {}\n  kvtutor {}",
                line(words),
                shown(&their_told),
                shown(&told)
            ));
        }
        let mut checks = Vec::new();
        if !queueing {
            let version = self.peer.version();
            checks = keys.iter().flat_map(|key| questions(&mut self.ours, key, version)).collect();
        }
        let packed = place > 0 && is_packed(&replies[0]);
        let (rule, theirs) = (Rule::of(words, packed), &replies[place]);
        let agree = if was_queueing && !queueing {
            let rules = std::mem::take(&mut self.queued);
            Rule::all_agree(&rules, &ours, theirs)
        } else if queueing {
            // Redis counts the words of a queued command as references.
            let counts = words.get(1).is_some_and(|word| word.eq_ignore_ascii_case(b"REFCOUNT"));
            let rule = if counts { Rule::Shape } else { rule };
            if !was_queueing {
                self.queued.clear();
            } else if ours == b"+QUEUED\r\n" {
                self.queued.push(rule);
            }
            ours == *theirs
        } else if rule == Rule::Walk && ours.first() != Some(&b'-') && theirs[0] != b'-' {
            return self.walk(words);
        } else {
            rule.agree(&ours, theirs)
        };
        if !agree {
            return Some(differ(words, &ours, theirs));
        }
        if queueing {
            return None;
        }
        if words[0].eq_ignore_ascii_case(b"SPOP") && theirs[0] != b'-' {
            // Other members are left on either side: both begin anew.
            let unlink = [b"UNLINK", words[1].as_slice()];
            self.ours.call(&unlink);
            self.peer.call(&unlink);
            return None;
        }
        let theirs = self.ask_all(&checks);
        checks.iter().zip(&theirs).find_map(|(words, theirs)| self.check(words, theirs))
    }

    /// Compares what either says of a key.
    fn check(&mut self, words: &Words, theirs: &[u8]) -> Option<String> {
        let ours = self.ours.call(words);
        let rule = match words[0].as_slice() {
            b"SMEMBERS" => Rule::Unordered,
            b"HGETALL" => Rule::Pairs,
            b"PEXPIRETIME" | b"HPEXPIRETIME" => Rule::Near(2000),
            _ => Rule::Bytes,
        };
        (!rule.agree(&ours, theirs)).then(|| differ(words, &ours, theirs))
    }

    /// Follows a scan to its end on both sides and compares what was seen.
    fn walk(&mut self, words: &Words) -> Option<String> {
        let place = usize::from(!words[0].eq_ignore_ascii_case(b"SCAN")) + 1;
        let pairs = matches!(words[0].to_ascii_uppercase().as_slice(), b"HSCAN" | b"ZSCAN");
        let mut seen = [Vec::new(), Vec::new()];
        for (side, seen) in seen.iter_mut().enumerate() {
            let mut words = words.clone();
            words[place] = b"0".to_vec();
            loop {
                let reply = if side == 0 {
                    decode(&self.ours.call(&words))
                } else {
                    self.peer.call(&words)
                };
                let Reply::Array(parts) = reply else { return Some(format!("{reply:?}")) };
                let [Reply::Bulk(cursor), Reply::Array(items)] = parts.as_slice() else {
                    return Some(format!("{parts:?}"));
                };
                let step = if pairs { 2 } else { 1 };
                seen.extend(items.chunks(step).map(|chunk| format!("{chunk:?}")));
                if cursor == b"0" {
                    break;
                }
                words[place].clone_from(cursor);
            }
            seen.sort();
            seen.dedup();
        }
        let [ours, theirs] = seen;
        (ours != theirs)
            .then(|| format!("{}\n  redis   {theirs:?}\n  kvtutor {ours:?}", line(words)))
    }

    /// Compares the data of all databases.
    fn compare_everything(&mut self) -> Option<String> {
        for db in 0..16 {
            let words = ["SELECT".to_owned(), db.to_string()];
            self.ours.call(&words);
            self.peer.call(&words);
            let words = ["KEYS", "*"].map(|word| word.as_bytes().to_vec()).to_vec();
            let (ours, theirs) =
                (self.ours.call(&words), self.ask_all(std::slice::from_ref(&words)));
            if !Rule::Unordered.agree(&ours, &theirs[0]) {
                return Some(differ(&words, &ours, &theirs[0]));
            }
            let Reply::Array(keys) = decode(&ours) else { panic!("no keys") };
            for key in keys {
                let Reply::Bulk(key) = key else { panic!("a key is no string") };
                let questions = questions(&mut self.ours, &key, self.peer.version());
                let answers = self.ask_all(&questions);
                for (words, theirs) in questions.iter().zip(&answers) {
                    if let Some(what) = self.check(words, theirs) {
                        return Some(format!("db {db}: {what}"));
                    }
                }
            }
        }
        None
    }
}

/// Whether a reply to `OBJECT ENCODING` is that of a packed form.
fn is_packed(reply: &[u8]) -> bool {
    [b"listpack".as_slice(), b"intset", b"ziplist"]
        .iter()
        .any(|name| reply.windows(name.len()).any(|window| window == *name))
}

fn differ(words: &Words, ours: &[u8], theirs: &[u8]) -> String {
    let short = |bytes: &[u8]| {
        let text = bytes.escape_ascii().to_string();
        if text.len() > 700 { format!("{}…", &text[..700]) } else { text }
    };
    format!("{}\n  redis   {}\n  kvtutor {}", line(words), short(theirs), short(ours))
}

/// A command as one would type it.
pub fn line(words: &Words) -> String {
    let quoted = |word: &Vec<u8>| {
        let plain = !word.is_empty()
            && word.iter().all(|byte| byte.is_ascii_graphic() && !b"\"'\\#".contains(byte));
        let text = word.escape_ascii().to_string().replace("\\'", "'");
        if plain { text } else { format!("\"{text}\"") }
    };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}
