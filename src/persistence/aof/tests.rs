//! The log as a whole, on a disk that fails and loses power.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::*;
use crate::engine::{Engine, NoHost, Now, Peer, SessionId};
use crate::persistence::storage::{Fault, MemoryDisk, Storage, Survives};
use crate::persistence::{LoadError, Replay};
use crate::resp::write_request;

const START: i64 = 1_700_000_000_000;

fn settings(fsync: Fsync) -> Settings {
    Settings { fsync, ..Settings::new("/data") }
}

fn new_disk() -> MemoryDisk {
    let disk = MemoryDisk::new();
    disk.create_dir(Path::new("/data")).unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    disk
}

/// Loads what the disk holds into a new engine.
fn load_engine(disk: &MemoryDisk, settings: &Settings) -> Result<(Engine, Loaded), LoadError> {
    let now = Now::from_ms(START);
    let mut engine = Engine::new(1);
    let mut replay = Replay::new(now);
    let loaded = load(disk, settings, |item| replay.apply(&mut engine, item), |_| {})?;
    Ok((engine, loaded))
}

/// What an engine holds, as text: the same data gives the same text.
fn dump(engine: &Engine) -> String {
    let mut lines = Vec::new();
    for (db, database) in engine.keyspace.databases().iter().enumerate() {
        for (key, entry) in database.iter() {
            crate::persistence::rewrite::commands_for(key, entry, &mut |words| {
                lines.push(format!("{db} {}", String::from_utf8_lossy(&words.join(&b' '))));
            });
        }
    }
    lines.sort();
    lines.join("\n")
}

/// A small server: an engine, its log, a clock.
struct Server {
    engine: Engine,
    client: SessionId,
    log: Log,
    now: Now,
    notices: Vec<String>,
}

impl Server {
    fn start(disk: &MemoryDisk, settings: &Settings) -> Self {
        let now = Now::from_ms(START);
        let (mut engine, loaded) = load_engine(disk, settings).unwrap();
        let notices = loaded.notices.iter().map(ToString::to_string).collect();
        engine.keyspace.effects.enabled = true;
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let log = Log::start(storage, settings.clone(), loaded, &engine.keyspace, now).unwrap();
        let client = engine.connect(Peer::default(), now);
        Self { engine, client, log, now, notices }
    }

    fn wait_ms(&mut self, ms: i64) -> Result<(), LogError> {
        self.now = Now::from_ms(self.now.ms() + ms);
        self.log.tick(self.now)
    }

    /// Runs a line of plain words and logs it.
    fn run(&mut self, line: &str) -> Result<String, LogError> {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut reply = Vec::new();
        self.engine.execute(self.client, &words, self.now, &mut NoHost, &mut reply);
        let mut units = Vec::new();
        self.engine.keyspace.effects.drain_into(&mut units);
        self.log.append(&units, self.now)?;
        Ok(String::from_utf8(reply).unwrap())
    }

    fn rewrite(&mut self) -> Result<(), LogError> {
        self.log.rewrite(&self.engine.keyspace, self.now)?;
        self.engine.keyspace.effects.forget_database();
        Ok(())
    }

    fn dump(&self) -> String {
        dump(&self.engine)
    }
}

fn loaded_dump(disk: &MemoryDisk) -> String {
    dump(&load_engine(disk, &settings(Fsync::Always)).unwrap().0)
}

#[test]
fn a_log_brings_back_what_was_written() {
    let (disk, settings) = (new_disk(), settings(Fsync::No));
    let mut server = Server::start(&disk, &settings);
    for line in ["SET a 1", "SELECT 3", "SET b 2", "MULTI", "SET c 3", "INCR b", "EXEC"] {
        server.run(line).unwrap();
    }
    let wanted = "0 SET a 1\n3 SET b 3\n3 SET c 3";
    assert_eq!(server.dump(), wanted);
    disk.kill();
    assert_eq!(loaded_dump(&disk), wanted);
    let mut server = Server::start(&disk, &settings);
    server.rewrite().unwrap();
    server.run("SET d 4").unwrap();
    disk.kill();
    assert_eq!(loaded_dump(&disk), format!("0 SET a 1\n0 SET d 4\n{}", &wanted[10..]));
    let names = disk.list(Path::new("/data/appendonlydir")).unwrap();
    assert_eq!(
        names,
        [settings.base_name(2), settings.incremental_name(2), "appendonly.aof.manifest".to_owned()]
    );
}

