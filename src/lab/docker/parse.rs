//! The words of a docker line become one typed value.
//!
//! Judges text only: what is there and what is running is decided by who carries it out.

use super::flags::{Given, Text, named, split, text};
use super::line::{
    Columns, Exec, Filter, Images, Inspect, Line, Logs, Program, Ps, Run, Signal, Stop, Which,
};
use super::pieces::{self, ImageRef};
use super::table::{COMMANDS, Command, Opt, Verb};
use super::wrong::{Wrong, WrongKind, group, help};
use crate::lab::redis_cli;
use crate::syntax::Word;

/// Reads the words after `docker`.
pub fn parse(words: &[Word]) -> Result<Line, Wrong> {
    let Some((first, after)) = words.split_first() else { return Ok(Line::Help(help("", None))) };
    let word = text(first)?;
    if word.text == "--help" || word.text == "-h" || word.text == "help" {
        return Ok(Line::Help(help("", None)));
    }
    if word.text.starts_with('-') {
        return Err(flag_before_command(&word));
    }
    let Some(group) = group(&word.text) else {
        let command = find("", &word)?;
        return line(command, after);
    };
    let Some((second, after)) = after.split_first() else {
        return Ok(Line::Help(help(group, None)));
    };
    let second = text(second)?;
    if second.text == "--help" || second.text == "-h" {
        return Ok(Line::Help(help(group, None)));
    }
    line(find(group, &second)?, after)
}

/// `docker -x ps`
fn flag_before_command(word: &Text) -> Wrong {
    let mut letters = word.text.chars().skip(1);
    let kind = match letters.next() {
        Some(letter) if letter != '-' => {
            WrongKind::UnknownShort { command: None, letter, word: word.text.clone() }
        }
        Some(_) | None => WrongKind::UnknownFlag { command: None, flag: word.text.clone() },
    };
    Wrong { kind, span: Some(word.span.clone()) }
}

