//! Nobody answers: which server is meant, and what starts it.

use crate::lab::connect::wrong_port;
use crate::lab::console::Console;
use crate::lab::model::Model;
use crate::lab::{Answer, Target};

/// Why nobody answers at a place, with what to do.
pub(in crate::repl) fn unreached(target: &Target, console: &Console) -> String {
    if console.lab().answer(target) != Answer::Nobody {
        return "a server answers there again: type the command once more.".to_owned();
    }
    let model = console.lab().model();
    match target {
        Target::Sandbox => "the sandbox does not run.".to_owned(),
        Target::Elsewhere { shown } => match console.remote_failure() {
            Some(reason) => format!("nothing answers at {shown}: {reason}."),
            None => format!("nothing answers at {shown}: start the server there."),
        },
        Target::Inside { container, .. } => match model.container(container) {
            Some(container) if container.is_running() => {
                format!("in container {} no server listens at {}.", container.name, target.shown())
            }
            Some(container) => format!(
                "container {0} has stopped: `exit` goes back out of it, and docker start {0} starts \
                 it again.",
                container.name
            ),
            None => "the container is gone: `exit` goes back out of it.".to_owned(),
        },
        Target::Address { host, port } => at_port(model, host, *port),
    }
}

fn at_port(model: &Model, host: &str, port: i64) -> String {
    let sandbox = "redis-cli --sandbox goes back to the sandbox.";
    let Ok(number) = u16::try_from(port) else {
        return format!("{port} is no port: they go from 1 to 65535. {sandbox}");
    };
    if let Some(text) = wrong_port(model, number) {
        return format!("{text}.");
    }
    let stopped = model.containers.iter().rev().find(|one| one.behind(number).is_some());
    match stopped {
        Some(container) if !container.is_running() => format!(
            "nothing answers at {host}:{port}, because container {0}, which publishes that port, has \
             stopped: docker start {0} starts it again. {sandbox}",
            container.name
        ),
        Some(_) | None => format!(
            "nothing answers at {host}:{port}: no container publishes that port here. docker ps lists \
             those that run. {sandbox}"
        ),
    }
}
