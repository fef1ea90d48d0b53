//! The lines of each section of `INFO`, in Redis's order. Where Redis counts what this engine has not, the
//! line says 0, so that whoever reads it by name finds it.

use std::fmt::Write as _;

use crate::engine::pubsub::Kind;
use crate::engine::{Ctx, ProcessFacts};

/// Appends lines whose value is 0: what they count does not happen here.
fn zeros(text: &mut String, names: &[&str]) {
    for name in names {
        line(text, name, 0);
    }
}

/// Appends a line.
fn line(text: &mut String, name: &str, value: impl std::fmt::Display) {
    let _ = write!(text, "{name}:{value}\r\n");
}

pub(super) fn server(ctx: &mut Ctx<'_>, facts: &ProcessFacts, text: &mut String) {
    let uptime = (ctx.now.seconds() - facts.started).max(0);
    let hz = ctx.server.config.number("hz");
    line(text, "redis_version", &facts.version);
    line(text, "redis_git_sha1", "00000000");
    line(text, "redis_git_dirty", 0);
    line(text, "redis_mode", "standalone");
    line(text, "os", format_args!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
    line(text, "arch_bits", usize::BITS);
    line(text, "process_id", facts.pid);
    line(text, "process_supervised", "no");
    line(text, "run_id", &facts.run_id);
    line(text, "tcp_port", facts.port);
    line(text, "server_time_usec", ctx.now.unix_micros);
    line(text, "uptime_in_seconds", uptime);
    line(text, "uptime_in_days", uptime / 86_400);
    line(text, "hz", hz);
    line(text, "configured_hz", hz);
    line(text, "lru_clock", ctx.now.seconds() & 0xff_ffff);
    line(text, "config_file", &facts.config_file);
    line(text, "io_threads_active", 0);
}

pub(super) fn clients(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    let others = ctx.server.sessions.iter().filter(|session| !session.is_unseen()).count();
    line(text, "connected_clients", others + 1);
    line(text, "cluster_connections", 0);
    line(text, "maxclients", ctx.server.config.number("maxclients"));
    line(text, "client_recent_max_input_buffer", 0);
    line(text, "client_recent_max_output_buffer", 0);
    let blocked = || ctx.server.sessions.iter().filter_map(|session| session.blocked.as_deref());
    line(text, "blocked_clients", blocked().count());
    line(text, "tracking_clients", ctx.server.tracking.clients);
    let timed = blocked().filter(|blocked| !blocked.is_held_up() && blocked.until_ms().is_some());
    line(text, "clients_in_timeout_table", timed.count());
}

pub(super) fn memory(ctx: &mut Ctx<'_>, facts: &ProcessFacts, text: &mut String) {
    let maxmemory = u64::try_from(ctx.server.config.number("maxmemory")).unwrap_or(0);
    // The process as a whole is measured: what its parts take is not told apart.
    let (used, peak) = (facts.used_memory, facts.peak_memory.max(facts.used_memory));
    let part = if peak == 0 { 100.0 } else { used as f64 * 100.0 / peak as f64 };
    sized(text, "used_memory", used);
    sized(text, "used_memory_rss", used);
    sized(text, "used_memory_peak", peak);
    line(text, "used_memory_peak_perc", format_args!("{part:.2}%"));
    zeros(text, &["used_memory_overhead", "used_memory_startup"]);
    line(text, "used_memory_dataset", used);
    line(text, "used_memory_dataset_perc", "100.00%");
    sized(text, "total_system_memory", facts.system_memory);
    let scripts = &ctx.server.scripts;
    let state = scripts.state_memory() as u64;
    line(text, "used_memory_lua", state);
    line(text, "used_memory_vm_eval", state);
    line(text, "used_memory_lua_human", human(state));
    line(text, "used_memory_scripts_eval", scripts.text_memory());
    line(text, "number_of_cached_scripts", scripts.len());
    zeros(text, &["number_of_functions", "number_of_libraries", "used_memory_vm_functions"]);
    sized(text, "used_memory_vm_total", state);
    line(text, "used_memory_functions", 0);
    sized(text, "used_memory_scripts", scripts.text_memory() as u64);
    sized(text, "maxmemory", maxmemory);
    let policy = ctx.server.config.get("maxmemory-policy");
    line(text, "maxmemory_policy", String::from_utf8_lossy(policy));
    line(text, "mem_fragmentation_ratio", "1.00");
    zeros(text, &["mem_fragmentation_bytes", "mem_not_counted_for_evict"]);
    zeros(text, &["mem_replication_backlog", "mem_total_replication_buffers"]);
    zeros(text, &["mem_clients_slaves", "mem_clients_normal", "mem_cluster_links"]);
    line(text, "mem_aof_buffer", 0);
    line(text, "mem_allocator", "libc");
    zeros(text, &["active_defrag_running", "lazyfree_pending_objects", "lazyfreed_objects"]);
}

/// A number of bytes, and the same for people.
fn sized(text: &mut String, name: &str, bytes: u64) {
    line(text, name, bytes);
    line(text, &format!("{name}_human"), human(bytes));
}

/// `919.30K`
fn human(bytes: u64) -> String {
    let units = [(1u64 << 50, 'P'), (1 << 40, 'T'), (1 << 30, 'G'), (1 << 20, 'M'), (1 << 10, 'K')];
    match units.into_iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => format!("{:.2}{unit}", bytes as f64 / size as f64),
        None => format!("{bytes}B"),
    }
}