/// The row of a command, by its name within a group.
fn find(group: &'static str, word: &Text) -> Result<&'static Command, Wrong> {
    let name = if group.is_empty() { word.text.clone() } else { format!("{group} {}", word.text) };
    COMMANDS.iter().find(|row| row.names.contains(&name.as_str())).ok_or_else(|| Wrong {
        kind: WrongKind::UnknownCommand { group, word: word.text.clone() },
        span: Some(word.span.clone()),
    })
}

/// A command's flags and arguments.
fn line(command: &'static Command, words: &[Word]) -> Result<Line, Wrong> {
    let given = split(command, words)?;
    if given.has(Opt::Help) {
        return Ok(Line::Help(help("", Some(command))));
    }
    Ok(match command.verb {
        Verb::Run => Line::Run(run(&given)?),
        Verb::Ps => Line::Ps(ps(&given)?),
        Verb::Stop => Line::Stop(stop(&given)?),
        Verb::Start => Line::Start(names(&given)),
        Verb::Restart => Line::Restart(stop(&given)?),
        Verb::Kill => Line::Kill { containers: names(&given), signal: signal(&given)? },
        Verb::Rm => Line::Rm {
            containers: names(&given),
            force: given.has(Opt::Force),
            volumes: given.has(Opt::Volume),
        },
        Verb::Logs => Line::Logs(logs(&given)),
        Verb::Exec => Line::Exec(exec(&given)),
        Verb::Pull => Line::Pull { image: image(&given)?, quiet: given.has(Opt::Quiet) },
        Verb::Images => Line::Images(Images { only: first(&given), columns: columns(&given) }),
        Verb::Inspect => Line::Inspect(inspect(&given)?),
        Verb::VolumeCreate => Line::VolumeCreate(volume_name(&given)?),
        Verb::VolumeLs => Line::VolumeLs { quiet: given.has(Opt::Quiet) },
        Verb::VolumeInspect => Line::VolumeInspect(inspect(&given)?),
        Verb::VolumeRm => Line::VolumeRm { volumes: names(&given), force: given.has(Opt::Force) },
    })
}

/// All arguments.
fn names(given: &Given) -> Vec<String> {
    given.rest.iter().map(|word| word.text.clone()).collect()
}

/// The first argument.
fn first(given: &Given) -> Option<String> {
    given.rest.first().map(|word| word.text.clone())
}

/// The first argument as an image.
fn image(given: &Given) -> Result<ImageRef, Wrong> {
    let Some(word) = given.rest.first() else {
        return Err(Wrong { kind: WrongKind::Count { command: given.command }, span: None });
    };
    pieces::image(&word.text).map_err(|text| given.piece(word, text, None))
}

fn run(given: &Given) -> Result<Run, Wrong> {
    let name = match given.last(Opt::Name).filter(|name| !name.text.is_empty()) {
        Some(name) => Some(container_name(given, name)?),
        None => None,
    };
    let ports = given
        .all(Opt::Publish)
        .map(|word| {
            let hint = || "write -p HOST:CONTAINER, as in -p 6379:6379".to_owned();
            pieces::publish(&word.text).map_err(|text| given.piece(word, text, Some(hint())))
        })
        .collect::<Result<_, _>>()?;
    let mounts = given
        .all(Opt::Volume)
        .map(|word| {
            let hint = || "write -v NAME:/data, as in -v redis-data:/data".to_owned();
            pieces::mount(&word.text).map_err(|text| given.piece(word, text, Some(hint())))
        })
        .collect::<Result<_, _>>()?;
    Ok(Run {
        detach: given.has(Opt::Detach),
        remove: given.has(Opt::Remove),
        name,
        ports,
        mounts,
        image: image(given)?,
        args: server_args(given)?,
    })
}

/// A name for a container: Docker's rule and words.
fn container_name(given: &Given, name: &Text) -> Result<String, Wrong> {
    let bare = name.text.strip_prefix('/').unwrap_or(&name.text);
    if pieces::is_name(bare) {
        return Ok(bare.to_owned());
    }
    let text = format!(
        "Error response from daemon: Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
        name.text
    );
    let hint = (bare.chars().count() < 2).then(|| "a name has two characters or more".to_owned());
    Err(given.piece(name, text, hint))
}

/// What stands after the image: `redis-server ARGS…`, or the arguments alone, as the image's start
/// script allows.
fn server_args(given: &Given) -> Result<Vec<String>, Wrong> {
    let command: Vec<&Text> = given.rest.iter().skip(1).collect();
    let args = match command.split_first() {
        None => &[][..],
        Some((program, args)) if program.text == "redis-server" => args,
        Some((word, _)) if word.text.starts_with('-') || is_conf(&word.text) => &command[..],
        Some((program, _)) => {
            let text = format!("the lab runs redis-server in a container, not {}", program.text);
            let hint = if program.text == "redis-cli" {
                "type redis-cli by itself, or docker exec -it NAME redis-cli"
            } else {
                "leave the command out, or write redis-server and its arguments after the image"
            };
            return Err(given.piece(program, text, Some(hint.to_owned())));
        }
    };
    Ok(args.iter().map(|word| word.text.clone()).collect())
}

/// Whether the image's start script takes a word for a configuration file.
fn is_conf(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(_, ending)| ending == "conf")
}

fn columns(given: &Given) -> Columns {
    Columns { quiet: given.has(Opt::Quiet), whole: given.has(Opt::NoTrunc) }
}

fn ps(given: &Given) -> Result<Ps, Wrong> {
    let which = if given.has(Opt::Latest) {
        Which::Latest
    } else if given.has(Opt::All) {
        Which::All
    } else {
        Which::Running
    };
    let filters =
        given.all(Opt::Filter).map(|word| filter(given, word)).collect::<Result<_, _>>()?;
    Ok(Ps { which, filters, columns: columns(given) })
}

