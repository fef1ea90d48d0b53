//! The command line, as definitions: parser, help, completions and man page come from here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Learn databases and persistence by doing, offline.
///
/// Without a command the home screen opens: the course, your progress, and the prompt.
#[derive(Debug, Parser)]
#[command(
    name = "kvtutor",
    version,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_long_help = AFTER
)]
pub struct Cli {
    /// What to do; without it, the home screen opens.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
}

/// What stands below the help of `kvtutor` itself, and in the manual page.
const AFTER: &str = "\
New here? Type `kvtutor` and press Enter: the home screen says how to begin.

`kvtutor help` lists what can be explained: commands of Redis and of the lab, errors, words. With a
topic, as in `kvtutor help ACID`, it explains it, just as `help` does at the prompt.

Exit codes: 0 done; 1 not yet, or a reply was an error; 2 a mistake in the command line or a lesson.

A colour that nobody wants is left out with NO_COLOR=1; KVTUTOR_HOME does what --home does.";

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Keep progress, history and data in DIR instead of the platform's own place
    #[arg(long, global = true, value_name = "DIR", env = "KVTUTOR_HOME", hide_env_values = true)]
    pub home: Option<PathBuf>,
    /// Work as NAME: progress and data of their own, so that several learners can share a computer
    #[arg(long = "as", global = true, value_name = "NAME", env = "KVTUTOR_LEARNER")]
    pub learner: Option<String>,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Linear text: no colour, no boxes, no redrawing; words instead of marks
    #[arg(long, global = true)]
    pub plain: bool,
    /// Use the Redis, Valkey or cluster at URL instead of kvtutor's own servers: `redis://HOST:PORT/DB`,
    /// `rediss://` for TLS, `unix:///PATH`, `redis+cluster://HOST:PORT`
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "KVTUTOR_CONNECT",
        hide_env_values = true
    )]
    pub connect: Option<String>,
    /// Do not ask: answer yes
    #[arg(long, global = true)]
    pub yes: bool,
    /// When to open the ports of 127.0.0.1 that the prompt's servers have, for your own programs
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        env = "KVTUTOR_LISTEN",
        hide_env_values = true
    )]
    pub listen: ListenChoice,
}

/// When to open ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListenChoice {
    /// While a prompt is open on a terminal
    Auto,
    /// While lines come from a file or pipe too
    Always,
    /// Not at all
    Never,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Even into a file
    Always,
    /// Not at all
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a lesson, or go on where you stopped
    Learn {
        /// A lesson's id, `ID#STEP` to begin at a step, or a lesson file; without it, the next lesson
        lesson: Option<String>,
        /// Read lessons from DIR instead of the course in the binary
        #[arg(long, value_name = "DIR")]
        lessons: Option<PathBuf>,
    },
    /// Open the prompt with no lesson, on data that stays
    Play {
        /// Keep the data in DIR instead of the home
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Open no prompt, but write the store into FILE as commands that redis-cli can replay
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
        /// Export what you stored in a lesson instead of the sandbox
        #[arg(long, value_name = "LESSON", requires = "export", conflicts_with = "dir")]
        lesson: Option<String>,
    },
    /// Run one command, or a script from standard input, and leave
    ///
    /// Replies are printed as redis-cli prints them. The exit code is 1 if a reply was an error.
    ///
    /// `kvtutor exec SET name Erik` runs one command, `kvtutor exec < FILE` a script. A script has
    /// a command a line; `5 INCR n` repeats one, and a line that begins with # is a comment.
    Exec(Exec),
    /// Run the engine as a server for any Redis client
    ///
    /// Takes what redis-server takes: a configuration file, then directives with their values, such as
    /// --port 6379 --appendonly yes --dir DATA. Without a password only this machine is served.
    Serve {
        /// A redis.conf, and directives
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "CONF|--DIRECTIVE"
        )]
        words: Vec<std::ffi::OsString>,
    },
    /// List the lessons and your progress
    Lessons {
        /// As JSON: a list of objects with id, title, minutes, steps, done and more
        #[arg(long)]
        json: bool,
        /// Read lessons from DIR instead of the course in the binary
        #[arg(long, value_name = "DIR")]
        lessons: Option<PathBuf>,
    },
    /// Begin a lesson of your own: a file NAME.md that is proved already
    New {
        /// The lesson's id: lower-case letters, digits and hyphens
        #[arg(required_unless_present = "guide")]
        name: Option<String>,
        /// Write it into DIR instead of this folder
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Write nothing, but print the page on the lesson format
        #[arg(long, conflicts_with_all = ["name", "dir"])]
        guide: bool,
    },
    /// Prove lessons and compare their transcripts
    ///
    /// Exit code 1: something is not proved, or a transcript differs. Exit code 2: a mistake in a
    /// lesson file.
    Test {
        /// Lesson files or folders; without them, the course in the binary
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Write the transcripts instead of comparing them
        #[arg(long)]
        update: bool,
        /// Treat notes as failures; implied by CI=true
        #[arg(long)]
        strict: bool,
        /// Print mistakes that the lesson does not foresee, as `wrong` blocks to paste
        #[arg(long)]
        suggest_wrong: bool,
        /// Stay, and prove again what is saved; Ctrl-C ends
        #[arg(long, conflicts_with = "update")]
        watch: bool,
    },
    /// Present a lesson to a class, piece by piece, on a live store
    ///
    /// A key shows the next piece; commands are typed out and can be changed before Enter; `!` opens
    /// the prompt in between. Going back takes the store back too. Nothing is kept afterwards.
    Walk(Walking),
    /// Sum up your progress, write a receipt to hand in, or sum up a class's receipts
    Report(Report),
    /// Forget progress and data; asks first
    Reset {
        /// A lesson's id
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        lesson: Option<String>,
        /// Every lesson, and the sandbox's data
        #[arg(long)]
        all: bool,
    },
    /// Explain a command of Redis, an error, a word of the course, or anything else
    ///
    /// The same texts as those of `help` at the prompt; `kvtutor help` lists what there is.
    Help {
        /// What to explain, such as SET, @hash, WRONGTYPE, ACID or docker run
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "TOPIC")]
        topic: Vec<String>,
    },
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, in roff
    Man,
}

