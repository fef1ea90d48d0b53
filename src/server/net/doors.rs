//! Where clients connect: sockets that listen, and the streams that come out of them.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use mio::event::Source;
use mio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use mio::{Interest, Registry, Token};

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// An address and a port.
    Tcp(SocketAddr),
    /// A file.
    Unix(PathBuf),
}

/// Why one cannot listen somewhere.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// An address and a port.
    #[error("cannot listen on {address}: {}", told(source))]
    Tcp {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A file.
    #[error("cannot listen on {}: {}", path.display(), told(source))]
    Unix {
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

fn told(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::AddrInUse {
        return "another program listens there already; name another port with --port".to_owned();
    }
    crate::persistence::storage::reason(error)
}

/// A socket that listens.
#[derive(Debug)]
pub struct Door {
    kind: Kind,
    /// Which instance stands behind it.
    pub room: usize,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    Unix(UnixListener, PathBuf),
}

impl Door {
    /// Begins to listen. A socket file that nobody answers at any more is replaced.
    pub fn open(stand: &Stand, room: usize) -> Result<Self, DoorError> {
        let kind = match stand {
            Stand::Tcp(address) => Kind::Tcp(
                listen(*address).map_err(|source| DoorError::Tcp { address: *address, source })?,
            ),
            Stand::Unix(path) => {
                let failed = |source| DoorError::Unix { path: path.clone(), source };
                let is_stale =
                    path.exists() && std::os::unix::net::UnixStream::connect(path).is_err();
                if is_stale {
                    std::fs::remove_file(path).map_err(failed)?;
                }
                Kind::Unix(UnixListener::bind(path).map_err(failed)?, path.clone())
            }
        };
        Ok(Self { kind, room })
    }

    /// The port, if it has one: the one that was chosen where 0 was asked for.
    pub fn port(&self) -> Option<u16> {
        match &self.kind {
            Kind::Tcp(listener) => listener.local_addr().ok().map(|address| address.port()),
            Kind::Unix(..) => None,
        }
    }

    /// Whether only this machine can connect.
    pub(super) fn is_local(&self) -> bool {
        match &self.kind {
            Kind::Tcp(listener) => {
                listener.local_addr().is_ok_and(|address| address.ip().is_loopback())
            }
            Kind::Unix(..) => true,
        }
    }

    pub(super) fn accept(&self) -> io::Result<Stream> {
        Ok(match &self.kind {
            Kind::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                // Without it a reply may wait for the next request.
                let _ = stream.set_nodelay(true);
                Stream::Tcp(stream)
            }
            Kind::Unix(listener, _) => Stream::Unix(listener.accept()?.0),
        })
    }

    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        match &mut self.kind {
            Kind::Tcp(listener) => listener.register(registry, token, Interest::READABLE),
            Kind::Unix(listener, _) => listener.register(registry, token, Interest::READABLE),
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Kind::Unix(_, path) = &self.kind {
            // Nobody answers there any more; a file that is gone already is as good.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A listener with a long queue: a class connects all at once.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    const QUEUE: i32 = 511;
    let socket = socket2::Socket::new(
        socket2::Domain::for_address(address),
        socket2::Type::STREAM,
        Some(socket2::Protocol::TCP),
    )?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    socket.listen(QUEUE)?;
    socket.set_nonblocking(true)?;
    Ok(TcpListener::from_std(socket.into()))
}

/// One client's connection.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    /// The two ends, as `CLIENT LIST` tells them.
    pub(super) fn ends(&self) -> (String, String) {
        let shown = |address: io::Result<SocketAddr>| {
            address.map_or_else(|_| "?:0".to_owned(), |address| address.to_string())
        };
        match self {
            Stream::Tcp(stream) => (shown(stream.peer_addr()), shown(stream.local_addr())),
            Stream::Unix(stream) => {
                let path = stream.local_addr().ok();
                let path =
                    path.and_then(|address| Some(address.as_pathname()?.display().to_string()));
                let path = path.unwrap_or_default();
                (format!("{path}:0"), format!("{path}:0"))
            }
        }
    }

    /// The machine at the other end; nothing for a file.
    pub(super) fn peer(&self) -> Option<IpAddr> {
        match self {
            Stream::Tcp(stream) => stream.peer_addr().ok().map(|address| address.ip()),
            Stream::Unix(_) => None,
        }
    }

    /// Lets the system find out about peers that are gone, after so many seconds.
    pub(super) fn keep_alive(&self, seconds: u64) {
        let Stream::Tcp(stream) = self else { return };
        if seconds == 0 {
            return;
        }
        let time = std::time::Duration::from_secs(seconds);
        let settings = socket2::TcpKeepalive::new().with_time(time);
        // A peer that cannot be watched is still served.
        let _ = socket2::SockRef::from(stream).set_tcp_keepalive(&settings);
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.read(buffer),
            Stream::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Source for Stream {
    fn register(&mut self, registry: &Registry, token: Token, wants: Interest) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.register(registry, token, wants),
            Stream::Unix(stream) => stream.register(registry, token, wants),
        }
    }

    fn reregister(&mut self, registry: &Registry, token: Token, wants: Interest) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.reregister(registry, token, wants),
            Stream::Unix(stream) => stream.reregister(registry, token, wants),
        }
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.deregister(registry),
            Stream::Unix(stream) => stream.deregister(registry),
        }
    }
}
