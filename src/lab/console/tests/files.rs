//! The learner's own files, and what is said of programs that kvtutor has not.

use super::{check_on, console, printed};

#[test]
fn a_file_is_written_read_copied_and_removed() {
    let mut console = console();
    let written = console.run(b"cat > a.yml <<EOF\nx: 1\n  y: 2\nEOF");
    assert_eq!(printed(&written), "");
    console.run(b"cat >> a.yml << END\nz: 3\nEND");
    check_on(
        &mut console,
        "$ cat a.yml
x: 1
  y: 2
z: 3
$ cp a.yml b.yml
$ mv a.yml ./c.yml
$ touch d.yml
$ ls
4HHB_summary.json
b.yml
c.yml
d.yml
$ cat b.yml c.yml > e.yml
$ cat e.yml
x: 1
  y: 2
z: 3
x: 1
  y: 2
z: 3
$ rm b.yml c.yml d.yml e.yml
$ ls
4HHB_summary.json",
    );
}

#[test]
fn an_own_file_stands_before_that_of_the_lesson() {
    let mut console = console();
    console.run(b"cat > 4HHB_summary.json <<EOF\n[{\"n\": 5}]\nEOF");
    check_on(
        &mut console,
        "$ cat 4HHB_summary.json
[{\"n\": 5}]
$ :load 4HHB_summary.json by n as string
> SET 5 '{\"n\": 5}'
OK
$ rm 4HHB_summary.json
$ rm 4HHB_summary.json
! rm: 4HHB_summary.json: it came with kvtutor and stays
# cp 4HHB_summary.json OTHER makes a file of your own of it",
    );
}

#[test]
fn wrong_uses_of_files_are_told() {
    check_on(
        &mut console(),
        "$ cat >
# a file's name is missing behind >: cat > FILE <<EOF takes the lines that follow, and EOF alone ends them
$ cat > a.yml
# write cat > a.yml <<EOF: then come the lines of the file, and EOF alone ends them
$ touch /etc/a
! touch: /etc/a: your files have plain names here
# there is one folder: take letters, digits, `.`, `_` and `-`, as in docker-compose.yml
$ cp 4HHB_summary.json ../a.json
! cp: ../a.json: your files have plain names here
# there is one folder: take letters, digits, `.`, `_` and `-`, as in docker-compose.yml
$ rm a.yml
! rm: a.yml: No such file or directory
# there is: 4HHB_summary.json
$ mv 4HHB_summary.json a.json
! mv: 4HHB_summary.json: it came with kvtutor and stays
# cp 4HHB_summary.json OTHER makes a file of your own of it
$ cp 4HHB_summary.json ./4HHB_summary.json
! cp: '4HHB_summary.json' and './4HHB_summary.json' are the same file
$ cp a
# write cp FROM TO, two names of files
$ rm
# rm needs a file's name; ls lists the files",
    );
}

#[test]
fn programs_of_a_shell_are_answered_with_what_to_type() {
    check_on(
        &mut console(),
        "$ nano docker-compose.yml
# kvtutor has no editor. cat > docker-compose.yml <<EOF takes the lines that follow, and EOF alone ends them
$ cd data
# there is one folder here, and you are in it: ls lists its files, and a volume is made by its name in -v NAME:/data
$ sudo docker volume create x1
x1
$ sudo ls
# no rights are needed here: type the line without sudo
$ curl http://localhost:6379
# Redis does not speak HTTP: type redis-cli, and PING
$ curl -O https://example.org/4HHB_summary.json
# 4HHB_summary.json is here: 541 bytes, from this lesson's own files; nothing was downloaded
$ redis-server
# a server is started in a container: docker run -d -p 6379:6379 redis:8. The sandbox runs already
$ python3 app.py
# Python is not part of kvtutor: type python3 app.py in a terminal of your own, beside this one
$ deactivate
# an environment is for Python, and left in the terminal in which it was activated
$ docker compose up -d
! no configuration file provided: not found
# cat > docker-compose.yml <<EOF writes one: its lines follow, and EOF alone ends it
$ docker compose -f other.yml up
! open other.yml: no such file or directory
# there is: 4HHB_summary.json",
    );
}
