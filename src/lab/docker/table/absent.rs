//! Commands that Docker has and the lab does not, with a word on what serves instead.

/// A command that is real but not here.
#[derive(Debug, PartialEq, Eq)]
pub struct Absent {
    /// Its name, without a group.
    pub name: &'static str,
    /// What to do instead, or why there is no need for it.
    pub instead: &'static str,
}

const fn row(name: &'static str, instead: &'static str) -> Absent {
    Absent { name, instead }
}

const NO_BUILD: &str = "the lab has the images of redis and builds none";
const NO_REGISTRY: &str = "the lab works without a network and needs no account";
const NO_SWARM: &str = "the lab is one machine, no swarm";
const SEE_DISK: &str = ":disk shows the files of a server; docker exec NAME ls /data lists them";

const ABSENT: &[Absent] = &[
    row("attach", "docker logs NAME shows what a container has written"),
    row("build", NO_BUILD),
    row("builder", NO_BUILD),
    row("buildx", NO_BUILD),
    row("checkpoint", "stop and start keep a container's data"),
    row("commit", "data belong into a volume: docker run -v redis-data:/data"),
    row("config", NO_SWARM),
    row("context", "the lab is one machine"),
    row("cp", SEE_DISK),
    row("diff", SEE_DISK),
    row("events", "docker ps -a shows what became of each container"),
    row("export", SEE_DISK),
    row("history", "docker image inspect shows the layers of an image"),
    row("import", NO_BUILD),
    row("load", NO_BUILD),
    row("login", NO_REGISTRY),
    row("logout", NO_REGISTRY),
    row("manifest", "docker image inspect shows what is known of an image"),
    row("network", "the lab has one network: -p publishes a port on this machine"),
    row("node", NO_SWARM),
    row("pause", "docker stop and docker start hold a container and let it go on"),
    row("plugin", "the lab has no plugins"),
    row("push", NO_REGISTRY),
    row("save", NO_BUILD),
    row("search", "the lab has images of redis only: docker pull redis:8"),
    row("secret", NO_SWARM),
    row("service", NO_SWARM),
    row("stack", "docker compose up starts what a compose file describes"),
    row("stats", "docker top NAME shows the process; INFO memory says what Redis uses"),
    row("swarm", NO_SWARM),
    row("tag", "the lab knows images by the tags that redis has"),
    row("trust", NO_REGISTRY),
    row("unpause", "docker stop and docker start hold a container and let it go on"),
    row("update", "make the container anew: docker rm, then docker run with other flags"),
];

/// What is said of a real command that the lab has not.
pub fn absent(name: &str) -> Option<&'static Absent> {
    ABSENT.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::super::named;
    use super::*;

    #[test]
    fn nothing_is_both_there_and_absent() {
        for row in ABSENT {
            assert!(named(row.name).is_none(), "docker {} is in the table", row.name);
        }
    }
}
