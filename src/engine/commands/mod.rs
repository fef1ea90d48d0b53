//! The rows of the command table and their handlers, a folder for each family.
//!
//! To add a command, add a row to its family's `COMMANDS` and the handler below it. Nothing else
//! names it: `tests/integration/table.rs` holds that.

use super::Command;

mod connection;
mod counts;
mod elements;
mod hashes;
mod help;
mod keys;
mod lists;
mod pubsub;
mod redacted;
mod scan_options;
mod scripting;
mod server;
mod sets;
mod sorted_sets;
mod strings;
mod transactions;

pub(super) use redacted::redacted;
pub(super) use server::monitor::show as show_to_monitors;
use server::monitor::show_line as show_script_to_monitors;
pub(super) use transactions::drop_transaction;

/// Every family's rows, in the order of the help.
pub const FAMILIES: &[&[Command]] = &[
    keys::names::COMMANDS,
    keys::expiry::COMMANDS,
    keys::scan::COMMANDS,
    keys::object::COMMANDS,
    keys::databases::COMMANDS,
    keys::payload::COMMANDS,
    keys::sort::COMMANDS,
    strings::values::COMMANDS,
    strings::numbers::COMMANDS,
    strings::ranges::COMMANDS,
    strings::lcs::COMMANDS,
    strings::bits::COMMANDS,
    strings::bitfield::COMMANDS,
    sets::members::COMMANDS,
    sets::random::COMMANDS,
    sets::algebra::COMMANDS,
    hashes::fields::COMMANDS,
    hashes::walks::COMMANDS,
    hashes::numbers::COMMANDS,
    hashes::random::COMMANDS,
    hashes::times::COMMANDS,
    hashes::with_times::COMMANDS,
    lists::ends::COMMANDS,
    lists::places::COMMANDS,
    lists::search::COMMANDS,
    lists::moves::COMMANDS,
    lists::blocking::COMMANDS,
    sorted_sets::add::COMMANDS,
    sorted_sets::members::COMMANDS,
    sorted_sets::range::COMMANDS,
    sorted_sets::range_older::COMMANDS,
    sorted_sets::pop::COMMANDS,
    sorted_sets::blocking::COMMANDS,
    sorted_sets::random::COMMANDS,
    sorted_sets::algebra::COMMANDS,
    pubsub::subscribe::COMMANDS,
    pubsub::publish::COMMANDS,
    pubsub::listeners::COMMANDS,
    transactions::COMMANDS,
    scripting::eval::COMMANDS,
    scripting::script::COMMANDS,
    connection::basics::COMMANDS,
    connection::login::COMMANDS,
    connection::client::COMMANDS,
    connection::wait::COMMANDS,
    server::command::COMMANDS,
    server::config::COMMANDS,
    server::debug::COMMANDS,
    server::info::COMMANDS,
    server::latency::COMMANDS,
    server::monitor::COMMANDS,
    server::role::COMMANDS,
    server::slowlog::COMMANDS,
    server::memory::COMMANDS,
    server::persistence::COMMANDS,
    server::time::COMMANDS,
];
