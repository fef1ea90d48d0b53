//! Programs of a shell that kvtutor is not: what to type instead, or where.

use super::Ran;
use super::own::HOW;

/// Answers a line of a program that is for a terminal of the learner's own, or that is not needed.
pub(super) fn answer(program: &str, args: &[String]) -> Ran {
    let first = args.iter().find(|arg| !arg.starts_with('-')).map(String::as_str);
    Ran::notice(match program {
        "python3" | "python" => {
            let line = first.map_or_else(|| "python3".to_owned(), |file| format!("{program} {file}"));
            format!(
                "Python is not part of kvtutor: type {line} in a terminal of your own, beside this one"
            )
        }
        "pip3" | "pip" => match first {
            Some("list" | "freeze" | "show") => format!(
                "pip is not part of kvtutor: `{program} {}` in a terminal of your own shows the packages of your environment; redis must be among them",
                args.join(" ")
            ),
            Some(_) | None => {
                "pip is not part of kvtutor: type `pip3 install redis` in a terminal of your own, inside your virtual environment".to_owned()
            }
        },
        "source" => {
            "an environment is activated in a terminal of your own: source .venv/bin/activate"
                .to_owned()
        }
        "deactivate" => {
            "an environment is for Python, and left in the terminal in which it was activated"
                .to_owned()
        }
        "sudo" => "no rights are needed here: type the line without sudo".to_owned(),
        "pwd" | "cd" | "mkdir" => {
            "there is one folder here, and you are in it: ls lists its files, and a volume is made by its name in -v NAME:/data"
                .to_owned()
        }
        "nano" | "vi" | "vim" | "emacs" | "code" => {
            let file = first.unwrap_or("FILE");
            format!("kvtutor has no editor. {}", HOW.replace("FILE", file))
        }
        "curl" => match first {
            Some(url) if url.contains(":6379") => {
                "Redis does not speak HTTP: type redis-cli, and PING".to_owned()
            }
            Some(_) | None => {
                "kvtutor works offline: wget URL brings a file of the lesson".to_owned()
            }
        },
        "redis-server" => {
            "a server is started in a container: docker run -d -p 6379:6379 redis:8. The sandbox runs already"
                .to_owned()
        }
        other => format!("{other} is a program for a terminal of your own"),
    })
}
