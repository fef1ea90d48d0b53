//! `docker exec`: a program inside a running container.

use super::{Job, programs};
use crate::lab::docker::line::{Exec, Program};
use crate::lab::model::Container;
use crate::lab::output::Then;

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
        Program::Other(name, args) => programs::run(job, &who, name, args),
    }
}
