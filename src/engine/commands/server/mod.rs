//! Commands about the server: its configuration, its state, its files, its commands.

pub(super) mod command;
mod command_docs;
mod command_info;
pub(super) mod config;
pub(super) mod debug;
pub(super) mod info;
pub(super) mod latency;
mod latency_graph;
pub(super) mod memory;
pub(super) mod monitor;
pub(super) mod persistence;
pub(super) mod role;
pub(super) mod slowlog;
pub(super) mod time;

use crate::engine::Ctx;

/// Whether `parameter` (`no`, `yes` or `local`) allows this client something that is protected.
fn allows(ctx: &Ctx<'_>, parameter: &str) -> bool {
    match ctx.server.config.get(parameter) {
        b"yes" => true,
        b"local" => is_local(&ctx.session.peer.address),
        _ => false,
    }
}

/// Whether a client at `address` is on this machine: a socket in the file system, a loopback
/// address, or no address, as the prompt itself has.
fn is_local(address: &str) -> bool {
    address.is_empty()
        || ["/", "127.", "[::1]", "::1"].iter().any(|start| address.starts_with(start))
}
