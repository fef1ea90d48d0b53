//! An instance: engine, directory, log and clock, as one thing that starts, runs and stops.

use super::world::World;
use crate::engine::{Engine, Peer, ProcessFacts, Session, SessionId};
use crate::server::Clock;

/// What an instance is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The version it reports, such as `8.6.0`.
    pub version: String,
    /// The port it is known by.
    pub port: u16,
    /// Decides every random answer.
    pub seed: u64,
}

/// A running engine with its log.
pub struct Instance {
    engine: Engine,
    world: World,
}

impl Instance {
    /// Starts an instance.
    pub fn start(options: &Options, clock: Clock) -> Self {
        let mut random = fastrand::Rng::with_seed(options.seed);
        let run_id =
            (0..40).map(|_| char::from_digit(random.u32(0..16), 16).unwrap_or('0')).collect();
        let facts = ProcessFacts {
            pid: 1,
            port: options.port,
            version: options.version.clone(),
            run_id,
            started: clock.now().seconds(),
            config_file: String::new(),
            used_memory: 0,
        };
        Self { engine: Engine::new(options.seed), world: World { clock, facts, stopping: false } }
    }

    /// A client connects.
    pub fn connect(&mut self, peer: Peer) -> SessionId {
        self.engine.connect(peer, self.world.clock.now())
    }

    /// A client goes.
    pub fn disconnect(&mut self, id: SessionId) {
        self.engine.disconnect(id);
    }

    /// What is known of a client.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.engine.session(id)
    }

    /// Runs one command and appends its reply to `out`. When this returns, what the fsync policy
    /// promises has been done.
    pub fn execute(&mut self, id: SessionId, words: &[&[u8]], out: &mut Vec<u8>) {
        self.world.clock.tick();
        let now = self.world.clock.now();
        self.engine.execute(id, words, now, &mut self.world, out);
    }

    /// Whether `SHUTDOWN` was said.
    pub fn is_stopping(&self) -> bool {
        self.world.stopping
    }
}