#[test]
fn what_a_crash_takes_depends_on_the_policy() {
    let survivors = |fsync, survives: Option<Survives>| {
        let disk = new_disk();
        let mut server = Server::start(&disk, &settings(fsync));
        server.wait_ms(10).unwrap();
        server.run("SET a 1").unwrap();
        server.wait_ms(1000).unwrap();
        server.run("SET b 2").unwrap();
        server.wait_ms(10).unwrap();
        server.run("SET c 3").unwrap();
        survives.map_or_else(|| disk.kill(), |survives| disk.power_loss(survives));
        loaded_dump(&disk).replace("0 SET ", "")
    };
    for (fsync, after_power_loss) in
        [(Fsync::Always, "a 1\nb 2\nc 3"), (Fsync::EverySecond, "a 1"), (Fsync::No, "")]
    {
        assert_eq!(survivors(fsync, None), "a 1\nb 2\nc 3");
        assert_eq!(survivors(fsync, Some(Survives::Synced)), after_power_loss, "{fsync:?}");
    }
    assert_eq!(survivors(Fsync::EverySecond, Some(Survives::Torn(40))), "a 1\nb 2");
}

#[test]
fn a_full_disk_refuses_writes_and_loses_nothing() {
    for fsync in [Fsync::Always, Fsync::EverySecond, Fsync::No] {
        let disk = new_disk();
        let mut server = Server::start(&disk, &settings(fsync));
        server.run("SET a 1").unwrap();
        disk.fill(10);
        assert!(server.run("SET b 2").is_err());
        assert_eq!(
            server.log.refusal().as_deref(),
            Some("MISCONF Errors writing to the AOF file: No space left on device")
        );
        assert!(server.run("SET c 3").is_err());
        assert_eq!(loaded_dump(&disk), "0 SET a 1", "the torn write was not taken back");
        assert!(server.wait_ms(1000).is_err());
        disk.mend();
        server.wait_ms(999).unwrap();
        assert!(server.log.refusal().is_some(), "tried again too soon");
        server.wait_ms(1).unwrap();
        assert_eq!(server.log.refusal(), None);
        assert_eq!(server.log.pending(), b"");
        server.run("SET d 4").unwrap();
        assert_eq!(loaded_dump(&disk), server.dump());
    }
}

#[test]
fn after_a_failed_sync_only_new_files_help() {
    let disk = new_disk();
    let mut server = Server::start(&disk, &settings(Fsync::Always));
    server.run("SET a 1").unwrap();
    disk.fail_after(1, Fault::Error(5));
    assert!(server.run("SET b 2").is_err());
    let refusal = Some("MISCONF Errors writing to the AOF file: Input/output error".to_owned());
    assert_eq!(server.log.refusal(), refusal);
    let before = disk.operations();
    assert!(server.run("SET c 3").is_err());
    assert!(server.wait_ms(5000).is_ok());
    assert_eq!(disk.operations(), before, "wrote on after a failed sync");
    assert!(server.log.needs_rewrite());
    server.rewrite().unwrap();
    assert_eq!(server.log.refusal(), None);
    server.run("SET d 4").unwrap();
    disk.power_loss(Survives::Synced);
    assert_eq!(loaded_dump(&disk), server.dump());
}

