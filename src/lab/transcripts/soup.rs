//! Odd lines: whatever they are, they get an answer.

use proptest::prelude::*;

use crate::lab::model::Model;
use crate::lab::testing::{BEGIN, Bench, word};
use crate::lab::{Target, Turn, redis_cli};

fn any_word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "run",
            "ps",
            "stop",
            "start",
            "restart",
            "kill",
            "rm",
            "logs",
            "exec",
            "pull",
            "images",
            "inspect",
            "port",
            "top",
            "rename",
            "wait",
            "rmi",
            "prune",
            "version",
            "info",
            "system",
            "df",
            "volume",
            "container",
            "image",
            "create",
            "ls",
            "redis",
            "redis:8",
            "redis-cli",
            "redis-server",
            "-d",
            "--rm",
            "--name",
            "-p",
            "6379:6379",
            "-v",
            "data:/data",
            "data",
            "-it",
            "-a",
            "-q",
            "-f",
            "-t",
            "0",
            "--",
            "-",
            "--help",
            "a",
            "b",
            "--filter",
            "name=a",
            "-n",
            "--port",
            "status=exited",
            "{{.Id}}",
            "{{range .Mounts}}{{.Name}}{{end}}",
            "--format",
            "--restart",
            "always",
            "./data:/data",
            "-P",
            "-af",
            "cat",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
        "-{1,3}[a-z=]{0,4}",
    ]
}

proptest! {
    #[test]
    fn no_line_panics_and_every_failure_says_something(
        lines in prop::collection::vec(prop::collection::vec(any_word(), 0..7), 1..12)
    ) {
        let mut bench = Bench::new();
        for line in lines {
            let words: Vec<_> = line.iter().map(|text| word(text.clone().into_bytes())).collect();
            let mut random = fastrand::Rng::with_seed(bench.now);
            let turn = Turn { now: bench.now, random: &mut random, machines: &mut bench.fake, files: &bench.folder };
            let output = bench.lab.docker(&words, turn);
            bench.now += 1000;
            prop_assert!(output.code == 0 || !output.shown().is_empty(), "{line:?}");
            let model = bench.lab.model();
            let text = serde_json::to_string(model).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Model>(&text).unwrap(), model);
            let running: Vec<_> = model.containers.iter().filter(|c| c.is_running()).collect();
            prop_assert_eq!(running.len(), bench.fake.running.len());
            prop_assert_eq!(model.volumes.len(), bench.fake.volumes.len());
        }
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..6)) {
        let mut bench = Bench::new();
        let words: Vec<_> = bytes.into_iter().map(word).collect();
        let mut random = fastrand::Rng::with_seed(1);
        let turn = Turn { now: BEGIN, random: &mut random, machines: &mut bench.fake, files: &bench.folder };
        bench.lab.docker(&words, turn);
        let args: Vec<&[u8]> = words.iter().map(|word| word.bytes.as_slice()).collect();
        let _ = redis_cli::parse(&args).map(|cli| bench.lab.answer(&Target::of(&cli)));
    }
}
