//! What a kill and a power failure take, under each fsync policy, and what `:disk` shows of it.

use super::{check_on, console, printed};

/// A container of one policy with a key that had two seconds to reach the disk, and two that had not.
fn with_policy(policy: &str) -> super::Console {
    let mut console = console();
    for line in [
        format!(
            "docker run -d --name redis -p 6379:6379 redis:8 redis-server --appendonly yes --appendfsync {policy}"
        ),
        "SET old 1".to_owned(),
        ":wait 2s".to_owned(),
        "SET new 2".to_owned(),
        "INCR newer".to_owned(),
    ] {
        assert!(!console.run(line.as_bytes()).failed(), "{line}");
    }
    console
}

const NOBODY: &str = "# docker start redis starts it again with what was kept
# nothing answers on 127.0.0.1:6379 now; the prompt connects again when a container publishes that port, and redis-cli --sandbox goes back to the sandbox
$ docker start redis
redis
# container redis (redis 8.6.0) now answers on 127.0.0.1:6379
$ KEYS *
";

#[test]
fn always_loses_nothing() {
    check_on(
        &mut with_policy("always"),
        &format!(
            "$ :power-loss
container redis: appendonly yes, appendfsync always
  gone  in memory: 3 keys
  ----  in the operating system's cache: nothing
  kept  on the disk: 3 commands
          SET old 1
          SET new 2
          INCR newer
{NOBODY}1) \"old\"
2) \"new\"
3) \"newer\""
        ),
    );
}

#[test]
fn everysec_loses_the_last_second() {
    check_on(
        &mut with_policy("everysec"),
        &format!(
            "$ :power-loss
container redis: appendonly yes, appendfsync everysec
  gone  in memory: 3 keys
  gone  in the operating system's cache: 2 commands
          SET new 2
          INCR newer
  kept  on the disk: 1 command
          SET old 1
{NOBODY}1) \"old\""
        ),
    );
}

#[test]
fn no_loses_what_the_system_has_not_written_back() {
    check_on(
        &mut with_policy("no"),
        &format!(
            "$ :power-loss
container redis: appendonly yes, appendfsync no
  gone  in memory: 3 keys
  gone  in the operating system's cache: 3 commands
          SET old 1
          SET new 2
          INCR newer
  ----  on the disk: nothing
{NOBODY}(empty array)"
        ),
    );
}

#[test]
fn the_system_writes_back_after_half_a_minute() {
    let mut console = with_policy("no");
    console.run(b":wait 31s");
    console.run(b"SET last 3");
    let told = printed(&console.run(b":power-loss"));
    assert_eq!(
        told.lines().take(7).collect::<Vec<_>>(),
        [
            "container redis: appendonly yes, appendfsync no",
            "  gone  in memory: 4 keys",
            "  gone  in the operating system's cache: 1 command",
            "          SET last 3",
            "  kept  on the disk: 3 commands",
            "          SET old 1",
            "          SET new 2",
        ]
    );
}

#[test]
fn a_kill_takes_memory_alone() {
    check_on(
        &mut with_policy("no"),
        &format!(
            "$ :kill
container redis: appendonly yes, appendfsync no
  gone  in memory: 3 keys
  kept  in the operating system's cache: 3 commands
          SET old 1
          SET new 2
          INCR newer
  ----  on the disk: nothing
{NOBODY}1) \"old\"
2) \"new\"
3) \"newer\""
        ),
    );
}

#[test]
fn without_a_log_a_snapshot_is_all_that_is_kept() {
    let mut console = console();
    console.run(b"docker run -d --name redis -p 6379:6379 redis:8");
    check_on(
        &mut console,
        &format!(
            "$ SET a 1
OK
$ :disk
container redis: /data is a volume of its own
the folder is empty: nothing was written to the disk
$ SAVE
OK
$ SET b 2
OK
$ :disk
container redis: /data is a volume of its own
dump.rdb                       84 bytes  a snapshot of 1 key
$ :kill
container redis: appendonly no
  gone  in memory: 2 keys
  ----  in the operating system's cache: nothing
  kept  on the disk: a snapshot of 1 key, dump.rdb
{NOBODY}1) \"a\""
        ),
    );
}

#[test]
fn nothing_was_saved_and_nothing_is_kept() {
    let mut console = console();
    console.run(b"docker run -d --rm --name redis -p 6379:6379 redis:8");
    check_on(
        &mut console,
        "$ SET a 1
OK
$ :power-loss
container redis: appendonly no
  gone  in memory: 1 key
  ----  in the operating system's cache: nothing
  ----  on the disk: nothing, for no snapshot was written
# container redis had --rm: it was removed, with what was its own
# nothing answers on 127.0.0.1:6379 now; the prompt connects again when a container publishes that port, and redis-cli --sandbox goes back to the sandbox
$ :power-loss
# no server is running here
$ :disk
# no server is running here, so there is no folder to show",
    );
}

#[test]
fn the_sandbox_comes_back_by_itself() {
    check_on(
        &mut console(),
        "$ SET a 1
OK
$ :wait 2s
# 2s went by
$ SELECT 2
OK
$ SET b 2
OK
$ :power-loss
the sandbox: appendonly yes, appendfsync everysec
  gone  in memory: 2 keys
  gone  in the operating system's cache: 1 command
          SET b 2 (db 2)
  kept  on the disk: 1 command
          SET a 1
# the sandbox is gone, and was started again from its files
$ GET b
(nil)
$ SELECT 0
OK
$ GET a
\"1\"",
    );
}

