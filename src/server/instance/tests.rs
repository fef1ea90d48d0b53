//! Instances that start, are stopped, killed and lose power, on a disk in memory.

mod saving;

use super::*;
use crate::persistence::aof::Fsync;
use crate::persistence::storage::{Fault, MemoryDisk, Survives};
use crate::resp::show::{Style, show};
use crate::server::{Commands, LogLayers};

mod waits;

/// A data directory on which instances start and end, with a journal beside it.
struct Machine {
    disk: Arc<MemoryDisk>,
    clock: Clock,
    args: String,
}

impl Machine {
    fn new(args: &str) -> Self {
        Self {
            disk: Arc::new(MemoryDisk::new()),
            clock: Clock::virtual_at(Now::from_ms(1_771_697_069_000)),
            args: args.to_owned(),
        }
    }

    fn start(&self, resume: bool) -> (Instance, SessionId) {
        let storage: Arc<dyn Storage> = self.disk.clone();
        let options = Options {
            journal: Some(PathBuf::from("/journal")),
            resume,
            args: self.args.split(' ').map(|arg| arg.trim_matches('"').to_owned()).collect(),
            ..Options::sandbox(storage, PathBuf::from("/data"), 1)
        };
        let (mut instance, _) = Instance::start(&options, self.clock.clone()).unwrap();
        let id = instance.connect(Peer::default());
        (instance, id)
    }

    /// Starts it as the sandbox is: its directory is all that there is.
    fn start_without_journal(&self) -> (Instance, SessionId) {
        let storage: Arc<dyn Storage> = self.disk.clone();
        let mut options = Options::sandbox(storage, PathBuf::from("/data"), 1);
        options.args = self.args.split(' ').map(|arg| arg.trim_matches('"').to_owned()).collect();
        let (mut instance, _) = Instance::start(&options, self.clock.clone()).unwrap();
        let id = instance.connect(Peer::default());
        (instance, id)
    }
}

fn line(instance: &mut Instance, id: SessionId, line: &str) -> Reply {
    let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
    instance.call(id, &words)
}

fn bulk(text: &str) -> Reply {
    Reply::Bulk(text.as_bytes().to_vec())
}

#[test]
fn the_log_brings_back_what_was_there_before_a_kill() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET k v");
    line(&mut instance, id, "SELECT 3");
    line(&mut instance, id, "RPUSH l a b");
    instance.kill();
    let (mut instance, id) = machine.start(false);
    assert_eq!(line(&mut instance, id, "GET k"), bulk("v"));
    line(&mut instance, id, "SELECT 3");
    assert_eq!(line(&mut instance, id, "LLEN l"), Reply::Integer(2));
}

#[test]
fn without_a_log_a_kill_loses_everything_and_the_journal_brings_it_back() {
    let machine = Machine::new("--save \"\"");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET k v");
    drop(instance);
    let (mut instance, id) = machine.start(true);
    assert_eq!(line(&mut instance, id, "GET k"), bulk("v"));
    instance.kill();
    let (mut instance, id) = machine.start(false);
    assert_eq!(line(&mut instance, id, "GET k"), Reply::Null);
}

#[test]
fn a_power_loss_takes_what_each_policy_had_not_synced() {
    for (policy, left) in [("always", "3"), ("everysec", "1"), ("no", "0")] {
        let machine = Machine::new(&format!("--appendonly yes --save \"\" --appendfsync {policy}"));
        let (mut instance, id) = machine.start(false);
        line(&mut instance, id, "INCR n");
        machine.clock.advance(1_000_000);
        instance.tick();
        line(&mut instance, id, "INCR n");
        line(&mut instance, id, "INCR n");
        instance.power_loss();
        let (mut instance, id) = machine.start(false);
        let found = line(&mut instance, id, "GET n");
        let left = if left == "0" { Reply::Null } else { bulk(left) };
        assert_eq!(found, left, "{policy}");
    }
}

#[test]
fn a_full_disk_refuses_writes_and_loses_nothing_that_was_acknowledged() {
    let machine = Machine::new("--appendonly yes --save \"\" --appendfsync always");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET a 1");
    machine.disk.fill(0);
    let refused =
        Reply::Error(b"MISCONF Errors writing to the AOF file: No space left on device".to_vec());
    assert_eq!(line(&mut instance, id, "SET b 2"), refused);
    assert_eq!(line(&mut instance, id, "SET c 3"), refused);
    assert_eq!(line(&mut instance, id, "GET a"), bulk("1"));
    machine.disk.mend();
    machine.clock.advance(2_000_000);
    instance.tick();
    assert_eq!(line(&mut instance, id, "SET d 4"), Reply::Simple(b"OK".to_vec()));
    instance.kill();
    let (mut instance, id) = machine.start(false);
    assert_eq!(line(&mut instance, id, "GET a"), bulk("1"));
    assert_eq!(line(&mut instance, id, "GET d"), bulk("4"));
    assert_eq!(line(&mut instance, id, "GET c"), Reply::Null);
}

