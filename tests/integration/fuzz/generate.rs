//! Random commands from the command table: each row's syntax tree says which words may follow, and now and
//! then a word is dropped, doubled or replaced. It must not know what a command answers.

use fastrand::Rng;
use kvtutor::engine::{Arg, ArgKind, Command, Flag, Found, Group, table};

use super::words;
use crate::table::{compared_with, is_known, is_row_of};
use crate::version::Version;

/// A command's words.
pub type Words = Vec<Vec<u8>>;

/// Makes commands. The same seed makes the same ones.
pub struct Generator {
    rng: Rng,
    /// The server that answers the same commands: nothing is drawn that it does not know.
    version: Version,
    rows: Vec<(Found, u32)>,
    total: u32,
    /// Milliseconds since 1970 of a moment that both servers still have before them.
    future_ms: i64,
}

/// What the words so far have promised about those to come.
struct Promise {
    /// The letter that keys of this command's type begin with.
    letter: char,
    /// How many keys were said to follow.
    keys: Option<usize>,
    /// How many fields were.
    fields: Option<usize>,
}

impl Generator {
    /// `future_ms` is far enough away that no key made with it dies on the way.
    pub fn new(seed: u64, future_ms: i64, version: Version) -> Self {
        let mut rows = Vec::new();
        for command in table() {
            rows.push((Found { command, container: None }, 0));
            let subcommands = command.subcommands.iter();
            rows.extend(
                subcommands.map(|row| (Found { command: row, container: Some(command) }, 0)),
            );
        }
        for (found, weight) in &mut rows {
            *weight = match version {
                Version::Redis7 => older_weight(found),
                Version::Redis8 | Version::Valkey9 => newer_weight(found),
            };
        }
        let total = rows.iter().map(|(_, weight)| weight).sum();
        Self { rng: Rng::with_seed(seed), version, rows, total, future_ms }
    }

    /// The next commands: one, or a transaction.
    pub fn append_to(&mut self, script: &mut Vec<Words>) {
        match self.rng.u8(..120) {
            0 | 1 => script.push(self.limit()),
            2 => script.push(self.many()),
            3 | 4 => {
                let bare = |name: &str| vec![name.as_bytes().to_vec()];
                if self.rng.bool() {
                    script.push([bare("WATCH"), vec![words::key(&mut self.rng, 's')]].concat());
                    script.push(self.command());
                }
                script.push(bare("MULTI"));
                script.extend((0..self.rng.usize(..7)).map(|_| self.command()));
                script.push(bare(if self.rng.u8(..9) == 0 { "DISCARD" } else { "EXEC" }));
            }
            _ => script.push(self.command()),
        }
    }

    /// So many elements that no packed form holds them, and lists have several chunks.
    fn many(&mut self) -> Words {
        let (name, letter, pairs) = self
            .rng
            .choice([
                ("RPUSH", 'l', false),
                ("SADD", 't', false),
                ("HSET", 'h', true),
                ("ZADD", 'z', true),
            ])
            .filter(|_| self.version == Version::Redis7)
            .unwrap_or(("HSET", 'h', true));
        let mut out = vec![name.as_bytes().to_vec(), words::key(&mut self.rng, letter)];
        let (short, numbers) = (self.rng.bool(), self.rng.bool());
        for number in 0..self.rng.usize(100..700) {
            if pairs {
                out.push(self.rng.i16(..).to_string().into_bytes());
            }
            let mut word = if numbers { number.to_string() } else { format!("e{number}") };
            if !short {
                word.push_str(&"x".repeat(self.rng.usize(..60)));
            }
            out.push(word.into_bytes());
        }
        out
    }

    fn command(&mut self) -> Words {
        let mut ticket = self.rng.u32(..self.total);
        let found = self.rows.iter().find(|(_, weight)| {
            let hit = ticket < *weight;
            ticket = ticket.saturating_sub(*weight);
            hit
        });
        let found = found.unwrap().0;
        let mut out = Vec::new();
        out.extend(found.container.map(|row| self.name(row.name)));
        out.push(self.name(found.command.name));
        let mut promise =
            Promise { letter: self.letter(found.command.group), keys: None, fields: None };
        self.args(found.command.args, &mut promise, &mut out);
        self.agree(&mut out);
        // A word too many may be an option that the server does not know yet.
        if self.version != Version::Redis7 || compared_with(found.command) == self.version {
            self.spoil(&mut out);
        }
        self.keep_alive(&mut out);
        out
    }

