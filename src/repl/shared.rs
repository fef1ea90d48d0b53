//! The desk as the prompt and the network share it: whoever has something to do locks it for that.
//!
//! Between lines nobody holds it, so what comes through a socket is run at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Desk;

/// A desk that several threads take turns at.
pub(super) struct Shared<S>(Arc<Mutex<Desk<S>>>);

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Shared<S> {
    /// Shares a desk.
    pub(super) fn new(desk: Desk<S>) -> Self {
        Self(Arc::new(Mutex::new(desk)))
    }

    /// The desk, as soon as nobody else is at it.
    pub(super) fn lock(&self) -> MutexGuard<'_, Desk<S>> {
        // Whoever panicked at the desk has ended; what is stored is kept by the engine, not by them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The desk itself, for the last one who shares it.
    pub(super) fn into_desk(self) -> Option<Desk<S>> {
        let desk = Arc::into_inner(self.0)?;
        Some(desk.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repl::{Play, Tutor};

    /// Sockets are served on a thread of their own.
    #[test]
    fn a_desk_can_be_shared_between_threads() {
        fn may_be_shared<T: Send + Sync>() {}
        may_be_shared::<Shared<Tutor>>();
        may_be_shared::<Shared<Play>>();
    }
}
