//! `LATENCY`: when the server was slow, and how slow.

use std::fmt::Write as _;

use super::super::help::help;
use super::latency_graph::graph;
use crate::engine::{Arg, Args, Command, CommandStats, Ctx, Event, Flag, Group, Outcome};

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::container("LATENCY")
    .since("2.8.13")
    .group(Group::Server)
    .complexity("depends on the subcommand")
    .summary("Tells when the server was slower than latency-monitor-threshold.")
    .categories(&["@slow"])
    .subcommands(&[
        Command::new("DOCTOR", doctor)
            .since("2.8.13")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Says in words what was slow.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"])
            .tips(&[
                "nondeterministic_output",
                "request_policy:all_nodes",
                "response_policy:special",
            ]),
        Command::new("GRAPH", graph)
            .since("2.8.13")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Draws how slow an event was, one column a time.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"])
            .tips(&[
                "nondeterministic_output",
                "request_policy:all_nodes",
                "response_policy:special",
            ])
            .args(&[Arg::string("event")]),
        Command::new("HELP", help)
            .since("2.8.13")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Lists the subcommands.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow"]),
        Command::new("HISTOGRAM", histogram)
            .since("7.0.0")
            .group(Group::Server)
            .complexity("O(N), N being the number of commands that are told of")
            .summary("Tells how many calls of each command took how long.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"])
            .tips(&[
                "nondeterministic_output",
                "request_policy:all_nodes",
                "response_policy:special",
            ])
            .args(&[Arg::string("command").optional().multiple()]),
        Command::new("HISTORY", history)
            .since("2.8.13")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Lists when an event was slow, and how slow.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"])
            .tips(&[
                "nondeterministic_output",
                "request_policy:all_nodes",
                "response_policy:special",
            ])
            .args(&[Arg::string("event")]),
        Command::new("LATEST", latest)
            .since("2.8.13")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Lists each event with its latest and its slowest time.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"])
            .tips(&[
                "nondeterministic_output",
                "request_policy:all_nodes",
                "response_policy:special",
            ]),
        Command::new("RESET", reset)
            .since("2.8.13")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Forgets what was slow, of these events or of all.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"])
            .tips(&["request_policy:all_nodes", "response_policy:all_succeeded"])
            .args(&[Arg::string("event").optional().multiple()]),
    ])];

fn latest(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.reply.array(ctx.server.events.len());
    for (name, event) in &ctx.server.events {
        let (at, ms) = event.samples.back().copied().unwrap_or_default();
        ctx.reply.array(4);
        ctx.reply.bulk(name.as_bytes());
        ctx.reply.int(at);
        ctx.reply.int(ms);
        ctx.reply.int(event.slowest);
    }
    Ok(())
}

/// What it tells is what [`Durations`](crate::engine::Durations) counted: every call, of which only
/// some were timed.
fn histogram(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let asked = args.take_rest();
    let mut known = ctx.server.stats.by_command();
    known.retain(|stats| stats.durations.total() > 0);
    let told: Vec<&CommandStats> = if asked.is_empty() {
        known
    } else {
        let of = |word: &[u8]| {
            let word = word.to_ascii_lowercase();
            known.iter().copied().filter(move |stats| is_of(stats.name.as_bytes(), &word))
        };
        asked.iter().flat_map(|word| of(word)).collect()
    };
    ctx.reply.map(told.len());
    for stats in told {
        ctx.reply.bulk(stats.name.as_bytes());
        ctx.reply.map(2);
        ctx.reply.bulk(b"calls");
        ctx.reply.int(stats.durations.total().cast_signed());
        ctx.reply.bulk(b"histogram_usec");
        let steps = stats.durations.steps();
        ctx.reply.map(steps.len());
        for (micros, calls) in steps {
            ctx.reply.int(micros.cast_signed());
            ctx.reply.int(calls.cast_signed());
        }
    }
    Ok(())
}

/// Whether a name is the one asked for, or that of one of its subcommands.
fn is_of(name: &[u8], asked: &[u8]) -> bool {
    name.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"|"))
}

fn history(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let name = args.next_word()?;
    let event = ctx.server.events.iter().find(|(known, _)| known.as_bytes() == name);
    let samples = event.map(|(_, event)| &event.samples);
    ctx.reply.array(samples.map_or(0, std::collections::VecDeque::len));
    for (at, ms) in samples.into_iter().flatten() {
        ctx.reply.array(2);
        ctx.reply.int(*at);
        ctx.reply.int(*ms);
    }
    Ok(())
}

fn reset(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let names = args.take_rest();
    let before = ctx.server.events.len();
    ctx.server.events.retain(|known, _| !names.is_empty() && !names.contains(&known.as_bytes()));
    ctx.reply.count(before - ctx.server.events.len());
    Ok(())
}

fn doctor(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    let mut text = String::new();
    if ctx.server.config.time_limits.latency_ms == 0 {
        text.push_str(
            "Nothing is measured: latency-monitor-threshold is 0. CONFIG SET \
             latency-monitor-threshold 100 notes every command that takes 100 milliseconds or \
             more.\n",
        );
    } else if ctx.server.events.is_empty() {
        text.push_str("Nothing was slow since the start, or since LATENCY RESET.\n");
    }
    for (name, event) in &ctx.server.events {
        let _ = writeln!(text, "{name}: {}", told(event));
    }
    if !ctx.server.events.is_empty() {
        text.push_str(
            "SLOWLOG GET shows which commands took long. Commands that look at all keys, such as \
             KEYS, or at all of a large value, are the usual cause.\n",
        );
    }
    ctx.reply.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

/// `slow 3 times, 12 ms on average, 40 ms at worst`
fn told(event: &Event) -> String {
    let count = i64::try_from(event.samples.len()).unwrap_or(i64::MAX).max(1);
    let sum: i64 = event.samples.iter().map(|(_, ms)| ms).sum();
    let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
    format!("slow {times}, {} ms on average, {} ms at worst", sum / count, event.slowest)
}
