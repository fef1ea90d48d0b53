//! Error codes: the first word of an error reply.

use super::layout::Page;

struct Code {
    name: &'static str,
    means: &'static str,
    advice: &'static str,
}

const CODES: &[Code] = &[
    Code {
        name: "ERR",
        means: "The command is not right: an unknown name, a wrong number of arguments, a word that \
                fits nowhere, or a value that is no number.",
        advice: "The rest of the line says which. `help` and the command's name show how it is \
                 written, `:why` says what is wrong in your case.",
    },
    Code {
        name: "WRONGTYPE",
        means: "The key holds another type of value than the command works on: HGET reads hashes, GET \
                reads strings.",
        advice: "TYPE and the key say what it holds. `:why` names the command that reads it. A key \
                 has one type; to store another, delete the key or take a new one.",
    },
    Code {
        name: "EXECABORT",
        means: "A command was refused while it was queued after MULTI, so EXEC ran none of them.",
        advice: "Nothing has changed. Correct that command and begin again with MULTI.",
    },
    Code {
        name: "NOAUTH",
        means: "The server has a password, and this client has not given it.",
        advice: "AUTH and the password come first. CONFIG SET requirepass \"\" takes it away again.",
    },
    Code {
        name: "WRONGPASS",
        means: "The user or the password is not right.",
        advice: "The user is `default` unless another one was made.",
    },
    Code {
        name: "NOPROTO",
        means: "HELLO asked for a version of the protocol that does not exist.",
        advice: "There are HELLO 2 and HELLO 3.",
    },
    Code {
        name: "NOPERM",
        means: "The user may not run this command or use this key.",
        advice: "Another user may: see AUTH.",
    },
    Code {
        name: "MISCONF",
        means: "The server could not write to its disk, so it refuses to change data that it could \
                not keep.",
        advice: "Reading goes on. Free some space on the disk; the next save that works lets writes \
                 through again.",
    },
    Code {
        name: "OOM",
        means: "The memory that `maxmemory` allows is used up, and the command needs more.",
        advice: "Delete keys, or set `maxmemory` higher.",
    },
    Code {
        name: "LOADING",
        means: "The server is still reading its files into memory.",
        advice: "Wait a moment and try again.",
    },
    Code {
        name: "NOSCRIPT",
        means: "EVALSHA named a script that the server does not know.",
        advice: "EVAL runs it and keeps it, SCRIPT LOAD keeps it. The server forgets its scripts when it \
                 ends, and at SCRIPT FLUSH.",
    },
    Code {
        name: "BUSY",
        means: "A script has run for longer than `busy-reply-threshold` allows, and nothing else runs \
                meanwhile.",
        advice: "SCRIPT KILL ends it if it has written nothing; SHUTDOWN NOSAVE ends the server.",
    },
    Code {
        name: "BUSYKEY",
        means: "The key that should be made exists already.",
        advice: "Take another name, or add REPLACE.",
    },
    Code {
        name: "READONLY",
        means: "This server is a copy of another and takes no writes.",
        advice: "Write to the server it copies.",
    },
    Code {
        name: "NOTBUSY",
        means: "There is no script to be stopped.",
        advice: "Nothing has to be done.",
    },
];

/// The names of the codes.
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().map(|code| code.name)
}

/// The codes with what is said of them, for the manual page.
pub(super) fn entries() -> impl Iterator<Item = (String, String)> {
    CODES.iter().map(|code| (code.name.to_owned(), format!("{}\n\n{}", code.means, code.advice)))
}

/// The page of a code; whether there is one.
pub(super) fn code(name: &str, page: &mut Page) -> bool {
    let Some(code) = CODES.iter().find(|code| code.name.eq_ignore_ascii_case(name)) else {
        return false;
    };
    page.title(code.name);
    page.text(code.means);
    page.text(code.advice);
    true
}