#[test]
fn the_power_fails_for_every_container_but_not_for_a_sandbox_that_is_elsewhere() {
    let mut console = console();
    console.run(b"SET s 1");
    console.run(b"docker run -d --name one -p 6379:6379 --restart always redis");
    console.run(b"docker run -d --name two redis");
    check_on(
        &mut console,
        "$ :power-loss
container one: appendonly no
  gone  in memory: 0 keys
  ----  in the operating system's cache: nothing
  ----  on the disk: nothing, for no snapshot was written
container two: appendonly no
  gone  in memory: 0 keys
  ----  in the operating system's cache: nothing
  ----  on the disk: nothing, for no snapshot was written
# docker started one again by itself: --restart always asks for that
# docker start two starts it again with what was kept
$ redis-cli --sandbox GET s
\"1\"",
    );
}

#[test]
fn the_disk_is_shown_as_files_and_commands() {
    check_on(
        &mut with_policy("everysec"),
        "$ :disk
container redis: /data is a volume of its own
appendonlydir/
  appendonly.aof.manifest      88 bytes  the manifest: the files of the log
      file appendonly.aof.1.base.rdb seq 1 type b
      file appendonly.aof.1.incr.aof seq 1 type i
  appendonly.aof.1.base.rdb    74 bytes  the base: a snapshot of 0 keys
  appendonly.aof.1.incr.aof   106 bytes  what was done since
the commands in the log:
  SELECT 0
  SET old 1
  -- on the disk up to here; below only in the system's cache
  SET new 2
  INCR newer
$ BGREWRITEAOF
Background append only file rewriting started
$ SET last 3
OK
$ docker stop redis
redis
# nothing answers on 127.0.0.1:6379 now; the prompt connects again when a container publishes that port, and redis-cli --sandbox goes back to the sandbox
$ :disk
# no server answers here; a stopped container has its folder still: :disk redis
$ :disk redis
container redis, which does not run: /data is a volume of its own
dump.rdb                      110 bytes  a snapshot of 4 keys
appendonlydir/
  appendonly.aof.manifest      88 bytes  the manifest: the files of the log
      file appendonly.aof.2.base.rdb seq 2 type b
      file appendonly.aof.2.incr.aof seq 2 type i
  appendonly.aof.2.base.rdb   102 bytes  the base: a snapshot of 3 keys
  appendonly.aof.2.incr.aof    53 bytes  what was done since
the commands in the log:
  SELECT 0
  SET last 3
$ docker volume create other
other
$ :disk other
volume other:
the folder is empty: nothing was written to the disk
$ :disk nothing
# there is no container and no volume nothing
$ :disk a b
# write :disk, or :disk with the name of a container or volume",
    );
}

#[test]
fn a_container_writes_what_its_server_does() {
    let mut console = with_policy("everysec");
    console.run(b"docker restart redis");
    let log = printed(&console.run(b"docker logs redis"));
    let lines: Vec<&str> =
        log.lines().filter_map(|line| line.split_once(" * ")).map(|(_, text)| text).collect();
    assert_eq!(
        lines,
        [
            "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
            "Redis version=8.6.0, bits=64, commit=00000000, modified=1, pid=1, just started",
            "Configuration loaded",
            "monotonic clock: POSIX clock_gettime",
            "Running mode=standalone, port=6379.",
            "Server initialized",
            "Creating AOF base file appendonly.aof.1.base.rdb on server start",
            "Creating AOF incr file appendonly.aof.1.incr.aof on server start",
            "Ready to accept connections tcp",
            "User requested shutdown...",
            "Calling fsync() on the AOF file.",
            "Saving the final RDB snapshot before exiting.",
            "DB saved on disk",
            "Redis is now ready to exit, bye bye...",
            "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
            "Redis version=8.6.0, bits=64, commit=00000000, modified=1, pid=1, just started",
            "Configuration loaded",
            "monotonic clock: POSIX clock_gettime",
            "Running mode=standalone, port=6379.",
            "Server initialized",
            "Reading RDB base file on AOF loading...",
            "Done loading RDB, keys loaded: 0, keys expired: 0.",
            "DB loaded from append only file: 0.000 seconds",
            "Opening AOF incr file appendonly.aof.1.incr.aof on server start",
            "Ready to accept connections tcp",
        ]
    );
}

#[test]
fn a_server_that_does_not_start_writes_why() {
    let mut console = console();
    console.run(b"docker pull redis");
    check_on(
        &mut console,
        r#"$ docker run --rm redis --port 6379 --appendonli yes

*** FATAL CONFIG FILE ERROR (Redis 8.6.0) ***
Reading the configuration file, at line 3
>>> 'appendonli "yes"'
Bad directive or wrong number of arguments
# Redis did not start: there is no directive 'appendonli'; did you mean 'appendonly'?
$ docker run --rm redis --appendonly maybe

*** FATAL CONFIG FILE ERROR (Redis 8.6.0) ***
Reading the configuration file, at line 2
>>> 'appendonly "maybe"'
argument must be 'yes' or 'no'
# Redis did not start: 'appendonly' cannot be 'maybe': argument must be 'yes' or 'no'; the default is written `appendonly no`
$ docker run --rm redis -d -p 6379:6379

*** FATAL CONFIG FILE ERROR (Redis 8.6.0) ***
Reading the configuration file, at line 2
>>> '"-d" "-p" "6379:6379"'
Bad directive or wrong number of arguments
# what follows the image goes to redis-server: docker's own flags stand before it, as in docker run -d -p 6379:6379 redis
$ docker run --rm redis redis.conf
Fatal error, can't open config file '/data/redis.conf': No such file or directory
# Redis did not start: the lab reads no configuration file: write each setting as --name value"#,
    );
}
