//! `help`: commands, groups, error codes, tutor commands, the lab, and the words of the course.
//!
//! Commands and docker lines are rendered from their tables; the rest stands in small tables here.
//! Everything is rendered to a string for a screen of any width, and no topic gets an empty line.

mod commands;
mod errors;
mod ideas;
mod lab;
mod layout;
mod replies;
mod tutor;
mod words;

use crate::engine::{self, Group};
use crate::lesson::nearest;
use crate::screen::Look;
use layout::Page;

/// Help about a topic; without one, what there is.
pub fn help(topic: &[String], look: Look) -> String {
    known(topic, look).unwrap_or_else(|told| {
        let mut page = Page::new(look);
        page.text(&told);
        page.finish()
    })
}

/// Help about a topic; the error says which topic comes nearest.
pub fn known(topic: &[String], look: Look) -> Result<String, String> {
    let mut page = Page::new(look);
    let words: Vec<&str> = topic.iter().map(String::as_str).collect();
    if fill(&words, &mut page) { Ok(page.finish()) } else { Err(unknown(&topic.join(" "))) }
}

/// One section of the manual page: its heading, and names with what is said of each, in which `…`
/// marks what is typed.
#[derive(Debug)]
pub struct Section {
    /// The heading, in capitals.
    pub heading: &'static str,
    /// Name and text.
    pub entries: Vec<(String, String)>,
}

/// The topics that are no commands of Redis, for the manual page: the texts that `help` shows.
pub fn manual() -> Vec<Section> {
    let of_words = words::entries().map(|entry| (entry.names.join(", "), entry.text.to_owned()));
    vec![
        Section { heading: "TUTOR COMMANDS", entries: tutor::entries().collect() },
        Section { heading: "ERRORS", entries: errors::entries().collect() },
        Section { heading: "WORDS", entries: of_words.collect() },
    ]
}

/// The names of the topics that are no commands.
pub(super) fn topics() -> impl Iterator<Item = &'static str> {
    errors::codes().chain(words::names()).chain(lab::names())
}

/// Fills in what is known of a topic; whether anything is.
fn fill(words: &[&str], page: &mut Page) -> bool {
    let [first, rest @ ..] = words else {
        overview(page);
        return true;
    };
    if let Some(name) = first.strip_prefix('@') {
        return group(name).is_some_and(|group| {
            commands::group(group, page);
            true
        });
    }
    if let Some(name) = first.strip_prefix(':') {
        return tutor::word(name, page);
    }
    if lab::topic(first, rest, page) {
        return true;
    }
    if commands::command(words, page) {
        // Some names are those of a type too.
        words::word(&words.join(" "), page);
        if let Some(group) = group(first) {
            page.remark(&format!("`help @{}` lists the commands of that type.", group.name()));
        }
        return true;
    }
    let whole = words.join(" ");
    let mut found = errors::code(first, page);
    found |= words::word(&whole, page);
    if let Some(group) = group(&whole) {
        commands::group(group, page);
        found = true;
    }
    found || tutor::word(&whole, page)
}

fn group(name: &str) -> Option<Group> {
    let name = name.to_ascii_lowercase().replace([' ', '_'], "-");
    let singular = name.trim_end_matches('s');
    Group::ALL.iter().copied().find(|group| {
        group.name() == name || group.name() == singular || alias(&name) == Some(*group)
    })
}

fn alias(name: &str) -> Option<Group> {
    match name {
        "hashes" => Some(Group::Hash),
        "zset" | "zsets" | "sortedset" => Some(Group::SortedSet),
        "transaction" => Some(Group::Transactions),
        "script" | "scripts" | "lua" => Some(Group::Scripting),
        "keys" | "key" => Some(Group::Generic),
        _ => None,
    }
}

