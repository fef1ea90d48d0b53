//! The console: a line goes in, and what it prints and does comes out.
//!
//! It is the learner's shell: it holds the sandbox, the lab and the clients, and runs Redis
//! commands, docker lines, `redis-cli`, files and those tutor commands that act on data
//! (`:load :client :undo :changed :wait :kill :power-loss :disk`). It knows no lesson and no
//! terminal: a face prints what comes back, and lessons judge it.

mod acts;
mod client;
mod connections;
mod doors;
mod elsewhere;
mod files;
mod instances;
mod load;
mod losses;
mod own;
mod past;
mod programs;
mod refusal;
mod remote;
mod shelf;
mod shown;
#[cfg(test)]
mod tests;
mod waits;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

pub use client::{Client, Place};
pub use doors::Opening;
pub use files::Files;
pub use shown::{Event, Origin, Ran, Shown};
pub use waits::{Patience, Waiting};

use crate::engine::data::Value;
use crate::lab::model::Model;
use crate::lab::model::store::{self, StoreError};
use crate::lab::remote::{Connect, Remote};
use crate::lab::{Answer, Lab, Output, Stream, Target, Turn};
use crate::persistence::storage::{LockError, Storage};
use crate::resp::Reply;
use crate::resp::show::Style;
use crate::server::{Clock, Instance, Interrupt, Notice, StartError, Watch};
use crate::syntax::{self, Line, SyntaxError};
use instances::Instances;
use past::Past;
use remote::hang_up;
use shelf::Shelf;
use waits::{Asked, Pending};

/// What a console is opened with.
pub struct Settings {
    /// Where the sandbox, the volumes and the lab's own files are.
    pub root: PathBuf,
    /// Where the sandbox's files are, if not below the root.
    pub sandbox: Option<PathBuf>,
    /// The disk.
    pub storage: Arc<dyn Storage>,
    /// The clock.
    pub clock: Clock,
    /// Decides ids, names and every random answer.
    pub seed: u64,
    /// The files that came with kvtutor, for `ls`, `cat`, `wget` and `:load`.
    pub files: Files,
    /// Who is told how far the loading of a large sandbox is.
    pub progress: Option<Watch>,
    /// The server that the prompt is connected to instead of the lab's; the sandbox does not start then.
    pub connect: Option<Connect>,
}

impl Settings {
    /// Where the sandbox's files are.
    pub(super) fn sandbox_dir(&self) -> PathBuf {
        self.sandbox.clone().unwrap_or_else(|| self.root.join("sandbox"))
    }
}

/// Why a console could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The sandbox did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The lab's file cannot be read.
    #[error(transparent)]
    Lab(#[from] StoreError),
    /// The server elsewhere was not reached, or does not let one in.
    #[error("{0}")]
    Remote(String),
}

impl ConsoleError {
    /// Whether the sandbox's directory belongs to another process.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Start(StartError::Locked(LockError::Held { .. })))
    }
}

/// The learner's clients while other lines run; see [`Console::step_aside`].
pub struct Aside {
    clients: BTreeMap<String, Client>,
    current: String,
    past: Past,
}

/// A learner's shell.
pub struct Console {
    settings: Settings,
    lab: Lab,
    instances: Instances,
    /// The server elsewhere, if the prompt is connected to one.
    remote: Option<Remote>,
    random: fastrand::Rng,
    clients: BTreeMap<String, Client>,
    current: String,
    past: Past,
    connections: u16,
    /// The ports that are really open, by those that the lab calls them.
    ports: BTreeMap<u16, u16>,
    /// Where `:load` writes, whatever database the prompt is in.
    pub load_db: Option<u32>,
    /// Whether the lines that are run now may take their time.
    pub patience: Patience,
    /// Ends a script that a line has begun.
    pub interrupt: Interrupt,
    pending: Option<Pending>,
}

