//! Lines that Docker would refuse, or that the lab has to.

use crate::lab::testing::check;

#[test]
fn commands_that_docker_has_and_the_lab_does_not() {
    check(
        "docker build .
         docker network ls
         docker image build .
         docker container stats
         docker login
         docker cp redis:/data/dump.rdb .
         docker pss
         docker container foo
         docker volume foo
         docker system foo",
        "docker build is a real command that the lab does not have
~ the lab has the images of redis and builds none
exit 1
docker network is a real command that the lab does not have
~ the lab has one network: -p publishes a port on this machine
exit 1
docker image build is a real command that the lab does not have
~ the lab has the images of redis and builds none
exit 1
docker container stats is a real command that the lab does not have
~ docker top NAME shows the process; INFO memory says what Redis uses
exit 1
docker login is a real command that the lab does not have
~ the lab works without a network and needs no account
exit 1
docker cp is a real command that the lab does not have
~ :disk shows the files of a server; docker exec NAME ls /data lists them
exit 1
docker: unknown command: docker pss

Run 'docker --help' for more information
~ did you mean docker ps? the lab knows run, create, ps, stop, start, restart, kill, rm, logs, exec, port, top, rename, wait, pull, images, rmi, inspect, version, info, volume, compose, container, image, system
exit 1
docker: unknown command: docker container foo

Usage:  docker container

Run 'docker container --help' for more information
~ the lab knows run, create, ls, stop, start, restart, kill, rm, logs, exec, port, top, rename, wait, inspect, prune
exit 1
docker: unknown command: docker volume foo

Usage:  docker volume COMMAND

Run 'docker volume --help' for more information
~ the lab knows create, ls, inspect, rm, prune
exit 1
docker: unknown command: docker system foo

Usage:  docker system

Run 'docker system --help' for more information
~ the lab knows info, df, prune
exit 1
",
    );
}

#[test]
fn too_few_or_too_many_words() {
    check(
        "docker run
         docker rename a
         docker port
         docker port a b c
         docker wait
         docker rmi
         docker pull
         docker volume rm
         docker system prune x
         docker restart
         docker exec redis",
        "docker: 'docker run' requires at least 1 argument

Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]

See 'docker run --help' for more information
exit 1
docker: 'docker rename' requires 2 arguments

Usage:  docker rename CONTAINER NEW_NAME

Run 'docker rename --help' for more information
exit 1
docker: 'docker port' requires at least 1 and at most 2 arguments

Usage:  docker port CONTAINER [PRIVATE_PORT[/PROTO]]

Run 'docker port --help' for more information
exit 1
docker: 'docker port' requires at least 1 and at most 2 arguments

Usage:  docker port CONTAINER [PRIVATE_PORT[/PROTO]]

Run 'docker port --help' for more information
exit 1
docker: 'docker wait' requires at least 1 argument

Usage:  docker wait CONTAINER [CONTAINER...]

See 'docker wait --help' for more information
exit 1
docker: 'docker rmi' requires at least 1 argument

Usage:  docker rmi [OPTIONS] IMAGE [IMAGE...]

See 'docker rmi --help' for more information
exit 1
docker: 'docker pull' requires 1 argument

Usage:  docker pull [OPTIONS] NAME[:TAG|@DIGEST]

Run 'docker pull --help' for more information
exit 1
docker: 'docker volume rm' requires at least 1 argument

Usage:  docker volume rm [OPTIONS] VOLUME [VOLUME...]

See 'docker volume rm --help' for more information
exit 1
docker: 'docker system prune' accepts no arguments

Usage:  docker system prune [OPTIONS]

Run 'docker system prune --help' for more information
exit 1
docker: 'docker restart' requires at least 1 argument

Usage:  docker restart [OPTIONS] CONTAINER [CONTAINER...]

See 'docker restart --help' for more information
exit 1
docker: 'docker exec' requires at least 2 arguments

Usage:  docker exec [OPTIONS] CONTAINER COMMAND [ARG...]

See 'docker exec --help' for more information
exit 1
",
    );
}

#[test]
fn flags_are_judged_by_command() {
    check(
        "docker ps -z
         docker ps --size
         docker stop -t
         docker stop -t abc x
         docker stop -s HUP x
         docker logs --since 1h x
         docker start --foo x
         docker exec --privileged x sh
         docker volume ls --foo
         docker inspect --size x
         docker pull --all-tags redis
         docker run -e
         docker run --pull sometimes redis",
        r#"unknown shorthand flag: 'z' in -z

Usage:  docker ps [OPTIONS]

Run 'docker ps --help' for more information
~ the lab knows these flags of docker ps: -a/--all -l/--latest -n/--last -f/--filter --format --no-trunc -q/--quiet
exit 125
--size is a real flag of docker ps that the lab does not have
~ the lab knows these flags of docker ps: -a/--all -l/--latest -n/--last -f/--filter --format --no-trunc -q/--quiet
exit 125
flag needs an argument: 't' in -t

Usage:  docker stop [OPTIONS] CONTAINER [CONTAINER...]

Run 'docker stop --help' for more information
exit 125
invalid argument "abc" for "-t, --timeout" flag: strconv.ParseInt: parsing "abc": invalid syntax

Usage:  docker stop [OPTIONS] CONTAINER [CONTAINER...]

Run 'docker stop --help' for more information
exit 125
Error response from daemon: invalid signal: HUP
~ the lab knows KILL and TERM
exit 1
--since is a real flag of docker logs that the lab does not have
~ the lab knows these flags of docker logs: -f/--follow -n/--tail -t/--timestamps
exit 125
unknown flag: --foo

Usage:  docker start [OPTIONS] CONTAINER [CONTAINER...]

Run 'docker start --help' for more information
~ the lab knows these flags of docker start: -a/--attach -i/--interactive
exit 125
--privileged is a real flag of docker exec that the lab does not have
~ the lab knows these flags of docker exec: -i/--interactive -t/--tty -d/--detach -e/--env -u/--user -w/--workdir
exit 125
unknown flag: --foo

Usage:  docker volume ls [OPTIONS]

Run 'docker volume ls --help' for more information
~ the lab knows these flags of docker volume ls: -f/--filter --format -q/--quiet
exit 125
--size is a real flag of docker inspect that the lab does not have
~ the lab knows these flags of docker inspect: -f/--format --type
exit 125
--all-tags is a real flag of docker pull that the lab does not have
~ the lab knows these flags of docker pull: -q/--quiet --platform
exit 125
flag needs an argument: 'e' in -e

Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]

Run 'docker run --help' for more information
exit 125
docker: invalid pull option: 'sometimes': must be one of "always", "missing" or "never"

Run 'docker run --help' for more information
exit 125
"#,
    );
}