#[test]
fn a_rewrite_inside_a_transaction_counts_nothing_twice() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = machine.start(false);
    for text in ["MULTI", "INCR n", "BGREWRITEAOF", "INCR n", "EXEC"] {
        line(&mut instance, id, text);
    }
    instance.kill();
    let (mut instance, id) = machine.start(false);
    assert_eq!(line(&mut instance, id, "GET n"), bulk("2"));
}

#[test]
fn what_follows_a_rewrite_stays_in_its_database() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = machine.start(false);
    for text in ["SELECT 3", "SET a 1", "BGREWRITEAOF", "SET b 2"] {
        line(&mut instance, id, text);
    }
    instance.kill();
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SELECT 3");
    assert_eq!(line(&mut instance, id, "GET b"), bulk("2"));
}

#[test]
fn a_failed_sync_refuses_one_write_and_new_files_take_the_next() {
    let machine = Machine::new("--appendonly yes --save \"\" --appendfsync always");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET a 1");
    // The journal is written and synced first, then the log is written, then synced.
    machine.disk.fail_after(3, Fault::Error(5));
    let refused =
        Reply::Error(b"MISCONF Errors writing to the AOF file: Input/output error".to_vec());
    assert_eq!(line(&mut instance, id, "SET b 2"), refused);
    assert_eq!(line(&mut instance, id, "SET c 3"), Reply::Simple(b"OK".to_vec()));
    instance.kill();
    machine.disk.power_loss(Survives::Synced);
    let (mut instance, id) = machine.start(false);
    assert_eq!(
        line(&mut instance, id, "MGET a b c"),
        Reply::Array(["1", "2", "3"].map(bulk).into())
    );
}

#[test]
fn the_log_can_be_switched_on_while_data_are_there() {
    let machine = Machine::new("--save \"\"");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET k v");
    line(&mut instance, id, "CONFIG SET appendonly yes");
    line(&mut instance, id, "APPEND k w");
    instance.kill();
    let machine = Machine { args: "--appendonly yes --save \"\"".to_owned(), ..machine };
    let (mut instance, id) = machine.start(false);
    assert_eq!(line(&mut instance, id, "GET k"), bulk("vw"));
}

#[test]
fn a_stop_with_save_points_leaves_a_snapshot_and_a_kill_does_not() {
    let machine = Machine::new("--appendonly no");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET stopped 1");
    assert!(instance.stop().is_ok());
    let (mut instance, id) = machine.start(false);
    assert_eq!(line(&mut instance, id, "GET stopped"), bulk("1"));
    line(&mut instance, id, "SET killed 1");
    instance.kill();
    let (mut instance, id) = machine.start(false);
    assert_eq!(line(&mut instance, id, "GET stopped"), bulk("1"));
    assert_eq!(line(&mut instance, id, "GET killed"), Reply::Null);
}

#[test]
fn save_points_write_a_snapshot_by_themselves() {
    let machine = Machine::new("--save 10 2");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET a 1");
    line(&mut instance, id, "SET b 2");
    machine.clock.advance(11_000_000);
    instance.tick();
    line(&mut instance, id, "SET c 3");
    instance.kill();
    let (mut instance, id) = machine.start(false);
    assert_eq!(line(&mut instance, id, "DBSIZE"), Reply::Integer(2));
}

#[test]
fn wrong_arguments_say_what_to_do() {
    let machine = Machine::new("--appendonli yes");
    let storage: Arc<dyn Storage> = machine.disk.clone();
    let mut options = Options::sandbox(storage, PathBuf::from("/data"), 1);
    for (args, told) in [
        ("--appendonli yes", "there is no directive 'appendonli'; did you mean 'appendonly'?"),
        ("yes", "\"yes\" is no directive: write --name value, as redis-server takes it"),
    ] {
        options.args = args.split(' ').map(str::to_owned).collect();
        let error = Instance::start(&options, machine.clock.clone()).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), told);
    }
}