impl Console {
    /// Opens a console: the sandbox starts, and containers that ran when kvtutor ended run again.
    /// What the instances had to say is among the notices.
    pub fn open(settings: Settings) -> Result<(Self, Vec<Notice>), ConsoleError> {
        let mut instances = Instances::new(&settings);
        if let Some(connect) = settings.connect.clone() {
            let remote = Remote::open(connect).map_err(ConsoleError::Remote)?;
            let mut console = Self::with(settings, Model::default(), instances, Some(remote));
            if let Some(failure) = console.remote_failure() {
                return Err(ConsoleError::Remote(failure.to_owned()));
            }
            let told = console.remote.as_mut().map(Remote::take_notices).unwrap_or_default();
            return Ok((console, told.into_iter().map(Notice::new).collect()));
        }
        let model = store::load(settings.storage.as_ref(), &settings.root.join("lab.json"))?;
        let mut notices = instances.start_sandbox(&settings)?;
        let mut console = Self::with(settings, model, instances, None);
        let resumed = console.in_lab(Lab::resume);
        notices.extend(resumed.hints.into_iter().map(Notice::new));
        console.connect();
        Ok((console, notices))
    }

    fn with(
        settings: Settings,
        model: Model,
        instances: Instances,
        remote: Option<Remote>,
    ) -> Self {
        let mut console = Self {
            lab: Lab::new(model),
            instances,
            remote,
            random: fastrand::Rng::with_seed(settings.seed),
            clients: BTreeMap::new(),
            current: FIRST_CLIENT.to_owned(),
            past: Past::default(),
            connections: 0,
            ports: BTreeMap::new(),
            load_db: None,
            patience: Patience::default(),
            interrupt: Interrupt::default(),
            pending: None,
            settings,
        };
        console.clients.insert(FIRST_CLIENT.to_owned(), console.new_client(FIRST_CLIENT));
        console.connect();
        console
    }

    /// Goes back to one new client in database 0, as a block of a lesson begins with.
    pub fn fresh_client(&mut self) {
        for client in self.clients.values_mut() {
            for place in client.places_mut() {
                hang_up(&mut self.instances, &mut self.remote, place);
            }
        }
        self.clients.clear();
        self.clients.insert(FIRST_CLIENT.to_owned(), self.new_client(FIRST_CLIENT));
        FIRST_CLIENT.clone_into(&mut self.current);
        self.connect();
    }

    /// Puts the learner's clients aside, to run lines as another client; [`Console::step_back`] brings
    /// them back as they were.
    pub fn step_aside(&mut self) -> Aside {
        let clients = std::mem::take(&mut self.clients);
        let current = std::mem::replace(&mut self.current, FIRST_CLIENT.to_owned());
        self.clients.insert(FIRST_CLIENT.to_owned(), self.new_client(FIRST_CLIENT));
        self.connect();
        Aside { clients, current, past: std::mem::take(&mut self.past) }
    }

    /// Brings back the clients that were put aside.
    pub fn step_back(&mut self, aside: Aside) {
        for client in self.clients.values_mut() {
            for place in client.places_mut() {
                hang_up(&mut self.instances, &mut self.remote, place);
            }
        }
        self.clients = aside.clients;
        self.current = aside.current;
        self.past = aside.past;
        self.past.part();
        self.connect();
    }

    /// Empties everything: containers, volumes, and the sandbox's data and settings.
    pub fn wipe(&mut self) -> Result<(), ConsoleError> {
        self.fresh_client();
        if let Some(remote) = &mut self.remote {
            remote.flush().map_err(ConsoleError::Remote)?;
            self.past.clear();
            return Ok(());
        }
        self.in_lab(Lab::wipe);
        if let Some(sandbox) = self.instances.get_mut(&Answer::Sandbox) {
            sandbox.flush();
        }
        // A new start brings back the settings that CONFIG SET had changed.
        self.instances.start_sandbox(&self.settings)?;
        store::save(
            self.settings.storage.as_ref(),
            &self.settings.root.join("lab.json"),
            self.lab.model(),
        )?;
        self.past.clear();
        self.fresh_client();
        Ok(())
    }

    /// Runs a command that only reads, for a check, where the prompt is connected or in a
    /// container; the learner's clients do not notice.
    pub fn observe(&mut self, db: u32, on: Option<&str>, words: &[&[u8]]) -> Result<Reply, String> {
        let answer = self.answer_on(on)?;
        if let Some(remote) = self.remote_at(&answer) {
            return remote.observe(db, words);
        }
        match self.instances.get_mut(&answer) {
            Some(instance) => instance.observe(db, words),
            None => Err("no server answers".to_owned()),
        }
    }

