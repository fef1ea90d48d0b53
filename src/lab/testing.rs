//! What the lab's tests share.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::compose::{Source, Sources};
use super::machines::{Boot, Machines, Note, StartError, StopError};
use super::{Lab, Output, Turn};
use crate::syntax::{self, Quote, Word};

/// The words of a lab line, as the prompt splits it.
pub fn words(line: &str) -> Vec<Word> {
    let Ok(syntax::Line::Lab { words }) = syntax::parse(line.as_bytes()) else {
        panic!("{line}: not a lab line");
    };
    words
}

/// A word that was not typed in quotes.
pub fn word(bytes: Vec<u8>) -> Word {
    Word { span: 0..bytes.len(), bytes, quote: Quote::None, inner_quote: None }
}

/// When the tests begin: the moment of the course's own log.
pub const BEGIN: u64 = 1_771_697_069_653;

/// Instances of one number each, so that tests can see what a stop, a kill or a new volume does to
/// data: a shutdown writes the number into the volume, a kill does not, unless it is append-only.
#[derive(Debug, Default)]
pub struct Fake {
    /// What each volume holds.
    pub volumes: BTreeMap<String, Option<u32>>,
    /// What runs, by id.
    pub running: BTreeMap<String, Instance>,
    /// The next shutdown fails, as with a full disk.
    pub full: bool,
}

/// A running fake.
#[derive(Debug, Clone)]
pub struct Instance {
    volume: String,
    append: bool,
    /// Its whole data.
    pub value: Option<u32>,
}

impl Fake {
    /// Writes the data of a running instance.
    pub fn put(&mut self, id: &str, value: u32) {
        let instance = self.running.get_mut(id).unwrap();
        instance.value = Some(value);
        if instance.append {
            self.volumes.insert(instance.volume.clone(), Some(value));
        }
    }
}

impl Machines for Fake {
    fn make_volume(&mut self, name: &str) -> io::Result<()> {
        if name == "full-disk" {
            return Err(io::Error::other("no space left on device"));
        }
        assert!(self.volumes.insert(name.to_owned(), None).is_none(), "{name} is made twice");
        Ok(())
    }

    fn drop_volume(&mut self, name: &str) -> io::Result<()> {
        assert!(self.volumes.remove(name).is_some(), "{name} is removed twice");
        Ok(())
    }

    fn mountpoint(&self, name: &str) -> String {
        format!("/var/lib/docker/volumes/{name}/_data")
    }

    fn files(&self, name: &str) -> Vec<(String, u64)> {
        let held = self.volumes.get(name).copied().flatten();
        held.map(|value| ("dump.rdb".to_owned(), u64::from(value))).into_iter().collect()
    }

    fn read(&self, name: &str, path: &str) -> Option<Vec<u8>> {
        let held = self.volumes.get(name).copied().flatten()?;
        (path == "dump.rdb").then(|| held.to_string().into_bytes())
    }

    fn start(&mut self, boot: &Boot<'_>) -> Result<Vec<Note>, StartError> {
        assert!(!self.running.contains_key(boot.id), "started twice");
        if let Some(odd) = boot.args.first().filter(|arg| !arg.starts_with("--")) {
            let lines = vec![
                format!("*** FATAL CONFIG FILE ERROR (Redis {}) ***", boot.version),
                format!(">>> '\"{odd}\"'"),
                "Bad directive or wrong number of arguments".to_owned(),
            ];
            return Err(StartError::Arguments { lines, why: None });
        }
        let value = *self.volumes.get(boot.volume).expect("the volume is there");
        let append = boot.args.iter().any(|arg| arg == "--appendonly");
        let volume = boot.volume.to_owned();
        self.running.insert(boot.id.to_owned(), Instance { volume, append, value });
        let text = "DB loaded from disk: 0.000 seconds".to_owned();
        let loaded = value.map(|_| Note { at: boot.now, mark: '*', text });
        Ok(loaded.into_iter().collect())
    }

    fn stop(&mut self, id: &str, now: u64) -> Result<Vec<Note>, StopError> {
        if self.full {
            return Err(StopError { reason: "the disk is full".to_owned(), notes: Vec::new() });
        }
        let instance = self.running.remove(id).expect("it runs");
        self.volumes.insert(instance.volume, instance.value);
        Ok(vec![Note { at: now, mark: '*', text: "DB saved on disk".to_owned() }])
    }

    fn kill(&mut self, id: &str, _now: u64) {
        self.running.remove(id).expect("it runs");
    }

    fn power_loss(&mut self, id: &str, _now: u64) {
        let instance = self.running.remove(id).expect("it runs");
        self.volumes.insert(instance.volume, None);
    }