/// `name=redis`
fn filter(given: &Given, word: &Text) -> Result<Filter, Wrong> {
    let Some((key, value)) = word.text.split_once('=') else {
        return Err(bad_value(
            given,
            Opt::Filter,
            word,
            "invalid argument \"{}\": bad format of filter (expected name=value)",
        ));
    };
    let value = value.to_owned();
    match key {
        "name" => Ok(Filter::Name(value)),
        "id" => Ok(Filter::Id(value)),
        "status" => Ok(Filter::Status(value)),
        "volume" => Ok(Filter::Volume(value)),
        other => Err(given.piece(
            word,
            format!("Error response from daemon: invalid filter '{other}'"),
            Some("the lab knows the filters name, id, status and volume".to_owned()),
        )),
    }
}

/// An error in a flag's value.
fn bad_value(given: &Given, opt: Opt, word: &Text, reason: &str) -> Wrong {
    let flag = given.command.0.flags.iter().find(|flag| flag.opt == opt).map(named);
    let kind = WrongKind::BadValue {
        command: given.command,
        value: word.text.clone(),
        flag: flag.unwrap_or_default(),
        reason: reason.replace("{}", &word.text),
    };
    Wrong { kind, span: Some(word.span.clone()) }
}

fn stop(given: &Given) -> Result<Stop, Wrong> {
    let grace = match given.last(Opt::Timeout) {
        None => true,
        Some(word) => {
            let reason = "strconv.ParseInt: parsing \"{}\": invalid syntax";
            let seconds: i64 =
                word.text.parse().map_err(|_| bad_value(given, Opt::Timeout, word, reason))?;
            seconds != 0
        }
    };
    Ok(Stop { containers: names(given), grace })
}

fn signal(given: &Given) -> Result<Signal, Wrong> {
    let Some(word) = given.last(Opt::Signal) else { return Ok(Signal::Kill) };
    let name = word.text.to_ascii_uppercase();
    match name.strip_prefix("SIG").unwrap_or(&name) {
        "KILL" | "9" => Ok(Signal::Kill),
        "TERM" | "15" | "INT" | "2" => Ok(Signal::Term),
        _ => Err(given.piece(
            word,
            format!("Error response from daemon: invalid signal: {}", word.text),
            Some("the lab knows KILL and TERM".to_owned()),
        )),
    }
}

fn logs(given: &Given) -> Logs {
    Logs {
        container: first(given).unwrap_or_default(),
        // As in Docker, what is no number means all of them.
        tail: given.last(Opt::Tail).and_then(|word| word.text.parse().ok()),
        timestamps: given.has(Opt::Timestamps),
        follow: given.has(Opt::Follow),
    }
}

fn exec(given: &Given) -> Exec {
    let mut words = given.rest.iter().map(|word| word.text.as_str());
    let container = words.next().unwrap_or_default().to_owned();
    let program = match words.next().unwrap_or_default() {
        "redis-cli" | "/usr/local/bin/redis-cli" => {
            let args: Vec<&str> = words.collect();
            match redis_cli::parse(&args) {
                Ok(cli) => Program::RedisCli(cli),
                Err(refused) => Program::Refused(refused),
            }
        }
        other => Program::Other(other.to_owned()),
    };
    Exec { container, terminal: given.has(Opt::Tty), program }
}

fn inspect(given: &Given) -> Result<Inspect, Wrong> {
    let path = match given.last(Opt::Format) {
        None => None,
        Some(word) => Some(pieces::template(&word.text).ok_or_else(|| {
            let text = "the lab prints one value of an inspect, no other template".to_owned();
            given.piece(word, text, Some("write it as '{{.State.Status}}'".to_owned()))
        })?),
    };
    let path = path.map(|path| path.into_iter().map(str::to_owned).collect());
    Ok(Inspect { names: names(given), path })
}

