//! `INFO` beside a real server: the same sections and the same names in the same order, since programs look
//! lines up by name. It must not know what the values are.

use std::process::Command;

use kvtutor::resp::Reply;

use crate::peer::Peer;

/// Lines of a real server that are about how it was built, and its allocator.
const NOT_OURS: &[&str] = &[
    "redis_build_id",
    "monotonic_clock",
    "multiplexing_api",
    "atomicvar_api",
    "gcc_version",
    "executable",
    "allocator_allocated",
    "allocator_active",
    "allocator_resident",
    "allocator_frag_ratio",
    "allocator_frag_bytes",
    "allocator_rss_ratio",
    "allocator_rss_bytes",
    "rss_overhead_ratio",
    "rss_overhead_bytes",
];

/// The titles, and the names before each colon.
fn names(info: &[u8]) -> Vec<String> {
    let text = String::from_utf8(info.to_vec()).unwrap();
    let names = text.lines().map(|line| line.split(':').next().unwrap().to_owned());
    names.filter(|name| !name.is_empty() && !NOT_OURS.contains(&name.as_str())).collect()
}

#[test]
fn every_line_of_a_real_servers_info_is_here_by_its_name() {
    let Some(mut peer) = Peer::start(&["--appendonly", "yes", "--appendfsync", "no"]) else {
        return;
    };
    let Reply::Bulk(theirs) = peer.call(&["INFO"]) else { panic!("no text") };
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["exec", "--raw", "--home"])
        .arg(home.path())
        .arg("INFO")
        .output()
        .unwrap();
    assert_eq!(names(&output.stdout), names(&theirs));
}
