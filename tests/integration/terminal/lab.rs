//! The lab at a terminal: the lines of the course's own text in their order, and a compose file that
//! is written at the prompt. Ids, digests, times and made-up names differ each time and are masked.

use regex::Regex;

use super::harness::Terminal;

/// The prompt of `play`, wide and high enough that no line is broken or lost.
fn play() -> Terminal {
    let mut terminal = Terminal::start(&["play"], 200, 80);
    terminal.wait_for_prompt();
    terminal
}

/// What a line prints, kvtutor's own notes left out.
fn raw(terminal: &mut Terminal, line: &str) -> String {
    terminal.line(":clear");
    let screen = terminal.line(line);
    let typed = screen.find(line).map_or(0, |at| at + line.len());
    let said = screen.get(typed..).unwrap_or_default();
    let rows: Vec<&str> = said.lines().skip(1).filter(|row| !row.starts_with('│')).collect();
    let (_, rows) = rows.split_last().expect("a prompt follows");
    rows.join("\n")
}

/// The same with what differs each time masked.
fn said(terminal: &mut Terminal, line: &str) -> String {
    masked(&raw(terminal, line))
}

fn masked(text: &str) -> String {
    let mut text = text.to_owned();
    for (what, mask) in [
        (r"sha256:[0-9a-f]{64}", "sha256:DIGEST"),
        (r"\b[0-9a-f]{64}\b", "LONG"),
        (r"\b[0-9a-f]{12}\b", "ID"),
        (r"\d+ [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3}", "TIME"),
        (r"Less than a second|\d+ seconds?|About a minute|\d+ minutes?", "SPAN"),
        (r"  [a-z]+_[a-z]+$", "  NAME"),
        (r" {2,}", "  "),
    ] {
        let pattern = Regex::new(&format!("(?m){what}")).unwrap();
        text = pattern.replace_all(&text, mask).into_owned();
    }
    text
}

#[test]
fn the_lines_of_the_course_give_what_it_says() {
    let mut terminal = play();
    let t = &mut terminal;
    assert_eq!(
        said(t, "docker run -d -p 6379:6379 redis:8"),
        "Unable to find image 'redis:8' locally\n\
         8: Pulling from library/redis\n\
         ID: Pull complete\nID: Pull complete\nID: Pull complete\nID: Pull complete\n\
         ID: Pull complete\nID: Pull complete\nID: Pull complete\n\
         Digest: sha256:DIGEST\n\
         Status: Downloaded newer image for redis:8\n\
         LONG"
    );
    let head = "CONTAINER ID  IMAGE  COMMAND  CREATED  STATUS  PORTS  NAMES";
    let listed = raw(t, "docker ps");
    assert_eq!(
        masked(&listed),
        format!(
            "{head}\nID  redis:8  \"docker-entrypoint.s…\"  SPAN ago  Up SPAN  127.0.0.1:6379->6379/tcp  NAME"
        )
    );
    let row = listed.lines().nth(1).unwrap();
    let id = row.split_whitespace().next().unwrap().to_owned();
    let name = row.split_whitespace().next_back().unwrap().to_owned();
    let log = "Starting Redis Server\n\
         1:C TIME * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n\
         1:C TIME * Redis version=8.6.0, bits=64, commit=00000000, modified=1, pid=1, just started\n\
         1:C TIME * Configuration loaded\n\
         1:M TIME * monotonic clock: POSIX clock_gettime\n\
         1:M TIME * Running mode=standalone, port=6379.\n\
         1:M TIME * Server initialized\n\
         1:M TIME * Ready to accept connections tcp";
    assert_eq!(said(t, &format!("docker logs \"{name}\"")), log);
    assert_eq!(said(t, &format!("docker logs \"{id}\"")), log);
    assert_eq!(said(t, &format!("docker logs {id}")), log);
    // The text stands for a name that the reader puts in; as it is, no container has it.
    assert_eq!(
        said(t, "docker logs \"your-container-name\""),
        "Error response from daemon: No such container: your-container-name"
    );
    // Python and its packages are for a terminal of the learner's own: a note says so.
    for line in ["source .venv/bin/activate", "pip3 install redis", "pip3 list", "python3"] {
        assert_eq!(said(t, line), "", "{line}");
    }
    // Nothing is downloaded: the file is here already, and a note says that.
    let wget = "wget https://raw.githubusercontent.com/TACC/mbs-337-sp26/refs/heads/main/docs/unit06/scripts/4HHB_summary.json";
    assert_eq!(said(t, wget), "");
    assert_eq!(raw(t, "cat 4HHB_summary.json").lines().nth(1), Some("  \"chains\": ["));
    assert_eq!(raw(t, "SET k1 v1"), "OK");
    assert_eq!(raw(t, &format!("docker stop {id}")), id);
    assert_eq!(said(t, "docker ps"), head);
    // The text shows an empty list here. The container was made without --rm, so it is still there.
    let first = "ID  redis:8  \"docker-entrypoint.s…\"  SPAN ago  Exited (0) SPAN ago  NAME";
    assert_eq!(said(t, "docker ps -a"), format!("{head}\n{first}"));

    assert_eq!(said(t, "docker run --rm -d -p 6379:6379 redis:8"), "LONG");
    assert_eq!(raw(t, "KEYS *"), "(empty array)");
    let listed = raw(t, "docker ps");
    let id = listed.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert_eq!(raw(t, &format!("docker stop {id}")), id);
    // With --rm the second one is gone; the first one is still listed, as above.
    assert_eq!(said(t, "docker ps -a"), format!("{head}\n{first}"));

    assert_eq!(raw(t, "docker volume create redis-data"), "redis-data");
    // The text lists the one alone. The first container still has the volume of its own that every
    // container of this image gets.
    assert_eq!(said(t, "docker volume ls"), "DRIVER  VOLUME NAME\nlocal  LONG\nlocal  redis-data");
    let run = "docker run --rm --name redis -d -p 6379:6379 -v redis-data:/data redis:8 redis-server --appendonly yes --appendfsync everysec";
    assert_eq!(said(t, run), "LONG");
    assert_eq!(
        said(t, "docker ps"),
        format!(
            "{head}\nID  redis:8  \"docker-entrypoint.s…\"  SPAN ago  Up SPAN  127.0.0.1:6379->6379/tcp  redis"
        )
    );
    assert_eq!(raw(t, "docker exec redis redis-cli SET mykey \"myvalue\""), "OK");
    assert_eq!(raw(t, "docker restart redis"), "redis");
    assert_eq!(raw(t, "docker exec redis redis-cli GET mykey"), "myvalue");
}

