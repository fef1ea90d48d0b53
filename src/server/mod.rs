//! A server: an engine with its directory, its log and a clock, and the network loop in front of it.
//!
//! The lab and the prompt use an [`Instance`] in process; sockets reach the same one through [`net`].

mod background;
mod beside;
mod change;
pub mod clock;
mod difference;
mod disk;
mod export;
mod instance;
mod interrupt;
pub mod journal;
mod layers;
mod mirror;
pub mod net;
pub mod open_files;
mod process;
mod rewrite_limit;
mod snapshot;
mod told;
mod world;
mod writing;

pub use change::{Change, Seen, merge};
pub use clock::Clock;
pub use disk::describe_dir;
pub use instance::{Instance, Notice, Options, Standing, StartError, Visit, Watch};
pub use interrupt::Interrupt;
pub use layers::{Commands, Layers, LogLayers};
pub use mirror::{Mirror, Recipe};
