//! What is listed and shown: `ps`, `images`, `logs`, `inspect`, volumes, pulls.

use crate::lab::testing::{check, check_bare};

/// The course's own lines on running a server.
#[test]
fn the_first_run_pulls_the_image_and_ps_lists_the_container() {
    check_bare(
        "docker run -d -p 6379:6379 redis:8
         wait 8
         docker ps
         docker images
         docker volume ls",
        r#"Unable to find image 'redis:8' locally
8: Pulling from library/redis
7bd52233c6c0: Pull complete
ff1516df3ce6: Pull complete
c64e6a15604b: Pull complete
847fc88b9367: Pull complete
febc0739173e: Pull complete
0d24a10452a8: Pull complete
54e862b4537b: Pull complete
Digest: sha256:378498c4448354e94cf2c0bdd6f3eff3566ef079bffb793fb7ab725f3c6363c9
Status: Downloaded newer image for redis:8
4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS         PORTS                      NAMES
4c8410fd0384   redis:8   "docker-entrypoint.s…"   9 seconds ago   Up 9 seconds   127.0.0.1:6379->6379/tcp   nimble_sanger
REPOSITORY   TAG       IMAGE ID       CREATED       SIZE
redis        8         15913e6f2807   10 days ago   137MB
DRIVER    VOLUME NAME
local     767076cd9514c5925996bd3b9bfb8c6ba80b52278b33ceecd5a1ec1442abf70c
"#,
    );
}

#[test]
fn logs_show_start_shutdown_and_restart() {
    check(
        "docker run -d --name redis redis:8
         docker restart redis
         docker logs redis
         docker logs -t --tail 1 redis
         docker run --rm --name old redis:7.0 redis-server --port 6380
         docker run --name older -d redis:7.0
         docker logs --tail=5 older",
        "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
redis
Starting Redis Server
1:C 21 Feb 2026 18:04:29.653 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:C 21 Feb 2026 18:04:29.653 * Redis version=8.6.0, bits=64, commit=00000000, modified=1, pid=1, just started
1:C 21 Feb 2026 18:04:29.653 * Configuration loaded
1:M 21 Feb 2026 18:04:29.653 * monotonic clock: POSIX clock_gettime
1:M 21 Feb 2026 18:04:29.653 * Running mode=standalone, port=6379.
1:M 21 Feb 2026 18:04:29.653 * Server initialized
1:M 21 Feb 2026 18:04:29.653 * Ready to accept connections tcp
1:signal-handler (1771697070) Received SIGTERM scheduling shutdown...
1:M 21 Feb 2026 18:04:30.653 * User requested shutdown...
1:M 21 Feb 2026 18:04:30.653 * DB saved on disk
1:M 21 Feb 2026 18:04:30.653 * Redis is now ready to exit, bye bye...
Starting Redis Server
1:C 21 Feb 2026 18:04:30.653 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:C 21 Feb 2026 18:04:30.653 * Redis version=8.6.0, bits=64, commit=00000000, modified=1, pid=1, just started
1:C 21 Feb 2026 18:04:30.653 * Configuration loaded
1:M 21 Feb 2026 18:04:30.653 * monotonic clock: POSIX clock_gettime
1:M 21 Feb 2026 18:04:30.653 * Running mode=standalone, port=6379.
1:M 21 Feb 2026 18:04:30.653 * Server initialized
1:M 21 Feb 2026 18:04:30.653 * Ready to accept connections tcp
2026-02-21T18:04:30.653000000Z 1:M 21 Feb 2026 18:04:30.653 * Ready to accept connections tcp
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
1:C 21 Feb 2026 18:04:33.653 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:C 21 Feb 2026 18:04:33.653 # Redis version=7.0.15, bits=64, commit=00000000, modified=0, pid=1, just started
1:C 21 Feb 2026 18:04:33.653 # Configuration loaded
1:M 21 Feb 2026 18:04:33.653 * monotonic clock: POSIX clock_gettime
1:M 21 Feb 2026 18:04:33.653 * Running mode=standalone, port=6380.
1:M 21 Feb 2026 18:04:33.653 # Server initialized
1:M 21 Feb 2026 18:04:33.653 * Ready to accept connections
~ without -d docker would stay here and show this log until Ctrl-C stopped Redis; in the lab old runs on in the background, and docker stop old ends it
5623a781d222df44821aefc2aef40c5a0f581f37c8cec70d081b00e9e1891809
1:C 21 Feb 2026 18:04:34.653 # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf
1:M 21 Feb 2026 18:04:34.653 * monotonic clock: POSIX clock_gettime
1:M 21 Feb 2026 18:04:34.653 * Running mode=standalone, port=6379.
1:M 21 Feb 2026 18:04:34.653 # Server initialized
1:M 21 Feb 2026 18:04:34.653 * Ready to accept connections
",
    );
}