/// The name of a new volume, if one was given.
fn volume_name(given: &Given) -> Result<Option<String>, Wrong> {
    let Some(word) = given.rest.first() else { return Ok(None) };
    pieces::volume_name(&word.text).map_err(|text| given.piece(word, text, None))?;
    Ok(Some(word.text.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::{word, words};

    fn read(line: &str) -> Result<Line, Wrong> {
        parse(words(line).get(1..).unwrap_or_default())
    }

    /// The exact text and exit code of a refused line, and what of the line it points at.
    fn refused(line: &str) -> (String, i32, String) {
        let wrong = read(line).unwrap_err();
        let at = wrong.span.clone().map(|span| line[span].to_owned()).unwrap_or_default();
        (wrong.text(), wrong.code(), at)
    }

    fn run_of(line: &str) -> Run {
        match read(line) {
            Ok(Line::Run(run)) => run,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn the_spellings_of_a_flag_mean_the_same() {
        let expected =
            run_of("docker run -d --rm --name redis -p 6379:6379 -v redis-data:/data redis:8");
        for line in [
            "docker run --detach --rm=true --name=redis --publish 6379:6379 --volume redis-data:/data redis:8",
            "docker run -d=true --rm --name redis -p=6379:6379 -v=redis-data:/data redis:8",
            "docker container run -dp6379:6379 --rm --name /redis -vredis-data:/data redis:8 redis-server",
            "docker run -d --rm --name x --name redis -p '6379:6379' -v \"redis-data:/data/\" -- redis:8",
        ] {
            assert_eq!(run_of(line), expected, "{line}");
        }
        assert!(expected.detach && expected.remove);
        assert!(!run_of("docker run -it --rm=false redis").remove);
        assert!(run_of("docker run -dit redis").detach);
    }

    #[test]
    fn what_follows_the_image_goes_to_redis() {
        let args = |line: &str| run_of(line).args;
        assert_eq!(
            args("docker run redis:8 redis-server --appendonly yes --save \"\""),
            ["--appendonly", "yes", "--save", ""]
        );
        assert_eq!(args("docker run redis:8 --appendonly yes"), ["--appendonly", "yes"]);
        assert_eq!(args("docker run redis -d -p 6379:6379"), ["-d", "-p", "6379:6379"]);
        assert_eq!(args("docker run redis:8"), Vec::<String>::new());
    }

    #[test]
    fn refused_lines_get_dockers_words_and_a_place() {
        let usage = "Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker run --help' for more information\n";
        let run = "\n\nRun 'docker run --help' for more information\n";
        for (line, text, code, at) in [
            ("docker run --foo", format!("unknown flag: --foo\n\n{usage}"), 125, "--foo"),
            ("docker run -rm redis", format!("unknown shorthand flag: 'r' in -rm\n\n{usage}"), 125, "-rm"),
            ("docker run -dz redis", format!("unknown shorthand flag: 'z' in -dz\n\n{usage}"), 125, "-dz"),
            ("docker run ---x redis", format!("bad flag syntax: ---x\n\n{usage}"), 125, "---x"),
            ("docker run --=x redis", format!("bad flag syntax: --=x\n\n{usage}"), 125, "--=x"),
            ("docker run --name", format!("flag needs an argument: --name\n\n{usage}"), 125, "--name"),
            ("docker run -p", format!("flag needs an argument: 'p' in -p\n\n{usage}"), 125, "-p"),
            (
                "docker run --rm=maybe redis",
                format!("invalid argument \"maybe\" for \"--rm\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax\n\n{usage}"),
                125,
                "--rm=maybe",
            ),
            ("docker run -p abc redis", format!("docker: invalid containerPort: abc{run}"), 125, "abc"),
            ("docker run -p \"\" redis", format!("docker: no port specified: <empty>{run}"), 125, "\"\""),
            (
                "docker run REDIS",
                format!("docker: invalid reference format: repository name (library/REDIS) must be lowercase{run}"),
                125,
                "REDIS",
            ),
            ("docker run - redis", format!("docker: invalid reference format{run}"), 125, "-"),
            (
                "docker run --name 'a b' redis",
                format!("docker: Error response from daemon: Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed{run}"),
                125,
                "'a b'",
            ),
            (
                "docker run redis bash",
                format!("docker: the lab runs redis-server in a container, not bash{run}"),
                125,
                "bash",
            ),
            (
                "docker stop",
                "docker: 'docker stop' requires at least 1 argument\n\nUsage:  docker stop [OPTIONS] CONTAINER [CONTAINER...]\n\nSee 'docker stop --help' for more information\n".to_owned(),
                1,
                "",
            ),
            (
                "docker ps foo",
                "docker: 'docker ps' accepts no arguments\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n".to_owned(),
                1,
                "foo",
            ),
            (
                "docker logs a b",
                "docker: 'docker logs' requires 1 argument\n\nUsage:  docker logs [OPTIONS] CONTAINER\n\nRun 'docker logs --help' for more information\n".to_owned(),
                1,
                "b",
            ),
            (
                "docker exec redis",
                "docker: 'docker exec' requires at least 2 arguments\n\nUsage:  docker exec [OPTIONS] CONTAINER COMMAND [ARG...]\n\nSee 'docker exec --help' for more information\n".to_owned(),
                1,
                "",
            ),
            (
                "docker stop -t abc x",
                "invalid argument \"abc\" for \"-t, --timeout\" flag: strconv.ParseInt: parsing \"abc\": invalid syntax\n\nUsage:  docker stop [OPTIONS] CONTAINER [CONTAINER...]\n\nRun 'docker stop --help' for more information\n".to_owned(),
                125,
                "abc",
            ),
            (
                "docker foo",
                "docker: unknown command: docker foo\n\nRun 'docker --help' for more information\n".to_owned(),
                1,
                "foo",
            ),
            (
                "docker volume foo",
                "docker: unknown command: docker volume foo\n\nUsage:  docker volume COMMAND\n\nRun 'docker volume --help' for more information\n".to_owned(),
                1,
                "foo",
            ),
            (
                "docker -x ps",
                "unknown shorthand flag: 'x' in -x\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n".to_owned(),
                125,
                "-x",
            ),
            (
                "docker --foo ps",
                "unknown flag: --foo\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n".to_owned(),
                125,
                "--foo",
            ),
        ] {
            assert_eq!(refused(line), (text, code, at.to_owned()), "{line}");
        }
    }

    #[test]
    fn hints_name_what_the_lab_knows() {
        let hint = |line: &str| read(line).unwrap_err().hint().unwrap_or_default();
        assert_eq!(
            hint("docker run -rm redis"),
            "did you mean --rm? the lab knows these flags of docker run: -d/--detach --rm --name -p/--publish -v/--volume -i/--interactive -t/--tty"
        );
        assert_eq!(
            hint("docker rm --forse redis"),
            "did you mean --force? the lab knows these flags of docker rm: -f/--force -v/--volumes"
        );
        assert_eq!(hint("docker start -q x"), "docker start has no flags in the lab");
        assert_eq!(
            hint("docker strat x"),
            "did you mean docker start? the lab knows run, ps, stop, start, restart, kill, rm, logs, exec, pull, images, inspect, volume create, volume ls, volume inspect, volume rm"
        );
        assert_eq!(
            hint("docker volume lst"),
            "did you mean docker volume ls? the lab knows create, ls, inspect, rm"
        );
    }

    #[test]
    fn words_that_are_no_text_are_refused() {
        let word = word(vec![0xff]);
        assert_eq!(parse(&[word]).map_err(|wrong| wrong.kind), Err(WrongKind::NotText));
    }

    #[test]
    fn help_names_every_flag() {
        assert_eq!(
            read("docker rm --help"),
            Ok(Line::Help(
                "Usage:  docker rm [OPTIONS] CONTAINER [CONTAINER...]\n\nRemove containers\n\nAliases:\n  docker container rm, docker container remove\n\nOptions:\n  -f, --force                    Kill a running container first\n  -v, --volumes                  Remove its anonymous volumes too\n"
                    .to_owned()
            ))
        );
    }
}
