//! What replies look like: `(nil)`, `(integer) 1`, `QUEUED` and their like, as a learner asks for them.

use super::words::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        names: &["(nil)"],
        also: &["nil", "null", "none"],
        text: "Nothing is there: no such key, or no such field or member. SET with NX replies \
               (nil) if the key was there already, and EXEC if a key that WATCH marked was \
               changed. `:why` says which it was.",
    },
    Entry {
        names: &["(integer)", "integer reply"],
        also: &["integer", "(integer"],
        text: "The reply is a number. What it counts depends on the command: DEL says how \
               many keys are gone, HSET how many fields are new, EXISTS how many keys are \
               there. `:why` explains the one you got.",
    },
    Entry {
        names: &["OK"],
        also: &["(ok)"],
        text: "It was done, and there is nothing more to say.",
    },
    Entry {
        names: &["QUEUED"],
        also: &["(TX)", "tx", "(TX)>"],
        text: "The command was noted and not run: MULTI has opened a transaction, and the \
               prompt shows (TX). EXEC runs all that was noted, DISCARD throws it away.",
    },
    Entry {
        names: &["PONG"],
        also: &[],
        text: "The reply to PING: the server is there and answers.",
    },
    Entry {
        names: &["(empty array)"],
        also: &["empty array", "empty", "[]"],
        text: "A list of nothing. No key fits the pattern, the key does not exist, or this \
               part of it is empty. Are you in the right database? The prompt shows it: [1] \
               is database 1.",
    },
    Entry {
        names: &["(error)"],
        also: &["error", "errors"],
        text: "The command failed and changed nothing. The first word behind (error) says of \
               what kind it is, such as ERR or WRONGTYPE; `help WRONGTYPE` explains it. One \
               line below the error says what to do.",
    },
    Entry {
        names: &["1)", "array reply"],
        also: &["array", "1) 2)"],
        text: "The reply has several parts. The prompt puts a number before each; the numbers \
               are not stored. An array inside an array is set in to the right.",
    },
    Entry {
        names: &["\"…\"", "string reply"],
        also: &["\"", "\\\"", "backslash", "\"\""],
        text: "The reply is a string. The prompt puts double quotes around it and a backslash \
               before each quote inside. Neither is stored.",
    },
    Entry {
        names: &["not connected"],
        also: &["not connected>", "Connection refused", "Could not connect"],
        text: "Nobody answers at the port that the prompt talks to: the server was stopped or \
               killed. `docker ps -a` lists the containers, `docker start NAME` starts one \
               again. Without containers the sandbox answers.",
    },
    Entry {
        names: &["--More--"],
        also: &["more", "pager"],
        text: "There is more text than fits on the screen. Space shows the next page, Enter \
               the next line, q ends it.",
    },
    Entry {
        names: &["cursor"],
        also: &[],
        text: "A number in the reply of SCAN, HSCAN, SSCAN or ZSCAN that says where to go on. \
               Begin with 0, and go on with the cursor of the last reply until it is 0 again. \
               `:why` explains it too.",
    },
    Entry {
        names: &["pattern", "*"],
        also: &["glob", "wildcard", "?"],
        text: "A name with gaps, as in `KEYS sample:*`. The * stands for any letters or none, \
               ? for one letter, [ab] for a or b.",
    },
];
