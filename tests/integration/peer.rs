//! A real `redis-server` to compare with, on a socket in a folder of its own.
//!
//! Where there is none, tests that need it say so and pass, except under `CI=true`.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kvtutor::engine::{Engine, NoHost, Now, Peer as Client, SessionId};
use kvtutor::resp::{Decoder, Reply, write_request};
use tempfile::TempDir;

/// The socket's name in the server's folder.
const SOCKET: &str = "socket";

/// A running server and one connection to it; ends with the test.
pub struct Peer {
    process: Child,
    stream: UnixStream,
    folder: TempDir,
}

impl Peer {
    /// Starts a server; `None` if none is installed and it may be missing.
    pub fn start(extra: &[&str]) -> Option<Self> {
        let folder = TempDir::with_prefix("kvtutor-peer").unwrap();
        let socket = folder.path().join(SOCKET);
        let process = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(&socket)
            .arg("--dir")
            .arg(folder.path())
            .args(extra)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let Ok(mut process) = process else {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "redis-server is not installed");
            eprintln!("skipped: redis-server is not installed");
            return None;
        };
        for _ in 0..1000 {
            if let Ok(stream) = UnixStream::connect(&socket) {
                return Some(Self { process, stream, folder });
            }
            #[expect(clippy::disallowed_methods, reason = "waits for another process")]
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = process.kill();
        panic!("redis-server did not start");
    }

    /// Where other clients find it.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    /// Sends a command and waits for its reply.
    pub fn call<T: AsRef<[u8]>>(&mut self, words: &[T]) -> Reply {
        let mut request = Vec::new();
        write_request(&mut request, words);
        self.stream.write_all(&request).unwrap();
        let mut received = Vec::new();
        let mut buffer = [0; 8192];
        loop {
            let count = self.stream.read(&mut buffer).unwrap();
            assert_ne!(count, 0, "the server closed the connection");
            received.extend_from_slice(&buffer[..count]);
            if let Ok(reply) = Decoder::new(&received).reply() {
                return reply;
            }
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
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
