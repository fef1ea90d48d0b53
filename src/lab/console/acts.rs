//! The tutor commands that act on data, clients or time.

use super::load::{self, Load};
use super::losses::{self, End};
use super::past::{self, Undo};
use super::{Client, Console, Event, Ran, Shown};
use crate::syntax::Word;

/// The words that [`run`] knows.
pub(super) const WORDS: &[&str] =
    &["load", "client", "undo", "changed", "wait", "kill", "power-loss", "disk"];

/// Runs a tutor command.
pub(super) fn run(console: &mut Console, word: &Word, args: &[Word]) -> Ran {
    let args: Vec<String> =
        args.iter().map(|arg| String::from_utf8_lossy(&arg.bytes).into_owned()).collect();
    let of_lab = [&b"kill"[..], b"power-loss", b"disk", b"undo"].contains(&word.bytes.as_slice());
    let name = || format!(":{}", String::from_utf8_lossy(&word.bytes));
    if let Some(ran) = of_lab.then(|| console.without_lab(&name())).flatten() {
        return ran;
    }
    match word.bytes.as_slice() {
        b"load" => {
            // What it runs is a script.
            let patience = std::mem::take(&mut console.patience);
            let ran = load(console, &args);
            console.patience = patience;
            ran
        }
        b"client" => client(console, &args),
        b"undo" => undo(console),
        b"changed" => Ran { shown: console.past.tell(), ..Ran::default() },
        b"wait" => wait(console, &args),
        b"kill" => losses::end(console, End::Kill),
        b"power-loss" => losses::end(console, End::PowerLoss),
        b"disk" => losses::disk(console, &args),
        other => Ran::notice(format!(
            "there is no tutor command :{}; :help lists them",
            String::from_utf8_lossy(other).escape_debug()
        )),
    }
}

/// `:load FILE LIST by FIELD as FORM`
fn load(console: &mut Console, args: &[String]) -> Ran {
    let files = &console.files();
    let read = Load::parse(args, files)
        .and_then(|load| load.commands(files.get(load.file()).unwrap_or_default()));
    let commands = match read {
        Ok(commands) => commands,
        Err(text) => return Ran::notice(text),
    };
    let mut ran = Ran::default();
    if let Some(db) = console.load_db
        && console.client().and_then(Client::place).is_some_and(|place| place.db != db)
    {
        ran.shown.push(Shown::Typed(format!("SELECT {db}")));
        ran.append(console.call(&[b"SELECT", db.to_string().as_bytes()], None));
    }
    for command in commands {
        ran.shown.push(Shown::Typed(load::typed(&command)));
        let words: Vec<&[u8]> = command.iter().map(Vec::as_slice).collect();
        let one = console.call(&words, None);
        let nobody = one.shown.iter().any(|piece| matches!(piece, Shown::Problem(_)));
        ran.append(one);
        if nobody {
            break;
        }
    }
    ran
}

/// `:client NAME`
fn client(console: &mut Console, args: &[String]) -> Ran {
    match args {
        [] => {
            let names: Vec<&str> = console.clients.keys().map(String::as_str).collect();
            Ran::notice(format!(
                "you type as client {}; there is {}. `:client b` goes to another one",
                console.current,
                names.join(", ")
            ))
        }
        [name] if is_name(name) => {
            let known = console.clients.contains_key(name);
            if !known {
                console.clients.insert(name.clone(), console.new_client(name));
            }
            console.current.clone_from(name);
            console.connect();
            let mut ran = Ran::notice(if known {
                format!("you type as client {name} again")
            } else {
                format!("client {name} has connected, in database 0; `:client a` goes back")
            });
            ran.events.push(Event::Client(name.clone()));
            ran
        }
        [name] => Ran::notice(format!(
            "{name:?} cannot name a client: take up to 12 letters and digits, such as b"
        )),
        [..] => Ran::notice("write :client NAME, for example :client b"),
    }
}

fn is_name(name: &str) -> bool {
    (1..=12).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `:undo`
fn undo(console: &mut Console) -> Ran {
    let place = console.clients.get(&console.current).and_then(Client::place);
    if place.is_some_and(|place| place.transaction.is_some()) {
        return Ran::notice(
            "a transaction is open, and nothing of it has run: DISCARD throws it away, EXEC runs it",
        );
    }
    let (done, named) = match console.past.undo() {
        Undo::Nothing => return Ran::notice("there is nothing to take back"),
        Undo::Say(text) => return Ran::notice(text),
        Undo::Keys { done, named } => (done, named),
    };
    let Some(instance) = console.instances.get_mut(&done.answer) else {
        return Ran::notice(format!("{} is not taken back: its server is gone", done.line));
    };
    match instance.restore(&done.changes) {
        Ok(undone) => {
            let line = if named { format!(" {}", done.line) } else { String::new() };
            let place = console.elsewhere(&done.answer);
            let what = past::describe(&done.changes);
            let mut ran = Ran::notice(format!("taken back{line}{place}: {what}"));
            console.past.undone(undone.clone());
            ran.changes = undone;
            ran
        }
        Err(refused) => {
            let text = format!("{} could not be taken back: {refused}", done.line);
            console.past.keep(done);
            Ran::notice(text)
        }
    }
}

/// `:wait 2s`
fn wait(console: &mut Console, args: &[String]) -> Ran {
    let [span] = args else {
        return Ran::notice("write :wait with a time, for example :wait 2s or :wait 500ms");
    };
    let Some(millis) = millis(span) else {
        return Ran::notice(format!("{span:?} is no time up to an hour: write 2s, 500ms or 1m"));
    };
    let unit = if span.bytes().all(|byte| byte.is_ascii_digit()) { "s" } else { "" };
    console.pass_time(millis, format!("{span}{unit} went by"))
}

/// A span of time in milliseconds, an hour at most.
fn millis(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor = match text.get(digits.len()..)? {
        "ms" => 1,
        "s" | "" => 1000,
        "m" | "min" => 60_000,
        _ => return None,
    };
    let millis = digits.parse::<u64>().ok()?.checked_mul(factor)?;
    (millis <= 3_600_000).then_some(millis)
}