pub(super) fn persistence(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    line(text, "loading", u8::from(ctx.keys.is_loading()));
    line(text, "async_loading", 0);
    // No process is forked: what is copied for a save is counted with the rest of the memory.
    zeros(text, &["current_cow_peak", "current_cow_size", "current_cow_size_age"]);
    let (done, total) = ctx.keys.space().frozen_progress().unwrap_or_default();
    let part = if total == 0 { 0.0 } else { done as f64 * 100.0 / total as f64 };
    line(text, "current_fork_perc", format_args!("{part:.2}"));
    line(text, "current_save_keys_processed", done);
    line(text, "current_save_keys_total", total);
    line(text, "rdb_changes_since_last_save", ctx.keys.space().dirty);
    text.push_str(&ctx.host.persistence_info());
}

pub(super) fn stats(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    let keys = ctx.keys.space().stats;
    let stats = &ctx.server.stats;
    line(text, "total_connections_received", stats.connections);
    line(text, "total_commands_processed", stats.commands);
    zeros(text, &["instantaneous_ops_per_sec", "total_net_input_bytes", "total_net_output_bytes"]);
    zeros(text, &["total_net_repl_input_bytes", "total_net_repl_output_bytes"]);
    for name in ["input", "output", "input_repl", "output_repl"] {
        line(text, &format!("instantaneous_{name}_kbps"), "0.00");
    }
    zeros(text, &["rejected_connections", "sync_full", "sync_partial_ok", "sync_partial_err"]);
    line(text, "expired_keys", keys.expired);
    line(text, "expired_stale_perc", "0.00");
    zeros(text, &["expired_time_cap_reached_count", "expire_cycle_cpu_milliseconds"]);
    zeros(text, &["evicted_keys", "evicted_clients", "total_eviction_exceeded_time"]);
    line(text, "current_eviction_exceeded_time", 0);
    line(text, "keyspace_hits", keys.hits);
    line(text, "keyspace_misses", keys.misses);
    for (name, kind) in [
        ("pubsub_channels", Kind::Channel),
        ("pubsub_patterns", Kind::Pattern),
        ("pubsubshard_channels", Kind::Shard),
    ] {
        line(text, name, ctx.server.listeners.of(kind).len());
    }
    zeros(text, &["latest_fork_usec", "total_forks", "migrate_cached_sockets"]);
    line(text, "slave_expires_tracked_keys", 0);
    zeros(text, &["active_defrag_hits", "active_defrag_misses", "active_defrag_key_hits"]);
    zeros(text, &["active_defrag_key_misses", "total_active_defrag_time"]);
    line(text, "current_active_defrag_time", 0);
    let names = ["tracking_total_keys", "tracking_total_items", "tracking_total_prefixes"];
    for (name, count) in names.iter().zip(ctx.server.tracking.totals()) {
        line(text, name, count);
    }
    line(text, "unexpected_error_replies", 0);
    line(text, "total_error_replies", stats.errors);
    zeros(text, &["dump_payload_sanitizations", "total_reads_processed"]);
    zeros(text, &["total_writes_processed", "io_threaded_reads_processed"]);
    zeros(text, &["io_threaded_writes_processed", "reply_buffer_shrinks", "reply_buffer_expands"]);
}

