//! Snapshots and rewrites beside the commands, a key in each turn: what they hold, what is answered
//! meanwhile, and what a crash, a kill and a full disk leave at every step.

use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::engine::Keyspace;
use crate::persistence::rdb;

const DUMP: &str = "/data/dump.rdb";
const TEMP: &str = "/data/temp-dump.rdb";

fn ok() -> Reply {
    Reply::Simple(b"OK".to_vec())
}

fn simple(text: &str) -> Reply {
    Reply::Simple(text.as_bytes().to_vec())
}

/// An instance that saves a key in each turn, with sixteen keys.
fn slow(machine: &Machine) -> (Instance, SessionId) {
    let (mut instance, id) = machine.start_without_journal();
    instance.world.background.pacing = Pacing::ByKey;
    for key in ["a", "b", "c", "d"] {
        line(&mut instance, id, &format!("SET {key} old"));
    }
    for number in 0..12 {
        line(&mut instance, id, &format!("SET k{number} old"));
    }
    (instance, id)
}

/// Turns until nothing is done beside the commands any more; says how many turns that took.
fn finish(instance: &mut Instance) -> usize {
    let mut turns = 0;
    while instance.work().is_some() {
        turns += 1;
    }
    turns
}

/// The values of some lines of INFO.
fn info(instance: &mut Instance, id: SessionId, names: &[&str]) -> Vec<String> {
    let text = show(&line(instance, id, "INFO persistence"), Style::Raw);
    let text = String::from_utf8(text).unwrap();
    let value = |name: &&str| {
        let found = text.lines().find_map(|line| line.strip_prefix(*name)?.strip_prefix(':'));
        found.unwrap_or("missing").trim_end().to_owned()
    };
    names.iter().map(value).collect()
}

fn in_progress(instance: &mut Instance, id: SessionId) -> Vec<String> {
    info(
        instance,
        id,
        &["rdb_bgsave_in_progress", "aof_rewrite_in_progress", "aof_rewrite_scheduled"],
    )
}

/// What a snapshot on the disk holds.
fn loaded(disk: &MemoryDisk, path: &str) -> Keyspace {
    let mut keyspace = Keyspace::default();
    let limits = crate::engine::data::Limits::default();
    let entry = |db, key: &[u8], entry| keyspace.restore(db, key, entry);
    rdb::load(disk, Path::new(path), &limits, Now::default(), entry, |_, _| {}).unwrap().unwrap();
    keyspace
}

/// What an instance holds, as a snapshot that is put on the disk beside the others.
fn copied(instance: &Instance, disk: &MemoryDisk) -> Keyspace {
    let path = Path::new("/data/copy.rdb");
    rdb::save(disk, path, &instance.engine.keyspace, Now::default()).unwrap();
    loaded(disk, "/data/copy.rdb")
}

/// A command that changes something, of every kind that changes keys in another way.
fn random_change(random: &mut fastrand::Rng) -> String {
    let (db, key) = (random.u8(0..3), random.u8(0..30));
    let text = "x".repeat(random.usize(0..80));
    match random.u8(0..24) {
        0..=3 => format!("SET s{key} {text}-"),
        4 => format!("APPEND s{key} {text}"),
        5 => format!("DEL s{key} l{key} h{key}"),
        6 => format!("RPUSH l{key} {text} y z"),
        7 => format!("LPOP l{key} 2"),
        8..=9 => format!("HSET h{key} f{} {text} g{} 1", random.u8(..), random.u8(..)),
        10 => format!("HDEL h{key} f{}", random.u8(..)),
        11 => format!("SADD t{key} {} {text}-", random.u8(..)),
        12 => format!("SPOP t{key}"),
        13..=14 => format!("ZADD z{key} {} m{}", random.u8(..), random.u8(..)),
        15 => format!("ZREMRANGEBYRANK z{key} 0 3"),
        16 => format!("PEXPIRE s{key} {}", random.u32(1..2_000_000)),
        17 => format!("RENAME s{key} s{}", random.u8(0..30)),
        18 => format!("MOVE h{key} {db}"),
        19 => format!("COPY z{key} z{} REPLACE", random.u8(0..30)),
        20 => format!("SWAPDB {db} {}", random.u8(0..3)),
        21 if random.u8(0..4) == 0 => "FLUSHDB".to_owned(),
        21..=22 => format!("SETRANGE s{key} 100 {text}-"),
        _ => format!("SELECT {db}"),
    }
}

