//! `CONFIG`: reading and changing parameters while the server runs.

use std::borrow::Cow;

use super::super::help::help;
use crate::engine::config::{self, Access, Change, Parameter};
use crate::engine::glob;
use crate::engine::{Arg, Args, Command, Ctx, Error, Flag, Group, Outcome};
use crate::resp::Collection;

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[Command::container("CONFIG")
    .since("2.0.0")
    .group(Group::Server)
    .complexity("depends on the subcommand")
    .summary("Reads and changes the server's configuration.")
    .categories(&["@slow"])
    .subcommands(&[
        Command::new("GET", get)
            .since("2.0.0")
            .group(Group::Server)
            .complexity("O(N) for N patterns")
            .summary("Gives the configuration parameters whose names fit a pattern.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"])
            .args(&[Arg::block("parameter", &[Arg::string("parameter")]).multiple()]),
        Command::new("HELP", help)
            .since("5.0.0")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Lists the subcommands.")
            .flags(&[Flag::Loading, Flag::Stale])
            .categories(&["@slow"]),
        Command::new("RESETSTAT", resetstat)
            .since("2.0.0")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Sets the counters that INFO tells back to zero.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"]),
        Command::new("REWRITE", rewrite)
            .since("2.8.0")
            .group(Group::Server)
            .complexity("O(1)")
            .summary("Writes the values in force into the configuration file, if there is one.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"]),
        Command::new("SET", set)
            .since("2.0.0")
            .group(Group::Server)
            .complexity("O(N) for N parameters")
            .summary("Changes configuration parameters, all of them or none.")
            .flags(&[Flag::Admin, Flag::Noscript, Flag::Loading, Flag::Stale])
            .categories(&["@admin", "@slow", "@dangerous"])
            .tips(&["request_policy:all_nodes", "response_policy:all_succeeded"])
            .args(&[Arg::block(
                "parameter_value",
                &[Arg::string("parameter"), Arg::string("value")],
            )
            .multiple()]),
    ])];

fn get(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let mut told: Vec<Vec<u8>> = Vec::new();
    let mark = ctx.reply.begin();
    for pattern in args.take_rest() {
        let wanted = pattern.to_ascii_lowercase();
        let is_glob = wanted.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['));
        for (row, value) in ctx.server.config.iter() {
            for name in row.names() {
                if !glob::matches(&wanted, name.as_bytes())
                    || told.iter().any(|other| other == name.as_bytes())
                {
                    continue;
                }
                told.push(name.as_bytes().to_vec());
                // A name asked for without a pattern comes back as it was typed.
                ctx.reply.bulk(if is_glob { name.as_bytes() } else { pattern });
                ctx.reply.bulk(value);
            }
        }
    }
    ctx.reply.end(mark, Collection::Map, told.len());
    Ok(())
}

/// The answer to a `CONFIG SET` of `name` that was refused.
fn refused(name: &[u8], reason: impl std::fmt::Display) -> Error {
    Error::err(format_args!(
        "CONFIG SET failed (possibly related to argument '{}') - {reason}",
        String::from_utf8_lossy(name)
    ))
}

/// One pair of `CONFIG SET`, its name found.
struct Pair<'a> {
    number: usize,
    row: &'static Parameter,
    /// As typed.
    name: &'a [u8],
    value: &'a [u8],
}

fn set(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let pairs = find_pairs(ctx, args)?;
    let mut changes: Vec<Change> = Vec::new();
    let mut undo: Vec<Change> = Vec::new();
    for pair in &pairs {
        // Each value is judged beside the ones before it, as Redis does.
        let words = pair.row.split(pair.value);
        match ctx.server.config.judge(pair.number, &words) {
            Ok(change) => {
                changes.push(change.clone());
                undo.push(ctx.server.config.apply(change));
            }
            Err(reason) => {
                take_back(ctx, undo);
                return Err(refused(spelling(pair).as_bytes(), reason));
            }
        }
    }
    for (done, (pair, change)) in pairs.iter().zip(&changes).enumerate() {
        let old = undo.get(done).map(|change| change.value.clone());
        if !pair.row.told || old.as_ref() == Some(&change.value) {
            continue;
        }
        if let Err(reason) = tell(ctx, pair.row, &change.value) {
            for (pair, old) in pairs.iter().zip(&undo).take(done) {
                // The world had these values a moment ago; if it refuses them now there is
                // nothing better to be done.
                if pair.row.told {
                    let _ = tell(ctx, pair.row, &old.value);
                }
            }
            take_back(ctx, undo);
            return Err(refused(spelling(pair).as_bytes(), reason));
        }
    }
    ctx.follow();
    ctx.reply.ok();
    Ok(())
}

