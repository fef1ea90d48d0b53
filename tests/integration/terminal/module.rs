//! The module's Python sessions, from top to bottom, against the servers of a prompt: containers are
//! started and stopped at the prompt, and Python runs beside it with the real `redis` package.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::live::open;

/// What is typed into Python, and what it shows.
type Session<'a> = &'a [(&'a str, &'a str)];

/// Connects, and looks at the client.
const CONNECT: Session<'_> = &[
    ("import redis", ""),
    ("rd=redis.Redis(host='127.0.0.1', port=6379, db=0)", ""),
    ("type(rd)", "<class 'redis.client.Redis'>"),
];

/// Strings, JSON and hashes.
const WORK: Session<'_> = &[
    ("rd.set('my_key', 'my_value')", "True"),
    ("rd.get('my_key')", "b'my_value'"),
    ("type(rd.get('my_key'))", "<class 'bytes'>"),
    ("rd.get('my_key').decode('utf-8')", "'my_value'"),
    ("type( rd.get('my_key').decode('utf-8') )", "<class 'str'>"),
    ("import json", ""),
    ("d = {'a': 1, 'b': 2, 'c': 3}", ""),
    ("rd.set('k1', json.dumps(d))", "True"),
    ("rd.get('k1')", "b'{\"a\": 1, \"b\": 2, \"c\": 3}'"),
    ("type(rd.get('k1'))", "<class 'bytes'>"),
    ("json.loads(rd.get('k1'))", "{'a': 1, 'b': 2, 'c': 3}"),
    ("type(json.loads(rd.get('k1')))", "<class 'dict'>"),
    ("json.loads(rd.get('k1').decode('utf-8'))", "{'a': 1, 'b': 2, 'c': 3}"),
    ("rd.hset('k2', mapping={'name': 'Mia', 'email': 'mia@example.org'})", "2"),
    ("rd.hset('k2', 'type', 'instructor')", "1"),
    ("rd.hget('k2', 'name')", "b'Mia'"),
    ("rd.hgetall('k2')", "{b'name': b'Mia', b'email': b'mia@example.org', b'type': b'instructor'}"),
    ("sorted(rd.keys())", "[b'k1', b'k2', b'my_key']"),
    ("rd.hkeys('k2')", "[b'name', b'email', b'type']"),
];

/// Exercise 1: the chains go in.
const STORE: Session<'_> = &[
    ("import json", ""),
    ("import redis", ""),
    ("rd = redis.Redis(host='127.0.0.1', port=6379, db=1)", ""),
    ("data = json.load(open('lessons/data/4HHB_summary.json'))", ""),
    (
        "for chain in data['chains']:\n    rd.set(chain['chain_id'], json.dumps(chain))\n",
        "True\nTrue\nTrue\nTrue",
    ),
];

/// Exercise 2, and the first half of exercise 3: they are all there, for a new client too.
const READ: Session<'_> = &[
    ("import json", ""),
    ("import redis", ""),
    ("rd = redis.Redis(host='127.0.0.1', port=6379, db=1)", ""),
    ("sorted(rd.keys())", "[b'A', b'B', b'C', b'D']"),
    (
        "for key in sorted(rd.keys()):\n    print(json.loads(rd.get(key)))\n",
        "{'chain_id': 'A', 'total_residues': 198, 'standard_residues': 141, 'hetero_residue_count': 57}\n\
         {'chain_id': 'B', 'total_residues': 205, 'standard_residues': 146, 'hetero_residue_count': 59}\n\
         {'chain_id': 'C', 'total_residues': 201, 'standard_residues': 141, 'hetero_residue_count': 60}\n\
         {'chain_id': 'D', 'total_residues': 197, 'standard_residues': 146, 'hetero_residue_count': 51}",
    ),
];

/// The second half, as the module does it: another database, so it proves nothing.
const OTHER_DATABASE: Session<'_> = &[
    ("import redis", ""),
    ("rd = redis.Redis(host='127.0.0.1', port=6379, db=0)", ""),
    ("rd.keys()", "[]"),
];

/// And as it should be done: the database that was written to, in a new container.
const SAME_DATABASE: Session<'_> = &[
    ("import redis", ""),
    ("rd = redis.Redis(host='127.0.0.1', port=6379, db=1)", ""),
    ("rd.keys()", "[]"),
];

/// Types sessions into one Python, whose port 6379 is `port`, and compares what it shows.
fn python(program: &str, port: u16, sessions: &[Session<'_>]) {
    let mut child = Command::new(program)
        .args(["-i", "-q"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("PYTHONSTARTUP")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut expected = String::new();
    for (code, shows) in sessions.iter().copied().flatten() {
        let code = code.replace("port=6379", &format!("port={port}"));
        writeln!(input, "{code}").unwrap();
        expected.push_str(shows);
        expected.push_str(if shows.is_empty() { "" } else { "\n" });
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{said}");
}

#[test]
fn the_modules_python_runs_from_top_to_bottom() {
    let Some(program) = crate::python::python() else { return };
    let mut terminal = open(&["play"]);
    // Tests that run beside this one have the usual port.
    let port = 18379;
    terminal.line("docker run -d -p 18379:6379 --name first redis:8");
    python(&program, port, &[CONNECT, WORK]);
    python(&program, port, &[STORE]);
    python(&program, port, &[READ]);
    // At the prompt everything is there too.
    terminal.line("redis-cli -p 18379 -n 1");
    terminal.line("DBSIZE");
    terminal.wait_for("DBSIZE\n(integer) 4");
    terminal.line("docker stop first");
    terminal.line("docker run --rm -d -p 18379:6379 --name second redis:8");
    python(&program, port, &[OTHER_DATABASE, SAME_DATABASE]);
    terminal.line("docker stop second");
    terminal.line("docker volume create redis-data");
    terminal.line(
        "docker run --rm --name redis -d -p 18379:6379 -v redis-data:/data redis:8 redis-server \
         --appendonly yes --appendfsync everysec",
    );
    terminal.line("docker exec redis redis-cli SET mykey \"myvalue\"");
    terminal.line("docker restart redis");
    terminal.line("docker exec redis redis-cli GET mykey");
    terminal.wait_for("redis-cli GET mykey\nmyvalue");
    let again: Session<'_> = &[
        ("import redis", ""),
        ("rd = redis.Redis(host='127.0.0.1', port=6379, db=0)", ""),
        ("rd.get('mykey')", "b'myvalue'"),
    ];
    python(&program, port, &[again]);
}