/// Some keys of every form, long ones too.
fn fill(instance: &mut Instance, id: SessionId, random: &mut fastrand::Rng) {
    for _ in 0..300 {
        line(instance, id, &random_change(random));
    }
    for number in 0..300 {
        line(instance, id, &format!("RPUSH l1 element-{number}-{}", "x".repeat(60)));
        line(instance, id, &format!("HSET h1 field-{number} {number}"));
        line(instance, id, &format!("SADD t1 member-{number}"));
        line(instance, id, &format!("ZADD z1 {number} member-{number}"));
    }
    // Longer than a piece, and one that can be compressed.
    let long: Vec<u8> = (0..400_000_u32).flat_map(u32::to_be_bytes).collect();
    instance.call(id, &[b"SET", b"s1", &long]);
    instance.call(id, &[b"SET", b"s2", "abc ".repeat(2000).as_bytes()]);
}

#[test]
fn a_snapshot_is_of_the_moment_at_which_it_was_asked_for() {
    for seed in 0..6 {
        let machine = Machine::new("--appendonly no --save \"\"");
        let (mut instance, id) = machine.start_without_journal();
        let mut random = fastrand::Rng::with_seed(seed);
        fill(&mut instance, id, &mut random);
        instance.world.background.pacing = Pacing::ByKey;
        let wanted = copied(&instance, &machine.disk);
        assert_eq!(line(&mut instance, id, "BGSAVE"), simple("Background saving started"));
        let mut turns = 0;
        while instance.world.background.is_busy() {
            line(&mut instance, id, &random_change(&mut random));
            turns += 1;
        }
        assert!(turns > 500, "{turns}");
        let found = loaded(&machine.disk, DUMP);
        assert!(change::same_data(&found, &wanted), "seed {seed}");
        let now = copied(&instance, &machine.disk);
        assert!(!change::same_data(&now, &wanted), "seed {seed}: nothing has changed");
    }
}

#[test]
fn a_rewrite_beside_the_commands_loses_none_of_them() {
    for (seed, preamble) in (0..6).zip(["yes", "no"].into_iter().cycle()) {
        let args = format!("--appendonly yes --save \"\" --aof-use-rdb-preamble {preamble}");
        let machine = Machine::new(&args);
        let (mut instance, id) = machine.start_without_journal();
        let mut random = fastrand::Rng::with_seed(seed);
        fill(&mut instance, id, &mut random);
        instance.world.background.pacing = Pacing::ByKey;
        line(&mut instance, id, "BGREWRITEAOF");
        for _ in 0..50 {
            line(&mut instance, id, &random_change(&mut random));
        }
        // In the middle of it the log is the old base with both incremental files.
        let wanted = copied(&instance, &machine.disk);
        assert_eq!(in_progress(&mut instance, id), ["0", "1", "0"]);
        machine.disk.kill();
        instance.kill();
        let (mut instance, id) = machine.start_without_journal();
        assert!(change::same_data(&instance.engine.keyspace, &wanted), "seed {seed}, cut off");
        instance.world.background.pacing = Pacing::ByKey;
        line(&mut instance, id, "BGREWRITEAOF");
        while instance.world.background.is_busy() {
            line(&mut instance, id, &random_change(&mut random));
        }
        let wanted = copied(&instance, &machine.disk);
        let files: Vec<_> = machine.disk.list(Path::new("/data/appendonlydir")).unwrap();
        let ending = if preamble == "yes" { "rdb" } else { "aof" };
        let names = [
            format!("appendonly.aof.2.base.{ending}"),
            "appendonly.aof.3.incr.aof".to_owned(),
            "appendonly.aof.manifest".to_owned(),
        ];
        assert_eq!(files, names);
        instance.kill();
        let (instance, _) = machine.start_without_journal();
        assert!(change::same_data(&instance.engine.keyspace, &wanted), "seed {seed}");
    }
}

