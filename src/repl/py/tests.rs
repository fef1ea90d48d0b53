//! `:py` as the prompt shows it. Whether Python shows the same is asked in
//! `tests/integration/python.rs`.

use crate::repl::testing::last;

fn check(lines: &str, expected: &str) {
    assert_eq!(last(&format!("{lines}\n:py")), expected, "{lines}");
}

const FIRST: &str = ">>> import redis\n>>> r = redis.Redis(host='127.0.0.1', port=6379, db=0)\n";

#[test]
fn the_last_command_is_shown_with_its_value() {
    check("SET name Erik", &format!("{FIRST}>>> r.set('name', 'Erik')\nTrue\n"));
    check("SET name Erik\n:py\nGET name", ">>> r.get('name')\nb'Erik'\n");
    check("GET x", &format!("{FIRST}>>> print(r.get('x'))\nNone\n"));
    check("HSET h a 1\nls\nSET it's", &format!("{FIRST}>>> r.hset('h', 'a', 1)\n1\n"));
    check(
        ":why",
        "note: there is no command to show in Python yet: type one, such as SET name Erik\n",
    );
}

#[test]
fn another_database_is_another_connection() {
    let one = ">>> r = redis.Redis(host='127.0.0.1', port=6379, db=1)\n";
    check(
        "PING\n:py\nSELECT 1",
        &format!(
            "{one}note: in Python a connection is for one database, which is named when it is made\n"
        ),
    );
    check("PING\n:py\nSELECT 1\nPING", &format!("{one}>>> r.ping()\nTrue\n"));
    check("PING\n:py\nSELECT 1\n:py\nDBSIZE", ">>> r.dbsize()\n0\n");
}

#[test]
fn a_transaction_is_a_pipeline() {
    let open = "PING\n:py\nMULTI";
    check(
        open,
        ">>> p = r.pipeline()\nnote: commands are called on p, which keeps them until p.execute()\n",
    );
    check(
        &format!("{open}\nSET x 1"),
        ">>> p.set('x', 1)\nnote: it waits in the pipeline p: EXEC is p.execute()\n",
    );
    check(
        &format!("{open}\nSET x 1\nINCR x\nEXEC"),
        ">>> r.pipeline().set('x', 1).incr('x').execute()\n[True, 2]\n",
    );
    check(
        &format!("{open}\nSET x 1\nGET\nEXEC"),
        ">>> r.pipeline().set('x', 1).execute_command('GET').execute()\n\
         redis.exceptions.ResponseError: Command # 2 (GET) of pipeline caused error: wrong number of \
         arguments for 'get' command\n",
    );
    check(
        "PING\n:py\nWATCH k\n:client b\nSET k 1\n:client a\nMULTI\nSET k 2\nEXEC",
        ">>> r.pipeline().set('k', 2).execute()\n\
         redis.exceptions.WatchError: Watched variable changed.\n",
    );
    // What another client types meanwhile is not in it.
    check(
        &format!("{open}\n:client b\nSET b 1\n:client a\nSET a 1\nEXEC"),
        ">>> r.pipeline().set('a', 1).execute()\n[True]\n",
    );
}

#[test]
fn a_container_is_reached_at_its_published_port() {
    check(
        "docker run -d --name box -p 6380:6379 redis:8\ndocker exec -it box redis-cli\nPING",
        ">>> import redis\n>>> r = redis.Redis(host='127.0.0.1', port=6380, db=0)\n>>> r.ping()\nTrue\n",
    );
    check(
        "docker run -d --name box redis:8\ndocker exec box redis-cli PING",
        &format!(
            "{FIRST}>>> r.ping()\nTrue\nnote: this container has published no port, so Python outside \
             cannot reach it: docker run -p 6379:6379 publishes one\n"
        ),
    );
    check(
        "redis-cli -p 6380\nGET k",
        ">>> import redis\n>>> r = redis.Redis(host='127.0.0.1', port=6380, db=0)\n>>> r.get('k')\n\
         redis.exceptions.ConnectionError: Error 111 connecting to 127.0.0.1:6380. Connection \
         refused.\n",
    );
}

#[test]
fn nothing_steers_the_terminal() {
    let text = last("\"a\\x1b[2J\" b\n:py");
    assert!(!text.contains('\u{1b}'), "{text}");
}
