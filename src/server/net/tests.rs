//! The loop turned by hand: sockets in a folder, instances on a disk in memory. What a test has sent
//! through a socket file is there at once, so nothing waits.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::engine::Now;
use crate::persistence::storage::{Fault, MemoryDisk, Storage};
use crate::resp::write_request;
use crate::server::{Clock, Instance, Options};

/// Instances by their numbers.
struct House(Vec<Option<Instance>>);

impl Rooms for House {
    fn room(&mut self, room: usize) -> Option<&mut Instance> {
        self.0.get_mut(room)?.as_mut()
    }

    fn work(&mut self) -> Option<Duration> {
        self.0.iter_mut().flatten().filter_map(Instance::work).min()
    }
}

struct Hall {
    net: Net,
    house: House,
    disk: MemoryDisk,
    clock: Clock,
    folder: TempDir,
}

impl Hall {
    /// A room for each list of arguments.
    fn new(rooms: &[&str]) -> Self {
        let clock = Clock::virtual_at(Now::from_ms(1_771_697_069_000));
        let (net, _) = Net::new(clock.clone()).unwrap();
        let mut hall = Self {
            net,
            house: House(Vec::new()),
            disk: MemoryDisk::new(),
            clock,
            folder: TempDir::new().unwrap(),
        };
        for args in rooms {
            hall.add(args);
        }
        hall
    }

    fn add(&mut self, args: &str) {
        let number = self.house.0.len();
        let storage: Arc<dyn Storage> = Arc::new(self.disk.clone());
        let mut options = Options::sandbox(storage, PathBuf::from(format!("/data{number}")), 1);
        options.args.extend(args.split_ascii_whitespace().map(str::to_owned));
        let (instance, _) = Instance::start(&options, self.clock.clone()).unwrap();
        self.house.0.push(Some(instance));
        self.net.open(Door::open(&Stand::Unix(self.path(number)), number).unwrap()).unwrap();
    }

    fn path(&self, room: usize) -> PathBuf {
        self.folder.path().join(room.to_string())
    }

    fn turn(&mut self) -> Vec<usize> {
        self.net.wait(Duration::ZERO).unwrap();
        self.net.act(&mut self.house).busy
    }

    fn connect(&mut self, room: usize) -> UnixStream {
        let stream = UnixStream::connect(self.path(room)).unwrap();
        stream.set_nonblocking(true).unwrap();
        self.turn();
        stream
    }

    /// Sends lines and turns until there is nothing more to do; gives what came back.
    fn say(&mut self, client: &mut UnixStream, lines: &[&str]) -> String {
        send(client, lines);
        while !self.turn().is_empty() {}
        heard(client)
    }
}

fn send(client: &mut UnixStream, lines: &[&str]) {
    let mut bytes = Vec::new();
    for line in lines {
        write_request(&mut bytes, &line.split(' ').collect::<Vec<_>>());
    }
    client.write_all(&bytes).unwrap();
}

