//! `INFO`: the state of the server as lines of `name:value`, in sections.
//!
//! Redis's names and order; what only a server with processes, modules or replicas has is left
//! out or told as Redis tells it where there is none.

use std::fmt::Write as _;

use crate::engine::{Arg, Args, Command, Ctx, Flag, Group, Outcome, ProcessFacts};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::new("INFO", info)
    .since("1.0.0")
    .group(Group::Server)
    .complexity("O(N) for N databases, clients and commands used")
    .summary("Tells the state of the server, all of it or some sections.")
    .flags(&[Flag::Loading, Flag::Stale])
    .categories(&["@slow", "@dangerous"])
    .tips(&["nondeterministic_output", "request_policy:all_shards", "response_policy:special"])
    .args(&[Arg::string("section").optional().multiple()])];

/// Writes the lines of one section.
type Write = fn(&mut Ctx<'_>, &ProcessFacts, &mut String);

/// A section.
struct Section {
    name: &'static str,
    title: &'static str,
    /// Told when no section is asked for.
    by_default: bool,
    write: Write,
}

const fn section(title: &'static str, name: &'static str, write: Write) -> Section {
    Section { name, title, by_default: true, write }
}

const fn on_request(title: &'static str, name: &'static str, write: Write) -> Section {
    Section { name, title, by_default: false, write }
}

/// Every section, in the order in which they are told.
const SECTIONS: &[Section] = &[
    section("Server", "server", server),
    section("Clients", "clients", clients),
    section("Memory", "memory", memory),
    section("Persistence", "persistence", persistence),
    section("Stats", "stats", stats),
    section("Replication", "replication", replication),
    section("CPU", "cpu", cpu),
    section("Modules", "modules", |_, _, _| {}),
    on_request("Commandstats", "commandstats", commandstats),
    section("Errorstats", "errorstats", errorstats),
    // A command's time is handed in once, so how long it took is not known.
    on_request("Latencystats", "latencystats", |_, _, _| {}),
    section("Cluster", "cluster", |_, _, text| text.push_str("cluster_enabled:0\r\n")),
    section("Keyspace", "keyspace", keyspace),
];

fn info(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let asked: Vec<Vec<u8>> = args.take_rest().iter().map(|w| w.to_ascii_lowercase()).collect();
    let said = |name: &str| asked.iter().any(|word| word == name.as_bytes());
    let all = said("all") || said("everything");
    let default = asked.is_empty() || said("default");
    let facts = ctx.host.process();
    let mut text = String::new();
    for section in SECTIONS {
        if all || (default && section.by_default) || said(section.name) {
            if !text.is_empty() {
                text.push_str("\r\n");
            }
            text.extend(["# ", section.title, "\r\n"]);
            (section.write)(ctx, &facts, &mut text);
        }
    }
    ctx.reply.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

/// Appends a line.
fn line(text: &mut String, name: &str, value: impl std::fmt::Display) {
    let _ = write!(text, "{name}:{value}\r\n");
}

fn server(ctx: &mut Ctx<'_>, facts: &ProcessFacts, text: &mut String) {
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

fn clients(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    let others = ctx.server.sessions.iter().filter(|session| !session.is_unseen()).count();
    line(text, "connected_clients", others + 1);
    line(text, "cluster_connections", 0);
    line(text, "maxclients", ctx.server.config.number("maxclients"));
    line(text, "client_recent_max_input_buffer", 0);
    line(text, "client_recent_max_output_buffer", 0);
    line(text, "blocked_clients", 0);
    line(text, "tracking_clients", 0);
    line(text, "clients_in_timeout_table", 0);
}

fn memory(ctx: &mut Ctx<'_>, facts: &ProcessFacts, text: &mut String) {
    let maxmemory = ctx.server.config.number("maxmemory");
    let human = |bytes: u64| human(bytes);
    line(text, "used_memory", facts.used_memory);
    line(text, "used_memory_human", human(facts.used_memory));
    line(text, "used_memory_dataset", facts.used_memory);
    line(text, "maxmemory", maxmemory);
    line(text, "maxmemory_human", human(u64::try_from(maxmemory).unwrap_or(0)));
    let policy = ctx.server.config.get("maxmemory-policy");
    line(text, "maxmemory_policy", String::from_utf8_lossy(policy));
    line(text, "mem_fragmentation_ratio", "1.00");
    line(text, "mem_fragmentation_bytes", 0);
    line(text, "active_defrag_running", 0);
    line(text, "lazyfree_pending_objects", 0);
    line(text, "lazyfreed_objects", 0);
}

/// `919.30K`
fn human(bytes: u64) -> String {
    let units = [(1u64 << 50, 'P'), (1 << 40, 'T'), (1 << 30, 'G'), (1 << 20, 'M'), (1 << 10, 'K')];
    match units.into_iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => format!("{:.2}{unit}", bytes as f64 / size as f64),
        None => format!("{bytes}B"),
    }
}

fn persistence(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    line(text, "loading", u8::from(ctx.keys.is_loading()));
    line(text, "async_loading", 0);
    line(text, "rdb_changes_since_last_save", ctx.keys.space().dirty);
    text.push_str(&ctx.host.persistence_info());
}

fn stats(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    let keys = ctx.keys.space().stats;
    let stats = &ctx.server.stats;
    line(text, "total_connections_received", stats.connections);
    line(text, "total_commands_processed", stats.commands);
    line(text, "instantaneous_ops_per_sec", 0);
    line(text, "rejected_connections", 0);
    line(text, "expired_keys", keys.expired);
    line(text, "evicted_keys", 0);
    line(text, "evicted_clients", 0);
    line(text, "keyspace_hits", keys.hits);
    line(text, "keyspace_misses", keys.misses);
    line(text, "pubsub_channels", 0);
    line(text, "pubsub_patterns", 0);
    line(text, "pubsubshard_channels", 0);
    line(text, "unexpected_error_replies", 0);
    line(text, "total_error_replies", stats.errors);
    line(text, "dump_payload_sanitizations", 0);
}

fn replication(_: &mut Ctx<'_>, facts: &ProcessFacts, text: &mut String) {
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

fn cpu(_: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    // The engine reads no clock, the process's own included.
    for name in ["used_cpu_sys", "used_cpu_user", "used_cpu_sys_children", "used_cpu_user_children"]
    {
        line(text, name, "0.000000");
    }
}

fn commandstats(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    for stats in ctx.server.stats.by_command() {
        let _ = write!(
            text,
            "cmdstat_{}:calls={},usec=0,usec_per_call=0.00,rejected_calls={},failed_calls={}\r\n",
            stats.name, stats.calls, stats.rejected, stats.failed
        );
    }
}

fn errorstats(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    for (code, count) in ctx.server.stats.error_codes() {
        let _ = write!(text, "errorstat_{code}:count={count}\r\n");
    }
}

fn keyspace(ctx: &mut Ctx<'_>, _: &ProcessFacts, text: &mut String) {
    for (number, database) in ctx.keys.space().databases().iter().enumerate() {
        if !database.is_empty() {
            let (keys, expires) = (database.len(), database.expires());
            let _ = write!(text, "db{number}:keys={keys},expires={expires},avg_ttl=0\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn told(prompt: &mut Prompt, line: &str) -> String {
        let reply = prompt.line(line);
        let Reply::Bulk(bytes) = reply else { panic!("{reply:?}") };
        String::from_utf8(bytes).unwrap()
    }

    fn titles(prompt: &mut Prompt, line: &str) -> String {
        let text = told(prompt, line);
        text.lines().filter_map(|line| line.strip_prefix("# ")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn sections_come_in_one_order_whatever_is_asked() {
        let mut prompt = Prompt::new();
        let default = "Server Clients Memory Persistence Stats Replication CPU Modules Errorstats \
                       Cluster Keyspace";
        let all = "Server Clients Memory Persistence Stats Replication CPU Modules Commandstats \
                   Errorstats Latencystats Cluster Keyspace";
        for (line, sections) in [
            ("INFO", default),
            ("INFO default", default),
            ("INFO all", all),
            ("INFO EVERYTHING", all),
            ("INFO keyspace server server", "Server Keyspace"),
            ("INFO bogus", ""),
            ("INFO bogus cpu", "CPU"),
        ] {
            assert_eq!(titles(&mut prompt, line), sections, "{line}");
        }
    }

    #[test]
    fn keyspace_has_a_line_for_each_database_in_use() {
        let mut prompt = Prompt::new();
        assert_eq!(told(&mut prompt, "INFO keyspace"), "# Keyspace\r\n");
        for line in ["SET a 1", "SET b 1 EX 100", "SELECT 3", "SET c 1"] {
            prompt.line(line);
        }
        assert_eq!(
            told(&mut prompt, "INFO keyspace"),
            "# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=0\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n"
        );
    }

    #[test]
    fn calls_and_errors_are_counted_by_name_and_code() {
        let mut prompt = Prompt::new();
        for line in ["CONFIG RESETSTAT", "INCR", "SET a x", "INCR a", "NOSUCH", "AUTH x y"] {
            prompt.line(line);
        }
        assert_eq!(
            told(&mut prompt, "INFO commandstats errorstats"),
            "# Commandstats\r\n\
             cmdstat_auth:calls=1,usec=0,usec_per_call=0.00,rejected_calls=0,failed_calls=1\r\n\
             cmdstat_config|resetstat:calls=1,usec=0,usec_per_call=0.00,rejected_calls=0,failed_calls=0\r\n\
             cmdstat_incr:calls=1,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=1\r\n\
             cmdstat_set:calls=1,usec=0,usec_per_call=0.00,rejected_calls=0,failed_calls=0\r\n\
             \r\n# Errorstats\r\n\
             errorstat_ERR:count=3\r\n\
             errorstat_WRONGPASS:count=1\r\n"
        );
    }

    #[test]
    fn sizes_are_told_as_redis_rounds_them() {
        for (bytes, text) in [(0, "0B"), (1023, "1023B"), (941_368, "919.30K"), (1 << 30, "1.00G")]
        {
            assert_eq!(human(bytes), text);
        }
    }
}