    /// Makes words fit each other where the syntax tree does not say that they must.
    fn agree(&mut self, out: &mut Words) {
        let has = |out: &Words, word: &str| {
            out.iter().any(|each| each.eq_ignore_ascii_case(word.as_bytes()))
        };
        let name = String::from_utf8(out[0].to_ascii_uppercase()).unwrap_or_default();
        let borders = match name.as_str() {
            "ZRANGE" => Some(2),
            "ZRANGESTORE" => Some(3),
            _ if name.starts_with("ZRE") && name.contains("BY") || name.starts_with("ZRANGEBY") => {
                Some(2)
            }
            "ZLEXCOUNT" | "ZCOUNT" => Some(2),
            _ => None,
        };
        if let Some(place) = borders {
            let lexical = has(out, "BYLEX") || name.contains("LEX");
            let scored = has(out, "BYSCORE") || name.contains("SCORE") || name == "ZCOUNT";
            for word in out.iter_mut().skip(place).take(2) {
                *word = match (lexical, scored) {
                    (true, _) => words::lexical_border(&mut self.rng),
                    (false, true) => words::score_border(&mut self.rng),
                    (false, false) => words::integer(&mut self.rng),
                };
            }
            let limit = out.iter().position(|word| word.eq_ignore_ascii_case(b"LIMIT"));
            if let Some(limit) = limit.filter(|_| !lexical && !scored && self.rng.u8(..4) > 0) {
                out.drain(limit..(limit + 3).min(out.len()));
            }
        }
        if name == "ZADD" && self.rng.u8(..3) > 0 {
            out.retain(|word| !word.eq_ignore_ascii_case(b"INCR"));
        }
        if name == "ZADD" && self.rng.u8(..3) == 0 {
            // One score for all, so that ranges of members mean something.
            out[1] = b"z3".to_vec();
            for word in out.iter_mut().skip(2).filter(|word| word.len() < 3) {
                if word.iter().all(u8::is_ascii_digit) {
                    *word = b"0".to_vec();
                }
            }
        }
    }

    fn letter(&mut self, group: Group) -> char {
        if self.version == Version::Redis7 { letter(group, &mut self.rng) } else { 'h' }
    }

    fn name(&mut self, name: &str) -> Vec<u8> {
        let lower = self.rng.u8(..8) == 0;
        (if lower { name.to_ascii_lowercase() } else { name.to_owned() }).into_bytes()
    }

    /// A limit of the packed forms, small enough to be crossed.
    fn limit(&mut self) -> Words {
        let (name, low, high) = self
            .rng
            .choice([
                ("hash-max-listpack-entries", 0, 8),
                ("hash-max-listpack-value", 0, 12),
                ("set-max-intset-entries", 0, 6),
                ("zset-max-listpack-entries", 0, 8),
                ("zset-max-listpack-value", 0, 12),
                ("list-max-listpack-size", -5, 8),
                ("list-compress-depth", 0, 3),
            ])
            // A newer server counts the words of a command, not the fields they make.
            .filter(|_| self.version == Version::Redis7)
            .unwrap_or(("hash-max-listpack-value", 0, 12));
        let value = self.rng.i32(low..high).to_string();
        ["CONFIG", "SET", name, &value].map(|word| word.as_bytes().to_vec()).into()
    }

    fn args(&mut self, args: &[Arg], promise: &mut Promise, out: &mut Words) {
        // Options stand in any order: those that follow one another are shuffled.
        let mut options: Vec<Words> = Vec::new();
        for arg in args {
            if !arg.optional && !options.is_empty() {
                self.flush(&mut options, out);
            }
            if !is_known(arg, self.version) || arg.optional && self.rng.u8(..100) >= 30 {
                continue;
            }
            let mut chunk = Vec::new();
            self.arg(arg, promise, &mut chunk);
            if arg.optional { options.push(chunk) } else { out.append(&mut chunk) }
        }
        self.flush(&mut options, out);
    }

    fn flush(&mut self, options: &mut Vec<Words>, out: &mut Words) {
        if self.rng.bool() {
            self.rng.shuffle(options);
        }
        out.extend(options.drain(..).flatten());
    }