/// What was sent to a client up to now; a `!` at the end where the connection has ended.
fn heard(client: &mut UnixStream) -> String {
    let mut text = String::new();
    let mut block = vec![0; 65_536];
    loop {
        match client.read(&mut block) {
            Ok(0) => return text + "!",
            Ok(count) => text.push_str(std::str::from_utf8(&block[..count]).unwrap()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return text,
            Err(error) => panic!("{error}"),
        }
    }
}

/// How many operations of the disk it takes to run these lines.
fn operations(lines: &[&str]) -> u64 {
    let mut hall = Hall::new(&["--appendfsync always"]);
    let mut client = hall.connect(0);
    hall.say(&mut client, &["SET k v"]);
    let before = hall.disk.operations();
    hall.say(&mut client, lines);
    hall.disk.operations() - before
}

#[test]
fn nobody_is_told_that_a_change_is_safe_which_the_log_does_not_hold() {
    let append = operations(&["SET k w"]);
    // A snapshot in between makes the change no safer in the log.
    for lines in [&["SET k w"][..], &["SET k w", "SAVE"], &["SET k w", "GET k"]] {
        let mut hall = Hall::new(&["--appendfsync always"]);
        let (mut writer, mut reader) = (hall.connect(0), hall.connect(0));
        assert_eq!(hall.say(&mut writer, &["SET k v"]), "+OK\r\n");
        hall.disk.fail_after(operations(lines) - append, Fault::Error(28));
        send(&mut writer, lines);
        send(&mut reader, &["GET other"]);
        hall.turn();
        assert_eq!(
            heard(&mut writer),
            "-MISCONF Errors writing to the AOF file: No space left on device\r\n!",
            "{lines:?}"
        );
        assert_eq!(heard(&mut reader), "$-1\r\n");
    }
}

#[test]
fn who_waited_gets_nothing_that_the_log_does_not_hold() {
    let mut hall = Hall::new(&["--appendfsync always"]);
    let (mut waiting, mut writer) = (hall.connect(0), hall.connect(0));
    assert_eq!(hall.say(&mut waiting, &["BLPOP k 0", "PING"]), "");
    hall.disk.fail_after(0, Fault::Error(28));
    let refused = "-MISCONF Errors writing to the AOF file: No space left on device\r\n!";
    assert_eq!(hall.say(&mut writer, &["RPUSH k v"]), refused);
    assert_eq!(heard(&mut waiting), refused);
}

#[test]
fn a_wait_ends_by_itself_and_the_pipeline_goes_on() {
    let mut hall = Hall::new(&[""]);
    let mut client = hall.connect(0);
    assert_eq!(hall.say(&mut client, &["BLPOP k 1.5", "PING", "BLPOP k 0.5"]), "");
    hall.clock.advance(1_499_000);
    while !hall.turn().is_empty() {}
    assert_eq!(heard(&mut client), "");
    hall.clock.advance(1000);
    hall.turn();
    while !hall.turn().is_empty() {}
    assert_eq!(heard(&mut client), "*-1\r\n+PONG\r\n");
    hall.clock.advance(500_000);
    hall.turn();
    assert_eq!(heard(&mut client), "*-1\r\n");
    // One who sends no more while waiting is gone.
    hall.say(&mut client, &["BLPOP k 0"]);
    client.shutdown(std::net::Shutdown::Write).unwrap();
    hall.turn();
    hall.turn();
    assert_eq!(heard(&mut client), "!");
}

/// The replies to a script that runs, and to what another client sends meanwhile.
fn beside(hall: &mut Hall, script: &str, lines: &[&str]) -> (String, String) {
    let (mut runs, mut other) = (hall.connect(0), hall.connect(0));
    send(&mut runs, &[&format!("EVAL {script} 0")]);
    hall.net.wait(Duration::ZERO).unwrap();
    send(&mut other, lines);
    hall.net.act(&mut hall.house);
    while !hall.turn().is_empty() {}
    (heard(&mut runs), heard(&mut other))
}

const BUSY: &str =
    "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";

#[test]
fn a_script_that_takes_long_can_be_ended_by_another_client() {
    let mut hall = Hall::new(&["--busy-reply-threshold 1"]);
    let lines = ["GET k", "MULTI", "SHUTDOWN", "DISCARD", "SCRIPT KILL"];
    let (ran, other) = beside(&mut hall, "while(1)do\tend", &lines);
    let killed = "-ERR Script killed by user with SCRIPT KILL... script: \
        32d9d4f5408a686609a10dbf71f9d9d2bd6ba9cb, on @user_script:1.\r\n";
    assert_eq!(ran, killed);
    assert_eq!(
        other,
        format!("{BUSY}+OK\r\n-ERR Command not allowed inside a transaction\r\n+OK\r\n+OK\r\n")
    );
    // Then everything is as before.
    let mut client = hall.connect(0);
    assert_eq!(
        hall.say(&mut client, &["SCRIPT KILL", "GET k"]),
        "-NOTBUSY No scripts in execution right now.\r\n$-1\r\n"
    );
}

#[test]
fn who_comes_while_a_script_runs_is_let_in() {
    let mut hall = Hall::new(&["--busy-reply-threshold 1"]);
    let mut runs = hall.connect(0);
    send(&mut runs, &["EVAL while(1)do\tend 0", "PING"]);
    hall.net.wait(Duration::ZERO).unwrap();
    let mut late = UnixStream::connect(hall.path(0)).unwrap();
    late.set_nonblocking(true).unwrap();
    send(&mut late, &["SCRIPT KILL"]);
    hall.net.act(&mut hall.house);
    while !hall.turn().is_empty() {}
    assert_eq!(heard(&mut late), "+OK\r\n");
    assert!(heard(&mut runs).ends_with(".\r\n+PONG\r\n"));
}

#[test]
fn a_script_that_has_written_ends_with_the_server_and_leaves_nothing() {
    let mut hall = Hall::new(&["--busy-reply-threshold 1"]);
    let lines = ["SCRIPT KILL", "SHUTDOWN", "SHUTDOWN NOSAVE"];
    let script = "redis.call('set','k','half')while(1)do\tend";
    let (_, other) = beside(&mut hall, script, &lines);
    let unkillable = "-UNKILLABLE Sorry the script already executed write commands against the \
        dataset. You can either wait the script termination or kill the server in a hard way using \
        the SHUTDOWN NOSAVE command.\r\n";
    assert_eq!(other.trim_end_matches('!'), format!("{unkillable}{BUSY}"));
    assert!(hall.house.0[0].as_ref().unwrap().is_stopping());
    hall.house.0.clear();
    let storage: Arc<dyn Storage> = Arc::new(hall.disk.clone());
    let options = Options::sandbox(storage, PathBuf::from("/data0"), 1);
    let (mut again, _) = Instance::start(&options, hall.clock.clone()).unwrap();
    let id = again.connect(crate::engine::Peer::default());
    assert_eq!(again.call(id, &[b"GET", b"k"]), crate::resp::Reply::Null);
}

#[test]
fn a_listener_that_takes_no_messages_is_sent_away() {
    let limit = "--client-output-buffer-limit pubsub 1048576 400000 9";
    let mut hall = Hall::new(&[limit]);
    let (mut deaf, mut slow, mut publisher) = (hall.connect(0), hall.connect(0), hall.connect(0));
    let message = format!("PUBLISH news {}", "x".repeat(100_000));
    // So much fits into the socket and what may wait together.
    hall.say(&mut deaf, &["SUBSCRIBE news"]);
    let mut publish = |hall: &mut Hall, count| -> Vec<String> {
        (0..count).map(|_| hall.say(&mut publisher, &[&message])).collect()
    };
    let reached = publish(&mut hall, 20);
    assert_eq!((reached[9].as_str(), reached[19].as_str()), (":1\r\n", ":0\r\n"));
    assert!(heard(&mut deaf).ends_with('!'));
    // A little too much is borne for a while.
    hall.say(&mut slow, &["SUBSCRIBE news"]);
    assert_eq!(publish(&mut hall, 8), [":1\r\n"; 8]);
    hall.clock.advance(8_999_000);
    hall.turn();
    assert_eq!(hall.say(&mut publisher, &["PUBSUB NUMSUB news"]), "*2\r\n$4\r\nnews\r\n:1\r\n");
    hall.clock.advance(1_001_000);
    hall.turn();
    assert_eq!(hall.say(&mut publisher, &["PUBSUB NUMSUB news"]), "*2\r\n$4\r\nnews\r\n:0\r\n");
    assert!(heard(&mut slow).ends_with('!'));
}

#[test]
fn rooms_open_and_close_and_their_clients_never_mix() {
    let mut hall = Hall::new(&["", ""]);
    // Each instance counts its clients for itself, so both of these have the same id.
    let (mut one, mut two) = (hall.connect(0), hall.connect(1));
    assert_eq!(hall.say(&mut one, &["CLIENT ID", "SET k 1"]), ":1\r\n+OK\r\n");
    assert_eq!(hall.say(&mut two, &["CLIENT ID", "GET k"]), ":1\r\n$-1\r\n");
    assert_eq!(hall.say(&mut one, &["QUIT"]), "+OK\r\n!");
    assert_eq!(hall.say(&mut two, &["PING"]), "+PONG\r\n");
    send(&mut two, &["PING"]);
    assert_eq!(hall.turn(), [1]);
    hall.add("");
    let mut three = hall.connect(2);
    assert_eq!(hall.say(&mut three, &["GET k"]), "$-1\r\n");
    // An instance that has ended takes its clients along, whether they speak or not.
    hall.house.0[1] = None;
    hall.turn();
    assert_eq!(heard(&mut two), "+PONG\r\n!");
    hall.net.close(2, &mut hall.house);
    assert_eq!(heard(&mut three), "!");
    assert_eq!(hall.net.doors(), 2);
    assert_eq!(
        UnixStream::connect(hall.path(2)).unwrap_err().kind(),
        ErrorKind::NotFound,
        "a closed door leaves no socket file"
    );
}

#[test]
fn clients_are_served_in_the_order_in_which_they_were_heard() {
    let mut hall = Hall::new(&[""]);
    let mut clients: Vec<UnixStream> = (0..5).map(|_| hall.connect(0)).collect();
    for place in [3, 0, 4, 1, 2] {
        send(&mut clients[place], &[&format!("RPUSH order {place}")]);
    }
    hall.turn();
    let order = hall.say(&mut clients[0], &["LRANGE order 0 -1"]);
    assert_eq!(order, ":2\r\n*5\r\n$1\r\n3\r\n$1\r\n0\r\n$1\r\n4\r\n$1\r\n1\r\n$1\r\n2\r\n");
}

#[test]
fn a_client_that_sends_more_than_may_wait_is_sent_away() {
    let mut hall = Hall::new(&["--client-query-buffer-limit 1048576"]);
    let mut client = hall.connect(0);
    client.write_all(b"*2\r\n$4\r\nECHO\r\n$3000000\r\n").unwrap();
    let block = vec![b'x'; 65_536];
    let mut sent = 0;
    while sent < 3_000_000 {
        match client.write(&block) {
            Ok(count) => sent += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
        hall.turn();
    }
    assert!((1_048_576..2_000_000).contains(&sent), "{sent}");
    let mut other = hall.connect(0);
    assert_eq!(hall.say(&mut other, &["PING"]), "+PONG\r\n");
}

#[test]
fn a_waker_ends_a_wait_and_the_configuration_is_followed_at_once() {
    let mut hall = Hall::new(&[""]);
    let (mut net, waker) = Net::new(hall.clock.clone()).unwrap();
    waker.wake().unwrap();
    // Without the waker this would wait for longer than any test runs.
    net.wait(Duration::from_secs(3600)).unwrap();
    let mut client = hall.connect(0);
    assert_eq!(hall.say(&mut client, &["CONFIG SET maxclients 1"]), "+OK\r\n");
    assert_eq!(heard(&mut hall.connect(0)), "-ERR max number of clients reached\r\n!");
    hall.clock.advance(10_000_000);
    hall.turn();
    assert_eq!(hall.say(&mut client, &["CONFIG SET timeout 9"]), "+OK\r\n");
    hall.clock.advance(9_000_000);
    hall.turn();
    assert_eq!(heard(&mut client), "");
    hall.clock.advance(1_000_000);
    hall.turn();
    assert_eq!(heard(&mut client), "!");
}

#[test]
fn a_loop_can_go_to_a_thread_of_its_own() {
    fn is_send<T: Send>() {}
    is_send::<Net>();
    is_send::<Door>();
    is_send::<Instance>();
}
