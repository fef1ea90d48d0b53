//! Damaged data: the files of an append-only log, a snapshot, the private journal of a container.
//! What cannot be read is named, left byte for byte, and not run over.

use std::fs;
use std::path::{Path, PathBuf};

use super::rig::{Damage, Home, Told};

const MANIFEST: &str = "appendonly.aof.manifest";
const BASE: &str = "appendonly.aof.1.base.rdb";
const LOG: &str = "appendonly.aof.1.incr.aof";

/// Key `k`, in a snapshot without a checksum.
const SNAPSHOT: &[u8] = b"REDIS0011\xfe\x00\xfb\x01\x00\x00\x01k\x01v\xff\0\0\0\0\0\0\0\0";

/// Key `n`, as two commands: the second begins at byte 23.
const COMMANDS: &[u8] =
    b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\nn\r\n$1\r\n1\r\n";

/// A home whose sandbox holds both.
fn with_a_log() -> Home {
    let home = Home::new();
    let manifest = format!("file {BASE} seq 1 type b\nfile {LOG} seq 1 type i\n");
    for (name, bytes) in [(MANIFEST, manifest.as_bytes()), (BASE, SNAPSHOT), (LOG, COMMANDS)] {
        home.put(&format!("sandbox/appendonlydir/{name}"), bytes);
    }
    home
}

const FOLDER: &str = "cannot read {path}: is a directory. Nothing was changed. See what stands in \
                      its place, or use another directory";
const LOOP: &str = "cannot read {path}: Too many levels of symbolic links. Nothing was changed. \
                    See what stands in its place, or use another directory";

/// Damages one file of the log in each way and sees what every command says that needs it.
fn refused(name: &str, cases: &[(Damage, &str)]) {
    let inside = format!("sandbox/appendonlydir/{name}");
    for (damage, said) in cases {
        let home = with_a_log();
        damage.apply(&home.path().join(&inside));
        let before = home.files();
        let said = said.replace("{path}", &format!("HOME/{inside}"));
        for args in [&["exec", "GET", "k"][..], &["exec"], &["play"], &[]] {
            let err = format!("kvtutor: {said}\n");
            let wanted = Told { out: String::new(), err, code: 1 };
            assert_eq!(home.run(args, "SET k lost\n"), wanted, "{damage:?} {args:?}");
        }
        assert_eq!(home.files(), before, "{damage:?}");
        // Lessons have data of their own, and a script can use another directory.
        let learned = home.run(&["learn", "4hhb-load"], "SET k v\nGET k\n");
        assert_eq!((learned.err.as_str(), learned.code), ("", 0), "{damage:?}");
        let other = home.path().join("other");
        let exec = ["exec", "--dir", other.to_str().unwrap()];
        assert_eq!(home.ask(&exec, "SET k v\nGET k\n"), "OK\nv\n");
    }
}

#[test]
fn a_log_that_is_whole_is_read() {
    assert_eq!(with_a_log().ask(&["exec", "MGET", "k", "n"], ""), "v\n1\n");
}

#[test]
fn a_damaged_manifest_is_refused() {
    let lines = "{path}: line 1: the line is not text. Nothing was changed. Put the right lines \
                 back: the files it must name are beside it";
    refused(
        MANIFEST,
        &[
            (
                Damage::Half,
                "appendonly.aof.1.incr.aof holds data, but {path} beside it is missing or does \
                 not name it. Nothing was changed. Put the manifest back, or move \
                 appendonly.aof.1.incr.aof away to start without it",
            ),
            (Damage::Noise, lines),
            (Damage::NotText, lines),
            (Damage::Empty, &lines.replace("the line is not text", "the manifest is empty")),
            (Damage::Deep, &lines.replace("is not text", "is too long, or its end is missing")),
            (Damage::Folder, FOLDER),
            (Damage::Loop, LOOP),
        ],
    );
}

#[test]
fn a_damaged_base_is_refused() {
    let advice = "Nothing was changed. `redis-check-rdb {path}` shows more; put a copy back, or \
                  move the file away and take its line out of the manifest to start without it";
    let early = |at| format!("{{path}} is damaged at byte {at}: the file ends too early. {advice}");
    let other = format!(
        "{{path}} is damaged at byte 9: it is no snapshot: it does not begin with REDIS. {advice}"
    );
    refused(
        BASE,
        &[
            (Damage::Half, &early(14)),
            (Damage::Noise, &other),
            (Damage::NotText, &other),
            (Damage::Empty, &early(0)),
            (Damage::Deep, &other),
            (Damage::Folder, FOLDER),
            (Damage::Loop, LOOP),
        ],
    );
}

#[test]
fn a_damaged_log_is_refused() {
    let found = |byte| {
        format!(
            "{{path}} is damaged at byte 0: expected a value, found byte {byte}. Nothing was \
             changed. Copy the file, then `redis-check-aof --fix {{path}}` cuts it there: what \
             stands behind is lost"
        )
    };
    refused(
        LOG,
        &[
            (Damage::Noise, &found("0x00")),
            (Damage::NotText, &found("0xff")),
            (Damage::Deep, &found("0x5b")),
            (Damage::Folder, FOLDER),
            (Damage::Loop, LOOP),
        ],
    );
}