pub(super) fn replication(_: &mut Ctx<'_>, facts: &ProcessFacts, text: &mut String) {
    line(text, "role", "master");
    line(text, "connected_slaves", 0);
    line(text, "master_failover_state", "no-failover");
    line(text, "master_replid", &facts.run_id);
    line(text, "master_replid2", "0".repeat(40));
    line(text, "master_repl_offset", 0);
    line(text, "second_repl_offset", -1);
    line(text, "repl_backlog_active", 0);
    line(text, "repl_backlog_size", 1_048_576);
    line(text, "repl_backlog_first_byte_offset", 0);
    line(text, "repl_backlog_histlen", 0);
}

pub(super) fn cpu(_: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    // The engine reads no clock, the process's own included.
    for of in ["", "_children", "_main_thread"] {
        for spent in ["sys", "user"] {
            line(text, &format!("used_cpu_{spent}{of}"), "0.000000");
        }
    }
}

pub(super) fn commandstats(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    for stats in ctx.server.stats.by_command() {
        let _ = write!(
            text,
            "cmdstat_{}:calls={},usec=0,usec_per_call=0.00,rejected_calls={},failed_calls={}\r\n",
            stats.name, stats.calls, stats.rejected, stats.failed
        );
    }
}

pub(super) fn latencystats(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    if !ctx.server.config.time_limits.tracking {
        return;
    }
    let percentiles = ctx.server.config.get("latency-tracking-info-percentiles");
    let percentiles = String::from_utf8_lossy(percentiles);
    for stats in ctx.server.stats.by_command() {
        if stats.durations.total() == 0 {
            continue;
        }
        let told = percentiles.split_whitespace().map(|word| {
            let nanos = stats.durations.at_percentile(word.parse().unwrap_or_default());
            format!("p{word}={}.{:03}", nanos / 1000, nanos % 1000)
        });
        let told: Vec<String> = told.collect();
        let _ = write!(text, "latency_percentiles_usec_{}:{}\r\n", stats.name, told.join(","));
    }
}

pub(super) fn errorstats(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    for (code, count) in ctx.server.stats.error_codes() {
        let _ = write!(text, "errorstat_{code}:count={count}\r\n");
    }
}

pub(super) fn keyspace(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    for (number, database) in ctx.keys.space().databases().iter().enumerate() {
        if !database.is_empty() {
            let (keys, expires) = (database.len(), database.expires());
            let _ = write!(text, "db{number}:keys={keys},expires={expires},avg_ttl=0");
            // Redis 7.0 has no such fields, and so no such figure.
            let with_times = database.hashes_with_times();
            if with_times > 0 {
                let _ = write!(text, ",subexpiry={with_times}");
            }
            text.push_str("\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_as_redis_rounds_them() {
        for (bytes, text) in [(0, "0B"), (1023, "1023B"), (941_368, "919.30K"), (1 << 30, "1.00G")]
        {
            assert_eq!(human(bytes), text);
        }
    }
}