#[test]
fn a_compose_file_is_written_and_followed_at_the_prompt() {
    let mut terminal = play();
    terminal.paste(
        "cat > docker-compose.yml <<EOF\nservices:\n  redis:\n    image: redis:8\n    container_name: redis\n    ports:\n      - \"6379:6379\"\n    volumes:\n      - redis-data:/data\n    command: redis-server --appendonly yes\n    user: \"1000:1000\"\nvolumes:\n  redis-data:\nEOF\n",
    );
    terminal.wait_for("\nEOF");
    terminal.send("\r");
    terminal.wait_for_prompt();
    let t = &mut terminal;
    assert_eq!(raw(t, "docker pull -q redis:8"), "docker.io/library/redis:8");
    assert_eq!(
        raw(t, "docker compose up -d"),
        " Network lab_default  Creating\n Network lab_default  Created\n \
         Volume \"lab_redis-data\"  Creating\n Volume \"lab_redis-data\"  Created\n \
         Container redis  Creating\n Container redis  Created\n \
         Container redis  Starting\n Container redis  Started"
    );
    assert_eq!(
        said(t, "docker compose ps"),
        "NAME  IMAGE  COMMAND  SERVICE  CREATED  STATUS  PORTS\n\
         redis  redis:8  \"docker-entrypoint.s…\"  redis  SPAN ago  Up SPAN  127.0.0.1:6379->6379/tcp"
    );
    assert_eq!(raw(t, "SET mykey myvalue"), "OK");
    assert_eq!(raw(t, "docker-compose up -d"), " Container redis  Running");
    assert_eq!(
        raw(t, "docker compose down"),
        " Container redis  Stopping\n Container redis  Stopped\n Container redis  Removing\n \
         Container redis  Removed\n Network lab_default  Removing\n Network lab_default  Removed"
    );
    assert_eq!(raw(t, "docker volume ls -q"), "lab_redis-data");
    raw(t, "docker compose up -d");
    assert_eq!(raw(t, "docker compose exec -T redis redis-cli GET mykey"), "myvalue");
    raw(t, "docker compose down -v");
    assert_eq!(raw(t, "docker volume ls -q"), "");
}
