//! The learner's own files: `cat > FILE <<EOF`, `touch`, `rm`, `cp`, `mv`.
//!
//! They say nothing when they have done it, as in a shell.

use std::io;

use super::files::Files;
use super::shelf::{Shelf, plain};
use super::{Ran, Shown};
use crate::persistence::storage::reason;
use crate::syntax::Word;

/// How a file is written at the prompt.
pub(super) const HOW: &str =
    "cat > FILE <<EOF takes the lines that follow, and EOF alone ends them";

/// Where the output of a `cat` goes.
struct Target {
    name: String,
    append: bool,
}

/// `cat`, with a file or the text behind `<<` as input, and the screen or a file as output.
pub(super) fn cat(shelf: Shelf<'_>, args: &[Word]) -> Ran {
    let words: Vec<String> =
        args.iter().map(|word| String::from_utf8_lossy(&word.bytes).into_owned()).collect();
    let is_bare = |place: usize, sign: &str| {
        args.get(place).is_some_and(|word| word.bytes == sign.as_bytes() && !is_quoted(word))
    };
    let mut inputs = Vec::new();
    let mut target = None;
    let mut text: Option<&[u8]> = None;
    let mut waits = None;
    for (place, word) in words.iter().enumerate() {
        // The text is the last word, whatever it looks like.
        if place + 1 == words.len() && (0..place).any(|earlier| is_bare(earlier, "<<")) {
            text = args.get(place).map(|word| word.bytes.as_slice());
        } else if let Some(append) = waits.take() {
            target = Some(Target { name: word.clone(), append });
        } else if is_bare(place, ">") || is_bare(place, ">>") {
            waits = Some(word == ">>");
        } else if is_bare(place, "<<") {
        } else if let Some(name) = word.strip_prefix('>').filter(|_| !is_quoted_at(args, place)) {
            let append = name.starts_with('>');
            target = Some(Target { name: name.trim_start_matches('>').to_owned(), append });
        } else if !word.starts_with('-') {
            inputs.push(word.clone());
        }
    }
    if waits.is_some() {
        return Ran::notice(format!("a file's name is missing behind >: {HOW}"));
    }
    let Some(target) = target else {
        return match text {
            Some(text) => shown(text),
            None => shelf.all().cat(args),
        };
    };
    let mut bytes = text.unwrap_or_default().to_vec();
    for name in &inputs {
        match shelf.get(name) {
            Some(more) => bytes.extend(more),
            None => return missing("cat", name, &shelf.all()),
        }
    }
    if text.is_none() && inputs.is_empty() {
        return Ran::notice(format!(
            "write cat > {} <<EOF: then come the lines of the file, and EOF alone ends them",
            target.name
        ));
    }
    if target.append {
        let mut before = shelf.get(&target.name).unwrap_or_default();
        before.extend(bytes);
        bytes = before;
    }
    put("cat", shelf, &target.name, &bytes)
}

fn is_quoted(word: &Word) -> bool {
    word.quote != crate::syntax::Quote::None
}

fn is_quoted_at(args: &[Word], place: usize) -> bool {
    args.get(place).is_some_and(is_quoted)
}

/// `touch`, `rm`, `cp` and `mv`.
pub(super) fn change(program: &str, shelf: Shelf<'_>, args: &[Word]) -> Ran {
    let words: Vec<String> =
        args.iter().map(|word| String::from_utf8_lossy(&word.bytes).into_owned()).collect();
    let names: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    match (program, names.as_slice()) {
        ("touch", [_, ..]) => each(&names, |name| match shelf.get(name) {
            Some(_) => Ran::default(),
            None => put(program, shelf, name, b""),
        }),
        ("rm", [_, ..]) => each(&names, |name| remove(program, shelf, name)),
        ("cp" | "mv", [from, to]) => {
            let Some(bytes) = shelf.get(from) else { return missing(program, from, &shelf.all()) };
            if plain(from) == plain(to) {
                return problem(format!("{program}: '{from}' and '{to}' are the same file\n"));
            }
            if program == "mv" && shelf.own(from).is_none() {
                return of_lesson(program, from);
            }
            let mut ran = put(program, shelf, to, &bytes);
            if program == "mv" && ran.shown.is_empty() {
                ran.append(remove(program, shelf, from));
            }
            ran
        }
        ("cp" | "mv", _) => Ran::notice(format!("write {program} FROM TO, two names of files")),
        (_, _) => Ran::notice(format!("{program} needs a file's name; ls lists the files")),
    }
}

fn each(names: &[&str], mut act: impl FnMut(&str) -> Ran) -> Ran {
    let mut ran = Ran::default();
    for name in names {
        ran.append(act(name));
    }
    ran
}

fn put(program: &str, shelf: Shelf<'_>, name: &str, bytes: &[u8]) -> Ran {
    if plain(name).is_none() {
        return no_name(program, name);
    }
    match shelf.put(name, bytes) {
        Ok(()) => Ran::default(),
        Err(error) => failed(program, name, &error),
    }
}

fn remove(program: &str, shelf: Shelf<'_>, name: &str) -> Ran {
    if shelf.own(name).is_none() {
        let all = shelf.all();
        return match all.get(name) {
            Some(_) => of_lesson(program, name),
            None => missing(program, name, &all),
        };
    }
    match shelf.remove(name) {
        Ok(()) => Ran::default(),
        Err(error) => failed(program, name, &error),
    }
}

fn shown(text: &[u8]) -> Ran {
    let mut files = Files::new();
    files.insert("text", text);
    files.show("text")
}

fn problem(text: String) -> Ran {
    Ran { shown: vec![Shown::Problem(text)], ..Ran::default() }
}

fn failed(program: &str, name: &str, error: &io::Error) -> Ran {
    problem(format!("{program}: {name}: {}\n", reason(error)))
}

fn missing(program: &str, name: &str, all: &Files) -> Ran {
    let mut ran = problem(format!("{program}: {name}: No such file or directory\n"));
    ran.shown.extend(all.suggestion());
    ran
}

fn of_lesson(program: &str, name: &str) -> Ran {
    let text = format!("{program}: {name}: it came with kvtutor and stays\n");
    let mut ran = problem(text);
    ran.shown.push(Shown::Notice(format!("cp {name} OTHER makes a file of your own of it")));
    ran
}

fn no_name(program: &str, name: &str) -> Ran {
    let mut ran = problem(format!("{program}: {name}: your files have plain names here\n"));
    ran.shown.push(Shown::Notice(
        "there is one folder: take letters, digits, `.`, `_` and `-`, as in docker-compose.yml"
            .to_owned(),
    ));
    ran
}
