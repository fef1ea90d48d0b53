//! How the console's clients connect: `redis-cli` lines, who answers where, and what a reconnection
//! does again. Knows no lab line but `redis-cli`.

use super::remote::{hang_up, reach};
use super::{Client, Console, FIRST_CLIENT, Place, Ran, Shown};
use crate::engine::Peer;
use crate::lab::redis_cli::{self, Print, RedisCli};
use crate::lab::{Answer, Target};
use crate::resp::Reply;
use crate::resp::show::Style;
use crate::syntax::Word;

/// What `redis-cli` prints where a password stands in the line.
const AUTH_WARNING: &str = "Warning: Using a password with '-a' or '-u' option on the command line \
                            interface may not be safe.\n";

impl Console {
    /// `redis-cli …`
    pub(super) fn redis_cli(&mut self, args: &[Word]) -> Ran {
        let words: Vec<&[u8]> = args.iter().map(AsRef::as_ref).collect();
        match redis_cli::parse(&words) {
            Ok(cli) => {
                if let Some(home) = self.elsewhere_target(&cli) {
                    return match home {
                        Ok(target) => self.enter(&cli, target, true),
                        Err(ran) => ran,
                    };
                }
                let target =
                    if cli.sandbox { self.lab.back_to_sandbox() } else { Target::of(&cli) };
                self.enter(&cli, target, true)
            }
            Err(refused) => {
                let mut ran = Ran::default();
                if !refused.stdout.is_empty() {
                    ran.shown.push(Shown::Text(refused.stdout));
                }
                if !refused.stderr.is_empty() {
                    ran.shown.push(Shown::Problem(refused.stderr));
                }
                ran.shown.extend(refused.hint.map(Shown::Notice));
                ran
            }
        }
    }

    /// Runs `redis-cli`: one command, or a prompt that takes the place of this one (on this
    /// machine) or is nested in it (inside a container).
    pub(super) fn enter(&mut self, cli: &RedisCli, target: Target, terminal: bool) -> Ran {
        let nested = matches!(target, Target::Inside { .. });
        let place = Place::of(cli, target);
        let Some(client) = self.clients.get_mut(&self.current) else { return Ran::default() };
        let stays = cli.command.is_empty();
        if stays && !nested {
            if let Some(old) = client.place().cloned() {
                hang_up(&mut self.instances, &mut self.remote, &old);
            }
            client.go(place);
        } else {
            client.enter(place);
        }
        let mut ran = Ran::default();
        if cli.password.is_some() && !cli.no_auth_warning {
            ran.shown.push(Shown::Problem(AUTH_WARNING.to_owned()));
        }
        ran.shown.extend(self.connect());
        if stays {
            return ran;
        }
        let words: Vec<&[u8]> = cli.command.iter().map(Vec::as_slice).collect();
        let style = match (cli.print, terminal) {
            (Some(Print::Raw), _) => Style::Raw,
            (Some(Print::Formatted), _) => Style::NoRaw,
            (None, terminal) => Style::of(&words, terminal),
        };
        ran.append(self.call(&words, Some(style)));
        if let Some(pending) = self.pending.as_mut().filter(|_| ran.waits) {
            pending.leaves = true;
            return ran;
        }
        self.leave();
        ran.leave = false;
        ran
    }

    /// Connects the current client to whoever answers now, as `redis-cli` does before a command.
    /// What it prints where its password or database is refused comes back.
    pub(super) fn connect(&mut self) -> Vec<Shown> {
        let mut shown = Vec::new();
        let Some(client) = self.clients.get_mut(&self.current) else { return shown };
        let name = client.name.clone();
        for place in client.places_mut() {
            let answer = self.lab.answer(&place.target);
            let alive = place.connection.as_ref().is_some_and(|(who, id)| {
                let held = match (who, &self.remote) {
                    (Answer::Elsewhere, Some(remote)) => remote.holds(*id),
                    _ => self.instances.holds(who, *id),
                };
                *who == answer && held
            });
            if alive {
                continue;
            }
            hang_up(&mut self.instances, &mut self.remote, place);
            place.connection = None;
            place.transaction = None;
            self.connections = self.connections.wrapping_add(1) % 10_000;
            let peer = Peer {
                address: format!("127.0.0.1:{}", 50_000 + self.connections),
                local: place.target.shown(),
                descriptor: 8,
            };
            let found = reach(&mut self.instances, &mut self.remote, &answer, peer);
            let Some((id, mut server)) = found else { continue };
            let mut call = |words: &[&[u8]]| {
                let Reply::Error(text) = server.call(id, words)? else { return None };
                Some(String::from_utf8_lossy(&text).into_owned())
            };
            if let Some(login) = &place.login {
                let mut words: Vec<&[u8]> = vec![b"AUTH"];
                words.extend(login.iter().map(Vec::as_slice));
                let refused = call(&words);
                shown.extend(refused.map(|e| Shown::Problem(format!("AUTH failed: {e}\n"))));
            }
            if name != FIRST_CLIENT {
                call(&[b"CLIENT", b"SETNAME", name.as_bytes()]);
            }
            if place.resp3 {
                call(&[b"HELLO", b"3"]);
            }
            if place.db != 0 {
                let db = place.db.to_string();
                if let Some(refused) = call(&[b"SELECT", db.as_bytes()]) {
                    shown.push(Shown::Problem(format!("SELECT {db} failed: {refused}\n")));
                    place.db = 0;
                }
            }
            place.connection = Some((answer, id));
        }
        shown
    }

    /// Who answers at each client's place, to tell when that changes.
    pub(super) fn answers(&self) -> Option<(Target, Answer)> {
        let place = self.client()?.place()?;
        Some((place.target.clone(), self.lab.answer(&place.target)))
    }

    pub(super) fn tell_changes(&self, before: Option<&(Target, Answer)>, ran: &mut Ran) {
        if let Some((target, answer)) = before {
            let after = self.lab.answer(target);
            if let Some(text) =
                crate::lab::connect::notice(self.lab.model(), target, answer, &after)
            {
                ran.shown.push(Shown::Notice(text));
            }
        }
    }

    /// ` in container redis`, unless the prompt is connected there.
    pub(super) fn elsewhere(&self, answer: &Answer) -> String {
        let here = self.client().and_then(Client::place);
        if here.is_some_and(|place| self.lab.answer(&place.target) == *answer) {
            return String::new();
        }
        match answer {
            Answer::Sandbox => " in the sandbox".to_owned(),
            Answer::Container(id) => match self.lab.model().container(id) {
                Some(container) => format!(" in container {}", container.name),
                None => String::new(),
            },
            Answer::Nobody | Answer::Elsewhere => String::new(),
        }
    }
}