#[test]
fn a_stopped_container_stays_listed_and_one_with_rm_does_not() {
    check(
        "docker run -d --name kept redis
         docker run -d --rm --name gone redis
         docker stop kept gone
         wait 90
         docker ps
         docker ps -a
         docker volume ls -q
         docker rm -v kept
         docker ps -aq
         docker volume ls -q",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
kept
gone
CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES
CONTAINER ID   IMAGE     COMMAND                  CREATED              STATUS                          PORTS     NAMES
4c8410fd0384   redis     "docker-entrypoint.s…"   About a minute ago   Exited (0) About a minute ago             kept
9579f7be4bde19e3e7a5ac729484e26f767076cd9514c5925996bd3b9bfb8c6b
kept
"#,
    );
}

#[test]
fn exit_codes_and_states_are_listed() {
    check(
        "docker run -d --name stopped redis
         docker run -d --name killed redis
         docker run -d --name hurried redis
         docker run -d -p 1:6379 --name holder redis
         docker run -d -p 1:6379 --name made redis
         docker stop stopped
         docker kill killed
         docker stop -t 0 hurried
         docker ps -a
         docker ps -f status=exited -f name=ed -q --no-trunc
         docker ps -lq
         docker inspect -f {{.State.ExitCode}} killed stopped
         docker kill --signal=TERM holder
         docker inspect -f {{.State.ExitCode}} holder",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
5623a781d222df44821aefc2aef40c5a0f581f37c8cec70d081b00e9e1891809
e2d1b0c2cec966cf33c01637621d991f10b1981889f2bec13a707dbd0de2061a
fdca6d08ab7256d46b047652b19053a899ed6c6c267f6975198f6e9a82bb5cf1
docker: Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint made (2796a481354d03afcccbc1aeb81ee1624b945b0ad73d0d721954efee1266eb9c): Bind for 0.0.0.0:1 failed: port is already allocated

Run 'docker run --help' for more information
~ container holder has published port 1: stop it first, or publish another port, as in -p 2:6379
~ the container was made but not started: docker rm made removes it
exit 125
stopped
killed
hurried
CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS                       PORTS                   NAMES
fdca6d08ab72   redis     "docker-entrypoint.s…"   4 seconds ago   Created                                              made
e2d1b0c2cec9   redis     "docker-entrypoint.s…"   5 seconds ago   Up 5 seconds                 127.0.0.1:1->6379/tcp   holder
5623a781d222   redis     "docker-entrypoint.s…"   6 seconds ago   Exited (137) 1 second ago                            hurried
a80b52278b33   redis     "docker-entrypoint.s…"   7 seconds ago   Exited (137) 2 seconds ago                           killed
4c8410fd0384   redis     "docker-entrypoint.s…"   8 seconds ago   Exited (0) 3 seconds ago                             stopped
5623a781d222df44821aefc2aef40c5a0f581f37c8cec70d081b00e9e1891809
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
fdca6d08ab72
137
0
holder
0
"#,
    );
}

