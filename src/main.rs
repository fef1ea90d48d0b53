//! The `kvtutor` binary.

fn main() {}
