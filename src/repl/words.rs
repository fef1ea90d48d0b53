//! The tutor commands: one table for dispatch, completion and help. Runs none.

use crate::engine;

/// Who answers a tutor command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The prompt itself.
    Prompt,
    /// The console: data, clients, time.
    Console,
    /// A lesson.
    Lesson,
}

/// One tutor command.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Without the colon.
    pub name: &'static str,
    /// What follows the name; may be empty.
    pub args: &'static str,
    /// What it does, one line.
    pub about: &'static str,
    /// More about it, for `help :name`; may be empty.
    pub more: &'static str,
    /// Who answers it.
    pub place: Place,
}

const fn word(
    name: &'static str,
    args: &'static str,
    place: Place,
    about: &'static str,
    more: &'static str,
) -> Word {
    Word { name, args, about, more, place }
}

/// Every tutor command, in the order of the help.
pub const WORDS: &[Word] = &[
    word(
        "help",
        "[TOPIC]",
        Place::Prompt,
        "Explains a command, a group, an error, a tutor command or a word",
        "Try `help SET`, `help @hash`, `help WRONGTYPE`, `help :undo`, `help docker run`, `help AOF`.",
    ),
    word(
        "why",
        "",
        Place::Prompt,
        "Explains the last reply with the data you have",
        "After an error a short form of it is printed by itself.",
    ),
    word(
        "py",
        "",
        Place::Prompt,
        "Shows the last command in Python, and the value Python would show",
        "The code is for the `redis` package: `import redis`, then `r = redis.Redis(host='127.0.0.1', port=6379)`.",
    ),
    word("clear", "", Place::Prompt, "Clears the screen; data stays", "Ctrl-L does the same."),
    word(
        "quit",
        "",
        Place::Prompt,
        "Leaves; what you stored stays",
        "`exit` does the same, and so does Ctrl-D. Inside a nested `docker exec -it` it goes back out.",
    ),
    word(
        "undo",
        "",
        Place::Console,
        "Takes back the last command that changed data",
        "Repeat it to go further back, FLUSHALL included. It works until the server restarts.",
    ),
    word(
        "changed",
        "",
        Place::Console,
        "Shows the keys that the last command changed, before and after",
        "",
    ),
    word(
        "load",
        "FILE [LIST] by FIELD as string|hash|json",
        Place::Console,
        "Stores the objects of a JSON file, one command each",
        "For example `:load 4HHB_summary.json chains by chain_id as string`. Every command is printed \
         as if you had typed it. One `:undo` takes the whole load back.",
    ),
    word(
        "client",
        "NAME",
        Place::Console,
        "Types for another client of the same server",
        "Two clients show what WATCH and transactions are for: `:client b` goes over, `:client a` \
         comes back. The colon is needed, since CLIENT is a Redis command.",
    ),
    word(
        "disk",
        "[NAME]",
        Place::Console,
        "Shows the files of the server: the append-only file and the snapshot",
        "The manifest is shown as it stands, the log as commands, and how far it is really on the \
         disk. With a name it shows those of a container, stopped ones too, or of a volume.",
    ),
    word("wait", "TIME", Place::Console, "Lets time pass, such as 2s or 500ms", ""),
    word(
        "kill",
        "",
        Place::Console,
        "Ends the server as `kill -9` does",
        "Nothing is saved first: what reached neither the append-only file nor a snapshot is gone. \
         What was written to the log is kept, synced or not, since the machine goes on.",
    ),
    word(
        "power-loss",
        "",
        Place::Console,
        "Cuts the power: what was not yet on the disk is gone",
        "Unlike `:kill` this also loses what was written but not yet synced, so the three settings of \
         `appendfsync` differ. Under `no` the system writes back after half a minute.",
    ),
    word("hint", "", Place::Lesson, "Gives the next hint of this step", ""),
    word("check", "", Place::Lesson, "Lists what is done and what is missing in this step", ""),
    word(
        "answer",
        "[NAME=]VALUE",
        Place::Lesson,
        "Answers a question of this step",
        "For example `answer keys=4`, or the number of a choice: `answer 2`.",
    ),
    word("solution", "", Place::Lesson, "Shows and applies the solution of this step", ""),
    word("task", "", Place::Lesson, "Shows what this step asks for once more", ""),
    word("next", "", Place::Lesson, "Goes to the next step", ""),
    word("back", "", Place::Lesson, "Goes to the step before", ""),
    word("skip", "", Place::Lesson, "Leaves this step with its solution applied", ""),
    word(
        "reset",
        "",
        Place::Lesson,
        "Begins this step again, with the data it began with",
        "The colon is needed, since RESET is a Redis command.",
    ),
    word("steps", "", Place::Lesson, "Lists the steps of this lesson", ""),
    word("lessons", "", Place::Lesson, "Lists the lessons", ""),
    word("learn", "LESSON[#STEP]", Place::Lesson, "Opens a lesson", ""),
    word("recap", "", Place::Lesson, "Sums up the lesson and your commands, as Markdown", ""),
    word("compare", "", Place::Lesson, "Sets your commands beside the solution", ""),
    word("note", "TEXT", Place::Lesson, "Keeps a note for the recap", ""),
];

/// Words that need their colon, because Redis has a command of that name.
const COLON: &[&str] = &["reset", "client", "wait"];

/// The tutor command of that name, in any case of letters. `exit` is `quit`.
pub fn find(name: &[u8]) -> Option<&'static Word> {
    let name = if name.eq_ignore_ascii_case(b"exit") { b"quit" } else { name };
    WORDS.iter().find(|word| word.name.as_bytes().eq_ignore_ascii_case(name))
}

/// The tutor command that a bare word stands for: one of its name, unless Redis has a command of
/// that name too.
pub fn bare(name: &[u8]) -> Option<&'static Word> {
    let found = find(name)?;
    let taken = COLON.contains(&found.name) || is_redis(name) && found.name != "quit";
    (!taken).then_some(found)
}

fn is_redis(name: &[u8]) -> bool {
    engine::find(&[name]).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_word_is_a_tutor_command_unless_redis_has_it() {
        let name = |text: &[u8]| bare(text).map(|word| word.name);
        assert_eq!(name(b"hint"), Some("hint"));
        assert_eq!(name(b"HELP"), Some("help"));
        assert_eq!(name(b"exit"), Some("quit"));
        assert_eq!(name(b"reset"), None);
        assert_eq!(name(b"client"), None);
        assert_eq!(name(b"wait"), None);
        assert_eq!(name(b"get"), None);
        assert_eq!(find(b"reset").map(|word| word.name), Some("reset"));
    }

    #[test]
    fn every_word_says_what_it_does() {
        for word in WORDS {
            assert!(word.about.len() > 10 && word.about.len() < 76, "{}", word.name);
            assert!(!word.about.ends_with('.'), "{}", word.name);
            assert!(word.more.is_empty() || word.more.ends_with('.'), "{}", word.name);
        }
    }
}