#[test]
fn volumes_are_made_listed_inspected_and_removed() {
    check(
        "docker volume create redis-data
         docker volume create redis-data
         docker volume ls
         docker volume inspect redis-data
         docker volume inspect -f {{.Mountpoint}} redis-data
         docker volume inspect -f {{.Nothing}} redis-data
         docker volume inspect redis-date
         docker run -d --rm --name redis -v redis-data:/data redis:8
         docker volume rm redis-data
         docker stop redis
         docker volume rm redis-data
         docker volume rm redis-data
         docker volume rm -f redis-data
         docker volume create 'a b'
         docker volume create full-disk
         docker run --rm -d -v full-disk:/data redis:8",
        r#"redis-data
redis-data
DRIVER    VOLUME NAME
local     redis-data
[
    {
        "CreatedAt": "2026-02-21T18:04:29Z",
        "Driver": "local",
        "Labels": null,
        "Mountpoint": "/var/lib/docker/volumes/redis-data/_data",
        "Name": "redis-data",
        "Options": null,
        "Scope": "local"
    }
]
/var/lib/docker/volumes/redis-data/_data
template parsing error: template: :1:2: executing "" at <.Nothing>: map has no entry for key "Nothing"
exit 1
[]
Error response from daemon: get redis-date: no such volume
~ did you mean redis-data?
exit 1
4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
Error response from daemon: remove redis-data: volume is in use - [4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5]
~ a container uses it, running or not: docker rm -f redis removes that first
exit 1
redis
redis-data
Error response from daemon: get redis-data: no such volume
~ docker volume ls lists the volumes there are
exit 1
redis-data
Error response from daemon: create a b: "a b" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path
exit 1
Error response from daemon: create full-disk: no space left on device
exit 1
docker: Error response from daemon: create full-disk: no space left on device

Run 'docker run --help' for more information
exit 125
"#,
    );
}

#[test]
fn pulls_say_what_is_there_already() {
    check_bare(
        "docker pull redis
         docker pull redis:8
         docker pull redis:8
         docker pull -q redis:8.4
         docker pull redis:8.2
         docker images
         docker images redis:8
         docker images -q postgres",
        "Using default tag: latest
latest: Pulling from library/redis
7bd52233c6c0: Pull complete
ff1516df3ce6: Pull complete
c64e6a15604b: Pull complete
847fc88b9367: Pull complete
febc0739173e: Pull complete
0d24a10452a8: Pull complete
54e862b4537b: Pull complete
Digest: sha256:378498c4448354e94cf2c0bdd6f3eff3566ef079bffb793fb7ab725f3c6363c9
Status: Downloaded newer image for redis:latest
docker.io/library/redis:latest
8: Pulling from library/redis
Digest: sha256:378498c4448354e94cf2c0bdd6f3eff3566ef079bffb793fb7ab725f3c6363c9
Status: Downloaded newer image for redis:8
docker.io/library/redis:8
8: Pulling from library/redis
Digest: sha256:378498c4448354e94cf2c0bdd6f3eff3566ef079bffb793fb7ab725f3c6363c9
Status: Image is up to date for redis:8
docker.io/library/redis:8
docker.io/library/redis:8.4
8.2: Pulling from library/redis
7bd52233c6c0: Already exists
ca57543cc7ff: Pull complete
ac3cfe90819e: Pull complete
7c0c91d9a58b: Pull complete
c4b53da83b11: Pull complete
77fa153aa7df: Pull complete
3e57b27cf06b: Pull complete
Digest: sha256:dc896047639439172515f6dfc3a575dcaa3723a7ab7d7af7bdd8323cbade8efe
Status: Downloaded newer image for redis:8.2
docker.io/library/redis:8.2
REPOSITORY   TAG       IMAGE ID       CREATED        SIZE
redis        8         15913e6f2807   10 days ago    137MB
redis        latest    15913e6f2807   10 days ago    137MB
redis        8.4       06e466a31d49   3 months ago   137MB
redis        8.2       fbefd09d3218   3 months ago   137MB
REPOSITORY   TAG       IMAGE ID       CREATED       SIZE
redis        8         15913e6f2807   10 days ago   137MB
",
    );
}

