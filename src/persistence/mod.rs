//! What survives the process: the append-only log, snapshots, and the files behind them.
//!
//! Knows the engine and RESP; no server, no client, no terminal. Time is handed in. Reading
//! order: [`storage`] (files), [`aof`] (the log), [`rdb`] (snapshots), [`rewrite`] (a keyspace as commands),
//! [`Replay`] (what is loaded goes into an engine).

pub mod aof;
mod error;
mod notice;
pub mod rdb;
mod replay;
pub mod rewrite;
mod source;
pub mod storage;

pub use error::LoadError;
pub use notice::Notice;
pub use replay::Replay;
