//! What survives the process: the append-only log, snapshots, and the files behind them.
//!
//! Knows the engine and RESP; no server, no client, no terminal. Time is handed in. Reading
//! order: [`storage`] (files), [`aof`] (the log), [`rdb`] (snapshots), [`rewrite`] (a keyspace as commands),
//! [`Encoder`] (keys as the bytes of either, a portion at a time), [`Beside`] (the file that
//! they are written to beside everything else), [`Replay`] (what is loaded goes into an engine).

pub mod aof;
mod beside;
mod error;
mod notice;
mod portion;
pub mod rdb;
mod replay;
pub mod rewrite;
mod source;
pub mod storage;

pub use beside::{Beside, Job, Written};
pub use error::LoadError;
pub use notice::Notice;
pub use portion::{Encoder, Format, Portion};
pub use replay::Replay;