    fn arg(&mut self, arg: &Arg, promise: &mut Promise, out: &mut Words) {
        let mut times = 1;
        if arg.multiple {
            let few = [1, 1, 2, 2, 3, 5, 9];
            times = few[self.rng.usize(..few.len())];
            if let Some(keys) = promise.keys
                && (matches!(arg.kind, ArgKind::Key(_)) || arg.name == "weight")
            {
                times = keys;
            }
            if let Some(fields) = promise.fields
                && matches!(arg.name, "field" | "data")
            {
                times = fields;
            }
        }
        for turn in 0..times {
            if let Some(token) = arg.token.filter(|_| turn == 0 || arg.multiple_token) {
                let token = self.name(token);
                out.push(token);
            }
            match arg.kind {
                ArgKind::PureToken => {}
                ArgKind::OneOf(choices) => {
                    let known = choices.iter().filter(|choice| is_known(choice, self.version));
                    let known: Vec<&Arg> = known.collect();
                    let choice = known[self.rng.usize(..known.len())];
                    self.arg(choice, promise, out);
                }
                ArgKind::Block(parts) => self.args(parts, promise, out),
                ArgKind::Key(_) => out.push(words::key(&mut self.rng, promise.letter)),
                ArgKind::Pattern => out.push(words::pattern(&mut self.rng)),
                ArgKind::UnixTime => {
                    let word = self.moment(arg.name.ends_with("milliseconds"));
                    out.push(word);
                }
                ArgKind::Integer | ArgKind::String | ArgKind::Double => {
                    let word = self.word(arg, promise);
                    out.push(word);
                }
            }
        }
    }

    fn word(&mut self, arg: &Arg, promise: &mut Promise) -> Vec<u8> {
        let rng = &mut self.rng;
        match arg.name {
            "numkeys" => {
                let keys = rng.usize(1..4);
                promise.keys = Some(keys);
                if rng.u8(..15) == 0 { words::integer(rng) } else { keys.to_string().into_bytes() }
            }
            "numfields" => {
                let fields = rng.usize(1..4);
                promise.fields = Some(fields);
                if rng.u8(..15) == 0 {
                    words::integer(rng)
                } else {
                    fields.to_string().into_bytes()
                }
            }
            "seconds" | "milliseconds" => match rng.u8(..14) {
                0 => b"0".to_vec(),
                1 => b"-1".to_vec(),
                2 => words::odd(rng),
                _ => rng.i64(100_000..90_000_000_000).to_string().into_bytes(),
            },
            "encoding" => words::pick(
                rng,
                &[b"u8", b"i8", b"u1", b"i1", b"u63", b"i64", b"i16", b"u64", b"i65", b"u0", b"x4"],
            ),
            "offset" if rng.u8(..3) == 0 => format!("#{}", rng.u8(..9)).into_bytes(),
            "offset" => rng.i8(-1..50).to_string().into_bytes(),
            "operation" => words::pick(rng, &[b"AND", b"or", b"XOR", b"NOT", b"nand"]),
            "bit" => words::pick(rng, &[b"0", b"1", b"2"]),
            "cursor" => b"0".to_vec(),
            "index" | "db" | "destination-db" if rng.u8(..3) > 0 => {
                rng.u8(..3).to_string().into_bytes()
            }
            "type" => words::pick(rng, &[b"string", b"list", b"SET", b"zset", b"hash", b"strin"]),
            "serialized-value" => words::payload(rng),
            "ttl" if rng.u8(..3) > 0 => b"0".to_vec(),
            "protover" => words::pick(rng, &[b"2", b"3", b"3", b"4", b"x"]),
            "increment" if matches!(arg.kind, ArgKind::Integer) && rng.bool() => words::double(rng),
            "value" if matches!(arg.kind, ArgKind::Integer) => rng.u8(..2).to_string().into_bytes(),
            "value" | "message" => words::text(rng),
            _ if matches!(arg.kind, ArgKind::Integer) => words::integer(rng),
            _ if matches!(arg.kind, ArgKind::Double) => words::double(rng),
            _ => words::member(rng),
        }
    }

    /// Long past, or in years to come.
    fn moment(&mut self, in_ms: bool) -> Vec<u8> {
        let future = self.future_ms + self.rng.i64(..1_000_000_000);
        let future = if in_ms { future } else { future / 1000 };
        match self.rng.u8(..8) {
            0 => words::odd(&mut self.rng),
            1 => b"1000000".to_vec(),
            _ => future.to_string().into_bytes(),
        }
    }

    /// Makes some commands wrong.
    fn spoil(&mut self, out: &mut Words) {
        if self.rng.u8(..100) >= 9 {
            return;
        }
        let place = self.rng.usize(1..=out.len());
        match self.rng.u8(..4) {
            0 if place < out.len() => drop(out.remove(place)),
            1 if place < out.len() => out.insert(place, out[place].clone()),
            2 if place < out.len() => out[place] = words::odd(&mut self.rng),
            _ => out.insert(place, words::member(&mut self.rng)),
        }
    }

