//! The `redis` package for Python: what its users do, in both versions of the protocol, waiting and `async`,
//! with its locks and scripts, which run in the server.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::printed;
use crate::peer::Peer;
use crate::python::python;
use crate::server::Server;

#[test]
fn the_package_gets_what_a_real_server_gives() {
    let Some(python) = python() else { return };
    let Some(peer) = Peer::start(&[]) else { return };
    let folder = TempDir::new().unwrap();
    let (server, port) = Server::start_on_a_port(folder.path(), &["--save", ""]);
    let run = |place: &Path| {
        let mut command = Command::new(&python);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/client.py")).arg(place);
        printed(command)
    };
    let theirs = run(&peer.socket());
    assert_eq!(run(&server.socket), theirs);
    assert_eq!(run(Path::new(&format!("redis://127.0.0.1:{port}"))), theirs);
}
