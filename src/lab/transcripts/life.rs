//! What stops, kills and restarts do to data, and what is told of it.

use crate::lab::machines::Machines as _;
use crate::lab::testing::{BEGIN, Bench};
use crate::lab::{Lab, LabEvent, Output, Turn};

#[test]
fn a_restart_keeps_the_data_and_a_new_container_begins_empty() {
    let mut bench = Bench::new();
    bench.run("docker run -d --name redis -p 6379:6379 redis:8");
    bench.put("redis", 4);
    bench.run("docker restart redis");
    assert_eq!(bench.value("redis"), Some(4));
    bench.run("docker stop redis");
    bench.run("docker start redis");
    assert_eq!(bench.value("redis"), Some(4));
    bench.run("docker rm -f redis");
    bench.run("docker run -d --name redis -p 6379:6379 redis:8");
    assert_eq!(bench.value("redis"), None);
}

#[test]
fn what_reached_no_file_is_gone_after_a_kill() {
    let mut bench = Bench::new();
    bench.run("docker run -d --name plain redis:8");
    bench.run("docker run -d --name append redis:8 redis-server --appendonly yes");
    for name in ["plain", "append"] {
        bench.put(name, 4);
        bench.run(&format!("docker kill {name}"));
        bench.run(&format!("docker start {name}"));
    }
    assert_eq!(bench.value("plain"), None);
    assert_eq!(bench.value("append"), Some(4));
}

#[test]
fn a_power_loss_ends_everything_and_takes_what_was_not_synced() {
    let mut bench = Bench::new();
    bench.run("docker run -d --name kept redis:8 redis-server --appendonly yes");
    bench.run("docker run -d --rm --name gone redis:8");
    bench.put("kept", 4);
    let output = bench.power_loss();
    assert_eq!((output.shown().as_str(), output.events.len()), ("", 4));
    assert_eq!(
        bench.transcript("docker ps -a\ndocker start kept"),
        r#"CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS                                PORTS     NAMES
4c8410fd0384   redis:8   "docker-entrypoint.s…"   2 seconds ago   Exited (137) Less than a second ago             kept
kept
"#
    );
    assert_eq!(bench.value("kept"), None);
    assert_eq!(bench.kill("kept").shown(), "");
    assert_eq!(bench.fake.running.len(), 0);
}

#[test]
fn a_named_volume_outlives_its_containers() {
    let mut bench = Bench::new();
    for expected in [None, Some(4), Some(4)] {
        bench.run("docker run -d --rm --name redis -v redis-data:/data redis:8");
        assert_eq!(bench.value("redis"), expected);
        bench.put("redis", 4);
        bench.run("docker stop redis");
    }
    assert_eq!(bench.fake.volumes.len(), 1);
}

#[test]
fn what_cannot_save_does_not_stop_and_is_killed() {
    let mut bench = Bench::new();
    bench.run("docker run -d --name redis redis:8");
    bench.fake.full = true;
    assert_eq!(
        bench.transcript("docker stop redis\ndocker inspect -f {{.State.ExitCode}} redis"),
        "redis
~ Redis in redis could not save and would not stop (the disk is full), so docker killed it: what was not on disk is gone
137
"
    );
}

#[test]
fn events_tell_what_happened_in_order() {
    let mut bench = Bench::new();
    let kinds = |output: Output| -> Vec<&'static str> {
        let kind = |event: &LabEvent| match event {
            LabEvent::Pulled(_) => "pulled",
            LabEvent::Created(_) => "created",
            LabEvent::Started { first: true, .. } => "started",
            LabEvent::Started { first: false, .. } => "started again",
            LabEvent::Stopped(_) => "stopped",
            LabEvent::Killed(_) => "killed",
            LabEvent::Restarted(_) => "restarted",
            LabEvent::Renamed(_) => "renamed",
            LabEvent::Removed(_) => "removed",
            LabEvent::Untagged(_) => "untagged",
            LabEvent::VolumeCreated(_) => "volume made",
            LabEvent::VolumeRemoved(_) => "volume removed",
        };
        output.events.iter().map(kind).collect()
    };
    for (line, expected) in [
        ("docker run -d --name aa redis", vec!["volume made", "created", "started"]),
        ("docker restart aa", vec!["restarted"]),
        ("docker stop aa", vec!["stopped"]),
        ("docker start aa", vec!["started again"]),
        ("docker kill aa", vec!["killed"]),
        ("docker rm aa", vec!["removed"]),
        ("docker run -d --rm --name bb redis", vec!["volume made", "created", "started"]),
        ("docker restart bb", vec!["restarted"]),
        ("docker stop bb", vec!["stopped", "removed", "volume removed"]),
        ("docker run -d --rm --name bb redis", vec!["volume made", "created", "started"]),
        ("docker rm -f bb", vec!["killed", "removed", "volume removed"]),
        ("docker pull redis:7", vec!["pulled"]),
        ("docker rmi redis:7", vec!["untagged"]),
        ("docker volume create xx", vec!["volume made"]),
        ("docker volume rm xx", vec!["volume removed"]),
    ] {
        assert_eq!(kinds(bench.run(line)), expected, "{line}");
    }
}

