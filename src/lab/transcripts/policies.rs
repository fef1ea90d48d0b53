//! Restart policies, directories that are mounted, and flags that change nothing.

use crate::lab::testing::{Bench, check};

/// What runs, by name.
fn running(bench: &mut Bench) -> String {
    bench.run("docker ps --format {{.Names}}").shown().replace('\n', " ")
}

/// One container of each policy, and one of each that was stopped.
fn bench() -> Bench {
    let mut bench = Bench::new();
    for policy in ["no", "always", "unless-stopped", "on-failure"] {
        bench.run(&format!("docker run -d --name {policy} --restart {policy} redis"));
        bench.run(&format!("docker run -d --name stopped-{policy} --restart={policy} redis"));
        bench.run(&format!("docker stop stopped-{policy}"));
    }
    bench
}

#[test]
fn a_machine_that_comes_back_starts_what_it_was_told_to() {
    let mut bench = bench();
    let output = bench.power_loss();
    assert_eq!(running(&mut bench), "unless-stopped stopped-always always ");
    assert_eq!(
        output.hints,
        [
            "docker started always again by itself: --restart always asks for that",
            "docker started stopped-always again by itself: --restart always asks for that",
            "docker started unless-stopped again by itself: --restart unless-stopped asks for that",
        ]
    );
}

#[test]
fn a_killed_process_is_started_again_and_a_stopped_container_is_not() {
    let mut bench = bench();
    for name in ["no", "always", "unless-stopped", "on-failure"] {
        bench.kill(name);
    }
    assert_eq!(running(&mut bench), "on-failure unless-stopped always ");
    bench.run("docker kill always");
    bench.run("docker stop unless-stopped");
    assert_eq!(running(&mut bench), "on-failure ");
}

#[test]
fn a_server_that_was_shut_down_is_started_again_unless_only_failures_count() {
    let mut bench = bench();
    for name in ["no", "always", "unless-stopped", "on-failure"] {
        bench.shut_down(name);
    }
    assert_eq!(running(&mut bench), "unless-stopped always ");
}

#[test]
fn policies_are_judged() {
    check(
        "docker run -d --restart sometimes redis
         docker run -d --rm --restart always redis
         docker run -d --restart always:3 redis
         docker run -d --restart on-failure:x redis",
        "docker: Error response from daemon: invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'

Run 'docker run --help' for more information
exit 125
docker: conflicting options: cannot specify both --restart and --rm

Run 'docker run --help' for more information
exit 125
docker: Error response from daemon: invalid restart policy: maximum retry count can only be used with 'on-failure'

Run 'docker run --help' for more information
exit 125
docker: invalid restart policy format: maximum retry count must be an integer

Run 'docker run --help' for more information
exit 125
",
    );
}

#[test]
fn a_directory_outlives_containers_and_is_no_volume() {
    let mut bench = Bench::new();
    let shown = bench.transcript(
        "docker run -d --name one -v ./data:/data redis
         docker inspect -f '{{.Mounts}}' one
         docker volume ls
         docker rm -f -v one",
    );
    assert_eq!(
        shown,
        "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
~ the lab keeps the directory ./data in itself, beside its volumes: nothing is written to your own
[{bind ./data /data  true rprivate}]
DRIVER    VOLUME NAME
one
"
    );
    bench.run("docker run -d --name one --mount type=bind,src=$(pwd)/data,dst=/data redis");
    bench.put("one", 4);
    bench.run("docker stop one");
    bench.run("docker run -d --name two -v $PWD/data:/data redis");
    assert_eq!(bench.value("two"), Some(4));
    bench.run("docker run -d --name three -v ./other:/data redis");
    assert_eq!(bench.value("three"), None);
}

#[test]
fn flags_that_change_nothing_are_told() {
    check(
        "docker run -d --name redis -e REDIS_ARGS=x --network host --platform linux/amd64 -w /data -h db redis
         docker run -d --name other --memory 1g redis
         docker run -d --name other -m 1g redis
         docker run -d --name other --memroy 1g redis
         docker run -d --mount type=volume,source=redis-data,target=/data --name other redis
         docker run -d --mount foo redis
         docker run -d --mount type=volume,source=redis-data redis",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
~ redis reads no environment variables, so -e changes nothing: settings stand behind the image, as in redis:8 redis-server --appendonly yes
~ --network, --hostname, --platform, --workdir change nothing in the lab
--memory is a real flag of docker run that the lab does not have
~ the lab knows these flags of docker run: -d/--detach --rm --name -p/--publish -P/--publish-all -v/--volume --mount --restart -e/--env -u/--user -i/--interactive -t/--tty --pull -q/--quiet --network -h/--hostname --platform -w/--workdir
exit 125
-m is a real flag of docker run that the lab does not have
~ the lab knows these flags of docker run: -d/--detach --rm --name -p/--publish -P/--publish-all -v/--volume --mount --restart -e/--env -u/--user -i/--interactive -t/--tty --pull -q/--quiet --network -h/--hostname --platform -w/--workdir
exit 125
unknown flag: --memroy

Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]

Run 'docker run --help' for more information
~ the lab knows these flags of docker run: -d/--detach --rm --name -p/--publish -P/--publish-all -v/--volume --mount --restart -e/--env -u/--user -i/--interactive -t/--tty --pull -q/--quiet --network -h/--hostname --platform -w/--workdir
exit 125
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
invalid argument "foo" for "--mount" flag: invalid field 'foo' must be a key=value pair

Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]

Run 'docker run --help' for more information
exit 125
invalid argument "type=volume,source=redis-data" for "--mount" flag: target is required

Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]

Run 'docker run --help' for more information
exit 125
"#,
    );
}