fn error(text: &str) -> Reply {
    Reply::Error(text.as_bytes().to_vec())
}

#[test]
fn on_a_full_disk_reads_are_answered_even_if_they_find_a_dead_key() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET a 1");
    line(&mut instance, id, "SET dying 1 PX 500");
    machine.disk.fill(0);
    let full = "MISCONF Errors writing to the AOF file: No space left on device";
    assert_eq!(line(&mut instance, id, "SET b 2"), error(full));
    machine.clock.advance(1_000_000);
    assert_eq!(line(&mut instance, id, "MGET dying a"), Reply::Array(vec![Reply::Null, bulk("1")]));
    assert_eq!(line(&mut instance, id, "INCR a"), error(full));
}

#[test]
fn what_follows_in_a_transaction_that_switches_the_log_on_is_logged() {
    let machine = Machine::new("--appendonly no");
    let (mut instance, id) = machine.start_without_journal();
    for text in ["MULTI", "SET a 1", "CONFIG SET appendonly yes", "SET b 2", "EXEC", "SET c 3"] {
        line(&mut instance, id, text);
    }
    instance.kill();
    let machine = Machine { args: "--appendonly yes".to_owned(), ..machine };
    let (mut instance, id) = machine.start_without_journal();
    assert_eq!(
        line(&mut instance, id, "MGET a b c"),
        Reply::Array(["1", "2", "3"].map(bulk).into())
    );
}

#[test]
fn while_snapshots_fail_writes_are_refused_and_tried_again_in_peace() {
    let machine = Machine::new("--save 10 1 --appendonly no");
    let (mut instance, id) = machine.start_without_journal();
    line(&mut instance, id, "SET a 1");
    machine.disk.fill(0);
    // A snapshot that somebody waits for tells its failure, and that is all.
    assert_eq!(line(&mut instance, id, "SAVE"), error("ERR"));
    assert_eq!(line(&mut instance, id, "SET a 2"), Reply::Simple(b"OK".to_vec()));
    machine.clock.advance(11_000_000);
    instance.take_notices();
    instance.tick();
    instance.tick();
    assert_eq!(
        instance.take_notices(),
        [
            "2 changes in 10 seconds. Saving...",
            "Background saving started",
            "Failed saving the DB: cannot write /data/temp-dump.rdb: No space left on device",
            "Background saving error",
        ]
        .map(Notice::new)
    );
    let Reply::Error(refusal) = line(&mut instance, id, "SET a 3") else { panic!("no error") };
    assert!(refusal.starts_with(b"MISCONF Redis is configured to save RDB snapshots, but "));
    assert_eq!(line(&mut instance, id, "GET a"), bulk("2"));
    line(&mut instance, id, "CONFIG SET stop-writes-on-bgsave-error no");
    assert_eq!(line(&mut instance, id, "SET a 4"), Reply::Simple(b"OK".to_vec()));
    line(&mut instance, id, "CONFIG SET stop-writes-on-bgsave-error yes");
    machine.disk.mend();
    machine.clock.advance(6_000_000);
    instance.tick();
    assert_eq!(line(&mut instance, id, "SET a 5"), Reply::Simple(b"OK".to_vec()));
}

#[test]
fn a_log_that_is_behind_when_kvtutor_comes_back_is_made_whole() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "INCR n");
    // The journal is written, then kvtutor dies.
    machine.disk.fail_after(1, Fault::Crash);
    line(&mut instance, id, "INCR n");
    machine.disk.kill();
    let (mut instance, id) = machine.start(true);
    assert_eq!(line(&mut instance, id, "INCR n"), Reply::Integer(3));
    instance.kill();
    let (mut instance, id) = machine.start(false);
    assert_eq!(line(&mut instance, id, "GET n"), bulk("3"));
}

#[test]
fn the_journal_is_as_safe_as_the_log() {
    for (policy, left) in [("always", "2"), ("everysec", "1")] {
        let args = format!("--appendonly yes --save \"\" --appendfsync {policy}");
        let machine = Machine::new(&args);
        let (mut instance, id) = machine.start(false);
        line(&mut instance, id, "INCR n");
        machine.clock.advance(1_000_000);
        instance.tick();
        line(&mut instance, id, "INCR n");
        machine.disk.power_loss(Survives::Synced);
        let (mut instance, id) = machine.start(true);
        assert_eq!(line(&mut instance, id, "GET n"), bulk(left), "{policy}");
    }
}