/// What is said about a topic that is not known.
fn unknown(name: &str) -> String {
    let commands = engine::table().map(|row| row.name);
    let words = words::all_names();
    let all = commands.chain(errors::codes()).chain(words).chain(tutor::names());
    let shown = name.escape_debug();
    let near = nearest(name, all).or_else(|| {
        let bare = name.trim_start_matches(['@', ':']);
        nearest(bare, Group::ALL.iter().map(|group| group.name()))
    });
    match near {
        Some(near) => format!("There is no help about {shown}. Did you mean `help {near}`?"),
        None => format!("There is no help about {shown}. `help` alone lists what there is."),
    }
}

/// `help` alone.
fn overview(page: &mut Page) {
    page.text(
        "Type a Redis command and press Enter, such as `SET name Erik`. Capital and small letters \
         are the same in a command's name, not in keys and values. A value with spaces needs quotes: \
         `SET title 'two words'`.",
    );
    page.heading("Keys on the keyboard");
    page.rows(&[
        ("Tab", "completes commands, options, keys and names"),
        ("Up, Ctrl-R", "an earlier line; search for one"),
        ("Ctrl-C", "drops the line, or ends a wait; it never ends kvtutor"),
        ("Ctrl-D", "leaves, and so does `quit`"),
    ]);
    page.heading("Help about");
    page.rows(&[
        ("help SET", "a command"),
        ("help @hash", "a group of commands"),
        ("help WRONGTYPE", "an error"),
        ("help (nil)", "what a reply means"),
        ("help :undo", "a tutor command"),
        ("help docker run", "a command of the lab"),
        ("help ACID", "a word of the course"),
    ]);
    commands::groups(page);
    tutor::list(page);
    lab::list(page);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::width;

    fn page(topic: &str, columns: usize) -> String {
        let words: Vec<String> = topic.split_whitespace().map(str::to_owned).collect();
        help(&words, Look { width: columns, color: false, plain: true })
    }

    #[test]
    fn a_command_has_a_page() {
        assert_eq!(
            page("get", 80),
            "GET key\n\nGives the string stored under a key.\n\n\
             group   string; `help @string` lists it\n\
             since   Redis 1.0.0\n\
             cost    O(1)\n"
        );
        assert_eq!(
            page("GETSET", 40),
            "GETSET key value\n\nStores a string and gives the one it\nreplaces.\n\n\
             group   string; `help @string` lists it\n\
             since   Redis 1.0.0\n\
             cost    O(1)\n\
             older   better not used since 6.2.0; SET\n        GET does the same\n"
        );
        assert!(page("config", 80).starts_with("CONFIG GET|"));
        assert!(page("config get", 80).starts_with("CONFIG GET parameter [parameter ...]\n"));
    }

    #[test]
    fn groups_errors_words_and_tutor_commands_have_pages() {
        assert!(page("@hash", 80).starts_with("Commands of the group hash\n"));
        assert!(page("hash", 80).contains("HGETALL"));
        assert!(page("wrongtype", 80).starts_with("WRONGTYPE\n"));
        assert!(page("AOF", 80).starts_with("append-only file, AOF\n"));
        assert!(page(":undo", 80).starts_with(":undo\n"));
        assert!(page("undo", 80).starts_with(":undo\n"));
        assert!(page("docker run", 80).starts_with("docker run [OPTIONS] IMAGE"));
        assert!(page("set", 80).ends_with("`help @set` lists the commands of that type.\n"));
    }

    #[test]
    fn what_learners_see_and_ask_has_a_page() {
        // Left: what is typed behind `help`, with the quotes that the prompt takes off taken off.
        for (topic, title) in [
            ("(nil)", "(nil)"),
            ("nil", "(nil)"),
            ("(integer)", "(integer), integer reply"),
            ("(integer) 3", "(integer), integer reply"),
            ("ok", "OK"),
            ("QUEUED", "QUEUED"),
            ("(TX)", "QUEUED"),
            ("(empty array)", "(empty array)"),
            ("(error)", "(error)"),
            ("not connected>", "not connected"),
            ("--More--", "--More--"),
            ("ACID", "ACID"),
            ("atomicity", "atomicity, atomic"),
            ("consistency", "consistency, consistent"),
            ("isolation", "isolation, isolated"),
            ("durability", "persistence, durability"),
            ("rollback", "rollback, roll back"),
            ("SQL", "SQL"),
            ("nosql", "NoSQL"),
            ("redis", "Redis"),
            ("redis:8", "image, tag, version"),
            ("redis:latest", "image, tag, version"),
            ("versions", "image, tag, version"),
            ("port", "port"),
            ("6379", "port"),
            ("b'…'", "b'…', decode"),
            ("b…", "b'…', decode"),
            ("b'Erik'", "b'…', decode"),
            ("localhost", "localhost, 127.0.0.1"),
        ] {
            assert_eq!(page(topic, 80).lines().next(), Some(title), "{topic}");
        }
        let words = "engine, database, instance, append-only file, AOF, snapshot, RDB, course, lesson, \
                     step, task, check, solution, fixture, transcript, walkthrough, lab, container, \
                     volume, image, port, keyspace, arity, propagate, rewrite, fsync, encoding";
        for word in words.split(", ") {
            let text = page(word, 80);
            assert!(text.lines().next().unwrap_or_default().contains(word), "{word}: {text}");
        }
        assert!(page("hint", 80).starts_with(":hint\n"));
    }

    #[test]
    fn no_two_entries_have_the_same_name() {
        let mut names: Vec<String> = words::all_names().map(str::to_lowercase).collect();
        names.sort();
        let doubled = names.windows(2).find(|pair| pair[0] == pair[1]);
        assert_eq!(doubled, None);
    }

    #[test]
    fn the_manual_page_has_the_texts_that_help_shows() {
        for section in manual() {
            for (name, text) in section.entries {
                let first = name.split([',', ' ']).next().unwrap_or_default();
                let topic = if name.starts_with(':') { first } else { &name };
                let topic = topic.split(", ").next().unwrap_or_default();
                let shown = page(topic, 200);
                let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                let marked = crate::screen::markdown::render(
                    &text,
                    Look { width: 200, color: false, plain: true },
                );
                assert!(flat(&shown).contains(&flat(&marked)), "{topic}: {text}\n{shown}");
            }
        }
    }

    #[test]
    fn an_unknown_topic_gets_the_nearest_one() {
        assert_eq!(
            page("hgetal", 80),
            "There is no help about hgetal. Did you mean `help HGETALL`?\n"
        );
        assert_eq!(
            page("xyzzy", 80),
            "There is no help about xyzzy. `help` alone lists what there is.\n"
        );
        assert_eq!(page("@hsah", 80), "There is no help about @hsah. Did you mean `help hash`?\n");
    }

    #[test]
    fn every_topic_says_something_and_fits_every_screen() {
        let mut topics = vec![String::new(), "docker".to_owned(), "redis-cli".to_owned()];
        topics.extend(["ls", "cat", "wget", "python3"].map(str::to_owned));
        topics.extend(Group::ALL.iter().map(|group| format!("@{}", group.name())));
        topics.extend(errors::codes().map(str::to_owned));
        topics.extend(words::names().map(str::to_owned));
        topics.extend(tutor::names().map(|name| format!(":{name}")));
        for row in engine::table() {
            topics.push(row.name.to_owned());
            topics.extend(row.subcommands.iter().map(|sub| format!("{} {}", row.name, sub.name)));
        }
        for command in crate::lab::docker::table::commands() {
            topics.extend(command.names.iter().map(|name| format!("docker {name}")));
        }
        for topic in topics {
            for columns in [20, 40, 80] {
                let text = page(&topic, columns);
                assert!(text.len() > 20 && !text.contains("no help about"), "{topic}: {text}");
                let wide = text.lines().find(|line| width(line) > columns);
                assert_eq!(wide, None, "{topic} on {columns} columns");
                assert!(!text.contains("\n\n\n") && text.ends_with('\n'), "{topic}: {text}");
            }
        }
    }
}
