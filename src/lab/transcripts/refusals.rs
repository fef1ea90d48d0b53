//! What is refused, in Docker's words, and what the lab adds.

use crate::lab::Stream;
use crate::lab::testing::{Bench, check, check_bare};

#[test]
fn the_name_of_another_container_is_refused() {
    check(
        "docker run -d --name redis redis
         docker run -d --name redis redis
         docker ps -aq",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
docker: Error response from daemon: Conflict. The container name "/redis" is already in use by container "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5". You have to remove (or rename) that container to be able to reuse that name.

Run 'docker run --help' for more information
~ a container redis is running already: docker ps shows it, docker rm -f redis removes it
exit 125
4c8410fd0384
"#,
    );
    check(
        "docker run -d --name redis redis
         docker stop redis
         docker run -d --name redis redis",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
redis
docker: Error response from daemon: Conflict. The container name "/redis" is already in use by container "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5". You have to remove (or rename) that container to be able to reuse that name.

Run 'docker run --help' for more information
~ a container redis is there and does not run: docker start redis starts it, docker rm redis removes it
exit 125
"#,
    );
}

#[test]
fn a_port_has_one_container() {
    check(
        "docker run -d -p 6379:6379 --name one redis
         docker run -d -p 6379:6379 --name two redis
         docker run -d --rm -p 6379:6379 --name three redis
         docker ps -a -q -f name=three
         docker start two
         docker restart two
         docker stop one
         docker start two
         docker start one
         docker run -d -p 6380:6379 -p 6380:6379 -p 7000:7000 -p 6379 --name four redis
         docker ps -f name=four
         docker run -d -p 7001:6379 -p 7001:6380 --name five redis",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
docker: Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint two (d4e371b8f18a137cda8a8f6116d6ad2cd524807563ff71acd926f0cd52e71a77): Bind for 0.0.0.0:6379 failed: port is already allocated

Run 'docker run --help' for more information
~ container one has published port 6379: stop it first, or publish another port, as in -p 6380:6379
~ the container was made but not started: docker rm two removes it
exit 125
5623a781d222df44821aefc2aef40c5a0f581f37c8cec70d081b00e9e1891809
docker: Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint three (0b41675daee271c19d917b6f127a5f9f6414fe0658300760eed3928c9007b01f): Bind for 0.0.0.0:6379 failed: port is already allocated

Run 'docker run --help' for more information
~ container one has published port 6379: stop it first, or publish another port, as in -p 6380:6379
exit 125
Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint two (d4e371b8f18a137cda8a8f6116d6ad2cd524807563ff71acd926f0cd52e71a77): Bind for 0.0.0.0:6379 failed: port is already allocated
Error: failed to start containers: two
~ container one has published port 6379: stop it first, or publish another port, as in -p 6380:6379
exit 1
Error response from daemon: Cannot restart container two: failed to set up container networking: driver failed programming external connectivity on endpoint two (d4e371b8f18a137cda8a8f6116d6ad2cd524807563ff71acd926f0cd52e71a77): Bind for 0.0.0.0:6379 failed: port is already allocated
~ container one has published port 6379: stop it first, or publish another port, as in -p 6380:6379
exit 1
one
two
Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint one (9891242964cd705c378d19e120940c39ab2d5e926c7586328b7dcbe2e3ac7ab6): Bind for 0.0.0.0:6379 failed: port is already allocated
Error: failed to start containers: one
~ container two has published port 6379: stop it first, or publish another port, as in -p 6380:6379
exit 1
e2d1b0c2cec966cf33c01637621d991f10b1981889f2bec13a707dbd0de2061a
~ container four has published its port 7000 as 7000, but Redis listens on 6379 in there: -p 7000:6379 is what connects
CONTAINER ID   IMAGE     COMMAND                  CREATED        STATUS        PORTS                                                                           NAMES
e2d1b0c2cec9   redis     "docker-entrypoint.s…"   1 second ago   Up 1 second   127.0.0.1:32768->6379/tcp, 127.0.0.1:6380->6379/tcp, 127.0.0.1:7000->7000/tcp   four
fdca6d08ab7256d46b047652b19053a899ed6c6c267f6975198f6e9a82bb5cf1
docker: Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint five (2796a481354d03afcccbc1aeb81ee1624b945b0ad73d0d721954efee1266eb9c): Bind for 0.0.0.0:7001 failed: port is already allocated

Run 'docker run --help' for more information
~ the container was made but not started: docker rm five removes it
exit 125
"#,
    );
}

#[test]
fn unknown_containers_are_named() {
    check(
        "docker run -d --name redis redis
         docker stop reddis
         docker start nothing
         docker restart nothing
         docker kill nothing
         docker rm nothing
         docker rm -f nothing
         docker logs nothing
         docker exec nothing redis-cli PING
         docker inspect nothing
         docker stop redis nothing",
        "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
Error response from daemon: No such container: reddis
~ did you mean redis?
exit 1
Error response from daemon: No such container: nothing
Error: failed to start containers: nothing
~ docker ps -a lists the containers there are
exit 1
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
[]
Error: No such object: nothing
~ docker ps -a lists the containers there are
exit 1
redis
Error response from daemon: No such container: nothing
~ docker ps -a lists the containers there are
exit 1
",
    );
}

