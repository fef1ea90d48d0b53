//! Bad input gets a clear message, and nothing panics, is lost or is overwritten: damaged files and
//! homes, odd bytes, huge values, processes that die, and data that would steer a terminal.

mod control_sequences;
mod crashes;
mod files;
mod homes;
mod logs;
mod rig;
mod sizes;
mod streams;
