//! What holds for the clients of an instance, as its configuration says.

use crate::engine::config::OutputLimit;
use crate::server::Instance;

/// What a client may send before it has told its password, in bytes.
const STRANGER_INPUT: usize = 1024 * 1024;

/// What holds for every client of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// No more clients than this.
    pub(super) clients: usize,
    /// A client that sends nothing for so many seconds is sent away; 0 is never.
    pub(super) idle_seconds: i64,
    /// After how many seconds the system looks whether a silent peer is still there; 0 is never.
    pub(super) keep_alive: u64,
    /// Without a password, only this machine is served.
    pub(super) is_protected: bool,
    /// The longest word of a request, in bytes.
    pub(super) word: i64,
    /// How much of its replies may wait to be taken.
    output: OutputLimit,
    /// The same for a client that listens to channels.
    listener_output: OutputLimit,
    /// How much of what a client sent may wait to be run, in bytes.
    input: usize,
}

impl Limits {
    /// What an instance's configuration says.
    pub(super) fn of(instance: &Instance) -> Self {
        let size = |name| usize::try_from(instance.setting(name)).unwrap_or(usize::MAX);
        Self {
            clients: size("maxclients"),
            idle_seconds: instance.setting("timeout"),
            keep_alive: u64::try_from(instance.setting("tcp-keepalive")).unwrap_or(0),
            is_protected: instance.setting_text("protected-mode") == "yes"
                && instance.setting_text("requirepass").is_empty(),
            word: instance.setting("proto-max-bulk-len"),
            output: instance.output_limit("normal"),
            listener_output: instance.output_limit("pubsub"),
            input: size("client-query-buffer-limit"),
        }
    }

    /// How much may wait to be taken by a client.
    pub(super) fn output(&self, is_listening: bool) -> OutputLimit {
        if is_listening { self.listener_output } else { self.output }
    }

    /// How much of what a client sent may wait to be run.
    pub(super) fn input(&self, is_known: bool) -> usize {
        if is_known { self.input } else { self.input.min(STRANGER_INPUT) }
    }
}
