//! The engine: a state machine that turns commands into replies.
//!
//! It knows no file, socket, terminal, wall clock or global: time comes with each command,
//! randomness with a seed, and what it must ask of the world goes through [`Host`]. Reading
//! order: [`Command`] (a row of the table), [`commands`] (the rows and their handlers),
//! [`Engine`] (the one way through), [`Keyspace`] (the data).

mod args;
mod blocking;
pub(crate) mod codec;
mod command;
pub mod commands;
pub mod config;
pub mod data;
mod durations;
mod effects;
mod error;
mod execute;
pub mod glob;
mod host;
mod key_events;
mod keyspace;
mod long_double;
mod mail;
mod pubsub;
mod recorder;
mod scripting;
mod session;
mod sessions;
mod stats;
mod synced;
mod syntax_tree;
mod table;
mod timing;
mod tracking;
mod usage;
mod waits;
mod watches;

pub use args::{Args, parse_f64, parse_i64};
pub use blocking::{Blocked, Paused, Unblock};
pub use command::{Begin, Command, Find, Flag, Group, Handler, KeySpec};
pub use durations::Durations;
pub use effects::Effects;
pub use error::{Error, Outcome, is_about_form};
pub use execute::{Ctx, Engine, Now, Server};
pub use host::{Begun, Host, NoHost, PATIENCE, ProcessFacts, Shutdown, When};
pub use key_events::{KeyEvent, Told};
pub use keyspace::{
    DATABASES, Database, Entry, Keys, Keyspace, KeyspaceStats, NEW_KEY_FREQUENCY, Picked, Rubbish,
    Took, UseTold,
};
pub use long_double::LongDouble;
pub use mail::Mail;
pub use pubsub::{Listeners, Subscriptions};
pub use recorder::Recorder;
pub use scripting::{Busy, Others, Scripts};
pub use session::{Peer, Queued, Replies, Session, SessionId, Transaction, UNSEEN, Watched};
pub use sessions::Sessions;
pub use stats::{CommandStats, Stats};
pub use syntax_tree::{Arg, ArgKind};
pub use table::{
    Found, by_name, find, full_name, key_positions, keys_with_specs, subcommand, table,
};
pub use timing::{Event, Events, SlowCommand, SlowLog, TimeLimits};
pub use tracking::{Tracking, Tracks};
