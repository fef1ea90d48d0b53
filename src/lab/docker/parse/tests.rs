//! Docker lines, and what is understood.

use super::*;
use crate::lab::docker::line::{Begin, Run};
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

/// What a line of `docker run` asks for.
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
    assert_eq!(expected.begin, Begin::Detached);
    assert!(expected.remove);
    assert!(!run_of("docker run -it --rm=false redis").remove);
    assert_eq!(run_of("docker run -dit redis").begin, Begin::Detached);
    assert_eq!(run_of("docker create redis").begin, Begin::NotYet);
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
        "did you mean --rm? the lab knows these flags of docker run: -d/--detach --rm --name -p/--publish -P/--publish-all -v/--volume --mount --restart -e/--env -u/--user -i/--interactive -t/--tty --pull -q/--quiet --network -h/--hostname --platform -w/--workdir"
    );
    assert_eq!(
        hint("docker rm --forse redis"),
        "did you mean --force? the lab knows these flags of docker rm: -f/--force -v/--volumes"
    );
    assert_eq!(hint("docker rename -q x y"), "docker rename has no flags in the lab");
    assert_eq!(
        hint("docker strat x"),
        "did you mean docker start? the lab knows run, create, ps, stop, start, restart, kill, rm, logs, exec, port, top, rename, wait, pull, images, rmi, inspect, version, info, volume, compose, container, image, system"
    );
    assert_eq!(
        hint("docker volume lst"),
        "did you mean docker volume ls? the lab knows create, ls, inspect, rm, prune"
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
