//! A real server to compare with, on a socket in a folder of its own.
//!
//! Where there is none, tests that need it say so and pass, except under `CI=true`.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kvtutor::engine::{Engine, NoHost, Now, Peer as Client, SessionId};
use kvtutor::resp::{Decoder, Reply, write_request};
use tempfile::TempDir;

use crate::version::Version;

/// The socket's name in the server's folder.
const SOCKET: &str = "socket";

/// A running server and one connection to it; ends with the test.
pub struct Peer {
    version: Version,
    process: Child,
    stream: UnixStream,
    folder: TempDir,
}

impl Peer {
    /// Starts a `redis-server` 7.0; `None` if none is installed and it may be missing.
    pub fn start(extra: &[&str]) -> Option<Self> {
        Self::start_version(Version::Redis7, None, extra)
    }

    /// As [`Peer::start`], with a configuration file that is read before `extra`.
    pub fn start_from(file: Option<&Path>, extra: &[&str]) -> Option<Self> {
        Self::start_version(Version::Redis7, file, extra)
    }

    /// As [`Peer::start`], of any version.
    pub fn start_version(version: Version, file: Option<&Path>, extra: &[&str]) -> Option<Self> {
        if !version.is_there() {
            skip(version);
            return None;
        }
        let folder = TempDir::with_prefix("kvtutor-peer").unwrap();
        let socket = folder.path().join(SOCKET);
        let mut process = Command::new(version.program())
            .args(file)
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(&socket)
            .arg("--dir")
            .arg(folder.path())
            .args(extra)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..1000 {
            if let Ok(stream) = UnixStream::connect(&socket) {
                return Some(Self { version, process, stream, folder });
            }
            #[expect(clippy::disallowed_methods, reason = "waits for another process")]
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = (process.kill(), process.wait());
        panic!("{} did not start", version.name());
    }

    /// Which one it is.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Where other clients find it.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    /// Its folder, which is its working directory too.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sends a command and waits for its reply.
    pub fn call<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Reply {
        let mut request = Vec::new();
        write_request(&mut request, words);
        Decoder::new(&self.send(&request, 1)[0]).reply().unwrap()
    }

    /// Sends `count` commands at once, written as on the wire, and waits for their replies, each as
    /// its bytes.
    pub fn send(&mut self, requests: &[u8], count: usize) -> Vec<Vec<u8>> {
        let mut stream = self.stream.try_clone().unwrap();
        let (mut received, mut replies) = (Vec::new(), Vec::new());
        let mut buffer = vec![0; 64 * 1024];
        // A server that waits for its replies to be read reads no more commands.
        std::thread::scope(|scope| {
            if requests.len() > 32 * 1024 {
                scope.spawn(move || stream.write_all(requests).unwrap());
            } else {
                stream.write_all(requests).unwrap();
            }
            while replies.len() < count {
                let read = self.stream.read(&mut buffer).unwrap();
                assert_ne!(read, 0, "the server closed the connection");
                received.extend_from_slice(&buffer[..read]);
                let mut decoder = Decoder::new(&received);
                let mut start = 0;
                while replies.len() < count && decoder.reply().is_ok() {
                    replies.push(received[start..decoder.offset()].to_vec());
                    start = decoder.offset();
                }
                received.drain(..start);
            }
        });
        replies
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Names a server that is missing, which is no failure except where everything must be there.
pub fn skip(version: Version) {
    let name = version.name();
    let how = match version {
        Version::Redis7 => "is not installed",
        Version::Redis8 | Version::Valkey9 => "is not in target/peers: `.ci/peers` fetches it",
    };
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{name} {how}");
    eprintln!("skipped: {name} {how}");
}

/// Our engine, asked as a [`Peer`] is.
pub struct Ours {
    engine: Engine,
    client: SessionId,
}

impl Ours {
    /// An empty engine with one client.
    pub fn new() -> Self {
        let mut engine = Engine::new(1);
        let client = engine.connect(Client::default(), Now::default());
        Self { engine, client }
    }

    /// The reply to a command.
    pub fn call<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Reply {
        let words: Vec<&[u8]> = words.iter().map(AsRef::as_ref).collect();
        let mut out = Vec::new();
        self.engine.execute(self.client, &words, Now::default(), &mut NoHost, &mut out);
        Decoder::new(&out).reply().unwrap()
    }
}
