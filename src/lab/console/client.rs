//! A client as `redis-cli` is one: what it knows of its connection it learned from replies.

use crate::engine::SessionId;
use crate::lab::redis_cli::RedisCli;
use crate::lab::{Answer, Target};
use crate::resp::Reply;

/// One client of the console, and where it is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// What `:client NAME` calls it.
    pub name: String,
    /// Where it connects, the outermost place first: `docker exec -it` goes in, `exit` comes out.
    places: Vec<Place>,
}

/// One place a client is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The address.
    pub target: Target,
    /// Who answered last, and under which id it knows this client.
    pub connection: Option<(Answer, SessionId)>,
    /// The database the prompt shows; selected again after a reconnection.
    pub db: u32,
    /// Between `MULTI` and `EXEC`: the database the prompt showed before, which an `EXEC` that
    /// runs nothing brings back.
    pub transaction: Option<u32>,
    /// After `HELLO 3`.
    pub resp3: bool,
    /// What `AUTH` is told at each connection: a user, if one was named, and a password.
    pub login: Option<Vec<Vec<u8>>>,
}

impl Place {
    /// A place that is not connected yet.
    pub fn new(target: Target, db: u32, resp3: bool) -> Self {
        Self { target, connection: None, db, transaction: None, resp3, login: None }
    }

    /// The place that a `redis-cli` line goes to.
    pub fn of(cli: &RedisCli, target: Target) -> Self {
        let login = cli.password.as_ref().map(|password| {
            cli.user
                .iter()
                .map(|user| user.clone().into_bytes())
                .chain([password.clone()])
                .collect()
        });
        let db = u32::try_from(cli.db).unwrap_or(0);
        Self { login, ..Self::new(target, db, cli.resp3) }
    }

    /// The prompt, byte for byte like `redis-cli`'s.
    pub fn prompt(&self) -> String {
        if self.connection.is_none() {
            return "not connected> ".to_owned();
        }
        let db = if self.db == 0 { String::new() } else { format!("[{}]", self.db) };
        let transaction = if self.transaction.is_some() { "(TX)" } else { "" };
        format!("{}{db}{transaction}> ", self.target.shown())
    }

    /// Learns from a command and its reply, as `redis-cli` does.
    pub fn learn<T: AsRef<[u8]>>(&mut self, words: &[T], reply: &Reply) {
        let is = |index: usize, word: &str| {
            words.get(index).is_some_and(|w| w.as_ref().eq_ignore_ascii_case(word.as_bytes()))
        };
        let failed = matches!(reply, Reply::Error(_));
        if is(0, "SELECT") && words.len() == 2 && !failed {
            // A queued one shows too: the commands behind it will run there.
            if let Some(db) = words.get(1).and_then(|word| number(word.as_ref())) {
                self.db = db;
            }
        } else if is(0, "MULTI") && words.len() == 1 && !failed {
            self.transaction = Some(self.db);
        } else if is(0, "EXEC") && words.len() == 1 {
            let before = self.transaction.take();
            if failed || *reply == Reply::Null {
                self.db = before.unwrap_or(self.db);
            }
        } else if is(0, "DISCARD") && words.len() == 1 && !failed {
            self.db = self.transaction.take().unwrap_or(self.db);
        } else if is(0, "RESET") && *reply == Reply::Simple(b"RESET".to_vec()) {
            self.transaction = None;
            self.resp3 = false;
            self.db = 0;
        } else if is(0, "HELLO") && !failed {
            self.resp3 = is(1, "3") || (self.resp3 && words.len() == 1);
        }
    }
}

fn number(word: &[u8]) -> Option<u32> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

impl Client {
    /// A client that will connect to where `redis-cli` connects.
    pub fn new(name: &str) -> Self {
        Self::at(name, Place::new(Target::default(), 0, false))
    }

    /// A client that will connect to a certain place.
    pub fn at(name: &str, place: Place) -> Self {
        Self { name: name.to_owned(), places: vec![place] }
    }

    /// Where it is now.
    pub fn place(&self) -> Option<&Place> {
        self.places.last()
    }

    /// Where it is now.
    pub fn place_mut(&mut self) -> Option<&mut Place> {
        self.places.last_mut()
    }

    /// Every place, the outermost first.
    pub fn places_mut(&mut self) -> impl Iterator<Item = &mut Place> {
        self.places.iter_mut()
    }

    /// Goes to another place instead of the present one.
    pub fn go(&mut self, place: Place) {
        self.places.pop();
        self.places.push(place);
    }

    /// Goes into a nested place.
    pub fn enter(&mut self, place: Place) {
        self.places.push(place);
    }

    /// Comes out of a nested place; `None` at the outermost.
    pub fn leave(&mut self) -> Option<Place> {
        if self.places.len() > 1 { self.places.pop() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { connection: Some((Answer::Sandbox, 1)), ..Place::new(Target::default(), 0, false) }
    }

    #[test]
    fn the_prompt_is_that_of_redis_cli() {
        let mut place = place();
        let ok = Reply::Simple(b"OK".to_vec());
        assert_eq!(place.prompt(), "127.0.0.1:6379> ");
        place.learn(&["select", "1"], &ok);
        assert_eq!(place.prompt(), "127.0.0.1:6379[1]> ");
        place.learn(&["MULTI"], &ok);
        assert_eq!(place.prompt(), "127.0.0.1:6379[1](TX)> ");
        let queued = Reply::Simple(b"QUEUED".to_vec());
        place.learn(&["SELECT", "3"], &queued);
        assert_eq!(place.prompt(), "127.0.0.1:6379[3](TX)> ");
        place.learn(&["EXEC"], &Reply::Error(b"EXECABORT Transaction discarded".to_vec()));
        assert_eq!(place.prompt(), "127.0.0.1:6379[1]> ");
        place.learn(&["MULTI"], &ok);
        place.learn(&["SELECT", "3"], &queued);
        place.learn(&["DISCARD"], &ok);
        assert_eq!(place.prompt(), "127.0.0.1:6379[1]> ");
        place.learn(&["MULTI"], &ok);
        place.learn(&["SELECT", "3"], &queued);
        place.learn(&["EXEC"], &Reply::Array(vec![ok]));
        assert_eq!(place.prompt(), "127.0.0.1:6379[3]> ");
        place.connection = None;
        assert_eq!(place.prompt(), "not connected> ");
    }
}