    /// Takes away what would make both servers answer differently for a good reason: a key that dies
    /// while the test runs, half a gigabyte of zeros, a million random members.
    fn keep_alive(&self, out: &mut Words) {
        let Some(name) = out.first().map(|name| name.to_ascii_uppercase()) else { return };
        let name = String::from_utf8(name).unwrap_or_default();
        let number = |word: &[u8]| str::from_utf8(word).ok()?.trim_start_matches('#').parse().ok();
        let harmless = |word: &mut Vec<u8>, from: i64, to: i64| {
            if number(word).is_some_and(|number: i64| (from..=to).contains(&number)) {
                *word = (self.future_ms / 1000).to_string().into_bytes();
            }
        };
        match name.as_str() {
            "EXPIRE" | "PEXPIRE" | "SETEX" | "PSETEX" | "RESTORE" | "HEXPIRE" | "HPEXPIRE" => {
                out.iter_mut().skip(2).take(1).for_each(|word| harmless(word, 1, 99_999));
            }
            "SET" | "GETEX" | "HSETEX" | "HGETEX" => {
                for place in 1..out.len() {
                    let option = out[place - 1].to_ascii_uppercase();
                    if option == b"EX" || option == b"PX" {
                        harmless(&mut out[place], 1, 99_999);
                    }
                }
            }
            "SETRANGE" | "SETBIT" | "BITFIELD" | "GETBIT" | "BITFIELD_RO" => {
                for word in out.iter_mut().skip(2) {
                    if number(word).is_some_and(|number| (5000..40_000_000_000).contains(&number)) {
                        *word = b"77".to_vec();
                    }
                }
            }
            "SRANDMEMBER" | "HRANDFIELD" | "ZRANDMEMBER" => {
                for word in out.iter_mut().skip(2) {
                    if number(word).is_some_and(|number| (-i64::MAX..-20).contains(&number)) {
                        *word = b"-4".to_vec();
                    }
                }
            }
            _ => {}
        }
    }
}

/// How often a row is drawn; 0 where the answer is the machine's own, or ends the test.
fn weight(found: &Found) -> u32 {
    match found.lower_name().as_str() {
        "set" | "sadd" | "hset" | "zadd" | "rpush" | "lpush" => 60,
        "spop" => 6,
        "flushall" | "flushdb" | "swapdb" | "reset" | "hello" => 1,
        "multi" | "exec" | "discard" | "watch" | "unwatch" | "select" | "move" | "echo"
        | "ping" | "keys" | "scan" | "dbsize" | "randomkey" => 4,
        "object|encoding" | "object|refcount" | "client|getname" | "client|setname" => 5,
        _ if found.container.is_some() || !found.command.subcommands.is_empty() => 0,
        _ if waits(found.command) => 0,
        _ => match found.command.group {
            Group::Connection | Group::Server | Group::Pubsub | Group::Scripting => 0,
            Group::Generic => 8,
            Group::String
            | Group::Bitmap
            | Group::Hash
            | Group::List
            | Group::Set
            | Group::SortedSet
            | Group::Transactions => 10,
        },
    }
}

/// The weight where 7.0 answers: what it knows only in part is drawn without the newer arguments.
fn older_weight(found: &Found) -> u32 {
    if is_row_of(found.command, Version::Redis7) { weight(found) } else { 0 }
}

/// The weight where a newer server answers. It packs lists and sets otherwise and writes numbers otherwise
/// than 7.0, which decides about those; so what is asked of it is hashes, where it has more.
fn newer_weight(found: &Found) -> u32 {
    match (found.lower_name().as_str(), found.command.group) {
        ("hset", _) => 30,
        // Other packed forms, and other words that are no cursor.
        ("restore" | "scan" | "hscan", _) => 0,
        (_, Group::Hash | Group::Transactions | Group::Generic) => weight(found),
        (_, _) => 0,
    }
}

/// Whether a command may wait for somebody else: `tests/clients` has those.
pub fn waits(row: &Command) -> bool {
    row.has(Flag::Blocking) || row.name == "WAIT"
}

/// The letter of keys that mostly hold what commands of this group are for.
fn letter(group: Group, rng: &mut Rng) -> char {
    match group {
        Group::String | Group::Bitmap => 's',
        Group::List => 'l',
        Group::Hash => 'h',
        Group::Set => 't',
        Group::SortedSet => words::letter(rng, b"zzzzt"),
        Group::Generic
        | Group::Pubsub
        | Group::Scripting
        | Group::Transactions
        | Group::Connection
        | Group::Server => words::letter(rng, b"slhtz"),
    }
}