#[test]
fn what_an_advice_says_brings_the_rest_back() {
    // Without its base.
    let home = with_a_log();
    let folder = home.path().join("sandbox/appendonlydir");
    Damage::Noise.apply(&folder.join(BASE));
    fs::rename(folder.join(BASE), home.path().join("kept")).unwrap();
    fs::write(folder.join(MANIFEST), format!("file {LOG} seq 1 type i\n")).unwrap();
    assert_eq!(home.ask(&["exec", "MGET", "k", "n"], ""), "\n1\n");
    // Without the log that the manifest no longer names.
    let home = with_a_log();
    let folder = home.path().join("sandbox/appendonlydir");
    Damage::Half.apply(&folder.join(MANIFEST));
    fs::rename(folder.join(LOG), home.path().join("kept")).unwrap();
    assert_eq!(home.ask(&["exec", "MGET", "k", "n"], ""), "v\n\n");
}

#[test]
fn a_torn_tail_is_dropped_and_said_and_the_rest_is_kept() {
    let home = with_a_log();
    let inside = format!("sandbox/appendonlydir/{LOG}");
    home.put(&inside, [COMMANDS, &COMMANDS[23..40]].concat());
    let told = home.run(&["exec", "MGET", "k", "n"], "");
    assert_eq!(
        told,
        Told {
            out: "v\n1\n".to_owned(),
            err: format!(
                "kvtutor: HOME/{inside} ended in the middle of a command, as after a crash: its \
                 last 17 bytes were dropped, everything up to byte 50 was loaded\n"
            ),
            code: 0
        }
    );
    assert_eq!(home.get(&inside), COMMANDS);
}

/// The files of a container's private journal, in a home that has one container.
fn journal(home: &Home) -> PathBuf {
    let folder = fs::read_dir(home.path().join("journals")).unwrap().next().unwrap().unwrap();
    folder.path().join("appendonlydir")
}

/// The lines of a prompt's output that say something of a file.
fn about_files(out: &str) -> String {
    out.lines().filter(|line| line.contains("HOME/")).collect::<Vec<_>>().join("\n")
}

const RUN: &str = "docker run -d --name box -p 6379:6379 -v data:/data redis:8\n";

#[test]
fn a_container_does_not_run_over_a_snapshot_that_cannot_be_read() {
    for (damage, said) in [
        (Damage::Half, "is damaged at byte 14: the file ends too early"),
        (Damage::Noise, "is damaged at byte 9: it is no snapshot: it does not begin with REDIS"),
        (Damage::Empty, "is damaged at byte 0: the file ends too early"),
        (Damage::Folder, "is a directory"),
        (Damage::Loop, "Too many levels of symbolic links"),
    ] {
        let home = Home::new();
        let inside = "volumes/data/_data/dump.rdb";
        home.put(inside, SNAPSHOT);
        let path = home.path().join(inside);
        damage.apply(&path);
        let before = home.files()[&path].clone();
        let lines = format!("{RUN}docker logs box\ndocker start box\ndocker rm box\n");
        let told = home.run(&["play"], &lines);
        let shown = about_files(&told.out);
        let start = if damage.is_no_file() { "cannot read " } else { "" };
        let middle = if damage.is_no_file() { ":" } else { "" };
        let wanted = format!("{start}HOME/{inside}{middle} {said}. ");
        assert_eq!(shown.get(..wanted.len()), Some(wanted.as_str()), "{damage:?}: {shown}");
        let ended = "note: the container ended at once (exit code 1): docker logs box shows why\n";
        assert_eq!(told.out.matches(ended).count(), 2, "{}", told.out);
        assert_eq!(home.files()[&path], before, "{damage:?}");
    }
}

#[test]
fn a_journal_that_cannot_be_read_is_kept_and_its_container_can_start_from_its_volume() {
    for (name, damage) in [
        ("journal.aof.manifest", Damage::Noise),
        ("journal.aof.manifest", Damage::Empty),
        ("journal.aof.1.incr.aof", Damage::Noise),
        ("journal.aof.1.base.rdb", Damage::Half),
    ] {
        let home = Home::new();
        home.run(&["play"], format!("{RUN}SET k v\nSAVE\nSET k later\n"));
        let folder = journal(&home);
        damage.apply(&folder.join(name));
        let files = read(&folder);
        let brought = "note: container box could not be brought back: docker logs box shows why, \
                       and docker start box starts it from its volume\n";
        let told = home.run(&["play"], "GET k\n");
        assert_eq!(told.out.replace("\n      ", " ").get(..brought.len()), Some(brought));
        assert_eq!(read(&folder), files, "{name} {damage:?}");
        let told = home.run(&["play"], "docker start box\nGET k\n");
        let started = "> docker start box\nbox\nnote: container box (redis 8.6.0) now answers on \
                       127.0.0.1:6379\n127.0.0.1:6379> GET k\n\"v\"\n127.0.0.1:6379> ";
        assert!(told.out.ends_with(started), "{name} {damage:?}: {}", told.out);
        // Stopping the container removes its journal, but not what could not be read.
        home.run(&["play"], "docker stop box\n");
        for (file, bytes) in files {
            assert_eq!(fs::read(folder.join(format!("unread-{file}"))).unwrap(), bytes);
        }
    }
}

/// Names and contents of the files in a folder.
fn read(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_container_whose_journal_is_gone_starts_from_its_volume() {
    let home = Home::new();
    home.run(&["play"], format!("{RUN}SET k v\nSAVE\nSET k later\n"));
    fs::remove_dir_all(home.path().join("journals")).unwrap();
    let told = home.run(&["play"], "GET k\n");
    assert!(told.out.ends_with("> GET k\n\"v\"\n127.0.0.1:6379> "), "{}", told.out);
}