    /// Everything that is stored where the prompt is connected, as lines for `redis-cli`, and how many
    /// keys that are.
    pub fn export(&mut self) -> (Vec<u8>, usize) {
        let Ok(answer) = self.answer_on(None) else { return (Vec::new(), 0) };
        self.instances.get_mut(&answer).map_or_else(Default::default, Instance::export)
    }

    /// Looks at the keys of one database where the prompt is connected, until `see` has seen
    /// enough; see [`crate::server::Instance::visit`].
    pub fn visit(&mut self, db: u32, see: &mut dyn FnMut(&[u8], &Value) -> ControlFlow<()>) {
        self.visit_on(db, None, see);
    }

    /// As [`Console::visit`], perhaps in a container; nothing is seen where nobody answers.
    pub fn visit_on(
        &mut self,
        db: u32,
        on: Option<&str>,
        see: &mut dyn FnMut(&[u8], &Value) -> ControlFlow<()>,
    ) {
        if let Ok(answer) = self.answer_on(on) {
            self.visit_at(&answer, db, see);
        }
    }

    /// The same on a certain server.
    pub fn visit_at(
        &mut self,
        answer: &Answer,
        db: u32,
        see: &mut dyn FnMut(&[u8], &Value) -> ControlFlow<()>,
    ) {
        if let Some(remote) = self.remote_at(answer) {
            // Whoever asks has asked for something with a reply first: that says why nothing is seen.
            let _ = remote.visit(db, see);
        } else if let Some(instance) = self.instances.get_mut(answer) {
            instance.visit(db, see);
        }
    }

    /// The value of one key where the prompt is connected; no access is counted.
    pub fn value(&mut self, db: u32, key: &[u8]) -> Option<&Value> {
        let answer = self.answer_on(None).ok()?;
        self.value_at(&answer, db, key)
    }

    /// The same on a certain server.
    pub fn value_at(&mut self, answer: &Answer, db: u32, key: &[u8]) -> Option<&Value> {
        match (answer, &mut self.remote) {
            (Answer::Elsewhere, Some(remote)) => remote.value(db, key),
            (Answer::Elsewhere | Answer::Sandbox | Answer::Container(_) | Answer::Nobody, _) => {
                self.instances.get_mut(answer)?.value(db, key)
            }
        }
    }

    /// The reply of a certain server to a command that only reads.
    pub fn observe_at(&mut self, answer: &Answer, db: u32, words: &[&[u8]]) -> Option<Reply> {
        if let Some(remote) = self.remote_at(answer) {
            return remote.observe(db, words).ok();
        }
        self.instances.get_mut(answer)?.observe(db, words).ok()
    }

    /// Who answers the prompt.
    pub fn answer(&self) -> Answer {
        self.answer_on(None).unwrap_or(Answer::Nobody)
    }

    /// What may follow `before` in a `:load` line.
    pub fn load_choices(&self, before: &[String]) -> Vec<String> {
        load::choices(before, &self.files())
    }

    /// What is still to come behind `before` in a `:load` line.
    pub fn load_rest(before: &[&str]) -> String {
        load::rest(before)
    }

    /// Where the prompt's client connects.
    pub fn target(&self) -> Option<&Target> {
        self.client().and_then(Client::place).map(|place| &place.target)
    }

    /// The names of the clients, the prompt's own first.
    pub fn client_names(&self) -> impl Iterator<Item = &str> {
        self.clients.keys().map(String::as_str)
    }

    fn answer_on(&self, on: Option<&str>) -> Result<Answer, String> {
        let Some(name) = on else {
            let place = self.client().and_then(Client::place);
            return Ok(place.map_or(Answer::Nobody, |place| self.lab.answer(&place.target)));
        };
        match self.lab.model().find(name) {
            Ok(container) if container.is_running() => Ok(Answer::Container(container.id.clone())),
            Ok(_) => Err(format!("container {name} is not running")),
            Err(_) => Err(format!("there is no container {name}")),
        }
    }

    /// The database that the prompt's next command works on.
    pub fn db(&self) -> u32 {
        let Some(place) = self.client().and_then(Client::place) else { return 0 };
        let connected = place.connection.as_ref().filter(|_| place.transaction.is_none());
        // What the prompt shows it learned from replies, and a refused EXEC may have misled it.
        connected.and_then(|(answer, id)| self.instances.db(answer, *id)).unwrap_or(place.db)
    }

