//! kvtutor itself is killed with SIGKILL: what was shown is done, and containers are as they were.

use super::Learner;

/// The whole of exercise 3, and what the first row of each reply shows. Every line says where it
/// goes, since the prompt is in database 0 after each death.
const EXERCISE: &[(&str, &str)] = &[
    ("answer prediction=kept", "prediction: kept"),
    ("answer before=0", "before: 0"),
    ("answer after=4", "after: 4"),
    ("docker run -d --name redis -p 6379:6379 redis:8", "Unable to find"),
    (":load 4HHB_summary.json chains by chain_id as hash", "> SELECT 1"),
    ("answer prediction=gone", "prediction: gone"),
    ("docker restart redis", "redis"),
    ("answer keys=4", "keys: 4"),
    ("answer chains=gone note=gone", "chains: gone"),
    ("redis-cli -n 1 SET note after-the-snapshot", "OK"),
    ("docker kill redis", "redis"),
    ("docker start redis", "redis"),
    ("answer keys=4", "keys: 4"),
    ("answer prediction=gone", "prediction: gone"),
    ("docker stop redis", "redis"),
    ("docker rm redis", "redis"),
    ("docker run -d --name redis -p 6379:6379 redis:8", "redis (redis 8.6.0)"),
    ("answer keys=0", "keys: 0"),
    ("answer 2", "Yes"),
    ("docker rm -f redis", "redis"),
    ("docker volume create redis-data", "redis-data"),
    (
        "docker run -d --name redis -p 6379:6379 -v redis-data:/data redis:8 redis-server \
         --appendonly yes --appendfsync everysec",
        "redis (redis 8.6.0)",
    ),
    (":load 4HHB_summary.json chains by chain_id as string", "> SELECT 1"),
    ("answer prediction=kept", "prediction: kept"),
    ("docker rm -f redis", "redis"),
    (
        "docker run -d --name redis2 -p 6379:6379 -v redis-data:/data redis:8 redis-server \
         --appendonly yes --appendfsync everysec",
        "redis2 (redis 8.6.0)",
    ),
    ("answer keys=4", "keys: 4"),
    ("answer 3", "Yes"),
];

#[test]
fn exercise_3_is_passed_by_a_learner_whose_kvtutor_dies_after_every_reply() {
    let mut undisturbed = Learner::opens("4hhb-restart");
    let mut learner = Learner::opens("4hhb-restart");
    for (line, sign) in EXERCISE {
        undisturbed.types(line);
        learner.types_and_is_killed(line, sign);
        learner.comes_back();
        if *line == "answer 3" {
            break;
        }
        assert_eq!(learner.at(), undisturbed.at(), "after {line:?}");
    }
    let recap = undisturbed.types("recap");
    let recap = recap.rsplit_once('\n').unwrap().0;
    learner.types(":learn 4hhb-restart#decide");
    assert_eq!(learner.types("recap").rsplit_once('\n').unwrap().0, recap);
}

#[test]
fn containers_and_their_data_are_as_they_were() {
    let mut learner = Learner::opens("4hhb-restart#again");
    learner.plays(
        "\
$ docker run -d --name memory -p 6380:6379 redis:8 redis-server --save \"\"
ID
$ redis-cli -p 6380 RPUSH only in the memory
(integer) 3
$ docker run -d --name stopped redis:8
ID
$ docker stop stopped
stopped
$ docker volume create mine
mine",
    );
    let ids = learner.types("docker ps -a -q --no-trunc");
    let volumes = learner.types("docker volume ls");
    let containers = states(&mut learner);
    learner.is_killed();
    learner.comes_back();
    assert_eq!(learner.types("docker ps -a -q --no-trunc"), ids);
    assert_eq!(learner.types("docker volume ls"), volumes);
    assert_eq!(states(&mut learner), containers);
    learner.plays(
        "\
$ redis-cli -p 6380 LRANGE only 0 -1
1) \"in\"
2) \"the\"
3) \"memory\"
$ redis-cli -n 1 KEYS *
1) \"A\"
2) \"B\"
3) \"C\"
4) \"D\"
$ docker start stopped
stopped",
    );
}

/// Each container's name, image and state, without times and ids.
fn states(learner: &mut Learner) -> Vec<String> {
    let listed = learner.types("docker ps -a");
    let row = |row: &str| {
        let words: Vec<&str> = row.split_whitespace().collect();
        let state = words.iter().find(|word| matches!(**word, "Up" | "Exited" | "Created"));
        format!("{} {:?}", words.last().unwrap(), state)
    };
    listed.lines().skip(1).map(row).collect()
}
