//! What comes from outside may be anything: requests, replies, snapshots, logs and payloads, each made of the
//! files of `tests/corpus/` by mutation. Nothing may panic, hang or take memory without bound, and what was
//! accepted must come back the same when it is written and read again.
//!
//! `cargo test` tries a fixed number of inputs. For a long run say how many, and from which seed:
//! `KVTUTOR_FUZZ=1000000 KVTUTOR_FUZZ_SEED=1 cargo test --test integration hostile`. The seed makes the
//! input, so a failure names the one that shows it again. Mutation of stored files by a seed was chosen over
//! a fuzzer that watches coverage, as that needs a nightly compiler, and a test must do the same on every
//! machine.
//!
//! A panic fails a test by itself. For the other two, each test runs in a process of its own that may have so
//! much memory and so much time of the processor, and no more.

mod cage;
mod load;
mod mutate;
mod protocol;
