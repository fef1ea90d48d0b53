//! The few programs beside `redis-cli` that a container of the lab has: `ls`, `cat`, and those that
//! answer one question.

use std::fmt::Write as _;

use super::Job;
use crate::escape::{LineEnds, sanitize};
use crate::lab::model::{Container, DATA};
use crate::lab::output::Who;

/// The exit code for a program that is not in the container.
const NO_PROGRAM: i32 = 127;

/// What `redis-server --version` prints.
fn server_version(container: &Container) -> String {
    format!(
        "Redis server v={} sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=0000000000000000",
        container.version
    )
}

/// What a container prints that was asked for a version only, and does not go on.
pub fn version_answer(container: &Container) -> Option<String> {
    match container.args.as_slice() {
        [only] if only == "--version" || only == "-v" => Some(server_version(container)),
        _ => None,
    }
}

/// Runs a program inside a container that runs.
pub fn run(job: &mut Job, who: &Who, name: &str, args: &[String]) {
    let Some(container) = job.model.container(&who.id) else { return };
    let first = args.first().map(String::as_str);
    match (name.rsplit('/').next().unwrap_or(name), first) {
        ("redis-server", Some("--version" | "-v")) => {
            let text = server_version(container);
            job.output.out(format!("{text}\n"));
        }
        ("redis-server", _) => {
            job.output.fail(1, "Could not create server TCP listening socket *:6379: bind: Address already in use\n");
            job.output
                .hint(format!("a server runs in {} already: redis-cli talks to it", who.name));
        }
        ("ls", _) => list(job, who, args),
        ("cat", _) => cat(job, who, args),
        ("pwd", _) => job.output.out(format!("{DATA}\n")),
        ("whoami", _) => job.output.out("root\n"),
        ("hostname", _) => {
            let text = format!("{}\n", container.short_id());
            job.output.out(text);
        }
        ("env" | "printenv", None) => {
            let text = environment(container);
            job.output.out(text);
        }
        ("echo", _) => job.output.out(args.join(" ") + "\n"),
        (program, _) => refuse(job, who, program),
    }
}

/// A program that is not there: what is.
fn refuse(job: &mut Job, who: &Who, program: &str) {
    let text = format!("the lab's containers have no {program}\n");
    job.output.fail(NO_PROGRAM, text);
    let is_shell = matches!(program, "sh" | "bash" | "ash" | "dash" | "zsh");
    let begin = if is_shell { "each program is run by a line of its own: " } else { "" };
    job.output.hint(format!(
        "{begin}docker exec -it {0} redis-cli opens a prompt, docker exec {0} ls /data and docker exec {0} cat FILE look at its files",
        who.name
    ));
}

fn environment(container: &Container) -> String {
    let mut text = format!(
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME={}\n",
        container.short_id()
    );
    for variable in &container.env {
        text.push_str(variable);
        text.push('\n');
    }
    text + "HOME=/root\n"
}

/// A path inside the container, whole and without `.` and `..`.
fn absolute(path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{DATA}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The files of a container's volumes, as whole paths with their sizes.
fn files(job: &Job, who: &Who) -> Vec<(String, u64)> {
    let Some(container) = job.model.container(&who.id) else { return Vec::new() };
    let of_mount = |mount: &crate::lab::model::Mount| {
        let files = job.machines.files(&mount.volume);
        let place = mount.target.clone();
        files.into_iter().map(move |(name, size)| (format!("{place}/{name}"), size))
    };
    container.mounts.iter().flat_map(of_mount).collect()
}

/// `ls`
fn list(job: &mut Job, who: &Who, args: &[String]) {
    let long = args.iter().any(|arg| arg.starts_with('-') && arg.contains('l'));
    let paths: Vec<&str> =
        args.iter().map(String::as_str).filter(|arg| !arg.starts_with('-')).collect();
    let paths = if paths.is_empty() { vec!["."] } else { paths };
    let all = files(job, who);
    let many = paths.len() > 1;
    let (mut singles, mut folders) = (Vec::new(), Vec::new());
    for typed in paths {
        match rows(job, who, &all, &absolute(typed), typed) {
            Some(Listed::File(row)) => singles.push(row),
            Some(Listed::Folder(rows)) => folders.push((typed, rows)),
            None => {
                let text = format!("ls: cannot access '{typed}': No such file or directory\n");
                job.output.fail(2, text);
                job.output
                    .hint("in the lab a container has its volumes only: its files are in /data");
            }
        }
    }
    let mut text = shown(&singles, long);
    for (typed, rows) in folders {
        if many {
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{typed}:");
        }
        text.push_str(&shown(&rows, long));
    }
    job.output.out(text);
}

/// A name and, for a file, its size.
type Row = (String, Option<u64>);

/// What a path of `ls` leads to.
enum Listed {
    File(Row),
    Folder(Vec<Row>),
}

/// What is in a directory, or the file itself; none if there is neither.
fn rows(job: &Job, who: &Who, all: &[(String, u64)], path: &str, typed: &str) -> Option<Listed> {
    if let Some((_, size)) = all.iter().find(|(name, _)| name == path) {
        return Some(Listed::File((typed.to_owned(), Some(*size))));
    }
    let inside = format!("{}/", path.trim_end_matches('/'));
    let mut rows: Vec<Row> = Vec::new();
    for (name, size) in all {
        let Some(rest) = name.strip_prefix(&inside) else { continue };
        let row = match rest.split_once('/') {
            Some((folder, _)) => (folder.to_owned(), None),
            None => (rest.to_owned(), Some(*size)),
        };
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let is_mount = job
        .model
        .container(&who.id)
        .is_some_and(|container| container.mounts.iter().any(|mount| mount.target == path));
    (is_mount || !rows.is_empty()).then_some(Listed::Folder(rows))
}

fn shown(rows: &[Row], long: bool) -> String {
    let widest = rows.iter().filter_map(|(_, size)| *size).max().unwrap_or(0);
    let width = widest.to_string().len().max(4);
    rows.iter()
        .map(|(name, size)| match (long, size) {
            (false, _) => format!("{name}\n"),
            (true, Some(size)) => format!("-rw------- 1 redis redis {size:>width$} {name}\n"),
            (true, None) => format!("drwx------ 2 redis redis {:>width$} {name}\n", 4096),
        })
        .collect()
}

/// `cat`
fn cat(job: &mut Job, who: &Who, args: &[String]) {
    let paths: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    if paths.is_empty() {
        job.output.hint("cat needs a file's name, as in cat appendonlydir/appendonly.aof.manifest");
    }
    for typed in paths {
        let path = absolute(typed);
        let found = job.model.container(&who.id).and_then(|container| {
            container.mounts.iter().find_map(|mount| {
                let name = path.strip_prefix(&mount.target)?.strip_prefix('/')?;
                job.machines.read(&mount.volume, name)
            })
        });
        match found {
            Some(bytes) => {
                let text = sanitize(&bytes, LineEnds::Keep);
                let mut text = String::from_utf8_lossy(&text).into_owned();
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                job.output.out(text);
            }
            None => job.output.fail(1, format!("cat: {typed}: No such file or directory\n")),
        }
    }
}
