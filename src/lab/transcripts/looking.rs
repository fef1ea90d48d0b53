//! Looking at containers without changing them: `port`, `top`, `wait`, templates, `version`, `info`.

use crate::lab::testing::check;

#[test]
fn ports_are_told_one_by_one() {
    check(
        "docker run -d --name redis -p 6379:6379 -p 7000:80 redis
         docker port redis
         docker port redis 6379
         docker port redis 80/tcp
         docker port redis 6379/udp
         docker port redis 6380
         docker port redis abc
         docker run -d --name inner redis
         docker port inner
         docker stop redis
         docker port redis
         docker port nothing
         docker run -d --name any -P redis
         docker container port any",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
~ container redis has published its port 80 as 7000, but Redis listens on 6379 in there: -p 7000:6379 is what connects
80/tcp -> 127.0.0.1:7000
6379/tcp -> 127.0.0.1:6379
127.0.0.1:6379
127.0.0.1:7000
Error: No public port '6379/udp' published for redis
exit 1
Error: No public port '6380' published for redis
exit 1
Error: invalid port (abc): strconv.ParseUint: parsing "abc": invalid syntax
exit 1
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
~ inner has no published port: -p 6379:6379 publishes one when the container is made
redis
~ redis has no published port: -p 6379:6379 publishes one when the container is made
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
5623a781d222df44821aefc2aef40c5a0f581f37c8cec70d081b00e9e1891809
6379/tcp -> 127.0.0.1:32768
"#,
    );
}

#[test]
fn top_shows_the_one_process() {
    check(
        "docker run -d --name redis redis
         docker top redis
         docker run -d --name other -u 1000:1000 redis redis-server --port 7000
         docker top other aux
         docker stop redis
         docker top redis
         docker top nothing",
        "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
UID                 PID                 PPID                C                   STIME               TTY                 TIME                CMD
999                 21588               21563               0                   18:04               ?                   00:00:00            redis-server *:6379
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
UID                 PID                 PPID                C                   STIME               TTY                 TIME                CMD
1000                45019               44994               0                   18:04               ?                   00:00:00            redis-server *:7000
redis
Error response from daemon: container 4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5 is not running
exit 1
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
",
    );
}

#[test]
fn wait_tells_exit_codes_and_does_not_wait() {
    check(
        "docker run -d --name redis redis
         docker wait redis
         docker kill redis
         docker wait redis
         docker wait nothing redis",
        "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
~ docker would wait here until redis stops; the lab does not: docker stop redis, then docker wait redis shows its exit code
redis
137
Error response from daemon: No such container: nothing
137
~ docker ps -a lists the containers there are
exit 1
",
    );
}