/// `kvtutor exec`.
#[derive(Debug, Args)]
pub struct Exec {
    /// Keep the data in DIR instead of the home
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Begin in database N
    #[arg(short = 'n', value_name = "N")]
    pub db: Option<u32>,
    /// Begin with RESP3
    #[arg(short = '3')]
    pub resp3: bool,
    /// Print plain bytes, as redis-cli does when its output is no terminal
    #[arg(long, overrides_with = "no_raw")]
    pub raw: bool,
    /// Print types and quotes even when the output is no terminal
    #[arg(long, overrides_with = "raw")]
    pub no_raw: bool,
    /// A command and its arguments; without it, lines are read from standard input
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    pub words: Vec<std::ffi::OsString>,
}

/// `kvtutor walk`.
#[derive(Debug, Args)]
pub struct Walking {
    /// A lesson's id, `ID#STEP` to begin at a step, a lesson file, or a tutorial with `redis` blocks
    pub lesson: String,
    /// Read lessons from DIR instead of the course in the binary
    #[arg(long, value_name = "DIR")]
    pub lessons: Option<PathBuf>,
    /// Show the teacher's notes for the walkthrough that runs in another terminal; into a file or
    /// pipe, those of the whole lesson
    #[arg(long)]
    pub notes: bool,
    /// Short lines, set apart, in strong colours: for the last row of a large room
    #[arg(long)]
    pub large: bool,
    /// How many letters of a command are typed out in a second; 0 shows it at once
    #[arg(long, value_name = "LETTERS", default_value_t = 30)]
    pub speed: u32,
}

/// `kvtutor report`.
#[derive(Debug, Args)]
pub struct Report {
    /// Receipts of a class, or a folder of them; without any, your own progress
    pub files: Vec<PathBuf>,
    /// As JSON
    #[arg(long, conflicts_with_all = ["csv", "receipt"])]
    pub json: bool,
    /// As comma-separated values, a row for each learner and lesson
    #[arg(long, conflicts_with = "receipt")]
    pub csv: bool,
    /// Write your receipt into FILE, to hand it in
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    pub receipt: Option<PathBuf>,
    /// The name on the receipt; without it, the one given with --as
    #[arg(long, value_name = "NAME", requires = "receipt")]
    pub name: Option<String>,
    /// Read lessons from DIR instead of the course in the binary
    #[arg(long, value_name = "DIR")]
    pub lessons: Option<PathBuf>,
}
