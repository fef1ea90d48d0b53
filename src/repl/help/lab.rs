//! Pages about the lab: docker lines, from their table, and the other programs.

use super::layout::Page;
use crate::lab::docker::table::{Command, Flag, commands, named};

/// What every program of the lab says of its versions.
const ENGINE: &str = "One engine stands behind every image. It gives the replies of Redis 7.0, and knows \
                      commands that came later as well; the tag decides which version it says that \
                      it is.";

struct Program {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    more: &'static str,
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "redis-cli",
        usage: "redis-cli [-p PORT] [-n DB] [-a PASSWORD] [--sandbox] [COMMAND ARG...]",
        about: "Connects the prompt to another server, or runs one command there",
        more: "`redis-cli -p 6380` goes to the container that publishes port 6380. `redis-cli \
               --sandbox` comes back to your sandbox.",
    },
    Program {
        name: "ls",
        usage: "ls",
        about: "Lists the files of the lesson and your own",
        more: "`:load` stores the objects of such a file, `cat` shows it, and `docker compose` reads \
               `docker-compose.yml`.",
    },
    Program {
        name: "cat",
        usage: "cat FILE, cat > FILE <<EOF",
        about: "Shows a file, or writes one of your own",
        more: "`cat > docker-compose.yml <<EOF` takes the lines that follow, and a line with EOF alone \
               ends them. `touch FILE`, `cp FROM TO`, `mv FROM TO` and `rm FILE` change your own files. \
               `ls` lists them.",
    },
    Program {
        name: "wget",
        usage: "wget URL",
        about: "Brings a file of the lesson",
        more: "kvtutor works offline: an address whose last part is one of the lesson's files brings \
               that one, and nothing is downloaded.",
    },
    Program {
        name: "python3",
        usage: "python3",
        about: "Is for a terminal of your own, beside this one",
        more: "There `pip3 install redis` brings the package. `:py` shows your last command in \
               Python.",
    },
];

/// The page of a lab line; whether there is one.
pub(super) fn topic(first: &str, rest: &[&str], page: &mut Page) -> bool {
    if first.eq_ignore_ascii_case("docker") {
        return docker(rest, page);
    }
    if first == "docker-compose" {
        return docker(&[&["compose"], rest].concat(), page);
    }
    let first = match first {
        "python" | "pip" | "pip3" | "source" | "deactivate" => "python3",
        "less" | "more" | "touch" | "cp" | "mv" | "rm" | "nano" | "vi" | "vim" | "emacs"
        | "code" => "cat",
        "pwd" | "cd" | "mkdir" => "ls",
        "curl" => "wget",
        other => other,
    };
    let Some(program) = PROGRAMS.iter().find(|program| program.name == first) else { return false };
    page.title(program.usage);
    page.text(&format!("{}.", program.about));
    page.text(program.more);
    true
}

fn docker(words: &[&str], page: &mut Page) -> bool {
    let name = words.join(" ");
    if name.is_empty() {
        page.title("docker COMMAND");
        page.text(
            "Containers without Docker: each is a real server with a folder of its own, inside \
             kvtutor. `docker run -d --name redis -p 6379:6379 redis` starts one, and the prompt \
             talks to it.",
        );
        page.gap();
        page.rows(&every());
        page.remark(ENGINE);
        return true;
    }
    let Some(command) = named(&name) else {
        let inside: Vec<&Command> =
            commands().filter(|command| command.name().starts_with(&format!("{name} "))).collect();
        let rows: Vec<(String, &str)> = inside
            .iter()
            .map(|command| (format!("docker {}", command.name()), command.about))
            .collect();
        if rows.is_empty() {
            return false;
        }
        page.title(&format!("docker {name} COMMAND"));
        page.gap();
        page.rows(&rows);
        return true;
    };
    page.title(&command.usage());
    page.text(&format!("{}.", command.about));
    if !command.flags.is_empty() {
        page.heading("Options");
        let rows: Vec<(String, &str)> =
            command.flags.iter().map(|flag| (written(flag), flag.about)).collect();
        page.rows(&rows);
    }
    page.remark(ENGINE);
    true
}

/// `-p, --publish HOST:CONTAINER`
fn written(flag: &Flag) -> String {
    let short = flag.short.map_or_else(String::new, |letter| format!("-{letter}, "));
    let value = flag.value.map_or_else(String::new, |value| format!(" {value}"));
    format!("{short}--{}{value}", flag.long)
}

fn every() -> Vec<(String, &'static str)> {
    commands().map(|command| (format!("docker {}", command.name()), command.about)).collect()
}

/// Their names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PROGRAMS.iter().map(|program| program.name).chain(["docker"])
}

/// Every program.
pub(super) fn list(page: &mut Page) {
    page.heading("The lab");
    let mut rows = vec![("docker", "Containers without Docker; `help docker` lists the commands")];
    rows.extend(PROGRAMS.iter().map(|program| (program.name, program.about)));
    page.rows(&rows);
}
