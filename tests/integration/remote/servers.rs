//! Real servers on ports and sockets of their own, for the client to connect to.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use kvtutor::client::{Address, Remote};
use kvtutor::resp::{Decoder, Reply};
use tempfile::TempDir;

use crate::peer::skip;
use crate::version::Version;

/// A running `redis-server`; ends with the test.
pub struct Server {
    pub version: Version,
    process: Child,
    pub port: u16,
    pub folder: TempDir,
}

/// A port that nobody has, and that is given to nobody else here. It is none of those that the system
/// takes for connections, of which tests make thousands.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id() % 18_000).unwrap();
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 10_000 + (begin + step) % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Server {
    /// Starts one with a port and a socket file named `socket` in its folder; `None` if none is
    /// installed and it may be missing.
    pub fn start(extra: &[&str]) -> Option<Self> {
        Self::start_version(Version::Redis7, extra)
    }

    /// The same of a certain version.
    pub fn start_version(version: Version, extra: &[&str]) -> Option<Self> {
        let (port, folder) = (free_port(), TempDir::new().unwrap());
        Self::start_with(version, folder, port, &["--port", &port.to_string()], extra)
    }

    /// One of each version that is there.
    pub fn start_each(extra: &[&str]) -> Vec<Self> {
        let versions = [Version::Redis7, Version::Redis8, Version::Valkey9];
        versions.iter().filter_map(|version| Self::start_version(*version, extra)).collect()
    }

    /// Starts one in a folder, with whatever ports the words say.
    pub fn start_with(
        version: Version,
        folder: TempDir,
        port: u16,
        ports: &[&str],
        extra: &[&str],
    ) -> Option<Self> {
        if !version.is_there() {
            skip(version);
            return None;
        }
        let mut process = Command::new(version.program())
            .args(ports)
            .args(["--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "yes"])
            .arg("--unixsocket")
            .arg(folder.path().join("socket"))
            .arg("--dir")
            .arg(folder.path())
            .args(extra)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until_ready(&mut process);
        Some(Self { version, process, port, folder })
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn socket(&self) -> String {
        self.folder.path().join("socket").display().to_string()
    }

    pub fn open(&self) -> Remote {
        open(&self.url())
    }

    /// The text of its reply to a line of plain words.
    pub fn say(&self, line: &str) -> String {
        let reply = call(&mut self.open(), line);
        match reply.strip_prefix('$').and_then(|rest| rest.split_once("\r\n")) {
            Some((_, text)) => text.strip_suffix("\r\n").unwrap_or(text).to_owned(),
            None => reply,
        }
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again where it was.
    pub fn restart(&mut self, extra: &[&str]) {
        let mut process = Command::new(self.version.program())
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
            .arg(self.folder.path())
            .args(extra)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until_ready(&mut process);
        self.process = process;
    }

    /// Stops it in the middle, or lets it go on: `-STOP`, `-CONT`.
    pub fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn wait_until_ready(process: &mut Child) {
    let mut log = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("eady to accept connections") {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "redis-server did not start");
    }
}

pub fn open(url: &str) -> Remote {
    Remote::open(&Address::parse(url).unwrap()).unwrap()
}

/// What connecting there says is wrong.
pub fn refusal(url: &str) -> String {
    Remote::open(&Address::parse(url).unwrap()).unwrap_err().to_string()
}

/// All keys that fit a pattern, each once: of the chosen database, or of the whole cluster.
pub fn scan(remote: &mut Remote, pattern: &str) -> Vec<Vec<u8>> {
    let (mut cursor, mut all) = ("0".to_owned(), BTreeSet::new());
    loop {
        let reply = remote.call(&["SCAN", &cursor, "MATCH", pattern, "COUNT", "500"]).unwrap();
        let Ok(Reply::Array(parts)) = Decoder::new(&reply).reply() else { panic!("{reply:?}") };
        let [Reply::Bulk(next), Reply::Array(keys)] = parts.as_slice() else { panic!("{parts:?}") };
        all.extend(keys.iter().map(|key| {
            let Reply::Bulk(key) = key else { panic!("{key:?}") };
            key.clone()
        }));
        cursor = String::from_utf8(next.clone()).unwrap();
        if cursor == "0" {
            return all.into_iter().collect();
        }
    }
}

/// The reply to a line of plain words, as text.
pub fn call(remote: &mut Remote, line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    String::from_utf8(remote.call(&words).unwrap()).unwrap()
}

/// A certificate for 127.0.0.1 that nobody vouches for, and its key.
pub fn certificate(folder: &Path) -> (String, String) {
    let (key, certificate) = (folder.join("key.pem"), folder.join("cert.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate.display().to_string(), key.display().to_string())
}
