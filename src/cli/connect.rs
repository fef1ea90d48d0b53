//! `--connect`: which server that is, what of it may be touched, and what is asked before a lesson writes
//! there.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::args::{Command, Global};
use super::{Failure, Home, ask};
use crate::client::Address;
use crate::lab::Target;
use crate::lab::redis_cli::{HOST, PORT};
use crate::lab::remote::{Connect, Door, Keep, Link, Remote, Survey, To, many};
use crate::persistence::storage::{Disk, SOCKET_FILE, Storage as _, reason, replace};
use crate::screen::wrap;

/// What this home remembers of servers elsewhere.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Known {
    /// Tells this home's data from those of others.
    token: String,
    /// The servers on which lessons may write beside other data.
    #[serde(default)]
    agreed: Vec<String>,
}

/// How many letters a token has.
const TOKEN: usize = 10;

/// Refuses a `--connect` that was typed before or behind a command which has nothing to do there. One in
/// the environment is for the commands that can use it.
pub(super) fn accepts(command: Option<&Command>) -> Result<(), Failure> {
    let (name, does) = match command {
        None
        | Some(
            Command::Exec(_)
            | Command::Play { export: None, .. }
            | Command::Learn { .. }
            | Command::Walk(_)
            | Command::Test { .. }
            | Command::Help { .. },
        ) => return Ok(()),
        Some(Command::Play { .. }) => ("play --export", "writes out your own store"),
        Some(Command::Report(_)) => ("report", "works on your own progress"),
        Some(Command::Lessons { .. }) => ("lessons", "works on your own progress"),
        Some(Command::Reset { .. }) => ("reset", "works on your own progress"),
        Some(Command::New { .. }) => ("new", "writes a lesson on this computer"),
        Some(Command::Serve { .. }) => ("serve", "is a server itself"),
        Some(Command::Completions { .. }) => ("completions", "asks no server"),
        Some(Command::Man) => ("man", "asks no server"),
    };
    Err(Failure::usage(format!("`kvtutor {name}` {does}; leave out --connect")))
}

/// The server that `--connect` names, with everything there to be touched.
pub(super) fn whole(global: &Global) -> Result<Option<Connect>, Failure> {
    let Some(address) = address(global)? else { return Ok(None) };
    Ok(Some(Connect::new(address, Keep::Whole)))
}

/// The server that `--connect` names, with databases or keys of this home's own. Asks once before
/// lessons write where other data are, and before something is emptied that somebody else may have
/// stored; `resumed` is a lesson that goes on with its data, so that nothing is emptied for it.
pub(super) fn own(
    home: &Home,
    global: &Global,
    resumed: Option<&str>,
) -> Result<Option<Connect>, Failure> {
    let Some(address) = address(global)? else { return Ok(None) };
    home.make()?;
    let path = home.root().join("remote.json");
    let mut known = read(&path)?;
    let connect = Connect::new(address, Keep::Own { token: known.token.clone() });
    let survey = Remote::survey(&connect).map_err(Failure::failed)?;
    let shown = connect.door.shown();
    let goes_on = resumed.is_some() && survey.lesson.as_deref() == resumed;
    if let Some(question) = survey.doubt(&shown).filter(|_| !goes_on) {
        let answered = if agrees(global, &question)? { Remote::accept } else { Remote::release };
        answered(&connect).map_err(Failure::failed)?;
    }
    if !survey.foreign.is_empty() && !known.agreed.contains(&shown) {
        if !agrees(global, &foreign(&shown, &survey))? {
            return Err(Failure::failed(format!("nothing was written to {shown}")));
        }
        known.agreed.push(shown);
        write(&path, &known)?;
    }
    Ok(Some(connect))
}

/// The sandbox in a directory that another kvtutor has open, through its socket; none if nobody answers
/// there.
pub(super) fn through_owner(dir: &Path) -> Option<Connect> {
    let address = Address::socket(&dir.join(SOCKET_FILE));
    let owner = Owner(address);
    owner.open(To::Everything).ok()?;
    Some(Connect::new(owner, Keep::Whole))
}

/// The door to another kvtutor's sandbox, which looks as it does there.
struct Owner(Address);

impl Door for Owner {
    fn open(&self, to: To<'_>) -> Result<Box<dyn Link>, String> {
        Door::open(&self.0, to)
    }

    fn shown(&self) -> String {
        Target::default().shown()
    }

    fn place(&self) -> Option<(String, u16)> {
        Some((HOST.to_owned(), PORT))
    }

    fn db(&self) -> u32 {
        0
    }

    fn is_cluster(&self) -> bool {
        false
    }

    fn advice(&self) -> &'static str {
        "Type it at the prompt of the kvtutor that was there first"
    }
}

/// Databases or keys that exist for one run, for lessons on trial. Asks as [`own`] does.
pub(super) fn for_trial(home: &Home, global: &Global) -> Result<Option<Connect>, Failure> {
    let Some(connect) = own(home, global, None)? else { return Ok(None) };
    // Somebody may be in a lesson with this home's own token.
    let connect = Connect { keep: Keep::Own { token: token() }, ..connect };
    // What stands in the way of all lessons is said once.
    Remote::open(connect.clone())
        .and_then(|mut remote| remote.connect())
        .map_err(Failure::failed)?;
    Ok(Some(connect))
}

/// Where `--connect` leads.
pub(super) fn address(global: &Global) -> Result<Option<Address>, Failure> {
    let Some(url) = &global.connect else { return Ok(None) };
    match Address::parse(url) {
        Ok(address) => Ok(Some(address)),
        Err(error) => Err(Failure::usage(format!("--connect: {error}"))),
    }
}

fn token() -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(TOKEN).collect()
}

/// What is remembered; a home that has never been elsewhere gets a token.
fn read(path: &Path) -> Result<Known, Failure> {
    let failed = |told: &str| {
        Failure::failed(format!("{}: {told}; mend it, or move it away", path.display()))
    };
    if !Disk.exists(path).map_err(|error| failed(&reason(&error)))? {
        let known = Known { token: token(), agreed: Vec::new() };
        write(path, &known)?;
        return Ok(known);
    }
    let bytes = Disk.read(path).map_err(|error| failed(&reason(&error)))?;
    let known: Known =
        serde_json::from_slice(&bytes).map_err(|error| failed(&error.to_string()))?;
    let is_token =
        !known.token.is_empty() && known.token.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_token { Ok(known) } else { Err(failed("its token is not made of letters and digits")) }
}

fn write(path: &Path, known: &Known) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(known).map_err(|error| Failure::failed(error.to_string()))?;
    replace(&Disk, path, |file| file.write_all(&bytes))
        .map_err(|error| Failure::failed(error.to_string()))
}

/// What is said of data that no lesson made.
fn foreign(shown: &str, survey: &Survey) -> String {
    let held: Vec<String> =
        survey.foreign.iter().map(|(db, keys)| format!("{} in db {db}", many(*keys))).collect();
    format!(
        "{shown} holds other data ({}). Lessons keep to databases or keys of their own there, and \
         touch nothing else",
        held.join(", ")
    )
}

/// Asks; without a terminal nobody can answer.
fn agrees(global: &Global, what: &str) -> Result<bool, Failure> {
    if global.yes {
        return Ok(true);
    }
    if !ask::can_be_answered() {
        return Err(Failure::usage(format!(
            "{what}. Nobody is here to be asked: say --yes if they may"
        )));
    }
    let look = super::look(global);
    let what = wrap(&format!("{what}."), look.columns(), "", "");
    ask::is_yes(&format!("{what}\n"))
}
