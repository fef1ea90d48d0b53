//! `kvtutor serve` as a program of its own, and a client of its socket: the one way in which tests start it.
//! What is asked of it is not known here.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kvtutor::resp::{Decoder, Reply, write_request};

/// Longer than any answer takes; a test that waits so long has failed.
const DEADLINE: Duration = Duration::from_secs(30);

/// A server in a folder of its own, on a socket file there; ends with the test.
pub struct Server {
    child: Child,
    pub socket: PathBuf,
}

impl Server {
    /// Without a port: its socket file is enough.
    pub fn start(folder: &Path, more: &[&str]) -> Self {
        Self::try_start(folder, 0, more).expect("the server starts")
    }

    /// On a port too, for a program that cannot do without one.
    pub fn start_on_a_port(folder: &Path, more: &[&str]) -> (Self, u16) {
        // A port that was free a moment ago may be taken now: then another.
        for _ in 0..10 {
            let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            if let Some(server) = Self::try_start(folder, free, more) {
                return (server, free);
            }
        }
        panic!("the server did not start");
    }

    fn try_start(folder: &Path, port: u16, more: &[&str]) -> Option<Self> {
        let socket = folder.join("socket");
        let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
            .arg("serve")
            .args(more)
            .args(["--port", &port.to_string(), "--dir"])
            .arg(folder)
            .arg("--unixsocket")
            .arg(&socket)
            .env("KVTUTOR_HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.ends_with("Ready to accept connections\n") {
            line.clear();
            if log.read_line(&mut line).unwrap() == 0 {
                child.wait().unwrap();
                return None;
            }
        }
        // What it says later is read by nobody, and must not stop it.
        Some(Self { child, socket })
    }

    /// Its number among the system's processes.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// A client of its own.
    pub fn connect(&self) -> Client {
        Client::connect(&self.socket)
    }

    /// Ends it as `kill` does, and gives its exit code.
    pub fn terminate(mut self) -> Option<i32> {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client of a server's socket file.
pub struct Client {
    pub stream: UnixStream,
    bytes: Vec<u8>,
}

impl Client {
    pub fn connect(socket: &Path) -> Self {
        let stream = UnixStream::connect(socket).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        Self { stream, bytes: Vec::new() }
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// The next reply.
    pub fn reply(&mut self) -> Reply {
        let bytes = self.raw();
        Decoder::new(&bytes).reply().unwrap()
    }

    /// The next reply as it came.
    pub fn raw_reply(&mut self) -> String {
        String::from_utf8(self.raw()).unwrap()
    }

    fn raw(&mut self) -> Vec<u8> {
        loop {
            let mut decoder = Decoder::new(&self.bytes);
            if decoder.reply().is_ok() {
                let read = decoder.offset();
                return self.bytes.drain(..read).collect();
            }
            let mut block = vec![0; 65_536];
            // A signal for another test of this process may come in between.
            let count = match self.stream.read(&mut block) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read.unwrap(),
            };
            assert_ne!(count, 0, "the server closed the connection");
            self.bytes.extend_from_slice(&block[..count]);
        }
    }

    /// Sends a command of plain words.
    pub fn send_line(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        let mut bytes = Vec::new();
        write_request(&mut bytes, &words);
        self.send(&bytes);
    }

    /// Sends a command of plain words and waits for its reply.
    pub fn call(&mut self, line: &str) -> Reply {
        self.send_line(line);
        self.reply()
    }

    /// Everything up to the end of the connection.
    pub fn rest(&mut self) -> String {
        self.stream.read_to_end(&mut self.bytes).unwrap();
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
