//! A process with little memory and little time, in which inputs are tried. It must not know what is tried.

use std::process::{Command, Stdio};

use super::mutate;

/// Address space of the process in kilobytes: what a test binary needs, and what the largest input may take.
const MEMORY_KB: &str = "1500000";
/// Inputs where nobody asks for more.
const INPUTS: u64 = 4000;
/// Names the test that runs inside.
const INSIDE: &str = "KVTUTOR_CAGE";

/// Tells which input it was if trying it panics.
struct Told<'i> {
    seed: u64,
    input: &'i [u8],
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("KVTUTOR_FUZZ_SEED={} is {}", self.seed, self.input.escape_ascii());
        }
    }
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Tries inputs made of a folder of the corpus; an attempt says whether the input was good. `name` is the test
/// that calls this, with its modules; what it tries runs in that very test of another process.
pub fn try_all(name: &str, folder: &str, mut attempt: impl FnMut(&[u8]) -> bool) {
    if std::env::var(INSIDE).as_deref() != Ok(name) {
        return start(name);
    }
    let corpus = mutate::corpus(folder);
    let first = setting("KVTUTOR_FUZZ_SEED", 0);
    let inputs = setting("KVTUTOR_FUZZ", INPUTS);
    let mut good = 0;
    for seed in first..first + inputs {
        let input = mutate::input(&corpus, seed);
        let _told = Told { seed, input: &input };
        good += u64::from(attempt(&input));
    }
    // Inputs that are all refused, or all taken, try only half of what is there.
    let few = inputs / 50;
    assert!((few..=inputs - few).contains(&good), "{good} of {inputs} inputs are good");
}

fn start(name: &str) {
    let inputs = setting("KVTUTOR_FUZZ", INPUTS);
    // Twenty milliseconds for each: a hundred times what it takes.
    let seconds = (inputs / 50 + 20).to_string();
    let output = Command::new("sh")
        .args(["-c", "ulimit -v $1 && ulimit -t $2 && shift 2 && exec \"$@\"", "cage", MEMORY_KB])
        .arg(seconds)
        .arg(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(INSIDE, name)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{said}{errors}", output.status);
    assert!(said.contains("test result: ok. 1 passed"), "there is no test {name}\n{said}");
}