/// What `tests/background/replies` expects of a real server, too.
#[test]
fn every_reply_is_that_of_a_real_server() {
    let script = include_str!("../../../../tests/background/replies");
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = slow(&machine);
    let mut found = String::new();
    let asked = |line: &&str| !line.is_empty() && !line.starts_with([' ', '#']);
    for asked in script.lines().filter(asked) {
        found.push_str(asked);
        found.push('\n');
        if let Some(state) = asked.strip_prefix("~ ") {
            for (name, value) in state.split(' ').map(|pair| pair.split_once(':').unwrap()) {
                while info(&mut instance, id, &[name]) != [value] {}
            }
        } else if let Some(names) = asked.strip_prefix("INFO ") {
            let names: Vec<&str> = names.split(' ').collect();
            let values = info(&mut instance, id, &names);
            writeln!(found, "    {}", values.join(" ")).unwrap();
        } else {
            let mut out = Vec::new();
            let words: Vec<&[u8]> = asked.split(' ').map(str::as_bytes).collect();
            let standing = instance.ask(id, &words, &mut out);
            let mut text = String::from_utf8(out).unwrap();
            if standing.is_leaving {
                text.push('!');
            }
            for line in text.lines() {
                writeln!(found, "    {line}").unwrap();
            }
        }
    }
    let wanted = script.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    assert_eq!(found.lines().collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
}

#[test]
fn what_is_answered_while_a_snapshot_is_made() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = slow(&machine);
    let before = line(&mut instance, id, "LASTSAVE");
    machine.clock.advance(5_000_000);
    line(&mut instance, id, "BGSAVE");
    line(&mut instance, id, "SET a new");
    let names = [
        "rdb_bgsave_in_progress",
        "rdb_current_bgsave_time_sec",
        "rdb_last_bgsave_time_sec",
        "rdb_changes_since_last_save",
        "current_save_keys_total",
    ];
    machine.clock.advance(2_000_000);
    assert_eq!(info(&mut instance, id, &names), ["1", "2", "-1", "17", "16"]);
    assert_eq!(line(&mut instance, id, "LASTSAVE"), before);
    finish(&mut instance);
    // What was changed meanwhile counts for the next one.
    assert_eq!(info(&mut instance, id, &names), ["0", "-1", "2", "1", "0"]);
    assert_ne!(line(&mut instance, id, "LASTSAVE"), before);
    let keys = loaded(&machine.disk, DUMP);
    let entry = keys.databases()[0].entry(b"a").unwrap();
    assert_eq!(entry.value.as_string().unwrap().to_bytes().as_slice(), b"old");
}

#[test]
fn a_rewrite_waits_for_a_snapshot_and_a_snapshot_for_a_rewrite_if_it_is_asked_to() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = slow(&machine);
    line(&mut instance, id, "BGSAVE");
    line(&mut instance, id, "BGREWRITEAOF");
    assert_eq!(in_progress(&mut instance, id), ["1", "0", "1"]);
    while instance.world.background.saves() {
        instance.work();
    }
    instance.work();
    assert_eq!(in_progress(&mut instance, id), ["0", "1", "0"]);
    assert_eq!(line(&mut instance, id, "SAVE"), ok());
    let schedule = simple("Background saving scheduled");
    assert_eq!(line(&mut instance, id, "BGSAVE SCHEDULE"), schedule);
    while !instance.world.background.saves() {
        instance.work();
    }
    assert_eq!(in_progress(&mut instance, id), ["1", "0", "0"]);
    finish(&mut instance);
    // In a transaction both wait for its end.
    line(&mut instance, id, "MULTI");
    line(&mut instance, id, "BGSAVE");
    line(&mut instance, id, "BGREWRITEAOF");
    assert_eq!(
        line(&mut instance, id, "EXEC"),
        Reply::Array(vec![schedule, simple("Background append only file rewriting scheduled")])
    );
    assert_eq!(in_progress(&mut instance, id), ["1", "0", "1"]);
    finish(&mut instance);
    assert_eq!(info(&mut instance, id, &["rdb_saves", "aof_rewrites"]), ["4", "2"]);
}

#[test]
fn flushall_and_a_shutdown_call_a_snapshot_off() {
    for save in ["\"\"", "3600 1"] {
        let machine = Machine::new(&format!("--appendonly no --save {save}"));
        let (mut instance, id) = slow(&machine);
        line(&mut instance, id, "BGSAVE");
        assert!(machine.disk.exists(Path::new(TEMP)).unwrap());
        line(&mut instance, id, "FLUSHDB");
        assert_eq!(in_progress(&mut instance, id), ["1", "0", "0"]);
        line(&mut instance, id, "FLUSHALL");
        let names = ["rdb_bgsave_in_progress", "rdb_last_bgsave_status", "current_save_keys_total"];
        assert_eq!(info(&mut instance, id, &names), ["0", "ok", "0"]);
        assert!(!machine.disk.exists(Path::new(TEMP)).unwrap());
        assert_eq!(machine.disk.exists(Path::new(DUMP)).unwrap(), save != "\"\"");

        line(&mut instance, id, "SET a 1");
        line(&mut instance, id, "SET b 1");
        line(&mut instance, id, "BGSAVE");
        line(&mut instance, id, "SET a 2");
        instance.take_notices();
        let said = instance.stop().map_err(|_| ()).unwrap();
        let mut told = vec!["There is a child saving an .rdb. Killing it!"];
        if save != "\"\"" {
            told.extend(["Saving the final RDB snapshot before exiting.", "DB saved on disk"]);
            assert_eq!(loaded(&machine.disk, DUMP).databases()[0].len(), 2);
        }
        assert_eq!(said, told.into_iter().map(Notice::new).collect::<Vec<_>>());
        assert!(!machine.disk.exists(Path::new(TEMP)).unwrap());
    }
}

