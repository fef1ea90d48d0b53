//! The bytes' way to a server: TCP, TLS over it, or a socket file. Knows no protocol.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use socket2::{Domain, SockAddr, Socket, Type};

use super::address::{Target, Tls};
use super::error::Why;
use super::tls;

/// How long a server may take to answer at all.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How long the network may take no bytes before the connection counts as lost.
const WRITE_PATIENCE: Duration = Duration::from_secs(60);

/// An open way to a server.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
    Unix(UnixStream),
}

impl Stream {
    /// Opens it, within a few seconds or not at all.
    pub(super) fn open(target: &Target) -> Result<Self, Why> {
        let stream = match target {
            Target::Unix(path) => Self::Unix(unix(path)?),
            Target::Tcp { host, port, tls: Tls::Off } => Self::Tcp(tcp(host, *port)?),
            Target::Tcp { host, port, tls } => {
                let tcp = tcp(host, *port)?;
                tcp.set_read_timeout(Some(PATIENCE)).map_err(Why::from)?;
                Self::Tls(Box::new(encrypted(tcp, host, *tls == Tls::Checked)?))
            }
        };
        stream.set_write_timeout(Some(WRITE_PATIENCE)).map_err(Why::from)?;
        Ok(stream)
    }

    /// How long a read waits; `None` is for ever.
    pub(super) fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        // Nothing at all is not what the system takes for a time to wait.
        let timeout = timeout.map(|timeout| timeout.max(Duration::from_millis(1)));
        match self {
            Self::Tcp(stream) => stream.set_read_timeout(timeout),
            Self::Tls(stream) => stream.sock.set_read_timeout(timeout),
            Self::Unix(stream) => stream.set_read_timeout(timeout),
        }
    }

    fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_write_timeout(timeout),
            Self::Tls(stream) => stream.sock.set_write_timeout(timeout),
            Self::Unix(stream) => stream.set_write_timeout(timeout),
        }
    }

    /// Whether a read that finds nothing comes back at once.
    pub(super) fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_nonblocking(nonblocking),
            Self::Tls(stream) => stream.sock.set_nonblocking(nonblocking),
            Self::Unix(stream) => stream.set_nonblocking(nonblocking),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
            Self::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
            Self::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
            Self::Unix(stream) => stream.flush(),
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// Tries every address of the host; what the last one said is what is said.
fn tcp(host: &str, port: u16) -> Result<TcpStream, Why> {
    let addresses = (host, port).to_socket_addrs().map_err(|_| Why::UnknownHost)?;
    let mut why = Why::UnknownHost;
    for address in addresses {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                stream.set_nodelay(true).map_err(Why::from)?;
                return Ok(stream);
            }
            Err(error) => why = error.into(),
        }
    }
    Err(why)
}

/// With a time limit, which the standard library has not for socket files.
fn unix(path: &Path) -> Result<UnixStream, Why> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None).map_err(Why::from)?;
    let address = SockAddr::unix(path).map_err(Why::from)?;
    socket.connect_timeout(&address, PATIENCE).map_err(Why::from)?;
    socket.set_nonblocking(false).map_err(Why::from)?;
    Ok(UnixStream::from(std::os::fd::OwnedFd::from(socket)))
}

fn encrypted(
    mut tcp: TcpStream,
    host: &str,
    checked: bool,
) -> Result<StreamOwned<ClientConnection, TcpStream>, Why> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| Why::UnknownHost)?;
    let config = tls::config(checked).map_err(Why::Tls)?;
    let mut session = ClientConnection::new(config, name).map_err(Why::Tls)?;
    while session.is_handshaking() {
        if let Err(error) = session.complete_io(&mut tcp) {
            let told = error.get_ref().and_then(|told| told.downcast_ref::<rustls::Error>());
            return Err(match told {
                Some(told) => Why::Tls(told.clone()),
                None if error.kind() == io::ErrorKind::UnexpectedEof => Why::NoTls,
                // It may wait for the end of a line that never comes.
                None if is_timeout(&error) => Why::SilentTls,
                None => error.into(),
            });
        }
    }
    Ok(StreamOwned::new(session, tcp))
}
