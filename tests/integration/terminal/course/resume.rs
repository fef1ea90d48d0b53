//! Leaving in the middle and coming back: the same step, the same data, the same progress.

use super::{Learner, Leaving};

/// What a learner sees who comes back to a step of exercise 1, 2 or 3.
fn welcome(title: &str, minutes: u32, step: &str, status: &str) -> String {
    format!(
        "
{title}
about {minutes} minutes
────────────────────────────────────────────────────────────────────────

You go on where you stopped, with your data. You type as a new client, so you
are in database 0.

{step}
{status}"
    )
}

#[test]
fn half_of_the_chains_are_there_again_after_quit() {
    let mut learner = Learner::opens("4hhb-load");
    learner.plays(
        "\
$ answer chains=4 field=chain_id
│ chains: 4
│ field: chain_id
✓ chains
✓ field
✓ step 1 of 4, Look at the file

Step 2 of 4: Choose a type
4hhb-load · step 2 of 4 · missing: the question
$ 3
✓ Yes. One command fetches one field: HGET chain:B total_residues.
✓ step 2 of 4, Choose a type

Step 3 of 4: Store the chains
4hhb-load · step 3 of 4 · missing: stored
$ SELECT 1
OK
$ HSET A chain_id A total_residues 198 standard_residues 141 hetero_residue_count 57
(integer) 4
4hhb-load · step 3 of 4 · missing: stored (1 of 4)
$ HSET B chain_id B total_residues 205 standard_residues 146 hetero_residue_count 59
(integer) 4
4hhb-load · step 3 of 4 · missing: stored (2 of 4)",
    );
    assert_eq!(
        learner.leaves(Leaving::Quit),
        "│ kept: `kvtutor learn` goes on with step 3 of 4 of 4hhb-load"
    );
    let status = "4hhb-load · step 3 of 4 · missing: stored (2 of 4)";
    let step = "Step 3 of 4: Store the chains";
    assert_eq!(
        learner.comes_back(),
        welcome("Exercise 1: store the four chains of hemoglobin", 15, step, status)
    );
    learner.plays(
        "\
$ steps
✓ 1. Look at the file #look
✓ 2. Choose a type #choose
○ 3. Store the chains (here) #store
○ 4. Who sees it? #who-sees
│ `:learn 4hhb-load#STEP` goes to a step
4hhb-load · step 3 of 4 · missing: stored (2 of 4)
$ KEYS *
(empty array)
$ SELECT 1
OK
$ HVALS B
1) \"B\"
2) \"205\"
3) \"146\"
4) \"59\"
$ HSET C chain_id C total_residues 201 standard_residues 141 hetero_residue_count 60
(integer) 4
4hhb-load · step 3 of 4 · missing: stored (3 of 4)
$ HSET D chain_id D total_residues 197 standard_residues 146 hetero_residue_count 51
(integer) 4
✓ stored
✓ step 3 of 4, Store the chains

Step 4 of 4: Who sees it?
4hhb-load · step 4 of 4 · missing: the question",
    );
}

#[test]
fn answers_and_planted_faults_are_there_again_after_ctrl_d() {
    let mut learner = Learner::opens("4hhb-check#find");
    learner.plays(
        "\
$ answer value=B
│ value: B
✓ wrong-number
○ lacks is not answered yet: type answer lacks=….
4hhb-check · step 3 of 6 · missing: missing-field, stored-twice, not-a-chain
$ redis-cli -n 2 SET mine 1
OK",
    );
    assert_eq!(
        learner.leaves(Leaving::CtrlD),
        "│ kept: `kvtutor learn` goes on with step 3 of 6 of 4hhb-check"
    );
    let status = "4hhb-check · step 3 of 6 · missing: missing-field, stored-twice, not-a-chain";
    let step = "Step 3 of 6: Find the faults";
    assert_eq!(learner.comes_back(), welcome("Exercise 2: count and check", 20, step, status));
    learner.plays(
        "\
$ SELECT 2
OK
$ KEYS *
1) \"chain:A\"
2) \"chain:B\"
3) \"chain:C\"
4) \"chain:D\"
5) \"chain:d\"
6) \"note\"
7) \"mine\"
$ HGET chain:B total_residues
\"250\"
$ answer lacks=C twice=D stray=note
│ lacks: C
│ twice: D
│ stray: note
✓ missing-field
✓ stored-twice
✓ not-a-chain
✓ step 3 of 6, Find the faults

Step 4 of 6: Repair the copy
4hhb-check · step 4 of 6 · missing: friends-copy",
    );
}

#[test]
fn containers_and_volumes_are_there_again() {
    let mut learner = Learner::opens("4hhb-restart#kill");
    learner.plays(
        "\
$ answer chains=kept note=gone
│ chains: kept
│ note: gone
✓ guess-for-the-chains
✓ guess-for-the-note
○ Write the note first, with SET. Without it there is nothing new to lose.
4hhb-restart · step 4 of 9 · missing: note-written and 4 more
$ SELECT 1
OK
$ SET note \"after the snapshot\"
OK
✓ note-written
4hhb-restart · step 4 of 9 · missing: killed and 3 more
$ docker volume create mine
mine
$ docker run -d --name second -p 6380:6379 -v mine:/data redis:8
ID
$ redis-cli -p 6380 SET memory only
OK
$ docker create --name third redis:8
ID",
    );
    let before = learner.types("docker ps -a -q --no-trunc");
    let volumes = learner.types("docker volume ls -q");
    learner.leaves(Leaving::Quit);
    let status = "4hhb-restart · step 4 of 9 · missing: killed and 3 more";
    let step = "Step 4 of 9: Pull the plug";
    assert_eq!(
        learner.comes_back(),
        welcome("Exercise 3: restart and look again", 20, step, status)
    );
    assert_eq!(learner.types("docker ps -a -q --no-trunc"), before);
    assert_eq!(learner.types("docker volume ls -q"), volumes);
    learner.plays(
        "\
$ redis-cli -p 6380 GET memory
\"only\"
$ docker exec redis redis-cli -n 1 KEYS *
A
B
C
D
note",
    );
}