#[test]
fn an_append_only_file_that_is_turned_off_takes_its_rewrite_with_it() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = slow(&machine);
    line(&mut instance, id, "BGREWRITEAOF");
    line(&mut instance, id, "SET a new");
    assert_eq!(in_progress(&mut instance, id), ["0", "1", "0"]);
    assert_eq!(line(&mut instance, id, "CONFIG SET appendonly no"), ok());
    let names = ["aof_rewrite_in_progress", "aof_last_bgrewrite_status", "aof_enabled"];
    assert_eq!(info(&mut instance, id, &names), ["0", "ok", "0"]);
    // Both incremental files hold what was done until then.
    let (old, _) = {
        instance.kill();
        machine.start_without_journal()
    };
    assert_eq!(old.engine.keyspace.databases()[0].len(), 16);
    old.kill();
    // Turned on again it begins anew, whatever runs.
    let (mut instance, id) = slow(&machine);
    line(&mut instance, id, "CONFIG SET appendonly no");
    line(&mut instance, id, "BGREWRITEAOF");
    line(&mut instance, id, "SET b new");
    assert_eq!(line(&mut instance, id, "CONFIG SET appendonly yes"), ok());
    assert_eq!(info(&mut instance, id, &names), ["0", "ok", "1"]);
    line(&mut instance, id, "SET c new");
    instance.kill();
    let (mut instance, id) = machine.start_without_journal();
    assert_eq!(line(&mut instance, id, "GET b"), bulk("new"));
    assert_eq!(line(&mut instance, id, "GET c"), bulk("new"));
}

#[test]
fn a_kill_or_a_power_loss_leaves_the_old_snapshot_and_half_of_a_new_one_is_no_data() {
    for ends in [Instance::kill as fn(Instance), Instance::power_loss] {
        let machine = Machine::new("--appendonly no --save \"\"");
        let (mut instance, id) = slow(&machine);
        line(&mut instance, id, "SAVE");
        line(&mut instance, id, "SET e new");
        line(&mut instance, id, "BGSAVE");
        line(&mut instance, id, "PING");
        ends(instance);
        assert!(machine.disk.exists(Path::new(TEMP)).unwrap());
        let (mut instance, id) = machine.start_without_journal();
        assert_eq!(line(&mut instance, id, "DBSIZE"), Reply::Integer(16));
        // The next one takes its place.
        line(&mut instance, id, "BGSAVE");
        assert!(!machine.disk.exists(Path::new(TEMP)).unwrap());
    }
}

#[test]
fn a_crash_at_any_operation_of_the_disk_leaves_one_whole_snapshot() {
    for survives in [None, Some(Survives::Synced), Some(Survives::Names), Some(Survives::Torn(9))] {
        for step in 0.. {
            let machine = Machine::new("--appendonly no --save \"\"");
            let (mut instance, id) = slow(&machine);
            line(&mut instance, id, "SAVE");
            line(&mut instance, id, "SET e new");
            machine.disk.fail_after(step, Fault::Crash);
            line(&mut instance, id, "BGSAVE");
            line(&mut instance, id, "SET f newer");
            finish(&mut instance);
            let is_ok = info(&mut instance, id, &["rdb_last_bgsave_status"]) == ["ok"];
            survives.map_or_else(|| machine.disk.kill(), |left| machine.disk.power_loss(left));
            instance.kill();
            let (mut instance, id) = machine.start_without_journal();
            let reply = line(&mut instance, id, "DBSIZE");
            if is_ok {
                assert_eq!(reply, Reply::Integer(17), "{survives:?} {step}");
                assert!(step > 7, "only {step} operations were tried");
                break;
            }
            assert!(
                [Reply::Integer(16), Reply::Integer(17)].contains(&reply),
                "{survives:?} {step}: {reply:?}"
            );
        }
    }
}

