//! How many files this process may have open: raised so far that every client finds a socket, or else
//! fewer clients are let in. Knows no configuration and no server.

/// Files that are no client's: logs, snapshots, doors, the poll.
const OTHERS: u64 = 32;

/// How many clients there can be, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// At most so many.
    pub clients: u64,
    /// For the server's log.
    pub said: Vec<String>,
}

/// The system lets this process open too few files for even one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this process may have {limit} files open, which leaves none for clients: allow more, at best \
     {needed}, with ulimit -n, and start again"
)]
pub struct TooFew {
    limit: u64,
    needed: u64,
}

/// Makes room for `clients`, as far as the system allows.
pub fn make_room(clients: u64) -> Result<Room, TooFew> {
    system::make_room(clients)
}

/// The two limits of a process; `None` is as many as it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limits {
    soft: Option<u64>,
    hard: Option<u64>,
}

/// Raises the soft limit for `clients`; `set` asks the system and gives its refusal.
fn raise(
    clients: u64,
    now: Limits,
    mut set: impl FnMut(Limits) -> Result<(), String>,
) -> Result<Room, TooFew> {
    let needed = clients.saturating_add(OTHERS);
    let enough = Room { clients, said: Vec::new() };
    let Some(original) = now.soft.filter(|soft| *soft < needed) else { return Ok(enough) };
    let hard = now.hard.unwrap_or(u64::MAX);
    // Only who may do everything raises the hard limit; others go up to it.
    let mut tried = set(Limits { soft: Some(needed), hard: now.hard.map(|hard| hard.max(needed)) });
    let mut limit = needed;
    if let Err(refusal) = &tried {
        let refusal = refusal.clone();
        limit = hard.min(needed);
        if limit <= original || set(Limits { soft: Some(limit), hard: now.hard }).is_err() {
            limit = original;
        }
        tried = Err(refusal);
    }
    let raised = format!(
        "Increased maximum number of open files to {limit} (it was originally set to {original})."
    );
    let Err(refusal) = tried else { return Ok(Room { said: vec![raised], ..enough }) };
    if limit >= needed {
        return Ok(Room { said: vec![raised], ..enough });
    }
    let left = limit.saturating_sub(OTHERS);
    if left == 0 {
        return Err(TooFew { limit, needed });
    }
    let said = vec![
        format!("maxclients is {clients}, for which {needed} files must be open at a time."),
        format!("The system does not allow so many: {refusal}."),
        format!(
            "At most {limit} files can be open, so maxclients is {left} now. For more clients, \
             allow more files with ulimit -n before the start."
        ),
    ];
    Ok(Room { clients: left, said })
}

#[cfg(unix)]
mod system {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    use super::{Limits, Room, TooFew, raise};
    use crate::persistence::storage::reason;

    pub(super) fn make_room(clients: u64) -> Result<Room, TooFew> {
        let now = getrlimit(Resource::Nofile);
        raise(clients, Limits { soft: now.current, hard: now.maximum }, |limits| {
            let limit = Rlimit { current: limits.soft, maximum: limits.hard };
            setrlimit(Resource::Nofile, limit).map_err(|error| reason(&error.into()))
        })
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Limits, Room, TooFew, raise};

    /// Elsewhere there is no such limit.
    pub(super) fn make_room(clients: u64) -> Result<Room, TooFew> {
        raise(clients, Limits { soft: None, hard: None }, |_| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A system that refuses to go above `most`.
    fn with(soft: u64, hard: u64, most: u64) -> Result<Room, TooFew> {
        raise(10_000, Limits { soft: Some(soft), hard: Some(hard) }, |limits| {
            if limits.soft > Some(most) || limits.hard > Some(most) {
                return Err("Operation not permitted".to_owned());
            }
            Ok(())
        })
    }

    fn room(clients: u64, said: &[&str]) -> Result<Room, TooFew> {
        Ok(Room { clients, said: said.iter().map(|line| (*line).to_owned()).collect() })
    }

    #[test]
    fn a_limit_that_is_high_enough_stays() {
        assert_eq!(with(10_032, 10_032, 0), room(10_000, &[]));
        let endless = Limits { soft: None, hard: None };
        assert_eq!(raise(7, endless, |_| Err(String::new())), room(7, &[]));
    }

    #[test]
    fn the_soft_limit_is_raised_and_the_hard_one_where_that_is_allowed() {
        let told = |from: u64| {
            format!(
                "Increased maximum number of open files to 10032 (it was originally set to {from})."
            )
        };
        assert_eq!(with(1024, 20_000, 20_000), room(10_000, &[&told(1024)]));
        assert_eq!(with(256, 512, u64::MAX), room(10_000, &[&told(256)]));
    }

    #[test]
    fn where_too_few_are_allowed_fewer_clients_are_let_in_and_that_is_said() {
        assert_eq!(
            with(256, 4096, 4096),
            room(
                4064,
                &[
                    "maxclients is 10000, for which 10032 files must be open at a time.",
                    "The system does not allow so many: Operation not permitted.",
                    "At most 4096 files can be open, so maxclients is 4064 now. For more clients, \
                     allow more files with ulimit -n before the start.",
                ]
            )
        );
        // Not even the hard limit can be reached.
        assert_eq!(with(256, 4096, 300).map(|room| room.clients), Ok(224));
        assert_eq!(with(32, 32, 32), Err(TooFew { limit: 32, needed: 10_032 }));
    }
}
