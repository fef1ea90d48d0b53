//! `docker exec`, `logs` and `inspect`: looking into containers.

use super::Job;
use super::life::collect;
use super::volumes::no_such_volume;
use crate::lab::docker::line::{Exec, Inspect, Logs, Program};
use crate::lab::model::{Container, when};
use crate::lab::output::Then;
use crate::lab::show::inspect as json;

/// The exit code for a program that is not in the container.
const NO_PROGRAM: i32 = 127;

/// `docker exec`: what `redis-cli` is to do is left to the console.
pub fn exec(job: &mut Job, ask: &Exec) {
    let Some(who) = job.find(&ask.container) else { return };
    if !job.model.container(&who.id).is_some_and(Container::is_running) {
        job.daemon(1, &format!("container {} is not running", who.id));
        job.output.hint(format!("docker start {} starts it again", who.name));
        return;
    }
    match &ask.program {
        Program::RedisCli(cli) if cli.sandbox => {
            job.output.fail(1, "Unrecognized option or bad number of args for: '--sandbox'\n");
            job.output
                .hint("redis-cli --sandbox is typed by itself: no container knows the sandbox");
        }
        Program::RedisCli(cli) if cli.command.is_empty() && !ask.terminal => {
            job.output.hint(format!(
                "without a terminal redis-cli has nothing to read: docker exec -it {} redis-cli",
                who.name
            ));
        }
        Program::RedisCli(cli) => {
            let cli = cli.clone();
            job.output.then = Some(Then { container: who, cli, terminal: ask.terminal });
        }
        Program::Refused(refused) => {
            job.output.out(&refused.stdout);
            if refused.code != 0 {
                job.output.fail(refused.code, &refused.stderr);
            }
            if let Some(hint) = &refused.hint {
                job.output.hint(hint);
            }
        }
        Program::Other(name) => {
            job.output.fail(
                NO_PROGRAM,
                format!("the lab runs only redis-cli inside a container, not {name}\n"),
            );
            job.output.hint(format!("docker exec -it {} redis-cli", who.name));
        }
    }
}

/// `docker logs`
pub fn logs(job: &mut Job, ask: &Logs) {
    let Some(who) = job.find(&ask.container) else { return };
    collect(job, &who.id);
    let Some(container) = job.model.container(&who.id) else { return };
    let skipped = ask.tail.map_or(0, |tail| container.log.len().saturating_sub(tail));
    let text: String = container
        .log
        .iter()
        .skip(skipped)
        .map(|line| {
            if ask.timestamps {
                format!("{} {}\n", when::rfc3339_nano(line.at), line.text)
            } else {
                format!("{}\n", line.text)
            }
        })
        .collect();
    let running = container.is_running();
    job.output.out(text);
    if ask.follow && running {
        job.output.hint("the lab shows the log so far: type docker logs again for more");
    }
}

/// `docker inspect`: containers, then volumes.
pub fn inspect(job: &mut Job, ask: &Inspect) {
    look(job, ask, true);
}

/// `docker volume inspect`
pub fn inspect_volumes(job: &mut Job, ask: &Inspect) {
    look(job, ask, false);
}

/// Gathers what is known of each name, prints it, then says which names are none.
fn look(job: &mut Job, ask: &Inspect, containers: bool) {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for name in &ask.names {
        let container = containers.then(|| job.model.find(name).ok()).flatten();
        let machines = &*job.machines;
        let value = match (container, job.model.volume(name)) {
            (Some(container), _) => json::container(container, |name| machines.mountpoint(name)),
            (None, Some(volume)) => json::volume(volume, &machines.mountpoint(name)),
            (None, None) => {
                missing.push(name);
                continue;
            }
        };
        found.push(value);
    }
    match &ask.path {
        None => job.output.out(json::pretty(&found)),
        Some(path) => {
            for value in &found {
                if let Some(text) = json::at(value, path) {
                    job.output.out(format!("{text}\n"));
                    continue;
                }
                let path = path.join(".");
                job.output.fail(1, format!("template parsing error: there is no .{path}\n"));
            }
        }
    }
    for name in missing {
        if containers {
            job.output.fail(1, format!("Error: No such object: {name}\n"));
            job.suggest(name);
        } else {
            no_such_volume(job, name);
        }
    }
}