    /// Leaves everything as it is, on the disk: to be called before kvtutor ends. Without it
    /// nothing that a policy promised is lost either.
    pub fn close(mut self) {
        self.instances.close();
        self.take_stock();
    }

    /// The prompt, as `redis-cli` would show it. Another client than the first is named.
    pub fn prompt(&self) -> String {
        let prompt = self.client().and_then(Client::place).map_or_else(String::new, Place::prompt);
        if self.current == FIRST_CLIENT { prompt } else { format!("{} {prompt}", self.current) }
    }

    /// The client that the prompt types for.
    pub fn client_name(&self) -> &str {
        &self.current
    }

    /// The clock that instances and lab share.
    pub fn clock(&self) -> &Clock {
        &self.settings.clock
    }

    /// A file that came with kvtutor, as it came: what a check compares with.
    pub fn given(&self, name: &str) -> Option<&[u8]> {
        self.settings.files.get(name)
    }

    /// The files that `ls`, `cat`, `wget` and `:load` find: those that came with kvtutor and the
    /// learner's own.
    pub fn files(&self) -> Files {
        self.shelf().all()
    }

    /// The lab as it stands.
    pub fn lab(&self) -> &Lab {
        &self.lab
    }

    /// Whether the console runs this tutor command, so that no lesson is needed for it.
    pub fn knows(word: &str) -> bool {
        acts::WORDS.contains(&word)
    }

