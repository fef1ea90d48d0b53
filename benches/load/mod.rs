//! The commands that are measured: those of `redis-benchmark`, over 100 000 keys or elements in a
//! random order that is the same in every run. Knows bytes only.

use kvtutor::resp::write_request;

/// How many commands a batch holds.
pub const BATCH: usize = 10_000;

/// How many different keys or elements there are.
pub const RANGE: usize = 100_000;

/// A command, and what it must find.
pub struct Operation {
    /// As `redis-benchmark` names it.
    pub name: &'static str,
    /// Its words. `#` stands for the number of a key or an element, in twelve digits; `@` for another
    /// number, which is never what it was when the command last ran for the first.
    words: &'static str,
    /// A command that is run once for each number.
    stage: Option<&'static str>,
    /// A command that is run before each batch, for each number in it.
    refill: Option<&'static str>,
}

const fn operation(name: &'static str, words: &'static str) -> Operation {
    Operation { name, words, stage: None, refill: None }
}

/// Those that the budget for CPU time names. Each changes something or finds something, every time.
pub const OPERATIONS: [Operation; 9] = [
    Operation { stage: Some("SET key:# xxx"), ..operation("SET", "SET key:# xxx") },
    Operation { stage: Some("SET key:# xxx"), ..operation("GET", "GET key:#") },
    Operation { stage: Some("INCR counter:#"), ..operation("INCR", "INCR counter:#") },
    operation("LPUSH", "LPUSH mylist xxx"),
    Operation { refill: Some("LPUSH mylist xxx"), ..operation("RPOP", "RPOP mylist") },
    Operation {
        stage: Some("SADD myset element:#"),
        refill: Some("SREM myset element:#"),
        ..operation("SADD", "SADD myset element:#")
    },
    Operation {
        stage: Some("HSET myhash element:# xxx"),
        ..operation("HSET", "HSET myhash element:# xxx")
    },
    Operation {
        stage: Some("ZADD myzset # element:#"),
        ..operation("ZADD", "ZADD myzset @ element:#")
    },
    Operation { stage: Some("LPUSH mylist xxx"), ..operation("LRANGE_100", "LRANGE mylist 0 99") },
];

impl Operation {
    /// A batch as requests.
    pub fn requests(&self) -> Vec<u8> {
        encode(batch().map(|(number, other)| words(self.words, number, other)))
    }

    /// What must be there before the first batch, as requests.
    pub fn stage(&self) -> Vec<u8> {
        let stage = self.stage.iter();
        encode(stage.flat_map(|line| (0..RANGE).map(|number| words(line, number, number))))
    }

    /// What must be done before each batch, as requests.
    pub fn refill(&self) -> Vec<u8> {
        let refill = self.refill.iter();
        encode(refill.flat_map(|line| batch().map(|(number, other)| words(line, number, other))))
    }
}

/// The numbers of a batch, in a random order: each of half as many, and each of them once more with
/// another one beside it.
fn batch() -> impl Iterator<Item = (usize, usize)> {
    let half = || {
        let mut random = fastrand::Rng::with_seed(7);
        std::iter::repeat_with(move || random.usize(0..RANGE)).take(BATCH / 2)
    };
    half().map(|number| (number, number)).chain(half().map(|number| (number, RANGE + number)))
}

fn words(line: &str, number: usize, other: usize) -> Vec<String> {
    let (number, other) = (format!("{number:012}"), format!("{other:012}"));
    line.split(' ').map(|word| word.replace('#', &number).replace('@', &other)).collect()
}

fn encode(commands: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for words in commands {
        write_request(&mut bytes, &words);
    }
    bytes
}
