//! Clients in this process that would wait.

use super::*;

#[test]
fn a_client_in_this_process_neither_waits_for_ever_nor_listens_on() {
    let machine = Machine::new("--save \"\"");
    let (mut instance, id) = machine.start(false);
    let before = machine.clock.now().ms();
    assert_eq!(line(&mut instance, id, "BLPOP k 2.5"), Reply::Null);
    assert_eq!(machine.clock.now().ms() - before, 2501);
    let alone = "UNBLOCKED no other client is there to end this wait; give a timeout, or fill \
                 the key first";
    assert_eq!(line(&mut instance, id, "BLPOP k 0"), Reply::Error(alone.into()));
    line(&mut instance, id, "RPUSH k v");
    assert_eq!(line(&mut instance, id, "BLPOP k 0"), Reply::Array(vec![bulk("k"), bulk("v")]));
    // A pause passes, and the command is run.
    line(&mut instance, id, "CLIENT PAUSE 500");
    assert_eq!(line(&mut instance, id, "PING"), Reply::Simple("PONG".into()));
    let other = instance.connect(Peer::default());
    for listens in ["SUBSCRIBE news", "MONITOR"] {
        line(&mut instance, id, listens);
        line(&mut instance, other, "PUBLISH news x");
        assert_eq!(line(&mut instance, id, "GET k"), Reply::Null);
        assert_eq!(line(&mut instance, other, "PUBLISH news x"), Reply::Integer(0));
    }
}

/// A log that is synced as `policy` says, in which a key was set.
fn written(policy: &str) -> (Machine, Instance, SessionId) {
    let machine = Machine::new(&format!("--appendonly yes --save \"\" --appendfsync {policy}"));
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET k v");
    (machine, instance, id)
}

fn counts(local: i64) -> Reply {
    Reply::Array(vec![Reply::Integer(local), Reply::Integer(0)])
}

#[test]
fn what_was_waited_for_survives_a_power_loss() {
    for (policy, longest_ms) in [("always", 1), ("everysec", 1100)] {
        let (machine, mut instance, id) = written(policy);
        let start = machine.clock.now().ms();
        assert_eq!(line(&mut instance, id, "WAITAOF 1 0 0"), counts(1), "{policy}");
        assert!(machine.clock.now().ms() - start <= longest_ms, "{policy}");
        instance.power_loss();
        let (mut instance, id) = machine.start(false);
        assert_eq!(line(&mut instance, id, "GET k"), bulk("v"), "{policy}");
    }
}

#[test]
fn nobody_waits_for_ever_for_a_log_that_nothing_syncs() {
    let (machine, mut instance, id) = written("no");
    let start = machine.clock.now().ms();
    let nothing = error(
        "UNBLOCKED nothing syncs the log by itself (see CONFIG GET appendfsync); give a timeout",
    );
    assert_eq!(line(&mut instance, id, "WAITAOF 1 0 0"), nothing);
    assert_eq!(machine.clock.now().ms() - start, 1);
    assert_eq!(line(&mut instance, id, "WAITAOF 1 0 250"), counts(0));
    assert_eq!(machine.clock.now().ms() - start, 252);
    // A rewrite puts all of it into new files, which are synced.
    line(&mut instance, id, "BGREWRITEAOF");
    assert_eq!(line(&mut instance, id, "WAITAOF 1 0 0"), counts(1));
}

#[test]
fn the_log_that_is_switched_on_holds_what_was_there() {
    let machine = Machine::new("--appendonly no --save \"\"");
    let (mut instance, id) = machine.start(false);
    line(&mut instance, id, "SET k v");
    let refused = "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.";
    assert_eq!(line(&mut instance, id, "WAITAOF 1 0 0"), error(refused));
    line(&mut instance, id, "CONFIG SET appendonly yes");
    assert_eq!(line(&mut instance, id, "WAITAOF 1 0 0"), counts(1));
    line(&mut instance, id, "SET k w");
    line(&mut instance, id, "CONFIG SET appendonly no");
    line(&mut instance, id, "CONFIG SET appendonly yes");
    assert_eq!(line(&mut instance, id, "WAITAOF 1 0 0"), counts(1));
}

#[test]
fn a_write_that_the_disk_refused_is_not_safe() {
    let (machine, mut instance, id) = written("everysec");
    machine.disk.fill(0);
    line(&mut instance, id, "SET k w");
    assert_eq!(line(&mut instance, id, "WAITAOF 1 0 5000"), counts(0));
}
