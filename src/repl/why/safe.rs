//! Replies of `WAIT` and `WAITAOF`: on how many disks something is safe.

use crate::resp::Reply;

/// Explains what `WAITAOF` counted.
pub(super) fn counts(items: &[Reply]) -> Option<String> {
    let [Reply::Integer(local), Reply::Integer(_)] = items else { return None };
    let here = if *local > 0 {
        "1) 1: what this client wrote is on this server's disk; a power failure does not take it."
    } else {
        "1) 0: what this client wrote is not yet safe on this server's disk; a power failure could \
         take it. `:disk` shows what is."
    };
    Some(format!("{here} 2) counts replicas."))
}