#[test]
fn a_rewrite_that_fails_anywhere_is_told_and_costs_nothing() {
    let mut failures = 0;
    for step in 0.. {
        let machine = Machine::new("--appendonly yes --save \"\" --appendfsync always");
        let (mut instance, id) = slow(&machine);
        let before = machine.disk.operations();
        machine.disk.fail_after(step, Fault::Error(28));
        line(&mut instance, id, "BGREWRITEAOF");
        finish(&mut instance);
        let is_over = machine.disk.operations() <= before + step;
        machine.disk.mend();
        let names = ["aof_last_bgrewrite_status", "aof_rewrites_consecutive_failures"];
        let status = info(&mut instance, id, &names);
        // A sync of the folder that failed leaves the log in doubt, and a rewrite mends that.
        if line(&mut instance, id, "SET e new") != ok() {
            assert_eq!(status, ["err", "1"], "{step}");
            machine.clock.advance(60_000_000);
            instance.tick();
            assert_eq!(line(&mut instance, id, "SET e new"), ok(), "{step}");
        }
        if is_over {
            assert_eq!(status, ["ok", "0"]);
            break;
        }
        failures += usize::from(status == ["err", "1"]);
        let wanted = copied(&instance, &machine.disk);
        instance.kill();
        let (mut instance, id) = machine.start_without_journal();
        assert!(change::same_data(&instance.engine.keyspace, &wanted), "{step}");
        line(&mut instance, id, "BGREWRITEAOF");
        assert_eq!(info(&mut instance, id, &names), ["ok", "0"], "{step}");
        instance.kill();
        let (instance, _) = machine.start_without_journal();
        assert!(change::same_data(&instance.engine.keyspace, &wanted), "{step}");
    }
    assert!(failures > 30, "{failures}");
}

#[test]
fn a_full_disk_ends_a_snapshot_in_its_middle_and_writes_are_refused() {
    let machine = Machine::new("--appendonly no --save 3600 1000");
    let (mut instance, id) = slow(&machine);
    line(&mut instance, id, "BGSAVE");
    machine.disk.fill(0);
    instance.take_notices();
    finish(&mut instance);
    assert_eq!(
        instance.take_notices(),
        [
            "Failed saving the DB: cannot write /data/temp-dump.rdb: No space left on device",
            "Background saving error",
        ]
        .map(Notice::new)
    );
    let names =
        ["rdb_last_bgsave_status", "current_save_keys_total", "rdb_changes_since_last_save"];
    assert_eq!(info(&mut instance, id, &names), ["err", "0", "16"]);
    let Reply::Error(refusal) = line(&mut instance, id, "SET a 3") else { panic!("no error") };
    assert!(refusal.starts_with(b"MISCONF Redis is configured to save RDB snapshots, but "));
    machine.disk.mend();
    line(&mut instance, id, "BGSAVE");
    finish(&mut instance);
    assert_eq!(info(&mut instance, id, &names), ["ok", "0", "0"]);
    assert_eq!(line(&mut instance, id, "SET a 3"), ok());
}

#[test]
fn a_thread_writes_the_same_and_ends_with_what_it_serves() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = machine.start_without_journal();
    let mut random = fastrand::Rng::with_seed(9);
    fill(&mut instance, id, &mut random);
    instance.world.background.pacing = Pacing::InTurns;
    let wanted = copied(&instance, &machine.disk);
    line(&mut instance, id, "BGSAVE");
    while instance.world.background.is_busy() {
        line(&mut instance, id, &random_change(&mut random));
    }
    assert!(change::same_data(&loaded(&machine.disk, DUMP), &wanted));
    line(&mut instance, id, "BGREWRITEAOF");
    line(&mut instance, id, "SET last 1");
    // Whoever suspends it waits until that is done.
    instance.suspend();
    let wanted = copied(&instance, &machine.disk);
    assert_eq!(info(&mut instance, id, &["aof_rewrites"]), ["1"]);
    line(&mut instance, id, "BGSAVE");
    instance.kill();
    // Nothing is renamed any more: the next one on the directory has it alone.
    let files = machine.disk.files();
    let (instance, _) = machine.start_without_journal();
    assert!(change::same_data(&instance.engine.keyspace, &wanted));
    assert_eq!(machine.disk.files(), files);
}
