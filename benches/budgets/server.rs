//! A real `redis-server` to measure beside, on a socket in a folder of its own.

use std::error::Error;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kvtutor::resp::{Decoder, Reply, write_request};
use tempfile::TempDir;

/// A running server; it ends with this.
pub struct Server {
    process: Child,
    folder: TempDir,
}

impl Server {
    /// Whether one is installed.
    pub fn is_installed() -> bool {
        Command::new("redis-server").arg("--version").output().is_ok()
    }

    /// Starts one that has loaded what is in `dir`, or one that is empty.
    pub fn start(dir: Option<&Path>, extra: &[&str]) -> Result<Self, Box<dyn Error>> {
        let folder = TempDir::with_prefix("kvtutor-bench")?;
        let process = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(folder.path().join("socket"))
            .arg("--dir")
            .arg(dir.unwrap_or(folder.path()))
            .args(extra)
            .stdin(Stdio::null())
            .stdout(File::create(folder.path().join("log"))?)
            .spawn()?;
        let mut server = Self { process, folder };
        while !server.answers() {
            if server.process.try_wait()?.is_some() {
                return Err(format!("redis-server ended: {}", server.log()?).into());
            }
            #[expect(clippy::disallowed_methods, reason = "waits for another process")]
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(server)
    }

    /// Where clients find it.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// What it has said so far.
    pub fn log(&self) -> std::io::Result<String> {
        std::fs::read_to_string(self.folder.path().join("log"))
    }

    fn answers(&self) -> bool {
        self.pipeline(&mut std::iter::once(vec![b"PING".to_vec()])).is_ok()
    }

    /// Sends commands in packets of a thousand, and waits for their replies.
    pub fn pipeline(
        &self,
        commands: &mut dyn Iterator<Item = Vec<Vec<u8>>>,
    ) -> Result<(), Box<dyn Error>> {
        let mut stream = UnixStream::connect(self.socket())?;
        loop {
            let (mut requests, mut count) = (Vec::new(), 0);
            for words in commands.take(1000) {
                write_request(&mut requests, &words);
                count += 1;
            }
            if count == 0 {
                return Ok(());
            }
            stream.write_all(&requests)?;
            receive(&mut stream, count)?;
        }
    }

    /// The memory that it has from the system, in bytes.
    pub fn resident(&self) -> Result<u64, Box<dyn Error>> {
        resident(&self.process.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads so many replies; an error among them is ours.
fn receive(stream: &mut UnixStream, mut count: usize) -> Result<(), Box<dyn Error>> {
    let (mut received, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    while count > 0 {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Err("the server closed the connection".into());
        }
        received.extend_from_slice(buffer.get(..read).unwrap_or_default());
        let mut decoder = Decoder::new(&received);
        while let Ok(reply) = decoder.reply() {
            if let Reply::Error(text) = reply {
                return Err(String::from_utf8_lossy(&text).into());
            }
            count -= 1;
        }
        let read = decoder.offset();
        received.drain(..read);
    }
    Ok(())
}

/// The resident set of a process, in bytes.
pub fn resident(process: &str) -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))
        .map_err(|_| "the resident set is read from /proc, which this system has not")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    Ok(kilobytes.ok_or("no VmRSS")? * 1024)
}
