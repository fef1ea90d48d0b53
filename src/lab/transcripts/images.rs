//! Images: tags and versions, pulling, removing.

use crate::lab::testing::{Bench, check, check_bare};

#[test]
fn a_tag_says_how_much_of_the_version_may_change() {
    let mut bench = Bench::new();
    for (tag, version) in [
        ("redis", "8.6.0"),
        ("redis:latest", "8.6.0"),
        ("redis:8", "8.6.0"),
        ("redis:8.6", "8.6.0"),
        ("redis:8.6.0", "8.6.0"),
        ("redis:7", "7.4.7"),
        ("redis:7.2", "7.2.12"),
        ("redis:7.0", "7.0.15"),
        ("redis:alpine", "8.6.0"),
        ("redis:7-alpine", "7.4.7"),
        ("docker.io/library/redis:8-bookworm", "8.6.0"),
    ] {
        bench.run(&format!("docker run -d --name one {tag}"));
        let log = bench.run("docker logs one").shown();
        assert_eq!(log.matches(&format!("Redis version={version},")).count(), 1, "{tag}\n{log}");
        bench.run("docker rm -f one");
    }
}

#[test]
fn a_tag_that_is_not_there_is_refused() {
    check_bare(
        "docker pull redis:9
         docker pull redis:8.6.1
         docker run -d redis:latest-alpine
         docker pull reddis
         docker run hello-world
         docker pull REDIS
         docker run --pull never redis:8
         docker images",
        "Error response from daemon: manifest for redis:9 not found: manifest unknown: manifest unknown
~ the lab has redis:8 (8.6), 8.4, 8.2, 8.0, 7 (7.4), 7.2, 7.0, 6.2 and latest
exit 1
Error response from daemon: manifest for redis:8.6.1 not found: manifest unknown: manifest unknown
~ the lab has redis:8 (8.6), 8.4, 8.2, 8.0, 7 (7.4), 7.2, 7.0, 6.2 and latest
exit 1
Unable to find image 'redis:latest-alpine' locally
docker: Error response from daemon: manifest for redis:latest-alpine not found: manifest unknown: manifest unknown

Run 'docker run --help' for more information
~ the lab has redis:8 (8.6), 8.4, 8.2, 8.0, 7 (7.4), 7.2, 7.0, 6.2 and latest
exit 125
Using default tag: latest
Error response from daemon: pull access denied for reddis, repository does not exist or may require 'docker login'
~ did you mean redis? The lab has only redis images
exit 1
Unable to find image 'hello-world:latest' locally
docker: the lab works without a network and has only redis images, not hello-world

Run 'docker run --help' for more information
~ write redis:8, or another tag of redis
exit 125
invalid reference format: repository name (library/REDIS) must be lowercase
exit 1
docker: Error response from daemon: No such image: redis:8

Run 'docker run --help' for more information
~ docker pull redis:8 fetches it
exit 125
REPOSITORY   TAG       IMAGE ID   CREATED   SIZE
",
    );
}

#[test]
fn an_image_is_removed_by_tag_or_id() {
    check(
        "docker rmi redis
         docker run -d --name one redis:8
         docker rmi redis:8
         docker rmi 15913e6f2807
         docker rm -f one
         docker rmi 1591
         docker rmi redis:8
         docker rmi nothing
         docker image rm -f redis:7.0
         docker images",
        r#"Untagged: redis:latest
4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
Error response from daemon: conflict: unable to remove repository reference "redis:8" (must force) - container 4c8410fd0384 is using its referenced image 15913e6f2807
~ container one was made of it, and is there whether it runs or not: docker rm one removes that first
exit 1
Error response from daemon: conflict: unable to remove repository reference "15913e6f2807" (must force) - container 4c8410fd0384 is using its referenced image 15913e6f2807
~ container one was made of it, and is there whether it runs or not: docker rm one removes that first
exit 1
one
Untagged: redis:8
Untagged: redis@sha256:378498c4448354e94cf2c0bdd6f3eff3566ef079bffb793fb7ab725f3c6363c9
Deleted: sha256:15913e6f28072a3b6b9cc3d2f390eceaccbb0067c60212fec4a6522a1e18bef2
Error response from daemon: No such image: redis:8
~ docker images lists the images fetched so far
exit 1
Error response from daemon: No such image: nothing:latest
~ docker images lists the images fetched so far
exit 1
Error response from daemon: No such image: redis:7.0
~ docker images lists the images fetched so far
exit 1
REPOSITORY   TAG       IMAGE ID   CREATED   SIZE
"#,
    );
}