#[test]
fn a_run_without_detaching_says_where_it_is() {
    check("docker run --name redis redis:7.2", "Unable to find image 'redis:7.2' locally
7.2: Pulling from library/redis
b946e1b7f37e: Pull complete
21a892b8c966: Pull complete
e9637b607234: Pull complete
f1b5332bdb7a: Pull complete
2d60a2d9aae3: Pull complete
d7fad4759f85: Pull complete
92e9bc3a0a3c: Pull complete
Digest: sha256:5253245477fbd581eca2c0359659990337cfaa7f4cea4a6db63dae6601c0c073
Status: Downloaded newer image for redis:7.2
1:C 21 Feb 2026 18:04:29.653 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:C 21 Feb 2026 18:04:29.653 * Redis version=7.2.12, bits=64, commit=00000000, modified=0, pid=1, just started
1:C 21 Feb 2026 18:04:29.653 # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf
1:M 21 Feb 2026 18:04:29.653 * monotonic clock: POSIX clock_gettime
1:M 21 Feb 2026 18:04:29.653 * Running mode=standalone, port=6379.
1:M 21 Feb 2026 18:04:29.653 * Server initialized
1:M 21 Feb 2026 18:04:29.653 * Ready to accept connections tcp
~ without -d docker would stay here and show this log until Ctrl-C stopped Redis; in the lab redis runs on in the background, and docker stop redis ends it
");
}

#[test]
fn inspect_shows_the_container() {
    check(
        "docker volume create redis-data
         docker run -d --rm --name redis -p 6379:6379 -v redis-data:/data redis:8 redis-server --appendonly yes
         docker inspect redis",
        r#"redis-data
4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
[
    {
        "Id": "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5",
        "Created": "2026-02-21T18:04:30.653000000Z",
        "Path": "docker-entrypoint.sh",
        "Args": [
            "redis-server",
            "--appendonly",
            "yes"
        ],
        "State": {
            "Status": "running",
            "Running": true,
            "Paused": false,
            "Restarting": false,
            "OOMKilled": false,
            "Dead": false,
            "Pid": 21588,
            "ExitCode": 0,
            "Error": "",
            "StartedAt": "2026-02-21T18:04:30.653000000Z",
            "FinishedAt": "0001-01-01T00:00:00Z"
        },
        "Image": "sha256:15913e6f28072a3b6b9cc3d2f390eceaccbb0067c60212fec4a6522a1e18bef2",
        "Name": "/redis",
        "HostConfig": {
            "PortBindings": {
                "6379/tcp": [
                    {
                        "HostIp": "127.0.0.1",
                        "HostPort": "6379"
                    }
                ]
            },
            "RestartPolicy": {
                "Name": "no",
                "MaximumRetryCount": 0
            },
            "AutoRemove": true
        },
        "Mounts": [
            {
                "Type": "volume",
                "Name": "redis-data",
                "Source": "/var/lib/docker/volumes/redis-data/_data",
                "Destination": "/data",
                "Driver": "local",
                "Mode": "z",
                "RW": true,
                "Propagation": ""
            }
        ],
        "Config": {
            "Hostname": "4c8410fd0384",
            "User": "",
            "ExposedPorts": {
                "6379/tcp": {}
            },
            "Env": [
                "REDIS_VERSION=8.6.0"
            ],
            "Cmd": [
                "redis-server",
                "--appendonly",
                "yes"
            ],
            "Image": "redis:8",
            "Volumes": {
                "/data": {}
            },
            "WorkingDir": "/data",
            "Entrypoint": [
                "docker-entrypoint.sh"
            ],
            "Labels": {}
        },
        "NetworkSettings": {
            "Ports": {
                "6379/tcp": [
                    {
                        "HostIp": "127.0.0.1",
                        "HostPort": "6379"
                    }
                ]
            }
        }
    }
]
"#,
    );
}
