//! `redis-benchmark`: every test that it has by default ends without an error, one request at a time,
//! sixteen at once, and in the third protocol. How fast that is, is not judged here.

use std::path::Path;
use std::process::{Command, Stdio};

use kvtutor::resp::Reply;
use tempfile::TempDir;

use super::installed;
use crate::peer::Peer;
use crate::server::Server;

/// The names of the tests that it tells a result of.
fn run(socket: &Path, more: &[&str]) -> Vec<String> {
    let output = Command::new("redis-benchmark")
        .arg("-s")
        .arg(socket)
        .args(["-n", "400", "-c", "20", "-r", "100", "--csv"])
        .args(more)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{said}");
    assert!(output.status.success(), "{said}");
    said.lines().map(|line| line.split("\",\"").next().unwrap().to_owned()).collect()
}

#[test]
fn all_its_tests_end_as_on_a_real_server() {
    if !installed("redis-benchmark") {
        return;
    }
    let Some(mut peer) = Peer::start(&[]) else { return };
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--save", ""]);
    let mut client = server.connect();
    for more in [&[][..], &["-P", "16"], &["-3"], &["-3", "-P", "16"]] {
        let ours = run(&server.socket, more);
        assert_eq!(ours, run(&peer.socket(), more));
        assert_eq!(ours.len(), 21, "{ours:?}");
        // The keys of these have one name, so both servers end with the same.
        for line in ["LLEN mylist", "TYPE mylist", "TYPE myset", "TYPE myzset", "TYPE myhash"] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(client.call(line), peer.call(&words), "{line}");
        }
        assert_eq!(client.call("FLUSHALL"), Reply::Simple(b"OK".to_vec()));
        peer.call(&["FLUSHALL"]);
    }
}