#[test]
fn a_crash_at_any_step_of_a_start_or_a_rewrite_loses_nothing() {
    for survives in [None, Some(Survives::Synced), Some(Survives::Names), Some(Survives::Torn(9))] {
        for step in 0.. {
            let disk = new_disk();
            let settings = settings(Fsync::Always);
            let mut server = Server::start(&disk, &settings);
            server.run("SET a 1").unwrap();
            server.rewrite().unwrap();
            server.run("SET b 2").unwrap();
            disk.fail_after(step, Fault::Crash);
            let result = server.rewrite();
            survives.map_or_else(|| disk.kill(), |survives| disk.power_loss(survives));
            assert_eq!(loaded_dump(&disk), "0 SET a 1\n0 SET b 2", "{survives:?} {step}");
            // The next start cleans up and goes on, whatever was left.
            let mut server = Server::start(&disk, &settings);
            server.run("SET c 3").unwrap();
            server.rewrite().unwrap();
            server.run("SET d 4").unwrap();
            disk.power_loss(Survives::Synced);
            assert_eq!(loaded_dump(&disk), "0 SET a 1\n0 SET b 2\n0 SET c 3\n0 SET d 4");
            assert_eq!(disk.list(Path::new("/data/appendonlydir")).unwrap().len(), 3);
            if result.is_ok() && step > 20 {
                break;
            }
        }
    }
}

#[test]
fn a_rewrite_that_fails_leaves_the_log_as_it_was() {
    for step in 0.. {
        let disk = new_disk();
        let mut server = Server::start(&disk, &settings(Fsync::Always));
        server.run("SET a 1").unwrap();
        disk.fail_after(step, Fault::Error(28));
        let result = server.rewrite();
        disk.mend();
        let broken = server.log.needs_rewrite();
        let appended = server.run("SET b 2");
        assert_eq!(appended.is_err(), broken, "{step}");
        assert_eq!(loaded_dump(&disk), if broken { "0 SET a 1" } else { "0 SET a 1\n0 SET b 2" });
        server.rewrite().unwrap();
        assert_eq!(loaded_dump(&disk), "0 SET a 1\n0 SET b 2");
        if result.is_ok() && step > 20 {
            break;
        }
    }
}

#[test]
fn growth_asks_for_a_rewrite() {
    let disk = new_disk();
    let mut server = Server::start(&disk, &settings(Fsync::No));
    let grow = |server: &mut Server| {
        for _ in 0..10 {
            server.run("INCR n").unwrap();
        }
    };
    grow(&mut server);
    assert!(!server.log.should_rewrite(0, 0, server.now));
    assert!(!server.log.should_rewrite(100, 1 << 20, server.now));
    assert!(server.log.should_rewrite(100, 100, server.now));
    server.rewrite().unwrap();
    let size = server.log.size();
    assert_eq!(server.log.base_size(), size);
    assert!(!server.log.should_rewrite(100, 0, server.now));
    grow(&mut server);
    assert!(server.log.size() >= 2 * size);
    assert!(server.log.should_rewrite(100, 0, server.now));
    disk.fill(0);
    assert!(server.rewrite().is_err());
    assert!(!server.log.should_rewrite(100, 0, server.now));
    server.wait_ms(60_000).unwrap();
    assert!(server.log.should_rewrite(100, 0, server.now));
}

/// A disk with a log of one incremental file that holds `records`.
fn disk_with(records: &[u8]) -> (MemoryDisk, PathBuf) {
    let disk = new_disk();
    disk.put(
        Path::new("/data/appendonlydir/appendonly.aof.manifest"),
        b"file appendonly.aof.1.incr.aof seq 1 type i\n",
    );
    let path = PathBuf::from("/data/appendonlydir/appendonly.aof.1.incr.aof");
    disk.put(&path, records);
    (disk, path)
}

fn small_log() -> Vec<u8> {
    let mut log = b"#TS:1700000000\r\n".to_vec();
    for line in [
        "SELECT 0",
        "SET a 1",
        "MULTI",
        "SET b 2",
        "INCR b",
        "EXEC",
        "SET c 3",
        "SELECT 11",
        "MULTI",
        "SET a 11",
        "EXEC",
        "SET b 12345678901234",
    ] {
        write_request(&mut log, &line.split(' ').collect::<Vec<_>>());
    }
    log
}

/// The units of a log, a line each; `Err` if it is refused.
fn units(disk: &MemoryDisk) -> Result<Vec<String>, LoadError> {
    let mut engine = Engine::new(1);
    let mut replay = Replay::new(Now::from_ms(START));
    let mut units = Vec::new();
    let apply = |item: Item<'_>| {
        if let Item::Unit(unit) = &item {
            let records: Vec<_> = unit
                .records()
                .map(|words| String::from_utf8_lossy(&words.join(&b' ')).into_owned())
                .collect();
            units.push(records.join("; "));
        }
        replay.apply(&mut engine, item)
    };
    load(disk, &settings(Fsync::No), apply, |_| {})?;
    Ok(units)
}