/// Finds the parameters; what Redis refuses before it looks at any value is refused here.
fn find_pairs<'a>(ctx: &Ctx<'_>, args: &mut Args<'a>) -> Result<Vec<Pair<'a>>, Error> {
    if !args.remaining().is_multiple_of(2) {
        return Err(Error::Syntax);
    }
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    let mut first_refusal = None;
    let mut refuse = |error: Error| {
        first_refusal.get_or_insert(error);
    };
    for words in args.take_rest().chunks(2) {
        let [name, value] = words else { continue };
        let Some((number, row)) = config::find(name) else {
            refuse(Error::err(format_args!(
                "Unknown option or number of arguments for CONFIG SET - '{}'",
                String::from_utf8_lossy(name)
            )));
            continue;
        };
        let pair = Pair { number, row, name, value };
        if let Some(reason) = forbidden(ctx, row) {
            refuse(refused(name, reason));
        } else if pairs.iter().any(|other| {
            // An older name counts as a parameter of its own.
            spelling(other) == spelling(&pair)
        }) {
            refuse(refused(name, "duplicate parameter"));
        }
        pairs.push(pair);
    }
    first_refusal.map_or(Ok(pairs), Err)
}

/// The table's spelling of the name that was typed: the parameter's own or its older one.
fn spelling(pair: &Pair<'_>) -> &'static str {
    let typed = |name: &&'static str| name.as_bytes().eq_ignore_ascii_case(pair.name);
    pair.row.names().find(typed).unwrap_or(pair.row.name)
}

fn forbidden(ctx: &Ctx<'_>, row: &Parameter) -> Option<&'static str> {
    match row.access {
        Access::Free => None,
        Access::Immutable => Some("can't set immutable config"),
        Access::Protected => {
            let allowed = super::allows(ctx, "enable-protected-configs");
            (!allowed).then_some("can't set protected config")
        }
    }
}

/// Undoes changes, the last one first.
fn take_back(ctx: &mut Ctx<'_>, undo: Vec<Change>) {
    for change in undo.into_iter().rev() {
        ctx.server.config.apply(change);
    }
}

fn tell(ctx: &mut Ctx<'_>, row: &Parameter, value: &[u8]) -> Result<(), Cow<'static, str>> {
    let value = String::from_utf8_lossy(value);
    ctx.host.config_changed(ctx.keys.space(), row.name, &value).map_err(Cow::Owned)?;
    if row.name == "appendonly" && value == "yes" {
        // The rest of a transaction, if this stands in one, is the log's already.
        ctx.keys.effects().enabled = true;
    }
    Ok(())
}

fn resetstat(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    ctx.server.stats = crate::engine::Stats::default();
    ctx.keys.space().stats = crate::engine::KeyspaceStats::default();
    ctx.reply.ok();
    Ok(())
}

fn rewrite(ctx: &mut Ctx<'_>, _args: &mut Args<'_>) -> Outcome {
    if ctx.host.process().config_file.is_empty() {
        return Err(Error::text("ERR The server is running without a config file"));
    }
    let config = &ctx.server.config;
    ctx.host
        .rewrite_config(&|old| config.rewrite(old))
        .map_err(|reason| Error::err(format_args!("Rewriting config file: {reason}")))?;
    ctx.reply.ok();
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::engine::{Begun, Host, Keyspace, NoHost, ProcessFacts, Shutdown, When};
    use crate::resp::{Decoder, Reply};

    fn error(text: &str) -> Reply {
        Reply::Error(text.into())
    }

    #[test]
    fn set_is_all_or_nothing() {
        let mut prompt = Prompt::new();
        assert_eq!(
            prompt.line("CONFIG SET maxmemory-policy allkeys-lru hz 20 maxmemory abc"),
            error(
                "ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must \
                 be a memory value"
            )
        );
        assert_eq!(prompt.engine.server.config.get("maxmemory-policy"), b"noeviction");
        assert_eq!(prompt.engine.server.config.get("hz"), b"10");
    }

    #[test]
    fn get_tells_older_names_and_each_name_once() {
        let mut prompt = Prompt::new();
        let bulk = |text: &str| Reply::Bulk(text.into());
        assert_eq!(
            prompt.line("CONFIG GET REPLICA-PRIORITY *-priority"),
            Reply::Array(vec![
                bulk("REPLICA-PRIORITY"),
                bulk("100"),
                bulk("slave-priority"),
                bulk("100"),
            ])
        );
    }

    #[test]
    fn what_may_not_be_set_is_refused_before_any_value_is_judged() {
        let mut prompt = Prompt::new();
        for (line, reason) in [
            ("hz x databases 1", "'databases') - can't set immutable config"),
            ("hz x dbfilename y", "'dbfilename') - can't set protected config"),
            ("hz x HZ y", "'HZ') - duplicate parameter"),
        ] {
            assert_eq!(
                prompt.line(&format!("CONFIG SET {line}")),
                error(&format!("ERR CONFIG SET failed (possibly related to argument {reason}"))
            );
        }
    }

    /// A world that refuses one parameter and notes what it is told.
    struct Stubborn(Vec<String>);

    impl Host for Stubborn {
        fn config_changed(
            &mut self,
            _: &mut Keyspace,
            name: &str,
            value: &str,
        ) -> Result<(), String> {
            self.0.push(format!("{name}={value}"));
            if name == "appendonly" { Err("the disk is full".to_owned()) } else { Ok(()) }
        }
        fn save(&mut self, keyspace: &Keyspace) -> Result<(), String> {
            NoHost.save(keyspace)
        }
        fn background_save(
            &mut self,
            keyspace: &mut Keyspace,
            when: When,
        ) -> Result<Begun, String> {
            NoHost.background_save(keyspace, when)
        }
        fn rewrite_log(&mut self, when: When) -> Result<Begun, String> {
            NoHost.rewrite_log(when)
        }
        fn last_save(&self) -> i64 {
            0
        }
        fn shutdown(&mut self, keyspace: &mut Keyspace, how: Shutdown) -> Result<(), String> {
            NoHost.shutdown(keyspace, how)
        }
        fn sleep(&mut self, _micros: u64) {}
        fn refuses_writes(&self) -> Option<String> {
            None
        }
        fn persistence_info(&self) -> String {
            String::new()
        }
        fn process(&self) -> ProcessFacts {
            NoHost.process()
        }
    }

    #[test]
    fn what_the_world_refuses_is_undone_in_the_world_too() {
        let mut prompt = Prompt::new();
        let mut world = Stubborn(Vec::new());
        let mut out = Vec::new();
        let words: Vec<&[u8]> = "CONFIG SET hz 20 appendfsync always appendonly yes"
            .split(' ')
            .map(str::as_bytes)
            .collect();
        prompt.engine.execute(prompt.id, &words, prompt.now, &mut world, &mut out);
        assert_eq!(
            Decoder::new(&out).reply().unwrap(),
            error(
                "ERR CONFIG SET failed (possibly related to argument 'appendonly') - the disk is \
                 full"
            )
        );
        assert_eq!(world.0, ["appendfsync=always", "appendonly=yes", "appendfsync=everysec"]);
        assert_eq!(prompt.engine.server.config.get("hz"), b"10");
        assert_eq!(prompt.engine.server.config.get("appendfsync"), b"everysec");
    }
}