#[test]
fn an_image_is_run_by_its_id() {
    check(
        "docker run -d --name one 15913e6f2807
         docker ps --format '{{.Image}} {{.Names}}'
         docker inspect -f {{.Image}} one
         docker rmi -f redis:8
         docker rmi -f redis
         docker ps --format '{{.Image}} {{.Names}}'",
        "4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
15913e6f2807 one
sha256:15913e6f28072a3b6b9cc3d2f390eceaccbb0067c60212fec4a6522a1e18bef2
Untagged: redis:8
Untagged: redis:latest
Untagged: redis@sha256:378498c4448354e94cf2c0bdd6f3eff3566ef079bffb793fb7ab725f3c6363c9
15913e6f2807 one
",
    );
}

#[test]
fn a_pull_can_be_demanded_or_silenced() {
    check_bare(
        "docker run -d -q --name one redis:7.2
         docker run -d --pull always --name two redis:7.2
         docker pull --quiet redis:7.2
         docker images --digests
         docker images --format 'table {{.Repository}}:{{.Tag}}\\t{{.Size}}'
         docker images --format json redis:7.2
         docker images -q --no-trunc",
        r#"4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
7.2: Pulling from library/redis
Digest: sha256:5253245477fbd581eca2c0359659990337cfaa7f4cea4a6db63dae6601c0c073
Status: Image is up to date for redis:7.2
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
docker.io/library/redis:7.2
REPOSITORY   TAG       DIGEST                                                                    IMAGE ID       CREATED        SIZE
redis        7.2       sha256:5253245477fbd581eca2c0359659990337cfaa7f4cea4a6db63dae6601c0c073   09c26aaa382f   3 months ago   117MB
REPOSITORY:TAG   SIZE
redis:7.2        117MB
{"CreatedAt":"2025-11-03 00:00:00 +0000 UTC","CreatedSince":"3 months ago","Digest":"sha256:5253245477fbd581eca2c0359659990337cfaa7f4cea4a6db63dae6601c0c073","ID":"09c26aaa382f","Repository":"redis","Size":"117MB","Tag":"7.2"}
sha256:09c26aaa382f2830c6e552b8ccbabb50e84efe4be434242c935151b5f58faf9f
"#,
    );
}

#[test]
fn an_image_is_inspected() {
    check(
        "docker image inspect redis:8",
        r#"[
    {
        "Id": "sha256:15913e6f28072a3b6b9cc3d2f390eceaccbb0067c60212fec4a6522a1e18bef2",
        "RepoTags": [
            "redis:latest",
            "redis:8"
        ],
        "RepoDigests": [
            "redis@sha256:378498c4448354e94cf2c0bdd6f3eff3566ef079bffb793fb7ab725f3c6363c9"
        ],
        "Created": "2026-02-11T00:00:00Z",
        "Config": {
            "ExposedPorts": {
                "6379/tcp": {}
            },
            "Env": [
                "REDIS_VERSION=8.6.0"
            ],
            "Cmd": [
                "redis-server"
            ],
            "Volumes": {
                "/data": {}
            },
            "WorkingDir": "/data",
            "Entrypoint": [
                "docker-entrypoint.sh"
            ],
            "Labels": null
        },
        "Architecture": "amd64",
        "Os": "linux",
        "Size": 137000000,
        "RootFS": {
            "Type": "layers",
            "Layers": [
                "sha256:7bd52233c6c0bde511986a6149ffba0ad290c98375f68962b59b232f4178501d",
                "sha256:ff1516df3ce6cd0a2e3c758a18e3435bf2d3d3563bb0fea9a4373755d533669f",
                "sha256:c64e6a15604b73bd3bfb9b3747ef579aeb81bfb3af40d1a2fe457559e1532101",
                "sha256:847fc88b93678fac06010a1b59c3f79568328b3356bdc81b70d528b15111fb9d",
                "sha256:febc0739173eb19722859c5120544733e64679ba69bc28f4d842c2606a54f2a2",
                "sha256:0d24a10452a8e22a20cbad8f41ff331c474886a79786a861617d80a047b509dd",
                "sha256:54e862b4537b04a89aa992939bb659dff20a22e413b48a73fb200fa802f8145d"
            ]
        }
    }
]
"#,
    );
}
