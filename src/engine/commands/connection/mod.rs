//! Commands about the client's own connection: who it is, which database, which protocol.

pub(super) mod basics;
pub(super) mod client;
mod client_kill;
mod client_line;
mod client_list;
mod client_pause;
mod client_tracking;
pub(super) mod login;
pub(super) mod wait;
