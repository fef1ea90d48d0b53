//! In-process benchmarks of the engine.

fn main() {
    divan::main();
}