#[test]
fn templates_pick_what_is_wanted() {
    check(
        "docker run -d --name redis -p 6379:6379 -v redis-data:/data -e MODE=test redis:8 redis-server --appendonly yes
         docker inspect -f '{{.State.Status}}' redis
         docker inspect --format='{{.Mounts}}' redis
         docker inspect --format '{{json .Mounts}}' redis
         docker inspect -f '{{range .Mounts}}{{.Name}} at {{.Destination}}{{end}}' redis
         docker inspect -f '{{.NetworkSettings.Ports}}' redis
         docker inspect -f '{{(index (index .NetworkSettings.Ports \"6379/tcp\") 0).HostPort}}' redis
         docker inspect -f '{{.Config.Image}} {{.Config.Cmd}} {{.Config.Env}}' redis
         docker inspect -f '{{if .State.Running}}runs{{else}}rests{{end}}' redis
         docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' redis
         docker inspect -f '{{index .Config.Cmd 1}}' redis
         docker inspect -f '{{.Nothing}}' redis
         docker inspect -f '{{.State.Nothing}}' redis
         docker inspect -f '{{' redis
         docker inspect -f '{{nothing .Name}}' redis
         docker inspect -f json redis-data
         docker inspect -f '{{.State.Status}}' redis nothing
         docker inspect --type volume redis
         docker inspect --type image -f '{{.RepoTags}}' redis
         docker inspect --type network redis
         docker container inspect redis-data
         docker image inspect redis:7
         docker volume inspect -f '{{.Name}} {{.Driver}}' redis-data",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
~ redis reads no environment variables, so -e changes nothing: settings stand behind the image, as in redis:8 redis-server --appendonly yes
running
[{volume redis-data /var/lib/docker/volumes/redis-data/_data /data local z true }]
[{"Type":"volume","Name":"redis-data","Source":"/var/lib/docker/volumes/redis-data/_data","Destination":"/data","Driver":"local","Mode":"z","RW":true,"Propagation":""}]
redis-data at /data
map[6379/tcp:[{127.0.0.1 6379}]]
6379
redis:8 [redis-server --appendonly yes] [MODE=test REDIS_VERSION=8.6.0]
runs
no
--appendonly
template parsing error: template: :1:2: executing "" at <.Nothing>: map has no entry for key "Nothing"
exit 1
template parsing error: template: :1:8: executing "" at <.State.Nothing>: map has no entry for key "Nothing"
exit 1
template parsing error: template: :1: unclosed action
~ the lab knows templates such as '{{.State.Status}}', '{{json .Mounts}}' and '{{range .Mounts}}{{.Name}}{{end}}'
exit 64
template parsing error: template: :1: function "nothing" not defined
~ the lab knows templates such as '{{.State.Status}}', '{{json .Mounts}}' and '{{range .Mounts}}{{.Name}}{{end}}'
exit 64
{"CreatedAt":"2026-02-21T18:04:29Z","Driver":"local","Labels":null,"Mountpoint":"/var/lib/docker/volumes/redis-data/_data","Name":"redis-data","Options":null,"Scope":"local"}
running
Error: No such object: nothing
~ docker ps -a lists the containers there are
exit 1
[]
Error response from daemon: get redis: no such volume
~ docker volume ls lists the volumes there are
exit 1
[redis:latest redis:8]
unknown type: "network"
~ the lab knows the types container, image and volume
exit 1
[]
Error response from daemon: No such container: redis-data
~ docker ps -a lists the containers there are
exit 1
[]
Error response from daemon: No such image: redis:7
~ docker images lists the images fetched so far
exit 1
redis-data local
"#,
    );
}

#[test]
fn ps_is_printed_as_asked() {
    check(
        "docker run -d --name one -p 6379:6379 redis:8
         docker run -d --name two redis
         docker run -d --name three redis:7.0
         docker stop two
         docker ps --format '{{.Names}}'
         docker ps -a --format 'table {{.Names}}\\t{{.Status}}\\t{{.Ports}}'
         docker ps --format 'table {{.ID}}'
         docker ps -n 1 --format json
         docker ps -n 2 -q
         docker ps -a -f ancestor=redis -q
         docker ps -f ancestor=redis:8 -q
         docker ps --format '{{.Nothing}}'
         docker ps -n x
         docker ps -f foo
         docker ps -f foo=bar",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
Unable to find image 'redis:7.0' locally
7.0: Pulling from library/redis
b946e1b7f37e: Pull complete
f9a4f2e0a1cc: Pull complete
868196e6836d: Pull complete
05a3e1aaaa4b: Pull complete
0a2826712f72: Pull complete
5258bb54cb79: Pull complete
757007fab2b5: Pull complete
Digest: sha256:2bc804dd5e8c781d6d29373895a57a21d4c7873a6f4d9d20b916133b6a75084b
Status: Downloaded newer image for redis:7.0
5623a781d222df44821aefc2aef40c5a0f581f37c8cec70d081b00e9e1891809
two
three
one
NAMES     STATUS                     PORTS
three     Up 3 seconds               6379/tcp
two       Exited (0) 2 seconds ago   
one       Up 5 seconds               127.0.0.1:6379->6379/tcp
CONTAINER ID
5623a781d222
4c8410fd0384
{"Command":"\"docker-entrypoint.s…\"","CreatedAt":"2026-02-21 18:04:31 +0000 UTC","ID":"5623a781d222","Image":"redis:7.0","Labels":"","LocalVolumes":"1","Mounts":"618881a201c908…","Names":"three","Networks":"bridge","Ports":"6379/tcp","RunningFor":"5 seconds ago","Size":"0B","State":"running","Status":"Up 5 seconds"}
5623a781d222
a80b52278b33
a80b52278b33
4c8410fd0384
failed to execute template: template: :1:2: executing "" at <.Nothing>: can't evaluate field Nothing in type *formatter.ContainerContext
~ here are {{.ID}} {{.Image}} {{.Command}} {{.CreatedAt}} {{.RunningFor}} {{.Status}} {{.State}} {{.Ports}} {{.Names}} {{.Mounts}} {{.LocalVolumes}} {{.Labels}} {{.Networks}} {{.Size}}
exit 1
invalid argument "x" for "-n, --last" flag: strconv.ParseInt: parsing "x": invalid syntax

Usage:  docker ps [OPTIONS]

Run 'docker ps --help' for more information
exit 125
invalid argument "foo" for "-f, --filter" flag: bad format of filter (expected name=value)

Usage:  docker ps [OPTIONS]

Run 'docker ps --help' for more information
exit 125
Error response from daemon: invalid filter 'foo'
~ the lab knows the filters name, id, status, ancestor and volume
exit 1
"#,
    );
}