#[test]
fn cut_at_every_byte_a_log_loads_a_whole_prefix() {
    let log = small_log();
    let all = units(&disk_with(&log).0).unwrap();
    assert_eq!(all.len(), 7);
    let mut counts = Vec::new();
    for cut in 0..=log.len() {
        let (disk, path) = disk_with(&log[..cut]);
        let found = units(&disk).unwrap();
        assert_eq!(found, all[..found.len()], "{cut}");
        counts.push(found.len());
        assert_eq!(disk.read(&path).unwrap(), &log[..cut], "loading changed the file");
        // What follows stands behind the last whole unit.
        let mut server = Server::start(&disk, &settings(Fsync::Always));
        server.run("SET z 1").unwrap();
        let mut wanted = all[..found.len()].to_vec();
        wanted.extend(["SELECT 0".to_owned(), "SET z 1".to_owned()]);
        assert_eq!(units(&disk).unwrap(), wanted, "{cut}");
    }
    counts.dedup();
    assert_eq!(counts, [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_flipped_byte_is_refused_or_stays_where_it_is() {
    let log = small_log();
    let all = units(&disk_with(&log).0).unwrap();
    for at in 0..log.len() {
        for flip in [0x01, 0x02, 0x08, 0x10, 0x20, 0x80, 0xff] {
            let mut damaged = log.clone();
            damaged[at] ^= flip;
            let (disk, _) = disk_with(&damaged);
            let before = disk.files();
            if let Ok(found) = units(&disk) {
                let differ = all.iter().zip(&found).filter(|(a, b)| a != b).count();
                let last_is_gone = found.len() + 1 == all.len() && differ == 0;
                let in_place = found.len() == all.len() && differ <= 1;
                assert!(last_is_gone || in_place, "{at} {flip}: {found:?}");
            }
            assert_eq!(disk.files(), before);
        }
    }
}

#[test]
fn damage_names_file_offset_and_what_to_do() {
    let mut log = small_log();
    log[17] = b'9';
    let (disk, _) = disk_with(&log);
    let path = "/data/appendonlydir/appendonly.aof.1.incr.aof";
    assert_eq!(
        units(&disk).unwrap_err().to_string(),
        format!(
            "{path} is damaged at byte 16: expected a value, found byte 0x2a. Nothing was \
             changed. Copy the file, then `redis-check-aof --fix {path}` cuts it there: what \
             stands behind is lost"
        )
    );
}

#[test]
fn a_tail_is_dropped_only_from_the_last_file_and_only_if_that_is_wanted() {
    let (disk, _) = disk_with(&small_log()[..100]);
    let strict = Settings { drop_torn_tail: false, ..settings(Fsync::No) };
    assert!(load_engine(&disk, &strict).is_err());
    let server = Server::start(&disk, &settings(Fsync::No));
    assert_eq!(
        server.notices,
        ["/data/appendonlydir/appendonly.aof.1.incr.aof ended in the middle of a transaction, as \
          after a crash: its last 34 bytes were dropped, everything up to byte 66 was loaded"]
    );
    let (disk, _) = disk_with(&small_log()[..100]);
    disk.put(
        Path::new("/data/appendonlydir/appendonly.aof.manifest"),
        b"file appendonly.aof.1.incr.aof seq 1 type i\nfile x seq 2 type i\n",
    );
    let missing = units(&disk).unwrap_err().to_string();
    assert_eq!(
        missing,
        "/data/appendonlydir/x is missing, but the manifest beside it names it. Nothing was \
         changed. Put the file back"
    );
    disk.put(Path::new("/data/appendonlydir/x"), b"");
    assert!(units(&disk).is_err());
}

#[test]
fn a_directory_without_a_manifest_starts_empty_and_says_what_it_did_not_load() {
    let disk = new_disk();
    disk.put(Path::new("/data/dump.rdb"), b"REDIS0010");
    let server = Server::start(&disk, &settings(Fsync::No));
    assert_eq!(server.dump(), "");
    assert_eq!(server.notices.len(), 1);
    assert!(server.notices[0].contains("dump.rdb was NOT loaded"));

    let (disk, _) = disk_with(&small_log());
    disk.remove(Path::new("/data/appendonlydir/appendonly.aof.manifest")).unwrap();
    let refused = load_engine(&disk, &settings(Fsync::No)).err().unwrap().to_string();
    assert_eq!(
        refused,
        "appendonly.aof.1.incr.aof holds data, but /data/appendonlydir/appendonly.aof.manifest \
         beside it is missing or does not name it. Nothing was changed. Put the manifest back, or \
         move appendonly.aof.1.incr.aof away to start without it"
    );
}

#[test]
fn a_single_file_of_an_earlier_version_is_taken_in_whatever_crashes() {
    for step in 0..20 {
        let disk = new_disk();
        disk.put(Path::new("/data/appendonly.aof"), &small_log());
        let wanted = loaded_dump(&disk);
        assert_eq!(wanted.lines().count(), 5);
        let settings = settings(Fsync::Always);
        let (engine, loaded) = load_engine(&disk, &settings).unwrap();
        disk.fail_after(step, Fault::Crash);
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let keyspace = &engine.keyspace;
        let now = Now::from_ms(START);
        let _ = Log::start(storage, settings.clone(), loaded, keyspace, now);
        disk.power_loss(if step % 2 == 0 { Survives::Synced } else { Survives::Names });
        assert_eq!(loaded_dump(&disk), wanted, "{step}");
        Server::start(&disk, &settings).run("SET z 1").unwrap();
        let found = loaded_dump(&disk);
        assert_eq!(found.replace("0 SET z 1\n", ""), wanted);
        assert_ne!(found, wanted);
        assert_eq!(disk.list(Path::new("/data")).unwrap(), Vec::<String>::new());
    }
}

#[test]
fn a_damaged_manifest_is_refused_or_loads_the_same() {
    let disk = new_disk();
    let mut server = Server::start(&disk, &settings(Fsync::No));
    server.run("SET a 1").unwrap();
    server.rewrite().unwrap();
    server.run("SET b 2").unwrap();
    let path = settings(Fsync::No).manifest();
    let whole = disk.read(&path).unwrap();
    for at in 0..whole.len() {
        for flip in 1..=255 {
            let mut damaged = whole.clone();
            damaged[at] ^= flip;
            disk.put(&path, &damaged);
            if let Ok((engine, _)) = load_engine(&disk, &settings(Fsync::No)) {
                assert_eq!(dump(&engine), server.dump(), "{at} {flip}");
            }
        }
        disk.put(&path, &whole[..at]);
        assert!(load_engine(&disk, &settings(Fsync::No)).is_err(), "cut at {at}");
    }
}

#[test]
fn a_damaged_base_is_refused() {
    let disk = new_disk();
    let mut server = Server::start(&disk, &settings(Fsync::No));
    server.run("SET a 1").unwrap();
    server.rewrite().unwrap();
    let path = settings(Fsync::No).log_dir().join("appendonly.aof.2.base.rdb");
    let whole = disk.read(&path).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x01;
        disk.put(&path, &damaged);
        assert!(load_engine(&disk, &settings(Fsync::No)).is_err(), "flipped at {at}");
        disk.put(&path, &whole[..at]);
        assert!(load_engine(&disk, &settings(Fsync::No)).is_err(), "cut at {at}");
    }
}

#[test]
fn a_command_that_does_not_run_is_named() {
    let mut log = Vec::new();
    write_request(&mut log, &["SET", "a", "1"]);
    write_request(&mut log, &["LPUSH", "a", "1"]);
    let path = "/data/appendonlydir/appendonly.aof.1.incr.aof";
    assert_eq!(
        units(&disk_with(&log).0).unwrap_err().to_string(),
        format!(
            "{path} cannot be loaded from byte 27 on: LPUSH fails: WRONGTYPE Operation against a \
             key holding the wrong kind of value. Nothing was changed. If the file is damaged, \
             copy it, then `truncate -s 27 {path}` cuts it there: what stands behind is lost"
        )
    );
}
