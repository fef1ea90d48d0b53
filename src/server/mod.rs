//! A server without a socket: an engine with its directory, its log and a clock.
//!
//! The network loop will stand here too; the lab and the prompt use an [`Instance`] in process.

mod change;
pub mod clock;
mod difference;
mod disk;
mod export;
mod instance;
pub mod journal;
mod layers;
pub mod net;
mod process;
mod snapshot;
mod told;
mod world;

pub use change::{Change, Seen, merge};
pub use clock::Clock;
pub use disk::describe_dir;
pub use instance::{Instance, Notice, Options, StartError, Watch};
pub use layers::{Commands, Layers, LogLayers};
