//! Programs inside containers, beside `redis-cli`.

use crate::lab::testing::{Bench, check, compare};

#[test]
fn a_container_has_a_few_programs() {
    let mut bench = Bench::new();
    bench.run("docker run -d --name redis -e MODE=test redis:7.0");
    bench.put("redis", 4);
    bench.run("docker restart redis");
    compare(
        bench,
        "docker exec redis redis-server --version
             docker exec -it redis ls
             docker exec redis ls -l /data
             docker exec redis ls /data/dump.rdb nothing
             docker exec redis ls /
             docker exec redis ls /etc
             docker exec redis cat dump.rdb
             docker exec redis cat /data/nothing
             docker exec redis cat
             docker exec redis pwd
             docker exec redis whoami
             docker exec redis hostname
             docker exec redis printenv
             docker exec redis echo two words
             docker exec redis redis-server --port 7000
             docker exec -it redis sh
             docker exec redis apt-get install vim",
        "Redis server v=7.0.15 sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=0000000000000000
dump.rdb
-rw------- 1 redis redis    4 dump.rdb
ls: cannot access 'nothing': No such file or directory
/data/dump.rdb
~ in the lab a container has its volumes only: its files are in /data
exit 2
data
ls: cannot access '/etc': No such file or directory
~ in the lab a container has its volumes only: its files are in /data
exit 2
4
cat: /data/nothing: No such file or directory
exit 1
~ cat needs a file's name, as in cat appendonlydir/appendonly.aof.manifest
/data
root
4c8410fd0384
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
HOSTNAME=4c8410fd0384
MODE=test
HOME=/root
two words
Could not create server TCP listening socket *:6379: bind: Address already in use
~ a server runs in redis already: redis-cli talks to it
exit 1
the lab's containers have no sh
~ each program is run by a line of its own: docker exec -it redis redis-cli opens a prompt, docker exec redis ls /data and docker exec redis cat FILE look at its files
exit 127
the lab's containers have no apt-get
~ docker exec -it redis redis-cli opens a prompt, docker exec redis ls /data and docker exec redis cat FILE look at its files
exit 127
",
    );
}

#[test]
fn a_server_that_is_asked_for_its_version_answers_and_ends() {
    check(
        "docker run --rm redis:8 redis-server --version
         docker run -d --name asked redis:8 -v
         docker logs asked
         docker ps -a --format '{{.Names}} {{.State}}'
         docker wait asked
         docker start asked",
        "Redis server v=8.6.0 sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=0000000000000000
0505661d4aa5fef1168f389ca9f8892f0060512649ba05827a50a0c5c7b2fc25
~ the container ended at once (exit code 0): docker logs asked shows what it wrote
Redis server v=8.6.0 sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=0000000000000000
asked exited
0
asked
~ the container ended at once (exit code 0): docker logs asked shows what it wrote
",
    );
}
