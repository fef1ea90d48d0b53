//! Who answers a client, from outside and inside.

use std::fmt::Write as _;

use crate::lab::testing::Bench;
use crate::lab::{Answer, Target, connect, redis_cli};

#[test]
fn redis_cli_inside_a_container_is_handed_on() {
    let mut bench = Bench::new();
    bench.run("docker run -d --name redis redis");
    let then = bench.run("docker exec redis redis-cli SET mykey \"myvalue\"").then.unwrap();
    assert_eq!(then.container.name, "redis");
    assert_eq!(then.cli.command, [b"SET".to_vec(), b"mykey".to_vec(), b"myvalue".to_vec()]);
    assert!(!then.terminal);
    let then = bench.run("docker exec -it redis redis-cli -n 1").then.unwrap();
    assert_eq!((then.cli.db, then.terminal, then.cli.command.len()), (1, true, 0));
    assert_eq!(
        bench.transcript(
            "docker exec redis redis-cli
         docker exec redis redis-cli -z
         docker exec -it redis redis-cli --sandbox
         docker exec -it redis bash"
        ),
        "~ without a terminal redis-cli has nothing to read: docker exec -it redis redis-cli
Unrecognized option or bad number of args for: '-z'
~ the lab's redis-cli knows -h HOST, -p PORT, -n DB, -a PASSWORD, --user NAME, --raw, --no-raw, -2, -3, --sandbox
exit 1
Unrecognized option or bad number of args for: '--sandbox'
~ redis-cli --sandbox is typed by itself: no container knows the sandbox
exit 1
the lab's containers have no bash
~ each program is run by a line of its own: docker exec -it redis redis-cli opens a prompt, docker exec redis ls /data and docker exec redis cat FILE look at its files
exit 127
"
    );
}

#[test]
fn the_port_goes_from_the_sandbox_to_whatever_publishes_it() {
    let mut bench = Bench::new();
    let here = Target::default();
    let mut shown = String::new();
    let mut before = bench.lab.answer(&here);
    for line in [
        "docker ps",
        "docker run -d --name inner redis",
        "docker run -d --name one -p 6379:6379 redis:8",
        "docker restart one",
        "docker stop one",
        "docker run -d --name two -p 6379:6379 redis:7",
        "docker rm -f two",
        "docker run -d --name three -p 6379:80 redis",
        "docker rm -f three",
    ] {
        bench.run(line);
        let after = bench.lab.answer(&here);
        let notice = connect::notice(bench.lab.model(), &here, &before, &after);
        let _ = writeln!(shown, "{line}: {}", notice.unwrap_or_default());
        before = after;
    }
    assert_eq!(shown, "docker ps: 
docker run -d --name inner redis: 
docker run -d --name one -p 6379:6379 redis:8: container one (redis 8.6.0) now answers on 127.0.0.1:6379; the sandbox keeps its data, redis-cli --sandbox goes back to it
docker restart one: 
docker stop one: nothing answers on 127.0.0.1:6379 now; the prompt connects again when a container publishes that port, and redis-cli --sandbox goes back to the sandbox
docker run -d --name two -p 6379:6379 redis:7: container two (redis 7.4.7) now answers on 127.0.0.1:6379
docker rm -f two: nothing answers on 127.0.0.1:6379 now; the prompt connects again when a container publishes that port, and redis-cli --sandbox goes back to the sandbox
docker run -d --name three -p 6379:80 redis: 
docker rm -f three: 
");
    let why = connect::wrong_port(bench.lab.model(), 6379);
    assert_eq!(why, None);
    assert_eq!(bench.lab.back_to_sandbox(), Target::default());
    assert_eq!(bench.lab.answer(&here), Answer::Sandbox);
    bench.run("docker start one");
    assert_eq!(bench.lab.answer(&here), Answer::Container(bench.id("one")));
    assert_eq!(bench.lab.back_to_sandbox(), Target::Sandbox);
    assert_eq!(bench.lab.answer(&Target::Sandbox), Answer::Sandbox);
}

#[test]
fn redis_cli_reaches_what_is_published_and_nothing_else() {
    let mut bench = Bench::new();
    bench.run("docker run -d --name aa -p 6380:6379 redis");
    bench.run("docker run -d --name bb -p 7000:7000 redis redis-server --port 7000");
    bench.run("docker run -d --name cc -p 7001:6380 redis");
    let (a, b) = (bench.id("aa"), bench.id("bb"));
    let target = |args: &str| {
        let args: Vec<&str> = args.split_whitespace().collect();
        Target::of(&redis_cli::parse(&args).unwrap())
    };
    let inside = |args: &str| {
        let args: Vec<&str> = args.split_whitespace().collect();
        Target::inside(&b, &redis_cli::parse(&args).unwrap())
    };
    for (target, expected) in [
        (target(""), Answer::Sandbox),
        (target("-h localhost"), Answer::Sandbox),
        (target("-p 6380 -n 1"), Answer::Container(a.clone())),
        (target("-p 7000"), Answer::Container(b.clone())),
        (target("-p 7001"), Answer::Nobody),
        (target("-p 6381"), Answer::Nobody),
        (target("-p 72916"), Answer::Nobody),
        (target("-h redis.example.com"), Answer::Nobody),
        (target("--sandbox -p 6380"), Answer::Sandbox),
        (inside(""), Answer::Nobody),
        (inside("-p 7000"), Answer::Container(b.clone())),
    ] {
        assert_eq!(bench.lab.answer(&target), expected, "{target:?}");
    }
    assert_eq!(
        target("-p 6381").refusal(),
        "Could not connect to Redis at 127.0.0.1:6381: Connection refused"
    );
    assert_eq!(
        target("-h nowhere").refusal(),
        "Could not connect to Redis at nowhere:6379: Name or service not known"
    );
    assert_eq!(
        connect::wrong_port(bench.lab.model(), 7001).unwrap(),
        "container cc has published its port 6380 as 7001, but Redis listens on 6379 in there: -p 7001:6379 is what connects"
    );
}
