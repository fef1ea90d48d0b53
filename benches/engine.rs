//! How many commands a second: from request bytes or a typed line through parse, command table and
//! append-only file to the reply. In process; `benches/budgets` compares with a real server.

mod load;

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use kvtutor::engine::{Peer, SessionId};
use kvtutor::persistence::storage::{Disk, MemoryDisk, Storage};
use kvtutor::resp::Decoder;
use kvtutor::server::{Clock, Instance, Options};
use kvtutor::syntax::{self, Line};
use tempfile::TempDir;

use load::{BATCH, OPERATIONS, Operation};

/// The operations of which the design wants to know.
const NAMES: [&str; 5] = ["SET", "GET", "HSET", "ZADD", "LRANGE_100"];

fn main() {
    divan::main();
}

/// Request bytes, decoded; no append-only file.
#[divan::bench(args = OPERATIONS.map(|operation| operation.name))]
fn request_without_log(bencher: Bencher<'_, '_>, name: &str) {
    run(bencher, name, Way::Request, Logged::Nowhere);
}

/// Request bytes, decoded; the append-only file is in memory.
#[divan::bench(args = NAMES)]
fn request_memory_log(bencher: Bencher<'_, '_>, name: &str) {
    run(bencher, name, Way::Request, Logged::Memory);
}

/// Request bytes, decoded; the append-only file is in a real folder, synced every second.
#[divan::bench(args = NAMES)]
fn request_disk_log(bencher: Bencher<'_, '_>, name: &str) {
    run(bencher, name, Way::Request, Logged::Disk);
}

/// A typed line through the prompt's parse; the append-only file is in a real folder.
#[divan::bench(args = NAMES)]
fn line_disk_log(bencher: Bencher<'_, '_>, name: &str) {
    run(bencher, name, Way::Line, Logged::Disk);
}

/// How a command comes in.
#[derive(Clone, Copy)]
enum Way {
    Request,
    Line,
}

/// Where the append-only file is.
#[derive(Clone, Copy)]
enum Logged {
    Nowhere,
    Memory,
    Disk,
}

/// An instance that runs one operation over and over.
struct Stage {
    operation: &'static Operation,
    instance: Instance,
    client: SessionId,
    reply: Vec<u8>,
    /// The folder of the files, removed at the end.
    _folder: Option<TempDir>,
}

/// Measures a batch of an operation; one that failed is not counted as quick.
fn run(bencher: Bencher<'_, '_>, name: &str, way: Way, logged: Logged) {
    let Some(operation) = OPERATIONS.iter().find(|operation| operation.name == name) else {
        return;
    };
    let stage = RefCell::new(Stage::new(operation, logged));
    let requests = operation.requests();
    let lines = lines(&requests);
    bencher
        .counter(ItemsCount::new(BATCH))
        .with_inputs(|| stage.borrow_mut().prepare())
        .bench_local_values(|()| {
            let mut stage = stage.borrow_mut();
            match way {
                Way::Request => stage.requests(&requests),
                Way::Line => stage.lines(&lines),
            }
        });
}

/// Requests as they would be typed.
fn lines(requests: &[u8]) -> Vec<Vec<u8>> {
    let (mut decoder, mut words, mut lines) = (Decoder::new(requests), Vec::new(), Vec::new());
    while decoder.request(&mut words).is_ok() {
        lines.push(words.join(&b' '));
    }
    lines
}

#[expect(clippy::expect_used, reason = "a benchmark that cannot run must say so and end")]
impl Stage {
    fn new(operation: &'static Operation, logged: Logged) -> Self {
        let (storage, folder): (Arc<dyn Storage>, _) = match logged {
            Logged::Disk => (Arc::new(Disk), Some(TempDir::new().expect("a folder"))),
            Logged::Memory | Logged::Nowhere => (Arc::new(MemoryDisk::new()), None),
        };
        let dir = folder.as_ref().map_or_else(|| PathBuf::from("/"), |dir| dir.path().to_owned());
        let mut options = Options::sandbox(storage, dir, 1);
        let logs = if matches!(logged, Logged::Nowhere) { "no" } else { "yes" };
        // A rewrite in the middle would be measured as the command that it follows.
        let args = ["--appendonly", logs, "--save", "", "--auto-aof-rewrite-percentage", "0"];
        options.args = args.map(str::to_owned).to_vec();
        let (mut instance, _) = Instance::start(&options, Clock::System).expect("an instance");
        let client = instance.connect(Peer::default());
        let mut stage = Self { operation, instance, client, reply: Vec::new(), _folder: folder };
        stage.requests(&operation.stage());
        stage
    }

    fn prepare(&mut self) {
        self.requests(&self.operation.refill());
    }

    fn requests(&mut self, requests: &[u8]) {
        let mut decoder = Decoder::new(requests);
        let mut words = Vec::new();
        while !decoder.is_empty() {
            decoder.request(&mut words).expect("requests are whole");
            self.call(&words);
        }
    }

    fn lines(&mut self, lines: &[Vec<u8>]) {
        for line in lines {
            let parsed = syntax::parse(line).expect("lines are right");
            if let Line::Command { words, .. } = &parsed {
                let words: Vec<&[u8]> = words.iter().map(AsRef::as_ref).collect();
                self.call(&words);
            }
        }
    }

    fn call(&mut self, words: &[&[u8]]) {
        self.reply.clear();
        self.instance.execute(self.client, words, &mut self.reply);
        assert_ne!(self.reply.first(), Some(&b'-'), "{}", self.reply.escape_ascii());
    }
}
