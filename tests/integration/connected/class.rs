//! A class on one server: everybody is in the middle of the same lesson at the same time, and nobody
//! notices anybody.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use kvtutor::client::Address;
use kvtutor::lab::remote::{Connect, Keep, Remote};
use kvtutor::lesson::catalogue::Catalogue;
use kvtutor::lesson::session::{Desk, Progress, Session};
use kvtutor::persistence::storage::{MemoryDisk, Storage};
use kvtutor::server::Clock;
use kvtutor::server::open_files::make_room;

use crate::remote::cluster::Nodes;
use crate::remote::servers::Server;

/// A learner with a home of their own.
struct Learner {
    number: usize,
    connect: Connect,
    storage: Arc<dyn Storage>,
    session: Session,
}

impl Learner {
    fn new(number: usize, url: &str, catalogue: &Arc<Catalogue>) -> Self {
        let address = Address::parse(url).unwrap();
        let connect = Connect::new(address, Keep::Own { token: format!("learner{number}") });
        let storage: Arc<dyn Storage> = Arc::new(MemoryDisk::new());
        let desk = Desk {
            home: PathBuf::from("/home"),
            storage: Arc::clone(&storage),
            clock: Clock::System,
            seed: 1,
            connect: Some(connect.clone()),
            agrees: false,
        };
        let progress = Progress::load(Arc::clone(&storage), &desk.home).unwrap();
        let (session, _) = Session::open(desk, catalogue, progress, "4hhb-load", None).unwrap();
        Self { number, connect, storage, session }
    }

    fn types(&mut self, line: &str) {
        self.session.submit(line.as_bytes());
    }

    fn done(&self) -> Vec<String> {
        let progress = Progress::load(Arc::clone(&self.storage), &PathBuf::from("/home")).unwrap();
        progress.lesson("4hhb-load").done.clone()
    }
}

/// What everybody does first: a value of their own, the questions, and one mistake.
fn begin(learner: &mut Learner) {
    learner.types(&format!("SET mine {}", learner.number));
    learner.types("answer chains=4 field=chain_id");
    learner.types("answer 2");
    learner.types("answer 3");
    learner.types("SELECT 1");
    learner.types("HSET chain:A chain_id A total_residues 1");
}

/// What everybody does then.
fn finish(learner: &mut Learner) {
    // Every third empties what is theirs, which is nobody else's.
    learner.types(if learner.number.is_multiple_of(3) { "FLUSHALL" } else { "DEL chain:A" });
    let form = if learner.number.is_multiple_of(2) { "hash" } else { "string" };
    learner.types(&format!(":load 4HHB_summary.json chains by chain_id as {form}"));
    learner.types(&format!("SET own {}", learner.number));
    learner.types("DEL own");
}

/// Holds a class of so many in the lesson at once, and looks what everybody has in the end.
fn class(size: usize, url: &str) {
    // Every learner has two connections or three, and all learners are in this process.
    make_room(4000).unwrap();
    let catalogue = Arc::new(Catalogue::course().unwrap());
    let mut learners: Vec<Learner> =
        (0..size).map(|number| Learner::new(number, url, &catalogue)).collect();
    for act in [begin as fn(&mut Learner), finish] {
        // Nobody waits for anybody.
        let part = size.div_ceil(8);
        thread::scope(|scope| {
            for some in learners.chunks_mut(part) {
                scope.spawn(move || some.iter_mut().for_each(act));
            }
        });
    }
    for learner in &mut learners {
        let number = learner.number;
        assert_eq!(learner.done()[..3], ["look", "choose", "store"], "learner {number}");
        let remote = &mut Remote::open(learner.connect.clone()).unwrap();
        let mut ask = |db: u32, line: &str| {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            format!("{:?}", remote.observe(db, &words).unwrap())
        };
        assert_eq!(ask(1, "DBSIZE"), "Integer(4)", "learner {number}");
        let kept = usize::from(!number.is_multiple_of(3));
        assert_eq!(ask(0, "DBSIZE"), format!("Integer({kept})"), "learner {number}");
        if kept == 1 {
            let text = number.to_string().into_bytes();
            assert_eq!(ask(0, "GET mine"), format!("Bulk({text:?})"));
        }
    }
    for learner in learners {
        learner.session.close();
        Remote::forget(&learner.connect).unwrap();
    }
}

#[test]
fn fifty_learners_on_one_server_do_not_meet() {
    let Some(server) = Server::start(&[]) else { return };
    // Sixteen databases are not enough for fifty, so most have keys with a prefix.
    class(50, &server.url());
    assert_eq!(server.say("INFO keyspace"), "# Keyspace\r\n");
    let Some(server) = Server::start(&["--databases", "1000"]) else { return };
    class(50, &server.url());
    assert_eq!(server.say("INFO keyspace"), "# Keyspace\r\n");
}

#[test]
fn five_hundred_learners_on_a_cluster_do_not_meet() {
    let Some(nodes) = Nodes::start(&[]) else { return };
    class(500, &format!("redis+cluster://127.0.0.1:{}", nodes.0[0].port));
    for node in &nodes.0 {
        assert_eq!(node.say("INFO keyspace"), "# Keyspace\r\n");
    }
}
