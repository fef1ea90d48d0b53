//! `redis` and `ioredis` for Node: what their users do, in both versions of the protocol. `.ci/run` puts the
//! packages, as `tests/node/package-lock.json` names them, into `target/node`.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{installed, missing, printed};
use crate::peer::Peer;
use crate::server::Server;

/// The folder of the packages.
const MODULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/node/node_modules");

fn gets_what_a_real_server_gives(package: &str) {
    if !installed("node") {
        return;
    }
    if !Path::new(MODULES).join(package).is_dir() {
        return missing(&format!("the package {package} for Node (`.ci/run` installs it)"));
    }
    let Some(peer) = Peer::start(&[]) else { return };
    let folder = TempDir::new().unwrap();
    let (server, port) = Server::start_on_a_port(folder.path(), &["--save", ""]);
    let run = |place: &Path| {
        let mut command = Command::new("node");
        command
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/node/client.cjs"))
            .arg(package)
            .arg(place)
            .env("NODE_PATH", MODULES);
        printed(command)
    };
    let theirs = run(&peer.socket());
    assert_eq!(run(&server.socket), theirs);
    assert_eq!(run(Path::new(&format!("redis://127.0.0.1:{port}"))), theirs);
}

#[test]
fn the_package_redis_gets_what_a_real_server_gives() {
    gets_what_a_real_server_gives("redis");
}

#[test]
fn the_package_ioredis_gets_what_a_real_server_gives() {
    gets_what_a_real_server_gives("ioredis");
}
