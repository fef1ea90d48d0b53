//! What a server writes into its log about its data, in Redis's words: loaded, made anew.

use super::disk::is_snapshot;
use crate::engine::Now;
use crate::persistence::aof::Log;
use crate::persistence::rdb;

/// How long something took.
fn seconds(from: Now, to: Now) -> String {
    format!("{:.3} seconds", to.unix_micros.saturating_sub(from.unix_micros) as f64 / 1e6)
}

fn of_keys(loaded: u64, expired: u64) -> String {
    format!("Done loading RDB, keys loaded: {loaded}, keys expired: {expired}.")
}

/// A snapshot was loaded between these moments.
pub(super) fn of_snapshot(loaded: &rdb::Loaded, from: Now, to: Now) -> [String; 2] {
    let keys = of_keys(loaded.keys, loaded.expired);
    [keys, format!("DB loaded from disk: {}", seconds(from, to))]
}

/// A log was made, for there was none.
pub(super) fn of_new_log(log: &Log) -> Vec<String> {
    let base = log.manifest().base.as_ref();
    let base = base.map(|file| format!("Creating AOF base file {} on server start", file.name));
    let incremental = format!("Creating AOF incr file {} on server start", log.current());
    base.into_iter().chain([incremental]).collect()
}

/// A log was loaded between these moments; its base held so many keys.
pub(super) fn of_log(log: &Log, keys: u64, from: Now, to: Now) -> Vec<String> {
    let mut told = Vec::new();
    if log.manifest().base.as_ref().is_some_and(|file| is_snapshot(&file.name)) {
        told.push("Reading RDB base file on AOF loading...".to_owned());
        told.push(of_keys(keys, 0));
    }
    told.push(format!("DB loaded from append only file: {}", seconds(from, to)));
    told.push(format!("Opening AOF incr file {} on server start", log.current()));
    told
}
