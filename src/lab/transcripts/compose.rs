//! `docker compose`: a file becomes containers, and what is wrong with a file or a line is told.

use crate::lab::testing::{Bench, compare};

/// Two services, of which one has everything that the course's files use.
const FILE: &str = "services:
  redis:
    image: redis:8
    container_name: redis
    ports:
      - \"6379:6379\"
    volumes:
      - redis-data:/data
    command: redis-server --appendonly yes
    user: \"1000:1000\"
    restart: unless-stopped
  cache:
    image: redis
    command: [\"redis-server\", \"--save\", \"\"]
    depends_on: [redis]
volumes:
  redis-data:
";

fn bench(file: &str) -> Bench {
    let mut bench = Bench::new();
    bench.folder.0 = Some(file.to_owned());
    bench
}

#[test]
fn up_makes_and_starts_what_the_file_describes() {
    let mut bench = bench(FILE);
    assert_eq!(
        bench.transcript("docker compose up -d"),
        " Network lab_default  Creating
 Network lab_default  Created
 Volume \"lab_redis-data\"  Creating
 Volume \"lab_redis-data\"  Created
 Container redis  Creating
 Container redis  Created
 Container lab-cache-1  Creating
 Container lab-cache-1  Created
 Container redis  Starting
 Container redis  Started
 Container lab-cache-1  Starting
 Container lab-cache-1  Started
"
    );
    let model = bench.lab.model();
    let redis = model.find("redis").unwrap();
    assert_eq!(redis.args, ["--appendonly", "yes"]);
    assert_eq!(redis.user.as_deref(), Some("1000:1000"));
    assert_eq!(redis.restart.word(), "unless-stopped");
    assert_eq!(redis.mounts[0].volume, "lab_redis-data");
    assert_eq!(model.find("lab-cache-1").unwrap().args, ["--save", ""]);
    compare(
        bench,
        "docker compose up -d\ndocker compose ps\ndocker compose ps --services\ndocker compose config --volumes",
        " Container redis  Running
 Container lab-cache-1  Running
NAME          IMAGE     COMMAND                  SERVICE   CREATED         STATUS         PORTS
lab-cache-1   redis     \"docker-entrypoint.s…\"   cache     2 seconds ago   Up 2 seconds   6379/tcp
redis         redis:8   \"docker-entrypoint.s…\"   redis     2 seconds ago   Up 2 seconds   127.0.0.1:6379->6379/tcp
cache
redis
redis-data
",
    );
}

#[test]
fn up_again_replaces_only_what_changed() {
    let mut bench = bench(FILE);
    bench.run("docker compose up -d");
    bench.put("redis", 7);
    let cache = bench.id("lab-cache-1");
    bench.folder.0 = Some(FILE.replace("6379:6379", "6380:6379"));
    assert_eq!(
        bench.transcript("docker compose up -d"),
        " Container redis  Recreate
 Container redis  Recreated
 Container lab-cache-1  Running
 Container redis  Starting
 Container redis  Started
"
    );
    assert_eq!(bench.value("redis"), Some(7), "the volume keeps its data");
    assert_eq!(bench.id("lab-cache-1"), cache);
}

#[test]
fn down_keeps_named_volumes_unless_asked() {
    let mut bench = bench(FILE);
    bench.run("docker compose up -d");
    compare(
        bench,
        "docker compose down
         docker compose down -v
         docker compose down",
        " Container lab-cache-1  Stopping
 Container lab-cache-1  Stopped
 Container lab-cache-1  Removing
 Container lab-cache-1  Removed
 Container redis  Stopping
 Container redis  Stopped
 Container redis  Removing
 Container redis  Removed
 Network lab_default  Removing
 Network lab_default  Removed
~ volume lab_redis-data is still there, with its data: docker compose down -v would remove it too
 Volume lab_redis-data  Removing
 Volume lab_redis-data  Removed
Warning: No resource found to remove for project \"lab\".
",
    );
}

#[test]
fn services_are_stopped_started_and_named() {
    let mut bench = bench(FILE);
    bench.run("docker compose up -d");
    compare(
        bench,
        "docker compose stop cache
         docker compose exec cache redis-cli PING
         docker compose start cache
         docker compose restart redis
         docker compose -p other start
         docker compose stop db",
        " Container lab-cache-1  Stopping
 Container lab-cache-1  Stopped
service \"cache\" is not running
~ docker compose up -d starts what the file describes
exit 1
 Container lab-cache-1  Starting
 Container lab-cache-1  Started
 Container redis  Restarting
 Container redis  Started
service \"redis\" has no container to start
~ docker compose up -d makes it and starts it
exit 1
no such service: db
~ docker-compose.yml has the services redis, cache
exit 1
",
    );
}

#[test]
fn every_fault_of_a_file_is_told_at_once() {
    let file = "servces:\n  x: 1\nservices:\n  redis:\n    imag: redis:8\n    ports: 6379\n    volumes:\n      - dat:/data\n  b:\n    image: redis:8\n    build: .\n    command: sh\n";
    compare(
        bench(file),
        "docker compose up -d",
        "docker-compose.yml:1:1: the lab does not know \"servces\" here
    servces:
    ^^^^^^^

docker-compose.yml:4:3: service \"redis\" has neither an image nor a build context specified: invalid compose project
      redis:
      ^^^^^

docker-compose.yml:5:5: the lab does not know \"imag\" here
        imag: redis:8
        ^^^^

docker-compose.yml:6:12: `ports` is a list of `- value` lines, not a plain value
        ports: 6379
               ^^^^

docker-compose.yml:8:9: service \"redis\" refers to undefined volume dat: invalid compose project
          - dat:/data
            ^^^^^^^^^

docker-compose.yml:11:5: the lab does not have \"build\"
        build: .
        ^^^^^

docker-compose.yml:12:14: the lab runs redis-server in a container, not sh
        command: sh
                 ^^
~ line 1: did you mean services? a compose file can have name, services, volumes
~ line 4: write `image: redis:8` below it
~ line 5: did you mean image? a service can have image, container_name, ports, volumes, command, user, restart, environment, depends_on, pull_policy
~ line 8: name it at the left edge of the file too: `volumes:` and, below that, `  dat:`
~ line 11: the lab builds no images: write `image: redis:8`
~ line 12: write `command: redis-server --appendonly yes`
exit 15
",
    );
}

#[test]
fn wrong_lines_are_told() {
    compare(
        bench("services:\n  redis:\n    image: redi:8\n"),
        "docker compose up -d
         docker compose -f other.yml up
         docker compose upp
         docker compose up --foo
         docker compose up --build",
        " redis Pulling
 redis Error
Error response from daemon: pull access denied for redi, repository does not exist or may require 'docker login'
~ did you mean redis? The lab has only redis images
exit 18
open other.yml: no such file
~ there is none
exit 14
docker: unknown command: docker compose upp

Usage:  docker compose COMMAND

Run 'docker compose --help' for more information
~ did you mean docker compose up? the lab knows up, down, ps, logs, stop, start, restart, kill, exec, pull, config, version
exit 1
unknown flag: --foo

Usage:  docker compose up [OPTIONS] [SERVICE...]

Run 'docker compose up --help' for more information
~ the lab knows these flags of docker compose up: -d/--detach --force-recreate --remove-orphans --pull --wait
exit 125
--build is a real flag of docker compose up that the lab does not have
~ the lab knows these flags of docker compose up: -d/--detach --force-recreate --remove-orphans --pull --wait
exit 125
",
    );
    let mut taken = bench(FILE);
    taken.run("docker run -d --name redis redis:8");
    let id = taken.id("redis");
    let told = taken.transcript("docker compose up -d");
    let end = told.split_once(" Container redis  Creating\n").unwrap().1;
    assert_eq!(
        end,
        format!(
            "Error response from daemon: Conflict. The container name \"/redis\" is already in use by container \"{id}\". You have to remove (or rename) that container to be able to reuse that name.\n~ a container of that name is there and not of this project: docker rm -f redis removes it\nexit 1\n"
        )
    );
}