#[test]
fn volumes_are_listed_as_asked() {
    check(
        "docker volume create aa
         docker volume create --name bb
         docker run -d --name one -v bb:/data redis
         docker volume ls -f dangling=true
         docker volume ls -q -f name=b
         docker volume ls --format '{{.Name}} {{.Mountpoint}}'
         docker volume ls -f label=x
         docker volume create a b
         docker volume create -d nfs x",
        "aa
bb
4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
DRIVER    VOLUME NAME
local     aa
bb
aa /var/lib/docker/volumes/aa/_data
bb /var/lib/docker/volumes/bb/_data
Error response from daemon: invalid filter 'label'
~ the lab knows the filters name and dangling=true
exit 1
docker: 'docker volume create' requires at most 1 argument

Usage:  docker volume create [OPTIONS] [VOLUME]

Run 'docker volume create --help' for more information
exit 1
-d is a real flag of docker volume create that the lab does not have
~ the lab knows these flags of docker volume create: --name
exit 125
",
    );
}

#[test]
fn logs_are_shown_as_far_as_they_go() {
    check(
        "docker run -d --name redis redis:8
         docker logs -f --tail 1 redis
         docker logs --tail 0 redis
         docker logs -n all --tail 2 redis
         docker logs --since 1h redis
         docker logs
         docker logs nothing",
        "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
1:M 21 Feb 2026 18:04:29.653 * Ready to accept connections tcp
~ docker would stay here and show each new line; the lab shows the log so far, and docker logs redis shows more later
1:M 21 Feb 2026 18:04:29.653 * Server initialized
1:M 21 Feb 2026 18:04:29.653 * Ready to accept connections tcp
--since is a real flag of docker logs that the lab does not have
~ the lab knows these flags of docker logs: -f/--follow -n/--tail -t/--timestamps
exit 125
docker: 'docker logs' requires 1 argument

Usage:  docker logs [OPTIONS] CONTAINER

Run 'docker logs --help' for more information
exit 1
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
",
    );
}

