//! A server that is measured: ours or a peer, on a port of its own, in a folder that goes with it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::Outcome;
use crate::version::Version;

/// Which program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `kvtutor serve`, as it was built for this benchmark.
    Kvtutor,
    /// A peer.
    Peer(Version),
}

impl Kind {
    /// Those to measure beside.
    pub const PEERS: [Version; 3] = [Version::Redis7, Version::Redis8, Version::Valkey9];

    /// The program's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kvtutor => "kvtutor",
            Self::Peer(version) => version.name(),
        }
    }

    fn command(self) -> Command {
        match self {
            Self::Kvtutor => Command::new(env!("CARGO_BIN_EXE_kvtutor")),
            Self::Peer(version) => Command::new(version.program()),
        }
    }
}

/// A running server; it ends with this.
pub struct Server {
    kind: Kind,
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Server {
    /// Starts one without data and waits until it answers.
    pub fn start(kind: Kind) -> Outcome<Self> {
        let folder = TempDir::with_prefix("kvtutor-bench")?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = kind.command();
        if kind == Kind::Kvtutor {
            command.arg("--home").arg(folder.path()).arg("serve");
        }
        let process = command
            .args(["--port", &port.to_string(), "--save", "", "--appendonly", "yes"])
            // A rewrite would be somebody else's time.
            .args(["--appendfsync", "everysec", "--auto-aof-rewrite-percentage", "0", "--dir"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { kind, process, port, _folder: folder };
        while !server.answers() {
            if let Some(status) = server.process.try_wait()? {
                return Err(format!("{} ended: {status}", kind.name()).into());
            }
            #[expect(clippy::disallowed_methods, reason = "waits for another process")]
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(server)
    }

    /// Which program it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) else {
            return false;
        };
        let mut reply = [0; 7];
        stream.write_all(b"PING\r\n").is_ok()
            && stream.read_exact(&mut reply).is_ok()
            && reply == *b"+PONG\r\n"
    }

    /// The processor time of all its threads, in nanoseconds. `schedstat` counts them; ticks are too coarse.
    pub fn cpu(&self) -> Outcome<u64> {
        let folder = format!("/proc/{}/task", self.process.id());
        let mut sum = 0;
        let threads = fs::read_dir(folder)
            .map_err(|_| "processor time is read from /proc, which this system has not")?;
        for thread in threads {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            sum += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(sum)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