    fn is_running(&self, id: &str) -> bool {
        self.running.contains_key(id)
    }

    fn take_log(&mut self, _id: &str) -> Vec<Note> {
        Vec::new()
    }
}

/// The compose file of a bench, if it has one.
#[derive(Debug, Clone, Default)]
pub struct Folder(pub Option<String>);

impl Sources for Folder {
    fn compose_file(&self, named: Option<&str>) -> Result<Source, (String, String)> {
        let path = named.unwrap_or("docker-compose.yml").to_owned();
        let text = self.0.as_ref().filter(|_| path == "docker-compose.yml");
        let missing = || (format!("open {path}: no such file"), "there is none".to_owned());
        let bytes = text.ok_or_else(missing)?.clone().into_bytes();
        Ok(Source { path, folder: "lab".to_owned(), bytes })
    }
}

/// A lab, its fakes and a clock: one second passes with each line.
#[derive(Debug)]
pub struct Bench {
    /// The lab.
    pub lab: Lab,
    /// Its instances.
    pub fake: Fake,
    /// Now.
    pub now: u64,
    /// What compose reads.
    pub folder: Folder,
    random: fastrand::Rng,
}

impl Bench {
    /// An empty lab with seeded randomness, no image pulled.
    pub fn bare() -> Self {
        let random = fastrand::Rng::with_seed(8);
        Self {
            lab: Lab::default(),
            fake: Fake::default(),
            now: BEGIN,
            folder: Folder::default(),
            random,
        }
    }

    /// A lab that has `redis` and `redis:8`.
    pub fn new() -> Self {
        let mut bench = Self::bare();
        bench.run("docker pull redis");
        bench.run("docker pull redis:8");
        bench.now = BEGIN;
        bench
    }

    /// Runs a docker line.
    pub fn run(&mut self, line: &str) -> Output {
        let words = words(line);
        let words = words.get(1..).unwrap_or_default();
        let Self { lab, fake, now, folder, random } = self;
        let output = lab.docker(words, Turn { now: *now, random, machines: fake, files: folder });
        self.now += 1000;
        output
    }

    /// Runs lines, a line at a time; `wait N` moves the clock by seconds. What is shown is each
    /// line's output, its hints behind `~`, and its exit code if that is not 0.
    pub fn transcript(&mut self, lines: &str) -> String {
        let mut text = String::new();
        for line in lines.lines().map(str::trim) {
            if let Some(seconds) = line.strip_prefix("wait ") {
                self.now += seconds.parse::<u64>().unwrap() * 1000;
                continue;
            }
            let output = self.run(line);
            text.push_str(&output.shown());
            for hint in &output.hints {
                let _ = writeln!(text, "~ {hint}");
            }
            if output.code != 0 {
                let _ = writeln!(text, "exit {}", output.code);
            }
        }
        text
    }

    /// The power fails.
    pub fn power_loss(&mut self) -> Output {
        let Self { lab, fake, now, folder, random } = self;
        lab.power_loss(Turn { now: *now, random, machines: fake, files: folder })
    }

    /// `:kill` of a container.
    pub fn kill(&mut self, name: &str) -> Output {
        let id = self.id(name);
        let Self { lab, fake, now, folder, random } = self;
        lab.kill(&id, Turn { now: *now, random, machines: fake, files: folder })
    }

    /// A client of a container says SHUTDOWN.
    pub fn shut_down(&mut self, name: &str) -> Output {
        let id = self.id(name);
        self.fake.stop(&id, self.now).unwrap();
        let Self { lab, fake, now, folder, random } = self;
        lab.settle(Turn { now: *now, random, machines: fake, files: folder })
    }

    /// The container of a name.
    pub fn id(&self, name: &str) -> String {
        self.lab.model().find(name).unwrap().id.clone()
    }

    /// The data of a running container.
    pub fn value(&self, name: &str) -> Option<u32> {
        self.fake.running.get(&self.id(name)).unwrap().value
    }

    /// Writes the data of a running container.
    pub fn put(&mut self, name: &str, value: u32) {
        let id = self.id(name);
        self.fake.put(&id, value);
    }
}

/// Runs lines in a new lab that has its images, and compares what is shown.
pub fn check(lines: &str, expected: &str) {
    compare(Bench::new(), lines, expected);
}

/// Runs lines in a new lab and compares what is shown.
pub fn check_bare(lines: &str, expected: &str) {
    compare(Bench::bare(), lines, expected);
}

/// Runs lines on a bench and compares what is shown.
pub fn compare(mut bench: Bench, lines: &str, expected: &str) {
    let shown = bench.transcript(lines);
    assert!(shown == expected, "{lines}\n--- shown\n{shown}--- expected\n{expected}---");
}