#[test]
fn the_lab_says_what_it_is() {
    check(
        "docker run -d --name redis redis:8
         docker -v
         docker version
         docker version --format '{{.Server.Version}}'
         docker info
         docker info -f '{{.ContainersRunning}} of {{.Containers}}'
         docker system df
         docker help volume
         docker container --help
         docker help rename",
        "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
Client: the lab of kvtutor
 Version:           28.2.2
 Context:           default

Server: the lab of kvtutor
 Engine:
  Version:          28.2.2
  kvtutor:          0.1.0
~ no Docker runs here: the lab answers as this version of it would
Client: the lab of kvtutor
 Version:           28.2.2
 Context:           default

Server: the lab of kvtutor
 Engine:
  Version:          28.2.2
  kvtutor:          0.1.0
~ no Docker runs here: the lab answers as this version of it would
28.2.2
Client: the lab of kvtutor
 Version:    28.2.2
 Context:    default

Server:
 Containers: 1
  Running: 1
  Paused: 0
  Stopped: 0
 Images: 1
 Server Version: 28.2.2
 Operating System: the lab of kvtutor
 OSType: linux
 Name: lab
 Docker Root Dir: /var/lib/docker
1 of 1
TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE
Images          1         1         137MB     0B (0%)
Containers      1         1         0B        0B
Local Volumes   1         1         0B        0B
Build Cache     0         0         0B        0B
Usage:  docker volume COMMAND

Commands:
  create     Make a volume
  ls         List volumes
  inspect    Show all that is known of a volume, as JSON
  rm         Remove volumes and their data
  prune      Remove volumes that no container uses

Run 'docker volume COMMAND --help' for more information on a command.
Usage:  docker container COMMAND

Commands:
  run        Make a container of an image and start it
  create     Make a container of an image without starting it
  ls         List containers
  stop       Ask containers to shut down (SIGTERM: Redis writes its snapshot first)
  start      Start stopped containers again, with their data
  restart    Stop containers and start them again, with their data
  kill       End containers at once (SIGKILL: nothing is written first)
  rm         Remove containers
  logs       Show what a container has written
  exec       Run a program inside a running container: redis-cli, ls, cat
  port       Show which ports of a container are published
  top        Show the process of a container
  rename     Give a container another name
  wait       Print the exit codes of stopped containers (the lab does not wait)
  inspect    Show all that is known of a container, as JSON
  prune      Remove all stopped containers

Run 'docker container COMMAND --help' for more information on a command.
Usage:  docker rename CONTAINER NEW_NAME

Give a container another name

Aliases:
  docker container rename
",
    );
}

#[test]
fn a_container_gets_another_name() {
    check(
        "docker run -d --name one redis
         docker run -d --name two redis
         docker rename one first
         docker rename first two
         docker rename first first
         docker rename first 'a b'
         docker rename nothing x1
         docker rename first
         docker ps --format '{{.Names}}'",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
Error response from daemon: Error when allocating new name: Conflict. The container name "/two" is already in use by container "a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f". You have to remove (or rename) that container to be able to reuse that name.
exit 1
Error response from daemon: Error when allocating new name: Renaming a container with the same name as its current name
exit 1
Error response from daemon: Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed
exit 1
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
docker: 'docker rename' requires 2 arguments

Usage:  docker rename CONTAINER NEW_NAME

Run 'docker rename --help' for more information
exit 1
two
first
"#,
    );
}

#[test]
fn a_container_can_be_made_first_and_started_later() {
    check(
        "docker create --name redis -p 6379:6379 redis
         docker ps -a --format '{{.Names}} {{.Status}} {{.Ports}}'
         docker start -a redis
         docker create --name redis redis
         docker create -p abc redis
         docker create --name other nothing",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
redis Created 
Starting Redis Server
1:C 21 Feb 2026 18:04:31.653 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:C 21 Feb 2026 18:04:31.653 * Redis version=8.6.0, bits=64, commit=00000000, modified=1, pid=1, just started
1:C 21 Feb 2026 18:04:31.653 * Configuration loaded
1:M 21 Feb 2026 18:04:31.653 * monotonic clock: POSIX clock_gettime
1:M 21 Feb 2026 18:04:31.653 * Running mode=standalone, port=6379.
1:M 21 Feb 2026 18:04:31.653 * Server initialized
1:M 21 Feb 2026 18:04:31.653 * Ready to accept connections tcp
Error response from daemon: Conflict. The container name "/redis" is already in use by container "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5". You have to remove (or rename) that container to be able to reuse that name.
~ a container redis is running already: docker ps shows it, docker rm -f redis removes it
exit 1
docker: invalid containerPort: abc

Run 'docker create --help' for more information
~ write -p HOST:CONTAINER, as in -p 6379:6379
exit 125
Unable to find image 'nothing:latest' locally
the lab works without a network and has only redis images, not nothing
~ write redis:8, or another tag of redis
exit 1
"#,
    );
}