#[test]
fn a_running_container_is_not_removed_without_force() {
    check(
        "docker run -d --name redis redis
         docker rm redis
         docker rm -f redis
         docker ps -aq
         docker volume ls -q",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
Error response from daemon: cannot remove container "/redis": container is running: stop the container before removing or force remove
~ docker stop redis first, or docker rm -f redis
exit 1
redis
9579f7be4bde19e3e7a5ac729484e26f767076cd9514c5925996bd3b9bfb8c6b
"#,
    );
}

#[test]
fn what_does_not_run_cannot_be_killed_or_entered() {
    check(
        "docker run -d --name redis redis
         docker stop redis
         docker stop redis
         docker kill redis
         docker exec redis redis-cli PING
         docker start redis
         docker start redis",
        "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
redis
redis
Error response from daemon: cannot kill container: redis: container 4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5 is not running
exit 1
Error response from daemon: container 4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5 is not running
~ docker start redis starts it again
exit 1
redis
redis
",
    );
}

#[test]
fn images_other_than_redis_are_refused() {
    check_bare(
        "docker run -d postgres:16
         docker run -d rediss
         docker run -d redis:99
         docker pull redis:99
         docker pull mysql",
        "Unable to find image 'postgres:16' locally
docker: the lab works without a network and has only redis images, not postgres

Run 'docker run --help' for more information
~ write redis:8, or another tag of redis
exit 125
Unable to find image 'rediss:latest' locally
docker: Error response from daemon: pull access denied for rediss, repository does not exist or may require 'docker login'

Run 'docker run --help' for more information
~ did you mean redis? The lab has only redis images
exit 125
Unable to find image 'redis:99' locally
docker: Error response from daemon: manifest for redis:99 not found: manifest unknown: manifest unknown

Run 'docker run --help' for more information
~ the lab has redis:8 (8.6), 8.4, 8.2, 8.0, 7 (7.4), 7.2, 7.0, 6.2 and latest
exit 125
Error response from daemon: manifest for redis:99 not found: manifest unknown: manifest unknown
~ the lab has redis:8 (8.6), 8.4, 8.2, 8.0, 7 (7.4), 7.2, 7.0, 6.2 and latest
exit 1
Using default tag: latest
the lab works without a network and has only redis images, not mysql
~ write redis:8, or another tag of redis
exit 1
",
    );
}

#[test]
fn flags_behind_the_image_end_the_container_at_once() {
    check(
        "docker run redis -d -p 6379:6379
         docker run -d --name redis redis -p 6379:6379
         docker logs redis
         docker run -d --rm redis -p 6379:6379",
        r#"*** FATAL CONFIG FILE ERROR (Redis 8.6.0) ***
>>> '"-d"'
Bad directive or wrong number of arguments
~ what follows the image goes to redis-server: docker's own flags stand before it, as in docker run -d -p 6379:6379 redis
exit 1
0505661d4aa5fef1168f389ca9f8892f0060512649ba05827a50a0c5c7b2fc25
~ the container ended at once (exit code 1): docker logs redis shows why
~ what follows the image goes to redis-server: docker's own flags stand before it, as in docker run -p 6379:6379 redis
*** FATAL CONFIG FILE ERROR (Redis 8.6.0) ***
>>> '"-p"'
Bad directive or wrong number of arguments
0f581f37c8cec70d081b00e9e1891809618881a201c90850c40195891ebf3691
~ the container ended at once (exit code 1) and, with --rm, was removed; without --rm docker logs can show why
~ what follows the image goes to redis-server: docker's own flags stand before it, as in docker run -p 6379:6379 redis
"#,
    );
}

#[test]
fn a_volume_beside_data_is_told() {
    check("docker run -d -v redis-data:/var/lib/redis redis", "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
~ Redis keeps its files in /data, and redis-data is mounted at /var/lib/redis: nothing will reach it. -v redis-data:/data is what keeps them
");
}

#[test]
fn any_beginning_of_an_id_that_no_other_shares_is_enough() {
    let mut bench = Bench::new();
    let ids: Vec<String> =
        (0..17).map(|_| bench.run("docker run -d redis").on(Stream::Out)).collect();
    let first = ids[0].trim();
    assert_eq!(bench.run(&format!("docker stop {}", &first[..12])).code, 0);
    assert_eq!(bench.run(&format!("docker start {first}")).code, 0);
    // Seventeen ids: two of them begin with the same digit.
    let shared = ids
        .iter()
        .map(|id| &id[..1])
        .find(|digit| ids.iter().filter(|id| id.starts_with(digit)).count() > 1)
        .unwrap();
    assert_eq!(
        bench.run(&format!("docker stop {shared}")).shown(),
        format!("Error response from daemon: multiple IDs found with provided prefix: {shared}\n")
    );
}