    /// The tutor commands that the console runs.
    pub fn words() -> &'static [&'static str] {
        acts::WORDS
    }

    /// Runs one line, as typed.
    pub fn run(&mut self, line: &[u8]) -> Ran {
        match syntax::parse(line) {
            Ok(line) => self.run_parsed(&line),
            Err(SyntaxError { span, problem }) => {
                let message = SyntaxError { span: span.clone(), problem }.to_string();
                Ran { shown: vec![Shown::Wrong { span, message }], ..Ran::default() }
            }
        }
    }

    /// Runs a line that was parsed.
    pub fn run_parsed(&mut self, line: &Line) -> Ran {
        self.past.begin();
        let ran = match line {
            Line::Empty | Line::Comment => Ran::default(),
            Line::Command { repeat, words } => {
                let words: Vec<&[u8]> = words.iter().map(AsRef::as_ref).collect();
                self.command(&words, repeat.as_ref().map_or(1, |repeat| repeat.count))
            }
            Line::Tutor { word, args, fault, .. } => match fault {
                Some(SyntaxError { span, .. }) if word.bytes != b"note" => {
                    let message = fault.as_ref().map(ToString::to_string).unwrap_or_default();
                    let shown = vec![Shown::Wrong { span: span.clone(), message }];
                    Ran { shown, ..Ran::default() }
                }
                Some(_) | None => acts::run(self, word, args),
            },
            Line::Lab { words } => programs::run(self, words),
        };
        match self.pending.as_mut().filter(|_| ran.waits) {
            Some(pending) => pending.line = Some(line.clone()),
            None => self.past.end(line, &ran.events),
        }
        self.tick();
        ran
    }

    /// Time has passed: what instances do once in a while is done.
    pub fn tick(&mut self) {
        self.instances.tick();
    }

    /// A Redis command that was typed, `repeat` times.
    fn command(&mut self, words: &[&[u8]], repeat: u64) -> Ran {
        if let [only] = words
            && (only.eq_ignore_ascii_case(b"quit") || only.eq_ignore_ascii_case(b"exit"))
        {
            return self.leave();
        }
        let began_ms = self.settings.clock.now().ms();
        let mut ran = self.repeat(words, repeat);
        match self.pending.as_mut().filter(|_| ran.waits) {
            Some(pending) => pending.began_ms = began_ms,
            None => self.tell_time(began_ms, &mut ran),
        }
        ran
    }

    /// `quit`: out of a nested prompt, or away.
    fn leave(&mut self) -> Ran {
        let Some(client) = self.clients.get_mut(&self.current) else { return Ran::default() };
        match client.leave() {
            Some(place) => {
                hang_up(&mut self.instances, &mut self.remote, &place);
                self.connect();
                Ran::default()
            }
            None => Ran { leave: true, ..Ran::default() },
        }
    }

    /// Sends a command to whoever answers, and remembers what it changed.
    fn call(&mut self, words: &[&[u8]], style: Option<Style>) -> Ran {
        let client_name = self.current.clone();
        let mut ran = Ran { shown: self.connect(), ..Ran::default() };
        let Some(place) = self.clients.get_mut(&client_name).and_then(Client::place_mut) else {
            return Ran::default();
        };
        let Some((answer, id)) = place.connection.clone() else {
            let refusal = remote::refusal(self.remote.as_ref(), &place.target);
            ran.shown.push(Shown::Problem(format!("{refusal}\n")));
            return ran;
        };
        let origin = Origin {
            client: client_name,
            target: place.target.clone(),
            answer: answer.clone(),
            db: self.instances.db(&answer, id).unwrap_or(place.db),
        };
        if answer == Answer::Elsewhere {
            self.call_elsewhere(words, style, origin, id, &mut ran);
            return ran;
        }
        let Some(room) = self.instances.room_of(&answer) else { return ran };
        let asked = Asked {
            words: words.iter().map(|word| word.to_vec()).collect(),
            style,
            origin,
            room,
            id,
        };
        if let Some(state) = self.put(asked, &mut ran) {
            self.wait_for(state, words);
            ran.waits = true;
        }
        ran
    }

    /// After a command that may have been SHUTDOWN or QUIT.
    fn notice_end(&mut self, answer: &Answer, ran: &mut Ran) {
        if *answer == Answer::Elsewhere || self.instances.runs(answer) {
            return;
        }
        match answer {
            Answer::Container(_) => {
                let output = self.in_lab(Lab::settle);
                self.after_lab(output, ran);
            }
            Answer::Sandbox => match self.instances.start_sandbox(&self.settings) {
                Ok(_) => ran.shown.push(Shown::Notice(
                    "the sandbox went down as asked, and was started again from its files".into(),
                )),
                Err(error) => ran.shown.push(Shown::Problem(format!("{error}\n"))),
            },
            Answer::Nobody | Answer::Elsewhere => {}
        }
        self.connect();
    }

    /// What the lab printed and did.
    fn after_lab(&mut self, output: Output, ran: &mut Ran) {
        // Docker tells of a pull on standard error too: only the exit code says what failed.
        let failed = output.code != 0;
        for (stream, text) in output.parts {
            ran.shown.push(match stream {
                Stream::Err if failed => Shown::Problem(text),
                Stream::Out | Stream::Err => Shown::Text(text),
            });
        }
        let mut hints = output.hints.into_iter();
        if let Some(span) = output.at
            && let Some(message) = hints.next()
        {
            ran.shown.push(Shown::Wrong { span, message });
        }
        ran.shown.extend(hints.map(Shown::Notice));
        if !output.events.is_empty() && self.save_lab(ran) {
            self.instances.drop_journals(&output.events);
        }
        ran.events.extend(output.events.into_iter().map(Event::Lab));
    }

    /// Writes the lab's file, so that a container is there again tomorrow; whether that was done.
    fn save_lab(&self, ran: &mut Ran) -> bool {
        let path = self.settings.root.join("lab.json");
        let saved = store::save(self.settings.storage.as_ref(), &path, self.lab.model());
        if let Err(error) = &saved {
            ran.shown.push(Shown::Problem(format!("the lab could not be saved: {error}\n")));
        }
        saved.is_ok()
    }

    fn client(&self) -> Option<&Client> {
        self.clients.get(&self.current)
    }

    fn in_lab<T>(&mut self, work: impl FnOnce(&mut Lab, Turn<'_>) -> T) -> T {
        let now = u64::try_from(self.settings.clock.now().ms()).unwrap_or(0);
        let Settings { files, root, storage, .. } = &self.settings;
        let files = &Shelf { files, root, storage: storage.as_ref() };
        let turn = Turn { now, random: &mut self.random, machines: &mut self.instances, files };
        work(&mut self.lab, turn)
    }
}

/// The name of the prompt's own client.
const FIRST_CLIENT: &str = "a";