/// Starts, counts up with rewrites in between, and gives the last number that was acknowledged.
fn count_up(machine: &Machine, pacing: Pacing) -> i64 {
    let storage: Arc<dyn Storage> = machine.disk.clone();
    let options = Options {
        journal: Some(PathBuf::from("/journal")),
        args: machine.args.split(' ').map(|arg| arg.trim_matches('"').to_owned()).collect(),
        ..Options::sandbox(storage, PathBuf::from("/data"), 1)
    };
    let Ok((mut instance, _)) = Instance::start(&options, machine.clock.clone()) else { return 0 };
    instance.world.background.pacing = pacing;
    let id = instance.connect(Peer::default());
    let mut acknowledged = 0;
    for turn in 0..12 {
        if turn == 5 {
            line(&mut instance, id, "BGREWRITEAOF");
        }
        machine.clock.advance(300_000);
        instance.tick();
        if let Reply::Integer(number) = line(&mut instance, id, "INCR n") {
            acknowledged = number;
        }
    }
    acknowledged
}

#[test]
fn a_crash_at_any_operation_of_the_disk_takes_nothing_that_was_acknowledged() {
    // Growth asks for rewrites too: a record takes 20 bytes, an empty base about 90.
    let args = "--appendonly yes --save \"\" --appendfsync always --auto-aof-rewrite-min-size 200";
    let survivals = [None, Some(Survives::Synced), Some(Survives::Names), Some(Survives::Torn(7))];
    let ways = |survives| [Pacing::AtOnce, Pacing::ByKey].map(|pacing| (survives, pacing));
    for (survives, pacing) in survivals.into_iter().flat_map(ways) {
        let mut rewritten = false;
        for step in 0.. {
            let machine = Machine::new(args);
            machine.disk.fail_after(step, Fault::Crash);
            let acknowledged = count_up(&machine, pacing);
            survives.map_or_else(|| machine.disk.kill(), |left| machine.disk.power_loss(left));
            for resume in [acknowledged > 0, false] {
                let (mut instance, id) = machine.start(resume);
                let reply = line(&mut instance, id, "INCRBY n 0");
                let Reply::Integer(found) = reply else { panic!("{reply:?}") };
                // What was not acknowledged may be there all the same: its reply was cut off.
                let possible = acknowledged..=acknowledged + 1;
                assert!(possible.contains(&found), "{survives:?} {step}: {found} {possible:?}");
                rewritten |= machine
                    .disk
                    .exists(std::path::Path::new("/data/appendonlydir/appendonly.aof.3.base.rdb"))
                    .unwrap();
                instance.kill();
            }
            if acknowledged == 12 {
                assert!(step > 60, "only {step} operations were tried");
                break;
            }
        }
        assert!(rewritten, "{survives:?} {pacing:?}");
    }
}

#[test]
fn the_data_stand_in_memory_in_the_cache_and_on_the_disk() {
    let machine = Machine::new("--appendonly yes --save \"\" --appendfsync everysec");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET a 1");
    line(&mut instance, id, "BGREWRITEAOF");
    line(&mut instance, id, "SELECT 3");
    for text in ["MULTI", "SET b 2", "INCR n", "EXEC"] {
        line(&mut instance, id, text);
    }
    machine.clock.advance(1_000_000);
    instance.tick();
    line(&mut instance, id, "SET c 3");
    line(&mut instance, id, "GET c");
    let commands = |lines: &[&str]| Commands {
        count: lines.len(),
        last: lines.iter().map(|&line| line.to_owned()).collect(),
    };
    assert_eq!(
        instance.layers(),
        Layers {
            keys: 4,
            log: Some(LogLayers {
                policy: Fsync::EverySecond,
                base: 1,
                synced: commands(&["SET b 2 (db 3)", "INCR n (db 3)"]),
                cached: commands(&["SET c 3 (db 3)"]),
                waiting: commands(&[]),
            }),
            snapshot: None,
        }
    );
}

#[test]
fn what_the_disk_refused_waits_in_memory() {
    let machine = Machine::new("--appendonly yes --save \"\"");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET a 1");
    machine.disk.fill(0);
    line(&mut instance, id, "SET b 2");
    let log = instance.layers().log.unwrap();
    assert_eq!(log.waiting, Commands { count: 1, last: vec!["SET b 2".to_owned()] });
    assert_eq!(log.cached.last, ["SET a 1"]);
}

