//! Errors of scripts: what went wrong inside, and what to change. Knows the words of the errors only.

/// What part of an error says, and what that means.
const MEANINGS: &[(&str, &str)] = &[
    (
        "NOSCRIPT",
        "the server does not know this script, for example because it was started anew: EVAL it, or \
         SCRIPT LOAD it once. Packages such as redis-py do that by themselves.",
    ),
    (
        "BUSY Redis is busy",
        "a script of another client has run for long, and nothing else runs meanwhile: SCRIPT KILL \
         ends it.",
    ),
    (
        "Unknown Redis command called from script",
        "the script calls a command that does not exist: look at the name in redis.call. What stands \
         before that call was done.",
    ),
    (
        "Wrong number of args calling Redis command",
        "a command inside the script has too few words or too many: `help` and its name show how it \
         is written.",
    ),
    (
        "arguments must be strings or integers",
        "redis.call takes text and numbers: a table, nil or false cannot be a word of a command.",
    ),
    (
        "nonexistent global variable",
        "that word has no value in the script: a variable begins with `local`, and text stands in \
         quotes.",
    ),
    (
        "modify a readonly table",
        "a script leaves no variables behind: write `local` before the name, and SET what is to stay.",
    ),
    (
        "not allowed from script",
        "this command is about the connection or the whole server, so no script may call it.",
    ),
    (
        "not allowed from read-only scripts",
        "the script said that it only reads, or was run by a command ending in _RO: EVAL lets it write.",
    ),
    (
        "Error compiling script",
        "Lua cannot read the script, so nothing of it ran: the number is the line, and behind it \
         stands where Lua stumbled.",
    ),
    (
        "greater than number of args",
        "the number behind the script says how many of the words behind it are keys; the others are \
         arguments, ARGV in the script.",
    ),
    (
        "Script killed by user",
        "the script was ended because it took too long. What it had written until then stays.",
    ),
    ("not enough memory", "the script wanted more memory than scripts may have."),
];

/// Explains an error that comes of scripts.
pub(super) fn explain(text: &str) -> Option<String> {
    let (_, meaning) = MEANINGS.iter().find(|(part, _)| text.contains(part))?;
    Some((*meaning).to_owned())
}
