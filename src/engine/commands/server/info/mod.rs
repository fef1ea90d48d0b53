//! `INFO`: the state of the server as lines of `name:value`, in sections.
//!
//! Redis's names and order; what only a server with processes, modules or replicas has is left
//! out or told as Redis tells it where there is none.

mod sections;

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
    section("Server", "server", sections::server),
    section("Clients", "clients", sections::clients),
    section("Memory", "memory", sections::memory),
    section("Persistence", "persistence", sections::persistence),
    section("Stats", "stats", sections::stats),
    section("Replication", "replication", sections::replication),
    section("CPU", "cpu", sections::cpu),
    section("Modules", "modules", |_, _, _| {}),
    on_request("Commandstats", "commandstats", sections::commandstats),
    section("Errorstats", "errorstats", sections::errorstats),
    on_request("Latencystats", "latencystats", sections::latencystats),
    section("Cluster", "cluster", |_, _, text| text.push_str("cluster_enabled:0\r\n")),
    section("Keyspace", "keyspace", sections::keyspace),
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

#[cfg(test)]
mod tests {
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
    fn whoever_only_looks_is_no_client() {
        let mut prompt = Prompt::new();
        let now = prompt.now;
        prompt.engine.connect_unseen(now);
        prompt.engine.connect(crate::engine::Peer::default(), now);
        let text = told(&mut prompt, "INFO clients");
        assert_eq!(text.lines().nth(1), Some("connected_clients:2"));
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
}
