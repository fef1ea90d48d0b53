//! What survives the process: the append-only log, snapshots, and the files behind them.
//!
//! Knows the engine and RESP; no server, no client, no terminal. Time is handed in.

pub mod storage;
