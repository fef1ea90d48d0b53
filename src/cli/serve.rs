//! `kvtutor serve`: the engine as a server that Redis clients connect to.

use std::ffi::OsString;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Failure, Home, Outcome};
use crate::lab::model::when::log_time;
use crate::persistence::storage::{Disk, SOCKET_FILE, reason};
use crate::server::net::{Door, Net, Rooms, Stand};
use crate::server::{Clock, Instance, Interrupt, Options, open_files};
use crate::syntax;

/// How long a turn waits for clients at most: so often time-outs, expiry and fsync are looked after.
const WAIT: Duration = Duration::from_millis(100);

/// The only instance there is.
struct One(Instance);

impl Rooms for One {
    fn room(&mut self, _room: usize) -> Option<&mut Instance> {
        Some(&mut self.0)
    }

    fn work(&mut self) -> Option<Duration> {
        self.0.work()
    }
}

/// Runs `kvtutor serve`.
pub(super) fn run(home: &Home, words: &[OsString]) -> Result<Outcome, Failure> {
    let (args, file) = directives(words)?;
    let dir = directory(home, &args)?;
    let storage = Arc::new(Disk);
    let socket = dir.join(SOCKET_FILE);
    let options = Options {
        config_file: file.map(|file| file.display().to_string()).unwrap_or_default(),
        shown_dir: dir.display().to_string(),
        args,
        progress: super::load_bar(false),
        ..Options::sandbox(storage, dir, fastrand::u64(..))
    };
    let log = Log { pid: std::process::id(), clock: Clock::System };
    log.say('C', "kvtutor is starting as a server")?;
    let (mut instance, notices) = Instance::start(&options, Clock::System)
        .map_err(|error| Failure::failed(error.to_string()))?;
    make_room(&mut instance, &log)?;
    let doors = stands(&instance)?;
    let failed = |error: std::io::Error| Failure::failed(format!("cannot serve: {error}"));
    let (mut net, _waker) = Net::new(Clock::System).map_err(failed)?;
    let mut rooms = One(instance);
    for (stand, may_fail) in doors {
        match Door::open(&stand, 0) {
            Ok(door) => {
                net.open(door).map_err(failed)?;
                log.say('M', &format!("Listening on {}", shown(&stand)))?;
            }
            Err(_) if may_fail => {}
            Err(error) => return Err(Failure::failed(error.to_string())),
        }
    }
    if net.doors() == 0 {
        return Err(Failure::usage("there is nowhere to listen: give a --port or a --unixsocket"));
    }
    // For `kvtutor exec --dir` beside it; a path may be too long for a socket.
    if let Ok(door) = Door::open(&Stand::Unix(socket), 0) {
        net.open(door).map_err(failed)?;
    }
    for notice in notices {
        log.say('M', notice.text())?;
    }
    log.say('M', "Ready to accept connections")?;
    let asked_to_end = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&asked_to_end)).map_err(failed)?;
    }
    rooms.0.heed(Interrupt::of(&asked_to_end));
    serve(net, &mut rooms, &asked_to_end, &log).map_err(failed)?;
    end(rooms.0, &log)
}

/// Sees to it that there can be as many sockets as clients, or lets in fewer of them.
fn make_room(instance: &mut Instance, log: &Log) -> Result<(), Failure> {
    let wanted = u64::try_from(instance.setting("maxclients")).unwrap_or(0);
    let room = open_files::make_room(wanted).map_err(|error| Failure::failed(error.to_string()))?;
    for line in &room.said {
        log.say('M', line)?;
    }
    if room.clients < wanted {
        instance.limit_clients(room.clients);
    }
    Ok(())
}

/// Serves until a signal or a client ends it.
fn serve(
    mut net: Net,
    rooms: &mut One,
    asked_to_end: &AtomicBool,
    log: &Log,
) -> std::io::Result<()> {
    let mut ticked = log.clock.now().ms();
    while !asked_to_end.load(Ordering::Relaxed) && !rooms.0.is_stopping() {
        net.wait(WAIT)?;
        net.act(rooms);
        let now = log.clock.now().ms();
        if now - ticked >= 100 || now < ticked {
            ticked = now;
            rooms.0.tick();
            for notice in rooms.0.take_notices() {
                // A log that nobody reads any more is no reason to stop serving.
                let _ = log.say('M', notice.text());
            }
        }
    }
    Ok(())
}