#[test]
fn an_instance_that_ended_by_itself_is_seen() {
    let mut bench = Bench::new();
    bench.run("docker run -d --rm --name gone redis");
    bench.run("docker run -d --name kept redis");
    let (gone, kept) = (bench.id("gone"), bench.id("kept"));
    bench.fake.stop(&gone, BEGIN).unwrap();
    bench.fake.stop(&kept, BEGIN).unwrap();
    assert_eq!(
        bench.transcript("docker ps -a"),
        r#"CONTAINER ID   IMAGE     COMMAND                  CREATED        STATUS                              PORTS     NAMES
a80b52278b33   redis     "docker-entrypoint.s…"   1 second ago   Exited (0) Less than a second ago             kept
"#
    );
}

#[test]
fn containers_run_on_when_kvtutor_comes_back() {
    let mut bench = Bench::new();
    bench.run("docker run -d --name runs redis");
    bench.run("docker run -d --name rests redis");
    bench.run("docker stop rests");
    let before = bench.lab.model().clone();
    let text = serde_json::to_string(&before).unwrap();
    bench.fake.running.clear();

    let mut lab = Lab::new(serde_json::from_str(&text).unwrap());
    let mut random = fastrand::Rng::with_seed(1);
    let output = lab.resume(Turn {
        now: BEGIN + 9000,
        random: &mut random,
        machines: &mut bench.fake,
        files: &bench.folder,
    });
    assert_eq!(output, Output::default());
    assert_eq!(lab.model(), &before);
    let runs = before.find("runs").unwrap().id.clone();
    assert_eq!(bench.fake.running.keys().collect::<Vec<_>>(), [&runs]);
}

/// Every docker line of the course's text, as it stands there.
#[test]
fn the_lines_of_the_course_are_understood() {
    let mut bench = Bench::new();
    bench.run("docker run -d --name your-container-name redis:8");
    for line in [
        "docker run -d -p 6379:6379 redis:8",
        "docker ps",
        "docker logs \"your-container-name\"",
        "docker stop \"your-container-name\"",
        "docker ps -a",
        "docker rm -f your-container-name",
        "docker volume create redis-data",
        "docker volume ls",
    ] {
        let output = bench.run(line);
        assert_eq!((output.code, output.hints), (0, Vec::new()), "{line}");
    }
    let id = bench.lab.model().containers[0].short_id().to_owned();
    for line in [format!("docker logs {id}"), format!("docker stop {id}")] {
        assert_eq!(bench.run(&line).code, 0, "{line}");
    }
    for line in ["docker run --rm -d -p 6379:6379 redis:8", "docker ps"] {
        assert_eq!(bench.run(line).code, 0, "{line}");
    }
    let id = bench.lab.model().containers[1].short_id().to_owned();
    assert_eq!(bench.run(&format!("docker stop {id}")).code, 0);
    for line in [
        "docker run --rm --name redis -d -p 6379:6379 -v redis-data:/data redis:8 redis-server --appendonly yes --appendfsync everysec",
        "docker exec redis redis-cli SET mykey \"myvalue\"",
        "docker restart redis",
        "docker exec redis redis-cli GET mykey",
    ] {
        let output = bench.run(line);
        assert_eq!((output.code, output.hints), (0, Vec::new()), "{line}");
    }
}
