//! The desk as the prompt and the network share it: whoever has something to do locks it for that.
//!
//! Between lines nobody holds it, so what comes through a socket is run at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use super::Desk;
use super::stay::Bell;

/// A desk that several threads take turns at.
pub(super) struct Shared<S> {
    desk: Arc<Mutex<Desk<S>>>,
    bell: Bell,
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self { desk: Arc::clone(&self.desk), bell: self.bell.clone() }
    }
}

impl<S> Shared<S> {
    /// Shares a desk.
    pub(super) fn new(desk: Desk<S>) -> Self {
        Self { desk: Arc::new(Mutex::new(desk)), bell: Bell::default() }
    }

    /// The desk, as soon as nobody else is at it.
    pub(super) fn lock(&self) -> MutexGuard<'_, Desk<S>> {
        // Whoever panicked at the desk has ended; what is stored is kept by the engine, not by them.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The desk, if nobody else is at it.
    pub(super) fn try_lock(&self) -> Option<MutexGuard<'_, Desk<S>>> {
        match self.desk.try_lock() {
            Ok(desk) => Some(desk),
            Err(TryLockError::Poisoned(desk)) => Some(desk.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Wakes the face that stays with a line of this desk.
    pub(super) fn bell(&self) -> &Bell {
        &self.bell
    }

    /// The desk itself, for the last one who shares it.
    pub(super) fn into_desk(self) -> Option<Desk<S>> {
        let desk = Arc::into_inner(self.desk)?;
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