/// Ends as SIGTERM does; if the data cannot be saved, that is said, and nothing more is lost.
fn end(instance: Instance, log: &Log) -> Result<Outcome, Failure> {
    log.say('M', "Ending as asked")?;
    if instance.is_stopping() {
        return Ok(Outcome::Done);
    }
    match instance.stop() {
        Ok(notices) => {
            for notice in notices {
                log.say('M', notice.text())?;
            }
            log.say('M', "Bye")?;
            Ok(Outcome::Done)
        }
        Err((mut instance, reason)) => {
            instance.suspend();
            Err(Failure::failed(format!("the data could not be saved at the end: {reason}")))
        }
    }
}

/// The server's log, on standard output.
struct Log {
    pid: u32,
    clock: Clock,
}

impl Log {
    fn say(&self, role: char, text: &str) -> Result<(), Failure> {
        let ms = u64::try_from(self.clock.now().ms()).unwrap_or(0);
        let line = format!("{}:{role} {} * {text}\n", self.pid, log_time(ms));
        super::print(line.as_bytes()).map(|_| ())?;
        // Whoever waits for the last line must not wait for the next one.
        let _ = std::io::stdout().flush();
        Ok(())
    }
}

/// What a configuration file and the command line say, as arguments of `redis-server`, and where that
/// file is.
fn directives(words: &[OsString]) -> Result<(Vec<String>, Option<PathBuf>), Failure> {
    let text = |word: &OsString| {
        word.to_str()
            .map(str::to_owned)
            .ok_or_else(|| Failure::usage(format!("{} is not UTF-8", word.display())))
    };
    let mut words = words.iter().map(text).collect::<Result<Vec<String>, Failure>>()?;
    let (mut args, mut path) = (Vec::new(), None);
    if words.first().is_some_and(|first| !first.starts_with("--")) {
        let file = PathBuf::from(words.remove(0));
        args = configuration(&file)?;
        // Read by now, so it is somewhere.
        path = std::path::absolute(&file).ok();
    }
    args.extend(words);
    Ok((args, path))
}

/// The lines of a `redis.conf` as arguments.
fn configuration(file: &Path) -> Result<Vec<String>, Failure> {
    let shown = file.display();
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::usage(format!("cannot read {shown}: {}", reason(&error))))?;
    let mut args = Vec::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let words = syntax::split_args(line).ok_or_else(|| {
            Failure::usage(format!("{shown}, line {}: a quote is open", number + 1))
        })?;
        let mut words = words.into_iter().map(|word| String::from_utf8_lossy(&word).into_owned());
        args.extend(words.next().map(|name| format!("--{name}")));
        args.extend(words);
    }
    Ok(args)
}

/// Where the data is: what `dir` says, or a folder of the home.
fn directory(home: &Home, args: &[String]) -> Result<PathBuf, Failure> {
    let said = args.iter().rposition(|arg| arg.eq_ignore_ascii_case("--dir"));
    match said.and_then(|place| args.get(place + 1)) {
        Some(dir) => std::path::absolute(dir)
            .map_err(|error| Failure::usage(format!("no folder {dir:?}: {error}"))),
        None => Ok(home.root().join("server")),
    }
}

/// Where to listen, and whether a place may be missing, as a `-` before an address says.
fn stands(instance: &Instance) -> Result<Vec<(Stand, bool)>, Failure> {
    let mut stands = Vec::new();
    let port = u16::try_from(instance.setting("port")).unwrap_or(0);
    if port != 0 {
        for word in instance.setting_text("bind").split_ascii_whitespace() {
            let (word, may_fail) = match word.strip_prefix('-') {
                Some(word) => (word, true),
                None => (word, false),
            };
            let address: IpAddr = match word {
                "*" => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
                "::*" => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
                "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
                word => word.parse().map_err(|_| {
                    Failure::usage(format!("bind takes addresses such as 127.0.0.1, not {word:?}"))
                })?,
            };
            stands.push((Stand::Tcp(SocketAddr::new(address, port)), may_fail));
        }
    }
    let socket = instance.setting_text("unixsocket");
    if !socket.is_empty() {
        stands.push((Stand::Unix(PathBuf::from(socket)), false));
    }
    Ok(stands)
}

fn shown(stand: &Stand) -> String {
    match stand {
        Stand::Tcp(address) => address.to_string(),
        Stand::Unix(path) => path.display().to_string(),
    }
}