#[test]
fn the_system_writes_back_what_waited_for_half_a_minute() {
    let machine = Machine::new("--appendonly yes --save \"\" --appendfsync no");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET a 1");
    for (seconds, synced) in [(0, 0), (29, 0), (1, 1)] {
        machine.clock.advance(seconds * 1_000_000);
        instance.tick();
        instance.write_back();
        assert_eq!(instance.layers().log.unwrap().synced.count, synced, "{seconds}");
    }
}

#[test]
fn slow_commands_and_events_are_noted() {
    let machine = Machine::new("--enable-debug-command yes");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "CONFIG SET latency-monitor-threshold 20");
    for seconds in ["0.019", "0.02", "1.5", "0.03"] {
        line(&mut instance, id, &format!("DEBUG SLEEP {seconds}"));
    }
    assert_eq!(line(&mut instance, id, "SLOWLOG LEN"), Reply::Integer(4));
    line(&mut instance, id, "CONFIG SET slowlog-max-len 3");
    line(&mut instance, id, "DEBUG SLEEP 0.03");
    assert_eq!(line(&mut instance, id, "SLOWLOG LEN"), Reply::Integer(3));
    let Reply::Array(entries) = line(&mut instance, id, "SLOWLOG GET 1") else { panic!() };
    let Reply::Array(entry) = &entries[0] else { panic!() };
    assert_eq!((&entry[0], &entry[2]), (&Reply::Integer(4), &Reply::Integer(30_000)));
    let start = 1_771_697_069;
    let samples = [(start, 20), (start + 1, 1500)];
    let pair = |(at, ms): (i64, i64)| Reply::Array(vec![Reply::Integer(at), Reply::Integer(ms)]);
    let history = Reply::Array(samples.map(pair).to_vec());
    assert_eq!(line(&mut instance, id, "LATENCY HISTORY command"), history);
    assert_eq!(
        line(&mut instance, id, "LATENCY DOCTOR"),
        bulk(
            "command: slow 2 times, 760 ms on average, 1500 ms at worst\nSLOWLOG GET shows which \
             commands took long. Commands that look at all keys, such as KEYS, or at all of a large \
             value, are the usual cause.\n"
        )
    );
    assert_eq!(line(&mut instance, id, "LATENCY RESET other"), Reply::Integer(0));
    assert_eq!(line(&mut instance, id, "LATENCY RESET"), Reply::Integer(1));
    assert_eq!(line(&mut instance, id, "LATENCY LATEST"), Reply::Array(Vec::new()));
}

#[test]
fn how_long_commands_took_is_counted_and_drawn() {
    let machine = Machine::new("--enable-debug-command yes --latency-monitor-threshold 1");
    let (mut instance, id) = machine.start(false);
    for command in ["CONFIG RESETSTAT", "GET k", "GET k", "GET"] {
        line(&mut instance, id, command);
    }
    for seconds in ["0.04", "0.01"] {
        line(&mut instance, id, &format!("DEBUG SLEEP {seconds}"));
        machine.clock.advance(1_000_000);
    }
    let told = |instance: &mut Instance, command: &str| {
        let reply = line(instance, id, command);
        String::from_utf8(show(&reply, Style::Raw)).unwrap()
    };
    assert_eq!(
        told(&mut instance, "LATENCY HISTOGRAM DEBUG nothing config get"),
        "debug\ncalls\n2\nhistogram_usec\n16908\n1\n67633\n2\nconfig|resetstat\ncalls\n1\n\
         histogram_usec\n1\n1\nget\ncalls\n2\nhistogram_usec\n1\n2\n"
    );
    assert_eq!(
        told(&mut instance, "INFO latencystats").lines().take(3).collect::<Vec<_>>(),
        [
            "# Latencystats",
            "latency_percentiles_usec_config|resetstat:p50=0.001,p99=0.001,p99.9=0.001",
            "latency_percentiles_usec_debug:p50=10027.007,p99=40108.031,p99.9=40108.031",
        ]
    );
    let dashes = "-".repeat(80);
    assert_eq!(
        told(&mut instance, "LATENCY GRAPH command"),
        format!(
            "command - high 40 ms, low 10 ms (all time high 40 ms)\n{dashes}\n# \n| \n| \n|_\n  \n\
             21\nss\n\n"
        )
    );
    line(&mut instance, id, "CONFIG SET latency-tracking no");
    assert_eq!(told(&mut instance, "INFO latencystats"), "# Latencystats\r\n\n");
    line(&mut instance, id, "CONFIG RESETSTAT");
    assert_eq!(told(&mut instance, "LATENCY HISTOGRAM debug"), "\n");
}
