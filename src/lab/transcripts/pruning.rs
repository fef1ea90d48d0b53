//! What a `prune` removes, and what it leaves.

use crate::lab::testing::check;

#[test]
fn nothing_is_removed_without_force() {
    check(
        "docker container prune
         docker volume prune
         docker volume prune -a
         docker image prune
         docker image prune -a
         docker system prune
         docker system prune -a --volumes",
        "WARNING! This will remove all stopped containers.
~ docker asks here before it removes anything, and the lab cannot: nothing was removed; docker container prune -f does it without asking
WARNING! This will remove anonymous local volumes not used by at least one container.
~ docker asks here before it removes anything, and the lab cannot: nothing was removed; docker volume prune -f does it without asking
WARNING! This will remove all local volumes not used by at least one container.
~ docker asks here before it removes anything, and the lab cannot: nothing was removed; docker volume prune -f -a does it without asking
WARNING! This will remove all dangling images.
~ docker asks here before it removes anything, and the lab cannot: nothing was removed; docker image prune -f does it without asking
WARNING! This will remove all images without at least one container associated to them.
~ docker asks here before it removes anything, and the lab cannot: nothing was removed; docker image prune -f -a does it without asking
WARNING! This will remove:
  - all stopped containers
  - all networks not used by at least one container
  - all dangling images
  - unused build cache
~ docker asks here before it removes anything, and the lab cannot: nothing was removed; docker system prune -f does it without asking
WARNING! This will remove:
  - all stopped containers
  - all networks not used by at least one container
  - all anonymous volumes not used by at least one container
  - all images without at least one container associated to them
  - all build cache
~ docker asks here before it removes anything, and the lab cannot: nothing was removed; docker system prune -f -a --volumes does it without asking
",
    );
}

#[test]
fn stopped_containers_and_unused_volumes_go() {
    check(
        "docker volume create kept
         docker run -d --name used -v used:/data redis
         docker run -d --name one redis
         docker run -d --name two redis
         docker stop one
         docker kill two
         docker container prune -f
         docker container prune -f
         docker volume prune -f
         docker volume ls -q
         docker volume prune -a -f
         docker volume ls -q",
        "kept
4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
9579f7be4bde19e3e7a5ac729484e26f767076cd9514c5925996bd3b9bfb8c6b
0060512649ba05827a50a0c5c7b2fc25fa0a82ff65b72a519d94af3698819dc0
one
two
Deleted Containers:
0060512649ba05827a50a0c5c7b2fc25fa0a82ff65b72a519d94af3698819dc0
9579f7be4bde19e3e7a5ac729484e26f767076cd9514c5925996bd3b9bfb8c6b

Total reclaimed space: 0B
Total reclaimed space: 0B
Deleted Volumes:
a80b52278b33ceecd5a1ec1442abf70c0505661d4aa5fef1168f389ca9f8892f
5623a781d222df44821aefc2aef40c5a0f581f37c8cec70d081b00e9e1891809

Total reclaimed space: 0B
~ volumes that have a name stay: docker volume prune -a -f removes them too, with their data
kept
used
Deleted Volumes:
kept

Total reclaimed space: 0B
used
",
    );
}

#[test]
fn images_that_nothing_was_made_of_go() {
    check(
        "docker pull -q redis:7.0
         docker run -d --name one redis:8
         docker image prune -f
         docker image prune -a -f
         docker images --format '{{.Tag}}'
         docker rm -f one
         docker system prune -f -a --volumes
         docker images -q
         docker volume ls -q",
        "docker.io/library/redis:7.0
4c8410fd03841eda19e172200481df9c306938c8ddc7bc2b9919c0487411f7f5
Total reclaimed space: 0B
Deleted Images:
untagged: redis:7.0
untagged: redis@sha256:2bc804dd5e8c781d6d29373895a57a21d4c7873a6f4d9d20b916133b6a75084b
deleted: sha256:1c10fc1cdd248a532f9e9c3f6f256a0b2aef1335a6a419eed6ea4a094e554266

Total reclaimed space: 113MB
8
latest
one
Deleted Volumes:
9579f7be4bde19e3e7a5ac729484e26f767076cd9514c5925996bd3b9bfb8c6b

Deleted Images:
untagged: redis:latest
untagged: redis:8
untagged: redis@sha256:378498c4448354e94cf2c0bdd6f3eff3566ef079bffb793fb7ab725f3c6363c9
deleted: sha256:15913e6f28072a3b6b9cc3d2f390eceaccbb0067c60212fec4a6522a1e18bef2

Total reclaimed space: 137MB
",
    );
}
